/*
 * zip.c - zips in and out.
 */
#include "server/bundle/zip.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <zip.h>

#include "base/file.h"

struct zip_reader {
	zip_t *archive;
	char *path;
};

static bool refuse(const struct zip_reader *zip, const char *name, const char *why, struct err *err)
{
	return err_set(err, ERR_INVALID, "%s: the entry %s %s; nothing of the zip is read",
		       zip->path, name, why);
}

/* An entry that lies in the folder which holds all of them, as it is when a folder was
 * zipped instead of the files in it; NULL when there is no such folder. */
static const char *wrapped(char *const *names, size_t count)
{
	const char *one = NULL;

	for (size_t i = 0; i < count; i++) {
		size_t first = strcspn(names[i], "/");

		if (starts_with(names[i], "__MACOSX/")) /* beside it, where macOS made the zip */
			continue;
		if (!names[i][first] || names[i][0] == '.' || first == 0 ||
		    (one && strncmp(names[i], one, first + 1) != 0))
			return NULL;
		one = names[i];
	}
	return one;
}

static bool is_link(zip_t *archive, zip_uint64_t i)
{
	zip_uint8_t system;
	zip_uint32_t attributes;

	return zip_file_get_external_attributes(archive, i, 0, &system, &attributes) == 0 &&
	       system == ZIP_OPSYS_UNIX && S_ISLNK(attributes >> 16);
}

static bool check_name(const struct zip_reader *zip, char *const *names, size_t i, struct err *err)
{
	const char *name = names[i];

	if (!*name || !utf8_valid(name, strlen(name), NULL))
		return refuse(zip, *name ? "with a broken name" : "\"\"",
			      *name ? "(it is not UTF-8) is refused" : "has no name", err);
	if (name[0] == '/' || strchr(name, '\\') || strstr(name, "..") || strchr(name, ':'))
		return refuse(zip, name, "leads out of the bundle", err);
	if (strchr(name, '/'))
		return refuse(zip, name, "lies in a folder: a bundle has all its files at the top",
			      err);
	for (size_t k = 0; k < i; k++)
		if (strcasecmp(names[k], name) == 0)
			return refuse(zip, name, "is there twice", err);
	return true;
}

static bool check_entry(const struct zip_reader *zip, const char *name, size_t i, uint64_t *total,
			struct err *err)
{
	zip_stat_t status;

	if (zip_stat_index(zip->archive, i, 0, &status) != 0 || !(status.valid & ZIP_STAT_SIZE))
		return refuse(zip, name, "is broken", err);
	if (is_link(zip->archive, i))
		return refuse(zip, name, "is a symbolic link", err);
	if (status.encryption_method != ZIP_EM_NONE)
		return refuse(zip, name, "is encrypted", err);
	*total += status.size;
	if (status.size > BUNDLE_ENTRY_CAP || *total > BUNDLE_TOTAL_CAP)
		return refuse(zip, name, "is too large: 2 GiB, and 4 GiB in all, are the most",
			      err);
	if (status.size > BUNDLE_RATIO_FROM && status.size / BUNDLE_RATIO > status.comp_size)
		return refuse(zip, name, "unpacks to more than 200 times its size", err);
	return true;
}

static bool check_all(const struct zip_reader *zip, char *const *names, size_t count,
		      struct err *err)
{
	const char *inside = wrapped(names, count);
	uint64_t total = 0;

	if (inside)
		return err_set(err, ERR_INVALID,
			       "%s: all its files lie in the folder %.*s; zip the files, not the "
			       "folder that holds them",
			       zip->path, (int)strcspn(inside, "/"), inside);
	for (size_t i = 0; i < count; i++)
		if (!check_name(zip, names, i, err) || !check_entry(zip, names[i], i, &total, err))
			return false;
	return true;
}

static bool read_entries(struct zip_reader *zip, char ***names, size_t *count, struct err *err)
{
	zip_int64_t entries = zip_get_num_entries(zip->archive, 0);

	if (entries == 0)
		return err_set(err, ERR_INVALID, "%s: the zip is empty", zip->path);
	if (entries > BUNDLE_ENTRIES)
		return err_set(err, ERR_INVALID, "%s: the zip has %lld entries; %d are the most",
			       zip->path, (long long)entries, BUNDLE_ENTRIES);
	*names = xcalloc((size_t)entries, sizeof **names);
	for (zip_int64_t i = 0; i < entries; i++) {
		const char *name = zip_get_name(zip->archive, (zip_uint64_t)i, ZIP_FL_ENC_RAW);

		(*names)[(*count)++] = xstrdup(name ? name : "");
	}
	return check_all(zip, *names, *count, err);
}

