/*
 * subject.h - what the tests of all fields are about at the moment: an entity in a version,
 * and a provider that has three objects of it or none.
 */
#ifndef UNIT_API_SUBJECT_H
#define UNIT_API_SUBJECT_H

#include "oneroster/operations.h"
#include "tests/unit/api/client.h"

#define SUBJECTS (2 * ENTITY_COUNT)
#define OBJECTS 3    /* object-0, ...: the values 0, ... of all fields */
#define BARE OBJECTS /* the number of one more, which has only what none can be without */
#define BARE_ID "object-0-bare"

extern const struct entity *entity;
extern unsigned version;
extern struct provider provider;
extern struct arena arena; /* until subject_close() */

#define WITH_OBJECTS 1u /* not in the order of their values; see CREATION_ORDER */
#define WITH_BARE 2u
#define CREATION_ORDER "object-1 object-2 object-0"

/* Sets all of the above; references need not be known. False, with nothing opened: that
 * version has no such entity. */
bool subject_open(int index, unsigned with) MUST_USE;
void subject_close(void);

/* "lineItem.title of 1.2" of a field or a dotted path; in the arena. */
const char *subject_name(const char *path);
/* The path of the collection (@n < 0) or of the object @n in version @in, and @more behind
 * it; in the arena. */
const char *subject_path(unsigned in, int n, const char *more);

/* The object @n as a client of the version sends it. Returns (json_decref). */
json_t *object_sent(int n);
/* Fails unless the answer of version @in holds the value @n of the field, or for the whole
 * object those of all fields that both versions have, and nothing else. */
void expect_value(const json_t *object, const struct field *field, unsigned in, int n);
void expect_object(const json_t *object, unsigned in, int n);

/* What was tested how often, counted over the processes of the tests. */
struct aspect {
	const char *name;
	int least;
};

void count_start(const struct aspect *aspects, size_t size);
void count_stop(void);
void count(size_t aspect, unsigned when); /* once, when that is not 0 */
void count_check(void);                   /* prints, and fails when it was less */

#endif
