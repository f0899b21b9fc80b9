/*
 * test_control.c - the control API: what it changes, when it holds, what it refuses.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/jsonx.h"
#include "base/util.h"
#include "tests/http/harness.h"

#define BOX "/sandboxes/default"
#define ITEM(title, category)                                                               \
	"{\"lineItem\":{\"title\":\"" title "\",\"class\":{\"sourcedId\":\"class-alg-1\"}," \
	"\"category\":{\"sourcedId\":\"" category "\"},\"dueDate\":\"2026-11-20T12:00:00Z\"}}"

#define ENROLLMENT(id, user, class)                                                 \
	"{\"enrollment\":{\"sourcedId\":\"" id "\",\"user\":{\"sourcedId\":\"" user \
	"\"},\"class\":{\"sourcedId\":\"" class "\"},\"role\":\"student\"}}"

static int put(const struct server *server, const char *target, const char *body)
{
	struct answer answer;

	api(&answer, server, "PUT", target, body);

	int status = (int)answer.status;

	answer_release(&answer);
	return status;
}

static int get(const struct server *server, const char *target)
{
	struct answer answer;

	api(&answer, server, "GET", target, NULL);

	int status = (int)answer.status;

	answer_release(&answer);
	return status;
}

/* clang-format off */
static const struct {
	const char *method, *target, *body;
	int status;
	const char *pointer, *says;
} refused[] = {
	{ "PATCH", BOX "/profile", "{\"quirks\":{\"title.maxx\":1}}", 422, "/quirks/title.maxx", "--switches" },
	{ "PATCH", BOX "/profile", "{\"quirks\":{\"title.max\":\"30\"}}", 422, "/quirks/title.max", "whole number" },
	{ "PATCH", BOX "/profile", "{\"quirks\":{\"title.overflow\":\"cut\"}}", 422, "/quirks/title.overflow", "reject truncate accept" },
	{ "PATCH", BOX "/profile", "{\"quirks\":{\"rate.limit\":3,\"rate.window_s\":0}}", 422, "/quirks/rate.window_s", "rate.limit" },
	{ "PATCH", BOX "/profile", "{\"quirks\":{\"category.fixed_id\":\"c\",\"category.forbidden_id\":\"c\"}}", 422, "/quirks/category.fixed_id", "forbidden_id" },
	{ "PATCH", BOX "/profile", "{\"errors\":{\"title_long\":{}}}", 422, "/errors/title_long", "no such fault" },
	{ "PATCH", BOX "/profile", "{\"errors\":{\"title_too_long\":{\"status\":99}}}", 422, "/errors/title_too_long", "200 to 599" },
	{ "PATCH", BOX "/profile", "{\"extends\":\"nobody\"}", 422, "/extends", "bundled" },
	{ "PATCH", BOX "/profile", "{\"extends\":\"/etc/passwd\"}", 422, "/extends", "bundled" },
	{ "PATCH", BOX "/profile", "{\"timezone\":\"Mars/Base\"}", 422, "/timezone", "Mars/Base" },
	{ "PATCH", BOX "/profile", "{\"quirk\":{}}", 422, "/quirk", "unknown key" },
	{ "PATCH", BOX "/profile", "[]", 400, "", "an array" },
	{ "PUT", BOX "/profile", "{\"name\":\"nobody\"}", 422, "/name", "nobody" },
	{ "PUT", BOX "/profile", "{\"name\":\"../standard\"}", 422, "/name", "no bundled profile" },
	{ "PUT", BOX "/clock", "{\"now\":\"yesterday\"}", 422, "/now", "2026-03-01T12:00:00Z" },
	{ "PUT", BOX "/clock", "{\"frozen\":\"true\"}", 422, "/frozen", "a string" },
	{ "PUT", BOX "/clock", "{\"time\":1}", 422, "/time", "now, frozen" },
	{ "PATCH", BOX "/sis/categories/cat-tests", "{\"state\":\"open\"}", 422, "/state", "categories" },
	{ "PATCH", BOX "/sis/categories/cat-tests", "{\"defaultGradeScale\":7}", 422, "/defaultGradeScale", "or null" },
	{ "PATCH", BOX "/sis/academicSessions/gp-q1", "{\"state\":\"shut\"}", 422, "/state", "open or closed, found a string shut" },
	{ "PATCH", BOX "/sis/classes/class-alg-1", "{\"linked\":\"no\"}", 422, "/linked", "true or false" },
	{ "PATCH", BOX "/sis/classes/class-alg-1", "{\"teacher\":\"nobody\"}", 422, "/teacher", "nobody" },
	{ "PATCH", BOX "/sis/classes/nothing", "{\"linked\":false}", 404, "", "nothing" },
	{ "PATCH", BOX "/sis/lineItems/nothing", "{\"linked\":0}", 422, "/linked", "true or false" },
	{ "PATCH", BOX "/sis/lineItems/nothing", "{}", 404, "", "nothing" },
	{ "PATCH", BOX "/sis/lineItems/nothing", "{\"linked\":false,\"category\":\"cat-tests\"}", 404, "", "nothing" },
	{ "GET", BOX "/sis/lineItems/nothing", NULL, 404, "", "nothing" },
	{ "DELETE", BOX "/sis/lineItems/nothing", NULL, 404, "", "nothing" },
	{ "GET", BOX "/sis/classes/nothing", NULL, 404, "", "nothing" },
	{ "GET", BOX "/sis/orgs/school-1", NULL, 404, "", "categories classes" },
	{ "GET", BOX "/objects/terms", NULL, 404, "", "orgs academicSessions courses classes users" },
	{ "GET", BOX "/objects/lineItems/nothing", NULL, 404, "", "no object nothing among the lineItems" },
	{ "GET", BOX "/objects/users?limit=10001", NULL, 400, "limit", "at most 10000" },
	{ "GET", BOX "/objects/users?limit=0", NULL, 400, "limit", "at least 1" },
	{ "GET", BOX "/objects/users?offset=-1", NULL, 400, "offset", "at least 0" },
	{ "GET", BOX "/objects/users?filter=x", NULL, 400, "", "limit offset" },
	{ "GET", BOX "/objects/users/student-001?limit=1", NULL, 400, "", "limit" },
	{ "DELETE", BOX "/objects/lineItems/nothing", NULL, 404, "", "no object nothing" },
	{ "DELETE", BOX "/objects/nothings/x", NULL, 404, "", "lineItems results" },
	{ "PUT", BOX "/objects/students/x", "{\"user\":{}}", 404, "", "no collection students" },
	{ "PUT", BOX "/objects/enrollments/x", "{\"user\":{\"sourcedId\":\"student-001\"}}", 422, "/enrollment", "{\"enrollment\": {...}}" },
	{ "PUT", BOX "/objects/enrollments/x", "{\"enrollment\":{},\"class\":{}}", 422, "/enrollment", "nothing else" },
	{ "PUT", BOX "/objects/enrollments/x", "{\"enrollment\":[]}", 422, "/enrollment", "an array" },
	{ "PUT", BOX "/objects/enrollments/x", "[]", 400, "", "an array" },
	{ "PUT", BOX "/objects/enrollments/x", ENROLLMENT("y", "student-001", "class-bio-1"), 422, "/enrollment/sourcedId", "differs" },
	{ "PUT", BOX "/objects/enrollments/x", ENROLLMENT("x", "nobody", "class-bio-1"), 422, "/enrollment/user/sourcedId", "nobody among the users" },
	{ "PUT", BOX "/objects/enrollments/x", ENROLLMENT("x", "student-001", "nothing"), 422, "/enrollment/class/sourcedId", "nothing among the classes" },
	{ "PUT", BOX "/objects/enrollments/x", "{\"enrollment\":{\"role\":\"student\"}}", 422, "/enrollment/user", "required" },
	{ "PUT", BOX "/objects/users/x", "{\"user\":{\"givenName\":\"A\",\"familyName\":\"B\",\"roles\":[{\"role\":\"student\",\"org\":{\"sourcedId\":\"nowhere\"}}]}}", 422, "/user/roles/0/org/sourcedId", "nowhere among the orgs" },
	{ "PUT", BOX "/objects/users/x", "{\"user\":{\"givenName\":\"A\",\"familyName\":\"B\",\"agents\":[{\"sourcedId\":\"nobody\"}]}}", 422, "/user/agents/0/sourcedId", "nobody among the users" },
	{ "POST", BOX "/objects/lineItems", "{}", 405, "", "GET" },
	{ "POST", BOX "/snapshots/7/restore", NULL, 404, "", "no snapshot 7" },
	{ "POST", BOX "/snapshots/..%2Floaded/restore", NULL, 404, "", "no snapshot" },
	{ "DELETE", BOX "/snapshots/loaded", NULL, 409, "", "reset" },
	{ "GET", BOX "/profiles", NULL, 404, "", "/admin/openapi.json" },
	{ "DELETE", BOX "/clock", NULL, 405, "", "GET, PUT" },
	{ "GET", BOX "/clock?fast=1", NULL, 400, "", "fast" },
	{ "GET", "/sandboxes/nobody/profile", NULL, 404, "", "no sandbox nobody" },
};
/* clang-format on */

