/*
 * entities.c - the eleven objects of OneRoster 1.1 and the three that 1.2 adds.
 *
 * Where the texts disagree (fact sheet 1.1, section 5) the row says which
 * reading it follows.
 */
#include "oneroster/entity.h"

#include <stdio.h>
#include <string.h>

/* clang-format off */
#define COMMON_FIELDS                                                             \
	{ "sourcedId",        T_ID,   BOTH, BOTH, F_NEEDED },                     \
	{ "status",           T_ENUM, BOTH, BOTH, 0, &VOCAB_STATUS },             \
	{ "dateLastModified", T_TIME, BOTH, BOTH, F_SERVER },                     \
	{ "metadata",         T_MAP,  BOTH, 0,    0 }

/* The parts of objects. */

/* 1.1 demands only the identifier in its OpenAPI copy, both in its text. */
static const struct field user_id_fields[] = {
	{ "type",       T_TEXT, BOTH, V12 | T11, 0 },
	{ "identifier", T_TEXT, BOTH, BOTH, F_NEEDED },
	{ NULL }
};

static const struct field role_fields[] = {
	{ "sourcedId",   T_TEXT, V12, 0,   F_INTERNAL },
	{ "roleType",    T_ENUM, V12, V12, 0, &VOCAB_ROLE_TYPE },
	{ "role",        T_ENUM, V12, V12, F_NEEDED | F_INDEXED, &VOCAB_ROLE },
	{ "org",         T_REF,  V12, V12, F_NEEDED | F_INDEXED, .target = &ENTITY_ORGS },
	{ "userProfile", T_URI,  V12, 0,   0, .csv = "userProfileSourcedId" },
	{ "beginDate",   T_DATE, V12, 0,   0 },
	{ "endDate",     T_DATE, V12, 0,   0 },
	{ NULL }
};

static const struct field credential_fields[] = {
	{ "type",     T_TEXT, V12, V12, F_NEEDED, .csv = "credentialType" },
	{ "username", T_TEXT, V12, V12, F_NEEDED },
	{ "password", T_TEXT, V12, 0,   F_SECRET },
	{ NULL }
};

static const struct field user_profile_fields[] = {
	{ "profileId",     T_URI,     V12, V12, F_NEEDED, .csv = "sourcedId" },
	{ "profileType",   T_TEXT,    V12, V12, 0 },
	{ "vendorId",      T_TEXT,    V12, V12, 0 },
	{ "applicationId", T_TEXT,    V12, 0,   0 },
	{ "description",   T_TEXT,    V12, 0,   0 },
	{ "credentials",   T_OBJECTS, V12, 0,   F_OPEN, .sub = credential_fields },
	{ NULL }
};

static const struct field score_scale_value_fields[] = {
	{ "itemValueLHS", T_TEXT, V12, V12, F_NEEDED },
	{ "itemValueRHS", T_TEXT, V12, V12, F_NEEDED },
	{ NULL }
};

static const struct field learning_objective_fields[] = {
	{ "source",               T_ENUM,  V12, V12, F_NEEDED, &VOCAB_SOURCE },
	{ "learningObjectiveIds", T_TEXTS, V12, V12, F_NEEDED | F_SOME, .csv = "learningObjectiveId" },
	{ NULL }
};

static const struct field learning_objective_result_fields[] = {
	{ "learningObjectiveId", T_TEXT,   V12, V12, F_NEEDED },
	{ "score",               T_NUMBER, V12, 0,   F_SCORE },
	{ "textScore",           T_TEXT,   V12, 0,   0 },
	{ NULL }
};

static const struct field learning_objective_score_fields[] = {
	{ "source",                   T_ENUM,    V12, V12, F_NEEDED, &VOCAB_SOURCE },
	{ "learningObjectiveResults", T_OBJECTS, V12, V12, F_NEEDED | F_SOME, .sub = learning_objective_result_fields },
	{ NULL }
};

/* The objects. */

