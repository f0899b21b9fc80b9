/*
 * writer.c - group commit: what waits is run in one transaction.
 *
 * A few threads serve the queues of all stores, each queue by one thread at a time: a job
 * that takes long keeps only its own store waiting. The thread takes all that waits for a
 * store, runs it between one BEGIN and one COMMIT, and only then tells the jobs. There is no
 * waiting for more to come: while one batch is committed, the next one gathers. Who has nobody
 * before him may run his own job in the place of such a thread (writer_try()).
 *
 * Jobs that can be run again (job->again) run without a savepoint each, which would copy every
 * page that they change, since hardly one of them writes something and fails then. Where one does,
 * all of the batch is rolled back and run again with savepoints. When a commit fails for what may
 * lie in one job (it does not fit on the disk), each is run in a transaction of its own, so that
 * one bad row does not fail the others. When it fails for the disk itself, every job is told so and
 * nothing is tried again.
 */
#include "server/store/internal.h"

#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>

#define BATCH_MAX 256
#define WRITERS 3

/* What waits for a store. It is the writer's: the store may be closed as soon as the last of
 * its jobs is told, while the thread that told it still looks at the queue. */
struct queue {
	struct store *store;
	struct job *head, **tail;
	bool served; /* by one of the threads */
	struct queue *next;
};

struct thread {
	struct writer *writer;
	pthread_t id;
	pthread_cond_t wake;
	struct thread *below;
	bool called;
};

struct writer {
	struct thread threads[WRITERS];
	pthread_mutex_t mutex; /* guards the queues, `idle` and `stopping` */
	struct thread *idle;   /* a stack: who rested last is called first, its caches are warm */
	struct queue *queues;  /* that have jobs or are served */
	bool stopping;
	atomic_llong waiting, transactions, jobs; /* see struct writer_stats */
};

/* In a savepoint, which is all that is rolled back where run() says no. */
static void run_guarded(struct conn *conn, struct job *job)
{
	struct changes_mark mark;
	struct err ignored = ERR_INIT;

	tally_mark(conn, &mark);
	job->ran = conn_run(conn, "SAVEPOINT job", &job->err) && job->run(conn, job);
	if (sqlite3_get_autocommit(conn->db))
		return;
	if (!job->ran) {
		tally_back(conn, &mark);
		if (!conn_run(conn, "ROLLBACK TO job", &ignored))
			job->err = ignored;
	}
	if (!conn_run(conn, "RELEASE job", &ignored) && job->err.code == ERR_NONE)
		job->err = ignored;
}

/* False when it has written and then said no: its traces are among those of the others. */
static bool run_bare(struct conn *conn, struct job *job)
{
	int64_t before = sqlite3_total_changes64(conn->db);

	job->ran = job->run(conn, job);
	return job->ran || sqlite3_total_changes64(conn->db) == before;
}

/* The jobs from @first up to (not including) @end in one transaction. False with *@traces:
 * they must be run guarded; else with @err: nothing of them is stored. */
static bool attempt(struct conn *conn, struct job *first, struct job *end, bool guarded,
		    bool *traces, struct err *err)
{
	*traces = false;
	if (!conn_begin(conn, true, err))
		return false;
	for (struct job *job = first; job != end && !*traces; job = job->next) {
		job->err = (struct err)ERR_INIT;
		job->ran = false;
		if (guarded)
			run_guarded(conn, job);
		else
			*traces = !run_bare(conn, job);
		conn->visible_at = 0;
		if (sqlite3_get_autocommit(conn->db)) { /* SQLite gave all of it up: disk full */
			*traces = false;
			conn_rollback(conn);
			return err_set(err, ERR_ENVIRONMENT, "%s",
				       job->err.code ? job->err.text
						     : "the transaction was given up");
		}
	}
	if (!*traces && conn_commit(conn, err))
		return true;
	conn_rollback(conn);
	return false;
}

static void fail(struct job *first, const struct job *end, const struct err *err)
{
	for (struct job *job = first; job != end; job = job->next) {
		job->ran = false;
		job->err = *err;
	}
}

