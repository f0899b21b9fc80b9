/*
 * fuzz_bundle.c - one file of a bundle: the first byte says which, the rest is its text.
 * Whatever it is, the import comes to an end, tells each flaw, and stores what can be
 * written out again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "server/bundle/export.h"
#include "server/bundle/import.h"
#include "tests/fuzz/fuzz.h"

/* Rows for the file to speak of. */
static const char *const around[][2] = {
	{ "orgs", "o,,,O,school,,\n" },
	{ "classes", "k,,,K,,c,,scheduled,,o,t,,,\n" },
	{ "users", "u,,,true,u,,U,V,,,,,,,,,,,,,,\n" },
	{ "lineItems", "l,,,L,,2026-01-01,2026-01-02,k,g,t,0,1,o\n" },
	{ "results", "r,,,l,u,fully graded,1,2026-01-02,,,,,,,\n" },
};

static char folder[64];
static size_t flaws;

static void write_file(const char *name, const void *head, size_t head_length, const void *text,
		       size_t length)
{
	char *path = xformat("%s/%s", folder, name);
	FILE *file = fopen(path, "wb");

	if (!file || fwrite(head, 1, head_length, file) != head_length ||
	    fwrite(text, 1, length, file) != length || fclose(file) != 0)
		BUG("%s cannot be written", path);
	free(path);
}

static void remove_file(const char *name)
{
	char *path = xformat("%s/%s", folder, name);

	unlink(path);
	free(path);
}

static void write_around(const struct csv_file *file)
{
	for (size_t i = 0; i < ARRAY_SIZE(around); i++) {
		struct csv_column columns[CSV_COLUMNS];
		int count = csv_file_columns(csv_file_find(around[i][0]), V12, columns);
		struct str header = STR_INIT;
		char name[64];
		const char *between = "";

		snprintf(name, sizeof name, "%s.csv", around[i][0]);
		for (int k = 0; k < count; k++)
			if (!columns[k].dropped) {
				str_format(&header, "%s%s", between, columns[k].name);
				between = ",";
			}
		str_add_char(&header, '\n');
		if (strcmp(around[i][0], file->name) != 0)
			write_file(name, header.text, header.length, around[i][1],
				   strlen(around[i][1]));
		str_release(&header);
	}
}

static void clean(void)
{
	for (size_t i = 0; i < CSV_FILES; i++) {
		char name[64];

		snprintf(name, sizeof name, "%s.csv", csv_files[i].name);
		remove_file(name);
	}
	remove_file("manifest.csv");
	remove_file("sis-state.json");
}

static void remove_folder(void)
{
	clean();
	rmdir(folder);
}

static void count_flaw(const struct flaw *flaw, void *payload)
{
	(void)payload;
	FUZZ_HOLDS(*flaw->rule && *flaw->text && flaw->line >= 0 && flaw->column >= 0);
	flaws++;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct csv_file *file;
	struct import import = { .now = 1, .flaw = count_flaw };
	struct export export = { .version = V12, .since = INT64_MIN };
	struct err err = ERR_INIT;
	struct bundle *bundle;
	struct store *store;
	char *out, name[64];

	if (size == 0)
		return 0;
	if (!*folder) {
		snprintf(folder, sizeof folder, "%s/mocksis-fuzz-XXXXXX",
			 file_is_folder("/dev/shm") ? "/dev/shm" : "/tmp");
		if (!mkdtemp(folder))
			BUG("no folder");
		atexit(remove_folder);
	}
	file = &csv_files[data[0] % CSV_FILES];
	snprintf(name, sizeof name, "%s.csv", file->name);
	write_file("manifest.csv", "propertyName,value\noneroster.version,", 37,
		   data[0] & 0x80 ? "1.1\n" : "1.2\n", 4);
	write_around(file);
	write_file(name, "", 0, data + 1, size - 1);

	store = store_open(":memory:", &err);
	bundle = bundle_open(folder, &err);
	flaws = 0;
	FUZZ_HOLDS(store && bundle && import_bundles(&import, store, &bundle, 1, &err));
	FUZZ_HOLDS(flaws == import.errors + import.warnings && import.stored);
	bundle_close(bundle);
	clean();
	out = xformat("%s/out.zip", folder);
	export.version = data[0] & 0x40 ? V11 : V12;
	FUZZ_HOLDS(export_bundle(&export, store, out, &err));
	unlink(out);
	free(out);
	store_close(store);
	return 0;
}
