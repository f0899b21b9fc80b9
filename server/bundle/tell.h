/*
 * tell.h - what the row of an object says of it, and what it does not.
 *
 * A value is told when the reader makes the same of what was written; so every cell is
 * read again. The rest is counted, and kept in columns of our own where that is wanted.
 */
#ifndef BUNDLE_TELL_H
#define BUNDLE_TELL_H

#include "server/bundle/export.h"
#include "server/bundle/link.h"

#define TELL_KEYS 100 /* metadata.KEY columns of a file */
#define TELL_EXTRAS 8 /* values beside the fields */
#define TELL_NOTES 128

struct tell {
	const struct export *export;
	const struct csv_file *file;
	int count;
	struct csv_column columns[CSV_COLUMNS];
	int field[CSV_COLUMNS];         /* that a column holds; -1: none */
	int fallback[CSV_COLUMNS];      /* the extra that a column holds when its field does not */
	int column[ENTITY_FIELDS_MAX];  /* that holds a field; -1: none */
	int derived[ENTITY_FIELDS_MAX]; /* the extra that the reader makes of nothing */
	struct link *link[ENTITY_FIELDS_MAX]; /* NULL: no link file holds the field */
	const char *extras[TELL_EXTRAS];      /* SQL */
	int extra_count;

	/* found in the first pass */
	size_t rows;
	bool kept[ENTITY_FIELDS_MAX]; /* needs a column metadata.mocksis.FIELD */
	char *keys[TELL_KEYS];
	int key_count;
	struct {
		int field;
		const char *why;
		size_t count;
	} notes[TELL_NOTES];
	int note_count;
};

void tell_init(struct tell *tell, const struct export *export, const struct csv_file *file);
void tell_release(struct tell *tell);

/* Appends "SELECT ... FROM ...": the fields, then the extras. */
void tell_select(const struct tell *tell, struct sql *sql);

/* First pass: notes what is needed for this row. @values are the columns of the SELECT. */
void tell_look(struct tell *tell, const struct value *values);

/* Second pass. */
void tell_header(const struct tell *tell, FILE *file);
void tell_row(const struct tell *tell, const struct value *values, FILE *file);

#endif
