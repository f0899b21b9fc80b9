/*
 * test_overload.c - many at once: at the same instant, idle, waiting, slow; and more than
 * there is room for.
 *
 * MOCKSIS_CROWD=10000 plays the idle in full; 2500 are enough to see what is wrong.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/str.h"
#include "base/when.h"
#include "tests/http/harness.h"

#define CATEGORY "{\"category\":{\"title\":\"Crowd\"}}"
#define HEALTH "GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
#define PER_CONNECTION 20000 /* bytes that an idle connection may cost, see server/README.md */

static struct server shared;

static void start_shared(void)
{
	server_start(&shared, NULL);
}

static void stop_shared(void)
{
	server_stop(&shared);
}

static int connect_to(const struct server *server)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), port = 0;

	ck_assert(sscanf(server->url, "http://127.0.0.1:%d", &port) == 1);
	address.sin_port = htons((uint16_t)port);
	inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
	ck_assert_msg(fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0,
		      "%s", strerror(errno));
	return fd;
}

static void tell(int fd, const char *bytes)
{
	size_t length = strlen(bytes);

	ck_assert(send(fd, bytes, length, MSG_NOSIGNAL) == (ssize_t)length);
}

/* The first bytes of what comes within 5 s; "" when the peer closes or nothing comes. */
static const char *hear(int fd)
{
	static char chunk[4096];
	struct pollfd one = { .fd = fd, .events = POLLIN };
	ssize_t got = poll(&one, 1, 5000) > 0 ? recv(fd, chunk, sizeof chunk - 1, 0) : 0;

	chunk[got > 0 ? got : 0] = '\0';
	return chunk;
}

static void expect(int fd, const char *beginning, const char *who, int number)
{
	const char *heard = hear(fd);

	ck_assert_msg(starts_with(heard, beginning), "%s %d: \"%.200s\"", who, number, heard);
}

static int64_t ms_since(int64_t began)
{
	return (when_monotonic_us() - began) / 1000;
}

/* A sanitizer or a debugger slows everything down. */
static int64_t patience(int64_t ms)
{
	const char *text = getenv("CK_TIMEOUT_MULTIPLIER");
	int64_t times = 1;

	return text && number_parse(text, 1, 100, &times) ? ms * times : ms;
}

/* Connections that are ready at the same instant: with multiples of 128 libmicrohttpd's own
 * loop over epoll stands still. */
static const struct {
	int connections;
	bool write;
} instants[] = {
	{ 127, false }, { 128, false }, { 129, false }, { 256, false },
	{ 384, false }, { 512, false }, { 127, true },  { 128, true },
	{ 129, true },  { 256, true },  { 512, true },
};

static char *request_of(int number, bool write)
{
	if (!write)
		return xstrdup(HEALTH);
	return xformat("PUT /ims/oneroster/v1p1/categories/crowd-%d HTTP/1.1\r\nHost: x\r\n%s\r\n"
		       "Content-Length: %zu\r\n\r\n%s",
		       number, shared.bearer, strlen(CATEGORY), CATEGORY);
}

START_TEST(all_at_one_instant_are_answered_within_a_second)
{
	int count = instants[_i].connections, *fds = xcalloc((size_t)count, sizeof *fds);
	int64_t began;

	for (int i = 0; i < count; i++)
		fds[i] = connect_to(&shared);
	for (int i = 0; i < count; i++) { /* all are accepted, and idle */
		tell(fds[i], HEALTH);
		expect(fds[i], "HTTP/1.1 200", "connection", i);
	}
	began = when_monotonic_us();
	for (int i = 0; i < count; i++) {
		char *request = request_of(i, instants[_i].write);

		tell(fds[i], request);
		free(request);
	}
	for (int i = 0; i < count; i++) {
		expect(fds[i], "HTTP/1.1 20", "connection", i);
		close(fds[i]);
	}
	ck_assert_msg(ms_since(began) < patience(1000), "%d took %lld ms", count,
		      (long long)ms_since(began));
	free(fds);
}
END_TEST

