/*
 * test_httpd.c - requests that wait: delayed, parked, sent back to the handler, given up.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/when.h"
#include "server/http/timer.h"
#include "tests/unit/http/stage.h"

#define MS 1000
#define LONG (60000 * MS)
#define CROWD 2000
#define OTHERS 50

static struct heard heard;

static int64_t ms_since(int64_t began)
{
	return (when_monotonic_us() - began) / 1000;
}

/* clang-format off */
static const struct {
	const char *target;
	int delays, ms_each;
	const char *body;
} waits[] = {
	{ "/now",    0, 0,   "call 1 of /now" },
	{ "/slow",   0, 0,   "call 1 of /slow" },
	{ "/slow",   1, 150, "call 2 of /slow" },
	{ "/slow",   4, 40,  "call 5 of /slow" },
	{ "/parked", 0, 0,   "call 1 of /parked" },
	{ "/again",  0, 0,   "call 2 of /again" },
	{ "/again",  2, 60,  "call 4 of /again" },
};
/* clang-format on */

/* The handler is called after each wait, with what it kept; never before its time. */
START_TEST(waits_and_is_handled_again)
{
	struct stage stage = { .delays = waits[_i].delays, .delay_us = waits[_i].ms_each * MS };
	int least = waits[_i].delays * waits[_i].ms_each;
	int client;

	stage_open(&stage, 1);
	client = client_open(&stage);
	for (int i = 1; i <= 2; i++) { /* the connection is good for more */
		client_ask(client, "GET", waits[_i].target);
		client_hear(client, &heard);
		ck_assert_str_eq(heard.body, waits[_i].body);
		ck_assert_int_ge(heard.ms, least);
		ck_assert_int_lt(heard.ms, least + 1000);
		wait_for(&stage.logged, i, "logged");
	}
	close(client);
	stage_close(&stage);
	ck_assert_int_eq(atomic_load(&stage.logged), 2);
	ck_assert_int_eq(atomic_load(&stage.abandoned), 0);
}
END_TEST

START_TEST(others_on_the_loop_do_not_wait)
{
	struct stage stage = { .delays = 1, .delay_us = 1500 * MS };
	int64_t began = when_monotonic_us();
	int slow, others = 0;

	stage_open(&stage, 1);
	slow = client_open(&stage);
	client_ask(slow, "GET", "/slow");
	for (wait_for(&stage.calls, 1, "calls"); others < 30; others++) {
		client_exchange(&stage, "/now", &heard);
		ck_assert_str_eq(heard.body, "call 1 of /now");
	}
	ck_assert_int_lt(ms_since(began), 1000);
	client_hear(slow, &heard);
	ck_assert_str_eq(heard.body, "call 2 of /slow");
	ck_assert_int_ge(ms_since(began), 1500);
	close(slow);
	stage_close(&stage);
}
END_TEST

/* A client is told alone when others have asked nothing for a while: what it asks may keep its
 * loop busy. */
START_TEST(tells_who_is_alone)
{
	/* clang-format off */
	static const struct {
		int client, pause_ms;
		const char *target;
		bool alone;
	} steps[] = {
		{ 0, 0,  "/now",  false }, /* it came just now, and so may others */
		{ 0, 50, "/now",  true },
		{ 0, 0,  "/now",  true },
		{ 1, 50, "/now",  false },
		{ 0, 0,  "/now",  false },
		{ 0, 50, "/now",  true },
		{ 1, 0,  "/slow", false }, /* is in progress from here on */
		{ 0, 50, "/now",  false },
		{ 0, 50, "/now",  false },
	};
	/* clang-format on */
	struct stage stage = { .delays = 1, .delay_us = LONG };
	int clients[2], expected = 0;

	stage_open(&stage, 1);
	for (int i = 0; i < 2; i++)
		clients[i] = client_open(&stage);
	for (int i = 0; i < (int)ARRAY_SIZE(steps); i++) {
		usleep((useconds_t)steps[i].pause_ms * MS);
		client_ask(clients[steps[i].client], "GET", steps[i].target);
		wait_for(&stage.calls, i + 1, "calls");
		if (strcmp(steps[i].target, "/now") == 0)
			client_hear(clients[steps[i].client], &heard);
		expected += steps[i].alone;
		ck_assert_msg(atomic_load(&stage.alone) == expected, "step %d", i);
	}
	close(clients[0]);
	close(clients[1]);
	stage_close(&stage);
}
END_TEST

