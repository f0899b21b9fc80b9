/*
 * test_checkpoint.c - the write-ahead log stays small under writing without pause, whoever
 * reads meanwhile, and is gone when the store is closed.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "server/store/store.h"
#include "tests/unit/helpers.h"

#define MIB (1024 * 1024)
#define OBJECTS 50
#define WRITES 1000 /* of 64 pages each: 250 MiB go through the log */
#define LENGTH (256 * 1024)
#define LOG_PAGES 2000                  /* 8 MiB: when it is copied */
#define LOG_MOST (8 * LOG_PAGES * 4096) /* even where the machine has little time for that */

struct put {
	struct job job; /* first: a job is its put */
	int number;
	char *text;
};

static char *folder, *path;
static struct store *store;
static struct writer *writer;

static void open_again(void)
{
	struct err err = ERR_INIT;

	store = store_open_as(path, DURABILITY_NORMAL, &err); /* no disk is waited for */
	ck_assert_msg(store != NULL, "%s", err.text);
	store_limit_log(store, LOG_PAGES);
	writer = writer_start();
}

static void setup(void)
{
	folder = scratch_new();
	path = path_join(folder, "mocksis.db");
	open_again();
}

static void teardown(void)
{
	writer_stop(writer);
	store_close(store);
	free(path);
	scratch_free(folder);
}

static bool run(struct conn *conn, struct job *job)
{
	struct put *put = (struct put *)job;
	struct record record = { .entity = &ENTITY_RESULTS };
	char id[32];
	bool created;

	snprintf(id, sizeof id, "r-%d", put->number % OBJECTS);
	record_set_text(&record, "sourcedId", id);
	record_set_int(&record, "dateLastModified", put->number);
	record_set_text(&record, "comment", put->text);
	return rows_put(conn, &record, &created, &job->err);
}

static int64_t log_size(void)
{
	char *log = xformat("%s-wal", path);
	struct stat status;
	int64_t size = stat(log, &status) == 0 ? status.st_size : 0;

	free(log);
	return size;
}

/* Returns how large the log was at most. */
static int64_t write_all(int from, int count)
{
	struct put put = { .job = { .store = store, .run = run } };
	int64_t most = 0;

	put.text = xcalloc(1, LENGTH + 1);
	for (int i = from; i < from + count; i++) {
		memset(put.text, 'a' + i % 26, LENGTH);
		put.number = i;
		ck_assert_msg(writer_wait(writer, &put.job), "%s", put.job.err.text);
		most = log_size() > most ? log_size() : most;
	}
	free(put.text);
	return most;
}

static void check_last(int last)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct conn *conn = store_take_reader(store, &err);

	for (int i = last - OBJECTS + 1; i <= last; i++) {
		char *id = xformat("r-%d", i % OBJECTS);
		struct record record;
		bool found;

		ck_assert(rows_get_id(conn, &ENTITY_RESULTS, id, &record, &found, &arena, &err));
		ck_assert_msg(found && record_value(&record, "dateLastModified")->integer == i &&
				      record_text(&record, "comment")[LENGTH - 1] == 'a' + i % 26,
			      "%s is not as it was written last", id);
		free(id);
	}
	store_put_reader(store, conn);
	arena_release(&arena);
}

START_TEST(the_log_stays_small)
{
	int64_t most = write_all(0, WRITES);

	ck_assert_msg(most < LOG_MOST, "%lld MiB", (long long)most / MIB);
	check_last(WRITES - 1);
	writer_stop(writer);
	store_close(store);
	ck_assert_int_eq(log_size(), 0);
	open_again();
}
END_TEST

/* What it sees stays as it was, whatever is copied; once it has gone, the log is small again. */
START_TEST(a_reader_keeps_its_snapshot)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct conn *reader;
	struct record record;
	bool found;

	write_all(0, OBJECTS);
	reader = store_take_reader(store, &err);
	ck_assert(conn_begin(reader, false, &err));
	ck_assert(rows_get_id(reader, &ENTITY_RESULTS, "r-0", &record, &found, &arena, &err));
	write_all(OBJECTS, 1000);
	ck_assert(rows_get_id(reader, &ENTITY_RESULTS, "r-7", &record, &found, &arena, &err));
	ck_assert(found && record_value(&record, "dateLastModified")->integer == 7);
	conn_rollback(reader);
	store_put_reader(store, reader);
	write_all(OBJECTS + 1000, 1000);
	check_last(OBJECTS + 1999);
	arena_release(&arena);
}
END_TEST

/* In the middle of a checkpoint, as often as not. */
START_TEST(closing_waits_for_a_checkpoint)
{
	write_all(0, 400);
	writer_stop(writer);
	store_close(store);
	ck_assert_int_eq(log_size(), 0);
	open_again();
	check_last(399);
}
END_TEST

Suite *checkpoint_suite(void);
Suite *checkpoint_suite(void)
{
	Suite *suite = suite_create("store/checkpoint");
	TCase *tc = tcase_create("checkpoint");

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, the_log_stays_small);
	tcase_add_test(tc, a_reader_keeps_its_snapshot);
	tcase_add_test(tc, closing_waits_for_a_checkpoint);
	suite_add_tcase(suite, tc);
	return suite;
}
