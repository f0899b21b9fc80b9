/*
 * map.h - from a key to a place in an array: a hash table that holds no keys.
 *
 * The keys stay with the array's owner, who says by a function whether the key of a
 * place is the one that is looked for. Eight bytes a slot, at most three quarters full.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/util.h"

#define MAP_NONE SIZE_MAX

struct map {
	struct map_slot *slots;
	size_t count, room;
};

#define MAP_INIT  \
	{         \
		0 \
	}

/* What stands for a key. One of several parts hashes each with the hash so far as @seed. */
uint32_t map_hash(uint32_t seed, const void *key, size_t length);

/* Whether the key of @place in @owner's array is @key. */
typedef bool map_same_fn(const void *owner, size_t place, const void *key);

/* The place that was added for @key; MAP_NONE: none was. */
size_t map_find(const struct map *map, uint32_t hash, map_same_fn *same, const void *owner,
		const void *key);
/* @place is below 2^32 - 1; its key is not there yet. */
void map_add(struct map *map, uint32_t hash, size_t place);
void map_release(struct map *map);

#endif
