/*
 * describe_schema.h - the objects as JSON schemas, in the words that JSON Schema 2020-12
 * and OpenAPI 3.0 share.
 */
#ifndef ONEROSTER_DESCRIBE_SCHEMA_H
#define ONEROSTER_DESCRIBE_SCHEMA_H

#include "base/jsonw.h"
#include "oneroster/describe.h"
#include "oneroster/operations.h"

struct schema {
	struct jsonw *w;
	unsigned version;
	enum service service; /* or EVERY_SERVICE */
	const char *refs;     /* what a $ref begins with: "#/$defs/" */
};

/* Writes a key and a schema for every object of the service, its parts, references and
 * envelopes, and for the status bodies; into an object that is open. */
void schema_definitions(const struct schema *schema);

/* Writes a schema that points at one of the definitions. */
void schema_ref(const struct schema *schema, const char *format, ...) PRINTF(2, 3);

/* The definition of {"lineItem": {...}} or, @many, {"lineItems": [...]}; to @out. */
#define SCHEMA_NAME 64
void schema_body_name(const struct entity *entity, bool many, char out[static SCHEMA_NAME]);

/* Definitions that belong to no object: the answer to POST, and to what is refused. */
#define SCHEMA_PAIRS "sourcedIdPairs-body"
#define SCHEMA_STATUS "status-body"

/* Writes the definition @name of an object with these members and, behind it, one for
 * each of its parts, `name.member`. @open: others are allowed, whatever the version. */
void schema_object(const struct schema *schema, const char *name, const struct field *fields,
		   bool open);
/* Flag for rows that only describe: T_OBJECTS is one object, not a list. */
#define ONE_OBJECT 0x100
/* For terms, beside or in place of versions: the services whose 1.2 has them. */
#define IN(service) (8u << (service))
#define IN_EACH (IN(ROSTERING) | IN(GRADEBOOK) | IN(RESOURCES))

/* Writes SCHEMA_STATUS and what it is made of. */
void schema_status(const struct schema *schema);

/* A key whose value is an object that stays open. */
void key_object(struct jsonw *w, const char *key);

#endif
