/*
 * vocab.h - the enumerations of OneRoster, and what a value of one version is called
 * in the other.
 *
 * The vocabularies of 1.1 are closed. Many of 1.2 take `ext:` extensions (fact sheet
 * 1.2, section 6). One stored value serves both versions: vocab_say() tells how a
 * version says it, or that it cannot.
 */
#ifndef ONEROSTER_VOCAB_H
#define ONEROSTER_VOCAB_H

#include "base/arena.h"
#include "base/str.h"
#include "base/util.h"

/* The versions, as bits. */
#define V11 1u
#define V12 2u
#define BOTH (V11 | V12)
#define T11 4u /* of `required`: the text of 1.1 demands it, its OpenAPI copy does not */

struct term {
	const char *value;
	unsigned in;       /* versions that have it; 0: read only */
	const char *means; /* what the other version, or for 0 any version, says instead */
};

enum extension { CLOSED, EXT, WORDS /* lower-case words, and ext: */ };

struct vocab {
	const char *name;
	enum extension extension; /* in 1.2 */
	const struct term *terms; /* ends with a row whose value is NULL */
};

extern const struct vocab VOCAB_STATUS, VOCAB_SESSION_TYPE, VOCAB_CLASS_TYPE, VOCAB_ORG_TYPE,
	VOCAB_USER_ROLE, VOCAB_ROLE, VOCAB_ENROLLMENT_ROLE, VOCAB_RESOURCE_ROLE, VOCAB_ROLE_TYPE,
	VOCAB_IMPORTANCE, VOCAB_SEX, VOCAB_SCORE_STATUS, VOCAB_SOURCE;

/* Whether the schema of @version has @value. */
bool vocab_allows(const struct vocab *vocab, const char *value, unsigned version);

/* How a lenient reader of @version stores @value: any value of either version, and
 * extensions where @version has them. NULL when it is none of these. */
const char *vocab_read(const struct vocab *vocab, const char *value, unsigned version);

/* How @version says a stored value; NULL when it has no word for it. An extension
 * that must be spelled out comes from @arena. */
const char *vocab_say(const struct vocab *vocab, const char *value, unsigned version,
		      struct arena *arena);

/* Appends the values of @version, and "ext:..." where extensions are taken. */
void vocab_list(const struct vocab *vocab, unsigned version, struct str *out);

#endif
