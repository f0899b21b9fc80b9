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
	char *extras[TELL_EXTRAS];            /* SQL; owned */
	int extra_count;
	bool completes;                 /* some field has no place, and may follow from others */
	const char *texts[CSV_COLUMNS]; /* of the row that is told: in the value, or in cells */
	struct str cells[CSV_COLUMNS];
	struct err ignored; /* what a cell cannot say; not made anew for each */

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

/* Writes a row of which every value is told by the columns of the binding; false for another
 * one, of which nothing is written. Before anything was noted by tell_look(). */
bool tell_plain(struct tell *tell, const struct value *values, FILE *file) MUST_USE;

/* First pass: notes what is needed for this row. @values are the columns of the SELECT. */
void tell_look(struct tell *tell, const struct value *values);

/* Second pass. */
void tell_header(const struct tell *tell, FILE *file);
void tell_row(struct tell *tell, const struct value *values, FILE *file);

#endif
