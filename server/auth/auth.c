/*
 * auth.c - credentials, and the check that every OneRoster request passes.
 */
#include "server/auth/auth.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/crypto.h"
#include "base/oauth1.h"
#include "server/auth/token.h"

#define TOKENS_MOST 100000
#define NONCES_MOST 500000

void auth_init(struct auth *auth)
{
	*auth = (struct auth){ 0 };
	auth->tokens = recall_new(TOKENS_MOST);
	auth->nonces = recall_new(NONCES_MOST);
}

void auth_release(struct auth *auth)
{
	for (size_t i = 0; i < auth->count; i++) {
		free(auth->credentials[i].id);
		free(auth->credentials[i].secret);
	}
	free(auth->credentials);
	recall_free(auth->tokens);
	recall_free(auth->nonces);
}

void auth_add(struct auth *auth, const char *id, const char *secret)
{
	GROW(auth->credentials, auth->count, auth->room);
	auth->credentials[auth->count++] = (struct credential){ .id = xstrdup(id),
								.secret = xstrdup(secret) };
}

static bool unauthorized(struct refusal *refusal, const char *reason, const char *why)
{
	refuse(refusal, FAULT_UNAUTHORIZED);
	refusal_param(refusal, "reason", reason);
	refusal->why = why;
	return false;
}

bool auth_allows(const struct auth *auth, const struct profile *profile, const char *mode)
{
	return (!auth->only || strcmp(auth->only, mode) == 0) &&
	       has_word(profile->quirks.auth_modes, mode);
}

static bool check_bearer(struct auth *auth, struct request *request, const char *token, int64_t now,
			 const char **credential, struct refusal *refusal)
{
	char key[TOKEN_KEY], *note = NULL;
	int64_t until = 0;

	token_key(token, key);
	if (!recall_find(auth->tokens, key, &until, &note))
		return unauthorized(refusal, "the access token is not known",
				    "bearer: no such token was issued here");
	*credential = arena_dup(&request->arena, note ? note : "");
	free(note);
	if (until <= now) {
		refuse(refusal, FAULT_TOKEN_EXPIRED);
		refusal->why = arena_format(&request->arena,
					    "bearer: the token of %s expired %lld s ago",
					    *credential, (long long)((now - until) / 1000));
		return false;
	}
	return true;
}

/* Whether the signature fits one reading of the query ('+' as blank or as plus);
 * *@base is the base string of the last reading. */
static bool signature_fits(struct request *request, const struct oauth1 *oauth, const char *secret,
			   enum hash hash, char **base)
{
	static const enum plus readings[] = { PLUS_IS_PLUS, PLUS_IS_BLANK };
	struct err err = ERR_INIT;
	struct url url;

	if (!url_parse(&request->arena,
		       arena_format(&request->arena, "%s%s", request->base_url, request->path),
		       &url, &err))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(readings); i++) {
		struct pairs query = { 0 };

		if (request->query &&
		    !query_parse(&request->arena, request->query, readings[i], &query, &err))
			return false;
		*base = oauth1_base_string(&request->arena, request->method, &url,
					   &oauth->parameters, &query);
		if (same_secret(oauth1_signature(&request->arena, hash, *base, secret, NULL),
				oauth->signature))
			return true;
	}
	return false;
}

/* oauth_body_hash is optional; when it is there it must fit (fact sheet 11.1). */
static bool body_hash_fits(const struct request *request, const struct oauth1 *oauth,
			   enum hash hash)
{
	unsigned char digest[HASH_MAX];

	if (!oauth->body_hash)
		return true;
	hash_bytes(hash, str_text(&request->body), request->body.length, digest);

	char *text = base64_encode(digest, hash_length(hash));
	bool fits = strcmp(text, oauth->body_hash) == 0;

	free(text);
	return fits;
}

static bool check_window(struct request *request, const struct oauth1 *oauth,
			 const struct quirks *quirks, int64_t real_now, struct refusal *refusal)
{
	int64_t stamp, now = real_now / 1000;

	if (!number_parse(oauth->timestamp, 0, INT64_MAX / 2000, &stamp))
		return unauthorized(refusal, "oauth_timestamp is not a number of seconds", NULL);
	if (stamp < now - quirks->oauth1_past_s || stamp > now + quirks->oauth1_future_s)
		return unauthorized(
			refusal, "oauth_timestamp is outside the accepted window",
			arena_format(&request->arena,
				     "oauth1: timestamp differs from our clock by %lld s; "
				     "accepted are -%lld to +%lld s",
				     (long long)(stamp - now), (long long)quirks->oauth1_past_s,
				     (long long)quirks->oauth1_future_s));
	return true;
}

