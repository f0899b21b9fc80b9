/*
 * test_reference.c - docs/switches.md is what the tables say.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "server/quirk/reference.h"
#include "tests/unit/helpers.h"

START_TEST(the_page_is_current)
{
	struct err err = ERR_INIT;
	struct profile *standard = profile_load("standard", &err);
	char *path = source_path("docs/switches.md"), *page = file_read(path, 1 << 20, NULL, &err);
	struct str expected = STR_INIT;

	ck_assert_msg(standard && page, "%s", err.text);
	reference_markdown(&expected, standard);
	ck_assert_msg(strcmp(page, str_text(&expected)) == 0,
		      "docs/switches.md is old: mocksis profiles --switches --markdown > "
		      "docs/switches.md");
	str_release(&expected);
	profile_put(standard);
	free(page);
	free(path);
}
END_TEST

/* A cell must not end early. */
START_TEST(no_cell_is_cut)
{
	const struct quirk_switch *row;

	for (size_t i = 0; (row = switch_at(i)); i++)
		ck_assert_msg(!strchr(row->meaning, '|') && !strchr(row->meaning, '\n'), "%s",
			      row->name);
}
END_TEST

Suite *reference_suite(void);
Suite *reference_suite(void)
{
	Suite *suite = suite_create("quirk/reference");
	TCase *tc = tcase_create("reference");

	tcase_add_test(tc, the_page_is_current);
	tcase_add_test(tc, no_cell_is_cut);
	suite_add_tcase(suite, tc);
	return suite;
}
