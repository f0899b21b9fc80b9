/*
 * test_scopes.c - what a token is good for, by which clock it ages, and what the log says
 * of credentials that were refused.
 */
#include <check.h>

#include "base/jsonx.h"
#include "base/oauth1.h"
#include "server/auth/auth.h"
#include "tests/unit/helpers.h"

#define NOW 1700000000000
#define ID "canvas"
#define SECRET "s3cret-of-canvas"
#define ITEMS "/ims/oneroster/v1p1/lineItems"

#define OLD(name) "https://purl.imsglobal.org/spec/or/v1p1/scope/" name
#define NEW(name) "https://purl.imsglobal.org/spec/or/v1p2/scope/" name

static struct auth auth;
static struct profile *profile;

static struct profile *make_profile(const char *quirks)
{
	char *folder = scratch_new();
	char *json = xformat("{\"name\": \"p\", \"extends\": \"standard\", \"quirks\": {%s}}",
			     quirks);
	char *path = scratch_write(folder, "p.json", json);
	struct err err = ERR_INIT;
	struct profile *made = profile_load(path, &err);

	ck_assert_msg(made != NULL, "%s", err.text);
	free(path);
	free(json);
	scratch_free(folder);
	return made;
}

static void open_auth(void)
{
	auth_init(&auth);
	auth_add(&auth, ID, SECRET);
	profile = make_profile("");
}

static void close_auth(void)
{
	auth_release(&auth);
	profile_put(profile);
}

/* clang-format off */
/* What is asked for, and what is granted and said to be granted. */
static const struct {
	const char *name, *wish; /* NULL: no scope parameter */
	const char *quirks;
	int status;
	const char *granted; /* NULL: many, all of both versions */
} grants[] = {
	{ "one of 1.1",       OLD("roster.readonly"), "", 200, OLD("roster.readonly") },
	{ "one of 1.2",       NEW("roster.readonly"), "", 200, NEW("roster.readonly") },
	{ "of both versions", NEW("roster.readonly") " " OLD("roster.readonly"), "", 200, OLD("roster.readonly") " " NEW("roster.readonly") },
	{ "many blanks",      "  " OLD("roster.readonly") "  " OLD("gradebook.delete") " ", "", 200, OLD("roster.readonly") " " OLD("gradebook.delete") },
	{ "the same twice",   NEW("gradebook.createput") " " NEW("gradebook.createput"), "", 200, NEW("gradebook.createput") },
	{ "one of ours, one not", "openid " NEW("assessment.readonly"), "", 200, NEW("assessment.readonly") },
	{ "of 1.2 only",      OLD("gradebook.createpost") " " NEW("gradebook.createpost"), "", 200, NEW("gradebook.createpost") },
	{ "none of ours",     "openid profile", "", 400, NULL },
	{ "a prefix",         "https://purl.imsglobal.org/spec/or/v1p2/scope/", "", 400, NULL },
	{ "a short name",     "roster.readonly", "", 400, NULL },
	{ "another version",  "https://purl.imsglobal.org/spec/or/v1p3/scope/roster.readonly", "", 400, NULL },
	{ "joined by commas", OLD("roster.readonly") "," OLD("gradebook.readonly"), "", 400, NULL },
	{ "absent",           NULL, "", 200, NULL },
	{ "empty",            "", "", 200, NULL },
	{ "blank",            "  ", "", 200, NULL },
	{ "ignored",          OLD("roster.readonly"), "\"auth.scopes\": \"ignore\"", 200, NULL },
	{ "none of ours, ignored", "openid", "\"auth.scopes\": \"ignore\"", 200, NULL },
};

/* Who may do what: the scope itself, or the full one that implies it; never that of the
 * other version. */
