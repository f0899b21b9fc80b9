/*
 * course.c - a course in a folder of its own, synced with its own connection.
 */
#include "tests/http/course.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/util.h"

char *course_make(const char *course, const char *connection)
{
	char *folder = folder_make(), *name = xformat("canvas/%s", course), *from = fixture(name);

	folder_copy(from, folder);
	file_put(folder, "connection.json", connection ? connection : "{}");
	free(from);
	free(name);
	return folder;
}

void course_sync(struct outcome *outcome, const struct server *server, const char *folder,
		 const char *const more[])
{
	char *connection = xformat("%s/connection.json", folder);
	char *trace = xformat("%s/trace", folder);
	const char *args[24] = { "sync",         folder,     "--sis",   server->url,
				 "--credential", CREDENTIAL, "--now",   STORY_TIME,
				 "--connection", connection, "--trace", trace };
	size_t n = 12;

	for (size_t i = 0; more && more[i]; i++)
		args[n++] = more[i];
	run_mocksis(outcome, 60, args);
	free(connection);
	free(trace);
}

json_t *course_report(const struct outcome *outcome, const char *name)
{
	json_t *report = json_loads(outcome->out, 0, NULL);

	ck_assert_msg(report != NULL, "%s: no JSON: %s%s", name, outcome->out, outcome->err);
	return report;
}

void write_json(const char *folder, const char *name, const json_t *value)
{
	char *text = json_dumps(value, JSON_INDENT(1) | JSON_REAL_PRECISION(15));

	file_put(folder, name, text);
	free(text);
}

static bool fits(const json_t *object, const json_t *where)
{
	const char *key;
	const json_t *value;

	json_object_foreach ((json_t *)(uintptr_t)where, key, value)
		if (!json_equal(value, json_object_get(object, key)))
			return false;
	return true;
}

void course_edit(const char *course, const json_t *change, const char *name)
{
	const char *file_name = jsonx_text(change, "file");
	char *path = xformat("%s/%s", course, file_name);
	json_t *file = json_load_file(path, 0, NULL), *object;
	size_t i, edited = 0;

	ck_assert_msg(file != NULL, "%s: %s cannot be read", name, path);
	if (json_is_object(file)) {
		json_object_update(file, json_object_get(change, "set"));
		edited++;
	}
	json_array_foreach (file, i, object)
		if (fits(object, json_object_get(change, "where"))) {
			json_object_update(object, json_object_get(change, "set"));
			edited++;
		}
	ck_assert_msg(edited > 0, "%s: nothing in %s fits", name, file_name);
	write_json(course, file_name, file);
	json_decref(file);
	free(path);
}
