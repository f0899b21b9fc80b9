/*
 * part.c - rows of link files: parts of objects that are there already.
 */
#include "server/bundle/internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/when.h"

struct part {
	struct loading *loading;
	struct table *table;
	const struct csv *csv;
	const char *cells[LINK_COLUMNS]; /* in the order of the binding */
	const char *id, *owner;
	bool remove;
	int64_t modified; /* 0: the row does not say */
	struct arena arena;
};

static void refuse(struct part *part, int column, enum flaw_rule rule, const char *format, ...)
	PRINTF(4, 5);
static void refuse(struct part *part, int column, enum flaw_rule rule, const char *format, ...)
{
	struct str text = STR_INIT;
	va_list args;

	va_start(args, format);
	str_vformat(&text, format, args);
	va_end(args);
	flaw_report(part->loading->import, part->table->name, part->csv->row_line,
		    part->table->place[column], rule, FLAW_ERROR, "%s; the row is not loaded",
		    str_text(&text));
	str_release(&text);
}

/* How a cell is to be written: as its member, a reference, or a common column. */
static const struct field *form_of(const struct link *link, int column)
{
	const struct field *common = link->file->entity->fields;

	if (column < CSV_COMMON)
		return column == 0 && link->id ? link->id : &common[column];
	if (column == link->owner || column == link->target)
		return &common[FIELD_SOURCED_ID];
	return link->to[column].inner ? link->to[column].inner : link->to[column].sub;
}

/* False when the row is refused. */
static bool check_cells(struct part *part)
{
	struct table *table = part->table;
	const struct link *link = &table->link;
	struct import *import = part->loading->import;
	bool sound = true;

	check_count(import, table, part->csv);
	for (int i = 0; i < link->count; i++) {
		int at = table->place[i] - 1;
		bool demanded = link->columns[i].required || (table->delta && i < CSV_COMMON);
		const struct field *form = form_of(link, i);

		part->cells[i] = at >= 0 ? csv_cell(part->csv, at) : "";
		if (at < 0)
			continue;
		if (*part->cells[i] && !form)
			table->columns[at].lost++;
		else if (*part->cells[i])
			check_form(import, table, part->csv, at, form);
		else if (demanded &&
			 check_missing(import, table, part->csv, at, link_needs(link, i) || i == 0))
			sound = false;
	}
	for (int i = 0; i < table->count; i++)
		table->columns[i].lost += table->columns[i].index < 0 && *csv_cell(part->csv, i);
	return sound;
}

static bool read_common(struct part *part)
{
	const struct field *fields = part->table->file->entity->fields;
	struct value value = { VALUE_NULL };

	for (int i = FIELD_STATUS; i <= FIELD_MODIFIED; i++) {
		struct err why = ERR_INIT;

		if (!value_from_cell(&value, &fields[i], part->cells[i], part->table->version,
				     &part->arena, &why)) {
			refuse(part, i, FLAW_VALUE_INVALID, "%s: %s", fields[i].name, why.text);
			return false;
		}
		if (i == FIELD_STATUS)
			part->remove = value.kind && strcmp(value.text, "tobedeleted") == 0;
		else
			part->modified = value.integer;
	}
	return true;
}

/* An id stands once per owner; with several owners it is only a flaw. */
static bool note_part(struct part *part, bool *fresh, struct err *err)
{
	const char *kind = part->table->file->name;
	struct loading *loading = part->loading;
	int line = part->csv->row_line;
	char *own = xformat("%s of %s", part->id, part->owner);
	bool first = false, good;
	char owned[96];

	snprintf(owned, sizeof owned, "%s of an owner", kind);
	good = row_note(loading, owned, own, line, false, fresh, err) &&
	       row_note(loading, kind, part->id, line, false, &first, err);
	if (good && !*fresh)
		refuse(part, 0, FLAW_ID_TWICE, "sourcedId %s stands in an earlier row", part->id);
	else if (good && !first)
		flaw_report(loading->import, part->table->name, line, part->table->place[0],
			    FLAW_ID_TWICE, FLAW_WARNING,
			    "sourcedId %s stands in an earlier row, which is of another object",
			    part->id);
	free(own);
	return good;
}

static bool check_ref(struct part *part, int column, const struct entity *target, struct err *err)
{
	const char *id = part->cells[column];
	bool found = true;

	if (*id && !rows_exist(part->loading->conn, target, id, &found, err))
		return false;
	if (!found)
		flaw_report(part->loading->import, part->table->name, part->csv->row_line,
			    part->table->place[column], FLAW_REF_UNKNOWN, FLAW_WARNING,
			    "%s: %s is in no row; the reference is kept",
			    part->table->link.columns[column].name, id);
	return true;
}

static bool check_refs(struct part *part, struct err *err)
{
	const struct link *link = &part->table->link;
	bool good = true;

	for (int i = 0; i < link->count && good; i++) {
		const struct field *sub = link->to[i].sub;

		if (i == link->target)
			good = check_ref(part, i, link->field->target, err);
		else if (sub && sub->target)
			good = check_ref(part, i, sub->target, err);
	}
	return good;
}

