/*
 * test_judge_bad.c - the judge against providers that keep to no protocol: it ends, in bounded
 * time and memory, and says what it could not see.
 */
#include <gnutls/x509.h>
#include <limits.h>
#include <microhttpd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/jsonx.h"
#include "base/str.h"
#include "conformance/checks/judge.h"
#include "tests/http/harness.h"
#include "tests/http/rogue.h"
#include "tests/provider/provider.h"

#define CLIENT "judge:a-secret-of-the-judge"
#define RSS_MOST_KB (200 * 1024)
#define OK_HEAD "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
#define OK OK_HEAD "\r\n"
#define A100                                                                                       \
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" \
	"aaaaaaaaaaaa"
#define CHUNK "64\r\n" A100 "\r\n"
#define DEEP                                                                                       \
	"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[" \
	"[[[[[[[[[[[["
#define OBJECTS                                                                                    \
	"{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{" \
	"},{},{},"

/* clang-format off */
static const struct {
	const char *name;
	struct rogue_row row;
	int status, seconds;
	const char *says;
} providers[] = {
	{ "never answers at all", { .hold = true, .bad_token = true }, 3, 5, "timed out" },
	{ "never answers but for tokens", { .hold = true }, 3, 8, "timed out" },
	{ "falls silent", { .hold = true, .sound_first = 12 }, 1, 25, "not seen: the " },
	{ "one byte a second", { .head = OK, .filler = " ", .times = FOR_EVER, .pause_ms = 1000 }, 3, 8, "timed out" },
	{ "falls into one byte a second", { .head = OK, .filler = " ", .times = FOR_EVER, .pause_ms = 1000, .sound_first = 12 }, 1, 25, "not seen: " },
	{ "an answer without end", { .head = OK, .filler = A100, .times = FOR_EVER, .sound_first = 4 }, 1, 25, "the answer is larger than 8 MiB" },
	{ "a terabyte", { .head = OK_HEAD "Content-Length: 1000000000000\r\n\r\n", .filler = A100, .times = FOR_EVER, .sound_first = 4 }, 1, 25, "the answer is larger than 8 MiB" },
	{ "chunks without end", { .head = OK_HEAD "Transfer-Encoding: chunked\r\n\r\n", .filler = CHUNK, .times = FOR_EVER, .sound_first = 4 }, 1, 25, "the answer is larger than 8 MiB" },
	{ "redirects to itself", { .head = "HTTP/1.1 302 Found\r\nLocation: {url}\r\nConnection: close\r\n\r\n" }, 1, 25, "got 302" },
	{ "a length that is too long", { .head = OK_HEAD "Content-Length: 1000\r\n\r\n", .body = "{\"orgs\":[]}" , .sound_first = 4 }, 1, 25, "transfer closed" },
	{ "a length that is too short", { .head = OK_HEAD "Content-Length: 5\r\n\r\n", .body = "{\"orgs\":[]}" }, 1, 25, "not JSON" },
	{ "no length at all", { .head = OK_HEAD "Content-Length: -5\r\n\r\n", .body = "{}", .sound_first = 4 }, 1, 25, "not seen: " },
	{ "HTML for everything", { .head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n", .body = "<html><script>alert(1)</script>" }, 1, 25, "HTML" },
	{ "500 for everything", { .head = "HTTP/1.1 500 Oops\r\nConnection: close\r\n\r\n" }, 1, 25, "got 500" },
	{ "500 for tokens, too", { .head = "HTTP/1.1 500 Oops\r\nConnection: close\r\n\r\n", .bad_token = true }, 3, 5, "no token" },
	{ "401 for everything", { .head = "HTTP/1.1 401 No\r\nConnection: close\r\n\r\n" }, 1, 25, "got 401" },
	{ "401 for tokens, too", { .head = "HTTP/1.1 401 No\r\nConnection: close\r\n\r\n", .bad_token = true }, 2, 5, "no token" },
	{ "no token", { .head = OK, .body = "{}", .bad_token = true }, 3, 5, "the answer holds no access_token" },
	{ "a token that is no text", { .head = OK, .body = "{\"access_token\":[1]}", .bad_token = true }, 3, 5, "the answer holds no access_token" },
	{ "a token of asterisks", { .head = OK, .body = "{\"access_token\":\"********\",\"orgs\":[]}", .bad_token = true }, 1, 25, "found" },
	{ "closes behind the headers", { .head = OK }, 1, 25, "empty body" },
	{ "closes before the status", { .head = "", .sound_first = 4 }, 1, 25, "not seen: " },
	{ "half a header", { .head = "HTTP/1.1 200 OK\r\nContent-Ty", .sound_first = 4 }, 1, 25, "not " },
	{ "what is no HTTP", { .head = "220 mail.example ESMTP\r\n", .sound_first = 4 }, 1, 25, "not seen: " },
	{ "bytes that are no UTF-8", { .head = OK_HEAD "Link: <\xff\xfe>; rel=\"next\"\r\n\r\n", .body = "{\"orgs\":\"\xff\xc0\x80\0\"}", .length = 16 }, 1, 25, "not JSON" },
	{ "NUL in the headers", { .head = OK_HEAD, .body = "Link: a\0b\r\n\r\n{}", .length = 16 , .sound_first = 4 }, 1, 25, "not seen: " },
	{ "JSON 100000 deep", { .head = OK, .filler = DEEP, .times = 1000 }, 1, 25, "nested" },
	{ "an object 100000 deep", { .head = OK, .body = "{\"orgs\":", .filler = DEEP, .times = 1000 }, 1, 25, "nested" },
	{ "very many values", { .head = OK, .body = "{\"orgs\":[", .filler = OBJECTS, .times = 80000, .sound_first = 4 }, 1, 25, "the answer holds more than 500000 values" },
	{ "as many values as may be", { .head = OK, .body = "{\"classes\":[", .filler = OBJECTS, .times = 7000 }, 1, 25, "not " },
	{ "megabytes of headers", { .head = OK_HEAD, .filler = "X-Pad: " A100 "\r\n", .times = 40000, .sound_first = 4 }, 1, 25, "the headers are larger than 64 KiB" },
	{ "a header without end", { .head = OK_HEAD "X-Pad: ", .filler = A100, .times = FOR_EVER, .sound_first = 4 }, 1, 25, "not seen: " },
	{ "a next page that is the same", { .head = OK_HEAD "Link: <{url}>; rel=\"next\"\r\n\r\n", .body = "{\"orgs\":[{\"sourcedId\":\"{n}\"}],\"classes\":[{\"sourcedId\":\"{n}\"}],\"users\":[{\"sourcedId\":\"{n}\"}]}" }, 1, 25, "error" },
	{ "pages without end", { .head = OK_HEAD "Link: <{url}&page={n}>; rel=\"next\"\r\n\r\n", .body = "{\"orgs\":[{\"sourcedId\":\"{n}\"}],\"classes\":[{\"sourcedId\":\"{n}\"}],\"users\":[{\"sourcedId\":\"{n}\"}]}" }, 1, 25, "time limit of the run is over" },
	{ "a count that is none", { .head = OK_HEAD "X-Total-Count: 99999999999999999999999\r\n\r\n", .body = "{\"classes\":[{\"sourcedId\":\"c\"}],\"users\":[{\"sourcedId\":\"a\"},{\"sourcedId\":\"b\"}]}" }, 1, 25, "X-Total-Count is 99999999999999999999999" },
	{ "a count that is negative", { .head = OK_HEAD "X-Total-Count: -1\r\n\r\n", .body = "{\"classes\":[{\"sourcedId\":\"c\"}],\"users\":[{\"sourcedId\":\"a\"},{\"sourcedId\":\"b\"}]}" }, 1, 25, "X-Total-Count is -1" },
	{ "keys that stand twice", { .head = OK, .body = "{\"orgs\":[],\"orgs\":[]}" }, 1, 25, "duplicate" },
};
/* clang-format on */

static double now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void judge(struct outcome *outcome, const char *url, const char *const args[])
{
	const char *all[24] = { "check",        url, "--credential", CLIENT, "--timeout", "1",
				"--time-limit", "5", "--seed",       "7" };

	for (size_t i = 0; args && args[i]; i++)
		all[10 + i] = args[i];
	run_mocksis(outcome, 60, all);
}

/* Of the programs that this test has run; the sanitizers need more. */
static void assert_small(const char *name)
{
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
	struct rusage usage;

	getrusage(RUSAGE_CHILDREN, &usage);
	ck_assert_msg(usage.ru_maxrss < RSS_MOST_KB, "%s: it took %ld KiB", name, usage.ru_maxrss);
#else
	(void)name;
#endif
}

START_TEST(a_bad_provider_is_borne)
{
	struct rogue *rogue = rogue_start(&providers[_i].row, NULL);
	const char *name = providers[_i].name;
	struct outcome outcome;
	double began = now_s(), took;
	char *text;

	judge(&outcome, rogue_url(rogue), NULL);
	took = now_s() - began;
	text = xformat("%s%s", outcome.out, outcome.err);
	ck_assert_msg(outcome.status == providers[_i].status, "%s: exit %d: %.3000s", name,
		      outcome.status, text);
	ck_assert_msg(strstr(text, providers[_i].says) != NULL, "%s: %.3000s", name, text);
	ck_assert_msg(took < providers[_i].seconds, "%s: %.1f s", name, took);
	ck_assert_msg(!strstr(text, ROGUE_TOKEN) && !strstr(text, "a-secret-of-the-judge"),
		      "%s: a secret is told", name);
	assert_small(name);
	free(text);
	outcome_release(&outcome);
	rogue_stop(rogue);
}
END_TEST

/* The token of one provider never gets to another. */
START_TEST(a_redirect_is_not_followed)
{
	static const struct rogue_row sound = { .sound_first = 1000000 };
	static const struct rogue_row leads_away = {
		.head = "HTTP/1.1 307 Elsewhere\r\nLocation: {other}/ims/oneroster/v1p1/orgs\r\n"
			"Connection: close\r\n\r\n",
		.bad_token = true
	};
	static const struct rogue_row leads_away_later = {
		.head = "HTTP/1.1 308 Elsewhere\r\nLocation: {other}/ims/oneroster/v1p1/orgs\r\n"
			"Link: <{other}/ims/oneroster/v1p1/orgs?offset=1>; rel=\"next\"\r\n"
			"Connection: close\r\n\r\n"
	};
	const struct rogue_row *rows[] = { &leads_away, &leads_away_later };
	struct rogue *other = rogue_start(&sound, NULL);
	struct rogue *rogue = rogue_start(rows[_i], other);
	struct outcome outcome;

	judge(&outcome, rogue_url(rogue), NULL);
	ck_assert_msg(outcome.status == (_i ? 1 : 3), "exit %d: %s", outcome.status, outcome.err);
	ck_assert_int_eq(rogue_requests(other), 0);
	outcome_release(&outcome);
	rogue_stop(rogue);
	rogue_stop(other);
}
END_TEST

/* A certificate that nobody has signed but its owner. */
static void make_certificate(char *certificate, char *key, size_t size)
{
	gnutls_x509_privkey_t own;
	gnutls_x509_crt_t crt;
	size_t length = size;

	gnutls_x509_privkey_init(&own);
	gnutls_x509_crt_init(&crt);
	ck_assert_int_eq(
		gnutls_x509_privkey_generate(own, GNUTLS_PK_ECDSA,
					     GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0),
		0);
	gnutls_x509_crt_set_version(crt, 3);
	gnutls_x509_crt_set_serial(crt, "\1", 1);
	gnutls_x509_crt_set_activation_time(crt, time(NULL) - 3600);
	gnutls_x509_crt_set_expiration_time(crt, time(NULL) + 3600);
	gnutls_x509_crt_set_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME, 0, "127.0.0.1", 9);
	gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_IPADDRESS, "\177\0\0\1", 4,
					     GNUTLS_FSAN_SET);
	gnutls_x509_crt_set_key(crt, own);
	ck_assert_int_eq(gnutls_x509_crt_sign2(crt, crt, own, GNUTLS_DIG_SHA256, 0), 0);
	ck_assert_int_eq(gnutls_x509_crt_export(crt, GNUTLS_X509_FMT_PEM, certificate, &length), 0);
	certificate[length] = '\0';
	length = size;
	ck_assert_int_eq(gnutls_x509_privkey_export(own, GNUTLS_X509_FMT_PEM, key, &length), 0);
	key[length] = '\0';
	gnutls_x509_crt_deinit(crt);
	gnutls_x509_privkey_deinit(own);
}

