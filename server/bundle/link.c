/*
 * link.c - rows of link files, read and written.
 */
#include "server/bundle/link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/jsonx.h"

static const struct field *by_column(const struct field *fields, const char *column)
{
	char csv[64];

	for (; fields->name; fields++) {
		field_csv(fields, csv);
		if (strcmp(csv, column) == 0)
			return fields;
	}
	return NULL;
}

/* Finds the member of an element, or of the objects in one of its members. */
static void place_column(struct link *link, int column)
{
	const char *name = link->columns[column].name;
	const struct field *subs = link->field->sub;

	link->to[column].sub = by_column(subs, name);
	for (const struct field *sub = subs; !link->to[column].sub && sub->name; sub++) {
		if (!sub->sub || !by_column(sub->sub, name))
			continue;
		link->to[column].sub = sub;
		link->to[column].inner = by_column(sub->sub, name);
		return;
	}
}

void link_init(struct link *link, const struct csv_file *file)
{
	char target[80] = "";

	*link = (struct link){ .file = file,
			       .field = entity_field(file->entity, file->field),
			       .target = -1 };
	link->count = csv_file_columns(file, file->in & V12 ? V12 : V11, link->columns);
	if (link->field->target)
		snprintf(target, sizeof target, "%sSourcedId", link->field->target->singular);
	for (int i = 0; i < link->count; i++) {
		if (strcmp(link->columns[i].name, file->owner) == 0)
			link->owner = i;
		else if (strcmp(link->columns[i].name, target) == 0)
			link->target = i;
		else if (link->field->sub && (i == 0 || i >= CSV_COMMON))
			place_column(link, i);
	}
	link->id = link->to[0].sub;
}

/* The inner list that has no meaning without its rows: learningObjectiveResults, not the
 * credentials that a profile may have. */
static bool gathers(const struct field *sub)
{
	return (sub->type == T_TEXTS || sub->type == T_OBJECTS) && (sub->flags & F_SOME);
}

bool link_needs(const struct link *link, int column)
{
	const struct field *sub = link->to[column].sub, *inner = link->to[column].inner;

	if (column == link->owner || column == link->target)
		return true;
	if (inner)
		return gathers(sub) && (inner->flags & F_NEEDED);
	return sub && (sub->flags & F_NEEDED);
}

/* One member of an object from its cell. */
static bool read_member(json_t *object, const struct field *field, const char *cell,
			struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct value value = { VALUE_NULL };
	bool good = true;

	if (field->type == T_TEXTS) /* one of them per row */
		json_object_set_new(object, field->name, json_pack("[s]", cell));
	else if ((good = value_from_cell(&value, field, cell, V12, &arena, err)) &&
		 value.kind != VALUE_NULL)
		json_object_set_new(object, field->name, value_json(field, &value));
	arena_release(&arena);
	return good;
}

/* Takes what a row says of one object; without a needed member there is none. */
static json_t *whole(const struct field *fields, json_t *object)
{
	bool good = json_object_size(object) > 0;

	for (; fields->name; fields++)
		good = good &&
		       (!(fields->flags & F_NEEDED) || json_object_get(object, fields->name));
	if (good)
		return object;
	json_decref(object);
	return NULL;
}

json_t *link_read(const struct link *link, const char *const cells[static LINK_COLUMNS],
		  int *column, struct err *err)
{
	json_t *element, *inner;
	bool good = true;

	if (link->target >= 0)
		return json_string(cells[link->target]);
	element = json_object();
	/* in the order of the table, as elements that came as JSON are */
	for (const struct field *sub = link->field->sub; sub->name && good; sub++) {
		inner = sub->sub ? json_object() : NULL;
		for (int i = 0; i < link->count && good; i++) {
			if (link->to[i].sub != sub || !*cells[i])
				continue;
			*column = i;
			good = inner ? read_member(inner, link->to[i].inner, cells[i], err)
				     : read_member(element, sub, cells[i], err);
		}
		inner = inner ? whole(sub->sub, inner) : NULL;
		if (inner)
			json_object_set_new(element, sub->name, json_pack("[o]", inner));
	}
	if (good)
		return element;
	json_decref(element);
	return NULL;
}

/* The sourcedId of a row whose part has none of its own: it only counts, so the reader
 * need not keep it. */