struct zip_reader *zip_reader_open(const char *path, char ***names, size_t *count, struct err *err)
{
	struct zip_reader *zip = xcalloc(1, sizeof *zip);
	zip_error_t why;
	int code;

	zip->path = xstrdup(path);
	zip->archive = zip_open(path, ZIP_RDONLY, &code);
	if (!zip->archive) {
		zip_error_init_with_code(&why, code);
		err_set(err, ERR_INVALID, "%s: neither a folder of CSV files nor a sound zip: %s",
			path, zip_error_strerror(&why));
		zip_error_fini(&why);
	} else if (read_entries(zip, names, count, err)) {
		return zip;
	}
	zip_reader_close(zip);
	return NULL;
}

void zip_reader_close(struct zip_reader *zip)
{
	if (!zip)
		return;
	if (zip->archive)
		zip_discard(zip->archive);
	free(zip->path);
	free(zip);
}

/* What the entry says of its size may be a lie: the bytes that come are counted. */
static bool unpack(const struct zip_reader *zip, zip_file_t *entry, const zip_stat_t *status,
		   FILE *file, struct err *err)
{
	static const size_t chunk = 65536;
	char *bytes = xmalloc(chunk);
	uint64_t total = 0;
	zip_int64_t got = 0;
	bool good = true;

	while (good && (got = zip_fread(entry, bytes, chunk)) > 0) {
		total += (uint64_t)got;
		if (total > BUNDLE_ENTRY_CAP || total > status->size)
			good = refuse(zip, status->name, "is larger than it says", err);
		else if (fwrite(bytes, 1, (size_t)got, file) != (size_t)got)
			good = err_set(err, ERR_ENVIRONMENT,
				       "%s: the entry %s cannot be unpacked: the disk is full",
				       zip->path, status->name);
	}
	free(bytes);
	if (got < 0)
		good = refuse(zip, status->name, zip_file_strerror(entry), err);
	return good;
}

FILE *zip_reader_file(struct zip_reader *zip, const char *name, struct err *err)
{
	zip_stat_t status;
	zip_file_t *entry = NULL;
	FILE *file = NULL;

	if (zip_stat(zip->archive, name, ZIP_FL_ENC_RAW, &status) == 0)
		entry = zip_fopen_index(zip->archive, status.index, 0);
	if (!entry) {
		refuse(zip, name, zip_strerror(zip->archive), err);
		return NULL;
	}
	file = file_temporary(err);
	if (file && (!unpack(zip, entry, &status, file, err) || fflush(file) != 0)) {
		err_set(err, ERR_ENVIRONMENT, "%s: the disk is full", zip->path);
		fclose(file);
		file = NULL;
	}
	zip_fclose(entry);
	if (file)
		rewind(file);
	return file;
}

struct zip_writer {
	zip_t *archive;
	char *path;
};

struct zip_writer *zip_writer_open(const char *path, struct err *err)
{
	struct zip_writer *zip = xcalloc(1, sizeof *zip);
	zip_error_t why;
	int code;

	zip->path = xstrdup(path);
	zip->archive = zip_open(path, ZIP_CREATE | ZIP_EXCL, &code);
	if (zip->archive)
		return zip;
	zip_error_init_with_code(&why, code);
	err_set(err, ERR_ENVIRONMENT, "%s: %s", path, zip_error_strerror(&why));
	zip_error_fini(&why);
	zip_writer_abort(zip);
	return NULL;
}

bool zip_writer_add(struct zip_writer *zip, const char *name, FILE *file, struct err *err)
{
	zip_source_t *source;

	rewind(file);
	source = zip_source_filep(zip->archive, file, 0, -1);
	if (!source)
		fclose(file);
	if (source &&
	    zip_file_add(zip->archive, name, source, ZIP_FL_ENC_UTF_8 | ZIP_FL_OVERWRITE) >= 0)
		return true;
	if (source)
		zip_source_free(source);
	return err_set(err, ERR_ENVIRONMENT, "%s: %s", zip->path, zip_strerror(zip->archive));
}

bool zip_writer_end(struct zip_writer *zip, struct err *err)
{
	bool good = zip_close(zip->archive) == 0;

	if (good)
		zip->archive = NULL;
	else
		err_set(err, ERR_ENVIRONMENT, "%s: it cannot be written: %s", zip->path,
			zip_strerror(zip->archive));
	zip_writer_abort(zip);
	return good;
}

void zip_writer_abort(struct zip_writer *zip)
{
	if (!zip)
		return;
	if (zip->archive)
		zip_discard(zip->archive);
	free(zip->path);
	free(zip);
}
