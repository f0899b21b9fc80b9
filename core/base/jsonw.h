/*
 * jsonw.h - a streaming JSON writer over a str.
 *
 * Numbers are printed so that they read back the same and look as they were
 * written (91.1, not 91.099999999999994). Text must be valid UTF-8.
 */
#ifndef BASE_JSONW_H
#define BASE_JSONW_H

#include <jansson.h>
#include "base/str.h"

#define JSONW_DEPTH 64

struct jsonw {
	struct str *out; /* borrowed */
	int depth, indent;
	bool filled[JSONW_DEPTH]; /* something was written at this depth */
	bool after_key;
};

/* @indent: blanks per level, 0 for one line. */
void jsonw_init(struct jsonw *w, struct str *out, int indent);

void jsonw_object(struct jsonw *w);
void jsonw_object_end(struct jsonw *w);
void jsonw_array(struct jsonw *w);
void jsonw_array_end(struct jsonw *w);
void jsonw_key(struct jsonw *w, const char *key);

void jsonw_text(struct jsonw *w, const char *text); /* NULL writes null */
void jsonw_text_n(struct jsonw *w, const char *text, size_t length);
/* One text of several parts. */
void jsonw_texts(struct jsonw *w, const char *const *parts, size_t count);
void jsonw_int(struct jsonw *w, int64_t value);
void jsonw_number(struct jsonw *w, double value); /* finite */
void jsonw_bool(struct jsonw *w, bool value);
void jsonw_null(struct jsonw *w);
void jsonw_raw(struct jsonw *w, const char *json, size_t length); /* one valid JSON value */
void jsonw_value(struct jsonw *w, const json_t *value); /* a jansson tree; NULL writes null */

/* Shorthands for a key and its value. */
void jsonw_key_text(struct jsonw *w, const char *key, const char *text);
void jsonw_key_int(struct jsonw *w, const char *key, int64_t value);

/* The shortest decimal that reads back as @value. */
#define NUMBER_TEXT 32
void number_format(double value, char out[static NUMBER_TEXT]);

#endif
