/*
 * draft.h - one course while it is being written.
 */
#ifndef GENERATE_DRAFT_H
#define GENERATE_DRAFT_H

#include <stdio.h>

#include "conformance/generate/cases.h"
#include "conformance/generate/source.h"

struct person {
	int64_t id;
	const char *sis_id; /* NULL: none */
	const char *type, *state;
	json_t *user;      /* the Canvas user */
	unsigned sections; /* bits */
	bool is_real;      /* the provider has this student */
};

/* An assignment that is written. */
struct task {
	const struct assignment_case *row;
	int64_t id, due; /* due 0: none */
	size_t part;     /* which share of the submission cases; 0 is the first */
	double points;
	json_t *json;
};

struct draft {
	const struct generate_options *options;
	const struct source *source;
	const struct course_case *course;
	const struct calendar *calendar;
	int64_t id;

	size_t section_count; /* one a class, and the one without a SIS id */
	int64_t outside;      /* its place; -1: none */
	json_t *groups;       /* assignment_groups.json */
	size_t category_count;
	struct person *people; /* those whom the provider has first */
	size_t people_count, people_room, real_count;
	struct task *tasks;
	size_t task_count, task_room;

	json_t *cases; /* [{"case","object","title","what"}] */
	size_t submission_count;
};

/* A number of @digits digits that follows from a text. */
int64_t draft_number(const char *text, int digits);
int64_t draft_section(const struct draft *draft, size_t section);
int64_t draft_group(const struct draft *draft, size_t group);
int64_t draft_teacher(const struct draft *draft);
/* https://host/courses/ID and @rest. Returns (json_decref). */
json_t *draft_link(const struct draft *draft, const char *format, ...) PRINTF(2, 3);
json_t *draft_time(int64_t when);  /* null for 0; returns (json_decref) */
json_t *draft_value(double value); /* without a point where it is whole */
/* JSON with ' for ". Returns (json_decref). */
json_t *draft_object(const char *text);
void draft_case(struct draft *draft, const char *name, const char *object, const char *title,
		const char *what);

/* Everybody, and the files of whom and what there is: course, sections, groups,
 * enrollments. Those return (json_decref). */
void people_gather(struct draft *draft);
void groups_gather(struct draft *draft);
json_t *course_json(struct draft *draft);
json_t *sections_json(struct draft *draft);
json_t *enrollments_json(const struct draft *draft);

/* The assignments, as tasks and as assignments.json (json_decref). */
json_t *assignments_make(struct draft *draft);
/* The case that falls to a student in a task; NULL: an ordinary submission. */
const struct submission_case *task_case(const struct draft *draft, const struct task *task,
					size_t person);

/* Writes submissions.json, a line each. */
void submissions_write(struct draft *draft, FILE *out);

/* Makes a folder; that its parent is missing is ERR_INVALID. */
bool draft_folder(const char *path, struct err *err) MUST_USE;
/* Whether the folders of the courses hold none yet, or may be overwritten. */
bool draft_free(const struct generate_options *options, struct err *err) MUST_USE;
/* Writes the courses of a source, and appends to @courses what generate_run() reports. */
bool draft_courses(const struct generate_options *options, const struct source *source,
		   json_t *courses, struct err *err) MUST_USE;

#endif
