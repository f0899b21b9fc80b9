/*
 * code.c - a lab for a code of the dictionary.
 */
#include "conformance/lab/code.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/jsonx.h"

static json_t *text(const char *format, ...) PRINTF(1, 2);

static json_t *text(const char *format, ...)
{
	struct str out = STR_INIT;
	va_list args;

	va_start(args, format);
	str_vformat(&out, format, args);
	va_end(args);

	json_t *value = json_string(str_text(&out));

	str_release(&out);
	return value;
}

/* The SIS's profile, told by its title. */
static void set_profile(json_t *lab, const char *sis)
{
	struct err err = ERR_INIT;
	char **names = fixture_names("profiles", ".json", &err);

	for (size_t i = 0; names && names[i] && !json_object_get(lab, "profile"); i++) {
		char *path = fixture_path("profiles", names[i], ".json", &err);
		json_t *profile = path ? jsonx_load_file(path, &err) : NULL;
		const char *title = jsonx_text(profile, "title");

		if (title && same_sis(title, sis))
			json_object_set_new(lab, "profile", json_string(names[i]));
		json_decref(profile);
		free(path);
	}
	names_free(names);
}

/* Why nothing fails in a reading lab. */
static json_t *reason(const char *code, struct err *err)
{
	char *path = fixture_path("scenarios", "not-reproducible", ".json", err);
	json_t *reasons = path ? jsonx_load_file(path, err) : NULL;
	const char *why = jsonx_text(reasons, code);
	json_t *said = NULL;

	if (reasons)
		said = text("Nothing fails in this lab: %s. Read the text, and say with mocksis "
			    "lab answer in which phase it happens and who must act.",
			    why ? why : "no course is set up for this error yet");
	json_decref(reasons);
	free(path);
	return said;
}

static json_t *card(const struct library *library, const json_t *entry, bool reading,
		    struct err *err)
{
	const char *sis = jsonx_text(entry, "sis");
	const json_t *tool = json_array_get(json_object_get(library->guides, "provisioning_tools"),
					    0);
	json_t *card = json_object(), *details = json_object(), *why;

	json_object_set_new(card, "requester", json_string("teacher"));
	json_object_set(card, "provisioning_tool", json_object_get(tool, "value"));
	if (!reading) {
		json_object_set_new(card, "complaint",
				    text("Grades of my course do not arrive in %s, or not all of "
					 "them.",
					 sis));
		json_decref(details);
		return card;
	}
	json_object_set_new(card, "complaint",
			    text("I see this text, and do not know what to do: \"%s\"",
				 jsonx_text(entry, "text")));
	why = reason(jsonx_text(entry, "code"), err);
	if (why)
		json_object_set_new(details, "Note", why);
	json_object_set_new(card, "details", details);
	return card;
}

/* A row may tell a part of it. */
static void add_card(const struct library *library, const json_t *entry, bool reading, json_t *lab,
		     struct err *err)
{
	json_t *whole = card(library, entry, reading, err);

	json_object_update(whole, json_object_get(lab, "case"));
	json_object_set_new(lab, "case", whole);
}

/* "P4: writing an assignment, ...; P6: ..." */
static json_t *phase_hint(const struct library *library, const char *phases)
{
	const json_t *meanings = dictionary_member(library->dictionary, "phases");
	struct str out = STR_INIT;

	for (const char *at = phases; *at;) {
		size_t length = strcspn(at, "/");
		char *phase = xstrndup(at, length);
		const char *meaning = jsonx_text(meanings, phase);

		str_format(&out, "%s%s: %s", out.length ? "; " : "It happens in ", phase,
			   meaning ? meaning : "?");
		free(phase);
		at += length + (at[length] == '/');
	}

	json_t *hint = json_string(str_text(&out));

	str_release(&out);
	return hint;
}

/* Who cannot mend it has to be given a case that can be worked with. */
static void add_support(const struct library *library, const char *actor, json_t *hints)
{
	const json_t *line;
	struct str out = STR_INIT;
	size_t i;

	if (!has_word("vendor Canvas-SIS-team",
		      same_text(actor, "Canvas SIS team") ? "Canvas-SIS-team" : actor))
		return;
	json_array_foreach (dictionary_member(library->dictionary, "support"), i, line)
		str_format(&out, "%s%s", i ? "; " : "What is handed on needs ",
			   json_string_value(line));
	if (out.length)
		json_array_append_new(hints, json_string(str_text(&out)));
	str_release(&out);
}

