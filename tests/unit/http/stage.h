/*
 * stage.h - the HTTP layer with a handler that plays what a test asks for, and a client
 * that sees the bytes.
 *
 * Targets: /now is answered, /slow is delayed first, /parked is answered by another
 * thread, /again is sent back to the handler by another thread.
 */
#ifndef UNIT_HTTP_STAGE_H
#define UNIT_HTTP_STAGE_H

#include <stdatomic.h>

#include "server/http/httpd.h"

struct stage {
	struct httpd *httpd;
	int port;

	/* What the handler does. */
	int delays; /* of a request to /slow or /again */
	int64_t delay_us;
	const char *body; /* of every answer; NULL: how often the handler was called */
	struct wire wire; /* of every answer but those to /now */
	atomic_bool hold; /* the other thread waits until this is false */

	/* What happened. */
	atomic_int calls, abandoned, logged, status; /* status: the last that was logged */
	atomic_int alone;                            /* calls for a client that is alone */
	atomic_int contexts;                         /* those that are held */
	atomic_int parked, resumed;                  /* given to the other thread, and given back */
};

/* Serves on a free port; the stage is otherwise as the test has filled it. */
void stage_open(struct stage *stage, int loops);
/* Ends without draining, once the other threads are done; everything must then have been
 * let go of. */
void stage_close(struct stage *stage);

/* A connection to the stage. Returns (close). */
int client_open(const struct stage *stage);
void client_ask(int client, const char *method, const char *target);
void client_send(int client, const char *bytes);

enum last { SILENT, CLOSED, RESET };

struct heard {
	char bytes[1 << 20];
	size_t length;
	int pieces;       /* times that something came */
	int64_t ms;       /* when the last of them came, since something was sent to anyone */
	bool has_head;    /* all of it */
	const char *body; /* "" without a head */
	size_t body_length;
	enum last last;
};

/* Listens until the connection ends or nothing has come for @ms. */
void client_listen(int client, int ms, struct heard *heard);
/* The whole of an answer with Content-Length, or what came of it. */
void client_hear(int client, struct heard *heard);
/* One request on a connection of its own. */
void client_exchange(const struct stage *stage, const char *target, struct heard *heard);

/* What is announced; -1 without a head or a Content-Length, -2 when there are two. */
long heard_length(const struct heard *heard);
bool heard_has(const struct heard *heard, const char *text);

/* Waits until @value is at least @least; fails the test after ten seconds. */
void wait_for(const atomic_int *value, int least, const char *what);

#endif
