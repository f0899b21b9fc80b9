/*
 * jsonscan.h - the members of a JSON object where they stand in a text.
 *
 * Makes no tree and takes no memory: for long lists of which little is wanted. Whatever it
 * takes, jsonx_load() takes too and means the same; what it is not sure about, errors
 * included, it leaves to that.
 */
#ifndef BASE_JSONSCAN_H
#define BASE_JSONSCAN_H

#include "base/util.h"

enum jsonscan {
	JSONSCAN_DONE,
	JSONSCAN_MORE,   /* the text ends before the value does */
	JSONSCAN_UNSURE, /* it may be anything */
};

/* A value as it stands in the text, quotes included. */
struct jsonslice {
	const char *text;
	size_t length;
};

/* @key comes without its quotes and holds no escapes. */
typedef void jsonscan_fn(const struct jsonslice *key, const struct jsonslice *value, void *payload);

/* The value that begins at @text; of an object, @see gets each member of its own (NULL:
 * nobody), even of one that turns out to be no good. *@used: bytes of it. */
enum jsonscan jsonscan_value(const char *text, size_t length, size_t *used, jsonscan_fn *see,
			     void *payload) MUST_USE;

/* The same of the object below @key, where the whole text is {@key: {...}} and nothing else.
 * False when it is not, or not for sure. */
bool jsonscan_only(const char *text, size_t length, const char *key, jsonscan_fn *see,
		   void *payload) MUST_USE;

/* Steps through the elements of an array that jsonscan_value() took: *@at begins at 0, @see
 * as above. False when there are no more. */
bool jsonscan_element(const struct jsonslice *array, size_t *at, struct jsonslice *element,
		      jsonscan_fn *see, void *payload);

/* A text without escapes, without its quotes; false for anything else. */
bool jsonslice_text(const struct jsonslice *value, struct jsonslice *text);
/* A number that was taken, as json_number_value() has it; false for anything else. */
bool jsonslice_number(const struct jsonslice *value, double *out);
bool jsonslice_is(const struct jsonslice *value, const char *json);

#endif
