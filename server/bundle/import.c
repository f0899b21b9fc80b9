/*
 * import.c - the files of a bundle, row by row.
 */
#include "server/bundle/internal.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "base/jsonx.h"
#include "oneroster/cell.h"
#include "base/progress.h"
#include "base/when.h"

void flaw_report(struct import *import, const char *file, int line, int column, const char *rule,
		 enum flaw_severity severity, const char *format, ...)
{
	struct flaw flaw = { file, line, column, rule, severity, NULL };
	struct str text = STR_INIT;
	va_list args;

	va_start(args, format);
	str_vformat(&text, format, args);
	va_end(args);
	flaw.text = str_text(&text);
	*(severity == FLAW_ERROR ? &import->errors : &import->warnings) += 1;
	if (import->flaw)
		import->flaw(&flaw, import->payload);
	str_release(&text);
}

static void report(struct import *import, const struct table *table, int line, int column,
		   const char *rule, enum flaw_severity severity, const char *text)
{
	flaw_report(import, table->file, line, column, rule, severity, "%s", text);
}

/* A value that is understood, but not written as the binding has it. */
static bool is_canonical(const struct field *field, const char *cell)
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
		return !cell[strspn(cell, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
					  "0123456789.-_/@")];
	case T_ENUM:
		return vocab_allows(field->vocab, cell, V11);
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

static void shift_value(const struct import *import, const struct field *field, struct value *value,
			struct arena *arena)
{
	int64_t when;
	char *date;

	if (import->shift == 0 || value->kind == VALUE_NULL || (field->flags & F_SERVER))
		return;
	if (field->type == T_TIME)
		value->integer += import->shift;
	if (field->type == T_DATE && when_parse(value->text, &when, NULL)) {
		date = arena_alloc(arena, DATE_TEXT);
		date_format(when + import->shift, date);
		value->text = date;
	}
}

/* One cell into the record; false when the row cannot be loaded without it. */
static bool read_value(struct import *import, struct table *table, const struct csv *csv, int at,
		       struct record *record, struct arena *arena)
{
	const struct column *column = &table->columns[at];
	const struct field *field = column->field;
	const char *cell = csv_cell(csv, at);
	struct value *value = &record->values[column->index];
	struct err why = ERR_INIT;
	json_t *json = json_from_cell(field, cell, &why);

	if (why.code == ERR_NONE && value_from_json(value, field, BOTH, json, arena, &why)) {
		json_decref(json);
		if (*cell && !is_canonical(field, cell))
			flaw_report(import, table->file, csv->row_line, at + 1, "CSV-VALUE-FORM",
				    FLAW_WARNING,
				    "%s: \"%.60s\" is understood, but not in the form "
				    "of the binding",
				    column->name, cell);
		shift_value(import, field, value, arena);
		return true;
	}
	json_decref(json);
	*value = (struct value){ VALUE_NULL };
	/* a row whose status is not understood must not come back to life as active */
	bool refused = (field->flags & F_NEEDED) || column->index == FIELD_STATUS;

	flaw_report(import, table->file, csv->row_line, at + 1, "CSV-VALUE-INVALID", FLAW_ERROR,
		    "%s: %s; the %s is not loaded", column->name, why.text,
		    refused ? "row" : "value");
	return !refused;
}

static bool check_required(struct import *import, const struct table *table, const struct csv *csv,
			   const struct record *record)
{
	const struct field *fields = table->entity->fields;

	for (int i = 0; fields[i].name; i++) {
		bool demanded = (fields[i].flags & F_NEEDED) ||
				(i > FIELD_METADATA && (fields[i].required & (V11 | T11))) ||
				(table->delta && (i == FIELD_STATUS || i == FIELD_MODIFIED));
		bool needed = (fields[i].flags & F_NEEDED) != 0;

		if (!demanded || !table->place[i] || record->values[i].kind != VALUE_NULL ||
		    *csv_cell(csv, table->place[i] - 1))
			continue; /* a wrong value was reported as such */
		flaw_report(import, table->file, csv->row_line, table->place[i],
			    "CSV-VALUE-MISSING", needed ? FLAW_ERROR : FLAW_WARNING,
			    "%s is empty, but required%s", table->columns[table->place[i] - 1].name,
			    needed ? "; the row is not loaded" : "");
		if (needed)
			return false;
	}
	return true;
}

static void read_metadata(struct table *table, const struct csv *csv, struct record *record,
			  struct arena *arena)
{
	json_t *metadata = json_object();