static void run_each(struct conn *conn, struct job *first, const struct job *end)
{
	for (struct job *job = first; job != end; job = job->next) {
		struct err err = ERR_INIT;
		bool ignored;

		if (!attempt(conn, job, job->next, true, &ignored, &err))
			fail(job, job->next, &err);
	}
}

static void run_batch(struct job *first, struct job *end)
{
	struct conn *conn = store_conn(first->store);
	struct err err = ERR_INIT;
	bool traces = false;

	if (first->alone) {
		first->err = (struct err)ERR_INIT;
		first->ran = first->run(conn, first);
		return;
	}
	bool is_one = first->next == end; /* who can be rolled back whole needs no savepoint */

	if (attempt(conn, first, end, !first->again && !is_one, &traces, &err) ||
	    (traces && (is_one || attempt(conn, first, end, true, &traces, &err))))
		return;
	if (first->again && !is_one && conn_failed_for_size(conn))
		run_each(conn, first, end);
	else
		fail(first, end, &err);
}

/* Where the batch that begins with @first ends: at a job that wants to be by itself, at one of
 * the other sort, or when there are enough. */
static struct job *batch_end(struct job *first, long long *count)
{
	bool by_itself = first->alone || first->large;
	struct job *end = first->next;

	for (*count = 1; !by_itself && end && !end->alone && !end->large &&
			 end->again == first->again && *count < BATCH_MAX;
	     ++*count)
		end = end->next;
	return end;
}

static void count(struct writer *writer, long long jobs)
{
	atomic_fetch_add(&writer->transactions, 1);
	atomic_fetch_add(&writer->jobs, jobs);
}

/* Counted before anybody is told, so that who was told finds it counted. */
static void tell(struct writer *writer, struct job *first, const struct job *end, long long jobs)
{
	count(writer, jobs);
	atomic_fetch_sub(&writer->waiting, jobs);
	for (struct job *job = first, *next; job != end; job = next) {
		next = job->next; /* done() may free the job */
		job->done(job);
	}
}

static void run_all(struct writer *writer, struct job *list)
{
	while (list) {
		long long jobs;
		struct job *end = batch_end(list, &jobs);

		run_batch(list, end);
		tell(writer, list, end, jobs);
		list = end;
	}
}

/* With the mutex, as the next two. */
static struct queue *next_queue(const struct writer *writer)
{
	struct queue *queue = writer->queues;

	while (queue && (queue->served || !queue->head))
		queue = queue->next;
	return queue;
}

/* Behind the others. */
static void append_queue(struct writer *writer, struct queue *queue)
{
	struct queue **end = &writer->queues;

	while (*end)
		end = &(*end)->next;
	*end = queue;
	queue->next = NULL;
}

static void remove_queue(struct writer *writer, struct queue *queue)
{
	struct queue **at = &writer->queues;

	while (*at != queue)
		at = &(*at)->next;
	*at = queue->next;
}

/* With the mutex. What came while it was served waits on; true if something did. */
static bool leave(struct writer *writer, struct queue *queue)
{
	bool more = queue->head;

	queue->served = false;
	remove_queue(writer, queue);
	if (more)
		append_queue(writer, queue);
	else
		free(queue);
	return more;
}

/* With the mutex, which is given up meanwhile. */
static void serve(struct writer *writer, struct queue *queue)
{
	struct job *list = queue->head;

	queue->head = NULL;
	queue->tail = &queue->head;
	queue->served = true;
	pthread_mutex_unlock(&writer->mutex);
	run_all(writer, list);
	pthread_mutex_lock(&writer->mutex);
	(void)leave(writer, queue); /* this thread looks again */
}

/* With the mutex. */
static void rest(struct writer *writer, struct thread *thread)
{
	thread->called = false;
	thread->below = writer->idle;
	writer->idle = thread;
	while (!thread->called)
		pthread_cond_wait(&thread->wake, &writer->mutex);
}

static void *work(void *payload)
{
	struct thread *thread = payload;
	struct writer *writer = thread->writer;

	pthread_mutex_lock(&writer->mutex);
	for (;;) {
		struct queue *queue = next_queue(writer);

		if (queue)
			serve(writer, queue);
		else if (writer->stopping)
			break;
		else
			rest(writer, thread);
	}
	pthread_mutex_unlock(&writer->mutex);
	return NULL;
}

