/*
 * test_settings.c - the settings of a connection, seen in what a sync would send.
 */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "tests/http/course.h"
#include "tests/http/harness.h"

static struct server shared; /* the demo district under `standard`; only read */

static void start_shared(void)
{
	server_start(&shared, NULL);
}

static void stop_shared(void)
{
	server_stop(&shared);
}

/* The lineItem of @title and class that a dry run would PUT; NULL when none. */
static const json_t *would_put(const json_t *report, const char *title, const char *class)
{
	const json_t *put;
	size_t i;

	json_array_foreach (json_object_get(report, "puts"), i, put) {
		const json_t *item = json_object_get(json_object_get(put, "body"), "lineItem");
		const json_t *of = json_object_get(item, "class");

		if (item && same_text(json_string_value(json_object_get(item, "title")), title) &&
		    same_text(json_string_value(json_object_get(of, "sourcedId")), class))
			return item;
	}
	return NULL;
}

/* "ID", "null", "absent" or, without any PUT, "error". */
static const char *describe(const json_t *item, const char *field)
{
	const json_t *value = json_object_get(item, field);

	if (!item)
		return "error";
	if (!value)
		return "absent";
	if (json_is_null(value))
		return "null";
	return json_string_value(json_object_get(value, "sourcedId"));
}

#define HOMEWORK "Cell Structure Worksheet" /* 10101; its group has a category */
#define EXTRA "Bonus: Leaf Collection"      /* 10110; its group "Extra Credit" has none */
#define LAB_ITEM "Osmosis Lab"              /* 10106; "Labs" of each class */

/* clang-format off */
static const struct {
	const char *name, *settings;
	const char *homework, *extra, *lab_1, *lab_2; /* categories */
	const char *asked; /* of the categories; NULL: they were not asked for */
} categories[] = {
	{ "match",          "", "cat-homework", "error", "cat-bio1-labs", "cat-bio2-labs", "/categories?limit=" },
	{ "default:ID",     "\"category\":\"default:cat-projects\"", "cat-homework", "cat-projects", "cat-bio1-labs", "cat-bio2-labs", "/categories?limit=" },
	{ "default:null",   "\"category\":\"default:null\"", "cat-homework", "null", "cat-bio1-labs", "cat-bio2-labs", "/categories" },
	{ "default:omit",   "\"category\":\"default:omit\"", "cat-homework", "absent", "cat-bio1-labs", "cat-bio2-labs", "/categories" },
	{ "override:ID",    "\"category\":\"override:cat-tests\"", "cat-tests", "cat-tests", "cat-tests", "cat-tests", NULL },
	{ "null",           "\"category\":\"null\"", "null", "null", "null", "null", NULL },
	{ "JSON null",      "\"category\":null", "null", "null", "null", "null", NULL },
	{ "omit",           "\"category\":\"omit\"", "absent", "absent", "absent", "absent", NULL },
	{ "synced",         "\"category\":\"synced\"", "cat-quizzes", "error", "error", "error", NULL },
	{ "class-endpoint", "\"category_source\":\"class-endpoint\"", "cat-homework", "error", "cat-bio1-labs", "cat-bio2-labs", "/classes/class-bio-1/categories" },
	{ "filter",         "\"category_source\":\"filter\"", "error", "error", "cat-bio1-labs", "cat-bio2-labs", "filter=metadata.classId%3D%27class-bio-1%27" },
	{ "own filter",     "\"category_source\":\"filter\",\"category_filter\":\"title!='{class_id}'\"", "cat-homework", "error", "cat-bio1-labs", "cat-bio2-labs", "filter=title%21%3D%27class-bio-1%27" },
	{ "small pages",    "\"page_size\":2", "cat-homework", "error", "cat-bio1-labs", "cat-bio2-labs", "offset=8" },
	{ "one at a time",  "\"concurrency\":1", "cat-homework", "error", "cat-bio1-labs", "cat-bio2-labs", "/categories" },
};
/* clang-format on */

