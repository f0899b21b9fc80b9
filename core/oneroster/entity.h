/*
 * entity.h - what the objects of OneRoster are made of, described once.
 *
 * Schema, checks, serialisation, filters, CSV and documentation loop over these
 * tables. A new field is one row. The facts are those of the OneRoster 1.1
 * fact sheet, section 5; tests/standard/fields-1.1.tsv pins them.
 */
#ifndef ONEROSTER_ENTITY_H
#define ONEROSTER_ENTITY_H

#include "base/util.h"

enum type {
	T_ID, /* a sourcedId: compared exactly */
	T_TEXT,
	T_ENUM, /* text of a vocabulary */
	T_NUMBER,
	T_BOOL,    /* on the wire "true"/"false" in 1.1, read in either form */
	T_DATE,    /* YYYY-MM-DD */
	T_TIME,    /* an instant */
	T_REF,     /* GUIDRef */
	T_REFS,    /* array of GUIDRef */
	T_TEXTS,   /* array of strings */
	T_USERIDS, /* array of {type, identifier} */
	T_MAP,     /* the metadata object */
};

/* Flags of a field. */
#define F_REQUIRED 0x01 /* the standard demands it */
#define F_NEEDED 0x02   /* without it even a lenient provider cannot store the object */
#define F_SERVER 0x04   /* the provider sets it; what a client sends is not taken */
#define F_SECRET 0x08   /* never leaves the provider */
#define F_CSV 0x10      /* the CSV binding demands a value (1.2 fact sheet, section 11.2) */

struct vocab {
	const char *name;
	const char *const *values; /* NULL-terminated */
	const char *old, *means;   /* a value of 1.0 and what it is read as; may be NULL */
};

struct entity;

struct field {
	const char *name; /* JSON key and SQL column */
	enum type type;
	unsigned flags;
	const struct vocab *vocab;   /* T_ENUM, or the elements of T_TEXTS */
	const struct entity *target; /* T_REF, T_REFS */
	const char *csv; /* header, where the rule of field_csv() does not hold; "" = no column */
};

#define ENTITY_FIELDS_MAX 24

struct entity {
	const char *singular, *plural; /* wrapper keys; the plural names the SQL table too */
	const struct field *fields;    /* ends with a row whose name is NULL; first is sourcedId */
};

extern const struct entity ENTITY_ORGS, ENTITY_ACADEMIC_SESSIONS, ENTITY_COURSES, ENTITY_CLASSES,
	ENTITY_USERS, ENTITY_DEMOGRAPHICS, ENTITY_ENROLLMENTS, ENTITY_RESOURCES, ENTITY_CATEGORIES,
	ENTITY_LINE_ITEMS, ENTITY_RESULTS;

/* All of them, in an order in which references point backwards. */
#define ENTITY_COUNT 11
extern const struct entity *const entities[ENTITY_COUNT];

/* The first columns of every entity, at these places in every table. */
enum { FIELD_SOURCED_ID, FIELD_STATUS, FIELD_MODIFIED, FIELD_METADATA };

const struct entity *entity_by_plural(const char *plural);
const struct field *entity_field(const struct entity *entity, const char *name);
int entity_field_index(const struct entity *entity, const char *name); /* -1: none */
int entity_field_count(const struct entity *entity);

/* The CSV header of a field: its own, or the name, or for references the name
 * with `SourcedId` (`termSourcedIds` for lists). False when it has no column. */
bool field_csv(const struct field *field, char out[static 64]);

/* @value, or what it is read as where it is one of 1.0. */
const char *vocab_meaning(const struct vocab *vocab, const char *value);
bool vocab_has(const struct vocab *vocab, const char *value);

#endif
