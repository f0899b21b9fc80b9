/*
 * test_demands.c - what single clients demand of a provider: the switches for them, on
 * and off, in both versions (traps B7, E6, E7, C14, A29).
 */
#include <check.h>

#include "base/jsonx.h"
#include "tests/unit/api/client.h"
#include "tests/unit/helpers.h"

#define ITEM(title) \
	"{\"lineItem\": {\"title\": \"" title "\", \"class\": {\"sourcedId\": \"class-bio-1\"}}}"

static const char *const roots[] = { V1, GRADEBOOK_V2 };

static struct provider provider;

static void close_provider(void)
{
	provider_close(&provider);
}

/* clang-format off */
static const struct {
	const char *quirks;
	int created, replaced;
	bool body;
} writes[] = {
	{ "",                                                     201, 200, false },
	{ "\"put.replace_status\": 200",                          201, 200, false },
	{ "\"put.replace_status\": 201",                          201, 201, false },
	{ "\"put.returns_object\": true",                         201, 200, true },
	{ "\"put.returns_object\": true, \"put.replace_status\": 201", 201, 201, true },
	{ "\"put.returns_object\": false",                        201, 200, false },
};

static const struct {
	const char *quirks;
	int first, second, then; /* DELETE, DELETE again, GET */
	const char *status;      /* of what is left; NULL: nothing is */
} deletes[] = {
	{ "",                                   204, 404, 404, NULL },
	{ "\"delete.mode\": \"hard\"",          204, 404, 404, NULL },
	{ "\"delete.mode\": \"soft\"",          204, 404, 200, "tobedeleted" },
	{ "\"delete.mode\": \"unsupported\"",   405, 405, 200, "active" },
};

/* What stands in an answer, and what does not. */
static const struct {
	const char *quirks, *target, *there, *absent;
} reads[] = {
	{ "",                            V1 "/users/teacher-01", "\"enabledUser\":\"true\"", "\"enabledUser\":true" },
	{ "\"json.boolean\": \"json\"",  V1 "/users/teacher-01", "\"enabledUser\":true", "\"enabledUser\":\"" },
	{ "\"json.boolean\": \"string\"", V1 "/users/teacher-01", "\"enabledUser\":\"true\"", "\"enabledUser\":true" },
	{ "\"json.boolean\": \"json\"",  ROSTERING_V2 "/users/teacher-01", "\"enabledUser\":\"true\"", "\"enabledUser\":true" },
	{ "",                            V1 "/terms", "{\"academicSessions\":[", "\"terms\":" },
	{ "",                            ROSTERING_V2 "/gradingPeriods", "{\"academicSessions\":[", "\"gradingPeriods\":" },
	{ "",                            ROSTERING_V2 "/classes/class-bio-1/students", "{\"users\":[", "\"students\":" },
	{ "",                            V1 "/schools", "{\"orgs\":[", "\"schools\":" },
	{ "\"json.collection_key\": \"path\"", V1 "/terms", "{\"terms\":[", "\"academicSessions\":" },
	{ "\"json.collection_key\": \"path\"", V1 "/gradingPeriods", "{\"gradingPeriods\":[", "\"academicSessions\":" },
	{ "\"json.collection_key\": \"path\"", ROSTERING_V2 "/gradingPeriods", "{\"gradingPeriods\":[", "\"academicSessions\":[" },
	{ "\"json.collection_key\": \"path\"", ROSTERING_V2 "/terms/term-fall/gradingPeriods", "{\"gradingPeriods\":[", "\"academicSessions\":[" },
	{ "\"json.collection_key\": \"path\"", V1 "/students", "{\"students\":[", "\"users\":" },
	{ "\"json.collection_key\": \"path\"", ROSTERING_V2 "/classes/class-bio-1/teachers", "{\"teachers\":[", "\"users\":" },
	{ "\"json.collection_key\": \"path\"", V1 "/schools", "{\"schools\":[", "\"orgs\":" },
	{ "\"json.collection_key\": \"path\"", V1 "/users", "{\"users\":[", NULL },
	{ "\"json.collection_key\": \"path\"", GRADEBOOK_V2 "/classes/class-bio-1/lineItems", "{\"lineItems\":[]", NULL },
	{ "\"json.collection_key\": \"path\"", V1 "/terms/term-fall", "{\"academicSession\":{", "\"term\":" }, /* one object */
	{ "",                            V1 "/orgs", "{\"orgs\":[", "statusInfo" },
	{ "",                            ROSTERING_V2 "/orgs", "{\"orgs\":[", "imsx_" },
	{ "\"json.status_in_success\": true", V1 "/orgs", "],\"statusInfoSet\":[{\"imsx_codeMajor\":\"success\",\"imsx_severity\":\"status\"", "failure" },
	{ "\"json.status_in_success\": true", V1 "/orgs", "\"imsx_codeMinor\":\"full success\"", NULL },
	{ "\"json.status_in_success\": true", V1 "/orgs/school-high", "},\"statusInfoSet\":[{", NULL },
	{ "\"json.status_in_success\": true", ROSTERING_V2 "/orgs", "],\"imsx_statusInfo\":{\"imsx_codeMajor\":\"success\",\"imsx_severity\":\"status\"", "statusInfoSet" },
	{ "\"json.status_in_success\": true", ROSTERING_V2 "/orgs/school-high", "\"imsx_codeMinorFieldValue\":\"fullsuccess\"", NULL },
	{ "\"json.status_in_success\": true", V1 "/orgs?sort=x", "\"imsx_severity\":\"warning\"", "full success" },
	{ "\"json.status_in_success\": true", V1 "/orgs/nowhere", "\"imsx_codeMajor\":\"failure\"", "success" },
	{ "\"json.status_in_success\": true", ROSTERING_V2 "/orgs/nowhere", "{\"imsx_codeMajor\":\"failure\"", "statusInfo" },
};

