/*
 * test_fault_rules.c - what goes wrong on purpose, as a client sees it.
 */
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/jsonx.h"
#include "base/str.h"
#include "base/util.h"
#include "tests/http/harness.h"

#define FAULTS "/sandboxes/default/faults"
#define ITEM "{\"lineItem\":{\"title\":\"Quiz\",\"class\":{\"sourcedId\":\"class-alg-1\"}}}"

static struct server shared;

static void start_shared(void)
{
	server_start(&shared, (const char *[]){ "--log-level", "error", NULL });
}

static void stop_shared(void)
{
	server_stop(&shared);
}

static void set_rules(const char *document)
{
	struct answer answer;

	admin(&answer, &shared, "PUT", FAULTS, document);
	ck_assert_msg(answer.status == 200, "%s: %ld %s", document, answer.status, answer.body);
	answer_release(&answer);
}

static void set_rule(const char *when, const char *todo)
{
	char *text = xformat("{\"seed\":1,\"items\":[{\"when\":{%s},\"do\":{%s}}]}", when, todo);

	set_rules(text);
	free(text);
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* clang-format off */
static const struct {
	const char *when, *todo;
	const char *method, *target;
	int status;       /* 0: no answer */
	const char *says; /* in headers or body; NULL: nothing in particular */
	int next;         /* status of the same request once more */
} rules[] = {
	{ "\"operation\":\"getAllOrgs\",\"nth\":1", "\"status\":503,\"headers\":{\"Retry-After\":\"2\"}", "GET", "/orgs", 503, "Retry-After: 2", 200 },
	{ "\"path\":\"*/orgs\",\"times\":1", "\"html\":true", "GET", "/orgs", 502, "<html>", 200 },
	{ "\"method\":\"GET\",\"times\":1", "\"empty\":true", "GET", "/orgs", 200, "Content-Length: 0", 200 },
	{ "\"method\":\"GET\",\"times\":1", "\"body\":{\"a\":1}", "GET", "/orgs", 200, "{\"a\":1}", 200 },
	{ "\"method\":\"GET\",\"times\":1", "\"truncate\":10", "GET", "/orgs", 200, "Content-Length: 10", 200 },
	{ "\"method\":\"GET\",\"times\":1", "\"fault\":\"rate_limited\"", "GET", "/orgs", 429, "statusInfoSet", 200 },
	{ "\"client\":\"test-client\",\"times\":1", "\"status\":500", "GET", "/orgs", 500, NULL, 200 },
	{ "\"client\":\"somebody\"", "\"status\":500", "GET", "/orgs", 200, NULL, 200 },
	{ "\"operation\":\"getOrg\"", "\"set\":{\"/org/name\":\"Set\"}", "GET", "/orgs/district-lakeside", 200, "\"name\":\"Set\"", 200 },
	{ "\"operation\":\"getOrg\"", "\"retype\":{\"/org/name\":\"number\"}", "GET", "/orgs/district-lakeside", 200, NULL, 200 },
	{ "\"operation\":\"getAllOrgs\"", "\"headers\":{\"X-Total-Count\":null,\"X-Odd\":\"yes\"}", "GET", "/orgs", 200, "X-Odd: yes", 200 },
	{ "\"operation\":\"putLineItem\",\"field\":{\"/lineItem/title\":\"Qu*\"},\"times\":1", "\"fault\":\"grading_period_closed\"", "PUT", "/lineItems/q", 400, "closed", 201 },
	{ "\"operation\":\"getAllOrgs\",\"times\":1", "\"connection\":\"reset\"", "GET", "/orgs", 0, NULL, 200 },
	{ "\"operation\":\"getAllOrgs\",\"times\":1", "\"connection\":\"close\"", "GET", "/orgs", 0, NULL, 200 },
	{ "\"operation\":\"getAllOrgs\",\"times\":1", "\"connection\":\"half\"", "GET", "/orgs", 0, NULL, 200 },
	{ "\"operation\":\"getAllOrgs\",\"times\":1", "\"connection\":\"garbage\"", "GET", "/orgs", 0, NULL, 200 },
	{ "\"operation\":\"getAllOrgs\",\"times\":1", "\"length_off\":20", "GET", "/orgs", 0, NULL, 200 },
	{ "\"operation\":\"getAllOrgs\",\"every\":2", "\"status\":500", "GET", "/orgs", 200, NULL, 500 },
	{ "\"operation\":\"getAllOrgs\",\"after\":1", "\"status\":500", "GET", "/orgs", 200, NULL, 500 },
};
/* clang-format on */

START_TEST(rules_are_met)
{
	struct answer answer;

	set_rule(rules[_i].when, rules[_i].todo);
	api(&answer, &shared, rules[_i].method, rules[_i].target, ITEM);
	ck_assert_msg(answer.status == rules[_i].status, "%s: %ld %s", rules[_i].todo,
		      answer.status, answer.body);
	ck_assert_msg(!rules[_i].says || strstr(answer.headers, rules[_i].says) ||
			      strstr(answer.body, rules[_i].says),
		      "%s: %s\n%s", rules[_i].todo, answer.headers, answer.body);
	answer_release(&answer);
	api(&answer, &shared, rules[_i].method, rules[_i].target, ITEM);
	ck_assert_msg(answer.status == rules[_i].next, "%s: then %ld", rules[_i].todo,
		      answer.status);
	answer_release(&answer);
}
END_TEST

START_TEST(malformed_is_not_json)
{
	struct answer answer;

	set_rule("\"operation\":\"getAllOrgs\"", "\"malform\":true");
	api(&answer, &shared, "GET", "/orgs", NULL);
	ck_assert_int_eq(answer.status, 200);
	ck_assert_ptr_null(answer.json);
	ck_assert_uint_gt(answer.length, 10);
	answer_release(&answer);
}
END_TEST

/* In the middle of a job: the first requests pass, then the token is gone. */
START_TEST(a_token_ends)
{
	static const char *const deeds[] = { "\"expire_token\":true", "\"revoke_token\":true" };
	struct server other;

	server_start(&other, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(deeds); i++) {
		char *text = xformat("{\"items\":[{\"when\":{\"operation\":\"getAllOrgs\","
				     "\"nth\":2},\"do\":{%s}}]}",
				     deeds[i]);
		char *token = xformat("%s/oauth2/token", other.url);
		static const int expected[] = { 200, 401, 401 };

		ck_assert_int_eq(admin_status(&other, "PUT", FAULTS, text), 200);
		bearer_get(token, "test-client", "test-secret", other.bearer);
		for (size_t k = 0; k < ARRAY_SIZE(expected); k++) {
			struct answer answer;

			api(&answer, &other, "GET", "/orgs", NULL);
			ck_assert_int_eq(answer.status, expected[k]);
			answer_release(&answer);
		}
		free(token);
		free(text);
	}
	ck_assert_int_eq(server_stop(&other), 0);
}
END_TEST

static void pattern(char out[41])
{
	for (int i = 0; i < 40; i++) {
		struct answer answer;

		api(&answer, &shared, "GET", "/orgs", NULL);
		out[i] = answer.status == 200 ? '.' : 'x';
		answer_release(&answer);
	}
	out[40] = '\0';
}

START_TEST(the_same_seed_gives_the_same_run)
{
	char runs[3][41];

	for (int i = 0; i < 3; i++) {
		char *text = xformat("{\"seed\":%d,\"items\":[{\"when\":{\"odds\":0.4},"
				     "\"do\":{\"status\":500}}]}",
				     i == 2 ? 8 : 7);

		set_rules(text);
		pattern(runs[i]);
		free(text);
	}
	ck_assert_str_eq(runs[0], runs[1]);
	ck_assert_str_ne(runs[0], runs[2]);
	ck_assert(strchr(runs[0], '.') && strchr(runs[0], 'x'));
}
END_TEST

/* A seed that was not given is told, and repeats the run. */
START_TEST(a_seed_is_told)
{
	struct answer answer;
	char first[41], second[41];

	admin(&answer, &shared, "PUT", FAULTS,
	      "{\"items\":[{\"when\":{\"odds\":0.5},\"do\":{\"status\":500}}]}");
	ck_assert(json_is_integer(json_object_get(answer.json, "seed")));
	pattern(first);
	set_rules(answer.body); /* what was answered can be set again */
	pattern(second);
	ck_assert_str_eq(first, second);
	answer_release(&answer);
	admin(&answer, &shared, "GET", FAULTS, NULL);

	const json_t *rule = json_array_get(json_object_get(answer.json, "items"), 0);

	ck_assert_int_eq(jsonx_int(rule, "matched"), 40);
	ck_assert_int_gt(jsonx_int(rule, "fired"), 5);
	answer_release(&answer);
	ck_assert_int_eq(admin_status(&shared, "DELETE", FAULTS, NULL), 204);
	pattern(first);
	ck_assert_ptr_null(strchr(first, 'x'));
}
END_TEST

static const struct {
	const char *document, *pointer;
} refused[] = {
	{ "{\"items\":[{\"when\":{},\"do\":{\"status\":500}}]}", "/items/0/when" },
	{ "{\"items\":[{\"do\":{\"status\":500}}]}", "/items/0/when" },
	{ "{\"items\":[{\"when\":{\"path\":\"*\"},\"do\":{}}]}", "/items/0/do" },
	{ "{\"items\":[{\"when\":{\"pth\":\"*\"},\"do\":{\"status\":500}}]}", "/items/0/when/pth" },
	{ "{\"items\":[{\"when\":{\"path\":\"*\"},\"do\":{\"status\":99}}]}",
	  "/items/0/do/status" },
	{ "{\"items\":[{\"when\":{\"operation\":\"putNothing\"},\"do\":{\"status\":500}}]}",
	  "/items/0/when/operation" },
	{ "{\"items\":[{\"when\":{\"odds\":2},\"do\":{\"status\":500}}]}", "/items/0/when/odds" },
	{ "{\"items\":[{\"when\":{\"path\":\"*\"},\"do\":{\"fault\":\"nothing\"}}]}",
	  "/items/0/do/fault" },
	{ "{\"items\":[{\"when\":{\"path\":\"*\"},\"do\":{\"delay\":100000000}}]}",
	  "/items/0/do/delay" },
	{ "{\"items\":7}", "/items" },
	{ "{\"seed\":\"x\",\"items\":[]}", "/seed" },
};

START_TEST(bad_rules_change_nothing)
{
	struct answer answer;

	set_rule("\"operation\":\"getAllOrgs\"", "\"status\":503");
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		admin(&answer, &shared, "PUT", FAULTS, refused[i].document);
		ck_assert_msg(answer.status == 422, "%s: %ld", refused[i].document, answer.status);

		const char *pointer = jsonx_text(json_object_get(answer.json, "error"), "pointer");

		ck_assert_msg(strcmp(pointer, refused[i].pointer) == 0, "%s: %s: %s",
			      refused[i].document, pointer, answer.body);
		answer_release(&answer);
	}
	api(&answer, &shared, "GET", "/orgs", NULL);
	ck_assert_int_eq(answer.status, 503);
	answer_release(&answer);
}
END_TEST

