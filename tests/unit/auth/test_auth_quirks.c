/*
 * test_auth_quirks.c - the switches about who gets in, on and off.
 */
#include <check.h>

#include "base/jsonx.h"
#include "server/auth/auth.h"
#include "tests/unit/helpers.h"

#define NOW 1700000000000
#define ITEMS "/ims/oneroster/v1p1/lineItems"
#define HEADER "x-vendor-authorization"

static struct auth auth;
static struct profile *profile;

static void open_auth(const char *quirks)
{
	char *folder = scratch_new();
	char *json = xformat("{\"name\": \"p\", \"extends\": \"standard\", \"quirks\": {%s}}",
			     quirks);
	char *path = scratch_write(folder, "p.json", json);
	struct err err = ERR_INIT;

	auth_init(&auth);
	auth_add(&auth, "canvas", "s3cret");
	auth_add(&auth, "other", "a:b");
	profile = profile_load(path, &err);
	ck_assert_msg(profile != NULL, "%s", err.text);
	free(path);
	free(json);
	scratch_free(folder);
}

static void close_auth(void)
{
	auth_release(&auth);
	profile_put(profile);
}

/* What comes of a request whose headers are set; it is freed. */
static bool check(struct request *request, struct refusal *refusal)
{
	struct caller caller;

	*refusal = (struct refusal){ 0 };

	bool good = auth_check(&auth, request, profile, NOW, NOW, &caller, refusal);

	ck_assert(good || refusal->fault == FAULT_UNAUTHORIZED);
	return good;
}

#define ASKED "\"auth.vendor_header\": \"X-Vendor-Authorization\""

/* clang-format off */
static const struct {
	const char *quirks, *header; /* NULL: none is sent */
	const char *says;            /* NULL: taken */
} vendors[] = {
	{ "",    NULL,             NULL },
	{ "",    "nonsense",       NULL },
	{ ASKED, "canvas:s3cret",  NULL },
	{ ASKED, "other:a:b",      NULL }, /* of another client, with a colon in its secret */
	{ ASKED, NULL,             "the X-Vendor-Authorization header is missing" },
	{ ASKED, "",               "does not hold KEY:SECRET" },
	{ ASKED, ":",              "does not hold KEY:SECRET" },
	{ ASKED, "canvas",         "does not hold KEY:SECRET" },
	{ ASKED, "canvas:",        "does not hold KEY:SECRET" },
	{ ASKED, "canvas:guess-1", "does not hold KEY:SECRET" },
	{ ASKED, "canvas:a:b",     "does not hold KEY:SECRET" },
	{ ASKED, "nobody:s3cret",  "does not hold KEY:SECRET" },
};

static const struct {
	const char *quirks;
	int64_t offset_s; /* of the client's clock to the real one */
	bool ok;
	const char *why;  /* in the log, of a refusal */
	bool fired;
} skews[] = {
	{ "",                          0,     true,  NULL, false },
	{ "",                          -601,  false, "clock difference -601 s,", false },
	{ "\"oauth1.skew_s\": 900",    0,     false, "clock difference -900 s (oauth1.skew_s is +900),", true },
	{ "\"oauth1.skew_s\": 900",    900,   true,  NULL, false },
	{ "\"oauth1.skew_s\": 900",    300,   true,  NULL, false },
	{ "\"oauth1.skew_s\": 900",    1201,  false, "clock difference +301 s (oauth1.skew_s is +900),", false },
	{ "\"oauth1.skew_s\": -900",   0,     false, "clock difference +900 s (oauth1.skew_s is -900),", true },
	{ "\"oauth1.skew_s\": -900",   -900,  true,  NULL, false },
	{ "\"oauth1.skew_s\": 600",    0,     true,  NULL, false },
};
/* clang-format on */

START_TEST(vendor_header)
{
	const char *header = vendors[_i].header, *says = vendors[_i].says;
	struct request request;
	struct refusal refusal;

	open_auth(vendors[_i].quirks);
	request_make(&request, "GET", ITEMS);
	request_set(&request, "Authorization",
		    oauth1_sign(&request, "canvas", "s3cret", "n", NOW / 1000));
	if (header)
		request_set(&request, HEADER, header);
	ck_assert_msg(check(&request, &refusal) == !says, "%s: %d", header ? header : "none",
		      !!says);
	if (says) {
		ck_assert_msg(strstr(refusal_value(&refusal, "reason"), says) != NULL, "%s",
			      refusal_value(&refusal, "reason"));
		ck_assert_str_eq(refusal.quirk, "auth.vendor_header");
		ck_assert(!refusal.why || !strstr(refusal.why, "guess-1"));
		ck_assert(!strstr(refusal_value(&refusal, "reason"), "guess-1"));
	}
	request_free(&request);
	close_auth();
}
END_TEST

