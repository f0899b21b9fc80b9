/*
 * district_files.c - the CSV files of a synthetic district.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/progress.h"
#include "conformance/generate/district_internal.h"

#define BLOCK (64 << 10) /* written at once */

void sheet_row(struct sheet *sheet, const char *const cells[static SHEET_CELLS])
{
	for (int i = 0; i < sheet->columns; i++)
		csv_write(&sheet->csv, sheet->from[i] < 0 ? "" : cells[sheet->from[i]]);
	csv_write_end(&sheet->csv);
	sheet->rows++;
}

static int64_t units(const struct district *d, enum unit unit)
{
	switch (unit) {
	case PER_DISTRICT:
		return 1;
	case PER_SCHOOL:
		return d->schools;
	case PER_COHORT:
		return d->cohorts;
	case PER_CLASS:
		return d->classes;
	}
	BUG("unit %d", (int)unit);
}

/* The place of a word among blank-separated ones; -1: it is none of them. */
static int place_of(const char *words, const char *word)
{
	for (int place = 0; *words; place++) {
		size_t length = strcspn(words, " ");

		if (strlen(word) == length && strncmp(words, word, length) == 0)
			return place;
		words += length + (words[length] == ' ');
	}
	return -1;
}

static void begin_sheet(struct sheet *sheet, const struct csv_file *file, const char *words)
{
	struct csv_column columns[CSV_COLUMNS];
	int count = csv_file_columns(file, sheet->district->options->version, columns);

	for (int i = 0; i < count; i++) {
		if (columns[i].dropped)
			continue;
		csv_write(&sheet->csv, columns[i].name);
		sheet->from[sheet->columns++] = place_of(words, columns[i].name);
	}
	csv_write_end(&sheet->csv);
}

static bool close_sheet(FILE *file, const char *path, struct err *err)
{
	bool good = !ferror(file);

	good = fclose(file) == 0 && good;
	return good || err_set(err, ERR_ENVIRONMENT, "%s cannot be written", path);
}

static FILE *open_sheet(const char *path, struct err *err)
{
	FILE *file = fopen(path, "wb");

	if (!file)
		err_set(err, ERR_ENVIRONMENT, "%s cannot be written", path);
	else
		setvbuf(file, NULL, _IOFBF, BLOCK);
	return file;
}

static bool write_sheet(const struct district *d, size_t i, const char *folder, json_t *rows,
			struct err *err)
{
	const struct csv_file *file = csv_file_find(district_files[i].file);
	char *path = xformat("%s/%s.csv", folder, file->name);
	FILE *stream = open_sheet(path, err);
	struct sheet sheet = { .district = d, .csv = { stream, false } };
	int64_t count = units(d, district_files[i].unit);
	struct progress progress;
	bool good = stream != NULL;

	progress_start(&progress, file->name, count);
	if (good)
		begin_sheet(&sheet, file, district_files[i].columns);
	for (int64_t n = 0; n < count && good; n++) {
		district_files[i].write(&sheet, n);
		progress_step(&progress, n);
		good = !ferror(stream);
	}
	progress_end(&progress);
	if (stream)
		good = close_sheet(stream, path, err);
	json_object_set_new(rows, file->name, json_integer(sheet.rows));
	free(path);
	return good;
}

static void put_property(struct csv_writer *csv, const char *name, const char *value)
{
	csv_write(csv, name);
	csv_write(csv, value);
	csv_write_end(csv);
}

static bool write_manifest(const struct district *d, const char *folder, const json_t *rows,
			   struct err *err)
{
	char *path = path_join(folder, "manifest.csv");
	FILE *stream = open_sheet(path, err);
	struct csv_writer csv = { stream, false };
	bool good = stream != NULL;

	if (good) {
		put_property(&csv, "propertyName", "value");
		put_property(&csv, "manifest.version", "1.0");
		put_property(&csv, "oneroster.version", d->options->version == V12 ? "1.2" : "1.1");
	}
	for (size_t i = 0; i < CSV_FILES && good; i++) {
		char name[80];

		snprintf(name, sizeof name, "file.%s", csv_files[i].name);
		if (csv_files[i].in & d->options->version)
			put_property(&csv, name,
				     json_object_get(rows, csv_files[i].name) ? "bulk" : "absent");
	}
	if (good) {
		put_property(&csv, "source.systemName", "mocksis synthetic district");
		put_property(&csv, "source.systemCode", "mocksis-synthetic");
		good = close_sheet(stream, path, err);
	}
	free(path);
	return good;
}

bool district_write(const struct district *district, const char *folder, json_t *rows,
		    struct err *err)
{
	bool good = true;

	for (size_t i = 0; i < DISTRICT_FILES && good; i++)
		if (csv_file_find(district_files[i].file)->in & district->options->version)
			good = write_sheet(district, i, folder, rows, err);
	return good && write_manifest(district, folder, rows, err);
}
