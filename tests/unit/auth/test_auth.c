/*
 * test_auth.c - OAuth 1.0a requests and bearer tokens.
 */
#include <check.h>

#include "base/crypto.h"
#include "base/jsonx.h"
#include "base/oauth1.h"
#include "server/auth/auth.h"
#include "tests/unit/helpers.h"

#define NOW 1700000000000
#define ID "canvas"
#define SECRET "s3cret-of-canvas"
#define ITEMS "/ims/oneroster/v1p1/lineItems"

static struct auth auth;
static struct profile *profile;

static void open_auth(void)
{
	struct err err = ERR_INIT;

	auth_init(&auth);
	auth_add(&auth, ID, SECRET);
	auth_add(&auth, "other", "another-secret");
	profile = profile_load("standard", &err);
	ck_assert_msg(profile != NULL, "%s", err.text);
}

static void close_auth(void)
{
	auth_release(&auth);
	profile_put(profile);
}

/* clang-format off */
/* A request that is signed for one target and sent with another. */
static const struct {
	const char *name, *method, *signed_for, *sent;
	const char *key, *secret;
	int64_t offset_s;      /* of the timestamp to our clock */
	bool ok;
	const char *says;      /* the reason of the refusal */
} signatures[] = {
	{ "a GET",             "GET", ITEMS, ITEMS, ID, SECRET, 0, true, NULL },
	{ "a PUT",             "PUT", ITEMS "/li%2F1", ITEMS "/li%2F1", ID, SECRET, 0, true, NULL },
	{ "another client",    "GET", ITEMS, ITEMS, "other", "another-secret", 0, true, NULL },
	{ "a query",           "GET", ITEMS "?limit=2&filter=status%3D%27active%27", ITEMS "?limit=2&filter=status%3D%27active%27", ID, SECRET, 0, true, NULL },
	{ "raw quotes",        "GET", ITEMS "?filter=status%3D%27active%27", ITEMS "?filter=status='active'", ID, SECRET, 0, true, NULL },
	{ "another order",     "GET", ITEMS "?a=1&b=2", ITEMS "?b=2&a=1", ID, SECRET, 0, true, NULL },
	{ "'+' signed as a blank", "GET", ITEMS "?filter=title%3D%27a%20b%27", ITEMS "?filter=title='a+b'", ID, SECRET, 0, true, NULL },
	{ "'+' signed as a plus",  "GET", ITEMS "?filter=title%3D%27a%2Bb%27", ITEMS "?filter=title='a+b'", ID, SECRET, 0, true, NULL },
	{ "'+' of a zone",     "GET", ITEMS "?filter=dueDate%3E%272026-01-01T00%3A00%3A00%2B01%3A00%27%20AND%20title%3D%27a%20b%27",
	                              ITEMS "?filter=dueDate>'2026-01-01T00:00:00+01:00'+AND+title='a+b'", ID, SECRET, 0, true, NULL },
	{ "ten minutes old",   "GET", ITEMS, ITEMS, ID, SECRET, -600, true, NULL },
	{ "five minutes ahead", "GET", ITEMS, ITEMS, ID, SECRET, 300, true, NULL },
	{ "too old",           "GET", ITEMS, ITEMS, ID, SECRET, -601, false, "oauth_timestamp" },
	{ "too far ahead",     "GET", ITEMS, ITEMS, ID, SECRET, 301, false, "oauth_timestamp" },
	{ "a wrong secret",    "GET", ITEMS, ITEMS, ID, "guess", 0, false, "oauth_signature" },
	{ "the secret of another", "GET", ITEMS, ITEMS, ID, "another-secret", 0, false, "oauth_signature" },
	{ "an unknown client", "GET", ITEMS, ITEMS, "nobody", SECRET, 0, false, "oauth_consumer_key" },
	{ "an empty secret",   "GET", ITEMS, ITEMS, "nobody", "", 0, false, "oauth_consumer_key" },
	{ "another path",      "GET", ITEMS "/1", ITEMS "/2", ID, SECRET, 0, false, "oauth_signature" },
	{ "another case",      "GET", ITEMS, "/ims/oneroster/v1p1/lineitems", ID, SECRET, 0, false, "oauth_signature" },
	{ "another query",     "GET", ITEMS "?limit=2", ITEMS "?limit=20", ID, SECRET, 0, false, "oauth_signature" },
	{ "a parameter more",  "GET", ITEMS, ITEMS "?limit=20", ID, SECRET, 0, false, "oauth_signature" },
	{ "an encoded slash unencoded", "PUT", ITEMS "/a%2Fb", ITEMS "/a/b", ID, SECRET, 0, false, "oauth_signature" },
	{ "a broken query",    "GET", ITEMS, ITEMS "?x=%zz", ID, SECRET, 0, false, "oauth_signature" },
};

