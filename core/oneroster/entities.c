/*
 * entities.c - the eleven objects of OneRoster 1.1.
 *
 * Where the texts disagree (fact sheet 1.1, section 5) the row says which
 * reading it follows.
 */
#include "oneroster/entity.h"

#include <stdio.h>
#include <string.h>

#define VOCAB(NAME, ...)                                  \
	static const struct vocab VOCAB_##NAME = { #NAME, \
						   (const char *const[]){ __VA_ARGS__, NULL } }

/* `inactive` existed in 1.0: it is read as tobedeleted (fact sheet 1.1, section 5.0) */
static const struct vocab VOCAB_STATUS = { "STATUS",
					   (const char *const[]){ "active", "tobedeleted", NULL },
					   "inactive", "tobedeleted" };
VOCAB(SESSION_TYPE, "gradingPeriod", "semester", "schoolYear", "term");
VOCAB(CLASS_TYPE, "homeroom", "scheduled");
VOCAB(ORG_TYPE, "department", "district", "local", "national", "school", "state");
VOCAB(ROLE_TYPE, "administrator", "aide", "guardian", "parent", "proctor", "relative", "student",
      "teacher");
VOCAB(IMPORTANCE, "primary", "secondary");
VOCAB(SEX, "male", "female");
VOCAB(SCORE_STATUS, "exempt", "fully graded", "not submitted", "partially graded", "submitted");

/* clang-format off */
#define COMMON_FIELDS                                                              \
	{ "sourcedId",        T_ID,   F_REQUIRED | F_NEEDED },                     \
	{ "status",           T_ENUM, F_REQUIRED, &VOCAB_STATUS },                 \
	{ "dateLastModified", T_TIME, F_REQUIRED | F_SERVER },                     \
	{ "metadata",         T_MAP,  0 }

static const struct field org_fields[] = {
	COMMON_FIELDS,
	{ "name",       T_TEXT, F_REQUIRED | F_NEEDED | F_CSV },
	{ "type",       T_ENUM, F_REQUIRED | F_NEEDED | F_CSV, &VOCAB_ORG_TYPE },
	{ "identifier", T_TEXT, F_REQUIRED },
	{ "parent",     T_REF,  0, .target = &ENTITY_ORGS },
	{ "children",   T_REFS, 0, .target = &ENTITY_ORGS, .csv = "" },
	{ NULL }
};

static const struct field academic_session_fields[] = {
	COMMON_FIELDS,
	{ "title",      T_TEXT, F_REQUIRED | F_NEEDED | F_CSV },
	{ "type",       T_ENUM, F_REQUIRED | F_NEEDED | F_CSV, &VOCAB_SESSION_TYPE },
	{ "startDate",  T_DATE, F_REQUIRED | F_NEEDED | F_CSV },
	{ "endDate",    T_DATE, F_REQUIRED | F_NEEDED | F_CSV },
	{ "parent",     T_REF,  0, .target = &ENTITY_ACADEMIC_SESSIONS },
	{ "children",   T_REFS, 0, .target = &ENTITY_ACADEMIC_SESSIONS, .csv = "" },
	{ "schoolYear", T_TEXT, F_REQUIRED | F_CSV },
	{ NULL }
};

static const struct field course_fields[] = {
	COMMON_FIELDS,
	{ "title",        T_TEXT,  F_REQUIRED | F_NEEDED | F_CSV },
	{ "schoolYear",   T_REF,   0, .target = &ENTITY_ACADEMIC_SESSIONS },
	{ "courseCode",   T_TEXT,  F_REQUIRED },
	{ "grades",       T_TEXTS, 0 },
	{ "subjects",     T_TEXTS, 0 },
	{ "org",          T_REF,   F_CSV, .target = &ENTITY_ORGS },
	{ "subjectCodes", T_TEXTS, 0 },
	{ "resources",    T_REFS,  0, .target = &ENTITY_RESOURCES, .csv = "" },
	{ NULL }
};