/* With the mutex. */
static void call_thread(struct writer *writer)
{
	struct thread *thread = writer->idle;

	if (!thread) /* all are at work, and look again when they are done */
		return;
	writer->idle = thread->below;
	thread->called = true;
	pthread_cond_signal(&thread->wake);
}

struct writer *writer_start(void)
{
	struct writer *writer = xcalloc(1, sizeof *writer);

	pthread_mutex_init(&writer->mutex, NULL);
	for (int i = 0; i < WRITERS; i++) {
		struct thread *thread = &writer->threads[i];

		thread->writer = writer;
		pthread_cond_init(&thread->wake, NULL);
		if (pthread_create(&thread->id, NULL, work, thread) != 0)
			BUG("no thread for the writer");
	}
	return writer;
}

/* With the mutex. */
static struct queue *find_queue(const struct writer *writer, const struct store *store)
{
	struct queue *queue = writer->queues;

	while (queue && queue->store != store)
		queue = queue->next;
	return queue;
}

/* With the mutex. */
static struct queue *queue_of(struct writer *writer, struct store *store)
{
	struct queue *queue = find_queue(writer, store);

	if (queue)
		return queue;
	queue = xcalloc(1, sizeof *queue);
	queue->store = store;
	queue->tail = &queue->head;
	append_queue(writer, queue);
	return queue;
}

void writer_submit(struct writer *writer, struct job *job)
{
	job->next = NULL;
	atomic_fetch_add(&writer->waiting, 1);
	pthread_mutex_lock(&writer->mutex);

	struct queue *queue = queue_of(writer, job->store);
	bool wanted = !queue->served && !queue->head; /* else somebody comes anyway */

	*queue->tail = job;
	queue->tail = &job->next;
	if (wanted)
		call_thread(writer);
	pthread_mutex_unlock(&writer->mutex);
}

/* With the mutex: NULL when somebody is at it or before us. */
static struct queue *claim(struct writer *writer, struct store *store)
{
	struct queue *queue;

	if (find_queue(writer, store))
		return NULL;
	queue = queue_of(writer, store);
	queue->served = true;
	return queue;
}

bool writer_try(struct writer *writer, struct job *job)
{
	struct queue *queue = NULL;

	if (!store_is_quick(job->store))
		return false;
	pthread_mutex_lock(&writer->mutex);
	queue = claim(writer, job->store);
	pthread_mutex_unlock(&writer->mutex);
	if (!queue)
		return false;
	job->next = NULL;
	run_batch(job, NULL);
	count(writer, 1);
	pthread_mutex_lock(&writer->mutex);
	if (leave(writer, queue))
		call_thread(writer);
	pthread_mutex_unlock(&writer->mutex);
	return true;
}

void writer_stats(const struct writer *writer, struct writer_stats *out)
{
	*out = (struct writer_stats){
		.waiting = atomic_load(&writer->waiting),
		.transactions = atomic_load(&writer->transactions),
		.jobs = atomic_load(&writer->jobs),
	};
}

static void post(struct job *job)
{
	sem_post(job->waits);
}

bool writer_wait(struct writer *writer, struct job *job)
{
	sem_t done;

	sem_init(&done, 0, 0);
	job->done = post;
	/* cppcheck-suppress autoVariables ; waited for below */
	job->waits = &done;
	writer_submit(writer, job);
	while (sem_wait(&done) != 0)
		; /* a signal came */
	sem_destroy(&done);
	return job->ran;
}

void writer_stop(struct writer *writer)
{
	if (!writer)
		return;
	pthread_mutex_lock(&writer->mutex);
	writer->stopping = true;
	while (writer->idle)
		call_thread(writer);
	pthread_mutex_unlock(&writer->mutex);
	for (int i = 0; i < WRITERS; i++) {
		pthread_join(writer->threads[i].id, NULL);
		pthread_cond_destroy(&writer->threads[i].wake);
	}
	pthread_mutex_destroy(&writer->mutex);
	free(writer);
}