static const struct field org_fields[] = {
	COMMON_FIELDS,
	{ "name",       T_TEXT, BOTH, BOTH, F_NEEDED },
	{ "type",       T_ENUM, BOTH, BOTH, F_NEEDED, &VOCAB_ORG_TYPE },
	{ "identifier", T_TEXT, BOTH, BOTH, 0 },
	{ "parent",     T_REF,  BOTH, 0,    0, .target = &ENTITY_ORGS },
	{ "children",   T_REFS, BOTH, 0,    0, .target = &ENTITY_ORGS },
	{ NULL }
};

static const struct field academic_session_fields[] = {
	COMMON_FIELDS,
	{ "title",      T_TEXT, BOTH, BOTH, F_NEEDED },
	{ "type",       T_ENUM, BOTH, BOTH, F_NEEDED, &VOCAB_SESSION_TYPE },
	{ "startDate",  T_DATE, BOTH, BOTH, F_NEEDED },
	{ "endDate",    T_DATE, BOTH, BOTH, F_NEEDED },
	{ "parent",     T_REF,  BOTH, 0,    0, .target = &ENTITY_ACADEMIC_SESSIONS },
	{ "children",   T_REFS, BOTH, 0,    0, .target = &ENTITY_ACADEMIC_SESSIONS },
	{ "schoolYear", T_TEXT, BOTH, BOTH, 0 },
	{ NULL }
};

static const struct field course_fields[] = {
	COMMON_FIELDS,
	{ "title",        T_TEXT,  BOTH, BOTH, F_NEEDED },
	{ "schoolYear",   T_REF,   BOTH, 0,    0, .target = &ENTITY_ACADEMIC_SESSIONS },
	{ "courseCode",   T_TEXT,  BOTH, BOTH, 0 },
	{ "grades",       T_TEXTS, BOTH, 0,    0 },
	{ "subjects",     T_TEXTS, BOTH, 0,    0 },
	{ "org",          T_REF,   BOTH, 0,    0, .target = &ENTITY_ORGS },
	{ "subjectCodes", T_TEXTS, BOTH, 0,    0 },
	{ "resources",    T_REFS,  BOTH, 0,    0, .target = &ENTITY_RESOURCES },
	{ NULL }
};

static const struct field class_fields[] = {
	COMMON_FIELDS,
	{ "title",        T_TEXT,  BOTH, BOTH, F_NEEDED },
	{ "classCode",    T_TEXT,  BOTH, 0,    0 },
	{ "classType",    T_ENUM,  BOTH, 0,    0, &VOCAB_CLASS_TYPE },
	{ "location",     T_TEXT,  BOTH, 0,    0 },
	{ "grades",       T_TEXTS, BOTH, 0,    0 },
	{ "subjects",     T_TEXTS, BOTH, 0,    0 },
	{ "course",       T_REF,   BOTH, V12 | T11, 0, .target = &ENTITY_COURSES },
	{ "school",       T_REF,   BOTH, BOTH, 0, .target = &ENTITY_ORGS },
	{ "terms",        T_REFS,  BOTH, V12 | T11, F_SOME, .target = &ENTITY_ACADEMIC_SESSIONS },
	{ "subjectCodes", T_TEXTS, BOTH, 0,    0 },
	{ "periods",      T_TEXTS, BOTH, 0,    0 }, /* a string in the OpenAPI copy of 1.1 */
	{ "resources",    T_REFS,  BOTH, 0,    0, .target = &ENTITY_RESOURCES },
	{ NULL }
};

/* role and orgs of 1.1 are what roles of 1.2 says, and the other way round; both are
 * kept, see record_complete(). */
