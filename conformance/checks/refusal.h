/*
 * refusal.h - what a refusal has to say (fact sheet 1.1, sections 3 and 9; 1.2, section 4).
 */
#ifndef CHECKS_REFUSAL_H
#define CHECKS_REFUSAL_H

#include "conformance/checks/check.h"

/* Fails unless the status of the last answer is one of @statuses, "400 422". */
bool refusal_expect(struct judge *judge, const char *statuses);
/* Fails unless the body of the last answer is a status body as the judged version has it: failure,
 * error, and a minor code that fits the HTTP status and, in 1.2, that its service knows. Where the
 * minor code or the description is lacking that is a warning. */
void refusal_body(struct judge *judge);
/* Fails where the last answer shows its reader HTML, a stack trace or nothing in words. */
void refusal_words(struct judge *judge);

#endif
