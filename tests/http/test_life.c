/*
 * test_life.c - a server between its start and its end: signals, what it remembers.
 */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/util.h"
#include "tests/http/harness.h"

#define PUT_ITEM "{\"lineItem\":{\"title\":\"%s\",\"class\":{\"sourcedId\":\"class-bio-1\"}}}"

START_TEST(ends_on_a_signal)
{
	static const int signals[] = { SIGTERM, SIGINT };
	struct server server;

	server_start(&server, NULL);
	siginfo_t info = { 0 };

	kill(server.pid, signals[_i]);
	for (int i = 0; i < 1000 && info.si_pid != server.pid; i++) {
		usleep(10000);
		waitid(P_PID, (id_t)server.pid, &info, WEXITED | WNOHANG | WNOWAIT);
	}
	ck_assert_msg(info.si_pid == server.pid, "signal %d does not end it", signals[_i]);
	ck_assert_int_eq(info.si_code, CLD_EXITED);
	ck_assert_int_eq(info.si_status, 0);
	server_stop(&server);
}
END_TEST

/* A client that sent half a request and hung up does not hold up the end. */
START_TEST(ends_soon_after_an_aborted_upload)
{
	static const char half[] = "PUT /ims/oneroster/v1p1/categories/x HTTP/1.1\r\nHost: x\r\n"
				   "Content-Length: 50\r\n\r\n{}";
	struct sockaddr_in address = { .sin_family = AF_INET };
	struct timespec began, ended;
	struct server server;
	int port = 0;

	server_start(&server, (const char *[]){ "--empty", NULL });
	ck_assert(sscanf(server.url, "http://127.0.0.1:%d", &port) == 1);
	address.sin_port = htons((uint16_t)port);
	inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
	for (int i = 0; i < 20; i++) { /* what arrives with its farewell is the hard case */
		int fd = socket(AF_INET, SOCK_STREAM, 0);

		ck_assert(connect(fd, (struct sockaddr *)&address, sizeof address) == 0);
		ck_assert(send(fd, half, strlen(half), MSG_NOSIGNAL) == (ssize_t)strlen(half));
		close(fd);
	}
	usleep(100000);
	clock_gettime(CLOCK_MONOTONIC, &began);
	ck_assert_int_eq(server_stop(&server), 0);
	clock_gettime(CLOCK_MONOTONIC, &ended);
	ck_assert_msg(ended.tv_sec - began.tv_sec < 4, "it took %ld s",
		      (long)(ended.tv_sec - began.tv_sec));
}
END_TEST

static long put_title(const struct server *server, const char *title)
{
	char *body = xformat(PUT_ITEM, title);
	struct answer answer;
	long status;

	api(&answer, server, "PUT", "/lineItems/hup", body);
	status = answer.status;
	answer_release(&answer);
	free(body);
	return status;
}

/* SIGHUP reads the profile again; one that is broken changes nothing. */
START_TEST(profile_is_read_again)
{
	char *folder = folder_make(), *profile = xformat("%s/p.json", folder);
	static const char strict[] =
		"{\"name\":\"p\",\"extends\":\"standard\",\"quirks\":{\"title.max\":5}}";
	struct server server;
	long status = 0;

	file_put(folder, "p.json", "{\"name\":\"p\",\"extends\":\"standard\"}");
	server_start(&server, (const char *[]){ "--profile", profile, NULL });
	ck_assert_int_eq(put_title(&server, "a long title"), 201);
	file_put(folder, "p.json", strict);
	kill(server.pid, SIGHUP);
	for (int i = 0; i < 100 && status != 400; i++) {
		usleep(10000);
		status = put_title(&server, "a long title");
	}
	ck_assert_int_eq(status, 400);
	file_put(folder, "p.json", "{\"name\":\"p\"");
	kill(server.pid, SIGHUP);
	usleep(100000);
	ck_assert_int_eq(put_title(&server, "a long title"), 400);
	ck_assert_int_eq(put_title(&server, "short"), 200);

	char *log = file_get(server.log);

	ck_assert_msg(strstr(log, "p.json: line 1"), "%s", log);
	free(log);
	free(profile);
	ck_assert_int_eq(server_stop(&server), 0);
	folder_remove(folder);
}
END_TEST

/* The profile is remembered by the database, until a flag says otherwise. */
START_TEST(profile_is_remembered)
{
	static const char *const flags[][2] = {
		{ "--profile=infinite-campus" }, { NULL }, { "--profile=standard" }, { NULL }
	};
	static const long statuses[] = { 400, 400, 201, 200 };
	char *folder = folder_make(), *db = xformat("%s/sis.db", folder);
	struct server server;

	for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
		server_start(&server, (const char *[]){ "--db", db, flags[i][0], NULL });

		long status = put_title(&server, "A title of more than thirty characters");

		ck_assert_msg(status == statuses[i], "start %zu: %ld", i + 1, status);
		server_stop(&server);
	}
	free(db);
	folder_remove(folder);
}
END_TEST

/* Only the implicit demo district moves, so that today is in session. */
START_TEST(demo_is_in_session)
{
	struct server server;
	struct answer answer;

	setenv("MOCKSIS_CREDENTIAL", CREDENTIAL, 1);
	server_start_bare(&server, (const char *[]){ "--db", ":memory:", "--now",
						     "2031-03-05T12:00:00Z", NULL });
	api(&answer, &server, "GET",
	    "/gradingPeriods?filter=startDate<='2031-03-05'%20AND%20endDate>'2031-03-05'", NULL);
	ck_assert_msg(json_array_size(json_object_get(answer.json, "academicSessions")) == 1, "%s",
		      answer.body);
	ck_assert_msg(strstr(answer.body, "\"schoolYear\":\"2031\"") != NULL, "%s", answer.body);
	answer_release(&answer);

	char *log = file_get(server.log);

	ck_assert_msg(strstr(log, "shifted") && strstr(log, "weeks"), "%s", log);
	free(log);
	server_stop(&server);
}
END_TEST

Suite *life_suite(void);
Suite *life_suite(void)
{
	Suite *suite = suite_create("life");
	TCase *tc = tcase_create("life");

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, ends_on_a_signal, 0, 2);
	tcase_add_test(tc, ends_soon_after_an_aborted_upload);
	tcase_add_test(tc, profile_is_read_again);
	tcase_add_test(tc, profile_is_remembered);
	tcase_add_test(tc, demo_is_in_session);
	suite_add_tcase(suite, tc);
	return suite;
}
