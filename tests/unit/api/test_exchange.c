/*
 * test_exchange.c - what of an exchange is recorded, and what never is.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "tests/unit/api/client.h"
#include "tests/unit/helpers.h"
#include "tests/unit/journal/exchanges.h"

#define ITEM(title)                                                                            \
	"{\"lineItem\": {\"title\": \"" title "\", \"assignDate\": \"2026-11-01T00:00:00Z\", " \
	"\"dueDate\": \"2026-11-12T00:00:00Z\", \"class\": {\"sourcedId\": \"class-bio-1\"}, " \
	"\"category\": {\"sourcedId\": \"x\"}, \"resultValueMin\": 0, \"resultValueMax\": 10}}"
#define LONG_TITLE "A title that has more than thirty characters"

static struct provider provider;

static void open_provider(void)
{
	provider_open(&provider,
		      "\"title.max\": 30, \"auth.vendor_header\": \"X-District\", "
		      "\"validation.mode\": \"report\"",
		      "");
	provider.sandbox->journal = journal_new(100, NULL);
}

static void close_provider(void)
{
	provider_close(&provider);
}

/* The only exchange. Returns (json_decref). */
static json_t *recorded(const char *what)
{
	struct journal_query query = { 0 };
	json_t *json = journal_json(provider.sandbox->journal, &query);
	json_t *items = json_object_get(json, "items");
	json_t *item;

	ck_assert_msg(json_array_size(items) == 1, "%s: %zu exchanges", what,
		      json_array_size(items));
	item = json_incref(json_array_get(items, 0));
	json_decref(json);
	return item;
}

/* clang-format off */
static const struct {
	const char *method, *target, *body;
	int status;
	const char *operation, *refusal; /* refusal: its beginning */
	const char *quirk;               /* NULL: none */
} cases[] = {
	{ "GET",    V1 "/orgs?limit=1",     NULL, 200, "getAllOrgs", NULL, NULL },
	{ "HEAD",   V1 "/orgs",             NULL, 200, "getAllOrgs", NULL, NULL },
	{ "OPTIONS", V1 "/orgs",            NULL, 204, NULL, NULL, NULL },
	{ "GET",    V1 "/orgs/nobody",      NULL, 404, "getOrg", "not_found: ", NULL },
	{ "GET",    V1 "/orgs?limit=abc",   NULL, 400, "getAllOrgs", "query_invalid: ", NULL },
	{ "GET",    V1 "/nothing",          NULL, 404, NULL, "route_unknown: ", NULL },
	{ "PATCH",  V1 "/orgs",             NULL, 405, NULL, "method_not_allowed: ", NULL },
	{ "PUT",    V1 "/lineItems/x",      ITEM("Quiz"), 201, "putLineItem", NULL, NULL },
	{ "PUT",    V1 "/lineItems/x",      ITEM(LONG_TITLE), 400, "putLineItem", "title_too_long: ", "title.max" },
	{ "PUT",    V1 "/lineItems/x",      "{", 400, "putLineItem", "json_invalid: ", NULL },
	{ "DELETE", V1 "/lineItems/nobody", NULL, 404, "deleteLineItem", "not_found: ", NULL },
	{ "POST",   GRADEBOOK_V2 "/classes/class-bio-1/lineItems", "{\"lineItems\": []}", 201, "postLineItemsForClass", NULL, NULL },
	{ "POST",   "/oauth2/token",        "grant_type=client_credentials", 401, "token", "token: ", NULL },
	{ "GET",    "/oauth2/token",        NULL, 405, "token", "invalid_request", NULL },
	{ "GET",    "/elsewhere",           NULL, 404, NULL, "there is no such path", NULL },
	{ "GET",    "/sandboxes/default" V1 "/orgs", NULL, 200, "getAllOrgs", NULL, NULL },
};
/* clang-format on */

