/*
 * test_metrics.c - counters as Prometheus reads them. Each test is a process of its own:
 * counters begin at nothing.
 */
#include <check.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "oneroster/operations.h"
#include "server/metrics.h"

static const struct metrics_gauges gauges = { 1, 2, 3, 4, 5 };

static void expect(const char *text, const char *line)
{
	char *wanted = xformat("\n%s\n", line);

	ck_assert_msg(strstr(text, wanted) != NULL, "there is no %s in\n%s", line, text);
	free(wanted);
}

START_TEST(counts_requests)
{
	static const char *const lines[] = {
		"# TYPE mocksis_requests_total counter",
		"mocksis_requests_total{operation=\"putResult\",status=\"201\"} 2",
		"mocksis_requests_total{operation=\"putResult\",status=\"422\"} 1",
		"mocksis_requests_total{operation=\"token\",status=\"200\"} 1",
		"mocksis_requests_total{operation=\"none\",status=\"404\"} 2",
		"mocksis_requests_total{operation=\"none\",status=\"none\"} 2",
		"# TYPE mocksis_request_duration_seconds histogram",
		"mocksis_request_duration_seconds_bucket{operation=\"putResult\",le=\"0.0005\"} 0",
		"mocksis_request_duration_seconds_bucket{operation=\"putResult\",le=\"0.001\"} 1",
		"mocksis_request_duration_seconds_bucket{operation=\"putResult\",le=\"0.25\"} 2",
		"mocksis_request_duration_seconds_bucket{operation=\"putResult\",le=\"10\"} 2",
		"mocksis_request_duration_seconds_bucket{operation=\"putResult\",le=\"+Inf\"} 3",
		"mocksis_request_duration_seconds_sum{operation=\"putResult\"} 20.201",
		"mocksis_request_duration_seconds_count{operation=\"putResult\"} 3",
		"mocksis_writer_queue_length 1",
		"mocksis_writer_transactions_total 2",
		"mocksis_writer_jobs_total 3",
		"mocksis_faults_fired_total 1",
		"mocksis_journal_bytes 4",
		"mocksis_sandboxes 5",
	};
	struct str text = STR_INIT;

	metrics_request("putResult", 201, 1);
	metrics_request("putResult", 201, 200);
	metrics_request("putResult", 422, 20000);
	metrics_request("token", 200, 1);
	metrics_request(NULL, 404, 1);
	metrics_request("made up by a client", 404, 1);
	metrics_request(NULL, 0, 1);
	metrics_request(NULL, 600, 1);
	metrics_fault();
	metrics_write(&text, &gauges);
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		expect(str_text(&text), lines[i]);
	ck_assert_ptr_null(strstr(str_text(&text), "getAllOrgs"));
	str_release(&text);
}
END_TEST

/* Every series belongs to the TYPE above it, and each name has HELP and TYPE once. */
START_TEST(is_well_formed)
{
	struct str text = STR_INIT;
	struct str seen = STR_INIT;
	char type[128] = "";

	metrics_request("putResult", 201, 1);
	metrics_write(&text, &gauges);
	for (char *line = text.text, *end; *line; line = end + 1) {
		end = strchr(line, '\n');
		ck_assert_ptr_nonnull(end); /* the last line ends, too */
		*end = '\0';
		if (starts_with(line, "# HELP ")) {
			ck_assert(sscanf(line + 7, "%100s", type) == 1);
			ck_assert_msg(!has_word(str_text(&seen), type), "%s stands twice", type);
			str_format(&seen, "%s ", type);
		} else if (starts_with(line, "# TYPE ")) {
			ck_assert_msg(starts_with(line + 7, type), "%s", line);
		} else {
			ck_assert_msg(*type && starts_with(line, type) && strchr(line, ' '), "%s",
				      line);
		}
	}
	str_release(&seen);
	str_release(&text);
}
END_TEST

START_TEST(has_room_for_every_operation)
{
	struct str text = STR_INIT;

	for (size_t i = 0; i < operation_count; i++)
		metrics_request(operations[i].name, 200, 1);
	metrics_write(&text, &gauges);
	for (size_t i = 0; i < operation_count; i++) {
		char *line = xformat("mocksis_requests_total{operation=\"%s\",status=\"200\"} 1",
				     operations[i].name);

		expect(str_text(&text), line);
		free(line);
	}
	str_release(&text);
}
END_TEST

static void *count_many(void *payload)
{
	for (int i = 0; i < 10000; i++)
		metrics_request(payload, 200, 1);
	return NULL;
}

START_TEST(loses_nothing)
{
	static char name[] = "putResult";
	struct str text = STR_INIT;
	pthread_t threads[4];

	for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
		ck_assert(pthread_create(&threads[i], NULL, count_many, name) == 0);
	for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
		pthread_join(threads[i], NULL);
	metrics_write(&text, &gauges);
	expect(str_text(&text),
	       "mocksis_requests_total{operation=\"putResult\",status=\"200\"} 40000");
	expect(str_text(&text), "mocksis_request_duration_seconds_sum{operation=\"putResult\"} 40");
	str_release(&text);
}
END_TEST

Suite *metrics_suite(void);
Suite *metrics_suite(void)
{
	Suite *suite = suite_create("server/metrics");
	TCase *tc = tcase_create("all");

	tcase_add_test(tc, counts_requests);
	tcase_add_test(tc, is_well_formed);
	tcase_add_test(tc, has_room_for_every_operation);
	tcase_add_test(tc, loses_nothing);
	suite_add_tcase(suite, tc);
	return suite;
}
