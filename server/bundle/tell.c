/*
 * tell.c - objects as rows.
 */
#include "server/bundle/tell.h"

#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/jsonx.h"
#include "server/bundle/internal.h"

/* Takes @sql. */
static int add_extra(struct tell *tell, char *sql)
{
	if (tell->extra_count == TELL_EXTRAS)
		BUG("more than %d extras", TELL_EXTRAS);
	tell->extras[tell->extra_count] = sql;
	return tell->extra_count++;
}

static void find_columns(struct tell *tell)
{
	const struct field *fields = tell->file->entity->fields;
	struct csv_column all[CSV_COLUMNS];
	int count = csv_file_columns(tell->file, tell->export->version, all);

	for (int c = 0; c < count; c++) {
		const struct fallback *fallback = fallback_find(tell->file, all[c].name);
		int at = tell->count;
		char csv[64];

		if (all[c].dropped && !tell->export->dropped)
			continue;
		tell->columns[tell->count++] = all[c];
		tell->field[at] = -1;
		tell->fallback[at] = fallback ? add_extra(tell, xstrdup(fallback->sql)) : -1;
		for (int i = 0; fields[i].name; i++) {
			field_csv(&fields[i], csv);
			if (strcmp(csv, all[c].name) != 0 || fields[i].type == T_MAP)
				continue;
			tell->field[at] = i;
			tell->column[i] = at;
		}
	}
}

static void find_links(struct tell *tell)
{
	for (size_t i = 0; i < CSV_FILES; i++) {
		const struct csv_file *file = &csv_files[i];
		int index;

		if (file->entity != tell->file->entity || !file->field ||
		    !(file->in & tell->export->version))
			continue;
		index = entity_field_index(file->entity, file->field);
		tell->link[index] = xcalloc(1, sizeof *tell->link[index]);
		link_init(tell->link[index], file);
	}
}

static bool has_place(const struct tell *tell, int i)
{
	return tell->column[i] >= 0 || tell->link[i];
}

/* What the reader makes of nothing is asked where there is nothing, or no place for it. */
static void find_derived(struct tell *tell)
{
	for (size_t i = 0; i < DERIVATIONS; i++) {
		const struct derivation *derived = &derivations[i];
		int at = entity_field_index(tell->file->entity, derived->field);

		if (derived->entity != tell->file->entity)
			continue;
		tell->derived[at] = add_extra(
			tell, has_place(tell, at) ? xformat("iif(\"%s\" IS NULL, %s, NULL)",
							    derived->field, derived->sql)
						  : xstrdup(derived->sql));
	}
}

void tell_init(struct tell *tell, const struct export *export, const struct csv_file *file)
{
	*tell = (struct tell){ .export = export, .file = file };
	for (int i = 0; i < ENTITY_FIELDS_MAX; i++)
		tell->column[i] = tell->derived[i] = -1;
	find_columns(tell);
	find_links(tell);
	find_derived(tell);
	for (int i = 0; file->entity->fields[i].name; i++)
		tell->completes = tell->completes || (i != FIELD_METADATA && !has_place(tell, i) &&
						      tell->derived[i] < 0);
	for (int i = 0; i < CSV_COLUMNS; i++)
		str_init(&tell->cells[i], STR_CAP);
}

void tell_release(struct tell *tell)
{
	for (int i = 0; i < ENTITY_FIELDS_MAX; i++)
		free(tell->link[i]);
	for (int i = 0; i < tell->key_count; i++)
		free(tell->keys[i]);
	for (int i = 0; i < tell->extra_count; i++)
		free(tell->extras[i]);
	for (int i = 0; i < CSV_COLUMNS; i++)
		str_release(&tell->cells[i]);
}

