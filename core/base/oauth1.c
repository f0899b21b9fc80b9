/*
 * oauth1.c - OAuth 1.0a signatures (RFC 5849).
 */
#include "base/oauth1.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct {
	const char *name;
	enum hash hash;
} methods[] = {
	{ "HMAC-SHA1", HASH_SHA1 },
	{ "HMAC-SHA256", HASH_SHA256 },
};

bool oauth1_method(const char *name, enum hash *hash)
{
	for (size_t i = 0; i < ARRAY_SIZE(methods); i++) {
		if (strcmp(methods[i].name, name) == 0) {
			*hash = methods[i].hash;
			return true;
		}
	}
	return false;
}

const char *oauth1_method_name(enum hash hash)
{
	return methods[hash == HASH_SHA256].name;
}

/* name="value", blanks and commas around; the value is percent-encoded. */
static const char *next_parameter(struct arena *arena, const char *at, struct pair *out,
				  struct err *err)
{
	at += strspn(at, " \t,");
	if (!*at)
		return at;

	size_t name_length = strcspn(at, "= \t,\"");
	const char *value = at + name_length;

	if (name_length == 0 || value[0] != '=' || value[1] != '"' || !strchr(value + 2, '"')) {
		err_set(err, ERR_INVALID,
			"the OAuth header is broken at \"%.20s\": it is a list of "
			"name=\"value\"",
			at);
		return NULL;
	}

	size_t value_length = strcspn(value + 2, "\"");

	out->name = pct_decode(arena, at, name_length, PLUS_IS_PLUS, err);
	out->value = pct_decode(arena, value + 2, value_length, PLUS_IS_PLUS, err);
	if (!out->name || !out->value)
		return NULL;
	return value + 2 + value_length + 1;
}

bool oauth1_parse(struct arena *arena, const char *header, struct oauth1 *out, struct err *err)
{
	const struct {
		const char *name;
		const char **slot;
	} slots[] = {
		{ "oauth_consumer_key", &out->consumer_key },
		{ "oauth_nonce", &out->nonce },
		{ "oauth_signature", &out->signature },
		{ "oauth_signature_method", &out->signature_method },
		{ "oauth_timestamp", &out->timestamp },
		{ "oauth_version", &out->version },
		{ "oauth_token", &out->token },
		{ "oauth_body_hash", &out->body_hash },
	};
	const char *at = header;

	*out = (struct oauth1){ 0 };
	if (strncasecmp(at, "OAuth", 5) != 0 || (at[5] != ' ' && at[5] != '\t'))
		return err_set(err, ERR_INVALID,
			       "the Authorization header does not begin with "
			       "OAuth");
	at += 5;
	while (at && *at) {
		struct pair pair = { NULL, NULL };

		at = next_parameter(arena, at, &pair, err);
		if (!at)
			return false;
		if (!pair.name || strcmp(pair.name, "realm") == 0)
			continue;
		if (pairs_get(&out->parameters, pair.name))
			return err_set(err, ERR_INVALID, "%s stands twice in the OAuth header",
				       pair.name);
		pairs_add(&out->parameters, arena, pair.name, pair.value);
		for (size_t i = 0; i < ARRAY_SIZE(slots); i++)
			if (strcmp(slots[i].name, pair.name) == 0)
				*slots[i].slot = pair.value;
	}
	for (size_t i = 0; i < 5; i++)
		if (!*slots[i].slot)
			return err_set(err, ERR_INVALID, "%s is missing", slots[i].name);
	return true;
}

static int by_encoded(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order ? order : strcmp(x->value, y->value);
}

static size_t add_encoded(struct arena *arena, struct pair *list, size_t n,
			  const struct pairs *from)
{
	for (size_t i = 0; i < from->count; i++) {
		if (strcmp(from->items[i].name, "oauth_signature") == 0)
			continue;
		list[n].name = pct_encoded(arena, from->items[i].name);
		list[n++].value = pct_encoded(arena, from->items[i].value);
	}
	return n;
}

char *oauth1_base_string(struct arena *arena, const char *method, const struct url *url,
			 const struct pairs *header, const struct pairs *query)
{
	struct pair *list = arena_alloc(arena, (header->count + query->count + 1) * sizeof *list);
	size_t n = add_encoded(arena, list, 0, header);
	struct str text = STR_INIT, base = STR_INIT;

	n = add_encoded(arena, list, n, query);
	qsort(list, n, sizeof *list, by_encoded);

	str_format(&base, "%s&", method);
	str_format(&text, "%s://%s", url->scheme, url->host);
	if (!url_port_is_default(url))
		str_format(&text, ":%d", url->port);
	str_add(&text, *url->path ? url->path : "/");
	pct_encode(&base, str_text(&text));
	str_add_char(&base, '&');

	str_clear(&text);
	for (size_t i = 0; i < n; i++)
		str_format(&text, "%s%s=%s", i ? "&" : "", list[i].name, list[i].value);
	pct_encode(&base, str_text(&text));

	char *out = arena_dup_n(arena, str_text(&base), base.length);

	str_release(&text);
	str_release(&base);
	return out;
}

char *oauth1_signature(struct arena *arena, enum hash hash, const char *base,
		       const char *consumer_secret, const char *token_secret)
{
	char *key = arena_format(arena, "%s&%s", pct_encoded(arena, consumer_secret),
				 token_secret ? pct_encoded(arena, token_secret) : "");
	unsigned char mac[HASH_MAX];

	hmac_bytes(hash, key, base, strlen(base), mac);

	char *text = base64_encode(mac, hash_length(hash));
	char *out = arena_dup(arena, text);

	free(text);
	return out;
}

char *oauth1_header(struct arena *arena, const char *method, const struct url *url,
		    const char *consumer_key, const char *consumer_secret, enum hash hash,
		    const char *nonce, int64_t timestamp, struct err *err)
{
	struct pairs parameters = { 0 }, query = { 0 };
	struct str out = STR_INIT;

	if (url->query && !query_parse(arena, url->query, PLUS_IS_PLUS, &query, err))
		return NULL;
	pairs_add(&parameters, arena, "oauth_consumer_key", consumer_key);
	pairs_add(&parameters, arena, "oauth_nonce", nonce);
	pairs_add(&parameters, arena, "oauth_signature_method", oauth1_method_name(hash));
	pairs_add(&parameters, arena, "oauth_timestamp",
		  arena_format(arena, "%lld", (long long)timestamp));
	pairs_add(&parameters, arena, "oauth_version", "1.0");

	const char *base = oauth1_base_string(arena, method, url, &parameters, &query);
	const char *signature = oauth1_signature(arena, hash, base, consumer_secret, NULL);

	pairs_add(&parameters, arena, "oauth_signature", signature);
	str_add(&out, "OAuth ");
	for (size_t i = 0; i < parameters.count; i++) {
		str_format(&out, "%s%s=\"", i ? ", " : "", parameters.items[i].name);
		pct_encode(&out, parameters.items[i].value);
		str_add_char(&out, '"');
	}

	char *header = arena_dup_n(arena, str_text(&out), out.length);

	str_release(&out);
	return header;
}
