/*
 * district.c - profile, clients, clock and data of a sandbox, out of its database and
 * into it.
 */
#include "server/district.h"

#include <errno.h>
#include <stdio.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/jsonx.h"
#include "base/log.h"
#include "base/random.h"
#include "base/when.h"
#include "server/bundle/import.h"
#include "server/snapshots.h"

#define PROFILE_SETTING "profile"
#define CHANGES_SETTING "profile_changes" /* JSON */
#define CLOCK_SETTING "clock_offset"      /* milliseconds */
#define FROZEN_SETTING "clock_frozen"     /* milliseconds since 1970; "" while it runs */

/* Settings that change together. */
struct settings {
	struct job job; /* first: a job is its settings */
	struct {
		const char *name, *value;
	} items[4];
	size_t count;
};

static void setting_add(struct settings *settings, const char *name, const char *value)
{
	settings->items[settings->count].name = name;
	settings->items[settings->count++].value = value;
}

static bool put_settings(struct conn *conn, struct job *job)
{
	struct settings *settings = (struct settings *)job;
	bool good = true;

	for (size_t i = 0; i < settings->count && good; i++)
		good = setting_put(conn, settings->items[i].name, settings->items[i].value,
				   &job->err);
	return good;
}

/* By the writer where the store is in use, else at once. */
static bool settings_store(struct settings *settings, struct registry *registry,
			   struct store *store, bool in_use, struct err *err)
{
	settings->job = (struct job){ .store = store, .run = put_settings };
	if (in_use ? writer_wait(registry->writer, &settings->job)
		   : put_settings(store_conn(store), &settings->job))
		return true;
	*err = settings->job.err;
	return false;
}

static bool add_credential(const struct value *columns, int count, void *payload)
{
	(void)count;
	auth_add(payload, columns[0].text, columns[1].text);
	return true;
}

static bool store_credential(struct conn *conn, const char *id, const char *secret, struct err *err)
{
	struct sql sql;

	sql_init(&sql);
	sql_add(&sql, "INSERT OR REPLACE INTO credential (id, secret) VALUES (");
	sql_text(&sql, id);
	sql_add(&sql, ", ");
	sql_text(&sql, secret);
	sql_add(&sql, ")");

	bool good = conn_query(conn, &sql, NULL, NULL, err);

	sql_release(&sql);
	return good;
}

/* Those that are wished for, else the stored ones, else a new one. */
static bool load_credentials(struct sandbox *sandbox, struct store *store, const struct wish *wish,
			     struct err *err)
{
	struct conn *conn = store_conn(store);
	struct random kernel = RANDOM_KERNEL;
	char id[16], secret[33], *name;
	const json_t *item;
	struct sql sql;
	size_t i;

	if (sandbox->auth.count) /* an opening that failed later */
		return true;
	json_array_foreach (wish->credentials, i, item) {
		auth_add(&sandbox->auth, jsonx_text(item, "id"), jsonx_text(item, "secret"));
		if (wish->keep_credentials && !store_credential(conn, jsonx_text(item, "id"),
								jsonx_text(item, "secret"), err))
			return false;
	}
	if (wish->credentials)
		return true;
	sql_init(&sql);
	sql_add(&sql, "SELECT id, secret FROM credential ORDER BY id");

	bool good = conn_query(conn, &sql, add_credential, &sandbox->auth, err);

	sql_release(&sql);
	if (!good || sandbox->auth.count)
		return good;
	random_token(&kernel, secret, 32);
	random_token(&kernel, id, 8);
	name = xformat("client-%s", id);
	good = store_credential(conn, name, secret, err);
	auth_add(&sandbox->auth, name, secret);
	free(name);
	return good;
}

static void log_flaw(const struct flaw *flaw, void *payload)
{
	const struct sandbox *sandbox = payload;
	char line[16], column[16];

	snprintf(line, sizeof line, "%d", flaw->line);
	snprintf(column, sizeof column, "%d", flaw->column);
	log_event(flaw->severity == FLAW_ERROR ? LOG_ERROR : LOG_WARNING, "flaw", "sandbox",
		  sandbox->name, "file", flaw->file, "line", line, "column", column, "rule",
		  flaw->rule, "text", flaw->text, NULL);
}

/* @path is that of a folder or a zip; it is freed, and NULL when there is none. */
static bool load_bundle(struct sandbox *sandbox, struct store *store, char *path, int64_t now,
			bool shifted, struct err *err)
{
	struct import import = { .now = now, .flaw = log_flaw, .payload = sandbox };
	struct bundle *bundle = path ? bundle_open(path, err) : NULL;
	bool good = bundle && (!shifted || import_shift(bundle, now, &import.shift, err)) &&
		    import_bundles(&import, store, &bundle, 1, err);

	if (good && import.shift) {
		char weeks[32];

		snprintf(weeks, sizeof weeks, "%lld", (long long)(import.shift / (7 * WHEN_DAY)));
		log_event(LOG_INFO, "shifted", "sandbox", sandbox->name, "district", path, "weeks",
			  weeks, NULL);
	}
	bundle_close(bundle);
	free(path);
	return good;
}

