/*
 * client.c - one HTTP connection.
 */
#include "tests/bench/client.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define ANSWER_MOST (256u << 20)
#define CONNECT_MS 5000

int connect_to(int port, int ms, struct err *err)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_port = htons((uint16_t)port),
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct timeval patience = { .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000 };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

	if (fd >= 0)
		setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);

	if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0) {
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
		return fd;
	}
	err_set(err, ERR_ENVIRONMENT, "no connection to port %d: %s", port, strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

bool client_open(struct client *client, int port, struct err *err)
{
	client->patience_ms = PATIENCE_MS;
	client->port = port;
	str_init(&client->in, ANSWER_MOST);
	client->fd = connect_to(port, CONNECT_MS, err);
	return client->fd >= 0;
}

void client_close(struct client *client)
{
	if (client->fd >= 0)
		close(client->fd);
	client->fd = -1;
	str_release(&client->in);
}

bool send_all(int fd, const char *data, size_t length)
{
	while (length) {
		ssize_t sent = send(fd, data, length, MSG_NOSIGNAL);

		if (sent < 0)
			return false;
		data += sent;
		length -= (size_t)sent;
	}
	return true;
}

static bool receive(struct client *client, struct err *err)
{
	struct pollfd fd = { .fd = client->fd, .events = POLLIN };
	char chunk[65536];
	ssize_t got = poll(&fd, 1, client->patience_ms) > 0
			      ? recv(client->fd, chunk, sizeof chunk, 0)
			      : -1;

	if (got <= 0)
		return err_set(err, ERR_UNREACHABLE, "the server on port %d does not answer",
			       client->port);
	str_add_bytes(&client->in, chunk, (size_t)got);
	return true;
}

static size_t content_length(const char *head, const char *end)
{
	static const char name[] = "\r\nContent-Length:";

	for (; head < end; head++)
		if (strncasecmp(head, name, sizeof name - 1) == 0)
			return (size_t)strtoull(head + sizeof name - 1, NULL, 10);
	return 0;
}

bool client_ask(struct client *client, const char *request, size_t length, struct reply *reply,
		struct err *err)
{
	size_t head = 0, body = 0;
	const char *end;

	str_clear(&client->in);
	if (!send_all(client->fd, request, length))
		return err_set(err, ERR_UNREACHABLE, "the server on port %d hung up", client->port);
	while (!head || client->in.length < head + 4 + body) {
		if (!receive(client, err))
			return false;
		if (!head && (end = strstr(client->in.text, "\r\n\r\n"))) {
			head = (size_t)(end - client->in.text);
			body = content_length(client->in.text, end);
		}
	}
	*reply = (struct reply){
		.status = head > 12 ? (int)strtol(client->in.text + 9, NULL, 10) : 0,
		.head = client->in.text,
		.head_length = head,
		.body = client->in.text + head + 4,
		.length = body,
	};
	return true;
}

bool client_ask_well(struct client *client, const char *request, size_t length, struct reply *reply,
		     struct err *err)
{
	if (!client_ask(client, request, length, reply, err))
		return false;
	return (reply->status >= 200 && reply->status < 300) ||
	       err_set(err, ERR_UNREACHABLE, "%.*s: %d %.300s", (int)strcspn(request, "\r"),
		       request, reply->status, reply->body);
}

char *request_text(const char *method, const char *target, const char *token, const char *body)
{
	struct str text = STR_INIT;

	str_format(&text, "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\n", method, target);
	if (token)
		str_format(&text, "Authorization: Bearer %s\r\n", token);
	if (body)
		str_format(&text, "Content-Type: application/json\r\nContent-Length: %zu\r\n",
			   strlen(body));
	str_add(&text, "\r\n");
	if (body)
		str_add(&text, body);
	return str_take(&text, NULL);
}