static const struct field class_fields[] = {
	COMMON_FIELDS,
	{ "title",        T_TEXT,  F_REQUIRED | F_NEEDED | F_CSV },
	{ "classCode",    T_TEXT,  0 },
	{ "classType",    T_ENUM,  F_CSV, &VOCAB_CLASS_TYPE },
	{ "location",     T_TEXT,  0 },
	{ "grades",       T_TEXTS, 0 },
	{ "subjects",     T_TEXTS, 0 },
	{ "course",       T_REF,   F_CSV, .target = &ENTITY_COURSES },
	{ "school",       T_REF,   F_REQUIRED | F_CSV, .target = &ENTITY_ORGS },
	{ "terms",        T_REFS,  F_CSV, .target = &ENTITY_ACADEMIC_SESSIONS },
	{ "subjectCodes", T_TEXTS, 0 },
	{ "periods",      T_TEXTS, 0 }, /* a string in the OpenAPI copy, an array in the text */
	{ "resources",    T_REFS,  0, .target = &ENTITY_RESOURCES, .csv = "" },
	{ NULL }
};

static const struct field user_fields[] = {
	COMMON_FIELDS,
	{ "username",    T_TEXT,    F_REQUIRED | F_CSV },
	{ "userIds",     T_USERIDS, 0 },
	{ "enabledUser", T_BOOL,    F_CSV },
	{ "givenName",   T_TEXT,    F_REQUIRED | F_NEEDED | F_CSV },
	{ "familyName",  T_TEXT,    F_REQUIRED | F_NEEDED | F_CSV },
	{ "middleName",  T_TEXT,    0 },
	{ "role",        T_ENUM,    F_REQUIRED | F_NEEDED | F_CSV, &VOCAB_ROLE_TYPE },
	{ "identifier",  T_TEXT,    0 },
	{ "email",       T_TEXT,    0 },
	{ "sms",         T_TEXT,    0 },
	{ "phone",       T_TEXT,    0 },
	{ "agents",      T_REFS,    0, .target = &ENTITY_USERS },
	{ "orgs",        T_REFS,    F_REQUIRED | F_CSV, .target = &ENTITY_ORGS },
	{ "grades",      T_TEXTS,   0 },
	{ "password",    T_TEXT,    F_SECRET },
	{ NULL }
};

static const struct field demographics_fields[] = {
	COMMON_FIELDS,
	{ "birthDate",                            T_DATE, 0 },
	{ "sex",                                  T_ENUM, 0, &VOCAB_SEX },
	{ "americanIndianOrAlaskaNative",         T_BOOL, 0 },
	{ "asian",                                T_BOOL, 0 },
	{ "blackOrAfricanAmerican",               T_BOOL, 0 },
	{ "nativeHawaiianOrOtherPacificIslander", T_BOOL, 0 },
	{ "white",                                T_BOOL, 0 },
	{ "demographicRaceTwoOrMoreRaces",        T_BOOL, 0 },
	{ "hispanicOrLatinoEthnicity",            T_BOOL, 0 },
	{ "countryOfBirthCode",                   T_TEXT, 0 },
	{ "stateOfBirthAbbreviation",             T_TEXT, 0 },
	{ "cityOfBirth",                          T_TEXT, 0 },
	{ "publicSchoolResidenceStatus",          T_TEXT, 0 },
	{ NULL }
};

static const struct field enrollment_fields[] = {
	COMMON_FIELDS,
	{ "user",      T_REF,  F_REQUIRED | F_NEEDED | F_CSV, .target = &ENTITY_USERS },
	{ "class",     T_REF,  F_REQUIRED | F_NEEDED | F_CSV, .target = &ENTITY_CLASSES },
	{ "school",    T_REF,  F_REQUIRED | F_CSV, .target = &ENTITY_ORGS },
	{ "role",      T_ENUM, F_REQUIRED | F_NEEDED | F_CSV, &VOCAB_ROLE_TYPE },
	{ "primary",   T_BOOL, 0 },
	{ "beginDate", T_DATE, 0 },
	{ "endDate",   T_DATE, 0 },
	{ NULL }
};

static const struct field resource_fields[] = {
	COMMON_FIELDS,
	{ "title",            T_TEXT,  0 },
	{ "roles",            T_TEXTS, 0, &VOCAB_ROLE_TYPE }, /* `role` in the OpenAPI copy */
	{ "importance",       T_ENUM,  0, &VOCAB_IMPORTANCE },
	{ "vendorResourceId", T_TEXT,  F_REQUIRED | F_CSV },
	{ "vendorId",         T_TEXT,  0 },
	{ "applicationId",    T_TEXT,  0 },
	{ NULL }
};

static const struct field category_fields[] = {
	COMMON_FIELDS,
	{ "title", T_TEXT, F_REQUIRED | F_NEEDED | F_CSV },
	{ NULL }
};

