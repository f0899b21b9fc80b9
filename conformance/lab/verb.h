/*
 * verb.h - what a trainee may do: the rows of fixtures/labs/verbs.json.
 *
 * A verb has arguments of a kind each: what names something in the SIS or in the course is
 * looked up by id or by name, and the actions of the verb get the id.
 */
#ifndef LAB_VERB_H
#define LAB_VERB_H

#include "conformance/lab/lab.h"

#define VERB_ARGUMENTS 8

/* The verbs of the lab, in the file's order: those that it names, or all. Returns an array
 * (json_decref). */
json_t *verbs_of(const struct lab *lab) MUST_USE;

/* "set-grade-scale CATEGORY SCALE". Returns (free). */
char *verb_usage(const json_t *verb) MUST_USE;

/* Does it. @words: the verb and its arguments. *@said (free) tells in a sentence what was done.
 * ERR_INVALID says what is unknown, ambiguous or missing, and what there is. */
bool verb_run(struct lab *lab, const json_t *words, char **said, struct err *err) MUST_USE;

#endif
