/*
 * admin_settings.c - profile, clock and snapshots of a sandbox.
 */
#include "server/api/admin.h"

#include <string.h>

#include "base/jsonx.h"
#include "base/when.h"
#include "server/district.h"
#include "server/snapshots.h"

static void write_profile(struct admin *admin)
{
	struct profile *profile = sandbox_profile(admin->sandbox);

	jsonw_value(&admin->w, profile->effective);
	profile_put(profile);
}

void admin_profile_show(struct admin *admin)
{
	write_profile(admin);
}

/* What `extends` of a document says: a bundled profile, never a path, since a client of
 * ours must not make us read files. NULL with an answer. */
static const char *extended(struct admin *admin, const json_t *document, const char *otherwise)
{
	const json_t *extends = json_object_get(document, "extends");

	if (!extends || json_is_null(extends))
		return otherwise;
	if (json_is_string(extends) && profile_is_bundled(json_string_value(extends)))
		return json_string_value(extends);
	admin_fail(admin, 422, "/extends", "expected the name of a bundled profile");
	return NULL;
}

static void set_profile(struct admin *admin, const char *base, const json_t *changes)
{
	struct err err = ERR_INIT;

	if (district_set_profile(admin->registry, admin->sandbox, base, changes, &err))
		write_profile(admin);
	else
		admin_fail_err(admin, &err);
}

/* {"name": NAME} and nothing else is the bundled profile; all else is a profile of its
 * own, on top of what it extends. */
void admin_profile_put(struct admin *admin)
{
	const char *name = jsonx_text(admin->body, "name");
	const char *base;

	if (name && json_object_size(admin->body) == 1) {
		if (profile_is_bundled(name))
			set_profile(admin, name, NULL);
		else
			admin_fail(admin, 422, "/name",
				   "there is no bundled profile %.80s; a profile of your own has "
				   "\"extends\"",
				   name);
		return;
	}
	base = extended(admin, admin->body, "standard");
	if (!base)
		return;

	json_t *changes = json_copy(admin->body);

	json_object_del(changes, "extends");
	set_profile(admin, base, changes);
	json_decref(changes);
}

/* RFC 7396. Takes and returns @target. */
static json_t *merge_patch(json_t *target, const json_t *patch)
{
	const char *key;
	const json_t *value;

	if (!json_is_object(patch)) {
		json_decref(target);
		return json_deep_copy(patch);
	}
	if (!json_is_object(target)) {
		json_decref(target);
		target = json_object();
	}
	json_object_foreach ((json_t *)(uintptr_t)patch, key, value) {
		if (json_is_null(value))
			json_object_del(target, key);
		else
			json_object_set_new(
				target, key,
				merge_patch(json_incref(json_object_get(target, key)), value));
	}
	return target;
}

void admin_profile_patch(struct admin *admin)
{
	const struct sandbox *sandbox = admin->sandbox;
	const char *base = extended(admin, admin->body, NULL);
	json_t *changes;

	if (!base && admin->response->status != 200) /* extended() has answered */
		return;
	changes = merge_patch(sandbox->changes ? json_deep_copy(sandbox->changes) : json_object(),
			      admin->body);
	json_object_del(changes, "extends");
	set_profile(admin, base ? base : sandbox->base, changes);
	json_decref(changes);
}

static void write_clock(struct admin *admin)
{
	char now[WHEN_TEXT];

	when_format(sandbox_now(admin->sandbox), now);
	jsonw_object(&admin->w);
	jsonw_key_text(&admin->w, "now", now);
	jsonw_key(&admin->w, "frozen");
	jsonw_bool(&admin->w, sandbox_clock(admin->sandbox).frozen);
	jsonw_object_end(&admin->w);
}

void admin_clock_show(struct admin *admin)
{
	write_clock(admin);
}

/* What is not named stays as it is; null is real time. */
static bool read_clock(struct admin *admin, struct clock *clock)
{
	const json_t *value, *frozen = json_object_get(admin->body, "frozen");
	const char *key;
	bool zone;

	clock->at = sandbox_now(admin->sandbox);
	json_object_foreach (admin->body, key, value) {
		if (!has_word("now frozen", key)) {
			admin_fail(admin, 422, arena_format(&admin->request->arena, "/%.80s", key),
				   "unknown key; there are: now, frozen");
			return false;
		}
	}
	value = json_object_get(admin->body, "now");
	if (json_is_null(value)) {
		clock->at = when_now();
		clock->frozen = false;
	} else if (value && (!json_is_string(value) ||
			     !when_parse(json_string_value(value), &clock->at, &zone))) {
		admin_fail(admin, 422, "/now",
			   "expected a time like 2026-03-01T12:00:00Z, or null for real time");
		return false;
	}
	if (frozen && !json_is_boolean(frozen)) {
		admin_fail(admin, 422, "/frozen", "expected true or false, found %s",
			   jsonx_kind(frozen));
		return false;
	}
	if (frozen)
		clock->frozen = json_is_true(frozen);
	clock->offset = clock->at - when_now();
	return true;
}

void admin_clock_put(struct admin *admin)
{
	struct clock clock = sandbox_clock(admin->sandbox);
	struct err err = ERR_INIT;

	if (!read_clock(admin, &clock))
		return;
	if (district_set_clock(admin->registry, admin->sandbox, &clock, &err))
		write_clock(admin);
	else
		admin_fail_err(admin, &err);
}

static void go_back(struct admin *admin, const char *id)
{
	struct err err = ERR_INIT;

	if (snapshot_go_back(admin->registry, admin->sandbox, id, &err))
		admin->response->content_type = NULL;
	else
		admin_fail_err(admin, &err);
}

void admin_reset(struct admin *admin)
{
	if (snapshot_exists(admin->sandbox, SNAPSHOT_LOADED))
		go_back(admin, SNAPSHOT_LOADED);
	else
		admin_fail(admin, 409, "",
			   "the data that this sandbox was loaded with were not kept, since they "
			   "were larger than 64 MiB; snapshots go back to what was saved");
}

void admin_snapshot_list(struct admin *admin)
{
	snapshot_write(admin->sandbox, &admin->w);
}

void admin_snapshot_take(struct admin *admin)
{
	char id[SNAPSHOT_ID];
	struct err err = ERR_INIT;

	if (!snapshot_take(admin->sandbox, id, &err)) {
		if (err.code == ERR_INVALID)
			admin_fail(admin, 409, "", "%s", err.text);
		else
			admin_fail_err(admin, &err);
		return;
	}
	jsonw_object(&admin->w);
	jsonw_key_text(&admin->w, "id", id);
	jsonw_object_end(&admin->w);
}

static bool find_snapshot(struct admin *admin)
{
	if (snapshot_exists(admin->sandbox, admin->ids[1]))
		return true;
	admin_fail(admin, 404, "", "sandbox %s has no snapshot %.40s", admin->sandbox->name,
		   admin->ids[1]);
	return false;
}

void admin_snapshot_restore(struct admin *admin)
{
	if (find_snapshot(admin))
		go_back(admin, admin->ids[1]);
}

void admin_snapshot_delete(struct admin *admin)
{
	if (!find_snapshot(admin))
		return;
	if (strcmp(admin->ids[1], SNAPSHOT_LOADED) == 0) {
		admin_fail(admin, 409, "", "the loaded data stay: a reset goes back to them");
		return;
	}
	snapshot_delete(admin->sandbox, admin->ids[1]);
	admin->response->content_type = NULL;
}

void admin_diagnostics(struct admin *admin)
{
	diagnostics_write(admin->sandbox->diagnostics, &admin->w);
}
