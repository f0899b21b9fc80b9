/*
 * profile.c - load, extend, check.
 */
#include "server/quirk/profile.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/jsonx.h"
#include "oneroster/operations.h"

#define CHAIN_MAX 8

enum switch_type { INT, BOOL, CHOICE, LIST, TEXT };

union preset {
	int64_t integer;
	bool boolean;
	const char *text;
};

#define PRESET_INT(v) .integer = (v)
#define PRESET_BOOL(v) .boolean = (v)
#define PRESET_CHOICE(v) .text = (v)
#define PRESET_LIST(v) .text = (v)
#define PRESET_TEXT(v) .text = (v)

static const struct quirk_switch {
	const char *name;
	enum switch_type type;
	size_t offset;
	union preset preset;
	const char *choices;
} switches[] = {
#define X(member, name, TYPE, preset, choices, meaning) \
	{ name, TYPE, offsetof(struct quirks, member), { PRESET_##TYPE(preset) }, choices },
	QUIRK_SWITCHES(X)
#undef X
};

/* The wire: what a loaded profile is, counted. */
struct counted {
	struct profile profile;
	atomic_int references;
};

static bool fail(struct err *err, const char *file, const char *section, const char *key,
		 const char *format, ...) PRINTF(5, 6);

static bool fail(struct err *err, const char *file, const char *section, const char *key,
		 const char *format, ...)
{
	struct str pointer = STR_INIT, text = STR_INIT;
	va_list args;

	if (*section)
		jsonx_pointer_add(&pointer, section);
	jsonx_pointer_add(&pointer, key);
	va_start(args, format);
	str_vformat(&text, format, args);
	va_end(args);
	err_at(err, ERR_INVALID, str_text(&pointer), "%s: %s: %s", file, str_text(&pointer),
	       str_text(&text));
	str_release(&pointer);
	str_release(&text);
	return false;
}

static const struct quirk_switch *switch_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(switches); i++)
		if (strcmp(switches[i].name, name) == 0)
			return &switches[i];
	return NULL;
}

static bool check_list(const struct quirk_switch *row, const json_t *value)
{
	const json_t *item;
	size_t i;

	if (!json_is_array(value))
		return false;
	json_array_foreach (value, i, item)
		if (!json_is_string(item) || !has_word(row->choices, json_string_value(item)))
			return false;
	return true;
}

static bool check_number(const char *file, const struct quirk_switch *row, const json_t *value,
			 struct err *err)
{
	char text[32];

	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return fail(err, file, "quirks", row->name,
			    "expected a whole number of at least 0, found %s", jsonx_kind(value));
	snprintf(text, sizeof text, "%lld", (long long)json_integer_value(value));
	return !row->choices || has_word(row->choices, text) ||
	       fail(err, file, "quirks", row->name, "expected one of: %s", row->choices);
}

static bool check_switch(const char *file, const char *key, const json_t *value, struct err *err)
{
	const struct quirk_switch *row = switch_find(key);

	if (!row)
		return fail(err, file, "quirks", key, "there is no such switch");
	switch (row->type) {
	case INT:
		return check_number(file, row, value, err);
	case TEXT:
		return json_is_string(value) ||
		       fail(err, file, "quirks", key, "expected a string, found %s",
			    jsonx_kind(value));
	case BOOL:
		return json_is_boolean(value) ||
		       fail(err, file, "quirks", key, "expected true or false, found %s",
			    jsonx_kind(value));
	case CHOICE:
		return (json_is_string(value) &&
			has_word(row->choices, json_string_value(value))) ||
		       fail(err, file, "quirks", key, "expected one of: %s", row->choices);
	case LIST:
		return check_list(row, value) ||
		       fail(err, file, "quirks", key, "expected an array of: %s", row->choices);
	}
	BUG("switch type %d", (int)row->type);
}