/* What was found where it was looked for, before what is bundled. Returns (free). */
static char *find_bundle(const char *name, struct err *err)
{
	return file_exists(name) ? xstrdup(name) : fixture_path("roster", name, "", err);
}

static bool is_empty(struct conn *conn, bool *empty, struct err *err)
{
	struct sql sql;
	int64_t any = 0;

	/* counting would take as long as there are users */
	sql_init(&sql);
	sql_add(&sql, "SELECT EXISTS (SELECT 1 FROM orgs) OR EXISTS (SELECT 1 FROM classes) OR "
		      "EXISTS (SELECT 1 FROM users)");

	bool good = conn_integer(conn, &sql, &any, err);

	*empty = !any;
	sql_release(&sql);
	return good;
}

static bool load_data(struct sandbox *sandbox, struct store *store, const struct wish *wish,
		      struct err *err)
{
	int64_t now = wish->now ? wish->now : sandbox_now(sandbox);
	const json_t *item;
	bool empty, good = true;
	size_t i;

	if (!is_empty(store_conn(store), &empty, err))
		return false;
	if (!empty && wish->load)
		log_event(LOG_WARNING, "load", "sandbox", sandbox->name, "text",
			  "--load is passed over: the database holds a district already", NULL);
	if (!empty)
		return snapshot_keep_found(sandbox, store, err);
	if (!wish->load && !wish->empty)
		good = load_bundle(sandbox, store, fixture_path("roster", "demo", "", err), now,
				   true, err);
	json_array_foreach (wish->load, i, item)
		good = good &&
		       load_bundle(sandbox, store, find_bundle(json_string_value(item), err), now,
				   false, err);
	return good && snapshot_keep_loaded(sandbox, store, err);
}

/* What is in force is remembered; a wish drops the changes of the control API. */
static bool load_profile(struct registry *registry, struct sandbox *sandbox, struct store *store,
			 const struct wish *wish, struct err *err)
{
	struct settings settings = { .count = 0 };
	char *base = NULL, *text = NULL;
	json_t *changes = NULL;
	struct profile *profile;

	if (sandbox->profile) /* an opening that failed later */
		return true;
	if (!setting_get(store_conn(store), PROFILE_SETTING, &base, err) ||
	    !setting_get(store_conn(store), CHANGES_SETTING, &text, err))
		return false;
	if (wish->profile || !base) {
		free(base);
		base = xstrdup(wish->profile ? wish->profile : "standard");
	} else if (text && *text) {
		changes = jsonx_load(text, strlen(text), err);
	}
	free(text);
	profile = err->code == ERR_NONE ? profile_load_changed(base, changes, err) : NULL;
	setting_add(&settings, PROFILE_SETTING, base);
	if (!changes)
		setting_add(&settings, CHANGES_SETTING, "");
	if (profile && settings_store(&settings, registry, store, false, err)) {
		sandbox->profile = profile;
		sandbox->base = base;
		sandbox->changes = changes;
		return true;
	}
	profile_put(profile);
	json_decref(changes);
	free(base);
	return false;
}

static void clock_settings(struct settings *settings, const struct clock *clock, char offset[32],
			   char at[32])
{
	snprintf(offset, 32, "%lld", (long long)clock->offset);
	snprintf(at, 32, "%lld", (long long)clock->at);
	setting_add(settings, CLOCK_SETTING, offset);
	setting_add(settings, FROZEN_SETTING, clock->frozen ? at : "");
}

static bool load_clock(struct registry *registry, struct sandbox *sandbox, struct store *store,
		       const struct wish *wish, struct err *err)
{
	struct settings settings = { .count = 0 };
	struct clock clock = registry->clock;
	char *offset = NULL, *at = NULL, texts[2][32];
	bool good = true;

	if (wish->clock) {
		clock_settings(&settings, wish->clock, texts[0], texts[1]);
		sandbox_set_clock(sandbox, wish->clock);
		return settings_store(&settings, registry, store, false, err);
	}
	good = setting_get(store_conn(store), CLOCK_SETTING, &offset, err) &&
	       setting_get(store_conn(store), FROZEN_SETTING, &at, err);
	if (offset)
		clock = (struct clock){ .frozen = at && *at };
	if ((offset && !number_parse(offset, INT64_MIN, INT64_MAX, &clock.offset)) ||
	    (clock.frozen && !number_parse(at, INT64_MIN, INT64_MAX, &clock.at)))
		good = err_set(err, ERR_ENVIRONMENT, "the clock in the database is broken");
	sandbox_set_clock(sandbox, &clock);
	free(offset);
	free(at);
	return good;
}

