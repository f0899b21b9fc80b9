/*
 * scan.h - two threads for reads that take long: what looks at every row of a large table.
 *
 * They run beside the event loops, so that nobody waits behind them but others of their kind.
 */
#ifndef SERVER_SCAN_H
#define SERVER_SCAN_H

#include "base/util.h"

#define SCANS_WAITING 256 /* so many may wait */

struct scans;

/* Something to do; @run may free it. Lives until then. */
struct scan {
	void (*run)(struct scan *scan);
	struct scan *next;
};

struct scans *scans_start(void) MUST_USE;
/* False when too many wait already, or none are taken any more. */
bool scans_submit(struct scans *scans, struct scan *scan) MUST_USE;
/* Whether what runs should come to an end, without a result. */
bool scans_are_ending(const struct scans *scans);
/* Tells those that run to come to an end, runs the others so that they can say so, and waits
 * for all. NULL is fine, and so is a second time. */
void scans_end(struct scans *scans);
void scans_free(struct scans *scans); /* after scans_end(); NULL is fine */

#endif
