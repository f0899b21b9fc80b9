/*
 * walk.h - the operations of the standard's own lists, tests/standard/operations-*.tsv,
 * called as a client would.
 *
 * The lists drive the walk, not the tables of the program. Ids are those of the small
 * district (district.h).
 */
#ifndef TESTS_HTTP_WALK_H
#define TESTS_HTTP_WALK_H

#include "oneroster/vocab.h"
#include "tests/http/district.h"

/* A row of a list. */
struct listed {
	unsigned version;
	const char *service, *name, *method, *path, *success;
	const char *request_key, *response_key; /* "-", "(empty body)": none */
	const char *scopes;                     /* "a | b": any of them */
};

/* Those of 1.1 first. */
#define LISTED_11 61
#define LISTED (LISTED_11 + 81)
extern struct listed listed[LISTED];

/* Reads both lists, once. */
void walk_read(void);

#define SCOPES_11 "https://purl.imsglobal.org/spec/or/v1p1/scope/"
#define SCOPES_12 "https://purl.imsglobal.org/spec/or/v1p2/scope/"
#define UNKNOWN_ID "no-such-id"

/* "/ims/oneroster/..." of a service; free(). */
char *walk_root(unsigned version, const char *service);
/* The URL of a row: a known id at every place but the @strange-th (-1: none), which gets
 * UNKNOWN_ID; @last (may be NULL) in place of the last one. free(). */
char *walk_url(const struct server *server, const struct listed *row, int strange,
	       const char *last);
int walk_ids(const struct listed *row); /* places for ids in the path */
/* A body that the operation takes, or NULL; free(). */
char *walk_body(const struct listed *row);
/* Whether the list has @method for the path of @row, HEAD with GET. */
bool walk_has(const struct listed *row, const char *method);

/* One request; @credentials is a header, NULL signs with OAuth 1.0a. */
void walk_call(struct answer *answer, const char *method, const char *url, const char *credentials,
	       const char *body);

/* Calls the operation with @credentials and checks everything that it promises. What it
 * makes is removed again. */
void walk_works(const struct server *server, const struct listed *row, const char *credentials);

/* Fails unless @answer is a refusal as @version writes it; @minor as 1.1 spells it.
 * Returns the description. */
const char *walk_refused(const struct answer *answer, unsigned version, const char *name,
			 long status, const char *minor);

#endif
