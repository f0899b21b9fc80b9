/*
 * record.c - one object, checked and normalised.
 */
#include "oneroster/record.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"

static bool fail_at(struct err *err, const char *prefix, const char *name, const struct err *why)
{
	struct str pointer = STR_INIT;

	str_add(&pointer, prefix);
	jsonx_pointer_add(&pointer, name);
	str_add(&pointer, why->pointer);
	err_at(err, ERR_INVALID, str_text(&pointer), "%s: %s", str_text(&pointer), why->text);
	str_release(&pointer);
	return false;
}

bool field_is_read(const struct field *field, unsigned version)
{
	return !(field->flags & F_SERVER) && (field->in & version);
}

bool record_from_json(struct record *record, const struct entity *entity, unsigned version,
		      const json_t *object, const char *prefix, struct arena *arena,
		      struct err *err)
{
	*record = (struct record){ .entity = entity };
	if (!json_is_object(object))
		return err_at(err, ERR_INVALID, prefix, "%s: expected an object, found %s", prefix,
			      jsonx_kind(object));
	for (int i = 0; entity->fields[i].name; i++) {
		const struct field *field = &entity->fields[i];
		const json_t *json = json_object_get(object, field->name);
		struct err why = ERR_INIT;

		if (!field_is_read(field, version))
			continue;
		if ((field->flags & F_NEEDED) && (!json || json_is_null(json)))
			err_set(&why, ERR_INVALID, "required, but it is %s", jsonx_kind(json));
		else if (value_from_json(&record->values[i], field, version, json, arena, &why))
			continue;
		return fail_at(err, prefix, field->name, &why);
	}
	return true;
}

const struct value *record_value(const struct record *record, const char *name)
{
	int i = entity_field_index(record->entity, name);

	if (i >= 0)
		return &record->values[i];
	BUG("%s has no %s", record->entity->singular, name);
}

const char *record_text(const struct record *record, const char *name)
{
	const struct value *value = record_value(record, name);

	return value->kind == VALUE_TEXT ? value->text : NULL;
}

static struct value *slot(struct record *record, const char *name)
{
	return &record->values[record_value(record, name) - record->values];
}

void record_set_text(struct record *record, const char *name, const char *text)
{
	struct value *value = slot(record, name);

	*value = (struct value){ .kind = text ? VALUE_TEXT : VALUE_NULL, .text = text };
}

void record_set_int(struct record *record, const char *name, int64_t integer)
{
	*slot(record, name) = (struct value){ .kind = VALUE_INT, .integer = integer };
}

void record_set_number(struct record *record, const char *name, double number)
{
	*slot(record, name) = (struct value){ .kind = VALUE_REAL, .real = number };
}

static void set_json(struct record *record, const char *name, json_t *json, struct arena *arena)
{
	char *text = jsonx_dump(json);

	record_set_text(record, name, arena_dup(arena, text));
	free(text);
	json_decref(json);
}

static bool holds(const json_t *ids, const char *id)
{
	const json_t *item;
	size_t i;

	json_array_foreach (ids, i, item)
		if (strcmp(json_string_value(item), id) == 0)
			return true;
	return false;
}

/* The 1.1 role: that of the first primary role, else of the first. From @arena. */
static const char *main_role(const json_t *roles, struct arena *arena)
{
	const json_t *role, *chosen = json_array_get(roles, 0);
	size_t i;

	json_array_foreach (roles, i, role)
		if (same_text(jsonx_text(role, "roleType"), "primary")) {
			chosen = role;
			break;
		}
	if (!chosen)
		return NULL;
	/* what is said may be the text of the list, which the caller gives up */
	return arena_dup(arena, vocab_say(&VOCAB_ROLE, jsonx_text(chosen, "role"), V11, arena));
}

/* The organisations of the roles, each once. Returns (json_decref). */
static json_t *orgs_of(const json_t *roles)
{
	json_t *orgs = json_array();
	const json_t *role;
	size_t i;

	json_array_foreach (roles, i, role) {
		const char *org = jsonx_text(role, "org");

		if (org && !holds(orgs, org))
			json_array_append_new(orgs, json_string(org));
	}
	return orgs;
}

/* One role per organisation, each its primary one (fact sheet 1.2, section 8: exactly
 * one primary per org). Returns (json_decref). */
static json_t *roles_of(const char *role, const json_t *orgs, struct arena *arena)
{
	json_t *roles = json_array();
	const json_t *org;
	size_t i;

	json_array_foreach (orgs, i, org) {
		json_t *item = json_object();

		json_object_set_new(item, "roleType", json_string("primary"));
		json_object_set_new(item, "role",
				    json_string(vocab_say(&VOCAB_ROLE, role, V12, arena)));
		json_object_set_new(item, "org", json_string(json_string_value(org)));
		json_array_append_new(roles, item);
	}
	return roles;
}

static json_t *load_list(const struct record *record, const char *name)
{
	const char *text = record_text(record, name);

	return text ? json_loads(text, 0, NULL) : NULL;
}

static void complete_user(struct record *user, struct arena *arena)
{
	json_t *roles = load_list(user, "roles"), *orgs = load_list(user, "orgs");
	json_t *implied = orgs_of(roles);
	const char *role = record_text(user, "role"), *main = main_role(roles, arena);
	bool differs = (role && !same_text(role, main)) || (orgs && !json_equal(orgs, implied));

	if (json_array_size(roles) && !differs) {
		record_set_text(user, "role", main);
		set_json(user, "orgs", json_incref(implied), arena);
	} else if (role && json_array_size(orgs)) {
		set_json(user, "roles", roles_of(role, orgs, arena), arena);
	}
	json_decref(roles);
	json_decref(orgs);
	json_decref(implied);
}

void record_complete(struct record *record, struct arena *arena)
{
	if (record->entity == &ENTITY_USERS)
		complete_user(record, arena);
}
