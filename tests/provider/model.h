/*
 * model.h - the objects of OneRoster 1.1 and 1.2 as the provider keeps them.
 *
 * A record holds what either version can show. References are plain sourcedIds; what they
 * look like is for render() to say.
 */
#ifndef TESTS_PROVIDER_MODEL_H
#define TESTS_PROVIDER_MODEL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define V11 1u
#define V12 2u
#define BOTH (V11 | V12)

enum service { ROSTERING, GRADEBOOK, RESOURCES };

enum entity_id {
	SESSION,
	ORG,
	COURSE,
	CLASS,
	USER,
	ENROLLMENT,
	DEMOGRAPHICS,
	RESOURCE,
	CATEGORY,
	LINE_ITEM,
	RESULT,
	SCORE_SCALE,
	ASSESSMENT_ITEM,
	ASSESSMENT_RESULT,
	ENTITIES,
};

enum kind {
	TEXT,
	ID, /* text that is compared to the letter */
	NUMBER,
	DATE,
	TIME,
	FLAG,  /* "true" or "false" */
	WORD,  /* of a vocabulary */
	TEXTS, /* an array of texts */
	REF,
	REFS,
	PARTS,  /* an array of objects with members of their own */
	OBJECT, /* anything: metadata */
};

struct field {
	const char *name;
	enum kind kind;
	unsigned in;               /* versions that have it */
	unsigned required;         /* versions in which a PUT must hold it */
	enum entity_id target;     /* REF, REFS */
	const struct field *parts; /* PARTS */
	const char *words;         /* WORD that clients write: "|" between them */
	bool open;                 /* 1.2 extends its vocabulary with ext: */
};

struct entity {
	const char *singular, *plural;
	enum service service;
	const struct field *fields; /* the base fields stand apart */
};

extern const struct entity vendor_entities[ENTITIES];
extern const struct field vendor_base_fields[];

/* The field of this name, base fields included; NULL when @version has none. */
const struct field *vendor_field_find(enum entity_id entity, unsigned version, const char *name);
/* The same among @fields only. */
const struct field *vendor_field_among(const struct field *fields, unsigned version,
				       const char *name, bool any_case);

/* Where a dotted path leads: its leaf's kind, its names as they are spelt, and whether it
 * may have many values. False when the version has no such field. */
struct leaf {
	enum kind kind;
	bool many;
	char path[160];
};

bool vendor_leaf_find(enum entity_id entity, unsigned version, const char *path, struct leaf *leaf);

/* Text of a member; "" when it is none. */
const char *vendor_text_of(const json_t *object, const char *key);
/* The record of @list with this sourcedId, borrowed. */
json_t *vendor_find(const json_t *list, const char *id);

#endif
