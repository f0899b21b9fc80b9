/*
 * test_redact.c - secrets out of what is logged or kept.
 */
#include <check.h>
#include <string.h>

#include "base/redact.h"

/* clang-format off */
static const struct {
	const char *text;
	enum redact how;
	const char *shown; /* NULL: as it is */
} pairs[] = {
	{ "limit=10&filter=status='active'",                REDACT_NAMED, NULL },
	{ "access_token=hush&limit=1",                      REDACT_NAMED, "access_token=REDACTED&limit=1" },
	{ "limit=1&CLIENT_SECRET=hush",                     REDACT_NAMED, "limit=1&CLIENT_SECRET=REDACTED" },
	{ "a=1&client%5Fsecret=hush&&b=2",                  REDACT_NAMED, "a=1&client%5Fsecret=REDACTED&&b=2" },
	{ "%73ecret=hush",                                  REDACT_NAMED, "%73ecret=REDACTED" },
	{ "oauth_signature=hush%3D",                        REDACT_NAMED, "oauth_signature=REDACTED" },
	{ "filter=%zz",                                     REDACT_NAMED, NULL },
	{ "access_token=%zzhush&%zz_secret=hush",           REDACT_NAMED, "access_token=REDACTED&%zz_secret=REDACTED" },
	{ "token",                                          REDACT_NAMED, NULL },
	{ "filter=title='Secret Garden'",                   REDACT_NAMED, NULL },
	{ "fields=sourcedId,password",                      REDACT_NAMED, NULL },
	{ "filter=password='hush'",                         REDACT_NAMED, "filter=REDACTED" },
	{ "back=http%3A%2F%2Fh%2F%3Faccess_token%3Dhush",   REDACT_NAMED, "back=REDACTED" },
	{ "back=http://h/?access_token%253Dhush",           REDACT_NAMED, "back=REDACTED" },
	{ "grant_type=client_credentials&client_id=c&client_secret=hush", REDACT_EXCHANGE, "grant_type=client_credentials&client_id=c&client_secret=REDACTED" },
	{ "client_id=c&client_secrt=hush",                  REDACT_EXCHANGE, "client_id=c&client_secrt=REDACTED" },
	{ "grant_type=client_credentials&scope=a%20b",      REDACT_EXCHANGE, NULL },
	{ "hush",                                           REDACT_EXCHANGE, "REDACTED" },
};

static const struct {
	const char *target;
	enum redact how;
	const char *shown;
} targets[] = {
	{ "/ims/oneroster/v1p1/orgs",                     REDACT_NAMED,    NULL },
	{ "/ims/oneroster/v1p1/orgs?",                    REDACT_NAMED,    NULL },
	{ "/oauth2/token?x=hush",                         REDACT_EXCHANGE, "/oauth2/token?x=REDACTED" },
	{ "/orgs?access_token=hush?hush",                 REDACT_NAMED,    "/orgs?access_token=REDACTED" },
	{ "/token;client_secret=hush",                    REDACT_NAMED,    "/REDACTED" },
	{ "/token;client_secret=hush?limit=1",            REDACT_NAMED,    "/REDACTED?limit=1" },
};

static const struct {
	const char *text;
	enum redact how;
	const char *shown;
} bodies[] = {
	{ "",                                              REDACT_EXCHANGE, NULL },
	{ "{\"lineItem\": {\"title\": \"Secret Garden\"}}", REDACT_NAMED,   NULL },
	{ "{\"lineItem\": {\"title\": \"50\\u0025\"}}",     REDACT_NAMED,   NULL },
	{ "{\"a\": {\"Client_Secret\": \"hush\", \"b\": 1}}", REDACT_NAMED, "{\"a\":{\"Client_Secret\":\"REDACTED\",\"b\":1}}" },
	{ "{\"\\u0073ecret\": \"hush\"}",                  REDACT_NAMED,    "{\"secret\":\"REDACTED\"}" },
	{ "[{\"password\": [\"hush\"]}, 1]",               REDACT_NAMED,    "[{\"password\":\"REDACTED\"},1]" },
	{ "{client_secret: 'hush'}",                       REDACT_NAMED,    "REDACTED" },
	{ "{\"title\": \"Quiz",                            REDACT_NAMED,    NULL },
	{ "client_secret=hush&x=1",                        REDACT_NAMED,    "client_secret=REDACTED&x=1" },
	{ "%73ecret=hush",                                 REDACT_NAMED,    "%73ecret=REDACTED" },
	{ "--b\r\nname=\"client_secret\"\r\n\r\nhush",     REDACT_NAMED,    "REDACTED" },
	{ "plain words",                                   REDACT_NAMED,    NULL },
	{ "{\"access_token\": \"hush\", \"token_type\": \"Bearer\", \"expires_in\": 3600}", REDACT_EXCHANGE, "{\"access_token\":\"REDACTED\",\"token_type\":\"Bearer\",\"expires_in\":3600}" },
	{ "{\"error\": \"invalid_client\", \"error_description\": \"no\"}", REDACT_EXCHANGE, NULL },
	{ "[\"c\", \"hush\"]",                             REDACT_EXCHANGE, "[\"REDACTED\",\"REDACTED\"]" },
	{ "client_id=c&client_secret=hush",                REDACT_EXCHANGE, "client_id=c&client_secret=REDACTED" },
	{ "c:hush",                                        REDACT_EXCHANGE, "REDACTED" },
	{ "<secret>hush</secret>",                         REDACT_EXCHANGE, "REDACTED" },
};