/* Clear errors, and nothing changed. */
START_TEST(bad_input_changes_nothing)
{
	struct server server;
	struct answer before, after, answer;

	server_start(&server, NULL);
	admin(&before, &server, "GET", BOX "/profile", NULL);
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		admin(&answer, &server, refused[i].method, refused[i].target, refused[i].body);

		const json_t *error = json_object_get(answer.json, "error");
		const char *message = jsonx_text(error, "message");

		ck_assert_msg(answer.status == refused[i].status, "%s %s: %ld %s",
			      refused[i].target, refused[i].body, answer.status, answer.body);
		ck_assert_msg(message && strstr(message, refused[i].says), "%s %s: %s",
			      refused[i].target, refused[i].body, message);
		ck_assert_msg(strcmp(jsonx_text(error, "pointer"), refused[i].pointer) == 0,
			      "%s: pointer %s", refused[i].body, jsonx_text(error, "pointer"));
		answer_release(&answer);
	}
	admin(&after, &server, "GET", BOX "/profile", NULL);
	ck_assert_str_eq(before.body, after.body);
	answer_release(&before);
	answer_release(&after);
	ck_assert_int_eq(server_stop(&server), 0);
}
END_TEST

START_TEST(strangers_are_told_nothing)
{
	static const char *const headers[] = { NULL, "Authorization: Bearer wrong",
					       "Authorization: Basic dGVzdC1hZG1pbg==",
					       "Authorization: Bearer test-admin2",
					       "Authorization: Bearer " };
	static const char *const paths[] = { "/admin/sandboxes", "/admin/openapi.json",
					     "/admin/nothing", "/admin" };
	struct server server;

	server_start(&server, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(headers); i++)
		for (size_t k = 0; k < ARRAY_SIZE(paths); k++) {
			char *url = xformat("%s%s", server.url, paths[k]);
			struct answer answer;

			http(&answer, "GET", url, (const char *[]){ headers[i], NULL }, NULL);
			ck_assert_msg(answer.status == 401, "%s: %ld", paths[k], answer.status);
			ck_assert_ptr_nonnull(strstr(answer.headers, "WWW-Authenticate: Bearer"));
			answer_release(&answer);
			free(url);
		}
	/* the bearer token of a client is no admin token */
	char *url = xformat("%s/admin/sandboxes", server.url);
	struct answer answer;

	http(&answer, "GET", url, (const char *[]){ server.bearer, NULL }, NULL);
	ck_assert_int_eq(answer.status, 401);
	answer_release(&answer);
	free(url);
	ck_assert_int_eq(server_stop(&server), 0);
}
END_TEST

