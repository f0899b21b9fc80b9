/*
 * test_rules.c - what Canvas refuses at save, in its own words.
 */
#include <check.h>

#include "base/jsonx.h"
#include "conformance/canvas/rules.h"
#include "tests/unit/canvas/small.h"

#define THIRTY "Fieldwork: \xc5\xbb\xc3\xb3\xc5\x82w & Pi\xc3\xb1\xc3\xb3n Survey"
#define BASE "\"id\": 1, \"post_to_sis\": true, \"published\": true"
#define TITLED "\"name\": \"A\", " BASE
#define DUE "\"due_at\": \"2026-11-16T17:00:00Z\""

#define CV01 "CV-01:cannot be blank when Post to Sis is checked;"
#define CV02 "CV-02:cannot be blank for any assignees when Post to Sis is checked;"
#define CV04 "CV-04:Name is required!;"
#define CV05 "CV-05:Name is too long, must be under 31 characters;"

/* clang-format off */
static const struct {
	const char *name, *members, *assignment;
	const char *found; /* CODE:text; - code "-" for our own wording */
} cases[] = {
	{ "all well",              "\"name_limit\": 30, \"require_due_date\": true", TITLED ", " DUE, "" },
	{ "30 characters",         "\"name_limit\": 30", BASE ", \"name\": \"" THIRTY "\"", "" },
	{ "31 characters",         "\"name_limit\": 30", BASE ", \"name\": \"" THIRTY "!\"", CV05 },
	{ "no limit",              "",                   BASE ", \"name\": \"" THIRTY THIRTY THIRTY "\"", "" },
	{ "the largest limit",     "\"name_limit\": 255", BASE ", \"name\": \"" THIRTY THIRTY THIRTY THIRTY THIRTY THIRTY THIRTY THIRTY THIRTY "\"", "CV-05:Name is too long, must be under 256 characters;" },
	{ "no name",               "",                   BASE ", \"name\": \"\"", CV04 },
	{ "name absent",           "\"name_limit\": 30", BASE, CV04 },
	{ "no due date",           "\"require_due_date\": true", TITLED, CV01 },
	{ "due date null",         "\"require_due_date\": true", TITLED ", \"due_at\": null", CV01 },
	{ "none is required",      "",                   TITLED, "" },
	{ "an override blanks it", "\"require_due_date\": true", TITLED ", " DUE ", \"overrides\": [{\"course_section_id\": 11, \"due_at\": null}]", CV02 },
	{ "two do, said once",     "\"require_due_date\": true", TITLED ", " DUE ", \"overrides\": [{\"course_section_id\": 11, \"due_at\": null}, {\"course_section_id\": 12, \"due_at\": \"\"}]", CV02 },
	{ "both",                  "\"require_due_date\": true", TITLED ", \"overrides\": [{\"course_section_id\": 11, \"due_at\": null}]", CV01 CV02 },
	{ "an override of other dates", "\"require_due_date\": true", TITLED ", " DUE ", \"overrides\": [{\"course_section_id\": 11, \"lock_at\": \"2026-12-01\"}]", "" },
	{ "name and date",         "\"name_limit\": 30, \"require_due_date\": true", BASE ", \"name\": \"" THIRTY "!\"", CV05 CV01 },
	{ "a section's own date",  "",                   TITLED ", " DUE ", \"overrides\": [{\"course_section_id\": 11, \"due_at\": \"2026-12-01\"}]", "" },
	{ "the same, per course",  "\"due_date_uniform\": \"course\"", TITLED ", " DUE ", \"overrides\": [{\"course_section_id\": 11, \"due_at\": \"2026-12-01\", \"title\": \"P1\"}]", "-:due dates can only be given to everyone; \"P1\" has one of its own;" },
	{ "a student's own date",  "",                   TITLED ", " DUE ", \"overrides\": [{\"student_ids\": [1], \"due_at\": \"2026-12-01\", \"title\": \"1 student\"}]", "-:due dates can only be given to everyone or whole sections; \"1 student\" has one of its own;" },
	{ "a student's equal date", "",                  TITLED ", " DUE ", \"overrides\": [{\"student_ids\": [1], " DUE "}]", "" },
	{ "off",                   "\"due_date_uniform\": \"off\"", TITLED ", " DUE ", \"overrides\": [{\"student_ids\": [1], \"due_at\": \"2026-12-01\"}]", "" },
	/* Canvas checks only what is marked and graded */
	{ "not marked",            "\"name_limit\": 30, \"require_due_date\": true", "\"id\": 1, \"name\": \"" THIRTY "!\", \"post_to_sis\": false", "" },
	{ "not graded",            "\"name_limit\": 30, \"require_due_date\": true", BASE ", \"name\": \"" THIRTY "!\", \"grading_type\": \"not_graded\"", "" },
	{ "not published",         "\"require_due_date\": true", "\"id\": 1, \"name\": \"A\", \"post_to_sis\": true, \"published\": false", CV01 },
};