	for (int i = 0; i < table->count; i++) {
		struct column *column = &table->columns[i];

		if (column->metadata && *csv_cell(csv, i))
			json_object_set_new(metadata, column->metadata,
					    json_string(csv_cell(csv, i)));
		else if (!column->field && *csv_cell(csv, i))
			column->lost++;
	}
	if (json_object_size(metadata)) {
		char *text = jsonx_dump(metadata);

		record_set_text(record, "metadata", arena_dup(arena, text));
		free(text);
	}
	json_decref(metadata);
}

static bool read_record(struct import *import, struct table *table, const struct csv *csv,
			struct record *record, struct arena *arena)
{
	*record = (struct record){ .entity = table->entity };
	if (csv->count != table->count)
		flaw_report(import, table->file, csv->row_line, 0, "CSV-CELL-COUNT", FLAW_WARNING,
			    "%d cells, but the header has %d%s", csv->count, table->count,
			    csv->count > table->count ? "; what is beyond is not loaded" : "");
	for (int i = 0; i < table->count; i++)
		if (table->columns[i].field && !read_value(import, table, csv, i, record, arena))
			return false;
	read_metadata(table, csv, record, arena);
	if (!check_required(import, table, csv, record))
		return false;
	if (record->values[FIELD_STATUS].kind == VALUE_NULL)
		record_set_text(record, "status", "active");
	if (record->values[FIELD_MODIFIED].kind == VALUE_NULL)
		record_set_int(record, "dateLastModified", import->now);
	return true;
}

/* Notes where an object came from; *@fresh is false when its id came before. */
static bool note_row(struct conn *conn, const struct table *table, const struct record *record,
		     int line, bool *fresh, struct err *err)
{
	struct sql sql;

	sql_init(&sql);
	sql_add(&sql, "INSERT OR IGNORE INTO temp.import_row (entity, id, line) VALUES (");
	sql_text(&sql, table->entity->plural);
	sql_add(&sql, ", ");
	sql_text(&sql, record->values[FIELD_SOURCED_ID].text);
	sql_add(&sql, ", ");
	sql_int(&sql, line);
	sql_add(&sql, ")");

	bool good = conn_query(conn, &sql, NULL, NULL, err);

	*fresh = conn_changes(conn) > 0;
	sql_release(&sql);
	return good;
}

static bool load_row(struct import *import, struct conn *conn, struct table *table,
		     const struct csv *csv, size_t number, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct record record;
	bool fresh = false, created, good = true;
	bool sound = read_record(import, table, csv, &record, &arena);

	if (sound)
		good = note_row(conn, table, &record, csv->row_line, &fresh, err);
	if (good && sound && !fresh)
		flaw_report(import, table->file, csv->row_line, table->place[FIELD_SOURCED_ID],
			    "CSV-ID-TWICE", FLAW_ERROR,
			    "sourcedId %s stands in an earlier row; this row is not loaded",
			    record.values[FIELD_SOURCED_ID].text);
	if (good && fresh)
		good = rows_put(conn, &record, &created, err);
	import->loaded[number] += fresh;
	import->refused[number] += !fresh;
	arena_release(&arena);
	return good;
}

static bool load_rows(struct import *import, struct conn *conn, struct table *table,
		      struct csv *csv, size_t number, struct err *err)
{
	struct progress progress;
	bool good = true;
	int64_t rows = 0;

	progress_start(&progress, table->file, 0);
	while (good) {
		struct err why = ERR_INIT;
		enum csv_result result = csv_read(csv, &why);

		if (result == CSV_END)
			break;
		progress_step(&progress, ++rows);
		if (result == CSV_ROW) {
			good = load_row(import, conn, table, csv, number, err);
			continue;
		}
		int line = 0, column = 0;

		sscanf(why.pointer, "%d:%d", &line, &column);
		flaw_report(import, table->file, line, column, "CSV-SYNTAX", FLAW_ERROR,
			    "%s; the row is not loaded", why.text);
		import->refused[number]++;
	}
	progress_end(&progress);
	for (int i = 0; i < table->count; i++)
		if (table->columns[i].lost)
			flaw_report(import, table->file, 1, i + 1, "CSV-COLUMN-LOST", FLAW_WARNING,
				    "%zu values of %s are not loaded", table->columns[i].lost,
				    table->columns[i].name);
	return good;
}

