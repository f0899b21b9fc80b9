/*
 * test_answer.c - refusals in all their forms (fact sheet 1.1, section 9).
 */
#include <check.h>

#include "conformance/canvas/answer.h"

#define JSON "application/json"

/* clang-format off */
static const struct {
	const char *name;
	long status;
	const char *type, *body, *text, *minor; /* minor: NULL, none */
} cases[] = {
	{ "shape A",                404, JSON, "{\"statusInfoSet\": [{\"imsx_codeMajor\": \"failure\", \"imsx_description\": \"Unknown object: li-9\", \"imsx_codeMinor\": \"unknown object\"}]}", "Unknown object: li-9", "unknown object" },
	{ "shape A, not a list",    400, JSON, "{\"statusInfoSet\": {\"imsx_description\": \"no\", \"imsx_codeMinor\": \"invalid data\"}}", "no", "invalid data" },
	{ "shape A beside data",    200, JSON, "{\"users\": [], \"statusInfoSet\": [{\"imsx_description\": \"sorted by default\", \"imsx_codeMinor\": \"invalid_sort_field\"}]}", "sorted by default", "invalid_sort_field" },
	{ "shape B",                400, JSON, "{\"errors\": [{\"codeMajor\": \"failure\", \"codeMinor\": \"invalid data\", \"description\": \"bad title\"}]}", "bad title", "invalid data" },
	{ "shape B, not a list",    400, JSON, "{\"errors\": {\"codeMinor\": \"unknown object\", \"description\": \"gone\"}}", "gone", "unknown object" },
	{ "shape C",                422, JSON, "{\"imsx_codeMajor\": \"failure\", \"imsx_description\": \"no class\", \"imsx_CodeMinor\": {\"imsx_codeMinorField\": [{\"imsx_codeMinorFieldName\": \"TargetEndSystem\", \"imsx_codeMinorFieldValue\": \"unknownobject\"}]}}", "no class", "unknownobject" },
	{ "shape C, wrapped",       400, JSON, "{\"imsx_StatusInfo\": {\"imsx_description\": \"wrapped\", \"imsx_codeMinor\": \"invaliddata\"}}", "wrapped", "invaliddata" },
	{ "Ed-Fi, flat",            400, JSON, "{\"imsx_codeMajor\": \"failure\", \"imsx_description\": \"flat\", \"imsx_codeMinor\": \"invalid_data\"}", "flat", "invalid_data" },
	{ "a bare list",            400, JSON, "[{\"imsx_description\": \"listed\"}]", "listed", NULL },
	{ "message",                500, JSON, "{\"message\": \"boom\"}", "boom", NULL },
	{ "an OAuth error",         401, JSON, "{\"error\": \"invalid_client\"}", "invalid_client", NULL },
	{ "not ASCII",              400, JSON, "{\"message\": \"\xc5\xbb\xc3\xb3\xc5\x82w\"}", "\xc5\xbb\xc3\xb3\xc5\x82w", NULL },
	{ "JSON that says nothing", 400, JSON, "{\"users\": []}", "HTTP 400 without a description", NULL },
	{ "an empty description",   400, JSON, "{\"message\": \"\"}", "HTTP 400 without a description", NULL },
	{ "a description that is none", 400, JSON, "{\"message\": 7}", "HTTP 400 without a description", NULL },
	{ "an empty list",          400, JSON, "{\"statusInfoSet\": []}", "HTTP 400 without a description", NULL },
	{ "nothing",                500, NULL, "", "HTTP 500 without a description", NULL },
	{ "plain text",             403, "text/plain", "403 Forbidden (Rate Limit Exceeded)\n", "403 Forbidden (Rate Limit Exceeded)", NULL },
	{ "text on lines",          500, "text/plain", "one\r\n\r\n  two\t three", "one two three", NULL },
	{ "text with a comparison", 400, "text/plain", "score must be < 100 points", "score must be < 100 points", NULL },
	{ "a JSON string",          400, JSON, "\"bad\"", "\"bad\"", NULL },
	{ "JSON cut short",         400, JSON, "{\"message\": \"bo", "{\"message\": \"bo", NULL },
	{ "HTML",                   503, "text/html", "<html>\n<body><h1>Service <b>Unavailable</b></h1></body></html>", "Service Unavailable", NULL },
	{ "HTML that says nothing", 503, "text/html", "<html><body></body></html>", "HTTP 503 without a description", NULL },
	{ "only blanks",            503, NULL, " \n ", "HTTP 503 without a description", NULL },
	{ "not UTF-8",              500, "text/plain", "caf\xe9", "caf?", NULL },
};

static const struct {
	long status;
	bool answered, success;
} statuses[] = {
	{ 200, true, true }, { 201, true, true }, { 204, true, true }, { 299, true, true },
	{ 199, true, false }, { 301, true, false }, { 400, true, false }, { 500, true, false },
	{ 200, false, false }, { 0, false, false },
};

