/*
 * provider.h - a second OneRoster provider, small and right, that is wrong on purpose.
 *
 * It shares no code with server/ nor core/oneroster/, so that the judge cannot agree with
 * our own mistakes. Without a fault it is what the texts of 1.1 and 1.2 say, over a small
 * district (README.md); with one it is wrong in exactly that respect.
 */
#ifndef TESTS_PROVIDER_PROVIDER_H
#define TESTS_PROVIDER_PROVIDER_H

#include <stddef.h>

/* What is wrong. Requests are named like "GET /lineItems/ID" in 1.1 and like
 * "GET gradebook/lineItems/ID" in 1.2: ids are replaced. */
enum fault_kind {
	FAULT_NONE,
	FAULT_BEHAVES, /* `what` names a behaviour, see behaviours.c; `text` is its argument */
	FAULT_STATUS,  /* answers `number` in place of the right status */
	FAULT_BODY,    /* answers with `text` as body */
	FAULT_HEADER,  /* header `what` becomes `text`; NULL: it is left out */
	FAULT_EDIT,    /* the member at the path `what` becomes the JSON `text`; NULL: it is gone;
			* "*" in the path is every element */
	FAULT_REFUSES, /* a PUT whose member `what` fits the test `text` is refused */
};

struct fault_row {
	const char *check; /* the check that must see it */
	enum fault_kind kind;
	const char *request; /* NULL: any */
	const char *what, *text;
	int number; /* FAULT_STATUS; also: only when the right status is this one, FAULT_BODY */
	int also;   /* how many other checks cannot help seeing it, -1: any number */
};

/* The names of behaviours, in the order of behaviours.c; NULL behind the last. */
const char *provider_behaviour(size_t index);

struct provider;

/* On a free port of 127.0.0.1; @fault (borrowed) may be NULL. */
struct provider *provider_start(const struct fault_row *fault);
const char *provider_url(const struct provider *provider); /* http://127.0.0.1:PORT */
void provider_stop(struct provider *provider);

#define PROVIDER_CREDENTIAL "vendor-key:vendor-secret"

#endif