static bool check_status(const char *file, const char *key, const json_t *value, struct err *err)
{
	return (json_is_integer(value) && json_integer_value(value) >= 200 &&
		json_integer_value(value) <= 599) ||
	       fail(err, file, "errors", key, "status must be a number from 200 to 599");
}

/* The members of an error, or of its part for 1.2. */
static bool check_members(const char *file, const char *key, const json_t *value, const char *known,
			  struct err *err)
{
	const char *name;
	const json_t *member;

	if (!json_is_object(value))
		return fail(err, file, "errors", key, "expected an object");
	json_object_foreach ((json_t *)(uintptr_t)value, name, member) {
		bool good;

		if (!has_word(known, name))
			return fail(err, file, "errors", key, "%s is not one of: %s", name, known);
		if (strcmp(name, "status") == 0)
			good = check_status(file, key, member, err);
		else if (strcmp(name, "v1p2") == 0)
			good = check_members(file, key, member, "status minor", err);
		else
			good = json_is_string(member) ||
			       fail(err, file, "errors", key, "%s must be a string", name);
		if (!good)
			return false;
	}
	return true;
}

static bool check_error(const char *file, const char *key, const json_t *value, struct err *err)
{
	enum fault fault;

	if (!fault_parse(key, &fault))
		return fail(err, file, "errors", key, "there is no such fault");
	return check_members(file, key, value, "status minor text code v1p2", err);
}

static bool check_source(const char *file, const char *key, const json_t *value, struct err *err)
{
	const char *provenance = jsonx_text(value, "provenance");
	char fault[64];
	enum fault ignored;

	if (starts_with(key, "errors.")) {
		snprintf(fault, sizeof fault, "%.*s", (int)strcspn(key + 7, "."), key + 7);
		if (!fault_parse(fault, &ignored))
			return fail(err, file, "sources", key, "there is no such fault");
	} else if (!switch_find(key) && strcmp(key, "timezone") != 0) {
		return fail(err, file, "sources", key, "there is no such switch");
	}
	if (!provenance || !has_word("verified lab conflict", provenance))
		return fail(err, file, "sources", key,
			    "provenance must be one of: verified, lab, conflict");
	return true;
}

static bool check_hidden(const char *file, const char *key, const json_t *value, struct err *err)
{
	const json_t *item;
	size_t i;

	if (strcmp(key, "hide") != 0)
		return fail(err, file, "routes", key, "unknown key");
	if (!json_is_array(value))
		return fail(err, file, "routes", key, "expected an array of operation names");
	json_array_foreach (value, i, item)
		if (!json_is_string(item) || !operation_find(json_string_value(item)))
			return fail(err, file, "routes", key, "element %zu is no operation: %s", i,
				    json_is_string(item) ? json_string_value(item)
							 : jsonx_kind(item));
	return true;
}

typedef bool member_check(const char *file, const char *key, const json_t *value, struct err *err);

static const struct {
	const char *key;
	member_check *members; /* NULL: a text */
} sections[] = {
	{ "name", NULL },
	{ "title", NULL },
	{ "extends", NULL },
	{ "timezone", NULL },
	{ "quirks", check_switch },
	{ "errors", check_error },
	{ "sources", check_source },
	{ "routes", check_hidden },
};

static bool check_section(const char *file, const char *key, const json_t *value, struct err *err)
{
	const char *name;
	const json_t *member;

	for (size_t i = 0; i < ARRAY_SIZE(sections); i++) {
		if (strcmp(sections[i].key, key) != 0)
			continue;
		if (!sections[i].members)
			return json_is_string(value) || fail(err, file, "", key,
							     "expected a string, "
							     "found %s",
							     jsonx_kind(value));
		if (!json_is_object(value))
			return fail(err, file, "", key, "expected an object, found %s",
				    jsonx_kind(value));
		json_object_foreach ((json_t *)(uintptr_t)value, name, member)
			if (!sections[i].members(file, name, member, err))
				return false;
		return true;
	}
	return fail(err, file, "", key, "unknown key");
}

