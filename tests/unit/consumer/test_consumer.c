/*
 * test_consumer.c - rules for clients, over journals that no server has written.
 *
 * An exchange is [method, path below the root, operation, status, {…}]; the object may say
 * `t` (ms after the first), `ms`, `client`, `body`, `reply` (JSON), `headers`, `says`
 * (headers of the request and of the response), `refusal`, `cut` (the answer is not whole),
 * `times` (so many of them, 1 ms apart) and `version` (1.2).
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/str.h"
#include "base/when.h"
#include "conformance/consumer/consumer.h"

#define BEGAN 1795000000000LL
#define STEP_MS 50 /* between exchanges that do not say when */

#define TOKEN               \
	"['POST','/oauth2/" \
	"token','token',200,{'reply':{'access_token':'REDACTED','expires_in':60}}]"
#define TOKEN_AT(t)                                   \
	"['POST','/oauth2/token','token',200,{'t':" t \
	",'reply':{'access_token':'REDACTED','expires_in':60}}]"
#define CATEGORIES                                                                                 \
	"['GET','/"                                                                                \
	"categories','getAllCategories',200,{'reply':{'categories':[{'sourcedId':'cat-1','title':" \
	"'Tests'}]}}]"
#define LINE_ITEM(id, status)                                                                  \
	"['PUT','/lineItems/" id "','putLineItem'," status                                     \
	",{'body':{'lineItem':{'title':'Quiz','dueDate':'2026-11-20T12:00:00.000Z','class':{'" \
	"sourcedId':'c-1'}}}}]"
#define LISTED(ids)                                                                              \
	"['GET','/classes/c-1/lineItems','getLineItemsForClass',200,{'reply':{'lineItems':[" ids \
	"]}}]"
#define EXISTING(id)        \
	"{'sourcedId':'" id \
	"','title':'Quiz','dueDate':'2026-11-20T12:00:00Z','class':{'sourcedId':'c-1'}}"
#define RESULT(id, more)                                                                           \
	"['PUT','/results/" id "','putResult',201,{" more                                          \
	"'body':{'result':{'lineItem':{'sourcedId':'li-1'},'student':{'sourcedId':'s-1'},'score':" \
	"5}}}]"
#define PAGE(query, count, more)                                       \
	"['GET','/categories?" query "','getAllCategories',200,{" more \
	"'says':{'X-Total-Count':'6'},'reply':{'categories':[" count "]}}]"
#define TWO "{'sourcedId':'a'},{'sourcedId':'b'}"
#define BUSY                \
	"['PUT','/results/" \
	"r-0','putResult',429,{'says':{'Retry-After':'1'},'body':{'result':{'score':1}}}]"
#define OTHER_AT(t, times) "['GET','/terms','getAllTerms',200,{'t':" t ",'times':" times "}]"

