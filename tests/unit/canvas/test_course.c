/*
 * test_course.c - a Canvas course from its six files, whole, odd and broken.
 */
#include <check.h>
#include <unistd.h>

#include "base/file.h"
#include "base/jsonx.h"
#include "conformance/canvas/course.h"
#include "tests/unit/canvas/small.h"
#include "tests/unit/helpers.h"

#define SUB(assignment, user) \
	"{\"assignment_id\": " assignment ", \"user_id\": " user ", \"score\": 1}"

/* clang-format off */
/* The forms in which submissions.json comes; all mean the same four. */
static const struct {
	const char *name, *submissions;
} forms[] = {
	{ "flat",              "[" SUB("1", "101") "," SUB("1", "102") "," SUB("1", "103") "," SUB("1", "104") "]" },
	{ "pages",             "[" SUB("1", "101") "," SUB("1", "102") "][" SUB("1", "103") "," SUB("1", "104") "]" },
	{ "pages on lines",    "[" SUB("1", "101") "]\n\n  [" SUB("1", "102") "," SUB("1", "103") "]\r\n[]\n[" SUB("1", "104") "]\n" },
	{ "grouped",           "[{\"user_id\": 101, \"submissions\": [" SUB("1", "101") "]}, {\"user_id\": 102, \"submissions\": [{\"assignment_id\": 1}]},"
	                       "{\"user_id\": 103, \"submissions\": [" SUB("1", "103") "]}, {\"user_id\": 104, \"submissions\": [" SUB("1", "104") "]}]" },
	{ "grouped, no user",  "[{\"submissions\": [" SUB("1", "101") "," SUB("1", "102") "," SUB("1", "103") "," SUB("1", "104") "]}]" },
	{ "mixed",             "[" SUB("1", "101") ", {\"user_id\": 102, \"submissions\": [" SUB("1", "102") "]}][" SUB("1", "103") "," SUB("1", "104") "]" },
	{ "unusual numbers",   "[" SUB("1", "101") ", {\"assignment_id\": 1, \"user_id\": 102, \"score\": 1e0}," SUB("1", "103") ",{\"assignment_id\": 1, \"user_id\": 104, \"score\": 0.1E+1, \"x\": [\"\\\"]\"]}]" },
	{ "unusual, grouped",  "[{\"user_id\": 101, \"x\": 1e3, \"submissions\": [" SUB("1", "101") "]}, {\"user_id\": 102, \"submissions\": [{\"assignment_id\": 1, \"score\": 1e0}]},"
	                       "{\"user_id\": \"10\\u0033\", \"submissions\": [{\"assignment_id\": 1, \"score\": 1}]}, " SUB("1", "104") "]" },
	{ "ids as texts",      "[" SUB("\"1\"", "\"101\"") "," SUB("1", "\"102\"") "," SUB("\"1\"", "103") "," SUB("1", "104") "]" },
};

/* What is passed over, and how it is noted. */
static const struct {
	const char *name;
	struct small small;
	const char *code, *says;
} odd[] = {
	{ "an unknown assignment", { .submissions = "[" SUB("99", "101") "]" }, "assignment_unknown", "99" },
	{ "an unknown student",    { .submissions = "[" SUB("1", "999") "]" },  "student_unknown", "999" },
	{ "a teacher's",           { .submissions = "[" SUB("1", "1") "]" },    "student_unknown", "user 1" },
	{ "no ids",                { .submissions = "[{\"score\": 1}]" },       "submission_without_ids", "passed over" },
	{ "a number for one",      { .submissions = "[7]" },                    "submission_without_ids", "passed over" },
	{ "no id of a section",    { .sections = "[{\"name\": \"S\"}]", .enrollments = "[]" }, "section_without_id", "element 0" },
	{ "no id of an assignment", { .assignments = "[{\"name\": \"A\"}]" },   "assignment_without_id", "element 0" },
	{ "an assignment twice",   { .assignments = "[{\"id\": 1, \"name\": \"A\"}, {\"id\": 1, \"name\": \"B\"}]" }, "assignment_twice", "assignment 1" },
	{ "an unknown section",    { .enrollments = "[{\"user_id\": 5, \"course_section_id\": 99, \"type\": \"StudentEnrollment\"}]" }, "section_unknown", "99" },
	{ "an enrollment of nobody", { .enrollments = "[{\"type\": \"StudentEnrollment\", \"course_section_id\": 11}]" }, "enrollment_without_ids", "user_id" },
};

