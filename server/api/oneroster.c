/*
 * oneroster.c - what is asked of a sandbox: a token, a description, an operation.
 */
#include "server/api/api.h"

#include <string.h>

#include "base/when.h"
#include "server/api/effects.h"
#include "server/api/load.h"
#include "server/http/limit.h"

static enum method method_of(const char *name)
{
	if (strcmp(name, "HEAD") == 0) /* the HTTP layer drops the body */
		return GET;
	for (int i = 0; i < METHOD_OTHER; i++)
		if (strcmp(method_name((enum method)i), name) == 0)
			return (enum method)i;
	return METHOD_OTHER;
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

/* A write waits with all others for one thread; it is given back with the context. */
static bool writer_has_room(struct context *context)
{
	enum action action = context->route.operation->action;

	if (action == READ_MANY || action == READ_ONE || context->writes)
		return true;
	context->writes = limit_take(LIMIT_WRITES, 1);
	if (context->writes)
		return true;
	response_header(context->request, context->response, "Retry-After", RETRY_AFTER);
	return refuse_with(context, FAULT_SERVER_BUSY, "too many writes wait to be stored");
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

static struct form form_of(struct context *context)
{
	const struct quirks *quirks = &context->profile->quirks;
	unsigned version = context->root.version;

	return (struct form){
		.version = version,
		.base = *context->prefix ? arena_format(&context->request->arena, "%s%s",
							context->request->base_url, context->prefix)
					 : context->request->base_url,
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
	if (allowed(context) && writer_has_room(context))
		return dispatch(context);
	status_answer(context);
	return true;
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
	answer_plain(response, 405, "error", "invalid_request");
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
	return count >= 2 && strcmp(segments[0], "ims") == 0 &&
	       strcmp(segments[1], "oneroster") == 0;
}

bool sandbox_answer(struct context *context)
{
	const char *const *segments = context->segments;
	size_t count = context->segment_count, used;

	if (is_token_path(context->path))
		return token(context);
	if (find_root(context, segments, count, &used)) {
		context->form = form_of(context);
		return oneroster(context, segments + used, count - used);
	}
	answer_plain(context->response, 404, "error",
		     "there is no such path; OneRoster 1.1 is at /ims/oneroster/v1p1, 1.2 at "
		     "/ims/oneroster/rostering/v1p2, gradebook/v1p2 and resources/v1p2");
	return true;
}
