/*
 * test_record.c - objects from JSON and CSV, checked, normalised, and out again.
 */
#include <check.h>

#include "base/jsonx.h"
#include "oneroster/cell.h"

#define ITEM "\"sourcedId\": \"li-1\", \"title\": \"Quiz\", \"class\": {\"sourcedId\": \"c-1\"}"
#define RESULT                                                              \
	"\"sourcedId\": \"r-1\", \"lineItem\": {\"sourcedId\": \"li-1\"}, " \
	"\"student\": {\"sourcedId\": \"u-1\"}"
#define USER \
	"\"sourcedId\": \"u\", \"givenName\": \"A\", \"familyName\": \"B\", \"role\": \"student\""
#define CLASS "\"sourcedId\": \"c\", \"title\": \"T\""

/* clang-format off */
/* What is understood: the field's value as it is stored. */
static const struct {
	const struct entity *entity;
	const char *json, *field, *stored; /* stored: NULL is NULL */
} taken[] = {
	{ &ENTITY_LINE_ITEMS, "{" ITEM "}", "class", "c-1" },
	{ &ENTITY_LINE_ITEMS, "{" ITEM ", \"category\": {\"href\": \"http://x/y\", \"sourcedId\": \"cat\", \"type\": \"category\"}}", "category", "cat" },
	{ &ENTITY_LINE_ITEMS, "{" ITEM ", \"category\": null}", "category", NULL },
	{ &ENTITY_LINE_ITEMS, "{" ITEM "}", "category", NULL },
	{ &ENTITY_LINE_ITEMS, "{" ITEM ", \"dueDate\": \"2026-11-16T17:00:00.000Z\"}", "dueDate", "1794848400000" },
	{ &ENTITY_LINE_ITEMS, "{" ITEM ", \"dueDate\": \"2026-11-16T17:00:00\"}", "dueDate", "1794848400000" }, /* no zone */
	{ &ENTITY_LINE_ITEMS, "{" ITEM ", \"dueDate\": \"2026-11-16T12:00:00-05:00\"}", "dueDate", "1794848400000" },
	{ &ENTITY_LINE_ITEMS, "{" ITEM ", \"dueDate\": \"2026-11-16\"}", "dueDate", "1794787200000" },
	{ &ENTITY_LINE_ITEMS, "{" ITEM ", \"resultValueMax\": 100}", "resultValueMax", "100" },
	{ &ENTITY_LINE_ITEMS, "{" ITEM ", \"resultValueMax\": 91.1}", "resultValueMax", "91.1" },
	{ &ENTITY_LINE_ITEMS, "{" ITEM ", \"resultValueMin\": -2.5e1}", "resultValueMin", "-25" },
	{ &ENTITY_LINE_ITEMS, "{" ITEM ", \"description\": \"\"}", "description", "" },
	{ &ENTITY_LINE_ITEMS, "{" ITEM ", \"metadata\": {\"vendorId\": \"\", \"a\": [1, {\"b\": null}]}}", "metadata", "{\"vendorId\":\"\",\"a\":[1,{\"b\":null}]}" },
	{ &ENTITY_LINE_ITEMS, "{" ITEM ", \"surprise\": [1]}", "title", "Quiz" },
	{ &ENTITY_LINE_ITEMS, "{" ITEM ", \"dateLastModified\": \"2000-01-01T00:00:00Z\"}", "dateLastModified", NULL }, /* ours to set */
	{ &ENTITY_LINE_ITEMS, "{" ITEM ", \"dateLastModified\": 17}", "dateLastModified", NULL },
	{ &ENTITY_RESULTS,    "{" RESULT ", \"scoreDate\": \"2026-11-16\"}", "scoreDate", "2026-11-16" },
	{ &ENTITY_RESULTS,    "{" RESULT ", \"scoreDate\": \"2026-11-16T17:00:00.000Z\"}", "scoreDate", "2026-11-16" },
	{ &ENTITY_RESULTS,    "{" RESULT ", \"score\": null, \"scoreStatus\": \"exempt\"}", "score", NULL },
	{ &ENTITY_RESULTS,    "{" RESULT ", \"score\": -5}", "score", "-5" },
	{ &ENTITY_RESULTS,    "{" RESULT ", \"scoreStatus\": \"not submitted\"}", "scoreStatus", "not submitted" },
	{ &ENTITY_USERS,      "{" USER ", \"enabledUser\": true}", "enabledUser", "1" },
	{ &ENTITY_USERS,      "{" USER ", \"enabledUser\": \"true\"}", "enabledUser", "1" },
	{ &ENTITY_USERS,      "{" USER ", \"enabledUser\": false}", "enabledUser", "0" },
	{ &ENTITY_USERS,      "{" USER ", \"enabledUser\": \"false\"}", "enabledUser", "0" },
	{ &ENTITY_USERS,      "{" USER ", \"orgs\": [{\"sourcedId\": \"a\"}, {\"sourcedId\": \"b\"}]}", "orgs", "[\"a\",\"b\"]" },
	{ &ENTITY_USERS,      "{" USER ", \"orgs\": []}", "orgs", "[]" },
	{ &ENTITY_USERS,      "{" USER ", \"userIds\": [{\"type\": \"LDAP\", \"identifier\": \"x\"}, {\"identifier\": \"y\"}]}", "userIds", "[{\"type\":\"LDAP\",\"identifier\":\"x\"},{\"identifier\":\"y\"}]" },
	{ &ENTITY_CLASSES,    "{" CLASS ", \"grades\": [\"09\", \"10\"]}", "grades", "[\"09\",\"10\"]" },
	{ &ENTITY_CLASSES,    "{" CLASS ", \"periods\": \"1\"}", "periods", "[\"1\"]" }, /* one copy has a string */
};

