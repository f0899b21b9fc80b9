/*
 * test_profile.c - profiles: loading, inheriting, and errors with a JSON pointer.
 */
#include <check.h>

#include "base/file.h"
#include "base/jsonx.h"
#include "server/quirk/profile.h"
#include "tests/unit/helpers.h"

#define P(members) "{\"name\": \"p\", \"extends\": \"standard\", " members "}"
#define QUIRK(name, value) P("\"quirks\": {\"" name "\": " value "}")

/* clang-format off */
static const struct {
	const char *json, *pointer, *says;
} refused[] = {
	{ "{\"name\": \"p\", \"extends\": \"standard\", \"errors\": {\"score_over\": {\"text\": \"{titel}\"}}}", "/errors/score_over", "{titel} is filled by nothing" },
	{ "{\"extends\": \"standard\"}",             "/name",                  "a name of its own" },
	{ "{\"name\": \"\", \"extends\": \"standard\"}", "/name",             "1 to 200" },
	{ P("\"colour\": 1"),                           "/colour",               "unknown key" },
	{ P("\"Quirks\": {}"),                          "/Quirks",               "unknown key" },
	{ P("\"name~/x\": 1"),                          "/name~0~1x",            "unknown key" },
	{ "{\"name\": 7, \"extends\": \"standard\"}",   "/name",                 "a number" },
	{ P("\"title\": null"),                         "/title",                "null" },
	{ "{\"name\": \"p\", \"extends\": [\"standard\"]}", "/extends",          "an array" },
	{ P("\"timezone\": -5"),                        "/timezone",             "a number" },
	{ P("\"quirks\": []"),                          "/quirks",               "an array" },
	{ P("\"errors\": \"x\""),                       "/errors",               "a string" },
	{ QUIRK("title.maximum", "30"),                 "/quirks/title.maximum", "no such switch" },
	{ QUIRK("Title.max", "30"),                     "/quirks/Title.max",     "no such switch" },
	{ QUIRK("title.max", "\"30\""),                 "/quirks/title.max",     "a string" },
	{ QUIRK("title.max", "-1"),                     "/quirks/title.max",     "from 0 to" },
	{ QUIRK("title.max", "30.5"),                   "/quirks/title.max",     "whole number" },
	{ QUIRK("title.max", "null"),                   "/quirks/title.max",     "null" },
	{ QUIRK("due_date.required", "1"),              "/quirks/due_date.required", "true or false" },
	{ QUIRK("due_date.required", "\"true\""),       "/quirks/due_date.required", "a string" },
	{ QUIRK("title.overflow", "\"explode\""),       "/quirks/title.overflow", "reject truncate accept" },
	{ QUIRK("title.overflow", "\"reject truncate\""), "/quirks/title.overflow", "one of" },
	{ QUIRK("title.overflow", "\"\""),              "/quirks/title.overflow", "one of" },
	{ QUIRK("comment.overflow", "\"accept\""),      "/quirks/comment.overflow", "reject truncate" },
	{ QUIRK("sourcedid.mode", "true"),              "/quirks/sourcedid.mode", "client server either" },
	{ QUIRK("auth.modes", "\"oauth1\""),            "/quirks/auth.modes",    "an array" },
	{ QUIRK("auth.modes", "[\"basic\"]"),           "/quirks/auth.modes",    "oauth1,oauth2" },
	{ QUIRK("auth.modes", "[1]"),                   "/quirks/auth.modes",    "oauth1,oauth2" },
	{ QUIRK("auth.vendor_header", "\"x vendor\""),  "/quirks/auth.vendor_header", "name of a header" },
	{ QUIRK("auth.vendor_header", "\"authorization\""), "/quirks/auth.vendor_header", "beside Authorization" },
	{ P("\"errors\": {\"atlantis\": {\"status\": 400}}"), "/errors/atlantis", "no such fault" },
	{ P("\"errors\": {\"not_found\": 404}"),        "/errors/not_found",     "an object" },
	{ P("\"errors\": {\"not_found\": {\"status\": \"404\"}}"), "/errors/not_found", "status" },
	{ P("\"errors\": {\"not_found\": {\"status\": 99}}"), "/errors/not_found", "200 to 599" },
	{ P("\"errors\": {\"not_found\": {\"status\": 600}}"), "/errors/not_found", "200 to 599" },
	{ P("\"errors\": {\"not_found\": {\"text\": 1}}"), "/errors/not_found",  "text must be a string" },
	{ P("\"errors\": {\"not_found\": {\"colour\": \"red\"}}"), "/errors/not_found", "colour" },
	{ P("\"sources\": {\"title.maximum\": {\"provenance\": \"lab\"}}"), "/sources/title.maximum", "no such switch" },
	{ P("\"sources\": {\"title.max\": {\"provenance\": \"rumour\"}}"), "/sources/title.max", "verified, lab, conflict" },
	{ P("\"sources\": {\"title.max\": {\"source\": \"a page\"}}"), "/sources/title.max", "provenance" },
	{ P("\"sources\": {\"title.max\": \"lab\"}"),   "/sources/title.max",    "provenance" },
	{ P("\"sources\": {\"errors.atlantis.text\": {\"provenance\": \"lab\"}}"), "/sources/errors.atlantis.text", "no such fault" },
	{ P("\"routes\": {\"hide\": \"putResult\"}"),   "/routes/hide",          "an array" },
	{ P("\"routes\": {\"hide\": [7]}"),             "/routes/hide",          "element 0 is no operation" },
	{ P("\"routes\": {\"show\": []}"),              "/routes/show",          "unknown key" },
	{ "{\"name\": \"p\"}",                          "/errors/title_too_long", "standard" },
	{ "{\"name\": \"p\", \"extends\": \"atlantis\"}", "",                    "aspen" },
	{ "[]",                                         "",                      "object" },
	{ "{\"name\": \"p\",}",                         "line 1, column 14",     "line 1" },
	{ "",                                           "line 1, column 0",      "line 1" },
	{ P("\"timezone\": \"Mars/Olympus\""),          NULL,                    "Mars/Olympus" },
};

