/*
 * outgoing.h - how an answer leaves.
 */
#ifndef HTTP_OUTGOING_H
#define HTTP_OUTGOING_H

#include "server/http/internal.h"

/* Sends the exchange's response. False when its connection is to be closed. */
bool outgoing_send(struct exchange *exchange) MUST_USE;

/* Whether the client has closed its side of the connection or reset it. */
bool outgoing_is_gone(const struct exchange *exchange);

#endif
