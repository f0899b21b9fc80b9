/*
 * goal_internal.h - what the files of the goals share.
 */
#ifndef LAB_GOAL_INTERNAL_H
#define LAB_GOAL_INTERNAL_H

#include "conformance/lab/goal.h"

struct checking {
	struct lab *lab;
	json_t *goals; /* what was found */
	json_t *lists; /* collections of the SIS that were read */
	bool green;
};

/* A collection of the SIS, read once. Borrowed; NULL with @err. */
const json_t *checking_list(struct checking *checking, const char *collection, struct err *err);

/* Notes a goal. */
void checking_note(struct checking *checking, bool met, const char *format, ...) PRINTF(3, 4);

/* The goal `grades`. */
bool goal_grades(struct checking *checking, const json_t *grades, struct err *err) MUST_USE;

/* The students with a grade by assignment: {"10301": ["student-001", ...]}. Returns
 * (json_decref). */
json_t *goal_graded(struct lab *lab, const json_t *grades, struct err *err) MUST_USE;

#endif
