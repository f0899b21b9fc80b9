/*
 * course.c - a course in a folder of its own, synced with its own connection.
 */
#include "tests/http/course.h"

#include <string.h>

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
