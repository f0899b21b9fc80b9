/*
 * test_operations.c - every operation of the standard's lists: what it answers, to whom,
 * and what stands beside it.
 *
 * Each row of tests/standard/operations-*.tsv is a case; one server per version serves
 * them all. A row that is right leaves the district as it was.
 */
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/str.h"
#include "tests/http/walk.h"

static struct server shared;

static void start_shared(void)
{
	walk_read();
	district_start(&shared);
}

static void stop_shared(void)
{
	district_stop(&shared);
}

/* Each id of the path in turn; a PUT makes its object instead. */
static void knows_no_such_id(const struct listed *row)
{
	char *body = walk_body(row);
	struct answer answer;

	for (int i = 0; i < walk_ids(row) && strcmp(row->method, "PUT") != 0; i++) {
		char *url = walk_url(&shared, row, i, NULL);

		walk_call(&answer, row->method, url, shared.bearer, body);
		const char *text = walk_refused(&answer, row->version, url, 404, "unknown object");

		ck_assert_msg(strstr(text, UNKNOWN_ID), "%s: \"%s\"", url, text);
		answer_release(&answer);
		free(url);
	}
	free(body);
}

static size_t words_in(const char *words)
{
	size_t count = 0;

	for (words += strspn(words, " "); *words; words += strspn(words, " ")) {
		words += strcspn(words, " ");
		count++;
	}
	return count;
}

/* Exactly the methods that the list has, HEAD with GET, and OPTIONS. */
static void check_allow(const struct answer *answer, const struct listed *row, const char *name)
{
	static const char *const methods[] = { "GET", "HEAD", "PUT", "POST", "DELETE" };
	char *allow = answer_header(answer, "Allow");
	size_t expected = 1;

	ck_assert_msg(allow != NULL, "%s: no Allow", name);
	for (char *comma = allow; (comma = strchr(comma, ','));)
		*comma = ' ';
	for (size_t i = 0; i < ARRAY_SIZE(methods); i++) {
		bool has = walk_has(row, methods[i]);

		expected += has;
		ck_assert_msg(has_word(allow, methods[i]) == has, "%s: Allow is %s: %s", name,
			      allow, methods[i]);
	}
	ck_assert_msg(has_word(allow, "OPTIONS") && words_in(allow) == expected, "%s: Allow is %s",
		      name, allow);
	free(allow);
}

static void refuses_other_methods(const struct listed *row)
{
	static const char *const methods[] = { "GET",    "HEAD",  "PUT",     "POST",
					       "DELETE", "PATCH", "PROPFIND" };
	char *url = walk_url(&shared, row, -1, NULL);
	struct answer answer;

	for (size_t i = 0; i < ARRAY_SIZE(methods); i++) {
		bool head = strcmp(methods[i], "HEAD") == 0;
		char *name = xformat("%s %s", methods[i], url);

		if (!walk_has(row, methods[i])) {
			walk_call(&answer, methods[i], url, shared.bearer, head ? NULL : "{}");
			if (head)
				ck_assert_msg(answer.status == 405 && answer.length == 0, "%s: %ld",
					      name, answer.status);
			else
				walk_refused(&answer, row->version, name, 405, "invalid data");
			check_allow(&answer, row, name);
			answer_release(&answer);
		}
		free(name);
	}
	free(url);
}

static void options_names_the_methods(const struct listed *row)
{
	char *url = walk_url(&shared, row, -1, NULL);
	struct answer answer;

	walk_call(&answer, "OPTIONS", url, shared.bearer, NULL);
	ck_assert_msg(answer.status == 204 && answer.length == 0, "%s: %ld %s", url, answer.status,
		      answer.body);
	check_allow(&answer, row, url);
	answer_release(&answer);
	free(url);
}

static bool is_get(const struct listed *row)
{
	return strcmp(row->method, "GET") == 0;
}

static void check_same(const struct answer *plain, const struct answer *other, const char *name)
{
	ck_assert_msg(other->status == 200 && strcmp(plain->body, other->body) == 0,
		      "%s: %ld %.200s", name, other->status, other->body);
}

