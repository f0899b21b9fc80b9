/*
 * test_judge_roster.c - the suites about rostering, resources and categories leave a right provider
 * alone, say why they skip what they skip, and read no more of a large district than they may.
 *
 * That each of their checks can fail is shown by tests/power.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/util.h"
#include "base/when.h"
#include "conformance/checks/judge.h"
#include "oneroster/vocab.h"
#include "tests/http/harness.h"
#include "tests/quoted.h"

#define SUITES "[\"rostering-bulk\",\"rostering-school\",\"resources\",\"gpb-canvas\"]"
#define ROSTER "[\"rostering-bulk\",\"rostering-school\",\"resources\"]"

static json_t *judge(const struct server *server, const char *suites, unsigned version)
{
	struct transport_config config = {
		.sis = server->root, .credential = CREDENTIAL, .timeout_s = 20, .concurrency = 1
	};
	json_t *names = json_loads(suites, 0, NULL), *report;
	struct judge_options options = {
		.credential = CREDENTIAL, .suites = names, .version = version, .seed = 7
	};
	struct err err = ERR_INIT;

	ck_assert(when_parse(STORY_TIME, &options.now, NULL));
	options.transport = transport_new(&config, &err);
	ck_assert_msg(options.transport != NULL, "%s", err.text);
	report = judge_run(&options, &err);
	ck_assert_msg(report != NULL, "%s", err.text);
	transport_free(options.transport);
	json_decref(names);
	return report;
}

static const json_t *check_of(const json_t *report, const char *id)
{
	const json_t *check;
	size_t i;

	json_array_foreach (json_object_get(report, "checks"), i, check)
		if (same_text(jsonx_text(check, "id"), id))
			return check;
	ck_abort_msg("%s is no check", id);
}

/* JSON that is written with ' for ". Returns (free). */
static char *plain(const char *text)
{
	json_t *json = json_quoted(text);
	char *out = jsonx_dump(json);

	json_decref(json);
	return out;
}

static void ask(const struct server *server, const char *faults)
{
	char *body = plain(faults);

	ck_assert_int_eq(admin_status(server, "PUT", "/sandboxes/default/faults", body), 200);
	free(body);
}

/* The checks that neither pass nor skip, and those of the prefix that skip: "RB-1 RB-2 ". */
static void sort_out(const json_t *report, const char *prefix, struct str *wrong,
		     struct str *skipped)
{
	const json_t *check;
	size_t i;

	json_array_foreach (json_object_get(report, "checks"), i, check) {
		const char *verdict = jsonx_text(check, "verdict"), *id = jsonx_text(check, "id");

		if (same_text(verdict, "skipped")) {
			if (starts_with(id, prefix))
				str_format(skipped, "%s ", id);
		} else if (!same_text(verdict, "pass")) {
			str_format(wrong, "%s (%s) ", id, jsonx_text(check, "message"));
		}
	}
}

/* The demo district has no guardians, no children beside its parents, no weights. */
#define NO_DATA                                                                             \
	"RB-REF-011 RB-REF-013 RB-REF-015 RB-LINK-001 RB-LINK-002 RB-LINK-003 RB-LINK-004 " \
	"RB-LINK-005 RB-USER-014 "

static const struct {
	const char *profile;
	unsigned version;
	const char *rostering, *resources, *categories; /* skipped */
} clean[] = {
	{ "standard", V11, NO_DATA, "", "GPC-USE-006 " },
	{ "standard", V12, NO_DATA, "RSC-REF-003 RSC-USER-001 ",
	  "GPC-WEIGHT-001 GPC-WEIGHT-002 GPC-USE-006 " },
	/* no class endpoint in 1.1, and no lineItem without a category */
	{ "strict", V11, NO_DATA, "",
	  "GPC-CLASS-002 GPC-CLASS-003 GPC-CLASS-004 GPC-CLASS-006 GPC-USE-001 GPC-USE-002 "
	  "GPC-USE-003 GPC-USE-006 " },
	{ "strict", V12, NO_DATA, "RSC-REF-003 RSC-USER-001 ",
	  "GPC-WEIGHT-001 GPC-WEIGHT-002 GPC-USE-001 GPC-USE-002 GPC-USE-006 " },
};