static enum MHD_Result answer_nothing(void *payload, struct MHD_Connection *connection,
				      const char *url, const char *method, const char *version,
				      const char *data, size_t *size, void **state)
{
	(void)connection, (void)url, (void)method, (void)version, (void)data, (void)size,
		(void)state;
	*(int *)payload += 1; /* somebody trusted us */
	return MHD_NO;
}

START_TEST(a_certificate_must_be_trusted)
{
	char certificate[4096], key[4096], *url;
	const union MHD_DaemonInfo *info;
	struct MHD_Daemon *daemon;
	struct outcome outcome;
	int requests = 0;

	make_certificate(certificate, key, sizeof key - 1);
	daemon = MHD_start_daemon(MHD_USE_TLS | MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL,
				  answer_nothing, &requests, MHD_OPTION_HTTPS_MEM_CERT, certificate,
				  MHD_OPTION_HTTPS_MEM_KEY, key, MHD_OPTION_END);
	ck_assert_ptr_nonnull(daemon);
	info = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
	url = xformat("https://127.0.0.1:%d", info->port);
	judge(&outcome, url, (const char *[]){ "--timeout", "20", NULL });
	ck_assert_msg(outcome.status == 3, "exit %d: %s", outcome.status, outcome.err);
	ck_assert_msg(strstr(outcome.err, "the certificate is not trusted") != NULL, "%s",
		      outcome.err);
	ck_assert_int_eq(requests, 0);
	outcome_release(&outcome);
	MHD_stop_daemon(daemon);
	free(url);
}
END_TEST