/* References of each version lead into the service that owns the object. */
static const struct {
	const char *quirks, *target, *there;
} links[] = {
	{ "", V1 "/classes/class-bio-1", "{\"href\":\"http://sis.example.org" V1 "/courses/course-bio\",\"sourcedId\":\"course-bio\",\"type\":\"course\"}" },
	{ "", ROSTERING_V2 "/classes/class-bio-1", "{\"href\":\"http://sis.example.org" ROSTERING_V2 "/courses/course-bio\"," },
	{ "", "/sandboxes/default" V1 "/classes/class-bio-1", "{\"href\":\"http://sis.example.org/sandboxes/default" V1 "/courses/course-bio\"," },
	{ "\"href.form\": \"relative\"", ROSTERING_V2 "/classes/class-bio-1", "{\"href\":\"" ROSTERING_V2 "/courses/course-bio\"," },
	{ "\"href.form\": \"none\"", ROSTERING_V2 "/classes/class-bio-1", "\"course\":{\"sourcedId\":\"course-bio\"," },
	{ "", GRADEBOOK_V2 "/lineItems/l-0", "{\"href\":\"http://sis.example.org" ROSTERING_V2 "/classes/class-bio-1\"," },
	{ "", GRADEBOOK_V2 "/lineItems/l-0", "{\"href\":\"http://sis.example.org" GRADEBOOK_V2 "/categories/cat-tests\"," },
	{ "", V1 "/lineItems/l-0", "{\"href\":\"http://sis.example.org" V1 "/categories/cat-tests\"," },
	{ "", ROSTERING_V2 "/users/teacher-01", "\"roles\":[{\"roleType\":\"primary\",\"role\":\"teacher\",\"org\":{\"href\":\"http://sis.example.org" ROSTERING_V2 "/orgs/school-high\"," },
	{ "\"json.null_for_missing\": true", GRADEBOOK_V2 "/lineItems/l-0", "\"description\":null," },
};
/* clang-format on */

START_TEST(put_answers)
{
	provider_open(&provider, writes[_i].quirks, "");
	for (size_t v = 0; v < ARRAY_SIZE(roots); v++) {
		char *target = xformat("%s/lineItems/put-%zu", roots[v], v);
		char *href = xformat("%s/classes/class-bio-1\"", v ? ROSTERING_V2 : V1);

		for (int again = 0; again < 3; again++) {
			struct answer answer = ask(&provider, "PUT", target, ITEM("T"));

			ck_assert_msg(
				answer.status == (again ? writes[_i].replaced : writes[_i].created),
				"%s %s, %d: %d", writes[_i].quirks, target, again, answer.status);
			ck_assert_msg((answer.json != NULL) == writes[_i].body, "%s: %s", target,
				      answer.text);
			if (answer.json)
				ck_assert_msg(strstr(answer.text, href) &&
						      strstr(answer.text, "{\"lineItem\":{"),
					      "%s: %s", target, answer.text);
			answer_free(&answer);
		}
		free(href);
		free(target);
	}
}
END_TEST

