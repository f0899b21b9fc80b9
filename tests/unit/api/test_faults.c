/*
 * test_faults.c - fault rules at work: what is answered, what is stored, what leaves.
 */
#include <check.h>

#include "base/jsonx.h"
#include "base/when.h"
#include "server/api/effects.h"
#include "tests/quoted.h"
#include "tests/unit/api/client.h"
#include "tests/unit/helpers.h"

#define ITEM                                                                \
	"{\"lineItem\": {\"title\": \"Essay\", \"class\": {\"sourcedId\": " \
	"\"class-bio-1\"}, \"category\": {\"sourcedId\": \"cat-homework\"}}}"
#define PUT_ITEM "PUT", V1 "/lineItems/l-1", ITEM
#define GET_ITEM "GET", V1 "/lineItems/l-1", NULL
#define GET_ORGS "GET", V1 "/orgs?limit=2", NULL
#define ALL "'path': '*'"

static struct provider provider;
static int64_t began; /* of the next request, monotonic microseconds */

/* An exchange as the HTTP layer would see it. */
struct exchange {
	struct request request;
	struct response response;
};

static struct exchange *send_request(const char *method, const char *target, const char *body)
{
	struct exchange *exchange = xcalloc(1, sizeof *exchange);
	struct request *request = &exchange->request;

	request_make(request, method, target);
	request->began = began;
	if (body)
		str_add(&request->body, body);
	if (provider.authorization)
		request_set(request, "Authorization", provider.authorization);
	provider_handle(&provider, request, &exchange->response);
	return exchange;
}

static void exchange_free(struct exchange *exchange)
{
	response_free(&exchange->response);
	request_free(&exchange->request);
	free(exchange);
}

static int status_of(const char *method, const char *target, const char *body)
{
	struct exchange *exchange = send_request(method, target, body);
	int status = exchange->response.status;

	exchange_free(exchange);
	return status;
}

static void set_rules(const char *items)
{
	char *text = xformat("{'seed': 1, 'items': [%s]}", items);
	json_t *document = json_quoted(text);
	struct err err = ERR_INIT;
	struct rules *rules = rules_parse(document, 1, began / 1000, &err);

	ck_assert_msg(rules != NULL, "%s: %s", items, err.text);
	sandbox_set_rules(provider.sandbox, rules);
	json_decref(document);
	free(text);
}

static void open_with(const char *quirks, const char *when, const char *todo)
{
	char *rule = xformat("{'when': {%s}, 'do': {%s}}", when, todo);

	began = 5000000;
	provider_open(&provider, quirks, "");
	set_rules(rule);
	free(rule);
}

