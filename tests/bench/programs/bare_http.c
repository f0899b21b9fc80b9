/*
 * bare_http.c - the yardstick of HTTP: libmicrohttpd and nothing else.
 *
 *   bare_http FOLDER
 *
 * The same loops as server/http/httpd.c, the same socket, the same limits of a connection.
 * What it answers was recorded from the product: FOLDER/get and FOLDER/put hold a status,
 * headers, an empty line and the body. A GET gets the one, everything else the other, after
 * its body was read and dropped. Prints "listening on http://127.0.0.1:PORT".
 */
#include <microhttpd.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/file.h"
#include "server/http/listen.h"

/* The Makefile reads these out of the product's source. */
#ifndef BARE_MEMORY
#define BARE_MEMORY 32768
#endif
#ifndef BARE_LOOPS
#define BARE_LOOPS 2
#endif
#define BARE_CONNECTIONS 2000
#define IDLE_SECONDS 30
#define ANSWER_MOST (1u << 20)
#define HEADERS_MOST 16

struct recorded {
	unsigned status;
	struct MHD_Response *response;
};

static struct recorded answers[2]; /* of GET, and of the others */

/* Cuts a line off. */
static char *line(char **text)
{
	char *begin = *text, *end = begin + strcspn(begin, "\r\n");

	*text = end + strspn(end, "\r");
	*text += **text == '\n';
	*end = '\0';
	return begin;
}

/* A status, headers, an empty line, the body. */
static bool load(const char *folder, const char *name, struct recorded *out, struct err *err)
{
	char *path = path_join(folder, name), *names[HEADERS_MOST], *header, *text, *at;
	int64_t status = 0;
	size_t length, count = 0;

	text = at = file_read(path, ANSWER_MOST, &length, err);
	free(path);
	if (!text)
		return false;
	if (!number_parse(line(&at), 100, 599, &status))
		err_set(err, ERR_INVALID, "%s/%s does not begin with a status", folder, name);
	while (*(header = line(&at)) && count < HEADERS_MOST)
		names[count++] = header;
	out->status = (unsigned)status;
	out->response = MHD_create_response_from_buffer(length - (size_t)(at - text), at,
							MHD_RESPMEM_MUST_COPY);
	for (size_t i = 0; i < count; i++) {
		char *colon = strchr(names[i], ':');

		if (!colon)
			continue;
		*colon = '\0';
		MHD_add_response_header(out->response, names[i],
					colon + 1 + strspn(colon + 1, " "));
	}
	free(text);
	return err->code == ERR_NONE;
}

static enum MHD_Result serve(void *payload, struct MHD_Connection *connection, const char *url,
			     const char *method, const char *version, const char *data,
			     size_t *size, void **con_cls)
{
	static int seen;
	const struct recorded *answer = &answers[strcmp(method, "GET") != 0];

	(void)payload;
	(void)url;
	(void)version;
	(void)data;
	if (!*con_cls) {
		*con_cls = &seen;
		return MHD_YES;
	}
	if (*size) {
		*size = 0;
		return MHD_YES;
	}
	return MHD_queue_response(connection, answer->status, answer->response);
}

static void *run_loop(void *payload)
{
	struct MHD_Daemon *daemon = payload;
	int epoll = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;

	for (;;) {
		struct pollfd fd = { .fd = epoll, .events = POLLIN };
		MHD_UNSIGNED_LONG_LONG timeout;
		int wait = 1000;

		if (MHD_get_timeout(daemon, &timeout) == MHD_YES && timeout < (unsigned)wait)
			wait = (int)timeout;
		poll(&fd, 1, wait);
		MHD_run(daemon);
	}
	return NULL;
}

static bool start_loop(int listener, struct err *err)
{
	pthread_t thread;
	struct MHD_Daemon *daemon = MHD_start_daemon(
		MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, serve, NULL,
		MHD_OPTION_LISTEN_SOCKET, listener, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		(size_t)BARE_MEMORY, MHD_OPTION_CONNECTION_LIMIT, (unsigned)BARE_CONNECTIONS,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS, MHD_OPTION_END);

	return (daemon && pthread_create(&thread, NULL, run_loop, daemon) == 0) ||
	       err_set(err, ERR_ENVIRONMENT, "libmicrohttpd does not start");
}

int main(int argc, char **argv)
{
	struct err err = ERR_INIT;
	struct rlimit limit;
	int port = 0, listener = -1;

	signal(SIGPIPE, SIG_IGN);
	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
	if (argc != 2)
		err_set(&err, ERR_INVALID, "usage: bare_http FOLDER");
	if (err.code == ERR_NONE && load(argv[1], "get", &answers[0], &err) &&
	    load(argv[1], "put", &answers[1], &err))
		listener = listen_on("127.0.0.1", &port, &err);
	for (int i = 0; i < BARE_LOOPS && err.code == ERR_NONE; i++)
		if (!start_loop(listener, &err))
			break;
	if (err.code != ERR_NONE) {
		fprintf(stderr, "bare_http: %s\n", err.text);
		return err_exit_status(&err);
	}
	printf("listening on http://127.0.0.1:%d\n", port);
	fflush(stdout);
	pause();
	return 0;
}
