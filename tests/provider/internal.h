/*
 * internal.h - what the files of the provider know of one another.
 *
 * One thread answers everything, so nothing here is locked.
 */
#ifndef TESTS_PROVIDER_INTERNAL_H
#define TESTS_PROVIDER_INTERNAL_H

#include <jansson.h>
#include <microhttpd.h>

#include "base/arena.h"
#include "base/url.h"
#include "tests/provider/model.h"
#include "tests/provider/provider.h"

#define KEY "vendor-key"
#define SECRET "vendor-secret"
#define SCOPE_PREFIX "https://purl.imsglobal.org/spec/or/"
#define SEGMENTS 8
#define HEADERS 8
#define BODY_MOST (4u << 20)

struct provider {
	struct MHD_Daemon *daemon;
	const struct fault_row *fault;
	char url[64];
	json_t *rows[ENTITIES]; /* arrays of records, in the order of their making */
	json_t *tokens;         /* token -> set of scope URIs */
	json_t *nonces;         /* a set */
	int token_count, reads, allocated;
	int64_t modified; /* the newest dateLastModified given by a write */
};

/* Groups of operations that a scope opens together. */
enum group {
	ROSTER_CORE,
	ROSTER_BELOW,
	ROSTER_DEMOGRAPHICS,
	GRADES,
	GRADES_BELOW,
	ASSESSMENTS,
	RESOURCES_CORE,
	RESOURCES_BELOW,
};

/* A collection with its single objects. */
struct collection {
	const char *name, *one; /* as in getAllNAME and getONE */
	enum entity_id entity;
	unsigned in;
	enum group group;
	bool writes;              /* PUT and DELETE of one */
	const char *path, *value; /* only records where this path holds this; NULL: all */
};

/* A record belongs to a nested collection where each path leads to the id at `index` of
 * the request's path (0: the first id), or where `fits` says so. */
struct nested {
	const char *operation;
	const char *pattern; /* "classes/?/students" */
	unsigned in;
	enum group group;
	const char *collection; /* what is listed or written: a row of the collections */
	struct {
		const char *path;
		size_t index;
	} where[2];
	bool (*fits)(const struct provider *p, const json_t *record, const char *const ids[]);
	const char *post; /* the operation of POST; NULL: there is none */
	bool no_get;
};

struct header {
	char name[24], *value;
};

struct exchange {
	struct provider *p;
	struct MHD_Connection *connection;
	const char *method;
	char *target, *body;
	size_t length;
	bool too_large;
	unsigned version;     /* 0: no OneRoster path */
	enum service service; /* 1.2 */
	char *segments[SEGMENTS];
	size_t count;
	char name[160]; /* "GET /lineItems/ID" */
	struct arena arena;
	struct pairs query;
	/* what the path means */
	const struct collection *collection;
	const struct nested *nested;
	char operation[64];
	/* the answer */
	int status;
	json_t *json;
	json_t *warnings; /* 1.1: statusInfoSet beside the data */
	struct header headers[HEADERS];
	size_t header_count;
};

/* faults.c */
bool vendor_behaves(const struct exchange *e, const char *what);
const char *vendor_behaviour_text(const struct exchange *e); /* argument of the behaviour, or "" */
bool vendor_strikes(const struct exchange *e, enum fault_kind kind);
bool vendor_is_refused_on_purpose(const struct exchange *e, const json_t *object);
void vendor_edit_answer(struct exchange *e);
void vendor_name_request(struct exchange *e);

/* behaviours.c */
bool vendor_has_behaviour(const char *name);

/* answer.c */
enum reason {
	NO_CREDENTIALS,
	NOT_PERMITTED,
	UNKNOWN_OBJECT,
	BAD_FILTER,
	BAD_FIELDS,
	BLANK_FIELDS,
	BAD_REQUEST, /* it cannot be read */
	BAD_DATA,    /* it can be read, but means something wrong */
	IN_USE,
	BAD_METHOD,
	TOO_LARGE,
};

void vendor_refuse(struct exchange *e, enum reason reason, const char *format, ...) PRINTF(3, 4);
/* 1.1: a warning beside the data; nothing in 1.2. */
void vendor_warn(struct exchange *e, const char *minor, const char *format, ...) PRINTF(3, 4);
/* Takes @value (free). */
void vendor_set_header(struct exchange *e, const char *name, char *value);
/* {key: data}; takes @data. */
void vendor_give(struct exchange *e, const char *key, json_t *data);
const char *vendor_request_header(const struct exchange *e, const char *name);

