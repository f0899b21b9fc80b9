/*
 * library.c - finds, checks and completes the documents of labs.
 */
#include "conformance/lab/library.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "base/jsonx.h"
#include "conformance/lab/code.h"
#include "conformance/lab/form.h"
#include "conformance/lab/sound.h"

#define FOLDER "labs"
#define CODES FOLDER "/codes"
#define NEAREST 3

const json_t *list_find(const json_t *list, const char *key, const char *text)
{
	const json_t *item;
	size_t i;

	json_array_foreach (list, i, item)
		if (same_text(jsonx_text(item, key), text))
			return item;
	return NULL;
}

/* A file of a folder of fixtures, or one by its path. */
static json_t *read_form(const char *folder, const char *name, const char *form, struct err *err)
{
	char *path = fixture_path(folder, name, ".json", err);
	json_t *file = path ? jsonx_load_file(path, err) : NULL;

	if (file && form && !form_check(form, file, path, err)) {
		json_decref(file);
		file = NULL;
	}
	free(path);
	return file;
}

static bool code_fits(const struct library *library, const char *file, const char *code,
		      const json_t *row, struct err *err)
{
	char *place = xformat(CODES "/%s.json: %s", file, code);
	bool good = form_check("code", row, place, err);

	if (good && !library_code(library, code))
		good = err_set(err, ERR_INVALID, "%s: the dictionary has no such code", place);
	else if (good && json_object_get(library->codes, code))
		good = err_set(err, ERR_INVALID, "%s: another file has this code, too", place);
	free(place);
	return good;
}

/* All files of labs/codes as one object. */
static bool read_codes(struct library *library, struct err *err)
{
	char **files = fixture_names(CODES, ".json", err);
	bool good = files != NULL;
	const char *code;
	json_t *row;

	library->codes = json_object();
	for (size_t i = 0; good && files[i]; i++) {
		json_t *file = read_form(CODES, files[i], NULL, err);

		good = file != NULL;
		json_object_foreach (file, code, row) {
			good = good && code_fits(library, files[i], code, row, err);
			json_object_set(library->codes, code, row);
		}
		json_decref(file);
	}
	names_free(files);
	return good;
}

bool library_open(struct library *library, const char *guides, struct err *err)
{
	json_t *verbs;

	*library = (struct library){ .dictionary = dictionary_load(err) };
	verbs = library->dictionary ? read_form(FOLDER, "verbs", "verbs", err) : NULL;
	library->verbs = json_incref(json_object_get(verbs, "verbs"));
	library->questions = json_incref(json_object_get(verbs, "questions"));
	json_decref(verbs);
	library->guides = library->verbs
				  ? read_form(FOLDER, guides ? guides : "guides", "guides", err)
				  : NULL;
	return library->guides && read_codes(library, err);
}

void library_release(struct library *library)
{
	dictionary_free(library->dictionary);
	json_decref(library->verbs);
	json_decref(library->questions);
	json_decref(library->guides);
	json_decref(library->codes);
	*library = (struct library){ 0 };
}

const json_t *library_code(const struct library *library, const char *code)
{
	const json_t *entry;
	size_t i;

	json_array_foreach (dictionary_entries(library->dictionary), i, entry)
		if (strcasecmp(jsonx_text(entry, "code"), code) == 0)
			return entry;
	return NULL;
}

/* The other files of the folder have names in lower case. */
char **library_ids(struct err *err)
{
	char **names = fixture_names(FOLDER, ".json", err);
	size_t count = 0;

	for (size_t i = 0; names && names[i]; i++) {
		if (isupper((unsigned char)names[i][0]))
			names[count++] = names[i];
		else
			free(names[i]);
	}
	if (names)
		names[count] = NULL;
	return names;
}

