/*
 * util.h - what every file needs: sizes of arrays, allocation that cannot
 * fail, and the two ways to say that something is impossible.
 */
#ifndef BASE_UTIL_H
#define BASE_UTIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define MUST_USE __attribute__((warn_unused_result))
#define PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define UNUSED __attribute__((unused))

/* Something that no input can cause has happened: say where and abort. */
#define BUG(...) bug(__FILE__, __LINE__, __VA_ARGS__)
_Noreturn void bug(const char *file, int line, const char *format, ...) PRINTF(3, 4);

/* Memory or abort. Every size that a client controls is capped before it gets
 * here, so running out means that the machine is out, not that someone asked. */
void *xmalloc(size_t size) MUST_USE;
void *xcalloc(size_t count, size_t size) MUST_USE;
void *xrealloc(void *old, size_t size) MUST_USE;
char *xstrdup(const char *text) MUST_USE; /* NULL stays NULL */
char *xstrndup(const char *text, size_t length) MUST_USE;
char *xformat(const char *format, ...) PRINTF(1, 2) MUST_USE; /* returns: free() */

/* Makes room for one more element of an array that grows by doubling. */
#define GROW(array, count, room)                                               \
	do {                                                                   \
		if ((count) == (room)) {                                       \
			(room) = (room) ? (room)*2 : 8;                        \
			(array) = xrealloc((array), (room) * sizeof *(array)); \
		}                                                              \
	} while (0)

/* Text comparison helpers; NULL equals only NULL. */
bool same_text(const char *a, const char *b);
bool starts_with(const char *text, const char *prefix);
bool ends_with(const char *text, const char *suffix);
/* Whether @word is one of the blank-separated @words. */
bool has_word(const char *words, const char *word);

/* The whole of @text as a decimal integer in [@least, @most]; no sign but '-',
 * no blanks, no exponent. */
bool number_parse(const char *text, int64_t least, int64_t most, int64_t *out) MUST_USE;

/* The whole of @text as a finite decimal number: no blanks, no hexadecimal, no nan. */
bool decimal_parse(const char *text, double *out) MUST_USE;

/* Number of Unicode code points of valid UTF-8: what the SISs call a character. */
size_t utf8_length(const char *text);
/* Whether the bytes are valid UTF-8 (no surrogates, no overlong forms). On
 * failure *@where is the offset of the first bad byte. */
bool utf8_valid(const char *text, size_t length, size_t *where);
/* Replaces every byte that is not part of valid UTF-8 by '?'. */
void utf8_scrub(char *text);
/* Length in bytes of the first @points code points of @text. */
size_t utf8_prefix(const char *text, size_t points);

/* FNV-1a with 64 bits: of what is looked up, and seeds that follow from a name. Not for what
 * others may choose unless @seed is a secret; 0 is as good as any. */
uint64_t fnv1a(uint64_t seed, const void *bytes, size_t length);

#endif
