/*
 * util.c - allocation, small text helpers, UTF-8.
 */
#include "base/util.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Noreturn void bug(const char *file, int line, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "mocksis: BUG at %s:%d: ", file, line);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	abort();
}

static void *checked(void *memory)
{
	if (!memory) {
		fputs("mocksis: out of memory\n", stderr);
		abort();
	}
	return memory;
}

void *xmalloc(size_t size)
{
	return checked(malloc(size ? size : 1));
}

void *xcalloc(size_t count, size_t size)
{
	return checked(calloc(count ? count : 1, size ? size : 1));
}

void *xrealloc(void *old, size_t size)
{
	return checked(realloc(old, size ? size : 1));
}

char *xstrdup(const char *text)
{
	return text ? checked(strdup(text)) : NULL;
}

char *xstrndup(const char *text, size_t length)
{
	return checked(strndup(text, length));
}

char *xformat(const char *format, ...)
{
	char *text = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	return checked(text);
}

bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

bool starts_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool ends_with(const char *text, const char *suffix)
{
	size_t length = strlen(text), tail = strlen(suffix);

	return length >= tail && strcmp(text + length - tail, suffix) == 0;
}

bool has_word(const char *words, const char *word)
{
	for (const char *at = words; *at;) {
		size_t size = strcspn(at, " ");

		if (size == strlen(word) && strncmp(at, word, size) == 0)
			return true;
		at += size;
		at += strspn(at, " ");
	}
	return false;
}

bool number_parse(const char *text, int64_t least, int64_t most, int64_t *out)
{
	const char *digit = text + (*text == '-');

	if (!*digit)
		return false;
	for (const char *at = digit; *at; at++)
		if (*at < '0' || *at > '9')
			return false;

	errno = 0;
	long long value = strtoll(text, NULL, 10);

	if (errno || value < least || value > most)
		return false;
	*out = value;
	return true;
}

bool decimal_parse(const char *text, double *out)
{
	char *end;

	*out = strtod(text, &end);
	return *text && !text[strspn(text, "0123456789+-.eE")] && !*end && isfinite(*out);
}

size_t utf8_length(const char *text)
{
	size_t points = 0;

	for (; *text; text++)
		points += ((unsigned char)*text & 0xc0) != 0x80;
	return points;
}

size_t utf8_prefix(const char *text, size_t points)
{
	const char *at = text;

	for (; *at; at++)
		if (((unsigned char)*at & 0xc0) != 0x80 && points-- == 0)
			break;
	return (size_t)(at - text);
}

/* The number of bytes of the sequence that @lead begins, and the range of its
 * second byte; 0 for a byte that begins none (RFC 3629 section 4). */
static size_t sequence(unsigned char lead, unsigned char *low, unsigned char *high)
{
	*low = 0x80;
	*high = 0xbf;
	if (lead < 0x80)
		return 1;
	if (lead >= 0xc2 && lead <= 0xdf)
		return 2;
	if (lead >= 0xe0 && lead <= 0xef) {
		if (lead == 0xe0)
			*low = 0xa0;
		if (lead == 0xed)
			*high = 0x9f;
		return 3;
	}
	if (lead >= 0xf0 && lead <= 0xf4) {
		if (lead == 0xf0)
			*low = 0x90;
		if (lead == 0xf4)
			*high = 0x8f;
		return 4;
	}
	return 0;
}

bool utf8_valid(const char *text, size_t length, size_t *where)
{
	for (size_t i = 0; i < length;) {
		unsigned char low, high;
		uint64_t eight;

		if (length - i >= sizeof eight) { /* most texts are ASCII */
			memcpy(&eight, text + i, sizeof eight);
			if (!(eight & 0x8080808080808080u)) {
				i += sizeof eight;
				continue;
			}
		}
		size_t size = sequence((unsigned char)text[i], &low, &high);
		bool good = size && size <= length - i;

		for (size_t k = 1; good && k < size; k++) {
			unsigned char byte = (unsigned char)text[i + k];

			good = byte >= (k == 1 ? low : 0x80) && byte <= (k == 1 ? high : 0xbf);
		}
		if (!good) {
			if (where)
				*where = i;
			return false;
		}
		i += size;
	}
	return true;
}

void utf8_scrub(char *text)
{
	size_t length = strlen(text), bad, done = 0;

	while (!utf8_valid(text + done, length - done, &bad)) {
		text[done + bad] = '?';
		done += bad + 1;
	}
}

uint64_t fnv1a(uint64_t seed, const void *bytes, size_t length)
{
	const unsigned char *byte = bytes;
	uint64_t hash = seed ^ UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ byte[i]) * UINT64_C(0x100000001b3);
	return hash;
}
