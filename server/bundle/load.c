/*
 * load.c - the files of a bundle, row by row.
 */
#include "server/bundle/internal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/progress.h"
#include "base/when.h"

/* Pages that are held while a bundle is loaded, in KiB: an index in no order, as that of the
 * sourcedIds mostly is, touches another page with each row. */
#define CACHE_KIB 64000

bool notes_begin(struct loading *loading, struct err *err)
{
	char text[80];
	struct sql sql;

	sql_init(&sql);
	sql_add(&sql, "PRAGMA cache_size");

	bool good = conn_integer(loading->conn, &sql, &loading->cache_size, err);

	sql_release(&sql);
	snprintf(text, sizeof text, "PRAGMA cache_size = %d;", -CACHE_KIB);
	/* on disk: there may be millions of rows */
	return good && conn_exec(loading->conn, text, err) &&
	       conn_exec(loading->conn,
			 "PRAGMA temp_store = FILE; CREATE TEMP TABLE import_row (kind TEXT,"
			 " id TEXT, bundle INTEGER, line INTEGER, PRIMARY KEY (kind, id))"
			 " STRICT, WITHOUT ROWID;",
			 err);
}

bool notes_end(struct loading *loading, struct err *err)
{
	char text[80];

	snprintf(text, sizeof text, "PRAGMA cache_size = %lld;", (long long)loading->cache_size);
	return conn_exec(loading->conn, text, err) &&
	       conn_exec(loading->conn,
			 "DROP TABLE temp.import_row; PRAGMA temp_store = MEMORY;"
			 "PRAGMA shrink_memory;",
			 err);
}

bool row_note(struct loading *loading, const char *kind, const char *id, int line, bool across,
	      bool *fresh, struct err *err)
{
	struct sql sql;

	sql_init(&sql);
	sql_add(&sql, "INSERT INTO temp.import_row (kind, id, bundle, line) VALUES (");
	sql_text(&sql, kind);
	sql_add(&sql, ", ");
	sql_text(&sql, id);
	sql_add(&sql, ", ");
	sql_int(&sql, (int64_t)loading->number);
	sql_add(&sql, ", ");
	sql_int(&sql, line);
	sql_add(&sql, ") ON CONFLICT DO UPDATE SET bundle = excluded.bundle, line = "
		      "excluded.line WHERE bundle <> excluded.bundle AND NOT ");
	sql_int(&sql, across);

	bool good = conn_query(loading->conn, &sql, NULL, NULL, err);

	*fresh = good && conn_changes(loading->conn) > 0;
	sql_release(&sql);
	return good;
}

bool row_noted(struct loading *loading, const char *kind, const char *id, bool *found,
	       struct err *err)
{
	struct sql sql;
	int64_t count;

	sql_init(&sql);
	sql_add(&sql, "SELECT count(*) FROM temp.import_row WHERE kind = ");
	sql_text(&sql, kind);
	sql_add(&sql, " AND id = ");
	sql_text(&sql, id);

	bool good = conn_integer(loading->conn, &sql, &count, err);

	*found = count > 0;
	sql_release(&sql);
	return good;
}

/* A value that is understood, but not written as the binding has it. */
static bool is_canonical(const struct field *field, const char *cell, unsigned version)
{
	switch (field->type) {
	case T_BOOL:
		return strcmp(cell, "true") == 0 || strcmp(cell, "false") == 0;
	case T_DATE:
		return strlen(cell) == DATE_TEXT - 1;
	case T_TIME: /* dateLastModified is a dateTime, the others are dates in CSV */
		return field->flags & F_SERVER
			       ? strlen(cell) > 18 && cell[10] == 'T' && ends_with(cell, "Z")
			       : strlen(cell) == DATE_TEXT - 1;
	case T_ID:
	case T_REF:
		return id_is_plain(cell);
	case T_ENUM:
		return vocab_allows(field->vocab, cell, version);
	case T_TEXT:
	case T_URI:
	case T_NUMBER:
	case T_REFS:
	case T_TEXTS:
	case T_OBJECTS:
	case T_MAP:
		return true;
	}
	return true;
}

