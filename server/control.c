/*
 * control.c - a queue of tasks and the thread that runs them.
 */
#include "server/control.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

struct control {
	pthread_t thread;
	pthread_mutex_t mutex; /* guards the queue and `stopping` */
	pthread_cond_t wake;   /* on the monotonic clock */
	struct task *head, **tail;
	bool stopping;
	void (*tick)(void *payload);
	void *payload;
	int ms;
};

static struct timespec after(int ms)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += (long)(ms % 1000) * 1000000;
	if (until.tv_nsec >= 1000000000) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000;
	}
	return until;
}

/* The next task, or NULL: it is time for a tick, or the end. Called with the mutex. */
static struct task *next_task(struct control *control, const struct timespec *until)
{
	struct task *task;

	while (!control->head && !control->stopping)
		if (pthread_cond_timedwait(&control->wake, &control->mutex, until) == ETIMEDOUT &&
		    !control->head) /* a task that came with the time is not lost at the end */
			return NULL;
	task = control->head;
	if (task)
		control->head = task->next;
	if (!control->head)
		control->tail = &control->head;
	return task;
}

static void *work(void *payload)
{
	struct control *control = payload;
	struct timespec until = after(control->ms);

	pthread_mutex_lock(&control->mutex);
	for (;;) {
		struct task *task = next_task(control, &until);

		if (!task && control->stopping)
			break;
		pthread_mutex_unlock(&control->mutex);
		if (task)
			task->run(task);
		else if (control->tick)
			control->tick(control->payload);
		if (!task)
			until = after(control->ms);
		pthread_mutex_lock(&control->mutex);
	}
	pthread_mutex_unlock(&control->mutex);
	return NULL;
}

struct control *control_start(void (*tick)(void *payload), void *payload, int ms)
{
	struct control *control = xcalloc(1, sizeof *control);
	pthread_condattr_t attributes;

	control->tail = &control->head;
	control->tick = tick;
	control->payload = payload;
	control->ms = ms;
	pthread_mutex_init(&control->mutex, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&control->wake, &attributes);
	pthread_condattr_destroy(&attributes);
	if (pthread_create(&control->thread, NULL, work, control) != 0)
		BUG("no thread for the control API");
	return control;
}

void control_submit(struct control *control, struct task *task)
{
	task->next = NULL;
	pthread_mutex_lock(&control->mutex);
	*control->tail = task;
	control->tail = &task->next;
	pthread_cond_signal(&control->wake);
	pthread_mutex_unlock(&control->mutex);
}

void control_stop(struct control *control)
{
	if (!control)
		return;
	pthread_mutex_lock(&control->mutex);
	control->stopping = true;
	pthread_cond_signal(&control->wake);
	pthread_mutex_unlock(&control->mutex);
	pthread_join(control->thread, NULL);
	pthread_cond_destroy(&control->wake);
	pthread_mutex_destroy(&control->mutex);
	free(control);
}
