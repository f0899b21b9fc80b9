/*
 * writes.c - PUT and POST, as durable as a SIS has to be.
 */
#include "tests/bench/load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/when.h"

#define POSTED 1000

/* A side: the bare SQLite program for as long as wrk would run. */
struct bare_writes {
	const struct bench *bench;
	const char *db, *mode, *batch, *order; /* order: NULL for insert */
};

static bool bare_writes(void *payload, int round, struct sample *out, struct err *err)
{
	static int salt;
	const struct bare_writes *bare = payload;
	const struct bench *bench = bare->bench;
	char rows[32], ms[32], salted[32];
	char *program = path_join(bench->yards, "bare_sqlite"),
	     *log = bench_path(bench, "bare.log");
	const char *update[] = { program,     "update", bare->db, rows, bare->batch,
				 bare->order, ms,       salted,   NULL };
	const char *insert[] = { program, "insert", bare->db, rows, bare->batch, ms, salted, NULL };
	struct finished *finished = xmalloc(sizeof *finished);
	double count, seconds, cpu;

	(void)round;
	snprintf(rows, sizeof rows, "%lld", (long long)bench->rows);
	snprintf(ms, sizeof ms, "%.0f", (bench->seconds < 1 ? 1 : bench->seconds) * 1e3);
	snprintf(salted, sizeof salted, "%d", ++salt);

	bool good = process_run_well(finished, bare->order ? update : insert, CPU_ANY, log, err);

	if (good && sscanf(finished->out, "%lf %lf %lf", &count, &seconds, &cpu) == 3)
		*out = (struct sample){ .rate = count / seconds, .cpu_us = cpu * 1e6 / count };
	free(finished);
	free(log);
	free(program);
	return good;
}

static void say_puts(struct bench *bench, const char *figure, const struct side *a,
		     const struct side *b, const char *other)
{
	figure_set(figure, rounds_ratio(bench, a, b, RATE), "%.2f thousand/s, %s %.2f; p50 %.2f ms",
		   rounds_median(bench, a, RATE) / 1e3, other, rounds_median(bench, b, RATE) / 1e3,
		   rounds_median(bench, a, P50) / 1e3);
}

/* Random results of the large database: 64 in flight, one in flight, and what SQLite does
 * in the same rounds. One in flight is the same server with one transaction a request. */
bool measure_puts(struct bench *bench, struct err *err)
{
	char *db = working_copy(bench, "product", bench->rows, err);
	char *other = db ? working_copy(bench, "bare", bench->rows, err) : NULL;
	char *file = other ? wrk_rows(bench, bench->rows, true, err) : NULL;
	struct server server = { 0 };
	struct wrk many = { bench, &server, "put", file, 64, bench->seconds, false };
	struct wrk one = { bench, &server, "put", file, 1, bench->seconds, false };
	struct bare_writes bare_many = { bench, other, "update", "64", "random" };
	struct bare_writes bare_one = { bench, other, "update", "1", "random" };
	struct side sides[] = { { wrk_run, &many },
				{ bare_writes, &bare_many },
				{ wrk_run, &one },
				{ bare_writes, &bare_one } };
	bool good = file && server_start(bench, &server, db, NULL, CPU_ANY, err) &&
		    rounds_run(bench, sides, ARRAY_SIZE(sides), err);

	if (good) {
		say_puts(bench, "put-64", &sides[0], &sides[1], "bare batches of 64");
		say_puts(bench, "put-group", &sides[0], &sides[2], "one in flight");
		say_puts(bench, "put-1", &sides[2], &sides[3], "bare batches of 1");
	}
	server_stop(&server);
	free(file);
	free(other);
	free(db);
	return good;
}

bool measure_put_p99(struct bench *bench, struct err *err)
{
	char *db = working_copy(bench, "product", bench->rows, err);
	char *file = db ? wrk_rows(bench, bench->rows, true, err) : NULL;
	struct server server = { 0 };
	struct wrk load = { bench, &server, "put", file, 64, bench->quick ? 4 : 60, false };
	struct sample sample;
	bool good = file && server_start(bench, &server, db, NULL, CPU_ANY, err) &&
		    wrk_run(&load, 0, &sample, err);

	if (good)
		figure_set("put-p99", sample.p99 / sample.p50,
			   "p99 %.1f ms, p50 %.1f ms over %.0f s", sample.p99 / 1e3,
			   sample.p50 / 1e3, load.seconds);
	server_stop(&server);
	free(file);
	free(db);
	return good;
}

