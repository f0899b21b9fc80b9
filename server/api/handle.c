/*
 * handle.c - the pipeline: sandbox, route, credentials, handler.
 */
#include "server/api/admin.h"

#include <string.h>

#include "base/jsonw.h"
#include "base/when.h"

#define SEGMENTS 16

static enum method method_of(const char *name)
{
	if (strcmp(name, "HEAD") == 0) /* the HTTP layer drops the body */
		return GET;
	for (int i = 0; i < METHOD_OTHER; i++)
		if (strcmp(method_name((enum method)i), name) == 0)
			return (enum method)i;
	return METHOD_OTHER;
}

/* An answer outside OneRoster. */
static void plain(struct request *request, struct response *response, int status, const char *key,
		  const char *text)
{
	struct jsonw w;

	(void)request;
	response->status = status;
	if (status >= 400)
		response->refusal.why = text;
	response->content_type = "application/json";
	jsonw_init(&w, &response->body, 0);
	jsonw_object(&w);
	jsonw_key_text(&w, key, text);
	jsonw_object_end(&w);
}

/* The segments of a raw path; a trailing slash names the same resource. */
static bool split(struct arena *arena, const char *path, const char **segments, size_t *count)
{
	*count = 0;
	while (*path == '/') {
		size_t length = strcspn(++path, "/");

		if (length == 0 && !path[0] && *count > 0)
			break;
		if (*count == SEGMENTS)
			return false;
		segments[(*count)++] = arena_dup_n(arena, path, length);
		path += length;
	}
	return *path == '\0';
}

static bool at(const char *const *segments, size_t count, size_t i, const char *text)
{
	return i < count && strcmp(segments[i], text) == 0;
}

static const char *allow_header(struct arena *arena, unsigned allow)
{
	struct str text = STR_INIT;
	char *out;

	for (int i = 0; i < METHOD_OTHER; i++)
		if (allow & (1u << i))
			str_format(&text, "%s%s", text.length ? ", " : "",
				   method_name((enum method)i));
	if (allow & (1u << GET))
		str_add(&text, ", HEAD");
	str_add(&text, ", OPTIONS");
	out = arena_dup(arena, str_text(&text));
	str_release(&text);
	return out;
}

static bool wrong_method(struct context *context)
{
	struct request *request = context->request;
	struct refusal *refusal = &context->response->refusal;
	const char *allow = allow_header(&request->arena, context->route.allow);

	response_header(request, context->response, "Allow", allow);
	refuse(refusal, FAULT_METHOD_NOT_ALLOWED);
	refusal_param(refusal, "reason",
		      arena_format(&request->arena, "%s is not supported here; supported are %s",
				   request->method, allow));
	return false;
}

/* What is refused whoever asks, after the credentials were checked. */
static bool acceptable(struct context *context)
{
	struct request *request = context->request;
	struct route *route = &context->route;
	enum action action = route->operation->action;
	struct err err = ERR_INIT;

	for (size_t i = 0; i < route->id_count; i++) {
		context->ids[i] = pct_decode(&request->arena, route->ids[i], strlen(route->ids[i]),
					     PLUS_IS_PLUS, &err);
		if (!context->ids[i])
			return refuse_with(context, FAULT_QUERY_INVALID, err.text);
	}
	if (request->query &&
	    !query_parse(&request->arena, request->query, PLUS_IS_BLANK, &context->query, &err))
		return refuse_with(context, FAULT_QUERY_INVALID, err.text);
	if ((action == WRITE_ONE || action == POST_MANY) && request->body_too_large)
		return refuse_with(context, FAULT_TOO_LARGE,
				   arena_format(&request->arena, "the body is larger than %u bytes",
						BODY_CAP));
	return true;
}

/* Credentials first, so that nothing is told to strangers, then what there is at all,
 * then the scope (traps D12, D13). */
static bool allowed(struct context *context)
{
	struct response *response = context->response;
	const struct operation *operation = context->route.operation;
	struct caller caller;
	bool known = auth_check(&context->sandbox->auth, context->request, context->profile,
				when_now(), context->now, &caller, &response->refusal);

	if (!known)
		return false;
	response->credential = caller.credential;
	if (!context->route.allow)
		return refuse_with(context, FAULT_ROUTE_UNKNOWN, context->request->path);
	if (!operation)
		return wrong_method(context);
	return auth_permits(&caller, context->request, context->profile, context->root.version,
			    operation->scope, &response->refusal) &&
	       acceptable(context);
}

/* A route that this SIS does not have is not there at all. */
static bool is_hidden(const struct operation *operation, const void *payload)
{
	const struct context *context = payload;
	const struct profile *profile = context->profile;

	if (profile_hides(profile, operation->name))
		return true;
	if (operation->action == DELETE_ONE)
		return !delete_is_supported(profile);
	return !(operation->in & context->root.version) && !profile->quirks.category_class_endpoint;
}

static struct form form_of(const struct context *context, const char *prefix)
{
	const struct quirks *quirks = &context->profile->quirks;
	unsigned version = context->root.version;

	return (struct form){
		.version = version,
		.base = arena_format(&context->request->arena, "%s%s", context->request->base_url,
				     prefix),
		.fields = FORM_ALL,
		.href = strcmp(quirks->href_form, "relative") == 0 ? HREF_RELATIVE
			: strcmp(quirks->href_form, "none") == 0   ? HREF_NONE
								   : HREF_ABSOLUTE,
		.json_booleans = (version & V11) && strcmp(quirks->json_boolean, "json") == 0,
		.nulls = quirks->json_null_for_missing,
	};
}