#define REST "oauth_nonce=\"n\",oauth_signature=\"x\""

static const struct {
	const char *name, *header, *says;
} headers[] = {
	{ "none at all",      NULL, "is missing" },
	{ "empty",            "", "must begin with Bearer or OAuth" },
	{ "Basic",            "Basic Y2FudmFzOnMzY3JldA==", "must begin with Bearer or OAuth" },
	{ "an unknown token", "Bearer abc", "not known" },
	{ "no token",         "Bearer ", "not known" },
	{ "nothing signed",   "OAuth ", "oauth_consumer_key is missing" },
	{ "broken",           "OAuth x", "broken" },
	{ "PLAINTEXT",        "OAuth oauth_consumer_key=\"canvas\",oauth_signature_method=\"PLAINTEXT\",oauth_timestamp=\"1700000000\"," REST, "HMAC-SHA1" },
	{ "a version of its own", "OAuth oauth_consumer_key=\"canvas\",oauth_signature_method=\"HMAC-SHA1\",oauth_timestamp=\"1700000000\",oauth_version=\"2.0\"," REST, "oauth_version" },
	{ "a wrong signature", "OAuth oauth_consumer_key=\"canvas\",oauth_signature_method=\"HMAC-SHA1\",oauth_timestamp=\"1700000000\"," REST, "oauth_signature" },
};

/* Who may come in which way: --auth and auth.modes. */
static const struct {
	const char *only, *modes;
	bool bearer, oauth1;
} modes[] = {
	{ NULL,     "[\"oauth1\", \"oauth2\"]", true,  true },
	{ NULL,     "[\"oauth1\"]",             false, true },
	{ NULL,     "[\"oauth2\"]",             true,  false },
	{ NULL,     "[]",                       false, false },
	{ "oauth1", "[\"oauth1\", \"oauth2\"]", false, true },
	{ "oauth2", "[\"oauth1\", \"oauth2\"]", true,  false },
	{ "oauth1", "[\"oauth2\"]",             false, false },
};
/* clang-format on */

/* Neither what the client reads nor what the log says may hold a secret. */
static void check_no_secret(const char *name, const struct refusal *refusal)
{
	const char *reason = refusal_value(refusal, "reason");

	ck_assert_msg(!refusal->why || !strstr(refusal->why, SECRET), "%s: %s", name, refusal->why);
	ck_assert_msg(!refusal->why || !strstr(refusal->why, "another-secret"), "%s", name);
	ck_assert_msg(!reason || !strstr(reason, SECRET), "%s: %s", name, reason);
}

static bool check(struct request *request, int64_t now, const char **who, struct refusal *refusal)
{
	struct caller caller;

	*refusal = (struct refusal){ 0 };

	bool good = auth_check(&auth, request, profile, now, now, &caller, refusal);

	*who = caller.credential;
	return good;
}

START_TEST(checks_signatures)
{
	struct request request, signer;
	struct refusal refusal;
	const char *who;

	request_make(&signer, signatures[_i].method, signatures[_i].signed_for);
	request_make(&request, signatures[_i].method, signatures[_i].sent);
	request_set(&request, "authorization",
		    oauth1_sign(&signer, signatures[_i].key, signatures[_i].secret, "n-1",
				NOW / 1000 + signatures[_i].offset_s));

	bool ok = check(&request, NOW, &who, &refusal);

	ck_assert_msg(ok == signatures[_i].ok, "%s: got %d, %s", signatures[_i].name, ok,
		      refusal.set ? refusal_value(&refusal, "reason") : "");
	if (ok) {
		ck_assert_str_eq(who, signatures[_i].key);
	} else {
		ck_assert_int_eq(refusal.fault, FAULT_UNAUTHORIZED);
		ck_assert_msg(strstr(refusal_value(&refusal, "reason"), signatures[_i].says) !=
				      NULL,
			      "%s: %s", signatures[_i].name, refusal_value(&refusal, "reason"));
		check_no_secret(signatures[_i].name, &refusal);
	}
	request_free(&signer);
	request_free(&request);
}
END_TEST

START_TEST(refuses_other_headers)
{
	struct request request;
	struct refusal refusal;
	const char *who;

	request_make(&request, "GET", ITEMS);
	if (headers[_i].header)
		request_set(&request, "Authorization", headers[_i].header);
	ck_assert_msg(!check(&request, NOW, &who, &refusal), "%s: taken", headers[_i].name);
	ck_assert_int_eq(refusal.fault, FAULT_UNAUTHORIZED);
	ck_assert_msg(strstr(refusal_value(&refusal, "reason"), headers[_i].says) != NULL, "%s: %s",
		      headers[_i].name, refusal_value(&refusal, "reason"));
	check_no_secret(headers[_i].name, &refusal);
	request_free(&request);
}
END_TEST