/* An error of @over replaces the members of the one it inherits. What it says without a
 * version holds for both: the inherited exception for 1.2 goes. */
static void merge_error(json_t *before, const json_t *over)
{
	static const char *const versioned[] = { "status", "minor" };

	for (size_t i = 0; i < ARRAY_SIZE(versioned); i++)
		if (json_object_get(over, versioned[i]))
			json_object_del(json_object_get(before, "v1p2"), versioned[i]);

	const json_t *exception = json_object_get(over, "v1p2");

	if (json_is_object(exception) && json_object_get(before, "v1p2"))
		json_object_update(json_object_get(before, "v1p2"), (json_t *)(uintptr_t)exception);

	json_t *kept = json_incref(json_object_get(before, "v1p2"));

	json_object_update(before, (json_t *)(uintptr_t)over);
	if (kept)
		json_object_set_new(before, "v1p2", kept);
}

/* What stands in @over replaces what stands in @base, one level of members deep;
 * errors merge one level deeper, so that a profile may change only a status. */
static void merge(json_t *base, const json_t *over)
{
	const char *key, *name;
	json_t *value, *member;

	json_object_foreach ((json_t *)(uintptr_t)over, key, value) {
		json_t *old = json_object_get(base, key);

		if (!json_is_object(value) || !json_is_object(old)) {
			json_object_set_new(base, key, json_deep_copy(value));
			continue;
		}
		json_object_foreach (value, name, member) {
			json_t *before = json_object_get(old, name);

			if (strcmp(key, "errors") == 0 && json_is_object(before))
				merge_error(before, member);
			else
				json_object_set_new(old, name, json_deep_copy(member));
		}
	}
}

/* Reads @name and what it extends; the whole merged into *@effective. */
static bool load_chain(const char *name, const char **seen, int depth, json_t *effective,
		       struct err *err)
{
	char *path = fixture_path("profiles", name, ".json", err);
	json_t *file = path ? jsonx_load_file(path, err) : NULL;
	const char *key, *extends;
	const json_t *value;
	bool good = file != NULL;

	for (int i = 0; good && i < depth; i++)
		if (strcmp(seen[i], path) == 0)
			good = fail(err, path, "", "extends",
				    "a cycle: %s is already part of the "
				    "chain",
				    name);
	if (good && (!json_is_object(file) || depth == CHAIN_MAX))
		good = err_set(err, ERR_INVALID, "%s: %s", path,
			       depth == CHAIN_MAX ? "the chain of extends is too long"
						  : "a profile is a JSON object");
	if (good)
		json_object_foreach (file, key, value)
			good = good && check_section(path, key, value, err);
	extends = good ? jsonx_text(file, "extends") : NULL;
	if (extends) {
		seen[depth] = path;
		good = load_chain(extends, seen, depth + 1, effective, err);
	}
	if (good)
		merge(effective, file);
	json_decref(file);
	free(path);
	return good;
}

/* A LIST becomes blank-separated words, kept beside the array. */
static const char *words(json_t *quirks, const char *key, const json_t *list)
{
	struct str text = STR_INIT;
	char *name = xformat("%s (words)", key);
	const json_t *item;
	size_t i;

	json_array_foreach (list, i, item)
		str_format(&text, "%s%s", i ? " " : "", json_string_value(item));
	json_object_set_new(quirks, name, json_string(str_text(&text)));
	str_release(&text);

	const char *kept = json_string_value(json_object_get(quirks, name));

	free(name);
	return kept;
}

