/*
 * import.h - OneRoster CSV bundles and sis-state.json into a database.
 *
 * What is sound is loaded, every flaw is reported with file, line, column and
 * rule, and nothing is lost silently. One transaction over all bundles: all or nothing.
 */
#ifndef BUNDLE_IMPORT_H
#define BUNDLE_IMPORT_H

#include <jansson.h>
#include "oneroster/files.h"
#include "server/bundle/bundle.h"
#include "server/store/store.h"

enum flaw_severity {
	FLAW_WARNING, /* loaded, but not as the binding has it */
	FLAW_ERROR,   /* a value, a row or a file was not loaded */
};

struct flaw {
	const char *file; /* with the bundle's path in front when there are several */
	int line, column; /* from 1; 0: the file as a whole, the row as a whole */
	const char *rule; /* CSV-..., SIS-STATE-...: stable */
	enum flaw_severity severity;
	const char *text;
};

/* All rules with a sentence each, in a fixed order; NULL beyond the last. */
const char *flaw_rule(size_t i, const char **sentence);

struct import {
	/* set by the caller */
	int64_t now;   /* dateLastModified of rows that have none */
	int64_t shift; /* added to dates and dateTimes, milliseconds; whole weeks */
	bool strict;   /* any flaw: nothing is stored */
	bool dry_run;  /* nothing is stored */
	void (*flaw)(const struct flaw *flaw, void *payload);
	void *payload;

	/* filled; by place in csv_files */
	size_t loaded[CSV_FILES], refused[CSV_FILES];
	size_t deleted[CSV_FILES]; /* marked as deleted, since a bulk file had them no more */
	size_t warnings, errors;
	bool stored;
};

/* Loads bundles as one. False only when nothing could be loaded at all: a zip that is
 * refused, or the database failed; flaws are not a failure. */
bool import_bundles(struct import *import, struct store *store, struct bundle *const *bundles,
		    size_t count, struct err *err) MUST_USE;

/* The shift, in whole weeks, that puts @now into a grading period that is open
 * in the bundle; 0 when it lies in one already (contract, section 2). */
bool import_shift(struct bundle *bundle, int64_t now, int64_t *shift, struct err *err) MUST_USE;

/* Kinds of objects of which the SIS knows more than OneRoster says. */
#define STATE_KINDS "categories classes lineItems results academicSessions users"

/* Whether sis-state.json may say KEY: VALUE of an object of @kind. False with a pointer. */
bool state_check(const char *kind, const char *key, const json_t *value, struct err *err) MUST_USE;
/* Whether the SIS may say that of an object which is not there: the link to a lineItem that
 * was deleted. */
bool state_outlives(const char *kind, const char *key);

#endif