/* clang-format off */
/* A rule for all, and what comes of one request. */
static const struct {
	const char *todo;
	const char *method, *target, *body;
	int status;
	const char *type;   /* Content-Type; NULL: none */
	const char *says;   /* in the body; "!..." not in it; "=..." the whole */
	int item;           /* status of a GET of the item afterwards, without rules */
} answers[] = {
	/* in place of the SIS: nothing is stored */
	{ "'status': 503",                    PUT_ITEM, 503, NULL, "=", 404 },
	{ "'status': 200",                    PUT_ITEM, 200, NULL, "=", 404 },
	{ "'body': 'tea'",                    PUT_ITEM, 200, "text/plain; charset=utf-8", "=tea", 404 },
	{ "'body': {'a': [1, null]}",         PUT_ITEM, 200, "application/json", "={\"a\":[1,null]}", 404 },
	{ "'body': null",                     GET_ORGS, 200, "application/json", "=null", 404 },
	{ "'body': 'x', 'status': 418, 'content_type': 'text/csv'", GET_ORGS, 418, "text/csv", "=x", 404 },
	{ "'html': true",                     PUT_ITEM, 502, "text/html; charset=utf-8", "<h1>502 Bad Gateway</h1>", 404 },
	{ "'html': true, 'status': 200",      GET_ORGS, 200, "text/html; charset=utf-8", "<title>200 OK</title>", 404 },
	{ "'html': true, 'status': 599",      GET_ORGS, 599, "text/html; charset=utf-8", "599 Error", 404 },
	{ "'fault': 'grading_period_closed'", PUT_ITEM, 400, "application/json", "the grading period of l-1 is closed", 404 },
	{ "'fault': 'title_too_long'",        PUT_ITEM, 400, "application/json", "Essay", 404 },
	{ "'fault': 'server_busy'",           GET_ORGS, 429, "application/json", "\"statusInfoSet\"", 404 },
	{ "'fault': 'rate_limited', 'status': 403", GET_ORGS, 403, "application/json", "fault: rule 1", 404 },
	{ "'fault': 'unauthorized'",          "GET", GRADEBOOK_V2 "/lineItems", NULL, 401, "application/json", "imsx_CodeMinor", 404 },
	{ "'fault': 'internal', 'set': {'/statusInfoSet/0/imsx_description': 7}", GET_ORGS, 500, "application/json", "\"imsx_description\":7", 404 },
	{ "'fault': 'unauthorized'",          "POST", "/oauth2/token", NULL, 401, "application/json", "\"error\":\"invalid_client\"", 404 },
	{ "'fault': 'server_busy'",           "POST", "/oauth2/token", NULL, 429, "application/json", "\"error_description\"", 404 },
	{ "'fault': 'internal', 'status': 503", "POST", "/oauth2/token", NULL, 503, "application/json", "temporarily_unavailable", 404 },

	/* in place of its answer: all is stored */
	{ "'status': 500, 'run': true",       PUT_ITEM, 500, NULL, "=", 201 },
	{ "'status': 500, 'run': true",       GET_ORGS, 500, "application/json", "\"orgs\":[", 404 },
	{ "'body': 'x', 'run': true",         PUT_ITEM, 200, "text/plain; charset=utf-8", "=x", 201 },
	{ "'fault': 'internal', 'run': true", PUT_ITEM, 500, "application/json", "imsx_description", 201 },
	{ "'html': true, 'run': true",        PUT_ITEM, 502, "text/html; charset=utf-8", "<html>", 201 },
	{ "'status': 200, 'run': true",       "GET", V1 "/orgs/none", NULL, 200, "application/json", "imsx_description", 404 },
	{ "'status': 204, 'run': true",       GET_ORGS, 204, NULL, "=", 404 },

	/* its own answer, changed */
	{ "'empty': true",                    GET_ORGS, 200, NULL, "=", 404 },
	{ "'content_type': 'text/html'",      GET_ORGS, 200, "text/html", "\"orgs\":[", 404 },
	{ "'headers': {'content-type': 'x/y'}", GET_ORGS, 200, "x/y", "\"orgs\":[", 404 },
	{ "'headers': {'Content-Type': null}", GET_ORGS, 200, NULL, "\"orgs\":[", 404 },
	{ "'truncate': 9",                    GET_ORGS, 200, "application/json", "={\"orgs\":[", 404 },
	{ "'truncate': 0",                    GET_ORGS, 200, "application/json", "=", 404 },
	{ "'malform': true",                  GET_ORGS, 200, "application/json", "{\"orgs:[", 404 },
	{ "'set': {'/orgs/*/name': 7}",       GET_ORGS, 200, "application/json", "\"name\":7,", 404 },
	{ "'set': {'/orgs/0/x/y': 7}",        GET_ORGS, 200, "application/json", "!\"y\":7", 404 },
	{ "'remove': ['/orgs/*/name']",       GET_ORGS, 200, "application/json", "!\"name\"", 404 },
	{ "'retype': {'/orgs/*/name': 'array'}", GET_ORGS, 200, "application/json", "\"name\":[\"", 404 },
	{ "'set': {'/a': 1}",                 PUT_ITEM, 201, NULL, "=", 201 },
	{ "'length_off': 5",                  PUT_ITEM, 201, NULL, "=", 201 },
	{ "'connection': 'close'",            PUT_ITEM, 201, NULL, "=", 201 },
	{ "'connection': 'close', 'run': false", PUT_ITEM, 503, NULL, "=", 404 },
	{ "'delay': 50",                      PUT_ITEM, 201, NULL, "=", 201 },
	{ "'headers': {'X': 'y'}",            "OPTIONS", V1 "/orgs", NULL, 204, NULL, "=", 404 },
	{ "'set': {'/access_token': null}",   "POST", "/oauth2/token?client_id=canvas&client_secret=s3cret", NULL, 200, "application/json", "\"access_token\":null", 404 },
	{ "'html': true",                     "GET", V1 "/atlantis", NULL, 502, "text/html; charset=utf-8", "<html>", 404 },
};
/* clang-format on */

