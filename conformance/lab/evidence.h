/*
 * evidence.h - what can be seen of one example: in Canvas, in the SIS, and between them.
 */
#ifndef LAB_EVIDENCE_H
#define LAB_EVIDENCE_H

#include "conformance/lab/lab.h"

/* An assignment of the course, a student of it, or both. */
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

struct evidence {
	struct lab *lab;
	const struct example *example;
	const json_t *syncs;       /* newest first */
	const char *since, *scope; /* what the trainee says; NULL: nothing */
};

/* Adds to @out: assignment, section, sync, errors, scope, first_seen, exchanges, canvas and
 * in_sis. */
bool evidence_add(const struct evidence *evidence, json_t *out, struct err *err) MUST_USE;

#endif