/* What is not: the JSON pointer, and a word of the sentence. */
static const struct {
	const struct entity *entity;
	const char *json, *pointer, *says;
} refused[] = {
	{ &ENTITY_LINE_ITEMS, "[]", "/x", "an array" },
	{ &ENTITY_LINE_ITEMS, "{\"title\": \"Q\", \"class\": {\"sourcedId\": \"c\"}}", "/x/sourcedId", "required" },
	{ &ENTITY_LINE_ITEMS, "{\"sourcedId\": \"l\", \"class\": {\"sourcedId\": \"c\"}}", "/x/title", "absent" },
	{ &ENTITY_LINE_ITEMS, "{\"sourcedId\": \"l\", \"title\": null, \"class\": {\"sourcedId\": \"c\"}}", "/x/title", "null" },
	{ &ENTITY_LINE_ITEMS, "{\"sourcedId\": \"l\", \"title\": \"Q\"}", "/x/class", "required" },
	{ &ENTITY_LINE_ITEMS, "{\"sourcedId\": \"\", \"title\": \"Q\"}", "/x/sourcedId", "empty" },
	{ &ENTITY_LINE_ITEMS, "{\"sourcedId\": 7, \"title\": \"Q\"}", "/x/sourcedId", "a number" },
	{ &ENTITY_LINE_ITEMS, "{" ITEM ", \"status\": \"deleted\"}", "/x/status", "tobedeleted" },
	{ &ENTITY_LINE_ITEMS, "{" ITEM ", \"status\": 1}", "/x/status", "a number" },
	{ &ENTITY_LINE_ITEMS, "{" ITEM ", \"dueDate\": \"16.11.2026\"}", "/x/dueDate", "16.11.2026" },
	{ &ENTITY_LINE_ITEMS, "{" ITEM ", \"dueDate\": \"2026-02-30T00:00:00Z\"}", "/x/dueDate", "dateTime" },
	{ &ENTITY_LINE_ITEMS, "{" ITEM ", \"dueDate\": 1794848400}", "/x/dueDate", "a number" },
	{ &ENTITY_LINE_ITEMS, "{" ITEM ", \"category\": \"cat-1\"}", "/x/category", "a reference" },
	{ &ENTITY_LINE_ITEMS, "{" ITEM ", \"category\": {}}", "/x/category", "no sourcedId" },
	{ &ENTITY_LINE_ITEMS, "{" ITEM ", \"category\": {\"sourcedId\": \"\"}}", "/x/category", "empty" },
	{ &ENTITY_LINE_ITEMS, "{" ITEM ", \"category\": {\"sourcedId\": 7}}", "/x/category", "no sourcedId" },
	{ &ENTITY_LINE_ITEMS, "{" ITEM ", \"resultValueMax\": \"100\"}", "/x/resultValueMax", "a string" },
	{ &ENTITY_LINE_ITEMS, "{" ITEM ", \"resultValueMax\": true}", "/x/resultValueMax", "a boolean" },
	{ &ENTITY_LINE_ITEMS, "{" ITEM ", \"metadata\": \"x\"}", "/x/metadata", "an object" },
	{ &ENTITY_LINE_ITEMS, "{" ITEM ", \"metadata\": []}", "/x/metadata", "an array" },
	{ &ENTITY_LINE_ITEMS, "{" ITEM ", \"description\": [\"x\"]}", "/x/description", "an array" },
	{ &ENTITY_RESULTS,    "{" RESULT ", \"scoreStatus\": \"late\"}", "/x/scoreStatus", "fully graded" },
	{ &ENTITY_RESULTS,    "{" RESULT ", \"scoreStatus\": \"Exempt\"}", "/x/scoreStatus", "exempt" },
	{ &ENTITY_RESULTS,    "{" RESULT ", \"score\": \"8.5\"}", "/x/score", "a number" },
	{ &ENTITY_RESULTS,    "{" RESULT ", \"scoreDate\": \"yesterday\"}", "/x/scoreDate", "YYYY-MM-DD" },
	{ &ENTITY_RESULTS,    "{\"sourcedId\": \"r\", \"lineItem\": {\"sourcedId\": \"l\"}}", "/x/student", "required" },
	{ &ENTITY_USERS,      "{" USER ", \"enabledUser\": 1}", "/x/enabledUser", "true" },
	{ &ENTITY_USERS,      "{" USER ", \"enabledUser\": \"yes\"}", "/x/enabledUser", "yes" },
	{ &ENTITY_USERS,      "{" USER ", \"orgs\": {\"sourcedId\": \"a\"}}", "/x/orgs", "an array" },
	{ &ENTITY_USERS,      "{" USER ", \"orgs\": [{\"sourcedId\": \"a\"}, {}]}", "/x/orgs", "no sourcedId" },
	{ &ENTITY_USERS,      "{" USER ", \"userIds\": [{\"type\": \"LDAP\"}]}", "/x/userIds/0/identifier", "required" },
	{ &ENTITY_USERS,      "{" USER ", \"userIds\": \"x\"}", "/x/userIds", "an array" },
	{ &ENTITY_CLASSES,    "{" CLASS ", \"grades\": [9]}", "/x/grades", "strings" },
	{ &ENTITY_CLASSES,    "{" CLASS ", \"grades\": 9}", "/x/grades", "an array" },
	{ &ENTITY_RESOURCES,  "{\"sourcedId\": \"r\", \"roles\": [\"janitor\"]}", "/x/roles", "janitor" },
};

