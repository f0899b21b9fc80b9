/*
 * test_file.c - whole files, and where the fixtures are.
 */
#include <check.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "tests/unit/helpers.h"

/* clang-format off */
static const struct {
	const char *folder, *name, *tail, *suffix;
} joins[] = {
	{ "a",   "b", "a/b" },
	{ "a/",  "b", "a/b" },
	{ "/",   "b", "/b" },
	{ "a/b", "c.json", "a/b/c.json" },
};

static const struct {
	const char *folder, *name, *suffix;
	const char *found;    /* how the path ends; NULL: nothing fits */
	const char *listed;   /* a name that the error offers */
} fixtures[] = {
	{ "profiles",    "standard",        ".json", "/fixtures/profiles/standard.json", NULL },
	{ "profiles",    "aspen",           ".json", "/fixtures/profiles/aspen.json",    NULL },
	{ "roster",      "demo",            "",      "/fixtures/roster/demo",            NULL },
	{ "profiles",    "atlantis",        ".json", NULL, "infinite-campus" },
	{ "profiles",    "Standard",        ".json", NULL, "standard" },
	{ "profiles",    "standard.json",   ".json", NULL, "standard" },
	{ "profiles",    "../dictionary",   ".json", NULL, "aspen" },
	{ "profiles",    "",                ".json", NULL, "aspen" },
	{ "connections", "/no/such.json",   ".json", NULL, "standard" },
	{ "roster",      "atlantis",        "",      NULL, "demo" },
};
/* clang-format on */

START_TEST(joins_paths)
{
	char *path = path_join(joins[_i].folder, joins[_i].name);

	ck_assert_str_eq(path, joins[_i].tail);
	free(path);
}
END_TEST

START_TEST(finds_fixtures_or_lists_them)
{
	struct err err = ERR_INIT;
	char *path = fixture_path(fixtures[_i].folder, fixtures[_i].name, fixtures[_i].suffix,
				  &err);

	ck_assert_msg((path != NULL) == (fixtures[_i].found != NULL), "%s: %s", fixtures[_i].name,
		      path ? path : err.text);
	if (path) {
		ck_assert_msg(ends_with(path, fixtures[_i].found), "%s", path);
		ck_assert(file_exists(path));
	} else {
		ck_assert_int_eq(err.code, ERR_INVALID);
		ck_assert_msg(strstr(err.text, fixtures[_i].name) != NULL &&
				      strstr(err.text, fixtures[_i].listed) != NULL,
			      "%s", err.text);
	}
	free(path);
}
END_TEST

START_TEST(a_path_beats_the_fixtures)
{
	struct err err = ERR_INIT;
	char *folder = scratch_new(), *file = scratch_write(folder, "standard.json", "{}");
	char *path = fixture_path("profiles", file, ".json", &err);

	ck_assert_str_eq(path, file);
	free(path);
	free(file);
	scratch_free(folder);
}
END_TEST

START_TEST(the_environment_names_the_fixtures)
{
	struct err err = ERR_INIT;
	char *folder = scratch_new(), *root;

	setenv("MOCKSIS_FIXTURES", folder, 1);
	root = fixture_root(&err);
	ck_assert_str_eq(root, folder);
	free(root);
	setenv("MOCKSIS_FIXTURES", "/no/such/folder", 1);
	ck_assert_ptr_null(fixture_root(&err));
	ck_assert_int_eq(err.code, ERR_ENVIRONMENT);
	ck_assert_msg(strstr(err.text, "/no/such/folder") != NULL, "%s", err.text);
	unsetenv("MOCKSIS_FIXTURES");
	scratch_free(folder);
}
END_TEST

START_TEST(reads_up_to_its_cap)
{
	struct err err = ERR_INIT;
	char *folder = scratch_new(), *path = scratch_write(folder, "f", "12345");
	size_t length = 0;
	char *text = file_read(path, 5, &length, &err);

	ck_assert_msg(text != NULL, "%s", err.text);
	ck_assert_str_eq(text, "12345");
	ck_assert_uint_eq(length, 5);
	free(text);
	ck_assert_ptr_null(file_read(path, 4, &length, &err));
	ck_assert_int_eq(err.code, ERR_INVALID);
	ck_assert_msg(starts_with(err.text, path) && strstr(err.text, "4 bytes"), "%s", err.text);
	free(path);
	scratch_free(folder);
}
END_TEST

START_TEST(an_empty_file_is_an_empty_text)
{
	struct err err = ERR_INIT;
	char *folder = scratch_new(), *path = scratch_write(folder, "f", "");
	size_t length = 9;
	char *text = file_read(path, 10, &length, &err);

	ck_assert_str_eq(text, "");
	ck_assert_uint_eq(length, 0);
	free(text);
	free(path);
	scratch_free(folder);
}
END_TEST

START_TEST(says_why_it_cannot_read)
{
	struct err err = ERR_INIT;
	char *folder = scratch_new(), *missing = path_join(folder, "none");

	ck_assert_ptr_null(file_read(missing, 10, NULL, &err));
	ck_assert_msg(starts_with(err.text, missing), "%s", err.text);
	err = (struct err)ERR_INIT;
	ck_assert_ptr_null(file_read(folder, 10, NULL, &err));
	ck_assert_msg(strstr(err.text, "it is a folder") != NULL, "%s", err.text);
	free(missing);
	scratch_free(folder);
}
END_TEST

START_TEST(writes_replace_at_once)
{
	struct err err = ERR_INIT;
	char *folder = scratch_new(), *path = scratch_write(folder, "f", "old text");
	char *rest = xformat("%s.new", path), *text;

	ck_assert(file_write(path, "new\0x", 5, &err));
	text = file_read(path, 100, NULL, &err);
	ck_assert_mem_eq(text, "new\0x", 6);
	ck_assert(!file_exists(rest));
	free(text);
	free(rest);
	free(path);
	scratch_free(folder);
}
END_TEST

START_TEST(a_failed_write_is_of_the_environment)
{
	struct err err = ERR_INIT;

	ck_assert(!file_write("/no/such/folder/f", "x", 1, &err));
	ck_assert_int_eq(err.code, ERR_ENVIRONMENT);
	ck_assert_int_eq(err_exit_status(&err), 3);
	ck_assert(!file_exists("/no/such/folder"));
	ck_assert(!file_is_folder("/proc/self/exe"));
}
END_TEST

Suite *file_suite(void);
Suite *file_suite(void)
{
	Suite *suite = suite_create("base/file");
	TCase *tc = tcase_create("file");

	tcase_add_loop_test(tc, joins_paths, 0, ARRAY_SIZE(joins));
	tcase_add_loop_test(tc, finds_fixtures_or_lists_them, 0, ARRAY_SIZE(fixtures));
	tcase_add_test(tc, a_path_beats_the_fixtures);
	tcase_add_test(tc, the_environment_names_the_fixtures);
	tcase_add_test(tc, reads_up_to_its_cap);
	tcase_add_test(tc, an_empty_file_is_an_empty_text);
	tcase_add_test(tc, says_why_it_cannot_read);
	tcase_add_test(tc, writes_replace_at_once);
	tcase_add_test(tc, a_failed_write_is_of_the_environment);
	suite_add_tcase(suite, tc);
	return suite;
}