static int connect_to(const struct server *server)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM, 0), port = 0;

	ck_assert(fd >= 0 && sscanf(server->url, "http://127.0.0.1:%d", &port) == 1);
	address.sin_port = htons((uint16_t)port);
	inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
	ck_assert(connect(fd, (struct sockaddr *)&address, sizeof address) == 0);
	return fd;
}

#define WAITING 2000

/* A delay occupies no thread: the others are as fast as ever, and all are answered. */
START_TEST(two_thousand_wait_and_nobody_else)
{
	static int fds[WAITING];
	struct rlimit limit;
	char *head = xformat("GET /ims/oneroster/v1p1/classes HTTP/1.1\r\nHost: x\r\n%s\r\n\r\n",
			     shared.bearer);
	double began, ended;

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	ck_assert_uint_gt(limit.rlim_cur, WAITING + 100);
	set_rule("\"path\":\"*/classes\"", "\"delay\":3000");
	for (size_t i = 0; i < WAITING; i++) {
		fds[i] = connect_to(&shared);
		ck_assert(send(fds[i], head, strlen(head), MSG_NOSIGNAL) == (ssize_t)strlen(head));
	}
	usleep(200000);
	began = seconds();
	for (int i = 0; i < 100; i++) {
		struct answer answer;

		api(&answer, &shared, "GET", "/orgs", NULL);
		ck_assert_int_eq(answer.status, 200);
		answer_release(&answer);
	}
	ended = seconds();
	/* 100 new connections; each of them alone takes about a millisecond */
	ck_assert_msg(ended - began < 1.5, "100 requests took %.2f s", ended - began);
	for (size_t i = 0; i < WAITING; i++) {
		struct pollfd poll_fd = { .fd = fds[i], .events = POLLIN };
		char text[16] = "";

		ck_assert_int_eq(poll(&poll_fd, 1, 10000), 1);
		ck_assert(recv(fds[i], text, 12, MSG_WAITALL) == 12);
		ck_assert_str_eq(text, "HTTP/1.1 200");
		close(fds[i]);
	}
	free(head);
}
END_TEST

