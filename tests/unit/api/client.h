/*
 * client.h - a provider without a socket: one sandbox with the demo district, and
 * requests that wait for their answer.
 */
#ifndef UNIT_API_CLIENT_H
#define UNIT_API_CLIENT_H

#include <jansson.h>
#include "server/api/api.h"

#define V1 "/ims/oneroster/v1p1"
#define ROSTERING_V2 "/ims/oneroster/rostering/v1p2"
#define GRADEBOOK_V2 "/ims/oneroster/gradebook/v1p2"

struct answer {
	int status;
	json_t *json;                           /* NULL: no body, or none that is JSON */
	char *text;                             /* the body */
	char *allow, *link, *total, *challenge; /* headers; challenge: WWW-Authenticate */
	const char *minor, *description;        /* of a status body of either version; else NULL */
	char *why;                              /* what the log says */
};

struct provider {
	struct registry registry;
	struct sandbox *sandbox;   /* "default" */
	const char *authorization; /* sent with every request; NULL: none */
};

/* A provider with the demo district that lets everybody in. @quirks and @rest are
 * members of a profile that extends the standard: "\"title.max\": 30". */
void provider_open(struct provider *provider, const char *quirks, const char *rest);
/* The same with rows of the test's own; takes @store. */
void provider_open_with(struct provider *provider, struct store *store, const char *quirks,
			const char *rest);
void provider_close(struct provider *provider);

/* Handles a request to its end, whoever completes it; delays pass at once. */
void provider_handle(struct provider *provider, struct request *request, struct response *response);

/* Sends a request and waits for the answer (answer_free). @body may be NULL. */
struct answer ask(struct provider *provider, const char *method, const char *target,
		  const char *body) MUST_USE;
void answer_free(struct answer *answer);
/* The same where only the status matters. */
int ask_status(struct provider *provider, const char *method, const char *target, const char *body);

#endif