/* With a slash behind, with a body, with odd headers: still the same answer. */
static void get_is_not_disturbed(const struct listed *row)
{
	static const struct {
		const char *header, *body;
	} oddities[] = {
		{ "Content-Type: application/x-www-form-urlencoded", NULL },
		{ "Content-Type: application/json", "{\"limit\": 0}" },
		{ "Content-Type: application/x-www-form-urlencoded", "limit=0&filter=nonsense" },
		{ "Content-Type:", "\xff" },
		{ "Cookie;", NULL },
		{ "Accept: text/html, application/xml", NULL },
	};
	char *url = walk_url(&shared, row, -1, NULL), *slash = xformat("%s/", url);
	struct answer plain, other;

	walk_call(&plain, "GET", url, shared.bearer, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(oddities); i++) {
		http(&other, "GET", url,
		     (const char *[]){ shared.bearer, oddities[i].header, NULL }, oddities[i].body);
		check_same(&plain, &other, oddities[i].header);
		answer_release(&other);
	}
	walk_call(&other, "GET", slash, shared.bearer, NULL);
	check_same(&plain, &other, slash);
	answer_release(&other);
	answer_release(&plain);
	free(slash);
	free(url);
}

static void head_is_get_without_body(const struct listed *row)
{
	static const char *const headers[] = { "Content-Type", "X-Total-Count", "Link" };
	char *url = walk_url(&shared, row, -1, NULL), *length;
	struct answer get, head;

	walk_call(&get, "GET", url, shared.bearer, NULL);
	walk_call(&head, "HEAD", url, shared.bearer, NULL);
	length = answer_header(&head, "Content-Length");
	ck_assert_msg(head.status == 200 && head.length == 0, "%s: %ld, %zu bytes", url,
		      head.status, head.length);
	ck_assert_msg(length && strtoul(length, NULL, 10) == get.length, "%s: Content-Length %s",
		      url, length ? length : "absent");
	for (size_t i = 0; i < ARRAY_SIZE(headers); i++) {
		char *of_get = answer_header(&get, headers[i]);
		char *of_head = answer_header(&head, headers[i]);

		ck_assert_msg(same_text(of_get, of_head), "%s: %s is %s", url, headers[i],
			      of_head ? of_head : "absent");
		free(of_get);
		free(of_head);
	}
	free(length);
	answer_release(&get);
	answer_release(&head);
	free(url);
}

/* 404 with a token; without one not even that there is nothing. */
static void check_unknown(unsigned version, const char *url)
{
	struct answer answer;

	walk_call(&answer, "GET", url, shared.bearer, NULL);
	walk_refused(&answer, version, url, 404, "unknown object");
	answer_release(&answer);
	http(&answer, "GET", url, NULL, NULL);
	walk_refused(&answer, version, url, 401, "unauthorized");
	answer_release(&answer);
}

static void nothing_lies_beside(const struct listed *row)
{
	char *root = walk_root(row->version, row->service), *url = walk_url(&shared, row, -1, NULL);
	char *below = xformat("%s/nothing", url),
	     *nothing = xformat("%s%s/nothing", shared.url, root);

	check_unknown(row->version, below);
	check_unknown(row->version, nothing);
	free(nothing);
	free(below);
	free(url);
	free(root);
}

/* A service has no paths but its own: /scoreScales is not there in 1.1, /orgs not in the
 * gradebook of 1.2. */
