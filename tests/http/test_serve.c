/*
 * test_serve.c - the provider over a socket: paths that are none, and what links begin
 * with. test_operations.c walks the paths that there are.
 */
#include <string.h>

#include "base/util.h"
#include "tests/http/walk.h"

static struct server shared;

static void start_shared(void)
{
	server_start(&shared, NULL);
}

static void stop_shared(void)
{
	server_stop(&shared);
}

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
	walk_refused(&answer, V11, paths[_i], 404, "unknown object");
	answer_release(&answer);
	http(&answer, "GET", url, NULL, NULL);
	walk_refused(&answer, V11, paths[_i], 401, "unauthorized");
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
	TCase *paths = tcase_create("paths"), *tc = tcase_create("serve");

	tcase_set_timeout(paths, 30);
	tcase_add_unchecked_fixture(paths, start_shared, stop_shared);
	tcase_add_loop_test(paths, unknown_path, 0, 11);
	tcase_add_loop_test(paths, paths_outside_of_oneroster, 0, 6);
	tcase_add_test(paths, sandbox_prefix_stays);
	suite_add_tcase(suite, paths);

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, answers_health_and_stops);
	tcase_add_loop_test(tc, base_url, 0, ARRAY_SIZE(bases));
	suite_add_tcase(suite, tc);
	return suite;
}
