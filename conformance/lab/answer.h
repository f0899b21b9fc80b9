/*
 * answer.h - what a trainee says about a case: the questions of fixtures/labs/verbs.json.
 */
#ifndef LAB_ANSWER_H
#define LAB_ANSWER_H

#include "conformance/lab/lab.h"

/* What a question asks; NULL: there is none of that name. Borrowed. */
const char *answer_asks(const struct library *library, const char *question);

/* Notes an answer. ERR_INVALID lists the questions, or the values of this one. */
bool answer_note(struct lab *lab, const char *question, const char *value,
		 struct err *err) MUST_USE;

/* Whether @answer is @wanted: without regard to case; one of several, where they stand in an
 * array or between slashes ("P4/P6"). */
bool answer_is(const char *answer, const json_t *wanted);

#endif
