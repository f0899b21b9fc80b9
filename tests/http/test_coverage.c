/*
 * test_coverage.c - which errors of the dictionary the scenarios reproduce, end to end.
 *
 * Every code is either reproduced by a scenario or stands in not-reproducible.json with the
 * reason. A scenario that claims a code must expect an error of that code with a text, a
 * phase and a status that the dictionary has; that the error comes, test_scenarios.c shows.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/str.h"
#include "conformance/dictionary.h"
#include "conformance/wording.h"
#include "tests/http/scenario.h"

static bool text_is_of(const json_t *wording, const char *said)
{
	const char *text = jsonx_text(wording, "text");
	struct pattern *pattern = pattern_new(text ? text : "", false);
	struct wording *words = wording_new(said);
	bool fits = pattern_fits(pattern, words, NULL);

	wording_free(words);
	pattern_free(pattern);
	return fits;
}

/* The status that goes with a text of the entry; -1: the text is none of its texts. */
static json_int_t status_of(const json_t *entry, const char *said)
{
	const json_t *variant;
	size_t i;

	if (text_is_of(entry, said))
		return jsonx_int(entry, "http");
	json_array_foreach (json_object_get(entry, "texts"), i, variant)
		if (text_is_of(variant, said))
			return jsonx_int(json_object_get(variant, "http") ? variant : entry,
					 "http");
	return -1;
}

/* What is wrong with an expectation as evidence of an entry; NULL: nothing. */
static const char *flaw_of(const json_t *entry, const json_t *expected, bool in_report)
{
	const char *text = jsonx_text(expected, "text"), *phase = jsonx_text(expected, "phase");
	json_int_t status = text ? status_of(entry, text) : 0;

	if (!text)
		return "no text is expected";
	if (status < 0)
		return "the text is none of the dictionary's";
	if (!phase || !strstr(jsonx_text(entry, "phase"), phase))
		return "the phase is none of the dictionary's";
	if (in_report && !json_object_get(expected, "http"))
		return "no status is expected";
	if (in_report && status && jsonx_int(expected, "http") != status)
		return "the status is not that of the dictionary";
	return NULL;
}

/* Whether a list of expectations shows the entry; *@why is the nearest miss. */
static bool shows(const json_t *entry, const json_t *list, bool in_report, const char **why)
{
	const json_t *expected;
	size_t i;

	json_array_foreach (list, i, expected) {
		if (!same_text(jsonx_text(expected, "code"), jsonx_text(entry, "code")))
			continue;
		*why = flaw_of(entry, expected, in_report);
		if (!*why)
			return true;
	}
	return false;
}

/* Whether a list of expected warnings, which have no code of the dictionary, holds a text of
 * the entry. */
static bool warns(const json_t *entry, const json_t *list)
{
	const json_t *expected;
	size_t i;

	json_array_foreach (list, i, expected)
		if (jsonx_text(expected, "text") &&
		    status_of(entry, jsonx_text(expected, "text")) >= 0)
			return true;
	return false;
}

static bool scenario_shows(const json_t *entry, const json_t *scenario, const char **why)
{
	const json_t *step;
	size_t i;

	*why = "no expected error has the code";
	json_array_foreach (json_object_get(scenario, "steps"), i, step) {
		const json_t *expect = json_object_get(step, "expect");
		bool report = !same_text(jsonx_text(step, "run"), "preflight");

		if (shows(entry, json_object_get(expect, "errors"), report, why) ||
		    shows(entry, json_object_get(expect, "said"), false, why) ||
		    warns(entry, json_object_get(expect, "warnings")))
			return true;
	}
	return false;
}

/* The entry of a code. */
static const json_t *entry_of(const struct dictionary *dictionary, const char *code)
{
	const json_t *entry;
	size_t i;

	json_array_foreach (dictionary_entries(dictionary), i, entry)
		if (same_text(jsonx_text(entry, "code"), code))
			return entry;
	return NULL;
}

/* Notes in @reproduced, code -> names, what a scenario shows; what it only claims is told. */
static void take_scenario(const struct dictionary *dictionary, const char *file, json_t *reproduced,
			  struct str *wrong)
{
	json_t *scenario = scenario_load(file);
	const char *name = strrchr(file, '/') + 1, *why;
	const json_t *code;
	size_t i;

	json_array_foreach (json_object_get(scenario, "reproduces"), i, code) {
		const char *text = json_string_value(code);
		const json_t *entry = entry_of(dictionary, text);
		const char *before = jsonx_text(reproduced, text);
		char *names;

		if (!entry)
			str_format(wrong, "%s: the dictionary has no %s\n", file, text);
		else if (!scenario_shows(entry, scenario, &why))
			str_format(wrong, "%s: %s: %s\n", file, text, why);
		names = xformat("%s%s%.*s", before ? before : "", before ? ", " : "",
				(int)strcspn(name, "."), name);
		json_object_set_new(reproduced, text, json_string(names));
		free(names);
	}
	json_decref(scenario);
}

