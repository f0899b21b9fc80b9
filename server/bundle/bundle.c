/*
 * bundle.c - a folder or a zip as a list of files.
 */
#include "server/bundle/bundle.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "server/bundle/zip.h"

struct bundle {
	char *path;
	struct zip_reader *zip; /* NULL: a folder */
	char **names;
	size_t count;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool read_folder(struct bundle *bundle, struct err *err)
{
	DIR *dir = opendir(bundle->path);
	size_t room = 0;

	if (!dir)
		return err_set(err, ERR_INVALID, "%s: %s", bundle->path, strerror(errno));
	for (struct dirent *entry; (entry = readdir(dir));) {
		GROW(bundle->names, bundle->count, room);
		bundle->names[bundle->count++] = xstrdup(entry->d_name);
	}
	closedir(dir);
	if (bundle->count)
		qsort(bundle->names, bundle->count, sizeof *bundle->names, by_name);
	return true;
}

static bool read_zip(struct bundle *bundle, struct err *err)
{
	struct stat status;

	if (stat(bundle->path, &status) != 0)
		return err_set(err, ERR_INVALID, "%s: %s", bundle->path, strerror(errno));
	if (!S_ISREG(status.st_mode))
		return err_set(err, ERR_INVALID, "%s: neither a folder of CSV files nor a zip",
			       bundle->path);
	bundle->zip = zip_reader_open(bundle->path, &bundle->names, &bundle->count, err);
	if (bundle->zip)
		qsort(bundle->names, bundle->count, sizeof *bundle->names, by_name);
	return bundle->zip != NULL;
}

struct bundle *bundle_open(const char *path, struct err *err)
{
	struct bundle *bundle = xcalloc(1, sizeof *bundle);

	bundle->path = xstrdup(path);
	if (file_is_folder(path) ? read_folder(bundle, err) : read_zip(bundle, err))
		return bundle;
	bundle_close(bundle);
	return NULL;
}

void bundle_close(struct bundle *bundle)
{
	if (!bundle)
		return;
	zip_reader_close(bundle->zip);
	for (size_t i = 0; i < bundle->count; i++)
		free(bundle->names[i]);
	free(bundle->names);
	free(bundle->path);
	free(bundle);
}

const char *bundle_path(const struct bundle *bundle)
{
	return bundle->path;
}

bool bundle_is_folder(const struct bundle *bundle)
{
	return !bundle->zip;
}

size_t bundle_count(const struct bundle *bundle)
{
	return bundle->count;
}

const char *bundle_name(const struct bundle *bundle, size_t i)
{
	return bundle->names[i];
}

bool bundle_has(const struct bundle *bundle, const char *name)
{
	return bundle->count &&
	       bsearch(&name, bundle->names, bundle->count, sizeof *bundle->names, by_name);
}

FILE *bundle_file(const struct bundle *bundle, const char *name, struct err *err)
{
	if (!bundle_has(bundle, name))
		return NULL;
	if (bundle->zip)
		return zip_reader_file(bundle->zip, name, err);

	char *path = path_join(bundle->path, name);
	FILE *file = fopen(path, "rb");

	if (!file)
		err_set(err, ERR_INVALID, "%s: it cannot be read: %s", path, strerror(errno));
	free(path);
	return file;
}
