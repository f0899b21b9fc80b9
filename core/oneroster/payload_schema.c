/*
 * payload_schema.c - what the field lists call things, and what they want in words.
 */
#include "oneroster/payload_internal.h"

#include <stdio.h>
#include <string.h>

/* Names in the field lists: 1.1 `Org_Type_allOf`, `SingleOrg.Type`, `Orgs.Type`; 1.2
 * `OrgDType`, `SingleOrgDType`, `OrgSetDType`, `OrgGUIDRefDType`. */
/* clang-format off */
static const struct {
	const struct entity *entity;
	const char *one, *object_11, *many_11, *many_12, *reference_12;
} names[] = {
	{ &ENTITY_ORGS,                  "Org",                "Org",             "Orgs",             "OrgSet",                "Org" },
	{ &ENTITY_ACADEMIC_SESSIONS,     "AcademicSession",    "AcademicSession", "MultipleAcademicSessions", "AcademicSessionSet", "AcadSession" },
	{ &ENTITY_COURSES,               "Course",             "Course",          "Courses",          "CourseSet",             "Course" },
	{ &ENTITY_CLASSES,               "Class",              "Class",           "Classes",          "ClassSet",              "Class" },
	{ &ENTITY_USERS,                 "User",               "User",            "Users",            "UserSet",               "User" },
	{ &ENTITY_DEMOGRAPHICS,          "Demographics",       "Demographic",     "Demographics",     "DemographicsSet",       NULL },
	{ &ENTITY_ENROLLMENTS,           "Enrollment",         "Enrollment",      "Enrollments",      "EnrollmentSet",         NULL },
	{ &ENTITY_RESOURCES,             "Resource",           "Resource",        "Resources",        "ResourceSet",           "Resource" },
	{ &ENTITY_CATEGORIES,            "Category",           "Category",        "Categories",       "CategoriesSet",         "Category" },
	{ &ENTITY_SCORE_SCALES,          "ScoreScale",         NULL,              NULL,               "ScoreScaleSet",         "ScoreScale" },
	{ &ENTITY_LINE_ITEMS,            "LineItem",           "LineItem",        "LineItems",        "LineItemSet",           "LineItem" },
	{ &ENTITY_RESULTS,               "Result",             "Result",          "Results",          "ResultSet",             NULL },
	{ &ENTITY_ASSESSMENT_LINE_ITEMS, "AssessmentLineItem", NULL,              NULL,               "AssessmentLineItemSet", "AssessmentLineItem" },
	{ &ENTITY_ASSESSMENT_RESULTS,    "AssessmentResult",   NULL,              NULL,               "AssessmentResultSet",   NULL },
};

/* The parts of objects, told apart by a member that no other has. */
static const struct {
	const char *member, *in_11, *in_12;
} parts[] = {
	{ "identifier",               "UserId.Type",               "UserIdDType" },
	{ "roleType",                 NULL,                        "RoleDType" },
	{ "profileId",                NULL,                        "UserProfileDType" },
	{ "username",                 NULL,                        "CredentialDType" },
	{ "itemValueLHS",             NULL,                        "ScoreScaleValueDType" },
	{ "learningObjectiveIds",     NULL,                        "LearningObjectiveSetDType" },
	{ "learningObjectiveResults", NULL,                        "LearningObjectiveScoreSetDType" },
	{ "learningObjectiveId",      NULL,                        "LearningObjectiveResultsDType" },
	{ "imsx_codeMinorFieldName",  "imsx_CodeMinorField.Type",  "imsx_CodeMinorFieldDType" },
	{ "allocatedSourcedId",       NULL,                        "GUIDPairDType" },
};

/* Members that one source of a version writes otherwise (fact sheet 1.1, sections 5.2 and
 * 5.7; traps A24). */
static const struct {
	const struct entity *entity;
	unsigned in;
	const char *replaces; /* the member of entities.c */
	json_type type;       /* only a value of this type */
	struct field field;
} alternatives[] = {
	{ &ENTITY_CLASSES,   V11, "periods", JSON_STRING, { "periods", T_TEXT, V11, 0, 0 } },
	{ &ENTITY_RESOURCES, V11, "roles",   JSON_STRING, { "role",    T_ENUM, V11, 0, 0, &VOCAB_RESOURCE_ROLE } },
};

/* The reference types of 1.1 that are no singular of ours, or not the only one. */
static const struct {
	const char *type;
	const struct entity *entity;
} families[] = {
	{ "student",       &ENTITY_USERS },
	{ "teacher",       &ENTITY_USERS },
	{ "term",          &ENTITY_ACADEMIC_SESSIONS },
	{ "gradingPeriod", &ENTITY_ACADEMIC_SESSIONS },
};