/* What the teacher picked for Homework in Period 1. */
static void associate(const char *folder)
{
	char *path = xformat("%s/assignment_groups.json", folder), *text;
	json_t *groups = json_load_file(path, 0, NULL);

	json_object_set_new(json_array_get(groups, 0), "integration_data",
			    json_pack("{ss}", "class-bio-1", "cat-quizzes"));
	text = json_dumps(groups, 0);
	file_put(folder, "assignment_groups.json", text);
	free(text);
	free(path);
	json_decref(groups);
}

START_TEST(category)
{
	const char *name = categories[_i].name;
	char *settings = xformat("{%s}", categories[_i].settings);
	char *folder = course_make("biology", settings), *path = xformat("%s/trace", folder),
	     *trace;
	struct outcome outcome;
	json_t *report;

	associate(folder);
	course_sync(
		&outcome, &shared, folder,
		(const char *[]){ "--json", "--dry-run", "--select", "10101,10110,10106", NULL });
	report = course_report(&outcome, name);
	ck_assert_msg(same_text(describe(would_put(report, HOMEWORK, "class-bio-1"), "category"),
				categories[_i].homework),
		      "%s: %s for Homework", name,
		      describe(would_put(report, HOMEWORK, "class-bio-1"), "category"));
	ck_assert_msg(same_text(describe(would_put(report, EXTRA, "class-bio-1"), "category"),
				categories[_i].extra),
		      "%s: %s for Extra Credit", name,
		      describe(would_put(report, EXTRA, "class-bio-1"), "category"));
	ck_assert_msg(same_text(describe(would_put(report, LAB_ITEM, "class-bio-1"), "category"),
				categories[_i].lab_1),
		      "%s: %s for Labs", name,
		      describe(would_put(report, LAB_ITEM, "class-bio-1"), "category"));
	ck_assert_msg(same_text(describe(would_put(report, LAB_ITEM, "class-bio-2"), "category"),
				categories[_i].lab_2),
		      "%s: %s for the other Labs", name,
		      describe(would_put(report, LAB_ITEM, "class-bio-2"), "category"));
	ck_assert_msg(outcome.status == (strcmp(categories[_i].extra, "error") == 0 ? 1 : 0),
		      "%s: exit status %d", name, outcome.status);
	trace = file_get(path);
	if (categories[_i].asked)
		ck_assert_msg(strstr(trace, categories[_i].asked), "%s: asked otherwise: %s", name,
			      trace);
	else
		ck_assert_msg(!strstr(trace, "categories?") && !strstr(trace, "/categories\""),
			      "%s: asked for categories: %s", name, trace);
	ck_assert_msg(!strstr(trace, "Bearer") && !strstr(trace, "test-secret"), "%s: %s", name,
		      trace);
	json_decref(report);
	outcome_release(&outcome);
	free(trace);
	free(path);
	free(settings);
	folder_remove(folder);
}
END_TEST

/* clang-format off */
static const struct {
	const char *name, *settings;
	const char *q2, *q1, *undated; /* periods of an October, a September, an undated item */
	bool asks;
} periods[] = {
	{ "by itself",  "", "null", "null", "null", false },
	{ "null",       ",\"grading_period\":\"null\"", "null", "null", "null", false },
	{ "omit",       ",\"grading_period\":\"omit\"", "absent", "absent", "absent", false },
	{ "fixed",      ",\"grading_period\":\"fixed:gp-q4\"", "gp-q4", "gp-q4", "gp-q4", false },
	{ "match",      ",\"grading_period\":\"match\"", "gp-q2", "gp-q1", "null", true },
};
/* clang-format on */

