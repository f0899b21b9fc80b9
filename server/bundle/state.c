/*
 * state.c - sis-state.json: what only the SIS knows.
 */
#include "server/bundle/internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"

#define ALLOCATED "allocated:"
#define STATE_CAP ((size_t)1 << 30)

/* The keys of the contract, section 2; when a client created a category; and the ids that
 * the provider chose for objects which a client put under ids of its own. */
static const struct state_key {
	const char *kind, *key;
	const char *choices; /* NULL: any text; "bool", "number" */
	bool nullable;
	bool outlives; /* said of an object that is gone, too */
} keys[] = {
	{ "categories", "defaultGradeScale", NULL, true },
	{ "categories", "created", NULL, false },
	{ "classes", "defaultGradeScale", NULL, true },
	{ "classes", "linked", "bool", false },
	{ "classes", "teacher", NULL, false },
	{ "academicSessions", "state", "open closed", false },
	{ "lineItems", "category", NULL, false },
	{ "lineItems", "linked", "bool", false, .outlives = true },
	{ "results", "manualScore", "number", true },
	{ "users", "linked", "bool", false },
	{ ALLOCATED, "sourcedId", NULL, false },
};

/* The plural that a kind is about; NULL when it is none. */
static const struct entity *kind_entity(const char *kind)
{
	return entity_by_plural(starts_with(kind, ALLOCATED) ? kind + strlen(ALLOCATED) : kind);
}

static const struct state_key *find_key(const char *kind, const char *key)
{
	if (!kind_entity(kind))
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (strcmp(keys[i].key, key) == 0 &&
		    (strcmp(keys[i].kind, kind) == 0 ||
		     (strcmp(keys[i].kind, ALLOCATED) == 0 && starts_with(kind, ALLOCATED))))
			return &keys[i];
	return NULL;
}

bool state_is_known(const char *kind, const char *key)
{
	return find_key(kind, key) != NULL;
}

bool state_outlives(const char *kind, const char *key)
{
	const struct state_key *known = find_key(kind, key);

	return known && known->outlives;
}

static void report(struct loading *loading, enum flaw_rule rule, enum flaw_severity severity,
		   const char *format, ...) PRINTF(4, 5);
static void report(struct loading *loading, enum flaw_rule rule, enum flaw_severity severity,
		   const char *format, ...)
{
	char *name = flaw_file(loading, STATE_FILE);
	struct str text = STR_INIT;
	va_list args;

	va_start(args, format);
	str_vformat(&text, format, args);
	va_end(args);
	flaw_report(loading->import, name, 0, 0, rule, severity, "%s", str_text(&text));
	str_release(&text);
	free(name);
}

static bool value_fits(const char *choices, bool nullable, const json_t *value)
{
	if (json_is_null(value))
		return nullable;
	if (choices && strcmp(choices, "bool") == 0)
		return json_is_boolean(value);
	if (choices && strcmp(choices, "number") == 0)
		return json_is_number(value);
	return json_is_string(value) && (!choices || has_word(choices, json_string_value(value)));
}

static const char *choice_words(const char *choices)
{
	static const struct {
		const char *choices, *words;
	} rows[] = {
		{ "bool", "true or false" },
		{ "number", "a number" },
		{ "open closed", "open or closed" },
	};

	for (size_t i = 0; choices && i < ARRAY_SIZE(rows); i++)
		if (strcmp(rows[i].choices, choices) == 0)
			return rows[i].words;
	return "a string";
}

bool state_check(const char *kind, const char *key, const json_t *value, struct err *err)
{
	const struct state_key *known = find_key(kind, key);
	char *pointer = xformat("/%.80s", key);

	if (!known)
		err_at(err, ERR_INVALID, pointer, "%s: the SIS knows no such thing of %s", pointer,
		       kind);
	else if (!value_fits(known->choices, known->nullable, value))
		err_at(err, ERR_INVALID, pointer, "%s: expected %s%s, found %s%s%.40s", pointer,
		       choice_words(known->choices), known->nullable ? " or null" : "",
		       jsonx_kind(value), json_is_string(value) ? " " : "",
		       json_is_string(value) ? json_string_value(value) : "");
	free(pointer);
	return err->code == ERR_NONE;
}

