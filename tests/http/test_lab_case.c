/*
 * test_lab_case.c - the case that is handed on: refused without an example, complete with all that
 * those need who get it, without secrets and without other students.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/util.h"
#include "tests/http/desk.h"

#define FLAGS 24

static struct server server;

static void server_up(void)
{
	server_start(&server, NULL);
}

static void server_down(void)
{
	ck_assert_int_eq(server_stop(&server), 0);
}

/* clang-format off */
static const struct {
	const char *flags[FLAGS];
	int status;
	const char *missing; /* what must be said to be missing; NULL: nothing */
} cases[] = {
	{ { NULL }, 1, "a concrete example: an assignment (--assignment NAME|ID), a student (--student SIS-ID), or both" },
	{ { "--expected", "grades", "--actual", "none", "--tried", "a sync" }, 1, "a concrete example" },
	{ { "--assignment", "Essay 99" }, 1, "the course has no assignment \"Essay 99\"" },
	{ { "--student", "student-099" }, 1, "the course has no student with the SIS id \"student-099\"" },
	{ { "--assignment", "10304", "--student", "student-099" }, 1, "student-099" },
	{ { "--assignment", "10304" }, 0, "what was expected (--expected TEXT)" },
	{ { "--assignment", "10304", "--expected", "x", "--actual", "y" }, 0, "what was tried" },
	{ { "--assignment", "Budget Planner Project", "--expected", "x", "--actual", "y", "--tried", "z" }, 0, NULL },
	{ { "--student", "student-001", "--expected", "x", "--actual", "y", "--tried", "z" }, 0, NULL },
};
/* clang-format on */

START_TEST(wants_an_example)
{
	struct desk desk = desk_make(&server, "T01");
	const char *args[FLAGS + 2] = { "case" };
	char *path = xformat("%s/case.json", desk.folder), *text;
	struct outcome outcome;

	desk_start(&desk, NULL);
	for (size_t i = 0; cases[_i].flags[i]; i++)
		args[1 + i] = cases[_i].flags[i];
	desk_lab(&outcome, &desk, args);
	ck_assert_msg(outcome.status == cases[_i].status, "%d: %s", _i, outcome.err);
	if (cases[_i].missing)
		ck_assert_msg(strstr(outcome.err, cases[_i].missing), "%d: %s", _i, outcome.err);
	else
		ck_assert_msg(!strstr(outcome.err, "missing"), "%d: %s", _i, outcome.err);
	text = file_get(path);
	ck_assert_msg((*text != '\0') == (outcome.status == 0), "%d: %s", _i, text);
	outcome_release(&outcome);
	free(text);
	free(path);
	desk_release(&desk);
}
END_TEST

/* A case as it should be; the trainee has said more than may get out. */
static json_t *full_case(const struct desk *desk, char **markdown)
{
	static const char shot[] = "gradebook.png";
	char *path = xformat("%s/%s", desk->folder, shot), *file, *text;
	struct outcome outcome;
	json_t *written;

	file_put(desk->folder, shot, "PNG");
	desk_lab(&outcome, desk,
		 (const char *[]){ "case", "--assignment", "10304", "--student", "student-001",
				   "--expected", "45 points for Amélie Dubois", "--actual",
				   "nothing, and neither for MARCUS HENDRICKS (student-002)",
				   "--tried",
				   "a remaster, with Authorization: Bearer abcDEF123456 and "
				   "secret=hunter2hunter2",
				   "--scope", "a category", "--screenshot", path, NULL });
	ck_assert_msg(outcome.status == 0, "%s", outcome.err);
	*markdown = xstrdup(outcome.out);
	outcome_release(&outcome);
	free(path);
	file = xformat("%s/case.md", desk->folder);
	text = file_get(file);
	ck_assert_str_eq(text, *markdown);
	free(text);
	free(file);
	file = xformat("%s/case.json", desk->folder);
	written = json_load_file(file, 0, NULL);
	ck_assert_ptr_nonnull(written);
	free(file);
	return written;
}

/* What those who get it ask for, as they are to find it. */
START_TEST(says_what_is_needed)
{
	static const struct {
		const char *key, *member, *text;
	} rows[] = {
		{ "institution", NULL, "Lakeside Unified School District" },
		{ "sis", NULL, "Aspen" },
		{ "provisioning_tool", NULL, "SIS Platform - Canvas Managed (Both)" },
		{ "course", "url", "https://school.instructure.com/courses/103" },
		{ "section", "sis_section_id", "class-alg-1" },
		{ "assignment", "url",
		  "https://school.instructure.com/courses/103/assignments/10304" },
		{ "sync", "started", "2026-11-16T17:00:00.000Z" },
		{ "sync", "status", "completed_with_errors" },
		{ "sync", "times", "UTC" },
		{ "first_seen", NULL, "2026-11-16T17:00:00.000Z" },
		{ "scope", "stated", "a category" },
		{ "canvas", "group", "Projects" },
		{ "canvas", "due_at", "2026-10-31T03:59:00Z" },
		{ "canvas", "status", "graded" },
	};
	struct desk desk = desk_make(&server, "T01");
	const json_t *error, *exchange;
	char *markdown;
	json_t *written;

	desk_start(&desk, NULL);
	ck_assert_int_eq(
		desk_status(&desk, (const char *[]){ "fix", "set-sync", "10304", "on", NULL }), 0);
	written = full_case(&desk, &markdown);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const json_t *value = json_object_get(written, rows[i].key);

		if (rows[i].member)
			value = json_object_get(value, rows[i].member);
		ck_assert_msg(same_text(json_string_value(value), rows[i].text), "%s %s: %s",
			      rows[i].key, rows[i].member ? rows[i].member : "",
			      json_string_value(value));
	}
	error = json_array_get(json_object_get(written, "errors"), 0);
	ck_assert_str_eq(jsonx_text(error, "text"),
			 "given GradebookColumnType does not have a default GradeScale");
	ck_assert_str_eq(jsonx_text(error, "phase"), "P4");
	ck_assert_int_eq(jsonx_int(error, "http"), 400);
	exchange = json_object_get(json_object_get(written, "exchanges"), "lineItem");
	ck_assert_int_eq(jsonx_int(exchange, "status"), 400);
	ck_assert_uint_eq(strlen(jsonx_text(exchange, "sourcedId")), 36);
	ck_assert_uint_eq(json_array_size(json_object_get(written, "in_sis")), 0);
	ck_assert_int_eq(jsonx_int(json_object_get(written, "scope"), "students"), 20);
	ck_assert(json_is_true(json_object_get(written, "complete")));
	ck_assert(strstr(markdown, "gradebook.png") != NULL);
	ck_assert(strstr(markdown, "sync 1 (changes): completed_with_errors") != NULL);
	ck_assert(strstr(markdown, "lab fix set-sync 10304 on") != NULL);
	json_decref(written);
	free(markdown);
	desk_release(&desk);
}
END_TEST

