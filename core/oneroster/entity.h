/*
 * entity.h - what the objects of OneRoster are made of, described once for 1.1 and
 * 1.2.
 *
 * Schema, checks, serialisation, filters, CSV and documentation loop over these
 * tables. A new field is one row; where the versions differ, the row says so. The
 * facts are those of the fact sheets 1.1 (section 5) and 1.2 (sections 7 and 8);
 * tests/standard/fields-*.tsv pin them.
 */
#ifndef ONEROSTER_ENTITY_H
#define ONEROSTER_ENTITY_H

#include "oneroster/vocab.h"

enum type {
	T_ID, /* a sourcedId: compared exactly */
	T_TEXT,
	T_URI,  /* text that must be a URI in 1.2 */
	T_ENUM, /* text of a vocabulary */
	T_NUMBER,
	T_BOOL,    /* on the wire "true"/"false", read in either form */
	T_DATE,    /* YYYY-MM-DD */
	T_TIME,    /* an instant */
	T_REF,     /* GUIDRef */
	T_REFS,    /* array of GUIDRef */
	T_TEXTS,   /* array of strings */
	T_OBJECTS, /* array of objects whose members `sub` describes */
	T_MAP,     /* the metadata object */
};

/* Flags of a field. */
#define F_NEEDED 0x01   /* without it even a lenient provider cannot store the object */
#define F_SERVER 0x02   /* the provider sets it; what a client sends is not taken */
#define F_SECRET 0x04   /* never leaves the provider */
#define F_SOME 0x08     /* an array that must not be empty */
#define F_INTERNAL 0x10 /* kept with a sub-object, in no payload: its id in the CSV binding */
#define F_INDEXED 0x20  /* of a sub-object: looked up by value, path "field.sub" */
#define F_OPEN 0x40     /* sub-objects may hold members that the standard does not name */
#define F_SCORE 0x80    /* a score: a provider may show fewer decimals than it keeps */

struct entity;

struct field {
	const char *name; /* JSON key and SQL column */
	enum type type;
	unsigned in;       /* versions that have it: V11, V12, BOTH */
	unsigned required; /* versions that demand it */
	unsigned flags;
	const struct vocab *vocab;   /* T_ENUM, or the elements of T_TEXTS */
	const struct entity *target; /* T_REF, T_REFS */
	const struct field *sub;     /* T_OBJECTS; ends with a row whose name is NULL */
	const char *csv;             /* header, where the rule of field_csv() does not hold */
};

#define ENTITY_FIELDS_MAX 32

enum service { ROSTERING, GRADEBOOK, RESOURCES, SERVICE_COUNT };

/* The path of a service: /ims/oneroster/v1p1 for all of 1.1. */
const char *service_root(enum service service, unsigned version);
/* "rostering", "gradebook", "resources"; and the service of that name. */
const char *service_name(enum service service);
bool service_find(const char *name, enum service *out) MUST_USE;

struct entity {
	const char *singular, *plural; /* wrapper keys; the plural names the SQL table too */
	const struct field *fields;    /* ends with a row whose name is NULL; first is sourcedId */
	enum service service;          /* that owns it in 1.2 */
	unsigned in;                   /* versions that have it */
};

extern const struct entity ENTITY_ORGS, ENTITY_ACADEMIC_SESSIONS, ENTITY_COURSES, ENTITY_CLASSES,
	ENTITY_USERS, ENTITY_DEMOGRAPHICS, ENTITY_ENROLLMENTS, ENTITY_RESOURCES, ENTITY_CATEGORIES,
	ENTITY_SCORE_SCALES, ENTITY_LINE_ITEMS, ENTITY_RESULTS, ENTITY_ASSESSMENT_LINE_ITEMS,
	ENTITY_ASSESSMENT_RESULTS;

/* All of them, in an order in which references point backwards. */
#define ENTITY_COUNT 14
extern const struct entity *const entities[ENTITY_COUNT];

/* The first columns of every entity, at these places in every table. */
enum { FIELD_SOURCED_ID, FIELD_STATUS, FIELD_MODIFIED, FIELD_METADATA };

/* By wrapper key; NULL when no entity has it. */
const struct entity *entity_by_plural(const char *plural);
const struct entity *entity_by_singular(const char *singular);
const struct field *entity_field(const struct entity *entity, const char *name);
int entity_field_index(const struct entity *entity, const char *name); /* -1: none */
/* The row of a list of sub-members, or NULL. */
const struct field *sub_field(const struct field *fields, const char *name);

#define ID_MAX 255 /* bytes of a sourcedId; the CSV text: shorter than 256 */
/* Whether it holds only what the CSV text allows: letters, digits and . - _ / @ */
bool id_is_plain(const char *id);

/* The CSV header of a field: its own, or the name, or for references the name
 * with `SourcedId` (`termSourcedIds` for lists). */
void field_csv(const struct field *field, char out[static 64]);

#endif
