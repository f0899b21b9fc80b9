/*
 * metrics.h - what the process counts, for Prometheus (text format 0.0.4).
 *
 * The only global beside the log. Labels come from tables, never from clients; counting takes
 * no lock.
 */
#ifndef SERVER_METRICS_H
#define SERVER_METRICS_H

#include "base/str.h"

/* An exchange is over. @operation is that of the response: of the operation table, "token",
 * "admin", or NULL. */
void metrics_request(const char *operation, int status, double ms);
/* A rule that breaks things on purpose did so. */
void metrics_fault(void);

/* What others count, at the moment of asking. */
struct metrics_gauges {
	int64_t writer_queue, writer_transactions, writer_jobs;
	int64_t journal_bytes, sandboxes, sandboxes_open;
};

void metrics_write(struct str *out, const struct metrics_gauges *gauges);

#endif
