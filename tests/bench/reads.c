/*
 * reads.c - GET by id, pages, filters and scans.
 */
#include "tests/bench/load.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/when.h"

#define PAGE 100
#define SPREAD 900 /* offsets differ, so that nobody can have kept a page */

bool measure_get(struct bench *bench, struct err *err)
{
	char *db = working_copy(bench, "product", bench->rows, err);
	char *file = db ? wrk_rows(bench, bench->rows, true, err) : NULL;
	struct server product = { 0 }, bare = { 0 };
	struct wrk loads[2] = { { bench, &product, "get", file, 64, bench->seconds, true },
				{ bench, &bare, "get", file, 64, bench->seconds, true } };
	struct side sides[2] = { { wrk_run, &loads[0] }, { wrk_run, &loads[1] } };
	bool good = file && server_start(bench, &product, db, NULL, server_cpu(bench), err) &&
		    bare_start(bench, &bare, &product, bench->rows, server_cpu(bench), err) &&
		    rounds_run(bench, sides, 2, err);

	if (good)
		figure_set("get-id", rounds_speed(bench, &sides[0], &sides[1]),
			   "%.1f of %.1f thousand/s; %.1f against %.1f us of CPU",
			   rounds_median(bench, &sides[0], RATE) / 1e3,
			   rounds_median(bench, &sides[1], RATE) / 1e3,
			   rounds_median(bench, &sides[0], CPU),
			   rounds_median(bench, &sides[1], CPU));
	server_stop(&bare);
	server_stop(&product);
	free(file);
	free(db);
	return good;
}

/* A row: a page far away, by its share of what the filter leaves; it is compared with the
 * first page of the same filter and order. */
struct far_page {
	const char *figure;
	const char *query; /* filter and sort, encoded */
	double filtered;   /* the share of the rows that the filter leaves */
	double share;
};

#define ACTIVE "&filter=status%3D'active'"
#define MODIFIED "&filter=dateLastModified%3E%3D'2025-10-19T00%3A00%3A00Z'"
#define BY_ID "&sort=sourcedId&orderBy=asc"

/* 10 of the 200 days of dateLastModified lie before that day, 1 in 20 is not active.
 * clang-format off */
static const struct far_page far_pages[] = {
	{ "page-deep", "", 1.0, 0.2 },
	{ "page-end", "", 1.0, 0.98 },
	{ "page-deep-sorted", BY_ID, 1.0, 0.2 },
	{ "page-end-sorted", BY_ID, 1.0, 0.98 },
	{ "status-deep", ACTIVE, 0.95, 0.2 },
	{ "status-end", ACTIVE, 0.95, 0.98 },
	{ "status-deep-sorted", ACTIVE BY_ID, 0.95, 0.2 },
	{ "status-end-sorted", ACTIVE BY_ID, 0.95, 0.98 },
	{ "modified-deep", MODIFIED, 0.95, 0.2 },
	{ "modified-end", MODIFIED, 0.95, 0.98 },
	{ "modified-deep-sorted", MODIFIED BY_ID, 0.95, 0.2 },
	{ "modified-end-sorted", MODIFIED BY_ID, 0.95, 0.98 },
};
/* clang-format on */

struct page_target {
	const char *root;
	const char *query;
	int64_t offset, spread, limit;
};

static void page_target(const void *payload, int64_t number, struct str *out)
{
	const struct page_target *page = payload;

	str_format(out, "%s/results?limit=%lld&offset=%lld%s", page->root, (long long)page->limit,
		   (long long)(page->offset + (page->spread ? number * 7 % page->spread : 0)),
		   page->query);
}

/* The time that all of the serial sides of a group share. */
static double serial_seconds(const struct bench *bench)
{
	return bench->quick ? 0.12 : 1;
}

static bool measure_page(struct bench *bench, const struct server *server,
			 const struct far_page *far, struct err *err)
{
	int64_t offset = (int64_t)((double)bench->rows * far->filtered * far->share);
	struct page_target targets[2] = { { ROOT, far->query, offset, SPREAD, PAGE },
					  { ROOT, far->query, 0, 0, PAGE } };
	struct serial loads[2];
	struct side sides[2];

	for (int i = 0; i < 2; i++) {
		loads[i] = (struct serial){ .server = server,
					    .target = page_target,
					    .payload = &targets[i],
					    .seconds = serial_seconds(bench),
					    .least = 2 };
		sides[i] = (struct side){ .run = serial_run, .payload = &loads[i] };
	}
	if (!rounds_run(bench, sides, 2, err))
		return false;
	figure_set(far->figure, rounds_cost(bench, &sides[0], &sides[1]),
		   "%.0f us at %lld, %.0f us at 0", rounds_median(bench, &sides[0], P50),
		   (long long)offset, rounds_median(bench, &sides[1], P50));
	return true;
}

