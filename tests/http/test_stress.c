/*
 * test_stress.c - everything at once, then SIGTERM in the middle of it.
 *
 * Each row of actors[] is what some threads do over and over. Whatever comes back has to be
 * a whole answer with a status of the row; when the server stops, who was being served is
 * answered. MOCKSIS_STRESS_SECONDS (2) says how long; under ThreadSanitizer the server ends
 * with another status when threads met where they must not.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/str.h"
#include "base/when.h"
#include "tests/http/harness.h"

#define V1 "/ims/oneroster/v1p1"
#define V2 "/ims/oneroster/gradebook/v1p2"
#define BOX "/admin/sandboxes/default"
#define STOP_US 5000000
#define MOMENT_US 300000 /* who asked so long before SIGTERM was being served */

static struct server server;
static atomic_bool over;             /* the threads end */
static atomic_llong ended_at;        /* SIGTERM was sent, monotonic; 0: not yet */
static atomic_llong answered, total; /* of all actors */

/* A client: one connection that is kept while it holds. */
struct client {
	int fd;
	bool used; /* it was answered on before */
	unsigned seed;
	int number;
	struct str bytes; /* of the answer */
	char *token;      /* of a sandbox of its own */
};

struct actor {
	const char *name, *method, *target; /* %u in target and body is a small number */
	const char *body;
	const char *statuses;
	int threads;
	void (*play)(struct client *client, const struct actor *actor); /* NULL: one request */
};

static int connect_once(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	struct timeval patience = { .tv_sec = 60 };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), port = 0;

	if (sscanf(server.url, "http://127.0.0.1:%d", &port) != 1)
		abort();
	address.sin_port = htons((uint16_t)port);
	inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
		return fd;
	close(fd);
	return -1;
}

static void hang_up(struct client *client)
{
	if (client->fd >= 0)
		close(client->fd);
	client->fd = -1;
	client->used = false;
}

static unsigned draw(struct client *client, unsigned below)
{
	return (unsigned)rand_r(&client->seed) % below;
}

/* ck_assert is for the thread of the test. */
static _Noreturn void complain(const struct actor *actor, const char *what,
			       const struct client *client)
{
	fprintf(stderr, "stress: %s: %s: \"%.300s\" (%s)\n", actor->name, what,
		str_text(&client->bytes), strerror(errno));
	_exit(3);
}

/* The number behind a header of the answer; -1 without. */
static long header_number(const struct str *bytes, const char *name)
{
	const char *at = strcasestr(str_text(bytes), name);

	return at ? strtol(at + strlen(name), NULL, 10) : -1;
}

/* Whether all is there. An answer that cannot have a body is as long as its head. */
static bool is_whole(const struct str *bytes)
{
	const char *end = strstr(str_text(bytes), "\r\n\r\n");
	long length = header_number(bytes, "\r\nContent-Length:");

	return end && bytes->length >= (size_t)(end + 4 - str_text(bytes)) +
					       (length > 0 ? (size_t)length : 0);
}

/* 0: the connection ended before anything came. */
static int hear(struct client *client, const struct actor *actor)
{
	char chunk[16384];
	ssize_t got;

	str_clear(&client->bytes);
	while (!is_whole(&client->bytes)) {
		got = recv(client->fd, chunk, sizeof chunk, 0);
		if (got > 0)
			str_add_bytes(&client->bytes, chunk, (size_t)got);
		else if (client->bytes.length)
			complain(actor, "half an answer", client);
		else if (got < 0 && errno == EAGAIN)
			complain(actor, "no answer in a minute", client);
		else
			return 0;
	}
	if (strcasestr(str_text(&client->bytes), "\r\nConnection: close\r\n"))
		hang_up(client);
	else
		client->used = true;
	return (int)strtol(str_text(&client->bytes) + strlen("HTTP/1.1 "), NULL, 10);
}

/* Nobody may be left without an answer, but those who asked while the server was going. */
static void judge_silence(const struct client *client, const struct actor *actor, int64_t asked)
{
	long long ended = atomic_load(&ended_at);

	if (!ended || (client->used && asked < ended - MOMENT_US))
		complain(actor, "no answer at all", client);
}

static bool tell(struct client *client, const char *bytes, size_t length)
{
	if (client->fd < 0)
		client->fd = connect_once();
	return client->fd >= 0 && send(client->fd, bytes, length, MSG_NOSIGNAL) == (ssize_t)length;
}

