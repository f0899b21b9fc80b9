/*
 * test_serve.c - the provider over a socket: every operation, every path.
 *
 * The rows of the operation table are the cases; one server serves them all.
 */
#include <string.h>

#include "base/str.h"
#include "oneroster/operations.h"
#include "tests/http/harness.h"

static struct server shared;

#define SEED_LINE_ITEM "walk-item"
#define SEED_RESULT "walk-result"
#define LINE_ITEM_BODY                                                                 \
	"{\"lineItem\":{\"title\":\"Walk\",\"class\":{\"sourcedId\":\"class-bio-1\"}," \
	"\"category\":{\"sourcedId\":\"cat-quizzes\"}}}"
#define RESULT_BODY                                                         \
	"{\"result\":{\"lineItem\":{\"sourcedId\":\"" SEED_LINE_ITEM "\"}," \
	"\"student\":{\"sourcedId\":\"student-005\"},\"score\":7,"          \
	"\"scoreStatus\":\"fully graded\"}}"

/* An object of the demo district, or of the seed, for each collection. */
/* clang-format off */
static const struct sample {
	const char *collection, *id;
	const struct entity *entity;
	const char *body; /* for PUT */
} samples[] = {
	{ "orgs",             "district-lakeside",    &ENTITY_ORGS, NULL },
	{ "schools",          "school-high",          &ENTITY_ORGS, NULL },
	{ "academicSessions", "year-2027",            &ENTITY_ACADEMIC_SESSIONS, NULL },
	{ "terms",            "term-fall",            &ENTITY_ACADEMIC_SESSIONS, NULL },
	{ "gradingPeriods",   "gp-q2",                &ENTITY_ACADEMIC_SESSIONS, NULL },
	{ "courses",          "course-bio",           &ENTITY_COURSES, NULL },
	{ "classes",          "class-bio-1",          &ENTITY_CLASSES, NULL },
	{ "users",            "admin-01",             &ENTITY_USERS, NULL },
	{ "students",         "student-005",          &ENTITY_USERS, NULL },
	{ "teachers",         "teacher-01",           &ENTITY_USERS, NULL },
	{ "enrollments",      "enr-bio-1-student-005", &ENTITY_ENROLLMENTS, NULL },
	{ "categories",       "cat-quizzes",          &ENTITY_CATEGORIES, "{\"category\":{\"title\":\"Walk\"}}" },
	{ "lineItems",        SEED_LINE_ITEM,         &ENTITY_LINE_ITEMS, LINE_ITEM_BODY },
	{ "results",          SEED_RESULT,            &ENTITY_RESULTS, RESULT_BODY },
};
/* clang-format on */

static void start_shared(void)
{
	struct answer answer;

	server_start(&shared, NULL);
	api(&answer, &shared, "PUT", "/lineItems/" SEED_LINE_ITEM, LINE_ITEM_BODY);
	ck_assert_int_eq(answer.status, 201);
	answer_release(&answer);
	api(&answer, &shared, "PUT", "/results/" SEED_RESULT, RESULT_BODY);
	ck_assert_int_eq(answer.status, 201);
	answer_release(&answer);
}

static void stop_shared(void)
{
	server_stop(&shared);
}

/* The collection whose name stands before the @length-th byte of @path. */
static const struct sample *sample_before(const char *path, size_t length)
{
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
		size_t size = strlen(samples[i].collection);

		if (size < length &&
		    strncmp(path + length - size, samples[i].collection, size) == 0 &&
		    path[length - size - 1] == '/')
			return &samples[i];
	}
	ck_abort_msg("%s: no sample for it", path);
	return NULL;
}

/* A path of the table with ids in it; the @strange-th of them is an unknown one. */
static char *expand(const char *path, int strange)
{
	struct str out = STR_INIT;
	int index = 0;

	for (const char *at = path; *at;) {
		size_t plain = strcspn(at, "{");

		str_add_bytes(&out, at, plain);
		at += plain;
		if (!*at)
			break;
		str_add(&out, index++ == strange
				      ? "no-such-id"
				      : sample_before(path, (size_t)(at - path) - 1)->id);
		at += strcspn(at, "}") + 1;
	}
	return str_take(&out, NULL);
}

