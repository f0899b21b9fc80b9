/*
 * zone.h - which calendar day an instant is, somewhere.
 *
 * A due date of 23:59 local time is the next day in UTC: a SIS that compares days
 * needs to know where it stands.
 */
#ifndef BASE_ZONE_H
#define BASE_ZONE_H

#include "base/err.h"
#include "base/when.h"

struct zone;

/* @name as in the time zone database ("America/New_York"). Reads the database
 * once; changes the process's TZ while it does, so call it before threads that
 * read the environment are started, or where that does no harm.
 * Returns (zone_free). */
struct zone *zone_new(const char *name, struct err *err) MUST_USE;
void zone_free(struct zone *zone);

/* The local day, YYYY-MM-DD. A NULL zone is UTC. */
void zone_day(const struct zone *zone, int64_t when, char out[static DATE_TEXT]);

#endif
