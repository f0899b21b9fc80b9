/*
 * pointer.h - the places that a JSON pointer names (RFC 6901), with `*` for every element
 * of an array and every member of an object.
 */
#ifndef BASE_POINTER_H
#define BASE_POINTER_H

#include <jansson.h>
#include "base/util.h"

#define POINTER_TOKENS 16 /* most in one pointer */
#define POINTER_LENGTH 255

/* Whether @text names something below a whole: it begins with a slash, has no broken ~
 * escape and keeps to the limits above. */
bool pointer_is_sound(const char *text);

/* A member or an element. */
struct place {
	json_t *parent;
	const char *key; /* in an object; NULL: @index in an array */
	size_t index;
	json_t *value; /* borrowed; NULL: the object has no such member yet */
};

void place_set(const struct place *place, json_t *value); /* takes @value */
void place_remove(const struct place *place);

/* What a pointer names in @value, borrowed; `*` means itself here and "" the whole. NULL when
 * there is nothing, or when it is no sound pointer. */
const json_t *pointer_find(const json_t *value, const char *text);

/* Calls @visit for every place that the sound pointer @text names in @root. It may set or
 * remove what stands at its place, nothing else; false ends the walk. */
typedef bool place_fn(const struct place *place, void *payload);
void pointer_visit(json_t *root, const char *text, place_fn *visit, void *payload);

#endif
