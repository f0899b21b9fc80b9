/*
 * put.c - objects into their tables and out of them.
 */
#include "server/store/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "server/store/hint.h"

static bool delete_refs(struct conn *conn, const struct entity *entity, const char *id,
			struct err *err)
{
	struct sql sql;

	sql_init(&sql);
	sql_add(&sql, "DELETE FROM ref WHERE entity = ");
	sql_text(&sql, entity->plural);
	sql_add(&sql, " AND owner = ");
	sql_text(&sql, id);

	bool good = conn_query(conn, &sql, NULL, NULL, err);

	sql_release(&sql);
	return good;
}

static bool put_ref(struct conn *conn, const struct record *record, const char *path, size_t pos,
		    const char *target, struct err *err)
{
	struct sql sql;

	sql_init(&sql);
	sql_add(&sql, "INSERT INTO ref (entity, owner, path, pos, target) VALUES (");
	sql_text(&sql, record->entity->plural);
	sql_add(&sql, ", ");
	sql_text(&sql, record->values[FIELD_SOURCED_ID].text);
	sql_add(&sql, ", ");
	sql_text(&sql, path);
	sql_add(&sql, ", ");
	sql_int(&sql, (int64_t)pos);
	sql_add(&sql, ", ");
	sql_text(&sql, target);
	sql_add(&sql, ")");

	bool good = conn_query(conn, &sql, NULL, NULL, err);

	sql_release(&sql);
	return good;
}

/* Each element of a list of references, or of an indexed member of sub-objects. */
static bool put_list(struct conn *conn, const struct record *record, const struct field *field,
		     const struct field *sub, const json_t *list, struct err *err)
{
	char path[64];
	const json_t *item;
	bool good = true;
	size_t pos;

	snprintf(path, sizeof path, "%s%s%s", field->name, sub ? "." : "", sub ? sub->name : "");
	json_array_foreach (list, pos, item) {
		const char *target = sub ? jsonx_text(item, sub->name) : json_string_value(item);

		good = good && (!target || put_ref(conn, record, path, pos, target, err));
	}
	return good;
}

static bool has_refs(const struct field *field)
{
	bool indexed = field->type == T_REFS;

	for (const struct field *sub = field->sub; sub && sub->name; sub++)
		indexed = indexed || (sub->flags & F_INDEXED);
	return indexed;
}

static bool put_field_refs(struct conn *conn, const struct record *record, int i, struct err *err)
{
	const struct field *field = &record->entity->fields[i];
	json_t *list = json_loads(record->values[i].text, 0, NULL);
	bool good = field->type != T_REFS || put_list(conn, record, field, NULL, list, err);

	for (const struct field *sub = field->sub; good && sub && sub->name; sub++)
		if (sub->flags & F_INDEXED)
			good = put_list(conn, record, field, sub, list, err);
	json_decref(list);
	return good;
}

bool put_refs(struct conn *conn, const struct record *record, struct err *err)
{
	const struct field *fields = record->entity->fields;
	bool good = true, cleared = false;

	for (int i = 0; fields[i].name && good; i++) {
		if (!has_refs(&fields[i]))
			continue;
		if (!cleared)
			good = delete_refs(conn, record->entity, record->values[0].text, err);
		cleared = true;
		if (good && record->values[i].kind == VALUE_TEXT)
			good = put_field_refs(conn, record, i, err);
	}
	return good;
}

/* As row @row; 0: the next one. *@added false: it is there already. */
static bool insert(struct conn *conn, const struct record *record, int64_t row, bool *added,
		   struct err *err)
{
	if (!kept_run(conn, KEPT_ADD, record, row, err))
		return false;
	*added = conn_changes(conn) > 0;
	if (*added) {
		const char *id = record->values[FIELD_SOURCED_ID].text;

		tally_note(conn, record->entity, CHANGE_INSERT, conn_last_row(conn), id);
		if (conn->hints)
			hints_note(conn->hints, record->entity, id, conn_last_row(conn));
	}
	return true;
}

/* Where it was seen last, and its references stay: most writes are of that sort. */
static bool change_hinted(struct conn *conn, const struct record *record, bool *changed,
			  struct err *err)
{
	const char *id = record->values[FIELD_SOURCED_ID].text;
	int64_t rows[HINT_WAYS];
	size_t count = conn->hints ? hints_find(conn->hints, record->entity, id, rows) : 0;
	bool good = true;

	*changed = false;
	for (size_t i = 0; i < count && good && !*changed; i++) {
		good = kept_run(conn, KEPT_CHANGE, record, rows[i], err);
		*changed = good && conn_changes(conn) > 0;
	}
	return good;
}

static bool change(struct conn *conn, const struct record *record, int64_t row, struct err *err)
{
	if (conn->hints)
		hints_note(conn->hints, record->entity, record->values[FIELD_SOURCED_ID].text, row);
	return kept_run(conn, KEPT_CHANGE, record, row, err) &&
	       (conn_changes(conn) > 0 || kept_run(conn, KEPT_REPLACE, record, row, err));
}

static bool put(struct conn *conn, const struct record *record, bool *created, struct err *err)
{
	const char *id = record->values[FIELD_SOURCED_ID].text;
	bool changed;
	int64_t row;

	*created = false;
	if (!change_hinted(conn, record, &changed, err) ||
	    (!changed && !kept_find(conn, record->entity, id, &row, err)))
		return false;
	if (!changed && !row)
		return insert(conn, record, 0, created, err);
	if (!changed && !change(conn, record, row, err))
		return false;
	tally_note(conn, record->entity, CHANGE_UPDATE, 0, NULL);
	return true;
}

