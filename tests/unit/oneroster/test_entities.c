/*
 * test_entities.c - the field tables against the standard's own list,
 * tests/standard/fields-1.1.tsv.
 */
#include <check.h>

#include "base/file.h"
#include "oneroster/entity.h"
#include "tests/unit/helpers.h"

/* The object of the list that describes an entity beside Base.Type. */
static const struct {
	const struct entity *entity;
	const char *object;
} objects[] = {
	{ &ENTITY_ORGS, "Org_Type_allOf" },
	{ &ENTITY_ACADEMIC_SESSIONS, "AcademicSession_Type_allOf" },
	{ &ENTITY_COURSES, "Course_Type_allOf" },
	{ &ENTITY_CLASSES, "Class_Type_allOf" },
	{ &ENTITY_USERS, "User_Type_allOf" },
	{ &ENTITY_DEMOGRAPHICS, "Demographic_Type_allOf" },
	{ &ENTITY_ENROLLMENTS, "Enrollment_Type_allOf" },
	{ &ENTITY_RESOURCES, "Resource_Type_allOf" },
	{ &ENTITY_CATEGORIES, "Category_Type_allOf" },
	{ &ENTITY_LINE_ITEMS, "LineItem_Type_allOf" },
	{ &ENTITY_RESULTS, "Result_Type_allOf" },
};

/* clang-format off */
/* Where the text of the standard and its OpenAPI copy differ, we follow the text. */
static const struct {
	const char *object, *theirs, *ours, *type;
} departures[] = {
	{ "Class_Type_allOf",    "periods", "periods", "array<string> min=0" },
	{ "Resource_Type_allOf", "role",    "roles",   "array<string> min=0" },
};

static const struct {
	const char *theirs;
	enum type ours;
} types[] = {
	{ "string(date-time)",           T_TIME },
	{ "string(date)",                T_DATE },
	{ "string",                      T_TEXT }, /* with a vocabulary T_ENUM */
	{ "boolean",                     T_BOOL },
	{ "number(float)",               T_NUMBER },
	{ "object",                      T_MAP },
	{ "GUIDRef.Type",                T_REF },
	{ "array<GUIDRef.Type> min=0",   T_REFS },
	{ "array<GUIDRef.Type> min=1",   T_REFS },
	{ "array<string> min=0",         T_TEXTS },
	{ "array<UserId.Type> min=0",    T_USERIDS },
};