void tell_select(const struct tell *tell, struct sql *sql)
{
	const struct entity *entity = tell->file->entity;

	sql_add(sql, "SELECT ");
	for (int i = 0; entity->fields[i].name; i++)
		sql_format(sql, "%s\"%s\"", i ? ", " : "", entity->fields[i].name);
	for (int i = 0; i < tell->extra_count; i++)
		sql_format(sql, ", %s", tell->extras[i]);
	sql_format(sql, " FROM \"%s\"", entity->plural);
}

/* One row while it is told. */
struct telling {
	struct tell *tell;
	struct record record;
	const struct value *extras;
	struct arena arena;
	bool exact[ENTITY_FIELDS_MAX];
	struct record completed; /* only where some field has no place */
};

static bool is_common(int field)
{
	return field == FIELD_STATUS || field == FIELD_MODIFIED;
}

/* Whether the value's text is the cell already. */
static bool is_cell(const struct field *field, const struct value *value)
{
	return (field->type == T_ID || field->type == T_REF || field->type == T_TEXT ||
		field->type == T_URI) &&
	       !value->text[strcspn(value->text, "\r\n")];
}

/* Fills a column; bulk leaves status and date to the reader. */
static void fill_cell(struct telling *row, int at)
{
	struct tell *tell = row->tell;
	int i = tell->field[at];
	struct value *values = row->record.values;

	tell->texts[at] = "";
	if (tell->export->bulk && is_common(i))
		return;
	if (i >= 0 && values[i].kind != VALUE_NULL) {
		tell->texts[at] = values[i].text;
		if (is_cell(&row->record.entity->fields[i], &values[i]))
			return;
		str_clear(&tell->cells[at]);
		cell_from_value(&tell->cells[at], &row->record.entity->fields[i], &values[i],
				tell->export->version);
		tell->texts[at] = str_text(&tell->cells[at]);
	} else if (tell->fallback[at] >= 0 && row->extras[tell->fallback[at]].kind == VALUE_TEXT) {
		tell->texts[at] = row->extras[tell->fallback[at]].text;
	}
}

static bool cell_says(struct telling *row, int i)
{
	struct value value;

	return value_from_cell(&value, &row->record.entity->fields[i],
			       row->tell->texts[row->tell->column[i]], row->tell->export->version,
			       &row->arena, &row->tell->ignored) &&
	       value_same(&value, &row->record.values[i]);
}

/* Whether a key may be a column metadata.KEY, and its value a cell. */
static bool is_flat(const char *key, const json_t *value)
{
	const char *text = json_string_value(value);

	return *key && !strpbrk(key, "\r\n") && !starts_with(key, "mocksis.") && text && *text &&
	       !strpbrk(text, "\r\n");
}

static json_t *metadata_of(const struct record *record)
{
	return value_json(entity_field(record->entity, "metadata"),
			  &record->values[FIELD_METADATA]);
}

static void collect_keys(struct tell *tell, const struct record *record)
{
	json_t *metadata;
	const char *key;
	json_t *value;

	if (record->values[FIELD_METADATA].kind == VALUE_NULL)
		return;
	metadata = metadata_of(record);
	json_object_foreach (metadata, key, value) {
		bool known = false;

		for (int i = 0; i < tell->key_count && !known; i++)
			known = strcmp(tell->keys[i], key) == 0;
		if (!known && is_flat(key, value) && tell->key_count < TELL_KEYS)
			tell->keys[tell->key_count++] = xstrdup(key);
	}
	json_decref(metadata);
}

/* Whether the columns metadata.KEY, read again, are the metadata. */
static bool metadata_says(const struct tell *tell, const struct record *record)
{
	const struct value *stored = &record->values[FIELD_METADATA];
	json_t *metadata, *read;
	bool same;

	if (stored->kind == VALUE_NULL)
		return true;
	metadata = metadata_of(record);
	read = json_object();
	for (int i = 0; i < tell->key_count; i++) {
		json_t *value = json_object_get(metadata, tell->keys[i]);

		if (value && is_flat(tell->keys[i], value))
			json_object_set(read, tell->keys[i], value);
	}

	char *text = jsonx_dump(read);

	same = json_object_size(read) && strcmp(text, stored->text) == 0;
	free(text);
	json_decref(metadata);
	json_decref(read);
	return same;
}

