/*
 * plan.h - from a course to what may be sent: pure, no network, no ledger.
 *
 * One item per assignment and section: a lineItem of that section's class with
 * the scores of its students. What falls out is counted by reason, once.
 */
#ifndef CANVAS_PLAN_H
#define CANVAS_PLAN_H

#include "conformance/canvas/course.h"

struct item;

struct score {
	const struct submission *submission;
	const struct student *student;
	const char *status; /* scoreStatus */
	bool has_value;     /* false: null */
	double value;

	/* filled by the sync */
	bool send;
	char *id;                /* the result's sourcedId; NULL: not known yet; owned */
	const struct item *item; /* set when it is sent */
};

struct item {
	const struct assignment *assignment;
	const struct section *section;
	const char *due_at; /* NULL: none */
	struct score *scores;
	size_t count, room;
	size_t next; /* item of the same assignment, + 1; 0: none */

	/* filled by the sync */
	size_t to_send;
	json_t *category, *period; /* references or null; NULL: the field is left out */
	char *id;                  /* the lineItem's sourcedId; owned */
	char *body, *hash;         /* owned */
	bool known;                /* the ledger has its id */
	bool put;                  /* the lineItem has to be sent */
	bool failed;               /* the SIS refused the lineItem */
	bool blocked;              /* nothing of it can be sent; an error says why */
	bool matched;              /* its scores were looked for among those of the SIS */
};

struct plan {
	struct item *items;
	size_t count, room;
	size_t *first;     /* of each assignment: its last item, + 1; 0: none */
	json_t *filtered;  /* reason -> count */
	json_t *warnings;  /* [{"code","text","object"}] */
	size_t candidates; /* assignments that may be sent */
};

struct plan_options {
	const struct connection *connection;
	const char *const *select; /* ids; NULL: all */
	size_t select_count;
	int64_t now;
	bool remaster; /* the window is for ordinary syncs only */
};

void plan_make(struct plan *plan, const struct course *course, const struct plan_options *options);
void plan_release(struct plan *plan);

/* Counts one more object that is not sent for @reason. */
void plan_filter(struct plan *plan, const char *reason, size_t count);
void plan_warn(struct plan *plan, const char *code, const char *object, const char *format, ...)
	PRINTF(4, 5);

/* What a reason of `filtered` means, for a person; the reason itself if unknown. */
const char *reason_text(const char *reason);

#endif
