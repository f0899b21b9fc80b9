/*
 * transport.h - requests to a provider: credentials, tokens, retries, many in
 * flight. The only user of libcurl on this side.
 *
 * One thread owns a transport. What a provider answers is capped, never trusted,
 * and never followed elsewhere.
 */
#ifndef CANVAS_TRANSPORT_H
#define CANVAS_TRANSPORT_H

#include <stdio.h>
#include <jansson.h>
#include "base/err.h"
#include "base/random.h"
#include "base/str.h"

enum transport_auth { TRANSPORT_OAUTH2, TRANSPORT_OAUTH1, TRANSPORT_NONE };

struct transport_config {
	const char *sis; /* any URL at or below .../ims/oneroster; the rest is cut */
	enum transport_auth auth;
	const char *credential; /* ID:SECRET, NULL with TRANSPORT_NONE */
	const char *token_url;  /* NULL: /oauth2/token in place of /ims/oneroster... */
	const char *scopes;     /* NULL: none asked for */
	const json_t *headers;  /* name -> text, sent with every request; may be NULL */
	int timeout_s, concurrency, retries;
	FILE *trace; /* one line of JSON per exchange; NULL: none */
};

/* How a single call departs from the configuration. */
enum call_auth { CALL_AUTH, CALL_NO_AUTH, CALL_OWN_AUTH /* `authorization` as it is */ };

struct call {
	/* the request */
	const char *method;
	char *target; /* below the service root (begins with '/'), or an absolute URL; owned */
	char *body;   /* NULL: none; owned */
	const char *content_type; /* NULL: application/json */
	enum call_auth auth;
	const char *authorization; /* CALL_OWN_AUTH; borrowed */
	void *payload;

	/* the answer */
	bool answered; /* false: `error` says why there is none */
	long status;
	struct str answer;  /* body, NUL-terminated */
	struct str headers; /* raw lines */
	char error[256];
	int attempts;
	double ms;
};

void call_release(struct call *call);
/* The value of an answer's header, or NULL; returns (free). */
char *call_header(const struct call *call, const char *name) MUST_USE;

struct transport;

/* ERR_INVALID when the URL or the credential is wrong. Nothing is sent yet. */
struct transport *transport_new(const struct transport_config *config, struct err *err) MUST_USE;
void transport_free(struct transport *transport);

/* scheme://host[:port]/prefix: what identifies the SIS; and the 1.1 service root. */
const char *transport_base(const struct transport *transport);
const char *transport_root(const struct transport *transport);
const char *transport_token_url(const struct transport *transport);

/* The token that requests carry, borrowed; NULL: none. */
const char *transport_token(const struct transport *transport);

/* What is taken of an answer, by whoever must bear with any peer. 0: 64 MiB; any number. */
struct answer_limits {
	size_t bytes;  /* of a body */
	size_t values; /* of its JSON, counted by what stands between them */
};

void transport_limit_answers(struct transport *transport, const struct answer_limits *limits);

/* From now on no call goes on after the real time @end (0: for ever) or once @stopped says so
 * (NULL: never): it gets no answer, and `error` says why. */
void transport_limit(struct transport *transport, int64_t end, bool (*stopped)(void));

/* Gets a token if one is needed. ERR_UNREACHABLE when nobody answers. */
bool transport_connect(struct transport *transport, struct err *err) MUST_USE;

/* One call, to its end. */
void transport_call(struct transport *transport, struct call *call);

/* From now on @answered sees every call that is over, before whoever made it does; NULL:
 * nobody. Token requests of the transport's own are not among them. */
void transport_observe(struct transport *transport,
		       void (*answered)(const struct call *call, void *payload), void *payload);

/* From now on @tick is called about every @ms while calls go on, and when the last is over;
 * NULL: it is not. */
void transport_tick(struct transport *transport, int ms, void (*tick)(void *payload),
		    void *payload);

/* Pulls calls from @next until it returns false, keeps at most `concurrency` in
 * flight, and gives each to @done, which may look at it and must not keep it. */
void transport_run(struct transport *transport, bool (*next)(struct call *call, void *payload),
		   void (*done)(struct call *call, void *payload), void *payload);

#endif
