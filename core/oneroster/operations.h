/*
 * operations.h - the operations of OneRoster, one row each.
 *
 * Paths are relative to the service root. A `{…}` segment is a sourcedId; the
 * segment before it names the collection it belongs to. Source: fact sheet 1.1,
 * section 2; tests/standard/operations-1.1.tsv pins the rows.
 */
#ifndef ONEROSTER_OPERATIONS_H
#define ONEROSTER_OPERATIONS_H

#include "oneroster/entity.h"

#define ROOT_V1P1 "/ims/oneroster/v1p1"

enum method { GET, PUT, POST, DELETE, METHOD_OTHER };

const char *method_name(enum method method);

/* What an operation does; GET is a collection or one object. */
enum action { READ_MANY, READ_ONE, WRITE_ONE, DELETE_ONE };

struct operation {
	enum method method;
	const char *path, *name;
	const struct entity *entity;
	enum action action;
};

#define OPERATION_IDS 3 /* most ids in one path */

extern const struct operation operations[];
extern const size_t operation_count;

/* The outcome of matching the segments of a path (raw, still encoded). */
struct route {
	const struct operation *operation; /* NULL: see `allow` */
	unsigned allow; /* bits (1 << method) that this path knows; 0: unknown path */
	const char *ids[OPERATION_IDS]; /* the {…} segments, borrowed */
	size_t id_count;
};

/* @hidden (may be NULL) tells which operations are not there at all. */
void route_find(enum method method, const char *const *segments, size_t count,
		bool (*hidden)(const struct operation *operation, const void *payload),
		const void *payload, struct route *out);

/* A collection that is a part of another one: students are users whose role is
 * student (fact sheet 1.1, section 2.4). NULL @field: the whole entity. */
struct collection {
	const char *name;
	const struct entity *entity;
	const char *field, *value;
};

const struct collection *collection_find(const char *name, size_t length);

#endif
