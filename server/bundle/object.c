/*
 * object.c - rows that are objects.
 *
 * A row says what its columns say. What an object has beyond that is kept when it is
 * there already: a users.csv of 1.2 does not wipe the roles, which have a file of their
 * own.
 */
#include "server/bundle/internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/when.h"

/* A row on its way to a record. */
struct row {
	struct loading *loading;
	struct table *table;
	const struct csv *csv;
	struct arena arena;
	struct record record;
	bool said[ENTITY_FIELDS_MAX];
	struct err why; /* of the cell that is read; not made anew for each */
	bool deleted;   /* its status; what is empty then says nothing */
};

static const struct field *year_field(void)
{
	return entity_field(&ENTITY_ACADEMIC_SESSIONS, "schoolYear");
}

static void shift_value(const struct import *import, const struct field *field, struct value *value,
			struct arena *arena)
{
	int64_t when, year;
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
	/* the year that a session ends in is the one date that is a text */
	if (field == year_field() && number_parse(value->text, 0, 9999, &year)) {
		year += llround((double)import->shift / (365.2425 * WHEN_DAY));
		value->text = arena_format(arena, "%lld", (long long)year);
	}
}

/* What stands in a column metadata.mocksis.FIELD. */
static bool stored_value(struct row *row, const struct column *column, const char *cell,
			 struct value *value, struct err *err)
{
	json_error_t why;
	json_t *json = json_loads(cell, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &why);
	bool good = json ? value_from_stored(value, column->field, json, &row->arena, err)
			 : err_set(err, ERR_INVALID, "it is not JSON: %s", why.text);

	json_decref(json);
	return good;
}

/* One cell into the record; false when the row cannot be loaded without it. */
static bool read_value(struct row *row, int at)
{
	struct import *import = row->loading->import;
	const struct column *column = &row->table->columns[at];
	const char *cell = csv_cell(row->csv, at);
	struct value value = { VALUE_NULL };
	bool good;

	if (column->kind == COLUMN_STORED && !*cell)
		return true;
	good = column->kind == COLUMN_STORED
		       ? stored_value(row, column, cell, &value, &row->why)
		       : value_from_cell(&value, column->field, cell, row->table->version,
					 &row->arena, &row->why);
	row->said[column->index] = true;
	if (good) {
		if (column->kind == COLUMN_FIELD) {
			check_form(import, row->table, row->csv, at, column->field);
			shift_value(import, column->field, &value, &row->arena);
		}
		row->record.values[column->index] = value;
		return true;
	}
	/* a row whose status is not understood must not come back to life as active */
	bool refused = column->needed || (column->field->flags & F_NEEDED) ||
		       column->index == FIELD_STATUS;

	flaw_report(import, row->table->name, row->csv->row_line, at + 1, FLAW_VALUE_INVALID,
		    FLAW_ERROR, "%s: %s; the %s is not loaded", column->name, row->why.text,
		    refused ? "row" : "value");
	row->why = (struct err)ERR_INIT;
	return !refused;
}

/* Columns of the binding first: what we stored beside them is nearer to the object. */
static bool read_values(struct row *row, enum column_kind kind)
{
	bool good = true;

	for (int i = 0; i < row->table->count; i++)
		if (row->table->columns[i].kind == kind)
			good = read_value(row, i) && good;
	return good;
}

static bool has_metadata(const struct table *table)
{
	for (int i = 0; i < table->count; i++)
		if (table->columns[i].kind == COLUMN_METADATA)
			return true;
	return false;
}

