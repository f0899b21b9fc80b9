/*
 * model.c - fields of every object, from the field lists of 1.1 and 1.2.
 */
#include "tests/provider/model.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/util.h"

#define END          \
	{            \
		NULL \
	}
#define SCORE_STATUS "exempt|fully graded|not submitted|partially graded|submitted"

/* clang-format off */
const struct field vendor_base_fields[] = {
	{ "sourcedId",        ID,     BOTH },
	{ "status",           WORD,   BOTH, .words = "active|tobedeleted" },
	{ "dateLastModified", TIME,   BOTH },
	{ "metadata",         OBJECT, BOTH },
	END,
};

static const struct field session_fields[] = {
	{ "title",      TEXT, BOTH },
	{ "startDate",  DATE, BOTH },
	{ "endDate",    DATE, BOTH },
	{ "type",       WORD, BOTH },
	{ "parent",     REF,  BOTH, 0, SESSION },
	{ "children",   REFS, BOTH, 0, SESSION },
	{ "schoolYear", TEXT, BOTH },
	END,
};

static const struct field org_fields[] = {
	{ "name",       TEXT, BOTH },
	{ "type",       WORD, BOTH },
	{ "identifier", TEXT, BOTH },
	{ "parent",     REF,  BOTH, 0, ORG },
	{ "children",   REFS, BOTH, 0, ORG },
	END,
};

static const struct field course_fields[] = {
	{ "title",        TEXT,  BOTH },
	{ "schoolYear",   REF,   BOTH, 0, SESSION },
	{ "courseCode",   TEXT,  BOTH },
	{ "grades",       TEXTS, BOTH },
	{ "subjects",     TEXTS, BOTH },
	{ "org",          REF,   BOTH, 0, ORG },
	{ "subjectCodes", TEXTS, BOTH },
	{ "resources",    REFS,  BOTH, 0, RESOURCE },
	END,
};

static const struct field class_fields[] = {
	{ "title",        TEXT,  BOTH },
	{ "classCode",    TEXT,  BOTH },
	{ "classType",    WORD,  BOTH },
	{ "location",     TEXT,  BOTH },
	{ "grades",       TEXTS, BOTH },
	{ "subjects",     TEXTS, BOTH },
	{ "course",       REF,   BOTH, 0, COURSE },
	{ "school",       REF,   BOTH, 0, ORG },
	{ "terms",        REFS,  BOTH, 0, SESSION },
	{ "subjectCodes", TEXTS, BOTH },
	{ "periods",      TEXTS, BOTH },
	{ "resources",    REFS,  BOTH, 0, RESOURCE },
	END,
};

static const struct field user_id_parts[] = {
	{ "type",       TEXT, BOTH },
	{ "identifier", TEXT, BOTH },
	END,
};

static const struct field role_parts[] = {
	{ "roleType",    WORD, V12 },
	{ "role",        WORD, V12 },
	{ "org",         REF,  V12, 0, ORG },
	{ "userProfile", TEXT, V12 },
	{ "beginDate",   DATE, V12 },
	{ "endDate",     DATE, V12 },
	END,
};

static const struct field profile_parts[] = {
	{ "profileId",     TEXT, V12 },
	{ "profileType",   TEXT, V12 },
	{ "vendorId",      TEXT, V12 },
	{ "applicationId", TEXT, V12 },
	{ "description",   TEXT, V12 },
	END,
};

