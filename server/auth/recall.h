/*
 * recall.h - texts that are remembered until an instant: tokens.
 *
 * Bounded: what has expired goes, and a full memory takes nothing new.
 */
#ifndef AUTH_RECALL_H
#define AUTH_RECALL_H

#include <jansson.h>
#include "base/util.h"

struct recall;

struct recall *recall_new(size_t most) MUST_USE;
void recall_free(struct recall *recall);

enum recall_result { RECALL_ADDED, RECALL_KNOWN, RECALL_FULL };

/* Remembers @key until @until; @now decides what has expired. @note is copied
 * and may be NULL. Safe to call from several threads. */
enum recall_result recall_add(struct recall *recall, const char *key, const char *note,
			      int64_t until, int64_t now);
/* Whether @key is remembered, expired or not: *@until and the @note (from the
 * heap, free(), NULL when it has none). */
bool recall_find(struct recall *recall, const char *key, int64_t *until, char **note);

/* Asks @edit for every note: what it returns (from the heap) replaces the note, NULL leaves
 * it. @edit must not use the recall. */
typedef char *recall_edit(const char *note, void *payload);
void recall_change(struct recall *recall, recall_edit *edit, void *payload);

/* @key expires at @until, unless it does so earlier; or is not remembered any more. */
void recall_expire(struct recall *recall, const char *key, int64_t until);
void recall_forget(struct recall *recall, const char *key);

#endif