/* Neighbours in the gradebook, in a large and in a small database. */
bool measure_growth(struct bench *bench, struct err *err)
{
	int64_t rows[2] = { bench->small_rows, bench->rows };
	static const char *const names[2] = { "small", "product" };
	char *dbs[2] = { NULL, NULL }, *lists[2] = { NULL, NULL };
	struct server servers[2] = { { .port = 0 }, { .port = 0 } };
	struct wrk loads[2];
	struct side sides[2];
	bool good = true;

	for (int i = 0; i < 2 && good; i++) {
		dbs[i] = working_copy(bench, names[i], rows[i], err);
		lists[i] = dbs[i] ? wrk_rows(bench, rows[i], false, err) : NULL;
		good = lists[i] && server_start(bench, &servers[i], dbs[i], NULL, CPU_ANY, err);
		loads[i] = (struct wrk){ bench, &servers[i],    "put", lists[i],
					 64,    bench->seconds, false };
		sides[i] = (struct side){ .run = wrk_run, .payload = &loads[i] };
	}
	good = good && rounds_run(bench, sides, 2, err);
	if (good)
		figure_set("put-growth", rounds_ratio(bench, &sides[0], &sides[1], RATE),
			   "%.2f thousand/s at %lld rows, %.2f at %lld; %.1f and %.1f us of CPU",
			   rounds_median(bench, &sides[1], RATE) / 1e3, (long long)rows[1],
			   rounds_median(bench, &sides[0], RATE) / 1e3, (long long)rows[0],
			   rounds_median(bench, &sides[1], CPU),
			   rounds_median(bench, &sides[0], CPU));
	for (int i = 0; i < 2; i++) {
		server_stop(&servers[i]);
		free(lists[i]);
		free(dbs[i]);
	}
	return good;
}

/* A side: one POST of 1,000 results after the other; the rate is in results. */
struct posts {
	const struct bench *bench;
	const struct server *server;
	const char *request;
};

static bool run_posts(void *payload, int round, struct sample *out, struct err *err)
{
	const struct posts *posts = payload;
	struct client client;
	size_t length = strlen(posts->request);
	int64_t began = when_monotonic_us(), count = 0;
	double cpu = process_cpu_us(posts->server->process.pid);
	bool good = client_open(&client, posts->server->port, err);

	(void)round;
	while (good && (double)(when_monotonic_us() - began) < posts->bench->seconds * 1e6) {
		struct reply reply;

		good = client_ask_well(&client, posts->request, length, &reply, err);
		count += POSTED;
	}
	client_close(&client);
	*out = (struct sample){
		.rate = (double)count * 1e6 / (double)(when_monotonic_us() - began),
		.cpu_us = (process_cpu_us(posts->server->process.pid) - cpu) / (double)count,
	};
	return good;
}

static char *post_request(const struct bench *bench, const char *token)
{
	struct shape shape;
	struct str body = STR_INIT;
	struct result_row row;
	char *target, *request;

	shape_of(&shape, bench->rows);
	row_result(&shape, 0, &row);
	target = xformat(GRADEBOOK_ROOT "/lineItems/%s/results", row.line_item);
	str_add(&body, "{\"results\":[");
	for (int64_t i = 0; i < POSTED; i++) {
		struct result_row student;

		row_result(&shape, i % shape.per_line_item, &student);
		str_format(&body,
			   "%s{\"sourcedId\":\"new-%lld\",\"status\":\"active\",\"lineItem\":{"
			   "\"href\":\"http://127.0.0.1" GRADEBOOK_ROOT
			   "/lineItems/%s\",\"sourcedId\":\"%s\",\"type\":\"lineItem\"},"
			   "\"student\":{\"href\":\"http://127.0.0.1" ROOT
			   "/users/%s\",\"sourcedId\":\"%s\",\"type\":\"user\"},"
			   "\"scoreStatus\":\"" SCORE_STATUS "\",\"score\":%lld,"
			   "\"scoreDate\":\"" SCORE_DATE "\"}",
			   i ? "," : "", (long long)i, row.line_item, row.line_item,
			   student.student, student.student, (long long)(i % 100));
	}
	str_add(&body, "]}");
	request = request_text("POST", target, token, str_text(&body));
	str_release(&body);
	free(target);
	return request;
}

bool measure_post(struct bench *bench, struct err *err)
{
	char *db = working_copy(bench, "product", bench->rows, err);
	char *other = db ? working_copy(bench, "bare", bench->rows, err) : NULL;
	struct server server = { 0 };
	bool good = other && server_start(bench, &server, db, NULL, CPU_ANY, err);
	char *request = post_request(bench, server.token);
	struct posts posts = { bench, &server, request };
	struct bare_writes bare = { bench, other, "insert", "1000", NULL };
	struct side sides[2] = { { run_posts, &posts }, { bare_writes, &bare } };

	good = good && rounds_run(bench, sides, 2, err);
	if (good)
		figure_set(
			"post-1000", rounds_ratio(bench, &sides[0], &sides[1], RATE),
			"%.1f thousand results/s, bare transactions of 1,000 %.1f; %.0f us of CPU "
			"each",
			rounds_median(bench, &sides[0], RATE) / 1e3,
			rounds_median(bench, &sides[1], RATE) / 1e3,
			rounds_median(bench, &sides[0], CPU));
	server_stop(&server);
	free(request);
	free(other);
	free(db);
	return good;
}
