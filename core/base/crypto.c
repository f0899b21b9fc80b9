/*
 * crypto.c - hashes, HMAC, base64; the only user of GnuTLS.
 */
#include "base/crypto.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	gnutls_digest_algorithm_t digest;
	gnutls_mac_algorithm_t mac;
	size_t length;
} hashes[] = {
	[HASH_SHA1] = { GNUTLS_DIG_SHA1, GNUTLS_MAC_SHA1, 20 },
	[HASH_SHA256] = { GNUTLS_DIG_SHA256, GNUTLS_MAC_SHA256, 32 },
};

size_t hash_length(enum hash hash)
{
	return hashes[hash].length;
}

void hash_bytes(enum hash hash, const void *bytes, size_t length,
		unsigned char out[static HASH_MAX])
{
	if (gnutls_hash_fast(hashes[hash].digest, bytes, length, out) < 0)
		BUG("hashing failed");
}

void hmac_bytes(enum hash hash, const char *key, const void *bytes, size_t length,
		unsigned char out[static HASH_MAX])
{
	if (gnutls_hmac_fast(hashes[hash].mac, key, strlen(key), bytes, length, out) < 0)
		BUG("HMAC failed");
}

char *base64_encode(const void *bytes, size_t length)
{
	/* GnuTLS takes its input through a pointer to non-const, but only reads. */
	gnutls_datum_t in = { (unsigned char *)(uintptr_t)bytes, (unsigned)length }, out;

	if (length == 0)
		return xstrdup("");
	if (gnutls_base64_encode2(&in, &out) < 0)
		BUG("base64 failed");

	char *text = xstrndup((const char *)out.data, out.size);

	gnutls_free(out.data);
	return text;
}

char *base64_decode(const char *text, size_t *length)
{
	gnutls_datum_t in = { (unsigned char *)(uintptr_t)text, (unsigned)strlen(text) }, out;

	if (!*text || gnutls_base64_decode2(&in, &out) < 0)
		return NULL;

	char *bytes = xmalloc((size_t)out.size + 1);

	memcpy(bytes, out.data, out.size);
	bytes[out.size] = '\0';
	if (length)
		*length = out.size;
	gnutls_free(out.data);
	return bytes;
}

bool same_secret(const char *a, const char *b)
{
	unsigned char x[HASH_MAX], y[HASH_MAX];

	/* Hashing first makes both sides equally long. */
	hash_bytes(HASH_SHA256, a, strlen(a), x);
	hash_bytes(HASH_SHA256, b, strlen(b), y);
	return gnutls_memcmp(x, y, 32) == 0;
}
