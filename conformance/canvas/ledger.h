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

/* A score that was sent, or whose id was chosen. The texts are borrowed. */
struct ledger_result {
	const char *user, *id; /* id: NULL when unknown or cleared */
	const char *score;     /* the last one as text ("8.5", "null"); NULL: never sent */
	const char *graded_at; /* may be NULL */
};

/* Calls @see for every score of an assignment in a class. It must not write. */
bool ledger_results(struct ledger *ledger, const char *class_id, const char *assignment,
		    void (*see)(const struct ledger_result *result, void *payload), void *payload,
		    struct err *err) MUST_USE;
bool ledger_put_result(struct ledger *ledger, const char *class_id, const char *assignment,
		       const struct ledger_result *result, struct err *err) MUST_USE;

/* The id under which a score will be sent; what was sent last stays known. */
bool ledger_choose_id(struct ledger *ledger, const char *class_id, const char *assignment,
		      const char *user, const char *id, struct err *err) MUST_USE;

/* What was put stays with this process until it is committed; a ledger that is closed
 * and ledger_put_sync() do so too. */
bool ledger_commit(struct ledger *ledger, struct err *err) MUST_USE;

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

/* Begins what is never committed: everything after it is gone once closed, and the calls
 * above commit nothing. */
bool ledger_begin(struct ledger *ledger, struct err *err) MUST_USE;

#endif
