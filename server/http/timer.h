/*
 * timer.h - what is due when: a heap, so that thousands that wait cost nothing until
 * their time has come.
 *
 * Not locked: a heap belongs to one thread.
 */
#ifndef HTTP_TIMER_H
#define HTTP_TIMER_H

#include "base/util.h"

#define TIMER_NEVER INT64_MAX

struct timer {
	int64_t due; /* monotonic, microseconds */
	void *owner;
};

/* All zero: empty. */
struct timers {
	struct timer *items;
	size_t count, room;
};

/* Borrows @owner until it is taken. */
void timers_add(struct timers *timers, int64_t due, void *owner);
/* When the earliest is due; TIMER_NEVER when there is none. */
int64_t timers_next(const struct timers *timers);
/* Takes out the earliest that is due at @now and returns its owner; NULL when none is. */
void *timers_take(struct timers *timers, int64_t now);
/* What is still in it is forgotten. */
void timers_release(struct timers *timers);

#endif
