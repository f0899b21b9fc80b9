/*
 * test_quirks_auth.c - the switches about who gets in, on and off, over a socket: what the
 * client is told, and what the log keeps.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/oauth1.h"
#include "base/str.h"
#include "tests/http/harness.h"

#define VENDOR "\"auth.vendor_header\": \"x-vendor-authorization\""
#define ENDING "\"auth.invalidate_previous_token\": "

static void start(struct server *server, const char *quirks)
{
	char *folder = folder_make(), *path = xformat("%s/profile.json", folder);
	char *profile = xformat("{\"name\": \"test\", \"extends\": \"standard\", \"quirks\": {%s}}",
				quirks);

	file_put(folder, "profile.json", profile);
	server_start(server, (const char *[]){ "--profile", path, NULL });
	free(profile);
	free(path);
	folder_remove(folder);
}

/* GET /orgs with these headers; what was refused must say @says. */
static void expect(const struct server *server, const char *const headers[], long status,
		   const char *says)
{
	char *url = xformat("%s/orgs", server->root);
	struct answer answer;

	http(&answer, "GET", url, headers, NULL);
	ck_assert_msg(answer.status == status, "%s: %ld %s", headers[0], answer.status,
		      answer.body);
	ck_assert_msg(strstr(answer_description(&answer), says) != NULL, "%s: %s", headers[0],
		      answer.body);
	answer_release(&answer);
	free(url);
}

static void expect_log(const struct server *server, const char *there, const char *absent)
{
	char *log = file_get(server->log);

	ck_assert_msg(!there || strstr(log, there), "%s is not in %s", there, log);
	ck_assert_msg(!absent || !strstr(log, absent), "%s is in %s", absent, log);
	free(log);
}

/* clang-format off */
static const struct {
	const char *quirks, *header;
	long status;
	const char *says;
} vendors[] = {
	{ "",     "X-Other: 1", 200, "" },
	{ "",     "X-Vendor-Authorization: nonsense", 200, "" },
	{ VENDOR, "X-Vendor-Authorization: " CREDENTIAL, 200, "" },
	{ VENDOR, "X-Other: 1", 401, "the x-vendor-authorization header is missing" },
	{ VENDOR, "X-Vendor-Authorization: test-client", 401, "does not hold KEY:SECRET of a credential" },
	{ VENDOR, "X-Vendor-Authorization: test-client:hush-hush", 401, "does not hold KEY:SECRET of a credential" },
};

static const struct {
	const char *quirks;
	long shift_s, status;
	const char *log;
} skews[] = {
	{ "",                       0,    200, NULL },
	{ "\"oauth1.skew_s\": 3600", 0,    401, "(oauth1.skew_s is +3600)" },
	{ "\"oauth1.skew_s\": 3600", 3600, 200, NULL },
	{ "\"oauth1.skew_s\": -3600", 0,   401, "(oauth1.skew_s is -3600)" },
};
/* clang-format on */

START_TEST(vendor_header)
{
	struct server server;

	start(&server, vendors[_i].quirks);
	expect(&server, (const char *[]){ server.bearer, vendors[_i].header, NULL },
	       vendors[_i].status, vendors[_i].says);
	expect_log(&server, NULL, "hush-hush");
	expect_log(&server, NULL, "test-secret");
	server_stop(&server);
}
END_TEST

START_TEST(clock_is_off)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct server server;
	struct url url;
	char *text, *header;

	start(&server, skews[_i].quirks);
	text = xformat("%s/orgs", server.root);
	ck_assert_msg(url_parse(&arena, text, &url, &err), "%s", err.text);
	header = xformat("Authorization: %s",
			 oauth1_header(&arena, "GET", &url, "test-client", "test-secret",
				       HASH_SHA256, "nonce",
				       (int64_t)time(NULL) + skews[_i].shift_s, &err));
	expect(&server, (const char *[]){ header, NULL }, skews[_i].status,
	       skews[_i].status == 200 ? "" : "oauth_timestamp is outside the accepted window");
	expect_log(&server, skews[_i].log, NULL);
	free(header);
	free(text);
	arena_release(&arena);
	server_stop(&server);
}
END_TEST

/* The server's own token is the first one, that of the loop the second. */
START_TEST(earlier_tokens)
{
	struct server server;
	struct answer answer;
	char *url, *bearer;

	start(&server, _i ? ENDING "true" : ENDING "false");
	expect(&server, (const char *[]){ server.bearer, NULL }, 200, "");
	url = xformat("%s/oauth2/token?client_id=test-client&client_secret=test-secret",
		      server.url);
	http(&answer, "POST", url, NULL, "");
	bearer = xformat("Authorization: Bearer %s",
			 json_string_value(json_object_get(answer.json, "access_token")));
	answer_release(&answer);
	expect(&server, (const char *[]){ bearer, NULL }, 200, "");
	expect(&server, (const char *[]){ server.bearer, NULL }, _i ? 401 : 200,
	       _i ? "the access token was ended by a newer one of its client" : "");
	expect(&server, (const char *[]){ bearer, NULL }, 200, "");
	free(bearer);
	free(url);
	server_stop(&server);
}
END_TEST

Suite *quirks_auth_suite(void);
Suite *quirks_auth_suite(void)
{
	Suite *suite = suite_create("quirks_auth");
	TCase *tc = tcase_create("auth");

	tcase_set_timeout(tc, 30);
	tcase_add_loop_test(tc, vendor_header, 0, ARRAY_SIZE(vendors));
	tcase_add_loop_test(tc, clock_is_off, 0, ARRAY_SIZE(skews));
	tcase_add_loop_test(tc, earlier_tokens, 0, 2);
	suite_add_tcase(suite, tc);
	return suite;
}