static const struct field user_fields[] = {
	{ "userMasterIdentifier", TEXT,  V12 },
	{ "username",             TEXT,  BOTH },
	{ "userIds",              PARTS, BOTH, .parts = user_id_parts },
	{ "enabledUser",          FLAG,  BOTH },
	{ "givenName",            TEXT,  BOTH },
	{ "familyName",           TEXT,  BOTH },
	{ "middleName",           TEXT,  BOTH },
	{ "preferredFirstName",   TEXT,  V12 },
	{ "preferredMiddleName",  TEXT,  V12 },
	{ "preferredLastName",    TEXT,  V12 },
	{ "pronouns",             TEXT,  V12 },
	{ "role",                 WORD,  V11 },
	{ "roles",                PARTS, V12, .parts = role_parts },
	{ "userProfiles",         PARTS, V12, .parts = profile_parts },
	{ "primaryOrg",           REF,   V12, 0, ORG },
	{ "identifier",           TEXT,  BOTH },
	{ "email",                TEXT,  BOTH },
	{ "sms",                  TEXT,  BOTH },
	{ "phone",                TEXT,  BOTH },
	{ "agents",               REFS,  BOTH, 0, USER },
	{ "orgs",                 REFS,  V11, 0, ORG },
	{ "grades",               TEXTS, BOTH },
	{ "password",             TEXT,  BOTH },
	{ "resources",            REFS,  V12, 0, RESOURCE },
	END,
};

static const struct field enrollment_fields[] = {
	{ "user",      REF,  BOTH, 0, USER },
	{ "class",     REF,  BOTH, 0, CLASS },
	{ "school",    REF,  BOTH, 0, ORG },
	{ "role",      WORD, BOTH },
	{ "primary",   FLAG, BOTH },
	{ "beginDate", DATE, BOTH },
	{ "endDate",   DATE, BOTH },
	END,
};

static const struct field demographics_fields[] = {
	{ "birthDate",                            DATE, BOTH },
	{ "sex",                                  WORD, BOTH },
	{ "americanIndianOrAlaskaNative",         FLAG, BOTH },
	{ "asian",                                FLAG, BOTH },
	{ "blackOrAfricanAmerican",               FLAG, BOTH },
	{ "nativeHawaiianOrOtherPacificIslander", FLAG, BOTH },
	{ "white",                                FLAG, BOTH },
	{ "demographicRaceTwoOrMoreRaces",        FLAG, BOTH },
	{ "hispanicOrLatinoEthnicity",            FLAG, BOTH },
	{ "countryOfBirthCode",                   TEXT, BOTH },
	{ "stateOfBirthAbbreviation",             TEXT, BOTH },
	{ "cityOfBirth",                          TEXT, BOTH },
	{ "publicSchoolResidenceStatus",          TEXT, BOTH },
	END,
};

static const struct field resource_fields[] = {
	{ "title",            TEXT,  BOTH },
	{ "roles",            TEXTS, BOTH },
	{ "importance",       WORD,  BOTH },
	{ "vendorResourceId", TEXT,  BOTH },
	{ "vendorId",         TEXT,  BOTH },
	{ "applicationId",    TEXT,  BOTH },
	END,
};

static const struct field category_fields[] = {
	{ "title",  TEXT,   BOTH, BOTH },
	{ "weight", NUMBER, V12 },
	END,
};

static const struct field objective_parts[] = {
	{ "source",               WORD,  V12, V12, .words = "case|unknown", .open = true },
	{ "learningObjectiveIds", TEXTS, V12, V12 },
	END,
};

static const struct field objective_result_parts[] = {
	{ "learningObjectiveId", TEXT,   V12, V12 },
	{ "score",               NUMBER, V12 },
	{ "textScore",           TEXT,   V12 },
	END,
};

static const struct field objective_score_parts[] = {
	{ "source",                   WORD,  V12, V12, .words = "case|unknown", .open = true },
	{ "learningObjectiveResults", PARTS, V12, V12, .parts = objective_result_parts },
	END,
};

static const struct field scale_value_parts[] = {
	{ "itemValueLHS", TEXT, V12, V12 },
	{ "itemValueRHS", TEXT, V12, V12 },
	END,
};

