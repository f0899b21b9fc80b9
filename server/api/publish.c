/*
 * publish.c - publish.lag_s: a write can be read only later, by the sandbox's clock.
 */
#include "server/api/publish.h"

#include "server/api/effects.h"

/* That of the sandbox: what others may see does not depend on whose clock is wrong. */
static int64_t now_of(const struct context *context)
{
	return context->now - effects_skew(context);
}

static int64_t lag_ms(const struct context *context)
{
	return context->profile->quirks.publish_lag_s * 1000;
}

bool publish_lags(const struct context *context)
{
	return lag_ms(context) > 0;
}

bool publish_later(struct context *context, struct conn *conn, struct err *err)
{
	int64_t lag = lag_ms(context), now = now_of(context);

	return !lag || unpublished_begin(conn, now, now + lag, err);
}

bool publish_hides(struct context *context, struct conn *conn, bool *out, struct err *err)
{
	*out = false;
	return !lag_ms(context) || unpublished_exists(conn, now_of(context), out, err);
}

bool publish_hide(struct context *context, struct conn *conn, struct err *err)
{
	quirk_fired(context, "publish.lag_s");
	return unpublished_undo(conn, now_of(context), err);
}
