/*
 * test_traps_auth.c - how real clients sign and how they ask for tokens, point by point:
 * sections B, D and E of the list of traps (B9, B10, D2, D13 to D15, E2, E3).
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/oauth1.h"
#include "base/str.h"
#include "oneroster/entity.h"
#include "tests/http/wire.h"

#define ID "test-client"
#define SECRET "test-secret"
#define ITEM "{\"lineItem\":{\"title\":\"a=b&c=d\",\"class\":{\"sourcedId\":\"class-bio-1\"}}}"

static const unsigned versions[] = { V11, V12 };

static struct server shared, behind_proxy;

static void start_shared(void)
{
	server_start(&shared, NULL);
	shared.bearer[0] = '\0';
}

static void stop_shared(void)
{
	server_stop(&shared);
}

static void start_behind_proxy(void)
{
	server_start(&behind_proxy, (const char *[]){ "--trust-proxy", NULL });
	behind_proxy.bearer[0] = '\0';
}

static void stop_behind_proxy(void)
{
	server_stop(&behind_proxy);
}

/* How a header is written. */
#define REVERSED 0x01
#define NO_BLANKS 0x02
#define REALM_FIRST 0x04
#define REALM_LAST 0x08
#define LOWER_CASE 0x10
#define PLUS_SIGNED_AS_BLANK 0x20