static size_t line_items(const struct server *server)
{
	struct answer answer;
	size_t count;

	api(&answer, server, "GET", "/lineItems", NULL);
	count = json_array_size(json_object_get(answer.json, "lineItems"));
	ck_assert_msg(answer.status == 200, "%s", answer.body);
	answer_release(&answer);
	return count;
}

/* Its checks are over in no time; what it wrote, it cannot remove. */
START_TEST(cleaning_up_is_bounded)
{
	struct server server;
	struct outcome outcome;
	double began, took;
	char *url;

	server_start(&server, NULL);
	url = xformat("%s/ims/oneroster", server.url);
	ck_assert_int_eq(admin_status(&server, "PUT", "/sandboxes/default/faults",
				      "{\"items\":[{\"when\":{\"method\":\"DELETE\"},"
				      "\"do\":{\"delay\":20000,\"run\":false,\"connection\":"
				      "\"close\"}}]}"),
			 200);
	began = now_s();
	run_mocksis(&outcome, 60,
		    (const char *[]){ "check", url, "--credential", CREDENTIAL, "--suite",
				      "gpb-canvas", "--timeout", "1", NULL });
	took = now_s() - began;
	ck_assert_msg(took < 20, "%.1f s", took);
	ck_assert_msg(strstr(outcome.out,
			     "left behind, because the provider would not delete it") != NULL,
		      "%s", outcome.out);
	outcome_release(&outcome);
	free(url);
	server_stop(&server);
}
END_TEST

