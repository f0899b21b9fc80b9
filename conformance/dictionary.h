/*
 * dictionary.h - the error dictionary: who says a text, why, and who mends it.
 */
#ifndef CONFORMANCE_DICTIONARY_H
#define CONFORMANCE_DICTIONARY_H

#include <jansson.h>
#include "base/err.h"

struct dictionary;

/* Reads fixtures/dictionary.json. */
struct dictionary *dictionary_load(struct err *err) MUST_USE;
void dictionary_free(struct dictionary *dictionary);

/* The entry whose text occurs in @text with its {placeholders} filled in, without
 * regard to case and white space. Of several the one of @sis wins, then the one
 * with the most literal text. NULL when none fits. Borrowed. */
const json_t *dictionary_find(const struct dictionary *dictionary, const char *text,
			      const char *sis);

#endif