/* What no column and no link file holds: the reader makes it of the other fields. */
static bool follows(struct telling *row, int i)
{
	const struct tell *tell = row->tell;
	const struct value *value = &row->record.values[i];

	if (tell->derived[i] >= 0)
		return value_same(value, &row->extras[tell->derived[i]]);
	return value_same(value, &row->completed.values[i]);
}

static bool is_told(struct telling *row, int i)
{
	const struct tell *tell = row->tell;
	const struct value *value = &row->record.values[i];
	const char *owner = row->record.values[FIELD_SOURCED_ID].text;

	if (i == FIELD_METADATA)
		return metadata_says(tell, &row->record);
	if (tell->export->bulk && is_common(i))
		return true;
	if (!has_place(tell, i))
		return follows(row, i);
	if (is_common(i) && value->kind == VALUE_NULL)
		return false; /* the reader would fill it */
	/* what is absent must not follow from something else */
	if (value->kind == VALUE_NULL && tell->derived[i] >= 0 &&
	    row->extras[tell->derived[i]].kind != VALUE_NULL)
		return false;
	return tell->column[i] >= 0 ? cell_says(row, i) : link_says(tell->link[i], owner, value);
}

/* What a reader makes of the fields that have a place. */
static void complete(struct telling *row)
{
	const struct field *fields = row->record.entity->fields;
	struct record *completed = &row->completed;

	*completed = row->record;
	for (int i = 0; fields[i].name; i++)
		if (!has_place(row->tell, i))
			completed->values[i] = (struct value){ VALUE_NULL };
	record_complete(completed, &row->arena);
}

static void tell_begin(struct telling *row, struct tell *tell, const struct value *values)
{
	const struct field *fields = tell->file->entity->fields;
	int count = 0;

	row->tell = tell;
	row->record.entity = tell->file->entity;
	row->arena = (struct arena)ARENA_INIT;
	for (; fields[count].name; count++)
		row->record.values[count] = values[count];
	row->extras = values + count;
	for (int i = 0; i < tell->count; i++)
		fill_cell(row, i);
	if (tell->completes)
		complete(row);
	for (int i = 0; i < count; i++)
		row->exact[i] = is_told(row, i);
}

static void tell_end(struct telling *row)
{
	arena_release(&row->arena);
}

/* Whether nothing is to be noted of a value. */
static bool is_fine(const struct telling *row, int i)
{
	return row->exact[i] ||
	       (row->tell->export->bulk && row->record.values[i].kind == VALUE_NULL);
}

/* Why a value is not told. */
static const char *why_not(const struct tell *tell, int i, const struct value *value)
{
	const struct field *field = &tell->file->entity->fields[i];
	bool old = tell->export->version == V11;

	if (value->kind == VALUE_NULL)
		return "a reader would fill in what is absent";
	if (field->type == T_MAP)
		return "the binding has only flat texts that are not empty";
	if (old && strcmp(field->name, "roles") == 0)
		return "1.1 has one role and a list of orgs for it, and no more";
	if (!has_place(tell, i))
		return old ? "1.1 has no column for it" : "the binding has no column for it";
	if (tell->column[i] < 0)
		return "it holds more than the rows of its link file can say";
	switch (field->type) {
	case T_TIME:
		return "the binding has dates, no times of day";
	case T_ENUM:
		return old ? "1.1 has no such word" : "the binding has no such word";
	case T_REFS:
	case T_TEXTS:
	case T_OBJECTS:
		return "a cell cannot say empty lists, or elements with commas, braces, blanks or "
		       "line breaks";
	case T_ID:
	case T_TEXT:
	case T_URI:
	case T_NUMBER:
	case T_BOOL:
	case T_DATE:
	case T_REF:
	case T_MAP:
		break;
	}
	return "a cell cannot say an empty text, or line breaks";
}

