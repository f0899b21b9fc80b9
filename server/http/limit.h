/*
 * limit.h - how much the process takes before it says that it has enough.
 *
 * One row a limit, one counter a row. They are of the process, not of a server or a
 * sandbox, because what they guard is: descriptors and memory. Counting takes no lock.
 */
#ifndef HTTP_LIMIT_H
#define HTTP_LIMIT_H

#include "base/str.h"

/* clang-format off */
/*    name          most                 of what                                              what is answered beyond */
#define LIMITS(X) \
	X(CONNECTIONS, "connections", 16000,      "open connections", \
	  "the longest idle one is closed for the new one; where none is idle for a second, the new one gets 503") \
	X(DELAYED,     "delayed",     8000,       "requests that wait for a fault rule or latency.ms", \
	  "503 at once") \
	X(WRITES,      "writes",      10000,      "writes that wait for the writer", \
	  "the fault server_busy, 429 by the standard; nothing is stored") \
	X(CONTROL,     "control",     1000,       "calls of the control API that wait", \
	  "503; nothing is done") \
	X(HELD,        "held_bytes",  256 << 20,  "bytes of requests and answers of more than 4 KiB each", \
	  "503; a write that was done is acknowledged all the same")
/* clang-format on */

enum limit {
#define X(NAME, name, most, what, answer) LIMIT_##NAME,
	LIMITS(X)
#undef X
		LIMIT_COUNT
};

/* What a client is told to wait, in seconds. */
#define RETRY_AFTER "1"

/* False, and counted as refused, when @amount does not fit; then there is nothing to give
 * back. The log says so, at most once a minute. */
bool limit_take(enum limit limit, int64_t amount) MUST_USE;
/* The same for what cannot be refused any more. */
void limit_force(enum limit limit, int64_t amount);
void limit_give(enum limit limit, int64_t amount);
/* Whether more than nothing is left. */
bool limit_is_reached(enum limit limit);
/* Counts what was refused without asking. */
void limit_refused(enum limit limit);

/* Before threads are started: another value than the table's. */
void limit_set(enum limit limit, int64_t most);
int64_t limit_most(enum limit limit);
int64_t limit_used(enum limit limit);
/* The most that was in use since this was asked last. */
int64_t limit_peak(enum limit limit);

/* Appends all of them as metrics (text format 0.0.4). */
void limits_write(struct str *out);

#endif
