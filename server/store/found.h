/*
 * found.h - what a filter found: kept until the next commit.
 *
 * A list that is filtered or sorted by what has no index costs a look at every row. What was
 * found is remembered under the condition with its values, the order and the commit whose
 * state was looked at: how many there are, and which rows, in order. So the next page costs
 * like the first. All sandboxes share one bounded memory; what was not asked for longest goes.
 */
#ifndef STORE_FOUND_H
#define STORE_FOUND_H

#include "server/store/store.h"

#define FOUND_BYTES (32u << 20) /* of all that is kept, together */

struct found;  /* immutable, counted by references */
struct founds; /* what is kept; safe to use from several threads */

struct founds *founds_new(size_t bytes) MUST_USE;
void founds_free(struct founds *founds); /* NULL is fine */

/* The name of a list: nothing else has it, and no other state of the store. Appends to @out. */
void found_name(struct str *out, const struct store *store, int64_t commit,
		const struct entity *entity, const struct sql *condition,
		const struct order *order);

/* A reference (found_put), or NULL. */
struct found *founds_take(struct founds *founds, const struct str *name) MUST_USE;
/* Keeps it in the place of what had the name; takes a reference of its own. */
void founds_keep(struct founds *founds, const struct str *name, struct found *found);

/* Looks at every row, in the transaction of @conn. NULL with @err. Returns (found_put). */
struct found *found_make(struct conn *conn, const struct entity *entity,
			 const struct sql *condition, const struct order *order,
			 struct err *err) MUST_USE;
/* That knows only how many there are. */
struct found *found_count(int64_t total) MUST_USE;
void found_put(struct found *found); /* NULL is fine */

int64_t found_total(const struct found *found);
bool found_has_rows(const struct found *found);
/* The numbers of at most @limit rows from @offset on; returns how many. */
size_t found_rows(const struct found *found, int64_t offset, size_t limit, int64_t *out);

#endif
