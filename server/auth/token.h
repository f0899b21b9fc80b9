/*
 * token.h - how an access token is remembered: by its hash.
 */
#ifndef AUTH_TOKEN_H
#define AUTH_TOKEN_H

#define TOKEN_KEY 65

/* SHA-256 in hexadecimal. */
void token_key(const char *token, char out[static TOKEN_KEY]);

#endif
