/*
 * test_fence.c - pages that begin at a fence are those of the plain order, whatever is
 * committed meanwhile.
 */
#include "server/store/fence.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "server/store/internal.h"
#include "tests/unit/helpers.h"

#define ENTITY (&ENTITY_CATEGORIES)
#define ROWS 5000
#define PAGE 7

static struct store *store;
static struct random dice;
static int64_t made; /* ids that there ever were */

static void setup(void)
{
	struct err err = ERR_INIT;

	store = store_open(":memory:", &err);
	ck_assert_msg(store != NULL, "%s", err.text);
	random_seed(&dice, 42);
	made = 0;
}

static void teardown(void)
{
	store_close(store);
}

static int64_t below(int64_t most)
{
	uint64_t bits;

	random_bytes(&dice, &bits, sizeof bits);
	return (int64_t)(bits % (uint64_t)most);
}

/* Ids lie in no order at all. */
static void id_of(int64_t number, char out[static 32])
{
	snprintf(out, 32, "%016llx",
		 (unsigned long long)((uint64_t)number * UINT64_C(0x9e3779b97f4a7c15)));
}

static void insert_one(struct conn *conn)
{
	struct record record = { .entity = ENTITY };
	struct err err = ERR_INIT;
	char id[32];
	bool created;

	id_of(made++, id);
	record_set_text(&record, "sourcedId", id);
	record_set_text(&record, "title", "x");
	ck_assert_msg(rows_put(conn, &record, &created, &err) && created, "%s", err.text);
}

static void delete_one(struct conn *conn)
{
	struct err err = ERR_INIT;
	char id[32];
	bool found;

	id_of(below(made), id);
	ck_assert_msg(rows_delete(conn, ENTITY, id, &found, &err), "%s", err.text);
}

static void commit(int inserts, int deletes)
{
	struct conn *conn = store_conn(store);
	struct err err = ERR_INIT;

	ck_assert_msg(conn_begin(conn, true, &err), "%s", err.text);
	for (int i = 0; i < inserts; i++)
		insert_one(conn);
	for (int i = 0; i < deletes; i++)
		delete_one(conn);
	ck_assert_msg(conn_commit(conn, &err), "%s", err.text);
}

/* clang-format off */
static const struct {
	const char *name;
	enum fence_order by;
	bool descending;
} orders[] = {
	{ "by row",                  FENCE_BY_ROW, false },
	{ "by sourcedId",            FENCE_BY_ID,  false },
	{ "by sourcedId, from last", FENCE_BY_ID,  true },
};
/* clang-format on */

static struct order order_of(int i)
{
	bool by_id = orders[i].by == FENCE_BY_ID;

	return (struct order){ by_id ? &ENTITY->fields[FIELD_SOURCED_ID] : NULL,
			       orders[i].descending };
}

static void make(int i)
{
	struct err err = ERR_INIT;
	struct conn *conn = store_take_reader(store, &err);

	ck_assert_msg(
		fences_make(store_fences(store), conn, ENTITY, orders[i].by, NULL, NULL, &err),
		"%s: %s", orders[i].name, err.text);
	store_put_reader(store, conn);
}

static enum fence_found find(struct conn *conn, int i, int64_t offset, struct fence *out,
			     int64_t *rows)
{
	struct err err = ERR_INIT;
	struct tally tally;

	ck_assert_msg(tally_read(conn, ENTITY, &tally, &err), "%s", err.text);
	*rows = tally.rows;
	return fences_find(store_fences(store), ENTITY, orders[i].by, orders[i].descending, offset,
			   &tally, out);
}

static bool add_id(const struct record *record, void *payload)
{
	str_format(payload, "%s ", record->values[FIELD_SOURCED_ID].text);
	return true;
}

static void compare_page(struct conn *conn, int i, int64_t offset, const char *when)
{
	struct order order = order_of(i);
	struct str plain = STR_INIT, fenced = STR_INIT;
	struct err err = ERR_INIT;
	struct fence fence;
	struct sql all;
	int64_t rows;

	sql_init(&all);
	sql_add(&all, "1");
	ck_assert_msg(find(conn, i, offset, &fence, &rows) == FENCE_FOUND, "%s %s: no fence",
		      orders[i].name, when);
	ck_assert_msg(fence.skip < 9 * FENCE_BLOCK || offset > rows, "%s %s: %lld rows to walk",
		      orders[i].name, when, (long long)fence.skip);
	ck_assert(rows_list(conn, ENTITY, &all, &order, PAGE, offset, add_id, &plain, &err));
	ck_assert(rows_fenced(conn, ENTITY, &order, &fence, PAGE, add_id, &fenced, &err));
	ck_assert_msg(strcmp(str_text(&plain), str_text(&fenced)) == 0,
		      "%s %s at %lld of %lld: %s, not %s", orders[i].name, when, (long long)offset,
		      (long long)rows, str_text(&fenced), str_text(&plain));
	fence_release(&fence);
	str_release(&plain);
	str_release(&fenced);
	sql_release(&all);
}

/* Everywhere: at both ends, around the blocks, beyond the last. */
static void compare(int i, const char *when)
{
	static const int64_t offsets[] = { 0,    1,    1020, 1023, 1024, 1025, 2047, 2048,
					   3000, 4095, 4096, 4990, 4999, 5000, 9000 };
	struct err err = ERR_INIT;
	struct conn *conn = store_take_reader(store, &err);

	ck_assert(conn_begin(conn, false, &err));
	for (size_t k = 0; k < ARRAY_SIZE(offsets); k++)
		compare_page(conn, i, offsets[k], when);
	for (int k = 0; k < 10; k++)
		compare_page(conn, i, below(6000), when);
	conn_rollback(conn);
	store_put_reader(store, conn);
}

