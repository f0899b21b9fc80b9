/*
 * test_dictionary.c - which entry explains a text.
 */
#include <check.h>
#include <dirent.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/jsonx.h"
#include "conformance/dictionary.h"
#include "tests/unit/helpers.h"

/* clang-format off */
static const struct {
	const char *text, *sis, *code; /* code: NULL, none fits */
} cases[] = {
	{ "Gradebook number does not match.",                              NULL, "AER-02" },
	{ "Aeries: Gradebook number does not match. (gradebook 7)",        NULL, "AER-02" },
	{ "GRADEBOOK NUMBER DOES NOT MATCH.",                              NULL, "AER-02" },
	{ "  Gradebook\n number\tdoes   not match.\r\n",                   NULL, "AER-02" },
	{ "Gradebook number does match.",                                  NULL, NULL },
	{ "Student [Ana Ruiz] does not belong to gradebook [Bio 1].",      NULL, "AER-06" },
	{ "Student [] does not belong to gradebook [].",                   NULL, "AER-06" },
	{ "Grading category [Labs] not found in OneRoster for [Bio - P1]. Please ensure that your assignment categories match between OneRoster and Canvas. Available grading categories are: [A, B]",
	                                                                   NULL, "AER-01" },
	{ "Grading category [Labs] not found in OneRoster for [Bio - P1]. Please ensure that your assignment categories match between OneRoster and Canvas. Available grading categories are: [A, B]",
	                                                                   "Aspen", "ASP-01" },
	{ "Grading category [Labs] not found in OneRoster for [Bio - P1]. Please ensure that your assignment categories match between OneRoster and Canvas. Available grading categories are: []",
	                                                                   "Infinite Campus", "AER-01" },
	{ "Multiple matches found for \"[Quiz 1]\" due on [2026-11-16] in OneRoster.", NULL, "AER-05" },
	{ "given GradebookColumnType does not have a default GradeScale",  "Aspen", "ASP-02" },
	{ "400: given GradebookColumnType does not have a default GradeScale", NULL, "ASP-02" },
	{ "ValidationException: comment has more than 100 characters",     "Aspen", "ASP-04" },
	{ "Name is too long, must be under 31 characters",                 NULL, "CV-05" },
	{ "cannot be blank when Post to Sis is checked",                   NULL, "CV-01" },
	{ "cannot be blank for any assignees when Post to Sis is checked", NULL, "CV-02" },
	{ "Assignment dates error: 2026-11-01 \xe2\x80\x93 2026-11-16",    "Infinite Campus", "IC-02" },
	{ "Assignment dates error: 2026-11-01 - 2026-11-16",               NULL, "IC-02" }, /* the dash was lost on the way */

	/* one text, several SISs */
	{ "Invalid due date",                                              "Focus", "FOC-02" },
	{ "Invalid due date",                                              "pinnacle", "PIN-02" },
	{ "HTTP 422: Invalid due date",                                    NULL, "FOC-02" },
	{ "HTTP 400: Invalid due date",                                    NULL, "PIN-02" },
	{ "Pinnacle: Cannot find due date",                                NULL, "PIN-01" },
	{ "Assignment cannot be created",                                  "PowerSchool", "PSP-13" },
	{ "HTTP 400 without a description",                                "Blackbaud", "BB-02" },
	{ "HTTP 400 without a description",                                "Aspen", "MKS-03" },
	{ "Operation timed out after 1001 milliseconds with 0 bytes received", "infinite-campus", "IC-08" },
	{ "Operation timed out after 1001 milliseconds with 0 bytes received", "Focus", "MKS-11" },

	/* several texts, one entry */
	{ "Unable to sync with Aspen. Please make sure Essay 1 has a due date.", NULL, "CV-07" },
	{ "Unable to sync with SIS. Please make sure Essay 1 name is not too long.", NULL, "CV-07" },
	{ "invalid assignment ids requested",                              NULL, "CV-17" },
	{ "GRADE_FROZEN_ON_SIS",                                           NULL, "BAN-01" },

	/* texts so common that they count only alone */
	{ "Not Found",                                                     NULL, "PSP-04" },
	{ "404 Not Found",                                                 NULL, "PSP-04" },
	{ "{\"error\": {\"message\": \"Not Found\"}}",                       NULL, "PSP-04" },
	{ "class class-1 not found",                                       "PowerSchool", NULL },
	{ "class 404 not found in the list",                               NULL, NULL },
	{ "Continue",                                                      NULL, "CV-12" },
	{ "we cannot continue",                                            NULL, NULL },

	/* what people paste */
	{ "{\"statusInfoSet\":[{\"imsx_codeMajor\":\"failure\",\"imsx_description\":\"Invalid assignment ID (lineItem sourcedId is invalid).\"}]}", NULL, "AER-04" },
	{ "{\"statusInfoSet\": [ { \"imsx_codeMajor\": \"failure\",\n \"imsx_severity\": \"error\" } ] }", NULL, "BB-02" },
	{ "HTTP/1.1 400 Bad Request\r\nContent-Length: 7\r\n\r\n{\"x\":\"PutResult: LineItemHasGradingScale\"", NULL, "BB-01" },
	{ "> Multiple matches found for \xe2\x80\x9c[Quiz 1]\xe2\x80\x9d due\n> on [11/16/2026] in\n> OneRoster.", NULL, "AER-05" },
	{ "An error occurred saving assignment override, (7). HTTP Error 400", NULL, "CV-13" },
	{ "Rest Easy: Could Not Find Resource",                            NULL, "ASP-03" }, /* its name */
	{ "404 error: api route not found",                                NULL, "FOC-01" },

	{ "something nobody has ever seen",                                NULL, NULL },
	{ "",                                                              NULL, NULL },
	{ "   ",                                                           "Aspen", NULL },
};

