/*
 * ledger.h - what was sent where: the client's memory between syncs.
 *
 * Keyed by the SIS's base URL and the class, so that a fresh SIS gets everything.
 * It keeps what Canvas keeps: the ids that link an assignment and a score to the
 * SIS (its integration data), the score that was last sent, and past syncs. The
 * status of a submission is not part of it (canvas-client.md 2e).
 */
#ifndef CANVAS_LEDGER_H
#define CANVAS_LEDGER_H

#include <jansson.h>
#include "base/err.h"

struct ledger;

/* Opens or creates @path; NULL is a ledger that forgets, for dry runs. */
struct ledger *ledger_open(const char *path, struct err *err) MUST_USE;
void ledger_close(struct ledger *ledger);
/* One sync at a time: takes the lock PATH.lock until the ledger is closed.
 * ERR_ENVIRONMENT when another process has it. */
bool ledger_claim(struct ledger *ledger, const char *path, struct err *err) MUST_USE;

/* The SIS that the calls below are about. */
void ledger_use(struct ledger *ledger, const char *sis);

/* *@id and *@hash are NULL when unknown or cleared. Return (free). */
bool ledger_line_item(struct ledger *ledger, const char *class_id, const char *assignment,
		      char **id, char **hash, struct err *err) MUST_USE;
bool ledger_put_line_item(struct ledger *ledger, const char *class_id, const char *assignment,
			  const char *id, const char *hash, struct err *err) MUST_USE;

/* The last score as text ("8.5", "null"); NULL: never sent. Return (free). */
bool ledger_result(struct ledger *ledger, const char *class_id, const char *assignment,
		   const char *user, char **id, char **score, char **graded_at,
		   struct err *err) MUST_USE;
bool ledger_put_result(struct ledger *ledger, const char *class_id, const char *assignment,
		       const char *user, const char *id, const char *score, const char *graded_at,
		       struct err *err) MUST_USE;

/* Forgets the ids of a class, not the scores; counts them. */
bool ledger_clear(struct ledger *ledger, const char *class_id, int64_t *line_items,
		  int64_t *results, struct err *err) MUST_USE;

/* Past syncs. The report is the JSON that --json prints; *@id is set. */
bool ledger_put_sync(struct ledger *ledger, const json_t *report, int64_t *id,
		     struct err *err) MUST_USE;
/* All reports of a course, newest first, or the one with @id (> 0). Returns an array
 * (json_decref), NULL with @err. */
json_t *ledger_syncs(struct ledger *ledger, const char *course, int64_t id,
		     struct err *err) MUST_USE;

/* Begins what is never committed: everything after it is gone once closed. */
bool ledger_begin(struct ledger *ledger, struct err *err) MUST_USE;

#endif