static void expect_body(int i, const char *text)
{
	const char *says = answers[i].says;
	bool good = *says == '='   ? strcmp(text, says + 1) == 0
		    : *says == '!' ? !strstr(text, says + 1)
				   : strstr(text, says) != NULL;

	ck_assert_msg(good, "%s: %s", answers[i].todo, text);
}

START_TEST(rules_change_the_answer)
{
	struct exchange *exchange;
	const struct response *response;

	open_with("", ALL, answers[_i].todo);
	exchange = send_request(answers[_i].method, answers[_i].target, answers[_i].body);
	response = &exchange->response;
	ck_assert_msg(response->status == answers[_i].status, "%s: %d %s", answers[_i].todo,
		      response->status, str_text(&response->body));
	expect_body(_i, str_text(&response->body));
	if (answers[_i].type || !response->body.length)
		ck_assert_msg(same_text(response->content_type, answers[_i].type), "%s: %s",
			      answers[_i].todo, response->content_type);
	exchange_free(exchange);

	sandbox_set_rules(provider.sandbox, NULL);
	int wanted = answers[_i].item == 201 ? 200 : 404;

	ck_assert_msg(status_of(GET_ITEM) == wanted, "%s: afterwards", answers[_i].todo);
	provider_close(&provider);
}
END_TEST

static const struct {
	const char *todo;
	struct wire wire;
} wires[] = {
	{ "'delay': 1", { WIRE_WHOLE, 0, 0, 0 } },
	{ "'connection': 'reset'", { WIRE_RESET, 0, 0, 0 } },
	{ "'connection': 'close'", { WIRE_CLOSE, 0, 0, 0 } },
	{ "'connection': 'half'", { WIRE_HALF, 0, 0, 0 } },
	{ "'connection': 'garbage'", { WIRE_GARBAGE, 0, 0, 0 } },
	{ "'connection': 'garbage', 'run': false", { WIRE_GARBAGE, 0, 0, 0 } },
	{ "'length_off': -7", { WIRE_WHOLE, -7, 0, 0 } },
	{ "'drip': {'bytes': 10, 'ms': 20}", { WIRE_WHOLE, 0, 10, 20 } },
	{ "'connection': 'half', 'drip': {'bytes': 10, 'ms': 20}, 'html': true",
	  { WIRE_HALF, 0, 10, 20 } },
};

START_TEST(rules_break_the_wire)
{
	const struct wire *wanted = &wires[_i].wire;
	struct exchange *exchange;
	const struct wire *wire;

	open_with("", ALL, wires[_i].todo);
	exchange = send_request(GET_ORGS);
	wire = &exchange->response.wire;
	ck_assert_msg(wire->end == wanted->end && wire->length_off == wanted->length_off &&
			      wire->drip_bytes == wanted->drip_bytes &&
			      wire->drip_ms == wanted->drip_ms,
		      "%s", wires[_i].todo);
	exchange_free(exchange);
	provider_close(&provider);
}
END_TEST

static const struct {
	const char *todo, *header, *value; /* NULL: is not there */
} headers[] = {
	{ "'delay': 1", "X-Total-Count", "3" },
	{ "'headers': {'x-total-count': null}", "X-Total-Count", NULL },
	{ "'headers': {'X-Total-Count': '9'}", "X-Total-Count", "9" },
	{ "'headers': {'Link': null}", "Link", NULL },
	{ "'headers': {'Retry-After': '2'}, 'status': 503", "Retry-After", "2" },
	{ "'status': 503", "X-Total-Count", NULL },
	{ "'body': 'x', 'run': true", "X-Total-Count", NULL },
	{ "'fault': 'server_busy'", "Retry-After", "5" },
	{ "'fault': 'unauthorized'", "WWW-Authenticate", "Bearer realm=\"OneRoster\"" },
	{ "'fault': 'server_busy', 'headers': {'retry-after': '7'}", "Retry-After", "7" },
};

