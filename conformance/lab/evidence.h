/*
 * evidence.h - what can be seen of one example: in Canvas, in the SIS, and between them.
 */
#ifndef LAB_EVIDENCE_H
#define LAB_EVIDENCE_H

#include "conformance/lab/example.h"

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