static const struct {
	const char *granted;
	unsigned version;
	enum scope scope;
	bool permitted;
} permits[] = {
	{ OLD("roster-core.readonly"), V11, SCOPE_ROSTER_CORE_READONLY, true },
	{ OLD("roster-core.readonly"), V12, SCOPE_ROSTER_CORE_READONLY, false },
	{ OLD("roster-core.readonly"), V11, SCOPE_ROSTER_READONLY, false },
	{ OLD("roster.readonly"),      V11, SCOPE_ROSTER_CORE_READONLY, true },
	{ NEW("roster.readonly"),      V12, SCOPE_ROSTER_CORE_READONLY, true },
	{ NEW("roster.readonly"),      V12, SCOPE_ROSTER_DEMOGRAPHICS_READONLY, false },
	{ NEW("roster-demographics.readonly"), V12, SCOPE_ROSTER_DEMOGRAPHICS_READONLY, true },
	{ NEW("roster-demographics.readonly"), V12, SCOPE_ROSTER_CORE_READONLY, false },
	{ NEW("gradebook.readonly"),   V12, SCOPE_GRADEBOOK_CORE_READONLY, true },
	{ NEW("gradebook-core.readonly"), V12, SCOPE_GRADEBOOK_READONLY, false },
	{ NEW("gradebook.createput"),  V12, SCOPE_GRADEBOOK_CREATEPOST, false },
	{ NEW("gradebook.createput"),  V12, SCOPE_GRADEBOOK_DELETE, false },
	{ NEW("gradebook.createput"),  V12, SCOPE_GRADEBOOK_READONLY, false },
	{ NEW("gradebook.readonly"),   V12, SCOPE_ASSESSMENT_READONLY, false },
	{ NEW("resource.readonly"),    V12, SCOPE_RESOURCE_CORE_READONLY, true },
};

/* A refused signature, and what the log must say of it. */
static const struct {
	const char *name, *key, *secret, *nonce;
	int64_t shift_s;
	const char *from, *to; /* an edit of the header; NULL: none */
	const char *says[3];
} refused[] = {
	{ "a wrong secret",  ID, "guess", "n", 0, NULL, NULL, { "oauth_signature does not fit", "nonce new", "base string GET&http%3A%2F%2Fsis.example.org%2F" } },
	{ "an unknown key",  "nobody", SECRET, "n", 0, NULL, NULL, { "oauth_consumer_key", "key nobody", "base string GET&" } },
	{ "too old",         ID, SECRET, "n", -601, NULL, NULL, { "outside the accepted window", "clock difference -601 s", "nonce new" } },
	{ "too far ahead",   ID, SECRET, "n", 301, NULL, NULL, { "outside the accepted window", "clock difference +301 s", "method HMAC-SHA1" } },
	{ "a used nonce",    ID, SECRET, "used", 0, NULL, NULL, { "used before", "nonce repeated", "clock difference +0 s" } },
	{ "a wrong secret and a used nonce", ID, "guess", "used", 0, NULL, NULL, { "does not fit", "nonce repeated", "key canvas" } },
	{ "PLAINTEXT",       ID, SECRET, "n", 0, "HMAC-SHA1", "PLAINTEXT", { "HMAC-SHA1 or HMAC-SHA256", "method PLAINTEXT", "base string not computed" } },
	{ "version 2.0",     ID, SECRET, "n", 0, "oauth_version=\"1.0\"", "oauth_version=\"2.0\"", { "oauth_version", "clock difference +0 s", "nonce new" } },
	{ "no time",         ID, SECRET, "n", 0, "oauth_timestamp=\"1", "oauth_timestamp=\"x", { "does not fit", "clock difference unreadable", "nonce new" } },
	{ "a realm",         ID, "guess", "n", 0, "OAuth ", "OAuth realm=\"r\", ", { "does not fit", "oauth_consumer_key%3Dcanvas", "lineItems&limit%3D2" } },
};
/* clang-format on */