static bool remember_nonce(struct auth *auth, struct request *request, const struct oauth1 *oauth,
			   const struct quirks *quirks, int64_t real_now, struct refusal *refusal)
{
	const char *key = arena_format(&request->arena, "%s\n%s\n%s", oauth->consumer_key,
				       oauth->timestamp, oauth->nonce);
	int64_t window = (quirks->oauth1_past_s + quirks->oauth1_future_s) * 1000;

	switch (recall_add(auth->nonces, key, NULL, real_now + window, real_now)) {
	case RECALL_ADDED:
		return true;
	case RECALL_KNOWN:
		return unauthorized(refusal, "oauth_nonce was used before",
				    arena_format(&request->arena,
						 "oauth1: nonce %s is a repetition", oauth->nonce));
	case RECALL_FULL:
		break;
	}
	refuse(refusal, FAULT_SERVER_BUSY);
	refusal_param(refusal, "reason", "too many signed requests in the timestamp window");
	return false;
}

static const struct credential *find_credential(const struct auth *auth, const char *id)
{
	for (size_t i = 0; i < auth->count; i++)
		if (strcmp(auth->credentials[i].id, id) == 0)
			return &auth->credentials[i];
	return NULL;
}

static bool check_oauth1(struct auth *auth, struct request *request, const char *header,
			 const struct profile *profile, int64_t real_now, const char **credential,
			 struct refusal *refusal)
{
	struct oauth1 oauth;
	struct err err = ERR_INIT;
	enum hash hash;
	char *base = NULL;

	if (!oauth1_parse(&request->arena, header, &oauth, &err))
		return unauthorized(refusal, arena_dup(&request->arena, err.text), NULL);
	if (!oauth1_method(oauth.signature_method, &hash))
		return unauthorized(refusal,
				    "oauth_signature_method must be HMAC-SHA1 or "
				    "HMAC-SHA256",
				    NULL);
	if (oauth.version && strcmp(oauth.version, "1.0") != 0)
		return unauthorized(refusal, "oauth_version must be 1.0 or absent", NULL);

	const struct credential *client = find_credential(auth, oauth.consumer_key);
	bool fits = signature_fits(request, &oauth, client ? client->secret : "", hash, &base);

	if (!client)
		return unauthorized(refusal, "oauth_consumer_key is not known", NULL);
	*credential = client->id;
	if (!fits)
		return unauthorized(refusal, "oauth_signature does not fit the request",
				    arena_format(&request->arena, "oauth1: %s over base string %s",
						 oauth.signature_method,
						 base ? base : "(the URL cannot be read)"));
	if (!body_hash_fits(request, &oauth, hash))
		return unauthorized(refusal, "oauth_body_hash does not fit the body", NULL);
	return check_window(request, &oauth, &profile->quirks, real_now, refusal) &&
	       remember_nonce(auth, request, &oauth, &profile->quirks, real_now, refusal);
}

bool auth_check(struct auth *auth, struct request *request, const struct profile *profile,
		int64_t real_now, int64_t now, const char **credential, struct refusal *refusal)
{
	const char *header = request_header(request, "Authorization");

	*credential = NULL;
	if (auth->open)
		return true;
	if (!header)
		return unauthorized(refusal, "the Authorization header is missing", NULL);
	if (strncasecmp(header, "Bearer ", 7) == 0) {
		if (!auth_allows(auth, profile, "oauth2"))
			return unauthorized(refusal, "bearer tokens are not accepted here", NULL);
		return check_bearer(auth, request, header + 7 + strspn(header + 7, " "), now,
				    credential, refusal);
	}
	if (strncasecmp(header, "OAuth ", 6) == 0) {
		if (!auth_allows(auth, profile, "oauth1"))
			return unauthorized(refusal, "OAuth 1.0a is not accepted here", NULL);
		return check_oauth1(auth, request, header, profile, real_now, credential, refusal);
	}
	return unauthorized(refusal, "the Authorization header must begin with Bearer or OAuth",
			    NULL);
}
