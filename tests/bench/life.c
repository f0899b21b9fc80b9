/*
 * life.c - start, memory, and what watching costs.
 */
#include "tests/bench/load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/when.h"

#define SETTLE_S 2 /* what is built behind the first answers has that long */

/* A side: from nothing to "listening on"; p50 in microseconds. */
struct starting {
	const struct bench *bench;
	const char *db;
};

static bool run_start(void *payload, int round, struct sample *out, struct err *err)
{
	static const char *const open[] = { "--auth", "none", "--empty", NULL };
	const struct starting *starting = payload;
	struct server server = { 0 };
	int64_t began = when_monotonic_us();
	bool good = server_start(starting->bench, &server, starting->db, open, CPU_ANY, err);

	(void)round;
	out->p50 = (double)(when_monotonic_us() - began);
	server_stop(&server);
	return good;
}

static double difference_ms(const struct bench *bench, const struct side *a, const struct side *b)
{
	double values[ROUNDS_MOST];
	size_t count = 0;

	for (int i = bench->rounds > 1 ? 1 : 0; i < bench->rounds; i++)
		values[count++] = (a->samples[i].p50 - b->samples[i].p50) / 1e3;
	return median_of(values, count);
}

static bool one_answer(const struct server *server, struct err *err)
{
	char *request = request_text("GET", ROOT "/results?limit=1", server->token, NULL);
	struct client client;
	struct reply reply;
	bool good = client_open(&client, server->port, err) &&
		    client_ask_well(&client, request, strlen(request), &reply, err);

	client_close(&client);
	free(request);
	return good;
}

static bool memory_after_start(const struct bench *bench, const char *db, struct err *err)
{
	struct server server = { 0 };
	bool good = server_start(bench, &server, db, NULL, CPU_ANY, err) &&
		    one_answer(&server, err);

	if (good) {
		sleep(SETTLE_S);
		figure_set("start-memory", (double)process_anon_kib(server.process.pid) / 1024,
			   "RssAnon %d s after the start, %lld rows", SETTLE_S,
			   (long long)bench->rows);
	}
	server_stop(&server);
	return good;
}

bool measure_start(struct bench *bench, struct err *err)
{
	char *db = working_copy(bench, "product", bench->rows, err);
	char *empty = bench_path(bench, "work-empty.db");
	struct starting starts[2] = { { bench, db }, { bench, empty } };
	struct side sides[2] = { { run_start, &starts[0] }, { run_start, &starts[1] } };
	bool good = db != NULL;

	store_remove(empty);
	good = good && rounds_run(bench, sides, 2, err);
	if (good) {
		figure_set("start", difference_ms(bench, &sides[0], &sides[1]),
			   "%.1f ms with %lld rows, %.1f ms with none",
			   rounds_median(bench, &sides[0], P50) / 1e3, (long long)bench->rows,
			   rounds_median(bench, &sides[1], P50) / 1e3);
		good = memory_after_start(bench, db, err);
	}
	store_remove(empty);
	free(empty);
	free(db);
	return good;
}

/* Requests until there were @count of them in all. */
static bool press(const struct wrk *load, double *done, double count, struct err *err)
{
	while (*done < count) {
		struct sample sample;

		if (!wrk_run((void *)(uintptr_t)load, 0, &sample, err))
			return false;
		*done += sample.rate * (load->seconds < 1 ? 1 : load->seconds);
	}
	return true;
}

bool measure_memory(struct bench *bench, struct err *err)
{
	double few = bench->quick ? 20000 : 200000, done = 0;
	char *db = working_copy(bench, "product", bench->rows, err);
	char *file = db ? wrk_rows(bench, bench->rows, true, err) : NULL;
	struct server server = { 0 };
	struct wrk load = { bench, &server, "mix", file, 64, 1, false };
	int64_t before = 0, after = 0;
	bool good = file && server_start(bench, &server, db, NULL, CPU_ANY, err) &&
		    press(&load, &done, few, err);

	if (good) {
		before = process_anon_kib(server.process.pid);
		load.seconds = bench->quick ? 2 : 5;
		good = press(&load, &done, few * 10, err);
		after = process_anon_kib(server.process.pid);
	}
	if (good)
		figure_set("memory-growth", (double)after / (double)before,
			   "RssAnon %.1f MB after %.0f requests, %.1f MB after %.0f",
			   (double)after / 1024, done, (double)before / 1024, few);
	server_stop(&server);
	free(file);
	free(db);
	return good;
}

/* Servers that differ in what they do beside answering. Metrics have no switch. */
enum { PLAIN, NO_JOURNAL, SWITCHES, NO_TOKEN, LOGGING, VARIANTS };

/* clang-format off */
static const char *const variants[VARIANTS][4] = {
	[PLAIN]      = { NULL },
	[NO_JOURNAL] = { "--journal-size", "0", NULL },
	[SWITCHES]   = { "--profile", "powerschool", NULL }, /* the one that sets most of them */
	[NO_TOKEN]   = { "--auth", "none", NULL },
	[LOGGING]    = { "--log-level", "info", NULL },
};

/* A row: what remains of the throughput of WITHOUT when it is WITH. */
static const struct comparison {
	const char *figure;
	int with, without;
} comparisons[] = {
	{ "instruments", SWITCHES, NO_JOURNAL },
	{ "journal",     PLAIN,    NO_JOURNAL },
	{ "profile",     SWITCHES, PLAIN },
	{ "token",       PLAIN,    NO_TOKEN },
	{ "log",         LOGGING,  PLAIN },
};
/* clang-format on */

static void say_comparisons(const struct bench *bench, const struct side *sides)
{
	for (size_t i = 0; i < ARRAY_SIZE(comparisons); i++) {
		const struct side *with = &sides[comparisons[i].with];
		const struct side *without = &sides[comparisons[i].without];

		figure_set(comparisons[i].figure, rounds_speed(bench, with, without),
			   "%.1f thousand GET/s, %.1f without; %.2f against %.2f us of CPU",
			   rounds_median(bench, with, RATE) / 1e3,
			   rounds_median(bench, without, RATE) / 1e3,
			   rounds_median(bench, with, CPU), rounds_median(bench, without, CPU));
	}
}

/* Over the small database, where a GET costs least and what is added weighs most. */
bool measure_instruments(struct bench *bench, struct err *err)
{
	struct server servers[VARIANTS] = { { .port = 0 } };
	struct wrk loads[VARIANTS];
	struct side sides[VARIANTS];
	char *file = wrk_rows(bench, bench->small_rows, true, err);
	bool good = file != NULL;

	for (size_t i = 0; i < VARIANTS && good; i++) {
		char name[32], *db;

		snprintf(name, sizeof name, "variant-%zu", i);
		db = working_copy(bench, name, bench->small_rows, err);
		good = db &&
		       server_start(bench, &servers[i], db, variants[i], server_cpu(bench), err);
		loads[i] = (struct wrk){
			bench, &servers[i], "get", file, 64, bench->seconds, true
		};
		sides[i] = (struct side){ .run = wrk_run, .payload = &loads[i] };
		free(db);
	}
	good = good && rounds_run(bench, sides, VARIANTS, err);
	if (good)
		say_comparisons(bench, sides);
	for (size_t i = 0; i < VARIANTS; i++)
		server_stop(&servers[i]);
	free(file);
	return good;
}
