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
#define MEMBER_SIGNED int64_t
#define MEMBER_LIST const char * /* see list_has() */
#define MEMBER_TEXT const char *
#define MEMBER_OBJECT const json_t * /* text by text; NULL: empty */
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
	json_t *effective; /* everything inherited filled in: what the control API shows */
	json_t *texts;     /* what the members above point to beside it */
};

/* The answer to a fault in @version (V11 or V12). */
const struct fault_answer *profile_answer(const struct profile *profile, enum fault fault,
					  unsigned version);

/* Loads a bundled profile by name, or a file by path, with what it extends.
 * ERR_INVALID with a JSON pointer for an unknown key, a wrong type, a cycle, or quirks
 * that contradict one another. Returns with one reference (profile_put). */
struct profile *profile_load(const char *name, struct err *err) MUST_USE;

/* The same with @changes (a profile without `extends`, borrowed, may be NULL) on top: what
 * a control API says of a sandbox whose profile is @name. */
struct profile *profile_load_changed(const char *name, const json_t *changes,
				     struct err *err) MUST_USE;

struct profile *profile_take(struct profile *profile);
void profile_put(struct profile *profile); /* NULL is fine */

/* Whether @name is a bundled profile, not a path. */
bool profile_is_bundled(const char *name);

/* Whether routes.hide names the operation. */
bool profile_hides(const struct profile *profile, const char *operation);

/* Whether @item is one of the comma-joined items of a LIST. */
bool list_has(const char *list, const char *item);

/* The switches as data, for documentation and for whoever walks them all. */
enum switch_type {
	SWITCH_INT,
	SWITCH_SIGNED,
	SWITCH_BOOL,
	SWITCH_CHOICE,
	SWITCH_LIST,
	SWITCH_TEXT,
	SWITCH_OBJECT
};

struct quirk_switch {
	const char *name;
	enum switch_type type;
	size_t offset; /* in struct quirks */
	union {
		int64_t integer;
		bool boolean;
		const char *text;
	} preset;
	const char *choices; /* NULL: any */
	const char *meaning;
};

/* NULL beyond the last. */
const struct quirk_switch *switch_at(size_t i);
const struct quirk_switch *switch_find(const char *name);
/* The default as JSON. Returns (json_decref). */
json_t *switch_preset(const struct quirk_switch *row) MUST_USE;

#endif
