/*
 * file.h - whole files, folders, and where the fixtures are.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdio.h>
#include "base/err.h"

/* The whole file, NUL-terminated; beyond @cap bytes is an error. Returns (free). */
char *file_read(const char *path, size_t cap, size_t *length, struct err *err) MUST_USE;

/* Writes or replaces a file at once: a reader sees the old or the new content. */
bool file_write(const char *path, const char *text, size_t length, struct err *err) MUST_USE;

/* A file without a name, for reading and writing, in TMPDIR or where else one can be
 * made. Returns (fclose). */
FILE *file_temporary(struct err *err) MUST_USE;

bool file_exists(const char *path);
bool file_is_folder(const char *path);
char *path_join(const char *folder, const char *name) MUST_USE; /* returns (free) */

/* The file that @name means: a path when it holds a '/' or ends in @suffix and
 * exists, else FIXTURES/@folder/@name@suffix. ERR_INVALID that lists what there
 * is when nothing fits. Returns (free). */
char *fixture_path(const char *folder, const char *name, const char *suffix,
		   struct err *err) MUST_USE;

/* As folder_names(), of FIXTURES/@folder. NULL with @err when there are no fixtures.
 * Returns (names_free). */
char **fixture_names(const char *folder, const char *suffix, struct err *err) MUST_USE;
void names_free(char **names); /* NULL is fine */

/* The fixtures folder: MOCKSIS_FIXTURES, else beside the source tree of an
 * uninstalled program, else the install prefix. NULL with @err when none is
 * there. Returns (free). */
char *fixture_root(struct err *err) MUST_USE;

/* What was made, renamed or removed in a folder stays so after a power cut. */
bool folder_sync(const char *path, struct err *err) MUST_USE;
/* Makes a folder unless it is there. */
bool folder_create(const char *path, struct err *err) MUST_USE;
/* Removes a folder with all that is in it; one that is not there is fine. */
void folder_delete(const char *path);
/* The names in a folder that end in @suffix, sorted, without it; NULL stands behind the
 * last. A folder that is not there has none. Returns (names_free). */
char **folder_names(const char *path, const char *suffix) MUST_USE;

#endif
