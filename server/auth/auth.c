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
	auth->nonces = nonces_new(NONCES_MOST);
}

void auth_release(struct auth *auth)
{
	for (size_t i = 0; i < auth->count; i++) {
		free(auth->credentials[i].id);
		free(auth->credentials[i].secret);
	}
	free(auth->credentials);
	recall_free(auth->tokens);
	nonces_free(auth->nonces);
}

void auth_add(struct auth *auth, const char *id, const char *secret)
{
	GROW(auth->credentials, auth->count, auth->room);
	auth->credentials[auth->count++] = (struct credential){ .id = xstrdup(id),
								.secret = xstrdup(secret) };
}

bool auth_knows(const struct auth *auth, const char *id, const char *secret)
{
	bool found = false;

	for (size_t i = 0; i < auth->count; i++) {
		bool same = strcmp(auth->credentials[i].id, id) == 0;

		found = (same_secret(auth->credentials[i].secret, secret) && same) || found;
	}
	return found;
}

static bool unauthorized(struct refusal *refusal, const char *reason, const char *why)
{
	refuse(refusal, FAULT_UNAUTHORIZED);
	refusal_param(refusal, "reason", reason);
	refusal->why = why;
	return false;
}

const char *auth_vendor_header(const struct profile *profile)
{
	const char *name = profile->quirks.auth_vendor_header;

	return *name ? name : NULL;
}

bool auth_allows(const struct auth *auth, const struct profile *profile, const char *mode)
{
	return (!auth->only || strcmp(auth->only, mode) == 0) &&
	       list_has(profile->quirks.auth_modes, mode);
}

/* "token of canvas, issued 12 s ago, scopes: ..." */
static const char *describe_token(struct arena *arena, const struct caller *caller)
{
	struct token_note note;
	struct str scopes = STR_INIT;
	const char *text;

	if (!caller->token) /* no bearer token */
		return "all scopes";
	token_note_read(caller->token, &note);
	if (note.scopes == SCOPES_ALL)
		str_add(&scopes, "all");
	else
		scopes_format(note.scopes, &scopes);
	text = arena_format(arena, "token of %s, issued %lld s ago, scopes: %s", note.client,
			    (long long)((caller->now - note.issued) / 1000), str_text(&scopes));
	str_release(&scopes);
	return text;
}

static bool check_bearer(struct auth *auth, struct request *request, const char *token, int64_t now,
			 struct caller *caller, struct refusal *refusal)
{
	char key[TOKEN_KEY], *text = NULL;
	struct token_note note;
	int64_t until = 0;

	token_key(token, key);
	if (!recall_find(auth->tokens, key, &until, &text))
		return unauthorized(refusal, "the access token is not known",
				    "bearer: no such token was issued here");
	caller->token = arena_dup(&request->arena, text);
	free(text);
	token_note_read(caller->token, &note);
	caller->credential = note.client;
	caller->scopes = note.scopes;
	caller->now = now;
	if (note.ended) {
		unauthorized(refusal, "the access token was ended by a newer one of its client",
			     arena_format(&request->arena, "bearer: ended by a newer one: %s",
					  describe_token(&request->arena, caller)));
		refusal->quirk = "auth.invalidate_previous_token";
		return false;
	}
	if (until <= now) {
		refuse(refusal, FAULT_TOKEN_EXPIRED);
		refusal->why = arena_format(&request->arena, "bearer: expired %lld s ago: %s",
					    (long long)((now - until) / 1000),
					    describe_token(&request->arena, caller));
		return false;
	}
	return true;
}

bool auth_ignores_scopes(const struct profile *profile)
{
	return strcmp(profile->quirks.auth_scopes, "ignore") == 0;
}

bool auth_permits(const struct caller *caller, struct request *request,
		  const struct profile *profile, unsigned version, enum scope scope,
		  struct refusal *refusal)
{
	struct str wanted = STR_INIT;

