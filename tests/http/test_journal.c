/*
 * test_journal.c - what a server was asked: over the control API, and with mocksis journal.
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/jsonx.h"
#include "base/str.h"
#include "base/util.h"
#include "tests/http/harness.h"
#include "tests/quoted.h"

#define ADMIN_BEARER "Authorization: Bearer " ADMIN_TOKEN

static struct server server;

/* A call of the control API below /admin/sandboxes/default; @accept may be NULL. */
static void ask_admin(struct answer *answer, const char *method, const char *target,
		      const char *accept, const char *body)
{
	char *url = xformat("%s/admin/sandboxes/default/%s", server.url, target);

	http(answer, method, url,
	     (const char *[]){ ADMIN_BEARER, "Content-Type: application/json", accept, NULL },
	     body);
	free(url);
}

static const json_t *items_of(const struct answer *answer)
{
	return json_object_get(answer->json, "items");
}

/* Runs `mocksis journal` with @more (NULL-terminated) behind; it must exit with @status. */
static void journal(struct outcome *outcome, int status, const char *const more[])
{
	const char *args[24] = { "journal", "--url", server.url, "--admin-token", ADMIN_TOKEN };
	size_t n = 5;

	for (size_t i = 0; more && more[i]; i++)
		args[n++] = more[i];
	run_mocksis(outcome, 30, args);
	ck_assert_msg(outcome->status == status, "exit status %d instead of %d:\n%s%s",
		      outcome->status, status, outcome->out, outcome->err);
}

static size_t count_lines(const char *text)
{
	size_t count = 0;

	for (; *text; text++)
		count += *text == '\n';
	return count;
}

static void start_server(void)
{
	server_start(&server, NULL);
}

static void stop_server(void)
{
	server_stop(&server);
}

/* A lineItem that is refused and one that is taken, after the token of start_server(). */
static void some_exchanges(void)
{
	static const char *const titles[] = { "", "Quiz" };
	struct answer answer;

	for (size_t i = 0; i < 2; i++) {
		char *body = xformat("{\"lineItem\": {\"title\": \"%s\", \"assignDate\": "
				     "\"2026-11-02T00:00:00Z\", \"dueDate\": "
				     "\"2026-11-12T00:00:00Z\"%s}}",
				     titles[i],
				     i ? ", \"class\": {\"sourcedId\": \"class-bio-1\"}, "
					 "\"category\": {\"sourcedId\": \"x\"}"
				       : "");

		api(&answer, &server, "PUT", "/lineItems/li-1?x=1", body);
		answer_release(&answer);
		free(body);
	}
	api(&answer, &server, "GET", "/lineItems/li-1", NULL);
	answer_release(&answer);
}

/* clang-format off */
/* On the exchanges 1 token, 2 PUT 400, 3 PUT 201, 4 GET 200. */
static const struct {
	const char *method, *target, *accept, *body;
	int status;
	const char *type; /* of the answer */
	const char *ids;  /* of the items; NULL: none are in the answer */
} calls[] = {
	{ "GET",    "journal", NULL, NULL, 200, "application/json", "1 2 3 4" },
	{ "GET",    "journal?method=PUT", NULL, NULL, 200, "application/json", "2 3" },
	{ "GET",    "journal?status=4xx", NULL, NULL, 200, "application/json", "2" },
	{ "GET",    "journal?path=/lineItems&since=2", NULL, NULL, 200, "application/json", "3 4" },
	{ "GET",    "journal?client=nobody", NULL, NULL, 200, "application/json", "" },
	{ "GET",    "journal?limit=1", NULL, NULL, 200, "application/json", "4" },
	{ "GET",    "journal?since=2030-01-01T00%3A00%3A00Z", NULL, NULL, 200, "application/json", "" },
	{ "GET",    "journal?status=odd", NULL, NULL, 400, "application/json", NULL },
	{ "GET",    "journal?verb=PUT", NULL, NULL, 400, "application/json", NULL },
	{ "GET",    "journal?path=%zz", NULL, NULL, 400, "application/json", NULL },
	{ "GET",    "journal", "Accept: application/har+json", NULL, 200, "application/har+json", NULL },
	{ "GET",    "journal.har?method=PUT", NULL, NULL, 200, "application/har+json", NULL },
	{ "PUT",    "journal", NULL, "{}", 405, "application/json", NULL },
	{ "GET",    "journal/verify", NULL, NULL, 405, "application/json", NULL },
	{ "GET",    "journal/4", NULL, NULL, 404, "application/json", NULL },
	{ "POST",   "journal/verify", NULL, "{'expect': [{'operation': 'putLineItem', 'count': 2}]}", 200, "application/json", NULL },
	{ "POST",   "journal/verify", NULL, "{'expect': [{'operation': 'putLineItems'}]}", 422, "application/json", NULL },
	{ "POST",   "journal/verify", NULL, "{'expect': ", 400, "application/json", NULL },
	{ "POST",   "journal/verify", NULL, "", 400, "application/json", NULL },
};
/* clang-format on */

