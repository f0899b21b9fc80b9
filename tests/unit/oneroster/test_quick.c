/*
 * test_quick.c - what is read from a text without a tree is what the tree says.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "oneroster/record.h"

#define LINK(id, type) "{\"href\":\"http://h/x\",\"sourcedId\":\"" id "\",\"type\":\"" type "\"}"
#define PAIR "\"lineItem\":{\"sourcedId\":\"l\"},\"student\":{\"sourcedId\":\"u\"}"
#define RESULT(rest) "{\"result\":{\"sourcedId\":\"r\"," PAIR rest "}}"
#define ITEM(rest)                                                                                \
	"{\"lineItem\":{\"sourcedId\":\"l\",\"title\":\"T\",\"class\":{\"sourcedId\":\"c\"}" rest \
	"}}"
#define WHOLE(user)                                                                              \
	"{\"result\":{\"sourcedId\":\"r\",\"status\":\"active\",\"dateLastModified\":"           \
	"\"2026-03-02T10:00:00.000Z\",\"lineItem\":" LINK("l", "lineItem") ",\"student\":" LINK( \
		"u", user) ",\"scoreStatus\":\"fully graded\",\"score\":12.5,"                   \
			   "\"scoreDate\":\"2026-03-02\",\"comment\":\"Good\"}}"

/* clang-format off */
static const struct {
	const char *name;
	const struct entity *entity;
	unsigned version;
	const char *body;
	bool taken;
} cases[] = {
	{ "an ordinary result",     &ENTITY_RESULTS,    V11, WHOLE("user"), true },
	{ "the same in 1.2",        &ENTITY_RESULTS,    V12, WHOLE("user"), true },
	{ "only what is needed",    &ENTITY_RESULTS,    V11, RESULT(""), true },
	{ "blanks",                 &ENTITY_RESULTS,    V11, " \r\n{ \"result\" :\t{ \"sourcedId\" : \"r\" , " PAIR " } }\n ", true },
	{ "nulls",                  &ENTITY_RESULTS,    V12, RESULT(",\"score\":null,\"metadata\":null,\"learningObjectiveSet\":null,\"late\":null,\"class\":null"), true },
	{ "UTF-8",                  &ENTITY_RESULTS,    V11, RESULT(",\"comment\":\"\xc5\xbb\xf0\x9f\x8e\x93\""), true },
	{ "an empty text",          &ENTITY_RESULTS,    V11, RESULT(",\"comment\":\"\""), true },
	{ "a whole score",          &ENTITY_RESULTS,    V11, RESULT(",\"score\":-7"), true },
	{ "no less than 0",         &ENTITY_RESULTS,    V11, RESULT(",\"score\":-0"), true },
	{ "less than 0, for reals", &ENTITY_RESULTS,    V11, RESULT(",\"score\":-0.0"), true },
	{ "many digits",            &ENTITY_RESULTS,    V11, RESULT(",\"score\":0.1234567890123456"), true },
	{ "many more, whole",       &ENTITY_RESULTS,    V11, RESULT(",\"score\":-99999999999999999"), true },
	{ "a date with a time",     &ENTITY_RESULTS,    V11, RESULT(",\"scoreDate\":\"2026-03-02T10:00:00Z\""), true },
	{ "an unknown member",      &ENTITY_RESULTS,    V11, RESULT(",\"surprise\":[1,{\"a\":\"\\n\"}]"), true },
	{ "one of 1.2 in 1.1",      &ENTITY_RESULTS,    V11, RESULT(",\"late\":[\"?\"]"), true },
	{ "the provider's own",     &ENTITY_RESULTS,    V11, RESULT(",\"dateLastModified\":17"), true },
	{ "words",                  &ENTITY_RESULTS,    V12, RESULT(",\"late\":true,\"missing\":false,\"incomplete\":\"TRUE\""), true },
	{ "an extension",           &ENTITY_RESULTS,    V12, RESULT(",\"scoreStatus\":\"ext:late\""), true },
	{ "what 1.0 called it",     &ENTITY_RESULTS,    V11, RESULT(",\"status\":\"inactive\""), true },
	{ "any type in 1.1",        &ENTITY_LINE_ITEMS, V11, ITEM(",\"category\":" LINK("k", "banana")), true },
	{ "instants",               &ENTITY_LINE_ITEMS, V11, ITEM(",\"assignDate\":\"2026-03-02\",\"dueDate\":\"2026-03-02T10:00:00.5-05:00\""), true },
	{ "a line item of 1.2",     &ENTITY_LINE_ITEMS, V12, ITEM(",\"gradingPeriod\":" LINK("t", "term") ",\"resultValueMax\":100"), true },
	{ "more in a reference",    &ENTITY_LINE_ITEMS, V12, ITEM(",\"category\":{\"x\":[{\"sourcedId\":1}],\"sourcedId\":\"k\"}"), true },
	{ "another entity",         &ENTITY_CATEGORIES, V12, "{\"category\":{\"sourcedId\":\"k\",\"title\":\"T\",\"weight\":33}}", true },

	{ "nothing",                &ENTITY_RESULTS,    V11, "", false },
	{ "another wrapper",        &ENTITY_RESULTS,    V11, ITEM(""), false },
	{ "none",                   &ENTITY_RESULTS,    V11, "{\"sourcedId\":\"r\"," PAIR "}", false },
	{ "an escape in it",        &ENTITY_RESULTS,    V11, "{\"r\\u0065sult\":{\"sourcedId\":\"r\"," PAIR "}}", false },
	{ "as long as the word",    &ENTITY_RESULTS,    V11, "{\"resu\\n\":{\"sourcedId\":\"r\"," PAIR "}}", false },
	{ "an array of it",         &ENTITY_RESULTS,    V11, "[" RESULT("") "]", false },
	{ "an array in it",         &ENTITY_RESULTS,    V11, "{\"result\":[]}", false },
	{ "something beside it",    &ENTITY_RESULTS,    V11, "{\"result\":{\"sourcedId\":\"r\"," PAIR "},\"a\":1}", false },
	{ "something behind it",    &ENTITY_RESULTS,    V11, RESULT("") ",", false },
	{ "cut",                    &ENTITY_RESULTS,    V11, "{\"result\":{\"sourcedId\":\"r\"," PAIR "}", false },
	{ "a colon missing",        &ENTITY_RESULTS,    V11, "{\"result\" {\"sourcedId\":\"r\"," PAIR "}}", false },
	{ "a member twice",         &ENTITY_RESULTS,    V11, RESULT(",\"score\":1,\"score\":1"), false },
	{ "broken further on",      &ENTITY_RESULTS,    V11, RESULT(",\"score\":1,\"x\":tru"), false },
	{ "no sourcedId",           &ENTITY_RESULTS,    V11, "{\"result\":{" PAIR "}}", false },
	{ "an empty one",           &ENTITY_RESULTS,    V11, "{\"result\":{\"sourcedId\":\"\"," PAIR "}}", false },
	{ "null for one",           &ENTITY_RESULTS,    V11, "{\"result\":{\"sourcedId\":null," PAIR "}}", false },
	{ "a needed one missing",   &ENTITY_RESULTS,    V11, "{\"result\":{\"sourcedId\":\"r\",\"lineItem\":{\"sourcedId\":\"l\"}}}", false },
	{ "an escape in a text",    &ENTITY_RESULTS,    V11, RESULT(",\"comment\":\"a\\nb\""), false },
	{ "an escape in a key",     &ENTITY_RESULTS,    V11, RESULT(",\"sc\\u006fre\":1"), false },
	{ "letters for a score",    &ENTITY_RESULTS,    V11, RESULT(",\"score\":\"A\""), false },
	{ "digits in a text",       &ENTITY_RESULTS,    V11, RESULT(",\"score\":\"7\""), false },
	{ "true for a score",       &ENTITY_RESULTS,    V11, RESULT(",\"score\":true"), false },
	{ "an exponent",            &ENTITY_RESULTS,    V11, RESULT(",\"score\":1e1"), false },
	{ "too many digits",        &ENTITY_RESULTS,    V11, RESULT(",\"score\":123456789012345678"), false },
	{ "a number for a text",    &ENTITY_RESULTS,    V11, RESULT(",\"comment\":7"), false },
	{ "a number for a word",    &ENTITY_RESULTS,    V12, RESULT(",\"late\":1"), false },
	{ "a word for a word",      &ENTITY_RESULTS,    V12, RESULT(",\"late\":\"yes\""), false },
	{ "true for a text",        &ENTITY_RESULTS,    V11, RESULT(",\"comment\":true"), false },
	{ "an unknown value",       &ENTITY_RESULTS,    V11, RESULT(",\"scoreStatus\":\"late\""), false },
	{ "an extension in 1.1",    &ENTITY_RESULTS,    V11, RESULT(",\"scoreStatus\":\"ext:late\""), false },
	{ "no date",                &ENTITY_RESULTS,    V11, RESULT(",\"scoreDate\":\"soon\""), false },
	{ "no instant",             &ENTITY_LINE_ITEMS, V11, ITEM(",\"dueDate\":\"2026-02-30\""), false },
	{ "metadata",               &ENTITY_RESULTS,    V11, RESULT(",\"metadata\":{}"), false },
	{ "a list",                 &ENTITY_RESULTS,    V12, RESULT(",\"learningObjectiveSet\":[]"), false },
	{ "references",             &ENTITY_ORGS,       V11, "{\"org\":{\"sourcedId\":\"o\",\"name\":\"O\",\"type\":\"school\",\"children\":[]}}", false },
	{ "texts",                  &ENTITY_CLASSES,    V11, "{\"class\":{\"sourcedId\":\"c\",\"title\":\"T\",\"periods\":\"1\"}}", false },
	{ "a text for a reference", &ENTITY_LINE_ITEMS, V11, ITEM(",\"category\":\"k\""), false },
	{ "an empty reference",     &ENTITY_LINE_ITEMS, V11, ITEM(",\"category\":{}"), false },
	{ "one to nothing",         &ENTITY_LINE_ITEMS, V11, ITEM(",\"category\":{\"sourcedId\":\"\"}"), false },
	{ "one to a number",        &ENTITY_LINE_ITEMS, V11, ITEM(",\"category\":{\"sourcedId\":7}"), false },
	{ "an escape in one",       &ENTITY_LINE_ITEMS, V11, ITEM(",\"category\":{\"sourcedId\":\"\\u006b\"}"), false },
	{ "another type in 1.2",    &ENTITY_LINE_ITEMS, V12, ITEM(",\"category\":" LINK("k", "banana")), false },
	{ "a number for a type",    &ENTITY_LINE_ITEMS, V12, ITEM(",\"category\":{\"sourcedId\":\"k\",\"type\":7}"), false },
};
/* clang-format on */

