/*
 * nonces.h - which signed requests were seen: by a mark of 64 bits each, so that half a
 * million of them fit into 14 MB.
 *
 * Bounded: what has expired goes, and when there are too many the oldest is forgotten. A
 * server that refused the newest instead would stop a client that is faster than its window
 * of time.
 */
#ifndef AUTH_NONCES_H
#define AUTH_NONCES_H

#include "base/util.h"

struct nonces;

/* Keeps @most at most. Returns (nonces_free). */
struct nonces *nonces_new(size_t most) MUST_USE;
void nonces_free(struct nonces *nonces); /* NULL is fine */

/* Remembers @key until @until; false when it is known already. @now decides what has
 * expired. Safe to call from several threads, as what follows. */
bool nonces_add(struct nonces *nonces, const char *key, int64_t until, int64_t now) MUST_USE;
bool nonces_know(struct nonces *nonces, const char *key);

#endif
