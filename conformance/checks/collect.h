/*
 * collect.h - what checks of collections share: pages, samples, values by dotted paths.
 *
 * A sample is what a collection holds when nothing is filtered; what a filter or an order has
 * to give is computed from it.
 */
#ifndef CHECKS_COLLECT_H
#define CHECKS_COLLECT_H

#include "conformance/checks/check.h"

#define SAMPLE_MOST 300 /* objects that are read of a collection */
#define PAGE_SIZE 100

/* Whether all {places} of @target are known; skips the check where one is not. */
bool collect_can(struct judge *judge, const char *target);

/* One page: GET TARGET?QUERY, its array @key. A target that the provider does not have skips the
 * check, any other answer than 200 fails it. NULL without a list. Returns (json_decref). */
json_t *collect_page(struct judge *judge, const char *target, const char *query,
		     const char *key) MUST_USE;

/* The same where the path is known to be there: whatever is not 200 fails. */
json_t *collect_asked(struct judge *judge, const char *target, const char *query,
		      const char *key) MUST_USE;

struct sample {
	json_t *items;
	bool whole; /* there are no more objects */
};

/* At most SAMPLE_MOST objects of TARGET?QUERY (NULL: no query), page by page. False where a page
 * could not be read; the check has its verdict then. */
bool collect_read(struct judge *judge, const char *target, const char *query, const char *key,
		  struct sample *out) MUST_USE;
void sample_release(struct sample *sample);

/* The unfiltered collection, read once a version; borrowed. Skips where it is not there. */
bool collect_sample(struct judge *judge, const char *target, const char *key,
		    struct sample *out) MUST_USE;

/* sourcedId of an element, "" where there is none. */
const char *collect_id(const json_t *list, size_t i);
/* The index of the object with this id; -1: none. */
int collect_find(const json_t *list, const char *id);

/* What stands at the dotted path @field: an array of its values, through arrays on the way.
 * *@many (may be NULL) says whether there was one. Returns (json_decref). */
json_t *collect_values(const json_t *object, const char *field, bool *many) MUST_USE;
/* A scalar as a filter writes it. Returns (free), NULL for what is no scalar. */
char *collect_text(const json_t *value) MUST_USE;

/* A lineItem of ours beside the base one, of the same class and with SECOND_MAX in place of its
 * resultValueMax; written once a version. Borrowed; NULL with a verdict. */
#define SECOND_MAX 9 /* as text it is behind 10, as a number before it */
const char *collect_second_line_item(struct judge *judge);

/* X-Total-Count of the last answer; -1: none, or no number. */
int64_t collect_total(struct judge *judge);

/* Fails unless the last answer is one of these two refusals. */
bool collect_refused(struct judge *judge, long status, long other);
/* Fails unless the last answer's minor code is @minor; blanks, underscores, case and -ize count
 * for nothing. */
bool collect_minor(struct judge *judge, const char *minor);

#endif