/* What cannot be read: the file, and a word. */
static const struct {
	const char *name;
	struct small small;
	const char *file, *says;
} broken[] = {
	{ "an empty file",         { .sections = "" },               "sections.json", "is empty" },
	{ "only blanks",           { .assignments = " \n\t\n" },     "assignments.json", "is empty" },
	{ "an object for a list",  { .groups = "{}" },               "assignment_groups.json", "expected an array, found an object" },
	{ "Canvas's refusal",      { .enrollments = "{\"errors\": [{\"message\": \"Invalid access token.\"}]}" }, "enrollments.json", "expected an array" },
	{ "a list for the course", { .course = "[]" },               "course.json", "expected an object" },
	{ "a course without an id", { .course = "{\"name\": \"C\"}" }, "course.json", "no id" },
	{ "broken JSON",           { .submissions = "[\n{\"a\" 1}]" }, "submissions.json", "line 2, column 6" },
	{ "a key twice",           { .submissions = "[{\"a\": 1, \"a\": 2}]" }, "submissions.json", "line 1" },
	{ "not UTF-8",             { .submissions = "[\"\xff\"]" },  "submissions.json", "UTF-8" },
	{ "text behind",           { .submissions = "[] oops" },     "submissions.json", "line 1" },
	{ "a broken second page",  { .submissions = "[]\n[\n{\"a\" 1}]" }, "submissions.json", "line 3, column 6" },
	{ "an object for a page",  { .submissions = "[]{}" },        "submissions.json", "expected an array" },
};

static const struct {
	const char *course;
	bool published;
} states[] = {
	{ "{\"id\": 1, \"workflow_state\": \"available\"}",   true },
	{ "{\"id\": 1, \"workflow_state\": \"completed\"}",   true },
	{ "{\"id\": 1, \"workflow_state\": \"unpublished\"}", false },
	{ "{\"id\": 1, \"workflow_state\": \"created\"}",     false },
	{ "{\"id\": 1, \"workflow_state\": \"deleted\"}",     false },
	{ "{\"id\": 1}",                                      false },
};
/* clang-format on */

static struct connection connection;

static void open_connection(void)
{
	small_connection(&connection, "");
}

static void close_connection(void)
{
	connection_release(&connection);
}

START_TEST(reads_every_form_of_submissions)
{
	struct small small = { .submissions = forms[_i].submissions };
	struct course course;

	small_load(&course, &small, &connection);
	ck_assert_msg(course.submission_count == 4 && course.submissions_seen == 4, "%s: %zu",
		      forms[_i].name, course.submission_count);
	for (size_t i = 0; i < 4; i++) {
		const struct student *student = &course.students[course.submissions[i].student];

		ck_assert_msg(strtol(student->id, NULL, 10) == (long)(101 + i), "%s: %s",
			      forms[_i].name, student->id);
	}
	ck_assert_uint_eq(json_array_size(course.odd), 0);
	course_release(&course);
}
END_TEST

/* Far more than is read at once, and a student whose group is. Each submission is read
 * again from the file. */