/* One that is interrupted tells what it has and removes what it wrote. */
START_TEST(an_interrupt_ends_the_run)
{
	struct server server;
	char *url, *folder = folder_make(), *path, *text;
	double began;
	FILE *out;
	pid_t pid;

	server_start(&server, NULL);
	url = xformat("%s/ims/oneroster", server.url);
	path = xformat("%s/out", folder);
	out = fopen(path, "w+");
	ck_assert_ptr_nonnull(out);
	ck_assert_int_eq(admin_status(&server, "PUT", "/sandboxes/default/faults",
				      "{\"items\":[{\"when\":{\"path\":\"/lineItems*\"},\"do\":{"
				      "\"delay\":200}}]}"),
			 200);
	pid = mocksis_begin(fileno(out), (const char *[]){ "check", url, "--credential", CREDENTIAL,
							   "--suite", "gpb-1.1", NULL });
	while (line_items(&server) < 2)
		usleep(20000);
	ck_assert_int_eq(admin_status(&server, "DELETE", "/sandboxes/default/faults", NULL), 204);
	kill(pid, SIGINT);
	began = now_s();
	ck_assert_int_eq(mocksis_end(pid, 0), 1);
	ck_assert_msg(now_s() - began < 10, "%.1f s", now_s() - began);
	fclose(out);
	text = file_get(path);
	ck_assert_msg(strstr(text, "broken off: the run was interrupted") != NULL, "%s", text);
	ck_assert_msg(strstr(text, "not seen: the run was interrupted") != NULL, "%s", text);
	ck_assert_uint_eq(line_items(&server), 0);
	free(text);
	free(path);
	free(url);
	folder_remove(folder);
	server_stop(&server);
}
END_TEST

