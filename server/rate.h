/*
 * rate.h - how many requests each client made in its window of time.
 *
 * A window begins with a client's first request and ends after its length; the next
 * request begins another. Safe to use from several threads.
 */
#ifndef SERVER_RATE_H
#define SERVER_RATE_H

#include "base/util.h"

struct rate;

struct rate *rate_new(void) MUST_USE;
void rate_free(struct rate *rate);

/* Counts a request of @client at @now (monotonic, milliseconds). False when it is beyond
 * @limit; then *@wait_ms is what is left of the window. */
bool rate_take(struct rate *rate, const char *client, int64_t limit, int64_t window_ms, int64_t now,
	       int64_t *wait_ms) MUST_USE;

#endif
