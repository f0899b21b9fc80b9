/*
 * token.c - the token endpoint.
 */
#include "server/auth/token.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/crypto.h"
#include "base/jsonw.h"
#include "base/jsonx.h"
#include "base/random.h"
#include "server/auth/auth.h"

#define TOKEN_LENGTH 40

void token_key(const char *token, char out[static TOKEN_KEY])
{
	unsigned char digest[HASH_MAX];

	static const char digits[] = "0123456789abcdef";

	hash_bytes(HASH_SHA256, token, strlen(token), digest);
	for (size_t i = 0; i < 32; i++) {
		out[2 * i] = digits[digest[i] >> 4];
		out[2 * i + 1] = digits[digest[i] & 15];
	}
	out[64] = '\0';
}

char *token_note_write(struct arena *arena, const struct token_note *note)
{
	return arena_format(arena, "%lld %llx %d %s", (long long)note->issued,
			    (unsigned long long)note->scopes, note->ended, note->client);
}

void token_note_read(const char *text, struct token_note *out)
{
	char *end;

	out->issued = strtoll(text, &end, 10);
	out->scopes = strtoull(end, &end, 16);
	out->ended = strtol(end, &end, 10) != 0;
	out->client = *end ? end + 1 : end;
}

/* RFC 6749, section 5.2. */
static void token_error(struct request *request, struct response *response, int status,
			const char *code, const char *description)
{
	struct jsonw w;

	response->status = status;
	response->refusal.why = arena_format(&request->arena, "token: %s", description);
	if (status == 401)
		response_header(request, response, "WWW-Authenticate", "Basic realm=\"OneRoster\"");
	jsonw_init(&w, &response->body, 0);
	jsonw_object(&w);
	jsonw_key_text(&w, "error", code);
	jsonw_key_text(&w, "error_description", description);
	jsonw_object_end(&w);
}

bool token_parameters(struct request *request, struct pairs *out, struct err *err)
{
	const char *type = request_header(request, "Content-Type");
	const char *body = str_text(&request->body);

	if (request->query &&
	    !query_parse(&request->arena, request->query, PLUS_IS_BLANK, out, err))
		return false;
	if (!*body)
		return true;
	if (!type || strncasecmp(type, "application/json", 16) != 0) {
		if (strlen(body) != request->body.length)
			return err_set(err, ERR_INVALID, "the form holds a NUL byte");
		return query_parse(&request->arena, body, PLUS_IS_BLANK, out, err);
	}

	json_t *object = jsonx_load(body, request->body.length, err);
	const char *key;
	const json_t *value;

	json_object_foreach (object, key, value)
		if (json_is_string(value))
			pairs_add(out, &request->arena, arena_dup(&request->arena, key),
				  arena_dup(&request->arena, json_string_value(value)));
	json_decref(object);
	return err->code == ERR_NONE;
}

/* Basic credentials, raw first and form-decoded second: RFC 6749 encodes them,
 * many clients do not (traps D15). */
static bool basic_client(const struct auth *auth, struct request *request, const char *header,
			 const char **id)
{
	char *text = base64_decode(header + 6 + strspn(header + 6, " "), NULL);
	char *colon = text ? strchr(text, ':') : NULL;
	struct err err = ERR_INIT;
	bool good = false;

	if (colon && utf8_valid(text, strlen(text), NULL)) {
		*colon = '\0';
		*id = arena_dup(&request->arena, text);
		good = auth_knows(auth, text, colon + 1);
		if (!good) {
			const char *plain_id = pct_decode(&request->arena, text, strlen(text),
							  PLUS_IS_BLANK, &err);
			const char *secret = pct_decode(&request->arena, colon + 1,
							strlen(colon + 1), PLUS_IS_BLANK, &err);

			good = plain_id && secret && auth_knows(auth, plain_id, secret);
			if (good)
				*id = plain_id;
		}
	}
	free(text);
	return good;
}

/* What of the wish can be granted; everything when nothing is named or scopes mean
 * nothing here. */
static uint64_t grant_scopes(const struct profile *profile, const char *wish)
{
	if (!wish || !wish[strspn(wish, " ")] || auth_ignores_scopes(profile))
		return SCOPES_ALL;
	return scopes_parse(wish);
}

/* Whose tokens end, and where their notes are written. */
struct ending {
	const char *client;
	struct arena *arena;
};

