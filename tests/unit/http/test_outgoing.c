/*
 * test_outgoing.c - answers that leave broken or slowly, as the client sees their bytes.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/when.h"
#include "server/http/timer.h"
#include "tests/unit/http/stage.h"

#define NO_HEAD (-1)
#define LARGE 700000

static struct heard heard;

/* clang-format off */
static const struct {
	const char *name, *method, *body;
	struct wire wire;
	enum last last;     /* how the connection ends */
	long announced;     /* NO_HEAD: no Content-Length, and no status line */
	const char *heard;  /* of the body */
	int status;         /* as it is logged */
} cases[] = {
	{ "whole",         "GET",  "0123456789", { WIRE_WHOLE },                      SILENT, 10,      "0123456789", 200 },
	{ "reset",         "GET",  "0123456789", { WIRE_RESET },                      RESET,  NO_HEAD, "",           0 },
	{ "closed",        "GET",  "0123456789", { WIRE_CLOSE },                      CLOSED, NO_HEAD, "",           0 },
	{ "garbage",       "GET",  "0123456789", { WIRE_GARBAGE },                    CLOSED, NO_HEAD, "",           0 },
	{ "half",          "GET",  "0123456789", { WIRE_HALF },                       CLOSED, 10,      "01234",      200 },
	{ "half of one",   "GET",  "0",          { WIRE_HALF },                       CLOSED, 1,       "",           200 },
	{ "half of none",  "GET",  "",           { WIRE_HALF },                       CLOSED, 0,       "",           200 },
	{ "too long",      "GET",  "0123456789", { .length_off = 5 },                 CLOSED, 15,      "0123456789", 200 },
	{ "too short",     "GET",  "0123456789", { .length_off = -4 },                CLOSED, 6,       "0123456789", 200 },
	{ "below nothing", "GET",  "0123456789", { .length_off = -400 },              CLOSED, 0,       "0123456789", 200 },
	{ "none but told", "GET",  "",           { .length_off = 5 },                 CLOSED, 5,       "",           200 },
	{ "half, longer",  "GET",  "0123456789", { WIRE_HALF, .length_off = 5 },      CLOSED, 15,      "01234",      200 },
	{ "half, as told", "GET",  "0123456789", { WIRE_HALF, .length_off = -5 },     CLOSED, 5,       "01234",      200 },
	{ "half, slow",    "GET",  "0123456789", { WIRE_HALF, 0, 2, 10 },             CLOSED, 10,      "01234",      200 },
	{ "longer, slow",  "GET",  "0123456789", { WIRE_WHOLE, 5, 3, 10 },            CLOSED, 15,      "0123456789", 200 },
	{ "shorter, slow", "GET",  "0123456789", { WIRE_WHOLE, -5, 3, 10 },           CLOSED, 5,       "0123456789", 200 },
	{ "slow",          "GET",  "0123456789", { WIRE_WHOLE, 0, 3, 10 },            SILENT, 10,      "0123456789", 200 },
	{ "slow, at once", "GET",  "0123456789", { WIRE_WHOLE, 0, 3, 0 },             SILENT, 10,      "0123456789", 200 },
	{ "HEAD",          "HEAD", "0123456789", { WIRE_WHOLE },                      SILENT, 10,      "",           200 },
	{ "HEAD reset",    "HEAD", "0123456789", { WIRE_RESET },                      RESET,  NO_HEAD, "",           0 },
	{ "HEAD garbage",  "HEAD", "0123456789", { WIRE_GARBAGE },                    CLOSED, NO_HEAD, "",           0 },
	{ "HEAD half",     "HEAD", "0123456789", { WIRE_HALF },                       CLOSED, 10,      "",           200 },
	{ "HEAD longer",   "HEAD", "0123456789", { .length_off = 5 },                 CLOSED, 15,      "",           200 },
	{ "HEAD shorter",  "HEAD", "0123456789", { .length_off = -5 },                CLOSED, 5,       "",           200 },
	{ "HEAD slow",     "HEAD", "0123456789", { WIRE_WHOLE, 0, 3, 1000 },          SILENT, 10,      "",           200 },
};