static const struct field user_fields[] = {
	COMMON_FIELDS,
	{ "userMasterIdentifier", T_TEXT, V12,  0,    0 },
	{ "username",            T_TEXT,    BOTH, V11,  0 },
	{ "userIds",             T_OBJECTS, BOTH, 0,    0, .sub = user_id_fields },
	{ "enabledUser",         T_BOOL,    BOTH, V12 | T11, 0 },
	{ "givenName",           T_TEXT,    BOTH, BOTH, F_NEEDED },
	{ "familyName",          T_TEXT,    BOTH, BOTH, F_NEEDED },
	{ "middleName",          T_TEXT,    BOTH, 0,    0 },
	{ "preferredFirstName",  T_TEXT,    V12,  0,    0, .csv = "preferredGivenName" },
	{ "preferredMiddleName", T_TEXT,    V12,  0,    0 },
	{ "preferredLastName",   T_TEXT,    V12,  0,    0, .csv = "preferredFamilyName" },
	{ "pronouns",            T_TEXT,    V12,  0,    0 },
	{ "role",                T_ENUM,    V11,  V11,  0, &VOCAB_USER_ROLE },
	{ "roles",               T_OBJECTS, V12,  V12,  F_SOME, .sub = role_fields },
	{ "userProfiles",        T_OBJECTS, V12,  0,    0, .sub = user_profile_fields },
	{ "primaryOrg",          T_REF,     V12,  0,    0, .target = &ENTITY_ORGS },
	{ "identifier",          T_TEXT,    BOTH, 0,    0 },
	{ "email",               T_TEXT,    BOTH, 0,    0 },
	{ "sms",                 T_TEXT,    BOTH, 0,    0 },
	{ "phone",               T_TEXT,    BOTH, 0,    0 },
	{ "agents",              T_REFS,    BOTH, 0,    0, .target = &ENTITY_USERS },
	{ "orgs",                T_REFS,    V11,  V11,  F_SOME, .target = &ENTITY_ORGS },
	{ "grades",              T_TEXTS,   BOTH, 0,    0 },
	{ "password",            T_TEXT,    BOTH, 0,    F_SECRET },
	{ "resources",           T_REFS,    V12,  0,    0, .target = &ENTITY_RESOURCES },
	{ NULL }
};

static const struct field demographics_fields[] = {
	COMMON_FIELDS,
	{ "birthDate",                            T_DATE, BOTH, 0, 0 },
	{ "sex",                                  T_ENUM, BOTH, 0, 0, &VOCAB_SEX },
	{ "americanIndianOrAlaskaNative",         T_BOOL, BOTH, 0, 0 },
	{ "asian",                                T_BOOL, BOTH, 0, 0 },
	{ "blackOrAfricanAmerican",               T_BOOL, BOTH, 0, 0 },
	{ "nativeHawaiianOrOtherPacificIslander", T_BOOL, BOTH, 0, 0 },
	{ "white",                                T_BOOL, BOTH, 0, 0 },
	{ "demographicRaceTwoOrMoreRaces",        T_BOOL, BOTH, 0, 0 },
	{ "hispanicOrLatinoEthnicity",            T_BOOL, BOTH, 0, 0 },
	{ "countryOfBirthCode",                   T_TEXT, BOTH, 0, 0 },
	{ "stateOfBirthAbbreviation",             T_TEXT, BOTH, 0, 0 },
	{ "cityOfBirth",                          T_TEXT, BOTH, 0, 0 },
	{ "publicSchoolResidenceStatus",          T_TEXT, BOTH, 0, 0 },
	{ NULL }
};

static const struct field enrollment_fields[] = {
	COMMON_FIELDS,
	{ "user",      T_REF,  BOTH, BOTH, F_NEEDED, .target = &ENTITY_USERS },
	{ "class",     T_REF,  BOTH, BOTH, F_NEEDED, .target = &ENTITY_CLASSES },
	{ "school",    T_REF,  BOTH, BOTH, 0, .target = &ENTITY_ORGS },
	{ "role",      T_ENUM, BOTH, BOTH, F_NEEDED, &VOCAB_ENROLLMENT_ROLE },
	{ "primary",   T_BOOL, BOTH, 0,    0 },
	{ "beginDate", T_DATE, BOTH, 0,    0 },
	{ "endDate",   T_DATE, BOTH, 0,    0 },
	{ NULL }
};

