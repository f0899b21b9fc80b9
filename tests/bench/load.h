/*
 * load.h - loads on a server: wrk, one request after the other, and a steady trickle.
 */
#ifndef TESTS_BENCH_LOAD_H
#define TESTS_BENCH_LOAD_H

#include "tests/bench/server.h"

/* wrk with wrk.lua: GETs or PUTs of random results, or of neighbours. */
struct wrk {
	const struct bench *bench;
	const struct server *server;
	const char *mode; /* get, put, or mix: one PUT in 16 */
	const char *file; /* as wrk_rows() wrote it */
	int connections;
	double seconds;
	bool pinned; /* to the client's CPU */
};

/* The rows that wrk asks for: random ones, or some in the order of the gradebook. Returns the
 * path (free). */
char *wrk_rows(const struct bench *bench, int64_t rows, bool random, struct err *err) MUST_USE;
/* A side of rounds; payload: struct wrk. An answer that is no 2xx is an error. */
bool wrk_run(void *payload, int round, struct sample *out, struct err *err);

/* One connection, one GET after the other. */
struct serial {
	const struct server *server;
	void (*target)(const void *payload, int64_t number, struct str *out);
	const void *payload;
	double seconds;
	int64_t least;  /* requests, however long they take */
	int64_t number; /* counts on through all rounds */
};

/* A side of rounds; payload: struct serial. */
bool serial_run(void *payload, int round, struct sample *out, struct err *err);

/* So many GETs of random results a second, however slow the answers are: what they take is
 * counted from when they should have been sent. */
struct trickle {
	const struct server *server;
	int64_t rows;
	int per_second;
	double seconds;
};

/* A side of rounds; payload: struct trickle. */
bool trickle_run(void *payload, int round, struct sample *out, struct err *err);

#endif