START_TEST(reads_many_submissions)
{
	struct str text = STR_INIT;
	struct small small = { 0 };
	struct course course;

	str_add(&text, "[{\"user_id\": 101, \"submissions\": [");
	for (int i = 0; i < 9000; i++)
		str_format(&text,
			   "%s\n{\"assignment_id\": %d, \"user_id\": 101, \"body\": \"%060d\"}",
			   i ? "," : "", i ? 99 : 1, i);
	str_add(&text, "]}");
	for (int i = 0; i < 9000; i++)
		str_format(&text, ",\n{\"assignment_id\": 1, \"user_id\": %d, \"body\": \"%0*d\"}",
			   i == 7000 ? 102 : 900, 60 + i % 7, i);
	str_add(&text, "]");
	small.submissions = str_text(&text);
	small_load(&course, &small, &connection);
	ck_assert_uint_eq(course.submissions_seen, 18000);
	ck_assert_uint_eq(course.submission_count, 2);
	ck_assert_uint_eq(json_array_size(course.odd), WARNINGS_MOST + 1);
	ck_assert_str_eq(jsonx_text(json_array_get(course.odd, WARNINGS_MOST), "code"),
			 "more_warnings");
	for (size_t i = 0; i < 2; i++) {
		json_t *json = course_submission(&course, &course.submissions[i]);
		char user[CANVAS_ID];

		ck_assert_msg(json && jsonx_id(json, "user_id", user), "%zu", i);
		ck_assert_str_eq(user, course.students[course.submissions[i].student].id);
		json_decref(json);
	}
	course_release(&course);
	str_release(&text);
}
END_TEST

static const struct {
	const char *members;
	bool has_score, graded, excused, missing;
	double score;
	const char *graded_at;
} values[] = {
	{ "\"score\": 8.5, \"workflow_state\": \"graded\"", true, true, false, false, 8.5, NULL },
	{ "\"score\": -0.25, \"excused\": true", true, false, true, false, -0.25, NULL },
	{ "\"score\": null, \"missing\": true", false, false, false, true, 0, NULL },
	{ "\"score\": \"8\", \"workflow_state\": null", false, false, false, false, 0, NULL },
	{ "\"excused\": \"true\", \"missing\": 1", false, false, false, false, 0, NULL },
	{ "\"workflow_state\": \"graded \", \"graded_at\": \"2026-11-16T17:00:00Z\"", false, false,
	  false, false, 0, "2026-11-16T17:00:00Z" },
	{ "\"workflow_state\": \"gr\\u0061ded\", \"graded_at\": \"a\\\"b\"", false, true, false,
	  false, 0, "a\"b" },
	{ "\"score\": 123456789012345678, \"graded_at\": null", true, false, false, false,
	  123456789012345678.0, NULL },
	{ "\"score\": 12.345678901234567891", true, false, false, false, 12.345678901234567891,
	  NULL },
};

/* By the scanner, and by the parser where it is not sure: they must agree. */
START_TEST(knows_what_a_sync_decides_by)
{
	static const char *const more[] = { "", ", \"x\": 1e1", ", \"\\u0061\": 1" };

	for (size_t i = 0; i < ARRAY_SIZE(more); i++) {
		char *json = xformat("[{\"assignment_id\": 1, \"user_id\": 101, %s%s}]",
				     values[_i].members, more[i]);
		struct small small = { .submissions = json };
		struct course course;

		small_load(&course, &small, &connection);
		ck_assert_uint_eq(course.submission_count, 1);

		const struct submission *s = &course.submissions[0];

		ck_assert_msg(s->has_score == values[_i].has_score &&
				      s->score == values[_i].score &&
				      s->graded == values[_i].graded &&
				      s->excused == values[_i].excused &&
				      s->missing == values[_i].missing &&
				      same_text(s->graded_at, values[_i].graded_at),
			      "%s", json);
		course_release(&course);
		free(json);
	}
}
END_TEST

