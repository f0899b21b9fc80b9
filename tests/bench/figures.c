/*
 * figures.c - the table: what is measured, and how good it has to be.
 */
#include "tests/bench/bench.h"

/* What was "with" comes first in a ratio of rates; a ratio of times is the far one by the
 * near one. STATED rows have no goal: they explain another one. */
/* clang-format off */
const struct figure figures[] = {
	{ "get-id",               2, AT_LEAST, 0.45, "",    measure_get,         "GET by id, 64 connections, token and journal: of bare libmicrohttpd" },
	{ "page-deep",            2, AT_MOST,  1.5,  "",    measure_pages,       "page of 100 a fifth of the way in: by the first page" },
	{ "page-end",             2, AT_MOST,  1.5,  "",    measure_pages,       "page of 100 near the end: by the first page" },
	{ "page-deep-sorted",     2, AT_MOST,  1.5,  "",    measure_pages,       "the same in the order of sourcedId" },
	{ "page-end-sorted",      2, AT_MOST,  1.5,  "",    measure_pages,       "the same in the order of sourcedId" },
	{ "status-deep",          2, AT_MOST,  1.5,  "",    measure_pages,       "page a fifth of the way in, filter on status" },
	{ "status-end",           2, AT_MOST,  1.5,  "",    measure_pages,       "page near the end, filter on status" },
	{ "status-deep-sorted",   2, AT_MOST,  1.5,  "",    measure_pages,       "the same in the order of sourcedId" },
	{ "status-end-sorted",    2, AT_MOST,  1.5,  "",    measure_pages,       "the same in the order of sourcedId" },
	{ "modified-deep",        2, AT_MOST,  1.5,  "",    measure_pages,       "page a fifth of the way in, filter on dateLastModified" },
	{ "modified-end",         2, AT_MOST,  1.5,  "",    measure_pages,       "page near the end, filter on dateLastModified" },
	{ "modified-deep-sorted", 2, AT_MOST,  1.5,  "",    measure_pages,       "the same in the order of sourcedId" },
	{ "modified-end-sorted",  2, AT_MOST,  1.5,  "",    measure_pages,       "the same in the order of sourcedId" },
	{ "filter-line-item",     2, AT_MOST,  2.0,  "",    measure_filters,     "results of a lineItem: by an unfiltered page of as many" },
	{ "filter-student",       2, AT_MOST,  2.0,  "",    measure_filters,     "results of a student: by an unfiltered page of as many" },
	{ "filter-class",         2, AT_MOST,  2.0,  "",    measure_filters,     "results of a class: by an unfiltered page of as many" },
	{ "total",                2, AT_MOST,  1.05, "",    measure_total,       "first page with X-Total-Count and Link: by one with neither, CPU" },
	{ "scan",                 2, AT_MOST,  1.5,  "",    measure_scan,        "filter and sort on unindexed columns: by bare SQLite" },
	{ "scan-others",          2, AT_MOST,  2.0,  "",    measure_scan_others, "p99 of GETs beside such scans: by that without" },

	{ "put-64",               3, AT_LEAST, 0.60, "",    measure_puts,        "durable PUT, 64 in flight: of bare SQLite, batches of 64" },
	{ "put-group",            3, AT_LEAST, 4.0,  "",    measure_puts,        "64 in flight: by one in flight, a transaction for each request" },
	{ "put-1",                3, AT_LEAST, 0.80, "",    measure_puts,        "durable PUT, one in flight: of bare SQLite, batches of 1" },
	{ "put-p99",              3, AT_MOST,  10,   "",    measure_put_p99,     "durable PUT, 64 in flight, a minute: p99 by p50" },
	{ "put-growth",           3, AT_MOST,  1.5,  "",    measure_growth,      "cost of a PUT in gradebook order: large by small database" },
	{ "post-1000",            3, AT_LEAST, 0.50, "",    measure_post,        "POST of 1,000 results: of bare insertion, 1,000 a transaction" },

	{ "import",               4, AT_LEAST, 0.40, "",    measure_bulk,        "import of results.csv: of bare bulk insertion" },
	{ "import-memory",        4, AT_MOST,  200,  "MB",  measure_bulk,        "anonymous memory of it" },
	{ "export",               4, AT_LEAST, 0.40, "",    measure_bulk,        "export to CSV: of bare bulk insertion" },
	{ "export-memory",        4, AT_MOST,  200,  "MB",  measure_bulk,        "anonymous memory of it" },
	{ "generate",             4, AT_LEAST, 1.0,  "",    measure_generate,    "generate of a district: by import, rows a second" },
	{ "generate-memory",      4, AT_MOST,  200,  "MB",  measure_generate,    "anonymous memory of it" },
	{ "generate-same",        4, AT_MOST,  0,    "",    measure_generate,    "the same seed once more: other bytes" },

	{ "sync",                 5, AT_LEAST, 0.60, "",    measure_sync,        "sync with concurrency 64: of a bare libcurl loop" },
	{ "sync-memory",          5, AT_MOST,  200,  "MB",  measure_sync_large,  "anonymous memory of a sync of 1,000 by 500" },
	{ "sync-again",           5, AT_MOST,  0.1,  "",    measure_sync_large,  "sync with nothing new: by the first one" },

	{ "burst-128",            6, AT_MOST,  1.0,  "s",   measure_bursts,      "128 requests at the same instant: the last answer" },
	{ "burst-256",            6, AT_MOST,  1.0,  "s",   measure_bursts,      "256 requests at the same instant: the last answer" },
	{ "burst-512",            6, AT_MOST,  1.0,  "s",   measure_bursts,      "512 requests at the same instant: the last answer" },
	{ "idle-10000",           6, AT_MOST,  2.0,  "",    measure_crowds,      "p99 of GETs beside 10,000 idle connections: by that without" },
	{ "delayed-2000",         6, AT_MOST,  2.0,  "",    measure_crowds,      "p99 of GETs beside 2,000 delayed requests: by that without" },
	{ "uploaders-500",        6, AT_MOST,  2.0,  "",    measure_crowds,      "p99 of GETs beside 500 uploads at 10 bytes/s: by that without" },
	{ "start",                6, AT_MOST,  50,   "ms",  measure_start,       "start with the large database: longer than with an empty one" },
	{ "start-memory",         6, AT_MOST,  96,   "MB",  measure_start,       "anonymous memory after it" },
	{ "memory-growth",        6, AT_MOST,  1.1,  "",    measure_memory,      "anonymous memory after ten times as many requests" },

	{ "instruments",          7, AT_LEAST, 0.90, "",    measure_instruments, "journal and a profile of many switches: of neither" },
	{ "journal",              7, STATED,   0,    "",    measure_instruments, "journal: of none" },
	{ "profile",              7, STATED,   0,    "",    measure_instruments, "a profile of many switches: of the standard" },
	{ "token",                7, STATED,   0,    "",    measure_instruments, "token: of --auth none" },
	{ "log",                  7, STATED,   0,    "",    measure_instruments, "a log line for each request: of none" },
};
/* clang-format on */

const size_t figure_count = ARRAY_SIZE(figures);