START_TEST(grading_period)
{
	const char *name = periods[_i].name;
	char *settings = xformat("{\"category\":\"omit\"%s}", periods[_i].settings), *trace;
	char *folder = course_make("biology", settings), *path = xformat("%s/trace", folder);
	struct outcome outcome;
	json_t *report;

	course_sync(&outcome, &shared, folder, (const char *[]){ "--json", "--dry-run", NULL });
	report = course_report(&outcome, name);
	ck_assert_msg(outcome.status == 0, "%s: %d", name, outcome.status);
	ck_assert_str_eq(describe(would_put(report, HOMEWORK, "class-bio-1"), "gradingPeriod"),
			 periods[_i].q2);
	ck_assert_str_eq(describe(would_put(report, "Scientific Method Quiz", "class-bio-2"),
				  "gradingPeriod"),
			 periods[_i].q1);
	ck_assert_str_eq(describe(would_put(report, "Field Notes", "class-bio-1"), "gradingPeriod"),
			 periods[_i].undated);
	trace = file_get(path);
	ck_assert_msg((strstr(trace, "gradingPeriods?") != NULL) == periods[_i].asks, "%s: %s",
		      name, trace);
	json_decref(report);
	outcome_release(&outcome);
	free(trace);
	free(path);
	free(settings);
	folder_remove(folder);
}
END_TEST

/* Members of one lineItem or result, as the templates make them. */
/* clang-format off */
static const struct {
	const char *name, *settings, *wrapper, *field, *json; /* NULL: absent */
} templates[] = {
	{ "text",           "\"line_item\":{\"title\":\"{course.name}: {assignment.name}!\"}", "lineItem", "title", "\"English 9: Macbeth Character Essay!\"" },
	{ "number",         "\"line_item\":{\"ext\":\"{assignment.points_possible}\"}", "lineItem", "ext", "100" },
	{ "number in text", "\"line_item\":{\"ext\":\"of {assignment.points_possible}\"}", "lineItem", "ext", "\"of 100\"" },
	{ "object",         "\"line_item\":{\"ext\":{\"a\":\"{assignment_id}\",\"b\":[1],\"c\":{\"d\":\"{class_id}\"}}}", "lineItem", "ext", "{\"a\": \"10202\", \"b\": [1], \"c\": {\"d\": \"class-eng-1\"}}" },
	{ "metadata",       "\"line_item\":{\"metadata\":{\"scoreType\":\"POINTS\",\"vendorId\":\"{course_id}\"}}", "lineItem", "metadata", "{\"scoreType\": \"POINTS\", \"vendorId\": \"102\"}" },
	{ "no metadata",    "\"line_item\":{\"metadata\":\"omit\"}", "lineItem", "metadata", NULL },
	{ "omit",           "\"line_item\":{\"description\":\"omit\"}", "lineItem", "description", NULL },
	{ "null",           "\"line_item\":{\"description\":null}", "lineItem", "description", "null" },
	{ "constant",       "\"line_item\":{\"resultValueMin\":-10.5}", "lineItem", "resultValueMin", "-10.5" },
	{ "first of two",   "\"line_item\":{\"ext\":\"{assignment.lock_at|assignment.due_at}\"}", "lineItem", "ext", "\"2026-10-29T03:59:00Z\"" },
	{ "none of two",    "\"line_item\":{\"ext\":\"{assignment.lock_at|submission.comment}\"}", "lineItem", "ext", "null" },
	{ "reference",      "\"line_item\":{\"ext\":\"{category}\"}", "lineItem", "ext", NULL },
	{ "Canvas URL",     "\"canvas_url\":\"https://k12.example.org\"", "lineItem", "description", "\"Imported from Canvas: https://k12.example.org/courses/102/assignments/10202\"" },
	{ "comment",        "\"result\":{\"comment\":\"{submission.grade} of {assignment.points_possible}\"}", "result", "comment", "\"91.5 of 100\"" },
	{ "score date",     "\"result\":{\"scoreDate\":\"{submission.graded_at}\"}", "result", "scoreDate", "\"2026-11-01T12:36:00Z\"" },
	{ "no score date",  "", "result", "scoreDate", NULL },
	{ "score",          "", "result", "score", "91.5" },
	{ "boolean",        "\"result\":{\"ext\":\"{submission.late}\"}", "result", "ext", "false" },
	{ "user",           "\"result\":{\"ext\":\"{user_id}\"}", "result", "ext", "\"student-001\"" },
	{ "modified",       "\"id_mode\":\"modified\"", "lineItem", "sourcedId", NULL },
	{ "modified result", "\"id_mode\":\"modified\"", "result", "sourcedId", NULL },
};
/* clang-format on */

