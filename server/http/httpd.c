/*
 * httpd.c - event loops around libmicrohttpd.
 *
 * The loops are ours and MHD runs with an external epoll: its internal epoll loop
 * stalls when exactly 128, 256, ... connections are ready at once.
 */
#include "server/http/httpd.h"
#include "base/when.h"

#include <errno.h>
#include <microhttpd.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/log.h"
#include "server/http/incoming.h"
#include "server/http/limit.h"
#include "server/http/listen.h"
#include "server/http/outgoing.h"

/* The head of a request and that of its answer share this. What libmicrohttpd cannot fit
 * in, it leaves unanswered: so a head of ours is refused long before. */
#define CONNECTION_MEMORY 16384
#define CONNECTIONS_MORE 64     /* that may be open for a moment beyond the limit */
#define IDLE_SECONDS 30         /* a silent connection is closed */
#define UPLOAD_GRACE_US 1000000 /* for what is still arriving when the server stops */
#define FIRED_PER_PASS 64       /* timers, before the other connections have their turn */
#define MIXED_US 10000          /* a client that was the only one for so long is alone */
#define PART_MS 20              /* between two looks at those that were turned away */

static const char no_room_text[] = "the server holds as much of bodies as it takes";

/* Runs on the thread that completed the request. */
static void resume(struct request *request)
{
	struct exchange *exchange = request->owner;
	struct loop *loop = exchange->loop;
	uint64_t one = 1;

	pthread_mutex_lock(&loop->mutex);

	bool is_first = !loop->completed; /* else the loop is on its way to all of them */

	exchange->next = loop->completed;
	loop->completed = exchange;
	pthread_mutex_unlock(&loop->mutex);
	if (is_first && write(loop->event, &one, sizeof one) < 0 && errno != EAGAIN)
		BUG("eventfd: %s", strerror(errno));
}

static bool is_gone(const struct request *request)
{
	return outgoing_is_gone(request->owner);
}

/* The raw target is needed as it was sent, so the exchange begins here. */
static void *begin(void *payload, const char *target, struct MHD_Connection *connection)
{
	struct loop *loop = payload;
	struct exchange *exchange = incoming_new(loop, target, connection);

	exchange->request.resume = resume;
	exchange->client = client_of(connection);
	client_works(loop, exchange->client);
	if (loop->latest != exchange->client)
		loop->mixed_until = loop->now + MIXED_US;
	loop->latest = exchange->client;
	exchange->request.is_gone = is_gone;
	atomic_fetch_add(&loop->active, 1);
	atomic_fetch_add(&loop->reading, 1);
	return exchange;
}

static void connection(void *payload, struct MHD_Connection *peer, void **context,
		       enum MHD_ConnectionNotificationCode code)
{
	if (code == MHD_CONNECTION_NOTIFY_STARTED)
		*context = client_new(payload, peer);
	else
		client_free(payload, *context);
}

static void completed(void *payload, struct MHD_Connection *connection, void **con_cls,
		      enum MHD_RequestTerminationCode code)
{
	struct exchange *exchange = *con_cls;

	(void)payload;
	(void)connection;
	(void)code;
	if (!exchange)
		return;

	struct loop *loop = exchange->loop;
	const struct httpd_handler *handler = &loop->httpd->handler;

	if (exchange->request.context && exchange->state != ANSWERED && handler->abandon)
		handler->abandon(&exchange->request);
	if (exchange->state == FRESH || exchange->state == READING)
		atomic_fetch_sub(&loop->reading, 1);
	client_rests(loop, exchange->client);
	limit_give(LIMIT_HELD, exchange->held);
	incoming_free(exchange);
	*con_cls = NULL;
	atomic_fetch_sub(&loop->active, 1);
}

/* The request is complete, or will never be. */
static void move_on(struct exchange *exchange, enum state state)
{
	if (exchange->state == FRESH || exchange->state == READING)
		atomic_fetch_sub(&exchange->loop->reading, 1);
	exchange->state = state;
}

static void finish(struct exchange *exchange, enum state state)
{
	double ms = (double)(when_monotonic_us() - exchange->request.began) / 1e3;

	move_on(exchange, state);
	exchange->loop->httpd->handler.log(&exchange->request, &exchange->response, ms);
}

