/*
 * district.h - the collections of a provider, read once a version and shared by the checks
 * that compare them.
 *
 * A district may have a million enrollments: of each collection at most LIST_MOST objects are
 * read. What is not `whole` proves what is in it, and nothing about what is not.
 */
#ifndef CHECKS_DISTRICT_H
#define CHECKS_DISTRICT_H

#include "conformance/checks/check.h"

#define LIST_PAGE 100
#define LIST_PAGES 10
#define LIST_MOST (LIST_PAGE * LIST_PAGES)

/* What was read of a collection; all borrowed from the subject. */
struct list {
	const json_t *items; /* the objects, in the order of the provider */
	const json_t *index; /* sourcedId -> object */
	bool whole;          /* there are no others */
	bool there;          /* false: it could not be read */
	long status;         /* of the last page; 0: there was no answer */
	const char *why;     /* it is not there: what came instead; NULL: no answer */
};

/* The collection at @path ("/users", "/classes/{class}/students"), which is read when it is asked
 * for first; the exchange of its first page stands in the report of every check that asks. Where
 * it cannot be read the check is blind and `there` is false. */
struct list district_list(struct judge *judge, const char *path);
/* Likewise with the id in place of the first %s of @pattern. */
struct list district_list_of(struct judge *judge, const char *pattern, const char *id);
/* The wrapper key of the collection that @path ends in: "users" of /students. */
const char *district_key(const char *path);
/* "enrollments" of "/enrollments": what a sentence calls its objects. Skips the check where @list
 * is empty, and then returns false. */
bool district_has_any(struct judge *judge, const struct list *list, const char *path);
/* Says, in the message of a check that passes, that @list is a part only. */
void district_note_part(struct judge *judge, const struct list *list, const char *path);

/* HTTP status of GET @collection/@id, asked once a version. */
long district_status(struct judge *judge, const char *collection, const char *id);

/* The ids that the references at @path lead to, as a set: "class", "terms", "roles.org"; the
 * steps of the path may be arrays. Returns (json_decref). */
json_t *refs_at(const json_t *object, const char *path) MUST_USE;
/* Whether one of them is @id. */
bool refers_to(const json_t *object, const char *path, const char *id);

/* The sourcedId, "(none)" where there is none. */
const char *id_text(const json_t *object);
bool is_active(const json_t *object);
/* The member; NULL where it is absent, or null, which some write for that. */
const json_t *member_at(const json_t *object, const char *key);
/* The member as an instant; false when it is none. */
bool date_at(const json_t *object, const char *key, int64_t *out);
/* Whether the user has the role: `role` in 1.1, one of `roles` in 1.2. */
bool user_is(const json_t *user, const char *role);
/* "enrollment e-1" and the like: what a message calls an object of the collection @path. Returns
 * (free). */
char *name_of(const char *path, const json_t *object) MUST_USE;

/* The first few of a list of culprits, and how many there are. */
struct names {
	struct str text;
	size_t count;
};

void names_add(struct names *names, const char *format, ...) PRINTF(2, 3);
/* "3 of 20 enrollments: a, b, c"; names what is wrong with them in @what, as the verdict of the
 * check. Without culprits there is none. Releases @names. */
void names_tell(struct judge *judge, struct names *names, const char *what);

#endif