static bool load_key(struct loading *loading, const char *kind, const char *id, const char *key,
		     const json_t *value, struct err *err)
{
	const struct state_key *known = find_key(kind, key);

	if (!known)
		report(loading, FLAW_STATE_KEY, FLAW_ERROR, "/%s/%s/%s: there is no such key", kind,
		       id, key);
	else if (value_fits(known->choices, known->nullable, value))
		return sis_state_put(loading->conn, kind, id, key, value, err);
	else
		report(loading, FLAW_STATE_VALUE, FLAW_ERROR,
		       "/%s/%s/%s: expected %s%s, found %s \"%.60s\"", kind, id, key,
		       known->choices ? known->choices : "a string",
		       known->nullable ? " or null" : "", jsonx_kind(value),
		       json_is_string(value) ? json_string_value(value) : "");
	return true;
}

/* An object that is gone, and nothing but what outlives it. */
static bool may_be_gone(const char *kind, const json_t *object)
{
	const char *key;
	const json_t *ignored;
	bool outlives = json_object_size(object) > 0;

	json_object_foreach ((json_t *)(uintptr_t)object, key, ignored)
		outlives = outlives && state_outlives(kind, key);
	return outlives;
}

static bool load_kind(struct loading *loading, const char *kind, const json_t *objects,
		      struct err *err)
{
	const struct entity *entity = kind_entity(kind);
	const char *id, *key;
	const json_t *object, *value;
	bool found = true;

	if (!entity || !json_is_object(objects)) {
		report(loading, FLAW_STATE_KIND, FLAW_ERROR,
		       "/%s: not a kind of object, or not an object", kind);
		return true;
	}
	json_object_foreach ((json_t *)(uintptr_t)objects, id, object) {
		/* the id that a client chose is that of no object */
		if (!starts_with(kind, ALLOCATED) &&
		    !rows_exist(loading->conn, entity, id, &found, err))
			return false;
		if (!found && !may_be_gone(kind, object))
			report(loading, FLAW_STATE_ID, FLAW_WARNING,
			       "/%s/%s: there is no such object", kind, id);
		if (!json_is_object(object))
			report(loading, FLAW_STATE_VALUE, FLAW_ERROR,
			       "/%s/%s: expected an object of keys, found %s", kind, id,
			       jsonx_kind(object));
		json_object_foreach ((json_t *)(uintptr_t)object, key, value)
			if (!load_key(loading, kind, id, key, value, err))
				return false;
	}
	return true;
}

static json_t *read_state(FILE *file, struct err *err)
{
	struct str text;
	char chunk[16384];
	json_t *state = NULL;
	size_t got;

	str_init(&text, STATE_CAP);
	while ((got = fread(chunk, 1, sizeof chunk, file)) > 0)
		str_add_bytes(&text, chunk, got);
	if (ferror(file) || text.full)
		err_set(err, ERR_INVALID, "it cannot be read, or is larger than 1 GiB");
	else
		state = jsonx_load(str_text(&text), text.length, err);
	str_release(&text);
	return state;
}

bool state_load(struct loading *loading, struct err *err)
{
	FILE *file = loading_file(loading, STATE_FILE, err);
	struct err why = ERR_INIT;
	const char *kind;
	const json_t *objects;
	bool good = err->code == ERR_NONE;
	json_t *state;

	if (!file)
		return good;
	state = read_state(file, &why);
	fclose(file);
	if (!json_is_object(state))
		report(loading, FLAW_STATE_JSON, FLAW_ERROR, "%s",
		       state ? "it is not a JSON object" : why.text);
	else
		json_object_foreach (state, kind, objects)
			good = good && load_kind(loading, kind, objects, err);
	json_decref(state);
	return good;
}
