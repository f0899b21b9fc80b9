/*
 * test_found.c - what a filter found is what the plain order says, and no more of it is kept
 * than there is memory for.
 */
#include "server/store/found.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/helpers.h"

#define ENTITY (&ENTITY_RESULTS)
#define ROWS 20000

static struct store *store;

/* Rows by SQL: thousands, with values that repeat, are missing, and order nothing. */
static void setup(void)
{
	static const char fill[] =
		"INSERT INTO results (sourcedId, status, dateLastModified, lineItem, student, "
		"score, comment) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
		"WHERE i < 20000) SELECT printf('%08x', (i * 2654435761) & 0xffffffff), "
		"iif(i % 20, 'active', 'tobedeleted'), i * 7919 % 1000, 'item-' || (i % 400), "
		"'student-' || (i % 1000), iif(i % 7, i % 97 / 2.0, NULL), 'c' || (i % 13) "
		"FROM n";
	struct err err = ERR_INIT;

	store = store_open(":memory:", &err);
	ck_assert_msg(store && conn_begin(store_conn(store), true, &err) &&
			      conn_exec(store_conn(store), fill, &err) &&
			      tally_recount(store_conn(store), &err) &&
			      conn_commit(store_conn(store), &err),
		      "%s", err.text);
}

static void teardown(void)
{
	store_close(store);
}

/* clang-format off */
static const struct {
	const char *condition, *sort;
	bool descending;
} lists[] = {
	{ "(1)", NULL },
	{ "(1)", "score" },
	{ "(1)", "comment", true },
	{ "status = 'active'", NULL },
	{ "status = 'active'", "sourcedId" },
	{ "status = 'active'", "sourcedId", true },
	{ "status = 'tobedeleted'", "score", true },
	{ "dateLastModified >= 500", NULL },
	{ "dateLastModified >= 500", "dateLastModified" },
	{ "id = 19999", NULL },
	{ "id < 1", NULL },
	{ "id < 1", "score" },
	{ "lineItem = 'item-5' AND score > 3", NULL },
	{ "id > 12000 AND id < 12100", NULL },
};
/* clang-format on */

static void condition_of(int i, struct sql *out, struct order *order)
{
	sql_init(out);
	sql_add(out, lists[i].condition);
	*order = (struct order){ NULL, lists[i].descending };
	if (lists[i].sort)
		order->field = entity_field(ENTITY, lists[i].sort);
}

static bool add_id(const struct record *record, void *payload)
{
	str_format(payload, "%s ", record->values[FIELD_SOURCED_ID].text);
	return true;
}

static void compare(struct conn *conn, int i, const struct found *found, int64_t offset)
{
	struct str plain = STR_INIT, kept = STR_INIT;
	struct err err = ERR_INIT;
	struct order order;
	struct sql condition;
	int64_t rows[10];
	size_t count = found_rows(found, offset, ARRAY_SIZE(rows), rows);

	condition_of(i, &condition, &order);
	ck_assert(rows_list(conn, ENTITY, &condition, &order, ARRAY_SIZE(rows), offset, add_id,
			    &plain, &err));
	ck_assert(rows_numbered(conn, ENTITY, rows, count, add_id, &kept, &err));
	ck_assert_msg(strcmp(str_text(&plain), str_text(&kept)) == 0, "%s, %s, at %lld: %s, not %s",
		      lists[i].condition, lists[i].sort, (long long)offset, str_text(&kept),
		      str_text(&plain));
	sql_release(&condition);
	str_release(&plain);
	str_release(&kept);
}

START_TEST(pages_are_those_of_the_plain_order)
{
	static const int64_t offsets[] = { 0, 1, 9, 63, 64, 4095, 4096, 4097, 9999, 18990, 19995 };
	struct err err = ERR_INIT;
	struct conn *conn = store_take_reader(store, &err);
	struct order order;
	struct sql condition;
	struct found *found;
	int64_t count;

	condition_of(_i, &condition, &order);
	found = found_make(conn, ENTITY, &condition, &order, &err);
	ck_assert_msg(found != NULL, "%s", err.text);
	ck_assert(rows_count(conn, ENTITY, &condition, &count, &err));
	ck_assert_int_eq(found_total(found), count);
	for (size_t i = 0; i < ARRAY_SIZE(offsets); i++)
		compare(conn, _i, found, offsets[i]);
	for (int64_t at = count - 15; at < count + 3; at++)
		if (at >= 0)
			compare(conn, _i, found, at);
	found_put(found);
	sql_release(&condition);
	store_put_reader(store, conn);
}
END_TEST

static void name_of(struct str *out, int64_t commit, const char *text, const char *value,
		    const struct order *order)
{
	struct sql condition;

	str_clear(out);
	sql_init(&condition);
	sql_add(&condition, text);
	sql_text(&condition, value);
	found_name(out, store, commit, ENTITY, &condition, order);
	sql_release(&condition);
}

