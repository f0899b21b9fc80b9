/*
 * test_writer.c - group commit: order, failures beside successes, and who is told when.
 */
#include <check.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <unistd.h>

#include "server/store/store.h"
#include "tests/unit/helpers.h"

#define JOBS 300 /* more than one batch */

enum kind { STORE, REFUSE, BREAK, TWICE };

struct task {
	struct job job; /* first: a job is its task */
	enum kind kind;
	int number;
	bool visible; /* to a reader, when done() was called */
	bool told;
};

static struct store *store, *second;
static struct task tasks[JOBS];
static int order[3 * JOBS]; /* a job may be run again */
static atomic_int ordered;  /* stores are served side by side */
static bool again;          /* whether jobs say that they can be */
static sem_t gate;

static bool insert(struct conn *conn, int number, struct err *err)
{
	struct record record = { .entity = &ENTITY_CATEGORIES };
	char id[32];
	bool created;

	snprintf(id, sizeof id, "c-%d", number);
	record_set_text(&record, "sourcedId", id);
	record_set_text(&record, "title", "x");
	return rows_put(conn, &record, &created, err);
}

static bool run(struct conn *conn, struct job *job)
{
	struct task *task = (struct task *)job;
	struct err ignored = ERR_INIT;

	order[atomic_fetch_add(&ordered, 1)] = task->number;
	if (!insert(conn, task->number, &job->err))
		return false;
	switch (task->kind) {
	case STORE:
		return true;
	case REFUSE: /* after it has written */
		return false;
	case BREAK:
		return conn_exec(conn, "INSERT INTO no_such_table VALUES (1)", &job->err);
	case TWICE: /* a constraint that fails inside, and is lived with */
		return !conn_exec(conn, "INSERT INTO categories (sourcedId) VALUES (NULL)",
				  &ignored);
	}
	return false;
}

static void done(struct job *job)
{
	struct task *task = (struct task *)job;
	struct err err = ERR_INIT;
	struct conn *reader = store_take_reader(job->store, &err);
	char id[32];

	snprintf(id, sizeof id, "c-%d", task->number);
	task->told = reader && rows_exist(reader, &ENTITY_CATEGORIES, id, &task->visible, &err);
	if (reader)
		store_put_reader(job->store, reader);
}

static bool wait_at_gate(struct conn *conn, struct job *job)
{
	(void)conn;
	(void)job;
	sem_wait(&gate);
	return true;
}

static void nothing(struct job *job)
{
	(void)job;
}

static struct store *open_one(void)
{
	struct err err = ERR_INIT;
	struct store *opened = store_open(":memory:", &err);

	ck_assert_msg(opened != NULL, "%s", err.text);
	return opened;
}

static void open_stores(void)
{
	store = open_one();
	second = open_one();
	sem_init(&gate, 0, 0);
}

static void close_stores(void)
{
	sem_destroy(&gate);
	store_close(store);
	store_close(second);
}

static void submit(struct writer *writer, int number, struct store *to, enum kind kind)
{
	tasks[number] = (struct task){
		.job = { .store = to, .run = run, .done = done, .again = again },
		.kind = kind,
		.number = number
	};
	writer_submit(writer, &tasks[number].job);
}

/* Everything that is submitted behind the gate waits, and is run together. */
static struct writer *start_gated(struct job *first)
{
	struct writer *writer = writer_start();

	*first = (struct job){ .store = store, .run = wait_at_gate, .done = nothing };
	writer_submit(writer, first);
	return writer;
}

START_TEST(runs_in_order_and_tells_after_the_commit)
{
	struct job first;
	struct writer *writer = start_gated(&first);

	for (int i = 0; i < JOBS; i++)
		submit(writer, i, store, STORE);
	sem_post(&gate);
	writer_stop(writer);
	ck_assert_int_eq(ordered, JOBS);
	for (int i = 0; i < JOBS; i++) {
		ck_assert_int_eq(order[i], i);
		ck_assert_msg(tasks[i].told && tasks[i].job.ran, "%d", i);
		ck_assert_msg(tasks[i].visible, "%d was told before the commit", i);
	}
}
END_TEST

