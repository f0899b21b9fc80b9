/*
 * url.c - percent-encoding, query strings and URLs.
 */
#include "base/url.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

const char *pairs_get(const struct pairs *pairs, const char *name)
{
	for (size_t i = 0; i < pairs->count; i++)
		if (strcmp(pairs->items[i].name, name) == 0)
			return pairs->items[i].value;
	return NULL;
}

const char *pairs_get_nocase(const struct pairs *pairs, const char *name)
{
	for (size_t i = 0; i < pairs->count; i++)
		if (strcasecmp(pairs->items[i].name, name) == 0)
			return pairs->items[i].value;
	return NULL;
}

void pairs_add(struct pairs *pairs, struct arena *arena, const char *name, const char *value)
{
	if (pairs->count == pairs->room) {
		size_t room = pairs->room ? pairs->room * 2 : 8;
		struct pair *items = arena_alloc(arena, room * sizeof *items);

		if (pairs->count)
			memcpy(items, pairs->items, pairs->count * sizeof *items);
		pairs->items = items;
		pairs->room = room;
	}
	pairs->items[pairs->count++] = (struct pair){ name, value };
}

static bool unreserved(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       c == '-' || c == '.' || c == '_' || c == '~';
}

bool pct_is_plain(const char *text)
{
	while (unreserved((unsigned char)*text))
		text++;
	return !*text;
}

void pct_encode(struct str *out, const char *text)
{
	while (*text) {
		size_t run = 0;

		while (unreserved((unsigned char)text[run]))
			run++;
		str_add_bytes(out, text, run);
		text += run;
		if (*text)
			str_format(out, "%%%02X", (unsigned char)*text++);
	}
}

char *pct_encoded(struct arena *arena, const char *text)
{
	struct str out = STR_INIT;

	pct_encode(&out, text);

	char *encoded = arena_dup_n(arena, str_text(&out), out.length);

	str_release(&out);
	return encoded;
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Whether the '+' at @at begins a zone: a digit before it, HH:MM or HHMM and a
 * quote after it, all still encoded at most as %3A and %27. */
static bool begins_zone(const char *text, const char *at, const char *end)
{
	const char *c = at + 1;

	if (at == text || !isdigit((unsigned char)at[-1]) || end - c < 4)
		return false;
	if (!isdigit((unsigned char)c[0]) || !isdigit((unsigned char)c[1]))
		return false;
	c += 2;
	if (*c == ':')
		c++;
	else if (end - c >= 3 && strncasecmp(c, "%3A", 3) == 0)
		c += 3;
	if (end - c < 2 || !isdigit((unsigned char)c[0]) || !isdigit((unsigned char)c[1]))
		return false;
	c += 2;
	return (c < end && *c == '\'') || (end - c >= 3 && strncmp(c, "%27", 3) == 0);
}

char *pct_decode(struct arena *arena, const char *text, size_t length, enum plus plus,
		 struct err *err)
{
	char *out = arena_alloc(arena, length + 1);
	const char *end = text + length;
	size_t n = 0, bad;

	for (const char *at = text; at < end; at++) {
		if (*at == '+' && plus == PLUS_IS_BLANK && !begins_zone(text, at, end)) {
			out[n++] = ' ';
		} else if (*at != '%') {
			out[n++] = *at;
		} else {
			int high = end - at > 2 ? hex(at[1]) : -1;
			int low = end - at > 2 ? hex(at[2]) : -1;

			if (high < 0 || low < 0) {
				err_set(err, ERR_INVALID,
					"percent-encoding is broken at \"%.*s\" (two hexadecimal "
					"digits belong after %%)",
					(int)(end - at > 12 ? 12 : end - at), at);
				return NULL;
			}
			if (high == 0 && low == 0) {
				err_set(err, ERR_INVALID, "%%00 is not allowed");
				return NULL;
			}
			out[n++] = (char)(high * 16 + low);
			at += 2;
		}
	}
	if (!utf8_valid(out, n, &bad)) {
		err_set(err, ERR_INVALID, "byte 0x%02x is not valid UTF-8 once decoded",
			(unsigned char)out[bad]);
		return NULL;
	}
	return out;
}

bool query_parse(struct arena *arena, const char *query, enum plus plus, struct pairs *out,
		 struct err *err)
{
	while (*query) {
		size_t length = strcspn(query, "&");
		const char *equals = memchr(query, '=', length);
		size_t name_length = equals ? (size_t)(equals - query) : length;

		if (length) {
			const char *name = pct_decode(arena, query, name_length, plus, err);
			const char *value = "";

			if (name && equals)
				value = pct_decode(arena, equals + 1, length - name_length - 1,
						   plus, err);
			if (!name || !value)
				return false;
			pairs_add(out, arena, name, value);
		}
		query += length + (query[length] == '&');
	}
	return true;
}

bool url_port_is_default(const struct url *url)
{
	return url->port == (strcmp(url->scheme, "https") == 0 ? 443 : 80);
}

static void lower(char *text)
{
	for (; *text; text++)
		*text = (char)tolower((unsigned char)*text);
}

/* A name, an IPv4 address, or an IPv6 address in brackets. */
static bool is_host(const char *text)
{
	size_t length = strlen(text);

	if (*text == '[')
		return length > 3 && text[length - 1] == ']' &&
		       strspn(text + 1, "0123456789abcdef:.") == length - 2;
	return length && !text[strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789.-_")];
}

bool url_parse(struct arena *arena, const char *text, struct url *out, struct err *err)
{
	const char *after = strstr(text, "://");

	*out = (struct url){ 0 };
	if (!after)
		return err_set(err, ERR_INVALID,
			       "%s is not a URL: it begins with http:// or "
			       "https://",
			       text);
	out->scheme = arena_dup_n(arena, text, (size_t)(after - text));
	lower(out->scheme);
	if (strcmp(out->scheme, "http") != 0 && strcmp(out->scheme, "https") != 0)
		return err_set(err, ERR_INVALID, "%s: the scheme must be http or https", text);
	after += 3;

	size_t length = strcspn(after, "/?#");
	char *authority = arena_dup_n(arena, after, length);
	char *colon = strrchr(authority, ':');
	int64_t port = strcmp(out->scheme, "https") == 0 ? 443 : 80;

	if (strchr(authority, '@'))
		return err_set(err, ERR_INVALID,
			       "a URL with a user name in it is not taken; use "
			       "--credential");
	if (colon && !strchr(colon, ']')) {
		*colon = '\0';
		if (colon[1] && !number_parse(colon + 1, 1, 65535, &port))
			return err_set(err, ERR_INVALID,
				       "%s: the port is not a number from 1 to "
				       "65535",
				       text);
	}
	lower(authority);
	out->host = authority;
	out->port = (int)port;
	if (!is_host(authority))
		return err_set(err, ERR_INVALID,
			       "%s: a host belongs after ://, an IPv6 address in brackets", text);

	const char *path = after + length;
	size_t path_length = strcspn(path, "?#");

	out->path = arena_dup_n(arena, path, path_length);
	if (path[path_length] == '?')
		out->query = arena_dup_n(arena, path + path_length + 1,
					 strcspn(path + path_length + 1, "#"));
	return true;
}
