/*
 * rogue.h - a provider that keeps to no protocol: bytes as a row says, for as long as it says.
 */
#ifndef TESTS_HTTP_ROGUE_H
#define TESTS_HTTP_ROGUE_H

#include "base/util.h"

#define FOR_EVER SIZE_MAX

/* What is answered to every request. In @head and @body {url} is the URL that was asked, {other}
 * that of the second server and {n} a number that grows. */
struct rogue_row {
	const char *head; /* status line and headers with their CR LF; NULL: nothing at all */
	const char *body;
	size_t length;      /* of the body, where it holds NUL */
	const char *filler; /* sent behind it, @times */
	size_t times;
	int pause_ms;    /* before each filler */
	bool hold;       /* keep the connection open when all is sent */
	int sound_first; /* requests that get an empty, sound answer before */
	bool bad_token;  /* the token endpoint is like this, too */
};

struct rogue;

/* On a free port of 127.0.0.1; @row and @other (may be NULL) stay the caller's. */
struct rogue *rogue_start(const struct rogue_row *row, const struct rogue *other);
const char *rogue_url(const struct rogue *rogue); /* http://127.0.0.1:PORT */
int rogue_requests(const struct rogue *rogue);    /* that came so far */
void rogue_stop(struct rogue *rogue);

#define ROGUE_TOKEN "token-of-the-rogue-provider"

#endif