static char *bytes_of(const struct client *client, const char *method, const char *target,
		      const char *body)
{
	bool admin = starts_with(target, "/admin"), form = body && starts_with(body, "grant_type");
	const char *bearer = client->token && starts_with(target, "/sandboxes") ? client->token
										: server.bearer;

	return xformat("%s %s HTTP/1.1\r\nHost: x\r\n%s\r\nContent-Type: %s\r\n"
		       "Content-Length: %zu\r\n\r\n%s",
		       method, target, admin ? "Authorization: Bearer " ADMIN_TOKEN : bearer,
		       form ? "application/x-www-form-urlencoded" : "application/json",
		       body ? strlen(body) : 0, body ? body : "");
}

/* One request and its answer; the status, or 0 when the server was going. */
static int ask(struct client *client, const struct actor *actor, const char *method,
	       const char *target, const char *body, const char *statuses)
{
	char *bytes = bytes_of(client, method, target, body), text[16];
	int64_t asked = when_monotonic_us();
	bool told = tell(client, bytes, strlen(bytes));
	int status = told ? hear(client, actor) : 0;

	free(bytes);
	atomic_fetch_add(&total, 1);
	if (!status) {
		judge_silence(client, actor, asked);
		hang_up(client);
		return 0;
	}
	atomic_fetch_add(&answered, 1);
	snprintf(text, sizeof text, "%d", status);
	if (!has_word(statuses, text) && !(status == 503 && atomic_load(&ended_at)))
		complain(actor, "another status", client);
	return status;
}

static void play_one(struct client *client, const struct actor *actor)
{
	unsigned number = draw(client, 50);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	char *target = xformat(actor->target, number);
	char *body = actor->body ? xformat(actor->body, number, number) : NULL;
#pragma GCC diagnostic pop

	ask(client, actor, actor->method, target, body, actor->statuses);
	if (draw(client, 8) == 0)
		hang_up(client);
	free(target);
	free(body);
}

/* Half of a body; then the rest, late, or nothing more. */
static void stall(struct client *client, const struct actor *actor)
{
	char *bytes = bytes_of(client, "PUT", V1 "/categories/stalled", actor->body);
	size_t length = strlen(bytes), half = length - strlen(actor->body) / 2;
	int64_t asked = when_monotonic_us();

	if (!tell(client, bytes, half)) {
		judge_silence(client, actor, asked);
		hang_up(client);
	} else {
		usleep(draw(client, 100000));
		if (draw(client, 2))
			hang_up(client);
		/* the server may have cut it off by then, if it goes: it waits a second only */
		else if (!tell(client, bytes + half, length - half) || !hear(client, actor))
			hang_up(client);
	}
	free(bytes);
}

/* Asks and does not wait for the answer. */
static void leave(struct client *client, const struct actor *actor)
{
	char *bytes = bytes_of(client, actor->method, actor->target, actor->body);

	(void)!tell(client, bytes, strlen(bytes));
	usleep(draw(client, 3000));
	hang_up(client);
	free(bytes);
}

/* What a rule breaks is broken; it may come in any form. */
static void be_broken(struct client *client, const struct actor *actor)
{
	char *bytes = bytes_of(client, actor->method, actor->target, NULL), chunk[4096];

	if (tell(client, bytes, strlen(bytes)))
		(void)!recv(client->fd, chunk, sizeof chunk, 0);
	hang_up(client);
	free(bytes);
}

static void take_token(struct client *client, const char *text)
{
	const char *at = strstr(text, "\"access_token\":\"");

	free(client->token);
	client->token = NULL;
	if (at) {
		at += strlen("\"access_token\":\"");
		client->token = xformat("Authorization: Bearer %.*s", (int)strcspn(at, "\""), at);
	}
}

