/*
 * test_claim.c - who a request says it is, and tokens that a fault rule ends.
 */
#include <check.h>

#include "base/crypto.h"
#include "base/jsonx.h"
#include "base/when.h"
#include "server/auth/auth.h"
#include "tests/unit/helpers.h"

static struct auth auth;
static struct profile *profile;
static char *bearer; /* "Bearer ..." of a token of canvas */

#define NOW 1000000
#define HOUR 3600000

static void setup(void)
{
	struct err err = ERR_INIT;
	struct response response = { 0 };
	struct request request;

	profile = profile_load("standard", &err);
	ck_assert_msg(profile != NULL, "%s", err.text);
	auth_init(&auth);
	auth_add(&auth, "canvas", "s3cret");
	request_make(&request, "POST", "/oauth2/token?client_id=canvas&client_secret=s3cret");
	str_init(&response.body, STR_CAP);
	auth_token(&auth, &request, profile, NOW, &response);

	json_t *json = jsonx_load(str_text(&response.body), response.body.length, &err);

	bearer = xformat("Bearer %s", jsonx_text(json, "access_token"));
	json_decref(json);
	response_free(&response);
	request_free(&request);
}

static void teardown(void)
{
	free(bearer);
	auth_release(&auth);
	profile_put(profile);
}

/* clang-format off */
static const struct {
	const char *scheme, *rest; /* TOKEN: the token; Basic: before base64 */
	const char *target, *type, *body;
	bool token;
	const char *claims; /* NULL: none */
} cases[] = {
	{ "",       "TOKEN",         "/x", NULL, NULL, false, "canvas" },
	{ "bearer ", "  nonsense",   "/x", NULL, NULL, false, NULL },
	{ "Bearer ", "",             "/x", NULL, NULL, false, NULL },
	{ "OAuth ", "oauth_consumer_key=\"a%20b\", oauth_signature=\"x\", oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"1\", oauth_nonce=\"n\"", "/x", NULL, NULL, false, "a b" },
	{ "OAuth ", "nonsense",      "/x", NULL, NULL, false, NULL },
	{ "Basic ", "canvas:wrong",  "/x", NULL, NULL, true, "canvas" },
	{ "Basic ", "canvas",        "/x", NULL, NULL, true, NULL },
	{ "Basic ", "\xff:x",        "/x", NULL, NULL, true, NULL },
	{ "Basic ", "canvas:x",      "/x?client_id=other", NULL, NULL, true, "canvas" },
	{ "Digest ", "x",            "/x", NULL, NULL, false, NULL },
	{ NULL,     NULL,            "/x", NULL, NULL, true, NULL },
	{ NULL,     NULL,            "/x?client_id=canvas", NULL, NULL, true, "canvas" },
	{ NULL,     NULL,            "/x?client_id=canvas", NULL, NULL, false, NULL },
	{ NULL,     NULL,            "/x", NULL, "client_id=canvas&client_secret=no", true, "canvas" },
	{ NULL,     NULL,            "/x", "application/json", "{\"client_id\": \"canvas\"}", true, "canvas" },
	{ NULL,     NULL,            "/x", "application/json", "{\"client_id\": ", true, NULL },
	{ NULL,     NULL,            "/x", NULL, "client_id=%zz", true, NULL },
};
/* clang-format on */

static char *authorization(int i)
{
	char *pair, *text;

	if (!cases[i].scheme)
		return NULL;
	if (strcmp(cases[i].rest, "TOKEN") == 0)
		return xstrdup(bearer);
	pair = strcmp(cases[i].scheme, "Basic ") == 0
		       ? base64_encode(cases[i].rest, strlen(cases[i].rest))
		       : xstrdup(cases[i].rest);
	text = xformat("%s%s", cases[i].scheme, pair);
	free(pair);
	return text;
}

START_TEST(a_request_claims_a_client)
{
	char *header = authorization(_i);
	struct request request;
	const char *claimed;

	request_make(&request, "POST", cases[_i].target);
	if (header)
		request_set(&request, "Authorization", header);
	if (cases[_i].type)
		request_set(&request, "Content-Type", cases[_i].type);
	if (cases[_i].body)
		str_add(&request.body, cases[_i].body);
	claimed = auth_claimed(&auth, &request, cases[_i].token);
	ck_assert_msg(same_text(claimed, cases[_i].claims), "%d: %s", _i,
		      claimed ? claimed : "none");
	request_free(&request);
	free(header);
}
END_TEST

/* What is said to a request with the token at @now. */
static const char *refused(const char *header, int64_t now)
{
	struct refusal refusal = { 0 };
	struct request request;
	struct caller caller;

	request_make(&request, "GET", "/x");
	request_set(&request, "Authorization", header);

	bool good = auth_check(&auth, &request, profile, when_now(), now, &caller, &refusal);

	request_free(&request);
	return good ? "" : fault_name(refusal.fault);
}

static void end(void (*how)(const struct request *request), const char *header)
{
	struct request request;

	request_make(&request, "GET", "/x");
	if (header)
		request_set(&request, "Authorization", header);
	how(&request);
	request_free(&request);
}

static void expire(const struct request *request)
{
	auth_expire(&auth, request, NOW + 1000);
}

static void revoke(const struct request *request)
{
	auth_revoke(&auth, request);
}

START_TEST(a_token_can_be_ended)
{
	end(expire, NULL);
	end(expire, "Bearer another");
	end(revoke, NULL);
	end(revoke, "OAuth x");
	ck_assert_str_eq(refused(bearer, NOW + 1000), "");
	end(expire, bearer);
	ck_assert_str_eq(refused(bearer, NOW + 999), "");
	ck_assert_str_eq(refused(bearer, NOW + 1000), "token_expired");
	end(revoke, bearer);
	ck_assert_str_eq(refused(bearer, NOW + 999), "unauthorized");
}
END_TEST

/* What has expired already does not live on. */
START_TEST(an_expired_token_stays_so)
{
	struct request request;

	request_make(&request, "GET", "/x");
	request_set(&request, "Authorization", bearer);
	auth_expire(&auth, &request, NOW + 2 * HOUR);
	ck_assert_str_eq(refused(bearer, NOW + HOUR), "token_expired");
	request_free(&request);
}
END_TEST

Suite *claim_suite(void);
Suite *claim_suite(void)
{
	Suite *suite = suite_create("auth/claim");
	TCase *tc = tcase_create("claim");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_loop_test(tc, a_request_claims_a_client, 0, ARRAY_SIZE(cases));
	tcase_add_test(tc, a_token_can_be_ended);
	tcase_add_test(tc, an_expired_token_stays_so);
	suite_add_tcase(suite, tc);
	return suite;
}