static int ids_in(const char *path)
{
	int count = 0;

	for (const char *at = path; (at = strchr(at, '{')); at++)
		count++;
	return count;
}

static const char *body_of(const struct operation *operation)
{
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++)
		if (samples[i].entity == operation->entity && samples[i].body)
			return samples[i].body;
	return NULL;
}

/* /lineItems/NAME of a writing operation. */
static char *own_target(const struct operation *operation, const char *name)
{
	return xformat("/%s/%s", operation->entity->plural, name);
}

static void check_status(const struct answer *answer, const char *name, long status,
			 const char *minor)
{
	const json_t *info = json_array_get(json_object_get(answer->json, "statusInfoSet"), 0);
	const char *text = json_string_value(json_object_get(info, "imsx_codeMinor"));
	const char *major = json_string_value(json_object_get(info, "imsx_codeMajor"));
	const char *severity = json_string_value(json_object_get(info, "imsx_severity"));

	ck_assert_msg(answer->status == status, "%s: %ld instead of %ld: %s", name, answer->status,
		      status, answer->body);
	ck_assert_msg(major && strcmp(major, "failure") == 0 && severity &&
			      strcmp(severity, "error") == 0,
		      "%s: no failure: %s", name, answer->body);
	ck_assert_msg(text && strcmp(text, minor) == 0, "%s: %s instead of %s", name,
		      text ? text : "no minor code", minor);
	ck_assert_msg(*answer_description(answer), "%s: no description", name);
}

static void check_wrapper(const struct answer *answer, const struct operation *operation,
			  const char *target)
{
	const char *key = operation->action == READ_MANY ? operation->entity->plural
							 : operation->entity->singular;
	const json_t *inner = json_object_get(answer->json, key);

	ck_assert_msg(answer->status == 200, "%s %s: %ld %s", operation->name, target,
		      answer->status, answer->body);
	ck_assert_msg(json_object_size(answer->json) == 1 && inner, "%s: not only \"%s\": %.200s",
		      operation->name, key, answer->body);
	if (operation->action == READ_MANY)
		ck_assert_msg(json_array_size(inner) > 0, "%s: the list is empty", operation->name);
	else
		ck_assert_msg(strcmp(json_string_value(json_object_get(inner, "sourcedId")),
				     strrchr(target, '/') + 1) == 0,
			      "%s: another object came: %.200s", operation->name, answer->body);
}

START_TEST(operation_works)
{
	const struct operation *operation = &operations[_i];
	char *target = operation->method == GET ? expand(operation->path, -1)
						: own_target(operation, operation->name);
	const char *body = operation->method == GET ? NULL : body_of(operation);
	struct answer answer;

	if (operation->method == DELETE) {
		api(&answer, &shared, "PUT", target, body);
		ck_assert_msg(answer.status == 201, "%s: %s", operation->name, answer.body);
		answer_release(&answer);
		body = NULL;
	}
	api(&answer, &shared, method_name(operation->method), target, body);
	if (operation->method == GET)
		check_wrapper(&answer, operation, target);
	else
		ck_assert_msg(answer.status == (operation->method == PUT ? 201 : 204), "%s: %ld %s",
			      operation->name, answer.status, answer.body);
	answer_release(&answer);
	free(target);
}
END_TEST

/* Each id of the path in turn; a PUT makes its object instead. */
START_TEST(operation_knows_no_such_id)
{
	const struct operation *operation = &operations[_i];
	struct answer answer;

	for (int i = 0; i < ids_in(operation->path) && operation->method != PUT; i++) {
		char *target = expand(operation->path, i);

		api(&answer, &shared, method_name(operation->method), target, NULL);
		check_status(&answer, target, 404, "unknown object");
		ck_assert_msg(strstr(answer_description(&answer), "no-such-id"), "%s: \"%s\"",
			      target, answer_description(&answer));
		answer_release(&answer);
		free(target);
	}
}
END_TEST

static bool allowed(const char *path, const char *method)
{
	for (size_t i = 0; i < operation_count; i++)
		if (strcmp(operations[i].path, path) == 0 &&
		    strcmp(method_name(operations[i].method), method) == 0)
			return true;
	return false;
}

