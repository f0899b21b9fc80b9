/*
 * random.c - randomness that can be injected.
 */
#include "base/random.h"

#include <math.h>
#include <stdio.h>
#include <sys/random.h>

void random_seed(struct random *random, uint64_t seed)
{
	*random = (struct random){ .seeded = true, .state = seed };
}

/* splitmix64: small, fast, and the same on every machine. */
static uint64_t next(struct random *random)
{
	uint64_t z = (random->state += 0x9e3779b97f4a7c15u);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

void random_bytes(struct random *random, void *out, size_t length)
{
	unsigned char *bytes = out;

	if (random->seeded) {
		for (size_t i = 0; i < length; i++)
			bytes[i] = (unsigned char)(next(random) >> 24);
		return;
	}
	while (length) {
		ssize_t got = getrandom(bytes, length > 256 ? 256 : length, 0);

		if (got <= 0)
			BUG("getrandom failed");
		bytes += got;
		length -= (size_t)got;
	}
}

void random_uuid(struct random *random, char out[static UUID_TEXT])
{
	unsigned char b[16];

	random_bytes(random, b, sizeof b);
	b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
	b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
	snprintf(out, UUID_TEXT,
		 "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1],
		 b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14],
		 b[15]);
}

void random_token(struct random *random, char *out, size_t length)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789-_"; /* 64: no bias */

	random_bytes(random, out, length);
	for (size_t i = 0; i < length; i++)
		out[i] = letters[(unsigned char)out[i] & 63];
	out[length] = '\0';
}

double random_unit(struct random *random)
{
	unsigned char bytes[8];
	uint64_t bits = 0;

	random_bytes(random, bytes, sizeof bytes);
	for (size_t i = 0; i < sizeof bytes; i++)
		bits = bits << 8 | bytes[i];
	return (double)(bits >> 11) * 0x1p-53; /* what a double holds */
}

/* Box and Muller; the second number that they give is dropped, so that a draw costs the
 * same each time. */
double random_normal(struct random *random)
{
	double radius = sqrt(-2 * log(1 - random_unit(random)));

	return radius * cos(2 * M_PI * random_unit(random));
}

uint64_t random_new_seed(void)
{
	struct random kernel = RANDOM_KERNEL;
	uint32_t seed;

	random_bytes(&kernel, &seed, sizeof seed);
	return seed;
}
