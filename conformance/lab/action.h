/*
 * action.h - what somebody does to the world of a lab: one primitive action each, as data.
 *
 * An action is an object with one member: course, sis, object, profile, faults, clock,
 * connection, client or vendor (fixtures/labs/README.md). Verbs and the steps before a lab are
 * made of them.
 */
#ifndef LAB_ACTION_H
#define LAB_ACTION_H

#include "conformance/lab/lab.h"

/* Does them in their order, with {PLACEHOLDERS} filled from @values (fill.h; NULL: none); the
 * first that fails ends it. */
bool actions_run(struct lab *lab, const json_t *actions, const json_t *values,
		 struct err *err) MUST_USE;

#endif
