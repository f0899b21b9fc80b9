/*
 * test_publish.c - publish.lag_s: what was written can be read only later.
 */
#include <check.h>

#include "base/jsonx.h"
#include "server/api/publish.h"
#include "tests/unit/api/client.h"
#include "tests/unit/helpers.h"

#define LAG "\"publish.lag_s\": 100"
#define ITEM(title)                                                             \
	"{\"lineItem\": {\"title\": \"" title "\", \"class\": {\"sourcedId\": " \
	"\"class-bio-1\"}, \"category\": {\"sourcedId\": \"cat-homework\"}}}"

static struct provider provider;

/* Seconds after the beginning, on the sandbox's clock. */
static void at_second(int second)
{
	provider.sandbox->clock.offset = second * INT64_C(1000);
}

static void write_to(const char *method, const char *id, const char *body, int status)
{
	char *target = xformat(V1 "/lineItems/%s", id);

	ck_assert_msg(ask_status(&provider, method, target, body) == status, "%s %s", method, id);
	free(target);
}

/* The titles of a collection in its order, and its total. */
static void expect_titles(const char *target, const char *titles, const char *total)
{
	struct answer answer = ask(&provider, "GET", target, NULL);
	const json_t *items = json_object_get(answer.json, "lineItems"), *item;
	struct str found = STR_INIT;
	size_t i;

	json_array_foreach (items, i, item)
		str_format(&found, "%s%s", i ? " " : "", jsonx_text(item, "title"));
	ck_assert_int_eq(answer.status, 200);
	ck_assert_msg(strcmp(str_text(&found), titles) == 0, "%s: %s, not %s", target,
		      str_text(&found), titles);
	ck_assert_str_eq(answer.total, total);
	str_release(&found);
	answer_free(&answer);
}

static void expect_one(const char *id, const char *title) /* NULL: 404 */
{
	char *target = xformat(V1 "/lineItems/%s", id);
	struct answer answer = ask(&provider, "GET", target, NULL);

	ck_assert_msg(answer.status == (title ? 200 : 404), "%s: %d", id, answer.status);
	ck_assert(same_text(jsonx_text(json_object_get(answer.json, "lineItem"), "title"), title));
	answer_free(&answer);
	free(target);
}

START_TEST(a_write_is_seen_later)
{
	provider_open(&provider, LAG, "");
	write_to("PUT", "a", ITEM("one"), 201);
	expect_one("a", NULL);
	expect_titles(V1 "/lineItems", "", "0");
	at_second(50);
	write_to("PUT", "a", ITEM("two"), 200); /* the SIS itself knows it */
	write_to("PUT", "b", ITEM("new"), 201);
	at_second(99);
	expect_one("a", NULL);
	at_second(101);
	expect_one("a", "one");
	expect_one("b", NULL);
	expect_titles(V1 "/lineItems", "one", "1");
	expect_titles(V1 "/classes/class-bio-1/lineItems?filter=title%3D'two'", "", "0");
	at_second(151);
	expect_titles(V1 "/lineItems", "two new", "2");
	expect_titles(V1 "/classes/class-bio-1/lineItems?filter=title%3D'two'", "two", "1");
	provider_close(&provider);
}
END_TEST

/* One request with a wrong clock publishes nothing for the others. */
START_TEST(a_skewed_request_publishes_nothing)
{
	json_t *document = json_pack("{s[{s{ss}s{si}}]}", "items", "when", "method", "PUT", "do",
				     "skew_s", 1000);
	struct err err = ERR_INIT;

	provider_open(&provider, LAG, "");
	write_to("PUT", "a", ITEM("one"), 201);
	sandbox_set_rules(provider.sandbox, rules_parse(document, 1, 0, &err));
	write_to("PUT", "b", ITEM("two"), 201);
	expect_titles(V1 "/lineItems", "", "0");
	at_second(101);
	expect_titles(V1 "/lineItems", "one two", "2");
	json_decref(document);
	provider_close(&provider);
}
END_TEST

START_TEST(so_is_a_deletion)
{
	provider_open(&provider, LAG, "");
	at_second(-1000);
	write_to("PUT", "a", ITEM("a"), 201);
	write_to("PUT", "b", ITEM("b"), 201);
	write_to("PUT", "c", ITEM("c"), 201);
	at_second(0);
	write_to("DELETE", "b", NULL, 204);
	write_to("DELETE", "b", NULL, 404);
	expect_titles(V1 "/lineItems?limit=2", "a b", "3"); /* in its old place */
	expect_one("b", "b");
	write_to("PUT", "b", ITEM("again"), 201);
	expect_titles(V1 "/lineItems", "a b c", "3");
	at_second(101);
	expect_titles(V1 "/lineItems", "a c again", "3");
	provider_close(&provider);
}
END_TEST

