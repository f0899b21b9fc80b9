/*
 * test_faults.c - a sync against a provider that misbehaves.
 *
 * The provider is a forked child with a plain socket that answers by a mode; what
 * it saw is counted in memory that both share.
 */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/str.h"
#include "tests/http/harness.h"

enum mode {
	GOOD,
	HTML_LISTS,
	EMPTY_LISTS,
	TEXT_LISTS,
	NO_ARRAY,
	NULL_ARRAY,
	HALF_BODY,
	NO_HTTP,
	CLOSE_ALL,
	CLOSE_AFTER_TOKEN,
	HTML_TOKEN,
	NO_TOKEN,
	WRONG_CLIENT,
	REDIRECT,
	LISTS_500,
	PUTS_500,
	PUTS_403,
	THROTTLE,
	TOKEN_EXPIRES,
	NEVER_AUTHORIZED,
	DIES,
	STALLS,
	LINK_TO_ITSELF,
	LINK_FOR_EVER,
	LINK_IN_A_CIRCLE,
	FULL_FOR_EVER,
	TOTAL_FOR_EVER,
	LINK_ELSEWHERE,
	TWO_MATCHES,
	OTHER_SUCCESS,
};

struct seen {
	int requests, tokens, lists, puts;
	char client[64]; /* User-Agent or what else a test looks for */
};

struct fake {
	pid_t pid;
	int port;
	char sis[64];
	struct seen *seen;
};

#define PAGE "{\"lineItems\":[{\"sourcedId\":\"same\",\"title\":\"x\"}]}"
#define NEXT "Link: <http://127.0.0.1:%d/ims/oneroster/v1p1/lineItems?offset=%d>; rel=\"next\"\r\n"
#define MATCH(id)                                                          \
	"{\"sourcedId\":\"" id "\",\"title\":\"Macbeth Character Essay\"," \
	"\"dueDate\":\"2026-10-29T03:59:00.000Z\"}"
#define STATUS(text) \
	"{\"statusInfoSet\":[{\"imsx_codeMajor\":\"failure\",\"imsx_description\":\"" text "\"}]}"

static void answer(int fd, const char *status, const char *headers, const char *body)
{
	char *text = xformat("HTTP/1.1 %s\r\nConnection: close\r\nContent-Length: %zu\r\n%s\r\n%s",
			     status, strlen(body), headers, body);

	if (send(fd, text, strlen(text), MSG_NOSIGNAL) < 0)
		perror("send");
	free(text);
}

static void answer_token(int fd, enum mode mode)
{
	if (mode == HTML_TOKEN)
		answer(fd, "200 OK", "Content-Type: text/html\r\n", "<html>Sign in</html>");
	else if (mode == NO_TOKEN)
		answer(fd, "200 OK", "", "{\"token_type\":\"Bearer\"}");
	else if (mode == WRONG_CLIENT)
		answer(fd, "401 Unauthorized", "", "{\"error\":\"invalid_client\"}");
	else
		answer(fd, "200 OK", "", "{\"access_token\":\"t\",\"token_type\":\"Bearer\"}");
}

