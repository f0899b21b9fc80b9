/*
 * arena.h - memory that lives as long as a request and is freed at once.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/util.h"

struct arena_block;
struct arena {
	struct arena_block *blocks;
};

#define ARENA_INIT   \
	{            \
		NULL \
	}

void *arena_alloc(struct arena *arena, size_t size) MUST_USE;    /* zeroed */
char *arena_dup(struct arena *arena, const char *text) MUST_USE; /* NULL stays NULL */
char *arena_dup_n(struct arena *arena, const char *text, size_t length) MUST_USE;
char *arena_format(struct arena *arena, const char *format, ...) PRINTF(2, 3) MUST_USE;
void arena_release(struct arena *arena);

#endif
