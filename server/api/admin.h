/*
 * admin.h - /admin/...: the control API (contract, section 2).
 *
 * One table of calls. Each runs on the control thread, one after the other, so that
 * changes never meet and no event loop waits for a disk.
 */
#ifndef API_ADMIN_H
#define API_ADMIN_H

#include "base/jsonw.h"
#include "server/http/request.h"
#include "server/registry.h"

/* Answers a request below /admin; @segments are those behind it. False: the control
 * thread answers it and resumes. */
bool admin_handle(struct registry *registry, struct request *request, struct response *response,
		  const char *const *segments, size_t count) MUST_USE;

#define ADMIN_IDS 3

/* A call as its handler sees it. */
struct admin {
	struct registry *registry;
	struct request *request;
	struct response *response;
	struct sandbox *sandbox;    /* the one that the path names, pinned; may be NULL */
	const char *ids[ADMIN_IDS]; /* the {braces} of the path, decoded; [0] is the sandbox */
	json_t *body;               /* of a call that takes one, parsed; borrowed */
	struct pairs query;
	struct jsonw w; /* into the body of the answer */
};

typedef void admin_call(struct admin *admin);

/* One call: what the router, /admin/openapi.json and its test know of it. */
struct admin_row {
	const char *method, *path; /* below /admin; what stands in {braces} is an id */
	admin_call *call;
	const char *name;  /* operationId */
	const char *takes; /* JSON schema of the body; NULL: none */
	const char *query; /* names of parameters, separated by blanks; NULL: none */
	int status;        /* of success */
	const char *summary;
	const char *gives;       /* name of the schema of that answer; NULL: it has no body */
	const char *media;       /* of it; NULL: application/json */
	const char *takes_media; /* of the body, beside application/json; NULL: none */
	const char *creates;     /* summary of 201 beside `status`; NULL: there is no 201 */
};

/* NULL beyond the last. */
const struct admin_row *admin_row(size_t i);

/* {"error": {"message", "pointer"}}; @pointer "" is the whole. */
void admin_fail(struct admin *admin, int status, const char *pointer, const char *format, ...)
	PRINTF(4, 5);
/* The same for a failed function: 422 for wrong input, 500 for the machine. */
void admin_fail_err(struct admin *admin, const struct err *err);

/* GET /metrics: open, not below /admin. */
void admin_metrics(struct registry *registry, struct response *response);

/* The handlers, by file: admin_sandbox.c, admin_settings.c, admin_faults.c,
 * admin_state.c, admin_objects.c, admin_journal.c. */
admin_call admin_list, admin_create, admin_show, admin_delete;
admin_call admin_profile_show, admin_profile_put, admin_profile_patch;
admin_call admin_clock_show, admin_clock_put;
admin_call admin_reset, admin_snapshot_list, admin_snapshot_take, admin_snapshot_restore,
	admin_snapshot_delete;
admin_call admin_faults_show, admin_faults_put, admin_faults_delete;
admin_call admin_state_show, admin_state_patch, admin_state_delete;
admin_call admin_objects_list, admin_object_show, admin_object_put, admin_object_delete;
admin_call admin_journal_show, admin_journal_har, admin_journal_delete, admin_journal_verify;
admin_call admin_diagnostics;
admin_call admin_openapi;

#endif