/* A role may name a profile of its user. */
static void check_profile(struct part *part, const struct record *owner)
{
	const struct link *link = &part->table->link;
	json_t *profiles;
	const json_t *profile;
	bool found = false;
	size_t k;

	for (int i = 0; i < link->count; i++) {
		if (strcmp(link->columns[i].name, "userProfileSourcedId") != 0 || !*part->cells[i])
			continue;
		profiles = value_json(entity_field(owner->entity, "userProfiles"),
				      record_value(owner, "userProfiles"));
		json_array_foreach (profiles, k, profile)
			found = found ||
				same_text(jsonx_text(profile, "profileId"), part->cells[i]);
		json_decref(profiles);
		if (!found)
			flaw_report(part->loading->import, part->table->name, part->csv->row_line,
				    part->table->place[i], FLAW_REF_UNKNOWN, FLAW_WARNING,
				    "%s: the user has no profile %s; the reference is kept",
				    link->columns[i].name, part->cells[i]);
	}
}

/* What the owner's field has already. The first row of a bulk file begins anew, unless
 * the object's own file holds such values too. Returns (json_decref). */
static json_t *held(struct part *part, const struct record *owner, bool first)
{
	const struct link *link = &part->table->link;
	int index = entity_field_index(owner->entity, link->field->name);
	size_t objects = (size_t)(csv_file_find(owner->entity->plural) - csv_files);
	json_t *list = NULL;

	if (!(first && part->table->bulk) || part->loading->tables[objects].place[index])
		list = value_json(link->field, &owner->values[index]);
	return list ? list : json_array();
}

static void set_field(struct part *part, struct record *owner, bool first, const json_t *said)
{
	const struct link *link = &part->table->link;
	json_t *list;
	char *text;

	if (link->field->type == T_REF) {
		bool same = same_text(record_text(owner, link->field->name),
				      json_string_value(said));

		if (!part->remove || same)
			record_set_text(owner, link->field->name,
					part->remove
						? NULL
						: arena_dup(&part->arena, json_string_value(said)));
		return;
	}
	list = held(part, owner, first);
	link_apply(link, list, part->owner, part->id, said, part->remove);
	text = json_array_size(list) ? jsonx_dump(list) : NULL;
	record_set_text(owner, link->field->name, arena_dup(&part->arena, text));
	free(text);
	json_decref(list);
}

static bool put_part(struct part *part, struct record *owner, const json_t *said, struct err *err)
{
	bool first, created;
	char touched[96];

	snprintf(touched, sizeof touched, "owners of %s", part->table->file->name);
	if (!row_note(part->loading, touched, part->owner, part->csv->row_line, true, &first, err))
		return false;
	set_field(part, owner, first, said);
	if (strcmp(part->table->file->field, "roles") == 0) { /* they follow from the roles */
		record_set_text(owner, "role", NULL);
		record_set_text(owner, "orgs", NULL);
	}
	if (part->modified > owner->values[FIELD_MODIFIED].integer)
		record_set_int(owner, "dateLastModified", part->modified);
	if (!part->remove)
		check_profile(part, owner);
	return (part->remove || check_refs(part, err)) &&
	       rows_put(part->loading->conn, owner, &created, err);
}

/* Whether the owner's row held the field as it was stored, which says more than links. */
static bool is_stored(struct part *part, bool *stored, struct err *err)
{
	const struct csv_file *file = part->table->file;
	char kind[128];

	snprintf(kind, sizeof kind, "stored %s.%s", file->entity->plural, file->field);
	return row_noted(part->loading, kind, part->owner, stored, err);
}

/* A row whose cells are sound. */
static bool load_part(struct part *part, bool *loaded, struct err *err)
{
	const struct link *link = &part->table->link;
	struct err why = ERR_INIT;
	struct record owner;
	bool fresh = false, found = false, stored = false, good;
	int column = 0;
	json_t *said = link_read(link, part->cells, &column, &why);

	if (!said)
		refuse(part, column, FLAW_VALUE_INVALID, "%s: %s", link->columns[column].name,
		       why.text);
	good = note_part(part, &fresh, err);
	if (good && said && fresh) {
		good = rows_get_id(part->loading->conn, link->file->entity, part->owner, &owner,
				   &found, &part->arena, err) &&
		       is_stored(part, &stored, err);
		if (good && !found)
			refuse(part, link->owner, FLAW_OWNER_UNKNOWN, "%s: there is no %s %s",
			       link->columns[link->owner].name, link->file->entity->singular,
			       part->owner);
		*loaded = good && found;
		if (*loaded && !stored)
			good = put_part(part, &owner, said, err);
	}
	json_decref(said);
	return good;
}

bool part_load(struct loading *loading, struct table *table, const struct csv *csv, bool *loaded,
	       struct err *err)
{
	struct part part = { .loading = loading, .table = table, .csv = csv };
	bool good = true, sound = check_cells(&part);

	part.id = part.cells[0];
	part.owner = part.cells[table->link.owner];
	if (sound && read_common(&part))
		good = load_part(&part, loaded, err);
	else if (*part.owner) { /* it had a row, if no sound one: its list is not taken for empty */
		bool first;
		char kind[96];

		snprintf(kind, sizeof kind, "refused %s", table->file->name);
		good = row_note(loading, kind, part.owner, csv->row_line, true, &first, err);
	}
	arena_release(&part.arena);
	return good;
}