/* clang-format off */
static const struct {
	const char *name, *items;
	int64_t forgotten;
	const char *client;
	const char *rule, *verdict, *says; /* says: of the message; NULL: anything */
} rows[] = {
	/* who did it */
	{ "one of two clients", TOKEN "," CATEGORIES ",['GET','/categories','getAllCategories',200,{'client':'other','headers':{'Authorization':'Bearer REDACTED'}}]", -1, NULL, "CON-TOKEN-001", "fail", "other: exchange 3" },
	{ "only the other client", TOKEN "," CATEGORIES ",['GET','/categories','getAllCategories',200,{'client':'other','headers':{'Authorization':'Bearer REDACTED'}}]", -1, "canvas", "CON-TOKEN-001", "pass", NULL },
	{ "an address is the one client's", TOKEN ",['GET','/terms','getAllTerms',401,{'client':'192.0.2.7','headers':{}}]", -1, NULL, "CON-AUTH-001", "fail", "exchange 2" },
	{ "an address is nobody's of two", TOKEN ",['GET','/terms','getAllTerms',200,{'client':'other'}],['GET','/terms','getAllTerms',401,{'client':'::1','headers':{}}]", -1, NULL, "CON-AUTH-001", "pass", NULL },
	{ "an address that names its key", TOKEN ",['GET','/terms','getAllTerms',200,{'client':'other'}],['GET','/terms','getAllTerms',401,{'client':'192.0.2.7','headers':{'Authorization':'OAuth oauth_consumer_key=\\'other\\',oauth_nonce=\\'n\\',oauth_timestamp=\\'1795000000\\',oauth_signature_method=\\'HMAC-SHA1\\',oauth_signature=\\'REDACTED\\''}}]", -1, NULL, "CON-OAUTH-003", "fail", "other: exchange 3" },
	{ "addresses alone are clients", "['GET','/terms','getAllTerms',200,{'client':'192.0.2.7','headers':{}}]", -1, NULL, "CON-AUTH-001", "skipped", "let everybody in" },

	/* the whole story */
	{ "nothing was forgotten", CATEGORIES, 0, NULL, "CON-TOKEN-001", "fail", NULL },
	{ "something was forgotten", CATEGORIES, 3, NULL, "CON-TOKEN-001", "skipped", "the journal begins with exchange 1" },
	{ "an answer was cut", "['GET','/classes/c-1/lineItems','getLineItemsForClass',200,{'cut':true}]," RESULT("r-1", "") "," LINE_ITEM("li-1", "201"), -1, NULL, "CON-ORDER-004", "skipped", "the answer of exchange 1 was too long" },
	{ "no answer was cut", LISTED("") "," RESULT("r-1", "") "," LINE_ITEM("li-1", "201"), -1, NULL, "CON-ORDER-004", "fail", "li-1 is put only later, by exchange 3" },
	{ "it was there before", LISTED("") "," RESULT("r-1", "") "," LINE_ITEM("li-1", "200"), -1, NULL, "CON-ORDER-004", "pass", NULL },

	/* tokens */
	{ "tokens that had expired", TOKEN "," CATEGORIES "," TOKEN_AT("61000") ",['GET','/a','x',200,{'t':62000}]," TOKEN_AT("123000") ",['GET','/a','x',200,{'t':124000}]," TOKEN_AT("185000"), -1, NULL, "CON-TOKEN-004", "pass", NULL },
	{ "tokens that had not", TOKEN "," CATEGORIES "," TOKEN_AT("1000") ",['GET','/a','x',200,{'t':2000}]," TOKEN_AT("3000") ",['GET','/a','x',200,{'t':4000}]," TOKEN_AT("5000"), -1, NULL, "CON-TOKEN-004", "warning", "exchange 7" },
	{ "a life that no clock holds", "['POST','/oauth2/token','token',200,{'reply':{'expires_in':9223372036854775807}}]," CATEGORIES, -1, NULL, "CON-TOKEN-004", "pass", NULL },
	{ "a token for each thread", "['POST','/oauth2/token','token',200,{'times':16,'reply':{'expires_in':60}}]," CATEGORIES, -1, NULL, "CON-TOKEN-004", "pass", NULL },
	{ "more tokens than threads", "['POST','/oauth2/token','token',200,{'times':17,'reply':{'expires_in':60}}]," CATEGORIES, -1, NULL, "CON-TOKEN-004", "warning", "17 tokens in succession" },
	{ "two tries of a wrong secret", "['POST','/oauth2/token','token',401,{'times':2}]", -1, NULL, "CON-TOKEN-005", "pass", NULL },
	{ "three tries of a wrong secret", "['POST','/oauth2/token','token',401,{'times':3}]", -1, NULL, "CON-TOKEN-005", "fail", "3 times in succession" },
	{ "a 401 after the token's life", TOKEN ",['GET','/terms','getAllTerms',401,{'t':61000}]", -1, NULL, "CON-AUTH-002", "pass", NULL },
	{ "a 401 within the token's life", TOKEN ",['GET','/terms','getAllTerms',401,{'t':59000}]", -1, NULL, "CON-AUTH-002", "fail", "exchange 1 gave a token" },
	{ "a token that the server calls expired", TOKEN ",['GET','/terms','getAllTerms',401,{'refusal':'token_expired: x'}]", -1, NULL, "CON-AUTH-002", "pass", NULL },

	/* ids */
	{ "an id that was listed", LISTED(EXISTING("li-0")) "," LINE_ITEM("li-0", "200"), -1, NULL, "CON-ID-001", "pass", NULL },
	{ "a new one though it was listed", LISTED(EXISTING("li-0")) "," LINE_ITEM("li-1", "201"), -1, NULL, "CON-ID-001", "fail", "which has li-0" },
	{ "either of two that were listed", LISTED(EXISTING("li-0") "," EXISTING("li-1")) "," LINE_ITEM("li-1", "200"), -1, NULL, "CON-ID-001", "pass", NULL },
	{ "a new one after a deletion", LINE_ITEM("li-0", "201") ",['DELETE','/lineItems/li-0','deleteLineItem',204]," LINE_ITEM("li-1", "201"), -1, NULL, "CON-ID-001", "pass", NULL },
	{ "a new one after a refusal", LINE_ITEM("li-0", "400") "," LINE_ITEM("li-1", "201"), -1, NULL, "CON-ID-001", "pass", NULL },
	{ "the provider's own id", "['PUT','/lineItems/x','putLineItem',201,{'body':{'lineItem':{'title':'Quiz','class':{'sourcedId':'c-1'}}},'reply':{'lineItem':{'sourcedId':'li-7'}}}],['PUT','/lineItems/li-7','putLineItem',200,{'body':{'lineItem':{'title':'Quiz','class':{'sourcedId':'c-1'}}}}]", -1, NULL, "CON-ID-001", "pass", NULL },
	{ "an id with a slash", "['PUT','/results/a%2Fb','putResult',201,{'body':{'result':{'sourcedId':'a/b'}}}]", -1, NULL, "CON-ID-003", "pass", NULL },
	{ "nothing was made", LINE_ITEM("li-1", "200"), -1, NULL, "CON-ORDER-002", "skipped", "no lineItem was created" },

	/* runs and repetitions */
	{ "twice within ten seconds", RESULT("r-1", "") "," RESULT("r-1", "'t':9000,"), -1, NULL, "CON-ONCE-002", "fail", "exchange 1 wrote it" },
	{ "twice with a pause", RESULT("r-1", "") "," RESULT("r-1", "'t':11000,"), -1, NULL, "CON-ONCE-002", "pass", NULL },
	{ "again after half a minute of silence", RESULT("r-1", "'ms':30000,") "," RESULT("r-1", "'t':30500,"), -1, NULL, "CON-ONCE-002", "pass", NULL },
	{ "a refusal for the rate is no refusal", "['PUT','/results/r','putResult',403,{'refusal':'rate_limited: slow down','times':2}]", -1, NULL, "CON-RETRY-001", "skipped", NULL },
	{ "not found until it was written", "['GET','/lineItems/li-1','getLineItem',404]," LINE_ITEM("li-1", "201") ",['GET','/lineItems/li-1','getLineItem',404]", -1, NULL, "CON-RETRY-001", "pass", NULL },
	{ "not found, and again", "['GET','/lineItems/li-1','getLineItem',404,{'times':2}]", -1, NULL, "CON-RETRY-001", "fail", "was refused with 404" },
	{ "after Retry-After", BUSY "," OTHER_AT("1001", "1"), -1, NULL, "CON-RETRY-002", "pass", NULL },
	{ "before it is over", BUSY "," OTHER_AT("900", "1"), -1, NULL, "CON-RETRY-002", "fail", "after 900 ms" },
	{ "what was on the way", BUSY "," OTHER_AT("1", "16"), -1, NULL, "CON-RETRY-002", "pass", NULL },
	{ "more than can have been on the way", BUSY "," OTHER_AT("1", "17"), -1, NULL, "CON-RETRY-002", "fail", NULL },

	/* pages */
	{ "pages at once, the last one first", PAGE("limit=2", TWO, "") "," PAGE("limit=2&offset=4", TWO, "") "," PAGE("limit=2&offset=2", TWO, ""), -1, NULL, "CON-PAGE-001", "pass", NULL },
	{ "a page is missing", PAGE("limit=2", TWO, "") "," PAGE("limit=2&offset=2", TWO, ""), -1, NULL, "CON-PAGE-001", "fail", "(4 of 6)" },
	{ "pages of another filter", PAGE("limit=2&filter=a%3D%27b%27", TWO, "") "," PAGE("limit=2&offset=2", TWO, ""), -1, NULL, "CON-PAGE-001", "fail", "(2 of 6)" },
	{ "only a link says so", "['GET','/terms','getAllTerms',200,{'says':{'Link':'<http://h/terms?offset=100>; rel=next'},'reply':{'academicSessions':[]}}]", -1, NULL, "CON-PAGE-001", "fail", "never asked for" },
	{ "how many are there", PAGE("limit=1", "{'sourcedId':'a'}", ""), -1, NULL, "CON-PAGE-001", "skipped", NULL },
	{ "a page that was cut", PAGE("limit=3", TWO, "'cut':true,") "," PAGE("limit=3&offset=3", TWO ",{}", ""), -1, NULL, "CON-PAGE-001", "pass", NULL },
	{ "again after it wrote", PAGE("limit=9", TWO, "") "," LINE_ITEM("li-1", "201") "," PAGE("limit=9", TWO, ""), -1, NULL, "CON-PAGE-003", "pass", NULL },

	/* bodies know their version */
	{ "1.1 knows no scoreStatus late", "['PUT','/results/r','putResult',201,{'body':{'result':{'lineItem':{'sourcedId':'l'},'student':{'sourcedId':'s'},'scoreStatus':'late'}}}]", -1, NULL, "CON-BODY-001", "fail", "/result/scoreStatus" },
	{ "1.2 knows scoreStatus ext:late", "['PUT','/results/r','putResult',201,{'version':2,'body':{'result':{'lineItem':{'sourcedId':'l'},'student':{'sourcedId':'s'},'scoreStatus':'ext:late','scoreDate':'2026-11-20'}}}]", -1, NULL, "CON-BODY-001", "pass", NULL },
};
/* clang-format on */

