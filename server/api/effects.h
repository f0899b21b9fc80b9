/*
 * effects.h - fault rules at work on an exchange (docs/faults.md).
 *
 * effects_before() is called once, when the route is known and before anybody is asked for
 * credentials; effects_after() once, when the response is complete.
 */
#ifndef API_EFFECTS_H
#define API_EFFECTS_H

#include "server/api/api.h"

enum effects_next {
	EFFECTS_GO_ON,    /* credentials, handler */
	EFFECTS_ANSWERED, /* the response is there: nothing is checked or carried out */
};

/* Finds what the rules and the latency of the SIS do to this exchange: sets
 * request->delay_us (to be waited first, whatever is returned), context->now and
 * context->effects, and expires or revokes the token that the request shows. @operation is
 * NULL where the path has none. */
enum effects_next effects_before(struct context *context, const char *operation) MUST_USE;

/* Changes the response as the rules say, and gives the rules back; the names of those that
 * fired stay readable as long as the exchange. Harmless where nothing fired, and when it is
 * called again. */
void effects_after(struct context *context);

/* For an exchange that is given up: effects_after() without its changes. */
void effects_drop(struct context *context);

/* Where a page of @limit objects really begins: at @offset, or a page before or behind. */
int64_t effects_offset(const struct context *context, int64_t offset, int64_t limit);
/* By how much the clocks of this exchange are wrong, in milliseconds. */
int64_t effects_skew(const struct context *context);

#endif
