/*
 * scan.c - a bounded queue, and the threads that serve it.
 */
#include "server/scan.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/resource.h>

#define THREADS 2
#define NICE 19 /* the loops, which serve everybody else, come first on a busy processor */

struct scans {
	pthread_t threads[THREADS];
	pthread_mutex_t mutex; /* guards the queue */
	pthread_cond_t wake;
	struct scan *head, **tail;
	int waiting;
	atomic_bool ending;
};

static void *work(void *payload)
{
	struct scans *scans = payload;

	setpriority(PRIO_PROCESS, 0, NICE); /* of this thread alone, on Linux */
	pthread_mutex_lock(&scans->mutex);
	for (;;) {
		struct scan *scan = scans->head;

		if (!scan && atomic_load(&scans->ending))
			break;
		if (!scan) {
			pthread_cond_wait(&scans->wake, &scans->mutex);
			continue;
		}
		scans->head = scan->next;
		if (!scans->head)
			scans->tail = &scans->head;
		scans->waiting--;
		pthread_mutex_unlock(&scans->mutex);
		scan->run(scan);
		pthread_mutex_lock(&scans->mutex);
	}
	pthread_mutex_unlock(&scans->mutex);
	return NULL;
}

struct scans *scans_start(void)
{
	struct scans *scans = xcalloc(1, sizeof *scans);

	scans->tail = &scans->head;
	pthread_mutex_init(&scans->mutex, NULL);
	pthread_cond_init(&scans->wake, NULL);
	for (size_t i = 0; i < THREADS; i++)
		if (pthread_create(&scans->threads[i], NULL, work, scans) != 0)
			BUG("no thread for scans");
	return scans;
}

bool scans_submit(struct scans *scans, struct scan *scan)
{
	bool taken;

	scan->next = NULL;
	pthread_mutex_lock(&scans->mutex);
	taken = scans->waiting < SCANS_WAITING && !atomic_load(&scans->ending);
	if (taken) {
		*scans->tail = scan;
		scans->tail = &scan->next;
		scans->waiting++;
		pthread_cond_signal(&scans->wake);
	}
	pthread_mutex_unlock(&scans->mutex);
	return taken;
}

bool scans_are_ending(const struct scans *scans)
{
	return atomic_load(&scans->ending);
}

void scans_end(struct scans *scans)
{
	if (!scans || scans_are_ending(scans))
		return;
	pthread_mutex_lock(&scans->mutex);
	atomic_store(&scans->ending, true);
	pthread_cond_broadcast(&scans->wake);
	pthread_mutex_unlock(&scans->mutex);
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(scans->threads[i], NULL);
}

void scans_free(struct scans *scans)
{
	if (!scans)
		return;
	pthread_cond_destroy(&scans->wake);
	pthread_mutex_destroy(&scans->mutex);
	free(scans);
}
