/*
 * test_auth.c - who gets in: signatures, tokens, modes, and what the log keeps.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/oauth1.h"
#include "base/str.h"
#include "tests/http/harness.h"

#define ID "test-client"
#define SECRET "test-secret"
#define USERS "/ims/oneroster/v1p1/users"

#define BOTH "client_id=test-client&client_secret=test-secret"
#define BASIC                                                                              \
	"Authorization: Basic dGVzdC1jbGllbnQ6dGVzdC1zZWNyZXQ=" /* test-client:test-secret \
								 */

static struct server shared;

static void start_shared(void)
{
	server_start(&shared, NULL);
}

static void stop_shared(void)
{
	server_stop(&shared);
}

static const char *fresh_nonce(void)
{
	static char nonce[32];
	static unsigned count;

	snprintf(nonce, sizeof nonce, "n%d-%u", (int)getpid(), count++);
	return nonce;
}

/* "Authorization: OAuth ..." for a request to @url; free(). */
static char *sign(const char *method, const char *url, const char *secret, enum hash hash,
		  const char *nonce, int64_t shift_s)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct url parsed;
	char *header = NULL, *line;

	ck_assert_msg(url_parse(&arena, url, &parsed, &err), "%s", err.text);
	header = oauth1_header(&arena, method, &parsed, ID, secret, hash, nonce,
			       (int64_t)time(NULL) + shift_s, &err);
	ck_assert_msg(header != NULL, "%s", err.text);
	line = xformat("Authorization: %s", header);
	arena_release(&arena);
	return line;
}

static long status_with(const char *method, const char *url, const char *header, const char *body,
			char **description)
{
	struct answer answer;
	long status;

	http(&answer, method, url, (const char *[]){ header, NULL }, body);
	status = answer.status;
	if (description)
		*description = xstrdup(answer_description(&answer));
	answer_release(&answer);
	return status;
}

/* clang-format off */
static const struct {
	const char *name, *method, *target, *body;
	enum hash hash;
	int64_t shift_s;
	long status;
	const char *needle; /* of the description */
} signatures[] = {
	{ "SHA1",           "GET", "/users?limit=1", NULL, HASH_SHA1, 0, 200, "" },
	{ "SHA256",         "GET", "/users?limit=1", NULL, HASH_SHA256, 0, 200, "" },
	{ "no query",       "GET", "/orgs", NULL, HASH_SHA256, 0, 200, "" },
	{ "slash behind",   "GET", "/orgs/", NULL, HASH_SHA256, 0, 200, "" },
	{ "encoded filter", "GET", "/users?filter=role%3D%27student%27&limit=2", NULL, HASH_SHA1, 0, 200, "" },
	{ "raw filter",     "GET", "/users?filter=role='student'", NULL, HASH_SHA1, 0, 200, "" },
	{ "blank as %20",   "GET", "/users?filter=role%20=%20'student'", NULL, HASH_SHA256, 0, 200, "" },
	{ "plus",           "GET", "/users?filter=givenName='a+b'", NULL, HASH_SHA256, 0, 200, "" },
	{ "zone",           "GET", "/users?filter=dateLastModified>='2026-01-01T00:00:00%2B01:00'", NULL, HASH_SHA256, 0, 200, "" },
	{ "sorted pairs",   "GET", "/users?offset=1&limit=2&a=2&a=1&b", NULL, HASH_SHA256, 0, 200, "" },
	{ "Unicode",        "GET", "/users?filter=givenName='Tom%C3%A1s'", NULL, HASH_SHA1, 0, 200, "" },
	{ "encoded id",     "GET", "/lineItems/a%2Fb%20c", NULL, HASH_SHA256, 0, 404, "a/b c" },
	{ "JSON body",      "PUT", "/categories/signed", "{\"category\":{\"title\":\"a=b&c=d\"}}", HASH_SHA256, 0, 201, "" },
	{ "no body",        "DELETE", "/categories/none", NULL, HASH_SHA1, 0, 404, "none" },
	{ "9 minutes old",  "GET", "/orgs", NULL, HASH_SHA256, -540, 200, "" },
	{ "11 minutes old", "GET", "/orgs", NULL, HASH_SHA256, -660, 401, "oauth_timestamp" },
	{ "4 minutes early", "GET", "/orgs", NULL, HASH_SHA256, 240, 200, "" },
	{ "6 minutes early", "GET", "/orgs", NULL, HASH_SHA256, 360, 401, "oauth_timestamp" },
};
/* clang-format on */

