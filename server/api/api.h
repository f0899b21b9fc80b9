/*
 * api.h - the middle of the server: a request in, a response out, no HTTP library
 * and no SQL type in sight, so that tests call it without a socket.
 */
#ifndef API_API_H
#define API_API_H

#include "oneroster/operations.h"
#include "server/http/request.h"
#include "server/api/admin.h"
#include "server/registry.h"

/* Answers @request. True: @response is complete. False: the request was handed to
 * another thread, which calls request->resume() once it is complete or is to be handled
 * again; or, with request->delay_us set, it wants to be handled again after that time.
 * Both must stay where they are until then. */
bool api_handle(struct registry *registry, struct request *request,
		struct response *response) MUST_USE;

/* Lets go of what a request holds that will never be handled again. */
void api_abandon(struct request *request);

/* Counts an answered exchange and writes a line about it into the log; secrets are left
 * out. */
void api_log(const struct request *request, const struct response *response, double ms);

/* Around all requests that a loop handles in one go: they share a read transaction, and when
 * they are many, their lines are logged together. */
void api_pass_begin(void);
void api_pass_end(void);

/* A success that has something to say (1.1: unknown names in sort and fields). */
struct remark {
	const char *minor, *text;
};

#define REMARKS 2
#define FIRED_MOST 16

/* What the handlers share about the request that they answer. In the arena. */
struct context {
	struct registry *registry;
	struct sandbox *sandbox; /* a reference, as the profile: until the response is complete */
	bool pinned;             /* the sandbox's database is kept open for it */
	const char *prefix;      /* /sandboxes/NAME, or "" */
	const char *path;        /* raw, below the prefix, as the segments */
	const char *const *segments;
	size_t segment_count;
	struct profile *profile; /* NULL until the request has begun */
	struct request *request;
	struct response *response;
	struct root root; /* version and service */
	struct route route;
	const char *ids[OPERATION_IDS]; /* decoded */
	struct form form;               /* how objects are written */
	struct pairs query;
	struct remark remarks[REMARKS];
	size_t remark_count;
	const char *fired[FIRED_MOST]; /* names of switches that made a difference */
	size_t fired_count;
	int64_t at;             /* when it began, by the sandbox's clock */
	int64_t now;            /* the sandbox's clock, skewed by a fault rule */
	bool met;               /* fault rules have looked at it, */
	bool answered;          /* one of them has answered, */
	bool waits;             /* and it comes back after a delay */
	bool writes;            /* counted among those that wait for the writer */
	bool at_once;           /* its write was done on the thread that asked for it */
	struct effects effects; /* what fault rules do to this exchange */
	const char **faults;    /* the names of those that fired, for the journal */
	size_t fault_count;
	const char **notes; /* what a strict reader said, as JSON; see context_note() */
	size_t note_count;
};

/* What is asked of a sandbox: false where the request was parked, or waits (context->waits). */
bool sandbox_answer(struct context *context);
/* An answer outside OneRoster: {KEY: TEXT}. */
void answer_plain(struct response *response, int status, const char *key, const char *text);

/* Handlers; false where the request was parked. */
bool read_many(struct context *context);
bool read_one(struct context *context);
bool write_one(struct context *context);
bool post_many(struct context *context);
bool delete_one(struct context *context);
/* Whether there is any DELETE at this SIS. */
bool delete_is_supported(const struct profile *profile);

/* Answers a service description; false when the path is none. @segments are those below
 * the root. */
bool discovery_answer(struct context *context, const char *const *segments, size_t count);

/* The answer to a refusal: status, minor code and text from the profile, in the form
 * of the version or of the profile. */
void status_answer(struct context *context);
/* The same for a failure of the machine. */
void status_internal(struct context *context, const struct err *err);
/* Notes what a success has to say; the texts are borrowed. */
void status_remark(struct context *context, const char *minor, const char *text);
/* The members that a success carries beside its data: remarks, or where the profile
 * wants it, that all is well. */
void status_beside(struct context *context, struct jsonw *w);
/* Ends a parked request: records it, gives the profile back and resumes. Called by the done()
 * of a job that context_write() runs at once, it does nothing: there the handler answers. */
void context_resume(struct context *context);
/* Runs a job and calls its done(): here and now where that keeps nobody waiting, else by the
 * writer. True: it is done and the response complete; false: the request is parked until done()
 * calls context_resume(). */
bool context_write(struct context *context, struct job *job) MUST_USE;

/* Notes for the journal that a quirk made a difference to this exchange: it refused,
 * changed what was stored or what was said. @name is the switch's, a literal. */
void quirk_fired(struct context *context, const char *name);

/* Notes what a strict reader would have said: for the diagnostics of the sandbox and for the
 * journal. */
void context_note(struct context *context, const struct diagnostic *diagnostic);
/* Records the exchange in the journal of its sandbox. Called once, when the answer is as it
 * will leave and before it does, while the context has its profile. */
void exchange_end(struct context *context);

/* Refuse; always false. A reason goes to the text of the fault; an err's sentence and
 * pointer likewise. Both are copied. */
bool refuse_with(struct context *context, enum fault fault, const char *reason);
bool refuse_err(struct context *context, enum fault fault, const struct err *why);
/* 404 `not_found` about an id of the path; always false. */
bool unknown_object(struct context *context, const char *field, const char *id);

/* Whether each of the first @count ids of the path names an object of the
 * collection before it, and belongs to the one before that. False with a
 * refusal or with @err. */
bool parents_exist(struct context *context, struct conn *conn, size_t count,
		   struct err *err) MUST_USE;

/* lenient, strict or report: of the command line, else of the profile. */
const char *validation_mode(const struct context *context);
/* The parsed body of a write, judged as validation.mode has it: `strict` refuses what the
 * schema does not allow, `report` notes it for the diagnostics. NULL with a refusal.
 * Returns (json_decref). */
json_t *body_load(struct context *context) MUST_USE;
/* What body_load(), body_member() and body_object() make of the body of a PUT, where it is an
 * ordinary one with the sourcedId of the path and no mode looks closer. False, and nothing is
 * refused, where those must be asked. */
bool body_quick(struct context *context, struct record *record) MUST_USE;
/* What stands below the one wrapper of a body; NULL with a refusal. */
const json_t *body_member(struct context *context, const json_t *body, const char *key,
			  bool many) MUST_USE;
/* Takes one object over, leniently. @prefix is its JSON pointer. False with a refusal. */
bool body_object(struct context *context, struct record *record, const json_t *object,
		 const char *prefix) MUST_USE;

#endif
