/*
 * site.h - a server that is killed and started again on the same files.
 */
#ifndef TESTS_CRASH_SITE_H
#define TESTS_CRASH_SITE_H

#include <stdint.h>

#include "base/str.h"
#include "tests/http/harness.h"

struct site {
	char *folder, *db;
	char *socket;           /* of the disk; NULL: the real one */
	const char *durability; /* NULL: the default */
	uint64_t seed;          /* of the whole run */
	const char *label;
	int round;
	struct server server;
};

/* @on_disk: on one that can be told to fail (tests/powercut/plug.c). */
void site_init(struct site *site, const char *label, bool on_disk, const char *durability);
/* Its folder is removed. */
void site_release(struct site *site);

/* Another round begins: what is said of a test that fails. */
void site_round(struct site *site, int round);
void site_start(struct site *site);
/* At once, without a farewell; with a disk of its own, the power fails. */
void site_kill(struct site *site, uint64_t seed);
/* The same for any program that is site->server.pid; its exit status, where it had ended. */
int site_cut(struct site *site, uint64_t seed);
/* SIGTERM. */
void site_stop(struct site *site);
/* A copy of database and log as they were left, for whoever looks for a cause. */
void site_keep(struct site *site);
/* "ok" or the test fails. */
void site_disk(struct site *site, const char *order);

/* Ends the test. */
_Noreturn void site_fail(const struct site *site, const char *why);

/* Around all tests; of those that failed it tells seed, round and folder. */
void crash_begin(void);
void crash_end(void);
/* CRASH_ROUNDS, CRASH_SEED; what make test takes where they are not set. */
int crash_rounds(int usual);
uint64_t crash_seed(void);
void crash_progress(const char *format, ...) PRINTF(1, 2);

#endif