/* clang-format off */
static const struct client {
	const char *point, *method, *target, *body;
	const char *algorithm, *version, *token; /* NULL: the parameter is absent */
	const char *nonce;                       /* its beginning; see nonce_of() */
	int64_t shift_s;
	unsigned how;
	const char *extra; /* headers beside it */
	long status;
} clients[] = {
	{ "B9 ten minutes back",    "GET", "R/orgs", NULL, "HMAC-SHA1", "1.0", NULL, "b9-a", -590, 0, "", 200 },
	{ "B9 five minutes ahead",  "GET", "R/orgs", NULL, "HMAC-SHA1", "1.0", NULL, "b9-b", 290, 0, "", 200 },
	{ "B9 eleven minutes back", "GET", "R/orgs", NULL, "HMAC-SHA1", "1.0", NULL, "b9-c", -660, 0, "", 401 },
	{ "B10 HMAC-SHA1",          "GET", "R/users?limit=1", NULL, "HMAC-SHA1", "1.0", NULL, "b10-a", 0, 0, "", 200 },
	{ "B10 HMAC-SHA256",        "GET", "R/users?limit=1", NULL, "HMAC-SHA256", "1.0", NULL, "b10-b", 0, 0, "", 200 },
	{ "B10 HMAC-SHA512",        "GET", "R/users?limit=1", NULL, "HMAC-SHA512", "1.0", NULL, "b10-c", 0, 0, "", 401 },
	{ "B10 no oauth_version",   "GET", "R/users?limit=1", NULL, "HMAC-SHA256", NULL, NULL, "b10-d", 0, 0, "", 200 },
	{ "B10 an empty oauth_token", "GET", "R/users?limit=1", NULL, "HMAC-SHA1", "1.0", "", "b10-e", 0, 0, "", 200 },
	{ "B10 both",               "GET", "R/users", NULL, "HMAC-SHA256", NULL, "", "b10-f", 0, 0, "", 200 },
	{ "D2 an encoded slash",    "PUT", "G/lineItems/a%2Fb", ITEM, "HMAC-SHA256", "1.0", NULL, "d2-a", 0, 0, "", 201 },
	{ "D2 an encoded blank",    "GET", "G/lineItems/a%20b", NULL, "HMAC-SHA1", "1.0", NULL, "d2-b", 0, 0, "", 404 },
	{ "D2 a raw @",             "GET", "G/lineItems/a@b", NULL, "HMAC-SHA1", "1.0", NULL, "d2-c", 0, 0, "", 404 },
	{ "E2 in reverse",          "GET", "R/users?limit=1", NULL, "HMAC-SHA1", "1.0", "", "e2-a", 0, REVERSED, "", 200 },
	{ "E2 in reverse, no blanks", "GET", "R/users", NULL, "HMAC-SHA256", NULL, NULL, "e2-b", 0, REVERSED | NO_BLANKS, "", 200 },
	{ "E2 a realm first",       "GET", "R/users?limit=1", NULL, "HMAC-SHA1", "1.0", NULL, "e2-c", 0, REALM_FIRST, "", 200 },
	{ "E2 a realm last",        "GET", "R/users?limit=1", NULL, "HMAC-SHA1", "1.0", NULL, "e2-d", 0, REALM_LAST | NO_BLANKS, "", 200 },
	{ "E2 oauth in lower case", "GET", "R/users?limit=1", NULL, "HMAC-SHA1", "1.0", NULL, "e2-e", 0, LOWER_CASE, "", 200 },
	{ "E2 a nonce of 8",        "GET", "R/users", NULL, "HMAC-SHA1", "1.0", NULL, "8", 0, 0, "", 200 },
	{ "E2 another nonce of 8",  "GET", "R/users", NULL, "HMAC-SHA256", "1.0", NULL, "9", 0, 0, "", 200 },
	{ "E2 an odd nonce",        "GET", "R/users", NULL, "HMAC-SHA256", "1.0", NULL, "a+b/c=&\" ", 0, 0, "", 200 },
	{ "E2 raw quotes",          "GET", "R/users?filter=status='active'&limit=1", NULL, "HMAC-SHA1", "1.0", NULL, "e2-f", 0, 0, "", 200 },
	{ "E2 encoded quotes",      "GET", "R/users?filter=status%3D%27active%27&limit=1", NULL, "HMAC-SHA1", "1.0", NULL, "e2-g", 0, 0, "", 200 },
	{ "E2 blanks as %20",       "GET", "R/users?filter=status='active'%20AND%20givenName~'a'", NULL, "HMAC-SHA256", "1.0", NULL, "e2-h", 0, 0, "", 200 },
	{ "E2 plus, signed as a plus", "GET", "R/users?filter=status='active'+AND+givenName~'a'", NULL, "HMAC-SHA256", "1.0", NULL, "e2-i", 0, 0, "", 200 },
	{ "E2 plus, signed as a blank", "GET", "R/users?filter=status='active'+AND+givenName~'a'", NULL, "HMAC-SHA256", "1.0", NULL, "e2-j", 0, PLUS_SIGNED_AS_BLANK, "", 200 },
	{ "E2 a zone",              "GET", "R/users?filter=dateLastModified>='2026-01-01T00:00:00+01:00'", NULL, "HMAC-SHA1", "1.0", NULL, "e2-k", 0, 0, "", 200 },
	{ "E2 a value with =",      "GET", "G/lineItems?filter=title='a=b'", NULL, "HMAC-SHA1", "1.0", NULL, "e2-l", 0, 0, "", 200 },
	{ "E2 a parameter twice",   "GET", "R/users?x=b&x=a&limit=1", NULL, "HMAC-SHA1", "1.0", NULL, "e2-m", 0, 0, "", 200 },
	{ "E2 a slash behind",      "GET", "R/users/", NULL, "HMAC-SHA1", "1.0", NULL, "e2-n", 0, 0, "", 200 },
	{ "E2 JSON is not signed",  "PUT", "G/lineItems/signed", ITEM, "HMAC-SHA256", "1.0", NULL, "e2-o", 0, 0, "Content-Type: application/json\r\n", 201 },
	{ "E2 a DELETE",            "DELETE", "G/lineItems/nowhere", NULL, "HMAC-SHA1", "1.0", NULL, "e2-p", 0, 0, "", 404 },
	{ "E2 a header of a vendor", "GET", "R/users?limit=1", NULL, "HMAC-SHA256", "1.0", NULL, "e2-q", 0, 0, "X-Vendor-Authorization: 0b6f\r\n", 200 },
	{ "E2 a proxy that is not trusted", "GET", "R/users", NULL, "HMAC-SHA1", "1.0", NULL, "e2-r", 0, 0, "X-Forwarded-Proto: https\r\n", 200 },
};

