/*
 * test_bad_input.c - what must not bring the provider down, nor leave half a write.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/str.h"
#include "tests/http/harness.h"

#define TARGET "/ims/oneroster/v1p1/lineItems/bad"
#define GOOD "{\"lineItem\":{\"title\":\"T\",\"class\":{\"sourcedId\":\"class-bio-1\"}}}"

static struct server shared;

static void start_shared(void)
{
	server_start(&shared, NULL);
}

static void stop_shared(void)
{
	server_stop(&shared);
}

/* The server answers, and nothing at all was written. */
static void still_fine(const char *name)
{
	struct answer answer;
	char *total;

	api(&answer, &shared, "GET", "/lineItems", NULL);
	total = answer_header(&answer, "X-Total-Count");
	ck_assert_msg(answer.status == 200 && same_text(total, "0"), "after %s: %ld, %s lineItems",
		      name, answer.status, total ? total : "?");
	free(total);
	answer_release(&answer);
}

static int connect_to(const struct server *server)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM, 0), port = 0;

	ck_assert(sscanf(server->url, "http://127.0.0.1:%d", &port) == 1);
	address.sin_port = htons((uint16_t)port);
	inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
	ck_assert_msg(connect(fd, (struct sockaddr *)&address, sizeof address) == 0, "%s",
		      strerror(errno));
	return fd;
}

static void send_all(int fd, const char *bytes, size_t length)
{
	ck_assert(send(fd, bytes, length, MSG_NOSIGNAL) == (ssize_t)length);
}

/* What comes within @ms; free(). */
static char *receive(int fd, int ms)
{
	struct str text = STR_INIT;
	struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
	char chunk[4096];
	ssize_t got;

	while (poll(&poll_fd, 1, ms) > 0 && (got = recv(fd, chunk, sizeof chunk, 0)) > 0) {
		str_add_bytes(&text, chunk, (size_t)got);
		if (strstr(str_text(&text), "\r\n\r\n"))
			ms = 20;
	}
	return str_take(&text, NULL);
}

/* clang-format off */
static const struct {
	const char *name, *body, *needle;
} bodies[] = {
	{ "empty",            "", "not JSON" },
	{ "blank",            " \n\t ", "not JSON" },
	{ "truncated",        "{\"lineItem\":{\"title\":\"T\",\"class\":{\"sourcedId\":\"class-b", "line 1, column" },
	{ "half an escape",   "{\"lineItem\":{\"title\":\"\\u12\"}}", "line 1, column" },
	{ "comma at the end", "{\"lineItem\":{\"title\":\"T\",}}", "line 1, column" },
	{ "comma missing",    "{\"lineItem\":{\n\"title\":\"T\"\n\"status\":\"active\"}}", "line 2, column 12: a comma is missing" },
	{ "single quotes",    "{'lineItem':{}}", "line 1, column" },
	{ "comment",          "{/* no */\"lineItem\":{}}", "line 1, column" },
	{ "text behind it",   GOOD "x", "line 1, column" },
	{ "two objects",      GOOD GOOD, "line 1, column" },
	{ "key twice",        "{\"lineItem\":{\"title\":\"A\",\"title\":\"B\",\"class\":{\"sourcedId\":\"class-bio-1\"}}}", "duplicate" },
	{ "wrapper twice",    "{\"lineItem\":{},\"lineItem\":{}}", "duplicate" },
	{ "typographic quote", "{\n\t\"lineItem\": {\n\t\t\"title\": \xe2\x80\x9cT\xe2\x80\x9d\n\t}\n}", "line 3, column 12: a typographic quote \xe2\x80\x9c (U+201C)" },
	{ "typographic key",  "{\xe2\x80\x9dlineItem\xe2\x80\x9d: {}}", "line 1, column 2: a typographic quote \xe2\x80\x9d (U+201D)" },
	{ "typographic end",  "{\"lineItem\": {\"title\": \"T\xe2\x80\x9d,\n\"status\": \"active\"}}", "line 1, column 26: a typographic quote" },
	{ "not UTF-8",        "{\"lineItem\":{\"title\":\"\xff\xfe\"}}", "line 1, column 23: byte 0xff is not valid UTF-8" },
	{ "Latin-1",          "{\"lineItem\":{\"title\":\"Caf\xe9\"}}", "byte 0xe9 is not valid UTF-8" },
	{ "surrogate in UTF-8", "{\"lineItem\":{\"title\":\"\xed\xa0\x80\"}}", "not valid UTF-8" },
	{ "overlong",         "{\"lineItem\":{\"title\":\"\xc0\xaf\"}}", "not valid UTF-8" },
	{ "escaped NUL",      "{\"lineItem\":{\"title\":\"a\\u0000b\"}}", "line 1, column" },
	{ "lone surrogate",   "{\"lineItem\":{\"title\":\"\\ud800\"}}", "line 1, column" },
	{ "control character", "{\"lineItem\":{\"title\":\"a\001b\"}}", "line 1, column" },
	{ "huge number",      "{\"lineItem\":{\"resultValueMax\":1e999}}", "line 1, column" },
	{ "NaN",              "{\"lineItem\":{\"resultValueMax\":NaN}}", "line 1, column" },
	{ "leading zero",     "{\"lineItem\":{\"resultValueMax\":012}}", "line 1, column" },
	{ "form",             "title=T&class=class-bio-1", "not JSON" },
	{ "XML",              "<lineItem><title>T</title></lineItem>", "not JSON" },
	{ "a list",           "[]", "\"lineItem\"" },
	{ "a text",           "\"lineItem\"", "not JSON" },
	{ "a number",         "5", "not JSON" },
};
/* clang-format on */

