/*
 * token.h - how an access token is remembered: by its hash.
 */
#ifndef AUTH_TOKEN_H
#define AUTH_TOKEN_H

#include "server/http/request.h"

#define TOKEN_KEY 65

/* SHA-256 in hexadecimal. */
void token_key(const char *token, char out[static TOKEN_KEY]);

/* What is kept with the hash, as one text. */
struct token_note {
	int64_t issued; /* by the sandbox's clock */
	uint64_t scopes;
	bool ended; /* before its time, by a newer one */
	const char *client;
};

char *token_note_write(struct arena *arena, const struct token_note *note) MUST_USE;
void token_note_read(const char *text, struct token_note *out); /* client is borrowed */

/* The parameters of a request for a token: query, then form or JSON body. */
bool token_parameters(struct request *request, struct pairs *out, struct err *err) MUST_USE;

#endif