/* Asks for a token; the answer (json_decref) and the status. */
static json_t *ask_token(const char *wish, int64_t now, int *status)
{
	struct request request;
	struct response response = { .body = STR_INIT };
	struct err err = ERR_INIT;
	json_t *answer;

	request_make(&request, "POST", "/oauth2/token?client_id=" ID "&client_secret=" SECRET);
	if (wish) {
		str_add(&request.body, "scope=");
		pct_encode(&request.body, wish);
	}
	auth_token(&auth, &request, profile, now, &response);
	*status = response.status;
	answer = jsonx_load(str_text(&response.body), response.body.length, &err);
	response_free(&response);
	request_free(&request);
	return answer;
}

START_TEST(grants_and_echoes)
{
	int status;

	profile_put(profile);
	profile = make_profile(grants[_i].quirks);
	json_t *answer = ask_token(grants[_i].wish, NOW, &status);
	const char *scope = jsonx_text(answer, "scope");

	ck_assert_msg(status == grants[_i].status, "%s: %d", grants[_i].name, status);
	if (status != 200) {
		ck_assert_str_eq(jsonx_text(answer, "error"), "invalid_scope");
		ck_assert_ptr_null(json_object_get(answer, "access_token"));
	} else if (grants[_i].granted) {
		ck_assert_str_eq(scope, grants[_i].granted);
	} else {
		ck_assert_msg(has_word(scope, OLD("gradebook.createput")) &&
				      has_word(scope, NEW("assessment.delete")),
			      "%s: %s", grants[_i].name, scope);
	}
	json_decref(answer);
}
END_TEST

/* The header of a fresh token; from the arena. */
static const char *bearer(struct arena *arena, const char *wish, int64_t now)
{
	int status;
	json_t *answer = ask_token(wish, now, &status);
	const char *token = jsonx_text(answer, "access_token");

	ck_assert_msg(token != NULL, "%s: %d", wish, status);
	const char *header = arena_format(arena, "Bearer %s", token);

	json_decref(answer);
	return header;
}

START_TEST(permits_what_was_granted)
{
	struct request request;
	struct refusal refusal = { 0 };
	struct caller caller;

	request_make(&request, "GET", ITEMS);
	request_set(&request, "Authorization", bearer(&request.arena, permits[_i].granted, NOW));
	ck_assert(auth_check(&auth, &request, profile, NOW, NOW + 12000, &caller, &refusal));
	bool good = auth_permits(&caller, &request, profile, permits[_i].version, permits[_i].scope,
				 &refusal);

	ck_assert_msg(good == permits[_i].permitted, "%s for %d of %u: %d", permits[_i].granted,
		      (int)permits[_i].scope, permits[_i].version, good);
	if (!good) { /* what it was granted, since when, and what it needs */
		ck_assert_int_eq(refusal.fault, FAULT_FORBIDDEN_SCOPE);
		ck_assert_msg(strstr(refusal.why, "issued 12 s ago, scopes: ") &&
				      strstr(refusal.why, permits[_i].granted) &&
				      strstr(refusal.why, "needed is https://"),
			      "%s", refusal.why);
		ck_assert_msg(!strstr(refusal.why, request_header(&request, "Authorization") + 7),
			      "the log holds the token: %s", refusal.why);
	}
	/* where scopes mean nothing, it may all the same */
	struct profile *loose = make_profile("\"auth.scopes\": \"ignore\"");

	ck_assert(auth_permits(&caller, &request, loose, permits[_i].version, permits[_i].scope,
			       &refusal));
	profile_put(loose);
	request_free(&request);
}
END_TEST

/* The district's clock may stand in another year; only OAuth 1.0a asks for the real one. */
START_TEST(tokens_age_by_the_sandbox_clock)
{
	const int64_t life = profile->quirks.auth_token_ttl_s * 1000, there = NOW + 86400000;
	struct request request;
	struct refusal refusal = { 0 };
	struct caller caller;

	request_make(&request, "GET", ITEMS);
	request_set(&request, "Authorization", bearer(&request.arena, NULL, there));
	ck_assert(auth_check(&auth, &request, profile, NOW, there + life - 1, &caller, &refusal));
	ck_assert(auth_check(&auth, &request, profile, NOW + 9 * life, there, &caller, &refusal));
	ck_assert(
		!auth_check(&auth, &request, profile, NOW, there + life + 5000, &caller, &refusal));
	ck_assert_int_eq(refusal.fault, FAULT_TOKEN_EXPIRED);
	ck_assert_msg(strstr(refusal.why, "expired 5 s ago") &&
			      strstr(refusal.why, "issued 3605 s ago, scopes: all"),
		      "%s", refusal.why);
	request_free(&request);
}
END_TEST

