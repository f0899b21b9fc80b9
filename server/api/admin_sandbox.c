/*
 * admin_sandbox.c - sandboxes: list, make, show, remove.
 */
#include "server/api/admin.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/jsonx.h"
#include "base/when.h"
#include "server/district.h"

#define CREDENTIAL_MOST 200 /* bytes of an id or a secret */
#define CREDENTIALS_MOST 100

static void write_urls(struct admin *admin, const struct sandbox *sandbox)
{
	static const struct {
		const char *key, *path;
	} urls[] = {
		{ "v1p1", "/ims/oneroster/v1p1" },
		{ "rostering", "/ims/oneroster/rostering/v1p2" },
		{ "gradebook", "/ims/oneroster/gradebook/v1p2" },
		{ "resources", "/ims/oneroster/resources/v1p2" },
		{ "token", "/oauth2/token" },
	};
	bool is_default = strcmp(sandbox->name, SANDBOX_DEFAULT) == 0;

	jsonw_key(&admin->w, "urls");
	jsonw_object(&admin->w);
	for (size_t i = 0; i < ARRAY_SIZE(urls); i++)
		jsonw_key_text(&admin->w, urls[i].key,
			       arena_format(&admin->request->arena, "%s%s%s%s",
					    admin->request->base_url,
					    is_default ? "" : "/sandboxes/",
					    is_default ? "" : sandbox->name, urls[i].path));
	jsonw_object_end(&admin->w);
}

static void write_sandbox(struct admin *admin, struct sandbox *sandbox, bool secrets)
{
	struct profile *profile = sandbox_profile(sandbox);
	struct clock clock = sandbox_clock(sandbox);
	struct jsonw *w = &admin->w;
	char now[WHEN_TEXT];

	when_format(sandbox_now(sandbox), now);
	jsonw_object(w);
	jsonw_key_text(w, "name", sandbox->name);
	jsonw_key_text(w, "profile", profile->name);
	jsonw_key_text(w, "now", now);
	jsonw_key(w, "frozen");
	jsonw_bool(w, clock.frozen);
	write_urls(admin, sandbox);
	jsonw_key(w, "credentials");
	jsonw_array(w);
	for (size_t i = 0; i < sandbox->auth.count; i++) {
		jsonw_object(w);
		jsonw_key_text(w, "id", sandbox->auth.credentials[i].id);
		if (secrets)
			jsonw_key_text(w, "secret", sandbox->auth.credentials[i].secret);
		jsonw_object_end(w);
	}
	jsonw_array_end(w);
	jsonw_object_end(w);
	profile_put(profile);
}

void admin_list(struct admin *admin)
{
	size_t count;
	struct sandbox **list = registry_list(admin->registry, &count);

	jsonw_object(&admin->w);
	jsonw_key(&admin->w, "items");
	jsonw_array(&admin->w);
	for (size_t i = 0; i < count; i++) {
		struct err err = ERR_INIT;

		if (list[i]->loaded) {
			write_sandbox(admin, list[i], false);
		} else if (registry_open(admin->registry, list[i], &err)) {
			write_sandbox(admin, list[i], false);
			registry_unpin(admin->registry, list[i]);
		} else { /* one broken file does not hide the others */
			jsonw_object(&admin->w);
			jsonw_key_text(&admin->w, "name", list[i]->name);
			jsonw_key_text(&admin->w, "error", err.text);
			jsonw_object_end(&admin->w);
		}
		registry_give(admin->registry, list[i]);
	}
	jsonw_array_end(&admin->w);
	jsonw_object_end(&admin->w);
	free(list);
}

void admin_show(struct admin *admin)
{
	write_sandbox(admin, admin->sandbox, false);
}

static bool is_credential_text(const char *text, bool colon)
{
	size_t length = text ? strlen(text) : 0;

	return length > 0 && length <= CREDENTIAL_MOST && (colon || !strchr(text, ':'));
}

static bool stands_before(const json_t *list, size_t end, const char *id)
{
	for (size_t i = 0; i < end; i++)
		if (strcmp(jsonx_text(json_array_get(list, i), "id"), id) == 0)
			return true;
	return false;
}

static bool check_credentials(struct admin *admin, const json_t *list)
{
	const json_t *item;
	size_t i;

	if (list && (!json_is_array(list) || json_array_size(list) == 0 ||
		     json_array_size(list) > CREDENTIALS_MOST)) {
		admin_fail(admin, 422, "/credentials", "expected an array of 1 to %d credentials",
			   CREDENTIALS_MOST);
		return false;
	}
	json_array_foreach (list, i, item) {
		const char *pointer = arena_format(&admin->request->arena, "/credentials/%zu", i);

		if (!is_credential_text(jsonx_text(item, "id"), false) ||
		    !is_credential_text(jsonx_text(item, "secret"), true)) {
			admin_fail(admin, 422, pointer,
				   "a credential is {\"id\", \"secret\"}: texts of 1 to %d bytes, "
				   "without a colon in the id",
				   CREDENTIAL_MOST);
			return false;
		}
		if (stands_before(list, i, jsonx_text(item, "id"))) { /* one secret is stored */
			admin_fail(admin, 422, pointer, "this id stands before already");
			return false;
		}
	}
	return true;
}