static int64_t quirk(const json_t *profile, const char *name)
{
	return jsonx_int(json_object_get(profile, "quirks"), name);
}

START_TEST(a_profile_changes_with_the_next_request)
{
	struct server server;
	struct answer answer;

	server_start(&server, NULL);
	ck_assert_int_eq(put(&server, "/lineItems/a", ITEM("Thirteen char", "cat-tests")), 201);
	admin(&answer, &server, "PATCH", BOX "/profile", "{\"quirks\":{\"title.max\":12}}");
	ck_assert_int_eq(answer.status, 200);
	ck_assert_int_eq(quirk(answer.json, "title.max"), 12);
	ck_assert_int_eq(quirk(answer.json, "limit.default"), 100); /* inherited, filled in */
	answer_release(&answer);
	ck_assert_int_eq(put(&server, "/lineItems/b", ITEM("Thirteen char", "cat-tests")), 400);
	/* changes add up, and null returns to the inherited value */
	admin(&answer, &server, "PATCH", BOX "/profile",
	      "{\"quirks\":{\"comment.max\":3},\"errors\":{\"title_too_long\":{\"status\":409}}}");
	ck_assert_int_eq(quirk(answer.json, "title.max"), 12);
	answer_release(&answer);
	ck_assert_int_eq(put(&server, "/lineItems/b", ITEM("Thirteen char", "cat-tests")), 409);
	admin(&answer, &server, "PATCH", BOX "/profile", "{\"quirks\":{\"title.max\":null}}");
	ck_assert_int_eq(quirk(answer.json, "title.max"), 0);
	ck_assert_int_eq(quirk(answer.json, "comment.max"), 3);
	answer_release(&answer);
	ck_assert_int_eq(put(&server, "/lineItems/b", ITEM("Thirteen char", "cat-tests")), 201);
	ck_assert_int_eq(server_stop(&server), 0);
}
END_TEST