/* An answer may come from the loop, at once or after a delay, or from another thread. */
static const char *const targets[] = { "/slow", "/parked", "/again" };
/* clang-format on */

static void check_case(struct stage *stage, int i, const char *target)
{
	const char *name = cases[i].name;
	int client = client_open(stage), logged;
	bool has_head = cases[i].announced != NO_HEAD;

	client_ask(client, "GET", "/now"); /* whatever follows, the connection was a good one */
	client_hear(client, &heard);
	ck_assert_msg(heard.body_length > 0, "%s: %s", name, heard.bytes);
	wait_for(&stage->logged, 1, "logged");
	logged = atomic_load(&stage->logged);

	client_ask(client, cases[i].method, target);
	client_listen(client, cases[i].last == SILENT ? 300 : 10000, &heard);
	ck_assert_msg(heard.last == cases[i].last, "%s: ends as %d: %s", name, heard.last,
		      heard.bytes);
	ck_assert_msg(starts_with(heard.bytes, "HTTP/1.1 200 OK\r\n") == has_head, "%s: %s", name,
		      heard.bytes);
	ck_assert_msg(heard_length(&heard) == cases[i].announced, "%s: %s", name, heard.bytes);
	ck_assert_msg(strcmp(heard.body, cases[i].heard) == 0, "%s: %s", name, heard.bytes);
	ck_assert_msg(heard_has(&heard, "\r\nConnection: close\r\n") ==
			      (has_head && cases[i].last == CLOSED),
		      "%s: %s", name, heard.bytes);
	ck_assert_msg((heard.length > 0) == (has_head || strstr(name, "garbage") != NULL),
		      "%s: %zu bytes", name, heard.length);
	wait_for(&stage->logged, logged + 1, "logged");
	ck_assert_msg(atomic_load(&stage->status) == cases[i].status, "%s: logged as %d", name,
		      atomic_load(&stage->status));
	close(client);
}

START_TEST(leaves_as_it_is_told)
{
	for (size_t i = 0; i < ARRAY_SIZE(targets); i++) {
		struct stage stage = { .body = cases[_i].body,
				       .wire = cases[_i].wire,
				       .delays = 1,
				       .delay_us = 10000 };

		stage_open(&stage, 1);
		check_case(&stage, _i, targets[i]);
		stage_close(&stage);
		ck_assert_int_eq(atomic_load(&stage.logged), 2);
		ck_assert_int_eq(atomic_load(&stage.abandoned), 0);
	}
}
END_TEST

/* clang-format off */
static const struct {
	int64_t bytes, ms;
	size_t length;
	int pieces; /* at least; a machine that is busy may join some */
	int64_t least_ms;
} drips[] = {
	{ 1,      20,  10,     5, 180 },
	{ 3,      100, 10,     3, 300 },
	{ 10,     500, 10,     1, 0 },   /* nothing is left to wait for */
	{ 100000, 50,  LARGE,  7, 300 }, /* pieces larger than what is read at once */
};
/* clang-format on */

static char *long_text(size_t length)
{
	char *text = xmalloc(length + 1);

	for (size_t i = 0; i < length; i++)
		text[i] = (char)('a' + i % 26);
	text[length] = '\0';
	return text;
}

START_TEST(comes_in_pieces)
{
	char *text = long_text(drips[_i].length);
	struct stage stage = { .body = text,
			       .wire = { .drip_bytes = drips[_i].bytes, .drip_ms = drips[_i].ms } };
	int client;

	stage_open(&stage, 1);
	client = client_open(&stage);
	for (int i = 0; i < 2; i++) { /* slow is not broken: the connection stays */
		client_ask(client, "GET", "/slow");
		client_hear(client, &heard);
		ck_assert(strcmp(heard.body, text) == 0);
		ck_assert_int_ge(heard.pieces, drips[_i].pieces);
		ck_assert_int_ge(heard.ms, drips[_i].least_ms);
		ck_assert_int_lt(heard.ms, drips[_i].least_ms + 1000);
		ck_assert_int_eq(heard_length(&heard), (long)drips[_i].length);
	}
	close(client);
	stage_close(&stage);
	free(text);
}
END_TEST

