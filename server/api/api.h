/*
 * api.h - the middle of the server: a request in, a response out, no HTTP library
 * and no SQL type in sight, so that tests call it without a socket.
 */
#ifndef API_API_H
#define API_API_H

#include "oneroster/operations.h"
#include "server/http/request.h"
#include "server/sandbox.h"

/* Answers @request. True: @response is complete. False: the request was handed to
 * a writer; request->resume() is called on another thread once it is complete.
 * Both must stay where they are until then. */
bool api_handle(struct registry *registry, struct request *request,
		struct response *response) MUST_USE;

/* One log line about an answered exchange; secrets are left out. */
void api_log(const struct request *request, const struct response *response, double ms);

/* What the handlers share about the request that they answer. In the arena. */
struct context {
	struct registry *registry;
	struct sandbox *sandbox;
	struct profile *profile; /* a reference, given back when the response is complete */
	struct request *request;
	struct response *response;
	struct route route;
	const char *ids[OPERATION_IDS]; /* decoded */
	const char *root;               /* what hrefs begin with: http://host/ims/oneroster/v1p1 */
	struct pairs query;
	int64_t now; /* the sandbox's clock */
};

/* Handlers; false in write_one and delete_one only: parked. */
void read_many(struct context *context);
void read_one(struct context *context);
bool write_one(struct context *context);
bool delete_one(struct context *context);

/* The answer to a refusal: status, minor code and text from the profile. */
void status_answer(struct context *context);
/* The same for a failure of the machine. */
void status_internal(struct context *context, const struct err *err);
/* Ends a parked request: gives the profile back and resumes. */
void context_resume(struct context *context);

/* 404 `not_found` about an id of the path; always false. */
bool unknown_object(struct context *context, const char *field, const char *id);

/* Whether every id of the path but the last @skip names an object of the
 * collection before it, and belongs to the one before that. False with a
 * refusal or with @err. */
bool parents_exist(struct context *context, struct conn *conn, size_t skip,
		   struct err *err) MUST_USE;

#endif