static const struct field line_item_fields[] = {
	COMMON_FIELDS,
	{ "title",          T_TEXT,   F_REQUIRED | F_NEEDED | F_CSV },
	{ "description",    T_TEXT,   0 },
	{ "assignDate",     T_TIME,   F_REQUIRED | F_CSV },
	{ "dueDate",        T_TIME,   F_CSV }, /* required by the text, optional in the OpenAPI copy */
	{ "class",          T_REF,    F_REQUIRED | F_NEEDED | F_CSV, .target = &ENTITY_CLASSES },
	{ "category",       T_REF,    F_REQUIRED | F_CSV, .target = &ENTITY_CATEGORIES },
	{ "gradingPeriod",  T_REF,    F_CSV, .target = &ENTITY_ACADEMIC_SESSIONS },
	{ "resultValueMin", T_NUMBER, F_REQUIRED | F_CSV },
	{ "resultValueMax", T_NUMBER, F_CSV },
	{ NULL }
};

static const struct field result_fields[] = {
	COMMON_FIELDS,
	{ "lineItem",    T_REF,    F_REQUIRED | F_NEEDED | F_CSV, .target = &ENTITY_LINE_ITEMS },
	{ "student",     T_REF,    F_REQUIRED | F_NEEDED | F_CSV, .target = &ENTITY_USERS },
	{ "scoreStatus", T_ENUM,   F_REQUIRED | F_CSV, &VOCAB_SCORE_STATUS },
	{ "score",       T_NUMBER, F_REQUIRED | F_CSV },
	{ "scoreDate",   T_DATE,   F_REQUIRED | F_CSV },
	{ "comment",     T_TEXT,   0 },
	{ NULL }
};

const struct entity ENTITY_ORGS = { "org", "orgs", org_fields };
const struct entity ENTITY_ACADEMIC_SESSIONS = { "academicSession", "academicSessions", academic_session_fields };
const struct entity ENTITY_COURSES = { "course", "courses", course_fields };
const struct entity ENTITY_CLASSES = { "class", "classes", class_fields };
const struct entity ENTITY_USERS = { "user", "users", user_fields };
const struct entity ENTITY_DEMOGRAPHICS = { "demographics", "demographics", demographics_fields };
const struct entity ENTITY_ENROLLMENTS = { "enrollment", "enrollments", enrollment_fields };
const struct entity ENTITY_RESOURCES = { "resource", "resources", resource_fields };
const struct entity ENTITY_CATEGORIES = { "category", "categories", category_fields };
const struct entity ENTITY_LINE_ITEMS = { "lineItem", "lineItems", line_item_fields };
const struct entity ENTITY_RESULTS = { "result", "results", result_fields };
/* clang-format on */

const struct entity *const entities[ENTITY_COUNT] = {
	&ENTITY_ORGS,       &ENTITY_ACADEMIC_SESSIONS, &ENTITY_COURSES,     &ENTITY_CLASSES,
	&ENTITY_USERS,      &ENTITY_DEMOGRAPHICS,      &ENTITY_ENROLLMENTS, &ENTITY_RESOURCES,
	&ENTITY_CATEGORIES, &ENTITY_LINE_ITEMS,        &ENTITY_RESULTS,
};

const struct entity *entity_by_plural(const char *plural)
{
	for (size_t i = 0; i < ENTITY_COUNT; i++)
		if (strcmp(entities[i]->plural, plural) == 0)
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
	int i = entity_field_index(entity, name);

	return i < 0 ? NULL : &entity->fields[i];
}

int entity_field_count(const struct entity *entity)
{
	int count = 0;

	while (entity->fields[count].name)
		count++;
	return count;
}

bool field_csv(const struct field *field, char out[static 64])
{
	size_t length = strlen(field->name);

	if (field->csv || field->type == T_MAP)
		snprintf(out, 64, "%s", field->csv ? field->csv : "");
	else if (field->type == T_REF)
		snprintf(out, 64, "%sSourcedId", field->name);
	else if (field->type == T_REFS)
		snprintf(out, 64, "%.*sSourcedIds", (int)length - 1, field->name);
	else
		snprintf(out, 64, "%s", field->name);
	return *out != '\0';
}

const char *vocab_meaning(const struct vocab *vocab, const char *value)
{
	return vocab && vocab->old && strcmp(vocab->old, value) == 0 ? vocab->means : value;
}

bool vocab_has(const struct vocab *vocab, const char *value)
{
	for (const char *const *at = vocab->values; *at; at++)
		if (strcmp(*at, value) == 0)
			return true;
	return false;
}
