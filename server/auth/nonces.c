/*
 * nonces.c - marks in a ring, the oldest first, found through chains of one hash table.
 *
 * Two different nonces have the same mark once in 2^64; a client that meets this has its
 * request refused once. The seed is the process's own.
 */
#include "server/auth/nonces.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/random.h"

#define ROOM_LEAST 1024 /* a power of two, as all sizes of the ring */
#define NOBODY UINT32_MAX

struct seen {
	uint64_t mark;
	int64_t until;
	uint32_t next; /* in the chain; a place in the ring */
};

struct nonces {
	pthread_mutex_t mutex; /* guards everything below */
	uint64_t seed;
	struct seen *ring;
	uint32_t *heads; /* of the chains, as many as places */
	size_t first, count, room, most;
};

struct nonces *nonces_new(size_t most)
{
	struct nonces *nonces = xcalloc(1, sizeof *nonces);

	pthread_mutex_init(&nonces->mutex, NULL);
	nonces->seed = random_new_seed();
	nonces->most = most;
	return nonces;
}

void nonces_free(struct nonces *nonces)
{
	if (!nonces)
		return;
	pthread_mutex_destroy(&nonces->mutex);
	free(nonces->ring);
	free(nonces->heads);
	free(nonces);
}

/* The bits are mixed: who does not know the seed cannot choose where a nonce lies. */
static uint64_t mark_of(const struct nonces *nonces, const char *key)
{
	uint64_t mark = fnv1a(nonces->seed, key, strlen(key));

	mark = (mark ^ (mark >> 30)) * 0xbf58476d1ce4e5b9u;
	mark = (mark ^ (mark >> 27)) * 0x94d049bb133111ebu;
	return mark ^ (mark >> 31);
}

static uint32_t *head_of(struct nonces *nonces, uint64_t mark)
{
	return &nonces->heads[mark & (nonces->room - 1)];
}

static bool is_known(struct nonces *nonces, uint64_t mark)
{
	if (!nonces->count)
		return false;
	for (uint32_t at = *head_of(nonces, mark); at != NOBODY; at = nonces->ring[at].next)
		if (nonces->ring[at].mark == mark)
			return true;
	return false;
}

static void forget_first(struct nonces *nonces)
{
	struct seen *seen = &nonces->ring[nonces->first];
	uint32_t *at = head_of(nonces, seen->mark);

	while (*at != nonces->first)
		at = &nonces->ring[*at].next;
	*at = seen->next;
	nonces->first = (nonces->first + 1) & (nonces->room - 1);
	nonces->count--;
}

static void append(struct nonces *nonces, uint64_t mark, int64_t until)
{
	size_t place = (nonces->first + nonces->count++) & (nonces->room - 1);
	uint32_t *head = head_of(nonces, mark);

	nonces->ring[place] = (struct seen){ mark, until, *head };
	*head = (uint32_t)place;
}

static void grow(struct nonces *nonces)
{
	struct nonces old = *nonces;

	nonces->room = old.room ? old.room * 2 : ROOM_LEAST;
	nonces->ring = xcalloc(nonces->room, sizeof *nonces->ring);
	nonces->heads = xmalloc(nonces->room * sizeof *nonces->heads);
	nonces->first = nonces->count = 0;
	for (size_t i = 0; i < nonces->room; i++)
		nonces->heads[i] = NOBODY;
	for (size_t i = 0; i < old.count; i++) {
		const struct seen *seen = &old.ring[(old.first + i) & (old.room - 1)];

		append(nonces, seen->mark, seen->until);
	}
	free(old.ring);
	free(old.heads);
}

bool nonces_add(struct nonces *nonces, const char *key, int64_t until, int64_t now)
{
	uint64_t mark = mark_of(nonces, key);
	bool known;

	pthread_mutex_lock(&nonces->mutex);
	while (nonces->count && nonces->ring[nonces->first].until < now)
		forget_first(nonces);
	known = is_known(nonces, mark);
	if (!known) {
		if (nonces->count >= nonces->most)
			forget_first(nonces);
		if (nonces->count == nonces->room)
			grow(nonces);
		append(nonces, mark, until);
	}
	pthread_mutex_unlock(&nonces->mutex);
	return !known;
}

bool nonces_know(struct nonces *nonces, const char *key)
{
	uint64_t mark = mark_of(nonces, key);
	bool known;

	pthread_mutex_lock(&nonces->mutex);
	known = is_known(nonces, mark);
	pthread_mutex_unlock(&nonces->mutex);
	return known;
}
