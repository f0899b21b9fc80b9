/*
 * client.h - one HTTP connection, and many at the same instant.
 */
#ifndef TESTS_BENCH_CLIENT_H
#define TESTS_BENCH_CLIENT_H

#include "base/err.h"
#include "base/str.h"

#define PATIENCE_MS 300000 /* a scan of millions of rows takes its time */

struct client {
	int fd, port;
	int patience_ms; /* an answer may take so long; PATIENCE_MS at first */
	struct str in;   /* what has arrived of the answer */
};

/* An answer; borrowed from the client until the next one. */
struct reply {
	int status;
	const char *head, *body;
	size_t head_length, length;
};

bool client_open(struct client *client, int port, struct err *err) MUST_USE;
void client_close(struct client *client);
/* Sends @length bytes of a whole request and waits for its answer, which has a
 * Content-Length. */
bool client_ask(struct client *client, const char *request, size_t length, struct reply *reply,
		struct err *err) MUST_USE;
/* The same, where every status but 2xx is an error that quotes the answer. */
bool client_ask_well(struct client *client, const char *request, size_t length, struct reply *reply,
		     struct err *err) MUST_USE;

/* The text of a request; @token and @body may be NULL. Returns (free). */
char *request_text(const char *method, const char *target, const char *token, const char *body);

/* A socket that is connected, for what the above is too polite for; -1 with @err. Connecting
 * and sending take at most @ms; 0 for no limit. */
int connect_to(int port, int ms, struct err *err);
bool send_all(int fd, const char *data, size_t length) MUST_USE;

#endif