START_TEST(knows_its_people)
{
	struct small small = { 0 };
	struct course course;

	small_load(&course, &small, &connection);
	ck_assert_str_eq(course.id, "7");
	ck_assert(course_is_published(&course));
	ck_assert_uint_eq(course.section_count, 3);
	ck_assert_str_eq(course.sections[1].class_id, "c2");
	ck_assert_ptr_null(course.sections[2].class_id);
	ck_assert_uint_eq(course.student_count, 7); /* no teacher */
	ck_assert_str_eq(course.students[0].sis_id, "s1");
	ck_assert_str_eq(course.students[0].name, "U101");
	ck_assert_uint_eq(course.students[2].count, 2); /* in two sections */
	ck_assert(course.students[0].memberships[0].active);
	ck_assert(!course.students[3].memberships[0].active);
	ck_assert_ptr_null(course.students[4].sis_id);
	ck_assert(course.students[5].is_test && !course.students[4].is_test);
	ck_assert_int_eq(course_assignment(&course, "1"), 0);
	ck_assert_int_eq(course_assignment(&course, "2"), -1);
	ck_assert_str_eq(course.assignments[0].group_name, "Homework");
	ck_assert_str_eq(course.assignments[0].due_at, "2026-11-16T17:00:00Z");
	ck_assert(course.assignments[0].published && course.assignments[0].marked);
	ck_assert(course.assignments[0].gradeable && course.assignments[0].everyone);
	course_release(&course);
}
END_TEST

START_TEST(other_ids_can_be_chosen)
{
	struct small small = {
		.sections = "[{\"id\": 11, \"sis_section_id\": \"a\", \"integration_id\": \"b\"}]",
		.enrollments = "[{\"user_id\": 5, \"course_section_id\": 11, \"type\": "
			       "\"StudentEnrollment\", \"sis_user_id\": \"x\", \"user\": "
			       "{\"integration_id\": \"y\"}}]",
	};
	struct course course;

	connection_release(&connection);
	small_connection(&connection,
			 "\"section_id\": \"integration_id\", \"user_id\": \"integration_id\"");
	small_load(&course, &small, &connection);
	ck_assert_str_eq(course.sections[0].class_id, "b");
	ck_assert_str_eq(course.students[0].sis_id, "y");
	course_release(&course);
}
END_TEST

START_TEST(notes_what_is_odd)
{
	struct course course;
	const json_t *note;

	small_load(&course, &odd[_i].small, &connection);
	note = json_array_get(course.odd, 0);
	ck_assert_msg(json_array_size(course.odd) == 1 &&
			      same_text(jsonx_text(note, "code"), odd[_i].code),
		      "%s: %s", odd[_i].name, note ? jsonx_text(note, "code") : "nothing");
	ck_assert_msg(strstr(jsonx_text(note, "text"), odd[_i].says) != NULL, "%s: %s",
		      odd[_i].name, jsonx_text(note, "text"));
	ck_assert_uint_eq(course.submission_count, 0);
	course_release(&course);
}
END_TEST

START_TEST(says_which_file_is_broken)
{
	struct course course;
	struct err err = ERR_INIT;
	char *folder = small_write(&broken[_i].small);

	ck_assert_msg(!course_load(&course, folder, &connection, &err), "%s: taken",
		      broken[_i].name);
	ck_assert_msg(err.code == ERR_INVALID && strstr(err.text, broken[_i].file), "%s: %s",
		      broken[_i].name, err.text);
	ck_assert_msg(strstr(err.text, broken[_i].says) != NULL, "%s: %s", broken[_i].name,
		      err.text);
	course_release(&course);
	scratch_free(folder);
}
END_TEST

static const char *const names[] = {
	"course.json",      "sections.json",    "assignment_groups.json",
	"assignments.json", "enrollments.json", "submissions.json",
};

START_TEST(every_file_must_be_there)
{
	struct small small = { 0 };
	struct course course;
	struct err err = ERR_INIT;
	char *folder = small_write(&small), *path = path_join(folder, names[_i]);

	unlink(path);
	ck_assert(!course_load(&course, folder, &connection, &err));
	ck_assert_msg(err.code == ERR_INVALID && strstr(err.text, path), "%s", err.text);
	course_release(&course);
	free(path);
	scratch_free(folder);
}
END_TEST