START_TEST(pages_follow_every_commit)
{
	static const struct {
		int inserts, deletes;
	} commits[] = { { 1, 0 },    { 0, 1 },   { 50, 50 }, { 0, 900 },  { 700, 0 }, { 3, 200 },
			{ 0, 1500 }, { 900, 0 }, { 10, 10 }, { 0, 3000 }, { 40, 40 }, { 3000, 9 } };

	commit(ROWS, 0);
	make(_i);
	compare(_i, "as made");
	for (size_t k = 0; k < ARRAY_SIZE(commits); k++) {
		char when[32];

		snprintf(when, sizeof when, "after commit %zu", k);
		commit(commits[k].inserts, commits[k].deletes);
		compare(_i, when);
	}
}
END_TEST

/* Who makes them may see a commit before its writer comes to tell of it. */
START_TEST(a_commit_is_followed_once)
{
	struct change change = { ENTITY, CHANGE_INSERT, 17, NULL };
	struct changes changes = { .items = &change, .count = 1 };
	char id[32];

	commit(ROWS, 0);
	make(_i);
	id_of(16, id);
	change.id = id;
	changes.commit = store_commits(store);
	changes.members = ~0u;
	fences_follow(store_fences(store), &changes);
	compare(_i, "told once more");
}
END_TEST

/* New rows come behind the others; their block must not grow for ever. */
START_TEST(new_rows_begin_new_blocks)
{
	struct err err = ERR_INIT;
	struct conn *conn = store_take_reader(store, &err);
	struct fence fence;
	int64_t rows;

	commit(100, 0);
	make(0);
	for (int i = 0; i < 10; i++)
		commit(1000, 0);
	ck_assert_int_eq(find(conn, 0, 9999, &fence, &rows), FENCE_FOUND);
	ck_assert_int_eq(rows, 10100);
	ck_assert_int_lt(fence.skip, FENCE_BLOCK);
	fence_release(&fence);
	store_put_reader(store, conn);
}
END_TEST

static bool commit_meanwhile(void *payload)
{
	int *left = payload;

	if ((*left)-- > 0)
		commit(20, 15);
	return false;
}

START_TEST(what_is_committed_while_they_are_made_is_not_lost)
{
	struct err err = ERR_INIT;
	struct conn *conn = store_take_reader(store, &err);
	int left = 3;

	commit(ROWS, 0);
	ck_assert_msg(fences_make(store_fences(store), conn, ENTITY, orders[_i].by,
				  commit_meanwhile, &left, &err),
		      "%s", err.text);
	ck_assert_int_lt(left, 1);
	compare(_i, "made beside a writer");
	store_put_reader(store, conn);
}
END_TEST

static bool at_once(void *payload)
{
	(void)payload;
	return true;
}

/* Each spoils them or keeps them from being used: then others look in the plain order. */
START_TEST(they_are_not_used_where_they_do_not_fit)
{
	char *copy = xformat("%s.copy", store_path(store));
	struct err err = ERR_INIT;
	struct conn *reader = store_take_reader(store, &err);
	struct fence fence;
	int64_t rows;

	commit(ROWS, 0);
	ck_assert(!fences_make(store_fences(store), reader, ENTITY, orders[_i].by, at_once, NULL,
			       &err));
	ck_assert_int_eq(find(reader, _i, 4000, &fence, &rows), FENCE_NONE);
	make(_i);

	/* who reads an older state */
	ck_assert(conn_begin(reader, false, &err));
	ck_assert_int_eq(find(reader, _i, 4000, &fence, &rows), FENCE_FOUND);
	fence_release(&fence);
	commit(1, 0);
	ck_assert_int_eq(find(reader, _i, 4000, &fence, &rows), FENCE_OTHER);
	conn_rollback(reader);
	ck_assert_int_eq(find(reader, _i, 4000, &fence, &rows), FENCE_FOUND);
	fence_release(&fence);

	/* other rows altogether */
	ck_assert_msg(store_snapshot(store, copy, &err), "%s", err.text);
	commit(0, 3);
	ck_assert_msg(snapshot_restore(store_conn(store), copy, &err), "%s", err.text);
	ck_assert_int_eq(find(reader, _i, 4000, &fence, &rows), FENCE_NONE);
	make(_i);
	compare(_i, "after a restore");
	store_remove(copy);
	store_put_reader(store, reader);
	free(copy);
}
END_TEST

START_TEST(they_are_small)
{
	commit(ROWS, 0);
	make(0);
	make(1);
	ck_assert_uint_lt(fences_size(store_fences(store)), 2048);
}
END_TEST

Suite *fence_suite(void);

Suite *fence_suite(void)
{
	Suite *suite = suite_create("store/fence");
	TCase *tcase = tcase_create("fence");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_set_timeout(tcase, 60);
	tcase_add_loop_test(tcase, pages_follow_every_commit, 0, ARRAY_SIZE(orders));
	tcase_add_loop_test(tcase, a_commit_is_followed_once, 0, ARRAY_SIZE(orders));
	tcase_add_test(tcase, new_rows_begin_new_blocks);
	tcase_add_loop_test(tcase, what_is_committed_while_they_are_made_is_not_lost, 0,
			    ARRAY_SIZE(orders));
	tcase_add_loop_test(tcase, they_are_not_used_where_they_do_not_fit, 0, ARRAY_SIZE(orders));
	tcase_add_test(tcase, they_are_small);
	suite_add_tcase(suite, tcase);
	return suite;
}