/* A wrong signature is explained by the base string that we computed. */
START_TEST(explains_a_wrong_signature)
{
	struct request request;
	struct refusal refusal;
	const char *who;

	request_make(&request, "GET", ITEMS "?limit=2");
	request_set(&request, "Authorization", oauth1_sign(&request, ID, "guess", "n", NOW / 1000));
	ck_assert(!check(&request, NOW, &who, &refusal));
	ck_assert_msg(strstr(refusal.why,
			     "GET&http%3A%2F%2Fsis.example.org%2Fims%2Foneroster%2Fv1p1%2F"
			     "lineItems&limit%3D2%26oauth_consumer_key%3Dcanvas") != NULL,
		      "%s", refusal.why);
	request_free(&request);
}
END_TEST

static bool signed_again(const char *key, const char *secret, const char *nonce, int64_t stamp,
			 int64_t now)
{
	struct request request;
	struct refusal refusal;
	const char *who;

	request_make(&request, "GET", ITEMS);
	request_set(&request, "Authorization", oauth1_sign(&request, key, secret, nonce, stamp));

	bool ok = check(&request, now, &who, &refusal);

	if (!ok && refusal.why && strstr(refusal.why, "nonce"))
		ck_assert_int_eq(refusal.fault, FAULT_UNAUTHORIZED);
	request_free(&request);
	return ok;
}

START_TEST(a_nonce_counts_once)
{
	int64_t stamp = NOW / 1000;

	ck_assert(!signed_again(ID, "guess", "n", stamp, NOW)); /* a forger burns nothing */
	ck_assert(signed_again(ID, SECRET, "n", stamp, NOW));
	ck_assert(!signed_again(ID, SECRET, "n", stamp, NOW));
	ck_assert(!signed_again(ID, SECRET, "n", stamp, NOW + 599000));
	ck_assert(signed_again(ID, SECRET, "m", stamp, NOW));
	ck_assert(signed_again(ID, SECRET, "n", stamp + 1, NOW));
	ck_assert(signed_again("other", "another-secret", "n", stamp, NOW));
}
END_TEST

/* oauth_body_hash is optional; a wrong one is not taken (fact sheet 11.1). */
START_TEST(a_body_hash_must_fit)
{
	static const char body[] = "{\"lineItem\": {}}";
	unsigned char digest[HASH_MAX];
	struct request request;
	struct refusal refusal;
	struct err err = ERR_INIT;
	struct pairs parameters = { 0 }, none = { 0 };
	struct url url;
	const char *who;

	request_make(&request, "PUT", ITEMS "/1");
	str_add(&request.body, _i ? body : "{\"lineItem\": {\"title\": \"forged\"}}");
	hash_bytes(HASH_SHA1, body, strlen(body), digest);

	char *hash = base64_encode(digest, 20);

	ck_assert(url_parse(&request.arena, "http://sis.example.org" ITEMS "/1", &url, &err));
	pairs_add(&parameters, &request.arena, "oauth_body_hash", hash);
	pairs_add(&parameters, &request.arena, "oauth_consumer_key", ID);
	pairs_add(&parameters, &request.arena, "oauth_nonce", "n");
	pairs_add(&parameters, &request.arena, "oauth_signature_method", "HMAC-SHA1");
	pairs_add(&parameters, &request.arena, "oauth_timestamp", "1700000000");

	const char *base = oauth1_base_string(&request.arena, "PUT", &url, &parameters, &none);
	const char *signature = oauth1_signature(&request.arena, HASH_SHA1, base, SECRET, NULL);

	request_set(&request, "Authorization",
		    arena_format(&request.arena,
				 "OAuth oauth_body_hash=\"%s\", oauth_consumer_key=\"" ID "\", "
				 "oauth_nonce=\"n\", oauth_signature_method=\"HMAC-SHA1\", "
				 "oauth_timestamp=\"1700000000\", oauth_signature=\"%s\"",
				 pct_encoded(&request.arena, hash),
				 pct_encoded(&request.arena, signature)));
	ck_assert_int_eq(check(&request, NOW, &who, &refusal), _i);
	if (!_i)
		ck_assert_str_eq(refusal_value(&refusal, "reason"),
				 "oauth_body_hash does not fit the body");
	free(hash);
	request_free(&request);
}
END_TEST

