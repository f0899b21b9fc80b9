/*
 * test_csv.c - rows, and what is lost when one is broken.
 */
#include <check.h>

#include "base/csv.h"

#define BYTES(text) text, sizeof text - 1

/* clang-format off */
static const struct {
	const char *name, *bytes;
	size_t length;
	const char *rows; /* LINE:cell|cell/ for a row, !LINE:CELL/ for a broken one */
} cases[] = {
	{ "nothing",              BYTES(""),                              "" },
	{ "only a mark",          BYTES("\xef\xbb\xbf"),                  "" },
	{ "only line breaks",     BYTES("\r\n\n\r\n"),                    "" },
	{ "rows",                 BYTES("a,b\n1,2\n"),                    "1:a|b/2:1|2/" },
	{ "no break at the end",  BYTES("a,b\n1,2"),                      "1:a|b/2:1|2/" },
	{ "a byte-order mark",    BYTES("\xef\xbb\xbf" "a,b\n1,2\n"),     "1:a|b/2:1|2/" },
	{ "a mark before quotes", BYTES("\xef\xbb\xbf\"a\",b\n"),         "1:a|b/" },
	{ "CRLF",                 BYTES("a,b\r\n1,2\r\n"),                "1:a|b/2:1|2/" },
	{ "blank lines",          BYTES("a\n\n\r\nb\n"),                  "1:a/4:b/" },
	{ "empty cells",          BYTES(",,\nx,,\n"),                     "1:||/2:x||/" },
	{ "an empty quoted cell", BYTES("\"\"\n\"\",\"\"\n"),             "1:/2:|/" },
	{ "blanks stay",          BYTES(" a , b \n"),                     "1: a | b /" },
	{ "a quoted comma",       BYTES("\"a,b\",c\n"),                   "1:a,b|c/" },
	{ "a doubled quote",      BYTES("\"say \"\"hi\"\"\",2\n"),        "1:say \"hi\"|2/" },
	{ "a quoted line break",  BYTES("a,\"x\ny\"\nb,c\n"),             "1:a|x\ny/3:b|c/" },
	{ "a quoted CRLF",        BYTES("\"x\r\ny\"\r\nb\r\n"),           "1:x\r\ny/3:b/" },
	{ "not ASCII",            BYTES("\xc5\xbb\xc3\xb3,x\n"),          "1:\xc5\xbb\xc3\xb3|x/" },
	{ "a quote never closed", BYTES("a,b\n1,\"x\n2,y\n3,z\n"),        "1:a|b/!2:2/3:2|y/4:3|z/" },
	{ "the last one, too",    BYTES("a,b\n1,\"x"),                    "1:a|b/!2:2/" },
	{ "one closed too late",     BYTES("\"a\nb\n\"c\nd\n"),             "!1:1/2:b/!3:1/4:d/" },
	{ "a stray quote",        BYTES("a,b\n1,x\"y\n2,z\n"),            "1:a|b/!2:2/3:2|z/" },
	{ "text after the quote", BYTES("a\n\"x\"y\nb\n"),                "1:a/!2:1/3:b/" },
	{ "a blank after it",     BYTES("\"x\" ,y\nb\n"),                 "!1:1/2:b/" },
	{ "a NUL",                BYTES("a,b\n1,2\0003\n4,5\n"),          "1:a|b/!2:2/3:4|5/" },
	{ "not UTF-8",            BYTES("a,b\n1,\xff\n2,z\n"),            "1:a|b/!2:2/3:2|z/" },
	{ "Latin-1",              BYTES("a\nJos\xe9\nb\n"),               "1:a/!2:1/3:b/" },
	{ "a mark cut short",     BYTES("\xef\xbb" "a\nb\n"),             "!1:1/2:b/" },
	/* the broken row began on line 1; line 2 is read anew, and is broken itself */
	{ "broken on a later line", BYTES("a,\"x\ny\",z\"q\nb,c\n"),      "!2:3/!2:1/3:b|c/" },
};
/* clang-format on */

static void read_all(const char *bytes, size_t length, struct str *out)
{
	FILE *file = length ? fmemopen((void *)(uintptr_t)bytes, length, "rb") : tmpfile();
	struct csv csv;

	ck_assert_ptr_nonnull(file);
	csv_init(&csv, file);
	for (;;) {
		struct err err = ERR_INIT;
		enum csv_result result = csv_read(&csv, &err);

		if (result == CSV_END)
			break;
		if (result == CSV_BROKEN) {
			ck_assert_int_eq(err.code, ERR_INVALID);
			str_format(out, "!%s/", err.pointer);
			continue;
		}
		str_format(out, "%d:", csv.row_line);
		for (int i = 0; i < csv.count; i++)
			str_format(out, "%s%s", i ? "|" : "", csv_cell(&csv, i));
		str_add_char(out, '/');
		ck_assert_str_eq(csv_cell(&csv, csv.count), "");
	}
	csv_release(&csv);
	fclose(file);
}