/* Its id as the file has it. Returns (free); NULL: no such lab. */
static char *id_of(const char *name)
{
	struct err err = ERR_INIT;
	char **ids = library_ids(&err), *found = NULL;

	for (size_t i = 0; ids && ids[i] && !found; i++)
		if (strcasecmp(ids[i], name) == 0)
			found = xstrdup(ids[i]);
	names_free(ids);
	return found;
}

bool library_has(const struct library *library, const char *name)
{
	char *id = id_of(name);
	bool found = id || library_code(library, name);

	free(id);
	return found;
}

/* How many letters must be put, taken or changed; case does not count. */
static size_t distance(const char *a, const char *b)
{
	size_t row[LAB_ID_MOST + 1], length = strlen(b);

	if (length > LAB_ID_MOST || strlen(a) > LAB_ID_MOST)
		return SIZE_MAX;
	for (size_t k = 0; k <= length; k++)
		row[k] = k;
	for (size_t i = 0; a[i]; i++) {
		size_t corner = row[0];

		row[0] = i + 1;
		for (size_t k = 0; k < length; k++) {
			bool same = tolower((unsigned char)a[i]) == tolower((unsigned char)b[k]);
			size_t best = corner + !same;

			corner = row[k + 1];
			best = row[k] + 1 < best ? row[k] + 1 : best;
			row[k + 1] = corner + 1 < best ? corner + 1 : best;
		}
	}
	return row[length];
}

/* The nearest names, in the order of their distance. */
struct nearest {
	const char *names[NEAREST];
	size_t distances[NEAREST], count;
};

static void consider(struct nearest *nearest, const char *wanted, const char *name)
{
	size_t far = distance(wanted, name), at;

	if (far > strlen(wanted) / 2 + 1)
		return;
	for (at = nearest->count; at > 0 && nearest->distances[at - 1] > far; at--)
		if (at < NEAREST) {
			nearest->names[at] = nearest->names[at - 1];
			nearest->distances[at] = nearest->distances[at - 1];
		}
	if (at == NEAREST)
		return;
	nearest->names[at] = name;
	nearest->distances[at] = far;
	nearest->count += nearest->count < NEAREST;
}

static void unknown(const struct library *library, const char *name, struct err *err)
{
	struct nearest nearest = { .count = 0 };
	char **ids = library_ids(err);
	struct str names = STR_INIT;
	const json_t *entry;
	size_t i;

	for (i = 0; ids && ids[i]; i++)
		consider(&nearest, name, ids[i]);
	json_array_foreach (dictionary_entries(library->dictionary), i, entry)
		consider(&nearest, name, jsonx_text(entry, "code"));
	for (i = 0; i < nearest.count; i++)
		str_format(&names, "%s%s",
			   i == 0                   ? "; did you mean "
			   : i + 1 == nearest.count ? " or "
						    : ", ",
			   nearest.names[i]);
	err_set(err, ERR_INVALID,
		"there is no lab and no code %.40s%s? mocksis lab list and mocksis explain --list "
		"tell them",
		name, str_text(&names));
	str_release(&names);
	names_free(ids);
}

/* the world of a scenario */

/* A step of a scenario as one of `before`: what is expected of it is not asked, and it always
 * runs the client, but for a preflight. */
static json_t *before_step(const json_t *step)
{
	static const char *const dropped[] = { "expect", "flags", "run" };
	json_t *before = json_copy((json_t *)(uintptr_t)step);
	const json_t *flags = json_object_get(step, "flags");

	for (size_t i = 0; i < ARRAY_SIZE(dropped); i++)
		json_object_del(before, dropped[i]);
	if (!same_text(jsonx_text(step, "run"), "preflight"))
		json_object_set_new(before, "sync", flags ? json_deep_copy(flags) : json_array());
	return before;
}

