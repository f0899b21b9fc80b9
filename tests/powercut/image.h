/*
 * image.h - what the platter holds of a file, and what was written since.
 */
#ifndef TESTS_POWERCUT_IMAGE_H
#define TESTS_POWERCUT_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define SECTOR 512

struct change {
	int64_t offset;
	size_t size;          /* of a write */
	unsigned char *bytes; /* NULL: the file ends at `offset` */
};

struct image {
	char *path;
	ino_t inode;
	bool is_entered; /* its name is surely in the folder */
	bool is_deleted; /* but its name may still be there */
	unsigned char *bytes;
	size_t size, room;
	struct change *changes;
	size_t count, change_room;
	struct image *next;
};

struct image *image_new(const char *path);
void image_free(struct image *image);
/* The file as it is now is on the platter. */
void image_read(struct image *image, int fd);

void image_write(struct image *image, const void *bytes, size_t size, int64_t offset);
void image_truncate(struct image *image, int64_t size);
/* All that was written is on the platter. */
void image_sync(struct image *image);
/* Of what was written a part is on the platter, which one @state says, and nothing is
 * waiting any more. */
void image_lose(struct image *image, uint64_t *state);
/* Another one with the same content. */
struct image *image_copy(const struct image *image);

/* The next number of a seeded row of them (splitmix64). */
uint64_t draw(uint64_t *state);

#endif
