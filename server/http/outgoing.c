/*
 * outgoing.c - the answer as bytes.
 */
#include "server/http/outgoing.h"

#include <microhttpd.h>
#include <stdlib.h>

static bool is_draining(const struct exchange *exchange)
{
	return atomic_load(&exchange->loop->httpd->draining);
}

bool outgoing_send(struct exchange *exchange)
{
	struct response *response = &exchange->response;
	size_t length;
	char *body = str_take(&response->body, &length);
	struct MHD_Response *out = MHD_create_response_from_buffer(length, body,
								   MHD_RESPMEM_MUST_FREE);

	if (!out) {
		free(body);
		return false;
	}
	if (response->content_type && length)
		MHD_add_response_header(out, "Content-Type", response->content_type);
	for (size_t i = 0; i < response->headers.count; i++)
		MHD_add_response_header(out, response->headers.items[i].name,
					response->headers.items[i].value);
	if (is_draining(exchange))
		MHD_add_response_header(out, "Connection", "close");

	bool queued = MHD_queue_response(exchange->connection, (unsigned)response->status, out);

	MHD_destroy_response(out);
	return queued;
}
