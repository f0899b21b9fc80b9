/*
 * operations.c - the operation table.
 */
#include "oneroster/operations.h"

#include <string.h>

static const char *const method_names[] = { "GET", "PUT", "POST", "DELETE", "OTHER" };

const char *method_name(enum method method)
{
	return method_names[method];
}

/* clang-format off */
const struct operation operations[] = {
	{ GET,    "/orgs",                    "getAllOrgs",             &ENTITY_ORGS,              READ_MANY },
	{ GET,    "/orgs/{id}",               "getOrg",                 &ENTITY_ORGS,              READ_ONE },
	{ GET,    "/schools",                 "getAllSchools",          &ENTITY_ORGS,              READ_MANY },
	{ GET,    "/schools/{id}",            "getSchool",              &ENTITY_ORGS,              READ_ONE },
	{ GET,    "/academicSessions",        "getAllAcademicSessions", &ENTITY_ACADEMIC_SESSIONS, READ_MANY },
	{ GET,    "/academicSessions/{id}",   "getAcademicSession",     &ENTITY_ACADEMIC_SESSIONS, READ_ONE },
	{ GET,    "/terms",                   "getAllTerms",            &ENTITY_ACADEMIC_SESSIONS, READ_MANY },
	{ GET,    "/terms/{id}",              "getTerm",                &ENTITY_ACADEMIC_SESSIONS, READ_ONE },
	{ GET,    "/gradingPeriods",          "getAllGradingPeriods",   &ENTITY_ACADEMIC_SESSIONS, READ_MANY },
	{ GET,    "/gradingPeriods/{id}",     "getGradingPeriod",       &ENTITY_ACADEMIC_SESSIONS, READ_ONE },
	{ GET,    "/courses",                 "getAllCourses",          &ENTITY_COURSES,           READ_MANY },
	{ GET,    "/courses/{id}",            "getCourse",              &ENTITY_COURSES,           READ_ONE },
	{ GET,    "/classes",                 "getAllClasses",          &ENTITY_CLASSES,           READ_MANY },
	{ GET,    "/classes/{id}",            "getClass",               &ENTITY_CLASSES,           READ_ONE },
	{ GET,    "/users",                   "getAllUsers",            &ENTITY_USERS,             READ_MANY },
	{ GET,    "/users/{id}",              "getUser",                &ENTITY_USERS,             READ_ONE },
	{ GET,    "/students",                "getAllStudents",         &ENTITY_USERS,             READ_MANY },
	{ GET,    "/students/{id}",           "getStudent",             &ENTITY_USERS,             READ_ONE },
	{ GET,    "/teachers",                "getAllTeachers",         &ENTITY_USERS,             READ_MANY },
	{ GET,    "/teachers/{id}",           "getTeacher",             &ENTITY_USERS,             READ_ONE },
	{ GET,    "/enrollments",             "getAllEnrollments",      &ENTITY_ENROLLMENTS,       READ_MANY },
	{ GET,    "/enrollments/{id}",        "getEnrollment",          &ENTITY_ENROLLMENTS,       READ_ONE },
	{ GET,    "/classes/{class_id}/students",   "getStudentsForClass",  &ENTITY_USERS,   READ_MANY },
	{ GET,    "/classes/{class_id}/teachers",   "getTeachersForClass",  &ENTITY_USERS,   READ_MANY },
	{ GET,    "/students/{student_id}/classes", "getClassesForStudent", &ENTITY_CLASSES, READ_MANY },
	{ GET,    "/teachers/{teacher_id}/classes", "getClassesForTeacher", &ENTITY_CLASSES, READ_MANY },
	{ GET,    "/categories",              "getAllCategories",       &ENTITY_CATEGORIES,        READ_MANY },
	{ GET,    "/categories/{id}",         "getCategory",            &ENTITY_CATEGORIES,        READ_ONE },
	{ PUT,    "/categories/{id}",         "putCategory",            &ENTITY_CATEGORIES,        WRITE_ONE },
	{ DELETE, "/categories/{id}",         "deleteCategory",         &ENTITY_CATEGORIES,        DELETE_ONE },
	{ GET,    "/lineItems",               "getAllLineItems",        &ENTITY_LINE_ITEMS,        READ_MANY },
	{ GET,    "/lineItems/{id}",          "getLineItem",            &ENTITY_LINE_ITEMS,        READ_ONE },
	{ PUT,    "/lineItems/{id}",          "putLineItem",            &ENTITY_LINE_ITEMS,        WRITE_ONE },
	{ DELETE, "/lineItems/{id}",          "deleteLineItem",         &ENTITY_LINE_ITEMS,        DELETE_ONE },
	{ GET,    "/results",                 "getAllResults",          &ENTITY_RESULTS,           READ_MANY },
	{ GET,    "/results/{id}",            "getResult",              &ENTITY_RESULTS,           READ_ONE },
	{ PUT,    "/results/{id}",            "putResult",              &ENTITY_RESULTS,           WRITE_ONE },
	{ DELETE, "/results/{id}",            "deleteResult",           &ENTITY_RESULTS,           DELETE_ONE },
	{ GET,    "/classes/{class_id}/lineItems",  "getLineItemsForClass", &ENTITY_LINE_ITEMS, READ_MANY },
	{ GET,    "/classes/{class_id}/results",    "getResultsForClass",   &ENTITY_RESULTS,    READ_MANY },
	{ GET,    "/classes/{class_id}/lineItems/{li_id}/results",
	                                      "getResultsForLineItemForClass", &ENTITY_RESULTS,    READ_MANY },
	{ GET,    "/classes/{class_id}/students/{student_id}/results",
	                                      "getResultsForStudentForClass",  &ENTITY_RESULTS,    READ_MANY },
	/* Not in 1.1: Instructure anticipates it from 1.2, several SISs have it (canvas-client 2b). */
	{ GET,    "/classes/{class_id}/categories", "getCategoriesForClass", &ENTITY_CATEGORIES, READ_MANY },
};