static const struct field resource_fields[] = {
	COMMON_FIELDS,
	{ "title",            T_TEXT,  BOTH, 0,    0 },
	{ "roles",            T_TEXTS, BOTH, 0,    0, &VOCAB_RESOURCE_ROLE }, /* `role` in the OpenAPI copy of 1.1 */
	{ "importance",       T_ENUM,  BOTH, 0,    0, &VOCAB_IMPORTANCE },
	{ "vendorResourceId", T_TEXT,  BOTH, BOTH, 0 },
	{ "vendorId",         T_TEXT,  BOTH, 0,    0 },
	{ "applicationId",    T_TEXT,  BOTH, 0,    0 },
	{ NULL }
};

static const struct field category_fields[] = {
	COMMON_FIELDS,
	{ "title",  T_TEXT,   BOTH, BOTH, F_NEEDED },
	{ "weight", T_NUMBER, V12,  0,    0 }, /* in percent, as in CSV (traps A15) */
	{ NULL }
};

static const struct field score_scale_fields[] = {
	COMMON_FIELDS,
	{ "title",           T_TEXT,    V12, V12, F_NEEDED },
	{ "type",            T_TEXT,    V12, V12, 0 },
	{ "course",          T_REF,     V12, 0,   0, .target = &ENTITY_COURSES },
	{ "class",           T_REF,     V12, V12, 0, .target = &ENTITY_CLASSES },
	{ "scoreScaleValue", T_OBJECTS, V12, V12, F_SOME, .sub = score_scale_value_fields },
	{ NULL }
};

static const struct field line_item_fields[] = {
	COMMON_FIELDS,
	{ "title",                T_TEXT,    BOTH, BOTH, F_NEEDED },
	{ "description",          T_TEXT,    BOTH, 0,    0 },
	{ "assignDate",           T_TIME,    BOTH, BOTH, 0 },
	{ "dueDate",              T_TIME,    BOTH, V12 | T11, 0 },
	{ "class",                T_REF,     BOTH, BOTH, F_NEEDED, .target = &ENTITY_CLASSES },
	{ "school",               T_REF,     V12,  V12,  0, .target = &ENTITY_ORGS },
	{ "category",             T_REF,     BOTH, BOTH, 0, .target = &ENTITY_CATEGORIES },
	{ "gradingPeriod",        T_REF,     BOTH, T11, 0, .target = &ENTITY_ACADEMIC_SESSIONS },
	{ "academicSession",      T_REF,     V12,  0,    0, .target = &ENTITY_ACADEMIC_SESSIONS },
	{ "scoreScale",           T_REF,     V12,  0,    0, .target = &ENTITY_SCORE_SCALES },
	{ "resultValueMin",       T_NUMBER,  BOTH, V11,  0 },
	{ "resultValueMax",       T_NUMBER,  BOTH, T11, 0 },
	{ "learningObjectiveSet", T_OBJECTS, V12,  0,    0, .sub = learning_objective_fields },
	{ NULL }
};

#define RESULT_FLAGS                              \
	{ "inProgress", T_BOOL, V12, 0, 0 },      \
	{ "incomplete", T_BOOL, V12, 0, 0 },      \
	{ "late",       T_BOOL, V12, 0, 0 },      \
	{ "missing",    T_BOOL, V12, 0, 0 }

