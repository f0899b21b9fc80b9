/*
 * str.h - a growing text buffer with a hard cap.
 *
 * Every buffer has a cap, so that nothing a client sends can make one grow
 * without end. What would pass the cap is dropped and `full` is set: callers
 * look once, at the end. The text is always NUL-terminated.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdarg.h>
#include "base/util.h"

#define STR_CAP (64u << 20) /* for what we build ourselves: 64 MiB */

struct str {
	char *text; /* never NULL once something was added; see str_text() */
	size_t length, room, cap;
	bool full; /* something was dropped */
};

#define STR_INIT               \
	{                      \
		.cap = STR_CAP \
	}

void str_init(struct str *str, size_t cap);
void str_release(struct str *str);
void str_clear(struct str *str);                 /* empty, memory and cap kept */
void str_cut(struct str *str, size_t length);    /* at most so many bytes stay */
const char *str_text(const struct str *str);     /* "" when nothing was added */
char *str_take(struct str *str, size_t *length); /* returns: free(); @length may be NULL */

void str_add(struct str *str, const char *text);
void str_add_bytes(struct str *str, const void *bytes, size_t length);
void str_add_char(struct str *str, char c);
/* Makes room for so much, so that what is added does not move what is there; within the cap. */
void str_reserve(struct str *str, size_t length);
/* Room for @length more bytes, which the caller writes at once: they count as added. NULL when
 * the cap is passed. */
char *str_extend(struct str *str, size_t length) MUST_USE;
void str_format(struct str *str, const char *format, ...) PRINTF(2, 3);
void str_vformat(struct str *str, const char *format, va_list args) PRINTF(2, 0);

#endif
