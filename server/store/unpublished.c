/*
 * unpublished.c - what was written and cannot be read yet.
 *
 * A write that is published later keeps each object as it was before. A reader of that time
 * puts them back in reverse order, reads, and rolls back: filters, counts and pages are
 * those of a database in which the writes did not happen.
 */
#include "server/store/internal.h"

#include <stdlib.h>

#include "base/jsonw.h"
#include "base/jsonx.h"

bool unpublished_begin(struct conn *conn, int64_t now, int64_t visible_at, struct err *err)
{
	struct sql sql;

	conn->visible_at = visible_at;
	sql_init(&sql);
	sql_add(&sql, "DELETE FROM unpublished WHERE visible_at <= ");
	sql_int(&sql, now);

	bool good = conn_query(conn, &sql, NULL, NULL, err);

	sql_release(&sql);
	return good;
}

static void write_value(struct jsonw *w, const struct value *value)
{
	switch (value->kind) {
	case VALUE_NULL:
		jsonw_null(w);
		break;
	case VALUE_INT:
		jsonw_int(w, value->integer);
		break;
	case VALUE_REAL:
		jsonw_number(w, value->real);
		break;
	case VALUE_TEXT:
		jsonw_text(w, value->text);
		break;
	}
}

static bool write_row(const struct value *columns, int count, void *payload)
{
	struct jsonw w;

	jsonw_init(&w, payload, 0);
	jsonw_array(&w);
	for (int i = 0; i < count; i++)
		write_value(&w, &columns[i]);
	jsonw_array_end(&w);
	return false;
}

/* The row as JSON; empty when there is none. */
static bool read_image(struct conn *conn, const struct entity *entity, const char *id,
		       struct str *image, struct err *err)
{
	struct sql sql;

	sql_init(&sql);
	sql_add(&sql, "SELECT id, ");
	add_columns(&sql, entity);
	sql_format(&sql, " FROM \"%s\" WHERE sourcedId = ", entity->plural);
	sql_text(&sql, id);

	bool good = conn_query(conn, &sql, write_row, image, err);

	sql_release(&sql);
	return good;
}

bool unpublished_keep(struct conn *conn, const struct entity *entity, const char *id,
		      struct err *err)
{
	struct str image = STR_INIT;
	struct sql sql;

	if (!conn->visible_at)
		return true;
	if (!read_image(conn, entity, id, &image, err))
		return false;
	sql_init(&sql);
	sql_add(&sql, "INSERT INTO unpublished (entity, sourcedId, visible_at, before) VALUES (");
	sql_text(&sql, entity->plural);
	sql_add(&sql, ", ");
	sql_text(&sql, id);
	sql_add(&sql, ", ");
	sql_int(&sql, conn->visible_at);
	sql_add(&sql, ", ");
	sql_value(&sql,
		  (struct value){ image.length ? VALUE_TEXT : VALUE_NULL, .text = image.text });
	sql_add(&sql, ")");

	bool good = conn_query(conn, &sql, NULL, NULL, err);

	sql_release(&sql);
	str_release(&image);
	return good;
}

bool unpublished_forget(struct conn *conn, const struct entity *entity, const char *id,
			struct err *err)
{
	struct sql sql;

	sql_init(&sql);
	sql_add(&sql, "DELETE FROM unpublished WHERE entity = ");
	sql_text(&sql, entity->plural);
	sql_add(&sql, " AND sourcedId = ");
	sql_text(&sql, id);

	bool good = conn_query(conn, &sql, NULL, NULL, err);

	sql_release(&sql);
	return good;
}

bool unpublished_exists(struct conn *conn, int64_t now, bool *out, struct err *err)
{
	struct sql sql;
	int64_t count = 0;

	sql_init(&sql);
	sql_add(&sql, "SELECT EXISTS (SELECT 1 FROM unpublished WHERE visible_at > ");
	sql_int(&sql, now);
	sql_add(&sql, ")");

	bool good = conn_integer(conn, &sql, &count, err);

	*out = count != 0;
	sql_release(&sql);
	return good;
}

/* The texts are borrowed from @image. */
static void read_record(const json_t *image, struct record *out)
{
	for (size_t i = 0; out->entity->fields[i].name; i++) {
		const json_t *column = json_array_get(image, i + 1);
		struct value *value = &out->values[i];

		*value = (struct value){ VALUE_NULL };
		if (json_is_integer(column))
			*value = (struct value){ VALUE_INT, .integer = json_integer_value(column) };
		else if (json_is_real(column))
			*value = (struct value){ VALUE_REAL, .real = json_real_value(column) };
		else if (json_is_string(column))
			*value = (struct value){ VALUE_TEXT, .text = json_string_value(column) };
	}
}

struct undoing {
	struct conn *conn;
	struct err *err;
};

static bool undo(struct conn *conn, const struct entity *entity, const char *id, const char *before,
		 struct err *err)
{
	struct record record = { .entity = entity };
	bool found, good = rows_delete(conn, entity, id, &found, err);
	json_t *image;

	if (!good || !before)
		return good;
	image = json_loads(before, 0, NULL);
	if (!image)
		BUG("an image that is no JSON: %s", before);
	read_record(image, &record);
	good = row_restore(conn, &record, json_integer_value(json_array_get(image, 0)), err);
	json_decref(image);
	return good;
}

static bool undo_row(const struct value *columns, int count, void *payload)
{
	struct undoing *undoing = payload;
	const struct entity *entity = entity_by_plural(columns[0].text);

	(void)count;
	if (!entity)
		BUG("no entity %s", columns[0].text);
	return undo(undoing->conn, entity, columns[1].text, columns[2].text, undoing->err);
}

bool unpublished_undo(struct conn *conn, int64_t now, struct err *err)
{
	struct undoing undoing = { conn, err };
	struct sql sql;

	sql_init(&sql);
	sql_add(&sql, "SELECT entity, sourcedId, before FROM unpublished WHERE visible_at > ");
	sql_int(&sql, now);
	sql_add(&sql, " ORDER BY id DESC");

	bool good = conn_query(conn, &sql, undo_row, &undoing, err);

	sql_release(&sql);
	return good && err->code == ERR_NONE;
}
