/*
 * profile.c - load, extend, check.
 */
#include "server/quirk/profile_internal.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/jsonx.h"
#include "oneroster/vocab.h"

#define CHAIN_MAX 8

/* What a loaded profile is, counted. */
struct counted {
	struct profile profile;
	atomic_int references;
};

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

/* A value that @over changes does not keep the source of the one that it replaces. */
static void drop_sources(json_t *base, const json_t *over)
{
	json_t *sources = json_object_get(base, "sources"), *value, *member;
	const char *key, *name;

	if (json_object_get(over, "timezone"))
		json_object_del(sources, "timezone");
	json_object_foreach (json_object_get(over, "quirks"), key, value)
		json_object_del(sources, key);
	json_object_foreach (json_object_get(over, "errors"), key, value)
		json_object_foreach (value, name, member) {
			char *source = xformat("errors.%s.%s", key, name);

			json_object_del(sources, source);
			free(source);
		}
}

/* What stands in @over replaces what stands in @base, one level of members deep;
 * errors merge one level deeper, so that a profile may change only a status. */
static void merge(json_t *base, const json_t *over)
{
	const char *key, *name;
	json_t *value, *member;

	drop_sources(base, over);
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
	const char *extends;
	bool good = file != NULL;

	for (int i = 0; good && i < depth; i++)
		if (strcmp(seen[i], path) == 0)
			good = profile_fail(err, path, "", "extends",
					    "a cycle: %s is already part of the chain", name);
	if (good && depth == CHAIN_MAX)
		good = profile_fail(err, path, "", "extends", "the chain of extends is too long");
	good = good && profile_check_document(path, file, err);
	if (good && depth == 0 && !jsonx_text(file, "name"))
		good = profile_fail(
			err, path, "", "name",
			"a profile needs a name of its own; that of what it extends would "
			"mislead");
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

static const struct quirk_switch switches[] = {
#define PRESET_INT(v) .integer = (v)
#define PRESET_SIGNED(v) .integer = (v)
#define PRESET_BOOL(v) .boolean = (v)
#define PRESET_CHOICE(v) .text = (v)
#define PRESET_LIST(v) .text = (v)
#define PRESET_TEXT(v) .text = (v)
#define PRESET_OBJECT(v) .text = (v)
#define X(member, name, TYPE, preset, choices, meaning)                                       \
	{ name,    SWITCH_##TYPE, offsetof(struct quirks, member), { PRESET_##TYPE(preset) }, \
	  choices, meaning },
	QUIRK_SWITCHES(X)
#undef X
};

const struct quirk_switch *switch_at(size_t i)
{
	return i < ARRAY_SIZE(switches) ? &switches[i] : NULL;
}

const struct quirk_switch *switch_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(switches); i++)
		if (strcmp(switches[i].name, name) == 0)
			return &switches[i];
	return NULL;
}

bool list_has(const char *list, const char *item)
{
	for (const char *at = list; *at; at += *at == ',') {
		size_t size = strcspn(at, ",");

		if (size == strlen(item) && strncmp(at, item, size) == 0)
			return true;
		at += size;
	}
	return false;
}

static json_t *list_items(const char *list)
{
	json_t *items = json_array();

	for (const char *at = list; *at; at += *at == ',') {
		size_t size = strcspn(at, ",");

		json_array_append_new(items, json_stringn(at, size));
		at += size;
	}
	return items;
}

json_t *switch_preset(const struct quirk_switch *row)
{
	switch (row->type) {
	case SWITCH_INT:
	case SWITCH_SIGNED:
		return json_integer(row->preset.integer);
	case SWITCH_BOOL:
		return json_boolean(row->preset.boolean);
	case SWITCH_CHOICE:
	case SWITCH_TEXT:
		return json_string(row->preset.text);
	case SWITCH_LIST:
		return list_items(row->preset.text);
	case SWITCH_OBJECT:
		return json_object();
	}
	BUG("switch type %d", (int)row->type);
}

