/*
 * csv.c - RFC 4180 rows.
 */
#include "base/csv.h"

#include <stdlib.h>
#include <string.h>

void csv_init(struct csv *csv, FILE *file)
{
	*csv = (struct csv){ .file = file, .line = 1, .block = xmalloc(CSV_BLOCK) };
	str_init(&csv->text, CSV_ROW_CAP);
}

void csv_release(struct csv *csv)
{
	str_release(&csv->text);
	free(csv->block);
}

const char *csv_cell(const struct csv *csv, int index)
{
	return index < csv->count ? csv->text.text + csv->at[index] : "";
}

/* Reading goes through a block of our own: a call of stdio for each byte costs more than
 * all that is done with it. */
static bool refill(struct csv *csv)
{
	csv->block_at += (long)csv->filled;
	csv->next = 0;
	csv->filled = fread(csv->block, 1, CSV_BLOCK, csv->file);
	return csv->filled > 0;
}

static int peek(struct csv *csv)
{
	if (csv->next == csv->filled && !refill(csv))
		return EOF;
	return (unsigned char)csv->block[csv->next];
}

static int get(struct csv *csv)
{
	int c = peek(csv);

	if (c != EOF)
		csv->next++;
	if (c == '\n')
		csv->line++;
	return c;
}

/* Takes the next @length bytes, which are in the block. */
static void take(struct csv *csv, size_t length)
{
	str_add_bytes(&csv->text, csv->block + csv->next, length);
	csv->next += length;
}

static void skip_mark(struct csv *csv)
{
	static const char mark[] = "\xef\xbb\xbf";

	csv->started = true;
	if (peek(csv) != EOF && csv->filled >= 3 && memcmp(csv->block, mark, 3) == 0)
		csv->next = 3;
}

/* Goes back to where the row began. */
static bool go_back(struct csv *csv)
{
	if (csv->row_at >= csv->block_at) {
		csv->next = (size_t)(csv->row_at - csv->block_at);
		return true;
	}
	if (fseek(csv->file, csv->row_at, SEEK_SET) != 0)
		return false;
	csv->block_at = csv->row_at;
	csv->next = csv->filled = 0;
	return true;
}

static enum csv_result wrong(struct csv *csv, struct err *err, int line, int cell, const char *why)
{
	char pointer[32];

	csv->wrong_line = line;
	csv->wrong_cell = cell;
	snprintf(pointer, sizeof pointer, "%d:%d", line, cell);
	err_at(err, ERR_INVALID, pointer, "%s", why);
	return CSV_BROKEN;
}

static enum csv_result broken(struct csv *csv, struct err *err, int line, const char *why)
{
	wrong(csv, err, line, csv->count + 1, why);
	/* A quote that is never closed has swallowed other rows: go back and
	 * give up only the line on which the row began. */
	if (go_back(csv))
		csv->line = csv->row_line;
	for (int c = 0; c != '\n' && c != EOF;)
		c = get(csv);
	return CSV_BROKEN;
}

/* The text after an opening quote up to the closing one. */
static bool quoted_cell(struct csv *csv)
{
	while (peek(csv) != EOF) {
		const char *from = csv->block + csv->next, *quote;
		size_t length = csv->filled - csv->next;

		quote = memchr(from, '"', length);
		if (quote)
			length = (size_t)(quote - from);
		for (const char *at = from; (at = memchr(at, '\n', length - (size_t)(at - from)));
		     at++)
			csv->line++;
		take(csv, length);
		if (!quote)
			continue;
		csv->next++;
		if (peek(csv) != '"')
			return true;
		take(csv, 1);
	}
	return false;
}

/* What ends a cell without quotes, or may not stand in it. */
static const bool stops[256] = { [','] = true, ['\n'] = true, ['\r'] = true, ['"'] = true };

/* False at a quote. */
static bool plain_cell(struct csv *csv)
{
	while (peek(csv) != EOF) {
		const unsigned char *from = (const unsigned char *)csv->block + csv->next;
		size_t length = 0, most = csv->filled - csv->next;

		while (length < most && !stops[from[length]])
			length++;
		take(csv, length);
		if (length < most)
			return from[length] != '"';
	}
	return true;
}

static bool ends_cell(int c)
{
	return c == ',' || c == '\n' || c == '\r' || c == EOF;
}

static enum csv_result read_cell(struct csv *csv, struct err *err)
{
	int start = csv->line;

	if (csv->count == CSV_CELLS)
		return broken(csv, err, start, "more than 256 cells in one row");
	csv->at[csv->count] = csv->text.length;
	if (peek(csv) == '"') {
		get(csv);
		if (!quoted_cell(csv))
			return broken(csv, err, start,
				      "the quote that opens this cell is never "
				      "closed");
		if (!ends_cell(peek(csv)))
			return broken(csv, err, start, "text stands after the closing quote");
	} else if (!plain_cell(csv)) {
		return broken(csv, err, start, "a quote stands inside a cell that is not quoted");
	}
	str_add_char(&csv->text, '\0');
	if (csv->text.full)
		return broken(csv, err, start, "the row is longer than 8 MiB");
	if (strlen(csv->text.text + csv->at[csv->count]) + 1 !=
	    csv->text.length - csv->at[csv->count])
		return broken(csv, err, start, "the cell holds a NUL byte");
	csv->count++;
	return CSV_ROW;
}

enum csv_result csv_read(struct csv *csv, struct err *err)
{
	if (!csv->started)
		skip_mark(csv);
	while (peek(csv) == '\n' || peek(csv) == '\r')
		get(csv);
	if (peek(csv) == EOF)
		return CSV_END;

	csv->count = 0;
	csv->row_line = csv->line;
	csv->row_at = csv->block_at + (long)csv->next;
	str_clear(&csv->text);
	for (;;) {
		enum csv_result result = read_cell(csv, err);

		if (result != CSV_ROW)
			return result;

		int c = get(csv);

		if (c == ',')
			continue;
		if (c == '\r' && peek(csv) == '\n')
			get(csv);
		break;
	}
	/* all at once: the NUL between two cells is no part of a character */
	if (utf8_valid(csv->text.text, csv->text.length, NULL))
		return CSV_ROW;
	for (int i = 0; i < csv->count; i++)
		if (!utf8_valid(csv_cell(csv, i), strlen(csv_cell(csv, i)), NULL))
			return wrong(csv, err, csv->row_line, i + 1, "the cell is not valid UTF-8");
	return CSV_ROW;
}

void csv_write(struct csv_writer *writer, const char *cell)
{
	size_t plain = strcspn(cell, ",\"\r\n");

	if (writer->inside)
		putc_unlocked(',', writer->file);
	writer->inside = true;
	if (!cell[plain]) {
		fwrite_unlocked(cell, 1, plain, writer->file);
		return;
	}
	putc_unlocked('"', writer->file);
	for (; *cell; cell++) {
		if (*cell == '"')
			putc_unlocked('"', writer->file);
		putc_unlocked(*cell, writer->file);
	}
	putc_unlocked('"', writer->file);
}

void csv_write_end(struct csv_writer *writer)
{
	fwrite_unlocked("\r\n", 1, 2, writer->file);
	writer->inside = false;
}
