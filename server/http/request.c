/*
 * request.c - headers of an exchange.
 */
#include "server/http/request.h"

const char *request_header(const struct request *request, const char *name)
{
	return pairs_get_nocase(&request->headers, name);
}

void response_header(struct request *request, struct response *response, const char *name,
		     const char *value)
{
	pairs_add(&response->headers, &request->arena, name, arena_dup(&request->arena, value));
}