static const char *const type_words[] = {
	[T_ID]      = "a sourcedId",
	[T_TEXT]    = "a string",
	[T_URI]     = "an absolute URI",
	[T_ENUM]    = "a string: ",
	[T_NUMBER]  = "a number",
	[T_BOOL]    = "\"true\" or \"false\"",
	[T_DATE]    = "a date YYYY-MM-DD",
	[T_TIME]    = "a dateTime YYYY-MM-DDTHH:MM:SS.sssZ",
	[T_REF]     = "a reference {\"href\", \"sourcedId\", \"type\"}",
	[T_REFS]    = "an array of references {\"href\", \"sourcedId\", \"type\"}",
	[T_TEXTS]   = "an array of strings",
	[T_OBJECTS] = "an array of objects",
	[T_MAP]     = "an object",
};
/* clang-format on */

const char *field_words(const struct field *field, unsigned version, char out[static WORDS_SIZE])
{
	struct str text;

	str_init(&text, WORDS_SIZE - 1);
	str_add(&text, type_words[field->type]);
	if (field->type == T_BOOL)
		str_add(&text, version & V12 ? ", as a string" : ", or a JSON boolean");
	if (field->type == T_TEXTS && field->vocab)
		str_add(&text, ": ");
	if (field->vocab)
		vocab_list(field->vocab, version, &text);
	snprintf(out, WORDS_SIZE, "%s", str_text(&text));
	str_release(&text);
	return out;
}

static size_t row_of(const struct entity *entity)
{
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (names[i].entity == entity)
			return i;
	BUG("%s has no name in the field lists", entity->singular);
}

void class_of_entity(const struct entity *entity, unsigned version, char out[static CLASS_NAME])
{
	size_t i = row_of(entity);

	if (version & V12)
		snprintf(out, CLASS_NAME, "%sDType", names[i].one);
	else
		snprintf(out, CLASS_NAME, "%s_Type_allOf",
			 names[i].object_11 ? names[i].object_11 : names[i].one);
}

void class_of_wrapper(const struct entity *entity, unsigned version, bool many,
		      char out[static CLASS_NAME])
{
	size_t i = row_of(entity);
	const char *end = version & V12 ? "DType" : ".Type";

	if (!many)
		snprintf(out, CLASS_NAME, "Single%s%s", names[i].one, end);
	else if (version & V12)
		snprintf(out, CLASS_NAME, "%s%s", names[i].many_12, end);
	else
		snprintf(out, CLASS_NAME, "%s%s",
			 names[i].many_11 ? names[i].many_11 : names[i].one, end);
}

void class_of_reference(const struct entity *target, unsigned version, char out[static CLASS_NAME])
{
	const char *name = names[row_of(target)].reference_12;

	if (version & V12)
		snprintf(out, CLASS_NAME, "%sGUIDRefDType", name ? name : target->singular);
	else
		snprintf(out, CLASS_NAME, "GUIDRef.Type");
}

void class_of_parts(const struct field *field, unsigned version, char out[static CLASS_NAME])
{
	*out = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		const char *name = version & V12 ? parts[i].in_12 : parts[i].in_11;

		if (name && sub_field(field->sub, parts[i].member))
			snprintf(out, CLASS_NAME, "%s", name);
	}
}

const struct field *alternative(const struct entity *entity, unsigned version, const char *member,
				const json_t *value)
{
	for (size_t i = 0; entity && i < ARRAY_SIZE(alternatives); i++)
		if (alternatives[i].entity == entity && (alternatives[i].in & version) &&
		    strcmp(alternatives[i].field.name, member) == 0 && value &&
		    json_typeof(value) == alternatives[i].type)
			return &alternatives[i].field;
	return NULL;
}

const char *listed_name(const char *class, const char *member)
{
	char name[CLASS_NAME];

	for (size_t i = 0; i < ARRAY_SIZE(alternatives); i++) {
		class_of_entity(alternatives[i].entity, alternatives[i].in, name);
		if (strcmp(class, name) == 0 && strcmp(alternatives[i].replaces, member) == 0)
			return alternatives[i].field.name;
	}
	return member;
}

const struct entity *reference_family(const char *type)
{
	const struct entity *entity = entity_by_singular(type);

	for (size_t i = 0; i < ARRAY_SIZE(families); i++)
		if (strcmp(families[i].type, type) == 0)
			return families[i].entity;
	return entity && (entity->in & V11) ? entity : NULL;
}
