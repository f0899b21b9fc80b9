/*
 * csv.c - RFC 4180 rows.
 */
#include "base/csv.h"

#include <string.h>

void csv_init(struct csv *csv, FILE *file)
{
	memset(csv, 0, sizeof *csv);
	csv->file = file;
	csv->line = 1;
	str_init(&csv->text, CSV_ROW_CAP);
}

void csv_release(struct csv *csv)
{
	str_release(&csv->text);
}

const char *csv_cell(const struct csv *csv, int index)
{
	return index < csv->count ? csv->text.text + csv->at[index] : "";
}

static int peek(struct csv *csv)
{
	int c = getc(csv->file);

	if (c != EOF)
		ungetc(c, csv->file);
	return c;
}

static int get(struct csv *csv)
{
	int c = getc(csv->file);

	if (c == '\n')
		csv->line++;
	return c;
}

static void skip_mark(struct csv *csv)
{
	static const unsigned char mark[] = { 0xef, 0xbb, 0xbf };
	unsigned char head[3];
	size_t got = 0;

	csv->started = true;
	while (got < 3) {
		int c = getc(csv->file);

		if (c == EOF)
			break;
		head[got++] = (unsigned char)c;
		if (head[got - 1] != mark[got - 1])
			break;
	}
	if (got == 3 && memcmp(head, mark, 3) == 0)
		return;
	while (got)
		ungetc(head[--got], csv->file);
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
	if (fseek(csv->file, csv->row_at, SEEK_SET) == 0)
		csv->line = csv->row_line;
	for (int c = 0; c != '\n' && c != EOF;)
		c = get(csv);
	return CSV_BROKEN;
}

/* The text after an opening quote up to the closing one. */
static bool quoted_cell(struct csv *csv)
{
	for (int c; (c = get(csv)) != EOF;) {
		if (c == '"') {
			if (peek(csv) != '"')
				return true;
			get(csv);
		}
		str_add_char(&csv->text, (char)c);
	}
	return false;
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
	} else {
		for (int c = peek(csv); !ends_cell(c); c = peek(csv)) {
			if (c == '"')
				return broken(csv, err, start,
					      "a quote stands inside a cell that "
					      "is not quoted");
			str_add_char(&csv->text, (char)get(csv));
		}
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
	csv->row_at = ftell(csv->file);
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
	for (int i = 0; i < csv->count; i++)
		if (!utf8_valid(csv_cell(csv, i), strlen(csv_cell(csv, i)), NULL))
			return wrong(csv, err, csv->row_line, i + 1, "the cell is not valid UTF-8");
	return CSV_ROW;
}

void csv_write(struct csv_writer *writer, const char *cell)
{
	if (writer->inside)
		putc(',', writer->file);
	writer->inside = true;
	if (!cell[strcspn(cell, ",\"\r\n")]) {
		fputs(cell, writer->file);
		return;
	}
	putc('"', writer->file);
	for (; *cell; cell++) {
		if (*cell == '"')
			putc('"', writer->file);
		putc(*cell, writer->file);
	}
	putc('"', writer->file);
}

void csv_write_end(struct csv_writer *writer)
{
	fputs("\r\n", writer->file);
	writer->inside = false;
}
