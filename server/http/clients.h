/*
 * clients.h - who is connected to a loop: taken on, closed when idle, turned away.
 *
 * libmicrohttpd leaves whom it cannot take in the backlog, where he hears nothing. So the
 * loops accept themselves: at the limit the connection that is idle for longest makes
 * room, and where none is, the new one is told so and closed.
 */
#ifndef HTTP_CLIENTS_H
#define HTTP_CLIENTS_H

#include "base/util.h"

struct loop;
struct MHD_Connection;

/* A connection, from its being accepted to its end. Idle: between two requests, or before
 * the first line of one is complete. */
struct client {
	struct client *before, *after; /* among the idle, the longest idle first */
	int fd;
	bool idle;
	int64_t since; /* monotonic, microseconds */
	char address[64];
};

#define FAREWELLS 256

/* All zero: nobody. Belongs to the thread of its loop. */
struct clients {
	struct client *longest, *latest;
	struct farewell {
		int fd;
		int64_t until;
	} farewells[FAREWELLS]; /* told to go, not closed yet: a ring, the oldest first */
	size_t first, leaving;
	int64_t deaf_until; /* no descriptor was free */
};

/* How many connections all loops together may take: what the table says, or what
 * RLIMIT_NOFILE leaves, which is raised as far as it may be. */
int64_t clients_most(void);

/* Whether new connections are to be waited for. */
bool clients_are_wanted(const struct loop *loop);
/* Takes some of those that wait on the listening socket. */
void clients_accept(struct loop *loop);
/* Closes those whose farewell is over, all of them when @now is TIMER_NEVER. */
void clients_part(struct loop *loop, int64_t now);

/* A connection begins, and ends. */
struct client *client_new(struct loop *loop, struct MHD_Connection *connection) MUST_USE;
void client_free(struct loop *loop, struct client *client);
/* Its client begins or ends a request. */
struct client *client_of(struct MHD_Connection *connection);
void client_works(struct loop *loop, struct client *client);
void client_rests(struct loop *loop, struct client *client);

#endif