static const struct {
	const char *name, *value, *shown;
} headers[] = {
	{ "Content-Type",          "application/json",     NULL },
	{ "Authorization",         "Bearer hush",          "Bearer REDACTED" },
	{ "authorization",         "bearer   hush",        "Bearer REDACTED" },
	{ "Authorization",         "Basic aHVzaA==",       "Basic REDACTED" },
	{ "Authorization",         "hush",                 "REDACTED" },
	{ "Authorization",         "hush hush",            "REDACTED" },
	{ "Authorization",         "Bearer",               "REDACTED" },
	{ "Authorization",         "",                     NULL },
	{ "Authorization",         "OAuth realm=\"\", oauth_consumer_key=\"canvas\",oauth_nonce=\"n\", oauth_signature=\"hush\", oauth_signature_method=\"HMAC-SHA1\"",
	                           "OAuth realm=\"\", oauth_consumer_key=\"canvas\", oauth_nonce=\"n\", oauth_signature=\"REDACTED\", oauth_signature_method=\"HMAC-SHA1\"" },
	{ "Authorization",         "OAuth hush, hush=hush, oauth_token=\"hush\"", "OAuth REDACTED, REDACTED, oauth_token=\"REDACTED\"" },
	{ "Proxy-Authorization",   "Basic aHVzaA==",       "Basic REDACTED" },
	{ "x-vendor-authorization", "key:hush",            "REDACTED" },
	{ "X-Api-Key",             "hush",                 "REDACTED" },
	{ "X-Auth-Key",            "hush",                 "REDACTED" },
	{ "Cookie",                "session=hush",         "REDACTED" },
	{ "Set-Cookie",            "session=hush",         "REDACTED" },
	{ "X-District-Code",       "key:hush",             "REDACTED" }, /* the vendor's */
	{ "WWW-Authenticate",      "Bearer realm=\"OneRoster\", error=\"invalid_token\"", NULL },
	{ "Link",                  "<http://h/orgs?limit=1&offset=1>; rel=\"next\"", NULL },
	{ "Link",                  "<http://h/orgs?access_token=hush&offset=1>; rel=\"next\"", "REDACTED" },
	{ "X-Original-URL",        "/orgs?access_token%3dhush", "REDACTED" },
};
/* clang-format on */

static void expect(struct str *out, bool replaced, const char *text, const char *shown)
{
	ck_assert_msg(replaced == (shown != NULL), "%s: %s", text, str_text(out));
	ck_assert_msg(strcmp(str_text(out), shown ? shown : "") == 0, "%s: %s", text,
		      str_text(out));
	str_release(out);
}

START_TEST(of_pairs)
{
	struct str out = STR_INIT;

	expect(&out, redact_pairs(&out, pairs[_i].text, pairs[_i].how), pairs[_i].text,
	       pairs[_i].shown);
}
END_TEST

START_TEST(of_targets)
{
	struct str out = STR_INIT;

	expect(&out, redact_target(&out, targets[_i].target, targets[_i].how), targets[_i].target,
	       targets[_i].shown);
}
END_TEST

START_TEST(of_bodies)
{
	struct str out = STR_INIT;

	expect(&out, redact_body(&out, bodies[_i].text, strlen(bodies[_i].text), bodies[_i].how),
	       bodies[_i].text, bodies[_i].shown);
}
END_TEST

START_TEST(of_bodies_with_nul)
{
	static const char text[] = "{\"a\": 1}\0{\"client_secret\": \"hush\"}";
	struct str out = STR_INIT;

	expect(&out, redact_body(&out, text, sizeof text - 1, REDACT_NAMED), text, "REDACTED");
}
END_TEST

START_TEST(of_headers)
{
	struct str out = STR_INIT;

	expect(&out, redact_header(&out, headers[_i].name, headers[_i].value, "x-district-code"),
	       headers[_i].name, headers[_i].shown);
}
END_TEST

Suite *redact_suite(void);
Suite *redact_suite(void)
{
	Suite *suite = suite_create("base/redact");
	TCase *tc = tcase_create("all");

	tcase_add_loop_test(tc, of_pairs, 0, ARRAY_SIZE(pairs));
	tcase_add_loop_test(tc, of_targets, 0, ARRAY_SIZE(targets));
	tcase_add_loop_test(tc, of_bodies, 0, ARRAY_SIZE(bodies));
	tcase_add_test(tc, of_bodies_with_nul);
	tcase_add_loop_test(tc, of_headers, 0, ARRAY_SIZE(headers));
	suite_add_tcase(suite, tc);
	return suite;
}