/* The columns metadata.KEY, over what the object has. */
static void read_metadata(struct row *row, const struct record *old)
{
	const char *text = old ? record_text(old, "metadata") : NULL;
	json_t *metadata;

	if (!has_metadata(row->table) || row->said[FIELD_METADATA])
		return;
	metadata = text ? json_loads(text, 0, NULL) : json_object();
	for (int i = 0; i < row->table->count; i++) {
		const struct column *column = &row->table->columns[i];
		const char *cell = csv_cell(row->csv, i);

		if (column->kind != COLUMN_METADATA)
			continue;
		if (*cell)
			json_object_set_new(metadata, column->metadata, json_string(cell));
		else
			json_object_del(metadata, column->metadata);
	}
	row->said[FIELD_METADATA] = true;
	text = NULL;
	if (json_object_size(metadata)) {
		char *dump = jsonx_dump(metadata);

		text = arena_dup(&row->arena, dump);
		free(dump);
	}
	record_set_text(&row->record, "metadata", text);
	json_decref(metadata);
}

/* Whether the row says nothing in a column where something belongs; *@needed: without it
 * there is no such object. */
static bool lacks(const struct row *row, int at, const struct record *old, bool *needed)
{
	const struct table *table = row->table;
	const struct column *column = &table->columns[at];
	int f = column->index;

	if (*csv_cell(row->csv, at))
		return false; /* a wrong value was reported as such */
	*needed = column->needed || (f >= 0 && (table->file->entity->fields[f].flags & F_NEEDED));
	if (!column->required && !*needed &&
	    !(table->delta && (f == FIELD_STATUS || f == FIELD_MODIFIED)))
		return false;
	/* a deleted object need not be told */
	return !(row->deleted && f != FIELD_SOURCED_ID && old) &&
	       (column->kind == COLUMN_FIELD || column->kind == COLUMN_PLACELESS) &&
	       !(f >= 0 && row->record.values[f].kind != VALUE_NULL);
}

static bool is_complete(const struct row *row)
{
	bool needed;

	for (int i = 0; i < row->table->count; i++)
		if (lacks(row, i, NULL, &needed))
			return false;
	return true;
}

/* False when a value is missing without which there is no such object. */
static bool check_required(struct row *row, const struct record *old)
{
	bool needed;

	for (int i = 0; i < row->table->count; i++)
		if (lacks(row, i, old, &needed) &&
		    check_missing(row->loading->import, row->table, row->csv, i, needed))
			return false;
	return true;
}

/* What depends on a field that changes is not kept, but follows anew. */
static bool is_stale(const struct row *row, const struct record *old, const char *name)
{
	for (size_t i = 0; i < DERIVATIONS; i++)
		if (derivations[i].entity == old->entity &&
		    strcmp(derivations[i].field, name) == 0 &&
		    row->said[entity_field_index(old->entity, derivations[i].from)])
			return !value_same(record_value(&row->record, derivations[i].from),
					   record_value(old, derivations[i].from));
	return false;
}

static void keep_unsaid(struct row *row, const struct record *old)
{
	const struct field *fields = old->entity->fields;

	for (int i = 0; fields[i].name; i++) {
		bool silent = row->deleted && i > FIELD_MODIFIED &&
			      row->record.values[i].kind == VALUE_NULL;

		if ((!row->said[i] && !is_stale(row, old, fields[i].name)) || silent)
			row->record.values[i] = old->values[i];
	}
	/* roles that the row brings count, not the role and orgs that it does not name */
	if (old->entity == &ENTITY_USERS && row->said[entity_field_index(old->entity, "roles")]) {
		record_set_text(&row->record, "role", NULL);
		record_set_text(&row->record, "orgs", NULL);
	}
}

static void count_lost(struct row *row)
{
	for (int i = 0; i < row->table->count; i++) {
		struct column *column = &row->table->columns[i];

		column->lost += *csv_cell(row->csv, i) &&
				(column->kind == COLUMN_UNKNOWN ||
				 (column->kind == COLUMN_PLACELESS &&
				  !fallback_find(row->table->file, column->name)));
	}
}

/* Columns without a field whose value another object gives: the school of a scoreScale is
 * that of its class. Another value is lost. */