/* It stands beside the signature, not in its place. */
START_TEST(vendor_header_alone)
{
	struct request request;
	struct refusal refusal;

	open_auth(ASKED);
	request_make(&request, "GET", ITEMS);
	request_set(&request, HEADER, "canvas:s3cret");
	ck_assert(!check(&request, &refusal));
	ck_assert_str_eq(refusal_value(&refusal, "reason"), "the Authorization header is missing");
	ck_assert_ptr_null(refusal.quirk);
	request_free(&request);
	close_auth();
}
END_TEST

START_TEST(clock_is_off)
{
	struct request request;
	struct refusal refusal;

	open_auth(skews[_i].quirks);
	request_make(&request, "GET", ITEMS);
	request_set(
		&request, "Authorization",
		oauth1_sign(&request, "canvas", "s3cret", "n", NOW / 1000 + skews[_i].offset_s));
	ck_assert_msg(check(&request, &refusal) == skews[_i].ok, "%s, %lld s", skews[_i].quirks,
		      (long long)skews[_i].offset_s);
	if (!skews[_i].ok) {
		ck_assert_msg(strstr(refusal.why, skews[_i].why) != NULL, "%s", refusal.why);
		ck_assert(same_text(refusal.quirk, skews[_i].fired ? "oauth1.skew_s" : NULL));
	}
	request_free(&request);
	close_auth();
}
END_TEST

/* "Bearer ..." of a fresh token. Returns (free). */
static char *token(const char *id, const char *secret)
{
	char *target = xformat("/oauth2/token?client_id=%s&client_secret=%s", id, secret), *text;
	struct response response = { .body = STR_INIT };
	struct request request;
	struct err err = ERR_INIT;

	request_make(&request, "POST", target);
	auth_token(&auth, &request, profile, NOW, &response);
	ck_assert_int_eq(response.status, 200);

	json_t *answer = jsonx_load(response.body.text, response.body.length, &err);

	text = xformat("Bearer %s", jsonx_text(answer, "access_token"));
	json_decref(answer);
	response_free(&response);
	request_free(&request);
	free(target);
	return text;
}

static bool opens(const char *bearer, struct refusal *refusal)
{
	struct request request;

	request_make(&request, "GET", ITEMS);
	request_set(&request, "Authorization", bearer);

	bool good = check(&request, refusal);

	if (!good) {
		ck_assert_str_eq(refusal->quirk, "auth.invalidate_previous_token");
		ck_assert_msg(strstr(refusal->why, "ended by a newer one: token of canvas"), "%s",
			      refusal->why);
		ck_assert_msg(!strstr(refusal->why, bearer + 7), "%s", refusal->why);
	}
	request_free(&request);
	return good;
}

START_TEST(a_new_token_ends_earlier_ones)
{
	struct refusal refusal;
	char *foreign, *tokens[3];

	open_auth(_i ? "\"auth.invalidate_previous_token\": true" : "");
	foreign = token("other", "a:b");
	for (size_t i = 0; i < ARRAY_SIZE(tokens); i++) {
		tokens[i] = token("canvas", "s3cret");
		for (size_t old = 0; old <= i; old++)
			ck_assert_msg(opens(tokens[old], &refusal) == (!_i || old == i),
				      "token %zu after %zu", old, i);
	}
	ck_assert(opens(foreign, &refusal));
	for (size_t i = 0; i < ARRAY_SIZE(tokens); i++)
		free(tokens[i]);
	free(foreign);
	close_auth();
}
END_TEST

Suite *auth_quirks_suite(void);
Suite *auth_quirks_suite(void)
{
	Suite *suite = suite_create("auth/quirks");
	TCase *tc = tcase_create("auth quirks");

	tcase_add_loop_test(tc, vendor_header, 0, ARRAY_SIZE(vendors));
	tcase_add_test(tc, vendor_header_alone);
	tcase_add_loop_test(tc, clock_is_off, 0, ARRAY_SIZE(skews));
	tcase_add_loop_test(tc, a_new_token_ends_earlier_ones, 0, 2);
	suite_add_tcase(suite, tc);
	return suite;
}
