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
	{ GET,    "/academicSessions",                                          "getAllAcademicSessions",                &ENTITY_ACADEMIC_SESSIONS,      READ_MANY,   ROSTERING,  BOTH,      SCOPE_ROSTER_CORE_READONLY },
	{ GET,    "/academicSessions/{id}",                                     "getAcademicSession",                    &ENTITY_ACADEMIC_SESSIONS,      READ_ONE,    ROSTERING,  BOTH,      SCOPE_ROSTER_CORE_READONLY },
	{ GET,    "/classes",                                                   "getAllClasses",                         &ENTITY_CLASSES,                READ_MANY,   ROSTERING,  BOTH,      SCOPE_ROSTER_CORE_READONLY },
	{ GET,    "/classes/{classSourcedId}/students",                         "getStudentsForClass",                   &ENTITY_USERS,                  READ_MANY,   ROSTERING,  BOTH,      SCOPE_ROSTER_READONLY },
	{ GET,    "/classes/{classSourcedId}/teachers",                         "getTeachersForClass",                   &ENTITY_USERS,                  READ_MANY,   ROSTERING,  BOTH,      SCOPE_ROSTER_READONLY },
	{ GET,    "/classes/{id}",                                              "getClass",                              &ENTITY_CLASSES,                READ_ONE,    ROSTERING,  BOTH,      SCOPE_ROSTER_CORE_READONLY },
	{ GET,    "/courses",                                                   "getAllCourses",                         &ENTITY_COURSES,                READ_MANY,   ROSTERING,  BOTH,      SCOPE_ROSTER_CORE_READONLY },
	{ GET,    "/courses/{courseSourcedId}/classes",                         "getClassesForCourse",                   &ENTITY_CLASSES,                READ_MANY,   ROSTERING,  BOTH,      SCOPE_ROSTER_READONLY },
	{ GET,    "/courses/{id}",                                              "getCourse",                             &ENTITY_COURSES,                READ_ONE,    ROSTERING,  BOTH,      SCOPE_ROSTER_CORE_READONLY },
	{ GET,    "/demographics",                                              "getAllDemographics",                    &ENTITY_DEMOGRAPHICS,           READ_MANY,   ROSTERING,  BOTH,      SCOPE_ROSTER_DEMOGRAPHICS_READONLY },
	{ GET,    "/demographics/{id}",                                         "getDemographics",                       &ENTITY_DEMOGRAPHICS,           READ_ONE,    ROSTERING,  BOTH,      SCOPE_ROSTER_DEMOGRAPHICS_READONLY },
	{ GET,    "/enrollments",                                               "getAllEnrollments",                     &ENTITY_ENROLLMENTS,            READ_MANY,   ROSTERING,  BOTH,      SCOPE_ROSTER_CORE_READONLY },
	{ GET,    "/enrollments/{id}",                                          "getEnrollment",                         &ENTITY_ENROLLMENTS,            READ_ONE,    ROSTERING,  BOTH,      SCOPE_ROSTER_CORE_READONLY },
	{ GET,    "/gradingPeriods",                                            "getAllGradingPeriods",                  &ENTITY_ACADEMIC_SESSIONS,      READ_MANY,   ROSTERING,  BOTH,      SCOPE_ROSTER_CORE_READONLY },
	{ GET,    "/gradingPeriods/{id}",                                       "getGradingPeriod",                      &ENTITY_ACADEMIC_SESSIONS,      READ_ONE,    ROSTERING,  BOTH,      SCOPE_ROSTER_CORE_READONLY },
	{ GET,    "/orgs",                                                      "getAllOrgs",                            &ENTITY_ORGS,                   READ_MANY,   ROSTERING,  BOTH,      SCOPE_ROSTER_CORE_READONLY },
	{ GET,    "/orgs/{id}",                                                 "getOrg",                                &ENTITY_ORGS,                   READ_ONE,    ROSTERING,  BOTH,      SCOPE_ROSTER_CORE_READONLY },
	{ GET,    "/schools",                                                   "getAllSchools",                         &ENTITY_ORGS,                   READ_MANY,   ROSTERING,  BOTH,      SCOPE_ROSTER_CORE_READONLY },
	{ GET,    "/schools/{schoolSourcedId}/classes",                         "getClassesForSchool",                   &ENTITY_CLASSES,                READ_MANY,   ROSTERING,  BOTH,      SCOPE_ROSTER_READONLY },
	{ GET,    "/schools/{schoolSourcedId}/classes/{classSourcedId}/enrollments","getEnrollmentsForClassInSchool",        &ENTITY_ENROLLMENTS,            READ_MANY,   ROSTERING,  BOTH,      SCOPE_ROSTER_READONLY },
	{ GET,    "/schools/{schoolSourcedId}/classes/{classSourcedId}/students","getStudentsForClassInSchool",           &ENTITY_USERS,                  READ_MANY,   ROSTERING,  BOTH,      SCOPE_ROSTER_READONLY },
	{ GET,    "/schools/{schoolSourcedId}/classes/{classSourcedId}/teachers","getTeachersForClassInSchool",           &ENTITY_USERS,                  READ_MANY,   ROSTERING,  BOTH,      SCOPE_ROSTER_READONLY },
	{ GET,    "/schools/{schoolSourcedId}/courses",                         "getCoursesForSchool",                   &ENTITY_COURSES,                READ_MANY,   ROSTERING,  BOTH,      SCOPE_ROSTER_READONLY },
	{ GET,    "/schools/{schoolSourcedId}/enrollments",                     "getEnrollmentsForSchool",               &ENTITY_ENROLLMENTS,            READ_MANY,   ROSTERING,  BOTH,      SCOPE_ROSTER_READONLY },
	{ GET,    "/schools/{schoolSourcedId}/students",                        "getStudentsForSchool",                  &ENTITY_USERS,                  READ_MANY,   ROSTERING,  BOTH,      SCOPE_ROSTER_READONLY },
	{ GET,    "/schools/{schoolSourcedId}/teachers",                        "getTeachersForSchool",                  &ENTITY_USERS,                  READ_MANY,   ROSTERING,  BOTH,      SCOPE_ROSTER_READONLY },
	{ GET,    "/schools/{schoolSourcedId}/terms",                           "getTermsForSchool",                     &ENTITY_ACADEMIC_SESSIONS,      READ_MANY,   ROSTERING,  BOTH,      SCOPE_ROSTER_READONLY },
	{ GET,    "/schools/{id}",                                              "getSchool",                             &ENTITY_ORGS,                   READ_ONE,    ROSTERING,  BOTH,      SCOPE_ROSTER_CORE_READONLY },
	{ GET,    "/students",                                                  "getAllStudents",                        &ENTITY_USERS,                  READ_MANY,   ROSTERING,  BOTH,      SCOPE_ROSTER_CORE_READONLY },
	{ GET,    "/students/{id}",                                             "getStudent",                            &ENTITY_USERS,                  READ_ONE,    ROSTERING,  BOTH,      SCOPE_ROSTER_CORE_READONLY },
	{ GET,    "/students/{studentSourcedId}/classes",                       "getClassesForStudent",                  &ENTITY_CLASSES,                READ_MANY,   ROSTERING,  BOTH,      SCOPE_ROSTER_READONLY },
	{ GET,    "/teachers",                                                  "getAllTeachers",                        &ENTITY_USERS,                  READ_MANY,   ROSTERING,  BOTH,      SCOPE_ROSTER_CORE_READONLY },
	{ GET,    "/teachers/{id}",                                             "getTeacher",                            &ENTITY_USERS,                  READ_ONE,    ROSTERING,  BOTH,      SCOPE_ROSTER_CORE_READONLY },
	{ GET,    "/teachers/{teacherSourcedId}/classes",                       "getClassesForTeacher",                  &ENTITY_CLASSES,                READ_MANY,   ROSTERING,  BOTH,      SCOPE_ROSTER_READONLY },
	{ GET,    "/terms",                                                     "getAllTerms",                           &ENTITY_ACADEMIC_SESSIONS,      READ_MANY,   ROSTERING,  BOTH,      SCOPE_ROSTER_CORE_READONLY },
	{ GET,    "/terms/{id}",                                                "getTerm",                               &ENTITY_ACADEMIC_SESSIONS,      READ_ONE,    ROSTERING,  BOTH,      SCOPE_ROSTER_CORE_READONLY },
	{ GET,    "/terms/{termSourcedId}/classes",                             "getClassesForTerm",                     &ENTITY_CLASSES,                READ_MANY,   ROSTERING,  BOTH,      SCOPE_ROSTER_READONLY },
	{ GET,    "/terms/{termSourcedId}/gradingPeriods",                      "getGradingPeriodsForTerm",              &ENTITY_ACADEMIC_SESSIONS,      READ_MANY,   ROSTERING,  BOTH,      SCOPE_ROSTER_READONLY },
	{ GET,    "/users",                                                     "getAllUsers",                           &ENTITY_USERS,                  READ_MANY,   ROSTERING,  BOTH,      SCOPE_ROSTER_CORE_READONLY },
	{ GET,    "/users/{id}",                                                "getUser",                               &ENTITY_USERS,                  READ_ONE,    ROSTERING,  BOTH,      SCOPE_ROSTER_CORE_READONLY },
	{ GET,    "/users/{userSourcedId}/classes",                             "getClassesForUser",                     &ENTITY_CLASSES,                READ_MANY,   ROSTERING,  BOTH,      SCOPE_ROSTER_READONLY },
	{ GET,    "/classes/{classSourcedId}/resources",                        "getResourcesForClass",                  &ENTITY_RESOURCES,              READ_MANY,   RESOURCES,  BOTH,      SCOPE_RESOURCE_READONLY },
	{ GET,    "/courses/{courseSourcedId}/resources",                       "getResourcesForCourse",                 &ENTITY_RESOURCES,              READ_MANY,   RESOURCES,  BOTH,      SCOPE_RESOURCE_READONLY },
	{ GET,    "/resources",                                                 "getAllResources",                       &ENTITY_RESOURCES,              READ_MANY,   RESOURCES,  BOTH,      SCOPE_RESOURCE_CORE_READONLY },
	{ GET,    "/resources/{id}",                                            "getResource",                           &ENTITY_RESOURCES,              READ_ONE,    RESOURCES,  BOTH,      SCOPE_RESOURCE_CORE_READONLY },
	{ GET,    "/users/{userSourcedId}/resources",                           "getResourcesForUser",                   &ENTITY_RESOURCES,              READ_MANY,   RESOURCES,  V12,       SCOPE_RESOURCE_READONLY },
	{ GET,    "/assessmentLineItems",                                       "getAllAssessmentLineItems",             &ENTITY_ASSESSMENT_LINE_ITEMS,  READ_MANY,   GRADEBOOK,  V12,       SCOPE_ASSESSMENT_READONLY },
	{ GET,    "/assessmentLineItems/{id}",                                  "getAssessmentLineItem",                 &ENTITY_ASSESSMENT_LINE_ITEMS,  READ_ONE,    GRADEBOOK,  V12,       SCOPE_ASSESSMENT_READONLY },
	{ DELETE, "/assessmentLineItems/{id}",                                  "deleteAssessmentLineItem",              &ENTITY_ASSESSMENT_LINE_ITEMS,  DELETE_ONE,  GRADEBOOK,  V12,       SCOPE_ASSESSMENT_DELETE },
	{ PUT,    "/assessmentLineItems/{id}",                                  "putAssessmentLineItem",                 &ENTITY_ASSESSMENT_LINE_ITEMS,  WRITE_ONE,   GRADEBOOK,  V12,       SCOPE_ASSESSMENT_CREATEPUT },
	{ GET,    "/assessmentResults",                                         "getAllAssessmentResults",               &ENTITY_ASSESSMENT_RESULTS,     READ_MANY,   GRADEBOOK,  V12,       SCOPE_ASSESSMENT_READONLY },
	{ GET,    "/assessmentResults/{id}",                                    "getAssessmentResult",                   &ENTITY_ASSESSMENT_RESULTS,     READ_ONE,    GRADEBOOK,  V12,       SCOPE_ASSESSMENT_READONLY },
	{ DELETE, "/assessmentResults/{id}",                                    "deleteAssessmentResult",                &ENTITY_ASSESSMENT_RESULTS,     DELETE_ONE,  GRADEBOOK,  V12,       SCOPE_ASSESSMENT_DELETE },
	{ PUT,    "/assessmentResults/{id}",                                    "putAssessmentResult",                   &ENTITY_ASSESSMENT_RESULTS,     WRITE_ONE,   GRADEBOOK,  V12,       SCOPE_ASSESSMENT_CREATEPUT },
	{ GET,    "/categories",                                                "getAllCategories",                      &ENTITY_CATEGORIES,             READ_MANY,   GRADEBOOK,  BOTH,      SCOPE_GRADEBOOK_CORE_READONLY },
	{ GET,    "/categories/{id}",                                           "getCategory",                           &ENTITY_CATEGORIES,             READ_ONE,    GRADEBOOK,  BOTH,      SCOPE_GRADEBOOK_CORE_READONLY },
	{ DELETE, "/categories/{id}",                                           "deleteCategory",                        &ENTITY_CATEGORIES,             DELETE_ONE,  GRADEBOOK,  BOTH,      SCOPE_GRADEBOOK_DELETE },
	{ PUT,    "/categories/{id}",                                           "putCategory",                           &ENTITY_CATEGORIES,             WRITE_ONE,   GRADEBOOK,  BOTH,      SCOPE_GRADEBOOK_CREATEPUT },
	{ POST,   "/classes/{classSourcedId}/academicSessions/{academicSessionSourcedId}/results","postResultsForAcademicSessionForClass", &ENTITY_RESULTS,                POST_MANY,   GRADEBOOK,  V12,       SCOPE_GRADEBOOK_CREATEPOST },
	{ GET,    "/classes/{classSourcedId}/categories",                       "getCategoriesForClass",                 &ENTITY_CATEGORIES,             READ_MANY,   GRADEBOOK,  V12 | X11, SCOPE_GRADEBOOK_READONLY },
	{ GET,    "/classes/{classSourcedId}/lineItems",                        "getLineItemsForClass",                  &ENTITY_LINE_ITEMS,             READ_MANY,   GRADEBOOK,  BOTH,      SCOPE_GRADEBOOK_READONLY },
	{ POST,   "/classes/{classSourcedId}/lineItems",                        "postLineItemsForClass",                 &ENTITY_LINE_ITEMS,             POST_MANY,   GRADEBOOK,  V12,       SCOPE_GRADEBOOK_CREATEPOST },
	{ GET,    "/classes/{classSourcedId}/lineItems/{lineItemSourcedId}/results","getResultsForLineItemForClass",         &ENTITY_RESULTS,                READ_MANY,   GRADEBOOK,  BOTH,      SCOPE_GRADEBOOK_READONLY },
	{ GET,    "/classes/{classSourcedId}/results",                          "getResultsForClass",                    &ENTITY_RESULTS,                READ_MANY,   GRADEBOOK,  BOTH,      SCOPE_GRADEBOOK_READONLY },
	{ GET,    "/classes/{classSourcedId}/scoreScales",                      "getScoreScalesForClass",                &ENTITY_SCORE_SCALES,           READ_MANY,   GRADEBOOK,  V12,       SCOPE_GRADEBOOK_READONLY },
	{ GET,    "/classes/{classSourcedId}/students/{studentSourcedId}/results","getResultsForStudentForClass",          &ENTITY_RESULTS,                READ_MANY,   GRADEBOOK,  BOTH,      SCOPE_GRADEBOOK_READONLY },
	{ GET,    "/lineItems",                                                 "getAllLineItems",                       &ENTITY_LINE_ITEMS,             READ_MANY,   GRADEBOOK,  BOTH,      SCOPE_GRADEBOOK_CORE_READONLY },
	{ POST,   "/lineItems/{lineItemSourcedId}/results",                     "postResultsForLineItem",                &ENTITY_RESULTS,                POST_MANY,   GRADEBOOK,  V12,       SCOPE_GRADEBOOK_CREATEPOST },
	{ GET,    "/lineItems/{id}",                                            "getLineItem",                           &ENTITY_LINE_ITEMS,             READ_ONE,    GRADEBOOK,  BOTH,      SCOPE_GRADEBOOK_CORE_READONLY },
	{ DELETE, "/lineItems/{id}",                                            "deleteLineItem",                        &ENTITY_LINE_ITEMS,             DELETE_ONE,  GRADEBOOK,  BOTH,      SCOPE_GRADEBOOK_DELETE },
	{ PUT,    "/lineItems/{id}",                                            "putLineItem",                           &ENTITY_LINE_ITEMS,             WRITE_ONE,   GRADEBOOK,  BOTH,      SCOPE_GRADEBOOK_CREATEPUT },
	{ GET,    "/results",                                                   "getAllResults",                         &ENTITY_RESULTS,                READ_MANY,   GRADEBOOK,  BOTH,      SCOPE_GRADEBOOK_CORE_READONLY },
	{ GET,    "/results/{id}",                                              "getResult",                             &ENTITY_RESULTS,                READ_ONE,    GRADEBOOK,  BOTH,      SCOPE_GRADEBOOK_CORE_READONLY },
	{ DELETE, "/results/{id}",                                              "deleteResult",                          &ENTITY_RESULTS,                DELETE_ONE,  GRADEBOOK,  BOTH,      SCOPE_GRADEBOOK_DELETE },
	{ PUT,    "/results/{id}",                                              "putResult",                             &ENTITY_RESULTS,                WRITE_ONE,   GRADEBOOK,  BOTH,      SCOPE_GRADEBOOK_CREATEPUT },
	{ POST,   "/schools/{schoolSourcedId}/lineItems",                       "postLineItemsForSchool",                &ENTITY_LINE_ITEMS,             POST_MANY,   GRADEBOOK,  V12,       SCOPE_GRADEBOOK_CREATEPOST },
	{ GET,    "/schools/{schoolSourcedId}/scoreScales",                     "getScoreScalesForSchool",               &ENTITY_SCORE_SCALES,           READ_MANY,   GRADEBOOK,  V12,       SCOPE_GRADEBOOK_READONLY },
	{ GET,    "/scoreScales",                                               "getAllScoreScales",                     &ENTITY_SCORE_SCALES,           READ_MANY,   GRADEBOOK,  V12,       SCOPE_GRADEBOOK_CORE_READONLY },
	{ GET,    "/scoreScales/{id}",                                          "getScoreScale",                         &ENTITY_SCORE_SCALES,           READ_ONE,    GRADEBOOK,  V12,       SCOPE_GRADEBOOK_CORE_READONLY },
	{ DELETE, "/scoreScales/{id}",                                          "deleteScoreScale",                      &ENTITY_SCORE_SCALES,           DELETE_ONE,  GRADEBOOK,  V12,       SCOPE_GRADEBOOK_DELETE },
	{ PUT,    "/scoreScales/{id}",                                          "putScoreScale",                         &ENTITY_SCORE_SCALES,           WRITE_ONE,   GRADEBOOK,  V12,       SCOPE_GRADEBOOK_CREATEPUT },
};

