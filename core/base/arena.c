/*
 * arena.c - memory that lives as long as a request.
 */
#include "base/arena.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE 4096

struct arena_block {
	struct arena_block *next;
	size_t used, size;
	_Alignas(max_align_t) char bytes[];
};

/* Blocks of usual size that a thread keeps for the next arena: as soon as one is given back,
 * another request wants one. */
#define SPARE 8

static _Thread_local struct {
	struct arena_block *blocks[SPARE];
	size_t count;
	bool has_end; /* free_spare() will be called when the thread ends */
} spare;

static pthread_key_t spare_key;
static pthread_once_t spare_once = PTHREAD_ONCE_INIT;

static void free_spare(void *ignored)
{
	(void)ignored;
	while (spare.count)
		free(spare.blocks[--spare.count]);
	spare.has_end = false;
}

static void make_key(void)
{
	if (pthread_key_create(&spare_key, free_spare) != 0)
		BUG("no key for the blocks of a thread");
}

static struct arena_block *take_block(size_t room)
{
	if (room == BLOCK_SIZE && spare.count)
		return spare.blocks[--spare.count];
	return xmalloc(sizeof(struct arena_block) + room);
}

static void give_block(struct arena_block *block)
{
	if (block->size != BLOCK_SIZE || spare.count == SPARE) {
		free(block);
		return;
	}
	if (!spare.has_end) {
		pthread_once(&spare_once, make_key);
		pthread_setspecific(spare_key, &spare);
		spare.has_end = true;
	}
	spare.blocks[spare.count++] = block;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	struct arena_block *block = arena->blocks;

	size = (size + sizeof(max_align_t) - 1) & ~(sizeof(max_align_t) - 1);
	if (!block || block->size - block->used < size) {
		size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;

		block = take_block(room);
		*block = (struct arena_block){ .next = arena->blocks, .size = room };
		arena->blocks = block;
	}
	void *memory = block->bytes + block->used;

	block->used += size;
	memset(memory, 0, size);
	return memory;
}

char *arena_dup_n(struct arena *arena, const char *text, size_t length)
{
	char *copy = arena_alloc(arena, length + 1);

	if (length)
		memcpy(copy, text, length);
	return copy;
}

char *arena_dup(struct arena *arena, const char *text)
{
	return text ? arena_dup_n(arena, text, strlen(text)) : NULL;
}

char *arena_format(struct arena *arena, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	int length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (length < 0)
		BUG("format: %s", format);

	char *text = arena_alloc(arena, (size_t)length + 1);

	va_start(args, format);
	vsnprintf(text, (size_t)length + 1, format, args);
	va_end(args);
	return text;
}

void arena_release(struct arena *arena)
{
	while (arena->blocks) {
		struct arena_block *block = arena->blocks;

		arena->blocks = block->next;
		give_block(block);
	}
}
