/*
 * oauth1.h - OAuth 1.0a signatures (RFC 5849), for both ends of the wire.
 *
 * Two-legged, as OneRoster 1.1 uses it: no token. JSON bodies are not signed.
 * Fact sheet 1.1, section 11.1.
 */
#ifndef BASE_OAUTH1_H
#define BASE_OAUTH1_H

#include "base/arena.h"
#include "base/crypto.h"
#include "base/err.h"
#include "base/url.h"

/* What an `Authorization: OAuth …` header holds. All borrowed from an arena;
 * absent parameters are NULL. */
struct oauth1 {
	const char *consumer_key, *nonce, *signature, *signature_method, *timestamp, *version;
	const char *token, *body_hash;
	struct pairs parameters; /* all of the header, decoded, `realm` left out */
};

/* Reads the header's value, which begins with "OAuth ". */
bool oauth1_parse(struct arena *arena, const char *header, struct oauth1 *out,
		  struct err *err) MUST_USE;

/* Which hash a signature method names; false when it is not one of ours. */
bool oauth1_method(const char *name, enum hash *hash) MUST_USE;
const char *oauth1_method_name(enum hash hash);

/* The signature base string (section 3.4.1). @header parameters must hold the
 * oauth_* ones (oauth_signature is skipped), @query the decoded query. */
char *oauth1_base_string(struct arena *arena, const char *method, const struct url *url,
			 const struct pairs *header, const struct pairs *query) MUST_USE;

/* base64(HMAC(base)). @token_secret may be NULL. */
char *oauth1_signature(struct arena *arena, enum hash hash, const char *base,
		       const char *consumer_secret, const char *token_secret) MUST_USE;

/* A complete header value for a request that we send. @url's query is raw. */
char *oauth1_header(struct arena *arena, const char *method, const struct url *url,
		    const char *consumer_key, const char *consumer_secret, enum hash hash,
		    const char *nonce, int64_t timestamp, struct err *err) MUST_USE;

#endif