/* Made for the purpose: the same words of two systems, and a longer entry. */
static const char own[] =
	"{\"entries\": ["
	"{\"code\": \"A\", \"sis\": \"One\", \"text\": \"Internal error\"},"
	"{\"code\": \"B\", \"sis\": \"Two\", \"text\": \"Internal error\"},"
	"{\"code\": \"C\", \"sis\": \"Three\", \"text\": \"Internal error in {place} of {thing}\"},"
	"{\"code\": \"D\", \"text\": \"{anything}\"},"
	"{\"code\": \"E\"},"
	"{\"code\": \"F\", \"sis\": \"One\", \"text\": \"{who} failed\"}]}";

static const struct {
	const char *text, *sis, *code;
} ranks[] = {
	{ "Internal error",                     NULL,    "A" }, /* the first of equals */
	{ "Internal error",                     "Two",   "B" },
	{ "Internal error",                     "two",   "B" },
	{ "Internal error",                     "Other", "A" },
	{ "Internal error in row 7 of the book", NULL,   "C" }, /* more of it is literal */
	{ "Internal error in row 7 of the book", "Two",  "B" }, /* the SIS counts more */
	{ "Internal errors",                    NULL,    NULL }, /* another word */
	{ "External error",                     NULL,    NULL },
	{ "Internal error in row 7",            NULL,    "A" },
	{ "of internal error in row 7",         NULL,    "A" }, /* in order */
	{ "the disk failed",                    NULL,    "F" },
	{ "unknown",                            NULL,    NULL }, /* a lone placeholder is no text */
};
/* clang-format on */

static void check_find(const struct dictionary *dictionary, const char *text, const char *sis,
		       const char *code)
{
	const struct question question = { .text = text, .sis = sis };
	struct match match;
	bool found = dictionary_find(dictionary, &question, &match);

	ck_assert_msg(found == (code != NULL) && same_text(jsonx_text(match.entry, "code"), code),
		      "\"%s\" of %s: %s", text, sis ? sis : "any",
		      found ? jsonx_text(match.entry, "code") : "none");
	json_decref(match.fields);
}

START_TEST(explains_what_the_systems_say)
{
	struct err err = ERR_INIT;
	struct dictionary *dictionary = dictionary_load(&err);

	ck_assert_msg(dictionary != NULL, "%s", err.text);
	check_find(dictionary, cases[_i].text, cases[_i].sis, cases[_i].code);
	dictionary_free(dictionary);
}
END_TEST

