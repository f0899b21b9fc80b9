/*
 * exchange.c - what is told of an exchange that is over.
 */
#include "server/api/api.h"

#include <stdio.h>

#include "base/log.h"
#include "base/redact.h"

/* Credentials belong into a token exchange under whatever name. */
static enum redact redact_of(const struct response *response)
{
	return same_text(response->operation, "token") ? REDACT_EXCHANGE : REDACT_NAMED;
}

/* Why it was refused, for people; not where that may repeat a secret of the query. The
 * reasons of those who guard the door never do. */
static const char *why_of(const struct request *request, const struct response *response)
{
	const struct refusal *refusal = &response->refusal;
	bool guard = refusal->set && (refusal->fault == FAULT_UNAUTHORIZED ||
				      refusal->fault == FAULT_TOKEN_EXPIRED ||
				      refusal->fault == FAULT_FORBIDDEN_SCOPE);

	if (refusal->why && !guard && redact_of(response) == REDACT_NAMED &&
	    request_has_secret(request))
		return "the query holds a secret";
	return refusal->why;
}

void api_log(const struct request *request, const struct response *response, double ms)
{
	char status[16], took[32];
	struct str target = STR_INIT;
	bool hidden = redact_target(&target, request->target, redact_of(response));

	snprintf(status, sizeof status, "%d", response->status);
	snprintf(took, sizeof took, "%.1f", ms);
	log_event(LOG_INFO, "request", "sandbox", response->sandbox, "client", request->client,
		  "credential", response->credential, "method", request->method, "target",
		  hidden ? str_text(&target) : request->target, "operation", response->operation,
		  "status", status, "ms", took, "fault",
		  response->refusal.set ? fault_name(response->refusal.fault) : NULL, "why",
		  why_of(request, response), NULL);
	str_release(&target);
}
