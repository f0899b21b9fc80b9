/*
 * files.c - databases and other files of a run.
 */
#include "tests/bench/bench.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "server/store/internal.h"
#include "tests/bench/process.h"

#define BLOCK (1 << 20)

char *bench_path(const struct bench *bench, const char *name)
{
	return path_join(bench->folder, name);
}

void prewarm(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *block = xmalloc(BLOCK);

	while (fd >= 0 && read(fd, block, BLOCK) > 0)
		;
	free(block);
	if (fd >= 0)
		close(fd);
}

bool copy_file(const char *from, const char *to, struct err *err)
{
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	char *block = xmalloc(BLOCK);
	ssize_t got = -1;
	bool good = in >= 0 && out >= 0;

	while (good && (got = read(in, block, BLOCK)) > 0)
		good = write(out, block, (size_t)got) == got;
	/* what is still to be written out would disturb the first rounds */
	good = good && got == 0 && fdatasync(out) == 0;
	if (!good)
		err_set(err, ERR_ENVIRONMENT, "%s cannot be copied to %s: %s", from, to,
			strerror(errno));
	free(block);
	if (in >= 0)
		close(in);
	if (out >= 0)
		close(out);
	return good;
}

char *seeded(const struct bench *bench, const char *kind, int64_t rows, struct err *err)
{
	char name[96], count[32];
	bool csv = strcmp(kind, "csv") == 0;

	snprintf(count, sizeof count, "%lld", (long long)rows);
	/* one of an older schema would be brought up to date by each server anew */
	snprintf(name, sizeof name, "seed-%s-%s-v%d%s", kind, count, SCHEMA_VERSION,
		 csv ? "" : ".db");

	char *path = bench_path(bench, name), *log = bench_path(bench, "seed.log");
	char *program = path_join(bench->yards, "seed");
	char *whole = csv ? path_join(path, "manifest.csv") : xstrdup(path);
	const char *argv[] = { program, kind, path, count, NULL };
	struct finished *finished = xmalloc(sizeof *finished);
	bool good = true;

	if (!file_exists(whole)) {
		fprintf(stderr, "making %s\n", path);
		good = process_run_well(finished, argv, CPU_ANY, log, err);
	}
	free(finished);
	free(whole);
	free(program);
	free(log);
	if (good)
		return path;
	free(path);
	return NULL;
}

static char *work_path(const struct bench *bench, const char *name, int64_t rows)
{
	char file[96];

	snprintf(file, sizeof file, "work-%s-%lld.db", name, (long long)rows);
	return bench_path(bench, file);
}

char *working_copy(const struct bench *bench, const char *name, int64_t rows, struct err *err)
{
	char *path = work_path(bench, name, rows), *seed = NULL;
	bool good = true;

	if (!file_exists(path)) {
		seed = seeded(bench, "db", rows, err);
		good = seed && copy_file(seed, path, err);
	}
	if (good)
		prewarm(path);
	else
		unlink(path);
	free(seed);
	if (good)
		return path;
	free(path);
	return NULL;
}

/* Whatever a run leaves that the next one does not use. */
void remove_working_copies(const struct bench *bench)
{
	DIR *folder = opendir(bench->folder);
	const struct dirent *entry;

	while (folder && (entry = readdir(folder))) {
		char *path = bench_path(bench, entry->d_name);

		if (starts_with(entry->d_name, "work-") ||
		    ends_with(entry->d_name, ".unfinished") || starts_with(entry->d_name, "wrk-") ||
		    starts_with(entry->d_name, "course-")) {
			if (file_is_folder(path))
				folder_delete(path);
			else
				unlink(path);
		}
		free(path);
	}
	if (folder)
		closedir(folder);
}