/* Loads @json as the dictionary. */
static struct dictionary *load(const char *json, struct err *err)
{
	char *folder = scratch_new();
	struct dictionary *dictionary;

	free(scratch_write(folder, "dictionary.json", json));
	setenv("MOCKSIS_FIXTURES", folder, 1);
	dictionary = dictionary_load(err);
	unsetenv("MOCKSIS_FIXTURES");
	scratch_free(folder);
	return dictionary;
}

START_TEST(ranks_what_fits)
{
	struct err err = ERR_INIT;
	struct dictionary *dictionary = load(own, &err);

	ck_assert_msg(dictionary != NULL, "%s", err.text);
	check_find(dictionary, ranks[_i].text, ranks[_i].sis, ranks[_i].code);
	dictionary_free(dictionary);
}
END_TEST

static const char *const bad[] = { "{}", "[]", "{\"entries\": {}}", "{\"entries\": [", "" };

START_TEST(a_broken_one_is_said)
{
	struct err err = ERR_INIT;

	ck_assert_msg(!load(bad[_i], &err), "%s: taken", bad[_i]);
	ck_assert_msg(strstr(err.text, "dictionary.json") != NULL, "%s", err.text);
	dictionary_free(NULL);
}
END_TEST

START_TEST(every_entry_finds_itself)
{
	struct err err = ERR_INIT;
	struct dictionary *dictionary = dictionary_load(&err);
	const json_t *entry, *variant;
	size_t i, k;

	json_array_foreach (dictionary_entries(dictionary), i, entry) {
		const char *sis = jsonx_text(entry, "sis"), *code = jsonx_text(entry, "code");

		check_find(dictionary, jsonx_text(entry, "text"), sis, code);
		json_array_foreach (json_object_get(entry, "texts"), k, variant)
			check_find(dictionary, jsonx_text(variant, "text"), sis, code);
	}
	dictionary_free(dictionary);
}
END_TEST

/* clang-format off */
/* Every row of the public dictionary as far as it is known, and what Canvas says. */
static const struct {
	const char *prefix;
	int digits, count;
} families[] = {
	{ "AER-", 2, 8 },  { "ASP-", 2, 4 }, { "ASP-L", 1, 5 }, { "FOC-", 2, 5 }, { "IC-", 2, 10 },
	{ "PIN-", 2, 2 },  { "PSP-", 2, 13 }, { "SKY-", 2, 1 }, { "BB-", 2, 2 },  { "CLV-", 2, 6 },
	{ "CV-", 2, 20 },  { "KIM-", 2, 4 },
};

static const char *const actors[] = { "teacher in Canvas", "teacher in SIS", "Canvas admin", "SIS admin", "vendor", "Canvas SIS team" };
static const char *const needed[] = { "code", "sis", "name", "text", "provenance", "phase", "cause", "fix", "actor" };
static const char *const optional[] = { "http", "texts", "whole", "inferred", "conflict", "note", "resources" };
/* clang-format on */

static bool is_one_of(const char *word, const char *const words[], size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (same_text(words[i], word))
			return true;
	return false;
}

START_TEST(has_every_row)
{
	struct err err = ERR_INIT;
	struct dictionary *dictionary = dictionary_load(&err);

	for (int i = 1; i <= families[_i].count; i++) {
		char code[16];
		struct matches matches;

		snprintf(code, sizeof code, "%s%0*d", families[_i].prefix, families[_i].digits, i);
		ck_assert_msg(dictionary_search(dictionary, &(struct question){ .text = code },
						&matches) &&
				      matches.count == 1 && matches.items[0].by == MATCHED_CODE,
			      "%s", code);
		matches_release(&matches);
	}
	dictionary_free(dictionary);
}
END_TEST

static void check_provenance(const char *code, const char *provenance)
{
	ck_assert_msg(same_text(provenance, "verified") || same_text(provenance, "lab"), "%s: %s",
		      code, provenance ? provenance : "no provenance");
}

