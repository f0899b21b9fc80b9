/*
 * export.c - the files of a bundle, in the order of creation of their rows.
 *
 * A file of objects is written as it is read, as long as the columns of the binding say all
 * of each row. At the first row of which they do not, it begins anew: it is read to see which
 * columns it needs, and then once more to write it. All in one transaction; no more than a row
 * is held in memory.
 */
#include "server/bundle/export.h"

#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
#include "base/jsonw.h"
#include "base/progress.h"
#include "base/when.h"
#include "server/bundle/internal.h"
#include "server/bundle/output.h"
#include "server/bundle/tell.h"

struct exporting {
	struct export *export;
	struct conn *conn;
	struct output *output;
	struct progress progress;
	FILE *file; /* NULL until there is a first row */
	struct err *err;
	struct tell tell;
	bool plain;       /* all rows so far are said by the columns of the binding */
	struct link link; /* of a link file */
	const struct value *owner;
};

/* Which objects are meant. */
static void add_condition(const struct export *export, struct sql *sql)
{
	sql_add(sql, " WHERE 1");
	if (export->bulk)
		sql_add(sql, " AND status IS NOT 'tobedeleted'");
	if (export->since != INT64_MIN) {
		sql_add(sql, " AND dateLastModified >= ");
		sql_int(sql, export->since);
	}
	sql_add(sql, " ORDER BY id");
}

static void give_notes(const struct tell *tell)
{
	const struct export *export = tell->export;

	for (int i = 0; i < tell->note_count && export->note; i++) {
		struct export_note note = { tell->file->name,
					    tell->file->entity->fields[tell->notes[i].field].name,
					    tell->notes[i].count, tell->notes[i].why,
					    !export->bulk };

		export->note(&note, export->payload);
	}
}

static bool open_file(struct exporting *e, const char *name)
{
	char *full = xformat("%s.csv", name);

	e->file = output_open(e->output, full, e->err);
	free(full);
	return e->file != NULL;
}

static bool close_file(struct exporting *e)
{
	bool good = !e->file || output_add(e->output, e->err);

	e->file = NULL;
	return good;
}

static bool tell_header_of(struct exporting *e)
{
	if (!open_file(e, e->tell.file->name))
		return false;
	tell_header(&e->tell, e->file);
	return true;
}

static bool count_row(struct exporting *e)
{
	progress_step(&e->progress, (int64_t)++e->export->written[e->tell.file - csv_files]);
	return !ferror(e->file);
}

static bool write_plain(const struct value *columns, int count, void *payload)
{
	struct exporting *e = payload;

	(void)count;
	if (!e->file && !tell_header_of(e))
		return false;
	e->plain = tell_plain(&e->tell, columns, e->file);
	return e->plain && count_row(e);
}

static bool look(const struct value *columns, int count, void *payload)
{
	(void)count;
	tell_look(payload, columns);
	return true;
}

static bool write_object(const struct value *columns, int count, void *payload)
{
	struct exporting *e = payload;

	(void)count;
	tell_row(&e->tell, columns, e->file);
	return count_row(e);
}

static bool write_in_two(struct exporting *e, const struct sql *sql)
{
	e->export->written[e->tell.file - csv_files] = 0;
	if (!conn_query(e->conn, sql, look, &e->tell, e->err) || !output_rewind(e->output, e->err))
		return false;
	tell_header(&e->tell, e->file);
	return conn_query(e->conn, sql, write_object, e, e->err);
}

static bool export_objects(struct exporting *e, const struct csv_file *file)
{
	struct tally tally;
	struct sql sql;
	bool good;

	tell_init(&e->tell, e->export, file);
	e->plain = true;
	sql_init(&sql);
	tell_select(&e->tell, &sql);
	add_condition(e->export, &sql);
	good = tally_read(e->conn, file->entity, &tally, e->err);
	progress_start(&e->progress, file->name, tally.rows);
	good = good && conn_query(e->conn, &sql, write_plain, e, e->err) &&
	       e->err->code == ERR_NONE && (e->plain || write_in_two(e, &sql)) && close_file(e);
	progress_end(&e->progress);
	if (good)
		give_notes(&e->tell);
	sql_release(&sql);
	tell_release(&e->tell);
	return good;
}

