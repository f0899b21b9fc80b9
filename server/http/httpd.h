/*
 * httpd.h - sockets and event loops; the only folder that knows libmicrohttpd.
 *
 * A few threads, each with an MHD daemon of its own around one shared listening
 * socket. The handler runs on a loop and must not block; a request that is handed
 * elsewhere, or that wants a delay, is suspended and resumed from its loop.
 */
#ifndef HTTP_HTTPD_H
#define HTTP_HTTPD_H

#include "server/http/request.h"

struct httpd;

struct httpd_config {
	const char *address;    /* numeric; an IPv6 address without brackets */
	int port;               /* 0: any free one */
	const char *public_url; /* NULL: from the Host header */
	bool trust_proxy;       /* Forwarded and X-Forwarded-* count */
	int loops;
};

struct httpd_handler {
	/* As api_handle(): false when the request is parked (another thread will resume it) or
	 * wants a delay. Called again after a delay, and where `again` was set; each time
	 * `delay_us` and `again` are 0 before. */
	bool (*handle)(struct request *request, struct response *response, void *payload);
	/* The request will never be handled again though its `context` is set: its client is
	 * gone, or the server stops. Once, and never while another thread has it; on its loop's
	 * thread, or in httpd_free(). NULL is fine. A client counts as gone when it has closed
	 * its side by the end of a delay. */
	void (*abandon)(struct request *request);
	/* Called once an answer is on its way; `response->status` is 0 when it leaves without
	 * a status line (WIRE_RESET, WIRE_CLOSE, WIRE_GARBAGE). */
	void (*log)(const struct request *request, const struct response *response, double ms);
	/* Around all calls of handle() that one pass of a loop makes, on its thread. NULL is
	 * fine. */
	void (*pass_begin)(void);
	void (*pass_end)(void);
	void *payload;
};

/* Binds and serves; allows the process as many descriptors as it may have.
 * ERR_ENVIRONMENT when the port is taken. */
struct httpd *httpd_start(const struct httpd_config *config, const struct httpd_handler *handler,
			  struct err *err) MUST_USE;
int httpd_port(const struct httpd *httpd);

/* Takes no new connections and waits, at most @ms, until what was begun is answered. From
 * now on no delay is waited for, and no drip. */
void httpd_drain(struct httpd *httpd, int ms);
/* Ends the loops: nothing is handed to the handler any more. NULL is fine. */
void httpd_halt(struct httpd *httpd);
/* After httpd_halt() and once everything that was parked is complete: answers that,
 * abandons what is delayed (503), closes and frees. NULL is fine. */
void httpd_free(struct httpd *httpd);

#endif
