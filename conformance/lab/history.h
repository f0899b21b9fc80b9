/*
 * history.h - what happened in a lab: the syncs of its ledger, and what the trainee did.
 */
#ifndef LAB_HISTORY_H
#define LAB_HISTORY_H

#include "conformance/lab/lab.h"

/* The reports of all syncs of the course, newest first. Returns an array (json_decref). */
json_t *history_syncs(const struct lab *lab, struct err *err) MUST_USE;

/* Notes what the trainee did, with the time and how many syncs had run. @kind: fix, hint,
 * answer, check or case. */
bool history_note(struct lab *lab, const char *kind, const char *did, struct err *err) MUST_USE;

#endif
