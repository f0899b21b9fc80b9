/*
 * process.h - programs that the run starts. None outlives it, however it ends.
 */
#ifndef TESTS_BENCH_PROCESS_H
#define TESTS_BENCH_PROCESS_H

#include <sys/types.h>
#include "base/err.h"

#define CPU_ANY (-1)

struct process {
	pid_t pid;
	int out; /* what it prints, or -1 */
};

/* Kills what was started when the run ends, or is interrupted. Call first. */
void processes_guard(void);

/* Starts argv[0] with its standard output in a pipe, its errors in the file @log, on one
 * CPU or any. */
bool process_start(struct process *process, const char *const argv[], int cpu, const char *log,
		   struct err *err) MUST_USE;
/* Sends @signal (0: none) and waits; the exit status, 128 + n for signal n. */
int process_end(struct process *process, int signal);
/* Moves all of its threads. */
void process_pin(pid_t pid, int cpu);

double process_cpu_us(pid_t pid);    /* of all of its threads so far */
int64_t process_anon_kib(pid_t pid); /* RssAnon */

/* A program that was run to its end. */
struct finished {
	double seconds, cpu_us;
	int64_t anon_kib; /* the most that was seen */
	int status;
	char out[16384]; /* the end of what it printed */
};

bool process_run(struct finished *out, const char *const argv[], int cpu, const char *log,
		 struct err *err) MUST_USE;
/* The same, where every exit status but 0 is an error. */
bool process_run_well(struct finished *out, const char *const argv[], int cpu, const char *log,
		      struct err *err) MUST_USE;

#endif