static char *end_token(const char *text, void *payload)
{
	const struct ending *ending = payload;
	struct token_note note;

	token_note_read(text, &note);
	if (note.ended || strcmp(note.client, ending->client) != 0)
		return NULL;
	note.ended = true;
	return xstrdup(token_note_write(ending->arena, &note));
}

static void issue(struct auth *auth, struct request *request, const struct profile *profile,
		  int64_t now, const char *id, const char *wish, struct response *response)
{
	struct random kernel = RANDOM_KERNEL;
	char token[TOKEN_LENGTH + 1], key[TOKEN_KEY];
	int64_t life = profile->quirks.auth_token_ttl_s;
	struct token_note note = { now, grant_scopes(profile, wish), false, id };
	struct ending ending = { id, &request->arena };
	struct str scopes = STR_INIT;
	struct jsonw w;

	if (!note.scopes) {
		token_error(request, response, 400, "invalid_scope",
			    "none of the scopes is one of OneRoster 1.1 or 1.2, such as "
			    "https://purl.imsglobal.org/spec/or/v1p1/scope/gradebook.readonly; "
			    "mocksis describe openapi lists them");
		return;
	}
	if (profile->quirks.auth_invalidate_previous_token)
		recall_change(auth->tokens, end_token, &ending);
	random_token(&kernel, token, TOKEN_LENGTH);
	token_key(token, key);
	if (recall_add(auth->tokens, key, token_note_write(&request->arena, &note),
		       now + life * 1000, now) == RECALL_FULL) {
		response_header(request, response, "Retry-After", "60");
		token_error(request, response, 503, "temporarily_unavailable",
			    "too many tokens are alive");
		return;
	}
	response->status = 200;
	response_header(request, response, "Cache-Control", "no-store");
	response_header(request, response, "Pragma", "no-cache");
	scopes_format(note.scopes, &scopes);
	jsonw_init(&w, &response->body, 0);
	jsonw_object(&w);
	jsonw_key_text(&w, "access_token", token);
	jsonw_key_text(&w, "token_type", "Bearer");
	jsonw_key_int(&w, "expires_in", life);
	jsonw_key_text(&w, "scope", str_text(&scopes));
	jsonw_object_end(&w);
	str_release(&scopes);
}

static bool stands_twice(const struct pairs *pairs, const char *name)
{
	int count = 0;

	for (size_t i = 0; i < pairs->count; i++)
		count += strcmp(pairs->items[i].name, name) == 0;
	return count > 1;
}

void auth_token(struct auth *auth, struct request *request, const struct profile *profile,
		int64_t now, struct response *response)
{
	const char *header = request_header(request, "Authorization");
	struct pairs parameters = { 0 };
	struct err err = ERR_INIT;
	/* RFC 6749, section 3.2: no parameter more than once */
	static const char *const single[] = { "client_id", "client_secret", "grant_type", "scope" };
	const char *id, *secret, *grant;
	bool known;

	response->content_type = "application/json";
	response->operation = "token";
	if (request->body_too_large) {
		token_error(request, response, 413, "invalid_request", "the body is too large");
		return;
	}
	if (!token_parameters(request, &parameters, &err)) {
		/* err.text may quote a secret */
		token_error(
			request, response, 400, "invalid_request",
			"the parameters cannot be read: a form must be percent-encoded UTF-8, a "
			"JSON body an object of strings");
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(single); i++)
		if (stands_twice(&parameters, single[i])) {
			token_error(request, response, 400, "invalid_request",
				    "a parameter stands twice");
			return;
		}
	id = pairs_get(&parameters, "client_id");
	secret = pairs_get(&parameters, "client_secret");
	grant = pairs_get(&parameters, "grant_type");
	if (header && strncasecmp(header, "Basic ", 6) == 0)
		known = basic_client(auth, request, header, &id);
	else
		known = id && secret && auth_knows(auth, id, secret);
	response->credential = id;
	if (!known)
		token_error(request, response, 401, "invalid_client",
			    id ? "the client or its secret is not known"
			       : "client_id and client_secret are missing");
	else if (!auth_allows(auth, profile, "oauth2"))
		token_error(request, response, 400, "unauthorized_client",
			    "bearer tokens are not accepted here");
	else if (grant && strcmp(grant, "client_credentials") != 0)
		token_error(request, response, 400, "unsupported_grant_type",
			    "grant_type must be client_credentials");
	else
		issue(auth, request, profile, now, id, pairs_get(&parameters, "scope"), response);
}
