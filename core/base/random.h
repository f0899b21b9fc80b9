/*
 * random.h - randomness that can be injected.
 *
 * A server draws from the kernel; where a run must repeat, the same calls draw
 * from a seeded generator instead.
 */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include "base/util.h"

#define UUID_TEXT 37

struct random {
	bool seeded;
	uint64_t state;
};

#define RANDOM_KERNEL           \
	{                       \
		.seeded = false \
	}

void random_seed(struct random *random, uint64_t seed);
void random_bytes(struct random *random, void *out, size_t length);
/* A version 4 UUID in lower case (RFC 4122). */
void random_uuid(struct random *random, char out[static UUID_TEXT]);
/* @length letters and digits, for ids and secrets; NUL-terminated, so @out has
 * room for @length + 1. */
void random_token(struct random *random, char *out, size_t length);
/* A number in [0, 1), each as likely as any other. */
double random_unit(struct random *random);
/* Normally distributed: mean 0, deviation 1. */
double random_normal(struct random *random);
/* A seed that nobody chose, short enough to be typed again. */
uint64_t random_new_seed(void);

#endif