bool measure_pages(struct bench *bench, struct err *err)
{
	char *db = working_copy(bench, "product", bench->rows, err);
	struct server server = { 0 };
	bool good = db && server_start(bench, &server, db, NULL, server_cpu(bench), err);

	for (size_t i = 0; i < ARRAY_SIZE(far_pages) && good; i++)
		if (figure_wanted(bench, far_pages[i].figure))
			good = measure_page(bench, &server, &far_pages[i], err);
	server_stop(&server);
	free(db);
	return good;
}

struct filter_target {
	const struct bench *bench;
	const char *field;
	enum kind kind;
	int64_t count; /* of that kind there are */
	int64_t limit;
};

static void filter_target(const void *payload, int64_t number, struct str *out)
{
	const struct filter_target *filter = payload;
	char id[UUID_TEXT];

	row_id(filter->kind, (int64_t)(row_hash((uint64_t)number) >> 1) % filter->count, id);
	/* 1.2: in 1.1 a result has no class */
	str_format(out, GRADEBOOK_ROOT "/results?limit=%lld&filter=%s%%3D'%s'",
		   (long long)filter->limit, filter->field, id);
}

/* What a filter costs, against an unfiltered page of as many rows. */
static bool measure_filter(struct bench *bench, const struct server *server, const char *figure,
			   const struct filter_target *filter, struct err *err)
{
	struct page_target page = { GRADEBOOK_ROOT, "", 0, 0, filter->limit };
	struct serial loads[2] = {
		{ server, filter_target, filter, serial_seconds(bench), 3 },
		{ server, page_target, &page, serial_seconds(bench), 3 },
	};
	struct side sides[2] = { { serial_run, &loads[0] }, { serial_run, &loads[1] } };

	if (!rounds_run(bench, sides, 2, err))
		return false;
	figure_set(figure, rounds_cost(bench, &sides[0], &sides[1]),
		   "%.0f us for %lld rows, %.0f us without filter",
		   rounds_median(bench, &sides[0], P50), (long long)filter->limit,
		   rounds_median(bench, &sides[1], P50));
	return true;
}

bool measure_filters(struct bench *bench, struct err *err)
{
	char *db = working_copy(bench, "product", bench->rows, err);
	struct server server = { 0 };
	struct shape shape;
	bool good = db && server_start(bench, &server, db, NULL, server_cpu(bench), err);

	shape_of(&shape, bench->rows);

	const struct filter_target filters[] = {
		{ bench, "lineItem.sourcedId", LINE_ITEM, shape.line_items, shape.per_line_item },
		{ bench, "student.sourcedId", STUDENT, shape.students, RESULTS_PER_STUDENT },
		{ bench, "class.sourcedId", CLASS, shape.classes,
		  shape.per_line_item * LINE_ITEMS_PER_CLASS },
	};
	static const char *const names[] = { "filter-line-item", "filter-student", "filter-class" };

	for (size_t i = 0; i < ARRAY_SIZE(filters) && good; i++)
		if (figure_wanted(bench, names[i]))
			good = measure_filter(bench, &server, names[i], &filters[i], err);
	server_stop(&server);
	free(db);
	return good;
}

/* A SIS that tells neither total nor links has nothing to count. */
static const char untold[] =
	"{\"quirks\":{\"page.total_header\":false,\"page.link_header\":false}}";

bool measure_total(struct bench *bench, struct err *err)
{
	char *told = working_copy(bench, "product", bench->rows, err);
	char *silent = told ? working_copy(bench, "silent", bench->rows, err) : NULL;
	struct server servers[2] = { { .port = 0 }, { .port = 0 } };
	struct page_target page = { ROOT, "", 0, 0, PAGE };
	struct serial loads[2] = { { &servers[0], page_target, &page, serial_seconds(bench), 2 },
				   { &servers[1], page_target, &page, serial_seconds(bench), 2 } };
	struct side sides[2] = { { serial_run, &loads[0] }, { serial_run, &loads[1] } };
	bool good = silent &&
		    server_start(bench, &servers[0], told, NULL, server_cpu(bench), err) &&
		    server_start(bench, &servers[1], silent, NULL, server_cpu(bench), err) &&
		    server_admin(&servers[1], "PATCH", "/sandboxes/default/profile", untold, err) &&
		    rounds_run(bench, sides, 2, err);

	if (good)
		figure_set("total", rounds_ratio(bench, &sides[0], &sides[1], CPU),
			   "%.0f us of CPU with X-Total-Count and Link, %.0f us with neither",
			   rounds_median(bench, &sides[0], CPU),
			   rounds_median(bench, &sides[1], CPU));
	server_stop(&servers[1]);
	server_stop(&servers[0]);
	free(silent);
	free(told);
	return good;
}