START_TEST(once_with_what_happened)
{
	int status = ask_status(&provider, cases[_i].method, cases[_i].target, cases[_i].body);
	char *name = xformat("%s %s", cases[_i].method, cases[_i].target);
	json_t *item = recorded(name);
	const char *refusal = jsonx_text(item, "refusal");
	const json_t *quirks = json_object_get(item, "quirks");
	const char *body = jsonx_text(json_object_get(item, "response"), "body");

	ck_assert_msg(status == cases[_i].status && jsonx_int(item, "status") == status,
		      "%s: %d, %.400s", name, status, json_dumps(item, 0));
	ck_assert_str_eq(jsonx_text(item, "method"), cases[_i].method);
	ck_assert_str_eq(jsonx_text(item, "target"), cases[_i].target);
	ck_assert_msg(same_text(jsonx_text(item, "operation"), cases[_i].operation), "%s: %s", name,
		      jsonx_text(item, "operation"));
	ck_assert_msg(cases[_i].refusal ? refusal && starts_with(refusal, cases[_i].refusal)
					: !refusal,
		      "%s: %s", name, refusal);
	ck_assert_msg(same_text(json_string_value(json_array_get(quirks, 0)), cases[_i].quirk),
		      "%s: %s", name, json_dumps(quirks, 0));
	ck_assert_str_eq(jsonx_text(item, "client"), "192.0.2.1");
	ck_assert(same_text(jsonx_text(json_object_get(item, "request"), "body"), cases[_i].body));
	ck_assert_msg((strcmp(cases[_i].method, "HEAD") == 0 && !body) || status == 201 ||
			      status == 204 || body,
		      "%s: no body", name);
	json_decref(item);
	free(name);
}
END_TEST

START_TEST(with_its_diagnostics)
{
	const json_t *first, *ours, *all;
	json_t *item;
	struct answer answer;
	struct jsonw w;
	struct str text = STR_INIT;
	struct err err = ERR_INIT;
	json_t *said;

	answer = ask(&provider, "PUT", V1 "/lineItems/x", ITEM("Quiz"));
	ck_assert_int_eq(answer.status, 201);
	answer_free(&answer);
	item = recorded("PUT");
	ours = json_object_get(item, "diagnostics");
	jsonw_init(&w, &text, 0);
	diagnostics_write(provider.sandbox->diagnostics, &w);
	said = jsonx_load(str_text(&text), text.length, &err);
	all = json_object_get(said, "items");
	ck_assert_uint_gt(json_array_size(all), 1); /* of the body, and of the reference */
	ck_assert_msg(json_equal(ours, all), "%s", json_dumps(item, 0));
	first = json_array_get(ours, 0);
	ck_assert_str_eq(jsonx_text(first, "object"), "lineItems/x");
	json_decref(said);
	json_decref(item);
	str_release(&text);
}
END_TEST

static void resume(struct request *request)
{
	(void)request;
}

