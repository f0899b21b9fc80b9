/*
 * bulk.h - many rows into a table that is empty.
 *
 * What rows_put() asks of each row (is it there, what follows from its references) is asked
 * once per value here, and the indexes of references are built when all rows are in: sorted,
 * which costs a fraction of keeping them in order. It all happens in the caller's
 * transaction; when that is rolled back, table and indexes are as they were.
 */
#ifndef STORE_BULK_H
#define STORE_BULK_H

#include "server/store/store.h"

struct bulk;

/* Begins to load rows of @entity, many of them when @large. *@out is NULL when the table has
 * rows, or when what is written is published later: rows_put() is needed then. */
bool bulk_open(struct conn *conn, const struct entity *entity, bool large, struct bulk **out,
	       struct err *err) MUST_USE;

struct bulk_row {
	bool stored;   /* false: there is a row with its sourcedId, which stays */
	bool anchored; /* no reference of it leads to nothing; lists of them are not asked for */
};

/* Inserts an object with what follows from it, as rows_put() does. Between bulk_open() and
 * bulk_close() nothing else may write what its references lead to. */
bool bulk_put(struct bulk *bulk, const struct record *record, struct bulk_row *out,
	      struct err *err) MUST_USE;

/* Builds the indexes. @step, which may be NULL, is told before each of @total. */
typedef void bulk_step(int done, int total, void *payload);
bool bulk_close(struct bulk *bulk, bulk_step *step, void *payload, struct err *err) MUST_USE;

/* Gives up in the middle; the transaction must be rolled back then. NULL is fine. */
void bulk_abort(struct bulk *bulk);

#endif
