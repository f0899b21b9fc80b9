/*
 * outgoing.c - the answer as bytes.
 */
#include "server/http/outgoing.h"
#include "base/when.h"

#include <errno.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>

#define BLOCK 32768 /* read from the body at once */

/* No client can take it for a status line, a person who sees it knows where it is from. */
static const char garbage[] = "\x15\x03\x01\xff\xfe mocksis: these bytes are no HTTP \xc3\x28\r\n";

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

/* libmicrohttpd shuts a connection down before it closes it, so lingering alone gives no
 * RST; a socket that is told to forget its peer sends one. */
static void reset(const struct exchange *exchange)
{
	struct linger none = { .l_onoff = 1, .l_linger = 0 };
	struct sockaddr nobody = { .sa_family = AF_UNSPEC };
	int fd = socket_of(exchange);

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
	(void)connect(fd, &nobody, sizeof nobody);
}

static bool is_draining(const struct exchange *exchange)
{
	return atomic_load(&exchange->loop->httpd->draining);
}

/* Whether the next piece of a dripping body may leave; else it is waited for. */
static bool piece_is_due(struct exchange *exchange)
{
	const struct wire *wire = &exchange->response.wire;
	int64_t now = when_monotonic_us();

	if (is_draining(exchange)) {
		exchange->leaving.piece = exchange->leaving.length;
		return true;
	}
	if (now < exchange->leaving.next_piece) {
		timers_add(&exchange->loop->timers, exchange->leaving.next_piece, exchange);
		MHD_suspend_connection(exchange->connection);
		return false;
	}
	exchange->leaving.piece = (size_t)wire->drip_bytes;
	exchange->leaving.next_piece = now + wire->drip_ms * 1000;
	return true;
}

static ssize_t read_body(void *payload, uint64_t position, char *out, size_t room)
{
	struct exchange *exchange = payload;
	size_t count = exchange->leaving.length - (size_t)position;

	if (count == 0)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (count > room)
		count = room;
	if (exchange->response.wire.drip_bytes > 0) {
		if (exchange->leaving.piece == 0 && !piece_is_due(exchange))
			return 0;
		if (count > exchange->leaving.piece)
			count = exchange->leaving.piece;
		exchange->leaving.piece -= count;
	}
	memcpy(out, exchange->response.body.text + position, count);
	return (ssize_t)count;
}

/* What the client is told, beside what it gets. */
static size_t announced(const struct response *response)
{
	int64_t length = (int64_t)response->body.length + response->wire.length_off;

	return length > 0 ? (size_t)length : 0;
}

/* Made of the body that is there; that of a broken or slow answer stays where it is. */
static struct MHD_Response *make(struct exchange *exchange, bool is_broken)
{
	struct response *response = &exchange->response;
	struct MHD_Response *out;
	size_t length;
	char *body;

	if (is_broken || response->wire.drip_bytes > 0)
		return MHD_create_response_from_callback(is_broken ? MHD_SIZE_UNKNOWN
								   : exchange->leaving.length,
							 BLOCK, read_body, exchange, NULL);
	body = str_take(&response->body, &length);
	out = MHD_create_response_from_buffer(length, body, MHD_RESPMEM_MUST_FREE);
	if (!out)
		free(body);
	return out;
}

/* Without a length of its own libmicrohttpd lets us announce any, once. */
static void announce(struct MHD_Response *out, size_t length)
{
	char text[24];

	snprintf(text, sizeof text, "%zu", length);
	MHD_set_response_options(
		out, MHD_RF_HTTP_1_0_COMPATIBLE_STRICT | MHD_RF_INSANITY_HEADER_CONTENT_LENGTH,
		MHD_RO_END);
	MHD_add_response_header(out, "Content-Length", text);
}

static bool send_answer(struct exchange *exchange)
{
	struct response *response = &exchange->response;
	bool is_half = response->wire.end == WIRE_HALF, has_body = response->body.length > 0;
	size_t length = announced(response);

	exchange->leaving.length = response->body.length / (is_half ? 2 : 1);

	bool is_broken = is_half || length != response->body.length;
	struct MHD_Response *out = make(exchange, is_broken);

	if (!out)
		return false;
	if (response->content_type && has_body)
		MHD_add_response_header(out, "Content-Type", response->content_type);
	for (size_t i = 0; i < response->headers.count; i++)
		MHD_add_response_header(out, response->headers.items[i].name,
					response->headers.items[i].value);
	if (is_broken || is_draining(exchange))
		MHD_add_response_header(out, "Connection", "close");
	if (is_broken)
		announce(out, length);

	bool queued = MHD_queue_response(exchange->connection, (unsigned)response->status, out);

	MHD_destroy_response(out);
	return queued;
}

void outgoing_cut(const struct exchange *exchange)
{
	const struct response *response = &exchange->response;
	int status = response->status;
	struct str text = STR_INIT;

	str_format(&text,
		   "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
		   "Connection: close\r\n\r\n%s",
		   status, MHD_get_reason_phrase_for((unsigned)status), response->content_type,
		   response->body.length, str_text(&response->body));
	(void)send(socket_of(exchange), str_text(&text), text.length, MSG_DONTWAIT | MSG_NOSIGNAL);
	str_release(&text);
}

bool outgoing_send(struct exchange *exchange)
{
	switch (exchange->response.wire.end) {
	case WIRE_WHOLE:
	case WIRE_HALF:
		return send_answer(exchange);
	case WIRE_RESET:
		reset(exchange);
		break;
	case WIRE_GARBAGE:
		/* the socket's buffer takes a line, and the connection closes anyway */
		(void)send(socket_of(exchange), garbage, sizeof garbage - 1,
			   MSG_DONTWAIT | MSG_NOSIGNAL);
		break;
	case WIRE_CLOSE:
		break;
	}
	exchange->response.status = 0;
	return false;
}
