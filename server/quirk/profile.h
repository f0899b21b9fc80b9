/*
 * profile.h - the SIS that a sandbox imitates: a JSON file made into switches and
 * error texts (contract, section 3).
 *
 * A profile is immutable once loaded and shared by counting references, so that
 * a change takes effect between requests and never inside one.
 */
#ifndef QUIRK_PROFILE_H
#define QUIRK_PROFILE_H

#include <jansson.h>
#include "base/zone.h"
#include "server/quirk/fault.h"
#include "server/quirk/switches.h"

struct quirks {
#define MEMBER_INT int64_t
#define MEMBER_BOOL bool
#define MEMBER_CHOICE const char *
#define MEMBER_LIST const char * /* blank-separated words */
#define MEMBER_TEXT const char *
#define X(member, name, TYPE, preset, choices, meaning) MEMBER_##TYPE member;
	QUIRK_SWITCHES(X)
#undef X
};

struct fault_answer {
	int status;
	const char *minor, *text, *code; /* code may be NULL */
};

/* The answers of a version: 1.2 has its own statuses and spellings. */
enum answers { ANSWERS_V1P1, ANSWERS_V1P2, ANSWERS_COUNT };

struct profile {
	char *name, *title;
	struct quirks quirks;
	struct fault_answer answers[ANSWERS_COUNT][FAULT_COUNT];
	struct zone *zone; /* NULL: UTC */
	json_t *effective; /* everything inherited filled in; owns the texts above */
};

/* The answer to a fault in @version (V11 or V12). */
const struct fault_answer *profile_answer(const struct profile *profile, enum fault fault,
					  unsigned version);

/* Loads a bundled profile by name, or a file by path, with what it extends.
 * ERR_INVALID with a JSON pointer for an unknown key, a wrong type or a cycle.
 * Returns with one reference (profile_put). */
struct profile *profile_load(const char *name, struct err *err) MUST_USE;
struct profile *profile_take(struct profile *profile);
void profile_put(struct profile *profile); /* NULL is fine */

/* Whether routes.hide names the operation. */
bool profile_hides(const struct profile *profile, const char *operation);

#endif
