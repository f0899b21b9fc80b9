/*
 * routes.c - the paths of both versions as tables, and what a path means.
 */
#include "tests/provider/internal.h"

#include <ctype.h>
#include <string.h>

/* clang-format off */
static const struct collection collections[] = {
	{ "academicSessions",    "AcademicSession",    SESSION,           BOTH, ROSTER_CORE,         false, NULL, NULL },
	{ "terms",               "Term",               SESSION,           BOTH, ROSTER_CORE,         false, "type", "term" },
	{ "gradingPeriods",      "GradingPeriod",      SESSION,           BOTH, ROSTER_CORE,         false, "type", "gradingPeriod" },
	{ "orgs",                "Org",                ORG,               BOTH, ROSTER_CORE,         false, NULL, NULL },
	{ "schools",             "School",             ORG,               BOTH, ROSTER_CORE,         false, "type", "school" },
	{ "courses",             "Course",             COURSE,            BOTH, ROSTER_CORE,         false, NULL, NULL },
	{ "classes",             "Class",              CLASS,             BOTH, ROSTER_CORE,         false, NULL, NULL },
	{ "users",               "User",               USER,              BOTH, ROSTER_CORE,         false, NULL, NULL },
	{ "students",            "Student",            USER,              BOTH, ROSTER_CORE,         false, "roles.role", "student" },
	{ "teachers",            "Teacher",            USER,              BOTH, ROSTER_CORE,         false, "roles.role", "teacher" },
	{ "enrollments",         "Enrollment",         ENROLLMENT,        BOTH, ROSTER_CORE,         false, NULL, NULL },
	{ "demographics",        "Demographics",       DEMOGRAPHICS,      BOTH, ROSTER_DEMOGRAPHICS, false, NULL, NULL },
	{ "resources",           "Resource",           RESOURCE,          BOTH, RESOURCES_CORE,      false, NULL, NULL },
	{ "categories",          "Category",           CATEGORY,          BOTH, GRADES,              true,  NULL, NULL },
	{ "lineItems",           "LineItem",           LINE_ITEM,         BOTH, GRADES,              true,  NULL, NULL },
	{ "results",             "Result",             RESULT,            BOTH, GRADES,              true,  NULL, NULL },
	{ "scoreScales",         "ScoreScale",         SCORE_SCALE,       V12,  GRADES,              true,  NULL, NULL },
	{ "assessmentLineItems", "AssessmentLineItem", ASSESSMENT_ITEM,   V12,  ASSESSMENTS,         true,  NULL, NULL },
	{ "assessmentResults",   "AssessmentResult",   ASSESSMENT_RESULT, V12,  ASSESSMENTS,         true,  NULL, NULL },
};

