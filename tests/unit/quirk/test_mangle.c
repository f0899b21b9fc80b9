/*
 * test_mangle.c - what a fault rule does to a body.
 */
#include <check.h>

#include "server/quirk/mangle.h"
#include "tests/quoted.h"

#define LIST "{'results': [{'score': 91.5, 'id': 'a'}, {'score': 7, 'id': 'b'}]}"

static const struct {
	const char *deed, *body, *becomes;
} edits[] = {
	{ "'set': {'/results/*/score': null}", LIST,
	  "{'results': [{'score': null, 'id': 'a'}, {'score': null, 'id': 'b'}]}" },
	{ "'set': {'/results/1/new': {'x': [1]}}", LIST,
	  "{'results': [{'score': 91.5, 'id': 'a'}, {'score': 7, 'id': 'b', 'new': {'x': [1]}}]}" },
	{ "'set': {'/results/*/o': {'x': 1}}, 'retype': {'/results/0/o/x': 'string'}", LIST,
	  "{'results': [{'score': 91.5, 'id': 'a', 'o': {'x': '1'}}, "
	  "{'score': 7, 'id': 'b', 'o': {'x': 1}}]}" },
	{ "'remove': ['/results/*/score', '/results/1/id']", LIST,
	  "{'results': [{'id': 'a'}, {}]}" },
	{ "'remove': ['/results/0']", LIST, "{'results': [{'score': 7, 'id': 'b'}]}" },
	{ "'retype': {'/results/*/score': 'string'}", LIST,
	  "{'results': [{'score': '91.5', 'id': 'a'}, {'score': '7', 'id': 'b'}]}" },
	{ "'retype': {'/results': 'object'}", "{'results': [1]}", "{'results': {'value': [1]}}" },
	{ "'retype': {'/a': 'number'}", "{'a': '91.5'}", "{'a': 91.5}" },
	{ "'retype': {'/a': 'number'}", "{'a': '12'}", "{'a': 12}" },
	{ "'retype': {'/a': 'number'}", "{'a': 'A+'}", "{'a': 0}" },
	{ "'retype': {'/a': 'number'}", "{'a': true}", "{'a': 1}" },
	{ "'retype': {'/a': 'number'}", "{'a': [1, 2]}", "{'a': 2}" },
	{ "'retype': {'/a': 'number'}", "{'a': null}", "{'a': 0}" },
	{ "'retype': {'/a': 'boolean'}", "{'a': 'true'}", "{'a': true}" },
	{ "'retype': {'/a': 'boolean'}", "{'a': 'false'}", "{'a': false}" },
	{ "'retype': {'/a': 'boolean'}", "{'a': 0}", "{'a': false}" },
	{ "'retype': {'/a': 'boolean'}", "{'a': {}}", "{'a': true}" },
	{ "'retype': {'/a': 'null'}", "{'a': 'x'}", "{'a': null}" },
	{ "'retype': {'/a': 'object'}", "{'a': 'x'}", "{'a': {'value': 'x'}}" },
	{ "'retype': {'/a': 'array'}", "{'a': {'b': 1}}", "{'a': [{'b': 1}]}" },
	{ "'retype': {'/a': 'array'}", "{'a': [1]}", "{'a': [1]}" },
	{ "'retype': {'/a': 'string'}", "{'a': {'b': [1, true]}}", "{'a': '{\\'b\\':[1,true]}'}" },
	{ "'retype': {'/a': 'string'}", "{'b': 1}", "{'b': 1}" },
	{ "'html': true", LIST, LIST },
};

static struct rules *one_rule(const char *deed)
{
	char *text = xformat("{'items': [{'when': {'path': '*'}, 'do': {%s}}]}", deed);
	json_t *document = json_quoted(text);
	struct err err = ERR_INIT;
	struct rules *rules = rules_parse(document, 1, 0, &err);

	ck_assert_msg(rules != NULL, "%s: %s", deed, err.text);
	json_decref(document);
	free(text);
	return rules;
}

/* The effects of the rule on any request. */
static struct effects fired(struct rules *rules, struct arena *arena)
{
	static const struct pairs none;
	struct rule_facts facts = { .method = "GET", .path = "/", .headers = &none };
	struct effects effects;

