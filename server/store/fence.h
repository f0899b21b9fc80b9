/*
 * fence.h - where a page of a whole collection begins, without walking there.
 *
 * An order of an entity is cut into blocks of about a thousand rows; of each the first key and
 * the number of rows are kept in memory. They are made by the first reader of a far page, then
 * follow every commit, and say of which state of the collection they speak: a reader uses them
 * only when his transaction sees the same.
 */
#ifndef STORE_FENCE_H
#define STORE_FENCE_H

#include "server/store/store.h"

struct changes;
struct fences;

#define FENCE_BLOCK 1024 /* rows of a new block */

enum fence_order { FENCE_BY_ROW, FENCE_BY_ID, FENCE_ORDERS };

struct fences *fences_new(void) MUST_USE;
void fences_free(struct fences *fences); /* NULL is fine */

/* After each commit that changed objects; on the writer's thread. */
void fences_follow(struct fences *fences, const struct changes *changes);

/* Where to begin: with the first row whose key is at least the block's (or, descending, with the
 * last one below its end), after so many rows more. */
struct fence {
	int64_t row;  /* by row */
	char *id;     /* by id; NULL: with the first or the last of all. Returns (free) */
	int64_t skip; /* at most what a block holds */
};

enum fence_found {
	FENCE_FOUND,
	FENCE_OTHER,  /* they speak of another state than @members: look again a moment later */
	FENCE_NONE,   /* there are none: who may take his time makes some */
	FENCE_MAKING, /* somebody is at it */
};

/* For a transaction that sees @tally. */
enum fence_found fences_find(struct fences *fences, const struct entity *entity,
			     enum fence_order order, bool descending, int64_t offset,
			     const struct tally *tally, struct fence *out);

void fence_release(struct fence *fence);

/* Makes them, on a connection without a transaction. @stop (may be NULL) ends it early. False
 * when it did, when others are at it, or with @err. */
bool fences_make(struct fences *fences, struct conn *conn, const struct entity *entity,
		 enum fence_order order, bool (*stop)(void *payload), void *payload,
		 struct err *err);

/* How many bytes they take. */
size_t fences_size(struct fences *fences);

#endif
