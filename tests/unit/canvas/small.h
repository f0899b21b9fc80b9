/*
 * small.h - courses of a few lines, and connections of one setting.
 */
#ifndef UNIT_CANVAS_SMALL_H
#define UNIT_CANVAS_SMALL_H

#include "conformance/canvas/connection.h"
#include "conformance/canvas/course.h"

/* The six files of a course; NULL stands for:
 *   section 11 is class c1, 12 is class c2, 13 (a club) is no class;
 *   group 5 is Homework; assignment 1 is published and marked, due on 2026-11-16;
 *   students 101 in 11, 102 in 12, 103 in both, 104 inactive in 11, 105 in 11 without
 *   a SIS id, 106 in 11 the test student, 107 in 13. */
struct small {
	const char *course, *sections, *groups, *assignments, *enrollments, *submissions;
};

/* Returns a folder (scratch_free). */
char *small_write(const struct small *small) MUST_USE;
void small_load(struct course *course, const struct small *small,
		const struct connection *connection);

/* A connection with these members: "\"name_limit\": 30". */
void small_connection(struct connection *connection, const char *members);

#define ASSIGNMENT(more)                                                                          \
	"[{\"id\": 1, \"name\": \"Essay\", \"due_at\": \"2026-11-16T17:00:00Z\", \"published\": " \
	"true, "                                                                                  \
	"\"post_to_sis\": true, \"assignment_group_id\": 5, \"points_possible\": 10" more "}]"

#endif
