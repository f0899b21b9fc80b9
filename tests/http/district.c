/*
 * district.c - the rows of the small district.
 */
#include "tests/http/district.h"

#include <stdlib.h>
#include <string.h>

#include "server/store/store.h"
#include "tests/quoted.h"

static char *folder;

#define REF(id) "{'sourcedId': '" id "'}"
#define ROLE(type, role, org) "{'roleType': '" type "', 'role': '" role "', 'org': " REF(org) "}"

/* clang-format off */
static const struct {
	const struct entity *entity;
	const char *id;
	const char *rest; /* of the object, with ' for " */
} rows[] = {
	{ &ENTITY_ORGS, "district", "'name': 'District', 'type': 'district', 'children': [" REF("school-a") ", " REF("school-b") "]" },
	{ &ENTITY_ORGS, "school-a", "'name': 'School A', 'type': 'school', 'identifier': 'A', 'parent': " REF("district") },
	{ &ENTITY_ORGS, "school-b", "'name': 'School B', 'type': 'school', 'identifier': 'B', 'parent': " REF("district") },

	{ &ENTITY_ACADEMIC_SESSIONS, "year",     "'title': 'Year',  'type': 'schoolYear',    'startDate': '2026-08-01', 'endDate': '2027-07-01', 'schoolYear': '2027', 'children': [" REF("term-a") "]" },
	{ &ENTITY_ACADEMIC_SESSIONS, "term-a",   "'title': 'Fall',   'type': 'term',          'startDate': '2026-08-01', 'endDate': '2027-01-01', 'schoolYear': '2027', 'parent': " REF("year") },
	{ &ENTITY_ACADEMIC_SESSIONS, "term-b",   "'title': 'Spring', 'type': 'term',          'startDate': '2027-01-01', 'endDate': '2027-07-01', 'schoolYear': '2027', 'parent': " REF("year") },
	{ &ENTITY_ACADEMIC_SESSIONS, "term-c",   "'title': 'Summer', 'type': 'term',          'startDate': '2027-06-01', 'endDate': '2027-07-01', 'schoolYear': '2027', 'parent': " REF("year") },
	{ &ENTITY_ACADEMIC_SESSIONS, "semester", "'title': 'Half',   'type': 'semester',      'startDate': '2026-08-01', 'endDate': '2027-01-01', 'schoolYear': '2027', 'parent': " REF("term-a") },
	{ &ENTITY_ACADEMIC_SESSIONS, "period-a", "'title': 'Q1',     'type': 'gradingPeriod', 'startDate': '2026-08-01', 'endDate': '2026-12-01', 'schoolYear': '2027', 'parent': " REF("term-a") },
	{ &ENTITY_ACADEMIC_SESSIONS, "period-b", "'title': 'Q3',     'type': 'gradingPeriod', 'startDate': '2027-01-01', 'endDate': '2027-03-01', 'schoolYear': '2027', 'parent': " REF("term-b") },

	{ &ENTITY_RESOURCES, "resource-a", "'title': 'of course A', 'vendorResourceId': '1', 'roles': ['student']" },
	{ &ENTITY_RESOURCES, "resource-b", "'title': 'of course B', 'vendorResourceId': '2'" },
	{ &ENTITY_RESOURCES, "resource-c", "'title': 'of class A',  'vendorResourceId': '3', 'importance': 'primary'" },
	{ &ENTITY_RESOURCES, "resource-d", "'title': 'of a user',   'vendorResourceId': '4'" },

	{ &ENTITY_COURSES, "course-a", "'title': 'Algebra', 'courseCode': 'A', 'org': " REF("school-a") ", 'schoolYear': " REF("year") ", 'resources': [" REF("resource-a") "]" },
	{ &ENTITY_COURSES, "course-b", "'title': 'Biology', 'courseCode': 'B', 'org': " REF("school-b") ", 'resources': [" REF("resource-b") "]" },

	{ &ENTITY_CLASSES, "class-a", "'title': 'A', 'classType': 'scheduled', 'course': " REF("course-a") ", 'school': " REF("school-a") ", 'terms': [" REF("term-a") ", " REF("semester") "], 'resources': [" REF("resource-c") ", " REF("resource-a") "]" },
	{ &ENTITY_CLASSES, "class-b", "'title': 'B', 'classType': 'scheduled', 'course': " REF("course-b") ", 'school': " REF("school-b") ", 'terms': [" REF("term-c") "], 'resources': [" REF("resource-b") "]" },
	{ &ENTITY_CLASSES, "class-c", "'title': 'C', 'classType': 'homeroom',  'course': " REF("course-b") ", 'school': " REF("school-a") ", 'terms': [" REF("term-b") "]" },

	{ &ENTITY_USERS, "admin",     "'username': 'admin', 'givenName': 'A', 'familyName': 'A', 'enabledUser': 'true', 'role': 'administrator', 'orgs': [" REF("district") "]" },
	{ &ENTITY_USERS, "teacher-a", "'username': 't-a',   'givenName': 'T', 'familyName': 'A', 'enabledUser': 'true', 'role': 'teacher', 'orgs': [" REF("school-a") "]" },
	{ &ENTITY_USERS, "teacher-b", "'username': 't-b',   'givenName': 'T', 'familyName': 'B', 'enabledUser': 'true', 'role': 'teacher', 'orgs': [" REF("school-b") "]" },
	{ &ENTITY_USERS, "student-a", "'username': 's-a',   'givenName': 'S', 'familyName': 'A', 'enabledUser': 'true', 'role': 'student', 'orgs': [" REF("school-a") "], 'resources': [" REF("resource-d") "]" },
	{ &ENTITY_USERS, "student-b", "'username': 's-b',   'givenName': 'S', 'familyName': 'B', 'enabledUser': 'true', 'role': 'student', 'orgs': [" REF("school-b") "], 'resources': [" REF("resource-b") "]" },
	/* of school B, enrolled at school A */
	{ &ENTITY_USERS, "student-c", "'username': 's-c',   'givenName': 'S', 'familyName': 'C', 'enabledUser': 'true', 'role': 'student', 'orgs': [" REF("school-b") "]" },
	/* teaches at school A and studies at school B: for 1.1 a teacher of both */
	{ &ENTITY_USERS, "trainee",   "'username': 'both',  'givenName': 'T', 'familyName': 'S', 'enabledUser': 'true', 'roles': [" ROLE("secondary", "student", "school-b") ", " ROLE("primary", "teacher", "school-a") "]" },

	{ &ENTITY_DEMOGRAPHICS, "student-a", "'sex': 'female', 'birthDate': '2010-01-02'" },
	{ &ENTITY_DEMOGRAPHICS, "student-b", "'sex': 'male'" },

	{ &ENTITY_ENROLLMENTS, "enr-1", "'user': " REF("student-a") ", 'class': " REF("class-a") ", 'school': " REF("school-a") ", 'role': 'student'" },
	{ &ENTITY_ENROLLMENTS, "enr-2", "'user': " REF("teacher-a") ", 'class': " REF("class-a") ", 'school': " REF("school-a") ", 'role': 'teacher', 'primary': 'true'" },
	{ &ENTITY_ENROLLMENTS, "enr-3", "'user': " REF("student-b") ", 'class': " REF("class-b") ", 'school': " REF("school-b") ", 'role': 'student'" },
	{ &ENTITY_ENROLLMENTS, "enr-4", "'user': " REF("teacher-b") ", 'class': " REF("class-b") ", 'school': " REF("school-b") ", 'role': 'teacher'" },
	{ &ENTITY_ENROLLMENTS, "enr-5", "'user': " REF("student-c") ", 'class': " REF("class-c") ", 'school': " REF("school-a") ", 'role': 'student', 'status': 'tobedeleted'" },
	/* a student who is in a class as something else */
	{ &ENTITY_ENROLLMENTS, "enr-6", "'user': " REF("student-a") ", 'class': " REF("class-c") ", 'school': " REF("school-a") ", 'role': 'proctor'" },
	/* a teacher who is in a class as something else */
	{ &ENTITY_ENROLLMENTS, "enr-7", "'user': " REF("teacher-a") ", 'class': " REF("class-c") ", 'school': " REF("school-a") ", 'role': 'administrator'" },

	{ &ENTITY_CATEGORIES, "category",   "'title': 'of every class'" },
	{ &ENTITY_CATEGORIES, "category-a", "'title': 'of class A', 'weight': 40, 'metadata': {'classId': 'class-a'}" },
	{ &ENTITY_CATEGORIES, "category-b", "'title': 'of class B', 'metadata': {'classId': 'class-b'}" },
	/* of class B, yet class A uses it */
	{ &ENTITY_CATEGORIES, "category-c", "'title': 'lent', 'metadata': {'classId': 'class-b'}" },

	{ &ENTITY_SCORE_SCALES, "scale-a", "'title': 'A', 'type': 'letters', 'class': " REF("class-a") ", 'scoreScaleValue': [{'itemValueLHS': '0-1', 'itemValueRHS': 'F'}]" },
	{ &ENTITY_SCORE_SCALES, "scale-b", "'title': 'B', 'type': 'letters', 'class': " REF("class-b") ", 'scoreScaleValue': [{'itemValueLHS': '0-1', 'itemValueRHS': 'F'}]" },
	{ &ENTITY_SCORE_SCALES, "scale-c", "'title': 'C', 'type': 'letters', 'class': " REF("class-c") ", 'scoreScaleValue': [{'itemValueLHS': '0-1', 'itemValueRHS': 'F'}]" },

	{ &ENTITY_LINE_ITEMS, "item-a", "'title': 'A', 'assignDate': '2026-09-01T00:00:00Z', 'dueDate': '2026-09-08T00:00:00Z', 'class': " REF("class-a") ", 'category': " REF("category-a") ", 'gradingPeriod': " REF("period-a") ", 'resultValueMin': 0, 'resultValueMax': 10" },
	{ &ENTITY_LINE_ITEMS, "item-b", "'title': 'B', 'assignDate': '2026-09-01T00:00:00Z', 'dueDate': '2026-09-08T00:00:00Z', 'class': " REF("class-b") ", 'category': " REF("category-b") },
	{ &ENTITY_LINE_ITEMS, "item-c", "'title': 'C', 'assignDate': '2026-09-01T00:00:00Z', 'dueDate': '2026-09-08T00:00:00Z', 'class': " REF("class-a") ", 'category': " REF("category-c") },

	{ &ENTITY_RESULTS, "result-1", "'lineItem': " REF("item-a") ", 'student': " REF("student-a") ", 'score': 1, 'scoreStatus': 'fully graded', 'scoreDate': '2026-09-08'" },
	{ &ENTITY_RESULTS, "result-2", "'lineItem': " REF("item-a") ", 'student': " REF("student-c") ", 'score': 2, 'scoreStatus': 'fully graded', 'scoreDate': '2026-09-08'" },
	{ &ENTITY_RESULTS, "result-3", "'lineItem': " REF("item-c") ", 'student': " REF("student-a") ", 'score': 3, 'scoreStatus': 'fully graded', 'scoreDate': '2026-09-08'" },
	{ &ENTITY_RESULTS, "result-4", "'lineItem': " REF("item-b") ", 'student': " REF("student-b") ", 'score': 4, 'scoreStatus': 'fully graded', 'scoreDate': '2026-09-08'" },
	{ &ENTITY_RESULTS, "result-5", "'lineItem': " REF("item-b") ", 'student': " REF("student-a") ", 'score': 5, 'scoreStatus': 'exempt', 'scoreDate': '2026-09-08'" },

	{ &ENTITY_ASSESSMENT_LINE_ITEMS, "assessment-a", "'title': 'A', 'class': " REF("class-a") },
	{ &ENTITY_ASSESSMENT_LINE_ITEMS, "assessment-b", "'title': 'B', 'parentAssessmentLineItem': " REF("assessment-a") },
	{ &ENTITY_ASSESSMENT_RESULTS, "outcome-a", "'assessmentLineItem': " REF("assessment-a") ", 'student': " REF("student-a") ", 'score': 7, 'scoreStatus': 'submitted', 'scoreDate': '2026-09-08'" },
};
/* clang-format on */

