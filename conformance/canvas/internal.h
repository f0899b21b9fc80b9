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
	struct err fatal;          /* unreachable at first contact, or the ledger */
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

/* The JSON of a lineItem or result. Returns (free). */
char *line_item_body(const struct sync *sync, const struct item *item) MUST_USE;
char *result_body(const struct sync *sync, const struct item *item,
		  const struct score *score) MUST_USE;

/* A reference as Canvas writes it. Returns (json_decref). */
json_t *reference(const struct sync *sync, const char *collection, const char *id,
		  const char *type) MUST_USE;

/* The score as the ledger writes it. */
void score_text(const struct score *score, char out[static 32]);

#endif
