/*
 * goal.h - whether a lab is done: the goals of `done`, held against course, SIS and ledger.
 */
#ifndef LAB_GOAL_H
#define LAB_GOAL_H

#include "conformance/lab/lab.h"

/* Notes in the state which students have a grade that the goals are about, so that taking a
 * grade away in Canvas mends nothing. */
bool goal_expect(struct lab *lab, struct err *err) MUST_USE;

/* {"green": true, "goals": [{"met": true, "text": "20 of 20 scores of ... stand in the SIS"}]},
 * in words that do not tell the cause. Returns (json_decref). */
json_t *goal_check(struct lab *lab, struct err *err) MUST_USE;

#endif