START_TEST(rules_change_headers)
{
	struct exchange *exchange;
	const struct pairs *pairs;
	int count = 0;

	open_with("", ALL, headers[_i].todo);
	exchange = send_request(GET_ORGS);
	pairs = &exchange->response.headers;
	ck_assert_msg(same_text(pairs_get_nocase(pairs, headers[_i].header), headers[_i].value),
		      "%s: %s", headers[_i].todo, pairs_get_nocase(pairs, headers[_i].header));
	for (size_t i = 0; i < pairs->count; i++)
		count += strcasecmp(pairs->items[i].name, headers[_i].header) == 0;
	ck_assert_int_le(count, 1);
	exchange_free(exchange);
	provider_close(&provider);
}
END_TEST

/* Five students, two on a page. */
static const struct {
	const char *page, *query, *first; /* NULL: the page is empty */
} pages[] = {
	{ "'delay': 1", "limit=2&offset=2", "s3" },
	{ "'page': 'repeat'", "limit=2&offset=2", "s1" },
	{ "'page': 'repeat'", "limit=2&offset=4", "s3" },
	{ "'page': 'repeat'", "limit=2&offset=0", "s1" },
	{ "'page': 'repeat'", "limit=2&offset=1", "s1" },
	{ "'page': 'skip'", "limit=2&offset=0", "s3" },
	{ "'page': 'skip'", "limit=2&offset=2", "s5" },
	{ "'page': 'skip'", "limit=2&offset=4", NULL },
	{ "'page': 'skip'", "limit=9223372036854775807&offset=9223372036854775807", NULL },
};

START_TEST(pages_slip)
{
	char *plain, *target = xformat(V1 "/orgs?sort=sourcedId&%s", pages[_i].query);
	struct store *store;
	struct err err = ERR_INIT;
	struct exchange *exchange;
	const char *link;

	store = store_open(":memory:", &err);
	for (int i = 1; i <= 5; i++) {
		char *org = xformat("{\"sourcedId\": \"s%d\", \"name\": \"n\", \"type\": "
				    "\"school\"}",
				    i);

		put_row(store, &ENTITY_ORGS, org);
		free(org);
	}
	provider_open_with(&provider, store, "", "");
	exchange = send_request("GET", target, NULL);
	link = pairs_get(&exchange->response.headers, "Link");
	plain = xstrdup(link ? link : "");
	exchange_free(exchange);

	char *rule = xformat("{'when': {'operation': 'getAllOrgs'}, 'do': {%s}}", pages[_i].page);

	set_rules(rule);
	exchange = send_request("GET", target, NULL);
	link = pairs_get(&exchange->response.headers, "Link");
	ck_assert_str_eq(link ? link : "", plain); /* as if nothing had happened */
	ck_assert_str_eq(pairs_get(&exchange->response.headers, "X-Total-Count"), "5");

	const char *text = str_text(&exchange->response.body);
	json_t *json = jsonx_load(text, strlen(text), &err);
	const char *first = jsonx_text(json_array_get(json_object_get(json, "orgs"), 0),
				       "sourcedId");

	ck_assert_msg(same_text(first, pages[_i].first), "%s, %s: %s", pages[_i].page,
		      pages[_i].query, text);
	json_decref(json);
	exchange_free(exchange);
	provider_close(&provider);
	free(rule);
	free(plain);
	free(target);
}
END_TEST

/* What the HTTP layer would be told to wait, in microseconds. */
static int64_t delay_of_next(void)
{
	struct request request;
	struct response response = { 0 };
	struct context context = {
		.sandbox = provider.sandbox,
		.profile = sandbox_profile(provider.sandbox),
		.request = &request,
		.response = &response,
		.path = V1 "/orgs",
	};

	request_make(&request, "GET", V1 "/orgs");
	ck_assert_int_eq(effects_before(&context, "getAllOrgs"), EFFECTS_GO_ON);

	int64_t us = request.delay_us;

	effects_drop(&context);
	profile_put(context.profile);
	request_free(&request);
	return us;
}

/* Fixed, or drawn from the seed; and the latency of the SIS comes on top. */
START_TEST(delays_are_drawn)
{
	int64_t sum = 0, before[100];

	open_with("", ALL, "'delay': 250");
	ck_assert_int_eq(delay_of_next(), 250000);
	for (int run = 0; run < 2; run++) {
		set_rules("{'when': {'path': '*'}, 'do': {'delay': {'ms': 100, 'spread': "
			  "'uniform'}}}");
		for (int i = 0; i < 100; i++) {
			int64_t us = delay_of_next();

			sum += us;
			ck_assert(us >= 0 && us <= 200000);
			if (run)
				ck_assert_int_eq(us, before[i]);
			before[i] = us;
		}
	}
	ck_assert(sum / 200 > 80000 && sum / 200 < 120000);
	provider_close(&provider);

	open_with("\"latency.ms\": 40", ALL, "'delay': 250");
	ck_assert_int_eq(delay_of_next(), 290000);
	provider_close(&provider);
}
END_TEST

