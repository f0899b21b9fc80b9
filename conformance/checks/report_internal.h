/*
 * report_internal.h - what the writers of a report share.
 */
#ifndef CHECKS_REPORT_INTERNAL_H
#define CHECKS_REPORT_INTERNAL_H

#include "base/str.h"
#include "conformance/checks/report.h"

enum verdict { PASS, FAIL, WARNING, SKIPPED, ERROR, VERDICTS };

struct verdict_words {
	const char *verdict; /* in a report */
	const char *word;    /* before a check */
	const char *one, *many;
	const char *color;
};

extern const struct verdict_words verdict_words[VERDICTS];
/* ERROR for one that nobody knows. */
enum verdict verdict_of(const json_t *row);

/* Whether a row that would fail a build was foreseen. */
bool row_is_forgiven(const json_t *row);

/* Rows that stand together: those of a suite in a version. */
struct group {
	size_t begin, end;
	size_t of[VERDICTS];
	size_t expected; /* are among them */
	int64_t ms;      /* that answers took */
};

/* Moves to the next group; false after the last one. Begin with a zeroed one. */
bool group_next(const json_t *checks, struct group *group) MUST_USE;
/* "gpb-canvas (OneRoster 1.1)". */
void group_title(const json_t *checks, const struct group *group, struct str *out);
/* "96 checks: 93 passed, 1 failed" without what there is none of. */
void group_counts(const struct group *group, struct str *out);
/* All rows as one group. */
struct group group_all(const json_t *checks);

int64_t row_ms(const json_t *row);
/* Whether the last exchange of a row stands for what went wrong. NULL: it has none. */
const json_t *row_last_exchange(const json_t *row);

/* What a report says of itself beside its checks: url, class, seed, ... The @i-th that it has,
 * as text in @value; its words, or NULL when there are no more. Begin with *i = 0. */
const char *report_fact(const json_t *report, size_t *i, const char **key, struct str *value);

/* Text of anybody for XML and HTML: escaped; what XML cannot hold becomes a question mark. */
void markup_add(struct str *out, const char *text);
/* "; the first 4000 of 70000 bytes" where an exchange keeps only part of "request" or
 * "response". */
void cut_note(const json_t *exchange, const char *which, struct str *out);
/* The text, or NULL when it did not fit. */
char *report_take(struct str *out);

#endif