/* A line for every code; what stands in no list or in both is wrong. */
static size_t print_rows(const struct dictionary *dictionary, const json_t *reproduced,
			 const json_t *reasons, struct str *table, struct str *wrong)
{
	const json_t *entry;
	size_t i, shown = 0;

	json_array_foreach (dictionary_entries(dictionary), i, entry) {
		const char *code = jsonx_text(entry, "code");
		const char *names = jsonx_text(reproduced, code);
		const char *reason = jsonx_text(reasons, code);

		shown += names != NULL;
		if (names && reason)
			str_format(wrong, "%s is reproduced and not reproducible\n", code);
		if (!names && !reason)
			str_format(wrong, "%s is not reproduced, and no reason is given\n", code);
		str_format(table, "  %-7s %-18s %s%s\n", code, jsonx_text(entry, "sis"),
			   names ? "" : "- ",
			   names    ? names
			   : reason ? reason
				    : "?");
	}
	return shown;
}

START_TEST(every_error_is_reproduced)
{
	struct err err = ERR_INIT;
	struct dictionary *dictionary = dictionary_load(&err);
	json_t *reasons = scenario_load(SCENARIO_FOLDER "/not-reproducible.json");
	json_t *reproduced = json_object(), *reason;
	struct str table = STR_INIT, wrong = STR_INIT;
	const char *code;
	size_t shown;

	ck_assert_msg(dictionary != NULL, "%s", err.text);
	for (size_t i = 0; i < scenario_count(); i++)
		take_scenario(dictionary, scenario_file(i), reproduced, &wrong);
	json_object_foreach (reasons, code, reason)
		if (!entry_of(dictionary, code))
			str_format(&wrong, "not-reproducible.json: the dictionary has no %s\n",
				   code);
	shown = print_rows(dictionary, reproduced, reasons, &table, &wrong);
	printf("errors of the dictionary: %zu, reproduced end to end: %zu, not reproducible: "
	       "%zu\n%s",
	       json_array_size(dictionary_entries(dictionary)), shown, json_object_size(reasons),
	       str_text(&table));
	fflush(stdout);
	ck_assert_msg(wrong.length == 0, "%.3000s", str_text(&wrong));
	str_release(&table);
	str_release(&wrong);
	json_decref(reproduced);
	json_decref(reasons);
	dictionary_free(dictionary);
}
END_TEST

/* clang-format off */
/* Expectations that are no evidence of FOC-02: "Invalid due date", P4, 422. */
static const struct {
	const char *expected, *flaw;
} claims[] = {
	{ "{\"code\": \"FOC-02\", \"phase\": \"P4\", \"http\": 422, \"text\": \"Invalid due date\"}", NULL },
	{ "{\"code\": \"FOC-02\", \"phase\": \"P4\", \"http\": 422}",                               "no text is expected" },
	{ "{\"code\": \"FOC-02\", \"phase\": \"P4\", \"http\": 422, \"text\": \"Due date error\"}",   "the text is none of the dictionary's" },
	{ "{\"code\": \"FOC-02\", \"phase\": \"P6\", \"http\": 422, \"text\": \"Invalid due date\"}", "the phase is none of the dictionary's" },
	{ "{\"code\": \"FOC-02\", \"http\": 422, \"text\": \"Invalid due date\"}",                  "the phase is none of the dictionary's" },
	{ "{\"code\": \"FOC-02\", \"phase\": \"P4\", \"http\": 400, \"text\": \"Invalid due date\"}", "the status is not that of the dictionary" },
	{ "{\"code\": \"FOC-02\", \"phase\": \"P4\", \"text\": \"Invalid due date\"}",                "no status is expected" },
	{ "{\"code\": \"PIN-02\", \"phase\": \"P4\", \"http\": 422, \"text\": \"Invalid due date\"}", "no expected error has the code" },
};
/* clang-format on */

START_TEST(a_claim_needs_evidence)
{
	struct err err = ERR_INIT;
	struct dictionary *dictionary = dictionary_load(&err);
	json_t *scenario = json_pack("{s:[{s:{s:[o]}}]}", "steps", "expect", "errors",
				     json_loads(claims[_i].expected, 0, NULL));
	const char *why = NULL;
	bool shown = scenario_shows(entry_of(dictionary, "FOC-02"), scenario, &why);

	ck_assert_msg(shown == !claims[_i].flaw && (shown || same_text(why, claims[_i].flaw)),
		      "%s: %s", claims[_i].expected, why ? why : "shown");
	json_decref(scenario);
	dictionary_free(dictionary);
}
END_TEST

Suite *coverage_suite(void);
Suite *coverage_suite(void)
{
	Suite *suite = suite_create("coverage");
	TCase *tc = tcase_create("coverage");

	tcase_add_test(tc, every_error_is_reproduced);
	tcase_add_loop_test(tc, a_claim_needs_evidence, 0, ARRAY_SIZE(claims));
	suite_add_tcase(suite, tc);
	return suite;
}
