/*
 * test_generate_cases.c - what stands in the files that mocksis generate writes.
 */
#include <string.h>

#include "base/jsonx.h"
#include "base/util.h"
#include "tests/http/facts.h"
#include "tests/http/generated.h"

static void expect_dates(const char *folder)
{
	static const struct {
		const char *name, *due;
	} rows[] = {
		/* gp-q2 ends before 2026-12-19; five hours west of UTC */
		{ "due_last_day_of_period", "2026-12-19T04:59:00Z" },
		/* gp-q2 begins on 2026-10-17; daylight saving time */
		{ "due_before_open_period", "2026-10-08T03:59:00Z" },
	};
	json_t *assignments = course_file(folder, "assignments.json");
	const json_t *first = assignment_of(assignments, "same_name_first");
	const json_t *second = assignment_of(assignments, "same_name_second");

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		ck_assert_str_eq(jsonx_text(assignment_of(assignments, rows[i].name), "due_at"),
				 rows[i].due);
	ck_assert_str_eq(jsonx_text(first, "name"), jsonx_text(second, "name"));
	ck_assert_str_ne(jsonx_text(first, "due_at"), jsonx_text(second, "due_at"));
	json_decref(assignments);
}

/* What is remarkable in the bundled courses is in the generated ones, too. */
static void expect_all_of_fixtures(const json_t *facts)
{
	static const char *const courses[] = { "algebra", "biology", "english",
					       "history-unpublished" };
	json_t *wanted = json_object();
	const char *fact;
	json_t *where;

	for (size_t i = 0; i < ARRAY_SIZE(courses); i++) {
		char *name = xformat("canvas/%s", courses[i]), *folder = fixture(name);

		course_facts(folder, DEMO_CATEGORIES, wanted);
		free(folder);
		free(name);
	}
	ck_assert_uint_gt(json_object_size(wanted), 40);
	json_object_foreach (wanted, fact, where)
		ck_assert_msg(json_object_get(facts, fact), "no \"%s\", as in %s", fact,
			      json_string_value(where));
	json_decref(wanted);
}

START_TEST(every_edge_case_is_there)
{
	static const char *const clean[][6] = {
		{ "--clean", "--class", "class-eng-1", "--class", "class-eng-2" },
		{ "--clean", "--class", DEMO_CLASS },
	};
	char *out = folder_make();
	struct server server;
	json_t *report, *facts = json_object();

	server_start(&server, NULL);
	report = generated(
		out, server.url, CREDENTIAL,
		(const char *[]){ "--class", "class-bio-1", "--class", "class-bio-2", NULL });
	expect_cases(folder_of(report, 0), 5);
	expect_dates(folder_of(report, 0));
	for (size_t i = 0; i < 2; i++)
		course_facts(folder_of(report, i), DEMO_CATEGORIES, facts);
	json_decref(report);
	for (size_t i = 0; i < ARRAY_SIZE(clean); i++) {
		report = generated(out, server.url, CREDENTIAL, clean[i]);
		course_facts(folder_of(report, 0), DEMO_CATEGORIES, facts);
		json_decref(report);
	}
	expect_all_of_fixtures(facts);
	json_decref(facts);
	server_stop(&server);
	folder_remove(out);
}
END_TEST

static bool same_files(const char *a, const char *b, const char *name)
{
	char *left = xformat("%s/%s", a, name), *right = xformat("%s/%s", b, name);
	char *x = file_get(left), *y = file_get(right);
	bool same = *x && strcmp(x, y) == 0;

	free(x);
	free(y);
	free(left);
	free(right);
	return same;
}

START_TEST(the_same_again)
{
	static const char *const names[] = {
		"course.json",      "sections.json",    "assignment_groups.json",
		"assignments.json", "enrollments.json", "submissions.json"
	};
	char *a = folder_make(), *b = folder_make();
	struct server server;
	json_t *first, *second;

	server_start(&server, NULL);
	first = generated(a, server.url, CREDENTIAL,
			  (const char *[]){ "--class", DEMO_CLASS, NULL });
	second = generated(b, server.url, CREDENTIAL,
			   (const char *[]){ "--class", DEMO_CLASS, "--version", "1.2", NULL });
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		ck_assert_msg(same_files(folder_of(first, 0), folder_of(second, 0), names[i]),
			      "%s differs", names[i]);
	json_decref(second);
	second = generated(
		b, server.url, CREDENTIAL,
		(const char *[]){ "--class", DEMO_CLASS, "--seed", "2", "--force", NULL });
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		ck_assert_msg(same_files(folder_of(first, 0), folder_of(second, 0), names[i]) ==
				      (strcmp(names[i], "submissions.json") != 0),
			      "%s with another seed", names[i]);
	json_decref(first);
	json_decref(second);
	server_stop(&server);
	folder_remove(a);
	folder_remove(b);
}
END_TEST

Suite *generate_cases_suite(void);
Suite *generate_cases_suite(void)
{
	Suite *suite = suite_create("generate_cases");
	TCase *tc = tcase_create("generate_cases");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, every_edge_case_is_there);
	tcase_add_test(tc, the_same_again);
	suite_add_tcase(suite, tc);
	return suite;
}
