/*
 * csv.h - RFC 4180 rows, read with positions, and written.
 *
 * Reading takes a byte-order mark, LF and CRLF, and quoted line breaks. Every
 * size has a limit: a cell, the cells of a row.
 */
#ifndef BASE_CSV_H
#define BASE_CSV_H

#include <stdio.h>
#include "base/err.h"
#include "base/str.h"

#define CSV_CELLS 256
#define CSV_ROW_CAP (8u << 20) /* bytes of all cells of a row */
#define CSV_BLOCK (64u << 10)  /* read at once */

struct csv {
	FILE *file;                 /* borrowed; can seek, stands at its beginning */
	int line;                   /* of the next unread character, from 1 */
	int row_line;               /* where the last row began */
	long row_at;                /* the same as an offset */
	int count;                  /* cells of the last row */
	int wrong_line, wrong_cell; /* after CSV_BROKEN: where */
	bool started;
	struct str text; /* the cells of the last row, each NUL-terminated */
	size_t at[CSV_CELLS];
	char *block; /* the part of the file that is read; owned */
	size_t next, filled;
	long block_at; /* where it begins in the file */
};

void csv_init(struct csv *csv, FILE *file);
void csv_release(struct csv *csv);

enum csv_result { CSV_ROW, CSV_END, CSV_BROKEN };

/* Reads the next row; blank lines are passed over. CSV_BROKEN sets @err, whose
 * pointer is "LINE:COLUMN" (column = cell, from 1); reading goes on with the line
 * after the one on which the broken row began, so that no other row is lost. */
enum csv_result csv_read(struct csv *csv, struct err *err) MUST_USE;
const char *csv_cell(const struct csv *csv, int index); /* "" beyond the row's end */

/* Rows out: cells are quoted where they must be, lines end in CRLF. Whether all was
 * written, the stream's own error flag tells. */
struct csv_writer {
	FILE *file;  /* borrowed */
	bool inside; /* a row has begun */
};

void csv_write(struct csv_writer *writer, const char *cell);
void csv_write_end(struct csv_writer *writer);

#endif
