/*
 * shared.h - run functions of rows in more than one suite; each says which arguments of its row
 * it reads.
 */
#ifndef CHECKS_SHARED_H
#define CHECKS_SHARED_H

#include "conformance/checks/district.h"

/* `data` of run_leads: references of the objects of a collection, and where they lead. */
struct reference {
	const char *member;   /* may be a path: "roles.org" */
	const char *to;       /* collection */
	const char *singular; /* wrapper key of one */
};

/* rostering_read.c */

/* GET target answers with its wrapper key and objects. */
void run_lists(struct judge *judge, const struct check *check);
/* The first object of target can be read by itself, and is the one that was asked for. */
void run_one(struct judge *judge, const struct check *check);
/* An object of target is by itself what the collection shows. */
void run_same(struct judge *judge, const struct check *check);
/* GET target is 404. */
void run_unknown(struct judge *judge, const struct check *check);
/* No sourcedId comes twice in target. */
void run_unique_ids(struct judge *judge, const struct check *check);

/* rostering_refs.c: what the references of target lead to can be read. */
void run_leads(struct judge *judge, const struct check *check);

/* rostering_user.c */

/* Every active object of target has the text key; body: only users with that role. */
void run_text(struct judge *judge, const struct check *check);
/* A token for the scope key alone gets status from GET target. */
void run_scope(struct judge *judge, const struct check *check);

/* gpb_category.c */

/* The class that metadata.classId binds the category to; NULL: none. */
const char *category_class(const json_t *category);
/* Whether it is global or bound to the class. */
bool category_serves(const json_t *category, const char *class_id);
const char *category_title(const json_t *category); /* "": none */
/* What Canvas chooses among for the judged class where it reads all categories: those that serve
 * it, in the provider's order. Where there are none the check is skipped. Returns (json_decref). */
json_t *category_candidates(struct judge *judge) MUST_USE;

#endif