static void link_header(const struct link *link, FILE *file)
{
	struct csv_writer csv = { file, false };

	for (int i = 0; i < link->count; i++)
		csv_write(&csv, link->columns[i].name);
	csv_write_end(&csv);
}

/* A part is as old as its object, and is there as long as that is. */
static void write_part(const char *const cells[static LINK_COLUMNS], void *payload)
{
	struct exporting *e = payload;
	struct csv_writer csv = { e->file, false };
	bool bulk = e->export->bulk;
	char when[WHEN_TEXT] = "";

	if (!e->file)
		return;
	if (!bulk && e->owner[FIELD_MODIFIED].kind == VALUE_INT)
		when_format(e->owner[FIELD_MODIFIED].integer, when);
	for (int i = 0; i < e->link.count; i++)
		csv_write(&csv, i == FIELD_STATUS     ? bulk ? "" : "active"
				: i == FIELD_MODIFIED ? when
						      : cells[i]);
	csv_write_end(&csv);
	e->export->written[e->link.file - csv_files]++;
}

static bool write_parts(const struct value *columns, int count, void *payload)
{
	struct exporting *e = payload;

	(void)count;
	if (!e->file) {
		if (!open_file(e, e->link.file->name))
			return false;
		link_header(&e->link, e->file);
	}
	e->owner = columns;
	link_rows(&e->link, columns[FIELD_SOURCED_ID].text, &columns[CSV_COMMON], write_part, e);
	return !ferror(e->file);
}

static bool export_links(struct exporting *e, const struct csv_file *file)
{
	struct sql sql;
	bool good;

	link_init(&e->link, file);
	sql_init(&sql);
	sql_format(&sql,
		   "SELECT sourcedId, status, dateLastModified, \"%s\" FROM "
		   "(SELECT * FROM \"%s\" WHERE \"%s\" IS NOT NULL AND \"%s\" <> '[]')",
		   file->field, file->entity->plural, file->field, file->field);
	add_condition(e->export, &sql);
	good = conn_query(e->conn, &sql, write_parts, e, e->err) && e->err->code == ERR_NONE &&
	       close_file(e);
	sql_release(&sql);
	return good;
}

/* Objects of every kind go into a bundle of ours, also where the binding has no file for
 * them; such files are not in the manifest. */
static bool is_wanted(const struct export *export, const struct csv_file *file)
{
	return (file->in & export->version) || (!file->field && !export->bulk);
}

/* How many objects have no file. */
static bool tell_lost(struct exporting *e, const struct csv_file *file)
{
	struct export_note note = { file->name, NULL, 0,
				    e->export->version == V11 ? "1.1 has no file for them"
							      : "the binding has no file for them",
				    false };
	struct sql sql;
	int64_t count = 0;

	sql_init(&sql);
	sql_format(&sql, "SELECT count(*) FROM \"%s\"", file->entity->plural);
	add_condition(e->export, &sql);

	bool good = conn_integer(e->conn, &sql, &count, e->err);

	note.count = (size_t)count;
	if (count && e->export->note)
		e->export->note(&note, e->export->payload);
	sql_release(&sql);
	return good;
}

static int by_name(const void *a, const void *b)
{
	const size_t *one = a, *other = b;

	return strcmp(csv_files[*one].name, csv_files[*other].name);
}

static void write_property(FILE *file, const char *name, const char *value)
{
	struct csv_writer csv = { file, false };

	csv_write(&csv, name);
	csv_write(&csv, value);
	csv_write_end(&csv);
}