static const struct {
	const char *headers, *name, *value;
} headers[] = {
	{ "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Total-Count: 7\r\n\r\n", "x-total-count", "7" },
	{ "Link:<a>; rel=\"next\"\r\n", "Link", "<a>; rel=\"next\"" },
	{ "Content-Type:   a b\r\n", "Content-Type", "a b" },
	{ "Content-Typed: x\r\n", "Content-Type", NULL },
	{ "X: Content-Type: x\r\n", "Content-Type", NULL },
	{ "Content-Type:\r\n", "Content-Type", "" },
	{ "", "Content-Type", NULL },
};
/* clang-format on */

static void make(struct call *call, long status, const char *type, const char *body)
{
	*call = (struct call){
		.answered = true, .status = status, .answer = STR_INIT, .headers = STR_INIT
	};
	str_add(&call->answer, body);
	if (type)
		str_format(&call->headers, "HTTP/1.1 %ld X\r\nContent-Type: %s\r\n\r\n", status,
			   type);
}

START_TEST(says_what_the_provider_said)
{
	struct call call;
	char *text, *minor;

	make(&call, cases[_i].status, cases[_i].type, cases[_i].body);
	text = answer_text(&call);
	minor = answer_minor(&call);
	ck_assert_msg(strcmp(text, cases[_i].text) == 0, "%s: \"%s\"", cases[_i].name, text);
	ck_assert_msg(same_text(minor, cases[_i].minor), "%s: %s", cases[_i].name,
		      minor ? minor : "no minor code");
	free(text);
	free(minor);
	call_release(&call);
}
END_TEST

START_TEST(a_long_page_is_cut)
{
	struct call call;
	char *text;

	make(&call, 500, "text/html", "<p>");
	for (int i = 0; i < 2000; i++)
		str_add(&call.answer, "\xc3\xa9");
	text = answer_text(&call);
	ck_assert_uint_le(strlen(text), 400);
	ck_assert(utf8_valid(text, strlen(text), NULL));
	free(text);
	call_release(&call);
}
END_TEST

START_TEST(nobody_answered)
{
	struct call call = { .answered = false, .error = "Connection refused" };
	char *text = answer_text(&call), *minor = answer_minor(&call);

	ck_assert_str_eq(text, "Connection refused");
	ck_assert_ptr_null(minor);
	free(text);
}
END_TEST

START_TEST(knows_success)
{
	struct call call = { .answered = statuses[_i].answered, .status = statuses[_i].status };

	ck_assert_msg(answer_is_success(&call) == statuses[_i].success, "%ld", statuses[_i].status);
}
END_TEST

static const struct {
	const char *type, *body, *says; /* says: NULL, it is JSON */
} bodies[] = {
	{ JSON, "{\"users\": []}", NULL },
	{ "text/plain", "[]", NULL },
	{ NULL, "", "empty body" },
	{ "text/html; charset=utf-8", "<html>", "HTML (text/html; charset=utf-8)" },
	{ JSON, "{\"users\": [}", "line 1" },
	{ NULL, "oops", "not JSON" },
};

START_TEST(says_what_came_instead_of_json)
{
	struct call call;
	struct err err = ERR_INIT;
	json_t *body;

	make(&call, 200, bodies[_i].type, bodies[_i].body);
	body = answer_json(&call, &err);
	ck_assert_msg((body != NULL) == !bodies[_i].says, "%s: %s", bodies[_i].body, err.text);
	if (!body)
		ck_assert_msg(strstr(err.text, bodies[_i].says) && strstr(err.text, "200"), "%s",
			      err.text);
	json_decref(body);
	call_release(&call);
}
END_TEST

START_TEST(finds_headers)
{
	struct call call = { .headers = STR_INIT };
	char *value;

	str_add(&call.headers, headers[_i].headers);
	value = call_header(&call, headers[_i].name);
	ck_assert_msg(same_text(value, headers[_i].value), "%s: %s", headers[_i].headers,
		      value ? value : "none");
	free(value);
	call_release(&call);
}
END_TEST

Suite *answer_suite(void);
Suite *answer_suite(void)
{
	Suite *suite = suite_create("canvas/answer");
	TCase *tc = tcase_create("answer");

	tcase_add_loop_test(tc, says_what_the_provider_said, 0, ARRAY_SIZE(cases));
	tcase_add_test(tc, a_long_page_is_cut);
	tcase_add_test(tc, nobody_answered);
	tcase_add_loop_test(tc, knows_success, 0, ARRAY_SIZE(statuses));
	tcase_add_loop_test(tc, says_what_came_instead_of_json, 0, ARRAY_SIZE(bodies));
	tcase_add_loop_test(tc, finds_headers, 0, ARRAY_SIZE(headers));
	suite_add_tcase(suite, tc);
	return suite;
}