static void expect_ids(const struct answer *answer, const char *name, const char *expected)
{
	struct str ids = STR_INIT;
	const json_t *item;
	size_t i;

	json_array_foreach (items_of(answer), i, item)
		str_format(&ids, "%s%lld", i ? " " : "", (long long)jsonx_int(item, "id"));
	ck_assert_msg(strcmp(str_text(&ids), expected) == 0, "%s: %s", name, str_text(&ids));
	str_release(&ids);
}

START_TEST(control_api)
{
	char *body = xstrdup(calls[_i].body), *type;
	struct answer answer;

	some_exchanges();
	for (char *c = body; c && (c = strchr(c, '\''));)
		*c = '"';
	ask_admin(&answer, calls[_i].method, calls[_i].target, calls[_i].accept, body);
	ck_assert_msg(answer.status == calls[_i].status, "%s %s: %ld %s", calls[_i].method,
		      calls[_i].target, answer.status, answer.body);
	type = answer_header(&answer, "Content-Type");
	ck_assert_str_eq(type, calls[_i].type);
	if (calls[_i].ids)
		expect_ids(&answer, calls[_i].target, calls[_i].ids);
	if (answer.status >= 400)
		ck_assert_msg(jsonx_text(json_object_get(answer.json, "error"), "message") != NULL,
			      "%s", answer.body);
	free(type);
	free(body);
	answer_release(&answer);
}
END_TEST

START_TEST(needs_the_admin_token)
{
	static const char *const targets[] = { "journal", "journal.har", "journal/verify" };
	static const char *const tokens[] = { NULL, "Authorization: Bearer wrong" };

	for (size_t i = 0; i < 6; i++) {
		char *url = xformat("%s/admin/sandboxes/default/%s", server.url, targets[i / 2]);
		struct answer answer;

		http(&answer, i / 2 == 2 ? "POST" : "GET", url,
		     (const char *[]){ tokens[i % 2], NULL }, NULL);
		ck_assert_msg(answer.status == 401, "%s: %ld", url, answer.status);
		answer_release(&answer);
		free(url);
	}
}
END_TEST

START_TEST(can_be_emptied)
{
	struct answer answer;

	ask_admin(&answer, "DELETE", "journal", NULL, NULL);
	ck_assert_int_eq(answer.status, 204);
	ck_assert_uint_eq(answer.length, 0);
	answer_release(&answer);
	some_exchanges();
	ask_admin(&answer, "GET", "journal", NULL, NULL);
	expect_ids(&answer, "after DELETE", "2 3 4");
	answer_release(&answer);
}
END_TEST

/* The metrics of the whole program, and nobody has to say who he is. */
START_TEST(metrics_are_open)
{
	static const char *const lines[] = {
		"mocksis_requests_total{operation=\"putLineItem\",status=\"201\"} 1\n",
		"mocksis_requests_total{operation=\"putLineItem\",status=\"400\"} 1\n",
		"mocksis_request_duration_seconds_count{operation=\"putLineItem\"} 2\n",
		"mocksis_writer_queue_length 0\n",
		"mocksis_writer_transactions_total 1\n",
		"mocksis_writer_jobs_total 1\n",
		"mocksis_sandboxes 1\n",
	};
	char *url = xformat("%s/metrics", server.url), *type;
	struct answer answer;

	some_exchanges();
	http(&answer, "GET", url, NULL, NULL);
	ck_assert_int_eq(answer.status, 200);
	type = answer_header(&answer, "Content-Type");
	ck_assert_str_eq(type, "text/plain; version=0.0.4; charset=utf-8");
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		ck_assert_msg(strstr(answer.body, lines[i]) != NULL, "no %sin %s", lines[i],
			      answer.body);
	free(type);
	free(url);
	answer_release(&answer);
}
END_TEST