static void same_value(const char *name, const char *field, const struct value *a,
		       const struct value *b)
{
	ck_assert_msg(a->kind == b->kind && a->integer == b->integer &&
			      memcmp(&a->real, &b->real, sizeof a->real) == 0 &&
			      same_text(a->text, b->text),
		      "%s: %s: %d %lld %.17g %s, not %d %lld %.17g %s", name, field, (int)a->kind,
		      (long long)a->integer, a->real, a->text ? a->text : "-", (int)b->kind,
		      (long long)b->integer, b->real, b->text ? b->text : "-");
}

/* In a copy that ends where the text does: who reads on is seen by valgrind and ASan. */
static bool quick(struct record *record, int i, struct arena *arena)
{
	size_t length = strlen(cases[i].body);
	char *copy = xmalloc(length + !length);
	bool taken;

	memcpy(copy, cases[i].body, length);
	taken = record_from_text(record, cases[i].entity, cases[i].version, copy, length, arena);
	free(copy);
	return taken;
}

START_TEST(takes_the_ordinary)
{
	const char *body = cases[_i].body, *name = cases[_i].name;
	const struct entity *entity = cases[_i].entity;
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct record found, record;

	ck_assert_msg(quick(&found, _i, &arena) == cases[_i].taken, "%s", name);
	if (cases[_i].taken) {
		json_t *json = jsonx_load(body, strlen(body), &err);
		bool good = json && record_from_json(&record, entity, cases[_i].version,
						     json_object_get(json, entity->singular), "",
						     &arena, &err);

		json_decref(json); /* nothing of the record is the tree's */
		ck_assert_msg(good, "%s: %s", name, err.text);
		ck_assert_ptr_eq(found.entity, entity);
		for (size_t i = 0; entity->fields[i].name; i++)
			same_value(name, entity->fields[i].name, &found.values[i],
				   &record.values[i]);
	}
	arena_release(&arena);
}
END_TEST

