/*
 * small.c - courses of a few lines.
 */
#include "tests/unit/canvas/small.h"

#include <check.h>

#include "tests/unit/helpers.h"

#define STUDENT(user, section, sis, type, state)                                                 \
	"{\"user_id\": " user ", \"course_section_id\": " section ", \"sis_user_id\": " sis ", " \
	"\"type\": \"" type "\", \"enrollment_state\": \"" state                                 \
	"\", \"user\": {\"name\": \"U" user "\"}}"

static const struct small presets = {
	.course = "{\"id\": 7, \"name\": \"C\", \"workflow_state\": \"available\"}",
	.sections = "[{\"id\": 11, \"name\": \"S1\", \"sis_section_id\": \"c1\"}, "
		    "{\"id\": 12, \"name\": \"S2\", \"sis_section_id\": \"c2\"}, "
		    "{\"id\": 13, \"name\": \"Club\", \"sis_section_id\": null}]",
	.groups = "[{\"id\": 5, \"name\": \"Homework\", \"integration_data\": {}}]",
	.assignments = ASSIGNMENT(""),
	.enrollments = "[" STUDENT("1", "11", "\"t1\"", "TeacherEnrollment", "active") ", " STUDENT("101", "11", "\"s1\"", "StudentEnrollment", "active") ", " STUDENT(
		"102", "12", "\"s2\"", "StudentEnrollment",
		"active") ", " STUDENT("103", "11", "\"s3\"", "StudentEnrollment",
				       "active") ", " STUDENT("103", "12", "\"s3\"",
							      "StudentEnrollment",
							      "active") ", " STUDENT("104", "11",
										     "\"s4\"",
										     "StudentEnroll"
										     "ment",
										     "inactive") ","
												 " " STUDENT("105", "11", "null", "StudentEnrollment", "active") ", " STUDENT(
													 "106",
													 "11",
													 "null",
													 "StudentViewEnrollment",
													 "active") ", " STUDENT("107",
																"13",
																"\"s7\"",
																"StudentEnrollment",
																"active") "]",
	.submissions = "[]",
};

char *small_write(const struct small *small)
{
	char *folder = scratch_new();
	const struct {
		const char *name, *given, *preset;
	} files[] = {
		{ "course.json", small->course, presets.course },
		{ "sections.json", small->sections, presets.sections },
		{ "assignment_groups.json", small->groups, presets.groups },
		{ "assignments.json", small->assignments, presets.assignments },
		{ "enrollments.json", small->enrollments, presets.enrollments },
		{ "submissions.json", small->submissions, presets.submissions },
	};

	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		free(scratch_write(folder, files[i].name,
				   files[i].given ? files[i].given : files[i].preset));
	return folder;
}

void small_load(struct course *course, const struct small *small,
		const struct connection *connection)
{
	struct err err = ERR_INIT;
	char *folder = small_write(small);

	ck_assert_msg(course_load(course, folder, connection, &err), "%s", err.text);
	scratch_free(folder);
}

void small_connection(struct connection *connection, const char *members)
{
	struct err err = ERR_INIT;
	char *folder = scratch_new(), *json = xformat("{%s}", members);
	char *path = scratch_write(folder, "c.json", json);

	ck_assert_msg(connection_load(connection, path, &err), "%s", err.text);
	free(path);
	free(json);
	scratch_free(folder);
}