START_TEST(signature)
{
	char *url = xformat("%s%s", shared.root, signatures[_i].target), *text;
	char *header = sign(signatures[_i].method, url, SECRET, signatures[_i].hash, fresh_nonce(),
			    signatures[_i].shift_s);
	long status = status_with(signatures[_i].method, url, header, signatures[_i].body, &text);

	ck_assert_msg(status == signatures[_i].status, "%s: %ld %s", signatures[_i].name, status,
		      text);
	ck_assert_msg(strstr(text, signatures[_i].needle), "%s: %s", signatures[_i].name, text);
	free(text);
	free(header);
	free(url);
}
END_TEST

START_TEST(wrong_signature)
{
	char *url = xformat("%s/users?limit=1", shared.root), *text;
	char *other = xformat("%s/users?limit=2", shared.root);
	char *header = sign("GET", url, "wrong", HASH_SHA256, fresh_nonce(), 0);

	ck_assert_int_eq(status_with("GET", url, header, NULL, &text), 401);
	ck_assert_msg(strstr(text, "oauth_signature"), "%s", text);
	free(text);
	free(header);
	header = sign("GET", url, SECRET, HASH_SHA256, fresh_nonce(), 0);
	ck_assert_int_eq(status_with("GET", other, header, NULL, NULL), 401);
	free(header);
	header = sign("GET", url, SECRET, HASH_SHA256, fresh_nonce(), 0);
	ck_assert_int_eq(status_with("PUT", url, header, "{}", NULL), 401);
	free(header);
	free(other);
	free(url);
}
END_TEST

/* The second use of a nonce is refused; a refused request does not use it up. */
START_TEST(nonce_once)
{
	char *url = xformat("%s/orgs", shared.root), *text;
	const char *nonce = fresh_nonce();
	char *wrong = sign("GET", url, "wrong", HASH_SHA256, nonce, 0);
	char *right = sign("GET", url, SECRET, HASH_SHA256, nonce, 0);

	ck_assert_int_eq(status_with("GET", url, wrong, NULL, NULL), 401);
	ck_assert_int_eq(status_with("GET", url, right, NULL, NULL), 200);
	ck_assert_int_eq(status_with("GET", url, right, NULL, &text), 401);
	ck_assert_msg(strstr(text, "oauth_nonce"), "%s", text);
	free(text);
	free(wrong);
	free(right);
	free(url);
}
END_TEST

/* Edits of a good header that clients make, and of ones that must not pass. */
START_TEST(edited_header)
{
	static const struct {
		const char *name, *from, *to;
		long status;
	} cases[] = {
		{ "realm", "OAuth ", "OAuth realm=\"https://sis\", ", 200 },
		{ "scheme in lower case", "OAuth ", "oauth ", 200 },
		{ "unknown key", ID, "somebody", 401 },
		{ "plain text", "HMAC-SHA256", "PLAINTEXT", 401 },
		{ "other version", "oauth_version=\"1.0\"", "oauth_version=\"2.0\"", 401 },
		{ "no signature", "oauth_signature=", "oauth_nothing=", 401 },
		{ "no nonce", "oauth_nonce=", "oauth_nothing=", 401 },
		{ "timestamp in words", "oauth_timestamp=\"1", "oauth_timestamp=\"x1", 401 },
		{ "rubbish", "oauth_", "=\"\",,\"", 401 },
	};
	char *url = xformat("%s/orgs", shared.root);
	char *header = sign("GET", url, SECRET, HASH_SHA256, fresh_nonce(), 0);
	const char *at = strstr(header, cases[_i].from);
	char *edited;
	long status;

	ck_assert_msg(at != NULL, "%s: not in %s", cases[_i].name, header);
	edited = xformat("%.*s%s%s", (int)(at - header), header, cases[_i].to,
			 at + strlen(cases[_i].from));
	status = status_with("GET", url, edited, NULL, NULL);
	ck_assert_msg(status == cases[_i].status, "%s: %ld for %s", cases[_i].name, status, edited);
	free(edited);
	free(header);
	free(url);
}
END_TEST

/* A client signs the URL that it was given, not the one we listen on. */
START_TEST(signature_behind_a_proxy)
{
	static const struct {
		const char *name, *args[3], *proto;
		long status;
	} cases[] = {
		{ "--public-url", { "--public-url", "https://sis.example.org" }, "X-None: 1", 200 },
		{ "--trust-proxy", { "--trust-proxy" }, "X-Forwarded-Proto: https", 200 },
		{ "neither", { NULL }, "X-Forwarded-Proto: https", 401 },
	};
	struct server server;
	struct answer answer;
	char *url, *header;

	server_start(&server, cases[_i].args);
	url = xformat("%s" USERS "?limit=1", server.url);
	header = sign("GET", "https://sis.example.org" USERS "?limit=1", SECRET, HASH_SHA256,
		      fresh_nonce(), 0);
	http(&answer, "GET", url,
	     (const char *[]){ header, "Host: sis.example.org", cases[_i].proto, NULL }, NULL);
	ck_assert_msg(answer.status == cases[_i].status, "%s: %ld %s", cases[_i].name,
		      answer.status, answer.body);
	answer_release(&answer);
	free(header);
	free(url);
	server_stop(&server);
}
END_TEST