static const struct {
	const struct entity *entity;
	const char *field, *cell, *json; /* json: NULL, none */
	bool ok;
} cells[] = {
	{ &ENTITY_ORGS,       "name",        "",                "",                                   true },
	{ &ENTITY_ORGS,       "name",        "A, B",            "\"A, B\"",                           true },
	{ &ENTITY_ORGS,       "parent",      "o-1",             "{\"sourcedId\":\"o-1\"}",            true },
	{ &ENTITY_USERS,      "orgs",        "a,b",             "[{\"sourcedId\":\"a\"},{\"sourcedId\":\"b\"}]", true },
	{ &ENTITY_USERS,      "grades",      "09, 10 ,,11",     "[\"09\",\"10\",\"11\"]",             true },
	{ &ENTITY_USERS,      "userIds",     "{LDAP:jd1},{LTI:77}", "[{\"type\":\"LDAP\",\"identifier\":\"jd1\"},{\"type\":\"LTI\",\"identifier\":\"77\"}]", true },
	{ &ENTITY_USERS,      "userIds",     "{LDAP:a:b}",      "[{\"type\":\"LDAP\",\"identifier\":\"a:b\"}]", true },
	{ &ENTITY_USERS,      "userIds",     "LDAP:jd1",        "",                                   false },
	{ &ENTITY_USERS,      "userIds",     "{LDAP}",          "",                                   false },
	{ &ENTITY_USERS,      "userIds",     "{LDAP:jd1",       "",                                   false },
	{ &ENTITY_USERS,      "enabledUser", "TRUE",            "\"TRUE\"",                           true },
	{ &ENTITY_LINE_ITEMS, "resultValueMax", "91.1",         "91.1",                               true },
	{ &ENTITY_LINE_ITEMS, "resultValueMax", "-5",           "-5",                                 true },
	{ &ENTITY_LINE_ITEMS, "resultValueMax", "ten",          "",                                   false },
	{ &ENTITY_LINE_ITEMS, "resultValueMax", "10 points",    "",                                   false },
	{ &ENTITY_LINE_ITEMS, "resultValueMax", "nan",          "",                                   false },
	{ &ENTITY_LINE_ITEMS, "resultValueMax", "inf",          "",                                   false },
	{ &ENTITY_LINE_ITEMS, "resultValueMax", "1e999",        "",                                   false },
	{ &ENTITY_LINE_ITEMS, "dueDate",     "2026-11-16",      "\"2026-11-16\"",                     true },
};

