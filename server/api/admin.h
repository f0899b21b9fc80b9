/*
 * admin.h - what the files of the control API share.
 */
#ifndef API_ADMIN_H
#define API_ADMIN_H

#include "server/api/api.h"

/* {"error": {"message", "pointer"}} */
void admin_error(struct response *response, int status, const char *message, const char *pointer);

/* The journal of a sandbox: admin_journal.c. */
void admin_journal_get(struct sandbox *sandbox, struct request *request,
		       struct response *response); /* HAR when the client accepts that */
void admin_journal_har(struct sandbox *sandbox, struct request *request, struct response *response);
void admin_journal_delete(struct sandbox *sandbox, struct request *request,
			  struct response *response);
void admin_journal_verify(struct sandbox *sandbox, struct request *request,
			  struct response *response);

/* GET /metrics: open, not below /admin. */
void admin_metrics(struct registry *registry, struct response *response);

#endif
