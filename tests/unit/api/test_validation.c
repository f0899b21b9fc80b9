/*
 * test_validation.c - validation.mode: what is taken, what is refused, and what the
 * diagnostics of the control API say about it.
 */
#include <check.h>

#include "base/jsonx.h"
#include "tests/unit/api/client.h"
#include "tests/unit/helpers.h"

#define V2 "/ims/oneroster/gradebook/v1p2"

#define REF(KEY, PATH, ID, TYPE)                                                              \
	"\"" KEY "\": {\"href\": \"http://h/ims/oneroster/" PATH "/" ID "\", \"sourcedId\": " \
	"\"" ID "\", \"type\": \"" TYPE "\"}"
#define BASE(ID)                                              \
	"\"sourcedId\": \"" ID "\", \"status\": \"active\", " \
	"\"dateLastModified\": \"2026-11-16T17:00:00.000Z\", "

/* As the schema has it, and as Google's test client sends it (traps B1). */
#define STRICT_11                                                                                  \
	"{\"lineItem\": {" BASE(                                                                   \
		"l-1") "\"title\": \"T\", \"assignDate\": "                                        \
		       "\"2026-11-01T00:00:00.000Z\", \"dueDate\": "                               \
		       "\"2026-11-20T00:00:00.000Z\", " REF(                                       \
			       "class", "v1p1/classes", "class-bio-1",                             \
			       "class") ", " REF("category", "v1p1/categories", "cat-tests",       \
						 "category") ", " REF("gradingPeriod",             \
								      "v1p1/academicSessions",     \
								      "gp-q2",                     \
								      "academicSession") ", "      \
											 "\"resul" \
											 "tValueM" \
											 "in\": "  \
											 "0, "     \
											 "\"resul" \
											 "tValueM" \
											 "ax\": "  \
											 "10}}"
#define STRICT_12                                                                                \
	"{\"lineItem\": {" BASE(                                                                 \
		"l-1") "\"title\": \"T\", \"assignDate\": "                                      \
		       "\"2026-11-01T00:00:00.000Z\", \"dueDate\": "                             \
		       "\"2026-11-20T00:00:00.000Z\", " REF(                                     \
			       "class", "rostering/v1p2/classes", "class-bio-1",                 \
			       "class") ", " REF("school", "rostering/v1p2/orgs", "school-high", \
						 "org") ", " REF("category",                     \
								 "gradebook/v1p2/categories",    \
								 "cat-tests", "category") "}}"
/* Sound, but of a session that nobody knows. */
#define STRANGE                                                                                    \
	"{\"lineItem\": {" BASE(                                                                   \
		"l-1") "\"title\": \"T\", \"assignDate\": "                                        \
		       "\"2026-11-01T00:00:00.000Z\", \"dueDate\": "                               \
		       "\"2026-11-20T00:00:00.000Z\", " REF(                                       \
			       "class", "rostering/v1p2/classes", "class-bio-1",                   \
			       "class") ", " REF("school", "rostering/v1p2/orgs", "school-high",   \
						 "org") ", " REF("academicSession",                \
								 "rostering/v1p2/"                 \
								 "academicSessions",               \
								 "gp-99",                          \
								 "academicSession") ", " REF("cat" \
											     "ego" \
											     "ry", \
											     "gra" \
											     "deb" \
											     "ook" \
											     "/v1" \
											     "p2/" \
											     "cat" \
											     "ego" \
											     "rie" \
											     "s",  \
											     "cat" \
											     "-te" \
											     "st"  \
											     "s",  \
											     "cat" \
											     "ego" \
											     "ry") "}}"
#define LENIENT "{\"lineItem\": {\"title\": \"T\", \"class\": {\"sourcedId\": \"class-bio-1\"}}}"
#define NAMED                                                                                   \
	"{\"lineItem\": {\"sourcedId\": \"l-1\", \"title\": \"T\", \"class\": {\"sourcedId\": " \
	"\"class-bio-1\"}}}"
#define WRONG "{\"lineItem\": {\"title\": 7, \"class\": {\"sourcedId\": \"class-bio-1\"}}}"
#define POSTED "{\"lineItems\": [{\"sourcedId\": \"t\", \"title\": \"T\", \"late\": true}]}"

