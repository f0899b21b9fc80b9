/*
 * calendar.h - the days that due dates may lie on, where the school is.
 */
#ifndef GENERATE_CALENDAR_H
#define GENERATE_CALENDAR_H

#include "base/err.h"
#include "base/zone.h"

enum due {
	DUE_DAY,      /* on a day of the window, 23:59 there */
	DUE_NONE,     /* no due date */
	DUE_LAST_DAY, /* 23:59 on the last day of the period */
	DUE_BEFORE,   /* before the period begins */
};

/* Days are midnights of UTC. */
struct calendar {
	struct zone *zone;
	int64_t from, to;    /* the window: from four weeks ago to two ahead, in the period */
	int64_t first, last; /* of the period; endDate is not one of its days */
};

/* @from and @to are the dates of the period, NULL: none. ERR_INVALID for an unknown zone. */
bool calendar_init(struct calendar *calendar, const char *zone, int64_t now, const char *from,
		   const char *to, struct err *err) MUST_USE;
void calendar_release(struct calendar *calendar);

/* The instant; @percent is a place in the window (DUE_DAY only); 0 for DUE_NONE. */
int64_t calendar_due(const struct calendar *calendar, enum due due, int percent);

#endif
