/*
 * output.h - where the files of a new bundle go: a folder, or a zip.
 */
#ifndef BUNDLE_OUTPUT_H
#define BUNDLE_OUTPUT_H

#include <stdio.h>
#include "base/err.h"

struct output;

/* ERR_INVALID when @path cannot be something new. Returns (output_end, output_abort). */
struct output *output_new(const char *path, struct err *err) MUST_USE;

/* One file at a time: opened, written, and added, which closes it. */
FILE *output_open(struct output *output, const char *name, struct err *err) MUST_USE;
bool output_rewind(struct output *output, struct err *err) MUST_USE; /* empties the open one */
bool output_add(struct output *output, struct err *err) MUST_USE;

/* Makes it appear under its name. Frees @output. */
bool output_end(struct output *output, struct err *err) MUST_USE;
/* Removes what was written. Frees @output; NULL is fine. */
void output_abort(struct output *output);

#endif