/* More than the socket takes at once, to a client that reads late. */
START_TEST(half_of_much_is_half)
{
	char *text = long_text(2 * LARGE);
	struct stage stage = { .body = text, .wire = { .end = WIRE_HALF } };
	int client, small = 131072;

	stage_open(&stage, 1);
	client = client_open(&stage);
	setsockopt(client, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
	client_ask(client, "GET", "/slow");
	usleep(200000);
	client_listen(client, 10000, &heard);
	ck_assert_int_eq(heard.last, CLOSED);
	ck_assert_int_eq(heard_length(&heard), 2L * LARGE);
	ck_assert_uint_eq(heard.body_length, LARGE);
	ck_assert(memcmp(heard.body, text, LARGE) == 0);
	close(client);
	stage_close(&stage);
	free(text);
}
END_TEST

START_TEST(many_drip_and_the_others_are_fast)
{
	struct stage stage = { .body = "0123456789", .wire = { .drip_bytes = 1, .drip_ms = 200 } };
	static int clients[300];
	int64_t began;

	stage_open(&stage, 1);
	for (size_t i = 0; i < ARRAY_SIZE(clients); i++) {
		clients[i] = client_open(&stage);
		client_ask(clients[i], "GET", "/slow");
	}
	wait_for(&stage.logged, ARRAY_SIZE(clients), "logged");
	began = when_monotonic_us();
	for (int i = 0; i < 50; i++) {
		client_exchange(&stage, "/now", &heard);
		ck_assert_str_eq(heard.body, "call 1 of /now");
	}
	ck_assert_int_lt(when_monotonic_us() - began, 1000000);
	for (size_t i = 0; i < ARRAY_SIZE(clients); i++) {
		client_hear(clients[i], &heard);
		ck_assert_str_eq(heard.body, "0123456789");
		close(clients[i]);
	}
	stage_close(&stage);
}
END_TEST

START_TEST(draining_ends_a_drip)
{
	char *text = long_text(LARGE);
	struct stage stage = { .body = text, .wire = { .drip_bytes = 1, .drip_ms = 60000 } };
	int client;

	stage_open(&stage, 1);
	client = client_open(&stage);
	client_ask(client, "GET", "/slow");
	wait_for(&stage.logged, 1, "logged");
	client_listen(client, 100, &heard);
	ck_assert_uint_eq(heard.body_length, 1);
	httpd_drain(stage.httpd, 200); /* more than the socket takes: it goes on below */
	client_listen(client, 500, &heard);
	ck_assert_uint_eq(heard.length, LARGE - 1);
	close(client);
	stage_close(&stage);
	free(text);
}
END_TEST

/* Nobody waits for a client that has left while its answer was dripping. */
START_TEST(a_client_that_leaves_ends_a_drip)
{
	struct stage stage = { .body = "0123456789", .wire = { .drip_bytes = 1, .drip_ms = 50 } };
	int client;

	stage_open(&stage, 1);
	client = client_open(&stage);
	client_ask(client, "GET", "/slow");
	wait_for(&stage.logged, 1, "logged");
	close(client);
	usleep(300000);
	httpd_drain(stage.httpd, 5000);
	stage_close(&stage);
	ck_assert_int_eq(atomic_load(&stage.abandoned), 0);
}
END_TEST

Suite *outgoing_suite(void);

Suite *outgoing_suite(void)
{
	Suite *suite = suite_create("http/outgoing");
	TCase *tcase = tcase_create("ends");

	tcase_set_timeout(tcase, 30);
	tcase_add_loop_test(tcase, leaves_as_it_is_told, 0, ARRAY_SIZE(cases));
	tcase_add_loop_test(tcase, comes_in_pieces, 0, ARRAY_SIZE(drips));
	tcase_add_test(tcase, half_of_much_is_half);
	tcase_add_test(tcase, many_drip_and_the_others_are_fast);
	tcase_add_test(tcase, draining_ends_a_drip);
	tcase_add_test(tcase, a_client_that_leaves_ends_a_drip);
	suite_add_tcase(suite, tcase);
	return suite;
}