/* What a proxy says, and what the client signed. */
static const struct {
	const char *name, *headers, *base; /* base NULL: the address itself */
	long status;
} proxies[] = {
	{ "https",             "X-Forwarded-Proto: https\r\nX-Forwarded-Host: sis.example.org\r\n", "https://sis.example.org", 200 },
	{ "https, a port",     "X-Forwarded-Proto: https\r\nX-Forwarded-Host: sis.example.org:8443\r\n", "https://sis.example.org:8443", 200 },
	{ "https, its own port", "X-Forwarded-Proto: https\r\nX-Forwarded-Host: sis.example.org:443\r\n", "https://sis.example.org", 200 },
	{ "host in capitals",  "X-Forwarded-Proto: https\r\nX-Forwarded-Host: SIS.example.org\r\n", "https://sis.example.org", 200 },
	{ "Forwarded",         "Forwarded: for=192.0.2.1;proto=https;host=sis.example.org\r\n", "https://sis.example.org", 200 },
	{ "http",              "X-Forwarded-Proto: http\r\n", NULL, 200 },
	{ "nothing",           "", NULL, 200 },
	{ "signed as http",    "X-Forwarded-Proto: https\r\nX-Forwarded-Host: sis.example.org\r\n", "http://sis.example.org", 401 },
};

#define FORM "Content-Type: application/x-www-form-urlencoded\r\n"
#define JSON "Content-Type: application/json\r\n"
#define BASIC "Authorization: Basic dGVzdC1jbGllbnQ6dGVzdC1zZWNyZXQ=\r\n" /* ID:SECRET */
#define PAIR "client_id=" ID "&client_secret=" SECRET
#define GRANT "grant_type=client_credentials"
#define SCOPE "scope=https%3A%2F%2Fpurl.imsglobal.org%2Fspec%2For%2Fv1p2%2Fscope%2Froster-core.readonly"

static const struct {
	const char *point, *query, *headers, *body;
	bool narrow; /* good for rostering of 1.2 only */
} askers[] = {
	{ "E3 Basic and a form",   "", BASIC FORM, GRANT, false },
	{ "E3 Basic, empty body",  "", BASIC, "", false },
	{ "E3 Basic, no body",     "", BASIC, NULL, false },
	{ "E3 Basic, empty form",  "", BASIC FORM, "", false },
	{ "E3 a form",             "", FORM, GRANT "&" PAIR, false },
	{ "E3 a form, no grant",   "", FORM, PAIR, false },
	{ "E3 the query",          "?" GRANT "&" PAIR, "", "", false },
	{ "E3 the query, no body", "?" GRANT "&" PAIR, "", NULL, false },
	{ "E3 JSON",               "", JSON, "{\"grant_type\":\"client_credentials\",\"client_id\":\"" ID "\",\"client_secret\":\"" SECRET "\"}", false },
	{ "E3 Basic and JSON",     "", BASIC JSON, "{\"grant_type\":\"client_credentials\"}", false },
	{ "E3 a scope",            "", BASIC FORM, GRANT "&" SCOPE, true },
	{ "E3 a scope, in the query", "?" SCOPE, BASIC, "", true },
	{ "E3 a list of scopes",   "", FORM, PAIR "&" SCOPE "+https://purl.imsglobal.org/spec/or/v1p2/scope/roster.readonly+openid", true },
};

static const char *const token_paths[] = {
	"/oauth2/token", "/token", "/oauth/token", "/ims/oneroster/v1p1/token",
	"/sandboxes/default/oauth2/token", "/sandboxes/default/ims/oneroster/v1p1/token",
};
/* clang-format on */

/* Unique per run; short ones stay at eight characters. */
static char *nonce_of(const struct client *client, unsigned version)
{
	unsigned part = (unsigned)getpid() % 100000;

	if (strlen(client->nonce) == 1)
		return xformat("%s%05u%02u", client->nonce, part, version);
	return xformat("%s-%u-%u", client->nonce, part, version);
}

static void add(struct pairs *pairs, struct arena *arena, const char *name, const char *value)
{
	if (value)
		pairs_add(pairs, arena, name, value);
}

static void write_pair(struct str *out, const char *name, const char *value, unsigned how)
{
	str_format(out, "%s%s=\"", out->length ? (how & NO_BLANKS ? "," : ", ") : "", name);
	pct_encode(out, value);
	str_add(out, "\"");
}

static void write_parameters(struct str *out, const struct pairs *pairs, unsigned how)
{
	if (how & REALM_FIRST)
		write_pair(out, "realm", "https://sis", how);
	for (size_t i = 0; i < pairs->count; i++) {
		const struct pair *pair = &pairs->items[how & REVERSED ? pairs->count - 1 - i : i];

		write_pair(out, pair->name, pair->value, how);
	}
	if (how & REALM_LAST)
		write_pair(out, "realm", "https://sis", how);
}