static void check_entry(const struct dictionary *dictionary, const json_t *entry)
{
	const char *code = jsonx_text(entry, "code"), *phase = jsonx_text(entry, "phase"), *key;
	const json_t *value;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(needed); i++)
		ck_assert_msg(jsonx_text(entry, needed[i]) && *jsonx_text(entry, needed[i]),
			      "%s has no %s", code, needed[i]);
	json_object_foreach ((json_t *)(uintptr_t)entry, key, value)
		ck_assert_msg(is_one_of(key, needed, ARRAY_SIZE(needed)) ||
				      is_one_of(key, optional, ARRAY_SIZE(optional)),
			      "%s: %s", code, key);
	ck_assert_msg(is_one_of(jsonx_text(entry, "actor"), actors, ARRAY_SIZE(actors)), "%s: %s",
		      code, jsonx_text(entry, "actor"));
	check_provenance(code, jsonx_text(entry, "provenance"));
	for (; *phase; phase += 2 + (phase[2] == '/')) {
		char name[3] = { phase[0], phase[1], '\0' };

		ck_assert_msg(jsonx_text(dictionary_member(dictionary, "phases"), name) != NULL,
			      "%s: phase %s", code, name);
	}
	value = json_object_get(entry, "http");
	ck_assert_msg(json_is_null(value) ||
			      (json_integer_value(value) >= 400 && json_integer_value(value) < 600),
		      "%s: http", code);
	ck_assert_msg(json_array_size(json_object_get(entry, "resources")) > 0, "%s", code);
	json_array_foreach (json_object_get(entry, "inferred"), i, value)
		ck_assert_msg(json_object_get(entry, json_string_value(value)) != NULL,
			      "%s: inferred %s", code, json_string_value(value));
	json_array_foreach (json_object_get(entry, "texts"), i, value) {
		ck_assert_msg(jsonx_text(value, "text") != NULL, "%s: a variant without text",
			      code);
		if (json_object_get(value, "provenance"))
			check_provenance(code, jsonx_text(value, "provenance"));
	}
}

START_TEST(every_entry_is_whole)
{
	struct err err = ERR_INIT;
	struct dictionary *dictionary = dictionary_load(&err);
	json_t *codes = json_object();
	const json_t *entry;
	size_t i;

	json_array_foreach (dictionary_entries(dictionary), i, entry) {
		const char *code = jsonx_text(entry, "code");

		check_entry(dictionary, entry);
		ck_assert_msg(!json_object_get(codes, code), "%s stands twice", code);
		json_object_set_new(codes, code, json_true());
	}
	ck_assert_uint_gt(json_array_size(dictionary_member(dictionary, "support")), 5);
	json_decref(codes);
	dictionary_free(dictionary);
}
END_TEST

/* @text with its placeholders filled in. Returns (free). */
static char *filled(const char *text)
{
	struct str out = STR_INIT;

	while (*text) {
		size_t length = strcspn(text, "{");

		str_add_bytes(&out, text, length);
		text += length;
		if (!*text)
			break;
		str_add(&out, "class-bio-1");
		text += strcspn(text, "}") + 1;
	}
	return str_take(&out, NULL);
}

/* What the profile NAME answers is found again under the code that it names. */
static void check_profile(const struct dictionary *dictionary, const char *name)
{
	struct err err = ERR_INIT;
	char *path = fixture_path("profiles", name, ".json", &err);
	char *connection_path = fixture_path("connections", name, ".json", &err);
	json_t *profile = jsonx_load_file(path, &err);
	json_t *connection = jsonx_load_file(connection_path, &err);
	const char *fault;
	const json_t *answer;

	ck_assert_msg(err.code == ERR_NONE, "%s", err.text);
	json_object_foreach (json_object_get(profile, "errors"), fault, answer) {
		const char *code = jsonx_text(answer, "code"), *text = jsonx_text(answer, "text");
		struct matches known;

		if (!code)
			continue;
		ck_assert_msg(
			dictionary_search(dictionary, &(struct question){ .text = code }, &known),
			"%s: %s: the dictionary has no %s", name, fault, code);
		if (text) {
			char *said = filled(text);

			check_find(dictionary, said, jsonx_text(connection, "sis_name"), code);
			free(said);
		}
		if (json_object_get(answer, "status") && known.items[0].http)
			ck_assert_msg(jsonx_int(answer, "status") == known.items[0].http,
				      "%s: %s: status %lld, that of %s is %ld", name, fault,
				      (long long)jsonx_int(answer, "status"), code,
				      known.items[0].http);
		matches_release(&known);
	}
	json_decref(profile);
	json_decref(connection);
	free(path);
	free(connection_path);
}