static long status_with_token(const struct server *server, const char *token)
{
	char *header = xformat("Authorization: Bearer %s", token);
	char *url = xformat("%s/orgs", server->root);
	long status = status_with("GET", url, header, NULL, NULL);

	free(url);
	free(header);
	return status;
}

START_TEST(bearer_header)
{
	static const struct {
		const char *format;
		long status;
	} cases[] = {
		{ "Authorization: Bearer %s", 200 },   { "authorization: bearer %s", 200 },
		{ "Authorization: Bearer   %s", 200 }, { "Authorization: Bearer %sx", 401 },
		{ "Authorization: %s", 401 },          { "Authorization: Bearer", 401 },
		{ "Authorization: Basic %s", 401 },    { "Authorization: BEARER %s", 200 },
		{ "X-Authorization: Bearer %s", 401 },
	};
	const char *word = strstr(shared.bearer, "Bearer ") + 7;
	const char *place = strstr(cases[_i].format, "%s");
	char *header = place ? xformat("%.*s%s%s", (int)(place - cases[_i].format),
				       cases[_i].format, word, place + 2)
			     : xstrdup(cases[_i].format);
	char *url = xformat("%s/orgs", shared.root);
	long status = status_with("GET", url, header, NULL, NULL);

	ck_assert_msg(status == cases[_i].status, "%s: %ld", cases[_i].format, status);
	free(url);
	free(header);
}
END_TEST

START_TEST(token_expires)
{
	char *folder = folder_make(), *profile = xformat("%s/short.json", folder), *text;
	struct server server;

	file_put(folder, "short.json",
		 "{\"name\":\"short\",\"extends\":\"standard\",\"quirks\":{\"auth.token_ttl_s\":1}"
		 "}");
	server_start(&server, (const char *[]){ "--profile", profile, NULL });

	char *url = xformat("%s/orgs", server.root);

	usleep(1200000);
	ck_assert_int_eq(status_with("GET", url, server.bearer, NULL, &text), 401);
	ck_assert_msg(strstr(text, "expired"), "%s", text);
	free(text);
	free(url);
	free(profile);
	server_stop(&server);
	folder_remove(folder);
}
END_TEST

/* A token is of the server that gave it. */
START_TEST(token_of_another_server)
{
	struct server other;

	server_start(&other, NULL);
	ck_assert_int_eq(status_with_token(&other, strstr(shared.bearer, "Bearer ") + 7), 401);
	server_stop(&other);
}
END_TEST

START_TEST(mode)
{
	static const struct {
		const char *mode;
		long bearer, signed_, nothing;
	} cases[] = {
		{ "any", 200, 200, 401 },
		{ "oauth1", 401, 200, 401 },
		{ "oauth2", 200, 401, 401 },
		{ "none", 200, 200, 200 },
	};
	struct server server;
	char *url, *header;

	server_start(&server, (const char *[]){ "--auth", cases[_i].mode, NULL });
	url = xformat("%s/orgs", server.root);
	header = sign("GET", url, SECRET, HASH_SHA256, fresh_nonce(), 0);
	ck_assert_int_eq(status_with("GET", url, server.bearer, NULL, NULL), cases[_i].bearer);
	ck_assert_int_eq(status_with("GET", url, header, NULL, NULL), cases[_i].signed_);
	ck_assert_int_eq(status_with("GET", url, "X-None: 1", NULL, NULL), cases[_i].nothing);
	free(header);
	free(url);
	server_stop(&server);
}
END_TEST

/* Open to everybody who can reach it: only if that is meant. */
START_TEST(open_to_the_network)
{
	static const char *const listens[] = { "0.0.0.0:0", "[::]:0" };
	struct outcome outcome;
	struct server server;

	run_mocksis(&outcome, 20,
		    (const char *[]){ "serve", "--auth", "none", "--db", ":memory:", "--listen",
				      listens[_i], NULL });
	ck_assert_msg(outcome.status == 2, "%s: %d %s", listens[_i], outcome.status, outcome.err);
	ck_assert_msg(strstr(outcome.err, "--insecure"), "%s", outcome.err);
	ck_assert_str_eq(outcome.out, "");
	outcome_release(&outcome);
	if (_i == 0) {
		server_start(&server, (const char *[]){ "--auth", "none", "--insecure", "--listen",
							"0.0.0.0:0", NULL });
		server_stop(&server);
	}
}
END_TEST