	rules_match(rules, &facts, arena, &effects);
	ck_assert_uint_eq(effects.count, 1);
	return effects;
}

START_TEST(fields_are_edited)
{
	struct rules *rules = one_rule(edits[_i].deed);
	json_t *body = json_quoted(edits[_i].body), *becomes = json_quoted(edits[_i].becomes);
	struct arena arena = ARENA_INIT;
	struct effects effects = fired(rules, &arena);
	char *before = jsonx_dump(body), *after = jsonx_dump(becomes);
	struct str text = STR_INIT;

	str_add(&text, before);
	mangle_fields(&text, &effects);
	ck_assert_msg(strcmp(text.text, after) == 0, "%s: %s", edits[_i].deed, text.text);
	str_clear(&text);
	str_add(&text, before); /* and the rule is as it was */
	mangle_fields(&text, &effects);
	ck_assert_msg(strcmp(text.text, after) == 0, "%s again: %s", edits[_i].deed, text.text);
	effects_put(&effects);
	rules_put(rules);
	arena_release(&arena);
	str_release(&text);
	free(before);
	free(after);
	json_decref(body);
	json_decref(becomes);
}
END_TEST

static const char *const no_json[] = { "", "<html>", "{\"a\": 1" };

START_TEST(what_is_no_json_stays)
{
	struct rules *rules = one_rule("'set': {'/a': 2}");
	struct arena arena = ARENA_INIT;
	struct effects effects = fired(rules, &arena);
	struct str text = STR_INIT;

	str_add(&text, no_json[_i]);
	mangle_fields(&text, &effects);
	ck_assert_str_eq(str_text(&text), no_json[_i]);
	effects_put(&effects);
	rules_put(rules);
	arena_release(&arena);
	str_release(&text);
}
END_TEST

/* 16 KiB in each of 10,000 objects would be more than a response may be. */
START_TEST(what_grows_too_large_stays)
{
	char value[16000], *deed;
	struct arena arena = ARENA_INIT;
	struct str text = STR_INIT;
	size_t length;

	memset(value, 'x', sizeof value - 1);
	value[sizeof value - 1] = '\0';
	deed = xformat("'set': {'/list/*/a': '%s'}", value);

	struct rules *rules = one_rule(deed);
	struct effects effects = fired(rules, &arena);

	str_add(&text, "{\"list\":[{}");
	for (int i = 1; i < 10000; i++)
		str_add(&text, ",{}");
	str_add(&text, "]}");
	length = text.length;
	mangle_fields(&text, &effects);
	ck_assert_uint_eq(text.length, length);
	effects_put(&effects);
	rules_put(rules);
	arena_release(&arena);
	str_release(&text);
	free(deed);
}
END_TEST

static const char *const sound[] = {
	"{\"results\": [{\"score\": 1, \"comment\": \"a \\\"word\\\" \\\\\"}]}",
	"{\"a\": 1}",
	"[\"\"]",
	"[\"\\\\\", \"b\"]",
	"[1, 2]",
	"{}",
	"",
};

START_TEST(no_parser_takes_it)
{
	struct str text = STR_INIT;
	struct err err = ERR_INIT;

	str_add(&text, sound[_i]);
	mangle_syntax(&text);
	ck_assert(text.length > 0);
	ck_assert_msg(!jsonx_load(text.text, text.length, &err), "%s", text.text);
	ck_assert_msg(!json_loads(text.text, JSON_DISABLE_EOF_CHECK, NULL), "%s", text.text);
	str_release(&text);
}
END_TEST

Suite *mangle_suite(void);
Suite *mangle_suite(void)
{
	Suite *suite = suite_create("quirk/mangle");
	TCase *tc = tcase_create("mangle");

	tcase_add_loop_test(tc, fields_are_edited, 0, ARRAY_SIZE(edits));
	tcase_add_loop_test(tc, what_is_no_json_stays, 0, ARRAY_SIZE(no_json));
	tcase_add_test(tc, what_grows_too_large_stays);
	tcase_add_loop_test(tc, no_parser_takes_it, 0, ARRAY_SIZE(sound));
	suite_add_tcase(suite, tc);
	return suite;
}
