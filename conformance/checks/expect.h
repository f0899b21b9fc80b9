/*
 * expect.h - failures that are known and bear no news: an --expect file.
 *
 *   {"expect": [{"id": "GB-LI-021", "version": "1.1", "verdict": "fail", "reason": "case 4711"}]}
 *
 * An expectation that comes true does not fail a run; one that does not is stale and does, so
 * that the file cannot rot. "version" may be left out.
 */
#ifndef CHECKS_EXPECT_H
#define CHECKS_EXPECT_H

#include <jansson.h>
#include "base/err.h"

/* Reads a file. @known: all checks that there are, rows with "id" and, where they have one,
 * "version". ERR_INVALID with a JSON pointer for a wrong shape, an id that is none (the nearest is
 * named) or that stands there twice. Returns an array of expectations (json_decref). */
json_t *expect_load(const char *path, const json_t *known, struct err *err) MUST_USE;

/* Marks what came true in @report: the row gets "expected": true and the "reason", the summary
 * "expected": n. What did not stands in "stale", what this run did not look at in "unseen":
 * checks that were not chosen, were left out by an option, or could not be seen. Both are arrays
 * of the expectation with "found" in words. */
void expect_apply(json_t *report, const json_t *expect);

#endif
