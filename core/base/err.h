/*
 * err.h - one error on its way up: what kind, a sentence, and where.
 *
 * The first failure writes it, nobody above rewrites it. A function that can
 * fail returns bool (or a pointer) and takes `struct err *` last.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/util.h"

enum err_code {
	ERR_NONE,
	ERR_INVALID,     /* the input is wrong; `pointer` may say where */
	ERR_NOT_FOUND,   /* a name that nothing has */
	ERR_ENVIRONMENT, /* file, port, database, memory of the machine */
	ERR_UNREACHABLE, /* the other side of the wire */
};

struct err {
	enum err_code code;
	char pointer[160]; /* JSON pointer, or file:line, of the culprit; may be "" */
	char text[800];    /* one sentence, no full stop */
};

#define ERR_INIT                 \
	{                        \
		.code = ERR_NONE \
	}

/* Notes the first failure; both return false so that `return err_set(...)`
 * reads well. A later failure changes nothing. */
bool err_set(struct err *err, enum err_code code, const char *format, ...) PRINTF(3, 4);
bool err_at(struct err *err, enum err_code code, const char *pointer, const char *format, ...)
	PRINTF(4, 5);

/* The exit status that the contract gives to this kind of error: 2 or 3. */
int err_exit_status(const struct err *err);

#endif
