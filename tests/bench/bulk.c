/*
 * bulk.c - import, export and generate.
 */
#include "tests/bench/bench.h"
#include "tests/bench/process.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/util.h"

#define MIB (1024.0)

/* One way to move all the results; what is left behind goes before the next. */
struct move {
	const struct bench *bench;
	int64_t rows;
	const char *bundle, *people,
		*source;  /* the CSV, the database without results, the full one */
	int64_t anon_kib; /* the most of all rounds */
};

static bool timed(struct move *move, const char *const argv[], struct sample *out, struct err *err)
{
	char *log = bench_path(move->bench, "bulk.log");
	struct finished *finished = xmalloc(sizeof *finished);
	bool good = process_run_well(finished, argv, CPU_ANY, log, err);

	*out = (struct sample){ .rate = (double)move->rows / finished->seconds,
				.cpu_us = finished->cpu_us / (double)move->rows };
	if (finished->anon_kib > move->anon_kib)
		move->anon_kib = finished->anon_kib;
	free(finished);
	free(log);
	return good;
}

static bool run_import(void *payload, int round, struct sample *out, struct err *err)
{
	struct move *move = payload;
	char *db = bench_path(move->bench, "work-import.db");
	const char *argv[] = { move->bench->program, "import", move->bundle, "--db", db, NULL };

	(void)round;
	store_remove(db);

	bool good = copy_file(move->people, db, err) && timed(move, argv, out, err);

	store_remove(db);
	free(db);
	return good;
}

static bool run_bare(void *payload, int round, struct sample *out, struct err *err)
{
	struct move *move = payload;
	char *db = bench_path(move->bench, "work-bulk.db"), rows[32];
	char *program = path_join(move->bench->yards, "bare_sqlite");
	const char *argv[] = { program, "bulk", db, rows, NULL };

	(void)round;
	snprintf(rows, sizeof rows, "%lld", (long long)move->rows);

	bool good = timed(move, argv, out, err);

	store_remove(db);
	free(program);
	free(db);
	return good;
}

static bool run_export(void *payload, int round, struct sample *out, struct err *err)
{
	struct move *move = payload;
	char *folder = bench_path(move->bench, "work-export");
	const char *argv[] = { move->bench->program, "export", folder, "--db", move->source, NULL };

	(void)round;
	folder_delete(folder);

	bool good = timed(move, argv, out, err);

	folder_delete(folder);
	free(folder);
	return good;
}

static double import_rate; /* of this run; 0: not measured */

static void say(const struct bench *bench, const char *name, const char *memory,
		const struct side *side, const struct side *bare, const struct move *move)
{
	figure_set(name, rounds_ratio(bench, side, bare, RATE),
		   "%.1f thousand rows/s, bare %.1f; %.1f against %.1f us of CPU",
		   rounds_median(bench, side, RATE) / 1e3, rounds_median(bench, bare, RATE) / 1e3,
		   rounds_median(bench, side, CPU), rounds_median(bench, bare, CPU));
	figure_set(memory, (double)move->anon_kib / MIB, "RssAnon at its highest, %lld rows",
		   (long long)move->rows);
}

bool measure_bulk(struct bench *bench, struct err *err)
{
	int64_t rows = bench->quick ? bench->rows / 4 : bench->rows;
	char *bundle = seeded(bench, "csv", rows, err);
	char *people = bundle ? seeded(bench, "people", rows, err) : NULL;
	char *source = people ? working_copy(bench, "export", rows, err) : NULL;
	struct move moves[3];
	struct side sides[3] = { { run_import, &moves[0] },
				 { run_bare, &moves[1] },
				 { run_export, &moves[2] } };

	for (int i = 0; i < 3; i++)
		moves[i] = (struct move){ bench, rows, bundle, people, source, 0 };

	bool good = source && rounds_run(bench, sides, 3, err);

	if (good) {
		import_rate = rounds_median(bench, &sides[0], RATE);
		say(bench, "import", "import-memory", &sides[0], &sides[1], &moves[0]);
		say(bench, "export", "export-memory", &sides[2], &sides[1], &moves[2]);
	}
	free(source);
	free(people);
	free(bundle);
	return good;
}

/* Where only generate is asked for. */
static bool import_once(const struct bench *bench, struct err *err)
{
	int64_t rows = bench->quick ? bench->rows / 4 : bench->rows;
	char *bundle = seeded(bench, "csv", rows, err);
	char *people = bundle ? seeded(bench, "people", rows, err) : NULL;
	struct move move = { bench, rows, bundle, people, NULL, 0 };
	struct sample sample = { 0 };
	bool good = people && run_import(&move, 0, &sample, err);

	import_rate = sample.rate;
	free(people);
	free(bundle);
	return good;
}

static bool knows_students(const struct bench *bench, const char *log, struct err *err)
{
	const char *argv[] = { bench->program, "help", "generate", NULL };
	struct finished *finished = xmalloc(sizeof *finished);
	bool good = process_run(finished, argv, CPU_ANY, log, err);
	bool knows = good && strstr(finished->out, "--students");

	free(finished);
	return knows;
}

static int64_t count_lines(const char *folder)
{
	char *path = xformat("%s/oneroster/results.csv", folder), chunk[65536];
	FILE *file = fopen(path, "r");
	int64_t lines = 0;
	size_t got;

	while (file && (got = fread(chunk, 1, sizeof chunk, file)) > 0)
		for (size_t i = 0; i < got; i++)
			lines += chunk[i] == '\n';
	if (file)
		fclose(file);
	free(path);
	return lines;
}

static bool generate(const struct bench *bench, const char *folder, const char *log,
		     struct finished *finished, struct err *err)
{
	const char *argv[] = { bench->program,
			       "generate",
			       folder,
			       "--students",
			       bench->quick ? "1000" : "100000",
			       "--seed",
			       "1",
			       "--now",
			       "2026-11-16T17:00:00Z",
			       NULL };

	folder_delete(folder);
	return process_run_well(finished, argv, CPU_ANY, log, err);
}

bool measure_generate(struct bench *bench, struct err *err)
{
	char *log = bench_path(bench, "bulk.log");
	char *one = bench_path(bench, "work-generated-1"),
	     *two = bench_path(bench, "work-generated-2");
	struct finished *finished = xmalloc(sizeof *finished), *again = xmalloc(sizeof *again);
	const char *diff[] = { "diff", "-rq", one, two, NULL };
	bool good = true;

	if (!knows_students(bench, log, err)) {
		figure_skip("generate", "mocksis generate has no --students");
		figure_skip("generate-memory", "mocksis generate has no --students");
		figure_skip("generate-same", "mocksis generate has no --students");
	} else {
		good = (import_rate > 0 || import_once(bench, err)) &&
		       generate(bench, one, log, finished, err) &&
		       generate(bench, two, log, again, err);
		if (good) {
			double rate = (double)count_lines(one) / again->seconds;

			figure_set("generate", rate / import_rate,
				   "%.1f thousand results/s; import took %.1f", rate / 1e3,
				   import_rate / 1e3);
			figure_set("generate-memory", (double)finished->anon_kib / MIB,
				   "RssAnon at its highest, %lld results",
				   (long long)count_lines(one));
			good = process_run(again, diff, CPU_ANY, log, err);
			figure_set("generate-same", again->status,
				   "files that differ between runs");
		}
	}
	folder_delete(one);
	folder_delete(two);
	free(again);
	free(finished);
	free(two);
	free(one);
	free(log);
	return good;
}
