/*
 * query_fields.c - suite query: selection of fields.
 */
#include "conformance/checks/collect.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "oneroster/vocab.h"

/* sourcedId may come all the same (fact sheet 1.1, 8.4). */
static void only_these(struct judge *judge, const json_t *object, const char *names)
{
	json_t *value;
	const char *key;

	json_object_foreach ((json_t *)(uintptr_t)object, key, value)
		if (!has_word(names, key) && strcmp(key, "sourcedId") != 0)
			judge_fail(judge, "GET %s: %s came, which was not asked for",
				   judge->call.target, key);
}

/* What was asked for comes where the object has it. */
static void all_of_these(struct judge *judge, const json_t *object, const json_t *plain,
			 const char *names)
{
	json_t *value;
	const char *key;

	json_object_foreach ((json_t *)(uintptr_t)plain, key, value)
		if (has_word(names, key) && !json_object_get(object, key))
			judge_fail(judge, "GET %s: %s was asked for and did not come",
				   judge->call.target, key);
}

/* check->body: names, blank-separated. As a query. Returns (free). */
static char *fields_query(const char *names, const char *comma)
{
	struct str out = STR_INIT;

	str_add(&out, "fields=");
	for (; *names; names++)
		str_add(&out, *names == ' ' ? comma : (char[]){ *names, '\0' });
	return str_take(&out, NULL);
}

static void run_select(struct judge *judge, const struct check *check, const char *comma,
		       const char *more)
{
	char *fields = fields_query(check->body, comma), *query = xformat("%s&%s", fields, more);
	json_t *plain = collect_page(judge, check->target, more, check->key);
	json_t *list = plain ? collect_asked(judge, check->target, query, check->key) : NULL;

	if (plain && !json_array_size(plain))
		judge_skip(judge, "%s is empty", check->target);
	if (list && json_array_size(list) != json_array_size(plain))
		judge_fail(judge, "GET %s: expected %zu objects, got %zu", judge->call.target,
			   json_array_size(plain), json_array_size(list));
	for (size_t i = 0; list && i < json_array_size(list); i++) {
		only_these(judge, json_array_get(list, i), check->body);
		all_of_these(judge, json_array_get(list, i), json_array_get(plain, i), check->body);
	}
	json_decref(list);
	json_decref(plain);
	free(query);
	free(fields);
}

static void selects(struct judge *judge, const struct check *check)
{
	run_select(judge, check, ",", "limit=20");
}

static void selects_encoded(struct judge *judge, const struct check *check)
{
	run_select(judge, check, "%2C", "limit=5");
}

/* Sorted by a field that is not selected. */
static void selects_sorted(struct judge *judge, const struct check *check)
{
	run_select(judge, check, ",", "limit=3&offset=1&sort=familyName&orderBy=desc");
}

static json_t *single(struct judge *judge, const char *target, const char *query, const char *key)
{
	char *whole = xformat("%s%s", target, query);
	json_t *object = NULL;

	if (collect_can(judge, target)) {
		judge_call(judge, "GET", whole, NULL);
		object = judge_expect(judge, 200) ? judge_object(judge, key) : NULL;
	}
	free(whole);
	return object;
}

static void selects_of_one(struct judge *judge, const struct check *check)
{
	char *fields = fields_query(check->body, ","), *query = xformat("?%s", fields);
	json_t *plain = single(judge, check->target, "", check->key);
	json_t *object = plain ? single(judge, check->target, query, check->key) : NULL;

	if (object) {
		only_these(judge, object, check->body);
		all_of_these(judge, object, plain, check->body);
	}
	json_decref(object);
	json_decref(plain);
	free(query);
	free(fields);
}

/* 1.1: all data as if nothing had been selected. */
static void unknown_gives_all(struct judge *judge, const struct check *check)
{
	json_t *plain = collect_page(judge, "/users", "limit=2", "users");
	json_t *list = plain ? collect_asked(judge, "/users", check->body, "users") : NULL;

	for (size_t i = 0; list && i < json_array_size(plain); i++)
		if (json_object_size(json_array_get(list, i)) <
		    json_object_size(json_array_get(plain, i)))
			judge_fail(judge, "GET %s: expected all %zu fields, got %zu",
				   judge->call.target, json_object_size(json_array_get(plain, i)),
				   json_object_size(json_array_get(list, i)));
	json_decref(list);
	json_decref(plain);
}

