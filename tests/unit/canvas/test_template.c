/*
 * test_template.c - field templates.
 */
#include <check.h>

#include "base/jsonx.h"
#include "conformance/canvas/template.h"

static const char values[] =
	"{\"class_id\": \"c1\", \"course_id\": \"7\", \"canvas_url\": \"https://school\","
	" \"assignment\": {\"name\": \"Essay {1}\", \"due_at\": \"2026-11-16\", \"unlock_at\": "
	"null,"
	" \"points_possible\": 10.5, \"position\": 3, \"html_url\": \"\"},"
	" \"submission\": {\"score\": 91.1, \"late\": true, \"excused\": false, \"grade\": null},"
	" \"class\": {\"sourcedId\": \"c1\"}}";

/* clang-format off */
static const struct {
	const char *text, *json;
} filled[] = {
	{ "plain",                                  "\"plain\"" },
	{ "",                                       "\"\"" },
	{ "{class_id}",                             "\"c1\"" },
	{ "{assignment.name}",                      "\"Essay {1}\"" },
	/* a lone placeholder keeps its type */
	{ "{submission.score}",                     "91.1" },
	{ "{assignment.position}",                  "3" },
	{ "{submission.late}",                      "true" },
	{ "{submission.grade}",                     "null" },
	{ "{assignment.lock_at}",                   "null" },
	{ "{section.name}",                         "null" },
	{ "{class}",                                "{\"sourcedId\":\"c1\"}" },
	{ "{assignment.html_url}",                  "\"\"" },
	/* amid other text it becomes text, and null nothing */
	{ " {submission.score}",                    "\" 91.1\"" },
	{ "{submission.score}{assignment.position}", "\"91.13\"" },
	{ "{submission.score} of {assignment.points_possible}", "\"91.1 of 10.5\"" },
	{ "late: {submission.late}, {submission.excused}", "\"late: true, false\"" },
	{ "grade: {submission.grade}.",             "\"grade: .\"" },
	{ "{canvas_url}/courses/{course_id}",       "\"https://school/courses/7\"" },
	{ "a {class} b",                            "\"a {\\\"sourcedId\\\":\\\"c1\\\"} b\"" },
	/* the first that is not null; an empty text is none */
	{ "{assignment.unlock_at|assignment.due_at}", "\"2026-11-16\"" },
	{ "{assignment.due_at|assignment.name}",    "\"2026-11-16\"" },
	{ "{assignment.unlock_at|submission.grade}", "null" },
	{ "{assignment.unlock_at|submission.grade|submission.score}", "91.1" },
	{ "x{assignment.unlock_at|submission.score}", "\"x91.1\"" },
	{ "{assignment.html_url|class_id}",         "\"\"" },
	{ "} {class_id} }",                         "\"} c1 }\"" },
};

static const struct {
	const char *text, *says;
} refused[] = {
	{ "{assignment.nmae}",                "assignment.nmae" },
	{ "{Assignment.name}",                "Assignment.name" },
	{ "{assignment}",                     "assignment" },
	{ "{nothing}",                        "nothing" },
	{ "{}",                               "no placeholder" },
	{ "{ class_id }",                     "class_id" },
	{ "{class_id",                        "not closed" },
	{ "ok {class_id} then {",             "not closed" },
	{ "{{class_id}}",                     "no placeholder" },
	{ "{class_id|}",                      "no placeholder" },
	{ "{|class_id}",                      "no placeholder" },
	{ "{class_id||course_id}",            "no placeholder" },
	{ "{class_id|colour}",                "colour" },
};
/* clang-format on */

START_TEST(fills)
{
	struct err err = ERR_INIT;
	json_t *object = json_loads(values, 0, NULL), *value;
	char *text;

	ck_assert_msg(template_check(filled[_i].text, &err), "%s: %s", filled[_i].text, err.text);
	value = template_fill(filled[_i].text, object);
	text = jsonx_dump(value);
	ck_assert_msg(strcmp(text, filled[_i].json) == 0, "%s: %s", filled[_i].text, text);
	free(text);
	json_decref(value);
	json_decref(object);
}
END_TEST

START_TEST(refuses_unknown_names)
{
	struct err err = ERR_INIT;

	ck_assert_msg(!template_check(refused[_i].text, &err), "%s: taken", refused[_i].text);
	ck_assert_msg(err.code == ERR_INVALID && strstr(err.text, refused[_i].says), "%s: %s",
		      refused[_i].text, err.text);
}
END_TEST

Suite *template_suite(void);
Suite *template_suite(void)
{
	Suite *suite = suite_create("canvas/template");
	TCase *tc = tcase_create("template");

	tcase_add_loop_test(tc, fills, 0, ARRAY_SIZE(filled));
	tcase_add_loop_test(tc, refuses_unknown_names, 0, ARRAY_SIZE(refused));
	suite_add_tcase(suite, tc);
	return suite;
}