/* 1.1 has no categories of a class; several vendors add them, and so does this one. */
static const struct nested below[] = {
	{ "getCoursesForSchool",     "schools/?/courses",       BOTH, ROSTER_BELOW, "courses",        { { "org", 0 } }, NULL, NULL, false },
	{ "getEnrollmentsForSchool", "schools/?/enrollments",   BOTH, ROSTER_BELOW, "enrollments",    { { "school", 0 } }, NULL, NULL, false },
	{ "getClassesForSchool",     "schools/?/classes",       BOTH, ROSTER_BELOW, "classes",        { { "school", 0 } }, NULL, NULL, false },
	{ "getStudentsForSchool",    "schools/?/students",      BOTH, ROSTER_BELOW, "students",       { { NULL } }, vendor_attends_school, NULL, false },
	{ "getTeachersForSchool",    "schools/?/teachers",      BOTH, ROSTER_BELOW, "teachers",       { { NULL } }, vendor_attends_school, NULL, false },
	{ "getTermsForSchool",       "schools/?/terms",         BOTH, ROSTER_BELOW, "terms",          { { NULL } }, vendor_is_term_of_school, NULL, false },
	{ "getEnrollmentsForClassInSchool", "schools/?/classes/?/enrollments", BOTH, ROSTER_BELOW, "enrollments", { { "class", 1 } }, NULL, NULL, false },
	{ "getStudentsForClassInSchool",    "schools/?/classes/?/students",    BOTH, ROSTER_BELOW, "students",    { { NULL } }, vendor_studies_in_second, NULL, false },
	{ "getTeachersForClassInSchool",    "schools/?/classes/?/teachers",    BOTH, ROSTER_BELOW, "teachers",    { { NULL } }, vendor_teaches_in_second, NULL, false },
	{ "getClassesForTerm",       "terms/?/classes",         BOTH, ROSTER_BELOW, "classes",        { { "terms", 0 } }, NULL, NULL, false },
	{ "getGradingPeriodsForTerm", "terms/?/gradingPeriods", BOTH, ROSTER_BELOW, "gradingPeriods", { { "parent", 0 } }, NULL, NULL, false },
	{ "getClassesForCourse",     "courses/?/classes",       BOTH, ROSTER_BELOW, "classes",        { { "course", 0 } }, NULL, NULL, false },
	{ "getClassesForStudent",    "students/?/classes",      BOTH, ROSTER_BELOW, "classes",        { { NULL } }, vendor_is_student_class, NULL, false },
	{ "getClassesForTeacher",    "teachers/?/classes",      BOTH, ROSTER_BELOW, "classes",        { { NULL } }, vendor_is_teacher_class, NULL, false },
	{ "getClassesForUser",       "users/?/classes",         BOTH, ROSTER_BELOW, "classes",        { { NULL } }, vendor_is_user_class, NULL, false },
	{ "getStudentsForClass",     "classes/?/students",      BOTH, ROSTER_BELOW, "students",       { { NULL } }, vendor_studies_in, NULL, false },
	{ "getTeachersForClass",     "classes/?/teachers",      BOTH, ROSTER_BELOW, "teachers",       { { NULL } }, vendor_teaches_in, NULL, false },
	{ "getResourcesForCourse",   "courses/?/resources",     BOTH, RESOURCES_BELOW, "resources",   { { NULL } }, vendor_is_course_resource, NULL, false },
	{ "getResourcesForClass",    "classes/?/resources",     BOTH, RESOURCES_BELOW, "resources",   { { NULL } }, vendor_is_class_resource, NULL, false },
	{ "getResourcesForUser",     "users/?/resources",       V12,  RESOURCES_BELOW, "resources",   { { NULL } }, vendor_is_user_resource, NULL, false },
	{ "getCategoriesForClass",   "classes/?/categories",    BOTH, GRADES_BELOW, "categories",     { { NULL } }, vendor_is_class_category, NULL, false },
	{ "getLineItemsForClass",    "classes/?/lineItems",     BOTH, GRADES_BELOW, "lineItems",      { { "class", 0 } }, NULL, "postLineItemsForClass", false },
	{ "getResultsForClass",      "classes/?/results",       BOTH, GRADES_BELOW, "results",        { { "lineItem.class", 0 } }, NULL, NULL, false },
	{ "getResultsForLineItemForClass", "classes/?/lineItems/?/results", BOTH, GRADES_BELOW, "results", { { "lineItem", 1 } }, NULL, NULL, false },
	{ "getResultsForStudentForClass",  "classes/?/students/?/results",  BOTH, GRADES_BELOW, "results", { { "lineItem.class", 0 }, { "student", 1 } }, NULL, NULL, false },
	{ "getScoreScalesForClass",  "classes/?/scoreScales",   V12,  GRADES_BELOW, "scoreScales",    { { "class", 0 } }, NULL, NULL, false },
	{ "getScoreScalesForSchool", "schools/?/scoreScales",   V12,  GRADES_BELOW, "scoreScales",    { { "class.school", 0 } }, NULL, NULL, false },
	{ "", "schools/?/lineItems", V12, GRADES_BELOW, "lineItems", { { "class.school", 0 } }, NULL, "postLineItemsForSchool", true },
	{ "", "lineItems/?/results", V12, GRADES_BELOW, "results", { { "lineItem", 0 } }, NULL, "postResultsForLineItem", true },
	{ "", "classes/?/academicSessions/?/results", V12, GRADES_BELOW, "results", { { "lineItem.class", 0 } }, NULL, "postResultsForAcademicSessionForClass", true },
};
/* clang-format on */