START_TEST(a_profile_is_put)
{
	struct server server;
	struct answer answer, again;

	server_start(&server, NULL);
	admin(&answer, &server, "PUT", BOX "/profile", "{\"name\":\"infinite-campus\"}");
	ck_assert_int_eq(answer.status, 200);
	ck_assert_int_eq(quirk(answer.json, "title.max"), 30);
	ck_assert_str_eq(jsonx_text(answer.json, "name"), "infinite-campus");
	/* what was read can be put back, and says the same */
	admin(&again, &server, "PUT", BOX "/profile", answer.body);
	ck_assert_msg(again.status == 200, "%s", again.body);
	ck_assert(json_equal(answer.json, again.json));
	answer_release(&answer);
	answer_release(&again);
	admin(&answer, &server, "PUT", BOX "/profile",
	      "{\"name\":\"mine\",\"extends\":\"aspen\",\"quirks\":{\"title.max\":7}}");
	ck_assert_int_eq(answer.status, 200);
	ck_assert_int_eq(quirk(answer.json, "title.max"), 7);
	ck_assert_int_eq(quirk(answer.json, "comment.max"), 100);
	ck_assert_str_eq(jsonx_text(answer.json, "name"), "mine");
	answer_release(&answer);
	/* of a sandbox made from a profile, null is that profile's value */
	ck_assert_int_eq(admin_status(&server, "PUT", BOX "/profile", "{\"name\":\"aspen\"}"), 200);
	ck_assert_int_eq(
		admin_status(&server, "PATCH", BOX "/profile", "{\"quirks\":{\"comment.max\":5}}"),
		200);
	admin(&answer, &server, "PATCH", BOX "/profile", "{\"quirks\":{\"comment.max\":null}}");
	ck_assert_int_eq(quirk(answer.json, "comment.max"), 100);
	answer_release(&answer);
	ck_assert_int_eq(server_stop(&server), 0);
}
END_TEST

