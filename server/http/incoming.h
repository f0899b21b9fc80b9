/*
 * incoming.h - how a request arrives: target, head, body.
 */
#ifndef HTTP_INCOMING_H
#define HTTP_INCOMING_H

#include "server/http/internal.h"

/* An exchange for a raw target. Returns (incoming_free). */
struct exchange *incoming_new(struct loop *loop, const char *target,
			      struct MHD_Connection *connection) MUST_USE;
void incoming_free(struct exchange *exchange);

/* Takes method and headers. Returns why the request is refused, with *@status, or NULL. */
const char *incoming_head(struct exchange *exchange, const char *method, int *status) MUST_USE;

/* Takes a part of the body. Not 0: the client is to be cut off with this status, and @why. */
int incoming_body(struct exchange *exchange, const char *data, size_t size,
		  const char **why) MUST_USE;

/* Counts a body of @size as held until the exchange is over. False when there is no room for
 * it, unless it is held @anyway. */
bool exchange_hold(struct exchange *exchange, size_t size, bool anyway) MUST_USE;

#endif