START_TEST(delete_leaves)
{
	provider_open(&provider, deletes[_i].quirks, "");
	for (size_t v = 0; v < ARRAY_SIZE(roots); v++) {
		char *target = xformat("%s/lineItems/l-%zu", roots[v], v);
		char *list = xformat("%s/classes/class-bio-1/lineItems?filter=sourcedId='l-%zu'",
				     roots[v], v);
		struct answer answer;

		ck_assert_int_eq(ask_status(&provider, "PUT", target, ITEM("T")), 201);
		ck_assert_int_eq(ask_status(&provider, "DELETE", target, NULL), deletes[_i].first);
		ck_assert_int_eq(ask_status(&provider, "DELETE", target, NULL), deletes[_i].second);
		answer = ask(&provider, "GET", target, NULL);
		ck_assert_int_eq(answer.status, deletes[_i].then);
		if (deletes[_i].status)
			ck_assert_str_eq(
				jsonx_text(json_object_get(answer.json, "lineItem"), "status"),
				deletes[_i].status);
		answer_free(&answer);
		answer = ask(&provider, "GET", list, NULL);
		ck_assert_str_eq(answer.total, deletes[_i].status ? "1" : "0");
		answer_free(&answer);
		/* and it can be written again */
		ck_assert_int_eq(ask_status(&provider, "PUT", target, ITEM("T")),
				 deletes[_i].status ? 200 : 201);
		answer = ask(&provider, "OPTIONS", target, NULL);
		ck_assert_msg((strstr(answer.allow, "DELETE") != NULL) ==
				      (deletes[_i].first != 405),
			      "%s: %s", deletes[_i].quirks, answer.allow);
		answer_free(&answer);
		free(list);
		free(target);
	}
}
END_TEST

START_TEST(reads_say)
{
	struct answer answer;

	provider_open(&provider, reads[_i].quirks, "");
	answer = ask(&provider, "GET", reads[_i].target, NULL);
	ck_assert_msg(strstr(answer.text, reads[_i].there) != NULL, "%s: %s: %s", reads[_i].quirks,
		      reads[_i].target, answer.text);
	ck_assert_msg(!reads[_i].absent || !strstr(answer.text, reads[_i].absent), "%s: %s: %s",
		      reads[_i].quirks, reads[_i].target, answer.text);
	answer_free(&answer);
}
END_TEST

START_TEST(references_lead)
{
	struct answer answer;

	provider_open(&provider, links[_i].quirks, "");
	put_row(provider.sandbox->store, &ENTITY_LINE_ITEMS,
		"{\"sourcedId\": \"l-0\", \"title\": \"T\", \"class\": {\"sourcedId\": "
		"\"class-bio-1\"}, \"category\": {\"sourcedId\": \"cat-tests\"}}");
	answer = ask(&provider, "GET", links[_i].target, NULL);
	ck_assert_msg(strstr(answer.text, links[_i].there) != NULL, "%s: %s: %s", links[_i].quirks,
		      links[_i].target, answer.text);
	answer_free(&answer);
}
END_TEST

/* B7: what Canvas calls modified: the provider chooses the sourcedId and says it. */
START_TEST(the_provider_chooses)
{
	static const char *const modes[] = { "\"sourcedid.mode\": \"server\"",
					     "\"sourcedid.mode\": \"either\"" };

	provider_open(&provider, modes[_i], "");
	for (size_t v = 0; v < ARRAY_SIZE(roots); v++) {
		char *target = xformat("%s/lineItems/asked-%zu", roots[v], v), *there, *id = NULL;

		for (int again = 0; again < 2; again++) {
			struct answer answer = ask(&provider, "PUT", target, ITEM("T"));
			const char *chosen = jsonx_text(json_object_get(answer.json, "lineItem"),
							"sourcedId");

			ck_assert_int_eq(answer.status, again ? 200 : 201);
			ck_assert_msg(chosen && !strstr(chosen, "asked"), "%s", answer.text);
			ck_assert_msg(!id || strcmp(id, chosen) == 0, "%s is not %s", chosen, id);
			free(id);
			id = xstrdup(chosen);
			answer_free(&answer);
		}
		there = xformat("%s/lineItems/%s", roots[v], id);
		ck_assert_int_eq(ask_status(&provider, "GET", there, NULL), 200);
		ck_assert_int_eq(ask_status(&provider, "GET", target, NULL), 404);
		free(there);
		free(id);
		free(target);
	}
}
END_TEST

