/*
 * action.c - the primitive actions, one row each.
 */
#include "conformance/lab/action.h"

#include <stdio.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/random.h"
#include "base/when.h"
#include "conformance/lab/client.h"
#include "conformance/lab/edit.h"
#include "conformance/lab/fill.h"
#include "conformance/lab/fit.h"
#include "conformance/lab/sis.h"

/* The sourcedId of the object that `id` or `where` names. Returns a text (json_decref). */
static json_t *object_id(struct lab *lab, const char *collection, const json_t *named,
			 struct err *err)
{
	json_t *id = json_object_get(named, "id"), *found;

	if (json_is_string(id))
		return json_incref(id);
	found = sis_list(lab, collection, json_object_get(named, "where"), err);
	if (found && json_array_size(found) != 1)
		err_set(err, ERR_INVALID, "%zu of the %s of the SIS fit, where one should",
			json_array_size(found), collection);
	id = err->code == ERR_NONE
		     ? json_incref(json_object_get(json_array_get(found, 0), "sourcedId"))
		     : NULL;
	json_decref(found);
	return id;
}

static bool act_course(struct lab *lab, const json_t *what, struct err *err)
{
	return edit_course(lab, what, err);
}

static bool act_sis(struct lab *lab, const json_t *what, struct err *err)
{
	const char *kind = jsonx_text(what, "kind");
	json_t *id = object_id(lab, kind, what, err);
	bool good = id && sis_set_state(lab, kind, json_string_value(id),
					json_object_get(what, "set"), err);

	json_decref(id);
	return good;
}

/* An object with some members changed. */
static bool patch_object(struct lab *lab, const char *collection, const char *id, const json_t *set,
			 struct err *err)
{
	json_t *where = json_pack("{ss}", "sourcedId", id);
	json_t *found = sis_list(lab, collection, where, err), *object = json_array_get(found, 0);
	const char *key;
	const json_t *value;
	bool good;

	json_object_foreach ((json_t *)(uintptr_t)set, key, value)
		if (object)
			fit_set(object, key, value);
	good = object ? sis_put(lab, collection, id, object, err)
		      : err_set(err, ERR_INVALID, "the SIS has no %s among the %s", id, collection);
	json_decref(found);
	json_decref(where);
	return good;
}

static bool act_object(struct lab *lab, const json_t *what, struct err *err)
{
	const char *collection = jsonx_text(what, "collection");
	const json_t *put = json_object_get(what, "put");
	json_t *id = object_id(lab, collection, what, err);
	const char *text = json_string_value(id);
	bool good;

	if (!id)
		return false;
	if (put)
		good = sis_put(lab, collection, text, put, err);
	else if (jsonx_true(what, "delete"))
		good = sis_delete(lab, collection, text, err);
	else
		good = patch_object(lab, collection, text, json_object_get(what, "set"), err);
	json_decref(id);
	return good;
}

static bool act_profile(struct lab *lab, const json_t *what, struct err *err)
{
	return sis_control(lab, "PATCH", "profile", what, err);
}

static bool act_faults(struct lab *lab, const json_t *what, struct err *err)
{
	return sis_control(lab, "PUT", "faults", what, err);
}

/* Both ends have the same time: the sandbox, and the `now` of the client. */
static bool act_clock(struct lab *lab, const json_t *what, struct err *err)
{
	const char *now = jsonx_text(what, "now");
	char *before = client_get(lab, "now", err), text[WHEN_TEXT];
	json_t *clock, *client;
	int64_t when;
	bool good;

	good = when_parse(now      ? now
			  : before ? before
				   : "",
			  &when, NULL) ||
	       err_set(err, ERR_INVALID, "a time like " LAB_NOW " belongs here");
	if (!now)
		when += (int64_t)(json_number_value(json_object_get(what, "minutes")) * 60000);
	when_format(when, text);
	clock = json_pack("{ss,sb}", "now", text, "frozen", 1);
	client = json_pack("{ss}", "now", text);
	good = good && sis_control(lab, "PUT", "clock", clock, err) && client_set(lab, client, err);
	json_decref(clock);
	json_decref(client);
	free(before);
	return good;
}

static bool act_connection(struct lab *lab, const json_t *what, struct err *err)
{
	return client_set_connection(lab, what, err);
}

static bool act_client(struct lab *lab, const json_t *what, struct err *err)
{
	return client_set(lab, what, err);
}

/* What the lab says; nothing: what goes wrong on purpose ends. */
static bool act_vendor(struct lab *lab, const json_t *what, struct err *err)
{
	const json_t *own = json_object_get(lab->document, "vendor");

	(void)what;
	return own ? actions_run(lab, own, NULL, err)
		   : sis_control(lab, "DELETE", "faults", NULL, err);
}

static const struct row {
	const char *name;
	bool (*act)(struct lab *lab, const json_t *what, struct err *err);
} rows[] = {
	{ "course", act_course },   { "sis", act_sis },       { "object", act_object },
	{ "profile", act_profile }, { "faults", act_faults }, { "clock", act_clock },
	{ "vendor", act_vendor },   { "client", act_client }, { "connection", act_connection },
};

static bool run_one(struct lab *lab, const json_t *action, struct err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const json_t *what = json_object_get(action, rows[i].name);

		if (what && !rows[i].act(lab, what, err))
			return false;
	}
	return true;
}

/* What every action may name: the sandbox's own things. */
static json_t *with_presets(const struct lab *lab, const json_t *values)
{
	struct random random = RANDOM_KERNEL;
	json_t *all = values ? json_copy((json_t *)(uintptr_t)values) : json_object();
	char uuid[UUID_TEXT], now[WHEN_TEXT];
	struct err err = ERR_INIT;
	char *clock = client_get(lab, "now", &err);
	int64_t when;

	random_uuid(&random, uuid);
	json_object_set_new(all, "NEW_ID", json_string(uuid));
	json_object_set(all, "SIS", json_object_get(lab->state, "sis"));
	json_object_set(all, "CREDENTIAL", json_object_get(lab->state, "credential"));
	if (clock && when_parse(clock, &when, NULL)) { /* as Canvas writes it */
		when_format(when, now);
		snprintf(now + strlen("2026-11-16T17:00:00"), 2, "Z");
		json_object_set_new(all, "NOW", json_string(now));
	}
	free(clock);
	return all;
}

/* An action may depend on an argument that need not be given. */
static bool is_wanted(const json_t *action, const json_t *values)
{
	const char *only = jsonx_text(action, "if"), *unless = jsonx_text(action, "unless");

	return (!only || fill_has(values, only)) && (!unless || !fill_has(values, unless));
}

bool actions_run(struct lab *lab, const json_t *actions, const json_t *values, struct err *err)
{
	json_t *all = with_presets(lab, values), *action;
	bool good = true;
	size_t i;

	for (i = 0; i < json_array_size(actions) && good; i++) {
		if (!is_wanted(json_array_get(actions, i), all))
			continue;
		action = fill(json_array_get(actions, i), all);
		good = run_one(lab, action, err);
		json_decref(action);
	}
	json_decref(all);
	return good;
}
