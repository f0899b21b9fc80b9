/*
 * test_dictionary.c - which entry explains a text.
 */
#include <check.h>

#include "base/file.h"
#include "base/jsonx.h"
#include "conformance/dictionary.h"
#include "tests/unit/helpers.h"

/* clang-format off */
static const struct {
	const char *text, *sis, *code; /* code: NULL, none fits */
} cases[] = {
	{ "Gradebook number does not match.",                              NULL, "AER-02" },
	{ "Aeries: Gradebook number does not match. (gradebook 7)",        NULL, "AER-02" },
	{ "GRADEBOOK NUMBER DOES NOT MATCH.",                              NULL, "AER-02" },
	{ "  Gradebook\n number\tdoes   not match.\r\n",                   NULL, "AER-02" },
	{ "Gradebook number does match.",                                  NULL, NULL },
	{ "Student [Ana Ruiz] does not belong to gradebook [Bio 1].",      NULL, "AER-06" },
	{ "Student [] does not belong to gradebook [].",                   NULL, "AER-06" },
	{ "Grading category [Labs] not found in OneRoster for [Bio - P1]. Please ensure that your assignment categories match between OneRoster and Canvas. Available grading categories are: [A, B]",
	                                                                   NULL, "AER-01" },
	{ "Multiple matches found for \"[Quiz 1]\" due on [2026-11-16] in OneRoster.", NULL, "AER-05" },
	{ "given GradebookColumnType does not have a default GradeScale",  "Aspen", "ASP-02" },
	{ "400: given GradebookColumnType does not have a default GradeScale", NULL, "ASP-02" },
	{ "ValidationException: comment has more than 100 characters",     "Aspen", "ASP-04" },
	{ "Name is too long, must be under 31 characters",                 NULL, "CV-05" },
	{ "cannot be blank when Post to Sis is checked",                   NULL, "CV-01" },
	{ "cannot be blank for any assignees when Post to Sis is checked", NULL, "CV-02" },
	{ "Assignment dates error: 2026-11-01 \xe2\x80\x93 2026-11-16",    "Infinite Campus", "IC-02" },
	{ "Assignment dates error: 2026-11-01 - 2026-11-16",               NULL, NULL },
	{ "something nobody has ever seen",                                NULL, NULL },
	{ "",                                                              NULL, NULL },
	{ "   ",                                                           "Aspen", NULL },
};

/* Made for the purpose: the same words of two systems, and a longer entry. */
static const char own[] =
	"{\"entries\": ["
	"{\"code\": \"A\", \"sis\": \"One\", \"text\": \"Internal error\"},"
	"{\"code\": \"B\", \"sis\": \"Two\", \"text\": \"Internal error\"},"
	"{\"code\": \"C\", \"sis\": \"Three\", \"text\": \"Internal error in {place} of {thing}\"},"
	"{\"code\": \"D\", \"text\": \"{anything}\"},"
	"{\"code\": \"E\"},"
	"{\"code\": \"F\", \"sis\": \"One\", \"text\": \"{who} failed\"}]}";

static const struct {
	const char *text, *sis, *code;
} ranks[] = {
	{ "Internal error",                     NULL,    "A" }, /* the first of equals */
	{ "Internal error",                     "Two",   "B" },
	{ "Internal error",                     "two",   "B" },
	{ "Internal error",                     "Other", "A" },
	{ "Internal error in row 7 of the book", NULL,   "C" }, /* more of it is literal */
	{ "Internal error in row 7 of the book", "Two",  "B" }, /* the SIS counts more */
	{ "Internal error in row 7",            NULL,    "A" },
	{ "of internal error in row 7",         NULL,    "A" }, /* in order */
	{ "the disk failed",                    NULL,    "F" },
	{ "unknown",                            NULL,    NULL }, /* a lone placeholder is no text */
};
/* clang-format on */

static void check_find(const struct dictionary *dictionary, const char *text, const char *sis,
		       const char *code)
{
	const json_t *entry = dictionary_find(dictionary, text, sis);

	ck_assert_msg(same_text(jsonx_text(entry, "code"), code), "\"%s\" of %s: %s", text,
		      sis ? sis : "any", entry ? jsonx_text(entry, "code") : "none");
}

START_TEST(explains_what_the_systems_say)
{
	struct err err = ERR_INIT;
	struct dictionary *dictionary = dictionary_load(&err);

	ck_assert_msg(dictionary != NULL, "%s", err.text);
	check_find(dictionary, cases[_i].text, cases[_i].sis, cases[_i].code);
	dictionary_free(dictionary);
}
END_TEST

/* Loads @json as the dictionary. */
static struct dictionary *load(const char *json, struct err *err)
{
	char *folder = scratch_new();
	struct dictionary *dictionary;

	free(scratch_write(folder, "dictionary.json", json));
	setenv("MOCKSIS_FIXTURES", folder, 1);
	dictionary = dictionary_load(err);
	unsetenv("MOCKSIS_FIXTURES");
	scratch_free(folder);
	return dictionary;
}

START_TEST(ranks_what_fits)
{
	struct err err = ERR_INIT;
	struct dictionary *dictionary = load(own, &err);

	ck_assert_msg(dictionary != NULL, "%s", err.text);
	check_find(dictionary, ranks[_i].text, ranks[_i].sis, ranks[_i].code);
	dictionary_free(dictionary);
}
END_TEST

static const char *const bad[] = { "{}", "[]", "{\"entries\": {}}", "{\"entries\": [", "" };

START_TEST(a_broken_one_is_said)
{
	struct err err = ERR_INIT;

	ck_assert_msg(!load(bad[_i], &err), "%s: taken", bad[_i]);
	ck_assert_msg(strstr(err.text, "dictionary.json") != NULL, "%s", err.text);
	dictionary_free(NULL);
}
END_TEST

/* The texts of our own profiles can be looked up. */
START_TEST(every_entry_finds_itself)
{
	struct err err = ERR_INIT;
	struct dictionary *dictionary = dictionary_load(&err);
	char *root = fixture_root(&err), *path = path_join(root, "dictionary.json");
	json_t *file = jsonx_load_file(path, &err);
	const json_t *entry;
	size_t i;

	json_array_foreach (json_object_get(file, "entries"), i, entry) {
		const char *text = jsonx_text(entry, "text");

		if (text)
			check_find(dictionary, text, jsonx_text(entry, "sis"),
				   jsonx_text(entry, "code"));
	}
	ck_assert_uint_gt(i, 30);
	json_decref(file);
	free(path);
	free(root);
	dictionary_free(dictionary);
}
END_TEST

Suite *dictionary_suite(void);
Suite *dictionary_suite(void)
{
	Suite *suite = suite_create("canvas/dictionary");
	TCase *tc = tcase_create("dictionary");

	tcase_add_loop_test(tc, explains_what_the_systems_say, 0, ARRAY_SIZE(cases));
	tcase_add_loop_test(tc, ranks_what_fits, 0, ARRAY_SIZE(ranks));
	tcase_add_loop_test(tc, a_broken_one_is_said, 0, ARRAY_SIZE(bad));
	tcase_add_test(tc, every_entry_finds_itself);
	suite_add_tcase(suite, tc);
	return suite;
}