START_TEST(operation_refuses_other_methods)
{
	static const char *const methods[] = { "POST", "PUT", "DELETE", "PATCH" };
	const struct operation *operation = &operations[_i];
	char *target = expand(operation->path, -1);
	struct answer answer;

	for (size_t i = 0; i < ARRAY_SIZE(methods); i++) {
		char *allow, *name = xformat("%s %s", methods[i], target);

		if (!allowed(operation->path, methods[i])) {
			api(&answer, &shared, methods[i], target, "{}");
			check_status(&answer, name, 405, "invalid data");
			allow = answer_header(&answer, "Allow");
			ck_assert_msg(allow && strstr(allow, method_name(operation->method)) &&
					      !strstr(allow, methods[i]),
				      "%s: Allow is %s", name, allow ? allow : "absent");
			free(allow);
			answer_release(&answer);
		}
		free(name);
	}
	free(target);
}
END_TEST

START_TEST(operation_needs_a_token)
{
	const struct operation *operation = &operations[_i];
	char *target = expand(operation->path, -1), *asks;
	char *url = xformat("%s%s", shared.root, target);
	struct answer answer;

	http(&answer, method_name(operation->method), url, NULL,
	     operation->method == PUT ? body_of(operation) : NULL);
	check_status(&answer, target, 401, "unauthorized");
	asks = answer_header(&answer, "WWW-Authenticate");
	ck_assert_msg(asks != NULL, "%s: 401 without WWW-Authenticate", target);
	answer_release(&answer);
	http(&answer, method_name(operation->method), url,
	     (const char *[]){ "Authorization: Bearer wrong", NULL }, NULL);
	check_status(&answer, target, 401, "unauthorized");
	answer_release(&answer);
	free(asks);
	free(url);
	free(target);
}
END_TEST

/* With a slash behind, with a body, with an odd Accept: still the same answer. */
START_TEST(get_is_not_disturbed)
{
	const struct operation *operation = &operations[_i];
	char *target = expand(operation->path, -1), *slash = xformat("%s/", target);
	char *url = xformat("%s%s", shared.root, target);
	struct answer plain, other;

	if (operation->method != GET)
		goto out;
	api(&plain, &shared, "GET", target, NULL);
	api(&other, &shared, "GET", slash, NULL);
	ck_assert_msg(other.status == 200 && strcmp(plain.body, other.body) == 0, "%s: %ld %.200s",
		      slash, other.status, other.body);
	answer_release(&other);
	http(&other, "GET", url,
	     (const char *[]){ shared.bearer, "Accept: text/html, application/xml", "Cookie;",
			       "Content-Type: application/x-www-form-urlencoded", NULL },
	     "limit=0&filter=nonsense");
	ck_assert_msg(other.status == 200 && strcmp(plain.body, other.body) == 0,
		      "%s with a body: %ld %.200s", target, other.status, other.body);
	answer_release(&other);
	answer_release(&plain);
out:
	free(url);
	free(slash);
	free(target);
}
END_TEST

START_TEST(head_is_get_without_body)
{
	const struct operation *operation = &operations[_i];
	char *target = expand(operation->path, -1), *length, *count, *full_count;
	struct answer get, head;

	if (operation->method != GET)
		goto out;
	api(&get, &shared, "GET", target, NULL);
	api(&head, &shared, "HEAD", target, NULL);
	length = answer_header(&head, "Content-Length");
	count = answer_header(&head, "X-Total-Count");
	full_count = answer_header(&get, "X-Total-Count");
	ck_assert_msg(head.status == 200 && head.length == 0, "%s: %ld, %zu bytes", target,
		      head.status, head.length);
	ck_assert_msg(length && strtoul(length, NULL, 10) == get.length, "%s: Content-Length %s",
		      target, length ? length : "absent");
	ck_assert_msg(same_text(count, full_count), "%s: X-Total-Count %s", target,
		      count ? count : "absent");
	free(length);
	free(count);
	free(full_count);
	answer_release(&get);
	answer_release(&head);
out:
	free(target);
}
END_TEST

