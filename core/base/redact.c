/*
 * redact.c - secrets out of what is logged or kept.
 */
#include "base/redact.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/jsonx.h"
#include "base/url.h"

/* What the name of a secret holds, in lower case. */
static const char *const words[] = { "secret",  "token",     "signature",     "password",
				     "passwd",  "assertion", "authorization", "credential",
				     "api_key", "api-key",   "apikey" };

/* What a header is called beside that. */
static const char *const header_words[] = { "cookie", "auth", "subscription-key" };

/* All that is told of a token exchange (RFC 6749). */
static const char *const harmless[] = {
	"grant_type", "client_id",         "scope",     "token_type", "expires_in",
	"error",      "error_description", "error_uri", "audience",   "client_assertion_type",
};

/* Where the word of @list that @text begins with ends; 0: there is none. */
static size_t word_at(const char *text, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (list[i][0] == (text[0] | 0x20) &&
		    strncasecmp(text, list[i], strlen(list[i])) == 0)
			return strlen(list[i]);
	return 0;
}

/* What the words of all lists begin with, a bit for each: every header and every body is looked
 * through, two letters tell most places off. */
enum { SE = 1, SI = 2, SU = 4, TO = 8, PA = 16, AS = 32, AU = 64, AP = 128, CR = 256, CO = 512 };

#define LETTER(small, bits) [small] = (bits), [(small) - 'a' + 'A'] = (bits)

static const uint16_t first_letter[256] = {
	LETTER('s', SE | SI | SU), LETTER('t', TO),      LETTER('p', PA),
	LETTER('a', AS | AU | AP), LETTER('c', CR | CO),
};
static const uint16_t second_letter[256] = {
	LETTER('e', SE), LETTER('i', SI), LETTER('u', SU | AU), LETTER('o', TO | CO),
	LETTER('a', PA), LETTER('s', AS), LETTER('p', AP),      LETTER('r', CR),
};

static bool may_begin(const char *text)
{
	const unsigned char *bytes = (const unsigned char *)text;

	return first_letter[bytes[0]] & second_letter[bytes[1]];
}

static bool has_word_of(const char *text, const char *const *list, size_t count)
{
	for (; *text; text++)
		if (may_begin(text) && word_at(text, list, count))
			return true;
	return false;
}

static bool is_secret_name(const char *name)
{
	return has_word_of(name, words, ARRAY_SIZE(words));
}

/* A text that names a secret and gives its value: another URL, a filter. */
static bool tells_secret(const char *text)
{
	if (!text[strcspn(text, "=:%")]) /* nothing is given a value */
		return false;
	for (; *text; text++) {
		size_t length = may_begin(text) ? word_at(text, words, ARRAY_SIZE(words)) : 0;

		if (!length)
			continue;
		text += length;
		while (isalnum((unsigned char)*text) || (*text && strchr("_-", *text)))
			text++;
		text += strspn(text, " \"'");
		if (*text == '=' || *text == ':' || strncasecmp(text, "%3D", 3) == 0)
			return true;
		text--;
	}
	return false;
}

static bool is_harmless(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(harmless); i++)
		if (strcmp(harmless[i], name) == 0)
			return true;
	return false;
}

/* Decoded, or raw where that cannot be. */
static const char *decoded(struct arena *arena, const char *text, size_t length)
{
	struct err ignored = ERR_INIT;
	const char *plain = pct_decode(arena, text, length, PLUS_IS_BLANK, &ignored);

	return plain ? plain : arena_dup_n(arena, text, length);
}

static bool hides_pair(const char *text, size_t name_length, size_t length, enum redact how)
{
	struct arena arena = ARENA_INIT;
	bool bare = name_length == length;
	const char *name = decoded(&arena, text, name_length);
	const char *value = bare ? ""
				 : decoded(&arena, text + name_length + 1,
					   length - name_length - 1);
	bool hides = how == REDACT_EXCHANGE ? !is_harmless(name)
					    : (!bare && is_secret_name(name)) ||
						      tells_secret(name) || tells_secret(value);

	arena_release(&arena);
	return hides;
}

bool redact_pairs(struct str *out, const char *text, enum redact how)
{
	struct str line = STR_INIT;
	bool any = false;

	while (*text) {
		size_t length = strcspn(text, "&"), name = strcspn(text, "=&");

		if (length && hides_pair(text, name, length, how)) {
			any = true;
			if (name < length)
				str_add_bytes(&line, text, name + 1);
			str_add(&line, REDACTED);
		} else {
			str_add_bytes(&line, text, length);
		}
		text += length;
		if (*text)
			str_add_char(&line, *text++);
	}
	if (any)
		str_add(out, str_text(&line));
	str_release(&line);
	return any;
}

