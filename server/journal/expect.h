/*
 * expect.h - one expectation of journal_verify(): what it asks for, and how an
 * exchange departs from it. Private to the journal.
 */
#ifndef JOURNAL_EXPECT_H
#define JOURNAL_EXPECT_H

#include "server/journal/journal.h"

struct journal_rule;

struct expectation {
	const json_t *json; /* as it was written; borrowed */
	int status_least, status_most;
	const json_t *body; /* its own: JSON pointer -> value; NULL: any */
	int64_t least, most;
	bool most_said;
	const struct journal_rule *rule; /* NULL: exchanges are counted */
};

/* @pointer is where @json stands. ERR_INVALID names the member. */
bool expectation_read(struct expectation *expectation, const json_t *json, const char *pointer,
		      struct err *err) MUST_USE;

/* An exchange, whose body is parsed when the first asks for it. */
struct journal_body {
	const struct journal_exchange *exchange;
	bool read;
	json_t *json; /* NULL: none that is JSON; json_decref() */
};

/* How far the exchange departs, 0: it fits; another operation is farther off than another
 * status. The body is only looked at where all else agrees; elsewhere it counts as one. */
size_t expectation_distance(const struct expectation *expectation, struct journal_body *body);
/* [{"member", "expected", "found"}] */
void expectation_differences(const struct expectation *expectation,
			     const struct journal_exchange *exchange, struct jsonw *w);

/* A demand on the order of many exchanges, by name. */
const struct journal_rule *rule_find(const char *name);
/* "lineItem_before_results, ..." Returns (free). */
char *rule_names(void) MUST_USE;

/* Calls @violated with each exchange that broke the rule and a sentence about it. */
void rule_check(const struct journal_rule *rule, const struct journal_list *list,
		void (*violated)(const struct journal_exchange *exchange, const char *why,
				 void *payload),
		void *payload);

#endif
