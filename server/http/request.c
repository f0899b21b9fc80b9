/*
 * request.c - headers of an exchange.
 */
#include "server/http/request.h"

#include <string.h>

const char *request_header(const struct request *request, const char *name)
{
	return pairs_get_nocase(&request->headers, name);
}

bool request_has_secret(const struct request *request)
{
	static const char *const names[] = { "secret", "token", "signature", "password" };

	for (size_t i = 0; request->query && i < ARRAY_SIZE(names); i++)
		if (strcasestr(request->query, names[i]))
			return true;
	return false;
}

void response_header(struct request *request, struct response *response, const char *name,
		     const char *value)
{
	pairs_add(&response->headers, &request->arena, name, arena_dup(&request->arena, value));
}
