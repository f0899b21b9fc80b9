/*
 * httpd.c - event loops around libmicrohttpd.
 *
 * The loops are ours and MHD runs with an external epoll: its internal epoll loop
 * stalls when exactly 128, 256, ... connections are ready at once.
 */
#include "server/http/httpd.h"

#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/when.h"
#include "server/http/listen.h"

/* The head of a request and that of its answer share this. What libmicrohttpd cannot fit
 * in, it leaves unanswered: so a head of ours is refused long before. */
#define CONNECTION_MEMORY 32768
#define HEAD_CAP 8192
#define HEADER_COST 96          /* of one header, beside its text */
#define CONNECTIONS 2000        /* per loop */
#define IDLE_SECONDS 30         /* a silent connection is closed */
#define UPLOAD_US 60000000      /* a body must have arrived by then */
#define UPLOAD_GRACE_US 1000000 /* for what is still arriving when the server stops */
#define DROPPED_CAP (64u << 20) /* bytes beyond BODY_CAP that are read and thrown away */

enum state { FRESH, READING, PARKED, READY, ANSWERED };

struct loop {
	struct httpd *httpd;
	pthread_t thread;
	struct MHD_Daemon *daemon;
	int epoll, event;
	bool quiet;            /* takes no new connections any more */
	atomic_int active;     /* exchanges begun and not completed */
	atomic_int reading;    /* of these, those whose request is not complete yet */
	pthread_mutex_t mutex; /* guards `completed` */
	struct exchange *completed;
};

struct exchange {
	struct request request;
	struct response response;
	struct MHD_Connection *connection;
	struct loop *loop;
	struct exchange *next;
	enum state state;
	size_t dropped;
};

struct httpd {
	struct httpd_config config;
	struct httpd_handler handler;
	int listen, port;
	atomic_bool draining, stopping;
	struct loop *loops;
};

static int64_t monotonic_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Runs on the thread that completed the request. */
static void resume(struct request *request)
{
	struct exchange *exchange = request->owner;
	struct loop *loop = exchange->loop;
	uint64_t one = 1;

	pthread_mutex_lock(&loop->mutex);
	exchange->next = loop->completed;
	loop->completed = exchange;
	pthread_mutex_unlock(&loop->mutex);
	if (write(loop->event, &one, sizeof one) < 0 && errno != EAGAIN)
		BUG("eventfd: %s", strerror(errno));
}

/* The raw target is needed as it was sent, so the exchange begins here. */
static void *begin(void *payload, const char *target, struct MHD_Connection *connection)
{
	struct loop *loop = payload;
	struct exchange *exchange = xcalloc(1, sizeof *exchange);
	struct request *request = &exchange->request;
	size_t path = strcspn(target, "?");

	exchange->connection = connection;
	exchange->loop = loop;
	request->began = monotonic_us();
	request->resume = resume;
	request->owner = exchange;
	request->target = arena_dup(&request->arena, target);
	request->path = arena_dup_n(&request->arena, target, path);
	request->query = target[path] ? arena_dup(&request->arena, target + path + 1) : NULL;
	str_init(&request->body, BODY_CAP);
	atomic_fetch_add(&loop->active, 1);
	atomic_fetch_add(&loop->reading, 1);
	return exchange;
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
	atomic_fetch_sub(&exchange->loop->active, 1);
	if (exchange->state == FRESH || exchange->state == READING)
		atomic_fetch_sub(&exchange->loop->reading, 1);
	str_release(&exchange->request.body);
	str_release(&exchange->response.body);
	arena_release(&exchange->request.arena);
	free(exchange);
	*con_cls = NULL;
}

static enum MHD_Result add_header(void *payload, enum MHD_ValueKind kind, const char *name,
				  const char *value)
{
	struct request *request = payload;

	(void)kind;
	pairs_add(&request->headers, &request->arena, arena_dup(&request->arena, name),
		  arena_dup(&request->arena, value ? value : ""));
	return MHD_YES;
}

static const char *client_address(struct exchange *exchange)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(
		exchange->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	char host[64];

	if (!info ||
	    getnameinfo(info->client_addr,
			info->client_addr->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6)
								 : sizeof(struct sockaddr_in),
			host, sizeof host, NULL, 0, NI_NUMERICHOST) != 0)
		return "unknown";
	return arena_dup(&exchange->request.arena, host);
}

/* What a client may put between http:// and / without breaking our own URLs. */
static bool is_authority(const char *text)
{
	return *text && !text[strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
					   "0123456789.-_:[]")];
}