/* Whatever happens, no secret is written down. */
START_TEST(log_keeps_no_secret)
{
	static const char *const methods[] = { "POST", "GET" };
	static const char *const paths[] = { "/oauth2/token", "/ims/oneroster/v1p1/token",
					     "/sandboxes/default/token", "/oauth2/token/",
					     "/sandboxes/nobody/token" };
	struct server server;
	struct answer answer;
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	char *url, *header, *log, *signed_as, *decoded;

	server_start(&server, (const char *[]){ "--log-level", "debug", NULL });
	for (size_t i = 0; i < ARRAY_SIZE(paths) * ARRAY_SIZE(methods); i++) {
		url = xformat("%s%s?" BOTH, server.url, paths[i / 2]);
		http(&answer, methods[i % 2], url, NULL, i % 2 ? NULL : "");
		answer_release(&answer);
		free(url);
	}
	url = xformat("%s/orgs", server.root);
	header = sign("GET", url, SECRET, HASH_SHA256, fresh_nonce(), 0);
	signed_as = xstrdup(strstr(header, "oauth_signature=") + 17);
	signed_as[strcspn(signed_as, "\"")] = '\0';
	decoded = pct_decode(&arena, signed_as, strlen(signed_as), PLUS_IS_PLUS, &err);
	ck_assert(decoded && strlen(decoded) == 44);
	status_with("GET", url, header, NULL, NULL);
	status_with("GET", url, header, NULL, NULL); /* refused */
	status_with("GET", url, server.bearer, NULL, NULL);
	status_with("GET", url, BASIC, NULL, NULL);
	free(header);
	header = xformat("%sx", server.bearer);
	status_with("GET", url, header, NULL, NULL);
	log = file_get(server.log);
	ck_assert_msg(strstr(log, "GET") != NULL, "no request in the log: %s", log);
	ck_assert_msg(!strstr(log, "test-secret"), "the secret: %s", strstr(log, "test-secret"));
	ck_assert_msg(!strstr(log, strstr(server.bearer, "Bearer ") + 7), "a token: %s", log);
	ck_assert_msg(!strstr(log, signed_as) && !strstr(log, decoded), "a signature: %s", log);
	ck_assert_msg(!strstr(log, "dGVzdC1jbGllbnQ6"), "Basic: %s", log);
	free(log);
	arena_release(&arena);
	free(signed_as);
	free(header);
	free(url);
	server_stop(&server);
}
END_TEST

/* Nor a token or a signature that a client puts into the query. */
START_TEST(log_keeps_no_secret_of_a_query)
{
	static const char *const queries[] = { "access_token", "oauth_signature", "client_secret" };
	struct server server;
	struct answer answer;
	char *url, *log;

	server_start(&server, NULL);
	url = xformat("%s/orgs?limit=1&%s=hush-hush", server.root, queries[_i]);
	http(&answer, "GET", url, (const char *[]){ server.bearer, NULL }, NULL);
	answer_release(&answer);
	log = file_get(server.log);
	ck_assert_msg(!strstr(log, "hush-hush"), "%s: %s", queries[_i],
		      strstr(log, "hush-hush") - 80);
	free(log);
	free(url);
	server_stop(&server);
}
END_TEST

Suite *auth_suite(void);
Suite *auth_suite(void)
{
	Suite *suite = suite_create("auth");
	TCase *tc = tcase_create("shared"), *own = tcase_create("own");

	tcase_set_timeout(tc, 30);
	tcase_add_unchecked_fixture(tc, start_shared, stop_shared);
	tcase_add_loop_test(tc, signature, 0, ARRAY_SIZE(signatures));
	tcase_add_test(tc, wrong_signature);
	tcase_add_test(tc, nonce_once);
	tcase_add_loop_test(tc, edited_header, 0, 9);
	tcase_add_loop_test(tc, bearer_header, 0, 9);
	tcase_add_test(tc, token_of_another_server);
	suite_add_tcase(suite, tc);

	tcase_set_timeout(own, 60);
	tcase_add_loop_test(own, signature_behind_a_proxy, 0, 3);
	tcase_add_test(own, token_expires);
	tcase_add_loop_test(own, mode, 0, 4);
	tcase_add_loop_test(own, open_to_the_network, 0, 2);
	tcase_add_test(own, log_keeps_no_secret);
	tcase_add_loop_test(own, log_keeps_no_secret_of_a_query, 0, 3);
	suite_add_tcase(suite, own);
	return suite;
}
