/*
 * claim.c - who a request says it is, before anything is checked, and what becomes of the
 * token that it shows: for fault rules.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/crypto.h"
#include "base/oauth1.h"
#include "server/auth/auth.h"
#include "server/auth/token.h"

/* What follows @scheme and blanks in the Authorization header; NULL: another scheme. */
static const char *shown(const struct request *request, const char *scheme)
{
	const char *header = request_header(request, "Authorization");
	size_t length = strlen(scheme);

	if (!header || strncasecmp(header, scheme, length) != 0)
		return NULL;
	return header + length + strspn(header + length, " ");
}

static const char *claimed_bearer(struct auth *auth, struct request *request, const char *token)
{
	char key[TOKEN_KEY], *text = NULL;
	struct token_note note;
	int64_t until;

	token_key(token, key);
	if (!recall_find(auth->tokens, key, &until, &text))
		return NULL;
	token_note_read(arena_dup(&request->arena, text), &note);
	free(text);
	return note.client;
}

static const char *claimed_oauth1(struct request *request)
{
	struct err ignored = ERR_INIT;
	struct oauth1 oauth;

	return oauth1_parse(&request->arena, request_header(request, "Authorization"), &oauth,
			    &ignored)
		       ? oauth.consumer_key
		       : NULL;
}

static const char *claimed_basic(struct request *request, const char *text)
{
	char *pair = base64_decode(text, NULL), *colon = pair ? strchr(pair, ':') : NULL;
	const char *id = NULL;

	if (colon && utf8_valid(pair, (size_t)(colon - pair), NULL))
		id = arena_dup_n(&request->arena, pair, (size_t)(colon - pair));
	free(pair);
	return id;
}

static const char *claimed_parameter(struct request *request)
{
	struct pairs parameters = { 0 };
	struct err ignored = ERR_INIT;

	return token_parameters(request, &parameters, &ignored)
		       ? pairs_get(&parameters, "client_id")
		       : NULL;
}

const char *auth_claimed(struct auth *auth, struct request *request, bool token)
{
	const char *bearer = shown(request, "Bearer "), *basic = shown(request, "Basic ");

	if (bearer)
		return claimed_bearer(auth, request, bearer);
	if (shown(request, "OAuth "))
		return claimed_oauth1(request);
	if (basic)
		return claimed_basic(request, basic);
	return token ? claimed_parameter(request) : NULL;
}

void auth_expire(struct auth *auth, const struct request *request, int64_t now)
{
	const char *bearer = shown(request, "Bearer ");
	char key[TOKEN_KEY];

	if (!bearer)
		return;
	token_key(bearer, key);
	recall_expire(auth->tokens, key, now);
}

void auth_revoke(struct auth *auth, const struct request *request)
{
	const char *bearer = shown(request, "Bearer ");
	char key[TOKEN_KEY];

	if (!bearer)
		return;
	token_key(bearer, key);
	recall_forget(auth->tokens, key);
}
