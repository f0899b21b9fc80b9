/*
 * test_objects.c - objects of the SIS itself, over the control API: what somebody changes on
 * its own screens, and what a client then meets.
 */
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/util.h"
#include "oneroster/entity.h"
#include "tests/http/harness.h"

#define BOX "/sandboxes/default"
#define OBJECTS BOX "/objects"
#define REF(name, id) "\"" name "\":{\"sourcedId\":\"" id "\"}"
#define ENROLLMENT                                              \
	"{\"enrollment\":{" REF("user", "student-001") "," REF( \
		"class", "class-bio-1") ","                     \
					"\"role\":\"student\",\"beginDate\":\"2026-11-01\"}}"
#define ITEM "{\"lineItem\":{\"title\":\"A long title\"," REF("class", "class-bio-1") "}}"
#define RESULT                                            \
	"{\"result\":{" REF("lineItem", "l") "," REF(     \
		"student",                                \
		"student-005") ","                        \
			       "\"scoreStatus\":\"fully " \
			       "graded\",\"score\":9.125,\"scoreDate\":\"2026-11-16\"}}"

static struct server server;

static void start(void)
{
	server_start(&server, (const char *[]){ "--log-level", "error", NULL });
}

static void stop(void)
{
	ck_assert_int_eq(server_stop(&server), 0);
}

/* Both want a status; the body must hold @says. */
static void tell(const char *method, const char *target, const char *body, long status,
		 const char *says)
{
	struct answer answer;

	admin(&answer, &server, method, target, body);
	ck_assert_msg(answer.status == status && strstr(answer.body, says), "%s %s: %ld %s", method,
		      target, answer.status, answer.body);
	answer_release(&answer);
}

static void ask(const char *method, const char *target, const char *body, long status,
		const char *says)
{
	struct answer answer;

	api(&answer, &server, method, target, body);
	ck_assert_msg(answer.status == status && strstr(answer.body, says), "%s %s: %ld %s", method,
		      target, answer.status, answer.body);
	answer_release(&answer);
}

static bool is_in_class(const char *student)
{
	struct answer answer;
	char *quoted = xformat("\"sourcedId\":\"%s\"", student);

	api(&answer, &server, "GET", "/classes/class-bio-1/students", NULL);
	ck_assert_int_eq(answer.status, 200);

	bool found = strstr(answer.body, quoted) != NULL;

	answer_release(&answer);
	free(quoted);
	return found;
}

START_TEST(a_student_is_enrolled_and_dropped)
{
	ck_assert(!is_in_class("student-001"));
	ck_assert_int_eq(admin_status(&server, "PUT", BOX "/clock",
				      "{\"now\":\"2026-11-16T17:30:00Z\",\"frozen\":true}"),
			 200);
	/* with what follows from the class, by the clock of the sandbox */
	tell("PUT", OBJECTS "/enrollments/new", ENROLLMENT, 201, "\"sourcedId\":\"school-high\"");
	ck_assert(is_in_class("student-001"));
	tell("PUT", OBJECTS "/enrollments/new", ENROLLMENT, 200,
	     "{\"enrollment\":{\"sourcedId\":\"new\",\"status\":\"active\","
	     "\"dateLastModified\":\"2026-11-16T17:30:00.000Z\"");
	tell("GET", OBJECTS "/enrollments/new", NULL, 200, "\"beginDate\":\"2026-11-01\"");
	ask("GET", "/enrollments/new", NULL, 200, "\"beginDate\":\"2026-11-01\"");
	tell("DELETE", OBJECTS "/enrollments/new", NULL, 204, "");
	ck_assert(!is_in_class("student-001"));
	tell("GET", OBJECTS "/enrollments/new", NULL, 404, "no object new");
}
END_TEST

/* A SIS that forgets a column: the results that refer to it stay, and can be seen. */
START_TEST(a_column_is_deleted)
{
	ask("PUT", "/lineItems/l", ITEM, 201, "");
	ask("PUT", "/results/r", RESULT, 201, "");
	tell("DELETE", OBJECTS "/lineItems/l", NULL, 204, "");
	ask("GET", "/lineItems/l", NULL, 404, "l is not known");
	ask("GET", "/results/r", NULL, 200, "\"score\":9.125");
	tell("GET", OBJECTS "/results", NULL, 200, "\"score\":9.125");
	tell("PUT", OBJECTS "/results/r", RESULT, 422, "no object l among the lineItems");
	tell("DELETE", OBJECTS "/lineItems/l", NULL, 404, "no object l");
}
END_TEST

static int64_t journal_count(void)
{
	struct answer answer;
	int64_t count;

	admin(&answer, &server, "GET", BOX "/journal", NULL);
	count = (int64_t)json_array_size(json_object_get(answer.json, "items"));
	answer_release(&answer);
	return count;
}

