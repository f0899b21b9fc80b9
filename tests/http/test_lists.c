/*
 * test_lists.c - long lists: far pages beside a writer, exact totals, and reads that take long
 * without keeping anybody.
 */
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/util.h"
#include "base/when.h"
#include "server/store/store.h"
#include "tests/http/harness.h"

#define CATEGORIES 9000
#define RESULTS 150000

static char *folder;
static struct server server;

/* Ids in no order; metadata makes a filter on it slow. */
static const char fill[] =
	"INSERT INTO categories (sourcedId, status, dateLastModified, title) WITH RECURSIVE "
	"n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9000) SELECT "
	"printf('%08x', (i * 2654435761) & 0xffffffff), 'active', i, 'category ' || i FROM n;"
	"INSERT INTO results (sourcedId, status, dateLastModified, lineItem, student, score, "
	"comment, metadata) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE "
	"i < 150000) SELECT 'result-' || i, iif(i % 20, 'active', 'tobedeleted'), i, 'item-' || "
	"(i % 3000), 'student', i % 1000, 'c' || (i * 7919 % 150000), '{\"word\":\"' || i || '\"}' "
	"FROM n;";

static void begin(void)
{
	char *path;
	struct err err = ERR_INIT;
	struct store *store;

	folder = folder_make();
	path = xformat("%s/large.db", folder);
	store = store_open(path, &err);
	ck_assert_msg(store && conn_begin(store_conn(store), true, &err) &&
			      conn_exec(store_conn(store), fill, &err) &&
			      tally_recount(store_conn(store), &err) &&
			      conn_commit(store_conn(store), &err),
		      "%s", err.text);
	store_close(store);
	server_start_bare(&server, (const char *[]){ "--db", path, "--credential", CREDENTIAL,
						     "--now", STORY_TIME, "--empty", NULL });
	free(path);
}

static void end(void)
{
	if (server.pid)
		server_stop(&server);
	folder_remove(folder);
}

static int64_t total_of(const struct answer *answer)
{
	char *text = answer_header(answer, "X-Total-Count");
	int64_t total = -1;

	ck_assert_msg(text && number_parse(text, 0, INT64_MAX, &total), "X-Total-Count: %s", text);
	free(text);
	return total;
}

static const char *id_at(const json_t *list, size_t i)
{
	return json_string_value(json_object_get(json_array_get(list, i), "sourcedId"));
}

/* Puts and deletes until it is told to end; what is left over is deleted. */
static void *write_on(void *payload)
{
	atomic_bool *ends = payload;

	for (int i = 0; !atomic_load(ends) || i % 2; i++) {
		struct answer answer;
		char target[64];

		/* far in front, so that what is behind moves by one each time */
		snprintf(target, sizeof target, "/categories/0000-%d", i / 2);
		api(&answer, &server, i % 2 ? "DELETE" : "PUT", target,
		    i % 2 ? NULL : "{\"category\":{\"title\":\"x\"}}");
		ck_assert_msg(answer.status / 100 == 2, "%s: %ld", target, answer.status);
		answer_release(&answer);
	}
	return NULL;
}

/* clang-format off */
static const struct {
	const char *query;
	bool descending;
} orders[] = {
	{ "sort=sourcedId&limit=50" },
	{ "sort=sourcedId&orderBy=desc&limit=50", true },
	{ "sort=sourcedId&limit=50&filter=status='active'" },
};
/* clang-format on */

static void check_page(size_t i, int64_t offset)
{
	char target[160];
	struct answer answer;
	const json_t *list;
	int64_t total;

	snprintf(target, sizeof target, "/categories?%s&offset=%lld", orders[i].query,
		 (long long)offset);
	api(&answer, &server, "GET", target, NULL);
	ck_assert_msg(answer.status == 200, "%s: %ld %s", target, answer.status, answer.body);
	total = total_of(&answer);
	ck_assert_msg(total == CATEGORIES || total == CATEGORIES + 1, "%s: %lld in all", target,
		      (long long)total);
	list = json_object_get(answer.json, "categories");
	ck_assert_uint_eq(json_array_size(list), 50);
	for (size_t k = 1; k < 50; k++)
		ck_assert_msg((strcmp(id_at(list, k - 1), id_at(list, k)) < 0) !=
				      orders[i].descending,
			      "%s: %s, then %s", target, id_at(list, k - 1), id_at(list, k));
	answer_release(&answer);
}

START_TEST(far_pages_beside_a_writer)
{
	static const int64_t offsets[] = { 4200, 5000, 8900, 7000, 0 };
	atomic_bool ends;
	pthread_t thread;

	atomic_init(&ends, false);
	ck_assert_int_eq(pthread_create(&thread, NULL, write_on, &ends), 0);
	for (size_t n = 0; n < 12; n++)
		for (size_t i = 0; i < ARRAY_SIZE(orders); i++)
			check_page(i, offsets[n % ARRAY_SIZE(offsets)]);
	atomic_store(&ends, true);
	pthread_join(thread, NULL);
}
END_TEST

