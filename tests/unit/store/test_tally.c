/*
 * test_tally.c - the numbers that are kept with the rows agree with the rows.
 */
#include <check.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "server/store/store.h"
#include "tests/unit/helpers.h"

static struct store *store;
static struct writer *writer;

static void setup(void)
{
	struct err err = ERR_INIT;

	store = store_open(":memory:", &err);
	ck_assert_msg(store != NULL, "%s", err.text);
	writer = writer_start();
}

static void teardown(void)
{
	writer_stop(writer);
	store_close(store);
}

enum deed { PUT_ONE, PUT_AGAIN, PUT_AND_REFUSE, DELETE_ONE, DELETE_NONE };

struct task {
	struct job job; /* first: a job is its task */
	enum deed deed;
};

static bool run(struct conn *conn, struct job *job)
{
	struct record record = { .entity = &ENTITY_CATEGORIES };
	enum deed deed = ((struct task *)job)->deed;
	bool ignored;

	if (deed == DELETE_ONE || deed == DELETE_NONE)
		return rows_delete(conn, record.entity, deed == DELETE_ONE ? "a" : "nobody",
				   &ignored, &job->err);
	record_set_text(&record, "sourcedId", deed == PUT_AND_REFUSE ? "b" : "a");
	record_set_text(&record, "title", deed == PUT_AGAIN ? "y" : "x");
	return rows_put(conn, &record, &ignored, &job->err) && deed != PUT_AND_REFUSE;
}

static struct tally read_tally(void)
{
	struct err err = ERR_INIT;
	struct conn *conn = store_take_reader(store, &err);
	struct tally tally;
	int64_t commits;

	ck_assert_msg(tally_read(conn, &ENTITY_CATEGORIES, &tally, &err), "%s", err.text);
	ck_assert(tally_commits(conn, &commits, &err));
	ck_assert_int_eq(commits, store_commits(store));
	store_put_reader(store, conn);
	return tally;
}

static void act(enum deed deed)
{
	struct task task = { .job = { .store = store, .run = run }, .deed = deed };

	(void)!writer_wait(writer, &task.job);
	ck_assert_msg(task.job.err.code == ERR_NONE, "%s", task.job.err.text);
}

/* What each deed, after the ones above it, makes of the numbers. */
static const struct {
	enum deed deed;
	int64_t rows;
	bool changed, members; /* whether the number of the commit moves */
} deeds[] = {
	{ DELETE_NONE, 0, false, false }, { PUT_ONE, 1, true, true },
	{ PUT_AGAIN, 1, true, false },    { DELETE_NONE, 1, false, false },
	{ DELETE_ONE, 0, true, true },    { PUT_ONE, 1, true, true },
};

START_TEST(numbers_follow_the_rows)
{
	struct tally before = read_tally(), now;

	for (size_t i = 0; i < ARRAY_SIZE(deeds); i++, before = now) {
		act(deeds[i].deed);
		now = read_tally();
		ck_assert_msg(now.rows == deeds[i].rows, "%zu: %lld rows", i, (long long)now.rows);
		ck_assert_msg((now.changed > before.changed) == deeds[i].changed, "%zu", i);
		ck_assert_msg((now.members > before.members) == deeds[i].members, "%zu", i);
	}
}
END_TEST

START_TEST(a_refused_job_is_not_counted)
{
	act(PUT_ONE);
	act(PUT_AND_REFUSE);
	ck_assert_int_eq(read_tally().rows, 1);
}
END_TEST

struct restore {
	struct job job;
	const char *path;
};

static bool run_restore(struct conn *conn, struct job *job)
{
	return snapshot_restore(conn, ((struct restore *)job)->path, &job->err);
}

/* Commits are counted on: what is kept in memory of other rows must not seem to fit. */
START_TEST(a_restored_snapshot_is_counted)
{
	char *path = xformat("%s.copy", store_path(store));
	struct err err = ERR_INIT;
	struct tally before;

	act(PUT_ONE);
	ck_assert_msg(store_snapshot(store, path, &err), "%s", err.text);
	act(DELETE_ONE);
	before = read_tally();

	struct restore task = { { .store = store, .run = run_restore, .alone = true }, path };

	ck_assert_msg(writer_wait(writer, &task.job), "%s", task.job.err.text);
	ck_assert_int_eq(read_tally().rows, 1);
	ck_assert_int_gt(read_tally().members, before.members);
	unlink(path);
	free(path);
}
END_TEST

START_TEST(an_older_database_is_counted)
{
	struct err err = ERR_INIT;
	char *folder = scratch_new(), *path = path_join(folder, "old.db");

	teardown();
	store = store_open(path, &err);
	writer = writer_start();
	act(PUT_ONE);
	ck_assert(conn_exec(store_conn(store), "DROP TABLE tally; PRAGMA user_version = 3", &err));
	store_close(store);
	store = store_open(path, &err);
	ck_assert_msg(store != NULL, "%s", err.text);
	ck_assert_int_eq(read_tally().rows, 1);
	free(path);
	scratch_free(folder);
}
END_TEST

Suite *tally_suite(void);
Suite *tally_suite(void)
{
	Suite *suite = suite_create("tally");
	TCase *tc = tcase_create("tally");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, numbers_follow_the_rows);
	tcase_add_test(tc, a_refused_job_is_not_counted);
	tcase_add_test(tc, a_restored_snapshot_is_counted);
	tcase_add_test(tc, an_older_database_is_counted);
	suite_add_tcase(suite, tc);
	return suite;
}