static const struct {
	const struct entity *entity;
	const char *field, *text, *stored; /* NULL: refused */
} literals[] = {
	{ &ENTITY_RESULTS,    "score",       "80",         "80" },
	{ &ENTITY_RESULTS,    "score",       "8.5",        "8.5" },
	{ &ENTITY_RESULTS,    "score",       "",           NULL },
	{ &ENTITY_RESULTS,    "score",       "80%",        NULL },
	{ &ENTITY_RESULTS,    "score",       "nan",        NULL },
	{ &ENTITY_RESULTS,    "scoreDate",   "2026-11-16T10:00:00Z", "2026-11-16" },
	{ &ENTITY_RESULTS,    "scoreDate",   "soon",       NULL },
	{ &ENTITY_LINE_ITEMS, "dueDate",     "2026-11-16", "1794787200000" },
	{ &ENTITY_LINE_ITEMS, "dueDate",     "x",          NULL },
	{ &ENTITY_USERS,      "enabledUser", "true",       "1" },
	{ &ENTITY_USERS,      "enabledUser", "1",          NULL },
	{ &ENTITY_USERS,      "role",        "wizard",     "wizard" }, /* matches nothing, is no error */
	{ &ENTITY_USERS,      "orgs",        "o-1",        "o-1" },
};
/* clang-format on */

static const struct form form = { .version = V11, .base = "https://h", .fields = FORM_ALL };

/* A value as text; NULL for NULL. */
static const char *stored(const struct value *value)
{
	static char text[NUMBER_TEXT];

	switch (value->kind) {
	case VALUE_NULL:
		return NULL;
	case VALUE_INT:
		snprintf(text, sizeof text, "%lld", (long long)value->integer);
		return text;
	case VALUE_REAL:
		number_format(value->real, text);
		return text;
	case VALUE_TEXT:
		return value->text;
	}
	return "?";
}