/* The items of a LIST joined by commas, kept in @texts. */
static const char *join(json_t *texts, const char *key, const json_t *list)
{
	struct str text = STR_INIT;
	const json_t *item;
	size_t i;

	json_array_foreach (list, i, item)
		str_format(&text, "%s%s", i ? "," : "", json_string_value(item));
	json_object_set_new(texts, key, json_string(str_text(&text)));
	str_release(&text);
	return json_string_value(json_object_get(texts, key));
}

/* Every switch has a value: its default where no profile of the chain says another. */
static void fill_quirks(struct profile *profile)
{
	json_t *said = json_object_get(profile->effective, "quirks"), *quirks = json_object();

	for (size_t i = 0; i < ARRAY_SIZE(switches); i++) {
		const struct quirk_switch *row = &switches[i];
		json_t *value = json_incref(json_object_get(said, row->name));
		void *slot = (char *)&profile->quirks + row->offset;

		value = value ? value : switch_preset(row);
		json_object_set_new(quirks, row->name, value);
		switch (row->type) {
		case SWITCH_INT:
		case SWITCH_SIGNED:
			*(int64_t *)slot = json_integer_value(value);
			break;
		case SWITCH_BOOL:
			*(bool *)slot = json_is_true(value);
			break;
		case SWITCH_CHOICE:
		case SWITCH_TEXT:
			*(const char **)slot = json_string_value(value);
			break;
		case SWITCH_LIST:
			*(const char **)slot = join(profile->texts, row->name, value);
			break;
		case SWITCH_OBJECT:
			*(const json_t **)slot = json_object_size(value) ? value : NULL;
			break;
		}
	}
	json_object_set_new(profile->effective, "quirks", quirks);
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
			return profile_fail(
				err, file, "errors", name,
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

/* What is loaded becomes switches and answers. */
static bool complete(struct profile *profile, const char *file, struct err *err)
{
	const char *zone = jsonx_text(profile->effective, "timezone");

	profile->name = xstrdup(jsonx_text(profile->effective, "name"));
	profile->title = xstrdup(jsonx_text(profile->effective, "title"));
	fill_quirks(profile);
	if (!profile->name)
		return profile_fail(err, file, "", "name", "a profile needs a name");
	if (!fill_answers(profile, file, err) || !profile_check_quirks(file, &profile->quirks, err))
		return false;
	struct err why = ERR_INIT;

	profile->zone = zone ? zone_new(zone, &why) : NULL;
	return why.code == ERR_NONE || profile_fail(err, file, "", "timezone", "%s", why.text);
}

struct profile *profile_load_changed(const char *name, const json_t *changes, struct err *err)
{
	const char *seen[CHAIN_MAX + 1];
	struct counted *counted = xcalloc(1, sizeof *counted);
	struct profile *profile = &counted->profile;

	atomic_init(&counted->references, 1);
	profile->effective = json_object();
	profile->texts = json_object();
	if (load_chain(name, seen, 0, profile->effective, err) &&
	    (!changes || profile_check_document("the change", changes, err))) {
		if (changes)
			merge(profile->effective, changes);
		if (jsonx_text(changes, "name")) /* a profile of its own on top of @name */
			json_object_set_new(profile->effective, "extends", json_string(name));
		if (complete(profile, name, err))
			return profile;
	}
	profile_put(profile);
	return NULL;
}

struct profile *profile_load(const char *name, struct err *err)
{
	return profile_load_changed(name, NULL, err);
}

bool profile_is_bundled(const char *name)
{
	struct err ignored = ERR_INIT;
	char *path = *name && !strchr(name, '/') && !ends_with(name, ".json")
			     ? fixture_path("profiles", name, ".json", &ignored)
			     : NULL;
	bool there = path && file_exists(path);

	free(path);
	return there;
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
	json_decref(profile->texts);
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