/* Page by page is the same as all at once, in each order. */
START_TEST(far_pages_are_pieces_of_the_whole)
{
	static const char *const queries[] = { "", "sort=sourcedId&", "filter=status='active'&",
					       "sort=title&orderBy=desc&" };

	for (size_t i = 0; i < ARRAY_SIZE(queries); i++) {
		struct answer whole, page;
		char target[160];

		snprintf(target, sizeof target, "/categories?%slimit=10000", queries[i]);
		api(&whole, &server, "GET", target, NULL);
		ck_assert_int_eq(total_of(&whole), CATEGORIES);
		for (int64_t offset = 0; offset < CATEGORIES + 900; offset += 1111) {
			snprintf(target, sizeof target, "/categories?%slimit=3&offset=%lld",
				 queries[i], (long long)offset);
			api(&page, &server, "GET", target, NULL);
			ck_assert_int_eq(total_of(&page), CATEGORIES);

			const json_t *list = json_object_get(page.json, "categories"),
				     *all = json_object_get(whole.json, "categories");

			ck_assert_msg(json_array_size(list) == (offset < CATEGORIES ? 3 : 0),
				      "%s: %zu", target, json_array_size(list));
			for (size_t k = 0; k < json_array_size(list); k++)
				ck_assert_str_eq(id_at(list, k), id_at(all, (size_t)offset + k));
			answer_release(&page);
		}
		answer_release(&whole);
	}
}
END_TEST

START_TEST(a_total_is_that_of_the_last_commit)
{
	static const char slow[] = "/results?limit=1&filter=metadata.word='77'";
	struct answer answer;

	for (int i = 0; i < 3; i++) {
		api(&answer, &server, "GET", slow, NULL);
		ck_assert_int_eq(total_of(&answer), i == 2 ? 0 : 1);
		answer_release(&answer);
		if (i == 1) {
			api(&answer, &server, "DELETE", "/results/result-77", NULL);
			ck_assert_int_eq(answer.status / 100, 2);
			answer_release(&answer);
		}
	}
}
END_TEST

struct scan {
	int number;
	long status;
	int64_t us;
	atomic_bool over;
};

/* Another one each time: nothing of it is known. */
static void *scan_all(void *payload)
{
	struct scan *scan = payload;
	char *target = xformat("/results?limit=10&sort=comment&filter=metadata.word~'%d' OR "
			       "metadata.other~'%d'",
			       scan->number, scan->number);
	int64_t began = when_monotonic_us();
	struct answer answer;

	for (char *c = target; *c; c++)
		*c = *c == ' ' ? '+' : *c;
	api(&answer, &server, "GET", target, NULL);
	scan->us = when_monotonic_us() - began;
	scan->status = answer.status;
	atomic_store(&scan->over, true);
	answer_release(&answer);
	free(target);
	return NULL;
}

START_TEST(who_asks_for_one_object_waits_for_no_scan)
{
	struct scan scans[3] = { { .number = 1 }, { .number = 2 }, { .number = 3 } };
	pthread_t threads[3];
	int64_t longest = 0;
	int asked = 0;

	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(pthread_create(&threads[i], NULL, scan_all, &scans[i]), 0);
	usleep(50000);
	for (; !atomic_load(&scans[0].over); asked++) {
		int64_t began = when_monotonic_us();
		struct answer answer;

		api(&answer, &server, "GET", "/results/result-1000", NULL);
		ck_assert_int_eq(answer.status, 200);
		answer_release(&answer);
		if (when_monotonic_us() - began > longest)
			longest = when_monotonic_us() - began;
	}
	for (int i = 0; i < 3; i++) {
		pthread_join(threads[i], NULL);
		ck_assert_int_eq(scans[i].status, 200);
	}
	ck_assert_msg(asked >= 5 && longest < scans[0].us / 2,
		      "%d asked during a scan of %lld us, one of them waited %lld us", asked,
		      (long long)scans[0].us, (long long)longest);
}
END_TEST

START_TEST(an_end_in_the_middle_of_scans)
{
	struct scan scans[6];
	pthread_t threads[6];
	int64_t began;
	int refused = 0;

	for (int i = 0; i < 6; i++) {
		scans[i] = (struct scan){ .number = 10 + i };
		ck_assert_int_eq(pthread_create(&threads[i], NULL, scan_all, &scans[i]), 0);
	}
	usleep(150000);
	began = when_monotonic_us();
	ck_assert_int_eq(mocksis_end(server.pid, SIGTERM), 0);
	ck_assert_int_lt(when_monotonic_us() - began, 5000000);
	for (int i = 0; i < 6; i++) {
		pthread_join(threads[i], NULL);
		ck_assert_msg(scans[i].status == 200 || scans[i].status == 503, "%ld",
			      scans[i].status);
		refused += scans[i].status == 503;
	}
	ck_assert_int_gt(refused, 0);
	server.pid = 0;
}
END_TEST

Suite *lists_suite(void);

Suite *lists_suite(void)
{
	Suite *suite = suite_create("lists");
	TCase *tcase = tcase_create("lists");

	tcase_add_checked_fixture(tcase, begin, end);
	tcase_set_timeout(tcase, 120);
	tcase_add_test(tcase, far_pages_beside_a_writer);
	tcase_add_test(tcase, far_pages_are_pieces_of_the_whole);
	tcase_add_test(tcase, a_total_is_that_of_the_last_commit);
	tcase_add_test(tcase, who_asks_for_one_object_waits_for_no_scan);
	tcase_add_test(tcase, an_end_in_the_middle_of_scans);
	suite_add_tcase(suite, tcase);
	return suite;
}
