/*
 * test_entities.c - the field tables against the standard's own lists,
 * tests/standard/fields-1.1.tsv and fields-1.2.tsv.
 */
#include <check.h>

#include "base/file.h"
#include "oneroster/entity.h"
#include "tests/unit/helpers.h"

/* clang-format off */
/* The objects of the lists. Those of 1.1 are what they add to Base.Type; a path names
 * the members of a list of objects. */
static const struct object {
	const char *name;
	unsigned version;
	const struct entity *entity;
	const char *path[2];
} objects[] = {
	{ "Org_Type_allOf",             V11, &ENTITY_ORGS, { NULL } },
	{ "AcademicSession_Type_allOf", V11, &ENTITY_ACADEMIC_SESSIONS, { NULL } },
	{ "Course_Type_allOf",          V11, &ENTITY_COURSES, { NULL } },
	{ "Class_Type_allOf",           V11, &ENTITY_CLASSES, { NULL } },
	{ "User_Type_allOf",            V11, &ENTITY_USERS, { NULL } },
	{ "UserId.Type",                V11, &ENTITY_USERS, { "userIds" } },
	{ "Demographic_Type_allOf",     V11, &ENTITY_DEMOGRAPHICS, { NULL } },
	{ "Enrollment_Type_allOf",      V11, &ENTITY_ENROLLMENTS, { NULL } },
	{ "Resource_Type_allOf",        V11, &ENTITY_RESOURCES, { NULL } },
	{ "Category_Type_allOf",        V11, &ENTITY_CATEGORIES, { NULL } },
	{ "LineItem_Type_allOf",        V11, &ENTITY_LINE_ITEMS, { NULL } },
	{ "Result_Type_allOf",          V11, &ENTITY_RESULTS, { NULL } },
	{ "OrgDType",                   V12, &ENTITY_ORGS, { NULL } },
	{ "AcademicSessionDType",       V12, &ENTITY_ACADEMIC_SESSIONS, { NULL } },
	{ "CourseDType",                V12, &ENTITY_COURSES, { NULL } },
	{ "ClassDType",                 V12, &ENTITY_CLASSES, { NULL } },
	{ "UserDType",                  V12, &ENTITY_USERS, { NULL } },
	{ "UserIdDType",                V12, &ENTITY_USERS, { "userIds" } },
	{ "RoleDType",                  V12, &ENTITY_USERS, { "roles" } },
	{ "UserProfileDType",           V12, &ENTITY_USERS, { "userProfiles" } },
	{ "CredentialDType",            V12, &ENTITY_USERS, { "userProfiles", "credentials" } },
	{ "DemographicsDType",          V12, &ENTITY_DEMOGRAPHICS, { NULL } },
	{ "EnrollmentDType",            V12, &ENTITY_ENROLLMENTS, { NULL } },
	{ "ResourceDType",              V12, &ENTITY_RESOURCES, { NULL } },
	{ "CategoryDType",              V12, &ENTITY_CATEGORIES, { NULL } },
	{ "ScoreScaleDType",            V12, &ENTITY_SCORE_SCALES, { NULL } },
	{ "ScoreScaleValueDType",       V12, &ENTITY_SCORE_SCALES, { "scoreScaleValue" } },
	{ "LineItemDType",              V12, &ENTITY_LINE_ITEMS, { NULL } },
	{ "LearningObjectiveSetDType",  V12, &ENTITY_LINE_ITEMS, { "learningObjectiveSet" } },
	{ "ResultDType",                V12, &ENTITY_RESULTS, { NULL } },
	{ "LearningObjectiveScoreSetDType", V12, &ENTITY_RESULTS, { "learningObjectiveSet" } },
	{ "LearningObjectiveResultsDType",  V12, &ENTITY_RESULTS, { "learningObjectiveSet", "learningObjectiveResults" } },
	{ "AssessmentLineItemDType",    V12, &ENTITY_ASSESSMENT_LINE_ITEMS, { NULL } },
	{ "AssessmentResultDType",      V12, &ENTITY_ASSESSMENT_RESULTS, { NULL } },
};