/* A status beside what a write answers with: the object, or the pairs of ids. */
START_TEST(writes_say_that_all_is_well)
{
	struct answer answer;

	provider_open(&provider, "\"json.status_in_success\": true, \"put.returns_object\": true",
		      "");
	answer = ask(&provider, "PUT", V1 "/lineItems/l", ITEM("T"));
	ck_assert_msg(strstr(answer.text, ",\"statusInfoSet\":[{\"imsx_codeMajor\":\"success\""),
		      "%s", answer.text);
	answer_free(&answer);
	answer = ask(&provider, "POST", GRADEBOOK_V2 "/classes/class-bio-1/lineItems",
		     "{\"lineItems\": [{\"sourcedId\": \"t\", \"title\": \"T\"}]}");
	ck_assert_int_eq(answer.status, 201);
	ck_assert_msg(strstr(answer.text, "],\"imsx_statusInfo\":{"), "%s", answer.text);
	answer_free(&answer);
}
END_TEST

/* E7: Infinite Campus's own test client sends a final grade without scoreStatus. */
START_TEST(a_final_grade_is_a_result)
{
	static const char grade[] =
		"{\"result\": {\"sourcedId\": \"final\", \"lineItem\": {\"sourcedId\": \"l-0\"}, "
		"\"student\": {\"sourcedId\": \"student-005\"}, \"score\": 92, \"scoreDate\": "
		"\"2026-12-18\", \"metadata\": {\"ext_infiniteCampus_scoreGrade\": \"A-\"}}}";

	provider_open(&provider, "", "");
	ck_assert_int_eq(ask_status(&provider, "PUT", V1 "/lineItems/l-0", ITEM("Final")), 201);
	for (size_t v = 0; v < ARRAY_SIZE(roots); v++) {
		char *target = xformat("%s/results/final", roots[v]);

		ck_assert_int_eq(ask_status(&provider, "PUT", target, grade), v ? 200 : 201);
		for (size_t r = 0; r < ARRAY_SIZE(roots); r++) {
			char *there = xformat("%s/results?filter=metadata.ext_infiniteCampus_"
					      "scoreGrade='A-'",
					      roots[r]);
			struct answer answer = ask(&provider, "GET", there, NULL);
			const json_t *result = json_array_get(
				json_object_get(answer.json, "results"), 0);

			ck_assert_msg(same_text(answer.total, "1"), "%s: %s", there, answer.text);
			ck_assert_ptr_null(json_object_get(result, "scoreStatus"));
			ck_assert_str_eq(jsonx_text(json_object_get(result, "metadata"),
						    "ext_infiniteCampus_scoreGrade"),
					 "A-");
			answer_free(&answer);
			free(there);
		}
		free(target);
	}
}
END_TEST

Suite *demands_suite(void);
Suite *demands_suite(void)
{
	Suite *suite = suite_create("api/demands");
	TCase *tc = tcase_create("demands");

	tcase_add_checked_fixture(tc, NULL, close_provider);
	tcase_add_loop_test(tc, put_answers, 0, ARRAY_SIZE(writes));
	tcase_add_loop_test(tc, delete_leaves, 0, ARRAY_SIZE(deletes));
	tcase_add_loop_test(tc, reads_say, 0, ARRAY_SIZE(reads));
	tcase_add_loop_test(tc, references_lead, 0, ARRAY_SIZE(links));
	tcase_add_loop_test(tc, the_provider_chooses, 0, 2);
	tcase_add_test(tc, writes_say_that_all_is_well);
	tcase_add_test(tc, a_final_grade_is_a_result);
	suite_add_tcase(suite, tc);
	return suite;
}