/* While every request of a client fails, and without a trace in rule or journal. */
START_TEST(nothing_that_clients_meet_is_met)
{
	struct answer answer;

	ck_assert_int_eq(admin_status(&server, "PUT", BOX "/faults",
				      "{\"items\":[{\"when\":{\"path\":\"*\"},"
				      "\"do\":{\"status\":503}}]}"),
			 200);
	ck_assert_int_eq(admin_status(&server, "DELETE", BOX "/journal", NULL), 204);
	tell("PUT", OBJECTS "/lineItems/l", ITEM, 201, "A long title");
	tell("GET", OBJECTS "/lineItems/l", NULL, 200, "A long title");
	tell("GET", OBJECTS "/lineItems", NULL, 200, "A long title");
	tell("DELETE", OBJECTS "/lineItems/l", NULL, 204, "");
	ck_assert_int_eq(journal_count(), 0);
	admin(&answer, &server, "GET", BOX "/faults", NULL);
	ck_assert_int_eq(
		jsonx_int(json_array_get(json_object_get(answer.json, "items"), 0), "matched"), 0);
	answer_release(&answer);
	ask("GET", "/lineItems", NULL, 503, "");
	ck_assert_int_eq(journal_count(), 1);
}
END_TEST

/* clang-format off */
#define DUE "{\"lineItem\":{\"title\":\"A long title\",\"dueDate\":\"2026-11-20T12:00:00\"," REF("class", "class-bio-1") "}}"

/* A switch, what a client is told under it, and what the SIS itself shows all the same. */
static const struct {
	const char *quirks;
	const char *method, *target, *body;
	long client;         /* its status */
	long status;
	const char *says;
} passed[] = {
	{ "\"title.max\":5",                 "PUT",    "/lineItems/x", ITEM, 400,  201, "A long title" },
	{ "\"put.creates\":false",           "PUT",    "/lineItems/x", ITEM, 404,  201, "A long title" },
	{ "\"put.stores\":false",            "PUT",    "/lineItems/x", ITEM, 200,  201, "A long title" },
	{ "\"sourcedid.mode\":\"server\"",   "PUT",    "/lineItems/x", ITEM, 201,  201, "\"sourcedId\":\"x\"" },
	{ "\"date.zone_required\":true",     "PUT",    "/lineItems/x", DUE,  400,  201, "2026-11-20T12:00:00.000Z" },
	{ "\"score.round\":1",               "GET",    "/results/r",   NULL, 200,  200, "\"score\":9.125" },
	{ "\"href.form\":\"none\"",          "GET",    "/results/r",   NULL, 200,  200, "/ims/oneroster/gradebook/v1p2/lineItems/l\"" },
	{ "\"delete.mode\":\"unsupported\"", "DELETE", "/results/r",   NULL, 405,  204, "" },
	{ "\"delete.mode\":\"soft\"",        "DELETE", "/results/r",   NULL, 204,  204, "" },
	{ "\"publish.lag_s\":60",            "PUT",    "/lineItems/x", ITEM, 201,  200, "A long title" },
	{ "\"auth.modes\":[\"oauth1\"]",     "GET",    "/results/r",   NULL, 401,  200, "9.125" },
};
/* clang-format on */

START_TEST(quirks_are_passed_by)
{
	char *patch = xformat("{\"quirks\":{%s}}", passed[_i].quirks);
	char *target = xformat(OBJECTS "%s", passed[_i].target);

	ask("PUT", "/lineItems/l", ITEM, 201, "");
	ask("PUT", "/results/r", RESULT, 201, "");
	ck_assert_int_eq(admin_status(&server, "PATCH", BOX "/profile", patch), 200);
	ask(passed[_i].method, passed[_i].target, passed[_i].body, passed[_i].client, "");
	tell(passed[_i].method, target, passed[_i].body, passed[_i].status, passed[_i].says);
	if (strcmp(passed[_i].method, "DELETE") == 0)
		tell("GET", target, NULL, 404, "");
	free(patch);
	free(target);
}
END_TEST

/* What a client wrote waits to be published; what the SIS changes, and what it deletes, is
 * seen at once, and the rest goes on waiting. */
