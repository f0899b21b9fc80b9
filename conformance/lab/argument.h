/*
 * argument.h - the arguments of a verb, of a kind each (fixtures/labs/README.md).
 *
 * What names something in the SIS or in the course is looked up by its id, by its name, and a
 * student or section of the course by its SIS id as well.
 */
#ifndef LAB_ARGUMENT_H
#define LAB_ARGUMENT_H

#include "conformance/lab/lab.h"

/* Reads @text as the argument @argument (of verbs.json) and sets in @values: NAME to the id or
 * value, NAME.name, NAME.text, and NAME.KEY for what a thing of the SIS refers to. ERR_INVALID
 * says what is unknown or ambiguous, and what there is. */
bool argument_take(struct lab *lab, const json_t *argument, const char *text, json_t *values,
		   struct err *err) MUST_USE;

/* Declares in @values that it was not given. */
void argument_leave_out(const json_t *argument, json_t *values);

#endif