/* The answer is on its way, or the connection closes. */
static enum MHD_Result answer(struct exchange *exchange, enum state state)
{
	bool is_queued = outgoing_send(exchange);

	finish(exchange, state);
	return is_queued ? MHD_YES : MHD_NO;
}

static void set_refusal(struct exchange *exchange, int status, const char *text)
{
	struct response *response = &exchange->response;

	str_release(&response->body); /* of an answer that was waiting for its time */
	*response = (struct response){ .status = status,
				       .content_type = "text/plain; charset=utf-8",
				       .refusal.why = text };
	str_init(&response->body, 1024);
	str_format(&response->body, "%s\n", text);
	if (status == 503)
		response_header(&exchange->request, response, "Retry-After", RETRY_AFTER);
}

static enum MHD_Result refuse_exchange(struct exchange *exchange, int status, const char *text)
{
	set_refusal(exchange, status, text);
	return answer(exchange, REFUSED);
}

/* The handler is not called any more; others may wait for what it holds. */
static enum MHD_Result give_up(struct exchange *exchange, const char *text)
{
	const struct httpd_handler *handler = &exchange->loop->httpd->handler;

	if (exchange->request.context && handler->abandon)
		handler->abandon(&exchange->request);
	return refuse_exchange(exchange, 503, text);
}

/* Slow readers must not fill the memory; what was written is acknowledged all the same. */
static enum MHD_Result answer_if_room(struct exchange *exchange)
{
	const char *method = exchange->request.method;
	bool is_read = strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;

	if (exchange_hold(exchange, exchange->response.body.length, !is_read))
		return answer(exchange, ANSWERED);
	return refuse_exchange(exchange, 503, no_room_text);
}

static enum MHD_Result handle(struct exchange *exchange)
{
	struct loop *loop = exchange->loop;
	const struct httpd_handler *handler = &loop->httpd->handler;
	struct request *request = &exchange->request;

	if (atomic_load(&loop->httpd->stopping)) /* nobody would write any more */
		return give_up(exchange, "the server is stopping");
	if (exchange->no_room)
		return refuse_exchange(exchange, 503, no_room_text);
	request->again = false;
	request->delay_us = 0;
	/* requests that arrived and were not looked at yet are not among the active ones */
	request->alone = atomic_load(&loop->active) == 1 && loop->now >= loop->mixed_until;
	if (handler->handle(request, &exchange->response, handler->payload))
		return answer_if_room(exchange);
	if (request->delay_us > 0) {
		if (!limit_take(LIMIT_DELAYED, 1))
			return give_up(exchange, "the server lets as many requests wait as it can");
		move_on(exchange, DELAYED);
		timers_add(&loop->timers, when_monotonic_us() + request->delay_us, exchange);
	} else {
		/* Completions are taken by this thread only, so nobody can resume too early. */
		move_on(exchange, PARKED);
	}
	MHD_suspend_connection(exchange->connection);
	return MHD_YES;
}

/* What libmicrohttpd lets us not answer, or not now, goes round it. */
static enum MHD_Result cut_off(struct exchange *exchange, int status, const char *text)
{
	set_refusal(exchange, status, text);
	outgoing_cut(exchange);
	finish(exchange, REFUSED);
	return MHD_NO;
}

static enum MHD_Result take_body(struct exchange *exchange, const char *data, size_t size)
{
	const char *why;
	int status = incoming_body(exchange, data, size, &why);

	return status ? cut_off(exchange, status, why) : MHD_YES;
}

static enum MHD_Result take_head(struct exchange *exchange, const char *method)
{
	int status;
	const char *why;

	exchange->state = READING;
	why = incoming_head(exchange, method, &status);
	if (why && status == 431) /* there may be no room for the head of an answer */
		return cut_off(exchange, status, why);
	if (why)
		return refuse_exchange(exchange, status, why);
	/* A body that is too large is answered now; the connection closes after it. */
	return exchange->request.body_too_large ? handle(exchange) : MHD_YES;
}