static const struct {
	const struct entity *entity;
	const char *field, *csv; /* NULL: no column */
} headers[] = {
	{ &ENTITY_ORGS,        "parent",     "parentSourcedId" },
	{ &ENTITY_ORGS,        "children",   NULL },
	{ &ENTITY_CLASSES,     "terms",      "termSourcedIds" },
	{ &ENTITY_CLASSES,     "school",     "schoolSourcedId" },
	{ &ENTITY_CLASSES,     "resources",  NULL },
	{ &ENTITY_COURSES,     "schoolYear", "schoolYearSourcedId" },
	{ &ENTITY_USERS,       "orgs",       "orgSourcedIds" },
	{ &ENTITY_USERS,       "agents",     "agentSourcedIds" },
	{ &ENTITY_USERS,       "userIds",    "userIds" },
	{ &ENTITY_ENROLLMENTS, "user",       "userSourcedId" },
	{ &ENTITY_LINE_ITEMS,  "gradingPeriod", "gradingPeriodSourcedId" },
	{ &ENTITY_RESULTS,     "student",    "studentSourcedId" },
	{ &ENTITY_RESULTS,     "metadata",   NULL },
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

static char *read_list(void)
{
	struct err err = ERR_INIT;
	char *path = source_path("tests/standard/fields-1.1.tsv");
	char *text = file_read(path, 1 << 20, NULL, &err);

	ck_assert_msg(text != NULL, "%s", err.text);
	free(path);
	return text;
}

/* Every value of "a,b,c" is in the vocabulary, and nothing else is. */
static bool same_vocabulary(const struct vocab *vocab, char *values)
{
	size_t count = 0, ours = 0;

	for (char *value; (value = strsep(&values, ",")); count++)
		if (!vocab_has(vocab, value))
			return false;
	while (vocab->values[ours])
		ours++;
	return ours == count;
}

static void check_field(const struct entity *entity, struct row *row)
{
	const char *name = row->field, *type = row->type;

	for (size_t i = 0; i < ARRAY_SIZE(departures); i++)
		if (strcmp(departures[i].object, row->object) == 0 &&
		    strcmp(departures[i].theirs, row->field) == 0) {
			name = departures[i].ours;
			type = departures[i].type;
		}

	const struct field *field = entity_field(entity, name);
	enum type wanted = T_ID;

	ck_assert_msg(field != NULL, "%s has no %s", entity->singular, name);
	ck_assert_msg((row->required[0] == 'R') == ((field->flags & F_REQUIRED) != 0),
		      "%s.%s: required %s", entity->singular, name, row->required);
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (strcmp(types[i].theirs, type) == 0)
			wanted = types[i].ours;
	if (wanted == T_TEXT && *row->vocabulary)
		wanted = T_ENUM;
	if (strcmp(name, "sourcedId") == 0)
		wanted = T_ID;
	ck_assert_msg(field->type == wanted, "%s.%s: type %d is not %s", entity->singular, name,
		      (int)field->type, type);
	ck_assert_msg((*row->vocabulary != '\0') == (field->vocab != NULL), "%s.%s: vocabulary",
		      entity->singular, name);
	ck_assert_msg(!field->vocab || same_vocabulary(field->vocab, row->vocabulary),
		      "%s.%s: another vocabulary", entity->singular, name);
}

START_TEST(has_the_fields_of_the_standard)
{
	const struct entity *entity = objects[_i].entity;
	char *text = read_list(), *at = text;
	int count = 0;
	struct row row;

	while (next_row(&at, &row)) {
		if (strcmp(row.object, "Base.Type") != 0 &&
		    strcmp(row.object, objects[_i].object) != 0)
			continue;
		check_field(entity, &row);
		count++;
	}
	/* and none besides */
	ck_assert_msg(entity_field_count(entity) == count, "%s: %d fields, the standard has %d",
		      entity->singular, entity_field_count(entity), count);
	free(text);
}
END_TEST

START_TEST(has_the_wrapper_keys_of_the_standard)
{
	const struct entity *entity = objects[_i].entity;
	char *text = read_list(), *at = text;
	bool single = false, multiple = false;
	struct row row;

	while (next_row(&at, &row)) {
		if (starts_with(row.object, "Single"))
			single = single || strcmp(row.field, entity->singular) == 0;
		else if (starts_with(row.type, "array<"))
			multiple = multiple || strcmp(row.field, entity->plural) == 0;
	}
	ck_assert_msg(single, "%s", entity->singular);
	ck_assert_msg(multiple, "%s", entity->plural);
	ck_assert_ptr_eq(entity_by_plural(entity->plural), entity);
	free(text);
}
END_TEST

START_TEST(holds_its_own_invariants)
{
	const struct entity *entity = entities[_i];

	ck_assert_int_lt(entity_field_count(entity), ENTITY_FIELDS_MAX);
	ck_assert_str_eq(entity->fields[FIELD_SOURCED_ID].name, "sourcedId");
	ck_assert_str_eq(entity->fields[FIELD_STATUS].name, "status");
	ck_assert_str_eq(entity->fields[FIELD_MODIFIED].name, "dateLastModified");
	ck_assert_str_eq(entity->fields[FIELD_METADATA].name, "metadata");
	for (int i = 0; entity->fields[i].name; i++) {
		const struct field *field = &entity->fields[i];

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

START_TEST(all_eleven_are_listed_once)
{
	ck_assert_uint_eq(ARRAY_SIZE(objects), ENTITY_COUNT);
	for (size_t i = 0; i < ENTITY_COUNT; i++)
		for (size_t k = 0; k < i; k++) {
			ck_assert_ptr_ne(entities[i], entities[k]);
			ck_assert_str_ne(entities[i]->plural, entities[k]->plural);
		}
	for (size_t i = 0; i < ARRAY_SIZE(objects); i++) {
		bool listed = false;

		for (size_t k = 0; k < ENTITY_COUNT; k++)
			listed = listed || entities[k] == objects[i].entity;
		ck_assert_msg(listed, "%s", objects[i].object);
	}
	ck_assert_ptr_null(entity_by_plural("terms"));
	ck_assert_ptr_null(entity_by_plural(""));
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
	bool has = field_csv(field, csv);

	ck_assert_msg(has == (headers[_i].csv != NULL), "%s", headers[_i].field);
	ck_assert_msg(!has || strcmp(csv, headers[_i].csv) == 0, "%s: %s", headers[_i].field, csv);
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
	tcase_add_loop_test(tc, has_the_wrapper_keys_of_the_standard, 0, ARRAY_SIZE(objects));
	tcase_add_loop_test(tc, holds_its_own_invariants, 0, ENTITY_COUNT);
	tcase_add_test(tc, all_eleven_are_listed_once);
	tcase_add_test(tc, references_point_backwards);
	tcase_add_loop_test(tc, csv_headers_follow_the_binding, 0, ARRAY_SIZE(headers));
	tcase_add_test(tc, names_are_exact);
	suite_add_tcase(suite, tc);
	return suite;
}
