/*
 * image.c - what the platter holds of a file, and what was written since.
 */
#include "tests/powercut/image.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/util.h"

uint64_t draw(uint64_t *state)
{
	uint64_t z = (*state += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

struct image *image_new(const char *path)
{
	struct image *image = xcalloc(1, sizeof *image);

	image->path = xstrdup(path);
	return image;
}

static void forget_changes(struct image *image)
{
	for (size_t i = 0; i < image->count; i++)
		free(image->changes[i].bytes);
	image->count = 0;
}

void image_free(struct image *image)
{
	forget_changes(image);
	free(image->changes);
	free(image->bytes);
	free(image->path);
	free(image);
}

/* What lies between the old end and the new one is zero. */
static void resize(struct image *image, size_t size)
{
	if (size > image->room) {
		image->room = size > 2 * image->room ? size : 2 * image->room;
		image->bytes = xrealloc(image->bytes, image->room);
	}
	if (size > image->size)
		memset(image->bytes + image->size, 0, size - image->size);
	image->size = size;
}

void image_read(struct image *image, int fd)
{
	unsigned char chunk[65536];
	ssize_t got;

	forget_changes(image);
	image->size = 0;
	while ((got = pread(fd, chunk, sizeof chunk, (off_t)image->size)) > 0) {
		size_t at = image->size;

		resize(image, at + (size_t)got);
		memcpy(image->bytes + at, chunk, (size_t)got);
	}
}

static struct change *add(struct image *image)
{
	GROW(image->changes, image->count, image->change_room);
	image->changes[image->count] = (struct change){ 0 };
	return &image->changes[image->count++];
}

void image_write(struct image *image, const void *bytes, size_t size, int64_t offset)
{
	struct change *change = add(image);

	change->offset = offset;
	change->size = size;
	change->bytes = xmalloc(size);
	memcpy(change->bytes, bytes, size);
}

void image_truncate(struct image *image, int64_t size)
{
	add(image)->offset = size;
}

/* The part of a write from @from up to @to, both counted from its begin. */
static void put(struct image *image, const struct change *change, size_t from, size_t to)
{
	size_t end = (size_t)change->offset + to;

	if (end > image->size)
		resize(image, end);
	memcpy(image->bytes + change->offset + from, change->bytes + from, to - from);
}

static void apply(struct image *image, const struct change *change)
{
	if (change->bytes)
		put(image, change, 0, change->size);
	else
		resize(image, (size_t)change->offset);
}

/* Each sector of the disk was written or was not; never a part of one. */
static void tear(struct image *image, const struct change *change, uint64_t *state)
{
	for (size_t from = 0, to; from < change->size; from = to) {
		to = from + SECTOR - ((size_t)change->offset + from) % SECTOR;
		if (to > change->size)
			to = change->size;
		if (draw(state) & 1)
			put(image, change, from, to);
	}
}

void image_sync(struct image *image)
{
	for (size_t i = 0; i < image->count; i++)
		apply(image, &image->changes[i]);
	forget_changes(image);
}

/* Now and then nothing of all was written, or everything but the last. */
void image_lose(struct image *image, uint64_t *state)
{
	enum { NOTHING, ALL_BUT_THE_LAST, ANY, MOODS = 6 } mood = draw(state) % MOODS;

	for (size_t i = 0; i < image->count && mood != NOTHING; i++) {
		const struct change *change = &image->changes[i];
		uint64_t fate = draw(state) % 4;

		if (fate == 0 || (mood == ALL_BUT_THE_LAST && i + 1 < image->count))
			apply(image, change);
		else if (fate > 1 && change->bytes)
			tear(image, change, state);
	}
	forget_changes(image);
}

struct image *image_copy(const struct image *image)
{
	struct image *copy = image_new(image->path);

	copy->inode = image->inode;
	copy->is_entered = image->is_entered;
	copy->is_deleted = image->is_deleted;
	resize(copy, image->size);
	if (image->size)
		memcpy(copy->bytes, image->bytes, image->size);
	for (size_t i = 0; i < image->count; i++) {
		const struct change *change = &image->changes[i];

		if (change->bytes)
			image_write(copy, change->bytes, change->size, change->offset);
		else
			image_truncate(copy, change->offset);
	}
	return copy;
}
