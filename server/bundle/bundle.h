/*
 * bundle.h - where the files of a bundle come from: a folder, or a zip.
 *
 * Nothing of a zip is trusted: its names, its sizes and its number of entries are
 * checked before any of it is read, and while it is.
 */
#ifndef BUNDLE_BUNDLE_H
#define BUNDLE_BUNDLE_H

#include <stdio.h>
#include "base/err.h"

struct bundle;

/* Opens a folder or a zip. ERR_INVALID when @path is neither, or when the zip holds what
 * no bundle does: folders, links, names twice, encrypted entries, bombs.
 * Returns (bundle_close). */
struct bundle *bundle_open(const char *path, struct err *err) MUST_USE;
void bundle_close(struct bundle *bundle); /* NULL is fine */

const char *bundle_path(const struct bundle *bundle);
bool bundle_is_folder(const struct bundle *bundle);

/* The files that it holds, by name, sorted. */
size_t bundle_count(const struct bundle *bundle);
const char *bundle_name(const struct bundle *bundle, size_t i);
bool bundle_has(const struct bundle *bundle, const char *name);

/* Opens one for reading; it can seek. NULL without an error when there is none of that
 * name. Returns (fclose). */
FILE *bundle_file(const struct bundle *bundle, const char *name, struct err *err) MUST_USE;

#endif