/* credentials.c */
void vendor_give_token(struct exchange *e);
/* The scopes that the request's credentials have, or NULL with a refusal. */
const json_t *vendor_authenticate(struct exchange *e);

/* scopes.c: whether one of @granted opens the operation. */
bool vendor_scopes_open(const struct exchange *e, const json_t *granted, const char *method);
/* All scopes that there are, as a set of URIs. Returns (json_decref). */
json_t *vendor_scopes_all(void);

/* routes.c */
const struct collection *vendor_collection_named(const char *name, unsigned version);
bool vendor_collection_is_in(const struct collection *collection, unsigned version,
			     enum service service);
/* Finds out what the path means; false: nothing. */
bool vendor_route(struct exchange *e);
/* "GET, HEAD, OPTIONS" of what the path means. Returns (free). */
char *vendor_route_methods(const struct exchange *e);
const struct nested *vendor_nested_rows(size_t *count);
const struct collection *vendor_collection_rows(size_t *count);
const char *vendor_service_root(unsigned version, enum service service);

/* relations.c */
/* The record of a collection, NULL when it has none of this id. */
json_t *vendor_record_in(const struct provider *p, const struct collection *collection,
			 const char *id);
/* Whether @path of the record of @entity leads to @id, through references. */
bool vendor_leads_to(const struct provider *p, enum entity_id entity, const json_t *record,
		     const char *path, const char *id);
bool vendor_shows(const struct exchange *e, const struct collection *collection,
		  const json_t *record);
/* Refuses with 404 when an id of the path is unknown or does not belong where it stands. */
bool vendor_parents_exist(struct exchange *e);
/* The records of the nested collection. Returns (json_decref). */
json_t *vendor_records_below(struct exchange *e);
/* The relations that no path can say. */
bool vendor_studies_in(const struct provider *p, const json_t *user, const char *const ids[]);
bool vendor_teaches_in(const struct provider *p, const json_t *user, const char *const ids[]);
bool vendor_studies_in_second(const struct provider *p, const json_t *user,
			      const char *const ids[]);
bool vendor_teaches_in_second(const struct provider *p, const json_t *user,
			      const char *const ids[]);
bool vendor_is_student_class(const struct provider *p, const json_t *class,
			     const char *const ids[]);
bool vendor_is_teacher_class(const struct provider *p, const json_t *class,
			     const char *const ids[]);
bool vendor_is_user_class(const struct provider *p, const json_t *class, const char *const ids[]);
bool vendor_attends_school(const struct provider *p, const json_t *user, const char *const ids[]);
bool vendor_is_term_of_school(const struct provider *p, const json_t *session,
			      const char *const ids[]);
bool vendor_is_class_category(const struct provider *p, const json_t *category,
			      const char *const ids[]);
bool vendor_is_class_resource(const struct provider *p, const json_t *resource,
			      const char *const ids[]);
bool vendor_is_course_resource(const struct provider *p, const json_t *resource,
			       const char *const ids[]);
bool vendor_is_user_resource(const struct provider *p, const json_t *resource,
			     const char *const ids[]);

/* render.c: as the version shows it. Returns (json_decref). */
json_t *vendor_render(const struct exchange *e, enum entity_id entity, const json_t *record);

/* filter.c: leaves in @items what fits; false with a refusal. */
bool vendor_apply_filter(struct exchange *e, enum entity_id entity, const char *text,
			 json_t *items);
/* The values at a dotted path of a rendered object, appended to @out (borrowed values). */
void vendor_values_at(json_t *value, const char *path, json_t *out);
/* Less than, equal to or greater than zero; texts by code point. */
int vendor_compare_values(enum kind kind, const json_t *a, const json_t *b);

/* query.c */
bool vendor_read_query(struct exchange *e);
/* Takes @records; a page of them becomes the answer. */
void vendor_give_list(struct exchange *e, const struct collection *collection, json_t *records);
void vendor_give_one(struct exchange *e, const struct collection *collection, const json_t *record);

/* validate.c: @object as a record of ours, with its references known; NULL with a refusal.
 * Returns (json_decref). */
json_t *vendor_accept_object(struct exchange *e, enum entity_id entity, const json_t *object);

/* writes.c */
void vendor_put_one(struct exchange *e);
void vendor_delete_one(struct exchange *e);
void vendor_post_many(struct exchange *e);

/* discovery.c: answers for the documents of discovery; false: it is none. */
bool vendor_give_discovery(struct exchange *e);

/* district.c */
void vendor_fill_district(struct provider *p);

#endif