bool district_open(struct registry *registry, struct sandbox *sandbox, struct store *store,
		   const struct wish *wish, struct err *err)
{
	sandbox->auth.open = registry->auth_open;
	sandbox->auth.only = registry->auth_only;
	sandbox->validation = registry->validation;
	sandbox->loaded = load_profile(registry, sandbox, store, wish, err) &&
			  load_clock(registry, sandbox, store, wish, err) &&
			  load_credentials(sandbox, store, wish, err) &&
			  load_data(sandbox, store, wish, err);
	return sandbox->loaded;
}

bool district_restore(struct registry *registry, struct sandbox *sandbox, struct store *store,
		      struct err *err)
{
	struct wish wish = { .empty = true,
			     .clock = registry->clock_set ? &registry->clock : NULL };

	return district_open(registry, sandbox, store, &wish, err);
}

bool district_set_profile(struct registry *registry, struct sandbox *sandbox, const char *base,
			  const json_t *changes, struct err *err)
{
	struct profile *profile = profile_load_changed(base, changes, err);
	struct settings settings = { .count = 0 };
	char *text = changes ? jsonx_dump(changes) : NULL, *name;

	setting_add(&settings, PROFILE_SETTING, base);
	setting_add(&settings, CHANGES_SETTING, text ? text : "");
	if (!profile || !settings_store(&settings, registry, sandbox->store, true, err)) {
		profile_put(profile);
		free(text);
		return false;
	}
	free(text);
	name = xstrdup(base); /* which may be sandbox->base */
	sandbox_set_profile(sandbox, profile);
	free(sandbox->base);
	json_decref(sandbox->changes);
	sandbox->base = name;
	sandbox->changes = changes ? json_deep_copy(changes) : NULL;
	return true;
}

bool district_set_clock(struct registry *registry, struct sandbox *sandbox,
			const struct clock *clock, struct err *err)
{
	struct settings settings = { .count = 0 };
	char texts[2][32];

	clock_settings(&settings, clock, texts[0], texts[1]);
	if (!settings_store(&settings, registry, sandbox->store, true, err))
		return false;
	sandbox_set_clock(sandbox, clock);
	return true;
}

static char *mark_of(const struct sandbox *sandbox)
{
	return xformat("%s.new", sandbox->path);
}

bool district_begin(const struct sandbox *sandbox, struct err *err)
{
	char *mark = mark_of(sandbox);
	int fd = open(mark, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	if (fd >= 0)
		close(fd);
	else
		err_set(err, ERR_ENVIRONMENT, "%s: %s", mark, strerror(errno));
	free(mark);
	return fd >= 0;
}

void district_done(const struct registry *registry, const struct sandbox *sandbox)
{
	struct err ignored = ERR_INIT;
	char *mark = mark_of(sandbox);

	unlink(mark);
	/* a mark that came back after a power cut would remove the sandbox */
	(void)!folder_sync(registry->folder, &ignored);
	free(mark);
}

/* True when it was never done; then its files are gone. */
static bool drop_begun(const struct registry *registry, const struct sandbox *sandbox)
{
	char *mark = mark_of(sandbox);
	bool begun = file_exists(mark);

	free(mark);
	if (!begun)
		return false;
	log_event(LOG_WARNING, "sandbox", "name", sandbox->name, "text",
		  "it was not made to its end; its files are removed", NULL);
	store_remove(sandbox->path);
	folder_delete(sandbox->snapshots);
	district_done(registry, sandbox);
	return true;
}

/* False when there are too many. */
static bool find_one(struct registry *registry, const char *name)
{
	struct sandbox *sandbox = sandbox_new(name, NULL, NULL);
	bool begun, good;

	sandbox_set_path(sandbox, registry->folder, NULL);
	begun = drop_begun(registry, sandbox);
	good = begun || registry_add(registry, sandbox);
	if (begun || !good)
		sandbox_free(sandbox);
	return good;
}

bool district_find_all(struct registry *registry, struct err *err)
{
	char **names = folder_names(registry->folder, ".db");

	for (size_t i = 0; names[i]; i++)
		if (sandbox_name_is_valid(names[i]) && strcmp(names[i], SANDBOX_DEFAULT) != 0 &&
		    !find_one(registry, names[i]))
			err_set(err, ERR_ENVIRONMENT, "%s holds more than %d sandboxes",
				registry->folder, SANDBOXES_MOST);
	names_free(names);
	return err->code == ERR_NONE;
}