/* Two PATCHes at once: both hold. */
START_TEST(changes_do_not_get_lost)
{
	static const char *const names[] = { "title.max", "comment.max", "limit.max",
					     "student.grace_days" };
	struct server server;
	struct answer answer;
	pid_t pids[ARRAY_SIZE(names)];

	server_start(&server, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		pids[i] = fork();
		if (pids[i] != 0)
			continue;
		for (int value = 1; value <= 30; value++) {
			char *body = xformat("{\"quirks\":{\"%s\":%d}}", names[i], value + 100);

			if (admin_status(&server, "PATCH", BOX "/profile", body) != 200)
				_exit(1);
			free(body);
		}
		_exit(0);
	}
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		int status;

		waitpid(pids[i], &status, 0);
		ck_assert_int_eq(status, 0);
	}
	admin(&answer, &server, "GET", BOX "/profile", NULL);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		ck_assert_int_eq(quirk(answer.json, names[i]), 130);
	answer_release(&answer);
	ck_assert_int_eq(server_stop(&server), 0);
}
END_TEST

START_TEST(the_clock_is_set_and_stands)
{
	struct server server;
	struct answer answer;

	server_start(&server, NULL);
	admin(&answer, &server, "PUT", BOX "/clock",
	      "{\"now\":\"2026-03-01T12:00:00Z\",\"frozen\":true}");
	ck_assert_str_eq(jsonx_text(answer.json, "now"), "2026-03-01T12:00:00.000Z");
	ck_assert(jsonx_true(answer.json, "frozen"));
	answer_release(&answer);
	usleep(30000);
	admin(&answer, &server, "GET", BOX "/clock", NULL);
	ck_assert_str_eq(jsonx_text(answer.json, "now"), "2026-03-01T12:00:00.000Z");
	answer_release(&answer);
	/* and goes back to real time */
	admin(&answer, &server, "PUT", BOX "/clock", "{\"now\":null}");
	ck_assert(!jsonx_true(answer.json, "frozen"));
	ck_assert_str_gt(jsonx_text(answer.json, "now"), "2026-03-01T12:00:00.000Z");
	answer_release(&answer);
	ck_assert_int_eq(admin_status(&server, "PUT", BOX "/clock",
				      "{\"now\":\"2026-03-01T12:00:00Z\",\"frozen\":true}"),
			 200);
	/* it runs on from where it stood */
	admin(&answer, &server, "PUT", BOX "/clock", "{\"frozen\":false}");
	ck_assert(starts_with(jsonx_text(answer.json, "now"), "2026-03-01T12:00:0"));
	answer_release(&answer);
	usleep(30000);
	admin(&answer, &server, "GET", BOX "/clock", NULL);
	ck_assert_str_ne(jsonx_text(answer.json, "now"), "2026-03-01T12:00:00.000Z");
	answer_release(&answer);
	ck_assert_int_eq(server_stop(&server), 0);
}
END_TEST

/* What a teacher or an administrator does in the SIS changes what a client is told. */
START_TEST(the_sis_state_rules_writes)
{
	struct server server;
	struct answer answer;

	server_start(&server, (const char *[]){ "--profile", "aspen", NULL });
	ck_assert_int_eq(admin_status(&server, "PATCH", BOX "/sis/categories/cat-tests",
				      "{\"defaultGradeScale\":null}"),
			 200);
	ck_assert_int_eq(put(&server, "/lineItems/a", ITEM("Quiz", "cat-tests")), 400);
	admin(&answer, &server, "PATCH", BOX "/sis/categories/cat-tests",
	      "{\"defaultGradeScale\":\"Letter\"}");
	ck_assert_str_eq(jsonx_text(answer.json, "defaultGradeScale"), "Letter");
	answer_release(&answer);
	ck_assert_int_eq(put(&server, "/lineItems/a", ITEM("Quiz", "cat-tests")), 201);
	ck_assert_int_eq(admin_status(&server, "DELETE", BOX "/sis/categories/cat-tests", NULL),
			 204);
	admin(&answer, &server, "GET", BOX "/sis/categories/cat-tests", NULL);
	ck_assert_str_eq(answer.body, "{}");
	answer_release(&answer);
	ck_assert_int_eq(server_stop(&server), 0);
}
END_TEST

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

