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
	bool alone;    /* its client is the only one of its loop just now: nobody waits behind it */
	int64_t began; /* monotonic, microseconds */

	/* Called on another thread once a parked request has its response, or with `again`
	 * set: then the handler is called once more, on the request's loop. */
	void (*resume)(struct request *);
	void *owner;
	bool again;
	/* Whether the client of a parked request has closed its side; from any thread, until
	 * resume(). May be NULL. */
	bool (*is_gone)(const struct request *);

	/* Set by a handler that returns false: call it again after so many microseconds, a day
	 * at most. Nobody has to resume such a request, and no thread waits for it; another
	 * thread that has a parked request does not touch this. */
	int64_t delay_us;
	/* The handler's own, kept between its calls; NULL: it holds nothing any more. */
	void *context;
};

/* How an answer leaves, where a fault rule wants it broken. All zero: as HTTP has it. A
 * broken one ends its connection; what only drips does not. */
enum wire_end {
	WIRE_WHOLE,
	WIRE_RESET,   /* no answer: the connection is reset (RST) */
	WIRE_CLOSE,   /* no answer: the connection is closed */
	WIRE_HALF,    /* closed after half of the body */
	WIRE_GARBAGE, /* bytes that are no HTTP, then closed */
};

struct wire {
	enum wire_end end;
	int64_t length_off; /* added to the Content-Length; what is announced is never below 0 */
	int64_t drip_bytes; /* 0: at once; else so many bytes of the body ... */
	int64_t drip_ms;    /* ... each so many milliseconds, a day at most; the first at once */
};

struct response {
	int status;
	const char *content_type; /* static */
	struct pairs headers;     /* in the request's arena */
	struct str body;
	struct wire wire;

	/* What the log says about the exchange. */
	const char *target; /* without secrets, in the request's arena; NULL: not looked at yet */
	const char *operation;
	const char *sandbox;
	const char *credential;
	struct refusal refusal;
};

const char *request_header(const struct request *request, const char *name);
/* Whether the query, or what OAuth 1.0a signs, names a secret: then nothing that repeats it
 * may be logged. */
bool request_has_secret(const struct request *request);
void response_header(struct request *request, struct response *response, const char *name,
		     const char *value);

#endif