START_TEST(profiles_say_what_the_dictionary_has)
{
	struct err err = ERR_INIT;
	struct dictionary *dictionary = dictionary_load(&err);
	char *root = fixture_root(&err), *folder = path_join(root, "profiles");
	DIR *dir = opendir(folder);
	size_t count = 0;

	ck_assert(dir != NULL);
	for (struct dirent *file; (file = readdir(dir)) != NULL;) {
		size_t length = strlen(file->d_name);
		char *name;

		if (!ends_with(file->d_name, ".json"))
			continue;
		name = xstrndup(file->d_name, length - strlen(".json"));
		check_profile(dictionary, name);
		free(name);
		count++;
	}
	closedir(dir);
	ck_assert_uint_ge(count, 3);
	free(folder);
	free(root);
	dictionary_free(dictionary);
}
END_TEST

/* clang-format off */
/* What the placeholders stand for, as FIELD=VALUE lines in order. */
static const struct {
	const char *text, *fields;
} filled_in[] = {
	{ "Student [Ana Ruiz] does not belong to gradebook [Bio 1].", "student=Ana Ruiz\nclass=Bio 1\n" },
	{ "Student [] does not belong to gradebook [Bio 1].",         "student=\nclass=Bio 1\n" },
	{ "STUDENT [ Ana\n  Ruiz ] does not belong to gradebook [\xc3\x9c 1]", "student=Ana\n  Ruiz\nclass=\xc3\x9c 1\n" },
	{ "ValidationException: comment has more than 100 characters\nand so on", "field=comment\nreason=has more than 100 characters\n" },
	{ "{\"m\": \"Multiple matches found for \\\"[The \\\"real\\\" quiz]\\\" due on [11/16/2026] in OneRoster.\"}", "title=The \"real\" quiz\ndue=11/16/2026\n" },
	{ "{\"broken\": \"Unable to process score for Ana Ruiz\"}]", "student=Ana Ruiz\n" },
	{ "12 Assignments with Errors",                               "count=12\n" },
	{ "Gradebook number does not match.",                         "" },
};

/* For texts that nothing fits: what comes first in their place. */
static const struct {
	const char *text, *sis, *code; /* code: NULL, nothing is near */
} near_misses[] = {
	{ "given GradebookColumTyp has no default GradeScal",     NULL, "ASP-02" },
	{ "the gradebook number doesn't match",                   NULL, "AER-02" },
	{ "Unable to process a score for Ana Ruiz",               "Infinite Campus", "IC-10" },
	{ "no GradeTermDate",                                     NULL, "ASP-L5" },
	{ "the weather is fine today",                            NULL, NULL },
	{ "error",                                                NULL, NULL },
	{ "",                                                     NULL, NULL },
};
/* clang-format on */

/* What Canvas says when an assignment is saved, and a call that is answered alike. */
static const struct {
	const char *text, *phase, *code;
} times[] = {
	{ "dueDate is required: Field Notes", "P4", NULL },
	{ "dueDate is required: Field Notes", NULL, "CV-06" },
	{ "Name is required!", "P0", "CV-04" },
	{ "Name is required!", "P6", NULL },
	{ "Invalid due date", "P4", "FOC-02" },
};

START_TEST(a_form_answers_no_call)
{
	struct err err = ERR_INIT;
	struct dictionary *dictionary = dictionary_load(&err);
	const struct question question = { .text = times[_i].text, .phase = times[_i].phase };
	struct match match;

	dictionary_find(dictionary, &question, &match);
	ck_assert_msg(same_text(jsonx_text(match.entry, "code"), times[_i].code), "%s at %s: %s",
		      times[_i].text, times[_i].phase ? times[_i].phase : "any time",
		      match.entry ? jsonx_text(match.entry, "code") : "none");
	json_decref(match.fields);
	dictionary_free(dictionary);
}
END_TEST

