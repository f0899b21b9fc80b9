/*
 * handle.c - the pipeline: sandbox, route, credentials, handler.
 */
#include "server/api/api.h"

#include <string.h>

#include "base/jsonw.h"
#include "base/log.h"
#include "base/when.h"
#include "server/api/effects.h"
#include "server/api/load.h"

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
				when_now() + effects_skew(context), context->now, &caller,
				&response->refusal);

	if (response->refusal.quirk)
		quirk_fired(context, response->refusal.quirk);
	if (!known)
		return false;
	response->credential = caller.credential;
	if (!load_permits(context, caller.credential))
		return false;
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

static void score_rounded(void *context)
{
	quirk_fired(context, "score.round");
}

static struct form form_of(struct context *context, const char *prefix)
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
		.rounds = quirks->score_round >= 0,
		.decimals = (int)quirks->score_round,
		.rounded = score_rounded,
		.payload = context,
	};
}

static bool dispatch(struct context *context)
{
	switch (context->route.operation->action) {
	case READ_MANY:
		return read_many(context);
	case READ_ONE:
		return read_one(context);
	case WRITE_ONE:
		return write_one(context);
	case POST_MANY:
		return post_many(context);
	case DELETE_ONE:
		return delete_one(context);
	}
	BUG("action %d", (int)context->route.operation->action);
}

/* What fault rules and the latency of the SIS do, once for a request: it is answered, or it
 * waits and comes back to go on from there. */
