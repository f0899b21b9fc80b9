/*
 * test_profiles.c - mocksis profiles, and a clean course against every one of them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/jsonx.h"
#include "server/quirk/profile.h"
#include "tests/http/harness.h"

static char **names;
static int name_count;

static void list_names(void)
{
	struct err err = ERR_INIT;

	if (names)
		return;
	names = fixture_names("profiles", ".json", &err);
	while (names && names[name_count])
		name_count++;
}

/* ' becomes ". Returns (free). */
static char *quoted(const char *text)
{
	char *copy = xstrdup(text);

	for (char *c = copy; *c; c++)
		*c = *c == '\'' ? '"' : *c;
	return copy;
}

/* One blank for each run of white space: what a wrapped text says. Returns (free). */
static char *unwrapped(const char *text)
{
	struct str out = STR_INIT;

	for (; *text; text++)
		if (*text != ' ' && *text != '\n')
			str_add_char(&out, *text);
		else if (out.length && str_text(&out)[out.length - 1] != ' ')
			str_add_char(&out, ' ');
	return str_take(&out, NULL);
}

static void expect(const struct outcome *outcome, int status, const char *says, const char *name)
{
	char *out = unwrapped(outcome->out), *err = unwrapped(outcome->err);

	ck_assert_msg(outcome->status == status, "%s: exit %d: %s%s", name, outcome->status,
		      outcome->out, outcome->err);
	ck_assert_msg(strstr(status ? err : out, says) != NULL, "%s: \"%s\" is not in: %s%s", name,
		      says, out, err);
	free(out);
	free(err);
}

START_TEST(all_are_listed)
{
	struct outcome text, json;
	json_t *whole, *list, *item;
	size_t i;

	run_mocksis(&text, 30, (const char *[]){ "profiles", NULL });
	run_mocksis(&json, 30, (const char *[]){ "profiles", "--json", NULL });
	ck_assert_int_eq(text.status, 0);
	whole = json_loads(json.out, 0, NULL);
	list = json_object_get(whole, "items");
	ck_assert_int_eq((int)json_array_size(list), name_count);
	json_array_foreach (list, i, item) {
		char *line = xformat("\n%s ", names[i]);

		ck_assert_str_eq(jsonx_text(item, "name"), names[i]);
		ck_assert_msg(*jsonx_text(item, "title") && jsonx_true(item, "bundled"), "%s",
			      names[i]);
		ck_assert_msg(strstr(text.out, line) != NULL, "%s: %s", names[i], text.out);
		ck_assert_msg(strstr(text.out, jsonx_text(item, "title")) != NULL, "%s", names[i]);
		free(line);
	}
	ck_assert_msg(strstr(text.out, "bundled") != NULL, "%s", text.out);
	json_decref(whole);
	outcome_release(&text);
	outcome_release(&json);
}
END_TEST

/* clang-format off */
/* What a person must be able to read; line breaks do not count. */
static const struct {
	const char *profile, *says;
} pages[] = {
	{ "infinite-campus",    "The title of a lineItem may have at most 30 characters." },
	{ "infinite-campus",    "A lineItem needs a due date. due_date.required = true [verified: founding document 004; guides.instructure.com lesson 1331936]" },
	{ "infinite-campus",    "The due date must lie in a grading period that is open." },
	{ "infinite-campus",    "Where sources disagree (4)" },
	{ "infinite-campus",    "title.max = 30 30: founding document 004, Hall County (elearning.hallco.org), Canvas articles ta-p/663638 and ta-p/424522; 50: guides.instructure.com lesson 1331936" },
	{ "infinite-campus",    "title_too_long 400 IC-01 Assignment cannot be created status lab; text lab: error dictionary IC-01" },
	{ "infinite-campus",    "time zone America/New_York [lab: an example" },
	{ "infinite-campus",    "x-vendor-authorization: {key}:{secret}" },
	{ "infinite-campus",    "The standard's rules that it is known or assumed to have (4)" },
	{ "infinite-campus",    "A score above the maximum is kept. score.over_policy = accept [verified:" },
	{ "infinite-campus-50", "The title of a lineItem may have at most 50 characters. title.max = 50 [conflict]" },
	{ "infinite-campus-50", "title.max = 50 50: guides.instructure.com lesson 1331936; 30: founding document 004" },
	{ "infinite-campus-50", "profile infinite-campus-50, extends infinite-campus connection infinite-campus-50" },
	{ "infinite-campus-50", "A lineItem needs a due date. due_date.required = true [verified: founding document 004" },
	{ "aspen",              "gradescale_missing 400 ASP-02 given GradebookColumnType does not have a default GradeScale status lab; text verified: founding document 001" },
	{ "aspen",              "Deletions in Canvas are not removed in Aspen. [verified: Barrington help page" },
	{ "powerschool",        "renaming a category breaks the sync. [verified:" },
	{ "powerschool",        "Refusals in its own words; all others are the standard's (17)" },
	{ "blackbaud",          "23:59 local time is the next day. This is a fault of the SIS. due_date.day_from = utc [verified:" },
	{ "blackbaud",          "The scoreStatus is stored as another: submitted as fully graded, partially graded as fully graded." },
	{ "blackbaud",          "DELETE is not supported" },
	{ "aspire",             "title.max = 30 30 and 50 both stand in public pages:" },
	{ "sapphire",           "It has no rule beyond the standard's." },
	{ "sapphire",           "founding document 000 and Canvas article ta-p/255063: coming in the future; Canvas article ta-p/500110: listed" },
	{ "generic",            "Of its own values 0 are verified, 0 lab" },
	{ "standard",           "title_too_long 400 (1.2: 422) title has more than {max} characters" },
	{ "strict",             "Bodies are refused that the schema of the standard does not allow. validation.mode = strict [verified:" },
};
/* clang-format on */

