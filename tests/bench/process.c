/*
 * process.c - programs that the run starts.
 */
#include "tests/bench/process.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/when.h"

#define PROCESSES 32
#define LOOK_MS 10 /* how often the memory of a program is looked at */
#define PROC_TEXT 65536

static volatile pid_t running[PROCESSES];

static void kill_all(void)
{
	for (int i = 0; i < PROCESSES; i++)
		if (running[i] > 0)
			kill(running[i], SIGKILL);
}

static void interrupted(int number)
{
	kill_all();
	_exit(128 + number);
}

void processes_guard(void)
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };

	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		signal(signals[i], interrupted);
	signal(SIGPIPE, SIG_IGN);
	atexit(kill_all);
}

static void note(pid_t old, pid_t new)
{
	for (int i = 0; i < PROCESSES; i++) {
		if (running[i] == old) {
			running[i] = new;
			return;
		}
	}
	BUG("more than %d programs at once", PROCESSES);
}

static void set_cpus(pid_t thread, int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	if (cpu >= 0)
		CPU_SET((size_t)cpu, &set);
	for (size_t i = 0; cpu < 0 && i < CPU_SETSIZE; i++)
		CPU_SET(i, &set);
	sched_setaffinity(thread, sizeof set, &set);
}

/* In the child. */
static void become(const char *const argv[], int cpu, int out, const char *log)
{
	int in = open("/dev/null", O_RDONLY);
	int errors = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (int i = 1; i < NSIG; i++)
		signal(i, SIG_DFL);
	set_cpus(0, cpu);
	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	if (errors >= 0)
		dup2(errors, STDERR_FILENO);
	closefrom(3);
	execvp(argv[0], (char *const *)(uintptr_t)argv);
	dprintf(STDERR_FILENO, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

bool process_start(struct process *process, const char *const argv[], int cpu, const char *log,
		   struct err *err)
{
	int ends[2];

	*process = (struct process){ 0, -1 };
	if (pipe2(ends, O_CLOEXEC) != 0)
		return err_set(err, ERR_ENVIRONMENT, "no pipe: %s", strerror(errno));
	process->pid = fork();
	if (process->pid == 0)
		become(argv, cpu, ends[1], log);
	close(ends[1]);
	process->out = ends[0];
	if (process->pid < 0)
		return err_set(err, ERR_ENVIRONMENT, "fork: %s", strerror(errno));
	note(0, process->pid);
	return true;
}

static int decode(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int process_end(struct process *process, int signal)
{
	int status = 0;

	if (process->pid > 0) {
		if (signal)
			kill(process->pid, signal);
		while (waitpid(process->pid, &status, 0) < 0 && errno == EINTR)
			;
		note(process->pid, 0);
	}
	if (process->out >= 0)
		close(process->out);
	*process = (struct process){ 0, -1 };
	return decode(status);
}

/* Calls @look with the text of FILE of each thread. */
static void each_thread(pid_t pid, void (*look)(pid_t thread, void *payload), void *payload)
{
	char path[64];
	const struct dirent *entry;
	int64_t thread;

	snprintf(path, sizeof path, "/proc/%d/task", (int)pid);

	DIR *folder = opendir(path);

	while (folder && (entry = readdir(folder)))
		if (number_parse(entry->d_name, 1, INT32_MAX, &thread))
			look((pid_t)thread, payload);
	if (folder)
		closedir(folder);
}

static void pin(pid_t thread, void *payload)
{
	set_cpus(thread, *(int *)payload);
}

void process_pin(pid_t pid, int cpu)
{
	each_thread(pid, pin, &cpu);
}

static void add_cpu(pid_t thread, void *payload)
{
	double *total = payload;
	char path[64], text[128] = "";
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/schedstat", (int)thread);
	file = fopen(path, "r");
	if (!file)
		return;
	if (fgets(text, sizeof text, file))
		*total += strtod(text, NULL) / 1e3;
	fclose(file);
}

double process_cpu_us(pid_t pid)
{
	double total = 0;

	each_thread(pid, add_cpu, &total);
	return total;
}

int64_t process_anon_kib(pid_t pid)
{
	char path[64], line[256];
	int64_t kib = 0;
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	file = fopen(path, "r");
	while (file && fgets(line, sizeof line, file))
		if (starts_with(line, "RssAnon:"))
			kib = strtoll(line + strlen("RssAnon:"), NULL, 10);
	if (file)
		fclose(file);
	return kib;
}

/* Keeps the end of what is printed. */
static void take(struct finished *out, const char *data, size_t length)
{
	size_t have = strlen(out->out), room = sizeof out->out - 1;

	if (length > room) {
		data += length - room;
		length = room;
	}
	if (have + length > room) {
		size_t gone = have + length - room;

		memmove(out->out, out->out + gone, have - gone);
		have -= gone;
	}
	memcpy(out->out + have, data, length);
	out->out[have + length] = '\0';
}

static void watch(struct process *process, struct finished *out)
{
	char chunk[8192];

	for (;;) {
		struct pollfd fd = { .fd = process->out, .events = POLLIN };
		int64_t kib = process_anon_kib(process->pid);
		ssize_t got;

		if (kib > out->anon_kib)
			out->anon_kib = kib;
		if (poll(&fd, 1, LOOK_MS) <= 0)
			continue;
		got = read(process->out, chunk, sizeof chunk);
		if (got <= 0)
			return;
		take(out, chunk, (size_t)got);
	}
}

bool process_run(struct finished *out, const char *const argv[], int cpu, const char *log,
		 struct err *err)
{
	struct process process;
	struct rusage before, after;
	int64_t began = when_monotonic_us();

	memset(out, 0, sizeof *out);
	getrusage(RUSAGE_CHILDREN, &before);
	if (!process_start(&process, argv, cpu, log, err))
		return false;
	watch(&process, out);
	out->status = process_end(&process, 0);
	getrusage(RUSAGE_CHILDREN, &after);
	out->seconds = (double)(when_monotonic_us() - began) / 1e6;
	out->cpu_us = (double)(after.ru_utime.tv_sec - before.ru_utime.tv_sec +
			       after.ru_stime.tv_sec - before.ru_stime.tv_sec) *
			      1e6 +
		      (double)(after.ru_utime.tv_usec - before.ru_utime.tv_usec +
			       after.ru_stime.tv_usec - before.ru_stime.tv_usec);
	return true;
}

bool process_run_well(struct finished *out, const char *const argv[], int cpu, const char *log,
		      struct err *err)
{
	if (!process_run(out, argv, cpu, log, err))
		return false;
	return out->status == 0 ||
	       err_set(err, ERR_ENVIRONMENT, "%s %s ended with status %d; %s says why", argv[0],
		       argv[1] ? argv[1] : "", out->status, log);
}