START_TEST(takes_what_real_clients_send)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct record record;
	json_t *object = json_loads(taken[_i].json, 0, NULL);
	bool ok = record_from_json(&record, taken[_i].entity, V11, object, "/x", &arena, &err);

	ck_assert_msg(ok, "%s: %s", taken[_i].json, err.text);

	const char *text = stored(record_value(&record, taken[_i].field));

	ck_assert_msg(same_text(text, taken[_i].stored), "%s: %s is %s", taken[_i].json,
		      taken[_i].field, text ? text : "NULL");
	json_decref(object);
	arena_release(&arena);
}
END_TEST

START_TEST(points_at_what_is_wrong)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct record record;
	json_t *object = json_loads(refused[_i].json, 0, NULL);

	ck_assert_ptr_nonnull(object);
	ck_assert_msg(
		!record_from_json(&record, refused[_i].entity, V11, object, "/x", &arena, &err),
		"%s: taken", refused[_i].json);
	ck_assert_msg(err.code == ERR_INVALID && strcmp(err.pointer, refused[_i].pointer) == 0,
		      "%s: %s", refused[_i].json, err.pointer);
	ck_assert_msg(strstr(err.text, refused[_i].says) != NULL, "%s: %s", refused[_i].json,
		      err.text);
	json_decref(object);
	arena_release(&arena);
}
END_TEST

/* clang-format off */
/* 1.2 fixes the type of a reference; who sends another kind of object means another. */
static const struct {
	unsigned version;
	const char *type;
	bool taken;
} references[] = {
	{ V12, "user",    true },
	{ V12, "student", true }, /* of the family (traps A25) */
	{ V12, "org",     false },
	{ V12, "",        false },
	{ V11, "org",     true },
};
/* clang-format on */

START_TEST(a_reference_means_its_kind)
{
	char *json = xformat("{" RESULT ", \"student\": {\"sourcedId\": \"u\", \"type\": \"%s\"}}",
			     references[_i].type);
	json_t *object = json_loads(json, 0, NULL);
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct record record;
	bool ok = record_from_json(&record, &ENTITY_RESULTS, references[_i].version, object, "/x",
				   &arena, &err);

	ck_assert_msg(ok == references[_i].taken, "%s: %s", json, err.text);
	ck_assert_msg(ok || strcmp(err.pointer, "/x/student") == 0, "%s", err.pointer);
	json_decref(object);
	arena_release(&arena);
	free(json);
}
END_TEST

START_TEST(an_id_has_a_limit)
{
	char id[300];
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct value value;

	memset(id, 'x', sizeof id);
	id[255] = '\0';

	json_t *json = json_string(id);

	ck_assert(value_from_json(&value, &ENTITY_USERS.fields[0], V11, json, &arena, &err));
	json_decref(json);
	id[255] = 'x';
	id[256] = '\0';
	json = json_string(id);
	ck_assert(!value_from_json(&value, &ENTITY_USERS.fields[0], V11, json, &arena, &err));
	ck_assert_str_eq(err.pointer, "");
	json_decref(json);
	arena_release(&arena);
}
END_TEST

START_TEST(reads_cells)
{
	struct err err = ERR_INIT;
	json_t *json = json_from_cell(entity_field(cells[_i].entity, cells[_i].field),
				      cells[_i].cell, &err);
	char *text = json ? jsonx_dump(json) : xstrdup("");

	ck_assert_msg((err.code == ERR_NONE) == cells[_i].ok, "%s: \"%s\": %s", cells[_i].field,
		      cells[_i].cell, cells[_i].ok ? err.text : "taken");
	ck_assert_msg(strcmp(text, cells[_i].json) == 0, "%s: got %s", cells[_i].cell, text);
	free(text);
	json_decref(json);
}
END_TEST

START_TEST(reads_literals_of_filters)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct value value = { VALUE_NULL };
	bool ok = value_from_literal(&value, entity_field(literals[_i].entity, literals[_i].field),
				     literals[_i].text, &arena, &err);

	ck_assert_msg(ok == (literals[_i].stored != NULL), "%s='%s': %d", literals[_i].field,
		      literals[_i].text, ok);
	ck_assert_msg(!ok || same_text(stored(&value), literals[_i].stored), "%s='%s': %s",
		      literals[_i].field, literals[_i].text, stored(&value));
	arena_release(&arena);
}
END_TEST

