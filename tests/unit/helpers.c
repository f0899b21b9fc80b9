/*
 * helpers.c - what several suites need.
 */
#include "tests/unit/helpers.h"

#include <check.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/jsonx.h"
#include "base/oauth1.h"
#include "server/bundle/import.h"

char *scratch_new(void)
{
	char *folder = xstrdup(file_is_folder("/dev/shm") ? "/dev/shm/mocksis-unit-XXXXXX"
							  : "/tmp/mocksis-unit-XXXXXX");

	ck_assert_ptr_nonnull(mkdtemp(folder));
	return folder;
}

void scratch_free(char *folder)
{
	folder_delete(folder);
	free(folder);
}

char *scratch_write(const char *folder, const char *name, const char *text)
{
	char *path = path_join(folder, name);
	struct err err = ERR_INIT;

	ck_assert_msg(file_write(path, text, strlen(text), &err), "%s", err.text);
	return path;
}

char *source_path(const char *name)
{
	struct err err = ERR_INIT;
	char *root = fixture_root(&err);

	ck_assert_msg(root != NULL, "%s", err.text);

	char *path = xformat("%s/../%s", root, name);

	free(root);
	return path;
}

void demo_load(struct store *store)
{
	struct import import = { .now = 0 };
	struct err err = ERR_INIT;
	char *path = fixture_path("roster", "demo", "", &err);
	struct bundle *bundle = path ? bundle_open(path, &err) : NULL;

	ck_assert_msg(bundle && import_bundles(&import, store, &bundle, 1, &err), "%s", err.text);
	ck_assert_uint_eq(import.errors, 0);
	bundle_close(bundle);
	free(path);
}

struct store *demo_store(void)
{
	struct err err = ERR_INIT;
	struct store *store = store_open(":memory:", &err);

	ck_assert_msg(store != NULL, "%s", err.text);
	demo_load(store);
	return store;
}

void put_object(struct store *store, const struct entity *entity, unsigned version,
		const json_t *object)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct record record;
	bool created;

	ck_assert_msg(record_from_json(&record, entity, version, object, "", &arena, &err), "%s",
		      err.text);
	if (!record_text(&record, "status"))
		record_set_text(&record, "status", "active");
	record_set_int(&record, "dateLastModified", 1794848400000);
	ck_assert_msg(conn_begin(store_conn(store), true, &err) &&
			      rows_put(store_conn(store), &record, &created, &err) &&
			      conn_commit(store_conn(store), &err),
		      "%s", err.text);
	arena_release(&arena);
}

void put_row(struct store *store, const struct entity *entity, const char *json)
{
	struct err err = ERR_INIT;
	json_t *object = jsonx_load(json, strlen(json), &err);

	ck_assert_msg(object != NULL, "%s: %s", json, err.text);
	put_object(store, entity, BOTH, object);
	json_decref(object);
}

void request_make(struct request *request, const char *method, const char *target)
{
	const char *question = strchr(target, '?');

	*request = (struct request){ .method = method, .target = target };
	request->path = question ? arena_dup_n(&request->arena, target, (size_t)(question - target))
				 : target;
	request->query = question ? question + 1 : NULL;
	request->base_url = "http://sis.example.org";
	request->client = "192.0.2.1";
	str_init(&request->body, BODY_CAP);
}

void request_set(struct request *request, const char *header, const char *value)
{
	pairs_add(&request->headers, &request->arena, header, value);
}

void request_free(struct request *request)
{
	str_release(&request->body);
	arena_release(&request->arena);
}

void response_free(struct response *response)
{
	str_release(&response->body);
}

const char *oauth1_sign(struct request *request, const char *key, const char *secret,
			const char *nonce, int64_t timestamp)
{
	struct err err = ERR_INIT;
	struct url url;

	ck_assert_msg(
		url_parse(&request->arena,
			  arena_format(&request->arena, "%s%s", request->base_url, request->target),
			  &url, &err),
		"%s", err.text);

	char *header = oauth1_header(&request->arena, request->method, &url, key, secret, HASH_SHA1,
				     nonce, timestamp, &err);

	ck_assert_msg(header != NULL, "%s", err.text);
	return header;
}

const char *refusal_value(const struct refusal *refusal, const char *name)
{
	for (int i = 0; i < refusal->param_count; i++)
		if (strcmp(refusal->params[i].name, name) == 0)
			return refusal->params[i].value;
	return NULL;
}
