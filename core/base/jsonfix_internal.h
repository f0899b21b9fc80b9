/*
 * jsonfix_internal.h - what the two files of the repair share.
 */
#ifndef BASE_JSONFIX_INTERNAL_H
#define BASE_JSONFIX_INTERNAL_H

#include "base/jsonfix.h"
#include "base/jsonx.h"
#include "base/str.h"

/* What may come next. */
enum want { WANT_VALUE, WANT_KEY, WANT_COLON, WANT_MEMBER, WANT_COMMA };

struct place {
	size_t at; /* in the output */
	int line, column;
};

struct fixer {
	const char *text;
	size_t length, at;
	int line, column; /* of text[at] */
	struct repairs *repairs;
	struct str out;
	char open[JSONX_DEPTH]; /* the brackets that will close */
	size_t depth;
	enum want want;
	struct place value_end; /* where a comma would go */
	struct place comma;     /* the last one, while nothing has followed it */
	bool has_comma;
	bool failed;
	struct err *err;
};

/* Notes a repair; at the present place, or at another one. */
void fixer_repaired(struct fixer *f, const char *what);
void fixer_repaired_at(struct fixer *f, int line, int column, const char *what);
/* Nothing can be done: the first reason, with its place, becomes the error. */
void fixer_give_up(struct fixer *f, const char *why);

/* Passes over @count bytes, or copies them. */
void fixer_skip(struct fixer *f, size_t count);
void fixer_copy(struct fixer *f, size_t count);

bool fixer_is_at(const struct fixer *f, size_t at, const char *bytes);
/* White space that is none to JSON: its length in bytes, or 0. */
size_t fixer_odd_blank(const struct fixer *f, size_t at);
/* A quote of either kind: its length, or 0, and " or ' in *@plain. */
size_t fixer_quote_at(const struct fixer *f, size_t at, char *plain);

/* The string that begins here. */
void fixer_string(struct fixer *f);

#endif
