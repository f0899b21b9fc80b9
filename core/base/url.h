/*
 * url.h - percent-encoding, query strings and URLs, taken from the raw text.
 *
 * The raw target decides: a pair splits at its first '=', a path at its raw
 * '/', and only then is anything decoded (traps.md B2, D1, D3, E1).
 */
#ifndef BASE_URL_H
#define BASE_URL_H

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

struct pair {
	const char *name, *value;
};

struct pairs {
	struct pair *items;
	size_t count, room;
};

/* The first value of @name, or NULL. */
const char *pairs_get(const struct pairs *pairs, const char *name);
/* The same, without regard to ASCII case: header names. */
const char *pairs_get_nocase(const struct pairs *pairs, const char *name);
/* Room comes from @arena; the texts are borrowed. */
void pairs_add(struct pairs *pairs, struct arena *arena, const char *name, const char *value);

/* RFC 3986: everything but the unreserved characters is encoded, in upper case. */
/* Whether pct_encode() would leave it as it is. */
bool pct_is_plain(const char *text);
void pct_encode(struct str *out, const char *text);
char *pct_encoded(struct arena *arena, const char *text) MUST_USE;

/* What '+' means while decoding. */
enum plus { PLUS_IS_PLUS, PLUS_IS_BLANK };

/* Decodes @length bytes. Refuses a broken escape, %00 and what is not UTF-8;
 * the sentence in @err names the place. Returns from @arena. */
char *pct_decode(struct arena *arena, const char *text, size_t length, enum plus plus,
		 struct err *err) MUST_USE;

/* Splits and decodes `a=b&c=d`. With PLUS_IS_BLANK a '+' is a blank, except where
 * it begins a zone inside a quoted value (`'2026-01-01T00:00:00+01:00'`). */
bool query_parse(struct arena *arena, const char *query, enum plus plus, struct pairs *out,
		 struct err *err) MUST_USE;

struct url {
	char *scheme; /* http or https, lower case */
	char *host;   /* lower case; an IPv6 address keeps its brackets */
	int port;     /* the scheme's default when none is given */
	char *path;   /* raw; "" when none */
	char *query;  /* raw, NULL when none */
};

/* An absolute http or https URL without user info; room from @arena. */
bool url_parse(struct arena *arena, const char *text, struct url *out, struct err *err) MUST_USE;
bool url_port_is_default(const struct url *url);

#endif