/* One parameter of `Forwarded: for=..;proto=https;host=h` (RFC 7239), first hop. */
static const char *forwarded(struct request *request, const char *name)
{
	const char *at = request_header(request, "Forwarded");
	size_t length = strlen(name);

	for (; at && *at && *at != ','; at += strcspn(at, ";,"), at += *at == ';') {
		at += strspn(at, " ");
		if (strncasecmp(at, name, length) == 0 && at[length] == '=') {
			at += length + 1;
			at += *at == '"';
			return arena_dup_n(&request->arena, at, strcspn(at, "\";, "));
		}
	}
	return NULL;
}

static const char *base_url(struct exchange *exchange)
{
	struct request *request = &exchange->request;
	const struct httpd_config *config = &exchange->loop->httpd->config;
	const char *scheme = "http", *host = request_header(request, "Host");

	if (config->public_url)
		return config->public_url;
	if (config->trust_proxy) {
		const char *proto = forwarded(request, "proto"), *name = forwarded(request, "host");

		proto = proto ? proto : request_header(request, "X-Forwarded-Proto");
		name = name ? name : request_header(request, "X-Forwarded-Host");
		if (proto && strcasecmp(proto, "https") == 0)
			scheme = "https";
		host = name ? name : host;
	}
	if (host && is_authority(host))
		return arena_format(&request->arena, "%s://%s", scheme, host);
	return arena_format(&request->arena,
			    strchr(config->address, ':') ? "%s://[%s]:%d" : "%s://%s:%d", scheme,
			    config->address, exchange->loop->httpd->port);
}

/* The request is complete, or will never be. */
static void move_on(struct exchange *exchange, enum state state)
{
	if (exchange->state == FRESH || exchange->state == READING)
		atomic_fetch_sub(&exchange->loop->reading, 1);
	exchange->state = state;
}

static enum MHD_Result send_response(struct exchange *exchange)
{
	struct response *response = &exchange->response;
	size_t length;
	char *body = str_take(&response->body, &length);
	struct MHD_Response *out = MHD_create_response_from_buffer(length, body,
								   MHD_RESPMEM_MUST_FREE);

	if (!out) {
		free(body);
		return MHD_NO;
	}
	if (response->content_type && length)
		MHD_add_response_header(out, "Content-Type", response->content_type);
	for (size_t i = 0; i < response->headers.count; i++)
		MHD_add_response_header(out, response->headers.items[i].name,
					response->headers.items[i].value);

	if (atomic_load(&exchange->loop->httpd->draining))
		MHD_add_response_header(out, "Connection", "close");

	enum MHD_Result result = MHD_queue_response(exchange->connection,
						    (unsigned)response->status, out);

	MHD_destroy_response(out);
	move_on(exchange, ANSWERED);
	exchange->loop->httpd->handler.log(&exchange->request, response,
					   (double)(monotonic_us() - exchange->request.began) /
						   1e3);
	return result;
}

static enum MHD_Result refuse_exchange(struct exchange *exchange, int status, const char *text)
{
	exchange->response.status = status;
	exchange->response.content_type = "text/plain; charset=utf-8";
	exchange->response.refusal.why = text;
	str_init(&exchange->response.body, 1024);
	str_format(&exchange->response.body, "%s\n", text);
	return send_response(exchange);
}

static enum MHD_Result handle(struct exchange *exchange)
{
	const struct httpd_handler *handler = &exchange->loop->httpd->handler;

	if (atomic_load(&exchange->loop->httpd->stopping)) /* nobody would write any more */
		return refuse_exchange(exchange, 503, "the server is stopping");
	if (handler->handle(&exchange->request, &exchange->response, handler->payload))
		return send_response(exchange);
	/* Completions are taken by this thread only, so nobody can resume too early. */
	move_on(exchange, PARKED);
	MHD_suspend_connection(exchange->connection);
	return MHD_YES;
}

static size_t count_headers(const struct request *request, const char *name)
{
	size_t count = 0;

	for (size_t i = 0; i < request->headers.count; i++)
		count += strcasecmp(request->headers.items[i].name, name) == 0;
	return count;
}

static size_t head_size(const struct request *request)
{
	size_t size = strlen(request->target);

	for (size_t i = 0; i < request->headers.count; i++)
		size += HEADER_COST + strlen(request->headers.items[i].name) +
			strlen(request->headers.items[i].value);
	return size;
}

/* The first call: method and headers are there, the body is not. */
static enum MHD_Result headers_read(struct exchange *exchange, const char *method)
{
	struct request *request = &exchange->request;
	const char *length;
	int64_t announced = 0;