static enum MHD_Result serve(void *payload, struct MHD_Connection *connection, const char *url,
			     const char *method, const char *version, const char *data,
			     size_t *size, void **con_cls)
{
	struct exchange *exchange = *con_cls;
	size_t arrived = *size;

	(void)payload;
	(void)connection;
	(void)url;
	(void)version;
	*size = 0; /* always take the whole chunk */
	switch (exchange->state) {
	case FRESH:
		return take_head(exchange, method);
	case READING:
		if (arrived)
			return take_body(exchange, data, arrived);
		return handle(exchange);
	case DUE:
		return handle(exchange);
	case READY:
		return answer_if_room(exchange);
	case GONE:
		return MHD_NO;
	case PARKED:
	case DELAYED:
	case REFUSED:
	case ANSWERED:
		return MHD_YES;
	}
	BUG("state %d", (int)exchange->state);
}

static void take_completed(struct loop *loop)
{
	uint64_t count;

	if (read(loop->event, &count, sizeof count) < 0 && errno != EAGAIN)
		BUG("eventfd: %s", strerror(errno));
	pthread_mutex_lock(&loop->mutex);

	struct exchange *list = loop->completed;

	loop->completed = NULL;
	pthread_mutex_unlock(&loop->mutex);
	while (list) {
		struct exchange *exchange = list;

		list = exchange->next;
		exchange->state = exchange->request.again ? DUE : READY;
		MHD_resume_connection(exchange->connection);
	}
}

/* A server that ends lets nobody wait. */
static int64_t now_of(const struct loop *loop)
{
	return atomic_load(&loop->httpd->draining) ? TIMER_NEVER : when_monotonic_us();
}

static void fire_timers(struct loop *loop)
{
	int64_t now = now_of(loop);

	for (int i = 0; i < FIRED_PER_PASS; i++) {
		struct exchange *exchange = timers_take(&loop->timers, now);

		if (!exchange)
			break;
		/* libmicrohttpd does not look at the socket before the handler answers */
		if (exchange->state == DELAYED) {
			exchange->state = outgoing_is_gone(exchange) ? GONE : DUE;
			limit_give(LIMIT_DELAYED, 1);
		}
		MHD_resume_connection(exchange->connection);
	}
}

/* How long poll() may wait, in milliseconds. */
static int patience(const struct loop *loop, int wait_ms)
{
	MHD_UNSIGNED_LONG_LONG timeout;
	int64_t next = timers_next(&loop->timers), now = now_of(loop);

	if ((loop->clients.leaving || loop->clients.deaf_until > loop->now) && wait_ms > PART_MS)
		wait_ms = PART_MS;
	if (MHD_get_timeout(loop->daemon, &timeout) == MHD_YES && timeout < (unsigned)wait_ms)
		wait_ms = (int)timeout;
	if (loop->timers.count == 0)
		return wait_ms;
	if (next <= now)
		return 0;
	return (next - now) / 1000 < wait_ms ? (int)((next - now + 999) / 1000) : wait_ms;
}

static void one_pass(struct loop *loop, int wait_ms)
{
	bool wanted = clients_are_wanted(loop);
	struct pollfd fds[] = { { .fd = loop->epoll, .events = POLLIN },
				{ .fd = loop->event, .events = POLLIN },
				{ .fd = wanted ? loop->httpd->listen : -1, .events = POLLIN } };
	const struct httpd_handler *handler = &loop->httpd->handler;

	poll(fds, ARRAY_SIZE(fds), patience(loop, wait_ms));
	loop->now = when_monotonic_us();
	if (fds[2].revents)
		clients_accept(loop);
	clients_part(loop, loop->now);
	if (fds[1].revents)
		take_completed(loop);
	fire_timers(loop);
	if (handler->pass_begin)
		handler->pass_begin();
	MHD_run(loop->daemon);
	if (handler->pass_end)
		handler->pass_end();
}

static void *run_loop(void *payload)
{
	struct loop *loop = payload;

	while (!atomic_load(&loop->httpd->stopping))
		one_pass(loop, 1000);
	one_pass(loop, 0); /* lets go of what was completed meanwhile */
	return NULL;
}

static void mhd_log(void *payload, const char *format, va_list args)
{
	struct str text;

	(void)payload;
	str_init(&text, 1024);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	str_vformat(&text, format, args);
#pragma GCC diagnostic pop
	if (text.length && text.text[text.length - 1] == '\n')
		text.text[text.length - 1] = '\0';
	log_event(LOG_DEBUG, "http", "text", str_text(&text), NULL);
	str_release(&text);
}

