/*
 * test_powercut.c - the power fails at a hundred places, and the store is opened again.
 *
 * Writers hand over jobs; each remembers its number in a setting, so that what is found after
 * the cut can be compared with what the first so many jobs leave. A job that was told that it
 * is stored must be among them.
 */
#include <check.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "server/store/store.h"
#include "tests/powercut/image.h"
#include "tests/powercut/powercut.h"
#include "tests/unit/helpers.h"

#define JOBS 240
#define KEYS 64
#define SINGLE 40 /* keys that are written one by one; the rest in bulk */
#define CUTS_MOST 90
#define LOG_PAGES 60 /* when it is copied */
#define AHEAD 12     /* jobs that are not answered yet */

struct task {
	struct job job; /* first: a job is its task */
	int number;
	atomic_bool told, stored;
};

static struct task tasks[JOBS];
static struct store *store;
static struct writer *writer;

/* Of every key the job that wrote it last; 0: it is not there. And of each job one row that
 * nobody touches again: where it lies was written once. */
struct state {
	int last;
	int rows;
	int keys[KEYS];
};

static bool is_bulk(int number)
{
	return number % 10 == 7;
}

static int key_of(int number)
{
	return number * 7 % SINGLE;
}

static void play(struct state *state, int number)
{
	state->last = number;
	state->rows++;
	for (int key = SINGLE; is_bulk(number) && key < KEYS; key++)
		state->keys[key] = number;
	if (!is_bulk(number))
		state->keys[key_of(number)] = number % 11 == 3 ? 0 : number;
}

static bool put_key(struct conn *conn, int key, int number, struct err *err)
{
	struct record record = { .entity = &ENTITY_RESULTS };
	char id[32], text[900];
	bool created;

	snprintf(id, sizeof id, "r-%d", key);
	memset(text, 'a' + number % 26, sizeof text - 1); /* rows that lie on many pages */
	text[300 + number * 17 % 500] = '\0';
	record_set_text(&record, "sourcedId", id);
	record_set_text(&record, "status", "active");
	record_set_int(&record, "dateLastModified", number);
	record_set_text(&record, "comment", text);
	return rows_put(conn, &record, &created, err);
}

static bool put_row_of(struct conn *conn, int number, struct err *err)
{
	struct record record = { .entity = &ENTITY_CATEGORIES };
	char id[32], text[700];
	bool created;

	snprintf(id, sizeof id, "c-%d", number);
	memset(text, 'A' + number % 26, sizeof text - 1);
	text[sizeof text - 1] = '\0';
	record_set_text(&record, "sourcedId", id);
	record_set_text(&record, "title", text);
	return rows_put(conn, &record, &created, err);
}

static bool run(struct conn *conn, struct job *job)
{
	int number = ((struct task *)job)->number, key = key_of(number);
	char text[16], id[32];
	bool found;

	snprintf(text, sizeof text, "%d", number);
	snprintf(id, sizeof id, "r-%d", key);
	if (!setting_put(conn, "last", text, &job->err) || !put_row_of(conn, number, &job->err))
		return false;
	if (!is_bulk(number))
		return number % 11 == 3 ? rows_delete(conn, &ENTITY_RESULTS, id, &found, &job->err)
					: put_key(conn, key, number, &job->err);
	for (key = SINGLE; key < KEYS; key++)
		if (!put_key(conn, key, number, &job->err))
			return false;
	return true;
}

static void done(struct job *job)
{
	struct task *task = (struct task *)job;

	atomic_store(&task->stored, job->ran && job->err.code == ERR_NONE);
	atomic_store(&task->told, true);
}

static void wait_until_told(int number)
{
	while (!atomic_load(&tasks[number].told))
		usleep(50);
}

static struct store *open_at(const char *path, enum durability durability)
{
	struct err err = ERR_INIT;
	struct store *opened = store_open_as(path, durability, &err);

	ck_assert_msg(opened != NULL, "%s", err.text);
	return opened;
}

static void submit(int number)
{
	tasks[number].job = (struct job){ .store = store, .run = run, .done = done };
	tasks[number].number = number;
	atomic_store(&tasks[number].told, false);
	atomic_store(&tasks[number].stored, false);
	writer_submit(writer, &tasks[number].job);
}