/* `b` on top of `a`, object by object. Returns (json_decref). */
static json_t *merged(const json_t *a, const json_t *b)
{
	json_t *whole;
	const char *key;
	const json_t *value;

	if (!json_is_object(a) || !json_is_object(b))
		return json_deep_copy(b ? b : a);
	whole = json_deep_copy(a);
	json_object_foreach ((json_t *)(uintptr_t)b, key, value)
		json_object_set_new(whole, key, merged(json_object_get(a, key), value));
	return whole;
}

/* The first steps of the scenario, then those of the lab. */
static json_t *before_of(const json_t *scenario, const json_t *lab)
{
	const json_t *steps = json_object_get(scenario, "steps");
	json_t *before = json_array(), *own = json_object_get(lab, "before");
	size_t count = json_object_get(lab, "steps") ? (size_t)jsonx_int(lab, "steps") : 1;

	for (size_t i = 0; i < count && i < json_array_size(steps); i++)
		json_array_append_new(before, before_step(json_array_get(steps, i)));
	if (own)
		json_array_extend(before, own);
	return before;
}

static bool add_scenario(json_t *lab, struct err *err)
{
	static const char *const plain[] = { "profile", "course", "connection", "sis_state" };
	const char *name = jsonx_text(lab, "scenario");
	char *path = name ? fixture_path("scenarios", name, ".json", err) : NULL;
	json_t *scenario = path ? jsonx_load_file(path, err) : NULL, *edits;

	free(path);
	if (!scenario)
		return !name;
	for (size_t i = 0; i < ARRAY_SIZE(plain); i++)
		if (!json_object_get(lab, plain[i]))
			json_object_set(lab, plain[i], json_object_get(scenario, plain[i]));
	if (json_object_get(scenario, "changes"))
		json_object_set_new(lab, "changes",
				    merged(json_object_get(scenario, "changes"),
					   json_object_get(lab, "changes")));
	edits = json_array();
	json_array_extend(edits, json_object_get(scenario, "edit"));
	json_array_extend(edits, json_object_get(lab, "edit"));
	json_object_set_new(lab, "edit", edits);
	json_object_set_new(lab, "before", before_of(scenario, lab));
	json_decref(scenario);
	return true;
}

/* What a lab need not say. */
static void add_presets(const struct library *library, json_t *lab)
{
	static const struct {
		const char *key, *text;
	} presets[] = {
		{ "profile", "standard" },
		{ "course", "algebra" },
		{ "load", "demo" },
		{ "now", LAB_NOW },
	};
	json_t *card = json_object_get(lab, "case");

	for (size_t i = 0; i < ARRAY_SIZE(presets); i++)
		if (!json_object_get(lab, presets[i].key))
			json_object_set_new(lab, presets[i].key, json_string(presets[i].text));
	if (!json_object_get(lab, "connection"))
		json_object_set(lab, "connection", json_object_get(lab, "profile"));
	if (!json_object_get(card, "institution"))
		json_object_set(card, "institution",
				json_object_get(library->guides, "institution"));
}

json_t *library_lab(const struct library *library, const char *name, struct err *err)
{
	bool is_path = strchr(name, '/') != NULL;
	char *id = is_path ? xstrdup(name) : id_of(name);
	const json_t *entry = id ? NULL : library_code(library, name);
	const json_t *row = entry ? json_object_get(library->codes, jsonx_text(entry, "code"))
				  : NULL;
	json_t *lab = NULL;

	if (jsonx_text(row, "lab")) {
		lab = library_lab(library, jsonx_text(row, "lab"), err);
	} else if (id) {
		lab = read_form(FOLDER, id, "lab", err);
	} else if (entry) {
		lab = code_lab(library, entry, row, err);
	} else {
		unknown(library, name, err);
	}
	free(id);
	if (!lab || jsonx_text(row, "lab"))
		return lab;
	if (!add_scenario(lab, err) ||
	    (add_presets(library, lab), !form_check("lab", lab, name, err)) ||
	    !sound_lab(library, lab, err)) {
		json_decref(lab);
		return NULL;
	}
	return lab;
}