/* Another filter each time: nothing can have been kept. */
static void scan_target(const void *payload, int64_t number, struct str *out)
{
	(void)payload;
	str_format(out,
		   ROOT "/results?limit=100&filter=score%%3E%%3D'50.000%lld'&sort=comment"
			"&orderBy=asc",
		   (long long)number);
}

/* What the answer holds: the page, and how many there are. */
static const char scan_sql[] =
	"SELECT count(*) FROM results WHERE score >= 50.000%d; SELECT * FROM results WHERE "
	"score >= 50.000%d ORDER BY comment ASC, sourcedId LIMIT 100";

struct bare_scan {
	const struct bench *bench;
	const char *db, *count;
};

static bool bare_scan(void *payload, int round, struct sample *out, struct err *err)
{
	const struct bare_scan *scan = payload;
	char *program = path_join(scan->bench->yards, "bare_sqlite");
	char *log = bench_path(scan->bench, "bare.log");
	const char *argv[] = { program, "select", scan->db, scan->count, scan_sql, NULL };
	struct finished *finished = xmalloc(sizeof *finished);
	double count, seconds, cpu;
	bool good = process_run_well(finished, argv, server_cpu(scan->bench), log, err);

	(void)round;
	if (good && sscanf(finished->out, "%lf %lf %lf", &count, &seconds, &cpu) == 3)
		*out = (struct sample){ .p50 = seconds * 1e6 / count, .cpu_us = cpu * 1e6 / count };
	free(finished);
	free(log);
	free(program);
	return good;
}

bool measure_scan(struct bench *bench, struct err *err)
{
	char *db = working_copy(bench, "product", bench->rows, err);
	char *other = db ? seeded(bench, "db", bench->rows, err) : NULL;
	struct server server = { 0 };
	struct serial load = { &server, scan_target, NULL, 0, bench->quick ? 3 : 2 };
	struct bare_scan bare = { bench, other, bench->quick ? "3" : "2" };
	struct side sides[2] = { { serial_run, &load }, { bare_scan, &bare } };
	bool good = other && server_start(bench, &server, db, NULL, server_cpu(bench), err);

	if (other)
		prewarm(other);
	good = good && rounds_run(bench, sides, 2, err);
	if (good)
		figure_set("scan", rounds_cost(bench, &sides[0], &sides[1]),
			   "%.0f ms, bare %.0f ms for page and count",
			   rounds_median(bench, &sides[0], P50) / 1e3,
			   rounds_median(bench, &sides[1], P50) / 1e3);
	server_stop(&server);
	free(other);
	free(db);
	return good;
}

/* One scan after the other, while others are measured. */
struct scanner {
	const struct server *server;
	atomic_bool stopping;
	atomic_int scans;
};

static void *keep_scanning(void *payload)
{
	struct scanner *scanner = payload;

	for (int64_t number = 1000; !atomic_load(&scanner->stopping);) {
		struct serial load = { scanner->server, scan_target, NULL, 0, 1, number++ };
		struct sample sample;
		struct err ignored = ERR_INIT;

		if (!serial_run(&load, 0, &sample, &ignored))
			break;
		atomic_fetch_add(&scanner->scans, 1);
	}
	return NULL;
}

struct beside_scan {
	struct trickle trickle;
	struct scanner *scanner;
};

static bool trickle_beside(void *payload, int round, struct sample *out, struct err *err)
{
	struct beside_scan *beside = payload;
	pthread_t thread;

	atomic_store(&beside->scanner->stopping, false);
	if (pthread_create(&thread, NULL, keep_scanning, beside->scanner) != 0)
		BUG("no thread for a scanner");

	bool good = trickle_run(&beside->trickle, round, out, err);

	atomic_store(&beside->scanner->stopping, true);
	pthread_join(thread, NULL);
	return good;
}

bool measure_scan_others(struct bench *bench, struct err *err)
{
	char *db = working_copy(bench, "product", bench->rows, err);
	struct server server = { 0 };
	struct scanner scanner = { .server = &server };
	struct trickle alone = { &server, bench->rows, 400, bench->quick ? 1 : 6 };
	struct beside_scan beside = { alone, &scanner };
	struct side sides[2] = { { trickle_beside, &beside }, { trickle_run, &alone } };
	bool good = db && server_start(bench, &server, db, NULL, CPU_ANY, err) &&
		    rounds_run(bench, sides, 2, err);

	if (good)
		figure_set("scan-others", rounds_ratio(bench, &sides[0], &sides[1], P99),
			   "p99 %.0f us beside %d scans, %.0f us without",
			   rounds_median(bench, &sides[0], P99), atomic_load(&scanner.scans),
			   rounds_median(bench, &sides[1], P99));
	server_stop(&server);
	free(db);
	return good;
}