/* Every other student of the course and of the district, by id and by name. */
START_TEST(hides_the_others)
{
	struct desk desk = desk_make(&server, "T01");
	char *roster = fixture("roster/demo/users.csv"), *users = file_get(roster), *save = NULL;
	char *markdown, *json;
	size_t others = 0;
	json_t *written;

	desk_start(&desk, NULL);
	written = full_case(&desk, &markdown);
	json = json_dumps(written, 0);
	for (char *line = strtok_r(users, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		char id[64], name[128], given[64], family[64];

		if (!strstr(line, ",student,") || starts_with(line, "student-001,"))
			continue;
		ck_assert_int_eq(sscanf(line,
					"%63[^,],,,%*[^,],%*[^,],%*[^,],%*[^,],%*[^,],%63[^,],"
					"%63[^,]",
					id, given, family),
				 3);
		snprintf(name, sizeof name, "%s %s", given, family);
		ck_assert_msg(!strstr(markdown, id) && !strstr(json, id), "%s: %s", id, markdown);
		ck_assert_msg(!strcasestr(markdown, name) && !strcasestr(json, name), "%s: %s",
			      name, markdown);
		others++;
	}
	ck_assert_uint_eq(others, 99);
	ck_assert(strstr(markdown, "Amélie Dubois") && strstr(markdown, "student-001"));
	ck_assert(strstr(markdown, "neither for [another student] ([another student])") != NULL);
	json_decref(written);
	free(json);
	free(markdown);
	free(users);
	free(roster);
	desk_release(&desk);
}
END_TEST

START_TEST(hides_secrets)
{
	static const char *const typed[] = { "abcDEF123456", "hunter2hunter2", ADMIN_TOKEN };
	struct desk desk = desk_make(&server, "T01");
	char *config, *markdown, *json;
	const char *credential;
	json_t *written, *client;

	desk_start(&desk, NULL);
	written = full_case(&desk, &markdown);
	json = json_dumps(written, 0);
	config = file_get(desk.config);
	client = json_loads(config, 0, NULL);
	credential = jsonx_text(json_object_get(client, "sync"), "credential");
	ck_assert(credential && strlen(strchr(credential, ':') + 1) == 32);
	ck_assert(!strstr(json, strchr(credential, ':') + 1));
	ck_assert(!strstr(markdown, strchr(credential, ':') + 1));
	for (size_t i = 0; i < ARRAY_SIZE(typed); i++)
		ck_assert_msg(!strstr(json, typed[i]) && !strstr(markdown, typed[i]), "%s: %s",
			      typed[i], markdown);
	ck_assert(strstr(markdown, "Bearer REDACTED and secret=REDACTED") != NULL);
	json_decref(written);
	json_decref(client);
	free(config);
	free(json);
	free(markdown);
	desk_release(&desk);
}
END_TEST

/* Where no student is named, none is. */
START_TEST(names_nobody_unasked)
{
	struct desk desk = desk_make(&server, "T01");
	struct outcome outcome;

	desk_start(&desk, NULL);
	desk_lab(&outcome, &desk,
		 (const char *[]){ "case", "--assignment", "10304", "--actual",
				   "nothing for Amélie Dubois", NULL });
	ck_assert_int_eq(outcome.status, 0);
	ck_assert_msg(strstr(outcome.out, "nothing for [another student]"), "%s", outcome.out);
	ck_assert(!strstr(outcome.out, "student-001"));
	outcome_release(&outcome);
	desk_release(&desk);
}
END_TEST

Suite *lab_case_suite(void);
Suite *lab_case_suite(void)
{
	Suite *suite = suite_create("lab_case");
	TCase *tc = tcase_create("lab_case");

	tcase_set_timeout(tc, 60);
	tcase_add_unchecked_fixture(tc, server_up, server_down);
	tcase_add_loop_test(tc, wants_an_example, 0, ARRAY_SIZE(cases));
	tcase_add_test(tc, says_what_is_needed);
	tcase_add_test(tc, hides_the_others);
	tcase_add_test(tc, hides_secrets);
	tcase_add_test(tc, names_nobody_unasked);
	suite_add_tcase(suite, tc);
	return suite;
}