/* clang-format off */
static const struct {
	const char *name, *mode, *method, *target, *body;
	int status;
	const char *object, *pointer, *rule; /* one of the diagnostics; NULL: there is none */
} cases[] = {
	{ "lenient",           "lenient", "PUT", V1 "/lineItems/l-1", LENIENT, 201, NULL, NULL, NULL },
	{ "strict, sound",     "strict",  "PUT", V1 "/lineItems/l-1", STRICT_11, 201, NULL, NULL, NULL },
	{ "strict, lenient",   "strict",  "PUT", V1 "/lineItems/l-1", LENIENT, 400, "lineItems/l-1", "/lineItem/class/href", "OR-REF-HREF" },
	{ "report",            "report",  "PUT", V1 "/lineItems/l-1", LENIENT, 201, "lineItems/l-1", "/lineItem/sourcedId", "OR-REQUIRED" },
	{ "lenient, its id",   "lenient", "PUT", V1 "/lineItems/l-1", NAMED, 201, NULL, NULL, NULL },
	{ "strict, its id",    "strict",  "PUT", V1 "/lineItems/l-1", NAMED, 400, "lineItems/l-1", "/lineItem/class/href", "OR-REF-HREF" },
	{ "report, its id",    "report",  "PUT", V1 "/lineItems/l-1", NAMED, 201, "lineItems/l-1", "/lineItem/class/href", "OR-REF-HREF" },
	{ "report, wrong",     "report",  "PUT", V1 "/lineItems/l-1", WRONG, 400, "lineItems/l-1", "/lineItem/title", "OR-TYPE" },
	{ "report, sound",     "report",  "PUT", V1 "/lineItems/l-1", STRICT_11, 201, NULL, NULL, NULL },
	{ "strict 1.2, sound", "strict",  "PUT", V2 "/lineItems/l-1", STRICT_12, 201, NULL, NULL, NULL },
	{ "strict 1.2",        "strict",  "PUT", V2 "/lineItems/l-1", LENIENT, 422, "lineItems/l-1", "/lineItem/school", "OR-REQUIRED" },
	{ "1.1's in 1.2",      "strict",  "PUT", V2 "/lineItems/l-1", STRICT_11, 422, "lineItems/l-1", "/lineItem/school", "OR-REQUIRED" },
	{ "report a POST",     "report",  "POST", V2 "/classes/class-bio-1/lineItems", POSTED, 201, "lineItems", "/lineItems/0/late", "OR-MEMBER-UNKNOWN" },
	{ "a strange session", "strict",  "PUT", V2 "/lineItems/l-1", STRANGE, 422, NULL, NULL, NULL },
	{ "and in report",     "report",  "PUT", V2 "/lineItems/l-1", STRANGE, 201, "lineItems/l-1", "/lineItem/academicSession/sourcedId", "OR-REF-UNKNOWN" },
	{ "and leniently",     "lenient", "PUT", V2 "/lineItems/l-1", STRANGE, 201, NULL, NULL, NULL },
	{ "strict POST",       "strict",  "POST", V2 "/classes/class-bio-1/lineItems", POSTED, 422, "lineItems", "/lineItems/0/dueDate", "OR-REQUIRED" },
};
/* clang-format on */

/* The diagnostic of that pointer and rule; each has all the members of the contract. */
static bool find(const json_t *items, const char *pointer, const char *rule, const char *object)
{
	static const char *const members[] = { "at",       "object", "pointer", "rule",
					       "severity", "source", "found",   "expected" };
	const json_t *item;
	bool found = false;
	size_t i;

	json_array_foreach (items, i, item) {
		for (size_t k = 0; k < ARRAY_SIZE(members); k++)
			ck_assert_msg(jsonx_text(item, members[k]) != NULL, "%s", members[k]);
		found = found || (same_text(jsonx_text(item, "pointer"), pointer) &&
				  same_text(jsonx_text(item, "rule"), rule) &&
				  same_text(jsonx_text(item, "object"), object));
	}
	return found;
}

