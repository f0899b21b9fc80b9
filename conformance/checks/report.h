/*
 * report.h - a judge's report for a person, for build servers and on paper.
 *
 * Writers of reports take any judge's: that of providers (judge.h) or one of clients. Of a
 * report they need "checks": rows with id, level, verdict, clause, title, message and, where
 * there are any, suite, version, exchanges, answers, expected; all the rest is told where it is
 * there. Nothing of it is trusted: each writer escapes what it prints.
 */
#ifndef CHECKS_REPORT_H
#define CHECKS_REPORT_H

#include <stdbool.h>
#include <stdio.h>
#include <jansson.h>
#include "base/util.h"

/* For a person: a line of numbers per suite, and below it what did not pass, the found, the
 * clause, the last answer and a curl line; what was skipped or not seen for the same reason is
 * told together. @all: every check by itself. */
void checks_print(FILE *out, const json_t *report, bool all, bool color);
/* How wide the longest id of some checks is, for a column of them. */
int checks_id_width(const json_t *checks);

/* The following return the text of a file (free), or NULL when it would be larger than 64 MiB. */

/* JUnit XML as build servers read it, a testsuite per suite and version. A warning is a passed
 * case with its text in system-out, an expected failure a skipped one, a stale expectation a
 * failed one. */
char *checks_junit(const json_t *report) MUST_USE;
/* TAP 14: a warning is ok with a diagnostic, an expected failure a TODO. It bails out where
 * the run was broken off. */
char *checks_tap(const json_t *report) MUST_USE;
/* One HTML page that stands alone: no script, nothing loaded from elsewhere. */
char *checks_html(const json_t *report) MUST_USE;

/* Whether the run found something that was not expected: a failure, an error, with
 * @warnings a warning, an expectation that is stale, or an end before its time. */
bool checks_bad(const json_t *report, bool warnings);

#endif