/* "Authorization: OAuth ...": of a request to @target below @base, as @client signs. */
static char *sign(const struct client *client, const char *base, const char *target,
		  unsigned version)
{
	struct arena arena = ARENA_INIT;
	struct pairs pairs = { 0 }, query = { 0 };
	struct str header = STR_INIT;
	struct err err = ERR_INIT;
	struct url url;
	char *nonce = nonce_of(client, version);

	add(&pairs, &arena, "oauth_consumer_key", ID);
	add(&pairs, &arena, "oauth_nonce", nonce);
	add(&pairs, &arena, "oauth_signature_method", client->algorithm);
	add(&pairs, &arena, "oauth_timestamp",
	    arena_format(&arena, "%lld", (long long)time(NULL) + (long long)client->shift_s));
	add(&pairs, &arena, "oauth_token", client->token);
	add(&pairs, &arena, "oauth_version", client->version);
	ck_assert_msg(url_parse(&arena, arena_format(&arena, "%s%s", base, target), &url, &err),
		      "%s", err.text);
	ck_assert(!url.query ||
		  query_parse(&arena, url.query,
			      client->how & PLUS_SIGNED_AS_BLANK ? PLUS_IS_BLANK : PLUS_IS_PLUS,
			      &query, &err));
	const char *text = oauth1_base_string(&arena, client->method, &url, &pairs, &query);
	enum hash hash = strcmp(client->algorithm, "HMAC-SHA1") == 0 ? HASH_SHA1 : HASH_SHA256;

	pairs_add(&pairs, &arena, "oauth_signature",
		  oauth1_signature(&arena, hash, text, SECRET, NULL));
	write_parameters(&header, &pairs, client->how);
	char *line = xformat("Authorization: %s %s\r\n",
			     client->how & LOWER_CASE ? "oauth" : "OAuth", str_text(&header));

	str_release(&header);
	arena_release(&arena);
	free(nonce);
	return line;
}

START_TEST(signature_is_taken)
{
	for (size_t v = 0; v < ARRAY_SIZE(versions); v++) {
		char *target = wire_target(versions[v], clients[_i].target);
		char *header = sign(&clients[_i], shared.url, target, versions[v]);
		char *headers = xformat("%s%s", header, clients[_i].extra);
		long expected = clients[_i].status;
		struct reply reply;

		if (expected == 201 && v) /* both versions write the same object */
			expected = 200;
		wire_send(&reply, &shared, clients[_i].method, target, headers, clients[_i].body);
		ck_assert_msg(reply.status == expected, "%s: %s\n%s%.600s", clients[_i].point,
			      target, headers, reply.raw);
		reply_release(&reply);
		free(headers);
		free(header);
		free(target);
	}
}
END_TEST

/* E2: scheme, host and port as the client used them, and so are the links. */
START_TEST(proxy_is_believed)
{
	struct client client = clients[0];
	char *nonce = xformat("proxy-%d", _i);
	const char *base = proxies[_i].base ? proxies[_i].base : behind_proxy.url;

	client.nonce = nonce;
	client.shift_s = 0;
	for (size_t v = 0; v < ARRAY_SIZE(versions); v++) {
		char *target = wire_target(versions[v], "R/classes?limit=1");
		char *header = sign(&client, base, target, versions[v]);
		char *headers = xformat("%s%s", header, proxies[_i].headers);
		struct reply reply;

		wire_send(&reply, &behind_proxy, "GET", target, headers, NULL);
		ck_assert_msg(reply.status == proxies[_i].status, "%s: %.600s", proxies[_i].name,
			      reply.raw);
		if (strstr(proxies[_i].headers, "https") && reply.status == 200)
			ck_assert_msg(strstr(reply.raw, "Link: <https://") &&
					      strstr(reply.body, "\"href\":\"https://"),
				      "%s: %s", proxies[_i].name, reply.raw);
		reply_release(&reply);
		free(headers);
		free(header);
		free(target);
	}
	free(nonce);
}
END_TEST

/* The access token of a good answer. Returns (free). */
static char *token_at(const char *path, int i)
{
	char *target = xformat("%s%s", path, askers[i].query);
	struct reply reply;

	wire_send(&reply, &shared, "POST", target, askers[i].headers, askers[i].body);
	const char *token = json_string_value(json_object_get(reply.json, "access_token"));
	const char *scope = json_string_value(json_object_get(reply.json, "scope"));

	ck_assert_msg(reply.status == 200 && token, "%s at %s: %s", askers[i].point, target,
		      reply.raw);
	ck_assert_msg(scope && (strstr(scope, "gradebook.createput") == NULL) == askers[i].narrow,
		      "%s: %s", askers[i].point, scope);
	char *copy = xstrdup(token);

	reply_release(&reply);
	free(target);
	return copy;
}

