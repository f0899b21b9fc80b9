/*
 * when.h - instants and dates.
 *
 * An instant is milliseconds since 1970-01-01T00:00:00Z. What is written is
 * always `YYYY-MM-DDTHH:MM:SS.sssZ`, the form OneRoster 1.1 asks for; what is
 * read is ISO 8601 as real clients send it (fact sheet 1.1, section 6).
 */
#ifndef BASE_WHEN_H
#define BASE_WHEN_H

#include "base/util.h"

#define WHEN_TEXT 32 /* room for a formatted instant, NUL included */
#define DATE_TEXT 11
#define WHEN_DAY 86400000LL

int64_t when_now(void);
/* Microseconds of a clock that nobody sets: for durations. */
int64_t when_monotonic_us(void);

/* Reads a dateTime (0 to 9 fractional digits, `Z`, an offset, or no zone: then
 * UTC) or a date (midnight UTC). The year is 1 to 9999; 2026-02-30 is refused.
 * *@has_zone (may be NULL) tells whether a zone was given. */
bool when_parse(const char *text, int64_t *out, bool *has_zone) MUST_USE;

/* Reads a date, or takes the date part of a dateTime; writes `YYYY-MM-DD`. */
bool date_parse(const char *text, char out[static DATE_TEXT]) MUST_USE;

void when_format(int64_t when, char out[static WHEN_TEXT]);
void date_format(int64_t when, char out[static DATE_TEXT]);

#endif
