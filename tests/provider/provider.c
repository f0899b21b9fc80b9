/*
 * provider.c - requests in, answers out: one thread, everything in memory.
 */
#include "tests/provider/internal.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define TOKEN_PATH "/oauth2/token"

/* Finds the version and the service; what follows the root, NULL below none. */
static const char *below_root(struct exchange *e)
{
	static const struct {
		unsigned version;
		enum service service;
	} roots[] = {
		{ V11, ROSTERING }, { V12, ROSTERING }, { V12, GRADEBOOK }, { V12, RESOURCES }
	};

	for (size_t i = 0; i < ARRAY_SIZE(roots); i++) {
		const char *root = vendor_service_root(roots[i].version, roots[i].service);
		size_t length = strlen(root);

		if (strncmp(e->target, root, length) != 0 || !strchr("/?", e->target[length]))
			continue;
		e->version = roots[i].version;
		e->service = roots[i].service;
		return e->target + length;
	}
	return NULL;
}

/* Takes the path apart at its raw slashes; one at the end changes nothing. */
static bool split(struct exchange *e, const char *path)
{
	struct err err = ERR_INIT;

	while (*path == '/') {
		size_t length = strcspn(path + 1, "/?");
		char *segment = vendor_behaves(e, "raw-ids")
					? arena_dup_n(&e->arena, path + 1, length)
					: pct_decode(&e->arena, path + 1, length, PLUS_IS_PLUS,
						     &err);

		if (!segment || e->count == SEGMENTS)
			return false;
		e->segments[e->count++] = segment;
		path += 1 + length;
	}
	if (e->count && !*e->segments[e->count - 1] && !vendor_behaves(e, "slash-404"))
		e->count--;
	return true;
}

static bool is(const struct exchange *e, const char *method)
{
	return strcmp(e->method, method) == 0;
}

static void read_collection(struct exchange *e)
{
	const struct collection *c = e->collection;
	json_t *records = json_array(), *item;
	size_t i;

	json_array_foreach (e->p->rows[c->entity], i, item)
		if (vendor_shows(e, c, item))
			json_array_append(records, item);
	vendor_give_list(e, c, records);
}

static void read_one(struct exchange *e)
{
	const json_t *record = vendor_find(e->p->rows[e->collection->entity], e->segments[1]);

	if (record && vendor_shows(e, e->collection, record))
		vendor_give_one(e, e->collection, record);
	else
		vendor_refuse(e, UNKNOWN_OBJECT, "Unknown Object: %s %s", e->collection->name,
			      e->segments[1]);
}

static void read_something(struct exchange *e)
{
	if (e->length && vendor_behaves(e, "get-body-400"))
		vendor_refuse(e, BAD_REQUEST, "a GET has no body");
	else if (!vendor_read_query(e))
		return;
	else if (vendor_behaves(e, "bare-objects") && e->count == 2)
		vendor_give_one(e, e->collection, NULL);
	else if (vendor_behaves(e, "bare-objects"))
		vendor_give_list(e, e->collection, json_array());
	else if (e->count == 1)
		read_collection(e);
	else if (e->count == 2)
		read_one(e);
	else if (vendor_parents_exist(e))
		vendor_give_list(e, e->collection, vendor_records_below(e));
}

static void refuse_method(struct exchange *e)
{
	vendor_refuse(e, BAD_METHOD, "%s is not for this path", e->method);
	vendor_set_header(e, "Allow", vendor_route_methods(e));
}

/* The scope is looked at before any id, so that none can be found out without it. */
static void dispatch(struct exchange *e, const json_t *scopes)
{
	char *methods = vendor_route_methods(e);
	const char *method = is(e, "HEAD") ? "GET" : e->method;
	bool allowed = strstr(methods, e->method) != NULL;

	free(methods);
	if (is(e, "OPTIONS")) {
		e->status = 204;
		vendor_set_header(e, "Allow", vendor_route_methods(e));
	} else if (!allowed) {
		refuse_method(e);
	} else if (!vendor_scopes_open(e, scopes, method)) {
		vendor_refuse(e, NOT_PERMITTED, "the token's scopes do not open this");
		vendor_set_header(
			e, "WWW-Authenticate",
			xstrdup("Bearer realm=\"oneroster\", error=\"insufficient_scope\""));
	} else if (e->too_large) {
		vendor_refuse(e, TOO_LARGE, "the body is larger than %u bytes", BODY_MOST);
	} else if (is(e, "PUT")) {
		vendor_put_one(e);
	} else if (is(e, "DELETE")) {
		vendor_delete_one(e);
	} else if (!is(e, "POST")) {
		read_something(e);
	} else if (vendor_parents_exist(e)) {
		vendor_post_many(e);
	}
}

static void answer_oneroster(struct exchange *e, bool readable)
{
	bool known = readable && vendor_route(e);
	const json_t *scopes = NULL;

	if (readable && vendor_give_discovery(e))
		return;
	if (known || !vendor_behaves(e, "route-first"))
		scopes = vendor_authenticate(e);
	if (e->status >= 400)
		return;
	if (known)
		dispatch(e, scopes);
	else
		vendor_refuse(e, UNKNOWN_OBJECT, "Unknown Object: there is no such path");
}

/* Sending. */