static const struct field result_fields[] = {
	COMMON_FIELDS,
	{ "lineItem",    T_REF,    BOTH, BOTH, F_NEEDED, .target = &ENTITY_LINE_ITEMS },
	{ "student",     T_REF,    BOTH, BOTH, F_NEEDED, .target = &ENTITY_USERS },
	{ "class",       T_REF,    V12,  0,    0, .target = &ENTITY_CLASSES },
	{ "scoreScale",  T_REF,    V12,  0,    0, .target = &ENTITY_SCORE_SCALES },
	{ "scoreStatus", T_ENUM,   BOTH, BOTH, 0, &VOCAB_SCORE_STATUS },
	{ "score",       T_NUMBER, BOTH, V11,  F_SCORE },
	{ "textScore",   T_TEXT,   V12,  0,    0 },
	{ "scoreDate",   T_DATE,   BOTH, BOTH, 0 },
	{ "comment",     T_TEXT,   BOTH, 0,    0 },
	{ "learningObjectiveSet", T_OBJECTS, V12, 0, 0, .sub = learning_objective_score_fields },
	RESULT_FLAGS,
	{ NULL }
};

static const struct field assessment_line_item_fields[] = {
	COMMON_FIELDS,
	{ "title",                    T_TEXT,    V12, V12, F_NEEDED },
	{ "description",              T_TEXT,    V12, 0,   0 },
	{ "class",                    T_REF,     V12, 0,   0, .target = &ENTITY_CLASSES },
	{ "parentAssessmentLineItem", T_REF,     V12, 0,   0, .target = &ENTITY_ASSESSMENT_LINE_ITEMS },
	{ "scoreScale",               T_REF,     V12, 0,   0, .target = &ENTITY_SCORE_SCALES },
	{ "resultValueMin",           T_NUMBER,  V12, 0,   0 },
	{ "resultValueMax",           T_NUMBER,  V12, 0,   0 },
	{ "learningObjectiveSet",     T_OBJECTS, V12, 0,   0, .sub = learning_objective_fields },
	{ NULL }
};

static const struct field assessment_result_fields[] = {
	COMMON_FIELDS,
	{ "assessmentLineItem",   T_REF,     V12, V12, F_NEEDED, .target = &ENTITY_ASSESSMENT_LINE_ITEMS },
	{ "student",              T_REF,     V12, V12, F_NEEDED, .target = &ENTITY_USERS },
	{ "score",                T_NUMBER,  V12, 0,   F_SCORE },
	{ "textScore",            T_TEXT,    V12, 0,   0 },
	{ "scoreDate",            T_DATE,    V12, V12, 0 },
	{ "scoreScale",           T_REF,     V12, 0,   0, .target = &ENTITY_SCORE_SCALES },
	{ "scorePercentile",      T_NUMBER,  V12, 0,   0 },
	{ "scoreStatus",          T_ENUM,    V12, V12, 0, &VOCAB_SCORE_STATUS },
	{ "comment",              T_TEXT,    V12, 0,   0 },
	{ "learningObjectiveSet", T_OBJECTS, V12, 0,   0, .sub = learning_objective_score_fields },
	RESULT_FLAGS,
	{ NULL }
};

const struct entity ENTITY_ORGS = { "org", "orgs", org_fields, ROSTERING, BOTH };
const struct entity ENTITY_ACADEMIC_SESSIONS = { "academicSession", "academicSessions", academic_session_fields, ROSTERING, BOTH };
const struct entity ENTITY_COURSES = { "course", "courses", course_fields, ROSTERING, BOTH };
const struct entity ENTITY_CLASSES = { "class", "classes", class_fields, ROSTERING, BOTH };
const struct entity ENTITY_USERS = { "user", "users", user_fields, ROSTERING, BOTH };
const struct entity ENTITY_DEMOGRAPHICS = { "demographics", "demographics", demographics_fields, ROSTERING, BOTH };
const struct entity ENTITY_ENROLLMENTS = { "enrollment", "enrollments", enrollment_fields, ROSTERING, BOTH };
const struct entity ENTITY_RESOURCES = { "resource", "resources", resource_fields, RESOURCES, BOTH };
const struct entity ENTITY_CATEGORIES = { "category", "categories", category_fields, GRADEBOOK, BOTH };
const struct entity ENTITY_SCORE_SCALES = { "scoreScale", "scoreScales", score_scale_fields, GRADEBOOK, V12 };
const struct entity ENTITY_LINE_ITEMS = { "lineItem", "lineItems", line_item_fields, GRADEBOOK, BOTH };
const struct entity ENTITY_RESULTS = { "result", "results", result_fields, GRADEBOOK, BOTH };
const struct entity ENTITY_ASSESSMENT_LINE_ITEMS = { "assessmentLineItem", "assessmentLineItems", assessment_line_item_fields, GRADEBOOK, V12 };
const struct entity ENTITY_ASSESSMENT_RESULTS = { "assessmentResult", "assessmentResults", assessment_result_fields, GRADEBOOK, V12 };
/* clang-format on */