/* A body that is too large is answered before it has come: then too. */
START_TEST(waits_before_a_body_is_refused)
{
	static const char head[] = "POST /slow HTTP/1.1\r\nHost: stage\r\n"
				   "Content-Length: 2000000\r\n\r\n";
	struct stage stage = { .delays = 1, .delay_us = 100 * MS };
	int client;

	stage_open(&stage, 1);
	client = client_open(&stage);
	client_send(client, head);
	client_hear(client, &heard);
	ck_assert_str_eq(heard.body, "call 2 of /slow");
	ck_assert_int_ge(heard.ms, 100);
	close(client);
	stage_close(&stage);
}
END_TEST

/* A client that leaves during a delay is noticed when its time has come, and only then. */
START_TEST(a_client_that_leaves_is_given_up)
{
	struct stage stage = { .delays = 2, .delay_us = 300 * MS };
	bool resets = _i == 1;
	struct linger none = { .l_onoff = 1, .l_linger = 0 };
	int client;

	stage_open(&stage, 1);
	client = client_open(&stage);
	client_ask(client, "GET", "/slow");
	wait_for(&stage.calls, 1, "calls");
	if (resets)
		setsockopt(client, SOL_SOCKET, SO_LINGER, &none, sizeof none);
	close(client);
	usleep(50 * MS);
	ck_assert_int_eq(atomic_load(&stage.abandoned), 0);
	wait_for(&stage.abandoned, 1, "abandoned");
	httpd_drain(stage.httpd, 5000);
	stage_close(&stage);
	ck_assert_int_eq(atomic_load(&stage.abandoned), 1);
	ck_assert_int_eq(atomic_load(&stage.calls), 1);
	ck_assert_int_eq(atomic_load(&stage.logged), 0);
}
END_TEST

/* Who was waiting when the server drains is answered at once. */
START_TEST(draining_lets_nobody_wait)
{
	struct stage stage = { .delays = 3, .delay_us = LONG };
	int clients[100];
	int64_t began;

	stage_open(&stage, 2);
	for (size_t i = 0; i < ARRAY_SIZE(clients); i++) {
		clients[i] = client_open(&stage);
		client_ask(clients[i], "GET", "/slow");
	}
	wait_for(&stage.calls, ARRAY_SIZE(clients), "calls");
	began = when_monotonic_us();
	httpd_drain(stage.httpd, 20000);
	ck_assert_int_lt(ms_since(began), 2000);
	for (size_t i = 0; i < ARRAY_SIZE(clients); i++) {
		client_listen(clients[i], 5000, &heard);
		ck_assert_str_eq(heard.body, "call 4 of /slow");
		ck_assert(heard_has(&heard, "\r\nConnection: close\r\n"));
		close(clients[i]);
	}
	stage_close(&stage);
	ck_assert_int_eq(atomic_load(&stage.abandoned), 0);
}
END_TEST

/* Without draining there is nobody left to answer: 503, and the handler hears of it. */
START_TEST(stopping_gives_up_who_waits)
{
	struct stage stage = { .delays = 1, .delay_us = LONG };
	int clients[100];

	stage_open(&stage, 2);
	for (size_t i = 0; i < ARRAY_SIZE(clients); i++) {
		clients[i] = client_open(&stage);
		client_ask(clients[i], "GET", "/slow");
	}
	wait_for(&stage.calls, ARRAY_SIZE(clients), "calls");
	stage_close(&stage);
	ck_assert_int_eq(atomic_load(&stage.abandoned), ARRAY_SIZE(clients));
	ck_assert_int_eq(atomic_load(&stage.status), 503);
	for (size_t i = 0; i < ARRAY_SIZE(clients); i++) {
		client_listen(clients[i], 5000, &heard);
		ck_assert_str_eq(heard.body, "the server is stopping\n");
		ck_assert_int_eq(heard.last, CLOSED);
		close(clients[i]);
	}
}
END_TEST

