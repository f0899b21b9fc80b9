/*
 * template.h - field templates in the names of the founding documents.
 *
 * "{assignment.name}", "{assignment.unlock_at|assignment.due_at}": the first that
 * is not null. A lone placeholder keeps its JSON type; amid other text it becomes
 * text, and null becomes nothing.
 */
#ifndef CANVAS_TEMPLATE_H
#define CANVAS_TEMPLATE_H

#include <jansson.h>
#include "base/err.h"
#include "base/jsonw.h"

/* The values: an object of objects ("assignment" -> {"name": ...}) and of plain
 * members ("class_id"). An absent member is null. */
bool template_check(const char *text, struct err *err) MUST_USE;

/* Returns (json_decref). @text was checked. */
json_t *template_fill(const char *text, const json_t *values) MUST_USE;
/* The same, written as a value. */
void template_write(struct jsonw *w, const char *text, const json_t *values);

/* Whether a member of @object ("submission") other than the blank-separated @known may be
 * asked for by @text. */
bool template_asks(const char *text, const char *object, const char *known);

#endif
