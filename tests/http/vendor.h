/*
 * vendor.h - the scripted provider as a test asks it: its URLs, its tokens, its ids.
 */
#ifndef TESTS_HTTP_VENDOR_H
#define TESTS_HTTP_VENDOR_H

#include "tests/http/harness.h"
#include "tests/provider/provider.h"

struct vendor {
	struct provider *provider;
	const char *url;
	char bearer[BEARER]; /* a header with a token of every scope */
};

void vendor_start(struct vendor *vendor, const struct fault_row *fault);
void vendor_stop(struct vendor *vendor);

/* "1/users" is below the root of 1.1, "r/", "g/" and "s/" below those of rostering,
 * gradebook and resources in 1.2; anything else is below the host. Returns (free). */
char *vendor_url(const struct vendor *vendor, const char *target);
/* A header with a token of these scopes. Returns (free). */
char *vendor_token(const struct vendor *vendor, const char *scopes);
/* One request with vendor->bearer; @body may be NULL. */
void vendor_ask(const struct vendor *vendor, struct answer *answer, const char *method,
		const char *target, const char *body);
/* The sourcedIds of the only array in the answer: "a b"; "-" when there is none, or when
 * it is of other things. Returns (free). */
char *vendor_ids(const struct answer *answer);

#endif
