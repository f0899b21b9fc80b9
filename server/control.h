/*
 * control.h - one thread for what must not block an event loop: opening databases, the
 * control API, snapshots.
 *
 * Tasks run one after the other, so two changes of the same thing never meet.
 */
#ifndef SERVER_CONTROL_H
#define SERVER_CONTROL_H

#include "base/util.h"

struct control;

/* Something to do; @run may free it. Lives until then. */
struct task {
	void (*run)(struct task *task);
	struct task *next;
};

/* @tick (may be NULL) is called about every @ms on the same thread. */
struct control *control_start(void (*tick)(void *payload), void *payload, int ms) MUST_USE;
void control_submit(struct control *control, struct task *task);
/* Runs what is queued, then ends. NULL is fine. */
void control_stop(struct control *control);

#endif