START_TEST(so_is_a_soft_deletion)
{
	provider_open(&provider, LAG ", \"delete.mode\": \"soft\"", "");
	write_to("PUT", "a", ITEM("a"), 201);
	at_second(200);
	write_to("DELETE", "a", NULL, 204);
	expect_titles(V1 "/lineItems?filter=status%3D'active'", "a", "1");
	at_second(301);
	expect_titles(V1 "/lineItems?filter=status%3D'active'", "", "0");
	provider_close(&provider);
}
END_TEST

START_TEST(so_is_what_is_posted)
{
	static const char body[] = "{\"lineItems\": [{\"sourcedId\": \"x\", \"title\": \"x\"}, "
				   "{\"sourcedId\": \"y\", \"title\": \"y\"}]}";

	provider_open(&provider, LAG, "");
	ck_assert_int_eq(
		ask_status(&provider, "POST", GRADEBOOK_V2 "/classes/class-bio-1/lineItems", body),
		201);
	expect_titles(V1 "/lineItems", "", "0");
	at_second(101);
	expect_titles(V1 "/lineItems?sort=title", "x y", "2");
	provider_close(&provider);
}
END_TEST

/* A refused write leaves nothing that would be hidden. */
START_TEST(a_refusal_hides_nothing)
{
	provider_open(&provider, LAG ", \"title.max\": 3", "");
	write_to("PUT", "a", ITEM("too long"), 400);
	write_to("DELETE", "none", NULL, 404);

	struct err err = ERR_INIT;
	bool exists = true;

	ck_assert(unpublished_exists(store_conn(provider.sandbox->store), 0, &exists, &err));
	ck_assert(!exists);
	provider_close(&provider);
}
END_TEST

/* What only this version, filter or sort may say is refused as ever. */
START_TEST(errors_are_as_ever)
{
	provider_open(&provider, LAG, "");
	write_to("PUT", "a", ITEM("a"), 201);
	ck_assert_int_eq(ask_status(&provider, "GET", V1 "/lineItems?limit=0", NULL), 400);
	ck_assert_int_eq(ask_status(&provider, "GET", V1 "/lineItems?filter=nonsense", NULL), 400);
	ck_assert_int_eq(ask_status(&provider, "GET", V1 "/classes/none/lineItems", NULL), 404);
	ck_assert_int_eq(ask_status(&provider, "GET", V1 "/orgs?limit=1", NULL), 200);
	provider_close(&provider);
}
END_TEST

START_TEST(without_a_lag_all_is_seen_at_once)
{
	provider_open(&provider, "", "");
	write_to("PUT", "a", ITEM("a"), 201);
	expect_one("a", "a");
	write_to("DELETE", "a", NULL, 204);
	expect_one("a", NULL);

	struct err err = ERR_INIT;
	bool exists = true;

	ck_assert(unpublished_exists(store_conn(provider.sandbox->store), 0, &exists, &err));
	ck_assert(!exists);
	provider_close(&provider);
}
END_TEST

/* A reader that sees an old state says which switch it was. */
START_TEST(the_journal_is_told)
{
	struct err err = ERR_INIT;
	struct context context = { 0 };
	bool hides;

	provider_open(&provider, LAG, "");
	write_to("PUT", "a", ITEM("a"), 201);
	context.sandbox = provider.sandbox;
	context.profile = sandbox_profile(provider.sandbox);
	context.now = sandbox_now(provider.sandbox);

	struct conn *conn = store_conn(provider.sandbox->store);

	ck_assert(publish_hides(&context, conn, &hides, &err) && hides);
	ck_assert(conn_begin(conn, true, &err) && publish_hide(&context, conn, &err));
	conn_rollback(conn);
	ck_assert_uint_eq(context.fired_count, 1);
	ck_assert_str_eq(context.fired[0], "publish.lag_s");
	context.now += 101000;
	ck_assert(publish_hides(&context, conn, &hides, &err) && !hides);
	profile_put(context.profile);
	provider_close(&provider);
}
END_TEST

Suite *publish_suite(void);
Suite *publish_suite(void)
{
	Suite *suite = suite_create("api/publish");
	TCase *tc = tcase_create("publish");

	tcase_add_test(tc, a_write_is_seen_later);
	tcase_add_test(tc, a_skewed_request_publishes_nothing);
	tcase_add_test(tc, so_is_a_deletion);
	tcase_add_test(tc, so_is_a_soft_deletion);
	tcase_add_test(tc, so_is_what_is_posted);
	tcase_add_test(tc, a_refusal_hides_nothing);
	tcase_add_test(tc, errors_are_as_ever);
	tcase_add_test(tc, without_a_lag_all_is_seen_at_once);
	tcase_add_test(tc, the_journal_is_told);
	suite_add_tcase(suite, tc);
	return suite;
}