/* What another thread completes after the loops have ended: its answer still leaves, but the
 * handler is not called any more. */
START_TEST(stopping_waits_for_other_threads)
{
	static const struct {
		const char *target, *body;
		int status, abandoned;
	} ends[] = {
		{ "/parked", "call 1 of /parked", 200, 0 },
		{ "/again", "the server is stopping\n", 503, 1 },
	};
	struct stage stage = { .hold = true };
	int client;

	stage_open(&stage, 1);
	client = client_open(&stage);
	client_ask(client, "GET", ends[_i].target);
	wait_for(&stage.calls, 1, "calls");
	httpd_halt(stage.httpd);
	atomic_store(&stage.hold, false);
	stage_close(&stage);
	client_listen(client, 5000, &heard);
	ck_assert_str_eq(heard.body, ends[_i].body);
	ck_assert_int_eq(atomic_load(&stage.status), ends[_i].status);
	ck_assert_int_eq(atomic_load(&stage.abandoned), ends[_i].abandoned);
	close(client);
}
END_TEST

START_TEST(a_crowd_that_waits_leaves_the_others_fast)
{
	struct stage stage = { .delays = 1, .delay_us = 3000 * MS };
	struct rlimit limit;
	static int crowd[CROWD];
	int64_t first = when_monotonic_us(), began;

	/* as a shell that allows few descriptors: the server takes what it may have */
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = 256;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	stage_open(&stage, 2);
	for (int i = 0; i < CROWD; i++) {
		crowd[i] = client_open(&stage);
		client_ask(crowd[i], "GET", "/slow");
	}
	wait_for(&stage.calls, CROWD, "calls");
	began = when_monotonic_us();
	for (int i = 0; i < OTHERS; i++) {
		client_exchange(&stage, i % 2 ? "/now" : "/parked", &heard);
		ck_assert_int_gt(heard.body_length, 0);
	}
	/* those that were parked took 20 ms each, by themselves */
	ck_assert_int_lt(ms_since(began) - OTHERS / 2 * 20, 1000);
	if (ms_since(first) < 3000) /* a machine this slow has tested nothing, but harmed none */
		ck_assert_int_eq(atomic_load(&stage.logged), OTHERS);
	for (int i = 0; i < CROWD; i++) {
		client_hear(crowd[i], &heard);
		ck_assert_str_eq(heard.body, "call 2 of /slow");
		close(crowd[i]);
	}
	ck_assert_int_ge(ms_since(first), 3000);
	stage_close(&stage);
}
END_TEST

Suite *httpd_suite(void);

Suite *httpd_suite(void)
{
	Suite *suite = suite_create("http/httpd");
	TCase *tcase = tcase_create("waiting");

	tcase_set_timeout(tcase, 30);
	tcase_add_loop_test(tcase, waits_and_is_handled_again, 0, ARRAY_SIZE(waits));
	tcase_add_test(tcase, others_on_the_loop_do_not_wait);
	tcase_add_test(tcase, tells_who_is_alone);
	tcase_add_test(tcase, waits_before_a_body_is_refused);
	tcase_add_loop_test(tcase, a_client_that_leaves_is_given_up, 0, 2);
	tcase_add_test(tcase, draining_lets_nobody_wait);
	tcase_add_test(tcase, stopping_gives_up_who_waits);
	tcase_add_loop_test(tcase, stopping_waits_for_other_threads, 0, 2);
	tcase_add_test(tcase, a_crowd_that_waits_leaves_the_others_fast);
	suite_add_tcase(suite, tcase);
	return suite;
}