START_TEST(the_rules_are_told_in_words)
{
	struct outcome outcome;

	run_mocksis(&outcome, 30, (const char *[]){ "profiles", pages[_i].profile, NULL });
	expect(&outcome, 0, pages[_i].says, pages[_i].profile);
	outcome_release(&outcome);
}
END_TEST

/* A profile without sources hides nothing: what it sets is lab, whatever it extends says. */
START_TEST(what_has_no_source_is_lab)
{
	char *folder = folder_make(), *path = xformat("%s/own.json", folder);
	struct outcome outcome;

	file_put(folder, "own.json",
		 "{\"name\": \"own\", \"title\": \"Our SIS\", \"extends\": \"infinite-campus\","
		 " \"quirks\": {\"due_date.required\": false, \"comment.max\": 5},"
		 " \"errors\": {\"not_found\": {\"status\": 410}},"
		 " \"routes\": {\"hide\": [\"deleteResult\"]}}");
	run_mocksis(&outcome, 30, (const char *[]){ "profiles", path, NULL });
	expect(&outcome, 0, "comment.max = 5 [lab: no source is given]", "a rule");
	expect(&outcome, 0, "not_found 410 Unknown Object", "a refusal");
	expect(&outcome, 0, "status lab: no source is given", "its status");
	expect(&outcome, 0, "Operations that it does not have (1) deleteResult", "a route");
	expect(&outcome, 0, "connection infinite-campus (", "a connection");
	ck_assert_msg(strstr(outcome.out, "due_date.required") == NULL, "%s", outcome.out);
	outcome_release(&outcome);
	run_mocksis(&outcome, 30, (const char *[]){ "profiles", "--validate", path, NULL });
	expect(&outcome, 0, "without a source, so lab: comment.max", "validated");
	outcome_release(&outcome);
	free(path);
	folder_remove(folder);
}
END_TEST

START_TEST(as_json_it_is_a_profile_again)
{
	char *folder = folder_make(), *path = xformat("%s/again.json", folder);
	struct outcome outcome, again;
	json_t *profile;

	run_mocksis(&outcome, 30, (const char *[]){ "profiles", names[_i], "--json", NULL });
	profile = json_loads(outcome.out, 0, NULL);
	ck_assert_msg(profile != NULL, "%s: %s", names[_i], outcome.err);
	for (size_t i = 0; switch_at(i); i++)
		ck_assert_msg(json_object_get(json_object_get(profile, "quirks"),
					      switch_at(i)->name) != NULL,
			      "%s: %s", names[_i], switch_at(i)->name);
	ck_assert(json_object_size(json_object_get(profile, "sources")) > 0);
	file_put(folder, "again.json", outcome.out);
	run_mocksis(&again, 30, (const char *[]){ "profiles", "--validate", path, NULL });
	expect(&again, 0, "a sound profile: ", names[_i]);
	json_decref(profile);
	outcome_release(&outcome);
	outcome_release(&again);
	free(path);
	folder_remove(folder);
}
END_TEST

