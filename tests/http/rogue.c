/*
 * rogue.c - a provider that keeps to no protocol.
 *
 * A thread per connection, one request each; what is sent is data.
 */
#include "tests/http/rogue.h"

#include <arpa/inet.h>
#include <check.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/str.h"

#define REQUEST_MOST 65536
#define BATCH 1000 /* fillers that are sent at once */

struct rogue {
	const struct rogue_row *row;
	const struct rogue *other;
	int fd;
	char url[64];
	pthread_t thread;
	atomic_int requests, open, number;
	atomic_bool over;
};

struct connection {
	struct rogue *rogue;
	int fd;
};

static const char token_answer[] =
	"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
	"{\"access_token\":\"" ROGUE_TOKEN "\",\"token_type\":\"Bearer\",\"expires_in\":3600}";
static const char sound_answer[] =
	"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
	"{\"orgs\":[],\"classes\":[],\"categories\":[],\"resources\":[],\"users\":[],\"lineItems\":"
	"[]}";

static bool put(int fd, const char *bytes, size_t length)
{
	while (length) {
		ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);

		if (sent <= 0)
			return false;
		bytes += sent;
		length -= (size_t)sent;
	}
	return true;
}

/* The target of a request, read up to its blank line; false when none comes. What follows is
 * a body, which nobody here looks at. */
static bool read_request(int fd, char *target, size_t size)
{
	char *text = xcalloc(1, REQUEST_MOST);
	size_t length = 0;
	bool good = false;

	while (!good && length < REQUEST_MOST - 1) {
		ssize_t got = recv(fd, text + length, REQUEST_MOST - 1 - length, 0);

		if (got <= 0)
			break;
		length += (size_t)got;
		good = strstr(text, "\r\n\r\n") != NULL;
	}
	const char *start = good ? strchr(text, ' ') : NULL;

	if (start)
		snprintf(target, size, "%.*s", (int)strcspn(start + 1, " "), start + 1);
	free(text);
	return start != NULL;
}

/* With its {places} filled. Returns (free). */
static char *fill(struct rogue *rogue, const char *text, const char *target)
{
	struct str out = STR_INIT;

	for (; *text; text++) {
		if (starts_with(text, "{url}"))
			str_format(&out, "%s%s", rogue->url, target);
		else if (starts_with(text, "{other}"))
			str_add(&out, rogue->other ? rogue->other->url : "");
		else if (starts_with(text, "{n}"))
			str_format(&out, "%d", atomic_fetch_add(&rogue->number, 1));
		else {
			str_add_char(&out, *text);
			continue;
		}
		text = strchr(text, '}');
	}
	return str_take(&out, NULL);
}

static bool put_filled(struct connection *connection, const char *text, const char *target)
{
	char *filled = text ? fill(connection->rogue, text, target) : NULL;
	bool good = !filled || put(connection->fd, filled, strlen(filled));

	free(filled);
	return good;
}

/* Many at once, where nobody wants them slowly. */
static void put_fillers(struct connection *connection)
{
	const struct rogue_row *row = connection->rogue->row;
	size_t most = row->pause_ms ? 1 : BATCH, length = strlen(row->filler);
	struct str batch = STR_INIT;

	for (size_t i = 0; i < most; i++)
		str_add(&batch, row->filler);
	for (size_t left = row->times; left && !connection->rogue->over;) {
		size_t now = left < most ? left : most;

		usleep((useconds_t)row->pause_ms * 1000);
		if (!put(connection->fd, str_text(&batch), now * length))
			break;
		left -= now;
	}
	str_release(&batch);
}

static void misbehave(struct connection *connection, const char *target)
{
	const struct rogue_row *row = connection->rogue->row;
	bool good = put_filled(connection, row->head, target);
	char unused[256];

	if (good && row->length)
		good = put(connection->fd, row->body, row->length);
	else if (good)
		good = put_filled(connection, row->body, target);
	if (good && row->filler)
		put_fillers(connection);
	while (row->hold && recv(connection->fd, unused, sizeof unused, 0) > 0)
		continue;
}

static void *serve(void *payload)
{
	struct connection *connection = payload;
	struct rogue *rogue = connection->rogue;
	char target[4096];

	if (read_request(connection->fd, target, sizeof target)) {
		bool token = strstr(target, "/oauth2/token") && !rogue->row->bad_token;
		int number = token ? 0 : atomic_fetch_add(&rogue->requests, 1) + 1;

		if (token)
			put(connection->fd, token_answer, strlen(token_answer));
		else if (number <= rogue->row->sound_first)
			put(connection->fd, sound_answer, strlen(sound_answer));
		else
			misbehave(connection, target);
	}
	shutdown(connection->fd, SHUT_WR);
	while (recv(connection->fd, target, sizeof target, MSG_DONTWAIT) > 0)
		continue;
	close(connection->fd);
	free(connection);
	atomic_fetch_sub(&rogue->open, 1);
	return NULL;
}

static void *accept_all(void *payload)
{
	struct rogue *rogue = payload;
	pthread_attr_t detached;

	pthread_attr_init(&detached);
	pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
	for (;;) {
		int fd = accept(rogue->fd, NULL, NULL);
		struct connection *connection;
		pthread_t thread;

		if (fd < 0)
			break;
		connection = xmalloc(sizeof *connection);
		*connection = (struct connection){ rogue, fd };
		atomic_fetch_add(&rogue->open, 1);
		ck_assert_int_eq(pthread_create(&thread, &detached, serve, connection), 0);
	}
	pthread_attr_destroy(&detached);
	return NULL;
}

struct rogue *rogue_start(const struct rogue_row *row, const struct rogue *other)
{
	struct rogue *rogue = xcalloc(1, sizeof *rogue);
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t size = sizeof address;

	rogue->row = row;
	rogue->other = other;
	rogue->fd = socket(AF_INET, SOCK_STREAM, 0);
	inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
	ck_assert(bind(rogue->fd, (struct sockaddr *)&address, sizeof address) == 0);
	ck_assert(listen(rogue->fd, 64) == 0);
	ck_assert(getsockname(rogue->fd, (struct sockaddr *)&address, &size) == 0);
	snprintf(rogue->url, sizeof rogue->url, "http://127.0.0.1:%d", ntohs(address.sin_port));
	ck_assert_int_eq(pthread_create(&rogue->thread, NULL, accept_all, rogue), 0);
	return rogue;
}

const char *rogue_url(const struct rogue *rogue)
{
	return rogue->url;
}

int rogue_requests(const struct rogue *rogue)
{
	return rogue->requests;
}

void rogue_stop(struct rogue *rogue)
{
	rogue->over = true;
	shutdown(rogue->fd, SHUT_RDWR);
	pthread_join(rogue->thread, NULL);
	close(rogue->fd);
	for (int i = 0; rogue->open && i < 5000; i++)
		usleep(1000);
	ck_assert_msg(rogue->open == 0, "a connection of the rogue provider does not end");
	free(rogue);
}
