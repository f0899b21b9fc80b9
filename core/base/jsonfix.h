/*
 * jsonfix.h - sound JSON out of what people paste.
 *
 * Word processors, mail programs and documentation spoil JSON in a few ways that can be
 * undone for certain: typographic or single quotes around strings, commas missing or too
 * many, brackets missing at the end, comments, marks of byte order, no-break spaces, keys
 * without quotes, ellipses, True, False and None. Everything else stays as it was, blanks
 * and line breaks included, and the inside of a sound string is never touched.
 */
#ifndef BASE_JSONFIX_H
#define BASE_JSONFIX_H

#include "base/arena.h"
#include "base/err.h"

/* What was put right, at which line and column (in characters) of the text. */
struct repair {
	int line, column;
	const char *what; /* "a comma was missing" */
};

#define REPAIRS_MOST 1000 /* that are kept; all are counted */

struct repairs {
	struct repair *items;
	size_t count, room;
	size_t total;
	struct arena arena; /* of the texts */
};

#define REPAIRS_INIT \
	{            \
		NULL \
	}

void repairs_release(struct repairs *repairs);

/* @text, which is NUL-terminated, with its repairs; it holds one or several values that
 * jsonx_load_next() takes. A sound text comes back as it is, without repairs. NULL with @err where
 * something is wrong that cannot be put right for certain: the sentence tells line and column.
 * Takes time in proportion to @length, which the caller limits. Returns (free). */
char *json_repair(const char *text, size_t length, struct repairs *repairs,
		  struct err *err) MUST_USE;

#endif