/* How often the judge may still ask whether to stop. */
static long questions;

static bool no_more_questions(void)
{
	return --questions < 0;
}

/* A run against a provider that nobody has asked before. */
static json_t *judge_until(long end, struct err *err)
{
	struct provider *provider = provider_start(NULL);
	struct transport_config config = { .sis = provider_url(provider),
					   .credential = PROVIDER_CREDENTIAL,
					   .timeout_s = 20,
					   .concurrency = 1 };
	struct judge_options options = { .credential = PROVIDER_CREDENTIAL,
					 .seed = 7,
					 .now = 1794848400000,
					 .stopped = no_more_questions };
	json_t *report;

	questions = end;
	options.transport = transport_new(&config, err);
	report = judge_run(&options, err);
	transport_free(options.transport);
	provider_stop(provider);
	return report;
}

#define BREAKS 12 /* of a run, evenly */

/* Wherever a run is broken off: every check has its row, none that was not asked fails, and
 * nothing stays behind. */
START_TEST(a_run_may_end_anywhere)
{
	struct err err = ERR_INIT;
	json_t *whole = judge_until(LONG_MAX, &err), *report;
	long total = LONG_MAX - questions;
	size_t checks = json_array_size(json_object_get(whole, "checks")), reports = 0, i;
	const json_t *row;

	ck_assert_msg(whole != NULL, "%s", err.text);
	for (long at = 0; at < BREAKS; at++) {
		err = (struct err)ERR_INIT;
		report = judge_until(at * total / BREAKS, &err);
		if (!report) {
			ck_assert_str_ne(err.text, "");
			continue;
		}
		reports++;
		ck_assert_uint_eq(json_array_size(json_object_get(report, "checks")), checks);
		if (jsonx_int(json_object_get(report, "summary"), "error"))
			ck_assert_str_eq(jsonx_text(report, "ended"), "the run was interrupted");
		ck_assert_uint_eq(json_array_size(json_object_get(report, "left_behind")), 0);
		json_array_foreach (json_object_get(report, "checks"), i, row) {
			const json_t *same = json_array_get(json_object_get(whole, "checks"), i);
			const char *verdict = jsonx_text(row, "verdict");

			/* what all answers are like depends on which there were */
			ck_assert_msg(same_text(verdict, "error") ||
					      same_text(jsonx_text(row, "suite"), "answers") ||
					      same_text(verdict, jsonx_text(same, "verdict")),
				      "%ld: %s: %s: %s", at, jsonx_text(row, "id"), verdict,
				      jsonx_text(row, "message"));
		}
		json_decref(report);
	}
	ck_assert_uint_gt(reports, BREAKS / 2);
	json_decref(whole);
}
END_TEST

Suite *judge_bad_suite(void);
Suite *judge_bad_suite(void)
{
	Suite *suite = suite_create("judge_bad");
	TCase *tc = tcase_create("judge_bad");

	tcase_set_tags(tc, "long");
	tcase_set_timeout(tc, 90);
	tcase_add_loop_test(tc, a_bad_provider_is_borne, 0, ARRAY_SIZE(providers));
	tcase_add_loop_test(tc, a_redirect_is_not_followed, 0, 2);
	tcase_add_test(tc, a_certificate_must_be_trusted);
	tcase_add_test(tc, cleaning_up_is_bounded);
	tcase_add_test(tc, an_interrupt_ends_the_run);
	tcase_add_test(tc, a_run_may_end_anywhere);
	suite_add_tcase(suite, tc);
	return suite;
}
