/*
 * example.h - what a case is about: an assignment of the course, a student of it, or both.
 */
#ifndef LAB_EXAMPLE_H
#define LAB_EXAMPLE_H

#include "conformance/lab/lab.h"

struct example {
	json_t *assignment; /* of assignments.json; NULL: none was named, or there is none */
	json_t *enrollment; /* of enrollments.json */
	json_t *section;    /* of sections.json: that of the student, else the first */
};

/* @assignment: a name or Canvas id; @student: a SIS id; either may be NULL. Release it in any
 * case. */
bool example_find(struct example *example, const struct lab *lab, const char *assignment,
		  const char *student, struct err *err) MUST_USE;
void example_release(struct example *example);

/* The first object of a course file that fits (fit.h). Returns (json_decref); NULL: none, or
 * @err. */
json_t *example_first(const struct lab *lab, const char *file, const json_t *where,
		      struct err *err) MUST_USE;

#endif