static char *quoted(const char *text)
{
	struct str out = STR_INIT;

	for (; *text; text++)
		if (*text == '\\' && text[1] == '\'')
			str_add(&out, "\\\""), text++;
		else
			str_add_char(&out, *text == '\'' ? '"' : *text);
	return str_take(&out, NULL);
}

static json_t *message(const json_t *headers, const json_t *body, bool cut)
{
	char *text = body ? jsonx_dump(body) : NULL;
	json_t *message = json_pack("{sO?,ss?}", "headers", headers, "body", text);

	if (!headers)
		json_object_set_new(message, "headers",
				    json_pack("{ss}", "Authorization", "Bearer REDACTED"));
	if (cut)
		json_object_set_new(message, "truncated", json_true());
	free(text);
	return message;
}

/* An item of the journal from a row's exchange. */
static json_t *item_of(const json_t *row, int64_t id, int64_t when)
{
	const json_t *more = json_array_get(row, 4);
	const char *path = json_string_value(json_array_get(row, 1));
	const char *client = jsonx_text(more, "client"), *refusal = jsonx_text(more, "refusal");
	const char *root = strcmp(path, "/oauth2/token") == 0 ? ""
			   : jsonx_int(more, "version") == 2
				   ? "/sandboxes/s/ims/oneroster/gradebook/v1p2"
				   : "/ims/oneroster/v1p1";
	char *target = xformat("%s%s", root, path), at[WHEN_TEXT];
	json_t *item;

	when_format(when, at);
	item = json_pack(
		"{sI,ss,ss,sO,ss,sO,sO,sI,ss,so,so,s[],s[],ss?,ss}", "id", (json_int_t)id, "at", at,
		"real_at", at, "method", json_array_get(row, 0), "target", target, "operation",
		json_array_get(row, 2), "status", json_array_get(row, 3), "ms",
		(json_int_t)jsonx_int(more, "ms"), "client", client ? client : "canvas", "request",
		message(json_object_get(more, "headers"), json_object_get(more, "body"), false),
		"response",
		message(json_object_get(more, "says"), json_object_get(more, "reply"),
			jsonx_true(more, "cut")),
		"quirks", "faults", "refusal", refusal, "curl", "curl ...");
	ck_assert_ptr_nonnull(item);
	free(target);
	return item;
}

