/*
 * fit.h - whether an object is the one that is meant, and members of it by name or pointer.
 *
 * `where` names members and what they must be; a name that begins with a slash is a JSON
 * pointer. A reference is told by its sourcedId, so that {"class": "class-alg-1"} fits
 * {"class": {"href": ..., "sourcedId": "class-alg-1", ...}}.
 */
#ifndef LAB_FIT_H
#define LAB_FIT_H

#include <jansson.h>
#include "base/util.h"

/* Whether @object has all members of @where; NULL fits everything. */
bool fits(const json_t *object, const json_t *where);

/* A member by its name or pointer. Borrowed; NULL: it is not there. */
const json_t *fit_member(const json_t *object, const char *name);
void fit_set(json_t *object, const char *name, const json_t *value);
void fit_remove(json_t *object, const char *name);

/* The elements of @list that fit. Returns an array (json_decref). */
json_t *fit_list(const json_t *list, const json_t *where) MUST_USE;

/* The sourcedId of a reference; NULL: it is none. Borrowed. */
const char *fit_reference(const json_t *object, const char *key);

#endif