static void use_nonce(const char *nonce)
{
	struct request request;
	struct refusal refusal = { 0 };
	struct caller caller;

	request_make(&request, "GET", ITEMS);
	request_set(&request, "Authorization",
		    oauth1_sign(&request, ID, SECRET, nonce, NOW / 1000));
	ck_assert(auth_check(&auth, &request, profile, NOW, NOW, &caller, &refusal));
	request_free(&request);
}

static const char *edited(struct arena *arena, const char *header, const char *from, const char *to)
{
	const char *at = from ? strstr(header, from) : NULL;

	ck_assert_msg(!from || at, "%s is not in %s", from, header);
	return at ? arena_format(arena, "%.*s%s%s", (int)(at - header), header, to,
				 at + strlen(from))
		  : header;
}

START_TEST(the_log_says_why)
{
	struct request request;
	struct refusal refusal = { 0 };
	struct caller caller;

	use_nonce("used");
	request_make(&request, "GET", ITEMS "?limit=2");
	const char *header = oauth1_sign(&request, refused[_i].key, refused[_i].secret,
					 refused[_i].nonce, NOW / 1000 + refused[_i].shift_s);

	request_set(&request, "Authorization",
		    edited(&request.arena, header, refused[_i].from, refused[_i].to));
	ck_assert_msg(!auth_check(&auth, &request, profile, NOW, NOW, &caller, &refusal), "%s",
		      refused[_i].name);
	for (size_t i = 0; i < ARRAY_SIZE(refused[_i].says); i++)
		ck_assert_msg(strstr(refusal.why, refused[_i].says[i]) != NULL, "%s: no \"%s\": %s",
			      refused[_i].name, refused[_i].says[i], refusal.why);
	ck_assert_msg(!strstr(refusal.why, SECRET) && !strstr(refusal.why, "guess"), "%s: %s",
		      refused[_i].name, refusal.why);
	request_free(&request);
}
END_TEST

/* A client may bring a secret in the query as well; the base string would repeat it. */
START_TEST(the_base_string_may_be_secret)
{
	static const char *const queries[] = { "client_secret=hush-hush", "access_token=hush-hush",
					       "a=1&password=hush-hush" };
	struct request request;
	struct refusal refusal = { 0 };
	struct caller caller;

	request_make(&request, "GET", ITEMS);
	request.query = queries[_i];
	request_set(&request, "Authorization", oauth1_sign(&request, ID, "guess", "n", NOW / 1000));
	ck_assert(!auth_check(&auth, &request, profile, NOW, NOW, &caller, &refusal));
	ck_assert_msg(!strstr(refusal.why, "hush"), "%s", refusal.why);
	ck_assert_msg(strstr(refusal.why, "clock difference +0 s") != NULL, "%s", refusal.why);
	request_free(&request);
}
END_TEST

Suite *scopes_suite(void);
Suite *scopes_suite(void)
{
	Suite *suite = suite_create("auth/scopes");
	TCase *tc = tcase_create("scopes");

	tcase_add_checked_fixture(tc, open_auth, close_auth);
	tcase_add_loop_test(tc, grants_and_echoes, 0, ARRAY_SIZE(grants));
	tcase_add_loop_test(tc, permits_what_was_granted, 0, ARRAY_SIZE(permits));
	tcase_add_test(tc, tokens_age_by_the_sandbox_clock);
	tcase_add_loop_test(tc, the_log_says_why, 0, ARRAY_SIZE(refused));
	tcase_add_loop_test(tc, the_base_string_may_be_secret, 0, 3);
	suite_add_tcase(suite, tc);
	return suite;
}