static json_t *journal_of(const char *text)
{
	char *plain = quoted(text), *whole = xformat("[%s]", plain);
	json_t *list = json_loads(whole, 0, NULL), *items = json_array();
	int64_t when = 0, id = 0;
	const json_t *row;
	size_t i;

	ck_assert_msg(list != NULL, "%s", whole);
	json_array_foreach (list, i, row) {
		const json_t *more = json_array_get(row, 4);
		int64_t times = jsonx_int(more, "times");

		when = json_object_get(more, "t") ? jsonx_int(more, "t")
						  : when + (id ? STEP_MS : 0);
		for (int64_t k = 0; k < (times ? times : 1); k++)
			json_array_append_new(items, item_of(row, ++id, BEGAN + when + k));
	}
	json_decref(list);
	free(whole);
	free(plain);
	return items;
}

START_TEST(judges)
{
	json_t *items = journal_of(rows[_i].items);
	struct err err = ERR_INIT;
	json_t *report = consumer_judge_items(items, rows[_i].forgotten, rows[_i].client, NULL,
					      &err);
	const json_t *check;
	bool found = false;
	size_t i;

	ck_assert_msg(report != NULL, "%s: %s", rows[_i].name, err.text);
	json_array_foreach (json_object_get(report, "checks"), i, check) {
		const char *verdict = jsonx_text(check, "verdict");
		const char *said = jsonx_text(check, "message");

		if (strcmp(jsonx_text(check, "id"), rows[_i].rule) != 0)
			continue;
		found = true;
		ck_assert_msg(strcmp(verdict, rows[_i].verdict) == 0, "%s: %s is %s: %s",
			      rows[_i].name, rows[_i].rule, verdict, said);
		ck_assert_msg(!rows[_i].says || strstr(said, rows[_i].says), "%s: %s",
			      rows[_i].name, said);
	}
	ck_assert_msg(found, "there is no %s", rows[_i].rule);
	json_decref(report);
	json_decref(items);
}
END_TEST

