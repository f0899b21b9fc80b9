/*
 * bundles.h - databases with awkward values, and what they hold.
 */
#ifndef UNIT_BUNDLES_H
#define UNIT_BUNDLES_H

#include "server/bundle/export.h"
#include "server/bundle/import.h"
#include "tests/unit/helpers.h"

/* A store with every kind of object and values that no CSV cell can say. Returns
 * (store_close). */
struct store *awkward_store(void) MUST_USE;
struct store *empty_store(void) MUST_USE;

/* All rows of all tables but settings and credentials, as text. Returns (free). */
char *store_dump(struct store *store) MUST_USE;

/* Fails the test with the first line that differs. */
void expect_same(const char *found, const char *expected, const char *what);

/* One integer that a statement of ours asks for. */
int64_t store_integer(struct store *store, const char *sql);

/* Imports and exports that must work; flaws are appended to @flaws (may be NULL) as
 * "file:line:column rule\n". */
void take_in(struct store *store, const char *path, struct import *import, struct str *flaws);
void bring_out(struct store *store, const char *path, struct export *export);

/* Removes a folder of files, or a file. */
void remove_path(const char *path);

/* Copies tests/bundles/v1p2 into a new folder. Returns (scratch_free). */
char *copy_v1p2(void) MUST_USE;

#endif
