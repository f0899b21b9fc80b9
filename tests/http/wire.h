/*
 * wire.h - requests as bytes, in either version: no library between a test and the
 * socket encodes, decodes or adds anything.
 */
#ifndef TESTS_HTTP_WIRE_H
#define TESTS_HTTP_WIRE_H

#include "tests/http/harness.h"

/* "R/users" is below the rostering service, "G/lineItems" below the gradebook, of @version
 * (V11 or V12); anything else stays as it is. Returns (free). */
char *wire_target(unsigned version, const char *pattern);

struct reply {
	char *raw; /* all that came */
	long status;
	const char *body;
	json_t *json; /* NULL when the body is none */
};

/* Sends one request, with the server's token unless that is "" or @headers (lines that end
 * in CR LF, may be "") begin with an Authorization of their own. @body may be NULL. */
void wire_send(struct reply *reply, const struct server *server, const char *method,
	       const char *target, const char *headers, const char *body);
void reply_release(struct reply *reply);
/* The value of a header; NULL when absent. Returns (free). */
char *reply_header(const struct reply *reply, const char *name);
/* X-Total-Count; -1 when absent. */
long reply_total(const struct reply *reply);

#endif
