/*
 * zone.c - which calendar day an instant is, somewhere.
 */
#include "base/zone.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"

#define DATABASE "/usr/share/zoneinfo/"
#define FIRST_DAY 7305 /* 1990-01-01 */
#define LAST_DAY 32873 /* 2060-01-01 */

struct change {
	int64_t from; /* seconds since 1970 */
	long offset;  /* seconds east of UTC from then on */
};

struct zone {
	struct change *changes;
	size_t count, room;
};

static pthread_mutex_t environment = PTHREAD_MUTEX_INITIALIZER; /* guards TZ */

static long offset_at(int64_t seconds)
{
	time_t at = (time_t)seconds;
	struct tm local;

	localtime_r(&at, &local);
	return local.tm_gmtoff;
}

static void add_change(struct zone *zone, int64_t from, long offset)
{
	GROW(zone->changes, zone->count, zone->room);
	zone->changes[zone->count++] = (struct change){ from, offset };
}

/* The second between two instants of different offset at which it changes. */
static int64_t find_change(int64_t before, int64_t after)
{
	long offset = offset_at(before);

	while (after - before > 1) {
		int64_t middle = before + (after - before) / 2;

		if (offset_at(middle) == offset)
			before = middle;
		else
			after = middle;
	}
	return after;
}

static void read_changes(struct zone *zone)
{
	int64_t last = (int64_t)FIRST_DAY * 86400;

	add_change(zone, INT64_MIN, offset_at(last));
	for (int64_t day = FIRST_DAY + 1; day <= LAST_DAY; day++) {
		int64_t now = day * 86400;

		if (offset_at(now) != zone->changes[zone->count - 1].offset)
			add_change(zone, find_change(last, now), offset_at(now));
		last = now;
	}
}

struct zone *zone_new(const char *name, struct err *err)
{
	char *path = xformat(DATABASE "%s", name);
	bool known = *name && !strstr(name, "..") && file_exists(path) && !file_is_folder(path);

	free(path);
	if (!known && strcmp(name, "UTC") != 0) {
		err_set(err, ERR_INVALID, "the time zone %s is not in " DATABASE " (tzdata)", name);
		return NULL;
	}

	struct zone *zone = xcalloc(1, sizeof *zone);
	char *before;

	pthread_mutex_lock(&environment);
	before = xstrdup(getenv("TZ"));
	setenv("TZ", name, 1);
	tzset();
	read_changes(zone);
	if (before)
		setenv("TZ", before, 1);
	else
		unsetenv("TZ");
	tzset();
	pthread_mutex_unlock(&environment);
	free(before);
	return zone;
}

void zone_free(struct zone *zone)
{
	if (!zone)
		return;
	free(zone->changes);
	free(zone);
}

void zone_day(const struct zone *zone, int64_t when, char out[static DATE_TEXT])
{
	long offset = 0;

	for (size_t i = 0; zone && i < zone->count && zone->changes[i].from <= when / 1000; i++)
		offset = zone->changes[i].offset;
	date_format(when + offset * 1000, out);
}
