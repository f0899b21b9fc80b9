/*
 * writer.c - group commit: what waits is run in one transaction.
 *
 * One thread serves the queues of all stores. It takes everything that waits,
 * runs the jobs of one store between one BEGIN and one COMMIT, each in a
 * savepoint of its own, and only then tells them. When the commit fails, nothing
 * of the batch is stored and every job is told so.
 */
#include "server/store/internal.h"

#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>

#define BATCH_MAX 256

struct writer {
	pthread_t thread;
	pthread_mutex_t mutex; /* guards the queue and `stopping` */
	pthread_cond_t wake;
	struct job *head, **tail;
	bool stopping;
	atomic_llong waiting, transactions, jobs; /* see struct writer_stats */
};

static void run_job(struct conn *conn, struct job *job)
{
	struct changes_mark mark;

	job->err = (struct err)ERR_INIT;
	job->ran = false;
	tally_mark(conn, &mark);
	if (sqlite3_get_autocommit(conn->db)) { /* SQLite gave the whole batch up: disk full */
		err_set(&job->err, ERR_ENVIRONMENT, "the transaction was given up");
		return;
	}
	job->ran = conn_run(conn, "SAVEPOINT job", &job->err) && job->run(conn, job);
	conn->visible_at = 0;

	struct err ignored = ERR_INIT;

	if (!job->ran) {
		tally_back(conn, &mark);
		if (!conn_run(conn, "ROLLBACK TO job", &ignored))
			job->err = ignored;
	}
	if (!conn_run(conn, "RELEASE job", &ignored) && job->err.code == ERR_NONE)
		job->err = ignored;
}

/* Counted before anybody is told, so that who was told finds it counted. */
static void count_batch(struct writer *writer, long long count)
{
	atomic_fetch_add(&writer->transactions, 1);
	atomic_fetch_add(&writer->jobs, count);
	atomic_fetch_sub(&writer->waiting, count);
}

/* Runs the @count jobs from @first up to (not including) @end. */
static void run_batch(struct writer *writer, struct job *first, struct job *end, long long count)
{
	struct conn *conn = store_conn(first->store);
	struct err err = ERR_INIT;

	if (first->alone) {
		first->err = (struct err)ERR_INIT;
		first->ran = first->run(conn, first);
		count_batch(writer, 1);
		first->done(first);
		return;
	}
	if (conn_begin(conn, true, &err)) {
		for (struct job *job = first; job != end; job = job->next)
			run_job(conn, job);
		if (!conn_commit(conn, &err))
			conn_rollback(conn);
	}
	count_batch(writer, count);
	for (struct job *job = first, *next; job != end; job = next) {
		next = job->next; /* done() may free the job */
		if (err.code != ERR_NONE) {
			job->ran = false;
			job->err = err;
		}
		job->done(job);
	}
}

/* Where the batch that begins with @first ends: at another store, at a job that runs alone,
 * or when there are enough. */
static struct job *batch_end(struct job *first, long long *count)
{
	struct job *end = first->next;

	for (*count = 1; !first->alone && end && !end->alone && end->store == first->store &&
			 *count < BATCH_MAX;
	     ++*count)
		end = end->next;
	return end;
}

static void run_all(struct writer *writer, struct job *list)
{
	while (list) {
		long long count;
		struct job *end = batch_end(list, &count);

		run_batch(writer, list, end, count);
		list = end;
	}
}

static void *work(void *payload)
{
	struct writer *writer = payload;

	pthread_mutex_lock(&writer->mutex);
	while (writer->head || !writer->stopping) {
		if (!writer->head) {
			pthread_cond_wait(&writer->wake, &writer->mutex);
			continue;
		}
		struct job *list = writer->head;

		writer->head = NULL;
		writer->tail = &writer->head;
		pthread_mutex_unlock(&writer->mutex);
		run_all(writer, list);
		pthread_mutex_lock(&writer->mutex);
	}
	pthread_mutex_unlock(&writer->mutex);
	return NULL;
}

struct writer *writer_start(void)
{
	struct writer *writer = xcalloc(1, sizeof *writer);

	writer->tail = &writer->head;
	pthread_mutex_init(&writer->mutex, NULL);
	pthread_cond_init(&writer->wake, NULL);
	if (pthread_create(&writer->thread, NULL, work, writer) != 0)
		BUG("no thread for the writer");
	return writer;
}

void writer_submit(struct writer *writer, struct job *job)
{
	job->next = NULL;
	atomic_fetch_add(&writer->waiting, 1);
	pthread_mutex_lock(&writer->mutex);
	*writer->tail = job;
	writer->tail = &job->next;
	pthread_cond_signal(&writer->wake);
	pthread_mutex_unlock(&writer->mutex);
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
	pthread_cond_signal(&writer->wake);
	pthread_mutex_unlock(&writer->mutex);
	pthread_join(writer->thread, NULL);
	pthread_cond_destroy(&writer->wake);
	pthread_mutex_destroy(&writer->mutex);
	free(writer);
}
