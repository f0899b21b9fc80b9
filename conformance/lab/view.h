/*
 * view.h - what a trainee sees of a lab, and what only the trainer does; as JSON.
 */
#ifndef LAB_VIEW_H
#define LAB_VIEW_H

#include "conformance/lab/lab.h"

/* The case as a support agent would get it: who asks, from where, what the Grade Sync page says.
 * Never the cause. Returns (json_decref). */
json_t *view_card(struct lab *lab, struct err *err) MUST_USE;

/* Grade Sync history, the assignments in Canvas, the gradebook of the SIS. Returns
 * (json_decref). */
json_t *view_status(struct lab *lab, struct err *err) MUST_USE;

/* One more hint, noted in the state: {"hint": 2, "of": 4, "text": ...}; text is null when there
 * are no more. Returns (json_decref). */
json_t *view_hint(struct lab *lab, struct err *err) MUST_USE;

/* The command line of a sync, and that of the journal. Return (free). */
char *view_sync_line(const struct lab *lab) MUST_USE;
char *view_journal_line(const struct lab *lab) MUST_USE;

/* What stands in @guides about a value of the provisioning tool; NULL: nothing. Borrowed. */
const json_t *view_tool(const struct library *library, const char *value);

/* The address of the course in Canvas. Returns (free). */
char *view_course_url(const struct lab *lab, const json_t *course, struct err *err) MUST_USE;

#endif