/* What the manifest says of a file: absent, bulk, delta, or NULL. */
static const char *announced(const json_t *manifest, const char *plural)
{
	char *name = xformat("file.%s", plural);
	const char *text = jsonx_text(manifest, name);

	free(name);
	return text;
}

/* References of one list of columns that lead nowhere: @sql answers owner, target, line. */
struct dangling {
	struct import *import;
	const struct table *table;
	int column;
	const char *name;
};

static bool dangling_row(const struct value *columns, int count, void *payload)
{
	const struct dangling *d = payload;

	(void)count;
	flaw_report(d->import, d->table->file, (int)columns[1].integer, d->column,
		    "CSV-REF-UNKNOWN", FLAW_WARNING, "%s: %s is in no row; the reference is kept",
		    d->name, columns[0].text);
	return true;
}

static bool check_field(struct import *import, struct conn *conn, const struct table *table, int i,
			struct err *err)
{
	const struct field *field = &table->entity->fields[i];
	const char *plural = table->entity->plural;
	struct dangling dangling = { import, table, table->place[i],
				     table->columns[table->place[i] - 1].name };
	struct sql sql;

	sql_init(&sql);
	if (field->type == T_REF)
		sql_format(&sql,
			   "SELECT t.\"%s\", r.line FROM \"%s\" t JOIN temp.import_row r "
			   "ON r.entity = '%s' AND r.id = t.sourcedId WHERE t.\"%s\" IS NOT NULL "
			   "AND NOT EXISTS (SELECT 1 FROM \"%s\" o WHERE o.sourcedId = t.\"%s\") "
			   "ORDER BY r.line",
			   field->name, plural, plural, field->name, field->target->plural,
			   field->name);
	else
		sql_format(&sql,
			   "SELECT f.target, r.line FROM ref f JOIN temp.import_row r "
			   "ON r.entity = '%s' AND r.id = f.owner WHERE f.entity = '%s' AND "
			   "f.path = '%s' AND NOT EXISTS (SELECT 1 FROM \"%s\" o WHERE "
			   "o.sourcedId = f.target) ORDER BY r.line, f.pos",
			   plural, plural, field->name, field->target->plural);

	bool good = conn_query(conn, &sql, dangling_row, &dangling, err);

	sql_release(&sql);
	return good;
}

static bool check_references(struct import *import, struct conn *conn, const struct table *table,
			     struct err *err)
{
	for (int i = 0; table->entity && table->entity->fields[i].name; i++) {
		enum type type = table->entity->fields[i].type;

		if ((type == T_REF || type == T_REFS) && table->place[i] &&
		    !check_field(import, conn, table, i, err))
			return false;
	}
	return true;
}

static bool load_file(struct import *import, struct conn *conn, const char *folder,
		      const json_t *manifest, size_t number, struct table *table, struct err *err)
{
	const struct entity *entity = entities[number];
	const char *says = announced(manifest, entity->plural);
	struct csv csv;
	struct err why = ERR_INIT;
	bool good = true;

	table->delta = same_text(says, "delta");
	snprintf(table->file, sizeof table->file, "%s.csv", entity->plural);

	char *path = path_join(folder, table->file);
	FILE *file = fopen(path, "rb");

	int why_not = errno;

	free(path);
	if (!file && why_not != ENOENT) {
		flaw_report(import, table->file, 0, 0, "CSV-FILE-UNREADABLE", FLAW_ERROR,
			    "the file is not loaded: %s", strerror(why_not));
		return true;
	}
	if (!file) {
		if (says && strcmp(says, "absent") != 0)
			flaw_report(import, table->file, 0, 0, "CSV-FILE-MISSING", FLAW_ERROR,
				    "the manifest says %s, but the file is not there", says);
		return true;
	}
	if (same_text(says, "absent"))
		report(import, table, 0, 0, "CSV-FILE-ANNOUNCED", FLAW_WARNING,
		       "the manifest says absent, but the file is there; it is loaded");
	table->entity = entity;
	csv_init(&csv, file);
	switch (csv_read(&csv, &why)) {
	case CSV_ROW:
		if (header_read(import, table, &csv))
			good = load_rows(import, conn, table, &csv, number, err);
		break;
	case CSV_END:
		report(import, table, 1, 0, "CSV-FILE-EMPTY", FLAW_ERROR,
		       "the file is empty; not even a header is there");
		break;
	case CSV_BROKEN:
		report(import, table, 1, 0, "CSV-SYNTAX", FLAW_ERROR, why.text);
		break;
	}
	if (ferror(file))
		report(import, table, csv.line, 0, "CSV-FILE-UNREADABLE", FLAW_ERROR,
		       "reading broke off here; what follows is not loaded");
	csv_release(&csv);
	fclose(file);
	return good;
}