START_TEST(options_names_the_methods)
{
	const struct operation *operation = &operations[_i];
	char *target = expand(operation->path, -1), *allow;
	struct answer answer;

	api(&answer, &shared, "OPTIONS", target, NULL);
	allow = answer_header(&answer, "Allow");
	ck_assert_msg(answer.status == 204 && answer.length == 0, "%s: %ld %s", target,
		      answer.status, answer.body);
	ck_assert_msg(allow && strstr(allow, method_name(operation->method)) &&
			      strstr(allow, "OPTIONS") && strstr(allow, "HEAD"),
		      "%s: Allow is %s", target, allow ? allow : "absent");
	free(allow);
	answer_release(&answer);
	free(target);
}
END_TEST

/* Credentials come before the path: 401 without, 404 with. */
START_TEST(unknown_path)
{
	static const char *const paths[] = {
		"",
		"/",
		"/nothing",
		"/lineitems",
		"/lineItems/a/b",
		"/lineItems//results",
		"/classes//lineItems",
		"/classes/class-bio-1/orgs",
		"/orgs/district-lakeside/schools",
		"/a/b/c/d/e/f/g/h/i/j/k/l",
		"/users.json",
	};
	char *url = xformat("%s%s", shared.root, paths[_i]);
	struct answer answer;

	api(&answer, &shared, "GET", paths[_i], NULL);
	check_status(&answer, paths[_i], 404, "unknown object");
	answer_release(&answer);
	http(&answer, "GET", url, NULL, NULL);
	check_status(&answer, paths[_i], 401, "unauthorized");
	answer_release(&answer);
	free(url);
}
END_TEST

START_TEST(paths_outside_of_oneroster)
{
	static const struct {
		const char *path;
		long status;
	} cases[] = {
		{ "/", 404 },
		{ "/nothing", 404 },
		{ "/ims/oneroster/v9p9/users", 404 },
		{ "/sandboxes/unknown/ims/oneroster/v1p1/users", 404 },
		{ "/sandboxes/default/ims/oneroster/v1p1/users", 200 },
		{ "/health", 200 },
	};
	char *url = xformat("%s%s", shared.url, cases[_i].path);
	struct answer answer;

	http(&answer, "GET", url, (const char *[]){ shared.bearer, NULL }, NULL);
	ck_assert_msg(answer.status == cases[_i].status && json_is_object(answer.json),
		      "%s: %ld %.200s", cases[_i].path, answer.status, answer.body);
	answer_release(&answer);
	free(url);
}
END_TEST

START_TEST(answers_health_and_stops)
{
	struct server server;
	struct answer answer;
	char *url;

	server_start(&server, NULL);
	url = xformat("%s/health", server.url);
	http(&answer, "GET", url, NULL, NULL);
	ck_assert_int_eq(answer.status, 200);
	ck_assert_str_eq(json_string_value(json_object_get(answer.json, "status")), "ok");
	answer_release(&answer);
	free(url);
	ck_assert_int_eq(server_stop(&server), 0);
}
END_TEST

/* What href and Link begin with. */
/* clang-format off */
static const struct {
	const char *name;
	const char *args[3];
	const char *headers[4];
	const char *expected; /* NULL: as the request was addressed */
} bases[] = {
	{ "plain",            { NULL }, { NULL }, NULL },
	{ "Host",             { NULL }, { "Host: sis.example.org:8443" }, "http://sis.example.org:8443" },
	{ "strange Host",     { NULL }, { "Host: a\"b<c>/d" }, NULL },
	{ "untrusted proxy",  { NULL }, { "X-Forwarded-Proto: https", "X-Forwarded-Host: evil.example.org", "Forwarded: proto=https;host=evil.example.org" }, NULL },
	{ "X-Forwarded",      { "--trust-proxy" }, { "X-Forwarded-Proto: https", "X-Forwarded-Host: sis.example.org" }, "https://sis.example.org" },
	{ "Forwarded",        { "--trust-proxy" }, { "Forwarded: for=10.0.0.1;proto=https;host=sis.example.org, for=10.0.0.2;host=b" }, "https://sis.example.org" },
	{ "only the scheme",  { "--trust-proxy" }, { "Host: sis.example.org", "X-Forwarded-Proto: https" }, "https://sis.example.org" },
	{ "strange forward",  { "--trust-proxy" }, { "X-Forwarded-Proto: gopher", "X-Forwarded-Host: a b/<c>" }, NULL },
	{ "public URL",       { "--public-url", "https://campus.example.org/k12/" }, { "Host: inner:1" }, "https://campus.example.org/k12" },
	{ "public URL wins",  { "--public-url=https://campus.example.org", "--trust-proxy" }, { "X-Forwarded-Host: evil.example.org" }, "https://campus.example.org" },
};
/* clang-format on */

