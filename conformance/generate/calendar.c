/*
 * calendar.c - the days that due dates may lie on, where the school is.
 */
#include "conformance/generate/calendar.h"

#include <string.h>

#define MINUTE 60000LL
#define PAST_DAYS 28
#define FUTURE_DAYS 14
#define BEFORE_DAYS 10
#define FARTHEST (15 * 60 * MINUTE) /* no zone is farther from UTC */

static int64_t day_of(const char *text)
{
	char date[DATE_TEXT];
	int64_t day = 0;

	if (!date_parse(text, date) || !when_parse(date, &day, NULL))
		BUG("no date: %s", text);
	return day;
}

bool calendar_init(struct calendar *calendar, const char *zone, int64_t now, const char *from,
		   const char *to, struct err *err)
{
	char today[DATE_TEXT];
	int64_t middle;

	*calendar = (struct calendar){ .zone = zone_new(zone, err) };
	if (!calendar->zone)
		return false;
	zone_day(calendar->zone, now, today);
	middle = day_of(today);
	calendar->first = from ? day_of(from) : middle - 2 * PAST_DAYS * WHEN_DAY;
	calendar->last = to ? day_of(to) - WHEN_DAY : middle + 2 * FUTURE_DAYS * WHEN_DAY;
	if (middle < calendar->first)
		middle = calendar->first;
	if (middle > calendar->last)
		middle = calendar->last;
	calendar->from = middle - PAST_DAYS * WHEN_DAY;
	calendar->to = middle + FUTURE_DAYS * WHEN_DAY;
	if (calendar->from < calendar->first)
		calendar->from = calendar->first;
	if (calendar->to >= calendar->last)
		calendar->to = calendar->last - WHEN_DAY;
	return true;
}

void calendar_release(struct calendar *calendar)
{
	zone_free(calendar->zone);
	*calendar = (struct calendar){ 0 };
}

/* 23:59 of a day: the minute before the first one that is a later day there. */
static int64_t evening(const struct calendar *calendar, int64_t day)
{
	int64_t low = (day - FARTHEST) / MINUTE, high = (day + WHEN_DAY + FARTHEST) / MINUTE;
	char wanted[DATE_TEXT], found[DATE_TEXT];

	date_format(day, wanted);
	while (high - low > 1) {
		int64_t middle = low + (high - low) / 2;

		zone_day(calendar->zone, middle * MINUTE, found);
		if (strcmp(found, wanted) > 0)
			high = middle;
		else
			low = middle;
	}
	return low * MINUTE;
}

int64_t calendar_due(const struct calendar *calendar, enum due due, int percent)
{
	int64_t days = (calendar->to - calendar->from) / WHEN_DAY;

	switch (due) {
	case DUE_NONE:
		return 0;
	case DUE_LAST_DAY:
		return evening(calendar, calendar->last);
	case DUE_BEFORE:
		return evening(calendar, calendar->first - BEFORE_DAYS * WHEN_DAY);
	case DUE_DAY:
		return evening(calendar, calendar->from + days * percent / 100 * WHEN_DAY);
	}
	BUG("due %d", (int)due);
}
