/*
 * course.h - a Canvas course as its REST API answers it.
 *
 * Six files, unchanged. What is odd in them is noted and passed over; only what
 * makes the course unreadable is an error.
 */
#ifndef CANVAS_COURSE_H
#define CANVAS_COURSE_H

#include <stdarg.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/map.h"
#include "conformance/canvas/connection.h"

#define CANVAS_ID 24

struct section {
	char id[CANVAS_ID];
	const char *name, *class_id; /* class_id: NULL for a section without a SIS id */
	const json_t *json;
};

struct membership {
	size_t section;
	bool active;
};

struct student {
	char id[CANVAS_ID];
	const char *name, *sis_id; /* sis_id: NULL for a student without one */
	bool is_test;              /* Canvas's own test student */
	struct membership *memberships;
	size_t count, room;
};

struct assignment {
	char id[CANVAS_ID];
	const char *name;       /* "" when absent */
	const char *due_at;     /* NULL: none */
	const char *group_name; /* NULL: its group is not in assignment_groups.json */
	const json_t *group;    /* the assignment group */
	const json_t *json, *overrides;
	bool published, marked, gradeable, everyone;
};

/* What a sync decides by; the rest of a submission stays in the file. A course may have
 * half a million of them. */
struct submission {
	double score;
	const char *graded_at; /* NULL: none */
	const json_t *json;    /* of one in an unusual notation, NULL: it is in the file */
	uint64_t place;        /* of its text in the file */
	uint32_t length;
	uint32_t assignment, student;
	bool has_score, graded, excused, missing;
};

struct course {
	json_t *files[5];
	const json_t *json;
	char id[CANVAS_ID];
	struct section *sections;
	size_t section_count;
	struct student *students;
	size_t student_count, student_room;
	struct assignment *assignments;
	size_t assignment_count;
	struct submission *submissions;
	size_t submission_count, submission_room;
	size_t submissions_seen;     /* those passed over included */
	size_t submissions_repeated; /* came before: pages overlap */
	json_t *odd;                 /* [{"code","text","object"}] */

	/* internal */
	struct map section_map, student_map, assignment_map; /* by Canvas id */
	struct map submission_map;                           /* by assignment and student */
	FILE *submissions_file;                              /* stays open */
	json_t *unusual;    /* submissions that could not be left in the file */
	struct arena texts; /* of submissions */
};

/* ERR_INVALID names the file and what is wrong with it. */
bool course_load(struct course *course, const char *folder, const struct connection *connection,
		 struct err *err) MUST_USE;
void course_release(struct course *course);

bool course_is_published(const struct course *course);
/* -1: none. */
int course_assignment(const struct course *course, const char *id);
int course_student(const struct course *course, const char *id);

/* All of a submission. Returns (json_decref); NULL when the file has changed since. */
json_t *course_submission(const struct course *course,
			  const struct submission *submission) MUST_USE;

/* submissions.json, after all other files: course_load() calls it. */
bool submissions_load(struct course *course, const char *path, struct err *err) MUST_USE;

void course_note(struct course *course, const char *code, const char *object, const char *format,
		 ...) PRINTF(4, 5);

/* Appends {"code","text","object"} to a list of warnings; of more than WARNINGS_MOST the last
 * says that there are more. */
#define WARNINGS_MOST 10000
void warning_add(json_t *list, const char *code, const char *object, const char *format,
		 va_list args) PRINTF(4, 0);

/* The text of an id-or-null date; NULL when null, absent or no text. */
const char *canvas_date(const json_t *object, const char *key);

#endif
