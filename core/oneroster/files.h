/*
 * files.h - the files of a OneRoster CSV bundle, one row each (fact sheet 1.2,
 * section 11).
 */
#ifndef ONEROSTER_FILES_H
#define ONEROSTER_FILES_H

#include "oneroster/entity.h"

#define CSV_COMMON 3 /* sourcedId, status, dateLastModified: the first columns of every file */

struct csv_file {
	const char *name; /* without .csv; also in the manifest, file.NAME */
	const struct entity
		*entity;   /* whose objects the rows are; for links: whose `field` they fill */
	const char *field; /* links: the field that each row is a part of; NULL: no link */
	const char *owner; /* links: the column that names the object */
	unsigned in;       /* versions whose binding has it; 0: ours, in neither */
	/* After CSV_COMMON, blank-separated, in the order of the binding; '*': a value is
	 * required; '!': and without one the object is of no use; '?': in the text of 1.2,
	 * dropped in 1.2.1 (traps A19). columns_12 NULL: as in 1.1. */
	const char *columns_11, *columns_12;
};

/* In an order that satisfies references. */
#define CSV_FILES 23
extern const struct csv_file csv_files[CSV_FILES];

const struct csv_file *csv_file_find(const char *name);

/* A column of the binding. */
struct csv_column {
	char name[64];
	bool required, needed;
	bool dropped; /* in 1.2.1 */
};

#define CSV_COLUMNS 32

/* The columns of @file in a bundle of @version, CSV_COMMON in front; those of the other
 * version when only that one has the file. Returns how many. */
int csv_file_columns(const struct csv_file *file, unsigned version,
		     struct csv_column out[static CSV_COLUMNS]);

#endif