/* From time to time somebody reads old rows, over which no checkpoint may copy. */
static void read_old_rows(int number)
{
	static struct conn *reader;
	struct err err = ERR_INIT;
	int64_t count;
	struct sql sql;

	if (number == 1)
		reader = NULL;
	if (number % 23 == 5) {
		sql_init(&sql);
		sql_add(&sql, "SELECT count(*) FROM results");
		reader = store_take_reader(store, &err);
		ck_assert_msg(reader && conn_begin(reader, false, &err) &&
				      conn_integer(reader, &sql, &count, &err),
			      "%s", err.text);
		sql_release(&sql);
	} else if (reader && (number % 23 == 19 || number == JOBS - 1)) {
		ck_assert(conn_commit(reader, &err));
		store_put_reader(store, reader);
		reader = NULL;
	}
}

/* Jobs 1 to JOBS - 1, @ahead at once, with checkpoints beside them. */
static void run_jobs(int ahead)
{
	store_limit_log(store, LOG_PAGES);
	writer = writer_start();
	for (int number = 1; number < JOBS; number++) {
		read_old_rows(number);
		submit(number);
		if (number > ahead)
			wait_until_told(number - ahead);
	}
	writer_stop(writer);
}

/* What was found after a cut. */

static int number_of(const char *text)
{
	int64_t number = -1;

	ck_assert_msg(number_parse(text, 0, JOBS, &number), "%s", text);
	return (int)number;
}

static bool take_row(const struct value *columns, int count, void *payload)
{
	struct state *state = payload;
	int key = number_of(columns[0].text + 2), number = (int)columns[1].integer;
	size_t length = columns[2].kind == VALUE_TEXT ? strlen(columns[2].text) : 0;

	(void)count;
	ck_assert_msg(key >= 0 && key < KEYS, "%s", columns[0].text);
	ck_assert_msg(length == 300 + (size_t)(number * 17 % 500) &&
			      columns[2].text[0] == 'a' + number % 26 &&
			      columns[2].text[length - 1] == columns[2].text[0],
		      "%s is half of one write and half of another: %s", columns[0].text,
		      columns[2].text);
	state->keys[key] = number;
	return true;
}

static void query(struct store *of, const char *text, row_fn *row, void *payload)
{
	struct err err = ERR_INIT;
	struct sql sql;

	sql_init(&sql);
	sql_add(&sql, text);
	ck_assert_msg(conn_query(store_conn(of), &sql, row, payload, &err), "%s: %s", text,
		      err.text);
	sql_release(&sql);
}

static bool is_ok(const struct value *columns, int count, void *payload)
{
	(void)count;
	ck_assert_msg(strcmp(columns[0].text, "ok") == 0, "%s: integrity_check: %s",
		      (const char *)payload, columns[0].text);
	return true;
}

static bool take_count(const struct value *columns, int count, void *payload)
{
	(void)count;
	*(int64_t *)payload = columns[0].integer;
	return false;
}

static void read_state(struct store *of, struct state *out)
{
	int64_t wrong = -1, count = -1;
	struct err err = ERR_INIT;
	char *last = NULL;

	*out = (struct state){ 0 };
	query(of, "SELECT sourcedId, dateLastModified, comment FROM results", take_row, out);
	query(of,
	      "SELECT rows - (SELECT count(*) FROM results) FROM tally WHERE entity = 'results'",
	      take_count, &wrong);
	query(of, "SELECT count(*) FROM categories WHERE length(title) = 699", take_count, &count);
	out->rows = (int)count;
	ck_assert_msg(wrong == 0, "the tally is wrong by %d", (int)wrong);
	ck_assert_msg(setting_get(store_conn(of), "last", &last, &err), "%s", err.text);
	out->last = last ? number_of(last) : 0;
	free(last);
}

static bool same_state(const struct state *a, const struct state *b)
{
	return memcmp(a, b, sizeof *a) == 0;
}

/* Cuts: copies of the disk, with the last job that was told by then that it is stored. */
static struct {
	char *folder;
	uint64_t state;
	int one_in;
	int count, told[CUTS_MOST];
} cuts;

static int last_told(void)
{
	int last = 0;

	for (int number = 1; number < JOBS; number++)
		if (atomic_load(&tasks[number].told) && atomic_load(&tasks[number].stored))
			last = number;
	return last;
}