/* A whole sync: the client did what Canvas does, in its order, and the journal can tell. */
START_TEST(a_sync_is_in_order)
{
	static const char *const expectations[] = {
		"{'order': 'strict', 'expect': [{'operation': 'token', 'status': 200}, "
		"{'operation': "
		"'getAllCategories'}, {'operation': 'getLineItemsForClass'}, {'operation': "
		"'putLineItem', 'status': 201}, {'operation': 'getResultsForClass'}, {'operation': "
		"'putResult', 'status': 201}]}",
		"{'expect': [{'rule': 'lineItem_before_results'}, {'rule': 'one_put_per_result'}, "
		"{'rule': 'one_put_per_lineItem'}, {'status': '4xx', 'count': 0}]}",
	};
	char *course = fixture("canvas/algebra"), *copy = folder_make();
	char *sis = xformat("%s/ims/oneroster", server.url);
	struct outcome outcome;

	folder_copy(course, copy);
	run_mocksis(&outcome, 60,
		    (const char *[]){ "sync", copy, "--sis", sis, "--credential", CREDENTIAL,
				      "--now", STORY_TIME, NULL });
	ck_assert_msg(outcome.status == 0, "%s%s", outcome.out, outcome.err);
	outcome_release(&outcome);
	for (size_t i = 0; i < ARRAY_SIZE(expectations); i++) {
		json_t *request = json_quoted(expectations[i]);
		char *body = json_dumps(request, 0);
		struct answer answer;

		ask_admin(&answer, "POST", "journal/verify", NULL, body);
		ck_assert_msg(jsonx_true(answer.json, "holds"), "%s", answer.body);
		answer_release(&answer);
		free(body);
		json_decref(request);
	}
	journal(&outcome, 0, (const char *[]){ "--operation", "putLineItem", NULL });
	ck_assert_msg(count_lines(outcome.out) > 2 && strstr(outcome.out, " 201 "), "%s",
		      outcome.out);
	outcome_release(&outcome);
	folder_remove(copy);
	free(course);
	free(sis);
}
END_TEST

START_TEST(prints_a_line_each)
{
	struct outcome outcome;
	char *second;

	some_exchanges();
	journal(&outcome, 0, NULL);
	ck_assert_uint_eq(count_lines(outcome.out), 4);
	ck_assert_str_eq(outcome.err, "");
	ck_assert(strstr(outcome.out, " ms  test-client  POST /oauth2/token  token\n") != NULL);
	second = strchr(outcome.out, '\n') + 1;
	ck_assert_msg(starts_with(second, "2026-11-16T17:0") && strstr(second, "Z 400 ") &&
			      strstr(second, " ms  test-client  PUT "
					     "/ims/oneroster/v1p1/lineItems/li-1?x=1  putLineItem  "
					     "refused: validation_failed: "),
		      "%s", outcome.out);
	ck_assert_msg(!strchr(outcome.out, '\033'), "colours in a file");
	ck_assert_msg(!strstr(outcome.out, "test-secret"), "%s", outcome.out);
	outcome_release(&outcome);
}
END_TEST

/* clang-format off */
/* On the exchanges 1 token, 2 PUT 400, 3 PUT 201, 4 GET 200. */
static const struct {
	const char *args[8];
	size_t lines;
	const char *says; /* NULL: anything */
} selections[] = {
	{ { "--method", "PUT" }, 2, "putLineItem" },
	{ { "--status", "4xx" }, 1, "refused" },
	{ { "--status", "201" }, 1, "PUT" },
	{ { "--path", "/lineItems/*" }, 3, NULL },
	{ { "--operation", "token" }, 1, "POST /oauth2/token" },
	{ { "--since", "3" }, 1, "getLineItem" },
	{ { "--since", "2026-11-16T17:00:00Z" }, 4, NULL },
	{ { "--since", "2030-01-01" }, 0, NULL },
	{ { "--limit", "1" }, 1, "getLineItem" },
	{ { "--limit", "1", "--since", "0" }, 1, "token" },
	{ { "--limit", "1", "--method", "PUT" }, 1, " 201 " },
	{ { "--sandbox", "default" }, 4, NULL },
	{ { "--json", "--limit", "1" }, 1, "\"operation\":\"getLineItem\"" },
	{ { "--curl", "--limit", "1" }, 2, "\n  curl -g -i -H " },
};

