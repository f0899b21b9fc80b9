/*
 * incoming.c - a request, part by part, from libmicrohttpd.
 */
#include "server/http/incoming.h"
#include "base/when.h"

#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "server/http/limit.h"

#define HEAD_CAP 8192
#define HELD_LEAST 4096         /* a smaller body is not counted: connections are */
#define HEADER_COST 96          /* of one header, beside its text */
#define UPLOAD_US 60000000      /* a body must have arrived by then */
#define DROPPED_CAP (64u << 20) /* bytes beyond BODY_CAP that are read and thrown away */

struct exchange *incoming_new(struct loop *loop, const char *target,
			      struct MHD_Connection *connection)
{
	struct exchange *exchange = xcalloc(1, sizeof *exchange);
	struct request *request = &exchange->request;
	size_t path = strcspn(target, "?");

	exchange->connection = connection;
	exchange->loop = loop;
	request->began = when_monotonic_us();
	request->owner = exchange;
	request->target = arena_dup(&request->arena, target);
	request->path = arena_dup_n(&request->arena, target, path);
	request->query = target[path] ? arena_dup(&request->arena, target + path + 1) : NULL;
	str_init(&request->body, BODY_CAP);
	return exchange;
}

void incoming_free(struct exchange *exchange)
{
	str_release(&exchange->request.body);
	str_release(&exchange->response.body);
	arena_release(&exchange->request.arena);
	free(exchange);
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

/* For every request: without the patience of printf(). */
static const char *joined(struct arena *arena, const char *a, const char *b, const char *c)
{
	size_t first = strlen(a), second = strlen(b), third = strlen(c);
	char *text = arena_alloc(arena, first + second + third + 1);

	memcpy(text, a, first);
	memcpy(text + first, b, second);
	memcpy(text + first + second, c, third + 1);
	return text;
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
		return joined(&request->arena, scheme, "://", host);
	return arena_format(&request->arena,
			    strchr(config->address, ':') ? "%s://[%s]:%d" : "%s://%s:%d", scheme,
			    config->address, exchange->loop->httpd->port);
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

const char *incoming_head(struct exchange *exchange, const char *method, int *status)
{
	struct request *request = &exchange->request;
	const char *length;
	int64_t announced = 0;

	request->method = arena_dup(&request->arena, method);
	request->client = exchange->client->address;
	MHD_get_connection_values(exchange->connection, MHD_HEADER_KIND, add_header, request);
	*status = 431;
	if (head_size(request) > HEAD_CAP)
		return "the head of the request is too large";
	request->base_url = base_url(exchange);
	length = request_header(request, "Content-Length");
	*status = 400;
	/* Both at once is how requests are smuggled past a proxy (RFC 9112, 6.1). */
	if (length && request_header(request, "Transfer-Encoding"))
		return "Content-Length and Transfer-Encoding exclude one another";
	if (count_headers(request, "Content-Length") > 1)
		return "Content-Length stands twice";
	if (length && !number_parse(length, 0, INT64_MAX, &announced))
		return "Content-Length is not a number";
	request->body_too_large = announced > (int64_t)BODY_CAP;
	return NULL;
}

bool exchange_hold(struct exchange *exchange, size_t size, bool anyway)
{
	int64_t more = (int64_t)size;

	if (size <= HELD_LEAST)
		return true;
	if (anyway)
		limit_force(LIMIT_HELD, more);
	else if (!limit_take(LIMIT_HELD, more))
		return false;
	exchange->held += more;
	return true;
}

/* One that is small so far was not counted. */
static void keep(struct exchange *exchange, const char *data, size_t size)
{
	struct str *body = &exchange->request.body;
	size_t before = body->length > HELD_LEAST ? body->length : 0;

	str_add_bytes(body, data, size);
	if (body->length <= HELD_LEAST || body->full)
		return;
	if (limit_take(LIMIT_HELD, (int64_t)(body->length - before))) {
		exchange->held += (int64_t)(body->length - before);
		return;
	}
	exchange->no_room = true;
	str_release(body);
	limit_give(LIMIT_HELD, exchange->held);
	exchange->held = 0;
}

int incoming_body(struct exchange *exchange, const char *data, size_t size, const char **why)
{
	struct request *request = &exchange->request;

	*why = "the body did not arrive within 60 seconds";
	if (when_monotonic_us() - request->began > UPLOAD_US)
		return 408;
	if (!request->body_too_large && !exchange->no_room)
		keep(exchange, data, size);
	if (request->body.full)
		request->body_too_large = true;
	if (request->body_too_large || exchange->no_room)
		exchange->dropped += size;
	*why = "the body is far too large";
	return exchange->dropped > DROPPED_CAP ? 413 : 0;
}