/* 403 or 429 and Retry-After, by client. */
START_TEST(a_sis_throttles)
{
	struct answer answer;
	int refusals = 0;

	ck_assert_int_eq(admin_status(&shared, "DELETE", FAULTS, NULL), 204);
	ck_assert_int_eq(admin_status(&shared, "PATCH", "/sandboxes/default/profile",
				      "{\"quirks\":{\"rate.limit\":5,\"rate.status\":403}}"),
			 200);
	for (int i = 0; i < 8; i++) {
		api(&answer, &shared, "GET", "/orgs", NULL);
		if (answer.status == 403) {
			char *retry = answer_header(&answer, "Retry-After");

			ck_assert_ptr_nonnull(retry);
			free(retry);
			refusals++;
		}
		answer_release(&answer);
	}
	ck_assert_int_eq(refusals, 3);
	ck_assert_int_eq(admin_status(&shared, "PATCH", "/sandboxes/default/profile",
				      "{\"quirks\":{\"rate.limit\":null,\"rate.status\":null}}"),
			 200);
}
END_TEST

/* What is written can be read later, over the clock of the sandbox. */
START_TEST(a_write_is_published_later)
{
	struct answer answer;

	ck_assert_int_eq(admin_status(&shared, "DELETE", FAULTS, NULL), 204);
	ck_assert_int_eq(admin_status(&shared, "PATCH", "/sandboxes/default/profile",
				      "{\"quirks\":{\"publish.lag_s\":60}}"),
			 200);
	api(&answer, &shared, "PUT", "/lineItems/late", ITEM);
	ck_assert_int_eq(answer.status, 201);
	answer_release(&answer);
	api(&answer, &shared, "GET", "/lineItems/late", NULL);
	ck_assert_int_eq(answer.status, 404);
	answer_release(&answer);
	ck_assert_int_eq(admin_status(&shared, "PUT", "/sandboxes/default/clock",
				      "{\"now\":\"2026-11-16T17:30:00Z\"}"),
			 200);
	api(&answer, &shared, "GET", "/lineItems/late", NULL);
	ck_assert_int_eq(answer.status, 200);
	answer_release(&answer);
}
END_TEST

