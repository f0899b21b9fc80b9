/*
 * test_cell.c - values as CSV cells, and as the JSON that we keep beside them.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "oneroster/cell.h"

/* A stored value's JSON, the cell that says it in a version, and whether that cell reads
 * back as the value. */
static const struct {
	const struct entity *entity;
	const char *field, *json;
	unsigned version;
	const char *cell;
	bool exact;
} said[] = {
	{ &ENTITY_ORGS, "name", "\"North\"", V11, "North", true },
	{ &ENTITY_ORGS, "name", "\"two\\nlines\"", V11, "two lines", false },
	{ &ENTITY_ORGS, "name", "\"\"", V11, "", false },
	{ &ENTITY_ORGS, "type", "\"ext:campus\"", V12, "ext:campus", true },
	{ &ENTITY_ORGS, "type", "\"ext:campus\"", V11, "", false },
	{ &ENTITY_USERS, "enabledUser", "true", V12, "true", true },
	{ &ENTITY_USERS, "grades", "[\"09\",\"10\"]", V12, "09,10", true },
	{ &ENTITY_USERS, "grades", "[\"09, or\",\"10\"]", V12, "10", false },
	{ &ENTITY_USERS, "grades", "[]", V12, "", false },
	{ &ENTITY_USERS, "userIds", "[{\"type\":\"LDAP\",\"identifier\":\"a:b\"}]", V12,
	  "{LDAP:a:b}", true },
	{ &ENTITY_USERS, "userIds",
	  "[{\"type\":\"a}\",\"identifier\":\"b\"},{\"type\":\"c\",\"identifier\":\"d\"}]", V12,
	  "{c:d}", false },
	{ &ENTITY_LINE_ITEMS, "dueDate", "1788825600000", V12, "2026-09-08", true },
	{ &ENTITY_LINE_ITEMS, "dueDate", "1788825600001", V12, "2026-09-08", false },
	{ &ENTITY_LINE_ITEMS, "dateLastModified", "1788825600001", V12, "2026-09-08T00:00:00.001Z",
	  true },
	{ &ENTITY_RESULTS, "score", "91.1", V11, "91.1", true },
	{ &ENTITY_RESULTS, "score", "85", V11, "85", true },
	{ &ENTITY_RESULTS, "scoreDate", "\"2026-09-08\"", V11, "2026-09-08", true },
	/* a field of one version alone is said in the words of that version */
	{ &ENTITY_USERS, "role", "\"administrator\"", V12, "administrator", true },
};

START_TEST(says_values)
{
	const struct field *field = entity_field(said[_i].entity, said[_i].field);
	struct value value = { VALUE_NULL }, again = { VALUE_NULL };
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct str cell = STR_INIT;
	json_t *json = json_loads(said[_i].json, JSON_DECODE_ANY, NULL), *back;
	bool read;

	ck_assert_msg(value_from_stored(&value, field, json, &arena, &err), "%s", err.text);
	back = value_json(field, &value);
	ck_assert_msg(json_is_number(json) ? json_number_value(back) == json_number_value(json)
					   : json_equal(back, json),
		      "%s", said[_i].json);
	cell_from_value(&cell, field, &value, said[_i].version);
	ck_assert_str_eq(str_text(&cell), said[_i].cell);
	read = value_from_cell(&again, field, str_text(&cell), said[_i].version, &arena, &err);
	ck_assert_msg(read && value_same(&value, &again) == said[_i].exact, "%s", said[_i].json);
	json_decref(back);
	json_decref(json);
	str_release(&cell);
	arena_release(&arena);
}
END_TEST

static const struct {
	const char *field, *json;
	bool good;
} stored[] = {
	{ "roles", "[{\"role\":\"student\",\"org\":\"o\",\"sourcedId\":\"r\"}]", true },
	{ "roles", "null", true },
	{ "roles", "[{\"role\":\"student\"}]", false },
	{ "roles", "[{\"role\":\"Student\",\"org\":\"o\"}]", false },
	{ "roles", "[{\"role\":\"student\",\"org\":{\"sourcedId\":\"o\"}}]", false },
	{ "roles", "[\"student\"]", false },
	{ "roles", "{}", false },
	{ "orgs", "[\"o\"]", true },
	{ "orgs", "[1]", false },
	{ "enabledUser", "\"true\"", false },
	{ "dateLastModified", "1.5", false },
	{ "status", "\"inactive\"", false }, /* read, but never stored */
	{ "metadata", "{\"a\":[1,{}]}", true },
	{ "metadata", "[]", false },
	{ "primaryOrg", "\"\"", false },
	{ "userProfiles", "[{\"profileId\":\"p\",\"credentials\":[{\"type\":\"t\"}]}]", false },
};

START_TEST(keeps_only_what_can_be_stored)
{
	struct value value = { VALUE_NULL };
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	json_t *json = json_loads(stored[_i].json, JSON_DECODE_ANY, NULL);
	bool good = value_from_stored(&value, entity_field(&ENTITY_USERS, stored[_i].field), json,
				      &arena, &err);

	ck_assert_msg(good == stored[_i].good, "%s: %s", stored[_i].field, stored[_i].json);
	json_decref(json);
	arena_release(&arena);
}
END_TEST

Suite *cell_suite(void);
Suite *cell_suite(void)
{
	Suite *suite = suite_create("oneroster/cell");
	TCase *tc = tcase_create("cell");

	tcase_add_loop_test(tc, says_values, 0, ARRAY_SIZE(said));
	tcase_add_loop_test(tc, keeps_only_what_can_be_stored, 0, ARRAY_SIZE(stored));
	suite_add_tcase(suite, tc);
	return suite;
}