START_TEST(a_right_provider_is_left_alone)
{
	const char *const prefixes[] = { "RB-", "RS-", "RSC-", "GPC-" };
	const char *const expected[] = { clean[_i].rostering, "", clean[_i].resources,
					 clean[_i].categories };
	struct server server;
	json_t *report;

	server_start(&server, (const char *[]){ "--profile", clean[_i].profile, NULL });
	report = judge(&server, SUITES, clean[_i].version);
	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++) {
		struct str wrong = STR_INIT, skipped = STR_INIT;

		sort_out(report, prefixes[i], &wrong, &skipped);
		ck_assert_msg(wrong.length == 0, "%s", str_text(&wrong));
		ck_assert_str_eq(str_text(&skipped), expected[i]);
		str_release(&wrong);
		str_release(&skipped);
	}
	ck_assert_uint_eq(json_array_size(json_object_get(report, "left_behind")), 0);
	json_decref(report);
	ck_assert_int_eq(server_stop(&server), 0);
}
END_TEST

#define REF(id) "{'href': 'http://127.0.0.1/', 'sourcedId': '" id "', 'type': 'org'}"
#define SET(operation, members) \
	"{'when': {'operation': '" operation "'}, 'do': {'set': {" members "}}}"
/* Of the page that begins with student-093. */
#define SET_USERS(members)                                                                  \
	"{'when': {'operation': 'getAllUsers', 'query': {'offset': '100'}}, 'do': {'set': " \
	"{" members "}}}"

/* clang-format off */
/* What the demo district lacks, shown as it should be. */
static const struct {
	const char *name;
	unsigned version;
	const char *rules, *passes;
} richer[] = {
	{ "agents of 1.1", V11,
	  SET_USERS("'/users/0/role': 'parent', '/users/0/agents': [" REF("student-094") "], '/users/1/agents': [" REF("student-093") "]"),
	  "RB-REF-011 RB-LINK-005 RB-USER-014" },
	{ "agents that only the student names", V12,
	  SET_USERS("'/users/0/roles/0/role': 'guardian', '/users/1/agents': [" REF("student-093") "]"),
	  "RB-REF-011 RB-USER-014 RB-USER-008" },
	{ "children", V11,
	  SET("getAllOrgs", "'/orgs/0/children': [" REF("school-high") ", " REF("school-middle") "]") ", "
	  SET("getAllAcademicSessions", "'/academicSessions/0/children': [" REF("term-fall") ", " REF("term-spring") "]"),
	  "RB-REF-013 RB-REF-015 RB-LINK-001 RB-LINK-002 RB-LINK-003 RB-LINK-004" },
	{ "classes of two periods with two primary teachers", V12,
	  SET("getAllEnrollments", "'/enrollments/1/role': 'teacher', '/enrollments/1/primary': 'true'") ", "
	  SET("getAllClasses", "'/classes/*/periods': ['1', '2']"),
	  "RB-ENR-007 RB-ENR-008" },
	{ "what is deleted refers to what is gone", V11,
	  SET("getAllEnrollments", "'/enrollments/4/status': 'tobedeleted', '/enrollments/4/user/sourcedId': 'user-gone'"),
	  "RB-REF-001 RB-GONE-001 RB-GONE-002" },
	{ "weights", V12,
	  SET("getAllCategories", "'/categories/0/weight': 40, '/categories/1/weight': 60.0"),
	  "GPC-WEIGHT-001 GPC-WEIGHT-002" },
	{ "resources of a user", V12,
	  SET_USERS("'/users/0/resources': [" REF("res-bio-book") "]") ", "
	  "{'when': {'path': '/users/student-093/resources'}, 'do': {'body': {'resources': [{'sourcedId': 'res-bio-book', 'status': 'active'}]}}}",
	  "RSC-REF-003 RSC-USER-001" },
	{ "lineItems of the teacher's own", V11,
	  SET("getLineItemsForClass", "'/lineItems': [{'sourcedId': 'li-old', 'category': {'sourcedId': 'cat-tests'}}]"),
	  "GPC-USE-006" },
	{ "JSON booleans in 1.1", V11, SET("getAllUsers", "'/users/0/enabledUser': true"),
	  "RB-USER-006" },
	{ "references as 1.1 has words for them", V11,
	  SET("getAllEnrollments", "'/enrollments/*/user/type': 'student'") ", "
	  SET("getAllClasses", "'/classes/0/terms/0/type': 'term'"),
	  "RB-TYPE-001 RB-TYPE-003" },
};
/* clang-format on */