/* Where the text of the standard and its OpenAPI copy differ, we follow the text. */
static const struct {
	const char *object, *theirs, *ours, *type;
} departures[] = {
	{ "Class_Type_allOf",    "periods", "periods", "array<string> min=0" },
	{ "Resource_Type_allOf", "role",    "roles",   "array<string> min=0" },
};

/* The beginning of a type, a part of it, or the whole; the first that fits counts. */
static const struct {
	const char *begins, *holds;
	enum type ours;
} types[] = {
	{ "string(date-time)", "",         T_TIME },
	{ "string(date)",      "",         T_DATE },
	{ "string(uri)",       "",         T_URI },
	{ "boolean",           "",         T_BOOL },
	{ "number(float)",     "",         T_NUMBER },
	{ "object",            "",         T_MAP },
	{ "MetadataDType",     "",         T_MAP },
	{ "array<string",      "",         T_TEXTS },
	{ "array<",            "GUIDRef",  T_REFS },
	{ "array<",            "",         T_OBJECTS },
	{ "",                  "GUIDRef",  T_REF },
	{ "string",            "",         T_TEXT }, /* with a vocabulary T_ENUM or T_BOOL */
};

static const struct {
	const struct entity *entity;
	const char *field, *csv;
} headers[] = {
	{ &ENTITY_ORGS,        "parent",     "parentSourcedId" },
	{ &ENTITY_CLASSES,     "terms",      "termSourcedIds" },
	{ &ENTITY_CLASSES,     "school",     "schoolSourcedId" },
	{ &ENTITY_COURSES,     "schoolYear", "schoolYearSourcedId" },
	{ &ENTITY_USERS,       "orgs",       "orgSourcedIds" },
	{ &ENTITY_USERS,       "agents",     "agentSourcedIds" },
	{ &ENTITY_USERS,       "userIds",    "userIds" },
	{ &ENTITY_ENROLLMENTS, "user",       "userSourcedId" },
	{ &ENTITY_LINE_ITEMS,  "gradingPeriod", "gradingPeriodSourcedId" },
	{ &ENTITY_RESULTS,     "student",    "studentSourcedId" },
	{ &ENTITY_USERS,       "preferredFirstName", "preferredGivenName" },
	{ &ENTITY_USERS,       "primaryOrg", "primaryOrgSourcedId" },
};
/* clang-format on */

struct row {
	char *object, *field, *required, *type, *vocabulary;
};

static bool next_row(char **at, struct row *out)
{
	char *line = strsep(at, "\n");

	if (!line || !*line)
		return false;
	strsep(&line, "\t"); /* the service */
	out->object = strsep(&line, "\t");
	out->field = strsep(&line, "\t");
	out->required = strsep(&line, "\t");
	out->type = strsep(&line, "\t");
	out->vocabulary = strsep(&line, "\t");
	return true;
}

static char *read_list(unsigned version)
{
	struct err err = ERR_INIT;
	char *path = source_path(version == V11 ? "tests/standard/fields-1.1.tsv"
						: "tests/standard/fields-1.2.tsv");
	char *text = file_read(path, 1 << 20, NULL, &err);

	ck_assert_msg(text != NULL, "%s", err.text);
	free(path);
	return text;
}

/* Every value of "a,b,c" is in the vocabulary, and nothing else is. "; ext ..." behind
 * them says that it may be extended. */
static bool same_vocabulary(const struct vocab *vocab, unsigned version, char *values)
{
	char *list = strsep(&values, ";");
	size_t count = 0, ours = 0;

	if ((values != NULL) != (version == V12 && vocab->extension != CLOSED))
		return false;
	for (char *value; (value = strsep(&list, ",")); count++)
		if (!vocab_allows(vocab, value, version))
			return false;
	for (const struct term *term = vocab->terms; term->value; term++)
		ours += (term->in & version) != 0;
	return ours == count;
}

static enum type wanted_type(const char *name, const char *type, const char *vocabulary)
{
	if (strcmp(name, "sourcedId") == 0)
		return T_ID;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		if (!starts_with(type, types[i].begins) || !strstr(type, types[i].holds))
			continue;
		if (types[i].ours != T_TEXT || !*vocabulary)
			return types[i].ours;
		return strcmp(vocabulary, "true,false") == 0 ? T_BOOL : T_ENUM;
	}
	ck_abort_msg("%s: unknown type %s", name, type);
}