static void add_note(struct tell *tell, int field, const char *why)
{
	int i = 0;

	while (i < tell->note_count &&
	       (tell->notes[i].field != field || strcmp(tell->notes[i].why, why) != 0))
		i++;
	if (i == TELL_NOTES)
		return;
	if (i == tell->note_count) {
		tell->notes[i].field = field;
		tell->notes[i].why = why;
		tell->note_count++;
	}
	tell->notes[i].count++;
}

void tell_look(struct tell *tell, const struct value *values)
{
	const struct field *fields = tell->file->entity->fields;
	struct record record = { .entity = tell->file->entity };
	struct telling row;

	record.values[FIELD_METADATA] = values[FIELD_METADATA];
	collect_keys(tell, &record);
	tell_begin(&row, tell, values);
	tell->rows++;
	for (int i = 0; fields[i].name; i++) {
		if (is_fine(&row, i))
			continue;
		tell->kept[i] = !tell->export->bulk;
		add_note(tell, i, why_not(tell, i, &values[i]));
	}
	tell_end(&row);
}

void tell_header(const struct tell *tell, FILE *file)
{
	struct csv_writer csv = { file, false };
	const struct field *fields = tell->file->entity->fields;

	for (int i = 0; i < tell->count; i++)
		csv_write(&csv, tell->columns[i].name);
	for (int i = 0; i < tell->key_count; i++) {
		char *name = xformat("metadata.%s", tell->keys[i]);

		csv_write(&csv, name);
		free(name);
	}
	for (int i = 0; fields[i].name; i++)
		if (tell->kept[i]) {
			char *name = xformat(STORED_PREFIX "%s", fields[i].name);

			csv_write(&csv, name);
			free(name);
		}
	csv_write_end(&csv);
}

static void write_cells(const struct tell *tell, struct csv_writer *csv)
{
	for (int i = 0; i < tell->count; i++)
		csv_write(csv, tell->texts[i]);
}

bool tell_plain(struct tell *tell, const struct value *values, FILE *file)
{
	struct csv_writer csv = { file, false };
	const struct field *fields = tell->file->entity->fields;
	bool plain = values[FIELD_METADATA].kind == VALUE_NULL;
	struct telling row;

	if (!plain)
		return false;
	tell_begin(&row, tell, values);
	for (int i = 0; fields[i].name && plain; i++)
		plain = is_fine(&row, i);
	if (plain) {
		write_cells(tell, &csv);
		csv_write_end(&csv);
	}
	tell_end(&row);
	return plain;
}

static void write_metadata(const struct tell *tell, const struct record *record,
			   struct csv_writer *csv)
{
	json_t *metadata = tell->key_count ? metadata_of(record) : NULL;

	for (int i = 0; i < tell->key_count; i++) {
		json_t *value = json_object_get(metadata, tell->keys[i]);
		bool flat = value && is_flat(tell->keys[i], value);

		csv_write(csv, flat ? json_string_value(value) : "");
	}
	json_decref(metadata);
}

static void write_kept(const struct field *field, const struct value *value, struct csv_writer *csv)
{
	json_t *json = value->kind == VALUE_NULL ? json_null() : value_json(field, value);
	char *text = jsonx_dump(json);

	csv_write(csv, text);
	free(text);
	json_decref(json);
}

void tell_row(struct tell *tell, const struct value *values, FILE *file)
{
	struct csv_writer csv = { file, false };
	const struct field *fields = tell->file->entity->fields;
	struct telling row;

	tell_begin(&row, tell, values);
	write_cells(tell, &csv);
	write_metadata(tell, &row.record, &csv);
	for (int i = 0; fields[i].name; i++) {
		if (tell->kept[i] && !row.exact[i])
			write_kept(&fields[i], &values[i], &csv);
		else if (tell->kept[i])
			csv_write(&csv, "");
	}
	csv_write_end(&csv);
	tell_end(&row);
}