/* Whatever makes another list makes another name. */
START_TEST(only_the_same_list_is_found_again)
{
	struct order none = { NULL, false }, by_score = { entity_field(ENTITY, "score"), false },
		     from_last = { by_score.field, true };
	const struct {
		int64_t commit;
		const char *text, *value;
		const struct order *order;
	} others[] = {
		{ 2, "score = ", "1", &none },     { 1, "score > ", "1", &none },
		{ 1, "score = ", "2", &none },     { 1, "score = ", NULL, &none },
		{ 1, "score = ", "1", &by_score }, { 1, "score = ", "1", &from_last },
	};
	struct founds *founds = founds_new(FOUND_BYTES);
	struct found *found = found_count(7), *again;
	struct str name = STR_INIT;

	name_of(&name, 1, "score = ", "1", &none);
	founds_keep(founds, &name, found);
	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		name_of(&name, others[i].commit, others[i].text, others[i].value, others[i].order);
		ck_assert_msg(!founds_take(founds, &name), "%zu", i);
	}
	name_of(&name, 1, "score = ", "1", &none);
	again = founds_take(founds, &name);
	ck_assert_ptr_eq(again, found);
	found_put(again);
	found_put(found);
	founds_free(founds);
	str_release(&name);
}
END_TEST

START_TEST(what_was_not_asked_for_longest_goes)
{
	struct err err = ERR_INIT;
	struct conn *conn = store_take_reader(store, &err);
	struct order by_score = { entity_field(ENTITY, "score"), false };
	struct founds *founds = founds_new(3 * ROWS * sizeof(uint32_t));
	struct str name = STR_INIT;
	struct sql all;
	bool there[4];

	sql_init(&all);
	sql_add(&all, "(1)");
	for (int i = 0; i < 4; i++) { /* there is room for two */
		struct found *found = found_make(conn, ENTITY, &all, &by_score, &err), *first;

		name_of(&name, 0, "1 = ", "1", &by_score);
		first = founds_take(founds, &name); /* is asked for again and again */
		found_put(first);
		name_of(&name, i, "1 = ", "1", &by_score);
		founds_keep(founds, &name, found);
		found_put(found);
	}
	for (int i = 0; i < 4; i++) {
		name_of(&name, i, "1 = ", "1", &by_score);

		struct found *found = founds_take(founds, &name);

		there[i] = found != NULL;
		found_put(found);
	}
	ck_assert(there[0] && !there[1] && !there[2] && there[3]);
	founds_free(founds);
	sql_release(&all);
	str_release(&name);
	store_put_reader(store, conn);
}
END_TEST

/* What a filter on a reference leaves is reached by its index: no look at every row. */
static const struct {
	const char *condition, *sort;
} indexed[] = {
	{ "(1) AND (\"lineItem\" = 'item-5')", NULL },
	{ "(1) AND (\"lineItem\" = 'item-5')", "sourcedId" },
	{ "(1) AND (\"lineItem\" = 'item-5')", "dateLastModified" },
	{ "(1) AND (\"student\" = 'student-5')", NULL },
	{ "(1) AND (\"student\" = 'student-5' AND \"score\" >= 1)", NULL },
	{ "(1) AND (\"class\" = 'nowhere')", NULL },
	{ "(1) AND (\"lineItem\" = 'item-5' OR \"student\" = 'student-5')", NULL },
	{ "(lineItem IN (SELECT sourcedId FROM lineItems WHERE class = 'c'))", NULL },
	{ "(student = 'student-5' AND lineItem IN (SELECT sourcedId FROM lineItems WHERE class = "
	  "'c'))",
	  NULL },
};

START_TEST(references_cost_what_they_leave)
{
	struct err err = ERR_INIT;
	struct conn *conn = store_take_reader(store, &err);
	struct order order = { indexed[_i].sort ? entity_field(ENTITY, indexed[_i].sort) : NULL,
			       false };
	struct str ignored = STR_INIT;
	struct sql condition;
	int64_t count;

	sql_init(&condition);
	sql_add(&condition, indexed[_i].condition);
	conn_watch(conn, 8000, NULL, NULL); /* steps; to look at all takes 100,000 */
	ck_assert_msg(rows_count(conn, ENTITY, &condition, &count, &err), "%s: %s",
		      indexed[_i].condition, err.text);
	ck_assert_msg(rows_list(conn, ENTITY, &condition, &order, 100, 0, add_id, &ignored, &err),
		      "%s: %s", indexed[_i].condition, err.text);
	str_clear(&condition.text);
	sql_add(&condition, "score >= 1");
	ck_assert(!rows_count(conn, ENTITY, &condition, &count, &err) && conn_was_stopped(conn));
	conn_watch(conn, 0, NULL, NULL);
	str_release(&ignored);
	sql_release(&condition);
	store_put_reader(store, conn);
}
END_TEST

Suite *found_suite(void);

Suite *found_suite(void)
{
	Suite *suite = suite_create("store/found");
	TCase *tcase = tcase_create("found");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, pages_are_those_of_the_plain_order, 0, ARRAY_SIZE(lists));
	tcase_add_test(tcase, only_the_same_list_is_found_again);
	tcase_add_test(tcase, what_was_not_asked_for_longest_goes);
	tcase_add_loop_test(tcase, references_cost_what_they_leave, 0, ARRAY_SIZE(indexed));
	suite_add_tcase(suite, tcase);
	return suite;
}
