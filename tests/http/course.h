/*
 * course.h - a course in a folder of its own, synced with its own connection.
 */
#ifndef TESTS_HTTP_COURSE_H
#define TESTS_HTTP_COURSE_H

#include "tests/http/harness.h"

/* A copy of a bundled course with a connection file in it. Returns folder_remove(). */
char *course_make(const char *course, const char *connection);
/* `mocksis sync` with FOLDER/connection.json and a trace in FOLDER/trace. */
void course_sync(struct outcome *outcome, const struct server *server, const char *folder,
		 const char *const more[]);
/* What --json printed; @name is for the message when it is no JSON. */
json_t *course_report(const struct outcome *outcome, const char *name);

/* {"file", "where", "set"}: objects of a course file that have all members of `where` get those
 * of `set`; one at least must. @name is for the message. */
void course_edit(const char *course, const json_t *change, const char *name);

void write_json(const char *folder, const char *name, const json_t *value);

#endif
