/*
 * internal.h - an exchange and its loop, as the files of this folder share them.
 *
 * Everything here belongs to the thread of the loop, but what is atomic or guarded by
 * its mutex.
 */
#ifndef HTTP_INTERNAL_H
#define HTTP_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "server/http/clients.h"
#include "server/http/httpd.h"
#include "server/http/timer.h"

struct MHD_Connection;
struct MHD_Daemon;

enum state {
	FRESH,   /* only the target is known */
	READING, /* the head is there, the body is not */
	PARKED,  /* suspended; another thread has it and will resume it */
	DELAYED, /* suspended; a timer has it */
	GONE,    /* its client left while it was delayed */
	DUE,     /* the handler is to be called once more */
	READY,   /* the response is there */
	REFUSED, /* answered without the handler */
	ANSWERED,
};

struct loop {
	struct httpd *httpd;
	pthread_t thread;
	struct MHD_Daemon *daemon;
	int epoll, event;
	int64_t now; /* monotonic, microseconds: when the pass began */
	struct clients clients;
	const struct client *latest; /* that began a request; only to be compared */
	int64_t mixed_until;         /* requests of several clients came just now */
	struct timers timers;        /* of exchanges that are delayed, or sent piece by piece */
	atomic_int active;           /* exchanges begun and not completed */
	atomic_int reading;          /* of these, those whose request is not complete yet */
	pthread_mutex_t mutex;       /* guards `completed` */
	struct exchange *completed;
};

struct exchange {
	struct request request;
	struct response response;
	struct MHD_Connection *connection;
	struct loop *loop;
	struct client *client;
	struct exchange *next;
	enum state state;
	size_t dropped; /* bytes of a body that is too large, or for which there is no room */
	int64_t held;   /* bytes of its bodies that are counted */
	bool no_room;   /* for its body: answered once it has arrived */
	struct {
		size_t length;      /* so much of the body leaves */
		size_t piece;       /* left of the piece that is on its way */
		int64_t next_piece; /* due then */
	} leaving;
};

struct httpd {
	struct httpd_config config;
	struct httpd_handler handler;
	int listen, port;
	atomic_bool draining, stopping;
	struct loop *loops;
};

#endif