START_TEST(reads_rows)
{
	struct str rows = STR_INIT;

	read_all(cases[_i].bytes, cases[_i].length, &rows);
	ck_assert_msg(strcmp(str_text(&rows), cases[_i].rows) == 0, "%s: got %s", cases[_i].name,
		      str_text(&rows));
	str_release(&rows);
}
END_TEST

START_TEST(a_row_has_at_most_256_cells)
{
	struct str text = STR_INIT, rows = STR_INIT;

	for (int i = 0; i < CSV_CELLS; i++)
		str_add(&text, i ? ",x" : "x");
	str_add_char(&text, '\n');
	for (int i = 0; i < CSV_CELLS + 1; i++)
		str_add(&text, i ? ",y" : "y");
	str_add(&text, "\nz\n");
	read_all(text.text, text.length, &rows);
	ck_assert_msg(starts_with(str_text(&rows), "1:x|x"), "%.40s", str_text(&rows));
	ck_assert_msg(ends_with(str_text(&rows), "|x/!2:257/3:z/"), "%s",
		      str_text(&rows) + rows.length - 20);
	str_release(&text);
	str_release(&rows);
}
END_TEST

START_TEST(a_row_has_at_most_8_mebibytes)
{
	struct str text = STR_INIT, rows = STR_INIT;
	static char big[CSV_ROW_CAP];

	memset(big, 'x', sizeof big);
	str_add(&text, "a\n");
	str_add_bytes(&text, big, sizeof big);
	str_add(&text, "\nb\n");
	read_all(text.text, text.length, &rows);
	ck_assert_str_eq(str_text(&rows), "1:a/!2:1/3:b/");
	str_release(&text);
	str_release(&rows);
}
END_TEST

START_TEST(says_what_is_wrong)
{
	static const char text[] = "a\n\"b\n";
	FILE *file = fmemopen((void *)(uintptr_t)text, strlen(text), "rb");
	struct err err = ERR_INIT;
	struct csv csv;

	csv_init(&csv, file);
	ck_assert_int_eq(csv_read(&csv, &err), CSV_ROW);
	ck_assert_int_eq(csv_read(&csv, &err), CSV_BROKEN);
	ck_assert_msg(strstr(err.text, "never closed") != NULL, "%s", err.text);
	csv_release(&csv);
	fclose(file);
}
END_TEST

static const struct {
	const char *cells[4], *line;
} written[] = {
	{ { "a", "b", NULL }, "a,b\r\n" },
	{ { "", "", NULL }, ",\r\n" },
	{ { "a,b", "say \"no\"", " x ", NULL }, "\"a,b\",\"say \"\"no\"\"\", x \r\n" },
	{ { "two\nlines", "\r", NULL }, "\"two\nlines\",\"\r\"\r\n" },
	{ { "Zo\xc3\xa9", "{a:b},{c:d}", NULL }, "Zo\xc3\xa9,\"{a:b},{c:d}\"\r\n" },
};

/* What is written is quoted where it must be, and reads back as it was. */
START_TEST(writes_rows)
{
	char *text = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&text, &size);
	struct csv_writer writer = { file, false };
	struct err err = ERR_INIT;
	struct csv csv;

	for (int i = 0; written[_i].cells[i]; i++)
		csv_write(&writer, written[_i].cells[i]);
	csv_write_end(&writer);
	fclose(file);
	ck_assert_str_eq(text, written[_i].line);
	file = fmemopen(text, size, "rb");
	csv_init(&csv, file);
	ck_assert_int_eq(csv_read(&csv, &err), CSV_ROW);
	for (int i = 0; written[_i].cells[i]; i++)
		ck_assert_str_eq(csv_cell(&csv, i), written[_i].cells[i]);
	csv_release(&csv);
	fclose(file);
	free(text);
}
END_TEST

Suite *csv_suite(void);
Suite *csv_suite(void)
{
	Suite *suite = suite_create("base/csv");
	TCase *tc = tcase_create("csv");

	tcase_add_loop_test(tc, writes_rows, 0, ARRAY_SIZE(written));
	tcase_add_loop_test(tc, reads_rows, 0, ARRAY_SIZE(cases));
	tcase_add_test(tc, a_row_has_at_most_256_cells);
	tcase_add_test(tc, a_row_has_at_most_8_mebibytes);
	tcase_add_test(tc, says_what_is_wrong);
	suite_add_tcase(suite, tc);
	return suite;
}
