/*
 * timer.c - a binary heap, the earliest on top.
 */
#include "server/http/timer.h"

#include <stdlib.h>

void timers_add(struct timers *timers, int64_t due, void *owner)
{
	GROW(timers->items, timers->count, timers->room);

	size_t at = timers->count++;

	for (; at > 0 && timers->items[(at - 1) / 2].due > due; at = (at - 1) / 2)
		timers->items[at] = timers->items[(at - 1) / 2];
	timers->items[at] = (struct timer){ due, owner };
}

int64_t timers_next(const struct timers *timers)
{
	return timers->count ? timers->items[0].due : TIMER_NEVER;
}

void *timers_take(struct timers *timers, int64_t now)
{
	if (timers->count == 0 || timers->items[0].due > now)
		return NULL;

	void *owner = timers->items[0].owner;
	struct timer last = timers->items[--timers->count];
	size_t at = 0;

	for (size_t child; (child = 2 * at + 1) < timers->count; at = child) {
		if (child + 1 < timers->count &&
		    timers->items[child + 1].due < timers->items[child].due)
			child++;
		if (timers->items[child].due >= last.due)
			break;
		timers->items[at] = timers->items[child];
	}
	timers->items[at] = last;
	return owner;
}

void timers_release(struct timers *timers)
{
	free(timers->items);
	*timers = (struct timers){ 0 };
}