START_TEST(what_is_right_passes)
{
	char *faults = xformat("{'items': [%s]}", richer[_i].rules);
	char *ids = xstrdup(richer[_i].passes), *rest = NULL;
	struct server server;
	json_t *report;

	server_start(&server, NULL);
	ask(&server, faults);
	report = judge(&server, SUITES, richer[_i].version);
	for (char *id = strtok_r(ids, " ", &rest); id; id = strtok_r(NULL, " ", &rest)) {
		const json_t *check = check_of(report, id);

		ck_assert_msg(same_text(jsonx_text(check, "verdict"), "pass"), "%s: %s: %s: %s",
			      richer[_i].name, id, jsonx_text(check, "verdict"),
			      jsonx_text(check, "message"));
	}
	json_decref(report);
	ck_assert_int_eq(server_stop(&server), 0);
	free(faults);
	free(ids);
}
END_TEST

/* Ways of paging that lead to the same objects. */
static const char *const pagings[] = {
	"{'quirks': {'limit.max': 30}}",
	"{'quirks': {'limit.max': 30, 'page.link_header': false}}",
	"{'quirks': {'limit.max': 30, 'page.total_header': false}}",
	"{'quirks': {'page.link_header': false, 'page.total_header': false}}",
};

START_TEST(all_pages_are_read)
{
	struct str wrong = STR_INIT, skipped = STR_INIT;
	char *body = plain(pagings[_i]);
	struct server server;
	json_t *report;

	server_start(&server, NULL);
	ck_assert_int_eq(admin_status(&server, "PATCH", "/sandboxes/default/profile", body), 200);
	report = judge(&server, ROSTER, V11);
	sort_out(report, "RB-", &wrong, &skipped);
	ck_assert_msg(wrong.length == 0, "%s: %s", pagings[_i], str_text(&wrong));
	ck_assert_str_eq(str_text(&skipped), NO_DATA);
	str_release(&wrong);
	str_release(&skipped);
	json_decref(report);
	ck_assert_int_eq(server_stop(&server), 0);
	free(body);
}
END_TEST

START_TEST(what_is_absent_is_skipped)
{
	struct server server;
	const json_t *check;
	json_t *report;
	size_t i, skipped = 0;

	server_start(&server, NULL);
	ask(&server, "{'items': [{'when': {'path': '/resources*'}, 'do': {'status': 404}}, "
		     "{'when': {'path': '/demographics*'}, 'do': {'fault': 'forbidden_scope'}}]}");
	report = judge(&server, ROSTER, V12);
	json_array_foreach (json_object_get(report, "checks"), i, check) {
		const char *id = jsonx_text(check, "id"), *message = jsonx_text(check, "message");

		if (!starts_with(id, "RSC-") && !starts_with(id, "RB-DEMO-"))
			continue;
		ck_assert_msg(same_text(jsonx_text(check, "verdict"), "skipped"), "%s: %s", id,
			      message);
		ck_assert_msg(starts_with(message, "the provider has no /"), "%s: %s", id, message);
		skipped++;
	}
	ck_assert_uint_gt(skipped, 25);
	json_decref(report);
	ck_assert_int_eq(server_stop(&server), 0);
}
END_TEST

