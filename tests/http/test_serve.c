/*
 * test_serve.c - the provider over a socket.
 */
#include <string.h>

#include "base/util.h"
#include "tests/http/harness.h"

START_TEST(answers_health_and_stops)
{
	struct server server;
	struct answer answer;
	char *url;

	server_start(&server, NULL);
	url = xformat("%s/health", server.url);
	http(&answer, "GET", url, NULL, NULL);
	ck_assert_int_eq(answer.status, 200);
	ck_assert_str_eq(json_string_value(json_object_get(answer.json, "status")), "ok");
	answer_release(&answer);
	free(url);
	ck_assert_int_eq(server_stop(&server), 0);
}
END_TEST

Suite *serve_suite(void);
Suite *serve_suite(void)
{
	Suite *suite = suite_create("serve");
	TCase *tc = tcase_create("serve");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, answers_health_and_stops);
	suite_add_tcase(suite, tc);
	return suite;
}