/* Last of all: who sees it sees a whole bundle. */
static bool export_manifest(struct exporting *e)
{
	const struct export *export = e->export;
	size_t order[CSV_FILES];
	const char *mode = export->bulk ? "bulk" : "delta";
	FILE *file = output_open(e->output, "manifest.csv", e->err);

	if (!file)
		return false;
	for (size_t i = 0; i < CSV_FILES; i++)
		order[i] = i;
	qsort(order, CSV_FILES, sizeof *order, by_name);
	write_property(file, "propertyName", "value");
	write_property(file, "manifest.version", "1.0");
	write_property(file, "oneroster.version", export->version == V11 ? "1.1" : "1.2");
	for (size_t i = 0; i < CSV_FILES; i++) {
		const struct csv_file *data = &csv_files[order[i]];
		char name[80];

		if (!(data->in & export->version))
			continue;
		snprintf(name, sizeof name, "file.%s", data->name);
		write_property(file, name, export->written[order[i]] ? mode : "absent");
	}
	write_property(file, "source.systemName", "mocksis");
	write_property(file, "source.systemCode", export->bulk ? "" : WHOLE_OBJECTS);
	return output_add(e->output, e->err);
}

/* sis-state.json, written as it is read. */
struct state {
	struct exporting *e;
	struct str out;
	struct jsonw w;
	char *kind, *id;
	size_t unknown;
};

static void end_object(struct state *state, char **name)
{
	if (*name)
		jsonw_object_end(&state->w);
	free(*name);
	*name = NULL;
}

static bool write_state(const struct value *columns, int count, void *payload)
{
	struct state *state = payload;
	struct exporting *e = state->e;

	(void)count;
	if (!state_is_known(columns[0].text, columns[2].text)) {
		state->unknown++;
		return true;
	}
	if (!e->file) {
		e->file = output_open(e->output, STATE_FILE, e->err);
		if (!e->file)
			return false;
		jsonw_object(&state->w);
	}
	if (!same_text(state->kind, columns[0].text)) {
		end_object(state, &state->id);
		end_object(state, &state->kind);
		state->kind = xstrdup(columns[0].text);
		jsonw_key(&state->w, state->kind);
		jsonw_object(&state->w);
	}
	if (!same_text(state->id, columns[1].text)) {
		end_object(state, &state->id);
		state->id = xstrdup(columns[1].text);
		jsonw_key(&state->w, state->id);
		jsonw_object(&state->w);
	}
	jsonw_key(&state->w, columns[2].text);
	jsonw_raw(&state->w, columns[3].text, strlen(columns[3].text));
	fputs(str_text(&state->out), e->file);
	str_clear(&state->out);
	return !ferror(e->file);
}

static bool export_state(struct exporting *e)
{
	struct state state = { .e = e, .out = STR_INIT };
	struct export_note note = { STATE_FILE, NULL, 0, "an import does not know them", false };
	struct sql sql;
	bool good;

	jsonw_init(&state.w, &state.out, 2);
	sql_init(&sql);
	sql_add(&sql, "SELECT kind, id, key, value FROM sis_state ORDER BY kind, id, key");
	good = conn_query(e->conn, &sql, write_state, &state, e->err) && e->err->code == ERR_NONE;
	end_object(&state, &state.id);
	end_object(&state, &state.kind);
	if (good && e->file) {
		jsonw_object_end(&state.w);
		fprintf(e->file, "%s\n", str_text(&state.out));
	}
	good = good && close_file(e);
	note.count = state.unknown;
	if (note.count && e->export->note)
		e->export->note(&note, e->export->payload);
	sql_release(&sql);
	str_release(&state.out);
	return good;
}

static bool export_all(struct exporting *e)
{
	bool good = true;

	for (size_t i = 0; i < CSV_FILES && good; i++) {
		const struct csv_file *file = &csv_files[i];

		if (is_wanted(e->export, file))
			good = file->field ? export_links(e, file) : export_objects(e, file);
		else if (!file->field)
			good = tell_lost(e, file);
	}
	return good && (e->export->bulk || export_state(e)) && export_manifest(e);
}

bool export_bundle(struct export *export, struct store *store, const char *path, struct err *err)
{
	struct exporting *e = xcalloc(1, sizeof *e);
	bool good = false;

	e->export = export;
	e->conn = store_conn(store);
	e->err = err;
	e->output = output_new(path, err);
	if (e->output && conn_begin(e->conn, false, err)) {
		good = export_all(e);
		conn_rollback(e->conn);
	}
	if (good)
		good = output_end(e->output, err);
	else
		output_abort(e->output);
	free(e);
	return good || err_set(err, ERR_ENVIRONMENT, "%s cannot be written", path);
}
