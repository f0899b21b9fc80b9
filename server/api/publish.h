/*
 * publish.h - publish.lag_s: a write, a deletion too, can be read only later.
 */
#ifndef API_PUBLISH_H
#define API_PUBLISH_H

#include "server/api/api.h"

/* For the job of a write, before it changes anything. */
bool publish_later(struct context *context, struct conn *conn, struct err *err) MUST_USE;

/* Whether writes of this SIS can be read only later. */
bool publish_lags(const struct context *context);

/* Whether some write must not be seen by this reader. Then it has to be a job that calls
 * publish_hide() first, reads, and is rolled back. */
bool publish_hides(struct context *context, struct conn *conn, bool *out, struct err *err) MUST_USE;
bool publish_hide(struct context *context, struct conn *conn, struct err *err) MUST_USE;

#endif