static char *get_token(void)
{
	struct answer answer = ask(&provider, "POST",
				   "/oauth2/token?client_id=canvas&client_secret=s3cret", NULL);
	char *header = xformat("Bearer %s", jsonx_text(answer.json, "access_token"));

	answer_free(&answer);
	return header;
}

static const struct {
	const char *todo;
	int now, later; /* statuses with the rule, and after it */
	const char *says;
} tokens[] = {
	{ "'expire_token': true", 401, 401, "expired" },
	{ "'revoke_token': true", 401, 401, "not known" },
	{ "'expire_token': true, 'skew_s': -100", 401, 401, "expired" },
	{ "'skew_s': 4000", 401, 200, "expired" },
	{ "'skew_s': 3000", 200, 200, "" },
	{ "'skew_s': -4000", 200, 200, "" },
};

START_TEST(tokens_end)
{
	struct answer answer;
	char *mine, *other;

	open_with("", "'client': 'canvas', 'header': {'Authorization': 'Bearer *'}, 'times': 1",
		  tokens[_i].todo);
	provider.sandbox->auth.open = false;
	auth_add(&provider.sandbox->auth, "second", "s3cret");
	mine = get_token();
	other = get_token();
	provider.authorization = mine;
	answer = ask(&provider, "GET", V1 "/orgs", NULL);
	ck_assert_msg(answer.status == tokens[_i].now, "%s: %d", tokens[_i].todo, answer.status);
	if (answer.status == 401)
		ck_assert_msg(strstr(answer.description, tokens[_i].says) != NULL, "%s: %s",
			      tokens[_i].todo, answer.description);
	answer_free(&answer);
	ck_assert_msg(status_of(GET_ORGS) == tokens[_i].later, "%s: later", tokens[_i].todo);
	provider.authorization = other; /* every other token lives */
	ck_assert_int_eq(status_of(GET_ORGS), 200);
	free(mine);
	free(other);
	provider_close(&provider);
}
END_TEST

/* The clock of OAuth 1.0a is skewed, too; and what is written then. */
START_TEST(clocks_are_skewed)
{
	struct request signer;
	struct answer answer;
	int64_t modified;

	open_with("", "'method': 'PUT'", "'skew_s': 86400");
	ck_assert_int_eq(status_of(PUT_ITEM), 201);
	answer = ask(&provider, GET_ITEM);
	ck_assert(
		when_parse(jsonx_text(json_object_get(answer.json, "lineItem"), "dateLastModified"),
			   &modified, NULL));
	ck_assert_int_gt(modified, when_now() + WHEN_DAY - 60000);
	ck_assert_int_lt(modified, when_now() + WHEN_DAY + 60000);
	answer_free(&answer);

	provider.sandbox->auth.open = false;
	request_make(&signer, "GET", V1 "/orgs");
	provider.authorization = oauth1_sign(&signer, "canvas", "s3cret", "n", when_now() / 1000);
	set_rules("{'when': {'client': 'canvas', 'nth': 1}, 'do': {'skew_s': 1000}}");
	ck_assert_int_eq(status_of("GET", V1 "/orgs", NULL), 401);
	ck_assert_int_eq(status_of("GET", V1 "/orgs", NULL), 200);
	request_free(&signer);
	provider_close(&provider);
}
END_TEST

/* Clients are told apart before anything is checked, at the token endpoint too. */
START_TEST(one_client_only)
{
	open_with("", "'client': 'canvas'", "'status': 503");
	provider.sandbox->auth.open = false;
	auth_add(&provider.sandbox->auth, "second", "s3cret");
	ck_assert_int_eq(status_of("POST", "/oauth2/token", "client_id=canvas&client_secret=wrong"),
			 503);
	ck_assert_int_eq(
		status_of("POST", "/oauth2/token", "client_id=second&client_secret=s3cret"), 200);
	ck_assert_int_eq(status_of(GET_ORGS), 401); /* claims nobody */
	set_rules("{'when': {'client': '192.0.2.1'}, 'do': {'status': 503}}");
	ck_assert_int_eq(status_of(GET_ORGS), 503);
	set_rules("{'when': {'client': '192.0.2.2'}, 'do': {'status': 503}}");
	ck_assert_int_eq(status_of(GET_ORGS), 401);
	provider_close(&provider);
}
END_TEST