/* clang-format off */
/* "hush" is the secret; it must not be in what is kept, nor in the log's reason. */
static const struct {
	const char *method, *target, *header, *value, *body;
	const char *shown; /* is there */
} secrets[] = {
	{ "GET",  V1 "/orgs", "Authorization", "Bearer hush", NULL, "Bearer REDACTED" },
	{ "GET",  V1 "/orgs", "Authorization", "Basic hush", NULL, "Basic REDACTED" },
	{ "GET",  V1 "/orgs", "Authorization", "hush", NULL, "REDACTED" },
	{ "GET",  V1 "/orgs", "Authorization", "OAuth oauth_consumer_key=\"canvas\", oauth_signature=\"hush\", oauth_nonce=\"n-1\", oauth_timestamp=\"1\", oauth_signature_method=\"HMAC-SHA1\"", NULL, "n-1" },
	{ "GET",  V1 "/orgs", "Authorization", "OAuth oauth_consumer_key=\"canvas\", oauth_token=\"hush\", oauth_signature=\"x\", oauth_nonce=\"n-1\", oauth_timestamp=\"1\", oauth_signature_method=\"HMAC-SHA1\"", NULL, "holds a secret" },
	{ "GET",  V1 "/orgs", "x-vendor-authorization", "key:hush", NULL, "REDACTED" },
	{ "GET",  V1 "/orgs", "X-District", "key:hush", NULL, "REDACTED" },
	{ "GET",  V1 "/orgs", "Cookie", "hush", NULL, "REDACTED" },
	{ "GET",  V1 "/orgs?limit=1&access_token=hush", NULL, NULL, NULL, "limit=1&access_token=REDACTED" },
	{ "GET",  V1 "/orgs?filter=password%3Dhush", NULL, NULL, NULL, "filter=REDACTED" },
	{ "GET",  "/oauth2/token?client_id=c&client_secret=hush", NULL, NULL, NULL, "client_secret=REDACTED" },
	{ "POST", "/oauth2/token?client_id=c&clientsecret=hush", NULL, NULL, NULL, "client_id=c" },
	{ "POST", "/oauth2/token", NULL, NULL, "grant_type=client_credentials&client_id=canvas&client_secret=hush", "client_id=canvas&client_secret=REDACTED" },
	{ "POST", "/oauth2/token", NULL, NULL, "{\"client_id\": \"canvas\", \"client_secret\": \"hush\"}", "REDACTED" },
	{ "POST", "/oauth2/token", NULL, NULL, "canvas:hush", "REDACTED" },
	{ "POST", "/oauth2/token", "Authorization", "Basic hush", "client_assertion=hush", "client_assertion=REDACTED" },
	{ "POST", "/login", NULL, NULL, "password=hush", "password=REDACTED" },
	{ "POST", V1 "/oauth/token", NULL, NULL, "{\"client_secret\": \"hush\", }", "REDACTED" },
	{ "PUT",  V1 "/lineItems/x", NULL, NULL, "{\"lineItem\": {\"password\": \"hush\"}}", "REDACTED" },
};
/* clang-format on */

START_TEST(without_secrets)
{
	struct request request;
	struct response response = { 0 };
	json_t *item;
	char *text;

	provider.sandbox->auth.open = false;
	request_make(&request, secrets[_i].method, secrets[_i].target);
	request.resume = resume;
	if (secrets[_i].header)
		request_set(&request, secrets[_i].header, secrets[_i].value);
	if (secrets[_i].body)
		str_add(&request.body, secrets[_i].body);
	ck_assert(api_handle(&provider.registry, &request, &response));
	item = recorded(secrets[_i].target);
	text = json_dumps(item, 0);
	ck_assert_msg(!strstr(text, "hush"), "%s", text);
	free(text);
	text = json_dumps(item, JSON_ENCODE_ANY);
	for (char *quote = text; (quote = strstr(quote, "\\\""));)
		memmove(quote, quote + 1, strlen(quote));
	ck_assert_msg(strstr(text, secrets[_i].shown) != NULL, "no %s: %s", secrets[_i].shown,
		      text);
	free(text);
	json_decref(item);
	response_free(&response);
	request_free(&request);
}
END_TEST

/* Who is let in gets his query quoted, nobody else does. */
START_TEST(without_what_quotes_a_secret)
{
	struct answer answer = ask(&provider, "GET", V1 "/orgs?limit=0&client_secret=%zzhush",
				   NULL);
	json_t *item = recorded("orgs");
	char *text = json_dumps(item, 0);

	ck_assert_int_eq(answer.status, 400);
	ck_assert_msg(!strstr(text, "hush"), "%s", text);
	ck_assert_str_eq(jsonx_text(item, "refusal"), "query_invalid: the query holds a secret");
	ck_assert_str_eq(jsonx_text(json_object_get(item, "response"), "body"), "REDACTED");
	free(text);
	json_decref(item);
	answer_free(&answer);
}
END_TEST