static bool check_placeless(struct row *row, struct err *err)
{
	bool good = true;

	for (int i = 0; i < row->table->count && good; i++) {
		struct column *column = &row->table->columns[i];
		const struct fallback *fallback;
		struct sql sql;
		char *text;

		if (column->kind != COLUMN_PLACELESS || !*csv_cell(row->csv, i))
			continue;
		fallback = fallback_find(row->table->file, column->name);
		if (!fallback)
			continue;
		sql_init(&sql);
		sql_format(&sql, "SELECT %s FROM \"%s\" WHERE sourcedId = ", fallback->sql,
			   row->table->file->name);
		sql_value(&sql, row->record.values[FIELD_SOURCED_ID]);
		good = conn_text(row->loading->conn, &sql, &row->arena, &text, err);
		column->lost += good && !same_text(text, csv_cell(row->csv, i));
		sql_release(&sql);
	}
	return good;
}

static void set_defaults(struct row *row)
{
	int status = row->table->stored[FIELD_STATUS], date = row->table->stored[FIELD_MODIFIED];
	struct value *values = row->record.values;

	/* an object of ours may be without them, and its bundle then says so */
	if (values[FIELD_STATUS].kind == VALUE_NULL && !status)
		values[FIELD_STATUS] = (struct value){ .kind = VALUE_TEXT, .text = "active" };
	if (values[FIELD_MODIFIED].kind == VALUE_NULL && !date)
		values[FIELD_MODIFIED] = (struct value){ .kind = VALUE_INT,
							 .integer = row->loading->import->now };
}

/* Whether a link file holds the field as well. */
static bool is_linked(const struct csv_file *file, const struct field *field)
{
	for (size_t i = 0; i < CSV_FILES; i++)
		if (csv_files[i].entity == file->entity && csv_files[i].field &&
		    strcmp(csv_files[i].field, field->name) == 0)
			return true;
	return false;
}

/* Notes which fields a row holds as they were stored: no link file may change those. */
static bool note_stored(struct row *row, struct err *err)
{
	bool good = true, fresh;

	for (int i = 0; i < row->table->count && good; i++) {
		const struct column *column = &row->table->columns[i];
		char kind[128];

		if (column->kind != COLUMN_STORED || !*csv_cell(row->csv, i) ||
		    !is_linked(row->table->file, column->field))
			continue;
		snprintf(kind, sizeof kind, "stored %s.%s", row->table->file->name,
			 column->field->name);
		good = row_note(row->loading, kind, row->record.values[FIELD_SOURCED_ID].text,
				row->csv->row_line, false, &fresh, err);
	}
	return good;
}

static const char *id_of(const struct row *row)
{
	return row->record.values[FIELD_SOURCED_ID].text;
}

static void report_twice(const struct row *row)
{
	flaw_report(row->loading->import, row->table->name, row->csv->row_line,
		    row->table->place[FIELD_SOURCED_ID], FLAW_ID_TWICE, FLAW_ERROR,
		    "sourcedId %s stands in an earlier row; this row is not loaded", id_of(row));
}

/* Into a table that was empty: what has the id stands in an earlier row. */
static bool put_new(struct row *row, bool *loaded, struct err *err)
{
	const struct csv_file *file = row->table->file;
	int line = row->csv->row_line;
	bool twice = false, first;
	struct bulk_row outcome;

	read_metadata(row, NULL);
	if (!is_complete(row)) {
		if (!rows_exist(row->loading->conn, file->entity, id_of(row), &twice, err))
			return false;
		if (!twice && !check_required(row, NULL)) {
			row->table->refused = true;
			return row_note(row->loading, file->name, id_of(row), line, false, &first,
					err);
		}
	}
	set_defaults(row);
	if (!twice && !bulk_put(row->table->bulk_rows, &row->record, &outcome, err))
		return false;
	*loaded = !twice && outcome.stored;
	if (!*loaded)
		report_twice(row);
	else if (!outcome.anchored &&
		 !row_note(row->loading, file->name, id_of(row), line, false, &first, err))
		return false;
	return !*loaded || (note_stored(row, err) && check_placeless(row, err));
}