/* Asks for a token at @now. Returns (free). */
static char *token(int64_t now)
{
	struct request request;
	struct response response = { .body = STR_INIT };
	struct err err = ERR_INIT;

	request_make(&request, "POST", "/oauth2/token?client_id=" ID "&client_secret=" SECRET);
	auth_token(&auth, &request, profile, now, &response);
	ck_assert_int_eq(response.status, 200);

	json_t *answer = jsonx_load(response.body.text, response.body.length, &err);
	char *text = xstrdup(jsonx_text(answer, "access_token"));

	ck_assert_int_eq(jsonx_int(answer, "expires_in"), profile->quirks.auth_token_ttl_s);
	json_decref(answer);
	response_free(&response);
	request_free(&request);
	return text;
}

static bool bearer(const char *scheme, const char *text, int64_t now, enum fault *fault)
{
	struct request request;
	struct refusal refusal;
	const char *who;

	request_make(&request, "GET", ITEMS);
	request_set(&request, "Authorization", arena_format(&request.arena, "%s %s", scheme, text));

	bool ok = check(&request, now, &who, &refusal);

	*fault = refusal.fault;
	ck_assert(!ok || same_text(who, ID));
	ck_assert_msg(!refusal.why || !strstr(refusal.why, text), "the log holds a token: %s",
		      refusal.why);
	request_free(&request);
	return ok;
}

START_TEST(every_token_of_a_client_is_valid)
{
	char *first = token(NOW), *second = token(NOW);
	enum fault fault;

	ck_assert_str_ne(first, second);
	ck_assert(bearer("Bearer", first, NOW, &fault));
	ck_assert(bearer("Bearer", second, NOW, &fault));
	ck_assert(bearer("bearer", first, NOW, &fault)); /* RFC 7235: without regard to case */
	ck_assert(bearer("Bearer  ", first, NOW, &fault));
	free(first);
	free(second);
}
END_TEST

START_TEST(a_token_expires)
{
	int64_t life = profile->quirks.auth_token_ttl_s * 1000;
	char *text = token(NOW);
	enum fault fault;

	ck_assert(bearer("Bearer", text, NOW + life - 1, &fault));
	ck_assert(!bearer("Bearer", text, NOW + life, &fault));
	ck_assert_int_eq(fault, FAULT_TOKEN_EXPIRED);
	text[3] ^= 1;
	ck_assert(!bearer("Bearer", text, NOW, &fault));
	ck_assert_int_eq(fault, FAULT_UNAUTHORIZED);
	free(text);
}
END_TEST

START_TEST(modes_narrow)
{
	char *folder = scratch_new();
	char *json = xformat("{\"name\": \"p\", \"extends\": \"standard\", \"quirks\": "
			     "{\"auth.modes\": %s}}",
			     modes[_i].modes);
	char *path = scratch_write(folder, "p.json", json), *text = token(NOW);
	struct err err = ERR_INIT;
	enum fault fault;

	profile_put(profile);
	profile = profile_load(path, &err);
	auth.only = modes[_i].only;
	ck_assert_msg(bearer("Bearer", text, NOW, &fault) == modes[_i].bearer, "%s, %s: bearer",
		      modes[_i].only ? modes[_i].only : "any", modes[_i].modes);
	ck_assert_msg(signed_again(ID, SECRET, "n", NOW / 1000, NOW) == modes[_i].oauth1,
		      "%s, %s: oauth1", modes[_i].only ? modes[_i].only : "any", modes[_i].modes);
	free(text);
	free(path);
	free(json);
	scratch_free(folder);
}
END_TEST

START_TEST(open_lets_everybody_in)
{
	struct request request;
	struct refusal refusal;
	const char *who = "x";

	auth.open = true;
	request_make(&request, "GET", ITEMS);
	ck_assert(check(&request, NOW, &who, &refusal));
	ck_assert_ptr_null(who);
	request_free(&request);
}
END_TEST

Suite *auth_suite(void);
Suite *auth_suite(void)
{
	Suite *suite = suite_create("auth/auth");
	TCase *tc = tcase_create("auth");

	tcase_add_checked_fixture(tc, open_auth, close_auth);
	tcase_add_loop_test(tc, checks_signatures, 0, ARRAY_SIZE(signatures));
	tcase_add_loop_test(tc, refuses_other_headers, 0, ARRAY_SIZE(headers));
	tcase_add_test(tc, explains_a_wrong_signature);
	tcase_add_test(tc, a_nonce_counts_once);
	tcase_add_loop_test(tc, a_body_hash_must_fit, 0, 2);
	tcase_add_test(tc, every_token_of_a_client_is_valid);
	tcase_add_test(tc, a_token_expires);
	tcase_add_loop_test(tc, modes_narrow, 0, ARRAY_SIZE(modes));
	tcase_add_test(tc, open_lets_everybody_in);
	suite_add_tcase(suite, tc);
	return suite;
}