/* A token that is given out stays between the two. */
START_TEST(without_the_token_that_was_given)
{
	struct answer answer = ask(&provider, "POST",
				   "/oauth2/token?client_id=canvas&client_secret=s3cret", NULL);
	json_t *item = recorded("token");
	char *text = json_dumps(item, 0);

	ck_assert_int_eq(answer.status, 200);
	ck_assert(!strstr(text, jsonx_text(answer.json, "access_token")));
	ck_assert(!strstr(text, "s3cret"));
	ck_assert_str_eq(jsonx_text(item, "client"), "canvas");
	free(text);
	json_decref(item);
	answer_free(&answer);
}
END_TEST

START_TEST(faults_are_named)
{
	static const char *names[] = { "rule-1" };
	struct request request;
	struct response response = { .status = 503 };
	struct context context = { .sandbox = provider.sandbox,
				   .profile = provider.sandbox->profile,
				   .request = &request,
				   .response = &response,
				   .faults = names,
				   .fault_count = 1 };
	json_t *item;

	request_make(&request, "GET", "/x");
	exchange_end(&context);
	item = recorded("x");
	ck_assert_str_eq(json_string_value(json_array_get(json_object_get(item, "faults"), 0)),
			 "rule-1");
	json_decref(item);
	request_free(&request);
}
END_TEST

START_TEST(a_body_that_was_too_large)
{
	struct request request;
	struct response response = { 0 };
	json_t *item;

	request_make(&request, "PUT", V1 "/lineItems/x");
	request.body_too_large = true;
	str_add(&request.body, "the beginning");
	ck_assert(api_handle(&provider.registry, &request, &response));
	item = recorded("x");
	ck_assert_int_eq(jsonx_int(item, "status"), 413);
	ck_assert(jsonx_true(json_object_get(item, "request"), "truncated"));
	ck_assert_str_eq(jsonx_text(json_object_get(item, "request"), "body"), "the beginning");
	json_decref(item);
	response_free(&response);
	request_free(&request);
}
END_TEST

/* Nothing is recorded of what lies outside a sandbox, and nothing where there is no journal. */
START_TEST(not_everywhere)
{
	static const char *const targets[] = { "/health", "/metrics", "/admin/sandboxes",
					       "/sandboxes/nobody" V1 "/orgs" };
	struct journal_query query = { 0 };
	struct journal_list list;

	for (size_t i = 0; i < 2; i++) {
		struct request request;
		struct response response = { 0 };

		request_make(&request, "GET", targets[_i]);
		ck_assert(api_handle(&provider.registry, &request, &response));
		response_free(&response);
		request_free(&request);
	}
	journal_take(provider.sandbox->journal, &query, &list);
	ck_assert_uint_eq(list.count, 0);
	journal_list_release(&list);
	journal_free(provider.sandbox->journal);
	provider.sandbox->journal = NULL;
	ck_assert_int_eq(ask_status(&provider, "GET", V1 "/orgs", NULL), 200);
}
END_TEST

Suite *exchange_suite(void);
Suite *exchange_suite(void)
{
	Suite *suite = suite_create("api/exchange");
	TCase *tc = tcase_create("all");

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, open_provider, close_provider);
	tcase_add_loop_test(tc, once_with_what_happened, 0, ARRAY_SIZE(cases));
	tcase_add_test(tc, with_its_diagnostics);
	tcase_add_loop_test(tc, without_secrets, 0, ARRAY_SIZE(secrets));
	tcase_add_test(tc, without_what_quotes_a_secret);
	tcase_add_test(tc, without_the_token_that_was_given);
	tcase_add_test(tc, faults_are_named);
	tcase_add_test(tc, a_body_that_was_too_large);
	tcase_add_loop_test(tc, not_everywhere, 0, 4);
	suite_add_tcase(suite, tc);
	return suite;
}