	exchange->state = READING;
	request->method = arena_dup(&request->arena, method);
	request->client = client_address(exchange);
	MHD_get_connection_values(exchange->connection, MHD_HEADER_KIND, add_header, request);
	if (head_size(request) > HEAD_CAP)
		return refuse_exchange(exchange, 431, "the head of the request is too large");
	request->base_url = base_url(exchange);
	length = request_header(request, "Content-Length");
	/* Both at once is how requests are smuggled past a proxy (RFC 9112, 6.1). */
	if (length && request_header(request, "Transfer-Encoding"))
		return refuse_exchange(exchange, 400,
				       "Content-Length and Transfer-Encoding exclude one another");
	if (count_headers(request, "Content-Length") > 1)
		return refuse_exchange(exchange, 400, "Content-Length stands twice");
	if (length && !number_parse(length, 0, INT64_MAX, &announced))
		return refuse_exchange(exchange, 400, "Content-Length is not a number");
	if (announced > (int64_t)BODY_CAP) { /* answer now; the connection closes after it */
		request->body_too_large = true;
		return handle(exchange);
	}
	return MHD_YES;
}

static enum MHD_Result body_read(struct exchange *exchange, const char *data, size_t size)
{
	struct request *request = &exchange->request;

	if (monotonic_us() - request->began > UPLOAD_US)
		return MHD_NO;
	if (!request->body_too_large)
		str_add_bytes(&request->body, data, size);
	if (request->body.full)
		request->body_too_large = true;
	if (request->body_too_large)
		exchange->dropped += size;
	return exchange->dropped > DROPPED_CAP ? MHD_NO : MHD_YES;
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
		return headers_read(exchange, method);
	case READING:
		return arrived ? body_read(exchange, data, arrived) : handle(exchange);
	case PARKED:
	case ANSWERED:
		return MHD_YES;
	case READY:
		return send_response(exchange);
	}
	BUG("state %d", (int)exchange->state);
}

static void take_completed(struct loop *loop)
{
	uint64_t count;

	while (read(loop->event, &count, sizeof count) > 0)
		;
	pthread_mutex_lock(&loop->mutex);

	struct exchange *list = loop->completed;

	loop->completed = NULL;
	pthread_mutex_unlock(&loop->mutex);
	while (list) {
		struct exchange *exchange = list;

		list = exchange->next;
		exchange->state = READY;
		MHD_resume_connection(exchange->connection);
	}
}

static void one_pass(struct loop *loop, int wait_ms)
{
	struct pollfd fds[2] = { { .fd = loop->epoll, .events = POLLIN },
				 { .fd = loop->event, .events = POLLIN } };
	MHD_UNSIGNED_LONG_LONG timeout;

	if (MHD_get_timeout(loop->daemon, &timeout) == MHD_YES && timeout < (unsigned)wait_ms)
		wait_ms = (int)timeout;
	poll(fds, 2, wait_ms);
	if (atomic_load(&loop->httpd->draining) && !loop->quiet) {
		MHD_quiesce_daemon(loop->daemon); /* the socket stays ours */
		loop->quiet = true;
	}
	take_completed(loop);
	MHD_run(loop->daemon);
}

static void *run_loop(void *payload)
{
	struct loop *loop = payload;

	while (!atomic_load(&loop->httpd->stopping))
		one_pass(loop, 1000);
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
		MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG, 0, NULL, NULL, serve,
		loop, MHD_OPTION_EXTERNAL_LOGGER, mhd_log, NULL, MHD_OPTION_LISTEN_SOCKET,
		httpd->listen, MHD_OPTION_URI_LOG_CALLBACK, begin, loop,
		MHD_OPTION_NOTIFY_COMPLETED, completed, NULL, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		(size_t)CONNECTION_MEMORY, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS,
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
	int64_t begin_us = monotonic_us(), until = begin_us + (int64_t)ms * 1000;

	atomic_store(&httpd->draining, true);
	wake(httpd);
	/* A request that is still arriving gets a moment only: its client may be gone
	 * without libmicrohttpd having noticed. */
	for (bool patient = true; monotonic_us() < until && count_active(httpd, !patient) > 0;
	     usleep(5000))
		patient = monotonic_us() < begin_us + UPLOAD_GRACE_US;
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

		one_pass(loop, 0); /* resumes what was completed after the last pass */
		MHD_stop_daemon(loop->daemon);
		close(loop->event);
		pthread_mutex_destroy(&loop->mutex);
	}
	close(httpd->listen);
	free(httpd->loops);
	free(httpd);
}
