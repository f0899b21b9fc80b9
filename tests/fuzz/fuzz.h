/*
 * fuzz.h - what the fuzz targets share.
 *
 * A target is one file with LLVMFuzzerTestOneInput(). V=fuzz links it with
 * libFuzzer; every other variant links replay.c, which runs it over the corpus.
 */
#ifndef FUZZ_FUZZ_H
#define FUZZ_FUZZ_H

#include "base/util.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The input as a text of its own, so that reading beyond its end is seen. */
UNUSED static inline char *fuzz_text(const uint8_t *data, size_t size)
{
	char *text = xmalloc(size + 1);

	for (size_t i = 0; i < size; i++)
		text[i] = (char)data[i];
	text[size] = '\0';
	return text;
}

/* The input as a file, the same one each time. */
const char *fuzz_file(const uint8_t *data, size_t size);

/* A promise that no input may break. */
#define FUZZ_HOLDS(claim)                                  \
	do {                                               \
		if (!(claim))                              \
			BUG("broken promise: %s", #claim); \
	} while (0)

#endif
