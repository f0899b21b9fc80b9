/*
 * bench.h - what the files of the runner share: a run, its figures, samples and rounds.
 */
#ifndef TESTS_BENCH_BENCH_H
#define TESTS_BENCH_BENCH_H

#include "base/err.h"
#include "base/str.h"
#include "tests/bench/data/rows.h"

#define ROUNDS_MOST 32

/* A run: how much, where, and what came out. Paths are of files in @folder. */
struct bench {
	bool quick;
	const char *only;    /* a pattern with * that names of figures fit; NULL: all */
	int rounds;          /* the first of them does not count */
	int64_t rows;        /* results in the large database */
	int64_t small_rows;  /* in the small one */
	double seconds;      /* of one wrk run */
	double fsync_us;     /* what the machine takes at least for a durable byte */
	const char *folder;  /* build/bench */
	const char *program; /* build/release/mocksis */
	const char *yards;   /* folder of the yardsticks */
	bool has_durability; /* whether the product knows the option */
	int cpus;
	bool busy; /* others load the machine: what is bound by the CPU is told by CPU time */
};

enum sense { AT_LEAST, AT_MOST, STATED };

/* A row of the table that a run prints. */
struct figure {
	const char *name;
	int item; /* of the list of goals; rows of one item stand together */
	enum sense sense;
	double goal;
	const char *unit;                                      /* "" for a ratio */
	bool (*measure)(struct bench *bench, struct err *err); /* sets this figure, and others */
	const char *what;
};

extern const struct figure figures[];
extern const size_t figure_count;

/* Whether this run wants the figure. */
bool figure_wanted(const struct bench *bench, const char *name);
/* Says what a figure came to, and in a few words out of what. */
void figure_set(const char *name, double value, const char *format, ...) PRINTF(3, 4);
/* Says that it is not met whatever its value is, and why. */
void figure_spoil(const char *name, const char *why);
/* Says why it cannot be measured here; one that was set stays. */
void figure_skip(const char *name, const char *why);

/* One run of one side of a comparison. */
struct sample {
	double rate;     /* operations per second */
	double cpu_us;   /* of the measured process, per operation; 0: not known */
	double p50, p99; /* microseconds; 0: not known */
};

/* One of the things that are run in turn, A B C A B C ... */
struct side {
	bool (*run)(void *payload, int round, struct sample *out, struct err *err);
	void *payload;
	struct sample samples[ROUNDS_MOST];
};

bool rounds_run(const struct bench *bench, struct side *sides, size_t count, struct err *err);

enum metric { RATE, CPU, P50, P99 };

/* The median over the rounds that count of a side's metric, and of A's divided by B's in the
 * same round. */
double rounds_median(const struct bench *bench, const struct side *side, enum metric metric);
double rounds_ratio(const struct bench *bench, const struct side *a, const struct side *b,
		    enum metric metric);
/* How much faster A is than B, and how much dearer: by the clock, or by CPU time when others
 * keep the machine busy. For what the CPU alone limits. */
double rounds_speed(const struct bench *bench, const struct side *a, const struct side *b);
double rounds_cost(const struct bench *bench, const struct side *a, const struct side *b);
double median_of(double *values, size_t count); /* sorts them */

/* Prints the table, writes bench.json; the number of figures that could not be measured. */
int report(const struct bench *bench, const char *load_before, const char *load_after);

/* Files of the run, made when they are needed first. Return (free). */
char *bench_path(const struct bench *bench, const char *name);
/* A database with @rows results, kept for the next run. */
char *seeded(const struct bench *bench, const char *kind, int64_t rows, struct err *err);
/* A copy of it under another name, read into the page cache; gone at the end of the run. */
char *working_copy(const struct bench *bench, const char *name, int64_t rows, struct err *err);
bool copy_file(const char *from, const char *to, struct err *err);
void prewarm(const char *path);
void remove_working_copies(const struct bench *bench);

/* The groups of figures. */
bool measure_get(struct bench *bench, struct err *err);
bool measure_pages(struct bench *bench, struct err *err);
bool measure_filters(struct bench *bench, struct err *err);
bool measure_total(struct bench *bench, struct err *err);
bool measure_scan(struct bench *bench, struct err *err);
bool measure_scan_others(struct bench *bench, struct err *err);
bool measure_puts(struct bench *bench, struct err *err);
bool measure_put_p99(struct bench *bench, struct err *err);
bool measure_growth(struct bench *bench, struct err *err);
bool measure_post(struct bench *bench, struct err *err);
bool measure_bulk(struct bench *bench, struct err *err);
bool measure_generate(struct bench *bench, struct err *err);
bool measure_sync(struct bench *bench, struct err *err);
bool measure_sync_large(struct bench *bench, struct err *err);
bool measure_bursts(struct bench *bench, struct err *err);
bool measure_crowds(struct bench *bench, struct err *err);
bool measure_start(struct bench *bench, struct err *err);
bool measure_memory(struct bench *bench, struct err *err);
bool measure_instruments(struct bench *bench, struct err *err);

#endif