	if (auth_ignores_scopes(profile) || scopes_allow(caller->scopes, version, scope))
		return true;
	scope_format(scope, version, " or ", &wanted);
	refuse(refusal, FAULT_FORBIDDEN_SCOPE);
	refusal_param(refusal, "reason", arena_dup(&request->arena, str_text(&wanted)));
	refusal->why = arena_format(&request->arena, "bearer: %s; needed is %s",
				    describe_token(&request->arena, caller), str_text(&wanted));
	str_release(&wanted);
	return false;
}

/* Whether the signature fits one reading of the query ('+' as blank or as plus);
 * *@base is the base string of the last reading. */
static bool signature_fits(struct request *request, const struct oauth1 *oauth, const char *secret,
			   enum hash hash, const char **base)
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

static const struct credential *find_credential(const struct auth *auth, const char *id)
{
	for (size_t i = 0; i < auth->count; i++)
		if (strcmp(auth->credentials[i].id, id) == 0)
			return &auth->credentials[i];
	return NULL;
}

/* A signed request, and what the log says of it when it is refused. */
struct signed_request {
	struct request *request;
	struct oauth1 oauth;
	enum hash hash;
	const char *base;   /* the base string of the last reading; NULL: none yet */
	int64_t skew;       /* of our clock, by the profile */
	int64_t difference; /* the client's clock minus ours, seconds */
	bool timed;         /* the timestamp could be read */
	const char *nonce;  /* verdict */
};

static bool refuse_signed(const struct signed_request *s, struct refusal *refusal,
			  const char *reason)
{
	struct arena *arena = &s->request->arena;
	const char *skew = s->skew ? arena_format(arena, " (oauth1.skew_s is %+lld)",
						  (long long)s->skew)
				   : "";
	const char *clock = s->timed ? arena_format(arena, "%+lld s%s", (long long)s->difference,
						    skew)
				     : "unreadable";
	const char *base = !s->base                         ? "not computed"
			   : request_has_secret(s->request) ? "holds a secret"
							    : s->base;

	return unauthorized(refusal, reason,
			    arena_format(arena,
					 "oauth1: %s; method %s, key %s, clock difference %s, "
					 "nonce %s, base string %s",
					 reason, s->oauth.signature_method, s->oauth.consumer_key,
					 clock, s->nonce, base));
}

static const char *nonce_key(const struct signed_request *s)
{
	return arena_format(&s->request->arena, "%s\n%s\n%s", s->oauth.consumer_key,
			    s->oauth.timestamp, s->oauth.nonce);
}

/* What can be said before the signature is looked at. */
static void look_at(struct signed_request *s, struct auth *auth, int64_t real_now)
{
	int64_t stamp;

	s->timed = number_parse(s->oauth.timestamp, 0, INT64_MAX / 2000, &stamp);
	if (s->timed)
		s->difference = stamp - real_now / 1000 - s->skew;
	s->nonce = nonces_know(auth->nonces, nonce_key(s)) ? "repeated" : "new";
}

static bool in_window(int64_t difference, const struct quirks *quirks)
{
	return difference >= -quirks->oauth1_past_s && difference <= quirks->oauth1_future_s;
}

static bool check_window(const struct signed_request *s, const struct quirks *quirks,
			 struct refusal *refusal)
{
	if (in_window(s->difference, quirks))
		return true;
	refuse_signed(s, refusal, "oauth_timestamp is outside the accepted window");
	if (in_window(s->difference + s->skew, quirks))
		refusal->quirk = "oauth1.skew_s";
	return false;
}

static bool remember_nonce(struct auth *auth, struct signed_request *s, const struct quirks *quirks,
			   int64_t real_now, struct refusal *refusal)
{
	int64_t window = (quirks->oauth1_past_s + quirks->oauth1_future_s) * 1000;

	if (nonces_add(auth->nonces, nonce_key(s), real_now + window, real_now))
		return true;
	s->nonce = "repeated";
	return refuse_signed(s, refusal, "oauth_nonce was used before");
}