START_TEST(bad_body)
{
	struct answer answer;

	api(&answer, &shared, "PUT", "/lineItems/bad", bodies[_i].body);
	ck_assert_msg(answer.status == 400, "%s: %ld %s", bodies[_i].name, answer.status,
		      answer.body);
	ck_assert_msg(strstr(answer_description(&answer), bodies[_i].needle), "%s: \"%s\"",
		      bodies[_i].name, answer_description(&answer));
	answer_release(&answer);
	still_fine(bodies[_i].name);
}
END_TEST

START_TEST(deep_body)
{
	static const struct {
		const char *name, *open;
	} cases[] = { { "arrays", "[" }, { "objects", "{\"a\":" }, { "metadata", "[{\"a\":" } };
	struct str body = STR_INIT;
	struct answer answer;

	str_add(&body, "{\"lineItem\":{\"title\":\"T\",\"metadata\":");
	for (int i = 0; i < 100000; i++)
		str_add(&body, cases[_i].open);
	api(&answer, &shared, "PUT", "/lineItems/bad", str_text(&body));
	ck_assert_msg(answer.status == 400, "%s: %ld", cases[_i].name, answer.status);
	ck_assert_msg(strstr(answer_description(&answer), "nested deeper"), "%s: %s",
		      cases[_i].name, answer_description(&answer));
	answer_release(&answer);
	str_release(&body);
	still_fine(cases[_i].name);
}
END_TEST

/* 2 MiB: refused, whether the length is announced or not. */
START_TEST(large_body)
{
	static const char *const headers[] = { "X-None: 1", "Transfer-Encoding: chunked" };
	struct str body = STR_INIT;
	struct answer answer;
	char *url = xformat("%s/lineItems/bad", shared.root);

	str_add(&body, "{\"lineItem\":{\"title\":\"");
	while (body.length < 2u << 20)
		str_add(&body, "0123456789abcdef0123456789abcdef");
	str_add(&body, "\"}}");
	http(&answer, "PUT", url, (const char *[]){ shared.bearer, headers[_i], NULL },
	     str_text(&body));
	ck_assert_msg(answer.status == 413, "%s: %ld %.200s", headers[_i], answer.status,
		      answer.body);
	ck_assert_msg(*answer_description(&answer), "%s: %.200s", headers[_i], answer.body);
	answer_release(&answer);
	free(url);
	str_release(&body);
	still_fine(headers[_i]);
}
END_TEST

/* Just below the limit is taken. */
START_TEST(body_below_the_limit)
{
	struct str body = STR_INIT;
	struct answer answer;

	str_add(&body, "{\"category\":{\"title\":\"T\",\"metadata\":{\"big\":\"");
	while (body.length < 1000000)
		str_add(&body, "0123456789abcdef");
	str_add(&body, "\"}}}");
	api(&answer, &shared, "PUT", "/categories/big", str_text(&body));
	ck_assert_msg(answer.status == 201, "%ld %.200s", answer.status, answer.body);
	answer_release(&answer);
	api(&answer, &shared, "GET", "/categories/big", NULL);
	ck_assert_msg(answer.status == 200 && answer.length > 1000000, "%ld, %zu bytes",
		      answer.status, answer.length);
	answer_release(&answer);
	api(&answer, &shared, "DELETE", "/categories/big", NULL);
	answer_release(&answer);
	str_release(&body);
}
END_TEST

