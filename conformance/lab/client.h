/*
 * client.h - the Canvas side of a lab: its connection, what mocksis.json says, and its syncs.
 */
#ifndef LAB_CLIENT_H
#define LAB_CLIENT_H

#include "base/random.h"
#include "conformance/canvas/connection.h"
#include "conformance/lab/lab.h"

/* connection.json as it is now. Release it in any case. */
bool client_connection(const struct lab *lab, struct connection *connection,
		       struct err *err) MUST_USE;

/* Sets members of connection.json; what the client would not take is refused and not written. */
bool client_set_connection(const struct lab *lab, const json_t *members, struct err *err) MUST_USE;

/* Sets members of "sync" in mocksis.json: sis, credential, now, as mocksis sync calls them. */
bool client_set(const struct lab *lab, const json_t *members, struct err *err) MUST_USE;

/* A member of it. Returns (free); NULL: it is not there. */
char *client_get(const struct lab *lab, const char *name, struct err *err) MUST_USE;

/* What `mocksis sync COURSE --config mocksis.json FLAGS` does, without a word. @flags: an array
 * of --remaster, --clear-integration and --select ID. Returns the report (json_decref); NULL
 * when there is none. */
json_t *client_sync(const struct lab *lab, const json_t *flags, struct random *random,
		    struct err *err) MUST_USE;

/* One request to the SIS with the lab's credential, as another program would send it. ERR_INVALID
 * when it is refused. @target is below the root of 1.1. */
bool client_request(const struct lab *lab, const json_t *request, struct err *err) MUST_USE;

#endif
