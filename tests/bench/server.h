/*
 * server.h - the product's server and the bare one, on a free port.
 */
#ifndef TESTS_BENCH_SERVER_H
#define TESTS_BENCH_SERVER_H

#include "tests/bench/bench.h"
#include "tests/bench/client.h"
#include "tests/bench/process.h"

#define ROOT "/ims/oneroster/v1p1"
#define GRADEBOOK_ROOT "/ims/oneroster/gradebook/v1p2"
#define TOKEN 160
#define SERVER_CREDENTIAL "bench:bench-secret"
#define SERVER_ADMIN "bench-admin"

struct server {
	struct process process;
	int port;
	char token[TOKEN]; /* a bearer token; of one that asks for none: "" */
};

/* `mocksis serve` as it is meant to be fast and safe: full durability, tokens, a journal;
 * only the log says no more than warnings. @more (NULL-terminated, may be NULL) come behind
 * and win. On CPU @cpu, or any. */
bool server_start(const struct bench *bench, struct server *server, const char *db,
		  const char *const more[], int cpu, struct err *err) MUST_USE;
/* Asks the product's server for a result and puts it back; bare_http then answers so. */
bool bare_start(const struct bench *bench, struct server *server, const struct server *model,
		int64_t rows, int cpu, struct err *err) MUST_USE;
void server_stop(struct server *server);

/* The control API. */
bool server_admin(const struct server *server, const char *method, const char *path,
		  const char *body, struct err *err) MUST_USE;
/* A body with which result @row is put as @score, as a client of 1.1 writes it. Returns
 * (free). */
char *put_body(const struct shape *shape, int64_t row, const char *score);

/* Which CPU the server has, and which its client, where there are two. */
int server_cpu(const struct bench *bench);
int client_cpu(const struct bench *bench);

#endif
