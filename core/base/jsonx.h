/*
 * jsonx.h - JSON in, with limits and with errors that point at the culprit.
 */
#ifndef BASE_JSONX_H
#define BASE_JSONX_H

#include <jansson.h>
#include "base/err.h"
#include "base/str.h"

#define JSONX_DEPTH 32 /* deepest nesting that any OneRoster or Canvas object needs, with room */

/* Parses one object or array; duplicate keys, nesting beyond JSONX_DEPTH, bytes
 * that are not UTF-8 and U+0000 are refused. On failure err->text names line
 * and column; a typographic quote and a missing comma are called by their names.
 * Returns (json_decref). */
json_t *jsonx_load(const char *text, size_t length, struct err *err) MUST_USE;

/* The same for the value that begins at @text[*at], with anything behind it: *at moves
 * past it and the white space after it. Lines are counted from the beginning of @text. */
json_t *jsonx_load_next(const char *text, size_t length, size_t *at, struct err *err) MUST_USE;

/* The same from a file; err->text begins with the path. */
json_t *jsonx_load_file(const char *path, struct err *err) MUST_USE;

/* The typographic quote at @at: its name ("U+201C"), *@length in bytes and the plain quote
 * that it stands for. NULL when there is none. */
const char *jsonx_typographic(const char *at, size_t left, size_t *length, char *plain);

/* Members of an object by name: NULL, 0 or false when absent, null or of
 * another type. The text is borrowed. */
const char *jsonx_text(const json_t *object, const char *key);
int64_t jsonx_int(const json_t *object, const char *key);
bool jsonx_true(const json_t *object, const char *key);
/* True and *@out when the member is a number. */
bool jsonx_number(const json_t *object, const char *key, double *out);
/* An id that may be written as a number or as text; @out gets its decimal text. */
bool jsonx_id(const json_t *object, const char *key, char out[static 24]);

/* The value as compact JSON, or over several lines with one at the end, for a
 * person. Returns (free). */
char *jsonx_dump(const json_t *value) MUST_USE;
char *jsonx_pretty(const json_t *value) MUST_USE;

/* What a JSON value is called in a sentence: "a number", "null", ... */
const char *jsonx_kind(const json_t *value);

/* Appends one reference token to a JSON pointer, escaped (RFC 6901). */
void jsonx_pointer_add(struct str *pointer, const char *token);

#endif