/* URL is that of the server. */
static const struct {
	const char *args[10];
	int status;
	const char *says;
} failures[] = {
	{ { "--admin-token", ADMIN_TOKEN }, 2, "--url URL is needed" },
	{ { "--url", "URL" }, 2, "MOCKSIS_ADMIN_TOKEN" },
	{ { "--url", "URL", "--admin-token", "wrong" }, 2, "--admin-token or MOCKSIS_ADMIN_TOKEN" },
	{ { "--url", "URL", "--admin-token", ADMIN_TOKEN, "--sandbox", "lab 1" }, 2, "no sandbox lab 1" },
	{ { "--url", "URL", "--admin-token", ADMIN_TOKEN, "--status", "odd" }, 2, "a status like 404 or 4xx" },
	{ { "--url", "URL", "--admin-token", ADMIN_TOKEN, "--since", "never" }, 2, "the id of an exchange or a time" },
	{ { "--url", "URL", "--admin-token", ADMIN_TOKEN, "--limit", "0" }, 2, "--limit 0: " },
	{ { "--url", "URL", "--admin-token", ADMIN_TOKEN, "extra" }, 2, "one too many" },
	{ { "--url", "here", "--admin-token", ADMIN_TOKEN }, 2, "here is not a URL" },
	{ { "--url", "http://127.0.0.1:1", "--admin-token", ADMIN_TOKEN }, 3, "http://127.0.0.1:1: " },
	{ { "--url", "http://127.0.0.1:1", "--admin-token", ADMIN_TOKEN, "--follow" }, 3, "http://127.0.0.1:1: " },
};

/* What may stand behind the server's address. */
static const struct {
	const char *path;
	int status;
} urls[] = {
	{ "", 0 }, { "/", 0 }, { "/ims/oneroster/v1p1", 0 }, { "/admin/", 0 }, { "/console/", 0 },
	{ "/sandboxes/default/ims/oneroster", 0 }, { "/sandboxes/nobody/ims/oneroster", 2 },
};
/* clang-format on */

START_TEST(selects)
{
	struct outcome outcome;

	some_exchanges();
	journal(&outcome, 0, selections[_i].args);
	ck_assert_msg(count_lines(outcome.out) == selections[_i].lines, "%s %s: %s",
		      selections[_i].args[0], selections[_i].args[1], outcome.out);
	ck_assert_msg(!selections[_i].says || strstr(outcome.out, selections[_i].says), "%s",
		      outcome.out);
	outcome_release(&outcome);
}
END_TEST

START_TEST(says_what_is_wrong)
{
	const char *args[12] = { "journal" };
	struct outcome outcome;

	for (size_t i = 0; failures[_i].args[i]; i++)
		args[i + 1] = strcmp(failures[_i].args[i], "URL") == 0 ? server.url
								       : failures[_i].args[i];
	run_mocksis(&outcome, 30, args);
	ck_assert_msg(outcome.status == failures[_i].status, "%s: %d", failures[_i].says,
		      outcome.status);
	ck_assert_msg(strstr(outcome.err, failures[_i].says) != NULL, "%s", outcome.err);
	ck_assert_msg(count_lines(outcome.err) == 1 && !*outcome.out, "%s%s", outcome.out,
		      outcome.err);
	outcome_release(&outcome);
}
END_TEST

START_TEST(takes_any_url_of_the_server)
{
	char *url = xformat("%s%s", server.url, urls[_i].path);
	struct outcome outcome;

	setenv("MOCKSIS_ADMIN_TOKEN", ADMIN_TOKEN, 1);
	run_mocksis(&outcome, 30, (const char *[]){ "journal", "--url", url, NULL });
	unsetenv("MOCKSIS_ADMIN_TOKEN");
	ck_assert_msg(outcome.status == urls[_i].status, "%s: %s", url, outcome.err);
	outcome_release(&outcome);
	free(url);
}
END_TEST

