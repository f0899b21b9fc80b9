/*
 * ledger.h - what the server acknowledged, object by object.
 *
 * An object's content is its version: title or comment say it, and so does another field, so that
 * a half-written one shows. A writer owns its keys and writes one after the other: of each, at
 * most one write is in flight.
 */
#ifndef TESTS_CRASH_LEDGER_H
#define TESTS_CRASH_LEDGER_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/util.h"

#define WRITERS 8
#define RESULTS_EACH 150
#define ITEMS_EACH 12
#define KEYS_EACH (RESULTS_EACH + ITEMS_EACH)
#define KEYS (WRITERS * KEYS_EACH)
#define ABSENT 0

struct key {
	char id[24];
	bool is_item;
	int version;     /* acknowledged; ABSENT: none, or deleted */
	int first, last; /* versions that were sent since and not acknowledged; 0: none */
	bool is_deleted; /* a deletion was sent since and not acknowledged */
	int next;        /* version */
	int found;       /* while what is stored is read */
};

/* A POST of many results: they share a token, which is in the comment. */
struct bulk {
	int number, size;
	bool is_told; /* that they are stored */
	int found;    /* while what is stored is read */
};

struct ledger {
	struct key keys[KEYS];
	pthread_mutex_t mutex; /* guards what follows */
	struct bulk *bulks;
	size_t count, room;
	long acknowledged;
	bool may_lose; /* then it is only counted */
	long lost;
	char trouble[512]; /* an answer that nobody should get; "": none */
};

void ledger_init(struct ledger *ledger);
void ledger_release(struct ledger *ledger);
/* Of the id "r-W-N" or "i-W-N"; NULL for any other. */
struct key *ledger_find(struct ledger *ledger, const char *id);
/* @version (ABSENT: a deletion) is sent; it was acknowledged. */
void key_send(struct key *key, int version);
void key_settle(struct key *key, int version);
/* Whether it may be what is stored. */
bool key_may_be(const struct key *key, int version);
/* The number of a new bulk of @size that is in flight. */
int ledger_begin_bulk(struct ledger *ledger, int size);
void ledger_end_bulk(struct ledger *ledger, int number);
void ledger_trouble(struct ledger *ledger, const char *format, ...) PRINTF(2, 3);

#endif
