/*
 * main.c - make bench: the options, and one measurement after the other.
 */
#include "tests/bench/bench.h"

#include <fcntl.h>
#include <getopt.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/file.h"
#include "base/when.h"
#include "tests/bench/process.h"

#define FLOOR_BLOCKS 100
#define BUSY 2.0 /* load average from which on rates say little */

static const char usage[] =
	"usage: bench [--quick] [--only PATTERN] [--rounds N] [--rows N] [--list]\n"
	"  --quick         small databases, short rounds, under two minutes\n"
	"  --only PATTERN  only figures that fit, * for anything: --only 'put-*'\n"
	"  --rounds N      rounds, of which the first does not count (6; quick 3)\n"
	"  --rows N        results in the large database (5000000; quick 200000)\n"
	"  --seconds N     of one run of wrk (4; quick 1)\n"
	"  --list          names the figures, and ends\n";

static void raise_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

/* What a block takes to become durable, on the disk that holds the databases. */
static double fsync_floor(const struct bench *bench)
{
	char *path = bench_path(bench, "work-floor"), block[4096];
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	double took[FLOOR_BLOCKS];
	size_t count = 0;

	memset(block, 7, sizeof block);
	if (fd >= 0 && posix_fallocate(fd, 0, FLOOR_BLOCKS * (off_t)sizeof block) == 0) {
		for (; count < FLOOR_BLOCKS; count++) {
			int64_t began = when_monotonic_us();

			if (pwrite(fd, block, sizeof block, (off_t)(count * sizeof block)) < 0 ||
			    fdatasync(fd) != 0)
				break;
			took[count] = (double)(when_monotonic_us() - began);
		}
	}
	if (fd >= 0)
		close(fd);
	unlink(path);
	free(path);
	return median_of(took, count);
}

static void read_load(char out[static 32])
{
	FILE *file = fopen("/proc/loadavg", "r");

	out[0] = '\0';
	if (file && fgets(out, 32, file)) {
		char *blank = strchr(out, ' ');

		blank = blank ? strchr(blank + 1, ' ') : NULL;
		if (blank)
			*blank = '\0';
	}
	if (file)
		fclose(file);
}

static bool has_option(const struct bench *bench, const char *command, const char *option)
{
	const char *argv[] = { bench->program, "help", command, NULL };
	struct finished *finished = xmalloc(sizeof *finished);
	struct err ignored = ERR_INIT;
	char *log = bench_path(bench, "server.log");
	bool has = process_run(finished, argv, CPU_ANY, log, &ignored) &&
		   strstr(finished->out, option);

	free(log);
	free(finished);
	return has;
}

static bool group_is_wanted(const struct bench *bench, size_t first)
{
	for (size_t i = first; i < figure_count; i++)
		if (figures[i].measure == figures[first].measure &&
		    figure_wanted(bench, figures[i].name))
			return true;
	return false;
}

static bool is_first_of_group(size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (figures[i].measure == figures[at].measure)
			return false;
	return true;
}

/* A measurement that fails does not keep the others from being made. */
static void measure_all(struct bench *bench)
{
	for (size_t i = 0; i < figure_count; i++) {
		struct err err = ERR_INIT;
		int64_t began = when_monotonic_us();

		if (!is_first_of_group(i) || !group_is_wanted(bench, i))
			continue;

		bool good = figures[i].measure(bench, &err);

		fprintf(stderr, "  %.1f s\n", (double)(when_monotonic_us() - began) / 1e6);
		if (good)
			continue;
		for (size_t j = i; j < figure_count; j++)
			if (figures[j].measure == figures[i].measure &&
			    figure_wanted(bench, figures[j].name))
				figure_skip(figures[j].name, err.text);
	}
}

static void list_figures(void)
{
	for (size_t i = 0; i < figure_count; i++)
		printf("%-21s %s\n", figures[i].name, figures[i].what);
}

static bool parse_number(const char *name, const char *text, int64_t least, int64_t most,
			 int64_t *out, struct err *err)
{
	return number_parse(text, least, most, out) ||
	       err_set(err, ERR_INVALID, "--%s %s: a number from %lld to %lld belongs here", name,
		       text, (long long)least, (long long)most);
}

static bool parse(struct bench *bench, int argc, char **argv, bool *list, struct err *err)
{
	static const struct option options[] = {
		{ "quick", no_argument, NULL, 'q' },
		{ "only", required_argument, NULL, 'o' },
		{ "rounds", required_argument, NULL, 'r' },
		{ "rows", required_argument, NULL, 'n' },
		{ "seconds", required_argument, NULL, 's' },
		{ "list", no_argument, NULL, 'l' },
		{ NULL, 0, NULL, 0 },
	};
	int64_t rounds = 0, rows = 0, seconds = 0;
	bool good = true;

	for (int c; good && (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
		bench->quick = bench->quick || c == 'q';
		*list = *list || c == 'l';
		if (c == 'o')
			bench->only = optarg;
		if (c == 'r')
			good = parse_number("rounds", optarg, 1, ROUNDS_MOST, &rounds, err);
		if (c == 'n')
			good = parse_number("rows", optarg, 2000, 50000000, &rows, err);
		if (c == 's')
			good = parse_number("seconds", optarg, 1, 600, &seconds, err);
		if (c == '?')
			good = err_set(err, ERR_INVALID, "%s", usage);
	}
	bench->rounds = rounds ? (int)rounds : bench->quick ? 3 : 6;
	bench->rows = rows ? rows : bench->quick ? 200000 : 5000000;
	bench->small_rows = bench->rows / (bench->quick ? 10 : 50);
	bench->seconds = seconds ? (double)seconds : bench->quick ? 1 : 4;
	return good && (optind == argc || err_set(err, ERR_INVALID, "%s", usage));
}

int main(int argc, char **argv)
{
	struct bench bench = { .folder = "build/bench",
			       .program = "build/release/mocksis",
			       .yards = "build/release/bench",
			       .cpus = (int)sysconf(_SC_NPROCESSORS_ONLN) };
	struct err err = ERR_INIT;
	char before[32], after[32];
	bool list = false;
	int missing;

	if (!parse(&bench, argc, argv, &list, &err) || !folder_create("build", &err) ||
	    !folder_create(bench.folder, &err)) {
		fprintf(stderr, "bench: %s\n", err.text);
		return err_exit_status(&err);
	}
	if (list) {
		list_figures();
		return 0;
	}
	processes_guard();
	raise_descriptor_limit();
	setenv("MOCKSIS_FIXTURES", "fixtures", 1);
	remove_working_copies(&bench);
	bench.has_durability = has_option(&bench, "serve", "--durability");
	bench.fsync_us = fsync_floor(&bench);
	read_load(before);
	bench.busy = strtod(before, NULL) > BUSY;
	measure_all(&bench);
	read_load(after);
	missing = report(&bench, before, after);
	remove_working_copies(&bench);
	return missing ? 1 : 0;
}
