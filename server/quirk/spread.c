/*
 * spread.c - how long a delay is.
 */
#include "server/quirk/spread.h"

#include <math.h>
#include <string.h>

#define SIGMA 0.5 /* of the logarithm: a long tail, but no outliers of minutes */

bool spread_parse(const char *name, enum spread *out)
{
	static const char *const names[] = { "fixed", "uniform", "lognormal" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (strcmp(names[i], name) == 0) {
			*out = (enum spread)i;
			return true;
		}
	}
	return false;
}

static double factor(enum spread spread, struct random *random)
{
	switch (spread) {
	case SPREAD_FIXED:
		return 1;
	case SPREAD_UNIFORM:
		return 2 * random_unit(random);
	case SPREAD_LOGNORMAL:
		return exp(SIGMA * random_normal(random));
	}
	BUG("spread %d", (int)spread);
}

int64_t spread_us(enum spread spread, int64_t ms, struct random *random)
{
	double us = (double)ms * 1000 * factor(spread, random);

	return us < DELAY_MOST_MS * 1000.0 ? (int64_t)us : DELAY_MOST_MS * INT64_C(1000);
}