/* By operation and count over several requests, as a scenario would say it. */
START_TEST(a_run_of_requests)
{
	static const int wanted[] = { 201, 200, 503, 200, 200 };

	open_with("", "'operation': 'putLineItem', 'nth': 3",
		  "'status': 503, 'headers': {'Retry-After': '2'}");
	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++) {
		ck_assert_int_eq(status_of(PUT_ITEM), wanted[i]);
		ck_assert_int_eq(status_of(GET_ITEM), 200);
	}
	set_rules("{'when': {'field': {'/lineItem/title': 'Ess*'}, 'version': '1.1'}, "
		  "'do': {'status': 409}}");
	ck_assert_int_eq(status_of(PUT_ITEM), 409);
	ck_assert_int_eq(status_of("PUT", V1 "/lineItems/l-1",
				   "{\"lineItem\": {\"title\": \"Quiz\", \"class\": "
				   "{\"sourcedId\": \"class-bio-1\"}}}"),
			 200);
	ck_assert_int_eq(status_of("PUT", GRADEBOOK_V2 "/lineItems/l-1", ITEM), 200);
	provider_close(&provider);
}
END_TEST

/* A rule that ends after a time of the request's own clock. */
START_TEST(a_rule_ends)
{
	open_with("", "'for_s': 10", "'status': 503");
	began += 9999000;
	ck_assert_int_eq(status_of(GET_ORGS), 503);
	began += 1000;
	ck_assert_int_eq(status_of(GET_ORGS), 200);
	provider_close(&provider);
}
END_TEST

/* Rules that are replaced while a request of theirs is under way. */
START_TEST(a_request_keeps_its_rules)
{
	struct rules *rules;

	open_with("", ALL, "'body': {'old': true}");
	rules = sandbox_rules(provider.sandbox);
	set_rules("{'when': {'path': '*'}, 'do': {'body': {'new': true}}}");
	rules_put(rules);
	struct answer answer = ask(&provider, GET_ORGS);

	ck_assert_str_eq(answer.text, "{\"new\":true}");
	answer_free(&answer);
	sandbox_set_rules(provider.sandbox, NULL);
	ck_assert_int_eq(status_of(GET_ORGS), 200);
	provider_close(&provider);
}
END_TEST

/* The log says which rule it was. */
START_TEST(the_rule_is_named)
{
	struct answer answer;

	open_with("", ALL, "'delay': 1");
	set_rules("{'when': {'path': '*'}, 'do': {'delay': 1}}, "
		  "{'name': 'busy Monday', 'when': {'path': '*'}, 'do': {'status': 503}}");
	answer = ask(&provider, GET_ORGS);
	ck_assert_str_eq(answer.why, "fault: busy Monday");
	answer_free(&answer);
	provider_close(&provider);
}
END_TEST

Suite *faults_suite(void);
Suite *faults_suite(void)
{
	Suite *suite = suite_create("api/faults");
	TCase *tc = tcase_create("faults");

	tcase_add_loop_test(tc, rules_change_the_answer, 0, ARRAY_SIZE(answers));
	tcase_add_loop_test(tc, rules_break_the_wire, 0, ARRAY_SIZE(wires));
	tcase_add_loop_test(tc, rules_change_headers, 0, ARRAY_SIZE(headers));
	tcase_add_loop_test(tc, pages_slip, 0, ARRAY_SIZE(pages));
	tcase_add_test(tc, delays_are_drawn);
	tcase_add_loop_test(tc, tokens_end, 0, ARRAY_SIZE(tokens));
	tcase_add_test(tc, clocks_are_skewed);
	tcase_add_test(tc, one_client_only);
	tcase_add_test(tc, a_run_of_requests);
	tcase_add_test(tc, a_rule_ends);
	tcase_add_test(tc, a_request_keeps_its_rules);
	tcase_add_test(tc, the_rule_is_named);
	suite_add_tcase(suite, tc);
	return suite;
}