static char *cut_folder(int i)
{
	return xformat("%s/cut-%d", cuts.folder, i);
}

static void cut(void *payload)
{
	char *folder;

	(void)payload;
	if (cuts.count == CUTS_MOST || draw(&cuts.state) % (uint64_t)cuts.one_in)
		return;
	folder = cut_folder(cuts.count);
	ck_assert_int_eq(mkdir(folder, 0700), 0);
	cuts.told[cuts.count++] = last_told();
	powercut_save(folder, draw(&cuts.state));
	free(folder);
}

/* Opens the disk of a cut. How many acknowledged jobs are lost. */
static int judge(int i, uint64_t seed)
{
	char *folder = cut_folder(i), *path = path_join(folder, "s.db");
	struct state found, wanted = { 0 };
	struct store *opened = open_at(path, DURABILITY_FULL);

	query(opened, "PRAGMA integrity_check", is_ok, path);
	read_state(opened, &found);
	for (int number = 1; number <= found.last; number++)
		play(&wanted, number);
	ck_assert_msg(same_state(&found, &wanted), "seed %llu, cut %d: not what jobs 1 to %d leave",
		      (unsigned long long)seed, i, found.last);
	store_close(opened);
	free(path);
	free(folder);
	return cuts.told[i] > found.last ? cuts.told[i] - found.last : 0;
}

/* Cuts the power while JOBS are run; what was lost over all cuts. */
static int play_cuts(enum durability durability, uint64_t seed)
{
	char *folder = scratch_new(), *path = path_join(folder, "s.db");
	int lost = 0;

	cuts.folder = folder;
	cuts.state = seed;
	cuts.one_in = 4;
	cuts.count = 0;
	powercut_install();
	store = open_at(path, durability);
	powercut_watch(cut, NULL);
	run_jobs(AHEAD);
	store_close(store);
	powercut_remove();
	ck_assert_int_gt(cuts.count, 20);
	for (int i = 0; i < cuts.count; i++)
		lost += judge(i, seed);
	free(path);
	folder_delete(folder);
	free(folder);
	return lost;
}

START_TEST(full_loses_nothing)
{
	uint64_t seed = (uint64_t)_i + 1;
	int lost = play_cuts(DURABILITY_FULL, seed);

	ck_assert_msg(lost == 0, "seed %llu: %d acknowledged writes are lost",
		      (unsigned long long)seed, lost);
}
END_TEST

/* The disk really forgets; and what is left is sound all the same. */
START_TEST(normal_loses_what_it_acknowledged)
{
	ck_assert_int_gt(play_cuts(DURABILITY_NORMAL, (uint64_t)_i + 1), 0);
}
END_TEST

/* Calls that fail. The jobs go one by one, so that each call belongs to one. */

#define NTH_MOST 40

/* clang-format off */
static const struct {
	const char *label;
	struct powercut_fault fault; /* nth is played from 1 up, in steps of `step` */
	int step;
} faults[] = {
	{ "the log cannot be synced, once",
	  { "-wal", POWERCUT_SYNC, SQLITE_IOERR_FSYNC, 0, 1, false, false }, 7 },
	{ "the log cannot be synced, once, and is after all",
	  { "-wal", POWERCUT_SYNC, SQLITE_IOERR_FSYNC, 0, 1, false, true }, 9 },
	{ "the log can never be synced again",
	  { "-wal", POWERCUT_SYNC, SQLITE_IOERR_FSYNC, 0, -1, false, false }, 9 },
	{ "a write to the log fails",
	  { "-wal", POWERCUT_WRITE, SQLITE_IOERR_WRITE, 0, 1, false, false }, 5 },
	{ "a write to the log is short",
	  { "-wal", POWERCUT_WRITE, SQLITE_IOERR_WRITE, 0, 1, true, false }, 5 },
	{ "the disk is full for a while",
	  { "-wal", POWERCUT_WRITE, SQLITE_FULL, 0, 25, true, false }, 7 },
	{ "the disk is full for good",
	  { "-wal", POWERCUT_WRITE, SQLITE_FULL, 0, -1, true, false }, 13 },
	{ "a checkpoint cannot write",
	  { ".db", POWERCUT_WRITE, SQLITE_IOERR_WRITE, 0, 1, true, false }, 11 },
	{ "a checkpoint cannot sync",
	  { ".db", POWERCUT_SYNC, SQLITE_IOERR_FSYNC, 0, 1, false, false }, 1 },
	{ "no checkpoint can sync",
	  { ".db", POWERCUT_SYNC, SQLITE_IOERR_FSYNC, 0, -1, false, false }, 3 },
	{ "the database cannot be cut",
	  { ".db", POWERCUT_TRUNCATE, SQLITE_IOERR_TRUNCATE, 0, -1, false, false }, 1 },
};
/* clang-format on */

