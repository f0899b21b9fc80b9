/*
 * transport_internal.h - what the two files of the transport share.
 */
#ifndef CANVAS_TRANSPORT_INTERNAL_H
#define CANVAS_TRANSPORT_INTERNAL_H

#include <curl/curl.h>

#include "conformance/canvas/transport.h"

struct slot {
	const struct transport *transport;
	CURL *easy;
	struct curl_slist *headers;
	struct call call;
	int64_t not_before; /* real time; a retry waits until then */
	int64_t began;
	size_t values; /* of the answer's JSON so far */
	bool busy, in_flight, refreshed;
	int token_number; /* which token the request carried */
	/* what the last request leaves behind */
	bool reusable; /* a handle that the next one with a body may take as it is */
	bool had_body, usual_headers;
	char curl_error[CURL_ERROR_SIZE];
};

struct transport {
	struct transport_config config;
	CURLM *multi;
	struct slot *slots;
	char *base, *root, *token_url, *id, *secret, *token;
	int token_number; /* counts the tokens that were got */
	struct random random;
	void (*answered)(const struct call *call, void *payload);
	void *observer; /* its payload */
	void (*tick)(void *payload);
	void *ticker; /* its payload */
	int tick_ms;
	int64_t ticked;      /* real time */
	bool dead;           /* nobody listens any more: do not wait for each call again */
	int64_t quiet_until; /* real time; the provider asked (Retry-After) to be left alone */
	struct answer_limits answer_limits;
	int64_t end; /* of all calls, real time; 0: none */
	bool (*stopped)(void);
};

/* Makes the slot's handle ready for its call, with fresh credentials. */
void request_set_up(struct transport *transport, struct slot *slot);
/* Takes over what came of it. */
void request_note(struct slot *slot, CURLcode code);
/* A line of JSON about the exchange, where a trace is wanted. Authorization headers and
 * token requests never get there. */
void request_trace(struct transport *transport, const struct call *call);

#endif