/* More than one page of them, each once. */
START_TEST(turns_pages)
{
	struct outcome outcome;
	struct answer answer;
	int64_t id = 0;

	for (int i = 0; i < 1100; i++) {
		http(&answer, "GET", server.root, NULL, NULL);
		answer_release(&answer);
	}
	journal(&outcome, 0, (const char *[]){ "--json", "--limit", "1050", NULL });
	ck_assert_uint_eq(count_lines(outcome.out), 1050);
	outcome_release(&outcome);
	journal(&outcome, 0, (const char *[]){ "--json", NULL });
	for (char *line = outcome.out, *end; *line; line = end + 1) {
		json_t *item;

		end = strchr(line, '\n');
		*end = '\0';
		item = json_loads(line, 0, NULL);
		ck_assert_int_eq(jsonx_int(item, "id"), ++id);
		json_decref(item);
	}
	ck_assert_int_eq(id, 1101); /* with the token */
	outcome_release(&outcome);
}
END_TEST

/* What a client sends must not steer the terminal of who looks on. */
START_TEST(is_fit_for_a_terminal)
{
	char *url = xformat("%s/oauth2/token?client_id=%%1B[31m%%C2%%9B31mred", server.url);
	struct outcome outcome;
	struct answer answer;

	http(&answer, "POST", url, NULL, "");
	answer_release(&answer);
	journal(&outcome, 0, (const char *[]){ "--limit", "1", NULL });
	ck_assert_msg(strstr(outcome.out, "\\x1b[31m\\x9b31mred") != NULL, "%s", outcome.out);
	for (const char *c = outcome.out; *c; c++)
		ck_assert_msg((unsigned char)*c >= ' ' || *c == '\n', "%s", outcome.out);
	outcome_release(&outcome);
	free(url);
}
END_TEST

/* Reads from @fd until @count lines are there, or 10 s are over. Returns (free). */
static char *read_lines(int fd, size_t count)
{
	struct str text = STR_INIT;

	for (int tries = 0; tries < 100 && count_lines(str_text(&text)) < count; tries++) {
		struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
		char chunk[4096];
		ssize_t got;

		if (poll(&poll_fd, 1, 100) <= 0)
			continue;
		got = read(fd, chunk, sizeof chunk);
		if (got <= 0)
			break;
		str_add_bytes(&text, chunk, (size_t)got);
	}
	return str_take(&text, NULL);
}

/* How it ends: SIGINT is a way to say that it is enough, a server that goes is not. */
static const struct {
	int signal;
	int status;
	const char *says;
} ends[] = {
	{ SIGINT, 0, "" },
	{ SIGTERM, 0, "" },
	{ 0, 3, "mocksis journal: http://127.0.0.1:" },
};

START_TEST(follows)
{
	const char *args[] = { "journal",       "--url",     server.url,
			       "--admin-token", ADMIN_TOKEN, "--follow",
			       "--limit",       "1",         NULL };
	struct answer answer;
	int fds[2];
	pid_t pid;
	char *text;

	some_exchanges();
	ck_assert(pipe(fds) == 0);
	pid = mocksis_begin(fds[1], args);
	close(fds[1]);
	text = read_lines(fds[0], 1);
	ck_assert_msg(count_lines(text) == 1 && strstr(text, "  getLineItem\n"), "%s", text);
	free(text);
	for (int i = 0; i < 2; i++) {
		api(&answer, &server, i ? "DELETE" : "GET", "/lineItems/li-1", NULL);
		answer_release(&answer);
		text = read_lines(fds[0], 1);
		ck_assert_msg(count_lines(text) == 1 &&
				      strstr(text, i ? " 204 " : "  getLineItem\n"),
			      "%s", text);
		free(text);
	}
	if (!ends[_i].signal) {
		mocksis_end(server.pid, SIGKILL);
		unlink(server.log);
	}
	ck_assert_int_eq(mocksis_end(pid, ends[_i].signal), ends[_i].status);
	text = read_lines(fds[0], 1);
	ck_assert_msg(starts_with(text, ends[_i].says), "%s", text);
	free(text);
	close(fds[0]);
	if (ends[_i].signal)
		server_stop(&server);
}
END_TEST