/* A delayed request of a sandbox that goes meanwhile is answered: there is none. */
START_TEST(a_sandbox_goes_while_it_waits)
{
	struct answer answer;
	double began;
	char *head;
	int fd;

	ck_assert_int_eq(admin_status(&shared, "POST", "/sandboxes", "{\"name\":\"gone\"}"), 201);
	ck_assert_int_eq(admin_status(&shared, "PUT", "/sandboxes/gone/faults",
				      "{\"items\":[{\"when\":{\"path\":\"*\"},"
				      "\"do\":{\"delay\":800}}]}"),
			 200);
	head = xstrdup("GET /sandboxes/gone/ims/oneroster/v1p1/orgs HTTP/1.1\r\nHost: x\r\n\r\n");
	fd = connect_to(&shared);
	ck_assert(send(fd, head, strlen(head), MSG_NOSIGNAL) == (ssize_t)strlen(head));
	usleep(100000);
	began = seconds();
	admin(&answer, &shared, "DELETE", "/sandboxes/gone", NULL);
	ck_assert_int_eq(answer.status, 204);
	answer_release(&answer);
	ck_assert_double_lt(seconds() - began, 0.5);

	char text[16] = "";

	ck_assert(recv(fd, text, 12, MSG_WAITALL) == 12);
	ck_assert_str_eq(text, "HTTP/1.1 404");
	close(fd);
	free(head);
}
END_TEST

Suite *fault_rules_suite(void);
Suite *fault_rules_suite(void)
{
	Suite *suite = suite_create("fault_rules");
	TCase *tc = tcase_create("fault_rules");

	tcase_add_unchecked_fixture(tc, start_shared, stop_shared);
	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, rules_are_met, 0, ARRAY_SIZE(rules));
	tcase_add_test(tc, malformed_is_not_json);
	tcase_add_test(tc, a_token_ends);
	tcase_add_test(tc, the_same_seed_gives_the_same_run);
	tcase_add_test(tc, a_seed_is_told);
	tcase_add_test(tc, bad_rules_change_nothing);
	tcase_add_test(tc, two_thousand_wait_and_nobody_else);
	tcase_add_test(tc, a_sis_throttles);
	tcase_add_test(tc, a_write_is_published_later);
	tcase_add_test(tc, a_sandbox_goes_while_it_waits);
	suite_add_tcase(suite, tc);
	return suite;
}