/* A list of lineItems, or of results: mode by mode. */
static void answer_list(int fd, enum mode mode, const char *path, const struct seen *seen, int port)
{
	char header[700] = "", *body;
	const char *empty = strstr(path, "results") ? "{\"results\":[]}" : "{\"lineItems\":[]}";

	switch (mode) {
	case HTML_LISTS:
		answer(fd, "200 OK", "Content-Type: text/html; charset=utf-8\r\n",
		       "<html><h1>Down for maintenance</h1></html>");
		return;
	case EMPTY_LISTS:
		answer(fd, "200 OK", "", "");
		return;
	case TEXT_LISTS:
		answer(fd, "200 OK", "", "{\"lineItems\": [ \xe2\x80\x9cx");
		return;
	case NO_ARRAY:
		answer(fd, "200 OK", "", "{\"items\":[]}");
		return;
	case NULL_ARRAY:
		answer(fd, "200 OK", "", "{\"lineItems\":null,\"results\":{}}");
		return;
	case HALF_BODY:
		if (send(fd, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"li", 44,
			 MSG_NOSIGNAL) < 0)
			perror("send");
		return;
	case NO_HTTP:
		if (send(fd, "SSH-2.0-OpenSSH_9.2\r\n", 21, MSG_NOSIGNAL) < 0)
			perror("send");
		return;
	case REDIRECT:
		snprintf(header, sizeof header, "Location: http://127.0.0.1:%d/else\r\n", port);
		answer(fd, "302 Found", header, "");
		return;
	case LISTS_500:
		answer(fd, "500 Internal Server Error", "Content-Type: text/html\r\n",
		       "<html><title>Oops</title> NullPointerException at GradebookService</html>");
		return;
	case LINK_TO_ITSELF:
		snprintf(header, sizeof header, "Link: <http://127.0.0.1:%d%s>; rel=\"next\"\r\n",
			 port, path);
		answer(fd, "200 OK", header, PAGE);
		return;
	case LINK_FOR_EVER:
		snprintf(header, sizeof header, NEXT, port, seen->lists);
		answer(fd, "200 OK", header, PAGE);
		return;
	case LINK_IN_A_CIRCLE: /* page 1, 2, 3, 1, 2, 3, ... */
		snprintf(header, sizeof header, NEXT, port, seen->lists % 3);
		body = xformat("{\"lineItems\":[{\"sourcedId\":\"%d\"}]}", seen->lists % 3);
		answer(fd, "200 OK", header, body);
		free(body);
		return;
	case FULL_FOR_EVER: /* page_size 1 */
		answer(fd, "200 OK", "", PAGE);
		return;
	case TOTAL_FOR_EVER:
		answer(fd, "200 OK", "X-Total-Count: 999999999\r\n", PAGE);
		return;
	case LINK_ELSEWHERE:
		snprintf(header, sizeof header,
			 "Link: <http://localhost:%d/steal>; rel=\"next\"\r\n"
			 "X-Total-Count: 0\r\n",
			 port);
		answer(fd, "200 OK", header, empty);
		return;
	case TWO_MATCHES:
		answer(fd, "200 OK", "",
		       strstr(path, "results") ? empty
					       : "{\"lineItems\":[" MATCH("a") "," MATCH("b") "]}");
		return;
	default:
		answer(fd, "200 OK", "", empty);
		return;
	}
}

static void answer_put(int fd, enum mode mode, const struct seen *seen)
{
	static const char *const successes[] = { "200 OK", "201 Created", "204 No Content",
						 "202 Accepted" };

	if (mode == PUTS_500)
		answer(fd, "500 Internal Server Error", "", STATUS("the gradebook is down"));
	else if (mode == PUTS_403)
		answer(fd, "403 Forbidden", "",
		       "{\"imsx_StatusInfo\":{\"imsx_description\":\"not your class\"}}");
	else if (mode == THROTTLE && seen->puts % 2)
		answer(fd, "429 Too Many Requests", "Retry-After: 0\r\n", STATUS("slow down"));
	else if (mode == NEVER_AUTHORIZED || (mode == TOKEN_EXPIRES && seen->puts == 3))
		answer(fd, "401 Unauthorized", "", STATUS("the token has expired"));
	else if (mode == OTHER_SUCCESS)
		answer(fd, successes[seen->puts % 4], "",
		       seen->puts % 4 == 2 ? ""
		       : seen->puts % 2    ? "null"
					   : "<html>ok</html>");
	else
		answer(fd, "201 Created", "", "");
}

static void read_request(int fd, char *text, size_t size)
{
	size_t length = 0, whole = size - 1;

	while (length < whole) {
		ssize_t got = recv(fd, text + length, size - 1 - length, 0);
		const char *end, *announced;

		if (got <= 0)
			break;
		length += (size_t)got;
		text[length] = '\0';
		end = strstr(text, "\r\n\r\n");
		announced = strcasestr(text, "Content-Length: ");
		if (end)
			whole = (size_t)(end + 4 - text) +
				(announced ? strtoul(announced + 16, NULL, 10) : 0);
	}
	text[length] = '\0';
}

