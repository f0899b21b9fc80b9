/*
 * query.h - what a filter and an order mean, computed from objects that came without either.
 *
 * Where the texts leave a reading open (case, absent values) an object may come or not.
 */
#ifndef CHECKS_QUERY_H
#define CHECKS_QUERY_H

#include "conformance/checks/collect.h"

enum fits { NO, MAYBE, YES };

struct predicate {
	char *field, *value;
	char operator[3];
};

/* One predicate, or two joined by AND or OR: what the grammar of 1.1, section 8.3, allows. */
struct condition {
	struct predicate items[2];
	size_t count;
	bool either; /* OR */
	char *blank; /* what stands between two predicates: " AND ", " or " */
};

/* Reads  familyName='Smith' AND status!='x' . BUG for what does not fit the grammar: the texts are
 * those of our rows. */
void condition_parse(struct condition *condition, const char *text);
void condition_release(struct condition *condition);
/* The same of a text whose values may be holes: {value}, {part} and {swapped} of one of @items,
 * {other} of the one behind it, {two} and {last} of its several, {quoted} with a quote in it; the
 * field metadata.* is any of its metadata. Filled so that some of @items fit (@least: what counts
 * as that) and some do not; a text without holes is taken as it is. False: nothing tells them
 * apart.
 */
bool condition_choose(struct condition *condition, const char *text, const json_t *items,
		      enum fits least);
/* As a filter writes it. Returns (free). */
char *condition_text(const struct condition *condition) MUST_USE;
enum fits condition_fits(const struct condition *condition, const json_t *object);

/* How two values stand to one another: below 0, 0, above 0; numbers by value, dates by instant.
 * *@sure is false where readings differ: accents, case, punctuation. */
int query_order(const json_t *a, const json_t *b, bool *sure);
/* The same by Unicode code point. */
int query_order_exact(const json_t *a, const json_t *b);

#endif