/* A district is made, used, taken back and removed. */
static void have_a_sandbox(struct client *client, const struct actor *actor)
{
	char *body = xformat("{\"name\":\"s-%d\",\"load\":\"demo\","
			     "\"credentials\":[{\"id\":\"a\",\"secret\":\"b\"}]}",
			     client->number);
	char *admin = xformat("/admin/sandboxes/s-%d", client->number);
	char *reset = xformat("%s/reset", admin);
	char *token = xformat("/sandboxes/s-%d/oauth2/token", client->number);
	char *row = xformat("/sandboxes/s-%d" V1 "/categories/x", client->number);

	if (ask(client, actor, "POST", "/admin/sandboxes", body, "201 409") &&
	    ask(client, actor, "POST", token,
		"grant_type=client_credentials&client_id=a&client_secret=b", "200 401 404")) {
		take_token(client, str_text(&client->bytes));
		for (int i = 0; i < 5; i++)
			ask(client, actor, i % 2 ? "GET" : "PUT", row,
			    i % 2 ? NULL : "{\"category\":{\"title\":\"X\"}}", "200 201 401 404");
		ask(client, actor, "POST", reset, NULL, "200 204 404");
		ask(client, actor, "GET", row, NULL, "404 401 200");
		ask(client, actor, "DELETE", admin, NULL, "204 404");
	}
	free(body);
	free(admin);
	free(reset);
	free(token);
	free(row);
}

/* Rules that delay and refuse, and sometimes none; broken ones meet only /orgs. */
#define RULES                                                                                      \
	"{\"seed\":%u,\"items\":[{\"when\":{\"method\":\"PUT\",\"odds\":0.1},\"do\":{\"delay\":"   \
	"30}},"                                                                                    \
	"{\"when\":{\"operation\":\"getAllClasses\",\"odds\":0.5},"                                \
	"\"do\":{\"delay\":{\"ms\":20,\"spread\":\"uniform\"}}},"                                  \
	"{\"when\":{\"operation\":\"getAllTerms\",\"odds\":0.3},\"do\":{\"drip\":{\"bytes\":400,"  \
	"\"ms\":2}}},"                                                                             \
	"{\"when\":{\"operation\":\"getAllOrgs\",\"every\":3},\"do\":{\"connection\":\"reset\"}}," \
	"{\"when\":{\"operation\":\"getAllOrgs\",\"every\":2},\"do\":{\"connection\":\"half\"}}]}"

#define CLASS "\"class\":{\"sourcedId\":\"class-bio-1\"}"

/* clang-format off */
static const struct actor actors[] = {
	{ "read one",     "GET",    V1 "/users/student-%03u", NULL, "200 404", 2, NULL },
	{ "read pages",   "GET",    V1 "/users?limit=20&offset=%u&sort=familyName", NULL, "200", 1, NULL },
	{ "filter",       "GET",    V1 "/enrollments?limit=100&filter=role='student'%%20AND%%20status!='x%u'", NULL, "200", 1, NULL },
	{ "delayed list", "GET",    V1 "/classes?limit=1%u", NULL, "200", 2, NULL },
	{ "dripping",     "GET",    V1 "/terms?offset=%u", NULL, "200", 1, NULL },
	{ "broken",       "GET",    V1 "/orgs", NULL, "", 1, be_broken },
	{ "write",        "PUT",    V1 "/categories/stress-%u", "{\"category\":{\"title\":\"%u\"}}", "200 201 400", 2, NULL },
	{ "write items",  "PUT",    V1 "/lineItems/item-%u", "{\"lineItem\":{\"title\":\"%u\"," CLASS "}}", "200 201 400", 2, NULL },
	{ "write grades", "PUT",    V1 "/results/grade-%u", "{\"result\":{\"lineItem\":{\"sourcedId\":\"item-%u\"},\"student\":{\"sourcedId\":\"student-005\"},\"score\":1,\"scoreDate\":\"2026-11-16\"}}", "200 201 400 404 422", 1, NULL },
	{ "write 1.2",    "POST",   V2 "/classes/class-bio-1/lineItems", "{\"lineItems\":[{\"sourcedId\":\"many-%u\",\"title\":\"Q\"," CLASS "}]}", "200 201 400 404 422", 1, NULL },
	{ "delete",       "DELETE", V1 "/lineItems/item-%u", NULL, "204 404", 1, NULL },
	{ "token",        "POST",   "/oauth2/token", "grant_type=client_credentials&client_id=test-client&client_secret=test-secret", "200", 1, NULL },
	{ "stall",        "PUT",    "", "{\"category\":{\"title\":\"as long as it takes to be half\"}}", "", 2, stall },
	{ "leave",        "GET",    V1 "/classes?limit=100", NULL, "", 1, leave },
	{ "patch",        "PATCH",  BOX "/profile", "{\"quirks\":{\"title.max\":1%u}}", "200", 1, NULL },
	{ "lag",          "PATCH",  BOX "/profile", "{\"quirks\":{\"latency.ms\":0,\"comment.max\":1%u}}", "200 422", 1, NULL },
	{ "rules",        "PUT",    BOX "/faults", RULES, "200", 1, NULL },
	{ "clock",        "PUT",    BOX "/clock", "{\"now\":\"2026-11-16T17:%02u:00Z\",\"frozen\":false}", "200 400 422", 1, NULL },
	{ "reset",        "POST",   BOX "/reset", NULL, "200 204", 1, NULL },
	{ "snapshots",    "POST",   BOX "/snapshots", NULL, "201 422 409", 1, NULL },
	{ "restore",      "POST",   BOX "/snapshots/%u/restore", NULL, "200 204 404 422", 1, NULL },
	{ "journal",      "GET",    BOX "/journal?limit=5%u", NULL, "200", 1, NULL },
	{ "forget",       "DELETE", BOX "/journal", NULL, "204", 1, NULL },
	{ "sandboxes",    "GET",    "/admin/sandboxes", NULL, "200", 1, NULL },
	{ "diagnostics",  "GET",    BOX "/diagnostics", NULL, "200", 1, NULL },
	{ "metrics",      "GET",    "/metrics", NULL, "200", 1, NULL },
	{ "districts",    "POST",   "", NULL, "", 2, have_a_sandbox },
};
/* clang-format on */

