/*
 * listen.c - one listening socket.
 */
#include "server/http/listen.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG 4096 /* a crowd that comes at once waits here, not for a second SYN */

static int try_bind(const struct addrinfo *info)
{
	int on = 1;
	int fd = socket(info->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	/* Lets a restart take its port back from connections that still linger; a
	 * second listener on the same port is refused all the same. */
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(fd, info->ai_addr, info->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
		return fd;

	int why = errno;

	close(fd);
	errno = why;
	return -1;
}

int listen_on(const char *address, int *port, struct err *err)
{
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
				  .ai_socktype = SOCK_STREAM };
	struct addrinfo *info;
	char service[16];
	struct sockaddr_storage bound;
	socklen_t size = sizeof bound;

	snprintf(service, sizeof service, "%d", *port);

	int code = getaddrinfo(address, service, &hints, &info);

	if (code != 0) {
		err_set(err, ERR_INVALID, "%s is not a numeric address: %s", address,
			gai_strerror(code));
		return -1;
	}

	int fd = try_bind(info);

	freeaddrinfo(info);
	if (fd < 0) {
		err_set(err, ERR_ENVIRONMENT, "%s port %d cannot be listened on: %s", address,
			*port, strerror(errno));
		return -1;
	}
	if (getsockname(fd, (struct sockaddr *)&bound, &size) == 0)
		*port = ntohs(bound.ss_family == AF_INET6
				      ? ((struct sockaddr_in6 *)(void *)&bound)->sin6_port
				      : ((struct sockaddr_in *)(void *)&bound)->sin_port);
	return fd;
}