/* Nobody reads any more: it ends. */
START_TEST(follows_nobody_into_the_void)
{
	const char *args[] = { "journal",       "--url",     server.url, "--follow",
			       "--admin-token", ADMIN_TOKEN, NULL };
	struct answer answer;
	int fds[2];
	pid_t pid;

	ck_assert(pipe(fds) == 0);
	pid = mocksis_begin(fds[1], args);
	close(fds[1]);
	free(read_lines(fds[0], 1));
	close(fds[0]);
	api(&answer, &server, "GET", "/orgs", NULL);
	answer_release(&answer);
	ck_assert_int_eq(mocksis_end(pid, 0), 3);
}
END_TEST

/* clang-format off */
static const struct {
	const char *size;
	int status; /* of the command; 0: it serves */
	const char *ids;
	int verify; /* status */
	int64_t forgotten;
} sizes[] = {
	{ "0", 0, "", 409, -1 }, /* it does not say */
	{ "2", 0, "3 4", 200, 2 },
	{ "4", 0, "1 2 3 4", 200, 0 },
	{ "-1", 2, NULL, 0 },
	{ "many", 2, NULL, 0 },
	{ "1000001", 2, NULL, 0 },
};
/* clang-format on */

START_TEST(its_size_is_chosen)
{
	const char *args[] = { "--admin-token", ADMIN_TOKEN, "--journal-size", sizes[_i].size,
			       NULL };
	struct outcome outcome;
	struct answer answer;

	if (sizes[_i].status) {
		run_mocksis(&outcome, 10,
			    (const char *[]){ "serve", "--db", ":memory:", "--listen",
					      "127.0.0.1:0", "--journal-size", sizes[_i].size,
					      NULL });
		ck_assert_int_eq(outcome.status, sizes[_i].status);
		ck_assert_msg(strstr(outcome.err, "--journal-size") != NULL, "%s", outcome.err);
		outcome_release(&outcome);
		return;
	}
	server_start(&server, args);
	some_exchanges();
	ask_admin(&answer, "GET", "journal", NULL, NULL);
	expect_ids(&answer, sizes[_i].size, sizes[_i].ids);
	ck_assert_int_eq(json_object_get(answer.json, "forgotten")
				 ? jsonx_int(answer.json, "forgotten")
				 : -1,
			 sizes[_i].forgotten);
	answer_release(&answer);
	ask_admin(&answer, "POST", "journal/verify", NULL, "{\"expect\": []}");
	ck_assert_int_eq(answer.status, sizes[_i].verify);
	answer_release(&answer);
	server_stop(&server);
}
END_TEST

Suite *journal_suite(void);
Suite *journal_suite(void)
{
	Suite *suite = suite_create("journal");
	TCase *tc = tcase_create("fresh"), *shared = tcase_create("shared"),
	      *own = tcase_create("own");

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, start_server, stop_server);
	tcase_add_loop_test(tc, control_api, 0, ARRAY_SIZE(calls));
	tcase_add_test(tc, can_be_emptied);
	tcase_add_test(tc, metrics_are_open);
	tcase_add_test(tc, a_sync_is_in_order);
	tcase_add_test(tc, prints_a_line_each);
	tcase_add_loop_test(tc, selects, 0, ARRAY_SIZE(selections));
	tcase_add_test(tc, turns_pages);
	tcase_add_test(tc, is_fit_for_a_terminal);
	tcase_add_test(tc, follows_nobody_into_the_void);
	suite_add_tcase(suite, tc);

	tcase_set_timeout(shared, 60);
	tcase_add_unchecked_fixture(shared, start_server, stop_server);
	tcase_add_test(shared, needs_the_admin_token);
	tcase_add_loop_test(shared, says_what_is_wrong, 0, ARRAY_SIZE(failures));
	tcase_add_loop_test(shared, takes_any_url_of_the_server, 0, ARRAY_SIZE(urls));
	suite_add_tcase(suite, shared);

	tcase_set_timeout(own, 60);
	tcase_add_loop_test(own, its_size_is_chosen, 0, ARRAY_SIZE(sizes));
	suite_add_tcase(suite, own);

	tc = tcase_create("follow");
	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, start_server, NULL);
	tcase_add_loop_test(tc, follows, 0, ARRAY_SIZE(ends));
	suite_add_tcase(suite, tc);
	return suite;
}
