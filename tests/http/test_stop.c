/*
 * test_stop.c - ending under load, and what a signal must not break.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <curl/curl.h>

#include "base/util.h"
#include "tests/http/harness.h"

#define WRITERS 4

struct load {
	const struct server *server;
	int number;
	long acknowledged; /* the last title that was answered with success */
};

static size_t ignore(char *data, size_t size, size_t count, void *payload)
{
	(void)data;
	(void)payload;
	return size * count;
}

/* PUTs on one kept connection until the server is gone. */
static void *write_on(void *payload)
{
	struct load *load = payload;
	char *url = xformat("%s/categories/load-%d", load->server->root, load->number);
	CURL *easy = curl_easy_init();
	struct curl_slist *list = curl_slist_append(NULL, load->server->bearer);

	for (long i = 1;; i++) {
		char body[96];
		long status = 0;

		snprintf(body, sizeof body, "{\"category\":{\"title\":\"%ld\"}}", i);
		curl_easy_setopt(easy, CURLOPT_URL, url);
		curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, "PUT");
		curl_easy_setopt(easy, CURLOPT_HTTPHEADER, list);
		curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body);
		curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
		curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, 10000L);
		curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, ignore);
		if (curl_easy_perform(easy) != CURLE_OK)
			break;
		curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
		if (status == 200 || status == 201)
			load->acknowledged = i;
	}
	curl_slist_free_all(list);
	curl_easy_cleanup(easy);
	free(url);
	return NULL;
}

START_TEST(stops_under_load_and_loses_nothing)
{
	char *folder = folder_make(), *db = xformat("%s/sis.db", folder);
	const char *args[] = { "--db", db, NULL };
	struct load loads[WRITERS];
	pthread_t threads[WRITERS];
	struct server server;

	curl_global_init(CURL_GLOBAL_DEFAULT);
	server_start(&server, args);
	for (int i = 0; i < WRITERS; i++) {
		loads[i] = (struct load){ .server = &server, .number = i };
		ck_assert_int_eq(pthread_create(&threads[i], NULL, write_on, &loads[i]), 0);
	}
	usleep(300000);
	ck_assert_int_eq(server_stop(&server), 0);
	for (int i = 0; i < WRITERS; i++)
		pthread_join(threads[i], NULL);

	server_start(&server, args);
	for (int i = 0; i < WRITERS; i++) {
		char *target = xformat("/categories/load-%d", i);
		struct answer answer;
		const char *title;

		api(&answer, &server, "GET", target, NULL);
		title = json_string_value(
			json_object_get(json_object_get(answer.json, "category"), "title"));
		ck_assert_msg(loads[i].acknowledged > 0, "writer %d was never answered", i);
		ck_assert_msg(title && strtol(title, NULL, 10) >= loads[i].acknowledged,
			      "writer %d: acknowledged %ld, stored %s", i, loads[i].acknowledged,
			      title ? title : "nothing");
		answer_release(&answer);
		free(target);
	}
	ck_assert_int_eq(server_stop(&server), 0);
	free(db);
	folder_remove(folder);
}
END_TEST

START_TEST(takes_hangups_again_and_again)
{
	struct server server;
	struct answer answer;

	server_start(&server, NULL);
	for (int i = 0; i < 3; i++) {
		kill(server.pid, SIGHUP);
		usleep(100000);
	}
	api(&answer, &server, "GET", "/categories", NULL);
	ck_assert_int_eq(answer.status, 200);
	answer_release(&answer);
	ck_assert_int_eq(server_stop(&server), 0);
}
END_TEST

START_TEST(the_clock_survives_a_restart)
{
	char *folder = folder_make(), *db = xformat("%s/sis.db", folder);
	struct server server;
	struct answer answer;

	server_start_bare(&server,
			  (const char *[]){ "--db", db, "--credential", CREDENTIAL, "--load",
					    "demo", "--now", "2030-01-01T00:00:00Z", NULL });
	ck_assert_int_eq(server_stop(&server), 0);
	server_start_bare(&server,
			  (const char *[]){ "--db", db, "--credential", CREDENTIAL, NULL });
	api(&answer, &server, "PUT", "/categories/new", "{\"category\":{\"title\":\"New\"}}");
	ck_assert_int_eq(answer.status, 201);
	answer_release(&answer);
	api(&answer, &server, "GET", "/categories/new", NULL);
	ck_assert_ptr_nonnull(strstr(answer.body, "\"dateLastModified\":\"2030-01-01T00:"));
	answer_release(&answer);
	ck_assert_int_eq(server_stop(&server), 0);
	free(db);
	folder_remove(folder);
}
END_TEST

Suite *stop_suite(void);
Suite *stop_suite(void)
{
	Suite *suite = suite_create("stop");
	TCase *tc = tcase_create("stop");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, stops_under_load_and_loses_nothing);
	tcase_add_test(tc, takes_hangups_again_and_again);
	tcase_add_test(tc, the_clock_survives_a_restart);
	suite_add_tcase(suite, tc);
	return suite;
}