/* The example of fact sheet 1.1, section 10, comes out as it went in. */
START_TEST(emits_what_it_took)
{
	static const char text[] =
		"{\"sourcedId\":\"li/1\",\"status\":\"active\","
		"\"dateLastModified\":\"2024-09-03T07:05:00.000Z\",\"metadata\":{\"a\":[1,91.1]},"
		"\"title\":\"Quiz \\\"1\\\"\",\"description\":\"ch. 1\","
		"\"assignDate\":\"2024-09-03T00:00:00.000Z\","
		"\"dueDate\":\"2024-09-10T23:59:00.000Z\","
		"\"class\":{\"href\":\"https://h/ims/oneroster/v1p1/classes/"
		"c%2F1%20a\",\"sourcedId\":\"c/1 a\","
		"\"type\":\"class\"},"
		"\"category\":{\"href\":\"https://h/ims/oneroster/v1p1/categories/"
		"cat-1\",\"sourcedId\":\"cat-1\","
		"\"type\":\"category\"},"
		"\"gradingPeriod\":{\"href\":\"https://h/ims/oneroster/v1p1/academicSessions/"
		"gp-1\","
		"\"sourcedId\":\"gp-1\",\"type\":\"academicSession\"},"
		"\"resultValueMin\":0,\"resultValueMax\":10.5}";
	struct arena arena = ARENA_INIT;
	struct str out = STR_INIT;
	struct err err = ERR_INIT;
	struct record record;
	struct jsonw w;
	json_t *object = json_loads(text, 0, NULL);

	ck_assert_msg(record_from_json(&record, &ENTITY_LINE_ITEMS, V11, object, "", &arena, &err),
		      "%s", err.text);
	record_set_int(&record, "dateLastModified", 1725347100000);
	jsonw_init(&w, &out, 0);
	record_emit(&w, &record, &form);
	ck_assert_str_eq(str_text(&out), text);
	str_release(&out);
	json_decref(object);
	arena_release(&arena);
}
END_TEST

START_TEST(emits_neither_null_nor_secrets)
{
	static const char text[] = "{" USER ", \"enabledUser\": true, \"password\": \"hunter2\", "
				   "\"email\": null, \"orgs\": [{\"sourcedId\": \"o\"}], "
				   "\"grades\": []}";
	struct arena arena = ARENA_INIT;
	struct str out = STR_INIT;
	struct err err = ERR_INIT;
	struct record record;
	struct jsonw w;
	json_t *object = json_loads(text, 0, NULL);

	ck_assert(record_from_json(&record, &ENTITY_USERS, V11, object, "", &arena, &err));
	jsonw_init(&w, &out, 0);
	record_emit(&w, &record, &form);
	ck_assert_str_eq(str_text(&out),
			 "{\"sourcedId\":\"u\",\"enabledUser\":\"true\",\"givenName\":\"A\","
			 "\"familyName\":\"B\",\"role\":\"student\",\"orgs\":[{\"href\":\"https://"
			 "h/ims/oneroster/v1p1/orgs/o\","
			 "\"sourcedId\":\"o\",\"type\":\"org\"}],\"grades\":[]}");
	ck_assert_ptr_null(record_text(&record, "email"));
	ck_assert_str_eq(record_text(&record, "password"), "hunter2");
	str_release(&out);
	json_decref(object);
	arena_release(&arena);
}
END_TEST

