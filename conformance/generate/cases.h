/*
 * cases.h - the edge cases, a row each.
 *
 * A generated course holds each of them once, and says in the description of the
 * assignment which one it is. Rows that are CLEAN are ordinary: no SIS has a reason to
 * refuse them, and with --clean they are all there is.
 */
#ifndef GENERATE_CASES_H
#define GENERATE_CASES_H

#include "conformance/generate/calendar.h"

#define CLEAN 1           /* ordinary: also with --clean */
#define UNPUBLISHED 2     /* a draft */
#define UNMARKED 4        /* not marked Sync to SIS */
#define NOT_GRADED 8      /* of the type not graded; without points */
#define UNGRADED 16       /* handed in, no grade yet */
#define HIDDEN 32         /* graded, the grades not posted to students */
#define UNLOCKED 64       /* has a day from which on it is open */
#define NO_CATEGORY 128   /* its group has a name that no category has */
#define OWN_CATEGORY 256  /* left out where the class has no such category */
#define STUDENT_CASES 512 /* carries the rows of submission_cases that name it */

enum overrides {
	OVERRIDES_NONE,
	OVERRIDES_SECTIONS, /* each section has a due date of its own */
	OVERRIDES_BLANK,    /* the section's override takes the due date away */
	OVERRIDES_STUDENTS, /* two students have a later one */
	OVERRIDES_GROUP,    /* a group of students has */
	OVERRIDES_ONLY,     /* only two students have the assignment at all */
};

struct assignment_case {
	const char *name, *title;
	const char *what; /* for the description: what is special, and what should come of it */
	int category;     /* place among the categories of the class, round and round */
	double points;    /* negative: blank */
	const char *type; /* submission_types */
	enum due due;
	int percent; /* of the window, DUE_DAY */
	unsigned flags;
	enum overrides overrides;
};

extern const struct assignment_case assignment_cases[];
extern const size_t assignment_case_count;

/* What becomes of one student's submission. */
struct submission_case {
	const char *assignment; /* the name of its row */
	const char *name, *what;
	const char *changes; /* members of the submission, JSON with ' for " */
};

extern const struct submission_case submission_cases[];
extern const size_t submission_case_count;

/* Students of the course that are not plain students of the class. */
struct person_case {
	const char *name, *what;
	const char *given, *family;
	const char *sis_id; /* NULL: none; made up, the provider never sees it */
	const char *type, *state;
	bool is_outside; /* in the section without a SIS id */
};

extern const struct person_case person_cases[];
extern const size_t person_case_count;

/* The courses that are written. */
struct course_case {
	const char *name, *what;
	const char *title; /* behind the title of the class; "": nothing */
	int number;        /* last digit of the course's id */
	bool is_clean;     /* this one is written with --clean, all others without it */
	bool has_cases;    /* all rows; else only the ordinary ones */
	bool is_grouped;   /* submissions by student, as grouped=1 gives them; else flat */
	const char *state; /* workflow_state */
};

extern const struct course_case course_cases[];
extern const size_t course_case_count;

#define OUTSIDE_NAME "section_without_sis_id"
#define OUTSIDE_WHAT \
	"a section without a SIS id: Canvas sends nothing for it and nothing of its students"

#endif
