/*
 * journal.h - a sandbox's journal as one who judges clients reads it (docs/journal.md).
 *
 * Every exchange is parsed once: which operation, which objects, what it wrote or read. What
 * the journal does not hold is told, never guessed.
 */
#ifndef CONSUMER_JOURNAL_H
#define CONSUMER_JOURNAL_H

#include <jansson.h>
#include "base/arena.h"
#include "base/err.h"
#include "base/oauth1.h"
#include "base/url.h"
#include "oneroster/operations.h"

#define RUN_PAUSE_MS 10000 /* a silence that begins a new run */

/* All texts and JSON are borrowed from the journal. */
struct exchange {
	const json_t *item; /* as the control API gives it */
	int64_t id;
	int64_t at;           /* the sandbox's clock when it began */
	int64_t began, ended; /* real time */
	const char *method, *target, *operation, *refusal, *client;
	int status;
	unsigned version;               /* V11 or V12 */
	const struct operation *row;    /* NULL: none of OneRoster's */
	const char *ids[OPERATION_IDS]; /* those of the path, decoded */
	size_t id_count;
	struct pairs query; /* decoded, empty when it cannot be */
	const json_t *request_headers, *response_headers;
	json_t *body, *answer; /* NULL: none, no JSON, or cut */
	json_t *objects;       /* array: what a GET answered, what a PUT sent; NULL: none */
	bool body_cut, answer_cut;
	bool disturbed; /* a fault rule acted: what the client got is not surely what stands here */
	bool renewal;   /* a token request after a 401, or after the last token's life */
	unsigned run;   /* of its client: 0, 1, ... */
	struct oauth1
		*oauth1; /* what the Authorization header says, NULL: it is none of that kind */
};

struct journal {
	struct exchange *items; /* oldest first */
	size_t count, room;
	bool complete;    /* it holds all from the beginning */
	char *incomplete; /* else why, as a sentence */
	int64_t cut;      /* first exchange with an answer that was cut; 0: none */
	json_t *clients;  /* [ids], those to be judged, in order of appearance */
	size_t strangers; /* exchanges of addresses that belong to none of several clients */
	struct arena arena;
};

/* @items as in the list of the control API; @forgotten: how many the server says it has
 * dropped, -1 when it does not say (then the first id tells). */
void journal_read(struct journal *journal, const json_t *items, int64_t forgotten);
void journal_release(struct journal *journal);

/* Header of a request or response without regard to case; NULL: absent. */
const char *exchange_header(const json_t *headers, const char *name);
bool exchange_is(const struct exchange *exchange, const char *operation);
bool exchange_succeeded(const struct exchange *exchange); /* 2xx */
/* Whether it reads objects of @entity. */
bool exchange_reads(const struct exchange *exchange, const struct entity *entity);
/* Whether it is right to send it again: nothing came, or it may work another time. */
bool exchange_may_come_again(const struct exchange *exchange);

/* What a PUT wrote, without its wrapper; NULL: nothing that can be read. */
const json_t *exchange_object(const struct exchange *exchange);
/* The id that a reference of it names ("lineItem"); NULL: none. */
const char *exchange_reference(const struct exchange *exchange, const char *member);
/* The id under which the provider keeps it: that of the answer, else that of the path. */
const char *exchange_object_id(const struct exchange *exchange);
const char *reference_id(const json_t *object, const char *member);

#define LONGEST_MS                                                                    \
	(INT64_C(10) * 365 * 24 * 3600 * 1000) /* that anything in a journal may last \
						*/

/* How long the token lives that @exchange gave, in milliseconds; LONGEST_MS where nothing sensible
 * is said. */
int64_t token_life(const struct exchange *exchange);

#endif