static const struct collection collections[] = {
	{ "orgs",             &ENTITY_ORGS,              NULL,   NULL },
	{ "schools",          &ENTITY_ORGS,              "type", "school" },
	{ "academicSessions", &ENTITY_ACADEMIC_SESSIONS, NULL,   NULL },
	{ "terms",            &ENTITY_ACADEMIC_SESSIONS, "type", "term" },
	{ "gradingPeriods",   &ENTITY_ACADEMIC_SESSIONS, "type", "gradingPeriod" },
	{ "courses",          &ENTITY_COURSES,           NULL,   NULL },
	{ "classes",          &ENTITY_CLASSES,           NULL,   NULL },
	{ "users",            &ENTITY_USERS,             NULL,   NULL },
	{ "students",         &ENTITY_USERS,             "role", "student" },
	{ "teachers",         &ENTITY_USERS,             "role", "teacher" },
	{ "enrollments",      &ENTITY_ENROLLMENTS,       NULL,   NULL },
	{ "categories",       &ENTITY_CATEGORIES,        NULL,   NULL },
	{ "lineItems",        &ENTITY_LINE_ITEMS,        NULL,   NULL },
	{ "results",          &ENTITY_RESULTS,           NULL,   NULL },
};
/* clang-format on */

const size_t operation_count = ARRAY_SIZE(operations);

/* Whether @path (a pattern) fits; the {…} segments go to @ids. */
static bool fits(const char *path, const char *const *segments, size_t count, const char **ids,
		 size_t *id_count)
{
	size_t at = 0;

	*id_count = 0;
	while (*path) {
		size_t length = strcspn(++path, "/");

		if (at == count)
			return false;
		if (*path == '{') {
			if (*id_count == OPERATION_IDS || !*segments[at])
				return false;
			ids[(*id_count)++] = segments[at];
		} else if (strlen(segments[at]) != length ||
			   strncmp(segments[at], path, length) != 0) {
			return false;
		}
		at++;
		path += length;
	}
	return at == count;
}

void route_find(enum method method, const char *const *segments, size_t count,
		bool (*hidden)(const struct operation *operation, const void *payload),
		const void *payload, struct route *out)
{
	*out = (struct route){ NULL };
	for (size_t i = 0; i < operation_count; i++) {
		const char *ids[OPERATION_IDS];
		size_t id_count;

		if (!fits(operations[i].path, segments, count, ids, &id_count) ||
		    (hidden && hidden(&operations[i], payload)))
			continue;
		out->allow |= 1u << operations[i].method;
		if (operations[i].method == method) {
			out->operation = &operations[i];
			memcpy(out->ids, ids, sizeof ids);
			out->id_count = id_count;
		}
	}
}

const struct collection *collection_find(const char *name, size_t length)
{
	for (size_t i = 0; i < ARRAY_SIZE(collections); i++)
		if (strlen(collections[i].name) == length &&
		    strncmp(collections[i].name, name, length) == 0)
			return &collections[i];
	return NULL;
}
