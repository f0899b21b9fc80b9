/*
 * limit.c - the table of limits, counted.
 */
#include "server/http/limit.h"

#include <stdatomic.h>
#include <stdio.h>

#include "base/log.h"
#include "base/when.h"

#define QUIET_US 60000000 /* between two lines of the log about one limit */

static struct {
	const char *name, *what, *answer;
	int64_t most;
	atomic_llong used, peak, refused, told; /* told: when the log said so last */
} limits[] = {
#define X(NAME, name, most, what, answer) { name, what, answer, most, 0, 0, 0, 0 },
	LIMITS(X)
#undef X
};

void limit_refused(enum limit limit)
{
	long long now = when_monotonic_us(), told = atomic_load(&limits[limit].told);
	char most[24];

	atomic_fetch_add(&limits[limit].refused, 1);
	if ((told && now - told < QUIET_US) ||
	    !atomic_compare_exchange_strong(&limits[limit].told, &told, now))
		return;
	snprintf(most, sizeof most, "%lld", (long long)limits[limit].most);
	log_event(LOG_WARNING, "limit", "name", limits[limit].name, "most", most, "of",
		  limits[limit].what, "beyond", limits[limit].answer, NULL);
}

/* Two that meet here may lose the lower of both, or the higher by little. */
static void note_peak(enum limit limit, long long used)
{
	if (used > atomic_load_explicit(&limits[limit].peak, memory_order_relaxed))
		atomic_store_explicit(&limits[limit].peak, used, memory_order_relaxed);
}

bool limit_take(enum limit limit, int64_t amount)
{
	long long used = atomic_fetch_add(&limits[limit].used, amount) + amount;

	if (used <= limits[limit].most) {
		note_peak(limit, used);
		return true;
	}
	atomic_fetch_sub(&limits[limit].used, amount);
	limit_refused(limit);
	return false;
}

void limit_force(enum limit limit, int64_t amount)
{
	note_peak(limit, atomic_fetch_add(&limits[limit].used, amount) + amount);
}

void limit_give(enum limit limit, int64_t amount)
{
	if (amount && atomic_fetch_sub(&limits[limit].used, amount) < amount)
		BUG("more given back than taken of limit %s", limits[limit].name);
}

bool limit_is_reached(enum limit limit)
{
	return atomic_load(&limits[limit].used) >= limits[limit].most;
}

void limit_set(enum limit limit, int64_t most)
{
	limits[limit].most = most;
}

int64_t limit_most(enum limit limit)
{
	return limits[limit].most;
}

int64_t limit_used(enum limit limit)
{
	return atomic_load(&limits[limit].used);
}

int64_t limit_peak(enum limit limit)
{
	return atomic_exchange(&limits[limit].peak, atomic_load(&limits[limit].used));
}

static void write_column(struct str *out, const char *name, const char *type, const char *help,
			 int64_t (*value)(enum limit))
{
	str_format(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
	for (int i = 0; i < LIMIT_COUNT; i++)
		str_format(out, "%s{limit=\"%s\"} %lld\n", name, limits[i].name,
			   (long long)value((enum limit)i));
}

static int64_t refused(enum limit limit)
{
	return atomic_load(&limits[limit].refused);
}

void limits_write(struct str *out)
{
	write_column(out, "mocksis_limit", "gauge", "How much is taken at most.", limit_most);
	write_column(out, "mocksis_limit_used", "gauge", "How much of it is in use.", limit_used);
	write_column(out, "mocksis_limit_refused_total", "counter",
		     "What was refused because a limit was reached.", refused);
}
