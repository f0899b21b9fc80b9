/*
 * deviations.h - where the answers of a provider depart from the schema, each kind once.
 *
 * A kind is an operation, a rule and a place in the body, its indices left open; it is
 * counted, and the first of it is kept as an example.
 */
#ifndef CANVAS_DEVIATIONS_H
#define CANVAS_DEVIATIONS_H

#include "conformance/canvas/transport.h"

struct deviations {
	json_t *kinds;      /* by operation, rule and place */
	const json_t *ours; /* set of sourcedIds; what an object of ours lacks is our doing;
			     * borrowed, may be NULL */
	size_t answers;     /* that were looked at */
	size_t errors, warnings;
};

void deviations_init(struct deviations *deviations, const json_t *ours);
void deviations_release(struct deviations *deviations);

/* Looks at an answer: the data of a success, the status body of a refusal. What does not
 * lie below a service root, or never came, is passed over. */
void deviations_take(struct deviations *deviations, const struct transport *transport,
		     const struct call *call);

/* The kinds, in the order in which they were met: [{"operation","rule","pointer","count",
 * "severity","source","found","expected","target"}]. Returns (json_decref). */
json_t *deviations_list(const struct deviations *deviations) MUST_USE;

/* One of them as a line for a person. */
void deviation_format(const json_t *kind, struct str *out);

#endif