static void warns(struct judge *judge, const struct check *check)
{
	judge_call(judge, "GET", check->target, NULL);
	if (judge_expect(judge, 200))
		collect_minor(judge, check->key);
}

static void refuses(struct judge *judge, const struct check *check)
{
	if (!collect_can(judge, check->target))
		return;
	judge_call(judge, "GET", check->target, NULL);
	if (judge_expect(judge, 400) && check->key)
		collect_minor(judge, check->key);
}

#define SHEET "OneRoster 1.1 fact sheet 8.4; OneRoster 1.2 fact sheet 5.4"
#define OLD "OneRoster 1.1 fact sheet 8.4 and 9; traps A6"
#define NEW "OneRoster 1.2 fact sheet 5.4; traps A6"
#define FIELDS(id, path, array, names)                                                         \
	{                                                                                      \
		"QRY-FIELDS-" id, MUST, 0, SHEET,                                              \
			"of " path " come the fields that were named, and no others", selects, \
			path, array, names, .has = path                                        \
	}

/* clang-format off */
const struct check query_fields_checks[] = {
	FIELDS("001", "/users", "users", "givenName familyName"),
	FIELDS("002", "/orgs", "orgs", "sourcedId name"),
	FIELDS("003", "/enrollments", "enrollments", "sourcedId user class"),
	FIELDS("004", "/academicSessions", "academicSessions", "title startDate"),
	FIELDS("005", "/classes", "classes", "sourcedId title terms"),
	FIELDS("006", "/categories", "categories", "sourcedId title"),
	{ "QRY-FIELDS-007", MUST, 0, SHEET, "of a nested collection come the fields that were named", selects, "/classes/{class}/students", "users", "sourcedId familyName", .has = "/classes" },
	{ "QRY-FIELDS-008", MUST, 0, SHEET, "commas may be encoded", selects_encoded, "/users", "users", "sourcedId givenName familyName", .has = "/users" },
	{ "QRY-FIELDS-009", MUST, 0, "OneRoster 1.1 fact sheet 8.5", "what is sorted by need not be selected", selects_sorted, "/users", "users", "sourcedId givenName", .has = "/users" },
	{ "QRY-FIELDS-010", MUST, 0, SHEET, "of a single class come the fields that were named", selects_of_one, "/classes/{class}", "class", "sourcedId title", .has = "/classes" },
	{ "QRY-FIELDS-011", MUST, 0, SHEET, "of a single user come the fields that were named", selects_of_one, "/users/{student}", "user", "familyName", .has = "/users" },
	{ "QRY-FIELDS-101", MUST, 0, OLD, "with a name that is not there all fields come", unknown_gives_all, .body = "limit=2&fields=givenName,noSuchField", .has = "/users", .in = V11 },
	{ "QRY-FIELDS-102", SHOULD, 0, OLD, "a name that is not there comes with the warning invalid_selection_field", warns, "/users?limit=1&fields=noSuchField", "invalid_selection_field", .has = "/users", .in = V11 },
	{ "QRY-FIELDS-103", MUST, 0, OLD, "a blank selection is refused with 400", refuses, "/users?limit=1&fields=", .has = "/users", .in = V11 },
	{ "QRY-FIELDS-104", SHOULD, 0, OLD, "the minor code of a blank selection is invalid_blank_selection_field", refuses, "/users?limit=1&fields=", "invalid_blank_selection_field", .has = "/users", .in = V11 },
	{ "QRY-FIELDS-201", SHOULD, 0, NEW, "a name that is not there is refused with 400", refuses, "/users?limit=1&fields=givenName,noSuchField", .has = "/users", .in = V12 },
	{ "QRY-FIELDS-202", SHOULD, 0, NEW, "the minor code of a name that is not there is invalid_selection_field", refuses, "/users?limit=1&fields=noSuchField", "invalid_selection_field", .has = "/users", .in = V12 },
	{ "QRY-FIELDS-203", SHOULD, 0, NEW, "a name that is not there is refused for a single object, too", refuses, "/classes/{class}?fields=noSuchField", .has = "/classes", .in = V12 },
	{ "QRY-FIELDS-204", SHOULD, 0, NEW, "a blank selection is refused with 400", refuses, "/users?limit=1&fields=", .has = "/users", .in = V12 },
	{ NULL },
};
/* clang-format on */