static bool is_faulty_header(const struct exchange *e, const char *name)
{
	return vendor_strikes(e, FAULT_HEADER) && strcmp(e->p->fault->what, name) == 0;
}

static void add_headers(struct exchange *e, struct MHD_Response *response)
{
	const struct fault_row *fault = e->p->fault;

	for (size_t i = 0; i < e->header_count; i++)
		if (!is_faulty_header(e, e->headers[i].name))
			MHD_add_response_header(response, e->headers[i].name, e->headers[i].value);
	if (vendor_strikes(e, FAULT_HEADER) && fault->text)
		MHD_add_response_header(response, fault->what, fault->text);
}

static enum MHD_Result send_answer(struct exchange *e)
{
	const struct fault_row *fault = e->p->fault;
	struct MHD_Response *response;
	enum MHD_Result result;
	char *body;

	vendor_edit_answer(e);
	body = e->json ? json_dumps(e->json, JSON_REAL_PRECISION(15)) : xstrdup("");
	if (e->json)
		vendor_set_header(e, "Content-Type", xstrdup("application/json"));
	if (vendor_strikes(e, FAULT_BODY) && (!fault->number || fault->number == e->status)) {
		free(body);
		body = xstrdup(fault->text);
	}
	if (vendor_strikes(e, FAULT_STATUS))
		e->status = fault->number;
	response = MHD_create_response_from_buffer(strlen(body), body, MHD_RESPMEM_MUST_FREE);
	add_headers(e, response);
	result = MHD_queue_response(e->connection, (unsigned)e->status, response);
	MHD_destroy_response(response);
	return result;
}

static void *begin(void *payload, const char *target, struct MHD_Connection *connection)
{
	struct exchange *e = xcalloc(1, sizeof *e);

	e->p = payload;
	e->connection = connection;
	e->target = xstrdup(target);
	return e;
}

static void end(void *payload, struct MHD_Connection *connection, void **con_cls,
		enum MHD_RequestTerminationCode code)
{
	struct exchange *e = *con_cls;

	(void)payload;
	(void)connection;
	(void)code;
	if (!e)
		return;
	for (size_t i = 0; i < e->header_count; i++)
		free(e->headers[i].value);
	json_decref(e->json);
	json_decref(e->warnings);
	arena_release(&e->arena);
	free(e->target);
	free(e->body);
	free(e);
}

static void take_body(struct exchange *e, const char *data, size_t size)
{
	if (e->length + size > BODY_MOST) {
		e->too_large = true;
		return;
	}
	e->body = xrealloc(e->body, e->length + size + 1);
	memcpy(e->body + e->length, data, size);
	e->length += size;
	e->body[e->length] = '\0';
}

static void answer(struct exchange *e, const char *path)
{
	const char *rest;
	bool readable;

	e->status = 200;
	if (strcmp(path, TOKEN_PATH) == 0) {
		snprintf(e->name, sizeof e->name, "%s " TOKEN_PATH, e->method);
		vendor_give_token(e);
	} else if ((rest = below_root(e))) {
		readable = split(e, rest);
		vendor_name_request(e);
		answer_oneroster(e, readable);
	} else {
		e->version = V11;
		vendor_refuse(e, UNKNOWN_OBJECT, "there is nothing here");
	}
}

static enum MHD_Result serve(void *payload, struct MHD_Connection *connection, const char *url,
			     const char *method, const char *version, const char *data,
			     size_t *size, void **con_cls)
{
	struct exchange *e = *con_cls;

	(void)payload;
	(void)connection;
	(void)version;
	if (!e->method) {
		e->method = method;
		return MHD_YES;
	}
	if (*size) {
		take_body(e, data, *size);
		*size = 0;
		return MHD_YES;
	}
	answer(e, url);
	return send_answer(e);
}

/* On a free port; the URL is there before a thread that may look at it. */
static int open_listener(struct provider *p)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t size = sizeof address;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) != 0 ||
	    listen(fd, SOMAXCONN) != 0 || getsockname(fd, (struct sockaddr *)&address, &size) != 0)
		BUG("the scripted provider has no port");
	snprintf(p->url, sizeof p->url, "http://127.0.0.1:%d", (int)ntohs(address.sin_port));
	return fd;
}

struct provider *provider_start(const struct fault_row *fault)
{
	struct provider *p = xcalloc(1, sizeof *p);

	if (fault && fault->kind == FAULT_BEHAVES && !vendor_has_behaviour(fault->what))
		BUG("no behaviour %s", fault->what);
	p->fault = fault;
	p->tokens = json_object();
	p->nonces = json_object();
	vendor_fill_district(p);
	p->daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL, 0, NULL, NULL,
				     serve, p, MHD_OPTION_URI_LOG_CALLBACK, begin, p,
				     MHD_OPTION_NOTIFY_COMPLETED, end, NULL,
				     MHD_OPTION_LISTEN_SOCKET, open_listener(p), MHD_OPTION_END);
	if (!p->daemon)
		BUG("the scripted provider does not start");
	return p;
}

const char *provider_url(const struct provider *p)
{
	return p->url;
}

void provider_stop(struct provider *p)
{
	MHD_stop_daemon(p->daemon);
	for (size_t i = 0; i < ENTITIES; i++)
		json_decref(p->rows[i]);
	json_decref(p->tokens);
	json_decref(p->nonces);
	free(p);
}