bool redact_target(struct str *out, const char *target, enum redact how)
{
	size_t path = strcspn(target, "?");
	const char *query = target[path] ? target + path + 1 : "";
	struct str shown = STR_INIT;

	if (!target[path] && !tells_secret(target))
		return false;

	char *start = xstrndup(target, path);
	bool odd = tells_secret(start), any = redact_pairs(&shown, query, how);

	if (odd || any) {
		str_add(out, odd ? "/" REDACTED : start);
		if (target[path])
			str_format(out, "?%s", any ? str_text(&shown) : query);
	}
	free(start);
	str_release(&shown);
	return odd || any;
}

/* Replaces the members in place; true where there was one. */
static bool hide_members(json_t *value, enum redact how)
{
	const char *key;
	json_t *member;
	void *next;
	size_t i;
	bool any = false;

	json_object_foreach_safe (value, next, key, member) {
		if (how == REDACT_EXCHANGE ? !is_harmless(key) : is_secret_name(key)) {
			json_object_set_new(value, key, json_string(REDACTED));
			any = true;
		} else {
			any = hide_members(member, how) || any;
		}
	}
	json_array_foreach (value, i, member) {
		if (how == REDACT_EXCHANGE && !json_is_object(member)) {
			json_array_set_new(value, i, json_string(REDACTED));
			any = true;
		} else {
			any = hide_members(member, how) || any;
		}
	}
	return any;
}

static bool redact_json(struct str *out, json_t *json, enum redact how)
{
	bool any = hide_members(json, how);
	char *text = any ? jsonx_dump(json) : NULL;

	if (any)
		str_add(out, text);
	free(text);
	return any;
}

static bool is_form(const char *text)
{
	return strchr(text, '=') && !text[strcspn(text, " \t\r\n\"'<>{}")];
}

static bool redact_all(struct str *out)
{
	str_add(out, REDACTED);
	return true;
}

bool redact_body(struct str *out, const char *text, size_t length, enum redact how)
{
	struct err err = ERR_INIT;
	const char *start = text + strspn(text, " \t\r\n");
	bool whole = strlen(text) == length; /* no NUL inside */
	bool named = !whole || is_secret_name(text);
	json_t *json;

	if (!length)
		return false;
	if (whole && (*start == '{' || *start == '[')) {
		if (how == REDACT_NAMED && !named && !strstr(text, "\\u"))
			return false;
		json = jsonx_load(text, length, &err);
		if (json) {
			bool any = redact_json(out, json, how);

			json_decref(json);
			return any;
		}
	} else if (whole && is_form(text)) {
		return redact_pairs(out, text, how);
	}
	return (how == REDACT_EXCHANGE || named) && redact_all(out);
}

/* An OAuth 1.0a header without its signature (RFC 5849, section 3.5.1). */
static void redact_oauth(struct str *out, const char *value)
{
	static const char *const shown[] = { "realm",          "oauth_consumer_key",
					     "oauth_nonce",    "oauth_timestamp",
					     "oauth_version",  "oauth_signature_method",
					     "oauth_body_hash" };

	while (*value) {
		size_t length = strcspn(value, ","), name = strcspn(value, "=,");
		bool keep = false;

		for (size_t i = 0; i < ARRAY_SIZE(shown); i++)
			keep = keep || (strlen(shown[i]) == name &&
					strncasecmp(value, shown[i], name) == 0);
		if (keep)
			str_add_bytes(out, value, length);
		else if (name < length && strncasecmp(value, "oauth_", 6) == 0)
			str_format(out, "%.*s=\"" REDACTED "\"", (int)name, value);
		else
			str_add(out, REDACTED);
		value += length;
		if (*value) {
			str_add(out, ", ");
			value++;
			value += strspn(value, " \t");
		}
	}
}

/* The scheme may be told where it is one, not the first half of a secret. */
static void redact_authorization(struct str *out, const char *value)
{
	static const char *const schemes[] = { "Basic", "Bearer", "OAuth", "Digest", "Negotiate" };
	size_t length = strcspn(value, " ");

	for (size_t i = 0; i < ARRAY_SIZE(schemes); i++) {
		if (strlen(schemes[i]) != length || !value[length] ||
		    strncasecmp(schemes[i], value, length) != 0)
			continue;
		str_add(out, schemes[i]);
		str_add_char(out, ' ');
		value += length + strspn(value + length, " ");
		if (strcmp(schemes[i], "OAuth") == 0)
			redact_oauth(out, value);
		else
			str_add(out, REDACTED);
		return;
	}
	str_add(out, REDACTED);
}

bool redact_header(struct str *out, const char *name, const char *value, const char *vendor)
{
	bool own = vendor && strcasecmp(vendor, name) == 0;

	if (!*value)
		return false;
	if (!own && (strcasecmp(name, "Authorization") == 0 ||
		     strcasecmp(name, "Proxy-Authorization") == 0)) {
		redact_authorization(out, value);
		return true;
	}
	if (strcasecmp(name, "WWW-Authenticate") == 0 ||
	    strcasecmp(name, "Proxy-Authenticate") == 0)
		return false;
	if (own || is_secret_name(name) ||
	    has_word_of(name, header_words, ARRAY_SIZE(header_words)) || tells_secret(value))
		return redact_all(out);
	return false;
}