START_TEST(counts_what_it_does)
{
	struct job first;
	struct writer *writer = start_gated(&first);
	struct writer_stats stats;

	for (int i = 0; i < JOBS; i++)
		submit(writer, i, store, STORE);
	writer_stats(writer, &stats);
	ck_assert_int_eq(stats.waiting, JOBS + 1); /* with the one at the gate */
	ck_assert_int_eq(stats.transactions, 0);
	sem_post(&gate);
	for (int i = 0; stats.waiting && i < 10000; i++) {
		usleep(1000);
		writer_stats(writer, &stats);
	}
	ck_assert_int_eq(stats.waiting, 0);
	ck_assert_int_eq(stats.jobs, JOBS + 1);
	/* a full batch and the rest, and before them the gate where it was taken alone */
	ck_assert(stats.transactions == 2 || stats.transactions == 3);
	writer_stop(writer);
}
END_TEST

static const struct {
	enum kind kind;
	bool again;
} failures[] = {
	{ REFUSE, false }, { BREAK, false }, { TWICE, false },
	{ REFUSE, true },  { BREAK, true },  { TWICE, true },
};

START_TEST(a_failing_job_does_not_undo_its_neighbours)
{
	struct job first;
	struct writer *writer = start_gated(&first);
	enum kind kind = failures[_i].kind;

	again = failures[_i].again;

	submit(writer, 0, store, STORE);
	submit(writer, 1, store, kind);
	submit(writer, 2, store, STORE);
	submit(writer, 3, store, kind);
	sem_post(&gate);
	writer_stop(writer);
	for (int i = 0; i < 4; i++) {
		bool good = i % 2 == 0 || kind == TWICE;

		ck_assert_msg(tasks[i].told && tasks[i].job.ran == good, "job %d: %d", i,
			      tasks[i].job.ran);
		ck_assert_msg(tasks[i].visible == good, "job %d is %sstored", i,
			      tasks[i].visible ? "" : "not ");
		ck_assert_msg((tasks[i].job.err.code == ERR_ENVIRONMENT) ==
				      (!good && kind == BREAK),
			      "job %d: %s", i, tasks[i].job.err.text);
	}
}
END_TEST

START_TEST(serves_several_stores)
{
	struct job first;
	struct writer *writer = start_gated(&first);
	struct err err = ERR_INIT;
	bool found = true;

	for (int i = 0; i < 20; i++)
		submit(writer, i, i % 3 ? store : second, STORE);
	sem_post(&gate);
	writer_stop(writer);
	for (int i = 0; i < 20; i++)
		ck_assert_msg(tasks[i].visible, "%d", i);
	ck_assert(rows_exist(store_conn(store), &ENTITY_CATEGORIES, "c-0", &found, &err) && !found);
	ck_assert(rows_exist(store_conn(second), &ENTITY_CATEGORIES, "c-0", &found, &err) && found);
}
END_TEST

/* A reset or a restore of one sandbox takes long; the writes of the others go on. */
START_TEST(a_long_job_keeps_only_its_own_store_waiting)
{
	struct job first;
	struct writer *writer = start_gated(&first);
	struct task own = { .job = { .store = store, .run = run, .done = done } };
	struct task other = { .job = { .store = second, .run = run }, .number = 1 };

	writer_submit(writer, &own.job);
	ck_assert_msg(writer_wait(writer, &other.job), "%s", other.job.err.text);
	ck_assert(!own.told);
	sem_post(&gate);
	writer_stop(writer);
	ck_assert(own.told && own.visible);
}
END_TEST

START_TEST(stopping_runs_what_is_queued)
{
	struct writer *writer = writer_start();

	for (int i = 0; i < 50; i++)
		submit(writer, i, store, STORE);
	writer_stop(writer);
	for (int i = 0; i < 50; i++)
		ck_assert_msg(tasks[i].told && tasks[i].visible, "%d", i);
	writer_stop(NULL);
	writer_stop(writer_start());
}
END_TEST

/* Who has nobody before him needs no other thread. */
START_TEST(tries_where_nobody_waits)
{
	struct writer *writer = writer_start();
	struct task task = { .job = { .store = store, .run = run, .done = done } };
	struct writer_stats stats;

	store_limit_quick(store, INT64_MAX);
	ck_assert(writer_try(writer, &task.job));
	ck_assert(task.job.ran && !task.told); /* to tell is for who asked */
	done(&task.job);
	ck_assert(task.visible);
	task = (struct task){ .job = { .store = store, .run = run }, .kind = REFUSE, .number = 1 };
	ck_assert(writer_try(writer, &task.job));
	ck_assert(!task.job.ran);
	done(&task.job);
	ck_assert(!task.visible);
	writer_stats(writer, &stats);
	ck_assert_int_eq(stats.waiting, 0);
	ck_assert_int_eq(stats.jobs, 2);
	writer_stop(writer);
}
END_TEST

