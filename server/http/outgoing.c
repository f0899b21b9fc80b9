/*
 * outgoing.c - the answer as bytes.
 */
#include "server/http/outgoing.h"

#include <errno.h>
#include <microhttpd.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/types.h>

static int socket_of(const struct exchange *exchange)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
		exchange->connection, MHD_CONNECTION_INFO_CONNECTION_FD);

	return info ? info->connect_fd : -1;
}

bool outgoing_is_gone(const struct exchange *exchange)
{
	char byte;
	ssize_t got = recv(socket_of(exchange), &byte, 1, MSG_PEEK | MSG_DONTWAIT);

	return got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR);
}

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