/* clang-format off */
static const struct {
	const char *target;
	long status;
} escapes[] = {
	{ "/lineItems/%", 400 },        { "/lineItems/%4", 400 },       { "/lineItems/%zz", 400 },
	{ "/lineItems/a%", 400 },       { "/lineItems/%00", 400 },      { "/lineItems/a%00b", 400 },
	{ "/lineItems/%ff", 400 },      { "/lineItems/%C0%AF", 400 },   { "/lineItems/%ED%A0%80", 400 },
	{ "/classes/%zz/lineItems", 400 }, { "/classes/class-bio-1/students/%/results", 400 },
	{ "/lineItems/a%2Fb", 404 },    { "/lineItems/%2F", 404 },      { "/lineItems/..%2F..%2Forgs", 404 },
	{ "/lineItems/%2e%2e", 404 },   { "/lineItems/../orgs", 404 },  { "/%6fneItems/x", 404 },
	{ "/lineItems/'%20OR%201=1--", 404 }, { "/lineItems/%22%3B%20DROP%20TABLE%20lineItems%3B--", 404 },
	{ "/users?filter=%", 400 },     { "/users?filter=%zz", 400 },   { "/users?%zz=1", 400 },
	{ "/users?filter=role%3D%27a%00%27", 400 }, { "/users?filter=role='%ff'", 400 },
	{ "/users?limit=%31", 200 },    { "/users?=&&=x&&", 200 },      { "/users?", 200 },
	{ "/users?limit=1?offset=5", 400 }, { "/users?filter=familyName='';DROP TABLE users'", 400 },
};
/* clang-format on */

START_TEST(escape)
{
	const char *target = escapes[_i].target;
	char *head = xformat("GET /ims/oneroster/v1p1%s HTTP/1.1\r\nHost: x\r\n%s\r\n"
			     "Connection: close\r\n\r\n",
			     target, shared.bearer);
	char *raw = raw_exchange(&shared, head, strlen(head));
	char *expected = xformat("HTTP/1.1 %ld ", escapes[_i].status);

	ck_assert_msg(starts_with(raw, expected), "%s: %.700s", target, raw);
	if (escapes[_i].status >= 400 && !strchr(target, ' '))
		ck_assert_msg(strstr(raw, "imsx_description"), "%s: %.700s", target, raw);
	free(expected);
	free(raw);
	free(head);
	still_fine(target);
}
END_TEST

#define PUT_HEAD "PUT " TARGET " HTTP/1.1\r\nHost: x\r\n"