/* The demo district with @count more students, all of them in one class. */
static char *large_district(int count)
{
	char *folder = folder_make(), *demo = fixture("roster/demo");
	struct str users = STR_INIT, enrollments = STR_INIT;
	char *path, *text;

	folder_copy(demo, folder);
	path = xformat("%s/users.csv", folder);
	text = file_get(path);
	str_add(&users, text);
	free(text);
	free(path);
	path = xformat("%s/enrollments.csv", folder);
	text = file_get(path);
	str_add(&enrollments, text);
	free(text);
	free(path);
	for (int i = 0; i < count; i++) {
		str_format(&users,
			   "many-%04d,,,true,school-high,student,many.%d,,Given,Family,,M%d,"
			   "many.%d@example.org,,,,09,\n",
			   i, i, i, i);
		str_format(&enrollments,
			   "enr-many-%04d,,,class-hist-1,school-high,many-%04d,student,,2026-08-17,"
			   "2027-06-12\n",
			   i, i);
	}
	file_put(folder, "users.csv", str_text(&users));
	file_put(folder, "enrollments.csv", str_text(&enrollments));
	str_release(&users);
	str_release(&enrollments);
	free(demo);
	return folder;
}

START_TEST(of_a_large_district_a_part_is_read)
{
	char *folder = large_district(1500);
	struct str wrong = STR_INIT, skipped = STR_INIT;
	struct server server;
	const json_t *check;
	json_t *report;
	size_t i, calls = 0;

	server_start_bare(&server, (const char *[]){ "--db", ":memory:", "--credential", CREDENTIAL,
						     "--load", folder, "--now", STORY_TIME, NULL });
	report = judge(&server, ROSTER, V11);
	sort_out(report, "RS-", &wrong, &skipped);
	ck_assert_msg(wrong.length == 0, "%s", str_text(&wrong));
	/* what would need all of them */
	ck_assert_str_eq(str_text(&skipped), "RS-SUM-002 RS-SUM-003 ");
	ck_assert_str_eq(jsonx_text(check_of(report, "RB-USER-005"), "message"),
			 "so for the first 1000 of /users, the others were not read");
	ck_assert_str_eq(jsonx_text(check_of(report, "RB-PART-011"), "verdict"), "skipped");
	json_array_foreach (json_object_get(report, "checks"), i, check)
		calls += json_array_size(json_object_get(check, "exchanges"));
	ck_assert_uint_lt(calls, 700);
	str_release(&wrong);
	str_release(&skipped);
	json_decref(report);
	ck_assert_int_eq(server_stop(&server), 0);
	folder_remove(folder);
}
END_TEST

/* A verdict about objects that an earlier check read shows the request that read them. */
START_TEST(every_verdict_has_its_exchange)
{
	struct server server;
	const json_t *check;
	json_t *report;
	size_t i;

	server_start(&server, NULL);
	report = judge(&server, ROSTER, V12);
	json_array_foreach (json_object_get(report, "checks"), i, check)
		ck_assert_msg(json_array_size(json_object_get(check, "exchanges")) > 0 ||
				      same_text(jsonx_text(check, "id"), "PAY-ANSWERS"),
			      "%s shows no exchange", jsonx_text(check, "id"));
	json_decref(report);
	ck_assert_int_eq(server_stop(&server), 0);
}
END_TEST

Suite *judge_roster_suite(void);
Suite *judge_roster_suite(void)
{
	Suite *suite = suite_create("judge_roster");
	TCase *tc = tcase_create("judge_roster");

	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, a_right_provider_is_left_alone, 0, ARRAY_SIZE(clean));
	tcase_add_loop_test(tc, what_is_right_passes, 0, ARRAY_SIZE(richer));
	tcase_add_loop_test(tc, all_pages_are_read, 0, ARRAY_SIZE(pagings));
	tcase_add_test(tc, what_is_absent_is_skipped);
	tcase_add_test(tc, of_a_large_district_a_part_is_read);
	tcase_add_test(tc, every_verdict_has_its_exchange);
	suite_add_tcase(suite, tc);
	return suite;
}
