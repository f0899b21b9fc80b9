/*
 * map.c - from a key to a place in an array. Linear probing; nothing is ever removed.
 */
#include "base/map.h"

#include <stdlib.h>

#define ROOM_FIRST 64

struct map_slot {
	uint32_t hash, next; /* next: the place + 1; 0: the slot is free */
};

uint32_t map_hash(uint32_t seed, const void *key, size_t length)
{
	const unsigned char *bytes = key;
	uint32_t hash = seed ^ 2166136261u; /* FNV-1a */

	for (size_t i = 0; i < length; i++)
		hash = (hash ^ bytes[i]) * 16777619u;
	return hash ^ hash >> 15; /* its low bits alone choose the slot */
}

size_t map_find(const struct map *map, uint32_t hash, map_same_fn *same, const void *owner,
		const void *key)
{
	if (map->room == 0)
		return MAP_NONE;
	for (size_t i = hash & (map->room - 1);; i = (i + 1) & (map->room - 1)) {
		const struct map_slot *slot = &map->slots[i];

		if (!slot->next)
			return MAP_NONE;
		if (slot->hash == hash && same(owner, slot->next - 1, key))
			return slot->next - 1;
	}
}

static void put(struct map *map, struct map_slot slot)
{
	size_t i = slot.hash & (map->room - 1);

	while (map->slots[i].next)
		i = (i + 1) & (map->room - 1);
	map->slots[i] = slot;
}

static void grow(struct map *map)
{
	struct map_slot *old = map->slots;
	size_t room = map->room;

	map->room = room ? room * 2 : ROOM_FIRST;
	map->slots = xcalloc(map->room, sizeof *map->slots);
	for (size_t i = 0; i < room; i++)
		if (old[i].next)
			put(map, old[i]);
	free(old);
}

void map_add(struct map *map, uint32_t hash, size_t place)
{
	if (place >= UINT32_MAX)
		BUG("place %zu of a map", place);
	if (map->count >= map->room / 4 * 3)
		grow(map);
	put(map, (struct map_slot){ hash, (uint32_t)place + 1 });
	map->count++;
}

void map_release(struct map *map)
{
	free(map->slots);
	*map = (struct map)MAP_INIT;
}