/* manifest.csv as an object of its properties. Returns (json_decref). */
static json_t *read_manifest(struct import *import, const char *folder)
{
	json_t *manifest = json_object();
	char *path = path_join(folder, "manifest.csv");
	FILE *file = fopen(path, "rb");
	enum csv_result result = CSV_END;
	struct err why = ERR_INIT;
	struct csv csv;

	free(path);
	if (!file) {
		flaw_report(import, "manifest.csv", 0, 0, "CSV-MANIFEST-MISSING", FLAW_WARNING,
			    "there is no manifest; every file that is there is loaded");
		return manifest;
	}
	csv_init(&csv, file);
	while ((result = csv_read(&csv, &why)) == CSV_ROW)
		if (csv.count >= 2)
			json_object_set_new(manifest, csv_cell(&csv, 0),
					    json_string(csv_cell(&csv, 1)));
	if (result == CSV_BROKEN)
		flaw_report(import, "manifest.csv", csv.row_line, 0, "CSV-SYNTAX", FLAW_ERROR,
			    "%s; the rest of the manifest is not read", why.text);
	csv_release(&csv);
	fclose(file);

	const char *version = jsonx_text(manifest, "oneroster.version");

	if (version && strcmp(version, "1.1") != 0)
		flaw_report(import, "manifest.csv", 0, 0, "CSV-VERSION", FLAW_WARNING,
			    "oneroster.version is %s; what 1.1 knows is loaded", version);
	return manifest;
}

/* Files that are there and that nothing here reads. */
static void report_strangers(struct import *import, const char *folder)
{
	DIR *dir = opendir(folder);

	if (!dir)
		return;
	for (struct dirent *entry; (entry = readdir(dir));) {
		char plural[256], expected[264];
		size_t length = strlen(entry->d_name);

		if (length < 4 || strcasecmp(entry->d_name + length - 4, ".csv") != 0)
			continue;
		snprintf(plural, sizeof plural, "%.*s", (int)length - 4, entry->d_name);
		snprintf(expected, sizeof expected, "%s.csv", plural);
		if (strcmp(expected, entry->d_name) == 0 &&
		    (entity_by_plural(plural) || strcmp(plural, "manifest") == 0))
			continue;
		flaw_report(import, entry->d_name, 0, 0, "CSV-FILE-UNKNOWN", FLAW_ERROR,
			    "the file is not loaded: 1.1 has no file of this name");
	}
	closedir(dir);
}

static bool load_all(struct import *import, struct conn *conn, const char *folder,
		     const json_t *manifest, struct table *tables, struct err *err)
{
	static const char rows[] =
		"CREATE TEMP TABLE IF NOT EXISTS import_row (entity TEXT, id TEXT,"
		" line INTEGER, PRIMARY KEY (entity, id)) WITHOUT ROWID;"
		"DELETE FROM temp.import_row;";

	if (!conn_exec(conn, rows, err))
		return false;
	for (size_t i = 0; i < ENTITY_COUNT; i++)
		if (!load_file(import, conn, folder, manifest, i, &tables[i], err))
			return false;
	for (size_t i = 0; i < ENTITY_COUNT; i++)
		if (!check_references(import, conn, &tables[i], err))
			return false;
	return state_load(import, conn, folder, err);
}

bool import_folder(struct import *import, struct store *store, const char *path, struct err *err)
{
	struct conn *conn = store_conn(store);

	if (!file_is_folder(path))
		return err_set(err, ERR_INVALID, "%s: %s", path,
			       file_exists(path) ? "not a folder of CSV files" : strerror(ENOENT));

	struct table *tables = xcalloc(ENTITY_COUNT, sizeof *tables);
	json_t *manifest = read_manifest(import, path);
	bool good = conn_begin(conn, true, err) &&
		    load_all(import, conn, path, manifest, tables, err) && conn_commit(conn, err);

	if (!good)
		conn_rollback(conn);
	report_strangers(import, path);
	for (size_t i = 0; i < ENTITY_COUNT; i++)
		for (int k = 0; k < tables[i].count; k++)
			free(tables[i].columns[k].name);
	json_decref(manifest);
	free(tables);
	return good;
}
