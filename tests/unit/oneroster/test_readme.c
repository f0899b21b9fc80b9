/*
 * test_readme.c - the README's table of operations is what the program answers.
 */
#include <check.h>

#include "base/file.h"
#include "oneroster/operations.h"
#include "tests/unit/helpers.h"

/* The path with every placeholder written {id}. */
static char *shape(const char *path)
{
	struct str out = STR_INIT;

	for (; *path; path++) {
		if (*path == '{') {
			str_add(&out, "{id}");
			path += strcspn(path, "}");
		} else {
			str_add_char(&out, *path);
		}
	}
	return str_take(&out, NULL);
}

/* GET, PUT, DELETE: what @version has of a path; '*' where it only has it as an extension. */
static void methods(struct str *out, const char *path, enum service service, unsigned version)
{
	size_t before = out->length;

	for (int method = GET; method < METHOD_OTHER; method++)
		for (size_t i = 0; i < operation_count; i++) {
			char *own = shape(operations[i].path);

			if ((int)operations[i].method == method && strcmp(own, path) == 0 &&
			    operations[i].service == service &&
			    operation_is_in(&operations[i], version))
				str_format(out, "%s%s%s", out->length > before ? ", " : "",
					   method_name(operations[i].method),
					   operations[i].in & version ? "" : "*");
			free(own);
		}
	if (out->length == before)
		str_add(out, "-");
}

static void add_row(struct str *out, size_t index)
{
	char *path = shape(operations[index].path);
	bool seen = false;

	for (size_t i = 0; i < index; i++) {
		char *other = shape(operations[i].path);

		seen = seen || (strcmp(other, path) == 0 &&
				operations[i].service == operations[index].service);
		free(other);
	}
	if (!seen) {
		str_format(out, "| `%s` | ", path);
		methods(out, path, operations[index].service, V11);
		str_add(out, " | ");
		methods(out, path, operations[index].service, V12);
		str_format(out, " | %s |\n", service_name(operations[index].service));
	}
	free(path);
}

START_TEST(lists_every_operation)
{
	struct str table = STR_INIT;
	struct err err = ERR_INIT;
	char *path = source_path("README.md"), *readme = file_read(path, 1 << 20, NULL, &err);

	ck_assert_msg(readme != NULL, "%s", err.text);
	str_add(&table, "| path | 1.1 | 1.2 | service of 1.2 |\n|---|---|---|---|\n");
	for (size_t i = 0; i < operation_count; i++)
		add_row(&table, i);
	ck_assert_msg(strstr(readme, str_text(&table)) != NULL,
		      "README.md does not hold this table:\n%s", str_text(&table));
	str_release(&table);
	free(readme);
	free(path);
}
END_TEST

Suite *readme_suite(void);
Suite *readme_suite(void)
{
	Suite *suite = suite_create("readme");
	TCase *tc = tcase_create("readme");

	tcase_add_test(tc, lists_every_operation);
	suite_add_tcase(suite, tc);
	return suite;
}