static void count_id(const struct link *link, const char *owner, size_t number,
		     char out[static ID_MAX + 1])
{
	unsigned char hash[HASH_MAX];

	if (snprintf(out, ID_MAX + 1, "%s/%s/%zu", owner, link->field->name, number) <= ID_MAX)
		return;
	hash_bytes(HASH_SHA256, owner, strlen(owner), hash);
	out += snprintf(out, 64, "%s/%zu/", link->field->name, number);
	for (int i = 0; i < 16; i++)
		out += snprintf(out, 3, "%02x", hash[i]);
}

static bool is_count(const struct link *link, const char *owner, size_t number, const char *id)
{
	char expected[ID_MAX + 1];

	count_id(link, owner, number, expected);
	return strcmp(expected, id) == 0;
}

/* The place of the part in the list that has this id; the list's size when none has. */
static size_t find(const struct link *link, const json_t *list, const char *owner, const char *id)
{
	const json_t *item;
	size_t i;

	json_array_foreach (list, i, item) {
		const char *own = jsonx_text(item, link->id->name);

		if (own ? strcmp(own, id) == 0 : is_count(link, owner, i + 1, id))
			return i;
	}
	return json_array_size(list);
}

static void apply_ref(json_t *list, const json_t *ref, bool remove)
{
	const json_t *item;
	size_t i;

	json_array_foreach (list, i, item)
		if (json_equal(item, ref)) {
			if (remove)
				json_array_remove(list, i);
			return;
		}
	if (!remove)
		json_array_append(list, (json_t *)(uintptr_t)ref);
}

static void apply_object(const struct link *link, json_t *list, const char *owner, const char *id,
			 const json_t *part, bool remove)
{
	size_t at = find(link, list, owner, id);
	json_t *copy = json_deep_copy(part);

	if ((link->id->flags & F_INTERNAL) && is_count(link, owner, at + 1, id))
		json_object_del(copy, link->id->name);
	if (remove)
		json_array_remove(list, at);
	else if (at < json_array_size(list))
		json_array_set(list, at, copy);
	else
		json_array_append(list, copy);
	json_decref(copy);
}

/* Takes one inner part out of the list of its group, or puts it there. */
static void apply_inner(json_t *inner, const json_t *part, const char *key, bool remove)
{
	const json_t *item;
	size_t i;

	json_array_foreach (inner, i, item) {
		if (!same_text(key ? jsonx_text(item, key) : json_string_value(item),
			       key ? jsonx_text(part, key) : json_string_value(part)))
			continue;
		if (remove)
			json_array_remove(inner, i);
		else
			json_array_set(inner, i, (json_t *)(uintptr_t)part);
		return;
	}
	if (!remove)
		json_array_append(inner, (json_t *)(uintptr_t)part);
}

/* Learning objectives: {source, [part, ...]}, a group per source. */
static void apply_group(const struct link *link, json_t *list, const json_t *part, bool remove)
{
	const struct field *head = &link->field->sub[0], *tail = &link->field->sub[1];
	const json_t *inner = json_array_get(json_object_get(part, tail->name), 0);
	const char *key = tail->sub ? tail->sub[0].name : NULL;
	json_t *group;
	size_t i;

	json_array_foreach (list, i, group) {
		json_t *members = json_object_get(group, tail->name);

		if (!same_text(jsonx_text(group, head->name), jsonx_text(part, head->name)))
			continue;
		apply_inner(members, inner, key, remove);
		if (json_array_size(members) == 0)
			json_array_remove(list, i);
		return;
	}
	if (!remove)
		json_array_append_new(list, json_deep_copy(part));
}

void link_apply(const struct link *link, json_t *list, const char *owner, const char *id,
		const json_t *part, bool remove)
{
	if (link->target >= 0)
		apply_ref(list, part, remove);
	else if (link->id)
		apply_object(link, list, owner, id, part, remove);
	else
		apply_group(link, list, part, remove);
}

/* Writing. */

struct writing {
	const struct link *link;
	const char *owner;
	struct str cells[LINK_COLUMNS];
	size_t number;
	link_fn *row;
	void *payload;
};

