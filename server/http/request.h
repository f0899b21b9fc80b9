/*
 * request.h - an exchange as plain structs: no HTTP library, no SQL.
 *
 * The raw target is kept as it was sent: OAuth 1.0a signs it, and ids may hold an
 * encoded slash. Everything lives in the request's arena.
 */
#ifndef HTTP_REQUEST_H
#define HTTP_REQUEST_H

#include "base/arena.h"
#include "base/str.h"
#include "base/url.h"
#include "server/quirk/fault.h"

#define BODY_CAP (1u << 20) /* largest body that is taken */

struct request {
	struct arena arena;
	const char *method;   /* as sent */
	const char *target;   /* raw: path and query */
	const char *path;     /* raw, without the query */
	const char *query;    /* raw, NULL when none */
	const char *base_url; /* scheme://host[:port][/prefix] that the client used */
	const char *client;   /* address, for the log */
	struct pairs headers;
	struct str body;
	bool body_too_large;
	int64_t began; /* monotonic, microseconds */

	/* Called on another thread once a parked request has its response. */
	void (*resume)(struct request *);
	void *owner;
};

struct response {
	int status;
	const char *content_type; /* static */
	struct pairs headers;     /* in the request's arena */
	struct str body;

	/* What the log says about the exchange. */
	const char *operation;
	const char *sandbox;
	const char *credential;
	struct refusal refusal;
};

const char *request_header(const struct request *request, const char *name);
/* Whether the query names a secret: then nothing that repeats it may be logged. */
bool request_has_secret(const struct request *request);
void response_header(struct request *request, struct response *response, const char *name,
		     const char *value);

#endif
