/*
 * publish.c - publish.lag_s: a write can be read only later, by the sandbox's clock.
 */
#include "server/api/publish.h"

static int64_t lag_ms(const struct context *context)
{
	return context->profile->quirks.publish_lag_s * 1000;
}

bool publish_later(struct context *context, struct conn *conn, struct err *err)
{
	int64_t lag = lag_ms(context);

	return !lag || unpublished_begin(conn, context->now, context->now + lag, err);
}

bool publish_hides(struct context *context, struct conn *conn, bool *out, struct err *err)
{
	*out = false;
	return !lag_ms(context) || unpublished_exists(conn, context->now, out, err);
}

bool publish_hide(struct context *context, struct conn *conn, struct err *err)
{
	quirk_fired(context, "publish.lag_s");
	return unpublished_undo(conn, context->now, err);
}