void check_form(struct import *import, const struct table *table, const struct csv *csv, int at,
		const struct field *field)
{
	const char *cell = csv_cell(csv, at);

	if (strpbrk(cell, "\r\n"))
		flaw_report(import, table->name, csv->row_line, at + 1, FLAW_LINE_BREAK,
			    FLAW_WARNING, "%s: there is a line break in the value; it is kept",
			    table->columns[at].name);
	if (*cell && !is_canonical(field, cell, cell_version(field, table->version)))
		flaw_report(import, table->name, csv->row_line, at + 1, FLAW_VALUE_FORM,
			    FLAW_WARNING,
			    "%s: \"%.60s\" is understood, but not in the form of the binding",
			    table->columns[at].name, cell);
}

void check_count(struct import *import, const struct table *table, const struct csv *csv)
{
	if (csv->count != table->count)
		flaw_report(import, table->name, csv->row_line, 0, FLAW_CELL_COUNT, FLAW_WARNING,
			    "%d cells, but the header has %d%s", csv->count, table->count,
			    csv->count > table->count ? "; what is beyond is not loaded" : "");
}

bool check_missing(struct import *import, const struct table *table, const struct csv *csv, int at,
		   bool needed)
{
	flaw_report(import, table->name, csv->row_line, at + 1, FLAW_VALUE_MISSING,
		    needed ? FLAW_ERROR : FLAW_WARNING, "%s is empty, but required%s",
		    table->columns[at].name, needed ? "; the row is not loaded" : "");
	return needed;
}

static bool load_row(struct loading *loading, struct table *table, const struct csv *csv,
		     size_t number, struct err *err)
{
	bool loaded = false, good;

	good = table->file->field ? part_load(loading, table, csv, &loaded, err)
				  : object_load(loading, table, csv, &loaded, err);
	loading->import->loaded[number] += loaded;
	loading->import->refused[number] += !loaded;
	return good;
}

static void broken_row(struct loading *loading, const struct table *table, const struct csv *csv,
		       size_t number, const char *why)
{
	flaw_report(loading->import, table->name, csv->wrong_line, csv->wrong_cell, FLAW_SYNTAX,
		    FLAW_ERROR, "%s; the row is not loaded", why);
	loading->import->refused[number]++;
	loading->broken[number] = true;
}

/* Indexes of a file of this size are worth building anew. */
#define LARGE (1 << 20)

static bool begin_rows(struct loading *loading, struct table *table, size_t number, bool large,
		       struct err *err)
{
	if (table->file->field)
		return true;
	if (!bulk_open(loading->conn, table->file->entity, large, &table->bulk_rows, err))
		return false;
	loading->was_empty[number] = loading->was_empty[number] || table->bulk_rows;
	return true;
}

static void show_index(int done, int total, void *payload)
{
	struct progress *progress = payload;

	progress->total = total;
	progress_step(progress, done);
}

static bool end_rows(struct table *table, bool good, struct err *err)
{
	struct bulk *bulk = table->bulk_rows;
	struct progress progress;

	table->bulk_rows = NULL;
	if (!good)
		bulk_abort(bulk);
	if (!good || !bulk)
		return good;
	progress_start(&progress, "indexes", 0);
	good = bulk_close(bulk, show_index, &progress, err);
	progress_end(&progress);
	return good;
}

static bool load_rows(struct loading *loading, struct table *table, struct csv *csv, size_t number,
		      struct err *err)
{
	struct progress progress;
	struct stat status = { 0 };
	bool good;

	fstat(fileno(csv->file), &status);
	good = begin_rows(loading, table, number, status.st_size >= LARGE, err);
	progress_start(&progress, table->name, status.st_size);
	while (good) {
		struct err why = ERR_INIT;
		enum csv_result result = csv_read(csv, &why);

		if (result == CSV_END)
			break;
		progress_step(&progress, csv->row_at);
		if (result == CSV_ROW)
			good = load_row(loading, table, csv, number, err);
		else
			broken_row(loading, table, csv, number, why.text);
	}
	progress_end(&progress);
	return end_rows(table, good, err);
}