/* The first commit of a store is believed to be quick, the next one as quick as that was. */
START_TEST(does_not_try_a_slow_disk)
{
	struct writer *writer = writer_start();
	struct task tried = { .job = { .store = store, .run = run } };
	struct task waited = { .job = { .store = store, .run = run }, .number = 1 };

	store_limit_quick(store, 0); /* which no commit is */
	ck_assert(writer_try(writer, &tried.job));
	ck_assert(!writer_try(writer, &waited.job));
	ck_assert_int_eq(ordered, 1);
	ck_assert(writer_wait(writer, &waited.job));
	store_limit_quick(store, INT64_MAX);
	for (int i = 0; i < 10000 && ordered == 2; i++) { /* who told us may not have left yet */
		if (!writer_try(writer, &tried.job))
			usleep(1000);
	}
	ck_assert_int_eq(ordered, 3);
	writer_stop(writer);
}
END_TEST

START_TEST(does_not_try_before_others)
{
	struct job first;
	struct writer *writer = start_gated(&first);
	struct task own = { .job = { .store = store, .run = run, .done = done } };
	struct task other = { .job = { .store = second, .run = run }, .number = 1 };

	ck_assert(!writer_try(writer, &own.job));
	ck_assert(writer_try(writer, &other.job));
	ck_assert_int_eq(ordered, 1);
	sem_post(&gate);
	writer_stop(writer);
}
END_TEST

/* What is handed over while somebody tries. */
static bool submit_another(struct conn *conn, struct job *job)
{
	(void)conn;
	submit(job->waits, 0, store, STORE);
	return true;
}

START_TEST(what_comes_while_one_is_tried_is_run)
{
	struct writer *writer = writer_start();
	struct job job = { .store = store, .run = submit_another, .waits = writer };
	struct writer_stats stats = { .waiting = 1 };

	ck_assert(writer_try(writer, &job));
	for (int i = 0; stats.waiting && i < 10000; i++) {
		usleep(1000);
		writer_stats(writer, &stats);
	}
	ck_assert_int_eq(stats.waiting, 0);
	writer_stop(writer);
	ck_assert(tasks[0].told && tasks[0].visible);
}
END_TEST

static void *submit_some(void *payload)
{
	struct writer *writer = payload;
	static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
	static int from;

	pthread_mutex_lock(&mutex);

	int start = from;

	from += 50;
	pthread_mutex_unlock(&mutex);
	for (int i = start; i < start + 50; i++)
		submit(writer, i, store, STORE);
	return NULL;
}

START_TEST(takes_jobs_from_many_threads)
{
	struct writer *writer = writer_start();
	pthread_t threads[4];

	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, submit_some, writer), 0);
	for (int i = 0; i < 4; i++)
		pthread_join(threads[i], NULL);
	writer_stop(writer);
	ck_assert_int_eq(ordered, 200);
	for (int i = 0; i < 200; i++)
		ck_assert_msg(tasks[i].told && tasks[i].visible, "%d", i);
}
END_TEST

Suite *writer_suite(void);
Suite *writer_suite(void)
{
	Suite *suite = suite_create("store/writer");
	TCase *tc = tcase_create("writer");

	tcase_add_checked_fixture(tc, open_stores, close_stores);
	tcase_add_test(tc, runs_in_order_and_tells_after_the_commit);
	tcase_add_test(tc, counts_what_it_does);
	tcase_add_loop_test(tc, a_failing_job_does_not_undo_its_neighbours, 0,
			    ARRAY_SIZE(failures));
	tcase_add_test(tc, serves_several_stores);
	tcase_add_test(tc, a_long_job_keeps_only_its_own_store_waiting);
	tcase_add_test(tc, stopping_runs_what_is_queued);
	tcase_add_test(tc, tries_where_nobody_waits);
	tcase_add_test(tc, does_not_try_a_slow_disk);
	tcase_add_test(tc, does_not_try_before_others);
	tcase_add_test(tc, what_comes_while_one_is_tried_is_run);
	tcase_add_test(tc, takes_jobs_from_many_threads);
	suite_add_tcase(suite, tc);
	return suite;
}
