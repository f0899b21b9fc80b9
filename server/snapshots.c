/*
 * snapshots.c - copies of a sandbox's objects and SIS state.
 */
#include "server/snapshots.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/when.h"

#define FOUND_BYTES_MOST (64 << 20)

static char *snapshot_path(const struct sandbox *sandbox, const char *id)
{
	return xformat("%s/%s.db", sandbox->snapshots, id);
}

static int64_t file_bytes(const char *path, int64_t *changed)
{
	struct stat status = { 0 };

	if (stat(path, &status) != 0)
		return -1;
	if (changed)
		*changed = (int64_t)status.st_mtime * 1000;
	return status.st_size;
}

/* The folders on the way are made when they are needed first. */
static bool make_folders(const struct sandbox *sandbox, struct err *err)
{
	char *parent = xstrndup(sandbox->snapshots,
				(size_t)(strrchr(sandbox->snapshots, '/') - sandbox->snapshots));
	bool good = folder_create(parent, err) && folder_create(sandbox->snapshots, err);

	free(parent);
	return good;
}

/* A file appears under its name only when it is whole. */
static bool copy(const struct sandbox *sandbox, struct store *store, const char *id,
		 struct err *err)
{
	char *path = snapshot_path(sandbox, id), *temporary = xformat("%s.new", path);
	bool good = make_folders(sandbox, err);

	unlink(temporary);
	good = good && store_snapshot(store, temporary, err);
	if (good && rename(temporary, path) != 0)
		good = err_set(err, ERR_ENVIRONMENT, "%s: the snapshot cannot be written", path);
	good = good && folder_sync(sandbox->snapshots, err);
	if (!good)
		unlink(temporary);
	free(temporary);
	free(path);
	return good;
}

bool snapshot_keep_loaded(struct sandbox *sandbox, struct store *store, struct err *err)
{
	return !sandbox->snapshots || copy(sandbox, store, SNAPSHOT_LOADED, err);
}

bool snapshot_keep_found(struct sandbox *sandbox, struct store *store, struct err *err)
{
	return !sandbox->snapshots || snapshot_exists(sandbox, SNAPSHOT_LOADED) ||
	       file_bytes(store_path(store), NULL) > FOUND_BYTES_MOST ||
	       copy(sandbox, store, SNAPSHOT_LOADED, err);
}

void snapshot_forget_loaded(const char *db)
{
	char *path = xformat("%s.d/" SANDBOX_DEFAULT ".snapshots/" SNAPSHOT_LOADED ".db", db);

	unlink(path);
	free(path);
}

bool snapshot_exists(const struct sandbox *sandbox, const char *id)
{
	char *path;
	bool there;

	if (!sandbox->snapshots || !sandbox_name_is_valid(id))
		return false;
	path = snapshot_path(sandbox, id);
	there = file_bytes(path, NULL) >= 0;
	free(path);
	return there;
}

static int64_t number_of(const char *id)
{
	int64_t number = 0;

	return number_parse(id, 1, INT32_MAX, &number) ? number : 0;
}

bool snapshot_take(struct sandbox *sandbox, char id[static SNAPSHOT_ID], struct err *err)
{
	size_t taken = 0;
	char **names = folder_names(sandbox->snapshots, ".db");
	int64_t last = 0;

	for (size_t i = 0; names[i]; i++) {
		int64_t number = number_of(names[i]);

		taken += number > 0;
		last = number > last ? number : last;
	}
	names_free(names);
	if (taken >= SNAPSHOTS_MOST)
		return err_set(err, ERR_INVALID, "there are %d snapshots; no more are kept",
			       SNAPSHOTS_MOST);
	snprintf(id, SNAPSHOT_ID, "%lld", (long long)last + 1);
	return copy(sandbox, sandbox->store, id, err);
}

struct going_back {
	struct job job; /* first: a job is its going back */
	const char *path;
};

static bool go_back(struct conn *conn, struct job *job)
{
	return snapshot_restore(conn, ((struct going_back *)job)->path, &job->err);
}

bool snapshot_go_back(struct registry *registry, struct sandbox *sandbox, const char *id,
		      struct err *err)
{
	struct going_back going = {
		.job = { .store = sandbox->store, .run = go_back, .alone = true }
	};
	char *path;

	if (!snapshot_exists(sandbox, id))
		return err_set(err, ERR_INVALID, "sandbox %s has no snapshot %s", sandbox->name,
			       id);
	path = snapshot_path(sandbox, id);
	going.path = path;
	if (!writer_wait(registry->writer, &going.job))
		*err = going.job.err;
	free(path);
	return err->code == ERR_NONE;
}

void snapshot_delete(struct sandbox *sandbox, const char *id)
{
	char *path = snapshot_path(sandbox, id);

	unlink(path);
	free(path);
}

static int by_number(const void *a, const void *b)
{
	int64_t x = number_of(*(char *const *)a), y = number_of(*(char *const *)b);

	return (x > y) - (x < y);
}

void snapshot_write(const struct sandbox *sandbox, struct jsonw *w)
{
	char **names = folder_names(sandbox->snapshots, ".db");
	size_t count = 0;

	while (names[count])
		count++;
	if (count)
		qsort(names, count, sizeof *names, by_number);
	jsonw_object(w);
	jsonw_key(w, "items");
	jsonw_array(w);
	for (size_t i = 0; i < count; i++) {
		char *path = snapshot_path(sandbox, names[i]), at[WHEN_TEXT];
		int64_t changed = 0, bytes = file_bytes(path, &changed);

		when_format(changed, at);
		jsonw_object(w);
		jsonw_key_text(w, "id", names[i]);
		jsonw_key_text(w, "at", at);
		jsonw_key_int(w, "bytes", bytes);
		jsonw_object_end(w);
		free(path);
	}
	names_free(names);
	jsonw_array_end(w);
	jsonw_object_end(w);
}
