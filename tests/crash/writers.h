/*
 * writers.h - clients that write until the server is gone.
 */
#ifndef TESTS_CRASH_WRITERS_H
#define TESTS_CRASH_WRITERS_H

#include <stdint.h>

#include "tests/crash/ledger.h"
#include "tests/http/harness.h"

struct writers; /* that run */

/* What every result refers to. */
#define COMMON_ITEM "common"
#define STUDENT "student-001"

/* WRITERS threads, which put down in @ledger what they do. With @may_refuse an answer of 5xx is
 * no trouble: what it was asked for is in flight until the next is done. */
struct writers *writers_start(const struct server *server, struct ledger *ledger, uint64_t seed,
			      bool may_refuse);
/* Waits until each found that the server is gone, or stops them where it is not. How many writes
 * were refused. */
long writers_join(struct writers *writers, bool stop);

/* One POST of @size results; its status. */
long post_bulk(const struct server *server, int number, int size);

#endif
