/*
 * wording.h - whether a text that somebody pasted is what a dictionary has.
 *
 * People paste out of web pages, mails, logs and JSON. So case, white space, line
 * breaks, kinds of quotes and of dashes and the escapes of JSON do not count, and
 * something may stand before and behind.
 */
#ifndef CONFORMANCE_WORDING_H
#define CONFORMANCE_WORDING_H

#include <jansson.h>
#include "base/util.h"

#define WORDING_MOST ((size_t)64 << 10) /* bytes of a text that are looked at */

/* A text without what does not count. */
struct wording;

/* Borrows @text, of which no more than WORDING_MOST bytes are read. */
struct wording *wording_new(const char *text) MUST_USE;
void wording_free(struct wording *wording); /* NULL is fine */

/* A text with {placeholders}, each of which stands for anything. */
struct pattern;

/* @whole: the text is so common that it must stand alone, as a sentence or a JSON string. */
struct pattern *pattern_new(const char *text, bool whole) MUST_USE;
void pattern_free(struct pattern *pattern); /* NULL is fine */

/* How many characters of it are literal; 0 fits nothing. */
size_t pattern_literal(const struct pattern *pattern);

/* Whether @pattern occurs in @wording. What its placeholders stand for is set in @fields
 * (may be NULL), as it was pasted. */
bool pattern_fits(const struct pattern *pattern, const struct wording *wording, json_t *fields);

/* The same without anything before or behind it. */
bool pattern_is(const struct pattern *pattern, const struct wording *wording);

#endif