START_TEST(template_of_a_field)
{
	const char *name = templates[_i].name;
	char *settings = xformat("{\"category\":\"omit\"%s%s}", *templates[_i].settings ? "," : "",
				 templates[_i].settings);
	char *folder = course_make("english", settings), *text = NULL;
	struct outcome outcome;
	json_t *report;
	const json_t *put, *object = NULL, *value;
	size_t i;

	course_sync(&outcome, &shared, folder,
		    (const char *[]){ "--json", "--dry-run", "--select", "10202", NULL });
	report = course_report(&outcome, name);
	ck_assert_msg(outcome.status == 0, "%s: %d %s", name, outcome.status, outcome.out);
	json_array_foreach (json_object_get(report, "puts"), i, put) {
		object = json_object_get(json_object_get(put, "body"), templates[_i].wrapper);
		if (object)
			break;
	}
	ck_assert_msg(object != NULL, "%s: no %s", name, templates[_i].wrapper);
	value = json_object_get(object, templates[_i].field);
	if (value)
		text = json_dumps(value,
				  JSON_ENCODE_ANY | JSON_SORT_KEYS | JSON_REAL_PRECISION(15));
	if (strcmp(name, "reference") == 0) /* no category: nothing to refer to */
		ck_assert_msg(!value || json_is_null(value), "%s: %s", name, text);
	else if (strcmp(name, "score date") == 0)
		ck_assert_msg(text && strlen(text) == 22, "%s: %s", name, text ? text : "absent");
	else
		ck_assert_msg(same_text(text, templates[_i].json), "%s: %s", name,
			      text ? text : "absent");
	free(text);
	json_decref(report);
	outcome_release(&outcome);
	free(settings);
	folder_remove(folder);
}
END_TEST

/* A file that is wrong is refused before anything is sent: where, and why. */
START_TEST(wrong_connection)
{
	static const struct {
		const char *text, *needle;
	} cases[] = {
		{ "", "connection.json" },
		{ "{", "line 1" },
		{ "[]", "connection.json" },
		{ "{\"categories\":\"match\"}", "/categories" },
		{ "{\"category\":\"matching\"}", "/category" },
		{ "{\"category\":\"default:\"}", "/category" },
		{ "{\"category\":\"override\"}", "/category" },
		{ "{\"category\":5}", "/category" },
		{ "{\"grading_period\":\"fixed\"}", "/grading_period" },
		{ "{\"id_mode\":\"Standard\"}", "/id_mode" },
		{ "{\"page_size\":0}", "page_size" },
		{ "{\"page_size\":\"100\"}", "/page_size" },
		{ "{\"concurrency\":-1}", "/concurrency" },
		{ "{\"concurrency\":1000}", "/concurrency" },
		{ "{\"timeout\":1.5}", "/timeout" },
		{ "{\"require_due_date\":\"yes\"}", "/require_due_date" },
		{ "{\"headers\":[\"X: y\"]}", "/headers" },
		{ "{\"headers\":{\"X\":5}}", "/headers" },
		{ "{\"exclude_endpoints\":\"getCategories\"}", "/exclude_endpoints" },
		{ "{\"version\":\"1.3\"}", "/version" },
		{ "{\"exempt_score\":1}", "/exempt_score" },
		{ "{\"line_item\":\"x\"}", "/line_item" },
		{ "{\"line_item\":{\"title\":\"{assignment.title}\"}}", "{assignment.title}" },
		{ "{\"line_item\":{\"title\":\"{name}\"}}", "/line_item/title" },
		{ "{\"line_item\":{\"metadata\":{\"a\":{\"b\":\"{nope}\"}}}}",
		  "/line_item/metadata/a/b" },
		{ "{\"line_item\":{\"title\":\"{assignment.name\"}}", "not closed" },
		{ "{\"result\":{\"comment\":\"{submission.grade|nope}\"}}", "{nope}" },
		{ "{\"result\":{\"comment\":\"{}\"}}", "/result/comment" },
		{ "{\"category_filter\":\"{class}{nope}\"}", "/category_filter" },
		{ "{\"category\":\"null\",\"category\":\"omit\"}", "duplicate" },
	};
	char *folder = course_make("english", cases[_i].text);
	struct outcome outcome;

	course_sync(&outcome, &shared, folder, (const char *[]){ "--dry-run", NULL });
	ck_assert_msg(outcome.status == 2, "%s: exit status %d: %s", cases[_i].text, outcome.status,
		      outcome.err);
	ck_assert_msg(strstr(outcome.err, cases[_i].needle), "%s: \"%s\"", cases[_i].text,
		      outcome.err);
	ck_assert_str_eq(outcome.out, "");
	outcome_release(&outcome);
	folder_remove(folder);
}
END_TEST

