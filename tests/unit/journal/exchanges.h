/*
 * exchanges.h - exchanges that were never sent, for the tests of the journal.
 */
#ifndef UNIT_JOURNAL_EXCHANGES_H
#define UNIT_JOURNAL_EXCHANGES_H

#include "server/journal/journal.h"

#define ROOT "/ims/oneroster/v1p1"

/* A request of the client "canvas"; texts are borrowed, @operation and @body may be NULL. */
struct journal_exchange exchange_of(const char *method, const char *target, const char *operation,
				    int status, const char *body);
void add_exchange(struct journal *journal, const char *method, const char *target,
		  const char *operation, int status, const char *body);

/* What journal_write() says. Returns (json_decref). */
json_t *journal_json(struct journal *journal, const struct journal_query *query) MUST_USE;

#endif
