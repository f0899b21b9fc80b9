/*
 * select.h - `fields`, `sort` and `orderBy` (fact sheets 1.1, sections 8.2 and 8.4, and
 * 1.2, sections 5.3 and 5.4).
 */
#ifndef QUERY_SELECT_H
#define QUERY_SELECT_H

#include "base/err.h"
#include "base/url.h"
#include "oneroster/entity.h"

/* What a list of names turned out to be. */
enum selection { SELECTION_GOOD, SELECTION_BLANK, SELECTION_UNKNOWN };

/* Reads `fields=a,b` into bits by field index. On SELECTION_UNKNOWN @wrong gets the
 * first name that @version of the entity does not have. */
enum selection fields_parse(const char *text, const struct entity *entity, unsigned version,
			    uint64_t *bits, char wrong[static 64]);

/* By code point, sourcedId as the tie-breaker; without a field in the order of
 * creation. */
struct order {
	const struct field *field; /* a scalar or a reference; NULL: none */
	bool descending;
};

/* Reads `sort=name`; false when nothing can be sorted by that name. */
bool sort_parse(const char *text, const struct entity *entity, unsigned version,
		struct order *order) MUST_USE;
/* Reads `orderBy=asc|desc`, in either case. */
bool order_parse(const char *text, struct order *order) MUST_USE;

/* The value of a parameter that may stand once; false with a sentence in @err when it
 * stands twice. *@value is NULL when it is absent. */
bool query_once(const struct pairs *query, const char *name, const char **value,
		struct err *err) MUST_USE;

/* A field of @version that a client may name, without regard to case: names are compared
 * so by the providers that are known (fact sheet 1.1, section 8.3: recommended). */
const struct field *visible_field(const struct field *fields, const char *name, size_t length,
				  unsigned version, bool case_sensitive);

#endif