static const struct {
	const char *list, *word;
	bool has;
} lists[] = {
	{ "oauth1 oauth2", "oauth1", true },  { "oauth1 oauth2", "oauth2", true },
	{ "oauth1 oauth2", "oauth", false },  { "oauth1 oauth2", "oauth22", false },
	{ "oauth1 oauth2", "", false },       { "", "oauth1", false },
};
/* clang-format on */

static struct profile *load(const char *folder, const char *name, const char *json)
{
	struct err err = ERR_INIT;
	char *path = scratch_write(folder, name, json);
	struct profile *profile = profile_load(path, &err);

	ck_assert_msg(profile != NULL, "%s: %s", json, err.text);
	free(path);
	return profile;
}

START_TEST(points_at_what_is_wrong)
{
	char *folder = scratch_new(), *path = scratch_write(folder, "p.json", refused[_i].json);
	struct err err = ERR_INIT;
	struct profile *profile = profile_load(path, &err);

	ck_assert_msg(!profile && err_exit_status(&err) == 2, "%s: taken", refused[_i].json);
	ck_assert_msg(!refused[_i].pointer || strcmp(err.pointer, refused[_i].pointer) == 0,
		      "%s: %s", refused[_i].json, err.pointer);
	ck_assert_msg(strstr(err.text, refused[_i].says) != NULL, "%s: %s", refused[_i].json,
		      err.text);
	free(path);
	scratch_free(folder);
}
END_TEST

START_TEST(the_standard_deviates_nowhere)
{
	struct err err = ERR_INIT;
	struct profile *profile = profile_load("standard", &err);
	const struct quirks *quirks = &profile->quirks;

	ck_assert_int_eq(quirks->title_max, 0);
	ck_assert(!quirks->due_date_required && !quirks->due_date_in_open_period);
	ck_assert(quirks->grading_period_derive && quirks->category_class_endpoint);
	ck_assert_str_eq(quirks->sourcedid_mode, "client");
	ck_assert_str_eq(quirks->reference_check, "known");
	ck_assert_int_eq(quirks->limit_default, 100);
	ck_assert(list_has(quirks->auth_modes, "oauth1") && list_has(quirks->auth_modes, "oauth2"));
	ck_assert_int_eq(quirks->oauth1_past_s, 600);
	ck_assert_int_eq(quirks->oauth1_future_s, 300);
	ck_assert_ptr_null(profile->zone);
	profile_put(profile);
}
END_TEST