/* Raw bytes; "AUTH" stands for the Authorization header. */
/* clang-format off */
static const struct {
	const char *name, *bytes;
	const char *statuses; /* any of these; "" also lets the connection just close */
} garbage[] = {
	{ "length and chunks",   PUT_HEAD "AUTH\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400" },
	{ "length twice",        PUT_HEAD "AUTH\r\nContent-Length: 5\r\nContent-Length: 40\r\n\r\nxxxxx", "400" },
	{ "chunks and length",   PUT_HEAD "AUTH\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n", "400" },
	{ "length twice",        PUT_HEAD "AUTH\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n{}{}{}", "400" },
	{ "negative length",     PUT_HEAD "AUTH\r\nContent-Length: -1\r\n\r\n", "400" },
	{ "length in words",     PUT_HEAD "AUTH\r\nContent-Length: many\r\n\r\n", "400" },
	{ "signed length",       PUT_HEAD "AUTH\r\nContent-Length: +5\r\n\r\n{}{}{", "400" },
	{ "length of 20 digits", PUT_HEAD "AUTH\r\nContent-Length: 99999999999999999999\r\n\r\n", "400 413" },
	{ "length of a TiB",     PUT_HEAD "AUTH\r\nContent-Length: 1099511627776\r\n\r\n", "413" },
	{ "bad chunk",           PUT_HEAD "AUTH\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n", "400 " },
	{ "endless chunk size",  PUT_HEAD "AUTH\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffffffff\r\n{}", "400 413 " },
	{ "unknown coding",      PUT_HEAD "AUTH\r\nTransfer-Encoding: gzip\r\n\r\n{}", "400 501 " },
	{ "no Host",             "GET /health HTTP/1.1\r\n\r\n", "200 400" },
	{ "HTTP/1.0",            "GET /health HTTP/1.0\r\n\r\n", "200" },
	{ "HTTP/9.9",            "GET /health HTTP/9.9\r\nHost: x\r\n\r\n", "400 505 " },
	{ "no version",          "GET /health\r\n\r\n", "200 400 505 " },
	{ "no target",           "GET  HTTP/1.1\r\nHost: x\r\n\r\n", "400 404 " },
	{ "a word",              "hello\r\n\r\n", "400 404 405 505 " },
	{ "line breaks",         "\r\n\r\n\r\n\r\n", "400 " },
	{ "TLS",                 "\x16\x03\x01\x02\x01\x01\xfc\x03\x03\r\n\r\n", "400 505 " },
	{ "HTTP/2",              "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "400 404 405 505 " },
	{ "blank in a name",     "GET /health HTTP/1.1\r\nHost: x\r\nBad Header: 1\r\n\r\n", "200 400 " },
	{ "folded header",       "GET /health HTTP/1.1\r\nHost: x\r\nX-A: 1\r\n 2\r\n\r\n", "200 400 " },
	{ "bytes in a header",   "GET /health HTTP/1.1\r\nHost: x\r\nX-A: \xff\xfe\x01\r\n\r\n", "200 400 " },
	{ "bytes in the target", "GET /ims/oneroster/v1p1/users?filter=\xff\xfe HTTP/1.1\r\nHost: x\r\nAUTH\r\n\r\n", "400" },
	{ "bytes in the id",     "GET /ims/oneroster/v1p1/users/\xff\xfe HTTP/1.1\r\nHost: x\r\nAUTH\r\n\r\n", "400" },
	{ "whole URL",           "GET http://x/health HTTP/1.1\r\nHost: x\r\n\r\n", "200 400 404" },
	{ "asterisk",            "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", "200 204 400 404" },
	{ "CONNECT",             "CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n", "400 404 405 501" },
};
/* clang-format on */

static bool status_fits(const char *raw, const char *statuses)
{
	char status[4];

	if (!*raw)
		return ends_with(statuses, " ");
	if (!starts_with(raw, "HTTP/1.") || strlen(raw) < 12)
		return false;
	snprintf(status, sizeof status, "%.3s", raw + 9);
	return strstr(statuses, status) != NULL;
}

START_TEST(garbage_on_the_socket)
{
	const char *bytes = garbage[_i].bytes, *at = strstr(bytes, "AUTH");
	char *whole = at ? xformat("%.*s%s%s", (int)(at - bytes), bytes, shared.bearer, at + 4)
			 : xstrdup(bytes);
	int fd = connect_to(&shared);
	char *raw;

	send_all(fd, whole, strlen(whole));
	shutdown(fd, SHUT_WR);
	raw = receive(fd, 500);
	ck_assert_msg(status_fits(raw, garbage[_i].statuses), "%s: not %s: \"%.300s\"",
		      garbage[_i].name, garbage[_i].statuses, raw);
	close(fd);
	free(raw);
	free(whole);
	still_fine(garbage[_i].name);
}
END_TEST

START_TEST(long_head)
{
	static const struct {
		const char *name, *before, *after, *statuses;
	} cases[] = {
		{ "long target", "GET /ims/oneroster/v1p1/users/", " HTTP/1.1\r\nHost: x\r\n\r\n",
		  "400 404 413 414 431 " },
		{ "long header", "GET /health HTTP/1.1\r\nHost: x\r\nX-Long: ", "\r\n\r\n",
		  "400 413 431 " },
		{ "long method", "", " /health HTTP/1.1\r\nHost: x\r\n\r\n",
		  "400 413 414 431 501 " },
		{ "no line break", "GET /", "", "400 413 414 431 " },
	};
	struct str bytes = STR_INIT;
	int fd = connect_to(&shared);
	char *raw;

	str_add(&bytes, cases[_i].before);
	for (int i = 0; i < 60000; i++)
		str_add_char(&bytes, 'A');
	str_add(&bytes, cases[_i].after);
	/* the server may hang up before all of it is sent */
	if (send(fd, str_text(&bytes), bytes.length, MSG_NOSIGNAL) > 0)
		shutdown(fd, SHUT_WR);
	raw = receive(fd, 1000);
	ck_assert_msg(status_fits(raw, cases[_i].statuses), "%s: \"%.200s\"", cases[_i].name, raw);
	close(fd);
	free(raw);
	str_release(&bytes);
	still_fine(cases[_i].name);
}
END_TEST

static char *put_head(const char *id, size_t length, const char *more)
{
	return xformat("PUT /ims/oneroster/v1p1/categories/%s HTTP/1.1\r\nHost: x\r\n%s\r\n"
		       "Content-Length: %zu\r\n%s\r\n",
		       id, shared.bearer, length, more);
}

static void check_category(const char *id, long status)
{
	char *target = xformat("/categories/%s", id);
	struct answer answer;

	api(&answer, &shared, "GET", target, NULL);
	ck_assert_msg(answer.status == status, "%s: %ld", target, answer.status);
	answer_release(&answer);
	free(target);
}

#define CATEGORY "{\"category\":{\"title\":\"Slow\"}}"

START_TEST(slow_upload)
{
	char *head = put_head("slow", strlen(CATEGORY), "");
	int fd = connect_to(&shared);
	char *raw;

	for (const char *at = head; *at; at += 40) { /* the head in pieces too */
		send_all(fd, at, strlen(at) < 40 ? strlen(at) : 40);
		usleep(5000);
		if (strlen(at) < 40)
			break;
	}
	usleep(100000);
	send_all(fd, CATEGORY, 10);
	usleep(400000);
	check_category("slow", 404);
	send_all(fd, &CATEGORY[10], strlen(CATEGORY) - 10);
	raw = receive(fd, 2000);
	ck_assert_msg(starts_with(raw, "HTTP/1.1 201"), "%s", raw);
	check_category("slow", 200);
	close(fd);
	free(raw);
	free(head);
}
END_TEST

START_TEST(aborted_upload)
{
	char *head = put_head("aborted", strlen(CATEGORY), "");
	struct linger hard = { .l_onoff = 1 }; /* a reset instead of a farewell */
	int fd;

	for (int reset = 0; reset < 2; reset++) {
		fd = connect_to(&shared);
		send_all(fd, head, strlen(head));
		send_all(fd, CATEGORY, strlen(CATEGORY) - 1);
		if (reset)
			setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
		close(fd);
	}
	usleep(50000);
	check_category("aborted", 404);
	free(head);
	still_fine("an aborted upload");
}
END_TEST

/* A client that waits for "100 Continue" gets it. */
START_TEST(expects_continue)
{
	char *head = put_head("continued", strlen(CATEGORY), "Expect: 100-continue\r\n");
	int fd = connect_to(&shared);
	char *raw;

	send_all(fd, head, strlen(head));
	raw = receive(fd, 1000);
	ck_assert_msg(starts_with(raw, "HTTP/1.1 100"), "%s", raw);
	free(raw);
	send_all(fd, CATEGORY, strlen(CATEGORY));
	raw = receive(fd, 2000);
	ck_assert_msg(starts_with(raw, "HTTP/1.1 201"), "%s", raw);
	close(fd);
	free(raw);
	free(head);
}
END_TEST

/* Several requests at once on one connection are answered in their order. */
START_TEST(pipelined)
{
	static const char one[] = "GET /health HTTP/1.1\r\nHost: x\r\n\r\n";
	struct str bytes = STR_INIT;
	int answers = 0;
	char *raw;

	for (int i = 0; i < 9; i++)
		str_add(&bytes, one);
	str_add(&bytes, "GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
	raw = raw_exchange(&shared, str_text(&bytes), bytes.length);
	for (const char *at = raw; (at = strstr(at, "HTTP/1.1 200")); at++)
		answers++;
	ck_assert_int_eq(answers, 10);
	free(raw);
	str_release(&bytes);
}
END_TEST

Suite *bad_input_suite(void);
Suite *bad_input_suite(void)
{
	Suite *suite = suite_create("bad_input");
	TCase *tc = tcase_create("bad_input");

	tcase_set_timeout(tc, 30);
	tcase_add_unchecked_fixture(tc, start_shared, stop_shared);
	tcase_add_loop_test(tc, bad_body, 0, ARRAY_SIZE(bodies));
	tcase_add_loop_test(tc, deep_body, 0, 3);
	tcase_add_loop_test(tc, large_body, 0, 2);
	tcase_add_test(tc, body_below_the_limit);
	tcase_add_loop_test(tc, escape, 0, ARRAY_SIZE(escapes));
	tcase_add_loop_test(tc, garbage_on_the_socket, 0, ARRAY_SIZE(garbage));
	tcase_add_loop_test(tc, long_head, 0, 4);
	tcase_add_test(tc, slow_upload);
	tcase_add_test(tc, aborted_upload);
	tcase_add_test(tc, expects_continue);
	tcase_add_test(tc, pipelined);
	suite_add_tcase(suite, tc);
	return suite;
}
