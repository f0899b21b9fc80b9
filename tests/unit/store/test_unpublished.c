/*
 * test_unpublished.c - a reader of an earlier time sees the database of that time, to the
 * row.
 */
#include <check.h>

#include "base/jsonw.h"
#include "base/random.h"
#include "server/store/store.h"
#include "tests/unit/helpers.h"

#define STEPS 40

static struct store *store;
static struct random dice;

static struct conn *conn_of(void)
{
	return store_conn(store);
}

static bool dump_row(const struct value *columns, int count, void *payload)
{
	for (int i = 0; i < count; i++) {
		const struct value *v = &columns[i];
		char number[NUMBER_TEXT];

		number_format(v->real, number);
		str_format(payload, "%d:%lld:%s:%s|", (int)v->kind, (long long)v->integer, number,
			   v->kind == VALUE_TEXT ? v->text : "");
	}
	str_add(payload, "\n");
	return true;
}

static void dump_query(const char *text, struct str *out)
{
	struct err err = ERR_INIT;
	struct sql sql;

	sql_init(&sql);
	sql_add(&sql, text);
	ck_assert_msg(conn_query(conn_of(), &sql, dump_row, out, &err), "%s", err.text);
	sql_release(&sql);
}

/* Everything that can be read, with its row numbers. */
static char *dump(void)
{
	struct str out = STR_INIT;

	dump_query("SELECT * FROM lineItems ORDER BY id", &out);
	dump_query("SELECT * FROM users ORDER BY id", &out);
	dump_query("SELECT * FROM ref ORDER BY 1, 2, 3, 4, 5", &out);
	return str_take(&out, NULL);
}

static int roll(int sides)
{
	return (int)(random_unit(&dice) * sides);
}

static void put_something(int step)
{
	char *json = roll(2) ? xformat("{\"sourcedId\": \"l-%d\", \"title\": \"t%d\", "
				       "\"resultValueMax\": %d.%d, \"class\": "
				       "{\"sourcedId\": \"c\"}}",
				       roll(4), step, roll(3), roll(10))
			     : xformat("{\"sourcedId\": \"u-%d\", \"givenName\": \"g%d\", "
				       "\"familyName\": \"f\", \"username\": \"u\", "
				       "\"enabledUser\": true, \"role\": \"student\", "
				       "\"orgs\": [{\"sourcedId\": \"o-%d\"}, "
				       "{\"sourcedId\": \"o-%d\"}]}",
				       roll(4), step, roll(3), 3 + roll(3));

	put_row(store, strstr(json, "givenName") ? &ENTITY_USERS : &ENTITY_LINE_ITEMS, json);
	free(json);
}

static void delete_something(void)
{
	const struct entity *entity = roll(2) ? &ENTITY_LINE_ITEMS : &ENTITY_USERS;
	char *id = xformat("%c-%d", entity == &ENTITY_USERS ? 'u' : 'l', roll(4));
	struct err err = ERR_INIT;
	bool found;

	ck_assert_msg(rows_delete(conn_of(), entity, id, &found, &err), "%s", err.text);
	free(id);
}

/* What is read at @now, without leaving a trace. */
static char *dump_at(int64_t now)
{
	struct err err = ERR_INIT;
	char *text;

	ck_assert(conn_begin(conn_of(), true, &err));
	ck_assert_msg(unpublished_undo(conn_of(), now, &err), "%s", err.text);
	text = dump();
	conn_rollback(conn_of());
	return text;
}