START_TEST(infinite_campus_is_as_documented)
{
	struct err err = ERR_INIT;
	struct profile *profile = profile_load("infinite-campus", &err);
	char day[DATE_TEXT];
	int64_t when;

	ck_assert_int_eq(profile->quirks.title_max, 30);
	ck_assert_str_eq(profile->quirks.title_overflow, "reject");
	ck_assert(profile->quirks.due_date_required && profile->quirks.due_date_in_open_period);
	ck_assert_str_eq(profile->answers[ANSWERS_V1P1][FAULT_TITLE_TOO_LONG].text,
			 "Assignment cannot be created");
	ck_assert_str_eq(profile->answers[ANSWERS_V1P1][FAULT_TITLE_TOO_LONG].code, "IC-01");
	ck_assert_str_eq(profile->answers[ANSWERS_V1P1][FAULT_TITLE_TOO_LONG].minor,
			 "invalid data");
	ck_assert_int_eq(profile->answers[ANSWERS_V1P1][FAULT_NOT_FOUND].status, 404);
	ck_assert(when_parse("2026-12-19T04:59:00Z", &when, NULL));
	zone_day(profile->zone, when, day);
	ck_assert_str_eq(day, "2026-12-18");
	profile_put(profile);
}
END_TEST

START_TEST(errors_inherit_one_level_deep)
{
	char *folder = scratch_new();
	char *base = scratch_write(
		folder, "base.json",
		P("\"quirks\": {\"title.max\": 30, \"comment.max\": 7},"
		  "\"errors\": {\"not_found\": {\"code\": \"X-1\", \"text\": \"gone\"}}"));
	char *json = xformat(
		"{\"name\": \"child\", \"extends\": \"%s\", \"timezone\": \"Asia/Tokyo\","
		"\"quirks\": {\"title.max\": 50, \"auth.modes\": [\"oauth2\"]},"
		"\"errors\": {\"not_found\": {\"status\": 410}}}",
		base);
	struct profile *profile = load(folder, "child.json", json);
	const struct fault_answer *answer = &profile->answers[ANSWERS_V1P1][FAULT_NOT_FOUND];

	ck_assert_str_eq(profile->name, "child");
	ck_assert_int_eq(profile->quirks.title_max, 50);  /* its own */
	ck_assert_int_eq(profile->quirks.comment_max, 7); /* its parent's */
	ck_assert_int_eq(profile->quirks.limit_default, 100);
	ck_assert_str_eq(profile->quirks.auth_modes, "oauth2");
	ck_assert_int_eq(answer->status, 410);
	ck_assert_str_eq(answer->text, "gone");
	ck_assert_str_eq(answer->code, "X-1");
	ck_assert_str_eq(answer->minor, "unknown object");
	ck_assert_int_eq(profile->answers[ANSWERS_V1P1][FAULT_INTERNAL].status, 500);
	ck_assert_ptr_nonnull(profile->zone);
	profile_put(profile);
	free(json);
	free(base);
	scratch_free(folder);
}
END_TEST

/* A value never passes for verified by the source of the one that it replaced. */
START_TEST(a_source_goes_with_its_value)
{
	char *folder = scratch_new();
	char *base = scratch_write(
		folder, "base.json",
		P("\"quirks\": {\"title.max\": 30, \"comment.max\": 7, \"score.round\": 1},"
		  "\"errors\": {\"not_found\": {\"status\": 410, \"text\": \"gone\"}},"
		  "\"sources\": {\"title.max\": {\"provenance\": \"verified\", \"source\": \"a\"},"
		  "\"comment.max\": {\"provenance\": \"verified\", \"source\": \"b\"},"
		  "\"score.round\": {\"provenance\": \"verified\", \"source\": \"c\"},"
		  "\"errors.not_found.status\": {\"provenance\": \"verified\", \"source\": \"d\"},"
		  "\"errors.not_found.text\": {\"provenance\": \"verified\", \"source\": \"e\"}}"));
	char *json = xformat("{\"name\": \"child\", \"extends\": \"%s\","
			     "\"quirks\": {\"title.max\": 31, \"score.round\": 2},"
			     "\"errors\": {\"not_found\": {\"status\": 404}},"
			     "\"sources\": {\"score.round\": {\"provenance\": \"verified\", "
			     "\"source\": \"f\"}}}",
			     base);
	struct profile *profile = load(folder, "child.json", json);
	const json_t *sources = json_object_get(profile->effective, "sources");

	ck_assert_ptr_null(json_object_get(sources, "title.max"));
	ck_assert_ptr_null(json_object_get(sources, "errors.not_found.status"));
	ck_assert_str_eq(jsonx_text(json_object_get(sources, "comment.max"), "source"), "b");
	ck_assert_str_eq(jsonx_text(json_object_get(sources, "score.round"), "source"), "f");
	ck_assert_str_eq(jsonx_text(json_object_get(sources, "errors.not_found.text"), "source"),
			 "e");
	profile_put(profile);
	free(json);
	free(base);
	scratch_free(folder);
}
END_TEST