static void serve_one(int fd, enum mode mode, struct seen *seen, int port)
{
	char text[16384], path[512] = "", method[16] = "";

	read_request(fd, text, sizeof text);
	if (sscanf(text, "%15s %511s", method, path) != 2)
		return;
	seen->requests++;
	if (mode == CLOSE_ALL)
		return;
	if (strcmp(method, "POST") == 0) {
		seen->tokens++;
		answer_token(fd, mode);
		return;
	}
	if (strstr(text, "X-Vendor: yes"))
		snprintf(seen->client, sizeof seen->client, "yes");
	if (strstr(path, "/else") || strstr(path, "/steal"))
		snprintf(seen->client, sizeof seen->client, "stolen");
	if (mode == STALLS)
		sleep(60);
	if (mode == DIES && seen->requests > 12)
		_exit(0);
	if (mode == CLOSE_AFTER_TOKEN)
		return;
	if (strcmp(method, "PUT") == 0) {
		seen->puts++;
		answer_put(fd, mode, seen);
		return;
	}
	seen->lists++;
	answer_list(fd, mode, path, seen, port);
}

static void fake_start(struct fake *fake, enum mode mode)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t length = sizeof address;
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){ 1 }, sizeof(int));
	ck_assert(bind(fd, (struct sockaddr *)&address, length) == 0 && listen(fd, 64) == 0);
	ck_assert(getsockname(fd, (struct sockaddr *)&address, &length) == 0);
	fake->port = ntohs(address.sin_port);
	snprintf(fake->sis, sizeof fake->sis, "http://127.0.0.1:%d/ims/oneroster", fake->port);
	fake->seen = mmap(NULL, sizeof *fake->seen, PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert(fake->seen != MAP_FAILED);
	fake->pid = fork();
	ck_assert(fake->pid >= 0);
	if (fake->pid == 0) {
		signal(SIGTERM, SIG_DFL); /* libcheck's would end the test too */
		for (;;) {
			int peer = accept(fd, NULL, NULL);

			if (peer < 0)
				_exit(1);
			serve_one(peer, mode, fake->seen, fake->port);
			close(peer);
		}
	}
	close(fd);
}

