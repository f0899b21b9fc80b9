/*
 * stage.c - a handler that plays, and a client made of a socket.
 */
#include "base/when.h"
#include "tests/unit/http/stage.h"

#include <arpa/inet.h>
#include <check.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/http/timer.h"

/* What the handler keeps of a request between its calls. */
struct memory {
	struct stage *stage;
	struct response *response;
	struct request *request;
	int calls;
};

static void fill(struct memory *memory)
{
	struct stage *stage = memory->stage;
	struct response *response = memory->response;

	response->status = 200;
	response->content_type = "text/plain";
	response->wire = stage->wire;
	str_init(&response->body, STR_CAP);
	if (stage->body && !starts_with(memory->request->path, "/now"))
		str_add(&response->body, stage->body);
	else
		str_format(&response->body, "call %d of %s", memory->calls, memory->request->path);
}

static void let_go(struct memory *memory)
{
	memory->request->context = NULL;
	atomic_fetch_sub(&memory->stage->contexts, 1);
	free(memory);
}

/* The other thread: as the writer, which answers what was parked. */
static void *elsewhere(void *payload)
{
	struct memory *memory = payload;
	struct stage *stage = memory->stage;
	struct request *request = memory->request;

	do
		usleep(20000);
	while (atomic_load(&stage->hold));
	if (starts_with(request->path, "/again")) {
		request->again = true;
	} else {
		fill(memory);
		let_go(memory);
	}
	request->resume(request);
	atomic_fetch_add(&stage->resumed, 1);
	return NULL;
}

static void park(struct memory *memory)
{
	pthread_t thread;

	atomic_fetch_add(&memory->stage->parked, 1);
	if (pthread_create(&thread, NULL, elsewhere, memory) != 0)
		abort();
	pthread_detach(thread);
}

static bool play(struct request *request, struct response *response, void *payload)
{
	struct stage *stage = payload;
	struct memory *memory = request->context;

	atomic_fetch_add(&stage->calls, 1);
	atomic_fetch_add(&stage->alone, request->alone);
	if (request->again || request->delay_us) /* both are over when the handler is called */
		abort();
	if (!memory) {
		request->context = memory = xcalloc(1, sizeof *memory);
		*memory = (struct memory){ stage, response, request, 0 };
		atomic_fetch_add(&stage->contexts, 1);
	}
	memory->calls++;

	bool goes_elsewhere = starts_with(request->path, "/parked") ||
			      (starts_with(request->path, "/again") && memory->calls == 1);
	bool waits = (starts_with(request->path, "/slow") && memory->calls <= stage->delays) ||
		     (starts_with(request->path, "/again") && memory->calls <= 1 + stage->delays);

	if (goes_elsewhere) {
		park(memory);
		return false;
	}
	if (waits) {
		request->delay_us = stage->delay_us;
		return false;
	}
	fill(memory);
	if (starts_with(request->path, "/now"))
		response->wire = (struct wire){ 0 };
	let_go(memory);
	return true;
}

static void abandon(struct request *request)
{
	struct memory *memory = request->context;

	atomic_fetch_add(&memory->stage->abandoned, 1);
	let_go(memory);
}

/* There is one stage in a test, and no payload. */
static struct stage *on_stage;

static void note(const struct request *request, const struct response *response, double ms)
{
	(void)request;
	if (ms < 0)
		abort();
	atomic_store(&on_stage->status, response->status);
	atomic_fetch_add(&on_stage->logged, 1);
}

void stage_open(struct stage *stage, int loops)
{
	struct httpd_config config = { .address = "127.0.0.1", .loops = loops };
	struct httpd_handler handler = {
		.handle = play, .abandon = abandon, .log = note, .payload = stage
	};
	struct err err = ERR_INIT;

	on_stage = stage;
	stage->httpd = httpd_start(&config, &handler, &err);
	ck_assert_msg(stage->httpd != NULL, "%s", err.text);
	stage->port = httpd_port(stage->httpd);
}

void stage_close(struct stage *stage)
{
	httpd_halt(stage->httpd);
	wait_for(&stage->resumed, atomic_load(&stage->parked), "resumed");
	httpd_free(stage->httpd);
	ck_assert_int_eq(atomic_load(&stage->contexts), 0);
}

int client_open(const struct stage *stage)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_port = htons((uint16_t)stage->port),
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	ck_assert_msg(client >= 0, "%s", strerror(errno));
	ck_assert_msg(connect(client, (struct sockaddr *)&address, sizeof address) == 0, "%s",
		      strerror(errno));
	return client;
}

static int64_t sent;

void client_send(int client, const char *bytes)
{
	size_t length = strlen(bytes);

	sent = when_monotonic_us();
	ck_assert_int_eq(send(client, bytes, length, MSG_NOSIGNAL), (ssize_t)length);
}

void client_ask(int client, const char *method, const char *target)
{
	char *bytes = xformat("%s %s HTTP/1.1\r\nHost: stage\r\n\r\n", method, target);

	client_send(client, bytes);
	free(bytes);
}

/* Hears once more; false when there is no more to hear. */
static bool hear_more(int client, int ms, struct heard *heard)
{
	struct pollfd fd = { .fd = client, .events = POLLIN };
	size_t room = sizeof heard->bytes - 1 - heard->length;
	ssize_t got;

	if (room == 0 || poll(&fd, 1, ms) == 0)
		return false;
	got = recv(client, heard->bytes + heard->length, room, 0);
	if (got <= 0) {
		heard->last = got == 0 ? CLOSED : RESET;
		return false;
	}
	heard->pieces++;
	heard->length += (size_t)got;
	return true;
}

static void find_body(struct heard *heard)
{
	heard->bytes[heard->length] = '\0';

	const char *end = strstr(heard->bytes, "\r\n\r\n");

	heard->has_head = end != NULL;
	heard->body = end ? end + 4 : "";
	heard->body_length = end ? heard->length - (size_t)(end + 4 - heard->bytes) : 0;
}

static void listen_for(int client, int ms, struct heard *heard, bool one_answer)
{
	bool more = true;

	heard->length = 0;
	heard->pieces = 0;
	heard->ms = 0;
	heard->last = SILENT;
	find_body(heard);
	while (more) {
		more = hear_more(client, ms, heard);
		find_body(heard);
		if (more)
			heard->ms = (when_monotonic_us() - sent) / 1000;
		if (one_answer && heard_length(heard) == (long)heard->body_length)
			break;
	}
}

void client_listen(int client, int ms, struct heard *heard)
{
	listen_for(client, ms, heard, false);
}

void client_hear(int client, struct heard *heard)
{
	listen_for(client, 20000, heard, true);
}

void client_exchange(const struct stage *stage, const char *target, struct heard *heard)
{
	int client = client_open(stage);

	client_ask(client, "GET", target);
	client_hear(client, heard);
	close(client);
}

long heard_length(const struct heard *heard)
{
	static const char name[] = "\r\nContent-Length: ";
	const char *line = strstr(heard->bytes, name);

	if (!heard->has_head || !line || line >= heard->body)
		return -1;
	if (strstr(line + 1, name))
		return -2;
	return strtol(line + strlen(name), NULL, 10);
}

bool heard_has(const struct heard *heard, const char *text)
{
	return strstr(heard->bytes, text) != NULL;
}

void wait_for(const atomic_int *value, int least, const char *what)
{
	int64_t until = when_monotonic_us() + 10000000;

	while (atomic_load(value) < least && when_monotonic_us() < until)
		usleep(2000);
	ck_assert_msg(atomic_load(value) >= least, "%s: %d of %d", what, atomic_load(value), least);
}