static json_t *object_of(size_t row)
{
	char *text = xformat("{'sourcedId': '%s', %s}", rows[row].id, rows[row].rest);
	json_t *object = json_quoted(text);

	if (!json_object_get(object, "status"))
		json_object_set_new(object, "status", json_string("active"));
	free(text);
	return object;
}

static void put(struct store *store, size_t row)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct record record;
	json_t *object = object_of(row);
	bool created;

	ck_assert_msg(record_from_json(&record, rows[row].entity, BOTH, object, "", &arena, &err),
		      "%s: %s", rows[row].id, err.text);
	record_set_int(&record, "dateLastModified", 1794848400000);
	ck_assert_msg(rows_put(store_conn(store), &record, &created, &err), "%s: %s", rows[row].id,
		      err.text);
	ck_assert_msg(created, "%s stands twice", rows[row].id);
	json_decref(object);
	arena_release(&arena);
}

void district_start(struct server *server)
{
	struct err err = ERR_INIT;

	folder = folder_make();

	char *path = xformat("%s/district.db", folder);
	struct store *store = store_open(path, &err);

	ck_assert_msg(store && conn_begin(store_conn(store), true, &err), "%s", err.text);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		put(store, i);
	ck_assert_msg(conn_commit(store_conn(store), &err), "%s", err.text);
	store_close(store);
	server_start_bare(server, (const char *[]){ "--db", path, "--credential", CREDENTIAL,
						    "--now", STORY_TIME, NULL });
	free(path);
}

void district_stop(struct server *server)
{
	server_stop(server);
	folder_remove(folder);
}
