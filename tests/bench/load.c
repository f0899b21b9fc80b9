/*
 * load.c - loads on a server.
 */
#include "tests/bench/load.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/when.h"

#define WRK_ROWS 100000
#define WRK_ROWS_QUICK 20000
#define TRICKLE_THREADS 8
#define TRICKLE_MS 10000 /* who waits longer gives up */
#define SAMPLES_MOST 100000

char *wrk_rows(const struct bench *bench, int64_t rows, bool random, struct err *err)
{
	char name[64], *path;
	struct shape shape;
	int64_t count = bench->quick ? WRK_ROWS_QUICK : WRK_ROWS;
	FILE *out;

	snprintf(name, sizeof name, "wrk-%s-%lld.txt", random ? "random" : "ordered",
		 (long long)rows);
	path = bench_path(bench, name);
	out = fopen(path, "w");
	if (!out) {
		err_set(err, ERR_ENVIRONMENT, "%s cannot be written", path);
		free(path);
		return NULL;
	}
	shape_of(&shape, rows);
	for (int64_t i = 0, n = 0; n < count; i++) {
		int64_t row = (random ? (int64_t)(row_hash((uint64_t)i) >> 1) : i) % rows;
		struct result_row result;
		char *body;

		row_result(&shape, row, &result);
		if (result.deleted && rows > 100)
			continue;
		body = put_body(&shape, row, "@@@@@@");
		fprintf(out, "%s %s\n", result.id, body);
		free(body);
		n++;
	}
	fclose(out);
	return path;
}

static bool read_result(const char *text, struct sample *out, struct err *err)
{
	const char *line = strstr(text, "RESULT ");
	long long requests, us, errors, p50, p99;

	if (!line ||
	    sscanf(line, "RESULT %lld %lld %lld %lld %lld", &requests, &us, &errors, &p50, &p99) !=
		    5 ||
	    us <= 0 || requests <= 0)
		return err_set(err, ERR_ENVIRONMENT, "wrk printed no result: %.300s", text);
	if (errors)
		return err_set(err, ERR_UNREACHABLE, "wrk: %lld of %lld answers were errors",
			       errors, requests);
	out->rate = (double)requests * 1e6 / (double)us;
	out->cpu_us = (double)requests;
	out->p50 = (double)p50;
	out->p99 = (double)p99;
	return true;
}

bool wrk_run(void *payload, int round, struct sample *out, struct err *err)
{
	static int salt; /* another one for each run, whatever it measures */
	const struct wrk *wrk = payload;
	char connections[32], seconds[32], url[64], salted[32];
	char *script = xstrdup("tests/bench/wrk.lua"), *log = bench_path(wrk->bench, "wrk.log");
	const char *argv[] = { "wrk",
			       "-t1",
			       connections,
			       seconds,
			       "-s",
			       script,
			       url,
			       "--",
			       wrk->mode,
			       wrk->file,
			       *wrk->server->token ? wrk->server->token : "none",
			       salted,
			       NULL };
	double before = process_cpu_us(wrk->server->process.pid);
	struct finished *finished = xmalloc(sizeof *finished);

	(void)round;
	snprintf(connections, sizeof connections, "-c%d", wrk->connections);
	snprintf(seconds, sizeof seconds, "-d%ds", wrk->seconds < 1 ? 1 : (int)wrk->seconds);
	snprintf(url, sizeof url, "http://127.0.0.1:%d", wrk->server->port);
	snprintf(salted, sizeof salted, "%d", ++salt);

	bool good = process_run_well(finished, argv, wrk->pinned ? client_cpu(wrk->bench) : CPU_ANY,
				     log, err) &&
		    read_result(finished->out, out, err);

	if (good)
		out->cpu_us = (process_cpu_us(wrk->server->process.pid) - before) / out->cpu_us;
	free(finished);
	free(script);
	free(log);
	return good;
}

static void percentiles(double *took, size_t count, struct sample *out)
{
	out->p50 = median_of(took, count); /* sorted by that */
	out->p99 = count ? took[(size_t)((double)(count - 1) * 0.99)] : 0;
}

