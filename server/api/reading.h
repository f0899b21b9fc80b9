/*
 * reading.h - one read transaction for all that a loop reads in one pass.
 *
 * To begin and to end a transaction costs as much as to read an object. So a thread that
 * announces its passes keeps a reader, its transaction and the sandbox's database for the
 * whole of a pass; when a commit came meanwhile, the transaction begins anew, so that who was
 * told of a write reads it. No longer than a pass, so that the WAL is never pinned.
 */
#ifndef API_READING_H
#define API_READING_H

#include "server/registry.h"

/* Of the calling thread. Without a pass a reading ends with reading_end(). */
void reading_pass_begin(void);
void reading_pass_end(void);

/* A connection in a transaction that sees every write that anybody was told of; @sandbox is
 * pinned by the caller. Returns (reading_end, before another one begins on this thread). */
struct conn *reading_begin(struct registry *registry, struct sandbox *sandbox,
			   struct err *err) MUST_USE;
/* @good: the transaction may be read on. */
void reading_end(struct sandbox *sandbox, struct conn *conn, bool good);

#endif