static bool check_oauth1(struct auth *auth, struct request *request, const char *header,
			 const struct profile *profile, int64_t real_now, struct caller *caller,
			 struct refusal *refusal)
{
	const struct quirks *quirks = &profile->quirks;
	struct signed_request s = { .request = request, .skew = quirks->oauth1_skew_s };
	struct err err = ERR_INIT;

	if (!oauth1_parse(&request->arena, header, &s.oauth, &err))
		return unauthorized(refusal, arena_dup(&request->arena, err.text), NULL);
	look_at(&s, auth, real_now);
	if (!oauth1_method(s.oauth.signature_method, &s.hash))
		return refuse_signed(&s, refusal,
				     "oauth_signature_method must be HMAC-SHA1 or HMAC-SHA256");
	if (s.oauth.version && strcmp(s.oauth.version, "1.0") != 0)
		return refuse_signed(&s, refusal, "oauth_version must be 1.0 or absent");

	const struct credential *client = find_credential(auth, s.oauth.consumer_key);
	bool fits = signature_fits(request, &s.oauth, client ? client->secret : "", s.hash,
				   &s.base);

	if (!client)
		return refuse_signed(&s, refusal, "oauth_consumer_key is not known");
	caller->credential = client->id;
	if (!fits)
		return refuse_signed(&s, refusal, "oauth_signature does not fit the request");
	if (!body_hash_fits(request, &s.oauth, s.hash))
		return refuse_signed(&s, refusal, "oauth_body_hash does not fit the body");
	if (!s.timed)
		return refuse_signed(&s, refusal, "oauth_timestamp is not a number of seconds");
	if (!check_window(&s, quirks, refusal))
		return false;
	return remember_nonce(auth, &s, quirks, real_now, refusal);
}

static bool check_authorization(struct auth *auth, struct request *request,
				const struct profile *profile, int64_t real_now, int64_t now,
				struct caller *caller, struct refusal *refusal)
{
	const char *header = request_header(request, "Authorization");

	if (!header)
		return unauthorized(refusal, "the Authorization header is missing", NULL);
	if (strncasecmp(header, "Bearer ", 7) == 0) {
		if (!auth_allows(auth, profile, "oauth2"))
			return unauthorized(refusal, "bearer tokens are not accepted here", NULL);
		return check_bearer(auth, request, header + 7 + strspn(header + 7, " "), now,
				    caller, refusal);
	}
	if (strncasecmp(header, "OAuth ", 6) == 0) {
		if (!auth_allows(auth, profile, "oauth1"))
			return unauthorized(refusal, "OAuth 1.0a is not accepted here", NULL);
		return check_oauth1(auth, request, header, profile, real_now, caller, refusal);
	}
	return unauthorized(refusal, "the Authorization header must begin with Bearer or OAuth",
			    NULL);
}

/* What it holds is a secret: no text and no log repeats it. */
static bool check_vendor_header(const struct auth *auth, struct request *request,
				const struct profile *profile, struct refusal *refusal)
{
	const char *name = profile->quirks.auth_vendor_header;
	const char *header = request_header(request, name);
	const char *colon = header ? strchr(header, ':') : NULL;

	if (!*name)
		return true;
	if (colon &&
	    auth_knows(auth, arena_dup_n(&request->arena, header, (size_t)(colon - header)),
		       colon + 1))
		return true;
	unauthorized(refusal,
		     arena_format(&request->arena,
				  header ? "the %s header does not hold KEY:SECRET of a credential"
					 : "the %s header is missing",
				  name),
		     NULL);
	refusal->quirk = "auth.vendor_header";
	return false;
}

bool auth_check(struct auth *auth, struct request *request, const struct profile *profile,
		int64_t real_now, int64_t now, struct caller *caller, struct refusal *refusal)
{
	*caller = (struct caller){ .scopes = SCOPES_ALL };
	return auth->open ||
	       (check_authorization(auth, request, profile, real_now, now, caller, refusal) &&
		check_vendor_header(auth, request, profile, refusal));
}