static bool meets_fault(struct context *context, const char *operation)
{
	if (!context->met) {
		context->met = true;
		context->answered = effects_before(context, operation) == EFFECTS_ANSWERED;
		context->waits = context->request->delay_us > 0;
	} else {
		context->waits = false;
	}
	return context->answered || context->waits;
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
	if (meets_fault(context, response->operation))
		return !context->waits;
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

/* What a request holds of its sandbox. */
static void let_go(struct context *context)
{
	context->request->context = NULL;
	effects_drop(context);
	profile_put(context->profile);
	if (context->pinned)
		registry_unpin(context->registry, context->sandbox);
	registry_give(context->registry, context->sandbox);
}

/* The response is complete. */
static void finish(struct context *context)
{
	effects_after(context);
	exchange_end(context);
	let_go(context);
}

void api_abandon(struct request *request)
{
	if (request->context)
		let_go(request->context);
}

void context_resume(struct context *context)
{
	struct request *request = context->request;

	finish(context);
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

static bool token(struct context *context)
{
	struct request *request = context->request;
	struct response *response = context->response;

	response->operation = "token";
	if (meets_fault(context, response->operation))
		return !context->waits;
	if (strcmp(request->method, "POST") == 0) {
		auth_token(&context->sandbox->auth, request, context->profile, context->now,
			   response);
		return true;
	}
	response_header(request, response, "Allow", "POST");
	plain(request, response, 405, "error", "invalid_request");
	return true;
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

static bool answer(struct context *context)
{
	const char *const *segments = context->segments;
	size_t count = context->segment_count, used;

	if (is_token_path(context->path)) {
		return token(context);
	} else if (find_root(context, segments, count, &used)) {
		context->form = form_of(context, context->prefix);
		return oneroster(context, segments + used, count - used);
	} else {
		plain(context->request, context->response, 404, "error",
		      "there is no such path; OneRoster 1.1 is at /ims/oneroster/v1p1, 1.2 at "
		      "/ims/oneroster/rostering/v1p2, gradebook/v1p2 and resources/v1p2");
	}
	return true;
}

static void no_sandbox(struct request *request, struct response *response)
{
	plain(request, response, 404, "error", "there is no such sandbox");
}

struct opening {
	struct task task; /* first: a task is its opening */
	struct context *context;
};

/* On the control thread. */
static void open_sandbox(struct task *task)
{
	struct context *context = ((struct opening *)task)->context;
	struct request *request = context->request;
	struct sandbox *sandbox = context->sandbox;
	struct err err = ERR_INIT;
	bool halted = atomic_load(&context->registry->halted);

	context->pinned = !halted && registry_open(context->registry, sandbox, &err);
	request->again = context->pinned;
	if (halted) { /* a pin would keep a later task waiting for ever */
		plain(request, context->response, 503, "error", "the server is stopping");
		let_go(context);
	} else if (!context->pinned) {
		log_event(LOG_ERROR, "sandbox", "name", sandbox->name, "text", err.text, NULL);
		if (err.code == ERR_INVALID)
			no_sandbox(request, context->response);
		else
			plain(request, context->response, 503, "error",
			      "the sandbox cannot be opened; the log says why");
		let_go(context);
	}
	request->resume(request);
}

/* The database is open and stays so until the response is complete. */
static bool pin(struct context *context, bool *complete)
{
	struct opening *opening;

	*complete = true;
	switch (context->pinned ? PINNED : registry_pin(context->registry, context->sandbox)) {
	case PINNED:
		context->pinned = true;
		return true;
	case PIN_GONE:
		no_sandbox(context->request, context->response);
		let_go(context);
		return false;
	case PIN_CLOSED:
		opening = arena_alloc(&context->request->arena, sizeof *opening);
		*opening = (struct opening){ .task = { .run = open_sandbox }, .context = context };
		control_submit(context->registry->control, &opening->task);
		*complete = false;
	}
	return false;
}

/* As far as it goes: to the end, or to where somebody else has to do something first. */
static bool proceed(struct context *context)
{
	bool complete;

	if (!pin(context, &complete))
		return complete;
	if (!context->profile) { /* one that comes back goes on with the profile that it met */
		context->profile = sandbox_profile(context->sandbox);
		context->at = sandbox_now(context->sandbox);
	}
	context->now = sandbox_now(context->sandbox) + effects_skew(context);
	complete = answer(context);
	if (complete) {
		finish(context);
	} else if (context->waits) { /* its database may be closed meanwhile, or go */
		context->pinned = false;
		registry_unpin(context->registry, context->sandbox);
	}
	return complete;
}

/* Not before the first sandbox is there, not any more while the last requests are
 * answered. */
static void ready(struct registry *registry, struct request *request, struct response *response)
{
	bool stopping = atomic_load(&registry->stopping);

	plain(request, response, stopping ? 503 : 200, "status", stopping ? "stopping" : "ready");
}

/* Outside of the sandboxes. True: answered, or *@complete says that it will be. */
static bool outside(struct registry *registry, struct request *request, struct response *response,
		    const char *const *segments, size_t count, bool *complete)
{
	*complete = true;
	if (count == 1 && at(segments, count, 0, "health"))
		plain(request, response, 200, "status", "ok");
	else if (count == 1 && at(segments, count, 0, "ready"))
		ready(registry, request, response);
	else if (count == 1 && at(segments, count, 0, "metrics"))
		admin_metrics(registry, response);
	else if (at(segments, count, 0, "admin"))
		*complete = admin_handle(registry, request, response, segments + 1, count - 1);
	else
		return false;
	return true;
}

bool api_handle(struct registry *registry, struct request *request, struct response *response)
{
	const char **segments = arena_alloc(&request->arena, SEGMENTS * sizeof *segments);
	const char *path = request->path, *prefix = "", *name = SANDBOX_DEFAULT;
	size_t count, skip = 0;
	bool complete;

	if (request->context)
		return proceed(request->context);
	str_init(&response->body, STR_CAP);
	if (!split(&request->arena, path, segments, &count)) {
		plain(request, response, 404, "error", "there is no such path");
		return true;
	}
	if (outside(registry, request, response, segments, count, &complete))
		return complete;
	if (count >= 2 && at(segments, count, 0, "sandboxes")) {
		name = segments[1];
		prefix = arena_format(&request->arena, "/sandboxes/%s", name);
		skip = 2;
	}

	struct context *context = arena_alloc(&request->arena, sizeof *context);

	*context = (struct context){
		.registry = registry,
		.sandbox = registry_take(registry, name),
		.prefix = prefix,
		.path = path + strlen(prefix),
		.segments = segments + skip,
		.segment_count = count - skip,
		.request = request,
		.response = response,
	};
	if (!context->sandbox) {
		no_sandbox(request, response);
		return true;
	}
	response->sandbox = arena_dup(&request->arena, context->sandbox->name);
	request->context = context;
	return proceed(context);
}
