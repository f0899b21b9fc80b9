/*
 * test_limit.c - beyond its limits the HTTP layer says so: 503 with Retry-After, and what
 * it holds is given back.
 */
#include <check.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/http/limit.h"
#include "tests/unit/http/stage.h"

#define MOST 8
#define IDLE_US 1100000 /* then it may be closed for another */
#define LARGE 600000    /* bytes of a body; two are too much */

static struct heard heard;

/* Nothing is held any more; what ends a connection may come a moment after its answer. */
static void expect_unused(void)
{
	for (int i = 0; i < LIMIT_COUNT; i++) {
		for (int k = 0; k < 200 && limit_used((enum limit)i); k++)
			usleep(10000);
		ck_assert_msg(limit_used((enum limit)i) == 0, "limit %d: %lld", i,
			      (long long)limit_used((enum limit)i));
	}
}

static void expect_503(int client)
{
	client_hear(client, &heard);
	ck_assert_msg(starts_with(heard.bytes, "HTTP/1.1 503 "), "%.100s", heard.bytes);
	ck_assert_msg(heard_has(&heard, "\r\nRetry-After: 1\r\n"), "%s", heard.bytes);
	ck_assert_int_eq(heard_length(&heard), (long)heard.body_length);
}

static void expect_200(int client)
{
	client_hear(client, &heard);
	ck_assert_msg(starts_with(heard.bytes, "HTTP/1.1 200 "), "%.100s", heard.bytes);
}

static void fill(const struct stage *stage, int clients[static MOST], const char *target)
{
	for (int i = 0; i < MOST; i++) {
		clients[i] = client_open(stage);
		client_ask(clients[i], "GET", target);
		if (starts_with(target, "/now"))
			expect_200(clients[i]);
	}
}

/* Who was idle for longest is closed, a newcomer is served, and nobody else notices. */
START_TEST(the_idle_make_room)
{
	struct stage stage = { 0 };
	int clients[MOST], more[2];

	limit_set(LIMIT_CONNECTIONS, MOST);
	stage_open(&stage, 1);
	fill(&stage, clients, "/now");
	usleep(IDLE_US);
	client_ask(clients[0], "GET", "/now"); /* not idle for long any more */
	expect_200(clients[0]);
	for (int i = 0; i < 2; i++) {
		more[i] = client_open(&stage);
		client_ask(more[i], "GET", "/now");
		expect_200(more[i]);
	}
	for (int i = 1; i <= 2; i++) {
		client_listen(clients[i], 1000, &heard);
		ck_assert_int_eq(heard.last, CLOSED);
	}
	client_ask(clients[0], "GET", "/now");
	expect_200(clients[0]);
	client_ask(clients[MOST - 1], "GET", "/now");
	expect_200(clients[MOST - 1]);
	ck_assert_int_le(limit_used(LIMIT_CONNECTIONS), MOST);
	for (int i = 0; i < MOST; i++)
		close(clients[i]);
	close(more[0]);
	close(more[1]);
	stage_close(&stage);
	expect_unused();
}
END_TEST

/* All are at work, or came just now: the newcomer hears why, whether he asks or not, and it
 * is no reset. Once one has left there is room again. */
START_TEST(without_idle_ones_newcomers_are_told)
{
	bool at_work = _i == 0;
	struct stage stage = { .delays = 1, .delay_us = 60000000 };
	int clients[MOST], refused[3];

	limit_set(LIMIT_CONNECTIONS, MOST);
	stage_open(&stage, 2);
	fill(&stage, clients, at_work ? "/slow" : "/now");
	if (at_work) {
		wait_for(&stage.calls, MOST, "calls");
		usleep(IDLE_US);
	}
	for (int i = 0; i < 3; i++) {
		refused[i] = client_open(&stage);
		if (i)
			client_ask(refused[i], "GET", "/now");
		expect_503(refused[i]);
		ck_assert(heard_has(&heard, "\r\nConnection: close\r\n"));
		client_listen(refused[i], 1500, &heard);
		ck_assert_int_eq(heard.last, CLOSED);
		close(refused[i]);
	}
	close(clients[0]);
	if (!at_work) {
		usleep(100000);
		client_exchange(&stage, "/now", &heard);
		ck_assert_msg(starts_with(heard.bytes, "HTTP/1.1 200 "), "%.100s", heard.bytes);
	}
	httpd_drain(stage.httpd, 5000);
	for (int i = 1; i < MOST; i++)
		close(clients[i]);
	stage_close(&stage);
	expect_unused();
}
END_TEST

/* More newcomers than there are farewells to be said at once. */
START_TEST(a_storm_of_newcomers_is_survived)
{
	struct stage stage = { 0 };
	static int storm[700];
	int clients[MOST], told = 0;

	limit_set(LIMIT_CONNECTIONS, MOST);
	stage_open(&stage, 2);
	fill(&stage, clients, "/now");
	for (size_t i = 0; i < ARRAY_SIZE(storm); i++)
		storm[i] = client_open(&stage);
	for (size_t i = 0; i < ARRAY_SIZE(storm); i++) {
		client_listen(storm[i], 5000, &heard);
		told += starts_with(heard.bytes, "HTTP/1.1 503 ");
		ck_assert_int_eq(heard.last, CLOSED);
		close(storm[i]);
	}
	ck_assert_int_eq(told, (int)ARRAY_SIZE(storm));
	client_ask(clients[0], "GET", "/now");
	expect_200(clients[0]);
	for (int i = 0; i < MOST; i++)
		close(clients[i]);
	stage_close(&stage);
	expect_unused();
}
END_TEST

