/*
 * rules.h - what Canvas itself refuses when an assignment is saved.
 *
 * Rows CV-01, CV-02, CV-04, CV-05 of the error dictionary, and the founding
 * documents' rule on differentiated assignments.
 */
#ifndef CANVAS_RULES_H
#define CANVAS_RULES_H

#include "base/str.h"
#include "conformance/canvas/course.h"

enum save_rule { RULE_NAME_MISSING, RULE_NAME_TOO_LONG, RULE_DUE_DATE, RULE_UNIFORM };

struct violation {
	enum save_rule rule;
	const char *code; /* of the dictionary; NULL: the wording is ours */
	struct str text;  /* Canvas's literal text where it has one */
};

/* Calls @found for each rule that the assignment breaks under @connection. Canvas
 * checks only what is marked for sync and graded. */
void rules_check(const struct assignment *assignment, const struct connection *connection,
		 void (*found)(const struct violation *violation, void *payload), void *payload);

/* The due date that an override sets for @section, or that of the assignment. */
const char *section_due(const struct assignment *assignment, const struct section *section);
/* The override that names this student, NULL when there is none. */
const json_t *student_override(const struct assignment *assignment, const char *student_id);
const json_t *section_override(const struct assignment *assignment, const char *section_id);
bool has_section(const json_t *override); /* whether it is for a whole section */
bool has_group_override(const struct assignment *assignment);

#endif