START_TEST(a_missing_folder_is_said)
{
	struct course course;
	struct err err = ERR_INIT;

	ck_assert(!course_load(&course, "/no/such/course", &connection, &err));
	ck_assert_msg(strstr(err.text, "/no/such/course") != NULL, "%s", err.text);
	course_release(&course);
}
END_TEST

/* Nothing that Canvas answers is deep; what is cannot be written again. */
START_TEST(depth_has_a_limit)
{
	struct str text = STR_INIT;
	struct course course;
	struct err err = ERR_INIT;

	str_add(&text, "[{\"id\": 1, \"published\": true, \"post_to_sis\": true, \"name\": ");
	for (int i = 0; i < 200; i++)
		str_add_char(&text, '[');
	for (int i = 0; i < 200; i++)
		str_add_char(&text, ']');
	str_add(&text, "}]");

	struct small small = { .assignments = str_text(&text) };
	char *folder = small_write(&small);

	ck_assert(!course_load(&course, folder, &connection, &err));
	ck_assert_msg(strstr(err.text, "assignments.json") != NULL, "%s", err.text);
	course_release(&course);
	scratch_free(folder);
	str_release(&text);
}
END_TEST

START_TEST(knows_whether_it_is_published)
{
	struct small small = { .course = states[_i].course };
	struct course course;

	small_load(&course, &small, &connection);
	ck_assert_msg(course_is_published(&course) == states[_i].published, "%s",
		      states[_i].course);
	course_release(&course);
}
END_TEST

static const struct {
	const char *more;
	bool gradeable;
} gradings[] = {
	{ ", \"submission_types\": [\"online_upload\"], \"grading_type\": \"points\"", true },
	{ ", \"submission_types\": [\"none\"]", true },
	{ ", \"submission_types\": [\"not_graded\"]", false },
	{ ", \"grading_type\": \"not_graded\"", false },
};

START_TEST(knows_what_is_graded)
{
	char *json = xformat("[{\"id\": 1%s}]", gradings[_i].more);
	struct small small = { .assignments = json };
	struct course course;

	small_load(&course, &small, &connection);
	ck_assert_msg(course.assignments[0].gradeable == gradings[_i].gradeable, "%s",
		      gradings[_i].more);
	ck_assert_str_eq(course.assignments[0].name, "");
	ck_assert_ptr_null(course.assignments[0].due_at);
	ck_assert_ptr_null(course.assignments[0].group_name);
	course_release(&course);
	free(json);
}
END_TEST

Suite *course_suite(void);
Suite *course_suite(void)
{
	Suite *suite = suite_create("canvas/course");
	TCase *tc = tcase_create("course");

	tcase_add_checked_fixture(tc, open_connection, close_connection);
	tcase_add_loop_test(tc, reads_every_form_of_submissions, 0, ARRAY_SIZE(forms));
	tcase_add_test(tc, reads_many_submissions);
	tcase_add_loop_test(tc, knows_what_a_sync_decides_by, 0, ARRAY_SIZE(values));
	tcase_add_test(tc, knows_its_people);
	tcase_add_test(tc, other_ids_can_be_chosen);
	tcase_add_loop_test(tc, notes_what_is_odd, 0, ARRAY_SIZE(odd));
	tcase_add_loop_test(tc, says_which_file_is_broken, 0, ARRAY_SIZE(broken));
	tcase_add_loop_test(tc, every_file_must_be_there, 0, ARRAY_SIZE(names));
	tcase_add_test(tc, a_missing_folder_is_said);
	tcase_add_test(tc, depth_has_a_limit);
	tcase_add_loop_test(tc, knows_whether_it_is_published, 0, ARRAY_SIZE(states));
	tcase_add_loop_test(tc, knows_what_is_graded, 0, ARRAY_SIZE(gradings));
	suite_add_tcase(suite, tc);
	return suite;
}