START_TEST(the_sis_publishes_at_once)
{
	ck_assert_int_eq(admin_status(&server, "PATCH", BOX "/profile",
				      "{\"quirks\":{\"publish.lag_s\":60}}"),
			 200);
	ask("PUT", "/lineItems/a", ITEM, 201, "");
	ask("PUT", "/lineItems/b", ITEM, 201, "");
	ask("GET", "/lineItems/a", NULL, 404, "");
	tell("GET", OBJECTS "/lineItems/a", NULL, 200, "A long title");
	tell("PUT", OBJECTS "/lineItems/a", ITEM, 200, "");
	ask("GET", "/lineItems/a", NULL, 200, "A long title");
	ask("GET", "/lineItems/b", NULL, 404, "");
	ask("DELETE", "/lineItems/a", NULL, 204, "");
	ask("GET", "/lineItems/a", NULL, 200, "");
	tell("DELETE", OBJECTS "/lineItems/a", NULL, 404, "");
	ask("PUT", "/lineItems/a", ITEM, 201, "");
	tell("DELETE", OBJECTS "/lineItems/a", NULL, 204, "");
	ask("GET", "/lineItems/a", NULL, 404, "");
	ask("GET", "/lineItems/b", NULL, 404, "");
}
END_TEST

/* A link that survives its lineItem, until somebody mends it. */
START_TEST(a_link_grows_stale)
{
	static const char link[] = BOX "/sis/lineItems/l";

	ask("PUT", "/lineItems/l", ITEM, 201, "");
	tell("PATCH", link, "{\"linked\":false}", 200, "{\"linked\":false}");
	ask("PUT", "/lineItems/l", ITEM, 400, "class-bio-1 is not linked");
	ask("PUT", "/results/r", RESULT, 400, "class-bio-1 is not linked");
	tell("DELETE", OBJECTS "/lineItems/l", NULL, 204, "");
	tell("GET", link, NULL, 200, "{\"linked\":false}");
	ask("PUT", "/lineItems/l", ITEM, 400, "class-bio-1 is not linked");
	ask("PUT", "/results/r", RESULT, 400, "lineItem l) is not linked");
	ask("GET", "/lineItems/l", NULL, 404, "");
	/* what does not know the link is taken */
	ask("PUT", "/lineItems/m", ITEM, 201, "");
	tell("PATCH", link, "{\"linked\":true}", 200, "{\"linked\":true}");
	ask("PUT", "/lineItems/l", ITEM, 201, "");
	ask("PUT", "/results/r", RESULT, 201, "");
	/* said of what is gone already, and forgotten */
	tell("DELETE", OBJECTS "/lineItems/m", NULL, 204, "");
	tell("PATCH", BOX "/sis/lineItems/m", "{\"linked\":false}", 200, "false");
	tell("PATCH", BOX "/sis/lineItems/m", "{\"category\":\"cat-tests\"}", 404, "");
	ask("PUT", "/lineItems/m", ITEM, 400, "is not linked");
	tell("DELETE", BOX "/sis/lineItems/m", NULL, 204, "");
	tell("GET", BOX "/sis/lineItems/m", NULL, 404, "");
	ask("PUT", "/lineItems/m", ITEM, 201, "");
}
END_TEST

/* Each object once, in the order of the sourcedIds. */
static size_t walk(const char *collection, int limit)
{
	char last[ID_MAX + 1] = "";
	size_t count = 0;
	int64_t offset = 0;

	for (bool more = true; more;) {
		char *target = xformat(OBJECTS "/%s?limit=%d&offset=%lld", collection, limit,
				       (long long)offset);
		struct answer answer;
		const json_t *item;
		size_t i;

		admin(&answer, &server, "GET", target, NULL);
		ck_assert_msg(answer.status == 200, "%s: %s", target, answer.body);
		json_array_foreach (json_object_get(answer.json, "items"), i, item) {
			const char *id = jsonx_text(item, "sourcedId");

			ck_assert_str_gt(id, last);
			snprintf(last, sizeof last, "%s", id);
			count++;
		}
		ck_assert_uint_le(i, (size_t)limit);
		more = json_object_get(answer.json, "next") != NULL;
		offset = jsonx_int(answer.json, "next");
		ck_assert(!more || offset == (int64_t)count);
		answer_release(&answer);
		free(target);
	}
	return count;
}

START_TEST(a_list_comes_in_pages)
{
	struct answer answer;

	ck_assert_uint_eq(walk("users", 7), 108);
	ck_assert_uint_eq(walk("users", 54), 108);
	ck_assert_uint_eq(walk("users", 108), 108);
	ck_assert_uint_eq(walk("lineItems", 1), 0);
	admin(&answer, &server, "GET", OBJECTS "/users", NULL); /* more than a client is given */
	ck_assert_uint_eq(json_array_size(json_object_get(answer.json, "items")), 108);
	ck_assert_ptr_null(json_object_get(answer.json, "next"));
	answer_release(&answer);
	tell("GET", OBJECTS "/users?offset=500", NULL, 200, "{\"items\":[]}");
}
END_TEST