/* Random writes, one a second, each visible 10 s later; then every second is read. */
START_TEST(every_moment_can_be_read)
{
	char *history[STEPS + 1];
	struct err err = ERR_INIT;
	bool exists;

	random_seed(&dice, (uint64_t)_i);
	store = store_open(":memory:", &err);
	for (int i = 0; i < 8; i++) /* seen at once */
		put_something(-i);
	history[0] = dump();
	for (int step = 1; step <= STEPS; step++) {
		/* an earlier `now`: nothing is dropped yet */
		ck_assert(unpublished_begin(conn_of(), 0, step + 10, &err));
		for (int i = roll(3); i >= 0; i--)
			roll(3) ? put_something(step) : delete_something();
		history[step] = dump();
	}
	for (int now = 9; now <= STEPS + 10; now++) {
		char *seen = dump_at(now);
		int step = now < 11 ? 0 : now - 10;

		ck_assert_msg(strcmp(seen, history[step]) == 0, "seed %d at %d s:\n%s\nnot\n%s", _i,
			      now, seen, history[step]);
		ck_assert(unpublished_exists(conn_of(), now, &exists, &err));
		ck_assert(exists == (now < STEPS + 10));
		free(seen);
	}

	char *after = dump(); /* as it was before it was read */

	ck_assert_str_eq(after, history[STEPS]);
	free(after);
	for (int step = 0; step <= STEPS; step++)
		free(history[step]);
	store_close(store);
}
END_TEST

static int64_t kept(void)
{
	struct err err = ERR_INIT;
	struct sql sql;
	int64_t count;

	sql_init(&sql);
	sql_add(&sql, "SELECT count(*) FROM unpublished");
	ck_assert(conn_integer(conn_of(), &sql, &count, &err));
	sql_release(&sql);
	return count;
}

START_TEST(what_can_be_read_is_dropped)
{
	struct err err = ERR_INIT;

	random_seed(&dice, 1);
	store = store_open(":memory:", &err);
	put_something(0);
	ck_assert_int_eq(kept(), 0);
	ck_assert(unpublished_begin(conn_of(), 100, 110, &err));
	put_something(1);
	put_something(2);
	ck_assert_int_eq(kept(), 2);
	ck_assert(unpublished_begin(conn_of(), 109, 119, &err));
	put_something(3);
	ck_assert_int_eq(kept(), 3);
	ck_assert(unpublished_begin(conn_of(), 110, 120, &err));
	put_something(4);
	ck_assert_int_eq(kept(), 2);
	store_close(store);
}
END_TEST

/* Time was set back, or the lag became shorter: a later write may be seen before an earlier
 * one. Then the row number of what was deleted may be taken. */
START_TEST(a_taken_row_is_no_obstacle)
{
	struct err err = ERR_INIT;
	bool found;
	char *seen;

	store = store_open(":memory:", &err);
	put_row(store, &ENTITY_CATEGORIES, "{\"sourcedId\": \"a\", \"title\": \"a\"}");
	ck_assert(unpublished_begin(conn_of(), 0, 100, &err));
	ck_assert(rows_delete(conn_of(), &ENTITY_CATEGORIES, "a", &found, &err) && found);
	ck_assert(unpublished_begin(conn_of(), 0, 50, &err));
	put_row(store, &ENTITY_CATEGORIES, "{\"sourcedId\": \"b\", \"title\": \"b\"}");

	struct str out = STR_INIT;

	ck_assert(conn_begin(conn_of(), true, &err));
	ck_assert_msg(unpublished_undo(conn_of(), 70, &err), "%s", err.text);
	dump_query("SELECT title FROM categories ORDER BY title", &out);
	seen = str_take(&out, NULL);
	ck_assert_msg(strstr(seen, ":a|") && strstr(seen, ":b|"), "%s", seen);
	free(seen);
	conn_rollback(conn_of());
	store_close(store);
}
END_TEST

Suite *unpublished_suite(void);
Suite *unpublished_suite(void)
{
	Suite *suite = suite_create("store/unpublished");
	TCase *tc = tcase_create("unpublished");

	tcase_add_loop_test(tc, every_moment_can_be_read, 0, 20);
	tcase_add_test(tc, what_can_be_read_is_dropped);
	tcase_add_test(tc, a_taken_row_is_no_obstacle);
	suite_add_tcase(suite, tc);
	return suite;
}
