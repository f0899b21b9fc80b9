/*
 * ledger.c - what the server acknowledged, object by object.
 */
#include "tests/crash/ledger.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"

void ledger_init(struct ledger *ledger)
{
	memset(ledger, 0, sizeof *ledger);
	pthread_mutex_init(&ledger->mutex, NULL);
	for (int i = 0; i < KEYS; i++) {
		struct key *key = &ledger->keys[i];
		int writer = i / KEYS_EACH, n = i % KEYS_EACH;

		key->is_item = n >= RESULTS_EACH;
		snprintf(key->id, sizeof key->id, "%c-%d-%d", key->is_item ? 'i' : 'r', writer,
			 key->is_item ? n - RESULTS_EACH : n);
		key->next = 1;
	}
}

void ledger_release(struct ledger *ledger)
{
	pthread_mutex_destroy(&ledger->mutex);
	free(ledger->bulks);
}

struct key *ledger_find(struct ledger *ledger, const char *id)
{
	int writer, n, end = 0;
	char kind;

	if (sscanf(id, "%c-%d-%d%n", &kind, &writer, &n, &end) != 3 || id[end] ||
	    (kind != 'r' && kind != 'i') || writer < 0 || writer >= WRITERS || n < 0 ||
	    n >= (kind == 'r' ? RESULTS_EACH : ITEMS_EACH))
		return NULL;
	return &ledger->keys[writer * KEYS_EACH + n + (kind == 'i' ? RESULTS_EACH : 0)];
}

void key_send(struct key *key, int version)
{
	if (version == ABSENT) {
		key->is_deleted = true;
		return;
	}
	key->first = key->first ? key->first : version;
	key->last = version;
}

void key_settle(struct key *key, int version)
{
	key->version = version;
	key->first = key->last = 0;
	key->is_deleted = false;
}

bool key_may_be(const struct key *key, int version)
{
	return version == key->version || (version == ABSENT && key->is_deleted) ||
	       (key->first && version >= key->first && version <= key->last);
}

int ledger_begin_bulk(struct ledger *ledger, int size)
{
	pthread_mutex_lock(&ledger->mutex);

	int number = (int)ledger->count;

	GROW(ledger->bulks, ledger->count, ledger->room);
	ledger->bulks[ledger->count++] = (struct bulk){ .number = number, .size = size };
	pthread_mutex_unlock(&ledger->mutex);
	return number;
}

void ledger_end_bulk(struct ledger *ledger, int number)
{
	pthread_mutex_lock(&ledger->mutex);
	ledger->bulks[number].is_told = true;
	pthread_mutex_unlock(&ledger->mutex);
}

void ledger_trouble(struct ledger *ledger, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	pthread_mutex_lock(&ledger->mutex);
	if (!*ledger->trouble)
		vsnprintf(ledger->trouble, sizeof ledger->trouble, format, list);
	pthread_mutex_unlock(&ledger->mutex);
	va_end(list);
}