static void fill_quirks(struct profile *profile)
{
	json_t *quirks = json_object_get(profile->effective, "quirks");
	json_t *lists = json_object();

	json_object_set_new(profile->effective, "lists", lists);
	for (size_t i = 0; i < ARRAY_SIZE(switches); i++) {
		const struct quirk_switch *row = &switches[i];
		const json_t *value = json_object_get(quirks, row->name);
		char *slot = (char *)&profile->quirks + row->offset;

		switch (row->type) {
		case INT:
			*(int64_t *)(void *)slot = value ? json_integer_value(value)
							 : row->preset.integer;
			break;
		case BOOL:
			*(bool *)(void *)slot = value ? json_is_true(value) : row->preset.boolean;
			break;
		case CHOICE:
		case TEXT:
			*(const char **)(void *)slot = value ? json_string_value(value)
							     : row->preset.text;
			break;
		case LIST:
			*(const char **)(void *)slot = value ? words(lists, row->name, value)
							     : row->preset.text;
			break;
		}
	}
}

static bool fill_answers(struct profile *profile, const char *file, struct err *err)
{
	const json_t *errors = json_object_get(profile->effective, "errors");

	for (size_t i = 0; i < FAULT_COUNT; i++) {
		const char *name = fault_name((enum fault)i);
		const json_t *error = json_object_get(errors, name);
		const json_t *exception = json_object_get(error, "v1p2");
		struct fault_answer *answer = &profile->answers[ANSWERS_V1P1][i];
		struct fault_answer *other = &profile->answers[ANSWERS_V1P2][i];

		answer->status = (int)jsonx_int(error, "status");
		answer->minor = jsonx_text(error, "minor");
		answer->text = jsonx_text(error, "text");
		answer->code = jsonx_text(error, "code");
		if (!answer->status || !answer->minor || !answer->text)
			return fail(err, file, "errors", name,
				    "status, minor and text must be given here or in the profile "
				    "that this one extends (\"extends\": \"standard\")");
		*other = *answer;
		if (jsonx_int(exception, "status"))
			other->status = (int)jsonx_int(exception, "status");
		other->minor = jsonx_text(exception, "minor") ? jsonx_text(exception, "minor")
							      : minor_in_v1p2(answer->minor);
	}
	return true;
}

const struct fault_answer *profile_answer(const struct profile *profile, enum fault fault,
					  unsigned version)
{
	return &profile->answers[version & V12 ? ANSWERS_V1P2 : ANSWERS_V1P1][fault];
}

struct profile *profile_load(const char *name, struct err *err)
{
	const char *seen[CHAIN_MAX + 1];
	struct counted *counted = xcalloc(1, sizeof *counted);
	struct profile *profile = &counted->profile;
	const char *zone;

	atomic_init(&counted->references, 1);
	profile->effective = json_object();
	if (load_chain(name, seen, 0, profile->effective, err)) {
		profile->name = xstrdup(jsonx_text(profile->effective, "name"));
		profile->title = xstrdup(jsonx_text(profile->effective, "title"));
		zone = jsonx_text(profile->effective, "timezone");
		fill_quirks(profile);
		if (!profile->name)
			fail(err, name, "", "name", "a profile needs a name");
		else if (fill_answers(profile, name, err) && zone)
			profile->zone = zone_new(zone, err);
	}
	if (err->code == ERR_NONE)
		return profile;
	profile_put(profile);
	return NULL;
}

struct profile *profile_take(struct profile *profile)
{
	atomic_fetch_add(&((struct counted *)profile)->references, 1);
	return profile;
}

void profile_put(struct profile *profile)
{
	if (!profile || atomic_fetch_sub(&((struct counted *)profile)->references, 1) != 1)
		return;
	json_decref(profile->effective);
	zone_free(profile->zone);
	free(profile->name);
	free(profile->title);
	free(profile);
}

bool profile_hides(const struct profile *profile, const char *operation)
{
	const json_t *hide = json_object_get(json_object_get(profile->effective, "routes"), "hide");
	const json_t *item;
	size_t i;

	json_array_foreach (hide, i, item)
		if (strcmp(json_string_value(item), operation) == 0)
			return true;
	return false;
}