START_TEST(validates_as_the_mode_says)
{
	char *quirks = xformat("\"validation.mode\": \"%s\"", cases[_i].mode);
	struct provider provider;
	struct answer answer;

	provider_open(&provider, quirks, "");
	answer = ask(&provider, cases[_i].method, cases[_i].target, cases[_i].body);
	ck_assert_msg(answer.status == cases[_i].status, "%s: %d %s", cases[_i].name, answer.status,
		      answer.text);
	ck_assert_msg(answer.status < 400 || !cases[_i].rule || strstr(answer.text, "expected"),
		      "%s: %s", cases[_i].name, answer.text);
	ck_assert_msg(answer.status < 400 || cases[_i].rule || strstr(answer.text, "gp-99"),
		      "%s: %s", cases[_i].name, answer.text);
	answer_free(&answer);

	provider.registry.admin_token = "t";
	provider.authorization = "Bearer t";
	answer = ask(&provider, "GET", "/admin/sandboxes/default/diagnostics", NULL);
	ck_assert_int_eq(answer.status, 200);

	const json_t *items = json_object_get(answer.json, "items");

	if (cases[_i].rule)
		ck_assert_msg(find(items, cases[_i].pointer, cases[_i].rule, cases[_i].object),
			      "%s: %s", cases[_i].name, answer.text);
	else
		ck_assert_msg(json_array_size(items) == 0, "%s: %s", cases[_i].name, answer.text);
	answer_free(&answer);
	provider_close(&provider);
	free(quirks);
}
END_TEST

/* --validation of the command line beats the profile. */
START_TEST(the_command_line_beats_the_profile)
{
	struct provider provider;

	provider_open(&provider, "\"validation.mode\": \"strict\"", "");
	ck_assert_int_eq(ask_status(&provider, "PUT", V1 "/lineItems/l-1", LENIENT), 400);
	provider.sandbox->validation = "lenient";
	ck_assert_int_eq(ask_status(&provider, "PUT", V1 "/lineItems/l-1", LENIENT), 201);
	provider_close(&provider);
}
END_TEST

static const struct {
	const char *method, *target, *authorization;
	int status;
} refusals[] = {
	{ "GET", "/admin/sandboxes/default/diagnostics", NULL, 401 },
	{ "GET", "/admin/sandboxes/default/diagnostics", "Bearer u", 401 },
	{ "GET", "/admin/sandboxes/default/diagnostics", "Basic t", 401 },
	{ "GET", "/admin/nothing", NULL, 401 },
	{ "GET", "/admin/sandboxes/none/diagnostics", "Bearer t", 404 },
	{ "GET", "/admin/sandboxes/default/nothing", "Bearer t", 404 },
	{ "DELETE", "/admin/sandboxes/default/diagnostics", "Bearer t", 405 },
};

START_TEST(the_control_api_is_guarded)
{
	struct provider provider;
	struct answer answer;

	provider_open(&provider, "", "");
	provider.registry.admin_token = "t";
	provider.authorization = refusals[_i].authorization;
	answer = ask(&provider, refusals[_i].method, refusals[_i].target, NULL);
	ck_assert_msg(answer.status == refusals[_i].status, "%s: %d", refusals[_i].target,
		      answer.status);
	ck_assert_msg(jsonx_text(json_object_get(answer.json, "error"), "message") != NULL, "%s",
		      answer.text);
	answer_free(&answer);
	provider_close(&provider);
}
END_TEST

/* What a client sends does not lie in memory ten thousand times. */
START_TEST(notes_of_long_texts_are_short)
{
	struct provider provider;
	char *name = xcalloc(1, 100001);

	memset(name, 'x', 100000);
	provider_open(&provider, "\"validation.mode\": \"report\"", "");
	provider.registry.admin_token = "t";

	char *body = xformat("{\"lineItem\": {\"%s\": 1, \"status\": \"%s\"}}", name, name);
	char *target = xformat(V1 "/lineItems/%.3000s", name);

	ck_assert_int_eq(ask_status(&provider, "PUT", target, body), 400);
	provider.authorization = "Bearer t";

	struct answer answer = ask(&provider, "GET", "/admin/sandboxes/default/diagnostics", NULL);

	ck_assert_int_eq(answer.status, 200);
	ck_assert_uint_gt(json_array_size(json_object_get(answer.json, "items")), 1);
	ck_assert_uint_lt(strlen(answer.text), 20000);
	answer_free(&answer);
	provider_close(&provider);
	free(target);
	free(body);
	free(name);
}
END_TEST

Suite *validation_suite(void);
Suite *validation_suite(void)
{
	Suite *suite = suite_create("api/validation");
	TCase *tc = tcase_create("validation");

	tcase_add_loop_test(tc, validates_as_the_mode_says, 0, ARRAY_SIZE(cases));
	tcase_add_test(tc, the_command_line_beats_the_profile);
	tcase_add_test(tc, notes_of_long_texts_are_short);
	tcase_add_loop_test(tc, the_control_api_is_guarded, 0, ARRAY_SIZE(refusals));
	suite_add_tcase(suite, tc);
	return suite;
}
