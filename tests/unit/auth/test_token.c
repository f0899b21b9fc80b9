/*
 * test_token.c - the token endpoint: every way in which clients bring credentials.
 */
#include <check.h>

#include "base/crypto.h"
#include "base/jsonx.h"
#include "server/auth/auth.h"
#include "server/auth/token.h"
#include "tests/unit/helpers.h"

/* A secret that every encoding has to take care of. */
#define SECRET "p%a+s:w\xc3\xb6rd"
#define FORM "p%25a%2Bs%3Aw%C3%B6rd"
#define FORM_TYPE "application/x-www-form-urlencoded"

/* clang-format off */
static const struct {
	const char *name, *basic; /* basic: before base64 */
	const char *type, *body, *query;
	int status;
	const char *error; /* NULL: a token */
} cases[] = {
	{ "Basic, raw",            "client:" SECRET, FORM_TYPE, "grant_type=client_credentials", NULL, 200, NULL },
	{ "Basic, form-encoded",   "client:" FORM, FORM_TYPE, "grant_type=client_credentials", NULL, 200, NULL },
	{ "Basic, id form-encoded", "id%20with%3Acolon:simple", NULL, "", NULL, 200, NULL },
	{ "Basic, empty body",     "client:" SECRET, NULL, "", NULL, 200, NULL },
	{ "form",                  NULL, FORM_TYPE, "grant_type=client_credentials&client_id=client&client_secret=" FORM, NULL, 200, NULL },
	{ "form with a charset",   NULL, FORM_TYPE "; charset=UTF-8", "client_id=client&client_secret=" FORM, NULL, 200, NULL },
	{ "form without a type",   NULL, NULL, "client_id=client&client_secret=" FORM, NULL, 200, NULL },
	{ "form, blank as '+'",    NULL, FORM_TYPE, "client_id=id+with%3Acolon&client_secret=simple", NULL, 200, NULL },
	{ "JSON",                  NULL, "application/json", "{\"grant_type\": \"client_credentials\", \"client_id\": \"client\", \"client_secret\": \"" SECRET "\"}", NULL, 200, NULL },
	{ "JSON with a charset",   NULL, "Application/JSON; charset=utf-8", "{\"client_id\": \"client\", \"client_secret\": \"" SECRET "\", \"n\": 1}", NULL, 200, NULL },
	{ "query",                 NULL, NULL, "", "client_id=client&client_secret=" FORM "&grant_type=client_credentials", 200, NULL },
	{ "id in the query, secret in the body", NULL, FORM_TYPE, "client_secret=" FORM, "client_id=client", 200, NULL },
	{ "nothing",               NULL, NULL, "", NULL, 401, "invalid_client" },
	{ "a wrong secret",        NULL, FORM_TYPE, "client_id=client&client_secret=guess", NULL, 401, "invalid_client" },
	{ "an unknown client",     NULL, FORM_TYPE, "client_id=nobody&client_secret=" FORM, NULL, 401, "invalid_client" },
	{ "the secret of another", NULL, FORM_TYPE, "client_id=client&client_secret=simple", NULL, 401, "invalid_client" },
	{ "no secret",             NULL, FORM_TYPE, "client_id=client", NULL, 401, "invalid_client" },
	{ "an empty secret",       NULL, FORM_TYPE, "client_id=client&client_secret=", NULL, 401, "invalid_client" },
	{ "Basic, wrong",          "client:guess", NULL, "", NULL, 401, "invalid_client" },
	{ "Basic without a colon", "client", NULL, "", NULL, 401, "invalid_client" },
	{ "Basic, not UTF-8",      "client:\xff", NULL, "", NULL, 401, "invalid_client" },
	{ "Basic beats the body",  "client:guess", FORM_TYPE, "client_id=client&client_secret=" FORM, NULL, 401, "invalid_client" },
	{ "another grant",         NULL, FORM_TYPE, "grant_type=password&client_id=client&client_secret=" FORM, NULL, 400, "unsupported_grant_type" },
	{ "a broken form",         NULL, FORM_TYPE, "client_id=%zz", NULL, 400, "invalid_request" },
	{ "a broken query",        NULL, NULL, "", "client_id=%", 400, "invalid_request" },
	{ "broken JSON",           NULL, "application/json", "{\"client_id\": ", NULL, 400, "invalid_request" },
	{ "a JSON array",          NULL, "application/json", "[]", NULL, 401, "invalid_client" },
	{ "JSON numbers",          NULL, "application/json", "{\"client_id\": 1, \"client_secret\": 2}", NULL, 401, "invalid_client" },
	/* a secret that was not encoded is a mistake, and still a secret */
	{ "an unencoded secret",   NULL, FORM_TYPE, "client_id=client&client_secret=%s3cret!", NULL, 400, "invalid_request" },
	{ "an unencoded query",    NULL, NULL, "", "client_id=client&client_secret=%s3cret!", 400, "invalid_request" },
	{ "an unquoted secret",    NULL, "application/json", "{\"client_id\": \"client\", \"client_secret\": s3cret}", NULL, 400, "invalid_request" },
};
/* clang-format on */

static struct auth auth;
static struct profile *profile;