START_TEST(tells_what_was_filled_in)
{
	struct err err = ERR_INIT;
	struct dictionary *dictionary = dictionary_load(&err);
	const struct question question = { .text = filled_in[_i].text };
	struct str lines = STR_INIT;
	struct match match;
	const char *field;
	const json_t *value;

	ck_assert_msg(dictionary_find(dictionary, &question, &match), "%s", filled_in[_i].text);
	json_object_foreach (match.fields, field, value)
		str_format(&lines, "%s=%s\n", field, json_string_value(value));
	ck_assert_msg(strcmp(str_text(&lines), filled_in[_i].fields) == 0, "%s: %s",
		      filled_in[_i].text, str_text(&lines));
	json_decref(match.fields);
	str_release(&lines);
	dictionary_free(dictionary);
}
END_TEST

START_TEST(names_near_misses)
{
	struct err err = ERR_INIT;
	struct dictionary *dictionary = dictionary_load(&err);
	const struct question question = { .text = near_misses[_i].text,
					   .sis = near_misses[_i].sis,
					   .only_sis = near_misses[_i].sis != NULL };
	struct matches matches;
	const char *first;

	ck_assert_msg(!dictionary_search(dictionary, &question, &matches), "%s", question.text);
	dictionary_nearest(dictionary, &question, 3, &matches);
	first = matches.count ? jsonx_text(matches.items[0].entry, "code") : NULL;
	ck_assert_msg(matches.count <= 3 && same_text(first, near_misses[_i].code), "\"%s\": %s",
		      question.text, first ? first : "nothing");
	matches_release(&matches);
	dictionary_free(dictionary);
}
END_TEST

/* A text of the SIS that is asked for is the answer, one of another SIS is none. */
START_TEST(can_be_narrowed)
{
	struct err err = ERR_INIT;
	struct dictionary *dictionary = dictionary_load(&err);
	struct question question = { .text = "Invalid due date" };
	struct matches matches;

	ck_assert(dictionary_search(dictionary, &question, &matches));
	ck_assert_uint_eq(matches.count, 2);
	matches_release(&matches);
	question.sis = "Focus";
	question.only_sis = true;
	ck_assert(dictionary_search(dictionary, &question, &matches));
	ck_assert_uint_eq(matches.count, 1);
	matches_release(&matches);
	question.sis = "Aspen";
	ck_assert(!dictionary_search(dictionary, &question, &matches));
	question.text = "Name is required!"; /* Canvas is part of every sync */
	ck_assert(dictionary_search(dictionary, &question, &matches));
	matches_release(&matches);
	dictionary_free(dictionary);
}
END_TEST

Suite *dictionary_suite(void);
Suite *dictionary_suite(void)
{
	Suite *suite = suite_create("canvas/dictionary");
	TCase *tc = tcase_create("dictionary");

	tcase_add_loop_test(tc, explains_what_the_systems_say, 0, ARRAY_SIZE(cases));
	tcase_add_loop_test(tc, ranks_what_fits, 0, ARRAY_SIZE(ranks));
	tcase_add_loop_test(tc, a_broken_one_is_said, 0, ARRAY_SIZE(bad));
	tcase_add_test(tc, every_entry_finds_itself);
	tcase_add_test(tc, every_entry_is_whole);
	tcase_add_loop_test(tc, has_every_row, 0, ARRAY_SIZE(families));
	tcase_add_test(tc, profiles_say_what_the_dictionary_has);
	tcase_add_loop_test(tc, tells_what_was_filled_in, 0, ARRAY_SIZE(filled_in));
	tcase_add_loop_test(tc, names_near_misses, 0, ARRAY_SIZE(near_misses));
	tcase_add_test(tc, can_be_narrowed);
	tcase_add_loop_test(tc, a_form_answers_no_call, 0, ARRAY_SIZE(times));
	suite_add_tcase(suite, tc);
	return suite;
}