static bool start_loop(struct httpd *httpd, struct loop *loop, struct err *err)
{
	loop->httpd = httpd;
	pthread_mutex_init(&loop->mutex, NULL);
	loop->event = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	loop->daemon = MHD_start_daemon(
		MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET | MHD_ALLOW_SUSPEND_RESUME |
			MHD_USE_ERROR_LOG,
		0, NULL, NULL, serve, loop, MHD_OPTION_EXTERNAL_LOGGER, mhd_log, NULL,
		MHD_OPTION_URI_LOG_CALLBACK, begin, loop, MHD_OPTION_NOTIFY_COMPLETED, completed,
		NULL, MHD_OPTION_NOTIFY_CONNECTION, connection, loop,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
		MHD_OPTION_CONNECTION_LIMIT,
		(unsigned)limit_most(LIMIT_CONNECTIONS) + CONNECTIONS_MORE,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS, MHD_OPTION_END);
	if (loop->event < 0 || !loop->daemon)
		return err_set(err, ERR_ENVIRONMENT, "libmicrohttpd does not start");
	loop->epoll = MHD_get_daemon_info(loop->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
	if (pthread_create(&loop->thread, NULL, run_loop, loop) != 0)
		return err_set(err, ERR_ENVIRONMENT, "no thread for an event loop");
	return true;
}

struct httpd *httpd_start(const struct httpd_config *config, const struct httpd_handler *handler,
			  struct err *err)
{
	struct httpd *httpd = xcalloc(1, sizeof *httpd);

	limit_set(LIMIT_CONNECTIONS, clients_most());
	httpd->config = *config;
	httpd->handler = *handler;
	httpd->port = config->port;
	httpd->loops = xcalloc((size_t)config->loops, sizeof *httpd->loops);
	httpd->listen = listen_on(config->address, &httpd->port, err);
	if (httpd->listen < 0) {
		free(httpd->loops);
		free(httpd);
		return NULL;
	}
	for (int i = 0; i < config->loops; i++) {
		if (start_loop(httpd, &httpd->loops[i], err))
			continue;
		/* Only the machine can refuse a thread; the process ends after this. */
		return NULL;
	}
	return httpd;
}

int httpd_port(const struct httpd *httpd)
{
	return httpd->port;
}

static int count_active(const struct httpd *httpd, bool complete_only)
{
	int count = 0;

	for (int i = 0; i < httpd->config.loops; i++) {
		count += atomic_load(&httpd->loops[i].active);
		if (complete_only)
			count -= atomic_load(&httpd->loops[i].reading);
	}
	return count;
}

static void wake(const struct httpd *httpd)
{
	uint64_t one = 1;

	for (int i = 0; i < httpd->config.loops; i++)
		if (write(httpd->loops[i].event, &one, sizeof one) < 0)
			BUG("eventfd: %s", strerror(errno));
}

void httpd_drain(struct httpd *httpd, int ms)
{
	int64_t begin_us = when_monotonic_us(), until = begin_us + (int64_t)ms * 1000;

	atomic_store(&httpd->draining, true);
	wake(httpd);
	/* A request that is still arriving gets a moment only: its client may be gone
	 * without libmicrohttpd having noticed. */
	for (bool patient = true; when_monotonic_us() < until && count_active(httpd, !patient) > 0;
	     usleep(5000))
		patient = when_monotonic_us() < begin_us + UPLOAD_GRACE_US;
}

void httpd_halt(struct httpd *httpd)
{
	if (!httpd)
		return;
	atomic_store(&httpd->draining, true);
	atomic_store(&httpd->stopping, true);
	wake(httpd);
	for (int i = 0; i < httpd->config.loops; i++)
		pthread_join(httpd->loops[i].thread, NULL);
}

void httpd_free(struct httpd *httpd)
{
	if (!httpd)
		return;
	for (int i = 0; i < httpd->config.loops; i++) {
		struct loop *loop = &httpd->loops[i];

		do /* resumes what was completed after the last pass, and what waits */
			one_pass(loop, 0);
		while (loop->timers.count > 0);
		MHD_stop_daemon(loop->daemon);
		clients_part(loop, TIMER_NEVER);
		timers_release(&loop->timers);
		close(loop->event);
		pthread_mutex_destroy(&loop->mutex);
	}
	close(httpd->listen);
	free(httpd->loops);
	free(httpd);
}