static const struct collection collections[] = {
	{ "orgs",                &ENTITY_ORGS,              NULL,   NULL },
	{ "schools",             &ENTITY_ORGS,              "type", "school" },
	{ "academicSessions",    &ENTITY_ACADEMIC_SESSIONS, NULL,   NULL },
	{ "terms",               &ENTITY_ACADEMIC_SESSIONS, "type", "term" },
	{ "gradingPeriods",      &ENTITY_ACADEMIC_SESSIONS, "type", "gradingPeriod" },
	{ "courses",             &ENTITY_COURSES,           NULL,   NULL },
	{ "classes",             &ENTITY_CLASSES,           NULL,   NULL },
	{ "users",               &ENTITY_USERS,             NULL,   NULL },
	{ "students",            &ENTITY_USERS,             "role", "student" },
	{ "teachers",            &ENTITY_USERS,             "role", "teacher" },
	{ "demographics",        &ENTITY_DEMOGRAPHICS,      NULL,   NULL },
	{ "enrollments",         &ENTITY_ENROLLMENTS,       NULL,   NULL },
	{ "resources",           &ENTITY_RESOURCES,         NULL,   NULL },
	{ "categories",          &ENTITY_CATEGORIES,        NULL,   NULL },
	{ "scoreScales",         &ENTITY_SCORE_SCALES,      NULL,   NULL },
	{ "lineItems",           &ENTITY_LINE_ITEMS,        NULL,   NULL },
	{ "results",             &ENTITY_RESULTS,           NULL,   NULL },
	{ "assessmentLineItems", &ENTITY_ASSESSMENT_LINE_ITEMS, NULL, NULL },
	{ "assessmentResults",   &ENTITY_ASSESSMENT_RESULTS, NULL,   NULL },
};
/* clang-format on */

