/*
 * internal.h - what the files of a sync share.
 */
#ifndef CANVAS_INTERNAL_H
#define CANVAS_INTERNAL_H

#include "conformance/canvas/answer.h"
#include "conformance/canvas/deviations.h"
#include "conformance/canvas/plan.h"
#include "conformance/canvas/sync.h"

struct sync {
	const struct sync_options *options;
	const struct connection *connection;
	struct plan plan;
	int stage;
	bool failed;    /* the sync as a whole */
	bool contacted; /* the SIS has answered something */
	size_t sent_line_items, sent_results, unchanged, failures;
	size_t exempt;
	struct deviations answers; /* how they depart from the schema */
	json_t *errors, *puts;     /* puts: of a dry run */
	size_t errors_left_out;
	struct err fatal; /* unreachable at first contact, or the ledger */
};

/* Notes an error with what the dictionary knows. @http 0: the client's own. */
void sync_error(struct sync *sync, const char *phase, long http, const char *text,
		const struct item *item, const struct student *student);
/* Ends the sync at this stage. */
void sync_fail(struct sync *sync, const char *phase, long http, const char *text);

/* Steps 3 and 4: category, period, id and body of each lineItem that is needed. */
void prepare_items(struct sync *sync);
/* Step 5. */
void put_items(struct sync *sync);
/* Steps 6 to 8. */
void put_results(struct sync *sync);

/* Step 6: the ids of the results that the SIS has already. What gets none here gets a new
 * one when it is sent. A class whose results cannot be read is blocked. */
void match_results(struct sync *sync);
void new_id(const struct sync *sync, struct score *score);
/* Whether the scores of an item go out at all. */
bool scores_go(const struct sync *sync, const struct item *item);
/* Whether the SIS chooses the ids. */
bool is_modified(const struct sync *sync);

/* The JSON of a lineItem. Returns (free). */
char *line_item_body(const struct sync *sync, const struct item *item) MUST_USE;

/* The JSON of results, one after the other; those of an item have most in common. */
struct result_bodies {
	const struct sync *sync;
	const struct item *item; /* of the last one */
	json_t *values;          /* what the templates see */
	json_t *without;         /* fields that are left out */
	bool whole;              /* the templates ask for more than is kept of a submission */
};

void result_bodies_init(struct result_bodies *bodies, const struct sync *sync);
void result_bodies_release(struct result_bodies *bodies);
/* Returns (free). */
char *result_body(struct result_bodies *bodies, const struct item *item,
		  const struct score *score) MUST_USE;

/* A reference as Canvas writes it. Returns (json_decref). */
json_t *reference(const struct sync *sync, const char *collection, const char *id,
		  const char *type) MUST_USE;

/* The score as the ledger writes it. */
void score_text(const struct score *score, char out[static 32]);

#endif
