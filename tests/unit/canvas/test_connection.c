/*
 * test_connection.c - the settings of a client connection.
 */
#include <check.h>

#include "base/jsonx.h"
#include "conformance/canvas/connection.h"
#include "tests/unit/canvas/small.h"
#include "tests/unit/helpers.h"

/* clang-format off */
static const struct {
	const char *category;
	enum category_mode mode;
	const char *id;
} categories[] = {
	{ "\"match\"",         CATEGORY_MATCH,        NULL },
	{ "\"synced\"",        CATEGORY_SYNCED,       NULL },
	{ "\"default:null\"",  CATEGORY_DEFAULT_NULL, "null" },
	{ "\"default:omit\"",  CATEGORY_DEFAULT_OMIT, "omit" },
	{ "\"default:cat-1\"", CATEGORY_DEFAULT_ID,   "cat-1" },
	{ "\"default:a:b\"",   CATEGORY_DEFAULT_ID,   "a:b" },
	{ "\"override:cat-1\"", CATEGORY_OVERRIDE,    "cat-1" },
	{ "\"null\"",          CATEGORY_NULL,         NULL },
	{ "null",              CATEGORY_NULL,         NULL },
	{ "\"omit\"",          CATEGORY_OMIT,         NULL },
};

static const struct {
	const char *period;
	enum period_mode mode;
	const char *id;
} periods[] = {
	{ "\"null\"",       PERIOD_NULL,  NULL },
	{ "null",           PERIOD_NULL,  NULL },
	{ "\"omit\"",       PERIOD_OMIT,  NULL },
	{ "\"match\"",      PERIOD_MATCH, NULL },
	{ "\"fixed:gp-1\"", PERIOD_FIXED, "gp-1" },
};

static const struct {
	const char *json, *pointer, *says;
} refused[] = {
	{ "{\"colour\": 1}",                      "/colour",          "no such setting" },
	{ "{\"Version\": \"1.1\"}",               "/Version",         "no such setting" },
	{ "{\"a/b\": 1}",                         "/a~1b",            "no such setting" },
	{ "{\"version\": \"1.2\"}",               "/version",         "1.1" },
	{ "{\"version\": 1.1}",                   "/version",         "1.1" },
	{ "{\"sis_name\": 1}",                    "/sis_name",        "a string" },
	{ "{\"sis_name\": null}",                 "/sis_name",        "a string" },
	{ "{\"canvas_url\": []}",                 "/canvas_url",      "a string" },
	{ "{\"headers\": []}",                    "/headers",         "an object" },
	{ "{\"headers\": {\"X-Vendor\": 1}}",     "/headers",         "strings" },
	{ "{\"page_size\": \"100\"}",             "/page_size",       "1 to 10000" },
	{ "{\"page_size\": 10001}",               "/page_size",       "1 to 10000" },
	{ "{\"page_size\": -1}",                  "/page_size",       "1 to 10000" },
	{ "{\"page_size\": 0}",                   "/page_size",       "1 to 10000" },
	{ "{\"timeout\": 0}",                     "/timeout",         "1 to 3600" },
	{ "{\"concurrency\": 0}",                 "/concurrency",     "1 to 256" },
	{ "{\"concurrency\": 1.5}",               "/concurrency",     "whole number" },
	{ "{\"retries\": 21}",                    "/retries",         "0 to 20" },
	{ "{\"window_days\": true}",              "/window_days",     "whole number" },
	{ "{\"name_limit\": 256}",                "/name_limit",      "0 to 255" },
	{ "{\"exclude_endpoints\": \"x\"}",       "/exclude_endpoints", "an array" },
	{ "{\"exclude_endpoints\": [1]}",         "/exclude_endpoints", "strings" },
	{ "{\"exclude_endpoints\": [\"getCategories\"]}", "/exclude_endpoints", "getLineItemsForClass" },
	{ "{\"category\": \"first\"}",            "/category",        "match synced" },
	{ "{\"category\": \"default:\"}",         "/category",        "match synced" },
	{ "{\"category\": \"override:\"}",        "/category",        "match synced" },
	{ "{\"category\": \"match:x\"}",          "/category",        "match synced" },
	{ "{\"category\": 0}",                    "/category",        "match synced" },
	{ "{\"category_source\": \"none\"}",      "/category_source", "all filter class-endpoint" },
	{ "{\"category_filter\": \"x='{clas_id}'\"}", "/category_filter", "clas_id" },
	{ "{\"category_filter\": 1}",             "/category_filter", "a string" },
	{ "{\"grading_period\": \"fixed\"}",      "/grading_period",  "fixed:" },
	{ "{\"grading_period\": \"fixed:\"}",     "/grading_period",  "fixed:" },
	{ "{\"id_mode\": \"server\"}",            "/id_mode",         "standard modified" },
	{ "{\"exempt_score\": 1}",                "/exempt_score",    "null 0" },
	{ "{\"exempt_score\": 0.0}",              "/exempt_score",    "null 0" },
	{ "{\"missing_null\": null}",             "/missing_null",    "skip send" },
	{ "{\"resend\": \"always\"}",             "/resend",          "value event" },
	{ "{\"cascade\": true}",                  "/cascade",         "skip_scores post_anyway" },
	{ "{\"due_date_uniform\": \"sections\"}", "/due_date_uniform", "per_section course off" },
	{ "{\"assign_to\": \"everyone\"}",        "/assign_to",       "anyone sections" },
	{ "{\"require_due_date\": \"true\"}",     "/require_due_date", "true or false" },
	{ "{\"enforce_save_rules\": 1}",          "/enforce_save_rules", "true or false" },
	{ "{\"section_id\": \"id\"}",             "/section_id",      "integration_id" },
	{ "{\"user_id\": \"login_id\"}",          "/user_id",         "integration_id" },
	{ "{\"line_item\": []}",                  "/line_item",       "an object" },
	{ "{\"line_item\": {\"title\": \"{assignment.titel}\"}}", "/line_item/title", "assignment.titel" },
	{ "{\"line_item\": {\"metadata\": {\"vendorId\": \"{oops}\"}}}", "/line_item/metadata/vendorId", "oops" },
	{ "{\"line_item\": {\"a/b\": \"{oops}\"}}", "/line_item/a~1b", "oops" },
	{ "{\"result\": {\"comment\": \"{submission.comments}\"}}", "/result/comment", "submission.comments" },
	{ "{\"result\": {\"comment\": \"{submission.comment\"}}", "/result/comment", "not closed" },
	{ "[]",                                   "",                 "a JSON object" },
	{ "{\"version\": \"1.1\"",                "line 1, column 17", "line 1" },
};