/* What filters: each setting leaves out so many, and says why. */
/* clang-format off */
static const struct {
	const char *name, *settings, *reason;
	int count;
	const char *warning; /* a text among the warnings */
} filters[] = {
	{ "warn only",      "\"name_limit\":30,\"require_due_date\":true", "assignment_name_too_long", 0, "Name is too long, must be under 31 characters" },
	{ "enforced names", "\"name_limit\":30,\"enforce_save_rules\":true", "assignment_name_too_long", 2, "Name is too long, must be under 31 characters" },
	{ "enforced dates", "\"require_due_date\":true,\"enforce_save_rules\":true", "assignment_due_date_missing", 2, "cannot be blank when Post to Sis is checked" },
	{ "no limit",       "\"enforce_save_rules\":true", "assignment_name_too_long", 0, NULL },
	{ "sections only",  "\"assign_to\":\"sections\"", "assignment_to_individuals", 2, NULL },
	{ "missing",        "", "submission_missing_without_score", 1, NULL },
	{ "missing sent",   "\"missing_null\":\"send\"", "submission_missing_without_score", 0, NULL },
	{ "window",         "\"window_days\":1", "submission_outside_window", -1, NULL },
	{ "wide window",    "\"window_days\":3650", "submission_outside_window", 0, NULL },
	{ "other section id", "\"section_id\":\"integration_id\"", "section_without_sis_id", 3, NULL },
};
/* clang-format on */

START_TEST(filter)
{
	const char *name = filters[_i].name;
	char *settings = xformat("{%s%s\"category\":\"omit\"}", filters[_i].settings,
				 *filters[_i].settings ? "," : "");
	char *folder = course_make("biology", settings);
	struct outcome outcome;
	json_t *report;
	const json_t *warning, *left;
	size_t i;
	int count;
	bool warned = false;

	course_sync(&outcome, &shared, folder, (const char *[]){ "--json", "--dry-run", NULL });
	report = course_report(&outcome, name);
	left = json_object_get(json_object_get(report, "counts"), "filtered");
	count = (int)json_integer_value(json_object_get(left, filters[_i].reason));
	ck_assert_msg(filters[_i].count < 0 ? count > 0 : count == filters[_i].count, "%s: %d %s",
		      name, count, filters[_i].reason);
	json_array_foreach (json_object_get(report, "warnings"), i, warning)
		warned = warned || same_text(json_string_value(json_object_get(warning, "text")),
					     filters[_i].warning);
	ck_assert_msg(!filters[_i].warning || warned, "%s: no warning: %s", name, outcome.out);
	json_decref(report);
	outcome_release(&outcome);
	free(settings);
	folder_remove(folder);
}
END_TEST

Suite *settings_suite(void);
Suite *settings_suite(void)
{
	Suite *suite = suite_create("settings");
	TCase *tc = tcase_create("settings");

	tcase_set_timeout(tc, 60);
	tcase_add_unchecked_fixture(tc, start_shared, stop_shared);
	tcase_add_loop_test(tc, category, 0, ARRAY_SIZE(categories));
	tcase_add_loop_test(tc, grading_period, 0, ARRAY_SIZE(periods));
	tcase_add_loop_test(tc, template_of_a_field, 0, ARRAY_SIZE(templates));
	tcase_add_loop_test(tc, wrong_connection, 0, 30);
	tcase_add_loop_test(tc, filter, 0, ARRAY_SIZE(filters));
	suite_add_tcase(suite, tc);
	return suite;
}