START_TEST(goes_back)
{
	struct server server;
	struct answer answer;
	double began;

	server_start(&server, NULL);
	began = seconds();
	ck_assert_int_eq(put(&server, "/lineItems/a", ITEM("A", "cat-tests")), 201);
	admin(&answer, &server, "POST", BOX "/snapshots", NULL);
	ck_assert_int_eq(answer.status, 201);
	ck_assert_str_eq(jsonx_text(answer.json, "id"), "1");
	answer_release(&answer);
	ck_assert_int_eq(put(&server, "/lineItems/b", ITEM("B", "cat-tests")), 201);
	ck_assert_int_eq(admin_status(&server, "PATCH", BOX "/sis/lineItems/b",
				      "{\"category\":\"cat-projects\"}"),
			 200);
	ck_assert_int_eq(admin_status(&server, "POST", BOX "/snapshots/1/restore", NULL), 204);
	ck_assert_int_eq(get(&server, "/lineItems/a"), 200);
	ck_assert_int_eq(get(&server, "/lineItems/b"), 404);
	ck_assert_int_eq(put(&server, "/lineItems/b", ITEM("B", "cat-tests")), 201);
	ck_assert_int_eq(admin_status(&server, "POST", BOX "/reset", NULL), 204);
	ck_assert_int_eq(get(&server, "/lineItems/a"), 404);
	ck_assert_int_eq(get(&server, "/classes/class-alg-1"), 200);
	/* what comes after a reset can be gone back to as well */
	ck_assert_int_eq(admin_status(&server, "POST", BOX "/snapshots/1/restore", NULL), 204);
	ck_assert_int_eq(get(&server, "/lineItems/a"), 200);
	ck_assert_int_eq(admin_status(&server, "DELETE", BOX "/snapshots/1", NULL), 204);
	ck_assert_int_eq(admin_status(&server, "POST", BOX "/snapshots/1/restore", NULL), 404);
	ck_assert_double_lt(seconds() - began, 5);
	ck_assert_int_eq(server_stop(&server), 0);
}
END_TEST

/* The description names every call, and every call that it names is there. */
START_TEST(the_description_is_complete)
{
	struct server server;
	struct answer answer;
	const char *path, *method;
	const json_t *calls, *call;
	size_t count = 0;

	server_start(&server, NULL);
	admin(&answer, &server, "GET", "/openapi.json", NULL);
	ck_assert_str_eq(jsonx_text(answer.json, "openapi"), "3.1.0");
	json_object_foreach (json_object_get(answer.json, "paths"), path, calls) {
		json_object_foreach ((json_t *)(uintptr_t)calls, method, call) {
			char *target = xstrdup(path), *open, upper[16] = "";
			const json_t *responses = json_object_get(call, "responses");
			struct answer tried;
			char status[8];

			while ((open = strchr(target, '{'))) { /* an id that is nothing */
				char *end = strchr(open, '}');

				memset(open, 'x', (size_t)(end - open) + 1);
			}
			for (size_t i = 0; method[i] && i < sizeof upper - 1; i++)
				upper[i] = (char)(method[i] & ~0x20);
			admin(&tried, &server, upper, target, "{}");
			snprintf(status, sizeof status, "%ld", tried.status);
			ck_assert_msg(json_object_get(responses, status) != NULL,
				      "%s %s: %s is not described: %s", upper, path, status,
				      tried.body);
			ck_assert_ptr_nonnull(jsonx_text(call, "operationId"));
			ck_assert_ptr_nonnull(jsonx_text(call, "summary"));
			answer_release(&tried);
			free(target);
			count++;
		}
	}
	ck_assert_uint_ge(count, 19);
	answer_release(&answer);
	ck_assert_int_eq(server_stop(&server), 0);
}
END_TEST

