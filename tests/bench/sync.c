/*
 * sync.c - mocksis sync, beside a bare libcurl loop that sends as much.
 */
#include "tests/bench/server.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/jsonx.h"

#define IN_FLIGHT "64"

/* A course, and the SIS that each round begins anew. */
struct course_load {
	const struct bench *bench;
	long long students, assignments;
	char *folder, *db, *work, *state, *connection;
	int64_t anon_kib;
};

static bool make_course(const struct bench *bench, struct course_load *load, struct err *err)
{
	char name[80], students[32], assignments[32];
	static const char settings[] = "{ \"concurrency\": " IN_FLIGHT " }\n";
	char *program = path_join(bench->yards, "course"), *log = bench_path(bench, "sync.log");
	struct finished *finished = xmalloc(sizeof *finished);

	load->bench = bench;
	snprintf(students, sizeof students, "%lld", load->students);
	snprintf(assignments, sizeof assignments, "%lld", load->assignments);
	snprintf(name, sizeof name, "course-%s-%s", students, assignments);
	load->folder = bench_path(bench, name);
	load->db = xformat("%s.db", load->folder);
	load->work = bench_path(bench, "work-course.db");
	load->state = bench_path(bench, "work-course-state.db");
	load->connection = bench_path(bench, "connection.json");

	const char *argv[] = { program, load->folder, load->db, students, assignments, NULL };
	bool good = file_write(load->connection, settings, sizeof settings - 1, err) &&
		    process_run_well(finished, argv, CPU_ANY, log, err);

	free(finished);
	free(program);
	free(log);
	return good;
}

static void course_release(struct course_load *load)
{
	if (load->db)
		store_remove(load->db);
	if (load->work)
		store_remove(load->work);
	if (load->state)
		store_remove(load->state);
	if (load->folder)
		folder_delete(load->folder);
	free(load->folder);
	free(load->db);
	free(load->work);
	free(load->state);
	free(load->connection);
}

static double puts_of(const struct course_load *load)
{
	return (double)(load->assignments * (load->students + 1));
}

/* A fresh SIS and an empty ledger. */
static bool begin(struct course_load *load, struct server *server, struct err *err)
{
	store_remove(load->work);
	store_remove(load->state);
	return copy_file(load->db, load->work, err) &&
	       server_start(load->bench, server, load->work, NULL, CPU_ANY, err);
}

/* How many objects the report says were sent. */
static int64_t sent_of(const char *report)
{
	struct err ignored = ERR_INIT;
	json_t *json = jsonx_load(report, strlen(report), &ignored);
	const json_t *sent = json_object_get(json_object_get(json, "counts"), "sent");
	int64_t count = json ? jsonx_int(sent, "lineItems") + jsonx_int(sent, "results") : -1;

	json_decref(json);
	return count;
}

static bool sync_once(struct course_load *load, const struct server *server,
		      struct finished *finished, int64_t expected, struct err *err)
{
	char *url = xformat("http://127.0.0.1:%d/ims/oneroster", server->port);
	char *log = bench_path(load->bench, "sync.log");
	const char *argv[] = { load->bench->program,
			       "sync",
			       load->folder,
			       "--sis",
			       url,
			       "--credential",
			       SERVER_CREDENTIAL,
			       "--state",
			       load->state,
			       "--connection",
			       load->connection,
			       "--now",
			       "2026-11-16T17:00:00Z",
			       "--json",
			       NULL };
	bool good = process_run_well(finished, argv, CPU_ANY, log, err);
	int64_t sent = good ? sent_of(finished->out) : 0;

	if (good && sent != expected)
		good = err_set(err, ERR_ENVIRONMENT,
			       "sync sent %lld objects, %lld were expected: %.300s",
			       (long long)sent, (long long)expected, finished->out);
	if (finished->anon_kib > load->anon_kib)
		load->anon_kib = finished->anon_kib;
	free(log);
	free(url);
	return good;
}

static bool run_sync(void *payload, int round, struct sample *out, struct err *err)
{
	struct course_load *load = payload;
	struct finished *finished = xmalloc(sizeof *finished);
	struct server server = { 0 };
	bool good = begin(load, &server, err) &&
		    sync_once(load, &server, finished, (int64_t)puts_of(load), err);

	(void)round;
	server_stop(&server);
	if (good)
		*out = (struct sample){ .rate = puts_of(load) / finished->seconds,
					.cpu_us = finished->cpu_us / puts_of(load) };
	free(finished);
	return good;
}

static bool run_bare(void *payload, int round, struct sample *out, struct err *err)
{
	struct course_load *load = payload;
	struct server server = { 0 };
	char students[32], assignments[32], *program = path_join(load->bench->yards, "bare_curl");
	char *log = bench_path(load->bench, "sync.log"), *root = NULL;
	struct finished *finished = xmalloc(sizeof *finished);
	double count, seconds, cpu;
	bool good = begin(load, &server, err);

	(void)round;
	snprintf(students, sizeof students, "%lld", load->students);
	snprintf(assignments, sizeof assignments, "%lld", load->assignments);
	root = xformat("http://127.0.0.1:%d" ROOT, server.port);

	const char *argv[] = {
		program, root, server.token, students, assignments, IN_FLIGHT, NULL
	};

	good = good && process_run_well(finished, argv, CPU_ANY, log, err);
	if (good && sscanf(finished->out, "%lf %lf %lf", &count, &seconds, &cpu) == 3)
		*out = (struct sample){ .rate = count / seconds, .cpu_us = cpu * 1e6 / count };
	server_stop(&server);
	free(finished);
	free(root);
	free(log);
	free(program);
	return good;
}

bool measure_sync(struct bench *bench, struct err *err)
{
	struct course_load load = { .students = bench->quick ? 100 : 1000,
				    .assignments = bench->quick ? 20 : 50 };
	struct side sides[2] = { { run_sync, &load }, { run_bare, &load } };
	bool good = make_course(bench, &load, err) && rounds_run(bench, sides, 2, err);

	if (good)
		figure_set("sync", rounds_ratio(bench, &sides[0], &sides[1], RATE),
			   "%.2f thousand PUT/s, bare libcurl %.2f; %.1f against %.1f us of CPU",
			   rounds_median(bench, &sides[0], RATE) / 1e3,
			   rounds_median(bench, &sides[1], RATE) / 1e3,
			   rounds_median(bench, &sides[0], CPU),
			   rounds_median(bench, &sides[1], CPU));
	course_release(&load);
	return good;
}

/* The whole course once, and once more with nothing new. */
bool measure_sync_large(struct bench *bench, struct err *err)
{
	struct course_load load = { .students = bench->quick ? 200 : 1000,
				    .assignments = bench->quick ? 50 : 500 };
	struct finished *first = xmalloc(sizeof *first), *second = xmalloc(sizeof *second);
	struct server server = { 0 };
	bool good = make_course(bench, &load, err) && begin(&load, &server, err) &&
		    sync_once(&load, &server, first, (int64_t)puts_of(&load), err) &&
		    sync_once(&load, &server, second, 0, err);

	if (good) {
		figure_set("sync-memory", (double)load.anon_kib / 1024,
			   "RssAnon at its highest, %lld students, %lld assignments", load.students,
			   load.assignments);
		figure_set("sync-again", second->seconds / first->seconds,
			   "%.1f s with nothing new, %.1f s at first", second->seconds,
			   first->seconds);
	}
	server_stop(&server);
	course_release(&load);
	free(second);
	free(first);
	return good;
}
