/*
 * before.c - what happened before a trainee is called.
 */
#include "conformance/lab/before.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/jsonx.h"
#include "base/random.h"
#include "conformance/lab/action.h"
#include "conformance/lab/client.h"
#include "conformance/lab/edit.h"
#include "conformance/lab/sis.h"
#include "conformance/lab/verb.h"

struct play {
	struct lab *lab;
	json_t *state; /* the SIS state as it is; owned */
	struct random random;
};

json_t *before_connection(const json_t *connection, struct err *err)
{
	char *path;
	json_t *file;

	if (!json_is_string(connection))
		return json_deep_copy(connection);
	path = fixture_path("connections", json_string_value(connection), ".json", err);
	file = path ? jsonx_load_file(path, err) : NULL;
	free(path);
	return file;
}

/* The state that was loaded, by the file beside the data; an empty one where there is none. */
static json_t *loaded_state(const struct lab *lab, struct err *err)
{
	const char *load = jsonx_text(lab->document, "load");
	char *folder = load ? fixture_path("roster", load, "", err) : NULL;
	char *path = folder ? path_join(folder, "sis-state.json") : NULL;
	json_t *state = path && file_exists(path) ? jsonx_load_file(path, err) : json_object();

	free(path);
	free(folder);
	return state;
}

/* Every object of @state that is not in @keep gets healthy. */
static bool heal(struct lab *lab, const json_t *state, const json_t *keep, struct err *err)
{
	const char *kind, *id;
	const json_t *objects, *object;

	json_object_foreach ((json_t *)(uintptr_t)state, kind, objects)
		json_object_foreach ((json_t *)(uintptr_t)objects, id, object)
			if (!json_object_get(json_object_get(keep, kind), id) &&
			    !sis_set_state(lab, kind, id, json_null(), err))
				return false;
	return true;
}

static bool set_all(struct lab *lab, const json_t *state, struct err *err)
{
	const char *kind, *id;
	const json_t *objects, *object;

	json_object_foreach ((json_t *)(uintptr_t)state, kind, objects)
		json_object_foreach ((json_t *)(uintptr_t)objects, id, object)
			if (!sis_set_state(lab, kind, id, object, err))
				return false;
	return true;
}

/* The whole state from now on, as sis-state.json would say it. */
static bool step_state(struct play *play, const json_t *state, struct err *err)
{
	if (!heal(play->lab, play->state, state, err) || !set_all(play->lab, state, err))
		return false;
	json_decref(play->state);
	play->state = json_deep_copy(state);
	return true;
}

static bool step_edit(struct play *play, const json_t *edits, struct err *err)
{
	return edit_course_all(play->lab, edits, err);
}

/* The data as they were loaded, without any gradebook; the state stays. */
static bool step_fresh(struct play *play, const json_t *fresh, struct err *err)
{
	json_t *loaded;
	bool good;

	if (!json_is_true(fresh))
		return true;
	loaded = loaded_state(play->lab, err);
	good = loaded && sis_control(play->lab, "POST", "reset", NULL, err) &&
	       heal(play->lab, loaded, play->state, err) && set_all(play->lab, play->state, err);
	json_decref(loaded);
	return good;
}

static bool step_changes(struct play *play, const json_t *changes, struct err *err)
{
	return sis_control(play->lab, "PATCH", "profile", changes, err);
}

static bool step_requests(struct play *play, const json_t *requests, struct err *err)
{
	const json_t *request;
	size_t i;

	json_array_foreach (requests, i, request)
		if (!client_request(play->lab, request, err))
			return false;
	return true;
}

static bool step_faults(struct play *play, const json_t *faults, struct err *err)
{
	return sis_control(play->lab, "PUT", "faults", faults, err);
}

static bool step_objects(struct play *play, const json_t *objects, struct err *err)
{
	json_t *actions = json_array(), *object;
	size_t i;
	bool good;

	json_array_foreach (objects, i, object)
		json_array_append_new(actions, json_pack("{sO}", "object", object));
	good = actions_run(play->lab, actions, NULL, err);
	json_decref(actions);
	return good;
}

static bool step_do(struct play *play, const json_t *actions, struct err *err)
{
	return actions_run(play->lab, actions, NULL, err);
}

static bool step_fix(struct play *play, const json_t *words, struct err *err)
{
	char *said;
	bool good = verb_run(play->lab, words, &said, err);

	free(said);
	return good;
}

static bool step_sync(struct play *play, const json_t *flags, struct err *err)
{
	json_t *report = client_sync(play->lab, flags, &play->random, err);

	json_decref(report);
	return report != NULL;
}

/* In the order in which a step does them. */
static const struct row {
	const char *name;
	bool (*play)(struct play *play, const json_t *value, struct err *err);
} rows[] = {
	{ "edit", step_edit },         { "sis_state", step_state },
	{ "fresh", step_fresh },       { "changes", step_changes },
	{ "requests", step_requests }, { "faults", step_faults },
	{ "objects", step_objects },   { "do", step_do },
	{ "fix", step_fix },           { "sync", step_sync },
};

static bool play_rows(struct play *play, const json_t *step, struct err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const json_t *value = json_object_get(step, rows[i].name);

		if (value && !rows[i].play(play, value, err))
			return false;
	}
	return true;
}

/* A connection of the step is for this step only. */
static bool play_step(struct play *play, const json_t *step, struct err *err)
{
	const json_t *named = json_object_get(step, "connection");
	json_t *own = named ? before_connection(named, err) : NULL;
	json_t *before = own ? lab_read(play->lab, LAB_CONNECTION, err) : NULL;
	bool good = !named || (before && lab_write(play->lab, LAB_CONNECTION, own, err));

	good = good && play_rows(play, step, err);
	good = good && (!before || lab_write(play->lab, LAB_CONNECTION, before, err));
	json_decref(before);
	json_decref(own);
	return good;
}

/* The ids that the client draws are the same in every lab of that name. */
static uint64_t seed_of(const char *id)
{
	uint64_t seed = 1469598103934665603u; /* FNV-1a */

	for (; *id; id++)
		seed = (seed ^ (unsigned char)*id) * 1099511628211u;
	return seed;
}

bool before_play(struct lab *lab, struct err *err)
{
	const json_t *state = json_object_get(lab->document, "sis_state"), *step;
	struct play play = { .lab = lab, .state = loaded_state(lab, err) };
	bool good = play.state && (!state || step_state(&play, state, err));
	size_t i;

	random_seed(&play.random, seed_of(lab_id(lab)));
	json_array_foreach (json_object_get(lab->document, "before"), i, step) {
		good = good && play_step(&play, step, err);
		if (!good && err->code != ERR_NONE) {
			struct err why = *err;

			*err = (struct err)ERR_INIT;
			err_set(err, why.code, "%s: /before/%zu: %.600s", lab_id(lab), i, why.text);
			break;
		}
	}
	json_decref(play.state);
	return good;
}
