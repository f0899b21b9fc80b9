/*
 * test_big_course.c - a sync of thousands of scores, many in flight: whole, again, and
 * killed in the middle.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/util.h"
#include "tests/http/big_course.h"
#include "tests/http/course.h"

#define MANY "\"concurrency\": 64"

static int sent(const json_t *report, const char *what)
{
	const json_t *counts = json_object_get(report, "counts");

	return (int)json_integer_value(json_object_get(json_object_get(counts, "sent"), what));
}

/* A sync to its end. Returns how many results it sent. */
static int sync_once(const struct big_course *big, const struct server *server, const char *name)
{
	struct outcome outcome;
	json_t *report;
	int results;

	course_sync(&outcome, server, big->folder, (const char *[]){ "--json", NULL });
	ck_assert_msg(outcome.status == 0, "%s: exit status %d: %s%s", name, outcome.status,
		      outcome.out, outcome.err);
	report = course_report(&outcome, name);
	results = sent(report, "results");
	json_decref(report);
	outcome_release(&outcome);
	return results;
}

/* How many exchanges the journal holds; an empty one is left. */
static size_t exchanges(const struct server *server)
{
	struct answer answer;
	size_t count;

	admin(&answer, server, "GET", "/sandboxes/default/journal", NULL);
	ck_assert_int_eq(answer.status, 200);
	count = json_array_size(json_object_get(answer.json, "items"));
	answer_release(&answer);
	ck_assert_int_eq(admin_status(server, "DELETE", "/sandboxes/default/journal", NULL), 204);
	return count;
}

static const struct {
	const char *name;
	bool grouped;
} forms[] = { { "flat", false }, { "grouped", true } };

START_TEST(goes_out_once)
{
	const char *name = forms[_i].name;
	struct big_course big;
	struct server server;
	size_t count;

	big_course_make(&big, 60, 40, forms[_i].grouped, MANY);
	big_course_serve(&big, &server);
	(void)exchanges(&server);
	ck_assert_int_eq(sync_once(&big, &server, name), 2400);
	big_course_expect(&big, &server);
	/* a PUT per lineItem and score, and the few pages that a sync reads */
	count = exchanges(&server);
	ck_assert_msg(count >= 2440 && count < 2460, "%s: %zu requests", name, count);
	ck_assert_int_eq(sync_once(&big, &server, name), 0);
	count = exchanges(&server);
	ck_assert_msg(count == 0, "%s: %zu requests with nothing to send", name, count);
	server_stop(&server);
	big_course_remove(&big);
}
END_TEST

#define DELAY_MS "20"

/* Every PUT of a result takes a while, and is counted. */
static void count_results(const struct server *server)
{
	ck_assert_int_eq(admin_status(server, "PUT", "/sandboxes/default/faults",
				      "{\"items\": [{\"when\": {\"operation\": \"putResult\"}, "
				      "\"do\": {\"delay\": " DELAY_MS "}}]}"),
			 200);
}

static int counted(const struct server *server)
{
	struct answer answer;
	int count;

	admin(&answer, server, "GET", "/sandboxes/default/faults", NULL);
	count = (int)json_integer_value(json_object_get(
		json_array_get(json_object_get(answer.json, "items"), 0), "matched"));
	answer_release(&answer);
	return count;
}

static void begin_and_kill(const struct big_course *big, const struct server *server, int after)
{
	char *connection = xformat("%s/connection.json", big->folder);
	int out = open("/dev/null", O_WRONLY);
	pid_t pid = mocksis_begin(out,
				  (const char *[]){ "sync", big->folder, "--sis", server->url,
						    "--credential", CREDENTIAL, "--now", STORY_TIME,
						    "--connection", connection, NULL });

	while (counted(server) < after)
		usleep(1000);
	ck_assert_int_eq(mocksis_end(pid, SIGKILL), 128 + SIGKILL);
	close(out);
	free(connection);
}

static const struct {
	const char *name, *connection;
	int after;
} kills[] = {
	{ "at the beginning", MANY, 5 },
	{ "in the middle", MANY, 1500 },
	{ "what the SIS has may not be read",
	  MANY ", \"exclude_endpoints\": [\"getResultsForClass\"]", 1500 },
};

/* What was sent moments before the kill goes out again, with the same ids; nothing more. */
START_TEST(goes_on_after_a_kill)
{
	struct big_course big;
	struct server server;
	int before, again;

	big_course_make(&big, 60, 40, false, kills[_i].connection);
	big_course_serve(&big, &server);
	count_results(&server);
	begin_and_kill(&big, &server, kills[_i].after);
	before = counted(&server);
	ck_assert_msg(before < 2400, "%s: it was over before", kills[_i].name);
	again = sync_once(&big, &server, kills[_i].name) - (2400 - before);
	ck_assert_msg(again >= 0 && again < 700, "%s: %d scores were sent twice", kills[_i].name,
		      again);
	big_course_expect(&big, &server);
	ck_assert_int_eq(sync_once(&big, &server, kills[_i].name), 0);
	server_stop(&server);
	big_course_remove(&big);
}
END_TEST

/* A SIS that refuses everything: all is counted, and as much is told as anyone reads. */
START_TEST(refusals_do_not_fill_the_memory)
{
	struct big_course big;
	struct server server;
	struct outcome outcome;
	json_t *report, *counts;

	big_course_make(&big, 120, 100, false, MANY);
	big_course_serve(&big, &server);
	ck_assert_int_eq(admin_status(&server, "PUT", "/sandboxes/default/faults",
				      "{\"items\": [{\"when\": {\"operation\": \"putResult\"}, "
				      "\"do\": {\"status\": 422}}]}"),
			 200);
	course_sync(&outcome, &server, big.folder, (const char *[]){ "--json", NULL });
	ck_assert_int_eq(outcome.status, 1);
	report = course_report(&outcome, "refused");
	counts = json_object_get(report, "counts");
	ck_assert_int_eq(json_integer_value(json_object_get(counts, "failed")), 12000);
	ck_assert_uint_eq(json_array_size(json_object_get(report, "errors")), 10000);
	ck_assert_ptr_nonnull(strstr(outcome.out, "2000 more errors are not listed"));
	json_decref(report);
	outcome_release(&outcome);
	server_stop(&server);
	big_course_remove(&big);
}
END_TEST

Suite *big_course_suite(void);
Suite *big_course_suite(void)
{
	Suite *suite = suite_create("big_course");
	TCase *tc = tcase_create("big_course");

	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, goes_out_once, 0, ARRAY_SIZE(forms));
	tcase_add_loop_test(tc, goes_on_after_a_kill, 0, ARRAY_SIZE(kills));
	tcase_add_test(tc, refusals_do_not_fill_the_memory);
	suite_add_tcase(suite, tc);
	return suite;
}
