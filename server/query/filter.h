/*
 * filter.h - OneRoster `filter` expressions.
 *
 * Text like  status='active' AND score>='80'  is parsed once, against one
 * entity; what comes back holds only known fields, so rendering cannot fail.
 * Fact sheet 1.1, section 8.3.
 */
#ifndef QUERY_FILTER_H
#define QUERY_FILTER_H

#include "base/arena.h"
#include "base/err.h"
#include "oneroster/entity.h"
#include "server/query/sql.h"

#define FILTER_PREDICATES 20 /* the most that any provider takes (traps C1) */
#define FILTER_STEPS 2       /* levels of sub-objects */

enum comparison { CMP_EQ, CMP_NE, CMP_GT, CMP_GE, CMP_LT, CMP_LE, CMP_CONTAINS };

struct predicate {
	const struct field *field;
	const struct field *steps[FILTER_STEPS]; /* T_OBJECTS: the members down to the leaf */
	size_t step_count;
	const char *path; /* T_MAP: what follows metadata. */
	enum comparison comparison;
	struct value value;
	const char *literal; /* as it was written */
	bool any;            /* OR, not AND, stands before it */
};

struct filter {
	const struct entity *entity;
	bool case_sensitive;
	struct predicate predicates[FILTER_PREDICATES];
	size_t count;
};

struct filter_rules {
	unsigned version;
	size_t most; /* predicates; the standard has 2, joined by one AND or OR */
	bool case_sensitive;
};

/* Parses @text against @entity; everything it returns lives in @arena. On an
 * unknown field err->pointer is the field's name. */
bool filter_parse(struct filter *filter, const char *text, const struct entity *entity,
		  const struct filter_rules *rules, struct arena *arena, struct err *err) MUST_USE;

/* Appends a boolean expression over the table of the entity. */
void filter_sql(const struct filter *filter, struct sql *sql);

#endif
