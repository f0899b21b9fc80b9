/*
 * spread.h - how long a delay is: always the same, or drawn.
 */
#ifndef QUIRK_SPREAD_H
#define QUIRK_SPREAD_H

#include "base/random.h"

enum spread { SPREAD_FIXED, SPREAD_UNIFORM, SPREAD_LOGNORMAL };

#define SPREAD_CHOICES "fixed uniform lognormal" /* in the order of the enum */

bool spread_parse(const char *name, enum spread *out) MUST_USE;

#define DELAY_MOST_MS 600000 /* ten minutes: longer waits no client */

/* A delay around @ms, in microseconds: @ms itself; or from 0 to twice as much; or
 * log-normal with @ms as its median (a third beyond 1.2 times, one in twenty beyond 2.3
 * times as much). Never beyond DELAY_MOST_MS. */
int64_t spread_us(enum spread spread, int64_t ms, struct random *random);

#endif
