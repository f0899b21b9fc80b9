/*
 * test_curl.c - the line that repeats an exchange, read by a real shell.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/journal/exchanges.h"

#define BASE "[curl][-g][-i]"
#define JSON "[-H][Content-Type: application/json]"
#define URL "[http://sis.example.org" ROOT

static const struct pair json[] = { { "Content-Type", "application/json" } };
static const struct pair bearer[] = { { "Host", "h" },
				      { "Authorization", "Bearer REDACTED" },
				      { "Content-Length", "12" },
				      { "Accept", "a/b" } };
static const struct pair basic[] = { { "authorization", "Basic REDACTED" } };
static const struct pair odd[] = { { "Authorization", "REDACTED" },
				   { "X-Api-Key", "REDACTED" },
				   { "X-It's", "a'b $HOME `id`" },
				   { "X-Empty", "" } };

/* clang-format off */
/* What curl would get: each argument in brackets. */
static const struct {
	const char *method, *target, *body;
	const struct pair *headers;
	size_t count;
	bool redacted_target, redacted_body;
	const char *arguments;
} cases[] = {
	{ "GET",    ROOT "/orgs?filter=a='b'&x=[1]{2}", NULL, NULL, 0, false, false, BASE URL "/orgs?filter=a='b'&x=[1]{2}]" },
	{ "GET",    ROOT "/orgs",       NULL, bearer, 4, false, false, BASE "[-H][Authorization: Bearer the-token][-H][Accept: a/b]" URL "/orgs]" },
	{ "HEAD",   ROOT "/orgs",       NULL, basic, 1, false, false, BASE "[-I][-u][the-id:the-secret]" URL "/orgs]" },
	{ "DELETE", ROOT "/a/../b",     NULL, NULL, 0, false, false, BASE "[--path-as-is][-X][DELETE]" URL "/a/../b]" },
	{ "GET",    ROOT "/orgs",       NULL, odd, 4, false, false, BASE "[-H][Authorization: the-authorization][-H][X-Api-Key: hush][-H][X-It's: a'b $HOME `id`][-H][X-Empty;]" URL "/orgs]" },
	{ "PUT",    ROOT "/lineItems/a", "{\"title\": \"it's $HOME `id` \\\\ \"}\n\n", json, 1, false, false, BASE "[-X][PUT]" JSON "[--data-raw][{\"title\": \"it's $HOME `id` \\\\ \"}\n\n]" URL "/lineItems/a]" },
	{ "PUT",    ROOT "/x",          "REDACTED",    json, 1, false, false, BASE "[-X][PUT]" JSON "[--data-raw][REDACTED]" URL "/x]" },
	{ "POST",   ROOT "/x?t=REDACTED&a=1", "s=REDACTED&c='REDACTED", NULL, 0, true, true, BASE "[-X][POST][-H][Content-Type:][--data-raw][s=hush&c='hush]" URL "/x?t=hush&a=1]" },
	{ "POST",   ROOT "/x",          "@/etc/passwd", json, 1, false, false, BASE "[-X][POST]" JSON "[--data-raw][@/etc/passwd]" URL "/x]" },
	{ "A;id'",  ROOT "/x';id;'",    NULL, NULL, 0, false, false, BASE "[-X][A;id']" URL "/x';id;']" },
};
/* clang-format on */

/* Runs the line with a curl that prints what it gets. */
static char *run(const char *line)
{
	char *script = xformat(
		"curl() { printf '[curl]'; for a; do printf '[%%s]' \"$a\"; done; }\n"
		"TOKEN=the-token SECRET=hush CLIENT_ID=the-id\n"
		"CLIENT_SECRET=the-secret AUTHORIZATION=the-authorization\n%s\n",
		line);
	char file[] = "/tmp/mocksis-test-curl-XXXXXX";
	char *command;
	struct str out = STR_INIT;
	char chunk[512];
	int fd = mkstemp(file);
	FILE *pipe;

	ck_assert(fd >= 0 && write(fd, script, strlen(script)) == (ssize_t)strlen(script));
	close(fd);
	command = xformat("sh %s", file);
	pipe = popen(command, "r");
	ck_assert_ptr_nonnull(pipe);
	for (size_t got; (got = fread(chunk, 1, sizeof chunk, pipe)) > 0;)
		str_add_bytes(&out, chunk, got);
	ck_assert_int_eq(pclose(pipe), 0);
	unlink(file);
	free(command);
	free(script);
	return str_take(&out, NULL);
}

START_TEST(repeats)
{
	struct journal_exchange exchange = exchange_of(cases[_i].method, cases[_i].target, NULL,
						       200, cases[_i].body);
	struct str line = STR_INIT;

	exchange.request.headers = cases[_i].headers;
	exchange.request.header_count = cases[_i].count;
	exchange.redacted_target = cases[_i].redacted_target;
	exchange.redacted_body = cases[_i].redacted_body;
	ck_assert(journal_curl(&exchange, &line));

	char *got = run(str_text(&line));

	ck_assert_msg(strcmp(got, cases[_i].arguments) == 0, "%s\ngives %s\nnot   %s",
		      str_text(&line), got, cases[_i].arguments);
	free(got);
	str_release(&line);
}
END_TEST

START_TEST(does_not_repeat_halves)
{
	struct journal_exchange exchange = exchange_of("PUT", "/x", NULL, 200, "abc");
	struct str line = STR_INIT;

	exchange.request.size = 4;
	ck_assert(!journal_curl(&exchange, &line));
	exchange.request = (struct journal_message){ .body = "a\xff", .length = 2, .size = 2 };
	ck_assert(!journal_curl(&exchange, &line));
	exchange.request = (struct journal_message){ .body = "a\0b", .length = 3, .size = 3 };
	ck_assert(!journal_curl(&exchange, &line));
	ck_assert_uint_eq(line.length, 0);
}
END_TEST

Suite *curl_suite(void);
Suite *curl_suite(void)
{
	Suite *suite = suite_create("journal/curl");
	TCase *tc = tcase_create("all");

	tcase_add_loop_test(tc, repeats, 0, ARRAY_SIZE(cases));
	tcase_add_test(tc, does_not_repeat_halves);
	suite_add_tcase(suite, tc);
	return suite;
}
