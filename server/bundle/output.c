/*
 * output.c - a new folder or zip.
 */
#include "server/bundle/output.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "server/bundle/zip.h"

#define BLOCK (64 << 10) /* written at once */

struct output {
	char *path;
	char *folder;           /* where files are written; path, or beside it until the end */
	struct zip_writer *zip; /* in place of the folder */
	FILE *file;             /* that is being written */
	char *name;
	char **names; /* of what was added */
	size_t count, room;
};

static bool is_zip(const char *path)
{
	size_t length = strlen(path);

	return length > 4 && strcasecmp(path + length - 4, ".zip") == 0;
}

static bool is_empty(const char *path)
{
	DIR *dir = opendir(path);
	bool empty = dir != NULL;

	for (struct dirent *entry; dir && (entry = readdir(dir));)
		empty = empty &&
			(strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0);
	if (dir)
		closedir(dir);
	return empty;
}

/* A folder beside the one that is to appear, or that one where it is there. */
static bool open_folder(struct output *output, struct err *err)
{
	if (file_exists(output->path)) {
		output->folder = xstrdup(output->path);
		return file_is_folder(output->path) && is_empty(output->path)
			       ? true
			       : err_set(err, ERR_INVALID,
					 "%s is there already; a new or empty folder, or a new "
					 "name that ends in .zip, belongs here",
					 output->path);
	}
	output->folder = xformat("%s.XXXXXX", output->path);
	if (mkdtemp(output->folder))
		return true;

	enum err_code code = errno == ENOENT || errno == ENOTDIR ? ERR_INVALID : ERR_ENVIRONMENT;

	err_set(err, code, "%s cannot be made: %s", output->path, strerror(errno));
	free(output->folder);
	output->folder = NULL;
	return false;
}

static bool open_zip(struct output *output, struct err *err)
{
	char *parent = xstrdup(output->path), *slash = strrchr(parent, '/');

	if (slash)
		slash[slash == parent] = '\0';
	if (file_exists(output->path))
		err_set(err, ERR_INVALID, "%s is there already; a new name belongs here",
			output->path);
	else if (slash && !file_is_folder(parent))
		err_set(err, ERR_INVALID, "%s cannot be made: there is no folder %s", output->path,
			parent);
	else
		output->zip = zip_writer_open(output->path, err);
	free(parent);
	return output->zip != NULL;
}

static void release(struct output *output)
{
	for (size_t i = 0; i < output->count; i++)
		free(output->names[i]);
	free(output->names);
	free(output->name);
	free(output->folder);
	free(output->path);
	free(output);
}

struct output *output_new(const char *path, struct err *err)
{
	struct output *output = xcalloc(1, sizeof *output);
	size_t length = strlen(path);

	while (length > 1 && path[length - 1] == '/')
		length--;
	output->path = xstrndup(path, length);
	if (is_zip(output->path) ? open_zip(output, err) : open_folder(output, err))
		return output;
	release(output);
	return NULL;
}

FILE *output_open(struct output *output, const char *name, struct err *err)
{
	char *path;

	free(output->name);
	output->name = xstrdup(name);
	if (output->zip) {
		output->file = file_temporary(err);
		return output->file;
	}
	path = path_join(output->folder, name);
	output->file = fopen(path, "wbx");
	if (output->file)
		setvbuf(output->file, NULL, _IOFBF, BLOCK);
	else
		err_set(err, ERR_ENVIRONMENT, "%s: %s", path, strerror(errno));
	free(path);
	return output->file;
}

bool output_rewind(struct output *output, struct err *err)
{
	rewind(output->file);
	return ftruncate(fileno(output->file), 0) == 0 ||
	       err_set(err, ERR_ENVIRONMENT, "%s: %s cannot be written: %s", output->path,
		       output->name, strerror(errno));
}

static bool remember(struct output *output)
{
	GROW(output->names, output->count, output->room);
	output->names[output->count++] = output->name;
	output->name = NULL;
	return true;
}

bool output_add(struct output *output, struct err *err)
{
	FILE *file = output->file;
	bool good = fflush(file) == 0 && !ferror(file);
	char *name = output->name;

	output->file = NULL;
	if (!good)
		err_set(err, ERR_ENVIRONMENT, "%s: %s cannot be written: %s", output->path, name,
			strerror(errno));
	remember(output);
	if (good && output->zip)
		return zip_writer_add(output->zip, name, file, err);
	return fclose(file) == 0 && good
		       ? true
		       : err_set(err, ERR_ENVIRONMENT, "%s: %s cannot be written: %s", output->path,
				 name, strerror(errno));
}

bool output_end(struct output *output, struct err *err)
{
	bool good = true;

	if (output->zip) {
		good = zip_writer_end(output->zip, err);
	} else if (strcmp(output->folder, output->path) != 0 &&
		   rename(output->folder, output->path) != 0) {
		err_set(err, ERR_ENVIRONMENT, "%s cannot be made: %s", output->path,
			strerror(errno));
		output_abort(output);
		return false;
	}
	release(output);
	return good;
}

void output_abort(struct output *output)
{
	if (!output)
		return;
	if (output->file) {
		fclose(output->file);
		remember(output);
	}
	zip_writer_abort(output->zip);
	for (size_t i = 0; output->folder && i < output->count; i++) {
		char *path = path_join(output->folder, output->names[i]);

		unlink(path);
		free(path);
	}
	if (output->folder && strcmp(output->folder, output->path) != 0)
		rmdir(output->folder);
	release(output);
}