const struct entity *const entities[ENTITY_COUNT] = {
	&ENTITY_ORGS,
	&ENTITY_ACADEMIC_SESSIONS,
	&ENTITY_COURSES,
	&ENTITY_CLASSES,
	&ENTITY_USERS,
	&ENTITY_DEMOGRAPHICS,
	&ENTITY_ENROLLMENTS,
	&ENTITY_RESOURCES,
	&ENTITY_CATEGORIES,
	&ENTITY_SCORE_SCALES,
	&ENTITY_LINE_ITEMS,
	&ENTITY_RESULTS,
	&ENTITY_ASSESSMENT_LINE_ITEMS,
	&ENTITY_ASSESSMENT_RESULTS,
};

const char *service_root(enum service service, unsigned version)
{
	static const char *const roots[SERVICE_COUNT] = {
		[ROSTERING] = "/ims/oneroster/rostering/v1p2",
		[GRADEBOOK] = "/ims/oneroster/gradebook/v1p2",
		[RESOURCES] = "/ims/oneroster/resources/v1p2",
	};

	return version & V12 ? roots[service] : "/ims/oneroster/v1p1";
}

static const char *const service_names[SERVICE_COUNT] = {
	[ROSTERING] = "rostering",
	[GRADEBOOK] = "gradebook",
	[RESOURCES] = "resources",
};

const char *service_name(enum service service)
{
	return service_names[service];
}

bool service_find(const char *name, enum service *out)
{
	for (int i = 0; i < SERVICE_COUNT; i++)
		if (strcmp(service_names[i], name) == 0) {
			*out = (enum service)i;
			return true;
		}
	return false;
}

const struct entity *entity_by_plural(const char *plural)
{
	for (size_t i = 0; i < ENTITY_COUNT; i++)
		if (strcmp(entities[i]->plural, plural) == 0)
			return entities[i];
	return NULL;
}

const struct entity *entity_by_singular(const char *singular)
{
	for (size_t i = 0; i < ENTITY_COUNT; i++)
		if (strcmp(entities[i]->singular, singular) == 0)
			return entities[i];
	return NULL;
}

int entity_field_index(const struct entity *entity, const char *name)
{
	for (int i = 0; entity->fields[i].name; i++)
		if (strcmp(entity->fields[i].name, name) == 0)
			return i;
	return -1;
}

const struct field *entity_field(const struct entity *entity, const char *name)
{
	return sub_field(entity->fields, name);
}

const struct field *sub_field(const struct field *fields, const char *name)
{
	for (; fields->name; fields++)
		if (strcmp(fields->name, name) == 0)
			return fields;
	return NULL;
}

bool id_is_plain(const char *id)
{
	for (; *id; id++) {
		char c = *id;

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
		    !strchr(".-_/@", c))
			return false;
	}
	return true;
}

void field_csv(const struct field *field, char out[static 64])
{
	if (field->csv)
		snprintf(out, 64, "%s", field->csv);
	else if (field->type == T_REF)
		snprintf(out, 64, "%sSourcedId", field->name);
	else if (field->type == T_REFS)
		snprintf(out, 64, "%.*sSourcedIds", (int)strlen(field->name) - 1, field->name);
	else
		snprintf(out, 64, "%s", field->name);
}