/* As deep as the parser takes it, or less. */
START_TEST(has_a_limit_of_depth)
{
	char body[256], brackets[JSONX_DEPTH + 2];
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct record record;
	size_t taken = 0;

	for (int depth = 1; depth <= JSONX_DEPTH; depth++) {
		memset(brackets, '[', sizeof brackets);
		snprintf(body, sizeof body, "{\"result\":{\"x\":%.*s", depth, brackets);
		memset(brackets, ']', sizeof brackets);
		snprintf(body + strlen(body), sizeof body - strlen(body),
			 "%.*s,\"sourcedId\":\"r\"," PAIR "}}", depth, brackets);
		if (!record_from_text(&record, &ENTITY_RESULTS, V11, body, strlen(body), &arena))
			continue;
		taken++;
		json_t *json = jsonx_load(body, strlen(body), &err);

		ck_assert_msg(json != NULL, "%d: %s", depth, err.text);
		json_decref(json);
	}
	ck_assert_uint_ge(taken, 16);
	ck_assert_uint_lt(taken, JSONX_DEPTH);
	arena_release(&arena);
}
END_TEST

Suite *quick_suite(void);
Suite *quick_suite(void)
{
	Suite *suite = suite_create("oneroster/quick");
	TCase *tc = tcase_create("quick");

	tcase_add_loop_test(tc, takes_the_ordinary, 0, ARRAY_SIZE(cases));
	tcase_add_test(tc, has_a_limit_of_depth);
	suite_add_tcase(suite, tc);
	return suite;
}
