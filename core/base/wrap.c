/*
 * wrap.c - long sentences in narrow columns.
 */
#include "base/wrap.h"

#include <string.h>

#include "base/util.h"

static size_t columns_of(const char *word, size_t length)
{
	size_t columns = 0;

	for (size_t i = 0; i < length; i++)
		columns += ((unsigned char)word[i] & 0xc0) != 0x80; /* not inside a character */
	return columns;
}

static void new_line(FILE *out, int indent)
{
	fprintf(out, "\n%*s", indent + WRAP_LABEL, "");
}

void wrap_field(FILE *out, int indent, const char *label, const char *text)
{
	size_t column = 0;

	if (!text)
		return;
	fprintf(out, "%*s%-*s", indent, "", WRAP_LABEL, label);
	for (const char *word = text; *word;) {
		size_t length = strcspn(word, " \n"), columns = columns_of(word, length);

		if (column && column + columns > WRAP_COLUMNS) {
			new_line(out, indent);
			column = 0;
		}
		fprintf(out, "%s%.*s", column ? " " : "", (int)length, word);
		column += columns + 1;
		word += length;

		size_t gap = strspn(word, " \n");

		if (memchr(word, '\n', gap) && word[gap]) {
			new_line(out, indent);
			column = 0;
		}
		word += gap;
	}
	fputc('\n', out);
}
