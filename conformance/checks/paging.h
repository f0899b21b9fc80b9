/*
 * paging.h - what the checks of pages share. They look at the users, of which every provider of
 * rostering has the most.
 */
#ifndef CHECKS_PAGING_H
#define CHECKS_PAGING_H

#include "conformance/checks/collect.h"

#define PAGED "/users"
#define PAGED_KEY "users"
#define FILTER_ALL "filter=status%3D%27active%27"

/* How many users there are; -1 with a verdict. Skips where there are fewer than @least. */
int64_t paging_total(struct judge *judge, int64_t least);

/* One page of users; NULL with a verdict. Returns (json_decref). */
json_t *paging_page(struct judge *judge, int64_t limit, int64_t offset, const char *more) MUST_USE;

/* The target of rel=@rel in the Link header of the last answer; NULL: none. Returns (free). */
char *paging_link(struct judge *judge, const char *rel) MUST_USE;

/* Follows a link of the provider's and gives its page; skips where it leads to another server,
 * which gets no token of ours. Returns (json_decref); NULL with a verdict. */
json_t *paging_follow(struct judge *judge, const char *rel, const char *link) MUST_USE;

/* Fails unless both lists hold the same objects in the same order; @what names the first. */
void paging_same(struct judge *judge, const char *what, const json_t *found, const json_t *wanted,
		 size_t from);

#endif
