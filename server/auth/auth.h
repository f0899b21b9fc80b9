/*
 * auth.h - who may ask: OAuth 1.0a signatures and OAuth 2 bearer tokens.
 *
 * One identifier and secret serve both ways. Fact sheet 1.1, section 11.
 */
#ifndef AUTH_AUTH_H
#define AUTH_AUTH_H

#include "oneroster/scopes.h"
#include "server/auth/nonces.h"
#include "server/auth/recall.h"
#include "server/http/request.h"
#include "server/quirk/profile.h"

struct credential {
	char *id, *secret;
};

/* What a sandbox knows about its clients. */
struct auth {
	struct credential *credentials;
	size_t count, room;
	struct recall *tokens; /* SHA-256 of a token -> client id */
	struct nonces *nonces;
	bool open;        /* --auth none: everybody may */
	const char *only; /* "oauth1" or "oauth2" when the command line narrows it, else NULL */
};

void auth_init(struct auth *auth);
void auth_release(struct auth *auth);
void auth_add(struct auth *auth, const char *id, const char *secret);

/* Whether a credential is one of the sandbox's; takes as long for a wrong secret as for a
 * right one. */
bool auth_knows(const struct auth *auth, const char *id, const char *secret);
/* The name of the vendor's header that holds a secret; NULL: there is none. */
const char *auth_vendor_header(const struct profile *profile);

/* Whether "oauth1" or "oauth2" is a way in here. */
bool auth_allows(const struct auth *auth, const struct profile *profile, const char *mode);

/* Who asks, once the credentials were checked. */
struct caller {
	const char *credential; /* the client's id; NULL when everybody may */
	uint64_t scopes;        /* what it may do: all, but for a token that was given less */
	const char *token;      /* the note of its bearer token, NULL without one; see token.h */
	int64_t now;            /* when it was looked at */
};

/* Checks the request; false sets @refusal, with the reason for the log in
 * refusal->why: for OAuth 1.0a method, clock difference, nonce verdict and the base
 * string that we computed, for a token its age and scopes; never a secret.
 * @real_now and the profile's skew rule the OAuth 1.0a window, @now (the sandbox's clock)
 * the tokens. */
bool auth_check(struct auth *auth, struct request *request, const struct profile *profile,
		int64_t real_now, int64_t now, struct caller *caller,
		struct refusal *refusal) MUST_USE;

/* Whether scopes mean nothing at this SIS. */
bool auth_ignores_scopes(const struct profile *profile);
/* Whether the caller may do what needs @scope of @version; false sets @refusal. */
bool auth_permits(const struct caller *caller, struct request *request,
		  const struct profile *profile, unsigned version, enum scope scope,
		  struct refusal *refusal) MUST_USE;

/* The id of the client that a request claims to be, unchecked: from the note of its bearer
 * token, its OAuth 1.0a header or Basic credentials; with @token, where a token is asked
 * for, from its parameters too. NULL when it claims none. In the request's arena. */
const char *auth_claimed(struct auth *auth, struct request *request, bool token);
/* The bearer token that the request shows expires at @now; or was never issued. */
void auth_expire(struct auth *auth, const struct request *request, int64_t now);
void auth_revoke(struct auth *auth, const struct request *request);

/* POST /oauth2/token: client credentials (RFC 6749, section 4.4) as Basic, form
 * body, JSON body or query. Errors are in the form of RFC 6749, never imsx. */
void auth_token(struct auth *auth, struct request *request, const struct profile *profile,
		int64_t now, struct response *response);

#endif
