/*
 * rule.h - a rule for clients, and what it may ask and say while it looks at one.
 */
#ifndef CONSUMER_RULE_H
#define CONSUMER_RULE_H

#include "conformance/canvas/connection.h"
#include "conformance/consumer/journal.h"

enum rule_level { RULE_MUST, RULE_SHOULD };

#define NEEDS_START 1      /* what came before the journal could change the verdict */
#define NEEDS_ANSWERS 2    /* so could an answer that was cut */
#define NEEDS_CONNECTION 4 /* --connection */

struct trial;

struct rule {
	const char *id;
	enum rule_level level;
	unsigned needs;
	const char *clause;  /* document and section */
	const char *title;   /* what is right, as a sentence */
	const char *nothing; /* why there was nothing to look at: "no lineItem was written" */
	void (*look)(struct trial *trial);

	/* arguments of look, where several rows share it */
	const char *operation, *member;
};

/* Ends with a row whose id is NULL. */
extern const struct rule auth_rules[], order_rules[], write_rules[], repeat_rules[], body_rules[],
	read_rules[], connection_rules[];

#define BREACHES_SHOWN 5 /* exchanges of breaches that a report keeps */

/* One rule and one client. */
struct trial {
	const struct rule *rule;
	const struct connection *connection; /* NULL: not known */
	const struct exchange **items;       /* of this client, oldest first */
	size_t count;
	size_t seen, breaches;
	char *first;      /* what the first breach was */
	char *unfit;      /* why the rule says nothing, set by trial_unfit() */
	json_t *culprits; /* journal items of the first breaches */
	struct arena arena;
};

/* There was something that could have been wrong. */
void trial_saw(struct trial *trial);
/* It was wrong. */
void trial_breach(struct trial *trial, const struct exchange *exchange, const char *format, ...)
	PRINTF(3, 4);
/* The rule does not apply to such a client. */
void trial_unfit(struct trial *trial, const char *format, ...) PRINTF(2, 3);

/* "PUT /lineItems/x": what a sentence calls an exchange. */
const char *trial_name(struct trial *trial, const struct exchange *exchange);

/* Sets of texts as JSON objects; a NULL text is in none. */
bool set_has(const json_t *set, const char *text);
void set_add(json_t *set, const char *text);

/* The class of each lineItem that the client wrote or read: {id: class}. (json_decref) */
json_t *trial_classes(const struct trial *trial) MUST_USE;

#endif