/* Which school a class is of, which class a lineItem is of, and that a grading period is
 * a session. */
const struct derivation derivations[DERIVATIONS] = {
	{ &ENTITY_LINE_ITEMS, "school", "class",
	  "(SELECT c.school FROM classes c WHERE c.sourcedId = lineItems.class)" },
	{ &ENTITY_LINE_ITEMS, "academicSession", "gradingPeriod", "lineItems.gradingPeriod" },
	{ &ENTITY_LINE_ITEMS, "gradingPeriod", "academicSession",
	  "(SELECT s.sourcedId FROM academicSessions s WHERE s.sourcedId = "
	  "lineItems.academicSession AND s.type = 'gradingPeriod')" },
	{ &ENTITY_ENROLLMENTS, "school", "class",
	  "(SELECT c.school FROM classes c WHERE c.sourcedId = enrollments.class)" },
	{ &ENTITY_RESULTS, "class", "lineItem",
	  "(SELECT i.class FROM lineItems i WHERE i.sourcedId = results.lineItem)" },
};

bool rows_derive(struct conn *conn, struct err *err)
{
	bool good = true;

	for (size_t i = 0; i < DERIVATIONS && good; i++) {
		const struct derivation *derived = &derivations[i];
		struct sql sql;

		sql_init(&sql);
		sql_format(&sql,
			   "UPDATE \"%s\" SET \"%s\" = %s WHERE \"%s\" IS NULL AND %s IS NOT NULL",
			   derived->entity->plural, derived->field, derived->sql, derived->field,
			   derived->sql);
		good = conn_query(conn, &sql, NULL, NULL, err);
		if (good && conn_changes(conn) > 0)
			tally_note(conn, derived->entity, CHANGE_UPDATE, 0, NULL);
		sql_release(&sql);
	}
	return good;
}

static bool add(struct conn *conn, const struct record *record, bool *added, struct err *err)
{
	return insert(conn, record, 0, added, err);
}

/* With what follows from it and for it. */
static bool put_with(struct conn *conn, const struct record *object,
		     bool (*put_one)(struct conn *conn, const struct record *record, bool *created,
				     struct err *err),
		     bool *created, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct record record = *object;
	bool good;

	record_complete(&record, &arena);
	good = unpublished_keep(conn, record.entity, record.values[FIELD_SOURCED_ID].text, err) &&
	       rows_follow(conn, &record, &arena, err) && put_one(conn, &record, created, err) &&
	       put_refs(conn, &record, err);
	arena_release(&arena);
	return good;
}

bool rows_put(struct conn *conn, const struct record *object, bool *created, struct err *err)
{
	return put_with(conn, object, put, created, err);
}

bool rows_add(struct conn *conn, const struct record *object, struct err *err)
{
	bool added;

	return put_with(conn, object, add, &added, err) &&
	       (added || err_set(err, ERR_ENVIRONMENT, "there is an object %s already",
				 object->values[FIELD_SOURCED_ID].text));
}

void rows_changed(struct conn *conn, const struct entity *entity)
{
	tally_note(conn, entity, CHANGE_UPDATE, 0, NULL);
}

bool row_restore(struct conn *conn, const struct record *record, int64_t row, struct err *err)
{
	struct sql sql;
	int64_t taken;
	bool added;

	sql_init(&sql);
	sql_format(&sql, "SELECT count(*) FROM \"%s\" WHERE id = ", record->entity->plural);
	sql_int(&sql, row);

	bool good = conn_integer(conn, &sql, &taken, err) &&
		    insert(conn, record, taken ? 0 : row, &added, err) &&
		    put_refs(conn, record, err);

	sql_release(&sql);
	return good;
}

static bool add_id(const struct value *columns, int count, void *payload)
{
	(void)count;
	json_array_append_new(payload, json_string(columns[0].text));
	return true;
}

bool rows_complete_users(struct conn *conn, struct err *err)
{
	struct arena arena = ARENA_INIT;
	json_t *ids = json_array();
	const json_t *id;
	struct sql sql;
	size_t i;

	sql_init(&sql);
	sql_add(&sql, "SELECT sourcedId FROM users ORDER BY id");

	bool good = conn_query(conn, &sql, add_id, ids, err);

	sql_release(&sql);
	json_array_foreach (ids, i, id) {
		struct record user;
		bool found = false, created;

		good = good &&
		       rows_get_id(conn, &ENTITY_USERS, json_string_value(id), &user, &found,
				   &arena, err) &&
		       rows_put(conn, &user, &created, err);
		arena_release(&arena);
	}
	json_decref(ids);
	return good;
}

static bool take_row(const struct value *columns, int count, void *payload)
{
	(void)count;
	*(int64_t *)payload = columns[0].integer;
	return true;
}

bool rows_delete(struct conn *conn, const struct entity *entity, const char *id, bool *found,
		 struct err *err)
{
	int64_t row = 0; /* rows are counted from 1 */
	struct sql sql;

	if (!unpublished_keep(conn, entity, id, err))
		return false;
	sql_init(&sql);
	sql_format(&sql, "DELETE FROM \"%s\" WHERE sourcedId = ", entity->plural);
	sql_text(&sql, id);
	sql_add(&sql, " RETURNING id");

	bool good = conn_query(conn, &sql, take_row, &row, err);

	*found = row > 0;
	if (good && *found)
		tally_note(conn, entity, CHANGE_DELETE, row, id);
	sql_release(&sql);
	return good && delete_refs(conn, entity, id, err);
}
