/*
 * load.h - a SIS under load: how slow it is, and how many requests it takes.
 */
#ifndef API_LOAD_H
#define API_LOAD_H

#include "server/api/api.h"

/* latency.ms and latency.spread: the delay of this exchange, in microseconds. */
int64_t load_delay(struct context *context);

/* rate.limit, rate.window_s and rate.status: counts the request of @credential (NULL: of
 * its address). False with a refusal when it is one too many. */
bool load_permits(struct context *context, const char *credential) MUST_USE;

#endif
