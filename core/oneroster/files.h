/*
 * files.h - the files of a OneRoster CSV bundle, one row each (fact sheet 1.2,
 * section 11).
 */
#ifndef ONEROSTER_FILES_H
#define ONEROSTER_FILES_H

#include "oneroster/entity.h"

#define CSV_COMMON "sourcedId status dateLastModified" /* the first columns of every file */

struct csv_file {
	const char *name; /* without .csv; also in the manifest, file.NAME */
	const struct entity
		*entity;   /* whose objects the rows are; for links: whose `field` they fill */
	const char *field; /* links: the field that each row is a part of; NULL: no link */
	const char *owner; /* links: the column that names the object */
	unsigned in;       /* versions whose binding has it; 0: ours, in neither */
	/* After CSV_COMMON, blank-separated, in the order of the binding; '*': a value is
	 * required. columns_12 NULL: as in 1.1. */
	const char *columns_11, *columns_12;
};

/* In an order that satisfies references. */
extern const struct csv_file csv_files[];
extern const size_t csv_file_count;

const struct csv_file *csv_file_find(const char *name);

/* The columns of @file in a bundle of @version, CSV_COMMON left out; NULL when that
 * version has no such file. */
const char *csv_file_columns(const struct csv_file *file, unsigned version);

/* Takes the next word of a list of columns: its name to @out, *@required by its '*'.
 * Returns what follows, NULL when nothing was left. */
const char *csv_column_next(const char *columns, char out[static 64], bool *required);

#endif