/* a -> b -> … -> a, of @_i files. */
START_TEST(a_cycle_is_an_error)
{
	char *folder = scratch_new();
	struct err err = ERR_INIT;

	for (int i = 0; i < _i; i++) {
		char *name = xformat("%c.json", 'a' + i);
		char *json = xformat("{\"name\": \"p\", \"extends\": \"%s/%c.json\"}", folder,
				     'a' + (i + 1) % _i);

		free(scratch_write(folder, name, json));
		free(json);
		free(name);
	}
	char *path = path_join(folder, "a.json");

	ck_assert_ptr_null(profile_load(path, &err));
	ck_assert_msg(err.code == ERR_INVALID && strcmp(err.pointer, "/extends") == 0, "%s: %s",
		      err.pointer, err.text);
	ck_assert_msg(strstr(err.text, "cycle") != NULL, "%s", err.text);
	free(path);
	scratch_free(folder);
}
END_TEST

START_TEST(a_chain_has_an_end)
{
	char *folder = scratch_new();
	struct err err = ERR_INIT;

	for (int i = 0; i < 20; i++) {
		char *name = xformat("%c.json", 'a' + i);
		char *json = xformat("{\"name\": \"p\", \"extends\": \"%s/%c.json\"}", folder,
				     'a' + i + 1);

		free(scratch_write(folder, name, json));
		free(json);
		free(name);
	}
	char *path = path_join(folder, "a.json");

	ck_assert_ptr_null(profile_load(path, &err));
	ck_assert_msg(strstr(err.text, "too long") != NULL, "%s", err.text);
	free(path);
	scratch_free(folder);
}
END_TEST

START_TEST(hides_what_it_names)
{
	char *folder = scratch_new();
	struct profile *profile = load(
		folder, "p.json", P("\"routes\": {\"hide\": [\"deleteResult\", \"getAllTerms\"]}"));

	ck_assert(profile_hides(profile, "deleteResult"));
	ck_assert(profile_hides(profile, "getAllTerms"));
	ck_assert(!profile_hides(profile, "getTerm"));
	profile_put(profile);
	scratch_free(folder);
}
END_TEST

START_TEST(lives_until_the_last_reference_is_gone)
{
	struct err err = ERR_INIT;
	struct profile *profile = profile_load("aspen", &err);

	ck_assert_ptr_eq(profile_take(profile), profile);
	profile_put(profile);
	ck_assert_str_eq(profile->name, "aspen"); /* ASan would object */
	profile_put(profile);
	profile_put(NULL);
}
END_TEST

START_TEST(lists_hold_words)
{
	ck_assert_msg(has_word(lists[_i].list, lists[_i].word) == lists[_i].has, "\"%s\" in \"%s\"",
		      lists[_i].word, lists[_i].list);
}
END_TEST

START_TEST(faults_have_names)
{
	enum fault fault;

	ck_assert(fault_parse(fault_name((enum fault)_i), &fault) && (int)fault == _i);
	ck_assert(!fault_parse("", &fault));
}
END_TEST

Suite *profile_suite(void);
Suite *profile_suite(void)
{
	Suite *suite = suite_create("quirk/profile");
	TCase *tc = tcase_create("profile");

	tcase_add_loop_test(tc, points_at_what_is_wrong, 0, ARRAY_SIZE(refused));
	tcase_add_test(tc, the_standard_deviates_nowhere);
	tcase_add_test(tc, infinite_campus_is_as_documented);
	tcase_add_test(tc, errors_inherit_one_level_deep);
	tcase_add_test(tc, a_source_goes_with_its_value);
	tcase_add_loop_test(tc, a_cycle_is_an_error, 1, 4);
	tcase_add_test(tc, a_chain_has_an_end);
	tcase_add_test(tc, hides_what_it_names);
	tcase_add_test(tc, lives_until_the_last_reference_is_gone);
	tcase_add_loop_test(tc, lists_hold_words, 0, ARRAY_SIZE(lists));
	tcase_add_loop_test(tc, faults_have_names, 0, FAULT_COUNT);
	suite_add_tcase(suite, tc);
	return suite;
}