static long status_with(const char *token, unsigned version, const char *pattern)
{
	char *target = wire_target(version, pattern);
	char *header = xformat("Authorization: Bearer %s\r\n", token);
	struct reply reply;
	long status;

	wire_send(&reply, &shared, "GET", target, header, NULL);
	status = reply.status;
	reply_release(&reply);
	free(header);
	free(target);
	return status;
}

/* Every way to ask, on every path, with and without a slash behind; B9: all of these
 * tokens live side by side, in both versions. */
START_TEST(token_is_given)
{
	char *tokens[ARRAY_SIZE(token_paths) * 2];

	for (size_t i = 0; i < ARRAY_SIZE(tokens); i++) {
		char *path = xformat("%s%s", token_paths[i / 2], i % 2 ? "/" : "");

		tokens[i] = token_at(path, _i);
		free(path);
	}
	for (size_t i = 0; i < ARRAY_SIZE(tokens); i++) {
		bool narrow = askers[_i].narrow;

		ck_assert_int_eq(status_with(tokens[i], V12, "R/orgs"), 200);
		ck_assert_int_eq(status_with(tokens[i], V11, "R/orgs"), narrow ? 403 : 200);
		ck_assert_int_eq(status_with(tokens[i], V12, "G/lineItems"), narrow ? 403 : 200);
		/* D13: no id can be guessed without the scope */
		ck_assert_int_eq(status_with(tokens[i], V12, "G/lineItems/x"), narrow ? 403 : 404);
		free(tokens[i]);
	}
}
END_TEST

/* D14: the errors of RFC 6749, never those of OneRoster, and no secret in them. */
START_TEST(token_is_refused)
{
	static const struct {
		const char *headers, *body, *error;
		long status;
	} cases[] = {
		{ "", NULL, "invalid_client", 401 },
		{ FORM, "client_id=" ID "&client_secret=hush", "invalid_client", 401 },
		{ BASIC FORM, "grant_type=authorization_code", "unsupported_grant_type", 400 },
		{ BASIC FORM, "scope=openid", "invalid_scope", 400 },
		{ JSON, "{\"client_id\":", "invalid_request", 400 },
		{ "Authorization: Bearer hush\r\n", NULL, "invalid_client", 401 },
	};
	struct reply reply;

	wire_send(&reply, &shared, "POST", "/oauth2/token", cases[_i].headers, cases[_i].body);
	ck_assert_msg(reply.status == cases[_i].status, "%s", reply.raw);
	ck_assert_str_eq(json_string_value(json_object_get(reply.json, "error")), cases[_i].error);
	ck_assert_msg(!strstr(reply.raw, "imsx_") && !strstr(reply.raw, "hush"), "%s", reply.raw);
	char *challenge = reply_header(&reply, "WWW-Authenticate");

	ck_assert_msg((challenge != NULL) == (cases[_i].status == 401), "%s", reply.raw);
	free(challenge);
	reply_release(&reply);
}
END_TEST

Suite *traps_auth_suite(void);
Suite *traps_auth_suite(void)
{
	Suite *suite = suite_create("traps_auth");
	TCase *tc = tcase_create("shared"), *proxy = tcase_create("proxy");

	tcase_set_timeout(tc, 30);
	tcase_add_unchecked_fixture(tc, start_shared, stop_shared);
	tcase_add_loop_test(tc, signature_is_taken, 0, ARRAY_SIZE(clients));
	tcase_add_loop_test(tc, token_is_given, 0, ARRAY_SIZE(askers));
	tcase_add_loop_test(tc, token_is_refused, 0, 6);
	suite_add_tcase(suite, tc);

	tcase_set_timeout(proxy, 30);
	tcase_add_unchecked_fixture(proxy, start_behind_proxy, stop_behind_proxy);
	tcase_add_loop_test(proxy, proxy_is_believed, 0, ARRAY_SIZE(proxies));
	suite_add_tcase(suite, proxy);
	return suite;
}