static void check_field(const struct object *object, const struct field *fields, struct row *row)
{
	const char *name = row->field, *type = row->type;

	for (size_t i = 0; i < ARRAY_SIZE(departures); i++)
		if (strcmp(departures[i].object, row->object) == 0 &&
		    strcmp(departures[i].theirs, row->field) == 0) {
			name = departures[i].ours;
			type = departures[i].type;
		}

	const struct field *field = sub_field(fields, name);
	enum type wanted = wanted_type(name, type, row->vocabulary);

	ck_assert_msg(field && (field->in & object->version), "%s has no %s", object->name, name);
	ck_assert_msg((row->required[0] == 'R') == ((field->required & object->version) != 0),
		      "%s.%s: required %s", object->name, name, row->required);
	ck_assert_msg(field->type == wanted, "%s.%s: type %d is not %s", object->name, name,
		      (int)field->type, type);
	ck_assert_msg(!strstr(type, "min=1") || (field->flags & F_SOME), "%s.%s: may be empty",
		      object->name, name);
	ck_assert_msg((*row->vocabulary != '\0') == (field->vocab || field->type == T_BOOL) ||
			      (field->type == T_BOOL && object->version == V11),
		      "%s.%s: vocabulary", object->name, name);
	ck_assert_msg(!field->vocab ||
			      same_vocabulary(field->vocab, object->version, row->vocabulary),
		      "%s.%s: another vocabulary", object->name, name);
}

START_TEST(has_the_fields_of_the_standard)
{
	const struct object *object = &objects[_i];
	const struct field *fields = object->entity->fields;
	char *text = read_list(object->version), *at = text;
	int count = 0, ours = 0;
	struct row row;

	for (size_t i = 0; i < 2 && object->path[i]; i++)
		fields = sub_field(fields, object->path[i])->sub;
	while (next_row(&at, &row)) {
		bool base = object->version == V11 && !object->path[0] &&
			    strcmp(row.object, "Base.Type") == 0;

		if (!base && strcmp(row.object, object->name) != 0)
			continue;
		check_field(object, fields, &row);
		count++;
	}
	for (; fields->name; fields++)
		ours += (fields->in & object->version) && !(fields->flags & F_INTERNAL);
	/* and none besides */
	ck_assert_msg(ours == count, "%s: %d fields, the standard has %d", object->name, ours,
		      count);
	free(text);
}
END_TEST

START_TEST(has_the_wrapper_keys_of_the_standard)
{
	const struct entity *entity = entities[_i];

	for (unsigned version = V11; version <= V12; version <<= 1) {
		char *text = read_list(version), *at = text;
		bool single = false, multiple = false;
		struct row row;

		while (next_row(&at, &row)) {
			if (starts_with(row.object, "Single"))
				single = single || strcmp(row.field, entity->singular) == 0;
			else if (starts_with(row.type, "array<") && row.required[0] == 'O')
				multiple = multiple || strcmp(row.field, entity->plural) == 0;
		}
		ck_assert_msg(single == ((entity->in & version) != 0), "%s", entity->singular);
		ck_assert_msg(multiple || !(entity->in & version), "%s", entity->plural);
		free(text);
	}
	ck_assert_ptr_eq(entity_by_plural(entity->plural), entity);
	ck_assert_ptr_eq(entity_by_singular(entity->singular), entity);
}
END_TEST

