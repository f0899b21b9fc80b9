/*
 * outgoing.h - how an answer leaves: whole, or broken as its `wire` says.
 *
 * Broken answers are made of the socket itself where libmicrohttpd is too decent for
 * them. There is no TLS below.
 */
#ifndef HTTP_OUTGOING_H
#define HTTP_OUTGOING_H

#include "server/http/internal.h"

/* Sends the exchange's response, now or piece by piece by timers of its loop. False when
 * its connection is to be closed and nothing is queued. A response that leaves without a
 * status line has the status 0 afterwards. */
bool outgoing_send(struct exchange *exchange) MUST_USE;

/* Sends the response in the middle of a request's body, where libmicrohttpd takes none; the
 * connection has to be closed after it. */
void outgoing_cut(const struct exchange *exchange);

/* Whether the client has closed its side of the connection or reset it. */
bool outgoing_is_gone(const struct exchange *exchange);

#endif
