/*
 * list.h - a page of a list and how many there are, by the cheapest way that is exact.
 *
 * A whole collection knows its number (tally) and where its pages begin (fences). What a filter
 * leaves is counted and read under a limit on the loop; what would take longer runs on a thread
 * for scans, which keeps what it found until the next commit.
 */
#ifndef API_LIST_H
#define API_LIST_H

#include "server/api/api.h"
#include "server/query/filter.h"
#include "server/query/page.h"
#include "server/query/select.h"

/* What the query string asks of a collection. */
struct wish {
	struct page page;
	struct order order;
	struct filter filter;
	bool filtered;
};

#define CONDITION_ALL "(1)" /* leaves nothing out */

/* Who reads. On the writer's connection others have not committed yet: what is known of the
 * last commit does not hold there. */
struct reader {
	struct conn *conn;
	enum { ON_LOOP, ON_SCAN, ON_WRITER } where;
	bool too_long; /* out: on the loop, it was given up and belongs on a thread for scans */
	bool (*stop)(void *payload); /* ON_SCAN */
	void *payload;
};

/* Writes the page and the headers about it. False with @err, or with reader->too_long. */
bool list_answer(struct context *context, struct reader *reader, const struct sql *condition,
		 struct wish *wish, struct err *err) MUST_USE;

#endif