const struct nested *vendor_nested_rows(size_t *count)
{
	*count = ARRAY_SIZE(below);
	return below;
}

const struct collection *vendor_collection_rows(size_t *count)
{
	*count = ARRAY_SIZE(collections);
	return collections;
}

const char *vendor_service_root(unsigned version, enum service service)
{
	static const char *const roots[] = { "/ims/oneroster/rostering/v1p2",
					     "/ims/oneroster/gradebook/v1p2",
					     "/ims/oneroster/resources/v1p2" };

	return version == V11 ? "/ims/oneroster/v1p1" : roots[service];
}

static enum service service_of(enum group group)
{
	return group <= ROSTER_DEMOGRAPHICS ? ROSTERING
	       : group <= ASSESSMENTS       ? GRADEBOOK
					    : RESOURCES;
}

const struct collection *vendor_collection_named(const char *name, unsigned version)
{
	for (size_t i = 0; i < ARRAY_SIZE(collections); i++)
		if ((collections[i].in & version) && strcmp(collections[i].name, name) == 0)
			return &collections[i];
	return NULL;
}

bool vendor_collection_is_in(const struct collection *collection, unsigned version,
			     enum service service)
{
	return (collection->in & version) &&
	       (version == V11 || service_of(collection->group) == service);
}

static bool fits_pattern(const char *pattern, char *const segments[], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t length = strcspn(pattern, "/");

		if (!length || (*pattern != '?' && (strlen(segments[i]) != length ||
						    strncmp(pattern, segments[i], length) != 0)))
			return false;
		pattern += length + (pattern[length] == '/');
	}
	return !*pattern;
}

/* getAllCategories, putCategory. */
static void name_operation(struct exchange *e)
{
	const struct collection *c = e->collection;
	bool read = strcmp(e->method, "GET") == 0 || strcmp(e->method, "HEAD") == 0;
	char verb[16];

	snprintf(verb, sizeof verb, "%s", read ? "get" : e->method);
	for (char *v = verb; *v; v++)
		*v = (char)tolower((unsigned char)*v);
	if (e->nested)
		snprintf(e->operation, sizeof e->operation, "%s",
			 read ? e->nested->operation : (e->nested->post ? e->nested->post : ""));
	else if (e->count == 1)
		snprintf(e->operation, sizeof e->operation, "getAll%c%s",
			 toupper((unsigned char)*c->name), c->name + 1);
	else
		snprintf(e->operation, sizeof e->operation, "%s%s", verb, c->one);
}

bool vendor_route(struct exchange *e)
{
	for (size_t i = 0; e->count >= 3 && i < ARRAY_SIZE(below); i++) {
		const struct nested *row = &below[i];

		if ((row->in & e->version) &&
		    (e->version == V11 || service_of(row->group) == e->service) &&
		    fits_pattern(row->pattern, e->segments, e->count)) {
			e->nested = row;
			e->collection = vendor_collection_named(row->collection, e->version);
			name_operation(e);
			return true;
		}
	}
	e->collection = e->count == 1 || e->count == 2
				? vendor_collection_named(e->segments[0], e->version)
				: NULL;
	if (!e->collection || !vendor_collection_is_in(e->collection, e->version, e->service))
		return false;
	name_operation(e);
	return true;
}

char *vendor_route_methods(const struct exchange *e)
{
	bool posts = e->nested && e->nested->post && e->version == V12;

	if (e->nested && e->nested->no_get)
		return xstrdup("POST, OPTIONS");
	if (posts)
		return xstrdup("GET, HEAD, POST, OPTIONS");
	if (!e->nested && e->count == 2 && e->collection->writes)
		return xstrdup("GET, HEAD, PUT, DELETE, OPTIONS");
	return xstrdup("GET, HEAD, OPTIONS");
}