const size_t operation_count = ARRAY_SIZE(operations);

bool operation_is_in(const struct operation *operation, unsigned version)
{
	return (operation->in & version) || ((version & V11) && (operation->in & X11));
}

const struct operation *operation_find(const char *name)
{
	for (size_t i = 0; i < operation_count; i++)
		if (strcmp(operations[i].name, name) == 0)
			return &operations[i];
	return NULL;
}

bool root_find(const char *const *segments, size_t count, struct root *out, size_t *used)
{
	for (unsigned version = V11; version <= V12; version <<= 1)
		for (int service = 0; service < SERVICE_COUNT; service++) {
			const char *root = service_root((enum service)service, version);
			size_t at = 0;

			while (*root && at < count) {
				size_t length = strcspn(++root, "/");

				if (strlen(segments[at]) != length ||
				    strncmp(segments[at], root, length) != 0)
					break;
				root += length;
				at++;
			}
			if (!*root) {
				*out = (struct root){ version, (enum service)service };
				*used = at;
				return true;
			}
		}
	return false;
}

const char *path_below_service(const char *path)
{
	static const char *const versions[] = { "/v1p1/", "/v1p2/" };

	for (size_t i = 0; i < ARRAY_SIZE(versions); i++) {
		const char *root = strstr(path, versions[i]);

		if (root)
			return root + strlen(versions[i]) - 1;
	}
	return NULL;
}

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