START_TEST(the_report_says_whom_it_is_about)
{
	json_t *items = journal_of(rows[3].items);
	struct err err = ERR_INIT;
	json_t *report = consumer_judge_items(items, -1, NULL, NULL, &err);
	const json_t *clients = json_object_get(report, "clients");

	ck_assert_str_eq(json_string_value(json_array_get(clients, 0)), "canvas");
	ck_assert_str_eq(json_string_value(json_array_get(clients, 1)), "other");
	ck_assert_uint_eq(json_array_size(clients), 2);
	ck_assert_int_eq(jsonx_int(report, "not_attributed"), 1);
	ck_assert_int_eq(jsonx_int(report, "exchanges"), 3);
	ck_assert_str_eq(jsonx_text(report, "version"), "1.1");
	json_decref(report);
	json_decref(items);
}
END_TEST

START_TEST(nothing_to_judge_is_an_error)
{
	json_t *none = json_array(), *items = journal_of(CATEGORIES);
	struct err err = ERR_INIT, other = ERR_INIT;

	ck_assert_ptr_null(consumer_judge_items(none, 0, NULL, NULL, &err));
	ck_assert_int_eq(err.code, ERR_INVALID);
	ck_assert_ptr_null(consumer_judge_items(items, 0, "nobody", NULL, &other));
	ck_assert_ptr_nonnull(strstr(other.text, "only of: canvas"));
	json_decref(none);
	json_decref(items);
}
END_TEST

Suite *consumer_suite(void);
Suite *consumer_suite(void)
{
	Suite *suite = suite_create("consumer");
	TCase *tc = tcase_create("consumer");

	tcase_add_loop_test(tc, judges, 0, ARRAY_SIZE(rows));
	tcase_add_test(tc, the_report_says_whom_it_is_about);
	tcase_add_test(tc, nothing_to_judge_is_an_error);
	suite_add_tcase(suite, tc);
	return suite;
}
