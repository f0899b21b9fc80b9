/*
 * test_token.c - the token endpoint: every way to ask, on every path that has one.
 */
#include <string.h>

#include "base/crypto.h"
#include "tests/http/harness.h"

#define SECRET "test-secret"

static struct server shared;

static void start_shared(void)
{
	server_start(&shared, NULL);
}

static void stop_shared(void)
{
	server_stop(&shared);
}

/* Every way to ask for a token, on every path that has one. */
static const char *const token_paths[] = {
	"/oauth2/token",
	"/token",
	"/oauth/token",
	"/ims/oneroster/v1p1/token",
	"/sandboxes/default/oauth2/token",
	"/sandboxes/default/token",
	"/sandboxes/default/oauth/token",
	"/sandboxes/default/ims/oneroster/v1p1/token",
};

#define FORM "Content-Type: application/x-www-form-urlencoded"
#define JSON "Content-Type: application/json"
#define BASIC                                                                                  \
	"Authorization: Basic dGVzdC1jbGllbnQ6dGVzdC1zZWNyZXQ="     /* test-client:test-secret \
								     */
#define BASIC_WRONG "Authorization: Basic dGVzdC1jbGllbnQ6d3Jvbmc=" /* test-client:wrong */
#define BOTH "client_id=test-client&client_secret=test-secret"

static const struct {
	const char *name, *query, *headers[3], *body;
} token_ways[] = {
	{ "Basic and form",
	  "",
	  { BASIC, FORM },
	  "grant_type=client_credentials&scope=a%20https://purl.imsglobal.org/spec/or/v1p1/scope/"
	  "roster-core.readonly" },
	{ "Basic, empty body", "", { BASIC }, "" },
	{ "form", "", { FORM }, "grant_type=client_credentials&" BOTH },
	{ "form without its type", "", { "Content-Type:" }, BOTH },
	{ "JSON",
	  "",
	  { JSON },
	  "{\"grant_type\":\"client_credentials\",\"client_id\":\"test-client\","
	  "\"client_secret\":\"test-secret\"}" },
	{ "query", "?grant_type=client_credentials&" BOTH, { "Content-Type:" }, "" },
};

/* The access token of a good answer; free(). */
static char *token_of(const struct answer *answer, const char *name)
{
	const char *token = json_string_value(json_object_get(answer->json, "access_token"));
	char *cache = answer_header(answer, "Cache-Control");
	const char *type = json_string_value(json_object_get(answer->json, "token_type"));

	ck_assert_msg(answer->status == 200 && token, "%s: %ld %s", name, answer->status,
		      answer->body);
	ck_assert_msg(same_text(type, "Bearer") || same_text(type, "bearer"), "%s: %s", name,
		      answer->body);
	ck_assert_msg(json_integer_value(json_object_get(answer->json, "expires_in")) == 3600,
		      "%s: %s", name, answer->body);
	ck_assert_msg(same_text(cache, "no-store"), "%s: Cache-Control %s", name,
		      cache ? cache : "absent");
	free(cache);
	return xstrdup(token);
}

static long status_with_token(const struct server *server, const char *token)
{
	char *header = xformat("Authorization: Bearer %s", token);
	char *url = xformat("%s/orgs", server->root);
	struct answer answer;
	long status;

	http(&answer, "GET", url, (const char *[]){ header, NULL }, NULL);
	status = answer.status;
	answer_release(&answer);

	free(url);
	free(header);
	return status;
}

START_TEST(token)
{
	for (size_t i = 0; i < ARRAY_SIZE(token_ways); i++) {
		char *url = xformat("%s%s%s", shared.url, token_paths[_i], token_ways[i].query);
		char *name = xformat("%s on %s", token_ways[i].name, token_paths[_i]), *text;
		struct answer answer;

		http(&answer, "POST", url, token_ways[i].headers, token_ways[i].body);
		text = token_of(&answer, name);
		ck_assert_msg(status_with_token(&shared, text) == 200, "%s: the token is not taken",
			      name);
		answer_release(&answer);
		free(text);
		free(name);
		free(url);
	}
}
END_TEST

