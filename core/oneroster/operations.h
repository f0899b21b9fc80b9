/*
 * operations.h - the operations of OneRoster 1.1 and 1.2, one row each.
 *
 * Paths are relative to the service root. A `{…}` segment is a sourcedId; the
 * segment before it names the collection it belongs to. Source: fact sheets 1.1 and
 * 1.2, section 2; tests/standard/operations-*.tsv pin the rows.
 */
#ifndef ONEROSTER_OPERATIONS_H
#define ONEROSTER_OPERATIONS_H

#include "oneroster/entity.h"
#include "oneroster/scopes.h"

enum method { GET, PUT, POST, DELETE, METHOD_OTHER };

const char *method_name(enum method method);

/* What an operation does; GET is a collection or one object. */
enum action { READ_MANY, READ_ONE, WRITE_ONE, POST_MANY, DELETE_ONE };

#define X11 4u /* not in 1.1, but providers of it have it and clients ask for it */

struct operation {
	enum method method;
	const char *path, *name;
	const struct entity *entity;
	enum action action;
	enum service service;
	unsigned in;
	enum scope scope; /* the least that will do */
};

/* Whether @version has it, extensions included. */
bool operation_is_in(const struct operation *operation, unsigned version);

#define OPERATION_IDS 3 /* most ids in one path */

extern const struct operation operations[];
extern const size_t operation_count;

/* By name; NULL when there is none. */
const struct operation *operation_find(const char *name);

/* The root that a path begins with. */
struct root {
	unsigned version;
	enum service service; /* of 1.2; 1.1 has one root for all */
};

/* Reads "ims", "oneroster", … from the segments of a path; false when no service has
 * that root. *@used is how many segments it took. */
bool root_find(const char *const *segments, size_t count, struct root *out, size_t *used);

/* Where in a raw path that what is below the root of a service begins, at its slash:
 * /lineItems; NULL when it is below none. */
const char *path_below_service(const char *path);

/* The outcome of matching the segments below a root (raw, still encoded). */
struct route {
	const struct operation *operation; /* NULL: see `allow` */
	unsigned allow; /* bits (1 << method) that this path knows; 0: unknown path */
	const char *ids[OPERATION_IDS]; /* the {…} segments, borrowed */
	size_t id_count;
};

/* @hidden (may be NULL) tells which operations are not there at all. */
void route_find(const struct root *root, enum method method, const char *const *segments,
		size_t count,
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
/* The collection before the @index-th {…} of an operation's path, and the one that the
 * path ends in or, for one object, whose object it names. */
const struct collection *collection_before(const struct operation *operation, size_t index);
const struct collection *collection_of(const struct operation *operation);

#endif