START_TEST(every_switch_and_fault_is_explained)
{
	struct outcome text, markdown, json;
	json_t *whole;
	size_t i = 0;

	run_mocksis(&text, 30, (const char *[]){ "profiles", "--switches", NULL });
	run_mocksis(&json, 30, (const char *[]){ "profiles", "--switches", "--json", NULL });
	run_mocksis(&markdown, 30,
		    (const char *[]){ "profiles", "--switches", "--markdown", NULL });
	whole = json_loads(json.out, 0, NULL);
	for (const struct quirk_switch *row; (row = switch_at(i)); i++) {
		char *line = xformat("\n%s ", row->name);
		char *cell = xformat("\n| `%s` | ", row->name);

		ck_assert_msg(strstr(text.out, line) && strstr(text.out, row->meaning), "%s",
			      row->name);
		ck_assert_msg(strstr(markdown.out, cell) != NULL, "%s", row->name);
		free(line);
		free(cell);
	}
	ck_assert_uint_eq(json_array_size(json_object_get(whole, "switches")), i);
	ck_assert_int_eq((int)json_array_size(json_object_get(whole, "faults")), FAULT_COUNT);
	for (int fault = 0; fault < FAULT_COUNT; fault++) {
		char *line = xformat("\n%s ", fault_name((enum fault)fault));

		ck_assert_msg(strstr(text.out, line) != NULL, "%s", line);
		free(line);
	}
	ck_assert(strstr(text.out, "what happens to a longer title (reject, truncate, accept)"));
	ck_assert(strstr(text.out, "title_too_long                  400    422      title has"));
	json_decref(whole);
	outcome_release(&text);
	outcome_release(&json);
	outcome_release(&markdown);
}
END_TEST

/* clang-format off */
#define P(members) "{'name': 'p', 'extends': 'standard', " members "}"
/* Standard error names the file, DIR/p.json, and the culprit. */
static const struct {
	const char *name, *text, *says;
} bad[] = {
	{ "an unknown key",     P("'colour': 1"),                          "p.json: /colour: unknown key" },
	{ "an unknown switch",  P("'quirks': {'title.maximum': 3}"),       "p.json: /quirks/title.maximum: there is no such switch" },
	{ "a wrong type",       P("'quirks': {'title.max': '30'}"),        "p.json: /quirks/title.max: expected a whole number from 0 to 1000000000, found a string" },
	{ "no such choice",     P("'quirks': {'title.overflow': 'cut'}"),  "p.json: /quirks/title.overflow: expected one of: reject truncate accept" },
	{ "an unknown fault",   P("'errors': {'atlantis': {'status': 400}}"), "p.json: /errors/atlantis: there is no such fault" },
	{ "a wrong status",     P("'errors': {'not_found': {'status': 99}}"), "p.json: /errors/not_found: status must be a number" },
	{ "verified by nobody", P("'quirks': {'title.max': 30}, 'sources': {'title.max': {'provenance': 'verified'}}"), "p.json: /sources/title.max: what is verified needs a source" },
	{ "a note by nobody",   P("'notes': [{'text': 'x', 'provenance': 'conflict'}]"), "p.json: /notes/0: what is conflict needs a source" },
	{ "an unknown route",   P("'routes': {'hide': ['getNothing']}"),   "p.json: /routes/hide: element 0 is no operation" },
	{ "a fallback to what is forbidden", P("'quirks': {'category.fallback': 'id:x', 'category.forbidden_id': 'x'}"), "p.json: /quirks/category.fallback: category.fallback leads to category.forbidden_id" },
	{ "limit.default contradicted", P("'quirks': {'limit.default': 0}"), "a page of 0 objects" },
	{ "put.creates contradicted", P("'quirks': {'put.creates': false, 'sourcedid.mode': 'server'}"), "sourcedid.mode=server allocates" },
	{ "score.exempt_zero contradicted", P("'quirks': {'status.allowed': ['submitted'], 'score.exempt_zero': true}"), "needs exempt in status.allowed" },
	{ "rate.window_s contradicted", P("'quirks': {'rate.limit': 1, 'rate.window_s': 0}"), "needs a rate.window_s of at least 1" },
	{ "auth.vendor_header contradicted", P("'quirks': {'auth.vendor_header': 'x y'}"), "cannot be the name of a header" },
	{ "auth.vendor_header contradicted", P("'quirks': {'auth.vendor_header': 'authorization'}"), "is asked for beside Authorization" },
	{ "grading_period.lock contradicted", P("'quirks': {'grading_period.lock': true, 'grading_period.derive': false}"), "it would know no period" },
	{ "a contradiction",    P("'quirks': {'put.stores': false, 'put.returns_object': true}"), "p.json: /quirks/put.stores: put.stores=false has no object" },
	{ "another",            P("'quirks': {'category.fixed_id': 'x', 'category.forbidden_id': 'x'}"), "p.json: /quirks/category.fixed_id: " },
	{ "no time zone",       P("'timezone': 'Mars/Olympus'"),           "Mars/Olympus" },
	{ "no parent",          "{'name': 'p', 'extends': 'atlantis'}",    "there is no atlantis in profiles" },
	{ "no name",            "{'extends': 'standard', 'name': 7}",      "p.json: /name: expected a string, found a number" },
	{ "nothing inherited",  "{'name': 'p'}",                           "p.json: /errors/title_too_long: status, minor and text must be given" },
	{ "no object",          "[]",                                      "p.json: a profile is a JSON object" },
	{ "no JSON",            "{'name': 'p'",                            "p.json: line 1" },
	{ "itself",             "{'name': 'p', 'extends': 'DIR/p.json'}",  "p.json: /extends: a cycle" },
	{ "a cycle",            "{'name': 'p', 'extends': 'DIR/q.json'}",  "p.json: /extends: a cycle: " },
};
/* clang-format on */