static void is_not_in_other_services(const struct listed *row)
{
	static const struct listed others[] = {
		{ .version = V11, .service = "" },
		{ .version = V12, .service = "rostering" },
		{ .version = V12, .service = "gradebook" },
		{ .version = V12, .service = "resources" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		struct listed other = *row;

		other.version = others[i].version;
		other.service = others[i].service;
		/* many providers of 1.1 have it, and clients ask for it */
		if (walk_has(&other, "GET") || walk_has(&other, "PUT") ||
		    walk_has(&other, "POST") ||
		    (other.version == V11 && strcmp(other.name, "getCategoriesForClass") == 0))
			continue;

		char *url = walk_url(&shared, &other, -1, NULL);

		check_unknown(other.version, url);
		free(url);
	}
}

/* The sourcedIds that a collection of the district holds, in any order (fact sheets 1.1,
 * section 2.4, and 1.2, section 2.5). */
/* clang-format off */
static const struct {
	const char *name;
	unsigned in;
	const char *ids;
} holdings[] = {
	{ "getAllAcademicSessions",         BOTH, "year term-a term-b term-c semester period-a period-b" },
	{ "getAllTerms",                    BOTH, "term-a term-b term-c" },
	{ "getAllGradingPeriods",           BOTH, "period-a period-b" },
	{ "getAllClasses",                  BOTH, "class-a class-b class-c" },
	{ "getAllCourses",                  BOTH, "course-a course-b" },
	{ "getAllDemographics",             BOTH, "student-a student-b" },
	{ "getAllEnrollments",              BOTH, "enr-1 enr-2 enr-3 enr-4 enr-5 enr-6 enr-7" },
	{ "getAllOrgs",                     BOTH, "district school-a school-b" },
	{ "getAllSchools",                  BOTH, "school-a school-b" },
	{ "getAllUsers",                    BOTH, "admin teacher-a teacher-b student-a student-b student-c trainee" },
	{ "getAllStudents",                 V11,  "student-a student-b student-c" },
	{ "getAllStudents",                 V12,  "student-a student-b student-c trainee" },
	{ "getAllTeachers",                 BOTH, "teacher-a teacher-b trainee" },
	{ "getCoursesForSchool",            BOTH, "course-a" },
	{ "getClassesForSchool",            BOTH, "class-a class-c" },
	{ "getEnrollmentsForSchool",        BOTH, "enr-1 enr-2 enr-5 enr-6 enr-7" },
	{ "getStudentsForSchool",           BOTH, "student-a student-c" },
	{ "getTeachersForSchool",           BOTH, "teacher-a trainee" },
	{ "getTermsForSchool",              BOTH, "term-a term-b" },
	{ "getEnrollmentsForClassInSchool", BOTH, "enr-1 enr-2" },
	{ "getStudentsForClassInSchool",    BOTH, "student-a" },
	{ "getTeachersForClassInSchool",    BOTH, "teacher-a" },
	{ "getStudentsForClass",            BOTH, "student-a" },
	{ "getTeachersForClass",            BOTH, "teacher-a" },
	{ "getClassesForTerm",              BOTH, "class-a" },
	{ "getGradingPeriodsForTerm",       BOTH, "period-a" },
	{ "getClassesForCourse",            BOTH, "class-a" },
	{ "getClassesForStudent",           BOTH, "class-a" },
	{ "getClassesForTeacher",           BOTH, "class-a" },
	{ "getClassesForUser",              BOTH, "class-a class-c" },
	{ "getAllResources",                BOTH, "resource-a resource-b resource-c resource-d" },
	{ "getResourcesForCourse",          BOTH, "resource-a" },
	{ "getResourcesForClass",           BOTH, "resource-a resource-c" },
	{ "getResourcesForUser",            V12,  "resource-d" },
	{ "getAllCategories",               BOTH, "category category-a category-b category-c" },
	{ "getCategoriesForClass",          V12,  "category category-a category-c" },
	{ "getAllScoreScales",              V12,  "scale-a scale-b scale-c" },
	{ "getScoreScalesForClass",         V12,  "scale-a" },
	{ "getScoreScalesForSchool",        V12,  "scale-a scale-c" },
	{ "getAllLineItems",                BOTH, "item-a item-b item-c" },
	{ "getLineItemsForClass",           BOTH, "item-a item-c" },
	{ "getAllResults",                  BOTH, "result-1 result-2 result-3 result-4 result-5" },
	{ "getResultsForClass",             BOTH, "result-1 result-2 result-3" },
	{ "getResultsForLineItemForClass",  BOTH, "result-1 result-2" },
	{ "getResultsForStudentForClass",   BOTH, "result-1 result-3" },
	{ "getAllAssessmentLineItems",      V12,  "assessment-a assessment-b" },
	{ "getAllAssessmentResults",        V12,  "outcome-a" },
};

/* The same elsewhere in the district; "" is an empty list, NULL is 404. */
static const struct {
	unsigned version;
	const char *service, *path, *ids;
} sights[] = {
	{ V11, "",          "/schools/school-b/students", "student-b student-c" },
	{ V11, "",          "/schools/school-b/teachers", "teacher-b trainee" },
	{ V12, "rostering", "/schools/school-b/students", "student-b student-c trainee" },
	{ V12, "rostering", "/schools/school-b/teachers", "teacher-b" },
	{ V11, "",          "/classes/class-a/categories", "category category-a category-c" },
	{ V12, "gradebook", "/classes/class-b/categories", "category category-b category-c" },
	{ V12, "gradebook", "/classes/class-c/categories", "category" },
	{ V11, "",          "/classes/class-c/lineItems", "" },
	{ V11, "",          "/classes/class-c/results", "" },
	{ V12, "gradebook", "/classes/class-c/students/student-a/results", "" },
	{ V11, "",          "/classes/class-b/students/student-a/results", "result-5" },
	{ V11, "",          "/terms/term-c/gradingPeriods", "" },
	{ V12, "rostering", "/students/trainee/classes", "" },
	{ V12, "rostering", "/students/student-c/classes", "class-c" }, /* tobedeleted is there still */
	{ V12, "resources", "/users/admin/resources", "" },
	{ V11, "",          "/schools/district", NULL },
	{ V12, "rostering", "/schools/district", NULL },
	{ V11, "",          "/schools/district/classes", NULL },
	{ V11, "",          "/terms/period-a", NULL },
	{ V12, "rostering", "/terms/semester", NULL },
	{ V12, "rostering", "/gradingPeriods/term-a", NULL },
	{ V11, "",          "/students/teacher-a", NULL },
	{ V11, "",          "/students/trainee", NULL },
	{ V12, "rostering", "/students/teacher-a/classes", NULL },
	{ V12, "rostering", "/teachers/student-a", NULL },
	{ V11, "",          "/schools/school-b/classes/class-a/students", NULL },
	{ V12, "rostering", "/schools/school-b/classes/class-a/teachers", NULL },
	{ V12, "rostering", "/schools/school-b/classes/class-c/enrollments", NULL },
	{ V11, "",          "/classes/class-b/lineItems/item-a/results", NULL },
	{ V12, "gradebook", "/classes/class-a/lineItems/item-b/results", NULL },
	{ V12, "gradebook", "/classes/class-a/students/teacher-a/results", NULL },
};
/* clang-format on */

static void check_ids(const char *url, const char *ids)
{
	struct answer answer;
	const char *key;
	const json_t *list, *object;
	size_t i;

	walk_call(&answer, "GET", url, shared.bearer, NULL);
	ck_assert_msg(answer.status == 200, "%s: %ld %.200s", url, answer.status, answer.body);
	json_object_foreach (answer.json, key, list) {
		ck_assert_msg(json_array_size(list) == words_in(ids), "%s: %zu objects, not %s",
			      url, json_array_size(list), ids);
		json_array_foreach (list, i, object) {
			const char *id = jsonx_text(object, "sourcedId");

			ck_assert_msg(id && has_word(ids, id), "%s: %s is not one of %s", url,
				      id ? id : "an object without id", ids);
		}
	}
	answer_release(&answer);
}

static void holds_its_objects(const struct listed *row)
{
	char *url = walk_url(&shared, row, -1, NULL);
	bool found = false;

	for (size_t i = 0; i < ARRAY_SIZE(holdings); i++) {
		if (strcmp(holdings[i].name, row->name) != 0 || !(holdings[i].in & row->version))
			continue;
		found = true;
		check_ids(url, holdings[i].ids);
	}
	ck_assert_msg(found, "%s: nothing says what it holds", row->name);
	free(url);
}

START_TEST(shows)
{
	char *root = walk_root(sights[_i].version, sights[_i].service);
	char *url = xformat("%s%s%s", shared.url, root, sights[_i].path);
	struct answer answer;

	if (sights[_i].ids) {
		check_ids(url, sights[_i].ids);
	} else {
		walk_call(&answer, "GET", url, shared.bearer, NULL);
		walk_refused(&answer, sights[_i].version, url, 404, "unknown object");
		answer_release(&answer);
	}
	free(url);
	free(root);
}
END_TEST

START_TEST(answers)
{
	const struct listed *row = &listed[_i];

	walk_works(&shared, row, shared.bearer);
	if (!is_get(row))
		return;
	if (!ends_with(row->path, "}"))
		holds_its_objects(row);
	get_is_not_disturbed(row);
	head_is_get_without_body(row);
}
END_TEST

START_TEST(refuses)
{
	const struct listed *row = &listed[_i];

	knows_no_such_id(row);
	refuses_other_methods(row);
	options_names_the_methods(row);
	nothing_lies_beside(row);
	is_not_in_other_services(row);
}
END_TEST

static void add_walk(Suite *suite, const char *name, int first, int end)
{
	TCase *tc = tcase_create(name);

	tcase_set_timeout(tc, 30);
	tcase_add_unchecked_fixture(tc, start_shared, stop_shared);
	tcase_add_loop_test(tc, answers, first, end);
	tcase_add_loop_test(tc, refuses, first, end);
	if (first == 0)
		tcase_add_loop_test(tc, shows, 0, ARRAY_SIZE(sights));
	suite_add_tcase(suite, tc);
}

Suite *operations_suite(void);
Suite *operations_suite(void)
{
	Suite *suite = suite_create("operations");

	add_walk(suite, "operations of 1.1", 0, LISTED_11);
	add_walk(suite, "operations of 1.2", LISTED_11, LISTED);
	return suite;
}
