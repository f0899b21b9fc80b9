/*
 * crowd.c - many at the same instant, and many that wait.
 */
#include "tests/bench/load.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/when.h"

#define BURST_SECONDS 10
#define CROWD_SECONDS 5 /* until all of a crowd have an answer */
#define CONNECT_MS 1000
#define UPLOAD_BYTES 10 /* a second */
#define SETTLE_US 300000

/* Connections that are held open. */
struct crowd {
	const struct server *server;
	int *fds;
	int count;
	char *request; /* what each sends */
};

/* As many as the server lets in: when one had to wait for long, no more are tried. */
static void crowd_open(struct crowd *crowd, int count)
{
	struct err ignored = ERR_INIT;

	crowd->fds = xcalloc((size_t)count, sizeof *crowd->fds);
	for (crowd->count = 0; crowd->count < count; crowd->count++) {
		int fd = connect_to(crowd->server->port, CONNECT_MS, &ignored);

		if (fd < 0)
			return;
		crowd->fds[crowd->count] = fd;
	}
}

static void crowd_close(struct crowd *crowd)
{
	for (int i = 0; i < crowd->count; i++)
		close(crowd->fds[i]);
	free(crowd->fds);
	free(crowd->request);
	crowd->fds = NULL;
	crowd->request = NULL;
	crowd->count = 0;
}

/* How many have an answer, waiting at most until @until; each fd counts once. */
static int count_answers(struct crowd *crowd, int64_t until)
{
	struct pollfd *fds = xcalloc((size_t)crowd->count, sizeof *fds);
	int answered = 0;

	for (int i = 0; i < crowd->count; i++)
		fds[i] = (struct pollfd){ .fd = crowd->fds[i], .events = POLLIN };
	while (answered < crowd->count && when_monotonic_us() < until) {
		if (poll(fds, (nfds_t)crowd->count, 100) <= 0)
			continue;
		for (int i = 0; i < crowd->count; i++) {
			char text[4096];

			if (fds[i].fd < 0 || !fds[i].revents)
				continue;
			answered += recv(fds[i].fd, text, sizeof text, 0) > 12 &&
				    strncmp(text + 9, "200", 3) == 0;
			fds[i].fd = -1;
		}
	}
	free(fds);
	return answered;
}

static char *get_request(const struct server *server, int64_t rows, int64_t row)
{
	struct shape shape;
	char id[UUID_TEXT], target[128];

	shape_of(&shape, rows);
	row_id(RESULT, row % rows, id);
	snprintf(target, sizeof target, ROOT "/results/%s", id);
	return request_text("GET", target, server->token, NULL);
}

struct burst {
	struct bench *bench;
	const struct server *server;
	int count;
	int missing; /* answers that did not come, or no 200 */
};

/* A side; p50 is the time until the last answer. */
static bool run_burst(void *payload, int round, struct sample *out, struct err *err)
{
	struct burst *burst = payload;
	struct crowd crowd = { .server = burst->server };
	bool good = true;
	int64_t began;

	crowd_open(&crowd, burst->count);

	crowd.request = get_request(burst->server, burst->bench->small_rows, round);
	usleep(SETTLE_US / 3);
	began = when_monotonic_us();
	for (int i = 0; i < crowd.count && good; i++)
		good = send_all(crowd.fds[i], crowd.request, strlen(crowd.request)) ||
		       err_set(err, ERR_UNREACHABLE, "the server hung up");
	if (good)
		burst->missing += burst->count -
				  count_answers(&crowd, began + BURST_SECONDS * 1000000);
	out->p50 = (double)(when_monotonic_us() - began);
	crowd_close(&crowd);
	return good;
}

bool measure_bursts(struct bench *bench, struct err *err)
{
	static const struct {
		const char *figure;
		int count;
	} rows[] = { { "burst-128", 128 }, { "burst-256", 256 }, { "burst-512", 512 } };
	char *db = working_copy(bench, "small", bench->small_rows, err);
	struct server server = { 0 };
	bool good = db && server_start(bench, &server, db, NULL, CPU_ANY, err);

	for (size_t i = 0; i < ARRAY_SIZE(rows) && good; i++) {
		struct burst burst = { bench, &server, rows[i].count, 0 };
		struct side side = { run_burst, &burst };

		if (!figure_wanted(bench, rows[i].figure))
			continue;
		good = rounds_run(bench, &side, 1, err);
		if (good)
			figure_set(rows[i].figure,
				   burst.missing ? BURST_SECONDS
						 : rounds_median(bench, &side, P50) / 1e6,
				   "%d answers missing in %d rounds", burst.missing, bench->rounds);
	}
	server_stop(&server);
	free(db);
	return good;
}

/* A row: what the crowd does while others are measured. */
struct waiting {
	const char *figure;
	int count;

	char *(*request)(const struct server *server, int64_t rows);
	bool answered;  /* the crowd waits for its answers first */
	bool delayed;   /* its answers come when the others have been measured */
	bool uploading; /* it sends a few bytes each second */
};

static char *idle_request(const struct server *server, int64_t rows)
{
	return get_request(server, rows, 1);
}

static char *delayed_request(const struct server *server, int64_t rows)
{
	(void)rows;
	return request_text("GET", ROOT "/categories?limit=1", server->token, NULL);
}

