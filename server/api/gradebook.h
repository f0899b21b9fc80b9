/*
 * gradebook.h - what a SIS demands of a lineItem or a result before it takes it.
 *
 * One row per rule; each rule reads its own switch, at this seam and nowhere else.
 */
#ifndef API_GRADEBOOK_H
#define API_GRADEBOOK_H

#include "server/api/api.h"
#include "server/query/relation.h"

struct write_check {
	struct context *context;
	struct conn *conn;     /* in the write's transaction */
	struct record *record; /* may be changed: truncated, derived */
	struct err *err;       /* the database failed */
	bool again;            /* it ran before and was rolled back: what it noted is noted */
	bool is_new;           /* its sourcedId was just allocated: nobody knows it */
};

/* Runs the rules of the record's entity in order; false at the first refusal
 * (in the response) or database failure (in check->err). */
bool gradebook_check(struct write_check *check) MUST_USE;

/* Which classes a category is for at this SIS: the same for writes and for lists. */
enum category_scope category_scope(const struct profile *profile);

#endif
