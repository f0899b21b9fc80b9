/*
 * clients.c - accepts, lets go of the idle, turns away.
 */
#include "server/http/clients.h"

#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "server/http/internal.h"
#include "server/http/limit.h"

#define ACCEPTED_PER_PASS                                                                         \
	32                    /* before the others have their turn; the other loops take some too \
			       */
#define IDLE_LEAST_US 1000000 /* who came just now may be about to ask */
#define FAREWELL_US 1000000   /* for what the client still sends: unread, it would be a reset */
#define DEAF_US 100000        /* when no descriptor was free */
#define DESCRIPTORS_KEPT 1024 /* for databases, files, and what is turned away */

static const char full[] = "the server has as many connections as it takes\n";

int64_t clients_most(void)
{
	struct rlimit limit;
	int64_t room;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return limit_most(LIMIT_CONNECTIONS);
	if (limit.rlim_cur < limit.rlim_max) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
		if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
			return limit_most(LIMIT_CONNECTIONS);
	}
	if (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur > INT32_MAX)
		return limit_most(LIMIT_CONNECTIONS);
	room = (int64_t)limit.rlim_cur;
	room -= room > 2 * DESCRIPTORS_KEPT ? DESCRIPTORS_KEPT : room / 2;
	return room < limit_most(LIMIT_CONNECTIONS) ? room : limit_most(LIMIT_CONNECTIONS);
}

struct client *client_of(struct MHD_Connection *connection)
{
	return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)
		->socket_context;
}

void client_works(struct loop *loop, struct client *client)
{
	struct clients *clients = &loop->clients;

	if (!client->idle)
		return;
	client->idle = false;
	*(client->before ? &client->before->after : &clients->longest) = client->after;
	*(client->after ? &client->after->before : &clients->latest) = client->before;
}

void client_rests(struct loop *loop, struct client *client)
{
	struct clients *clients = &loop->clients;

	if (client->idle)
		return;
	client->idle = true;
	client->since = loop->now;
	client->before = clients->latest;
	client->after = NULL;
	*(clients->latest ? &clients->latest->after : &clients->longest) = client;
	clients->latest = client;
}

static void find_address(struct MHD_Connection *connection, char *out, size_t size)
{
	const struct sockaddr *address = MHD_get_connection_info(connection,
								 MHD_CONNECTION_INFO_CLIENT_ADDRESS)
						 ->client_addr;
	socklen_t length = address->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
							  : sizeof(struct sockaddr_in);

	if (getnameinfo(address, length, out, (socklen_t)size, NULL, 0, NI_NUMERICHOST) != 0)
		snprintf(out, size, "unknown");
}

struct client *client_new(struct loop *loop, struct MHD_Connection *connection)
{
	struct client *client = xcalloc(1, sizeof *client);

	client->fd =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
	find_address(connection, client->address, sizeof client->address);
	client_rests(loop, client);
	limit_force(LIMIT_CONNECTIONS, 1);
	return client;
}

void client_free(struct loop *loop, struct client *client)
{
	if (!client)
		return;
	client_works(loop, client);
	free(client);
	limit_give(LIMIT_CONNECTIONS, 1);
}

/* libmicrohttpd finds the connection ended in this very pass. */
static bool close_idle(struct loop *loop)
{
	struct client *client = loop->clients.longest;

	if (!client || loop->now - client->since < IDLE_LEAST_US)
		return false;
	client_works(loop, client); /* nobody picks it again */
	shutdown(client->fd, SHUT_RDWR);
	limit_refused(LIMIT_CONNECTIONS);
	return true;
}

static void part_with_first(struct clients *clients)
{
	close(clients->farewells[clients->first].fd);
	clients->first = (clients->first + 1) % FAREWELLS;
	clients->leaving--;
}

void clients_part(struct loop *loop, int64_t now)
{
	struct clients *clients = &loop->clients;
	char unread[4096];

	while (clients->leaving) {
		struct farewell *first = &clients->farewells[clients->first];
		ssize_t got;

		while ((got = recv(first->fd, unread, sizeof unread, MSG_DONTWAIT)) > 0)
			;
		if (got < 0 && (errno == EAGAIN || errno == EINTR) && now < first->until)
			return; /* those behind it came later */
		part_with_first(clients);
	}
}

/* Closed at once, with what it sends unread, the connection would be reset and the client
 * might lose the answer. */
static void turn_away(struct loop *loop, int fd)
{
	struct clients *clients = &loop->clients;
	char text[256];
	int length = snprintf(text, sizeof text,
			      "HTTP/1.1 503 Service Unavailable\r\n"
			      "Content-Type: text/plain; charset=utf-8\r\nContent-Length: %zu\r\n"
			      "Retry-After: " RETRY_AFTER "\r\nConnection: close\r\n\r\n%s",
			      sizeof full - 1, full);

	limit_refused(LIMIT_CONNECTIONS);
	(void)send(fd, text, (size_t)length, MSG_NOSIGNAL | MSG_DONTWAIT);
	shutdown(fd, SHUT_WR);
	if (clients->leaving == FAREWELLS)
		part_with_first(clients);
	clients->farewells[(clients->first + clients->leaving++) % FAREWELLS] = (struct farewell){
		fd, loop->now + FAREWELL_US
	};
}

/* False: there is nobody, or he cannot be taken now. */
static bool accept_one(struct loop *loop)
{
	struct sockaddr_storage address;
	socklen_t size = sizeof address;
	int fd = accept4(loop->httpd->listen, (struct sockaddr *)&address, &size,
			 SOCK_NONBLOCK | SOCK_CLOEXEC);

	if (fd < 0) {
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
			if (!close_idle(loop))
				limit_refused(LIMIT_CONNECTIONS);
			loop->clients.deaf_until = loop->now + DEAF_US;
		}
		return errno == ECONNABORTED || errno == EINTR;
	}
	if (limit_is_reached(LIMIT_CONNECTIONS) && !close_idle(loop))
		turn_away(loop, fd);
	else if (MHD_add_connection(loop->daemon, fd, (struct sockaddr *)&address, size) != MHD_YES)
		log_event(LOG_WARNING, "http", "text", "a connection could not be taken", NULL);
	return true;
}

bool clients_are_wanted(const struct loop *loop)
{
	return !atomic_load(&loop->httpd->draining) && loop->now >= loop->clients.deaf_until;
}

void clients_accept(struct loop *loop)
{
	for (int i = 0; i < ACCEPTED_PER_PASS && accept_one(loop); i++)
		;
}