static char *upload_request(const struct server *server, int64_t rows)
{
	(void)rows;
	return xformat("PUT " ROOT "/results/slow HTTP/1.1\r\nHost: 127.0.0.1\r\n"
		       "Authorization: Bearer %s\r\nContent-Type: application/json\r\n"
		       "Content-Length: 100000\r\n\r\n{",
		       server->token);
}

/* clang-format off */
static const struct waiting waitings[] = {
	{ "idle-10000",    10000, idle_request,    true,  false, false },
	{ "delayed-2000",  2000,  delayed_request, false, true,  false },
	{ "uploaders-500", 500,   upload_request,  false, false, true },
};
/* clang-format on */

struct uploading {
	struct crowd *crowd;
	atomic_bool stopping;
	pthread_t thread;
};

static void *upload(void *payload)
{
	struct uploading *uploading = payload;

	while (!atomic_load(&uploading->stopping)) {
		for (int i = 0; i < uploading->crowd->count; i++)
			(void)send(uploading->crowd->fds[i], "          ", UPLOAD_BYTES,
				   MSG_NOSIGNAL | MSG_DONTWAIT);
		for (int i = 0; i < 10 && !atomic_load(&uploading->stopping); i++)
			usleep(100000);
	}
	return NULL;
}

/* A side: others beside the crowd. The crowd comes anew each time. */
struct beside {
	struct trickle trickle;
	struct bench *bench;
	const struct waiting *waiting;
	int64_t anon_kib;
	int missing; /* of the crowd, that got no answer */
};

static void count_missing(struct beside *beside, struct crowd *crowd)
{
	beside->missing += beside->waiting->count -
			   count_answers(crowd, when_monotonic_us() + CROWD_SECONDS * 1000000);
}

static void gather(struct beside *beside, struct crowd *crowd)
{
	const struct waiting *waiting = beside->waiting;
	crowd_open(crowd, waiting->count);
	crowd->request = waiting->request(crowd->server, beside->trickle.rows);
	for (int i = 0; i < crowd->count; i++)
		(void)!send_all(crowd->fds[i], crowd->request, strlen(crowd->request));
	if (waiting->answered)
		count_missing(beside, crowd);
	usleep(SETTLE_US);
}

static bool run_beside(void *payload, int round, struct sample *out, struct err *err)
{
	struct beside *beside = payload;
	struct crowd crowd = { .server = beside->trickle.server };
	struct uploading uploading = { .crowd = &crowd };
	bool good = true;

	gather(beside, &crowd);
	if (beside->waiting->uploading)
		good = pthread_create(&uploading.thread, NULL, upload, &uploading) == 0;

	bool started = good && beside->waiting->uploading;

	good = good && trickle_run(&beside->trickle, round, out, err);

	int64_t kib = process_anon_kib(crowd.server->process.pid);

	beside->anon_kib = kib > beside->anon_kib ? kib : beside->anon_kib;
	atomic_store(&uploading.stopping, true);
	if (started)
		pthread_join(uploading.thread, NULL);
	if (good && beside->waiting->delayed) /* none may be left when the others are alone */
		count_missing(beside, &crowd);
	crowd_close(&crowd);
	usleep(SETTLE_US);
	return good;
}

/* Until the others have been measured, and a little longer. */
static bool delay_categories(const struct server *server, double seconds, struct err *err)
{
	char *rules = xformat("{\"items\":[{\"when\":{\"operation\":\"getAllCategories\"},"
			      "\"do\":{\"delay\":{\"ms\":%.0f}}}]}",
			      (seconds + 2) * 1000);
	bool good = server_admin(server, "PUT", "/sandboxes/default/faults", rules, err);

	free(rules);
	return good;
}

static bool measure_crowd(struct bench *bench, const struct server *server,
			  const struct waiting *waiting, struct err *err)
{
	struct trickle alone = { server, bench->small_rows, 400, bench->quick ? 1 : 6 };
	struct beside beside = { alone, bench, waiting, 0, 0 };
	struct side sides[2] = { { run_beside, &beside }, { trickle_run, &alone } };

	if ((waiting->delayed && !delay_categories(server, alone.seconds, err)) ||
	    !rounds_run(bench, sides, 2, err))
		return false;
	figure_set(waiting->figure, rounds_ratio(bench, &sides[0], &sides[1], P99),
		   "p99 %.0f us, alone %.0f us; the server's RssAnon %.0f MB",
		   rounds_median(bench, &sides[0], P99), rounds_median(bench, &sides[1], P99),
		   (double)beside.anon_kib / 1024);
	if (beside.missing) {
		char text[80];

		snprintf(text, sizeof text, "%d of the crowds, %d each, got no answer",
			 beside.missing, waiting->count);
		figure_spoil(waiting->figure, text);
	}
	return true;
}

/* Each on a server of its own: what it holds is what this crowd makes it hold. */
bool measure_crowds(struct bench *bench, struct err *err)
{
	char *db = working_copy(bench, "small", bench->small_rows, err);
	bool good = db != NULL;

	for (size_t i = 0; i < ARRAY_SIZE(waitings) && good; i++) {
		struct server server = { 0 };
		struct err why = ERR_INIT;

		if (!figure_wanted(bench, waitings[i].figure))
			continue;
		if (!server_start(bench, &server, db, NULL, CPU_ANY, &why) ||
		    !measure_crowd(bench, &server, &waitings[i], &why))
			figure_skip(waitings[i].figure, why.text);
		server_stop(&server);
	}
	free(db);
	return good;
}
