/*
 * test_hint.c - what is remembered of where objects lie is never believed unseen.
 */
#include "server/store/hint.h"

#include <check.h>
#include <stdio.h>
#include <unistd.h>

#include "server/store/internal.h"
#include "tests/unit/helpers.h"

#define ENTITY (&ENTITY_CATEGORIES)

static struct store *store;
static struct conn *writer, *reader;

static void setup(void)
{
	struct err err = ERR_INIT;

	store = store_open_served(":memory:", DURABILITY_NORMAL, &err);
	ck_assert_msg(store != NULL, "%s", err.text);
	writer = store_conn(store);
	reader = store_take_reader(store, &err);
	ck_assert_msg(reader != NULL, "%s", err.text);
}

static void teardown(void)
{
	store_put_reader(store, reader);
	store_close(store);
}

static void put(const char *id, const char *title, bool commit)
{
	struct record record = { .entity = ENTITY };
	struct err err = ERR_INIT;
	bool created;

	record_set_text(&record, "sourcedId", id);
	record_set_text(&record, "title", title);
	ck_assert_msg(conn_begin(writer, true, &err), "%s", err.text);
	ck_assert_msg(rows_put(writer, &record, &created, &err), "%s", err.text);
	if (commit)
		ck_assert_msg(conn_commit(writer, &err), "%s", err.text);
	else
		conn_rollback(writer);
}

static void take_out(const char *id)
{
	struct err err = ERR_INIT;
	bool found;

	ck_assert_msg(conn_begin(writer, true, &err), "%s", err.text);
	ck_assert_msg(rows_delete(writer, ENTITY, id, &found, &err) && found, "%s", err.text);
	ck_assert_msg(conn_commit(writer, &err), "%s", err.text);
}

static bool keep_title(const struct record *record, void *payload)
{
	snprintf(payload, 32, "%s", record_text(record, "title"));
	return false;
}

/* What a GET by that id finds; "" for nothing. */
static const char *title_of(const char *id)
{
	static char title[32];
	struct err err = ERR_INIT;

	*title = '\0';
	ck_assert_msg(rows_point(reader, ENTITY, id, keep_title, title, &err), "%s", err.text);
	return title;
}

static size_t hinted(const char *id)
{
	int64_t rows[HINT_WAYS];

	return hints_find(writer->hints, ENTITY, id, rows);
}

START_TEST(finds_what_it_read_or_wrote)
{
	int64_t rows[HINT_WAYS];

	ck_assert_uint_eq(hinted("c-1"), 0);
	put("c-1", "one", true);
	ck_assert_uint_eq(hints_find(writer->hints, ENTITY, "c-1", rows), 1);
	ck_assert_int_eq(rows[0], 1);
	ck_assert_uint_eq(hints_find(writer->hints, &ENTITY_RESULTS, "c-1", rows), 0);
	ck_assert_str_eq(title_of("c-1"), "one");
	put("c-1", "uno", true);
	ck_assert_str_eq(title_of("c-1"), "uno");
	ck_assert_str_eq(title_of("c-2"), "");
	ck_assert_uint_eq(hinted("c-2"), 0);
}
END_TEST

/* Each leaves a hint that is wrong. */
START_TEST(does_not_believe_a_wrong_hint)
{
	put("c-1", "one", true);
	put("c-2", "two", true);
	hints_note(writer->hints, ENTITY, "c-1", 2);  /* the row of another */
	hints_note(writer->hints, ENTITY, "c-9", 1);  /* of one that is not there */
	hints_note(writer->hints, ENTITY, "c-2", 77); /* no row */
	ck_assert_str_eq(title_of("c-1"), "one");
	ck_assert_str_eq(title_of("c-2"), "two");
	ck_assert_str_eq(title_of("c-9"), "");
	put("c-9", "nine", true); /* and so does a write */
	put("c-1", "uno", true);
	ck_assert_str_eq(title_of("c-9"), "nine");
	ck_assert_str_eq(title_of("c-1"), "uno");
	ck_assert_str_eq(title_of("c-2"), "two");
}
END_TEST

START_TEST(survives_what_is_taken_back)
{
	put("c-1", "one", true);
	put("c-2", "two", false); /* noted, and rolled back */
	ck_assert_str_eq(title_of("c-2"), "");
	put("c-3", "three", true); /* in that row */
	ck_assert_str_eq(title_of("c-2"), "");
	ck_assert_str_eq(title_of("c-3"), "three");
	take_out("c-1");
	ck_assert_str_eq(title_of("c-1"), "");
	put("c-1", "again", true);
	ck_assert_str_eq(title_of("c-1"), "again");
}
END_TEST

/* More than a small table holds: hints give way to others, the table to a larger one. */
START_TEST(forgets_what_does_not_fit)
{
	struct hints *hints = hints_new(0);
	int64_t rows[HINT_WAYS];
	size_t known = 0;
	char id[32];

	for (int64_t i = 1; i <= 100000; i++) {
		snprintf(id, sizeof id, "r-%lld", (long long)i);
		hints_note(hints, &ENTITY_RESULTS, id, i);
	}
	for (int64_t i = 1; i <= 100000; i++) {
		size_t count;
		bool there = false;

		snprintf(id, sizeof id, "r-%lld", (long long)i);
		count = hints_find(hints, &ENTITY_RESULTS, id, rows);
		for (size_t k = 0; k < count; k++)
			there = there || rows[k] == i;
		known += there;
	}
	ck_assert_uint_gt(known, 50000); /* of those that came last */
	hints_note(hints, &ENTITY_RESULTS, "far", INT64_C(1) << 24);
	hints_note(hints, &ENTITY_RESULTS, "none", 0);
	ck_assert_uint_eq(hints_find(hints, &ENTITY_RESULTS, "far", rows), 0);
	ck_assert_uint_eq(hints_find(hints, &ENTITY_RESULTS, "none", rows), 0);
	hints_free(hints);
	hints_free(NULL);
}
END_TEST

START_TEST(is_warmed_with_all_that_there_is)
{
	struct hints *hints;
	int64_t rows[HINT_WAYS];
	char id[32];
	bool all = false;

	for (int i = 0; i < 500; i++) {
		snprintf(id, sizeof id, "c-%d", i);
		put(id, "x", true);
	}
	hints = hints_new(500);
	hints_warm(hints, store_path(store));
	for (int i = 0; !all && i < 5000; i++) {
		usleep(1000);
		all = true;
		for (int k = 0; k < 500 && all; k++) {
			snprintf(id, sizeof id, "c-%d", k);
			all = hints_find(hints, ENTITY, id, rows) > 0;
		}
	}
	ck_assert(all);
	hints_free(hints);
	hints = hints_new(500);
	hints_warm(hints, "/there/is/no/such.db");
	hints_free(hints); /* at once */
}
END_TEST

Suite *hint_suite(void);
Suite *hint_suite(void)
{
	Suite *suite = suite_create("store/hint");
	TCase *tc = tcase_create("hint");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, finds_what_it_read_or_wrote);
	tcase_add_test(tc, does_not_believe_a_wrong_hint);
	tcase_add_test(tc, survives_what_is_taken_back);
	tcase_add_test(tc, forgets_what_does_not_fit);
	tcase_add_test(tc, is_warmed_with_all_that_there_is);
	suite_add_tcase(suite, tc);
	return suite;
}