static const struct {
	const char *overrides, *section, *due; /* due: NULL, none */
} dues[] = {
	{ "[]",                                                                    "11", "2026-11-16T17:00:00Z" },
	{ "[{\"course_section_id\": 11, \"due_at\": \"2026-12-01T00:00:00Z\"}]",   "11", "2026-12-01T00:00:00Z" },
	{ "[{\"course_section_id\": \"11\", \"due_at\": \"2026-12-01T00:00:00Z\"}]", "11", "2026-12-01T00:00:00Z" },
	{ "[{\"course_section_id\": 11, \"due_at\": \"2026-12-01T00:00:00Z\"}]",   "12", "2026-11-16T17:00:00Z" },
	{ "[{\"course_section_id\": 11, \"due_at\": null}]",                       "11", NULL },
	{ "[{\"course_section_id\": 11, \"unlock_at\": \"2026-12-01T00:00:00Z\"}]", "11", "2026-11-16T17:00:00Z" },
	{ "[{\"student_ids\": [11], \"due_at\": \"2026-12-01T00:00:00Z\"}]",       "11", "2026-11-16T17:00:00Z" },
	{ "null",                                                                  "11", "2026-11-16T17:00:00Z" },
};
/* clang-format on */

static void note(const struct violation *violation, void *payload)
{
	str_format(payload, "%s:%s;", violation->code ? violation->code : "-",
		   str_text(&violation->text));
}

START_TEST(speaks_canvas)
{
	char *json = xformat("[{%s}]", cases[_i].assignment);
	struct small small = { .assignments = json };
	struct str found = STR_INIT;
	struct connection connection;
	struct course course;

	small_connection(&connection, cases[_i].members);
	small_load(&course, &small, &connection);
	rules_check(&course.assignments[0], &connection, note, &found);
	ck_assert_msg(strcmp(str_text(&found), cases[_i].found) == 0, "%s: %s", cases[_i].name,
		      str_text(&found));
	str_release(&found);
	course_release(&course);
	connection_release(&connection);
	free(json);
}
END_TEST

START_TEST(sections_have_due_dates)
{
	json_t *overrides = json_loads(dues[_i].overrides, JSON_DECODE_ANY, NULL);
	struct assignment assignment = { .due_at = "2026-11-16T17:00:00Z", .overrides = overrides };
	struct section section = { .name = "S" };

	snprintf(section.id, sizeof section.id, "%s", dues[_i].section);
	ck_assert_msg(same_text(section_due(&assignment, &section), dues[_i].due), "%s: %s",
		      dues[_i].overrides, section_due(&assignment, &section));
	json_decref(overrides);
}
END_TEST

START_TEST(students_have_overrides)
{
	json_t *overrides = json_loads(
		"[{\"course_section_id\": 11}, {\"student_ids\": [7, \"8\"], "
		"\"title\": \"x\"}, {\"student_ids\": null}]",
		0, NULL);
	struct assignment assignment = { .overrides = overrides };

	ck_assert_ptr_eq(student_override(&assignment, "7"), json_array_get(overrides, 1));
	ck_assert_ptr_eq(student_override(&assignment, "8"), json_array_get(overrides, 1));
	ck_assert_ptr_null(student_override(&assignment, "11"));
	ck_assert_ptr_null(student_override(&assignment, ""));
	ck_assert_ptr_eq(section_override(&assignment, "11"), json_array_get(overrides, 0));
	ck_assert_ptr_null(section_override(&assignment, "7"));
	ck_assert(!has_group_override(&assignment));
	json_decref(overrides);
}
END_TEST

Suite *rules_suite(void);
Suite *rules_suite(void)
{
	Suite *suite = suite_create("canvas/rules");
	TCase *tc = tcase_create("rules");

	tcase_add_loop_test(tc, speaks_canvas, 0, ARRAY_SIZE(cases));
	tcase_add_loop_test(tc, sections_have_due_dates, 0, ARRAY_SIZE(dues));
	tcase_add_test(tc, students_have_overrides);
	suite_add_tcase(suite, tc);
	return suite;
}