/* What the jobs leave that were told that they are stored, and perhaps one more. */
static void expected(struct state *out, int more)
{
	*out = (struct state){ 0 };
	for (int number = 1; number < JOBS; number++)
		if (atomic_load(&tasks[number].stored) || number == more)
			play(out, number);
}

static int refused(void)
{
	int count = 0;

	for (int number = 1; number < JOBS; number++)
		count += !atomic_load(&tasks[number].stored);
	return count;
}

/* A job whose sync failed was told so; the log may hold it whole all the same until another one
 * is written over it. So the last thing that the disk shows may be one that was refused behind
 * all that was stored. */
static void judge_disk(const char *label, long nth, int i)
{
	char *folder = cut_folder(i), *path = path_join(folder, "s.db");
	struct state found, wanted;
	struct store *opened = open_at(path, DURABILITY_FULL);

	query(opened, "PRAGMA integrity_check", is_ok, path);
	read_state(opened, &found);
	expected(&wanted, 0);
	if (found.last > wanted.last)
		expected(&wanted, found.last);
	ck_assert_msg(same_state(&found, &wanted),
		      "%s, at call %ld: found as of job %d, wanted as of %d", label, nth,
		      found.last, wanted.last);
	store_close(opened);
	free(path);
	free(folder);
}

#define DISKS 6

static void save_disks(int from, int to_before)
{
	for (int i = from; i < to_before; i++) {
		char *to = cut_folder(i);

		ck_assert_int_eq(mkdir(to, 0700), 0);
		powercut_save(to, (uint64_t)i);
		free(to);
	}
}

/* One pass with the fault at its nth call: false when there were not so many calls. */
static bool play_fault(const char *label, const struct powercut_fault *fault)
{
	char *folder = scratch_new(), *path = path_join(folder, "s.db");
	struct state found, wanted;
	bool came;

	cuts.folder = folder;
	powercut_install();
	store = open_at(path, DURABILITY_FULL);
	powercut_fail(fault);
	run_jobs(0);
	came = powercut_calls() >= fault->nth;
	expected(&wanted, 0);
	read_state(store, &found);
	ck_assert_msg(same_state(&found, &wanted), "%s, at call %ld: found %d, told %d", label,
		      fault->nth, found.last, wanted.last);
	save_disks(0, DISKS);
	store_close(store);
	save_disks(DISKS, 2 * DISKS);
	powercut_remove();
	for (int i = 0; i < 2 * DISKS && came; i++)
		judge_disk(label, fault->nth, i);
	free(path);
	folder_delete(folder);
	free(folder);
	return came;
}

START_TEST(a_failing_disk_is_told)
{
	int told = 0;

	for (long nth = 1; nth < NTH_MOST; nth += faults[_i].step) {
		struct powercut_fault fault = faults[_i].fault;

		fault.nth = nth;
		fault.seed = (uint64_t)nth;
		if (!play_fault(faults[_i].label, &fault)) {
			ck_assert_msg(nth > 1, "%s: there is no such call", faults[_i].label);
			break;
		}
		told += refused();
	}
	if (strcmp(faults[_i].fault.suffix, "-wal") == 0)
		ck_assert_msg(told > 0, "%s: nobody was told", faults[_i].label);
}
END_TEST

Suite *powercut_suite(void);
Suite *powercut_suite(void)
{
	Suite *suite = suite_create("powercut");
	TCase *tc = tcase_create("powercut");

	tcase_set_timeout(tc, 60);

	tcase_add_loop_test(tc, full_loses_nothing, 0, 6);
	tcase_add_loop_test(tc, normal_loses_what_it_acknowledged, 0, 2);
	tcase_add_loop_test(tc, a_failing_disk_is_told, 0, (int)ARRAY_SIZE(faults));
	suite_add_tcase(suite, tc);
	return suite;
}