static const char *const bundled[] = { "standard", "infinite-campus", "aspen" };
/* clang-format on */

START_TEST(categories_have_modes)
{
	struct connection connection;
	char *members = xformat("\"category\": %s", categories[_i].category);

	small_connection(&connection, members);
	ck_assert_msg(connection.category_mode == categories[_i].mode, "%s: %d", members,
		      (int)connection.category_mode);
	if (categories[_i].mode == CATEGORY_DEFAULT_ID || categories[_i].mode == CATEGORY_OVERRIDE)
		ck_assert_str_eq(connection.category_id, categories[_i].id);
	free(members);
	connection_release(&connection);
}
END_TEST

START_TEST(periods_have_modes)
{
	struct connection connection;
	char *members = xformat("\"grading_period\": %s", periods[_i].period);

	small_connection(&connection, members);
	ck_assert_msg(connection.period_mode == periods[_i].mode, "%s: %d", members,
		      (int)connection.period_mode);
	ck_assert_msg(same_text(connection.period_id, periods[_i].id), "%s", members);
	free(members);
	connection_release(&connection);
}
END_TEST

/* The contract, section 4: the first value is the default where none is given. */
START_TEST(has_the_defaults_of_the_contract)
{
	struct connection c;

	small_connection(&c, "");
	ck_assert_str_eq(c.version, "1.1");
	ck_assert_int_eq(c.concurrency, 8);
	ck_assert_int_eq(c.category_mode, CATEGORY_MATCH);
	ck_assert_str_eq(c.category_source, "all");
	ck_assert_str_eq(c.category_filter, "metadata.classId='{class_id}'");
	ck_assert_int_eq(c.period_mode, PERIOD_NULL);
	ck_assert_str_eq(c.id_mode, "standard");
	ck_assert_str_eq(c.exempt_score, "null");
	ck_assert_str_eq(c.missing_null, "skip");
	ck_assert_str_eq(c.resend, "value");
	ck_assert_int_eq(c.window_days, 0);
	ck_assert_str_eq(c.cascade, "skip_scores");
	ck_assert_int_eq(c.name_limit, 0);
	ck_assert(!c.require_due_date && !c.enforce_save_rules);
	ck_assert_str_eq(c.due_date_uniform, "per_section");
	ck_assert_str_eq(c.section_id, "sis_section_id");
	ck_assert_str_eq(c.user_id, "sis_user_id");
	ck_assert(!c.headers && !c.line_item && !c.result && !c.exclude_endpoints);
	connection_release(&c);
}
END_TEST

