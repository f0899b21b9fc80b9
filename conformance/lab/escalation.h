/*
 * escalation.h - the case file that goes to those who can mend what support cannot.
 *
 * It is built from what happened: the reports of the ledger, the journal, course and SIS, and
 * what the trainee says. A case without a concrete example is refused. Credentials, tokens and
 * signatures are left out, and so is every student but the one of the example.
 */
#ifndef LAB_ESCALATION_H
#define LAB_ESCALATION_H

#include "conformance/lab/lab.h"

/* What the trainee says; any may be NULL. */
struct escalation_wish {
	const char *assignment; /* name or Canvas id */
	const char *student;    /* SIS id */
	const char *teacher, *requester, *expected, *actual, *since, *scope;
	const json_t *tried, *screenshots; /* arrays of texts */
	const char *token;                 /* of the control API, which must not get out */
};

/* The case as JSON. `missing` lists what it lacks, `refused` is true when that is the example.
 * ERR_INVALID for a screenshot that is not there. Returns (json_decref). */
json_t *escalation_build(struct lab *lab, const struct escalation_wish *wish,
			 struct err *err) MUST_USE;

/* The same as Markdown. Returns (free). */
char *escalation_markdown(const json_t *escalation) MUST_USE;

/* Writes case.md and case.json, and notes in the state whether it is complete. */
bool escalation_write(struct lab *lab, const json_t *escalation, struct err *err) MUST_USE;

#endif