START_TEST(base_url)
{
	struct server server;
	struct answer answer;
	const char *headers[6] = { NULL };
	size_t n = 0;

	server_start(&server, bases[_i].args);
	headers[n++] = server.bearer;
	for (size_t i = 0; i < 4 && bases[_i].headers[i]; i++)
		headers[n++] = bases[_i].headers[i];

	char *url = xformat("%s/enrollments?limit=1", server.root);
	const char *base = bases[_i].expected ? bases[_i].expected : server.url;
	char *link_start = xformat(
		"<%s/ims/oneroster/v1p1/enrollments?limit=1&offset=1>; rel=\"next\"", base);
	char *href_start = xformat("%s/ims/oneroster/v1p1/classes/", base);

	http(&answer, "GET", url, headers, NULL);

	char *links = answer_header(&answer, "Link");
	const json_t *row = json_array_get(json_object_get(answer.json, "enrollments"), 0);
	const char *href = json_string_value(
		json_object_get(json_object_get(row, "class"), "href"));

	ck_assert_msg(answer.status == 200, "%s: %ld %s", bases[_i].name, answer.status,
		      answer.body);
	ck_assert_msg(links && starts_with(links, link_start), "%s: Link: %s, not %s",
		      bases[_i].name, links ? links : "absent", link_start);
	ck_assert_msg(href && starts_with(href, href_start), "%s: href %s, not %s", bases[_i].name,
		      href ? href : "absent", href_start);
	free(links);
	free(link_start);
	free(href_start);
	free(url);
	answer_release(&answer);
	server_stop(&server);
}
END_TEST

/* Links below a sandbox lead back into it. */
START_TEST(sandbox_prefix_stays)
{
	char *url = xformat("%s/sandboxes/default/ims/oneroster/v1p1/enrollments?limit=1",
			    shared.url);
	char *prefix = xformat("%s/sandboxes/default/ims/oneroster/v1p1/", shared.url), *links;
	struct answer answer;

	http(&answer, "GET", url, (const char *[]){ shared.bearer, NULL }, NULL);
	links = answer_header(&answer, "Link");
	ck_assert_int_eq(answer.status, 200);
	ck_assert_msg(links && starts_with(links + 1, prefix), "Link: %s", links);
	ck_assert_msg(strstr(answer.body, prefix) != NULL, "%s", answer.body);
	free(links);
	free(prefix);
	free(url);
	answer_release(&answer);
}
END_TEST

Suite *serve_suite(void);
Suite *serve_suite(void)
{
	Suite *suite = suite_create("serve");
	TCase *walk = tcase_create("every operation"), *tc = tcase_create("serve");
	int count = (int)operation_count;

	tcase_set_timeout(walk, 30);
	tcase_add_unchecked_fixture(walk, start_shared, stop_shared);
	tcase_add_loop_test(walk, operation_works, 0, count);
	tcase_add_loop_test(walk, operation_knows_no_such_id, 0, count);
	tcase_add_loop_test(walk, operation_refuses_other_methods, 0, count);
	tcase_add_loop_test(walk, operation_needs_a_token, 0, count);
	tcase_add_loop_test(walk, get_is_not_disturbed, 0, count);
	tcase_add_loop_test(walk, head_is_get_without_body, 0, count);
	tcase_add_loop_test(walk, options_names_the_methods, 0, count);
	tcase_add_loop_test(walk, unknown_path, 0, 11);
	tcase_add_loop_test(walk, paths_outside_of_oneroster, 0, 6);
	tcase_add_test(walk, sandbox_prefix_stays);
	suite_add_tcase(suite, walk);

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, answers_health_and_stops);
	tcase_add_loop_test(tc, base_url, 0, ARRAY_SIZE(bases));
	suite_add_tcase(suite, tc);
	return suite;
}
