/*
 * import.h - OneRoster CSV bundles and sis-state.json into a database.
 *
 * What is sound is loaded, every flaw is reported with file, line, column and
 * rule, and nothing is lost silently. One transaction: all or nothing.
 */
#ifndef BUNDLE_IMPORT_H
#define BUNDLE_IMPORT_H

#include "server/store/store.h"

enum flaw_severity {
	FLAW_WARNING, /* loaded, but not as the binding has it */
	FLAW_ERROR,   /* a value, a row or a file was not loaded */
};

struct flaw {
	const char *file;
	int line, column; /* from 1; 0: the file as a whole, the row as a whole */
	const char *rule; /* CSV-..., stable */
	enum flaw_severity severity;
	const char *text;
};

struct import {
	/* set by the caller */
	int64_t now;   /* dateLastModified of rows that have none */
	int64_t shift; /* added to dates and dateTimes, milliseconds; whole weeks */
	void (*flaw)(const struct flaw *flaw, void *payload);
	void *payload;

	/* filled */
	size_t loaded[ENTITY_COUNT], refused[ENTITY_COUNT];
	size_t warnings, errors;
};

/* Loads the folder @path. False only when nothing could be loaded at all: no
 * folder, or the database failed; flaws are not a failure. */
bool import_folder(struct import *import, struct store *store, const char *path,
		   struct err *err) MUST_USE;

/* The shift, in whole weeks, that puts @now into a grading period that is open
 * in the bundle at @path; 0 when it lies in one already (contract, section 2). */
bool import_shift(const char *path, int64_t now, int64_t *shift, struct err *err) MUST_USE;

#endif