static void fake_stop(struct fake *fake)
{
	struct server server = { .pid = fake->pid };

	server_stop(&server);
	munmap(fake->seen, sizeof *fake->seen);
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* A slower build may take longer. */
static double slack(void)
{
	const char *text = getenv("CK_TIMEOUT_MULTIPLIER");

	double factor = text ? strtod(text, NULL) : 1;

	return factor > 1 ? factor : 1;
}

/* Two lineItems and 40 results: assignment 10202 of English. */
static void run_sync(struct outcome *outcome, const char *sis, const char *folder,
		     const char *const more[])
{
	char *connection = xformat("%s/connection.json", folder);
	const char *args[16] = { "sync",         folder,     "--sis",    sis,
				 "--credential", CREDENTIAL, "--select", "10202",
				 "--connection", connection };
	size_t n = 10;

	for (size_t i = 0; more && more[i]; i++)
		args[n++] = more[i];
	run_mocksis(outcome, (int)(8 * slack()), args);
	free(connection);
}

static char *make_course(const char *settings)
{
	char *folder = folder_make(), *from = fixture("canvas/english");
	char *text = xformat("{\"category\":\"omit\",\"headers\":{\"X-Vendor\":\"yes\"}%s}",
			     settings);

	folder_copy(from, folder);
	file_put(folder, "connection.json", text);
	free(text);
	free(from);
	return folder;
}

#define SOON ",\"retries\":1,\"timeout\":2"

/* clang-format off */
static const struct {
	const char *name;
	enum mode mode;
	const char *settings;
	const char *statuses; /* of the exit, any of these */
	const char *needle;   /* in what a person reads */
	double most;	      /* seconds */
} faults[] = {
	{ "good",                GOOD, "", "0", "2 assignments, 40 scores", 3 },
	{ "other successes",     OTHER_SUCCESS, "", "0", "2 assignments, 40 scores", 3 },
	{ "HTML for a list",     HTML_LISTS, "", "1", "HTTP 200 with HTML", 3 },
	{ "empty body",          EMPTY_LISTS, "", "1", "HTTP 200 with an empty body", 3 },
	{ "broken JSON",         TEXT_LISTS, "", "1", "line 1, column 17: a typographic quote", 3 },
	{ "no such array",       NO_ARRAY, "", "1", "no array \"lineItems\"", 3 },
	{ "null for an array",   NULL_ARRAY, "", "1", "no array \"lineItems\"", 3 },
	{ "half a body",         HALF_BODY, SOON, "13", "", 5 },
	{ "not HTTP",            NO_HTTP, SOON, "13", "", 5 },
	{ "hangs up",            CLOSE_ALL, "", "3", "127.0.0.1", 5 },
	{ "hangs up after the token", CLOSE_AFTER_TOKEN, SOON, "13", "", 5 },
	{ "sign-in page",        HTML_TOKEN, "", "123", "no token from", 3 },
	{ "token without token", NO_TOKEN, "", "123", "access_token", 3 },
	{ "wrong client",        WRONG_CLIENT, "", "123", "invalid_client", 3 },
	{ "redirect",            REDIRECT, "", "1", "302", 3 },
	{ "500 for lists",       LISTS_500, SOON, "1", "NullPointerException at GradebookService", 5 },
	{ "500 for writes",      PUTS_500, SOON, "1", "the gradebook is down", 5 },
	{ "403 for writes",      PUTS_403, "", "1", "not your class", 3 },
	{ "throttled",           THROTTLE, ",\"concurrency\":1", "0", "2 assignments, 40 scores", 5 },
	{ "token runs out",      TOKEN_EXPIRES, "", "0", "2 assignments, 40 scores", 3 },
	{ "never authorized",    NEVER_AUTHORIZED, "", "1", "the token has expired", 3 },
	{ "dies half-way",       DIES, SOON, "1", "", 5 },
	{ "stalls",              STALLS, ",\"retries\":0,\"timeout\":1", "13", "", 5 },
	{ "link to itself",      LINK_TO_ITSELF, "", "1", "paging does not ", 5 },
	{ "links in a circle",   LINK_IN_A_CIRCLE, "", "1", "paging does not ", 5 },
	{ "links for ever",      LINK_FOR_EVER, "", "1", "paging does not ", 5 },
	{ "full pages for ever", FULL_FOR_EVER, ",\"page_size\":1", "1", "paging does not ", 5 },
	{ "count for ever",      TOTAL_FOR_EVER, "", "1", "paging does not ", 5 },
	{ "link to elsewhere",   LINK_ELSEWHERE, "", "0", "2 assignments, 40 scores", 3 },
	{ "two matches",         TWO_MATCHES, "", "1", "Multiple matches found for \"[Macbeth Character Essay]\" due on [10/29/2026] in OneRoster.", 3 },
};
/* clang-format on */

START_TEST(fault)
{
	char *folder = make_course(faults[_i].settings), *words;
	struct outcome outcome;
	struct fake fake;
	double began = seconds(), took;
	char status[16];

	fake_start(&fake, faults[_i].mode);
	run_sync(&outcome, fake.sis, folder, NULL);
	took = seconds() - began;
	/* the report is wrapped: blanks for line breaks */
	words = xformat("%s%s", outcome.out, outcome.err);
	for (char *to = words, *at = words;; at++) {
		bool blank = *at == ' ' || *at == '\n';

		if (blank && to > words && to[-1] == ' ')
			continue;
		*to++ = blank ? ' ' : *at;
		if (!*at)
			break;
	}
	snprintf(status, sizeof status, "%d", outcome.status);
	ck_assert_msg(strstr(faults[_i].statuses, status), "%s: exit status %d:\n%s%s",
		      faults[_i].name, outcome.status, outcome.out, outcome.err);
	ck_assert_msg(strstr(words, faults[_i].needle), "%s: no \"%s\" in:\n%s%s", faults[_i].name,
		      faults[_i].needle, outcome.out, outcome.err);
	if (outcome.status == 1)
		ck_assert_msg(strstr(outcome.out, "Errors ("), "%s: no error is told:\n%s",
			      faults[_i].name, outcome.out);
	ck_assert_msg(took < faults[_i].most * slack(), "%s: it took %.1f s", faults[_i].name,
		      took);
	ck_assert_msg(strcmp(fake.seen->client, "stolen") != 0, "%s: it followed", faults[_i].name);
	if (fake.seen->lists)
		ck_assert_msg(strcmp(fake.seen->client, "yes") == 0, "%s: the header is missing",
			      faults[_i].name);
	free(words);
	outcome_release(&outcome);
	fake_stop(&fake);
	folder_remove(folder);
}
END_TEST

/* What a fault costs: tries are counted, and a token is asked for when it must be. */
START_TEST(tries)
{
	static const struct {
		const char *name;
		enum mode mode;
		const char *settings;
		int tokens, puts;
	} cases[] = {
		{ "good", GOOD, "", 1, 42 },
		{ "throttled", THROTTLE, ",\"concurrency\":1", 1, 84 },
		{ "no retry of 403", PUTS_403, "", 1, 2 },
		{ "3 retries of 500", PUTS_500, "", 1, 8 },
		{ "no retries", PUTS_500, ",\"retries\":0", 1, 2 },
		{ "one new token", TOKEN_EXPIRES, ",\"concurrency\":1", 2, 43 },
		{ "a new token once a call", NEVER_AUTHORIZED, ",\"concurrency\":1", 3, 4 },
	};
	char *folder = make_course(cases[_i].settings);
	struct outcome outcome;
	struct fake fake;

	fake_start(&fake, cases[_i].mode);
	run_sync(&outcome, fake.sis, folder, NULL);
	ck_assert_msg(fake.seen->tokens == cases[_i].tokens && fake.seen->puts == cases[_i].puts,
		      "%s: %d tokens, %d PUTs: %s", cases[_i].name, fake.seen->tokens,
		      fake.seen->puts, outcome.out);
	outcome_release(&outcome);
	fake_stop(&fake);
	folder_remove(folder);
}
END_TEST

/* What failed goes out with the next sync; what was accepted does not. */
START_TEST(goes_on_after_a_death)
{
	char *folder = make_course(SOON);
	struct outcome outcome;
	struct fake fake;
	json_t *report;
	const json_t *sent;
	int first, second;

	fake_start(&fake, DIES);
	run_sync(&outcome, fake.sis, folder, (const char *[]){ "--json", NULL });
	ck_assert_int_eq(outcome.status, 1);
	report = json_loads(outcome.out, 0, NULL);
	sent = json_object_get(json_object_get(report, "counts"), "sent");
	first = (int)json_integer_value(json_object_get(sent, "results"));
	ck_assert_int_gt(first, 0);
	ck_assert_int_lt(first, 40);
	json_decref(report);
	outcome_release(&outcome);

	/* the same address comes back to life */
	struct server server;
	char *listen = xformat("127.0.0.1:%d", fake.port);

	server_start(&server, (const char *[]){ "--listen", listen, NULL });
	run_sync(&outcome, fake.sis, folder, (const char *[]){ "--json", NULL });
	report = json_loads(outcome.out, 0, NULL);
	ck_assert_msg(report != NULL, "%s%s", outcome.out, outcome.err);
	sent = json_object_get(report, "counts");
	second = (int)json_integer_value(json_object_get(sent, "unchanged"));
	ck_assert_int_eq(second, first);
	json_decref(report);
	outcome_release(&outcome);
	free(listen);
	server_stop(&server);
	fake_stop(&fake);
	folder_remove(folder);
}
END_TEST

/* Nobody listens: 3, quickly, and with the address. */
START_TEST(unreachable)
{
	static const char *const urls[] = { "http://127.0.0.1:1/ims/oneroster",
					    "http://nowhere.invalid/ims/oneroster" };
	static const char *const modes[] = { "--auth=oauth2", "--auth=oauth1", "--auth=none" };
	char *folder = make_course(SOON);
	struct outcome outcome;
	double began = seconds();

	run_sync(&outcome, urls[_i % 2], folder, (const char *[]){ modes[_i / 2], NULL });
	ck_assert_msg(outcome.status == 3, "%s %s: %d %s", urls[_i % 2], modes[_i / 2],
		      outcome.status, outcome.out);
	ck_assert_msg(strstr(outcome.err, _i % 2 ? "nowhere.invalid" : "127.0.0.1"), "%s",
		      outcome.err);
	ck_assert_msg(seconds() - began < 6 * slack(), "%.1f s", seconds() - began);
	outcome_release(&outcome);
	folder_remove(folder);
}
END_TEST

/* What is wrong before anything is sent: 2, with the culprit. */
START_TEST(wrong_line)
{
	static const struct {
		const char *args[4], *needle;
	} cases[] = {
		{ { "--select=10202", "--remaster" }, "--remaster" },
		{ { "--select=99999" }, "99999" },
		{ { "--select=,", "--select=" }, "" },
		{ { "--sis=sis.example.org" }, "sis.example.org" },
		{ { "--sis=ftp://sis" }, "ftp://sis" },
		{ { "--sis=http://user:pw@sis" }, "--credential" },
		{ { "--credential=nocolon" }, "--credential" },
		{ { "--auth=basic" }, "--auth basic" },
		{ { "--connection=nonesuch" }, "nonesuch" },
		{ { "--now=soon" }, "--now soon" },
		{ { "--history=x" }, "--history x" },
		{ { "--state=/dev/null/ledger.db" }, "--state" },
		{ { "--state=/nonexistent/ledger.db" }, "--state" },
		{ { "--state=/tmp" }, "--state" },
		{ { "--trace=/nonexistent/trace" }, "--trace" },
		{ { "--frobnicate" }, "--frobnicate" },
		{ { "second-course" }, "second-course" },
		{ { "--dry-run=yes" }, "--dry-run" },
	};
	char *folder = make_course("");
	struct outcome outcome;
	struct fake fake;

	fake_start(&fake, GOOD);
	run_sync(&outcome, fake.sis, folder, cases[_i].args);
	if (strcmp(cases[_i].args[0], "--select=,") == 0) {
		/* blanks beside a good id name nothing */
		ck_assert_msg(outcome.status == 0 || outcome.status == 2, "%d", outcome.status);
	} else {
		ck_assert_msg(outcome.status == 2, "%s: exit status %d: %s%s", cases[_i].args[0],
			      outcome.status, outcome.out, outcome.err);
		ck_assert_msg(strstr(outcome.err, cases[_i].needle), "%s: \"%s\"",
			      cases[_i].args[0], outcome.err);
		ck_assert_int_eq(fake.seen->puts, 0);
	}
	outcome_release(&outcome);
	fake_stop(&fake);
	folder_remove(folder);
}
END_TEST

Suite *faults_suite(void);
Suite *faults_suite(void)
{
	Suite *suite = suite_create("faults");
	TCase *tc = tcase_create("provider"), *input = tcase_create("input");

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, fault, 0, ARRAY_SIZE(faults));
	tcase_add_loop_test(tc, tries, 0, 7);
	tcase_add_test(tc, goes_on_after_a_death);
	tcase_add_loop_test(tc, unreachable, 0, 6);
	suite_add_tcase(suite, tc);

	tcase_set_timeout(input, 60);
	tcase_add_loop_test(input, wrong_line, 0, 18);
	suite_add_tcase(suite, input);
	return suite;
}