/* A name only: a client of ours must not make us read other files. */
static bool is_bundled(const char *folder, const char *name, const char *suffix, struct err *err)
{
	bool plain = *name && !name[strcspn(name, "./")];
	char *path = plain ? fixture_path(folder, name, suffix, err) : NULL;
	bool there = path != NULL;

	free(path);
	return there;
}

/* A member that names something bundled. */
static bool check_name(struct admin *admin, const char *key, const char *folder, const char *suffix,
		       bool nullable)
{
	const json_t *value = json_object_get(admin->body, key);
	const char *pointer = arena_format(&admin->request->arena, "/%s", key);
	struct err err = ERR_INIT;

	if (!value || (nullable && json_is_null(value)))
		return true;
	if (!json_is_string(value)) {
		admin_fail(admin, 422, pointer, "expected a name%s, found %s",
			   nullable ? " or null" : "", jsonx_kind(value));
		return false;
	}
	if (is_bundled(folder, json_string_value(value), suffix, &err))
		return true;
	admin_fail(admin, 422, pointer, "%s",
		   err.code != ERR_NONE ? err.text : "expected a name, not a path");
	return false;
}

static bool check_wish(struct admin *admin)
{
	const char *key, *name = jsonx_text(admin->body, "name");
	const json_t *value;

	json_object_foreach (admin->body, key, value)
		if (!has_word("name profile load credentials", key)) {
			admin_fail(admin, 422, arena_format(&admin->request->arena, "/%.80s", key),
				   "unknown key; there are: name, profile, load, credentials");
			return false;
		}
	if (!name || !sandbox_name_is_valid(name)) {
		admin_fail(admin, 422, "/name",
			   "a name is 1 to %d of a-z, 0-9, - and _, and begins with a letter or a "
			   "digit",
			   SANDBOX_NAME_MOST);
		return false;
	}
	return check_name(admin, "profile", "profiles", ".json", false) &&
	       check_name(admin, "load", "roster", "", true) &&
	       check_credentials(admin, json_object_get(admin->body, "credentials"));
}

/* What is begun and fails leaves nothing behind. */
static bool make(struct admin *admin, struct sandbox *sandbox, struct err *err)
{
	struct registry *registry = admin->registry;
	const json_t *load = json_object_get(admin->body, "load");
	/* not by its name alone, which a folder where we were started may have, too */
	char *path = json_is_string(load) ? fixture_path("roster", json_string_value(load), "", err)
					  : NULL;
	json_t *list = path ? json_pack("[s]", path) : NULL;
	struct wish wish = {
		.profile = jsonx_text(admin->body, "profile"),
		.credentials = json_object_get(admin->body, "credentials"),
		.keep_credentials = true,
		.clock = &registry->clock,
		.load = list,
		.empty = load != NULL,
	};
	struct store *store;
	bool good;

	if (!wish.profile)
		wish.profile = "standard";
	registry_make_room(registry);
	store = folder_create(registry->folder, err) && district_begin(sandbox, err)
			? store_open_served(sandbox->path, registry->durability, err)
			: NULL;
	good = store && district_open(registry, sandbox, store, &wish, err);
	json_decref(list);
	free(path);
	if (good)
		sandbox->store = store;
	else
		store_discard(store);
	if (good && !registry_add(registry, sandbox)) /* it was not there a moment ago */
		BUG("%s is there twice", sandbox->name);
	if (!good)
		folder_delete(sandbox->snapshots);
	district_done(registry, sandbox);
	return good;
}

void admin_create(struct admin *admin)
{
	struct registry *registry = admin->registry;
	const char *name = jsonx_text(admin->body, "name");
	struct sandbox *sandbox;
	struct err err = ERR_INIT;

	if (!check_wish(admin))
		return;
	sandbox = registry_take(registry, name);
	if (sandbox || registry->count >= SANDBOXES_MOST) {
		admin_fail(admin, 409, "/name",
			   sandbox ? "there is a sandbox %s already"
				   : "no sandbox %s: there are "
				     "as many as there may be",
			   name);
		registry_give(registry, sandbox);
		return;
	}
	sandbox = sandbox_new(name, NULL, NULL);
	sandbox_set_path(sandbox, registry->folder, NULL);
	if (make(admin, sandbox, &err)) {
		response_header(admin->request, admin->response, "Location",
				arena_format(&admin->request->arena, "%s/admin/sandboxes/%s",
					     admin->request->base_url, name));
		write_sandbox(admin, sandbox, true);
		return;
	}
	sandbox_free(sandbox);
	admin_fail_err(admin, &err);
}

void admin_delete(struct admin *admin)
{
	if (strcmp(admin->sandbox->name, SANDBOX_DEFAULT) == 0) {
		admin_fail(admin, 409, "", "the sandbox " SANDBOX_DEFAULT " stays");
		return;
	}
	registry_delete(admin->registry, admin->sandbox);
	admin->response->content_type = NULL;
}
