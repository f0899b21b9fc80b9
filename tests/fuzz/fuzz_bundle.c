/*
 * fuzz_bundle.c - one file of a bundle: the first byte says which, the rest is its text.
 * Whatever it is, the import comes to an end, tells each flaw, and stores what is the same
 * once it was written out and read in again.
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
static struct store *store, *again;
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

static void remove_folder(const char *path)
{
	for (size_t i = 0; i < CSV_FILES; i++) {
		char *file = xformat("%s/%s.csv", path, csv_files[i].name);

		unlink(file);
		free(file);
	}
	for (size_t i = 0; i < 2; i++) {
		char *file = xformat("%s/%s", path, i ? "manifest.csv" : "sis-state.json");

		unlink(file);
		free(file);
	}
	rmdir(path);
}

static void end(void)
{
	store_close(store);
	store_close(again);
	remove_folder(folder);
}

/* Once: a folder, and a store that each input finds empty. */
static void begin(void)
{
	struct err err = ERR_INIT;

	snprintf(folder, sizeof folder, "%s/mocksis-fuzz-XXXXXX",
		 file_is_folder("/dev/shm") ? "/dev/shm" : "/tmp");
	if (!mkdtemp(folder))
		BUG("no folder");
	store = store_open(":memory:", &err);
	again = store_open(":memory:", &err);
	FUZZ_HOLDS(store && again);
	atexit(end);
}

static void empty(struct store *full)
{
	struct str sql = STR_INIT;
	struct err err = ERR_INIT;

	str_add(&sql, "DELETE FROM ref; DELETE FROM sis_state;");
	for (size_t i = 0; i < ENTITY_COUNT; i++)
		str_format(&sql, "DELETE FROM %s;", entities[i]->plural);
	FUZZ_HOLDS(conn_begin(store_conn(full), true, &err) &&
		   conn_exec(store_conn(full), str_text(&sql), &err) &&
		   conn_commit(store_conn(full), &err));
	str_release(&sql);
}

static bool add_row(const struct value *columns, int count, void *payload)
{
	for (int i = 1; i < count; i++)
		str_format(payload, "%d %lld %.17g %s|", (int)columns[i].kind,
			   (long long)columns[i].integer, columns[i].real,
			   columns[i].kind == VALUE_TEXT ? columns[i].text : "");
	str_add_char(payload, '\n');
	return true;
}

/* All rows of one kind but for their numbers. */
static void dump(struct store *full, const struct entity *entity, struct str *out)
{
	struct err err = ERR_INIT;
	struct sql sql;

	sql_init(&sql);
	sql_format(&sql, "SELECT * FROM %s ORDER BY id", entity->plural);
	FUZZ_HOLDS(conn_query(store_conn(full), &sql, add_row, out, &err));
	sql_release(&sql);
}

static void compare(void)
{
	for (size_t i = 0; i < ENTITY_COUNT; i++) {
		struct str one = STR_INIT, other = STR_INIT;

		dump(store, entities[i], &one);
		dump(again, entities[i], &other);
		if (strcmp(str_text(&one), str_text(&other)) != 0)
			BUG("not the same:\n%s\n%s", str_text(&one), str_text(&other));
		str_release(&one);
		str_release(&other);
	}
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
	struct export export = { .since = INT64_MIN };
	struct err err = ERR_INIT;
	struct bundle *bundle;
	char *out, name[64];

	if (size == 0)
		return 0;
	if (!store)
		begin();
	file = &csv_files[(data[0] & 0x3f) % CSV_FILES];
	snprintf(name, sizeof name, "%s.csv", file->name);
	write_file("manifest.csv", "propertyName,value\noneroster.version,", 37,
		   data[0] & 0x80 ? "1.1\n" : "1.2\n", 4);
	write_around(file);
	write_file(name, "", 0, data + 1, size - 1);
	bundle = bundle_open(folder, &err);
	flaws = 0;
	FUZZ_HOLDS(bundle && import_bundles(&import, store, &bundle, 1, &err));
	FUZZ_HOLDS(flaws == import.errors + import.warnings && import.stored);
	bundle_close(bundle);

	out = xformat("%s.out", folder);
	export.version = data[0] & 0x40 ? V11 : V12;
	FUZZ_HOLDS(export_bundle(&export, store, out, &err));
	bundle = bundle_open(out, &err);
	import = (struct import){ .now = 2 };
	FUZZ_HOLDS(bundle && import_bundles(&import, again, &bundle, 1, &err));
	bundle_close(bundle);
	compare();
	remove_folder(out);
	free(out);
	empty(store);
	empty(again);
	return 0;
}