START_TEST(takes_every_setting)
{
	struct connection c;

	small_connection(
		&c, "\"version\": \"1.1\", \"sis_name\": \"Aspen\", \"canvas_url\": "
		    "\"https://c\", \"headers\": {\"X-Vendor\": \"v\"}, \"scopes\": \"a b\", "
		    "\"page_size\": 1, \"timeout\": 3600, \"concurrency\": 256, \"retries\": 0, "
		    "\"exclude_endpoints\": [\"getLineItemsForClass\"], \"category_source\": "
		    "\"class-endpoint\", \"id_mode\": \"modified\", \"exempt_score\": 0, "
		    "\"missing_null\": \"send\", \"resend\": \"event\", \"window_days\": 30, "
		    "\"cascade\": \"post_anyway\", \"name_limit\": 255, \"require_due_date\": "
		    "true, \"enforce_save_rules\": true, \"due_date_uniform\": \"off\", "
		    "\"assign_to\": \"sections\", \"section_id\": \"integration_id\", \"user_id\": "
		    "\"integration_id\", \"line_item\": {\"title\": \"{assignment.name}\", "
		    "\"description\": null, \"metadata\": {\"n\": 1, \"s\": \"{class_id}\"}, "
		    "\"status\": \"omit\"}, \"result\": {\"comment\": \"{submission.comment}\"}");
	ck_assert_str_eq(c.sis_name, "Aspen");
	ck_assert_str_eq(jsonx_text(c.headers, "X-Vendor"), "v");
	ck_assert_str_eq(c.scopes, "a b");
	ck_assert_int_eq(c.page_size + c.timeout + c.concurrency + c.retries, 1 + 3600 + 256);
	ck_assert(connection_excludes(&c, "getLineItemsForClass"));
	ck_assert(!connection_excludes(&c, "getResultsForClass"));
	ck_assert_str_eq(c.exempt_score, "0");
	ck_assert_str_eq(c.missing_null, "send");
	ck_assert_str_eq(c.cascade, "post_anyway");
	ck_assert_int_eq(c.name_limit, 255);
	ck_assert(c.require_due_date && c.enforce_save_rules);
	ck_assert_str_eq(c.user_id, "integration_id");
	ck_assert(json_is_null(json_object_get(c.line_item, "description")));
	ck_assert_str_eq(jsonx_text(c.result, "comment"), "{submission.comment}");
	connection_release(&c);
}
END_TEST

START_TEST(points_at_what_is_wrong)
{
	struct connection connection;
	struct err err = ERR_INIT;
	char *folder = scratch_new(), *path = scratch_write(folder, "c.json", refused[_i].json);

	ck_assert_msg(!connection_load(&connection, path, &err), "%s: taken", refused[_i].json);
	ck_assert_msg(err.code == ERR_INVALID && strcmp(err.pointer, refused[_i].pointer) == 0,
		      "%s: pointer \"%s\"", refused[_i].json, err.pointer);
	ck_assert_msg(strstr(err.text, refused[_i].says) && strstr(err.text, path), "%s: %s",
		      refused[_i].json, err.text);
	connection_release(&connection);
	free(path);
	scratch_free(folder);
}
END_TEST

START_TEST(bundled_ones_load)
{
	struct connection connection;
	struct err err = ERR_INIT;

	ck_assert_msg(connection_load(&connection, bundled[_i], &err), "%s", err.text);
	connection_release(&connection);
}
END_TEST

START_TEST(an_unknown_name_lists_what_there_is)
{
	struct connection connection;
	struct err err = ERR_INIT;

	ck_assert(!connection_load(&connection, "atlantis", &err));
	ck_assert_msg(strstr(err.text, "atlantis") && strstr(err.text, "aspen"), "%s", err.text);
	connection_release(&connection);
}
END_TEST

Suite *connection_suite(void);
Suite *connection_suite(void)
{
	Suite *suite = suite_create("canvas/connection");
	TCase *tc = tcase_create("connection");

	tcase_add_loop_test(tc, categories_have_modes, 0, ARRAY_SIZE(categories));
	tcase_add_loop_test(tc, periods_have_modes, 0, ARRAY_SIZE(periods));
	tcase_add_test(tc, has_the_defaults_of_the_contract);
	tcase_add_test(tc, takes_every_setting);
	tcase_add_loop_test(tc, points_at_what_is_wrong, 0, ARRAY_SIZE(refused));
	tcase_add_loop_test(tc, bundled_ones_load, 0, ARRAY_SIZE(bundled));
	tcase_add_test(tc, an_unknown_name_lists_what_there_is);
	suite_add_tcase(suite, tc);
	return suite;
}