static bool put_over(struct row *row, bool *loaded, struct err *err)
{
	struct record old = { .entity = row->table->file->entity };
	bool found = false, created, good = true;

	if (!row->table->whole)
		good = rows_get_id(row->loading->conn, old.entity, id_of(row), &old, &found,
				   &row->arena, err);
	if (!good)
		return false;
	read_metadata(row, found ? &old : NULL);
	if (!check_required(row, found ? &old : NULL))
		return true;
	if (found)
		keep_unsaid(row, &old);
	set_defaults(row);
	*loaded = true;
	return rows_put(row->loading->conn, &row->record, &created, err) && note_stored(row, err) &&
	       check_placeless(row, err);
}

/* A bulk file says what there is, not what changed. Told once. */
static void check_bulk(struct row *row)
{
	static const int empty[] = { FIELD_STATUS, FIELD_MODIFIED };
	struct table *table = row->table;

	for (size_t i = 0; i < ARRAY_SIZE(empty) && table->bulk && !table->bulk_told; i++) {
		int place = table->place[empty[i]];

		if (!place || !*csv_cell(row->csv, place - 1))
			continue;
		table->bulk_told = true;
		flaw_report(row->loading->import, table->name, row->csv->row_line, place,
			    FLAW_BULK_FILLED, FLAW_WARNING,
			    "%s is filled, but the manifest says bulk; it is loaded",
			    table->columns[place - 1].name);
	}
}

/* Notes the row. *@fresh: no row before it was loaded under this id; one that was refused
 * does not count. */
static bool note(struct row *row, const char *id, bool sound, bool *fresh, struct err *err)
{
	struct loading *loading = row->loading;
	const char *name = row->table->file->name, *refused, *again;
	int line = row->csv->row_line;
	bool known = row->table->bulk_rows == NULL || !sound;

	*fresh = true;
	if (!known && row->table->refused && !row_noted(loading, name, id, &known, err))
		return false;
	if (!known)
		return true; /* the table tells whether it came before */
	row->table->refused = row->table->refused || !sound;
	refused = arena_format(&row->arena, "refused %s", name);
	again = arena_format(&row->arena, "again %s", name);
	if (!row_note(loading, name, id, line, false, fresh, err))
		return false;
	if (!sound)
		return row_note(loading, refused, id, line, false, &known, err);
	if (*fresh)
		return true;
	return row_noted(loading, refused, id, &known, err) &&
	       (!known || row_note(loading, again, id, line, false, fresh, err));
}

bool object_load(struct loading *loading, struct table *table, const struct csv *csv, bool *loaded,
		 struct err *err)
{
	struct row row = { .loading = loading,
			   .table = table,
			   .csv = csv,
			   .arena = ARENA_INIT,
			   .record = { .entity = table->file->entity } };
	const struct value *id = &row.record.values[FIELD_SOURCED_ID];
	bool sound, fresh = true, good = true;

	check_count(loading->import, table, csv);
	sound = read_values(&row, COLUMN_FIELD);
	sound = read_values(&row, COLUMN_STORED) && sound;
	count_lost(&row);
	row.deleted = row.record.values[FIELD_STATUS].kind == VALUE_TEXT &&
		      strcmp(row.record.values[FIELD_STATUS].text, "tobedeleted") == 0;
	check_bulk(&row);
	if (id->kind == VALUE_TEXT) /* also of a row that is refused: the bundle does have it */
		good = note(&row, id->text, sound, &fresh, err);
	else if (sound)
		check_required(&row, NULL);
	if (good && sound && !fresh)
		report_twice(&row);
	if (good && sound && fresh && id->kind == VALUE_TEXT)
		good = table->bulk_rows ? put_new(&row, loaded, err) : put_over(&row, loaded, err);
	arena_release(&row.arena);
	return good;
}