/* clang-format off */
static const struct {
	double score;
	int decimals;
	const char *shown;
	bool changed;
} rounded[] = {
	{ 91.25,    0, "91",      true },
	{ 91.5,     0, "92",      true },
	{ -91.5,    0, "-92",     true },
	{ 91,       0, "91",      false },
	{ -0.4,     0, "0",       true },
	{ 91.25,    1, "91.3",    true },
	{ 91.25,    2, "91.25",   false },
	{ 1.005,    2, "1.01",    true },
	{ 1.00499,  2, "1",       true },
	{ 84.45,    1, "84.5",    true },
	{ 0.1234567, 6, "0.123457", true },
	{ 1e306,    6, "1e+306",  false },
	{ 1.7e308,  6, "1.7e+308", false },
};
/* clang-format on */

static void count_call(void *payload)
{
	++*(int *)payload;
}

/* Scores, and nothing else, may be shown with fewer decimals; 1.2 has some further down. */
START_TEST(scores_are_rounded)
{
	static const struct entity *const of[] = { &ENTITY_RESULTS, &ENTITY_ASSESSMENT_RESULTS };
	int calls = 0;
	struct form rounding = { .version = V12,
				 .base = "",
				 .fields = FORM_ALL,
				 .rounds = true,
				 .decimals = rounded[_i].decimals,
				 .rounded = count_call,
				 .payload = &calls };
	char text[NUMBER_TEXT], *score = xformat("\"score\":%s}", rounded[_i].shown), *below;

	number_format(rounded[_i].score, text);
	below = xformat("[{\"source\":\"case\",\"learningObjectiveResults\":"
			"[{\"learningObjectiveId\":\"o\",\"score\":%s}]}]",
			text);
	for (size_t i = 0; i < ARRAY_SIZE(of); i++) {
		struct record record = { .entity = of[i] };
		struct str out = STR_INIT;
		struct jsonw w;

		record_set_number(&record, "score", rounded[_i].score);
		record_set_text(&record, "learningObjectiveSet", below);
		jsonw_init(&w, &out, 0);
		record_emit(&w, &record, &rounding);
		ck_assert_msg(strstr(str_text(&out), score) != NULL, "%s: %s", text,
			      str_text(&out));
		score[strlen(score) - 1] = ',';
		ck_assert_msg(strstr(str_text(&out), score) != NULL, "%s: %s", text,
			      str_text(&out));
		score[strlen(score) - 1] = '}';
		str_release(&out);
	}
	ck_assert_int_eq(calls, rounded[_i].changed ? 4 : 0);
	free(score);
	free(below);
}
END_TEST

START_TEST(only_scores_are_rounded)
{
	struct form rounding = { .version = V11, .base = "", .fields = FORM_ALL, .rounds = true };
	struct record record = { .entity = &ENTITY_LINE_ITEMS };
	struct str out = STR_INIT;
	struct jsonw w;

	record_set_number(&record, "resultValueMax", 10.5);
	jsonw_init(&w, &out, 0);
	record_emit(&w, &record, &rounding);
	ck_assert_str_eq(str_text(&out), "{\"resultValueMax\":10.5}");
	str_release(&out);
}
END_TEST

Suite *record_suite(void);
Suite *record_suite(void)
{
	Suite *suite = suite_create("oneroster/record");
	TCase *tc = tcase_create("record");

	tcase_add_loop_test(tc, takes_what_real_clients_send, 0, ARRAY_SIZE(taken));
	tcase_add_loop_test(tc, points_at_what_is_wrong, 0, ARRAY_SIZE(refused));
	tcase_add_test(tc, an_id_has_a_limit);
	tcase_add_loop_test(tc, a_reference_means_its_kind, 0, ARRAY_SIZE(references));
	tcase_add_loop_test(tc, reads_cells, 0, ARRAY_SIZE(cells));
	tcase_add_loop_test(tc, reads_literals_of_filters, 0, ARRAY_SIZE(literals));
	tcase_add_test(tc, emits_what_it_took);
	tcase_add_test(tc, emits_neither_null_nor_secrets);
	tcase_add_loop_test(tc, scores_are_rounded, 0, ARRAY_SIZE(rounded));
	tcase_add_test(tc, only_scores_are_rounded);
	suite_add_tcase(suite, tc);
	return suite;
}