START_TEST(holds_its_own_invariants)
{
	const struct entity *entity = entities[_i];

	ck_assert_str_eq(entity->fields[FIELD_SOURCED_ID].name, "sourcedId");
	ck_assert_str_eq(entity->fields[FIELD_STATUS].name, "status");
	ck_assert_str_eq(entity->fields[FIELD_MODIFIED].name, "dateLastModified");
	ck_assert_str_eq(entity->fields[FIELD_METADATA].name, "metadata");
	for (int i = 0; entity->fields[i].name; i++) {
		const struct field *field = &entity->fields[i];

		ck_assert_int_lt(i, ENTITY_FIELDS_MAX);
		ck_assert_msg((field->type == T_OBJECTS) == (field->sub != NULL), "%s.%s: sub",
			      entity->singular, field->name);
		ck_assert_msg((i <= FIELD_METADATA || !(field->in & ~entity->in)) &&
				      !(field->required & ~field->in & BOTH),
			      "%s.%s: versions", entity->singular, field->name);
		ck_assert_msg(entity_field_index(entity, field->name) == i, "%s.%s stands twice",
			      entity->singular, field->name);
		ck_assert_msg((field->type == T_REF || field->type == T_REFS) ==
				      (field->target != NULL),
			      "%s.%s: target", entity->singular, field->name);
		ck_assert_msg(field->type != T_ENUM || field->vocab, "%s.%s: no vocabulary",
			      entity->singular, field->name);
	}
}
END_TEST

START_TEST(all_are_listed_once)
{
	for (size_t i = 0; i < ENTITY_COUNT; i++)
		for (size_t k = 0; k < i; k++) {
			ck_assert_ptr_ne(entities[i], entities[k]);
			ck_assert_str_ne(entities[i]->plural, entities[k]->plural);
		}
	for (size_t i = 0; i < ARRAY_SIZE(objects); i++) {
		bool listed = false;

		for (size_t k = 0; k < ENTITY_COUNT; k++)
			listed = listed || entities[k] == objects[i].entity;
		ck_assert_msg(listed, "%s", objects[i].name);
	}
	ck_assert_ptr_null(entity_by_plural("terms"));
	ck_assert_ptr_null(entity_by_plural(""));
	ck_assert_ptr_null(entity_by_singular("orgs"));
}
END_TEST

/* Loading in this order must find what references name, but for its own kind. */
START_TEST(references_point_backwards)
{
	for (size_t i = 0; i < ENTITY_COUNT; i++)
		for (const struct field *field = entities[i]->fields; field->name; field++) {
			bool before = !field->target || field->target == entities[i] ||
				      field->target ==
					      &ENTITY_RESOURCES; /* lists of what may follow */

			for (size_t k = 0; k < i; k++)
				before = before || entities[k] == field->target;
			ck_assert_msg(before, "%s.%s", entities[i]->plural, field->name);
		}
}
END_TEST

START_TEST(csv_headers_follow_the_binding)
{
	char csv[64];
	const struct field *field = entity_field(headers[_i].entity, headers[_i].field);

	field_csv(field, csv);
	ck_assert_msg(strcmp(csv, headers[_i].csv) == 0, "%s: %s", headers[_i].field, csv);
}
END_TEST

START_TEST(names_are_exact)
{
	ck_assert_ptr_null(entity_field(&ENTITY_USERS, "SourcedId"));
	ck_assert_ptr_null(entity_field(&ENTITY_USERS, ""));
	ck_assert_int_eq(entity_field_index(&ENTITY_USERS, "score"), -1);
	ck_assert(entity_field(&ENTITY_USERS, "password")->flags & F_SECRET);
	ck_assert(entity_field(&ENTITY_USERS, "dateLastModified")->flags & F_SERVER);
}
END_TEST

Suite *entities_suite(void);
Suite *entities_suite(void)
{
	Suite *suite = suite_create("oneroster/entities");
	TCase *tc = tcase_create("entities");

	tcase_add_loop_test(tc, has_the_fields_of_the_standard, 0, ARRAY_SIZE(objects));
	tcase_add_loop_test(tc, has_the_wrapper_keys_of_the_standard, 0, ENTITY_COUNT);
	tcase_add_loop_test(tc, holds_its_own_invariants, 0, ENTITY_COUNT);
	tcase_add_test(tc, all_are_listed_once);
	tcase_add_test(tc, references_point_backwards);
	tcase_add_loop_test(tc, csv_headers_follow_the_binding, 0, ARRAY_SIZE(headers));
	tcase_add_test(tc, names_are_exact);
	suite_add_tcase(suite, tc);
	return suite;
}