/* The value of a row of /metrics, asked over @fd, which stays open. */
static long long metric(int fd, const char *row)
{
	struct str text = STR_INIT;
	const char *at;
	long long value = -1;

	tell(fd, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
	for (struct pollfd one = { .fd = fd, .events = POLLIN };
	     poll(&one, 1, text.length ? 200 : 5000) > 0;) {
		const char *heard = hear(fd);

		if (!*heard)
			break;
		str_add(&text, heard);
	}
	at = strstr(str_text(&text), row);
	if (at)
		value = strtoll(at + strlen(row), NULL, 10);
	str_release(&text);
	return value;
}

#define DESCRIPTORS 512 /* of which a server takes half for connections */

/* What the shell allows is what the server takes; beyond it nobody is left without an
 * answer. */
START_TEST(few_descriptors_are_a_limit_that_is_told)
{
	struct rlimit limit = { DESCRIPTORS, DESCRIPTORS };
	char *stalled = xformat("PUT /ims/oneroster/v1p1/categories/x HTTP/1.1\r\nHost: x\r\n"
				"Content-Length: 1000\r\n\r\n{");
	int fds[DESCRIPTORS / 2], newcomer, told = 0;
	struct server server;

	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	server_start(&server, (const char *[]){ "--auth", "none", NULL });
	for (int i = 0; i < DESCRIPTORS / 2; i++) {
		fds[i] = connect_to(&server);
		tell(fds[i], i ? stalled : HEALTH);
	}
	expect(fds[0], "HTTP/1.1 200", "connection", 0);
	ck_assert_int_eq(metric(fds[0], "mocksis_limit{limit=\"connections\"} "), DESCRIPTORS / 2);
	for (int i = 0; i < 300 && metric(fds[0], "mocksis_limit_used{limit=\"connections\"} ") <
					   DESCRIPTORS / 2;
	     i++)
		usleep(10000);
	for (int i = 0; i < 20; i++) { /* one of them may find the idle one */
		const char *heard;

		newcomer = connect_to(&server);
		tell(newcomer, HEALTH);
		heard = hear(newcomer);
		told += starts_with(heard, "HTTP/1.1 503 ") &&
			strstr(heard, "\r\nRetry-After: 1\r\n");
		ck_assert_msg(*heard, "newcomer %d heard nothing", i);
		ck_assert_str_eq(hear(newcomer), "");
		close(newcomer);
	}
	ck_assert_int_ge(told, 19);
	for (int i = 1; i < 20; i++)
		close(fds[i]);
	usleep(200000);
	newcomer = connect_to(&server);
	tell(newcomer, HEALTH);
	expect(newcomer, "HTTP/1.1 200", "newcomer", 0);
	ck_assert_int_ge(metric(newcomer, "mocksis_limit_refused_total{limit=\"connections\"} "),
			 19);
	for (int i = 20; i < DESCRIPTORS / 2; i++)
		close(fds[i]);
	ck_assert_int_eq(server_stop(&server), 0);
	free(stalled);
}
END_TEST

/* Anonymous memory of the server, in bytes. */
static long long memory_of(const struct server *server)
{
	char *path = xformat("/proc/%d/status", (int)server->pid), *text = file_get(path);
	const char *at = strstr(text, "RssAnon:");
	long long kib = at ? strtoll(at + strlen("RssAnon:"), NULL, 10) : -1;

	free(text);
	free(path);
	return kib * 1024;
}

static int crowd_size(void)
{
	const char *text = getenv("MOCKSIS_CROWD");
	int64_t size = 2500;

	ck_assert_msg(!text || number_parse(text, 1, 15000, &size), "MOCKSIS_CROWD=%s", text);
	return (int)size;
}

static bool is_sanitized(void)
{
	return patience(1) > 1;
}

/* The idle, the delayed and the slow uploaders: the others are served as if they were alone,
 * and what all of them cost is bounded, and given back when they have gone. */
START_TEST(a_crowd_costs_little)
{
	int idle = crowd_size(), delayed = idle / 5, uploaders = idle / 20;
	int count = idle + delayed + uploaders, *fds = xcalloc((size_t)count, sizeof *fds);
	struct rlimit limit;
	struct server server;
	long long before, with;
	int64_t began;

	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = limit.rlim_max;
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
	ck_assert_msg(limit.rlim_max > (rlim_t)count + 2000, "ulimit -Hn is too small");
	server_start(&server, (const char *[]){ "--auth", "none", NULL });
	ck_assert_int_eq(admin_status(&server, "PUT", "/sandboxes/default/faults",
				      "{\"items\":[{\"when\":{\"operation\":\"getAllOrgs\"},"
				      "\"do\":{\"delay\":20000}}]}"),
			 200);
	before = memory_of(&server);
	for (int i = 0; i < count; i++) {
		fds[i] = connect_to(&server);
		if (i < idle) {
			tell(fds[i], HEALTH);
			expect(fds[i], "HTTP/1.1 200", "idle", i);
		} else if (i < idle + delayed) {
			tell(fds[i], "GET /ims/oneroster/v1p1/orgs HTTP/1.1\r\nHost: x\r\n\r\n");
		} else {
			tell(fds[i], "PUT /ims/oneroster/v1p1/categories/x HTTP/1.1\r\nHost: x\r\n"
				     "Content-Length: 1000\r\n\r\n0123456789");
		}
	}
	began = when_monotonic_us();
	for (int i = 0; i < 200; i++) {
		tell(fds[i], "GET /ims/oneroster/v1p1/terms?limit=2 HTTP/1.1\r\nHost: x\r\n\r\n");
		expect(fds[i], "HTTP/1.1 200", "other", i);
	}
	ck_assert_msg(ms_since(began) < patience(2000), "200 requests took %lld ms",
		      (long long)ms_since(began));
	with = memory_of(&server);
	ck_assert_msg(is_sanitized() || with - before < (long long)count * PER_CONNECTION,
		      "%d connections cost %lld bytes", count, with - before);
	for (int i = 0; i < count; i++)
		close(fds[i]);
	for (int i = 0; i < 120 && memory_of(&server) - before > (with - before) / 2; i++)
		usleep(100000);
	ck_assert_msg(is_sanitized() || memory_of(&server) - before < (with - before) / 2,
		      "of %lld bytes %lld are still there", with - before,
		      memory_of(&server) - before);
	ck_assert_int_eq(server_stop(&server), 0);
	free(fds);
}
END_TEST

Suite *overload_suite(void);
Suite *overload_suite(void)
{
	Suite *suite = suite_create("overload");
	TCase *tc = tcase_create("overload");

	tcase_set_timeout(tc, 60);
	tcase_add_unchecked_fixture(tc, start_shared, stop_shared);
	tcase_add_loop_test(tc, all_at_one_instant_are_answered_within_a_second, 0,
			    ARRAY_SIZE(instants));
	suite_add_tcase(suite, tc);
	tc = tcase_create("limits");
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, few_descriptors_are_a_limit_that_is_told);
	suite_add_tcase(suite, tc);
	tc = tcase_create("crowd");
	tcase_set_tags(tc, "long");
	tcase_set_timeout(tc, 90);
	tcase_add_test(tc, a_crowd_costs_little);
	suite_add_tcase(suite, tc);
	return suite;
}