/* category, school and scoreDate are completed where a client leaves them out */
static const struct field line_item_fields[] = {
	{ "title",                TEXT,   BOTH, BOTH },
	{ "description",          TEXT,   BOTH },
	{ "assignDate",           TIME,   BOTH, BOTH },
	{ "dueDate",              TIME,   BOTH, V12 },
	{ "class",                REF,    BOTH, BOTH, CLASS },
	{ "school",               REF,    V12,  0, ORG },
	{ "category",             REF,    BOTH, 0, CATEGORY },
	{ "gradingPeriod",        REF,    BOTH, 0, SESSION },
	{ "academicSession",      REF,    V12,  0, SESSION },
	{ "scoreScale",           REF,    V12,  0, SCORE_SCALE },
	{ "resultValueMin",       NUMBER, BOTH },
	{ "resultValueMax",       NUMBER, BOTH },
	{ "learningObjectiveSet", PARTS,  V12, .parts = objective_parts },
	END,
};

static const struct field result_fields[] = {
	{ "lineItem",             REF,    BOTH, BOTH, LINE_ITEM },
	{ "student",              REF,    BOTH, BOTH, USER },
	{ "class",                REF,    V12,  0, CLASS },
	{ "scoreScale",           REF,    V12,  0, SCORE_SCALE },
	{ "scoreStatus",          WORD,   BOTH, BOTH, .words = SCORE_STATUS, .open = true },
	{ "score",                NUMBER, BOTH },
	{ "textScore",            TEXT,   V12 },
	{ "scoreDate",            DATE,   BOTH },
	{ "comment",              TEXT,   BOTH },
	{ "learningObjectiveSet", PARTS,  V12, .parts = objective_score_parts },
	{ "inProgress",           FLAG,   V12 },
	{ "incomplete",           FLAG,   V12 },
	{ "late",                 FLAG,   V12 },
	{ "missing",              FLAG,   V12 },
	END,
};

static const struct field score_scale_fields[] = {
	{ "title",           TEXT,  V12, V12 },
	{ "type",            TEXT,  V12, V12 },
	{ "course",          REF,   V12, 0, COURSE },
	{ "class",           REF,   V12, V12, CLASS },
	{ "scoreScaleValue", PARTS, V12, V12, .parts = scale_value_parts },
	END,
};

static const struct field assessment_item_fields[] = {
	{ "title",                    TEXT,   V12, V12 },
	{ "description",              TEXT,   V12 },
	{ "class",                    REF,    V12, 0, CLASS },
	{ "parentAssessmentLineItem", REF,    V12, 0, ASSESSMENT_ITEM },
	{ "scoreScale",               REF,    V12, 0, SCORE_SCALE },
	{ "resultValueMin",           NUMBER, V12 },
	{ "resultValueMax",           NUMBER, V12 },
	{ "learningObjectiveSet",     PARTS,  V12, .parts = objective_parts },
	END,
};

static const struct field assessment_result_fields[] = {
	{ "assessmentLineItem",   REF,    V12, V12, ASSESSMENT_ITEM },
	{ "student",              REF,    V12, V12, USER },
	{ "score",                NUMBER, V12 },
	{ "textScore",            TEXT,   V12 },
	{ "scoreDate",            DATE,   V12 },
	{ "scoreScale",           REF,    V12, 0, SCORE_SCALE },
	{ "scorePercentile",      NUMBER, V12 },
	{ "scoreStatus",          WORD,   V12, V12, .words = SCORE_STATUS, .open = true },
	{ "comment",              TEXT,   V12 },
	{ "learningObjectiveSet", PARTS,  V12, .parts = objective_score_parts },
	{ "inProgress",           FLAG,   V12 },
	{ "incomplete",           FLAG,   V12 },
	{ "late",                 FLAG,   V12 },
	{ "missing",              FLAG,   V12 },
	END,
};