struct part {
	pthread_t thread;
	const struct actor *actor;
	int number;
};

static void *play(void *payload)
{
	const struct part *part = payload;
	struct client client = {
		.fd = -1, .seed = (unsigned)part->number, .number = part->number, .bytes = STR_INIT
	};

	while (!atomic_load(&over)) {
		(part->actor->play ? part->actor->play : play_one)(&client, part->actor);
		if (atomic_load(&ended_at) && client.fd < 0) {
			client.fd = connect_once();
			if (client.fd < 0)
				break; /* it has gone */
		}
	}
	hang_up(&client);
	str_release(&client.bytes);
	free(client.token);
	return NULL;
}

static int seconds(void)
{
	const char *text = getenv("MOCKSIS_STRESS_SECONDS");
	int64_t value = 2;

	return !text || number_parse(text, 1, 100000, &value) ? (int)value : 2;
}

static void stop_and_judge(void)
{
	int64_t began = when_monotonic_us();
	int status;
	char *log;

	atomic_store(&ended_at, began);
	status = mocksis_end(server.pid, SIGTERM);
	began = when_monotonic_us() - began;
	log = file_get(server.log);

	const char *race = strstr(log, "WARNING: ThreadSanitizer");

	ck_assert_msg(!race, "%.4000s", race);
	ck_assert_msg(status == 0, "it ended with %d", status);
	ck_assert_msg(began < STOP_US, "it took %lld ms to stop", (long long)began / 1000);
	unlink(server.log);
	free(log);
}

START_TEST(everything_at_once)
{
	struct part parts[64];
	int count = 0;

	server_start(&server, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(actors); i++)
		for (int k = 0; k < actors[i].threads; k++, count++) {
			parts[count].actor = &actors[i];
			parts[count].number = count;
			ck_assert_int_eq(
				pthread_create(&parts[count].thread, NULL, play, &parts[count]), 0);
		}
	for (int i = 0; i < seconds() * 10; i++) {
		usleep(100000);
		if (i % 7 == 3)
			kill(server.pid, SIGHUP);
	}
	stop_and_judge();
	atomic_store(&over, true);
	for (int i = 0; i < count; i++)
		pthread_join(parts[i].thread, NULL);
	ck_assert_msg(atomic_load(&answered) > 20 * count, "%lld of %lld were answered",
		      (long long)atomic_load(&answered), (long long)atomic_load(&total));
	printf("stress: %lld requests, %lld answered\n", (long long)atomic_load(&total),
	       (long long)atomic_load(&answered));
}
END_TEST

Suite *stress_suite(void);
Suite *stress_suite(void)
{
	Suite *suite = suite_create("stress");
	TCase *tc = tcase_create("stress");

	tcase_set_tags(tc, "long");
	tcase_set_timeout(tc, 60 + 2 * (double)seconds());
	tcase_add_test(tc, everything_at_once);
	suite_add_tcase(suite, tc);
	return suite;
}