/* RFC 6749, section 5.2: {"error"}, never a OneRoster status. */
/* clang-format off */
static const struct {
	const char *name, *method, *query, *headers[3], *body;
	long status;
	const char *error;
} token_errors[] = {
	{ "wrong secret",     "POST", "", { BASIC_WRONG }, "", 401, "invalid_client" },
	{ "wrong secret in the form", "POST", "", { FORM }, "client_id=test-client&client_secret=wrong", 401, "invalid_client" },
	{ "unknown client",   "POST", "", { FORM }, "client_id=nobody&client_secret=test-secret", 401, "invalid_client" },
	{ "no secret",        "POST", "", { FORM }, "client_id=test-client", 401, "invalid_client" },
	{ "nothing at all",   "POST", "", { "Content-Type:" }, "", 401, "invalid_client" },
	{ "Basic rubbish",    "POST", "", { "Authorization: Basic ?!" }, "", 401, "invalid_client" },
	{ "Basic, no colon",  "POST", "", { "Authorization: Basic dGVzdA==" }, "", 401, "invalid_client" },
	{ "wrong Basic beats the form", "POST", "", { BASIC_WRONG, FORM }, BOTH, 401, "invalid_client" },
	{ "a grant twice",    "POST", "", { BASIC, FORM }, "grant_type=client_credentials&grant_type=password", 400, "invalid_request" },
	{ "password grant",   "POST", "", { BASIC, FORM }, "grant_type=password&username=a&password=b", 400, "unsupported_grant_type" },
	{ "broken JSON",      "POST", "", { JSON }, "{\"client_id\":", 400, "invalid_request" },
	{ "broken escape",    "POST", "", { FORM }, "client_id=%zz", 400, "invalid_request" },
	{ "broken query",     "POST", "?client_id=%", { FORM }, "", 400, "invalid_request" },
	{ "GET",              "GET",  "", { BASIC }, NULL, 405, "invalid_request" },
	{ "PUT",              "PUT",  "", { BASIC }, "", 405, "invalid_request" },
};
/* clang-format on */

START_TEST(token_error)
{
	char *url = xformat("%s/oauth2/token%s", shared.url, token_errors[_i].query), *header;
	const char *name = token_errors[_i].name, *error;
	struct answer answer;

	http(&answer, token_errors[_i].method, url, token_errors[_i].headers,
	     token_errors[_i].body);
	error = json_string_value(json_object_get(answer.json, "error"));
	ck_assert_msg(answer.status == token_errors[_i].status, "%s: %ld %s", name, answer.status,
		      answer.body);
	ck_assert_msg(same_text(error, token_errors[_i].error), "%s: %s", name, answer.body);
	ck_assert_msg(!strstr(answer.body, "imsx_"), "%s: %s", name, answer.body);
	ck_assert_msg(!strstr(answer.body, SECRET), "%s: %s", name, answer.body);
	header = answer_header(&answer, answer.status == 401   ? "WWW-Authenticate"
					: answer.status == 405 ? "Allow"
							       : "Content-Type");
	ck_assert_msg(header != NULL, "%s: a header is missing", name);
	free(header);
	answer_release(&answer);
	free(url);
}
END_TEST

/* Canvas's workers hold several tokens of one client at once. */
START_TEST(tokens_live_side_by_side)
{
	char *url = xformat("%s/oauth2/token", shared.url), *tokens[5];
	struct answer answer;

	for (size_t i = 0; i < ARRAY_SIZE(tokens); i++) {
		http(&answer, "POST", url, (const char *[]){ BASIC, NULL }, "");
		tokens[i] = token_of(&answer, "one of five");
		answer_release(&answer);
	}
	for (size_t i = 0; i < ARRAY_SIZE(tokens); i++) {
		ck_assert_msg(status_with_token(&shared, tokens[i]) == 200, "token %zu", i);
		for (size_t k = 0; k < i; k++)
			ck_assert_str_ne(tokens[i], tokens[k]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(tokens); i++)
		free(tokens[i]);
	free(url);
}
END_TEST

/* RFC 6749 encodes what stands in Basic; many clients do not. Both get in. */
START_TEST(basic_encoded_or_not)
{
	static const char raw[] = "odd client:p:a%20s+s/w=rd";
	struct server server;
	struct answer answer;
	char *first = base64_encode(raw, strlen(raw)), *second, *encoded;
	char *headers[2];

	encoded = xformat("odd+client:%s", "p%3Aa%2520s%2Bs%2Fw%3Drd");
	second = base64_encode(encoded, strlen(encoded));
	headers[0] = xformat("Authorization: Basic %s", first);
	headers[1] = xformat("Authorization: Basic %s", second);
	server_start(&server, (const char *[]){ "--credential", raw, NULL });

	char *url = xformat("%s/oauth2/token", server.url);

	for (size_t i = 0; i < ARRAY_SIZE(headers); i++) {
		http(&answer, "POST", url, (const char *[]){ headers[i], NULL }, "");
		free(token_of(&answer, i ? "encoded" : "raw"));
		answer_release(&answer);
		free(headers[i]);
	}
	free(url);
	free(first);
	free(second);
	free(encoded);
	server_stop(&server);
}
END_TEST

Suite *token_suite(void);
Suite *token_suite(void)
{
	Suite *suite = suite_create("token");
	TCase *tc = tcase_create("token");

	tcase_set_timeout(tc, 30);
	tcase_add_unchecked_fixture(tc, start_shared, stop_shared);
	tcase_add_loop_test(tc, token, 0, ARRAY_SIZE(token_paths));
	tcase_add_loop_test(tc, token_error, 0, ARRAY_SIZE(token_errors));
	tcase_add_test(tc, tokens_live_side_by_side);
	tcase_add_test(tc, basic_encoded_or_not);
	suite_add_tcase(suite, tc);
	return suite;
}
