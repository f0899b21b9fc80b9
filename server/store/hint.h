/*
 * hint.h - in which row an object was last seen.
 *
 * To find an object of millions by its sourcedId costs SQLite more than to read it. So the row
 * numbers are kept in memory, by a hash of the sourcedId: four bytes for each, in a table of a
 * fixed size. A hint may be wrong, or missing: whoever follows one looks whether the row is
 * that of the object, and asks the index if not. So nothing has to be taken back, whatever is
 * deleted, rolled back or restored.
 *
 * All of it may be called by any thread at any time.
 */
#ifndef STORE_HINT_H
#define STORE_HINT_H

#include "server/store/store.h"

#define HINT_WAYS 16           /* that share a place; a line of the processor's cache */
#define HINT_BYTES (32u << 20) /* that a table takes at most: for eight million objects */

struct hints;

/* For about @rows objects of all kinds; a table that proves too small gives way to a larger,
 * empty one. */
struct hints *hints_new(int64_t rows) MUST_USE;
void hints_free(struct hints *hints); /* ends hints_warm(); NULL is fine */

void hints_note(struct hints *hints, const struct entity *entity, const char *id, int64_t row);

/* Rows that may be that of the object, into @out; returns how many, mostly one or none. */
size_t hints_find(const struct hints *hints, const struct entity *entity, const char *id,
		  int64_t out[static HINT_WAYS]);

/* Begins to note every object of the database at @path (copied), on a thread of its own that
 * gives way to the others. At most once. */
void hints_warm(struct hints *hints, const char *path);

#endif