void route_find(const struct root *root, enum method method, const char *const *segments,
		size_t count,
		bool (*hidden)(const struct operation *operation, const void *payload),
		const void *payload, struct route *out)
{
	*out = (struct route){ NULL };
	for (size_t i = 0; i < operation_count; i++) {
		const struct operation *operation = &operations[i];
		const char *ids[OPERATION_IDS];
		size_t id_count;

		/* one letter tells most apart; every path begins with a name */
		if (!count || operation->path[1] != *segments[0] ||
		    !operation_is_in(operation, root->version) ||
		    ((root->version & V12) && operation->service != root->service) ||
		    !fits(operation->path, segments, count, ids, &id_count) ||
		    (hidden && hidden(operation, payload)))
			continue;
		out->allow |= 1u << operation->method;
		if (operation->method == method) {
			out->operation = operation;
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

/* The collection whose name ends at @end. */
static const struct collection *ending_at(const char *path, const char *end)
{
	const char *start = end;

	while (start > path && start[-1] != '/')
		start--;

	const struct collection *collection = collection_find(start, (size_t)(end - start));

	if (!collection)
		BUG("%s: no collection ends at %s", path, end);
	return collection;
}

const struct collection *collection_before(const struct operation *operation, size_t index)
{
	const char *brace = operation->path;

	for (size_t i = 0; i <= index; i++)
		brace = strchr(brace + (i > 0), '{');
	return ending_at(operation->path, brace - 1);
}

const struct collection *collection_of(const struct operation *operation)
{
	const char *last = strrchr(operation->path, '/');

	return last[1] == '{' ? ending_at(operation->path, last)
			      : ending_at(operation->path, last + strlen(last));
}
