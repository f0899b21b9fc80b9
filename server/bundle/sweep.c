/*
 * sweep.c - what a bulk bundle no longer has.
 *
 * A bulk file is all there is: an object that it lacks is to be marked as tobedeleted, a
 * list of parts that it lacks is empty (fact sheet 1.2, section 11). A file that could not
 * be read to its end proves nothing.
 */
#include "server/bundle/internal.h"

#include <string.h>

#define BATCH 500

static bool sweep_objects(struct loading *loading, size_t number, struct err *err)
{
	const char *plural = csv_files[number].name;
	struct sql sql;

	sql_init(&sql);
	sql_format(&sql, "UPDATE \"%s\" SET status = 'tobedeleted', dateLastModified = ", plural);
	sql_int(&sql, loading->import->now);
	sql_format(&sql,
		   " WHERE status IS NOT 'tobedeleted' AND NOT EXISTS (SELECT 1 FROM "
		   "temp.import_row r WHERE r.kind = '%s' AND r.id = sourcedId)",
		   plural);

	bool good = conn_query(loading->conn, &sql, NULL, NULL, err);

	if (good && conn_changes(loading->conn) > 0) {
		loading->import->deleted[number] += (size_t)conn_changes(loading->conn);
		rows_changed(loading->conn, entity_by_plural(plural));
	}
	sql_release(&sql);
	return good;
}

/* Owners of parts that no row of the file spoke of. */
struct owners {
	json_t *ids;
	int64_t last; /* rowid */
};

static bool add_owner(const struct value *columns, int count, void *payload)
{
	struct owners *owners = payload;

	(void)count;
	owners->last = columns[0].integer;
	json_array_append_new(owners->ids, json_string(columns[1].text));
	return true;
}

static bool find_owners(struct loading *loading, const struct csv_file *file, struct owners *owners,
			struct err *err)
{
	struct sql sql;

	sql_init(&sql);
	sql_format(&sql,
		   "SELECT id, sourcedId FROM \"%s\" WHERE \"%s\" IS NOT NULL AND status IS NOT "
		   "'tobedeleted' AND NOT EXISTS (SELECT 1 FROM temp.import_row r WHERE r.kind IN "
		   "('owners of %s', 'refused %s') AND r.id = sourcedId) AND id > ",
		   file->entity->plural, file->field, file->name, file->name);
	sql_int(&sql, owners->last);
	sql_format(&sql, " ORDER BY id LIMIT %d", BATCH);

	bool good = conn_query(loading->conn, &sql, add_owner, owners, err);

	sql_release(&sql);
	return good;
}

static bool clear_owner(struct loading *loading, const struct csv_file *file, const char *id,
			struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct record record;
	bool found = false, created, good;

	good = rows_get_id(loading->conn, file->entity, id, &record, &found, &arena, err);
	if (good && found) {
		record_set_text(&record, file->field, NULL);
		if (strcmp(file->field, "roles") == 0) {
			record_set_text(&record, "role", NULL);
			record_set_text(&record, "orgs", NULL);
		}
		record_set_int(&record, "dateLastModified", loading->import->now);
		good = rows_put(loading->conn, &record, &created, err);
	}
	arena_release(&arena);
	return good;
}

static bool sweep_parts(struct loading *loading, size_t number, struct err *err)
{
	const struct csv_file *file = &csv_files[number];
	struct owners owners = { NULL, 0 };
	bool good = true;
	size_t count;

	do {
		owners.ids = json_array();
		good = find_owners(loading, file, &owners, err);
		count = json_array_size(owners.ids);
		for (size_t i = 0; i < count && good; i++) {
			good = clear_owner(loading, file,
					   json_string_value(json_array_get(owners.ids, i)), err);
			loading->import->deleted[number]++;
		}
		json_decref(owners.ids);
	} while (good && count == BATCH);
	return good;
}

/* Whether the objects' own file told the field too, as users.csv of 1.2 does resources. */
static bool is_told_elsewhere(const struct loading *loading, const struct csv_file *file)
{
	size_t objects = (size_t)(csv_file_find(file->entity->plural) - csv_files);

	return loading->tables[objects].place[entity_field_index(file->entity, file->field)] > 0;
}

/* Objects first: what is deleted as a whole keeps its parts. */
bool bulk_sweep(struct loading *loading, struct err *err)
{
	bool good = true;

	for (int parts = 0; parts < 2; parts++)
		for (size_t i = 0; i < CSV_FILES && good; i++) {
			const struct table *table = &loading->tables[i];

			if (!loading->bulk[i] || (csv_files[i].field != NULL) != parts ||
			    (parts && is_told_elsewhere(loading, &csv_files[i])))
				continue;
			if (loading->broken[i])
				flaw_report(loading->import, table->name, 0, 0, FLAW_BULK_BROKEN,
					    FLAW_WARNING,
					    "the file says that it is all there is, but not all of "
					    "it could be read: nothing is marked as deleted");
			else if (parts)
				good = sweep_parts(loading, i, err);
			else if (!loading->was_empty[i])
				good = sweep_objects(loading, i, err);
		}
	return good;
}
