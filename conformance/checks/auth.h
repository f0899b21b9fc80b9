/*
 * auth.h - what the checks of credentials share.
 */
#ifndef CHECKS_AUTH_H
#define CHECKS_AUTH_H

#include "conformance/checks/check.h"

/* How a token is asked for. */
struct token_request {
	const char *by;          /* basic, encoded, form, form-wrong, none, get */
	const char *id, *secret; /* NULL: those of the credential */
	const char *form;        /* NULL: grant_type=client_credentials */
};

/* Asks, and keeps the exchange; what it answered is in judge->call. */
const struct call *auth_ask_token(struct judge *judge, const struct token_request *request);

/* A token for @scopes (suffixes, blank-separated; NULL: no scope is asked for) as "Bearer ...";
 * where the provider grants other scopes than these the check is skipped, where it gives no token
 * it fails. *@granted (may be NULL) is the scope that it named, or NULL; free(). Returns (free). */
char *auth_bearer(struct judge *judge, const char *scopes, char **granted) MUST_USE;

#endif
