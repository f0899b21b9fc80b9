/*
 * file.c - whole files, folders, and where the fixtures are.
 */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"

#ifndef MOCKSIS_PREFIX
#define MOCKSIS_PREFIX "/usr/local"
#endif

char *file_read(const char *path, size_t cap, size_t *length, struct err *err)
{
	FILE *file = fopen(path, "rb");
	struct str text;
	char chunk[16384];
	size_t got;

	if (!file) {
		err_set(err, ERR_INVALID, "%s: %s", path, strerror(errno));
		return NULL;
	}
	str_init(&text, cap);
	while ((got = fread(chunk, 1, sizeof chunk, file)) > 0)
		str_add_bytes(&text, chunk, got);

	bool failed = ferror(file) != 0;

	fclose(file);
	if (failed)
		err_set(err, ERR_INVALID, "%s: it cannot be read%s", path,
			file_is_folder(path) ? " (it is a folder)" : "");
	else if (text.full)
		err_set(err, ERR_INVALID, "%s: larger than %zu bytes", path, cap);
	else
		return str_take(&text, length);
	str_release(&text);
	return NULL;
}

bool file_write(const char *path, const char *text, size_t length, struct err *err)
{
	char *temporary = xformat("%s.new", path);
	FILE *file = fopen(temporary, "wb");
	bool good = file != NULL;

	if (good) {
		good = fwrite(text, 1, length, file) == length;
		good = fclose(file) == 0 && good;
		good = good && rename(temporary, path) == 0;
	}
	if (!good) {
		err_set(err, ERR_ENVIRONMENT, "%s: it cannot be written: %s", path,
			strerror(errno));
		unlink(temporary);
	}
	free(temporary);
	return good;
}

FILE *file_temporary(struct err *err)
{
	const char *folders[] = { getenv("TMPDIR"), "/tmp", "." };

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		if (!folders[i] || !*folders[i])
			continue;

		char *path = path_join(folders[i], "mocksis-XXXXXX");
		int fd = mkstemp(path);

		if (fd >= 0)
			unlink(path);
		free(path);
		if (fd >= 0)
			return fdopen(fd, "w+b");
	}
	err_set(err, ERR_ENVIRONMENT, "no temporary file can be made: %s (TMPDIR says where)",
		strerror(errno));
	return NULL;
}

bool file_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

bool file_is_folder(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

char *path_join(const char *folder, const char *name)
{
	return xformat("%s%s%s", folder, ends_with(folder, "/") ? "" : "/", name);
}

/* The folder of the running program, without a trailing slash. */
static bool program_folder(char *out, size_t size)
{
	ssize_t length = readlink("/proc/self/exe", out, size - 1);

	if (length <= 0)
		return false;
	out[length] = '\0';

	char *slash = strrchr(out, '/');

	if (!slash)
		return false;
	*slash = '\0';
	return true;
}

char *fixture_root(struct err *err)
{
	/* build/mocksis, build/VARIANT/mocksis, PREFIX/bin/mocksis */
	static const char *const beside[] = { "../fixtures", "../../fixtures", "../../../fixtures",
					      "../share/mocksis" };
	const char *named = getenv("MOCKSIS_FIXTURES");
	char folder[4096];

	if (named && *named) {
		if (file_is_folder(named))
			return xstrdup(named);
		err_set(err, ERR_ENVIRONMENT, "MOCKSIS_FIXTURES names %s, which is not a folder",
			named);
		return NULL;
	}
	if (program_folder(folder, sizeof folder)) {
		for (size_t i = 0; i < ARRAY_SIZE(beside); i++) {
			char *path = path_join(folder, beside[i]);
			char *marker = path_join(path, "profiles");

			if (file_is_folder(marker)) {
				free(marker);
				return path;
			}
			free(marker);
			free(path);
		}
	}
	if (file_is_folder(MOCKSIS_PREFIX "/share/mocksis"))
		return xstrdup(MOCKSIS_PREFIX "/share/mocksis");
	err_set(err, ERR_ENVIRONMENT,
		"the fixtures are not where they belong: set MOCKSIS_FIXTURES to their folder");
	return NULL;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

char **folder_names(const char *path, const char *suffix)
{
	DIR *dir = opendir(path);
	char **names = NULL;
	size_t count = 0, room = 0;

	for (struct dirent *entry; dir && (entry = readdir(dir));) {
		if (entry->d_name[0] == '.' || !ends_with(entry->d_name, suffix))
			continue;
		GROW(names, count, room);
		names[count++] = xstrndup(entry->d_name, strlen(entry->d_name) - strlen(suffix));
	}
	if (dir)
		closedir(dir);
	if (count)
		qsort(names, count, sizeof *names, by_name);
	GROW(names, count, room);
	names[count] = NULL;
	return names;
}

void names_free(char **names)
{
	for (size_t i = 0; names && names[i]; i++)
		free(names[i]);
	free(names);
}

bool folder_sync(const char *path, struct err *err)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool good = fd >= 0 && (fsync(fd) == 0 || errno == EINVAL); /* some cannot, and need not */

	if (!good)
		err_set(err, ERR_ENVIRONMENT, "%s: it cannot be synced: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return good;
}

bool folder_create(const char *path, struct err *err)
{
	struct err ignored = ERR_INIT; /* its parent need not be ours to read */
	const char *slash = strrchr(path, '/');
	char *parent;
	bool synced;

	if (mkdir(path, 0700) != 0)
		return file_is_folder(path) ||
		       err_set(err, ERR_ENVIRONMENT, "%s: %s", path, strerror(errno));
	parent = slash > path ? xstrndup(path, (size_t)(slash - path)) : xstrdup(slash ? "/" : ".");
	synced = folder_sync(parent, &ignored);
	(void)synced;
	free(parent);
	return true;
}

static int remove_one(const char *path, const struct stat *status, int flag, struct FTW *where)
{
	(void)status;
	(void)flag;
	(void)where;
	remove(path);
	return 0;
}

void folder_delete(const char *path)
{
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

char **fixture_names(const char *folder, const char *suffix, struct err *err)
{
	char *root = fixture_root(err), *path = root ? path_join(root, folder) : NULL;
	char **names = path ? folder_names(path, suffix) : NULL;

	free(path);
	free(root);
	return names;
}

static void list_names(const char *folder, const char *suffix, struct str *out)
{
	char **names = folder_names(folder, suffix);

	for (size_t i = 0; names[i]; i++)
		str_format(out, "%s%s", i ? ", " : "", names[i]);
	names_free(names);
}

char *fixture_path(const char *folder, const char *name, const char *suffix, struct err *err)
{
	if ((strchr(name, '/') || (*suffix && ends_with(name, suffix))) && file_exists(name))
		return xstrdup(name);

	char *root = fixture_root(err);

	if (!root)
		return NULL;

	char *parent = path_join(root, folder);
	char *path = xformat("%s/%s%s", parent, name, suffix);

	if (!*name || strchr(name, '/') || !file_exists(path)) {
		struct str names = STR_INIT;

		list_names(parent, suffix, &names);
		err_set(err, ERR_INVALID, "there is no %s in %s and no such file; there are: %s",
			name, folder, str_text(&names));
		str_release(&names);
		free(path);
		path = NULL;
	}
	free(parent);
	free(root);
	return path;
}