static bool dispatch(struct context *context)
{
	switch (context->route.operation->action) {
	case READ_MANY:
		read_many(context);
		return true;
	case READ_ONE:
		read_one(context);
		return true;
	case WRITE_ONE:
		return write_one(context);
	case POST_MANY:
		return post_many(context);
	case DELETE_ONE:
		return delete_one(context);
	}
	BUG("action %d", (int)context->route.operation->action);
}

/* @segments are those below the root. */
static bool oneroster(struct context *context, const char *const *segments, size_t count)
{
	struct request *request = context->request;
	struct response *response = context->response;

	if (discovery_answer(context, segments, count))
		return true;
	route_find(&context->root, method_of(request->method), segments, count, is_hidden, context,
		   &context->route);
	if (context->route.operation)
		response->operation = context->route.operation->name;
	if (strcmp(request->method, "OPTIONS") == 0 && context->route.allow) {
		response->status = 204;
		response_header(request, response, "Allow",
				allow_header(&request->arena, context->route.allow));
		return true;
	}
	if (allowed(context))
		return dispatch(context);
	status_answer(context);
	return true;
}

void context_resume(struct context *context)
{
	struct request *request = context->request;

	exchange_end(context);
	profile_put(context->profile);
	request->resume(request);
}

static const char *const token_paths[] = {
	"/oauth2/token",
	"/token",
	"/oauth/token",
	"/ims/oneroster/v1p1/token",
};

static bool is_token_path(const char *path)
{
	size_t length = strlen(path) - (ends_with(path, "/") ? 1 : 0);

	for (size_t i = 0; i < ARRAY_SIZE(token_paths); i++)
		if (strlen(token_paths[i]) == length && strncmp(token_paths[i], path, length) == 0)
			return true;
	return false;
}

static void token(struct context *context)
{
	struct request *request = context->request;
	struct response *response = context->response;

	response->operation = "token";
	if (strcmp(request->method, "POST") == 0) {
		auth_token(&context->sandbox->auth, request, context->profile, context->now,
			   response);
		return;
	}
	response_header(request, response, "Allow", "POST");
	plain(request, response, 405, "error", "invalid_request");
}

/* The service that a path is below; what is below none of them is an unknown path of
 * 1.1. */
static bool find_root(struct context *context, const char *const *segments, size_t count,
		      size_t *used)
{
	if (root_find(segments, count, &context->root, used))
		return true;
	context->root = (struct root){ V11, ROSTERING };
	*used = count; /* nothing is left, and nothing is there */
	return at(segments, count, 0, "ims") && at(segments, count, 1, "oneroster");
}

/* What lies in a sandbox: @segments and @path are those after its prefix. */
static bool in_sandbox(struct registry *registry, struct sandbox *sandbox, struct request *request,
		       struct response *response, const char *prefix, const char *path,
		       const char *const *segments, size_t count)
{
	struct context *context = arena_alloc(&request->arena, sizeof *context);

	*context = (struct context){
		.registry = registry,
		.sandbox = sandbox,
		.profile = sandbox_profile(sandbox),
		.request = request,
		.response = response,
		.now = sandbox_now(sandbox),
	};
	response->sandbox = sandbox->name;

	bool complete = true;
	size_t used;

	if (is_token_path(path)) {
		token(context);
	} else if (find_root(context, segments, count, &used)) {
		context->form = form_of(context, prefix);
		complete = oneroster(context, segments + used, count - used);
	} else {
		plain(request, response, 404, "error",
		      "there is no such path; OneRoster 1.1 is at /ims/oneroster/v1p1, 1.2 at "
		      "/ims/oneroster/rostering/v1p2, gradebook/v1p2 and resources/v1p2");
	}
	if (complete) {
		exchange_end(context);
		profile_put(context->profile);
	}
	return complete;
}

bool api_handle(struct registry *registry, struct request *request, struct response *response)
{
	const char **segments = arena_alloc(&request->arena, SEGMENTS * sizeof *segments);
	const char *path = request->path, *prefix = "", *name = "default";
	size_t count, skip = 0;

	str_init(&response->body, STR_CAP);
	if (!split(&request->arena, path, segments, &count)) {
		plain(request, response, 404, "error", "there is no such path");
		return true;
	}
	if (count == 1 && at(segments, count, 0, "health")) {
		plain(request, response, 200, "status", "ok");
		return true;
	}
	if (count == 1 && at(segments, count, 0, "metrics")) {
		admin_metrics(registry, response);
		return true;
	}
	if (at(segments, count, 0, "admin")) {
		admin_handle(registry, request, response, segments + 1, count - 1);
		return true;
	}
	if (count >= 2 && at(segments, count, 0, "sandboxes")) {
		name = segments[1];
		prefix = arena_format(&request->arena, "/sandboxes/%s", name);
		skip = 2;
	}

	struct sandbox *sandbox = registry_find(registry, name, strlen(name));

	if (!sandbox) {
		plain(request, response, 404, "error", "there is no such sandbox");
		return true;
	}
	return in_sandbox(registry, sandbox, request, response, prefix, path + strlen(prefix),
			  segments + skip, count - skip);
}
