/*
 * state.c - sis-state.json: what only the SIS knows.
 */
#include "server/bundle/internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/jsonx.h"

#define FILE_NAME "sis-state.json"

/* The keys of the contract, section 2. */
static const struct {
	const char *kind, *key;
	const char *choices; /* NULL: any text; "bool", "number" */
	bool nullable;
} keys[] = {
	{ "categories", "defaultGradeScale", NULL, true },
	{ "classes", "defaultGradeScale", NULL, true },
	{ "classes", "linked", "bool", false },
	{ "classes", "teacher", NULL, false },
	{ "academicSessions", "state", "open closed", false },
	{ "lineItems", "category", NULL, false },
	{ "results", "manualScore", "number", true },
	{ "users", "linked", "bool", false },
};

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

static bool load_key(struct import *import, struct conn *conn, const char *kind, const char *id,
		     const char *key, const json_t *value, struct err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		if (strcmp(keys[i].kind, kind) != 0 || strcmp(keys[i].key, key) != 0)
			continue;
		if (value_fits(keys[i].choices, keys[i].nullable, value))
			return sis_state_put(conn, kind, id, key, value, err);
		flaw_report(import, FILE_NAME, 0, 0, "SIS-STATE-VALUE", FLAW_ERROR,
			    "/%s/%s/%s: expected %s%s, found %s \"%.60s\"", kind, id, key,
			    keys[i].choices ? keys[i].choices : "a string",
			    keys[i].nullable ? " or null" : "", jsonx_kind(value),
			    json_is_string(value) ? json_string_value(value) : "");
		return true;
	}
	flaw_report(import, FILE_NAME, 0, 0, "SIS-STATE-KEY", FLAW_ERROR,
		    "/%s/%s/%s: there is no such key", kind, id, key);
	return true;
}

static bool load_kind(struct import *import, struct conn *conn, const char *kind,
		      const json_t *objects, struct err *err)
{
	const struct entity *entity = entity_by_plural(kind);
	const char *id, *key;
	const json_t *object, *value;
	bool found;

	if (!entity || !json_is_object(objects)) {
		flaw_report(import, FILE_NAME, 0, 0, "SIS-STATE-KIND", FLAW_ERROR,
			    "/%s: not a kind of object, or not an object", kind);
		return true;
	}
	json_object_foreach ((json_t *)(uintptr_t)objects, id, object) {
		if (!rows_exist(conn, entity, id, &found, err))
			return false;
		if (!found)
			flaw_report(import, FILE_NAME, 0, 0, "SIS-STATE-ID", FLAW_WARNING,
				    "/%s/%s: there is no such object", kind, id);
		if (!json_is_object(object))
			flaw_report(import, FILE_NAME, 0, 0, "SIS-STATE-VALUE", FLAW_ERROR,
				    "/%s/%s: expected an object of keys, found %s", kind, id,
				    jsonx_kind(object));
		json_object_foreach ((json_t *)(uintptr_t)object, key, value)
			if (!load_key(import, conn, kind, id, key, value, err))
				return false;
	}
	return true;
}

bool state_load(struct import *import, struct conn *conn, const char *folder, struct err *err)
{
	char *path = path_join(folder, FILE_NAME);
	struct err why = ERR_INIT;
	const char *kind;
	const json_t *objects;
	bool good = true;

	if (file_exists(path)) {
		json_t *state = jsonx_load_file(path, &why);

		if (!json_is_object(state))
			flaw_report(import, FILE_NAME, 0, 0, "SIS-STATE-JSON", FLAW_ERROR, "%s",
				    state ? "it is not a JSON object" : why.text);
		else
			json_object_foreach (state, kind, objects)
				good = good && load_kind(import, conn, kind, objects, err);
		json_decref(state);
	}
	free(path);
	return good;
}
