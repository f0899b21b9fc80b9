/*
 * internal.h - what the files of bundle/ share.
 */
#ifndef BUNDLE_INTERNAL_H
#define BUNDLE_INTERNAL_H

#include "base/csv.h"
#include "server/bundle/import.h"

/* What a column of a CSV file holds. */
struct column {
	const struct field *field; /* NULL: not of the binding */
	int index;                 /* of the field in its entity */
	const char *metadata; /* the key below metadata, NULL for other columns; owned by name */
	char *name;           /* the header as it stands; owned */
	size_t lost;          /* values in a column that is not loaded */
};

struct table {
	const struct entity *entity;
	char file[64];
	struct column columns[CSV_CELLS];
	int count;
	int place[ENTITY_FIELDS_MAX]; /* column of a field, from 1; 0: none */
	bool delta;                   /* the manifest says so: status and date must be there */
};

void flaw_report(struct import *import, const char *file, int line, int column, const char *rule,
		 enum flaw_severity severity, const char *format, ...) PRINTF(7, 8);

/* Reads the header row; false when the file cannot be used at all. */
bool header_read(struct import *import, struct table *table, const struct csv *csv);

/* sis-state.json beside the CSV; absent is fine. */
bool state_load(struct import *import, struct conn *conn, const char *folder, struct err *err);

#endif