const struct entity vendor_entities[ENTITIES] = {
	[SESSION]           = { "academicSession", "academicSessions", ROSTERING, session_fields },
	[ORG]               = { "org", "orgs", ROSTERING, org_fields },
	[COURSE]            = { "course", "courses", ROSTERING, course_fields },
	[CLASS]             = { "class", "classes", ROSTERING, class_fields },
	[USER]              = { "user", "users", ROSTERING, user_fields },
	[ENROLLMENT]        = { "enrollment", "enrollments", ROSTERING, enrollment_fields },
	[DEMOGRAPHICS]      = { "demographics", "demographics", ROSTERING, demographics_fields },
	[RESOURCE]          = { "resource", "resources", RESOURCES, resource_fields },
	[CATEGORY]          = { "category", "categories", GRADEBOOK, category_fields },
	[LINE_ITEM]         = { "lineItem", "lineItems", GRADEBOOK, line_item_fields },
	[RESULT]            = { "result", "results", GRADEBOOK, result_fields },
	[SCORE_SCALE]       = { "scoreScale", "scoreScales", GRADEBOOK, score_scale_fields },
	[ASSESSMENT_ITEM]   = { "assessmentLineItem", "assessmentLineItems", GRADEBOOK, assessment_item_fields },
	[ASSESSMENT_RESULT] = { "assessmentResult", "assessmentResults", GRADEBOOK, assessment_result_fields },
};

/* What a reference is made of. */
static const struct field reference_parts[] = {
	{ "href",      ID,   BOTH },
	{ "sourcedId", ID,   BOTH },
	{ "type",      TEXT, BOTH },
	END,
};
/* clang-format on */

const struct field *vendor_field_among(const struct field *fields, unsigned version,
				       const char *name, bool any_case)
{
	for (const struct field *field = fields; field->name; field++)
		if ((field->in & version) &&
		    (any_case ? strcasecmp(field->name, name) : strcmp(field->name, name)) == 0)
			return field;
	return NULL;
}

const struct field *vendor_field_find(enum entity_id entity, unsigned version, const char *name)
{
	const struct field *field = vendor_field_among(vendor_base_fields, version, name, false);

	return field ? field
		     : vendor_field_among(vendor_entities[entity].fields, version, name, false);
}

static const struct field *below(const struct field *field)
{
	if (field->kind == REF || field->kind == REFS)
		return reference_parts;
	return field->kind == PARTS ? field->parts : NULL;
}

static void add_name(struct leaf *leaf, const char *name)
{
	size_t length = strlen(leaf->path);

	snprintf(leaf->path + length, sizeof leaf->path - length, "%s%s", length ? "." : "", name);
}

/* Names are compared without regard to case, as clients write them either way. */
bool vendor_leaf_find(enum entity_id entity, unsigned version, const char *path, struct leaf *leaf)
{
	const struct field *fields = vendor_entities[entity].fields, *field = NULL;
	char name[80];

	*leaf = (struct leaf){ TEXT, false, "" };
	for (bool first = true; fields; first = false) {
		size_t length = strcspn(path, ".");

		snprintf(name, sizeof name, "%.*s", (int)length, path);
		field = first ? vendor_field_among(vendor_base_fields, version, name, true) : NULL;
		field = field ? field : vendor_field_among(fields, version, name, true);
		if (!field || length >= sizeof name)
			return false;
		add_name(leaf, field->name);
		leaf->kind = field->kind;
		leaf->many = leaf->many || field->kind == TEXTS || field->kind == REFS ||
			     field->kind == PARTS;
		if (!path[length])
			break;
		path += length + 1;
		if (field->kind == OBJECT && *path) {
			add_name(leaf, path);
			leaf->kind = TEXT;
			return true;
		}
		fields = below(field);
		field = NULL;
	}
	if (field && (field->kind == REF || field->kind == REFS)) {
		add_name(leaf, "sourcedId"); /* the reference by itself means its target */
		leaf->kind = ID;
	}
	return field && field->kind != PARTS && field->kind != OBJECT;
}

const char *vendor_text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

json_t *vendor_find(const json_t *list, const char *id)
{
	json_t *item;
	size_t i;

	json_array_foreach (list, i, item)
		if (strcmp(vendor_text_of(item, "sourcedId"), id) == 0)
			return item;
	return NULL;
}