static void open_auth(void)
{
	struct err err = ERR_INIT;

	auth_init(&auth);
	auth_add(&auth, "client", SECRET);
	auth_add(&auth, "id with:colon", "simple");
	auth_add(&auth, "loose", "%s3cret!");
	profile = profile_load("standard", &err);
	ck_assert_msg(profile != NULL, "%s", err.text);
}

static void close_auth(void)
{
	auth_release(&auth);
	profile_put(profile);
}

static void build(struct request *request, int i)
{
	request_make(request, "POST", "/oauth2/token");
	request->query = cases[i].query;
	str_add(&request->body, cases[i].body);
	if (cases[i].type)
		request_set(request, "content-type", cases[i].type);
	if (cases[i].basic) {
		char *text = base64_encode(cases[i].basic, strlen(cases[i].basic));

		request_set(request, "authorization",
			    arena_format(&request->arena, "Basic %s", text));
		free(text);
	}
}

START_TEST(takes_credentials_in_every_form)
{
	struct request request;
	struct response response = { .body = STR_INIT };
	struct err err = ERR_INIT;

	build(&request, _i);
	auth_token(&auth, &request, profile, 1000, &response);
	ck_assert_msg(response.status == cases[_i].status, "%s: %d %s", cases[_i].name,
		      response.status, str_text(&response.body));

	json_t *answer = jsonx_load(str_text(&response.body), response.body.length, &err);

	ck_assert_msg(json_is_object(answer), "%s: %s", cases[_i].name, str_text(&response.body));
	ck_assert_msg(same_text(jsonx_text(answer, "error"), cases[_i].error), "%s: %s",
		      cases[_i].name, str_text(&response.body));
	if (!cases[_i].error) {
		ck_assert_uint_ge(strlen(jsonx_text(answer, "access_token")), 32);
		ck_assert_str_eq(jsonx_text(answer, "token_type"), "Bearer");
		ck_assert_int_eq(jsonx_int(answer, "expires_in"), 3600);
		ck_assert_str_eq(pairs_get(&response.headers, "Cache-Control"), "no-store");
	}
	ck_assert((response.status == 401) ==
		  (pairs_get(&response.headers, "WWW-Authenticate") != NULL));
	ck_assert_ptr_null(json_object_get(answer, "imsx_codeMajor"));
	json_decref(answer);
	response_free(&response);
	request_free(&request);
}
END_TEST

/* The log may name the client and the reason, never what it brought as a secret. */
START_TEST(never_tells_the_secret)
{
	static const char *const secrets[] = { SECRET, FORM, "s3cret", "guess" };
	struct request request;
	struct response response = { .body = STR_INIT };
	const char *why;

	build(&request, _i);
	auth_token(&auth, &request, profile, 1000, &response);
	why = response.refusal.why ? response.refusal.why : "";
	for (size_t i = 0; i < ARRAY_SIZE(secrets); i++) {
		ck_assert_msg(!strstr(why, secrets[i]), "%s: the log says %s", cases[_i].name, why);
		ck_assert_msg(!strstr(str_text(&response.body), secrets[i]), "%s: %s",
			      cases[_i].name, str_text(&response.body));
	}
	response_free(&response);
	request_free(&request);
}
END_TEST

START_TEST(answers_with_what_it_granted)
{
	struct request request;
	struct response response = { .body = STR_INIT };

	request_make(&request, "POST",
		     "/oauth2/token?client_id=id%20with:colon&client_secret=simple");
	str_add(&request.body,
		"scope=a+https%3A%2F%2Fpurl.imsglobal.org/spec/or/v1p1/scope/gradebook.readonly");
	auth_token(&auth, &request, profile, 1000, &response);
	ck_assert_msg(strstr(str_text(&response.body),
			     "\"scope\":\"https://purl.imsglobal.org/"
			     "spec/or/v1p1/scope/gradebook.readonly\"") != NULL,
		      "%s", str_text(&response.body));
	ck_assert_str_eq(response.credential, "id with:colon");
	ck_assert_str_eq(response.operation, "token");
	response_free(&response);
	request_free(&request);
}
END_TEST

START_TEST(a_body_has_limits)
{
	struct request request;
	struct response response = { .body = STR_INIT };

	request_make(&request, "POST", "/oauth2/token");
	if (_i)
		request.body_too_large = true;
	else
		str_add_bytes(&request.body, "client_id=a\0b", 13);
	auth_token(&auth, &request, profile, 1000, &response);
	ck_assert_int_eq(response.status, _i ? 413 : 400);
	response_free(&response);
	request_free(&request);
}
END_TEST

START_TEST(a_token_is_kept_as_its_hash)
{
	char key[TOKEN_KEY];

	token_key("abc", key);
	ck_assert_str_eq(key, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}
END_TEST

Suite *token_suite(void);
Suite *token_suite(void)
{
	Suite *suite = suite_create("auth/token");
	TCase *tc = tcase_create("token");

	tcase_add_checked_fixture(tc, open_auth, close_auth);
	tcase_add_loop_test(tc, takes_credentials_in_every_form, 0, ARRAY_SIZE(cases));
	tcase_add_loop_test(tc, never_tells_the_secret, 0, ARRAY_SIZE(cases));
	tcase_add_test(tc, answers_with_what_it_granted);
	tcase_add_loop_test(tc, a_body_has_limits, 0, 2);
	tcase_add_test(tc, a_token_is_kept_as_its_hash);
	suite_add_tcase(suite, tc);
	return suite;
}