static void write_member(struct writing *w, int column, const struct field *field,
			 const json_t *json)
{
	struct arena arena = ARENA_INIT;
	struct err ignored = ERR_INIT;
	struct value value = { VALUE_NULL };

	str_clear(&w->cells[column]);
	if (field->type == T_TEXTS) {
		str_add(&w->cells[column], json_is_string(json) ? json_string_value(json) : "");
		if (w->cells[column].length)
			cell_flatten(w->cells[column].text);
	} else if (json && value_from_stored(&value, field, json, &arena, &ignored)) {
		cell_from_value(&w->cells[column], field, &value, V12);
	}
	arena_release(&arena);
}

static void write_row(struct writing *w)
{
	const char *cells[LINK_COLUMNS] = { NULL };
	char id[ID_MAX + 1];

	w->number++;
	for (int i = 0; i < LINK_COLUMNS; i++)
		cells[i] = str_text(&w->cells[i]);
	if (!*cells[0]) {
		count_id(w->link, w->owner, w->number, id);
		cells[0] = id;
	}
	w->row(cells, w->payload);
}

/* One element: a row, or a row for each of the parts that are gathered in it. */
static void write_element(struct writing *w, const json_t *element)
{
	const struct link *link = w->link;
	const struct field *gathered = NULL;
	size_t rows = 1;

	for (int i = 0; i < link->count; i++) {
		const struct field *sub = link->to[i].sub;

		if (sub && !link->to[i].inner && sub->type != T_TEXTS)
			write_member(w, i, sub, json_object_get(element, sub->name));
		else if (sub && gathers(sub))
			gathered = sub;
	}
	if (gathered)
		rows = json_array_size(json_object_get(element, gathered->name));
	for (size_t n = 0; n < rows; n++) {
		for (int i = 0; i < link->count; i++) {
			const struct field *sub = link->to[i].sub, *inner = link->to[i].inner;
			const json_t *part;

			if (!sub || (!inner && sub->type != T_TEXTS))
				continue;
			part = json_array_get(json_object_get(element, sub->name), n);
			write_member(w, i, inner ? inner : sub,
				     inner ? json_object_get(part, inner->name) : part);
		}
		write_row(w);
	}
}

void link_rows(const struct link *link, const char *owner, const struct value *value, link_fn *row,
	       void *payload)
{
	struct writing w = { .link = link, .owner = owner, .row = row, .payload = payload };
	json_t *list;
	const json_t *item;
	size_t i;

	if (value->kind != VALUE_TEXT)
		return;
	for (i = 0; i < LINK_COLUMNS; i++)
		str_init(&w.cells[i], STR_CAP);
	str_add(&w.cells[link->owner], owner);
	list = link->field->type == T_REF ? json_pack("[s]", value->text)
					  : value_json(link->field, value);
	json_array_foreach (list, i, item) {
		if (link->target >= 0) {
			str_clear(&w.cells[link->target]);
			str_add(&w.cells[link->target], json_string_value(item));
			write_row(&w);
		} else {
			write_element(&w, item);
		}
	}
	json_decref(list);
	for (i = 0; i < LINK_COLUMNS; i++)
		str_release(&w.cells[i]);
}

struct reading {
	const struct link *link;
	const char *owner;
	json_t *list;
	bool good;
};

static void read_again(const char *const cells[static LINK_COLUMNS], void *payload)
{
	struct reading *r = payload;
	struct err ignored = ERR_INIT;
	int column = 0;
	json_t *part;

	for (int i = 0; i < r->link->count; i++)
		r->good = r->good && (*cells[i] || !link_needs(r->link, i));
	part = r->good ? link_read(r->link, cells, &column, &ignored) : NULL;
	r->good = part != NULL;
	if (part)
		link_apply(r->link, r->list, r->owner, cells[0], part, false);
	json_decref(part);
}

bool link_says(const struct link *link, const char *owner, const struct value *value)
{
	struct reading r = { link, owner, json_array(), true };
	bool same;

	if (value->kind == VALUE_NULL) {
		same = true;
	} else {
		link_rows(link, owner, value, read_again, &r);
		if (link->field->type == T_REF) {
			same = json_array_size(r.list) == 1;
		} else {
			char *text = jsonx_dump(r.list);

			same = json_array_size(r.list) && strcmp(text, value->text) == 0;
			free(text);
		}
	}
	json_decref(r.list);
	return r.good && same;
}
