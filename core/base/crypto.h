/*
 * crypto.h - hashes, HMAC, base64 and comparison that takes no hints.
 *
 * The only user of GnuTLS.
 */
#ifndef BASE_CRYPTO_H
#define BASE_CRYPTO_H

#include "base/util.h"

enum hash { HASH_SHA1, HASH_SHA256 };

#define HASH_MAX 32
#define HASH_BASE64 64 /* room for any hash in base64, NUL included */

size_t hash_length(enum hash hash);
void hash_bytes(enum hash hash, const void *bytes, size_t length,
		unsigned char out[static HASH_MAX]);
void hmac_bytes(enum hash hash, const char *key, const void *bytes, size_t length,
		unsigned char out[static HASH_MAX]);

/* Standard base64 with padding. Returns (free). */
char *base64_encode(const void *bytes, size_t length) MUST_USE;
/* NULL when it is not base64. The result is NUL-terminated. Returns (free). */
char *base64_decode(const char *text, size_t *length) MUST_USE;

/* Whether two texts are the same, in a time that depends on @b's length only. */
bool same_secret(const char *a, const char *b);

#endif