/* DIR becomes @folder. Returns (free). */
static char *located(const char *text, const char *folder)
{
	const char *at = strstr(text, "DIR");

	return at ? xformat("%.*s%s%s", (int)(at - text), text, folder, at + 3) : xstrdup(text);
}

START_TEST(what_is_wrong_is_pointed_at)
{
	char *folder = folder_make(), *path = xformat("%s/p.json", folder);
	char *plain = quoted(bad[_i].text), *text = located(plain, folder);
	char *other = xformat("{\"name\": \"q\", \"extends\": \"%s/p.json\"}", folder);
	struct outcome outcome;

	file_put(folder, "p.json", text);
	file_put(folder, "q.json", other);
	run_mocksis(&outcome, 30, (const char *[]){ "profiles", "--validate", path, NULL });
	ck_assert_msg(outcome.status == 2 && !*outcome.out, "%s: exit %d: %s", bad[_i].name,
		      outcome.status, outcome.out);
	ck_assert_msg(strstr(outcome.err, bad[_i].says) != NULL, "%s: %s", bad[_i].name,
		      outcome.err);
	outcome_release(&outcome);
	free(other);
	free(text);
	free(plain);
	free(path);
	folder_remove(folder);
}
END_TEST

/* clang-format off */
static const struct {
	const char *args[6];
	const char *says;
} usages[] = {
	{ { "profiles", "atlantis" },                           "there is no atlantis in profiles and no such file; there are: aeries, " },
	{ { "profiles", "/no/such/file.json" },                 "/no/such/file.json" },
	{ { "profiles", "--validate" },                         "--validate needs a value" },
	{ { "profiles", "--validate", "" },                     "there is no " },
	{ { "profiles", "aspen", "--switches" },                "one of NAME, --validate and --switches" },
	{ { "profiles", "--validate", "x.json", "--switches" }, "one of NAME, --validate and --switches" },
	{ { "profiles", "--markdown" },                         "--markdown goes with --switches" },
	{ { "profiles", "--switches", "--markdown", "--json" }, "not with --json" },
	{ { "profiles", "aspen", "aeries" },                    "\"aeries\" is one too many" },
};
/* clang-format on */

START_TEST(usage_is_checked)
{
	struct outcome outcome;

	run_mocksis(&outcome, 30, usages[_i].args);
	expect(&outcome, 2, usages[_i].says, usages[_i].says);
	outcome_release(&outcome);
}
END_TEST

/* With the preset of its name, a sound course and a healthy SIS nothing is refused. */
START_TEST(a_clean_course_syncs)
{
	char *folder = folder_make(), *demo = fixture("roster/demo");
	char *course = fixture("canvas/algebra"), *state = xformat("%s/state.db", folder);
	struct outcome outcome;
	struct server server;

	folder_copy(demo, folder);
	file_put(folder, "sis-state.json", "{}");
	server_start_bare(&server, (const char *[]){ "--db", ":memory:", "--load", folder,
						     "--credential", CREDENTIAL, "--now",
						     STORY_TIME, "--profile", names[_i], NULL });
	char *url = xformat("%s/ims/oneroster", server.url);

	run_mocksis(&outcome, 60,
		    (const char *[]){ "sync", course, "--sis", url, "--credential", CREDENTIAL,
				      "--connection", names[_i], "--state", state, "--now",
				      STORY_TIME, NULL });
	expect(&outcome, 0, "Sent 5 assignments, 100 scores", names[_i]);
	server_stop(&server);
	outcome_release(&outcome);
	free(url);
	free(state);
	free(course);
	free(demo);
	folder_remove(folder);
}
END_TEST

Suite *profiles_suite(void);
Suite *profiles_suite(void)
{
	Suite *suite = suite_create("profiles");
	TCase *tc = tcase_create("profiles");

	list_names();
	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, all_are_listed);
	tcase_add_loop_test(tc, the_rules_are_told_in_words, 0, ARRAY_SIZE(pages));
	tcase_add_test(tc, what_has_no_source_is_lab);
	tcase_add_loop_test(tc, as_json_it_is_a_profile_again, 0, name_count);
	tcase_add_test(tc, every_switch_and_fault_is_explained);
	tcase_add_loop_test(tc, what_is_wrong_is_pointed_at, 0, ARRAY_SIZE(bad));
	tcase_add_loop_test(tc, usage_is_checked, 0, ARRAY_SIZE(usages));
	tcase_add_loop_test(tc, a_clean_course_syncs, 0, name_count);
	suite_add_tcase(suite, tc);
	return suite;
}
