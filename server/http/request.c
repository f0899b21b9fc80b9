/*
 * request.c - headers of an exchange.
 */
#include "server/http/request.h"

#include <string.h>

#include "base/redact.h"

const char *request_header(const struct request *request, const char *name)
{
	return pairs_get_nocase(&request->headers, name);
}

bool request_has_secret(const struct request *request)
{
	const char *header = request_header(request, "Authorization");
	const char *token = header ? strcasestr(header, "oauth_token=\"") : NULL;
	struct str ignored = STR_INIT;
	bool found = request->query && redact_pairs(&ignored, request->query, REDACT_NAMED);

	str_release(&ignored);
	return found || (token && token[13] != '"');
}

void response_header(struct request *request, struct response *response, const char *name,
		     const char *value)
{
	pairs_add(&response->headers, &request->arena, name, arena_dup(&request->arena, value));
}