/* Of every collection: what was read can be put back, and says the same. */
START_TEST(what_was_read_can_be_put_back)
{
	const struct entity *entity = entities[_i];
	char *target = xformat(OBJECTS "/%s?limit=1", entity->plural);
	struct answer list, one, again;
	const json_t *item;

	ask("PUT", "/lineItems/l", ITEM, 201, "");
	ask("PUT", "/results/r", RESULT, 201, "");
	ck_assert_int_eq(admin_status(&server, "PUT", BOX "/clock", "{\"frozen\":true}"), 200);
	admin(&list, &server, "GET", target, NULL);
	ck_assert_msg(list.status == 200, "%s: %s", target, list.body);
	item = json_array_get(json_object_get(list.json, "items"), 0);
	free(target);
	if (item) {
		target = xformat(OBJECTS "/%s/%s", entity->plural, jsonx_text(item, "sourcedId"));
		admin(&one, &server, "GET", target, NULL);
		ck_assert(json_equal(json_object_get(one.json, entity->singular), item));
		admin(&again, &server, "PUT", target, one.body);
		ck_assert_msg(again.status == 200, "%s: %s", target, again.body);
		json_object_del(json_object_get(one.json, entity->singular), "dateLastModified");
		json_object_del(json_object_get(again.json, entity->singular), "dateLastModified");
		ck_assert_msg(json_equal(one.json, again.json), "%s\n%s", one.body, again.body);
		answer_release(&one);
		answer_release(&again);
		free(target);
	}
	answer_release(&list);
}
END_TEST

/* Of another sandbox, whose objects are others, and whose addresses are its own. */
START_TEST(a_sandbox_has_its_own)
{
	static const char box[] = "/sandboxes/lab/objects";
	char *list = xformat("%s/lineItems", box), *one = xformat("%s/lineItems/l", box);
	char *says = xformat("\"href\":\"%s/sandboxes/lab/ims/oneroster/rostering/v1p2/classes/"
			     "class-bio-1\"",
			     server.url);

	ck_assert_int_eq(
		admin_status(&server, "POST", "/sandboxes", "{\"name\":\"lab\",\"load\":\"demo\"}"),
		201);
	tell("PUT", one, ITEM, 201, says);
	tell("GET", list, NULL, 200, says);
	ask("GET", "/lineItems/l", NULL, 404, "");
	tell("GET", OBJECTS "/lineItems", NULL, 200, "{\"items\":[]}");
	free(says);
	free(list);
	free(one);
}
END_TEST

/* Bytes that a path must encode are those of the id. */
START_TEST(an_id_may_hold_anything)
{
	char *target = xformat(OBJECTS "/lineItems/%s", "a%2Fb%20%C3%A9%3F");
	char *longer = xformat(OBJECTS "/lineItems/%0300d", 1);

	tell("PUT", target, ITEM, 201, "\"sourcedId\":\"a/b \xc3\xa9?\"");
	tell("GET", target, NULL, 200, "a/b");
	tell("DELETE", target, NULL, 204, "");
	tell("PUT", longer, ITEM, 422, "/lineItem/sourcedId");
	tell("PUT", OBJECTS "/lineItems/a%00", ITEM, 400, "the path");

	/* a text that names the beginning of an id is UTF-8 all the same */
	char *cut = xformat(OBJECTS "/lineItems/%079d%%C3%%A9", 1);
	struct answer answer;

	admin(&answer, &server, "GET", cut, NULL);
	ck_assert_int_eq(answer.status, 404);
	ck_assert_msg(answer.json != NULL, "%s", answer.body);
	answer_release(&answer);
	free(cut);
	free(longer);
	free(target);
}
END_TEST

Suite *objects_suite(void);
Suite *objects_suite(void)
{
	Suite *suite = suite_create("objects");
	TCase *tc = tcase_create("objects");

	tcase_add_checked_fixture(tc, start, stop);
	tcase_set_timeout(tc, 30);
	tcase_add_test(tc, a_student_is_enrolled_and_dropped);
	tcase_add_test(tc, a_column_is_deleted);
	tcase_add_test(tc, nothing_that_clients_meet_is_met);
	tcase_add_loop_test(tc, quirks_are_passed_by, 0, ARRAY_SIZE(passed));
	tcase_add_test(tc, the_sis_publishes_at_once);
	tcase_add_test(tc, a_link_grows_stale);
	tcase_add_test(tc, a_list_comes_in_pages);
	tcase_add_loop_test(tc, what_was_read_can_be_put_back, 0, ENTITY_COUNT);
	tcase_add_test(tc, a_sandbox_has_its_own);
	tcase_add_test(tc, an_id_may_hold_anything);
	suite_add_tcase(suite, tc);
	return suite;
}