static void report_lost(struct import *import, const struct table *table)
{
	for (int i = 0; i < table->count; i++) {
		const struct column *column = &table->columns[i];
		bool unknown = column->kind == COLUMN_UNKNOWN;

		if (column->lost)
			flaw_report(import, table->name, 1, i + 1,
				    unknown ? FLAW_COLUMN_LOST : FLAW_VALUE_LOST, FLAW_WARNING,
				    "%zu values of %s are not loaded%s", column->lost, column->name,
				    unknown ? "" : ": the object has no place for them");
	}
}

static bool read_file(struct loading *loading, struct table *table, FILE *file, size_t number,
		      struct err *err)
{
	struct import *import = loading->import;
	bool good = true, usable = false;
	struct err why = ERR_INIT;
	struct csv csv;

	csv_init(&csv, file);
	switch (csv_read(&csv, &why)) {
	case CSV_ROW:
		usable = header_read(import, table, &csv);
		if (usable)
			good = load_rows(loading, table, &csv, number, err);
		break;
	case CSV_END:
		flaw_report(import, table->name, 1, 0, FLAW_FILE_EMPTY, FLAW_ERROR,
			    "the file is empty; not even a header is there");
		break;
	case CSV_BROKEN:
		flaw_report(import, table->name, 1, 0, FLAW_SYNTAX, FLAW_ERROR, "%s", why.text);
		break;
	}
	if (ferror(file))
		flaw_report(import, table->name, csv.line, 0, FLAW_FILE_UNREADABLE, FLAW_ERROR,
			    "reading broke off here; what follows is not loaded");
	loading->broken[number] = loading->broken[number] || !usable || ferror(file);
	report_lost(import, table);
	csv_release(&csv);
	return good;
}

/* What the manifest and the folder say of each other. */
static void check_announced(struct loading *loading, const struct table *table, const char *mode,
			    bool there, bool misprinted)
{
	struct import *import = loading->import;

	if (!there && mode && strcmp(mode, "absent") != 0)
		flaw_report(import, table->name, 0, 0, FLAW_FILE_MISSING, FLAW_ERROR,
			    "the manifest says %s, but the file is not there", mode);
	if (there && same_text(mode, "absent"))
		flaw_report(import, table->name, 0, 0, FLAW_FILE_ANNOUNCED, FLAW_WARNING,
			    "the manifest says absent, but the file is there; it is loaded");
	if (there && misprinted)
		flaw_report(import, table->name, 0, 0, FLAW_FILE_NAME, FLAW_WARNING,
			    "it is taken for %s.csv", table->file->name);
	if (there && loading->manifest.there && !table->whole && table->file->in &&
	    !(table->file->in & table->version))
		flaw_report(import, table->name, 0, 0, FLAW_FILE_VERSION, FLAW_WARNING,
			    "1.1 has no such file; it is loaded as that of 1.2");
}

static bool load_file(struct loading *loading, size_t number, struct err *err)
{
	const struct csv_file *file = &csv_files[number];
	struct table *table = &loading->tables[number];
	const char *mode = manifest_mode(&loading->manifest, file);
	char plain[64], name[64];
	bool there, good = true;
	FILE *stream;

	*table = (struct table){ .file = file,
				 .version = loading->manifest.version,
				 .bulk = same_text(mode, "bulk"),
				 .delta = same_text(mode, "delta"),
				 .whole = loading->manifest.whole };
	if (file->field)
		link_init(&table->link, file);
	snprintf(plain, sizeof plain, "%s.csv", file->name);
	table->name = flaw_file(loading, manifest_file_name(loading->bundle, file, name));
	there = bundle_has(loading->bundle, name);
	check_announced(loading, table, mode, there, strcmp(plain, name) != 0);
	loading->bulk[number] = loading->bulk[number] || table->bulk;
	stream = there ? loading_file(loading, name, err) : NULL;
	if (stream) {
		good = read_file(loading, table, stream, number, err);
		fclose(stream);
	} else {
		loading->broken[number] = loading->broken[number] || table->bulk;
	}
	return good && err->code == ERR_NONE;
}

bool load_files(struct loading *loading, struct err *err)
{
	for (size_t i = 0; i < CSV_FILES; i++)
		if (!load_file(loading, i, err))
			return false;
	return true;
}