static json_t *hints_of(const struct library *library, const json_t *entry, bool reading)
{
	const char *note = jsonx_text(entry, "note"), *actor = jsonx_text(entry, "actor");
	json_t *hints = json_array();

	json_array_append_new(hints, phase_hint(library, jsonx_text(entry, "phase")));
	if (note)
		json_array_append_new(hints, json_string(note));
	if (!reading)
		json_array_append_new(hints, text("What went over the wire: {JOURNAL}"));
	json_array_append_new(hints, json_string(jsonx_text(entry, "cause")));
	json_array_append_new(hints, text("Who must act: %s.", actor));
	json_array_append_new(hints, json_string(jsonx_text(entry, "fix")));
	add_support(library, actor, hints);
	return hints;
}

static json_t *key_of(const json_t *entry, const json_t *row)
{
	const char *trap = jsonx_text(row, "trap");
	json_t *key = json_object();

	json_object_set(key, "cause", json_object_get(entry, "cause"));
	json_object_set(key, "actor", json_object_get(entry, "actor"));
	json_object_set(key, "remedy", json_object_get(entry, "fix"));
	if (trap || jsonx_text(entry, "note"))
		json_object_set_new(key, "trap",
				    json_string(trap ? trap : jsonx_text(entry, "note")));
	return key;
}

static json_t *answer_step(const char *question, const char *value)
{
	return json_pack("{s[ss]}", "answer", question, value);
}

/* An actor that is not the one. */
static const char *other_actor(const struct library *library, const char *actor)
{
	const json_t *question = list_find(library->questions, "question", "actor"), *value;
	size_t i;

	json_array_foreach (json_object_get(question, "values"), i, value)
		if (!same_text(json_string_value(value), actor))
			return json_string_value(value);
	return "";
}

static void add_reading(const struct library *library, const json_t *entry, json_t *lab)
{
	const char *actor = jsonx_text(entry, "actor"), *phases = jsonx_text(entry, "phase");
	char *phase = xstrndup(phases, strcspn(phases, "/"));
	json_t *steps = json_array();

	json_object_set_new(lab, "done",
			    json_pack("{s{ssss}}", "answers", "actor", actor, "phase", phases));
	json_object_set_new(
		lab, "right",
		json_pack("[oo]", answer_step("actor", actor), answer_step("phase", phase)));
	json_array_append_new(steps, answer_step("actor", other_actor(library, actor)));
	json_array_append_new(steps, answer_step("phase", phase));
	json_object_set_new(
		lab, "wrong",
		json_pack("[{ssso}]", "why", "somebody else cannot mend it", "steps", steps));
	json_object_set_new(lab, "verbs", json_array());
	free(phase);
}

/* What no source confirms of the entry, as a person calls it. A wording that a sync shows tells
 * that by itself. */
static json_t *inferred_of(const json_t *entry, bool reading)
{
	json_t *names = json_array();
	const json_t *name;
	size_t i;

	if (reading && same_text(jsonx_text(entry, "provenance"), "lab"))
		json_array_append_new(names, json_string("the wording"));
	json_array_foreach (json_object_get(entry, "inferred"), i, name)
		json_array_append_new(names,
				      text("the %s", same_text(json_string_value(name), "http")
							     ? "HTTP status"
							     : json_string_value(name)));
	if (json_array_size(names)) {
		name = json_array_get(names, json_array_size(names) - 1);
		json_array_set_new(
			names, json_array_size(names) - 1,
			text("%s of %s", json_string_value(name), jsonx_text(entry, "code")));
	}
	return names;
}

json_t *code_lab(const struct library *library, const json_t *entry, const json_t *row,
		 struct err *err)
{
	bool reading = !json_object_get(row, "done");
	json_t *lab = row ? json_deep_copy(row) : json_object();

	json_object_del(lab, "trap");
	json_object_set(lab, "id", json_object_get(entry, "code"));
	json_object_set(lab, "title", json_object_get(entry, "name"));
	json_object_set(lab, "sis", json_object_get(entry, "sis"));
	json_object_set_new(lab, "goal",
			    json_string(reading ? "tell from the text alone what failed and who "
						  "must act"
						: "read the error, find who must act, and mend "
						  "it"));
	add_card(library, entry, reading, lab, err);
	if (!json_object_get(lab, "hints"))
		json_object_set_new(lab, "hints", hints_of(library, entry, reading));
	json_object_set_new(lab, "key", key_of(entry, row));
	json_object_set_new(lab, "inferred", inferred_of(entry, reading));
	if (!json_object_get(lab, "scenario"))
		set_profile(lab, jsonx_text(entry, "sis"));
	if (reading)
		add_reading(library, entry, lab);
	for (const char *const *list = (const char *const[]){ "right", "wrong", NULL }; *list;
	     list++)
		if (!json_object_get(lab, *list))
			json_object_set_new(lab, *list, json_array());
	if (err->code != ERR_NONE) {
		json_decref(lab);
		return NULL;
	}
	return lab;
}
