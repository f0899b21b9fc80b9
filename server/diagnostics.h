/*
 * diagnostics.h - what a strict reader would have said about what was taken, kept per
 * sandbox (contract, section 2: `diagnostics` of the control API).
 *
 * Bounded: the oldest notes go, and long texts are cut. Safe to use from several threads.
 */
#ifndef SERVER_DIAGNOSTICS_H
#define SERVER_DIAGNOSTICS_H

#include "base/jsonw.h"
#include "base/util.h"

struct diagnostics;

#define DIAGNOSTIC_TEXT 300 /* characters that are kept of each text */

struct diagnostic {
	int64_t at;                    /* the sandbox's clock */
	const char *object;            /* lineItems/li-1 */
	const char *pointer, *rule;    /* JSON pointer into the body */
	const char *severity, *source; /* error or warning; clause or row of a field list */
	const char *found, *expected;
};

struct diagnostics *diagnostics_new(size_t most) MUST_USE;
void diagnostics_free(struct diagnostics *diagnostics);
void diagnostics_add(struct diagnostics *diagnostics, const struct diagnostic *diagnostic);
/* Writes one as a JSON object. */
void diagnostic_write(const struct diagnostic *diagnostic, struct jsonw *w);
/* Writes {"items": [...]}, oldest first. */
void diagnostics_write(struct diagnostics *diagnostics, struct jsonw *w);

#endif