/* What is wrong with a value by a schema of the description, of which only $ref, type,
 * required, properties and items are looked at. */
static void fits_schema(const json_t *description, const json_t *schema, const json_t *value,
			const char *where)
{
	const char *ref = jsonx_text(schema, "$ref"), *type = jsonx_text(schema, "type"), *key;
	const json_t *member, *item;
	size_t i;

	if (ref) {
		member = json_object_get(
			json_object_get(json_object_get(description, "components"), "schemas"),
			strrchr(ref, '/') + 1);
		ck_assert_msg(member != NULL, "%s: %s is not there", where, ref);
		fits_schema(description, member, value, where);
		return;
	}
	ck_assert_msg(!type ||
			      strcmp(type, jsonx_kind(value) + strcspn(jsonx_kind(value), " ") +
						   1) == 0 ||
			      (strcmp(type, "integer") == 0 && json_is_integer(value)) ||
			      (strcmp(type, "boolean") == 0 && json_is_boolean(value)),
		      "%s: %s, found %s", where, type, jsonx_kind(value));
	json_array_foreach (json_object_get(schema, "required"), i, item)
		ck_assert_msg(json_object_get(value, json_string_value(item)) != NULL, "%s: no %s",
			      where, json_string_value(item));
	json_object_foreach (json_object_get(schema, "properties"), key, member)
		if (json_object_get(value, key))
			fits_schema(description, member, json_object_get(value, key), where);
	json_array_foreach (value, i, item)
		if (json_object_get(schema, "items"))
			fits_schema(description, json_object_get(schema, "items"), item, where);
}

/* clang-format off */
#define IN "/sandboxes/{name}"
#define OF "/sandboxes/default"
/* Each call that answers with something, in an order in which there is something. */
static const struct {
	const char *method, *path, *target, *body;
	const char *media; /* of the answer */
} described[] = {
	{ "get",   "/openapi.json",       "/openapi.json",              NULL, "application/json" },
	{ "patch", IN "/profile",         OF "/profile",                "{\"quirks\": {\"validation.mode\": \"report\"}}", "application/json" },
	{ "put",   IN "/profile",         OF "/profile",                "{\"name\": \"aspen\"}", "application/json" },
	{ "get",   IN "/profile",         OF "/profile",                NULL, "application/json" },
	{ "post",  "/sandboxes",          "/sandboxes",                 "{\"name\": \"other\"}", "application/json" },
	{ "get",   "/sandboxes",          "/sandboxes",                 NULL, "application/json" },
	{ "get",   IN,                    OF,                           NULL, "application/json" },
	{ "put",   IN "/faults",          OF "/faults",                 "{\"items\": [{\"when\": {\"method\": \"PUT\"}, \"do\": {\"status\": 500}}]}", "application/json" },
	{ "get",   IN "/faults",          OF "/faults",                 NULL, "application/json" },
	{ "patch", IN "/sis/{kind}/{id}", OF "/sis/categories/cat-tests", "{\"defaultGradeScale\": null}", "application/json" },
	{ "get",   IN "/sis/{kind}/{id}", OF "/sis/categories/cat-tests", NULL, "application/json" },
	{ "put",   IN "/objects/{collection}/{id}", OF "/objects/enrollments/x", ENROLLMENT("x", "student-001", "class-bio-1"), "application/json" },
	{ "get",   IN "/objects/{collection}/{id}", OF "/objects/enrollments/x", NULL, "application/json" },
	{ "get",   IN "/objects/{collection}", OF "/objects/users?limit=2", NULL, "application/json" },
	{ "put",   IN "/clock",           OF "/clock",                  "{\"frozen\": true}", "application/json" },
	{ "get",   IN "/clock",           OF "/clock",                  NULL, "application/json" },
	{ "post",  IN "/snapshots",       OF "/snapshots",              NULL, "application/json" },
	{ "get",   IN "/snapshots",       OF "/snapshots",              NULL, "application/json" },
	{ "get",   IN "/journal",         OF "/journal",                NULL, "application/json" },
	{ "get",   IN "/journal.har",     OF "/journal.har",            NULL, "application/har+json" },
	{ "post",  IN "/journal/verify",  OF "/journal/verify",         "{\"expect\": [{\"operation\": \"putResult\", \"count\": 1}]}", "application/json" },
	{ "get",   IN "/diagnostics",     OF "/diagnostics",            NULL, "application/json" },
};
/* clang-format on */

