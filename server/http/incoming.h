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

/* Takes a part of the body; false when the client is to be cut off. */
bool incoming_body(struct exchange *exchange, const char *data, size_t size) MUST_USE;

#endif
