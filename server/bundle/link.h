/*
 * link.h - rows of link files: each is a part of one field of an object.
 *
 * roles.csv holds elements of users.roles, classResources.csv elements of
 * classes.resources, lineItemScoreScales.csv the value of lineItems.scoreScale, and the
 * learning objectives are gathered by their source (fact sheet 1.2, section 11.2).
 */
#ifndef BUNDLE_LINK_H
#define BUNDLE_LINK_H

#include "oneroster/cell.h"
#include "oneroster/files.h"

#define LINK_COLUMNS 12

/* Which cell of a row means what. */
struct link {
	const struct csv_file *file;
	const struct field *field;
	int count;
	struct csv_column columns[CSV_COLUMNS];
	struct {
		const struct field *sub;   /* member of an element; NULL: none */
		const struct field *inner; /* member of the objects in that member */
	} to[LINK_COLUMNS];
	int owner, target;      /* columns; target -1: the field holds objects */
	const struct field *id; /* the member that the row's sourcedId is; NULL: none */
};

void link_init(struct link *link, const struct csv_file *file);

/* Whether a row cannot be used without a value in this column. */
bool link_needs(const struct link *link, int column);

/* The part of the field that a row says: a sourcedId as a string, or an element. On
 * failure *@column is that of the culprit. Returns (json_decref). */
json_t *link_read(const struct link *link, const char *const cells[static LINK_COLUMNS],
		  int *column, struct err *err) MUST_USE;

/* Puts a part into the list of @owner, in place of what has its id, or takes it out. */
void link_apply(const struct link *link, json_t *list, const char *owner, const char *id,
		const json_t *part, bool remove);

/* The rows that say a value, one call each; the common columns but for the sourcedId are
 * left empty. What they cannot say is left out. */
typedef void link_fn(const char *const cells[static LINK_COLUMNS], void *payload);
void link_rows(const struct link *link, const char *owner, const struct value *value, link_fn *row,
	       void *payload);

/* Whether those rows, read again, are the value. */
bool link_says(const struct link *link, const char *owner, const struct value *value);

#endif