static void fits_description(const struct server *server, const json_t *description, size_t i)
{
	const json_t *paths = json_object_get(description, "paths");
	const json_t *call = json_object_get(json_object_get(paths, described[i].path),
					     described[i].method);
	const json_t *responses = json_object_get(call, "responses"), *content;
	char method[8] = "", status[8], *media;
	struct answer answer;

	for (size_t k = 0; described[i].method[k]; k++)
		method[k] = (char)(described[i].method[k] & ~0x20);
	admin(&answer, server, method, described[i].target, described[i].body);
	snprintf(status, sizeof status, "%ld", answer.status);
	ck_assert_msg(answer.status < 300, "%s: %s", described[i].target, answer.body);
	content = json_object_get(json_object_get(responses, status), "content");
	media = answer_header(&answer, "Content-Type");
	ck_assert_str_eq(media, described[i].media);
	ck_assert_msg(json_object_get(content, media) != NULL, "%s: %s is not described",
		      described[i].path, media);
	fits_schema(description, json_object_get(json_object_get(content, media), "schema"),
		    answer.json, described[i].path);
	free(media);
	answer_release(&answer);
}

/* Each answer has what the description says, and each call that answers is among them. */
START_TEST(the_description_fits_the_answers)
{
	static const char item[] =
		"{\"lineItem\":{\"title\":\"T\",\"class\":{\"sourcedId\":\"class-alg-1\"}}}";
	const json_t *calls, *call, *patch;
	struct server server;
	struct answer description, answer;
	const char *path, *method;
	size_t bodies = 0;

	server_start(&server, (const char *[]){ "--validation", "report", NULL });
	api(&answer, &server, "PUT", "/lineItems/l", item);
	ck_assert_int_eq(answer.status, 201);
	answer_release(&answer);
	admin(&description, &server, "GET", "/openapi.json", NULL);
	json_object_foreach (json_object_get(description.json, "paths"), path, calls)
		json_object_foreach ((json_t *)(uintptr_t)calls, method, call)
			bodies += json_object_get(json_object_get(call, "responses"), "204") ==
				  NULL;
	ck_assert_uint_eq(bodies, ARRAY_SIZE(described));
	for (size_t i = 0; i < ARRAY_SIZE(described); i++)
		fits_description(&server, description.json, i);
	patch = json_object_get(
		json_object_get(json_object_get(description.json, "paths"), IN "/profile"),
		"patch");
	ck_assert_ptr_nonnull(
		json_object_get(json_object_get(json_object_get(patch, "requestBody"), "content"),
				"application/merge-patch+json"));
	answer_release(&description);
	ck_assert_int_eq(server_stop(&server), 0);
}
END_TEST

Suite *control_suite(void);
Suite *control_suite(void)
{
	Suite *suite = suite_create("control");
	TCase *tc = tcase_create("control");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, bad_input_changes_nothing);
	tcase_add_test(tc, strangers_are_told_nothing);
	tcase_add_test(tc, a_profile_changes_with_the_next_request);
	tcase_add_test(tc, a_profile_is_put);
	tcase_add_test(tc, changes_do_not_get_lost);
	tcase_add_test(tc, the_clock_is_set_and_stands);
	tcase_add_test(tc, the_sis_state_rules_writes);
	tcase_add_test(tc, goes_back);
	tcase_add_test(tc, the_description_is_complete);
	tcase_add_test(tc, the_description_fits_the_answers);
	suite_add_tcase(suite, tc);
	return suite;
}