START_TEST(only_so_many_are_delayed)
{
	struct stage stage = { .delays = 1, .delay_us = 300000 };
	int clients[MOST + 2];

	limit_set(LIMIT_DELAYED, MOST);
	stage_open(&stage, 1);
	fill(&stage, clients, "/slow");
	wait_for(&stage.calls, MOST, "calls");
	for (int i = MOST; i < MOST + 2; i++) {
		clients[i] = client_open(&stage);
		client_ask(clients[i], "GET", "/slow");
		expect_503(clients[i]);
	}
	ck_assert_int_eq(atomic_load(&stage.abandoned), 2);
	for (int i = 0; i < MOST; i++)
		expect_200(clients[i]);
	client_ask(clients[MOST], "GET", "/slow"); /* the connection was kept, and there is room */
	expect_200(clients[MOST]);
	for (int i = 0; i < MOST + 2; i++)
		close(clients[i]);
	stage_close(&stage);
	expect_unused();
}
END_TEST

static void send_bytes(int client, size_t count)
{
	static const char bytes[4096];

	while (count > 0) {
		size_t part = count < sizeof bytes ? count : sizeof bytes;

		ck_assert_int_eq(send(client, bytes, part, MSG_NOSIGNAL), (ssize_t)part);
		count -= part;
	}
}

static int begin_upload(const struct stage *stage)
{
	int client = client_open(stage);
	char *head = xformat("POST /now HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n", LARGE);

	client_send(client, head);
	free(head);
	send_bytes(client, LARGE - 1);
	return client;
}

/* The first goes on, the second is told, and there is room again after them. */
START_TEST(only_so_much_is_uploaded_at_once)
{
	struct stage stage = { 0 };
	int first, second;

	limit_set(LIMIT_HELD, 1 << 20);
	stage_open(&stage, 1);
	first = begin_upload(&stage);
	for (int i = 0; i < 200 && limit_used(LIMIT_HELD) < LARGE - 1; i++)
		usleep(10000);
	ck_assert_int_eq(limit_used(LIMIT_HELD), LARGE - 1);
	second = begin_upload(&stage);
	send_bytes(second, 1);
	expect_503(second);
	ck_assert_int_eq(atomic_load(&stage.calls), 0); /* it was not even looked at */
	client_exchange(&stage, "/now", &heard);        /* small ones do not care */
	ck_assert(starts_with(heard.bytes, "HTTP/1.1 200 "));
	send_bytes(first, 1);
	expect_200(first);
	close(first);
	close(second);
	first = begin_upload(&stage);
	send_bytes(first, 1);
	expect_200(first);
	close(first);
	stage_close(&stage);
	expect_unused();
}
END_TEST

/* Answers that nobody fetches. A write is acknowledged all the same. */
START_TEST(only_so_much_is_kept_for_slow_readers)
{
	static char body[20 * LARGE + 1];
	struct stage stage = { .body = body };
	int slow, small = 4096;

	memset(body, 'x', sizeof body - 1);
	limit_set(LIMIT_HELD, sizeof body + LARGE);
	stage_open(&stage, 1);
	slow = client_open(&stage);
	ck_assert_int_eq(setsockopt(slow, SOL_SOCKET, SO_RCVBUF, &small, sizeof small), 0);
	client_ask(slow, "GET", "/slow");
	wait_for(&stage.logged, 1, "logged");

	int other = client_open(&stage);

	client_ask(other, "GET", "/slow");
	expect_503(other);
	client_ask(other, "POST", "/slow");
	client_listen(other, 10000, &heard);
	ck_assert_msg(starts_with(heard.bytes, "HTTP/1.1 200 "), "%.100s", heard.bytes);
	close(other);
	close(slow);
	for (int i = 0; i < 300 && limit_used(LIMIT_HELD); i++)
		usleep(10000);
	other = client_open(&stage);
	client_ask(other, "GET", "/slow");
	client_listen(other, 10000, &heard);
	ck_assert_msg(starts_with(heard.bytes, "HTTP/1.1 200 "), "%.100s", heard.bytes);
	close(other);
	stage_close(&stage);
	expect_unused();
}
END_TEST

Suite *limit_suite(void);

Suite *limit_suite(void)
{
	Suite *suite = suite_create("http/limit");
	TCase *tcase = tcase_create("limits");

	tcase_set_timeout(tcase, 30);
	tcase_add_test(tcase, the_idle_make_room);
	tcase_add_loop_test(tcase, without_idle_ones_newcomers_are_told, 0, 2);
	tcase_add_test(tcase, a_storm_of_newcomers_is_survived);
	tcase_add_test(tcase, only_so_many_are_delayed);
	tcase_add_test(tcase, only_so_much_is_uploaded_at_once);
	tcase_add_test(tcase, only_so_much_is_kept_for_slow_readers);
	suite_add_tcase(suite, tcase);
	return suite;
}