bool serial_run(void *payload, int round, struct sample *out, struct err *err)
{
	struct serial *serial = payload;
	struct client client;
	struct str target = STR_INIT;
	double *took = xcalloc(SAMPLES_MOST, sizeof *took);
	size_t count = 0;
	bool good = client_open(&client, serial->server->port, err);
	double cpu = process_cpu_us(serial->server->process.pid);
	int64_t began = when_monotonic_us(), until = began + (int64_t)(serial->seconds * 1e6);

	(void)round;
	while (good && count < SAMPLES_MOST &&
	       (when_monotonic_us() < until || (int64_t)count < serial->least)) {
		struct reply reply;
		char *request;
		int64_t sent;

		str_clear(&target);
		serial->target(serial->payload, serial->number++, &target);
		request = request_text("GET", str_text(&target), serial->server->token, NULL);
		sent = when_monotonic_us();
		good = client_ask_well(&client, request, strlen(request), &reply, err);
		took[count++] = (double)(when_monotonic_us() - sent);
		free(request);
	}
	if (good) {
		cpu = process_cpu_us(serial->server->process.pid) - cpu;
		out->rate = (double)count * 1e6 / (double)(when_monotonic_us() - began);
		out->cpu_us = cpu / (double)count;
		percentiles(took, count, out);
	}
	client_close(&client);
	str_release(&target);
	free(took);
	return good;
}

/* One of the threads of a trickle: every so many microseconds a request. */
struct drop {
	const struct trickle *trickle;
	int64_t number, began, until, every;
	double *took;
	size_t count, room;
	struct err err;
};

static bool ask_once(struct drop *drop, struct client *client)
{
	struct shape shape;
	struct result_row row;
	struct reply reply;
	char target[128], *request;

	shape_of(&shape, drop->trickle->rows);
	row_result(&shape, (int64_t)(row_hash((uint64_t)++drop->number) >> 1) % shape.results,
		   &row);
	snprintf(target, sizeof target, ROOT "/results/%s", row.id);
	request = request_text("GET", target, drop->trickle->server->token, NULL);

	bool good = client_ask_well(client, request, strlen(request), &reply, &drop->err);

	free(request);
	return good;
}

static void *drip(void *payload)
{
	struct drop *drop = payload;
	struct client client;
	bool good = client_open(&client, drop->trickle->server->port, &drop->err);

	client.patience_ms = TRICKLE_MS;

	for (int64_t due = drop->began; good && due < drop->until && drop->count < drop->room;
	     due += drop->every) {
		int64_t now = when_monotonic_us();

		if (now < due)
			usleep((useconds_t)(due - now));
		good = ask_once(drop, &client);
		drop->took[drop->count++] = (double)(when_monotonic_us() - due);
	}
	client_close(&client);
	return NULL;
}

bool trickle_run(void *payload, int round, struct sample *out, struct err *err)
{
	const struct trickle *trickle = payload;
	struct drop drops[TRICKLE_THREADS];
	pthread_t threads[TRICKLE_THREADS];
	double *took = xcalloc(SAMPLES_MOST, sizeof *took);
	size_t count = 0, room = SAMPLES_MOST / TRICKLE_THREADS;
	int64_t every = 1000000LL * TRICKLE_THREADS / trickle->per_second;
	int64_t now = when_monotonic_us();

	for (int i = 0; i < TRICKLE_THREADS; i++) {
		drops[i] = (struct drop){ .trickle = trickle,
					  .number = ((int64_t)round << 40) + ((int64_t)i << 20),
					  .began = now + every * i / TRICKLE_THREADS,
					  .until = now + (int64_t)(trickle->seconds * 1e6),
					  .every = every,
					  .took = took + (size_t)i * room,
					  .room = room,
					  .err = ERR_INIT };
		if (pthread_create(&threads[i], NULL, drip, &drops[i]) != 0)
			BUG("no thread for a client");
	}
	for (int i = 0; i < TRICKLE_THREADS; i++) {
		pthread_join(threads[i], NULL);
		if (drops[i].err.code != ERR_NONE && err->code == ERR_NONE)
			*err = drops[i].err;
		memmove(took + count, drops[i].took, drops[i].count * sizeof *took);
		count += drops[i].count;
	}
	out->rate = (double)count / trickle->seconds;
	percentiles(took, count, out);
	free(took);
	return err->code == ERR_NONE;
}
