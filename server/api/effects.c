/*
 * effects.c - fault rules at work on an exchange.
 */
#include "server/api/effects.h"

#include <stdlib.h>
#include <strings.h>

#include "base/jsonx.h"
#include "base/reason.h"
#include "server/api/load.h"
#include "server/quirk/mangle.h"

#define OWN_BODY (DO(BODY) | DO(FAULT) | DO(HTML))

/* The place of the first rule that says one of @keys; the count of all: none does. */
static size_t first(const struct effects *effects, unsigned keys)
{
	size_t i = 0;

	while (i < effects->count && !(effects->deeds[i]->says & keys))
		i++;
	return i;
}

static void set_body(struct response *response, const char *type, const char *text)
{
	str_clear(&response->body);
	str_add(&response->body, text);
	response->content_type = *text ? type : NULL; /* a type belongs to a body */
}

/* What a proxy in front of a SIS says, or its login page. */
static void html_page(struct context *context, int status)
{
	const char *phrase = *http_reason(status) ? http_reason(status) : "Error";

	set_body(context->response, "text/html; charset=utf-8",
		 arena_format(&context->request->arena,
			      "<!DOCTYPE html>\n<html><head><title>%d %s</title></head>\n"
			      "<body><h1>%d %s</h1></body></html>\n",
			      status, phrase, status, phrase));
}

static void own_body(struct response *response, const struct deed *deed)
{
	char *text;

	if (json_is_string(deed->body)) {
		set_body(response, "text/plain; charset=utf-8", json_string_value(deed->body));
		return;
	}
	text = jsonx_dump(deed->body);
	set_body(response, "application/json", text);
	free(text);
}

/* What the text of a fault may name, from the one object of the request's body. */
static void name_object(struct context *context)
{
	static const struct {
		const char *param, *member;
	} rows[] = {
		{ "title", "title" },     { "due", "dueDate" }, { "category", "category" },
		{ "student", "student" }, { "class", "class" }, { "lineItem", "lineItem" },
	};
	const struct str *body = &context->request->body;
	struct refusal *refusal = &context->response->refusal;
	struct err ignored = ERR_INIT;
	json_t *json = body->length ? jsonx_load(body->text, body->length, &ignored) : NULL;
	const json_t *object = json_object_iter_value(json_object_iter(json));

	for (size_t i = 0; i < ARRAY_SIZE(rows) && refusal->param_count < REFUSAL_PARAMS; i++) {
		const json_t *member = json_object_get(object, rows[i].member);
		const char *text = json_is_object(member) ? jsonx_text(member, "sourcedId")
							  : json_string_value(member);

		if (text)
			refusal_param(refusal, rows[i].param,
				      arena_dup(&context->request->arena, text));
	}
	json_decref(json);
	/* the object itself: PUT /lineItems/{id} */
	if (context->route.operation && context->route.id_count &&
	    refusal->param_count < REFUSAL_PARAMS)
		refusal_param(refusal, context->route.operation->entity->singular,
			      context->route.ids[0]);
}

/* The form of RFC 6749, section 5.2: the token endpoint speaks no imsx. */
static void token_fault(struct context *context, const struct fault_answer *answer)
{
	struct response *response = context->response;
	struct str text = STR_INIT;
	struct jsonw w;

	response->status = response->refusal.status ? response->refusal.status : answer->status;
	refusal_text(&response->refusal, answer->text, &text);
	response->content_type = "application/json";
	if (response->status == 401)
		response_header(context->request, response, "WWW-Authenticate",
				"Basic realm=\"OneRoster\"");
	str_clear(&response->body);
	jsonw_init(&w, &response->body, 0);
	jsonw_object(&w);
	jsonw_key_text(&w, "error",
		       response->status == 401   ? "invalid_client"
		       : response->status >= 500 ? "temporarily_unavailable"
						 : "invalid_request");
	jsonw_key_text(&w, "error_description", str_text(&text));
	jsonw_object_end(&w);
	str_release(&text);
}

/* "fault: rule 2", or as the rule is named. */
static const char *by_rule(struct context *context, const char *rule)
{
	return arena_format(&context->request->arena, "fault: %s", rule);
}

static void fault_answer(struct context *context, enum fault fault, int status, const char *rule)
{
	struct refusal *refusal = &context->response->refusal;

	*refusal = (struct refusal){ .why = refusal->why };
	refuse_with(context, fault, by_rule(context, rule));
	refusal->status = status;
	name_object(context);
	if (context->root.version)
		status_answer(context);
	else
		token_fault(context, profile_answer(context->profile, fault, V11));
}

/* The answer that a rule gives in place of the SIS's. @ran: there is one of the SIS, whose
 * status and body stay where no rule says another. */
static void give_answer(struct context *context, bool ran)
{
	const struct effects *effects = &context->effects;
	const struct deed *status = effects_deed(effects, DO_STATUS);
	struct response *response = context->response;
	size_t from = first(effects, OWN_BODY);
	const struct deed *body = from < effects->count ? effects->deeds[from] : NULL;
	int said = status ? (int)status->status : 0;

	response->refusal.why = by_rule(
		context, context->faults[body ? from : first(effects, DO(STATUS) | DO(RUN))]);
	if (body)
		response->headers.count = 0; /* those of another answer */
	if (!body && !ran)
		set_body(response, NULL, "");
	if (body && (body->says & DO(FAULT))) {
		fault_answer(context, body->fault, said, context->faults[from]);
		return;
	}
	if (body && (body->says & DO(HTML)))
		html_page(context, said ? said : 502);
	else if (body)
		own_body(response, body);
	if (said)
		response->status = said;
	else if (body)
		response->status = body->says & DO(HTML) ? 502 : 200;
	else if (!ran)
		response->status = 503; /* nobody sees it: the connection ends without answer */
}

/* The client that the request claims to be, where anybody wants to know. */
static const char *match(struct context *context, const char *operation)
{
	struct request *request = context->request;
	struct sandbox *sandbox = context->sandbox;
	struct rules *rules = sandbox_rules(sandbox);
	struct rule_facts facts = {
		.method = request->method,
		.operation = operation,
		.path = context->path,
		.version = context->root.version,
		.address = request->client,
		.headers = &request->headers,
		.query = request->query,
		.body = &request->body,
		.now = request->began / 1000,
	};

	if (!rules)
		return NULL;
	facts.credential = auth_claimed(&sandbox->auth, request, same_text(operation, "token"));
	rules_match(rules, &facts, &request->arena, &context->effects);
	rules_put(rules);
	context->fault_count = context->effects.count;
	context->faults = context->effects.names;
	for (size_t i = 0; i < context->fault_count; i++) /* they outlive the rules */
		context->faults[i] = arena_dup(&request->arena, context->faults[i]);
	return facts.credential;
}

int64_t effects_skew(const struct context *context)
{
	const struct deed *skewed = effects_deed(&context->effects, DO_SKEW_S);

	return skewed ? skewed->skew_s * 1000 : 0;
}

enum effects_next effects_before(struct context *context, const char *operation)
{
	const struct effects *effects = &context->effects;
	struct auth *auth = &context->sandbox->auth;
	const char *claimed = match(context, operation);
	int64_t skew;

	context->request->delay_us = effects->delay_us + load_delay(context);
	if (effects_deed(effects, DO_REVOKE_TOKEN))
		auth_revoke(auth, context->request);
	skew = effects_skew(context);
	if (effects_deed(effects, DO_EXPIRE_TOKEN)) /* for this request and for later ones */
		auth_expire(auth, context->request, context->now + (skew < 0 ? skew : 0));
	context->now += skew;
	if (effects_run(effects))
		return EFFECTS_GO_ON;
	if (!context->response->operation)
		context->response->operation = operation;
	context->response->credential = claimed; /* nobody asks for more than its name */
	give_answer(context, false);
	return EFFECTS_ANSWERED;
}

int64_t effects_offset(const struct context *context, int64_t offset, int64_t limit)
{
	const struct deed *paged = effects_deed(&context->effects, DO_PAGE);

	if (!paged)
		return offset;
	if (paged->page == PAGE_REPEAT)
		return offset > limit ? offset - limit : 0;
	return offset < INT64_MAX - limit ? offset + limit : INT64_MAX;
}

static void drop_header(struct pairs *headers, const char *name)
{
	size_t kept = 0;

	for (size_t i = 0; i < headers->count; i++)
		if (strcasecmp(headers->items[i].name, name) != 0)
			headers->items[kept++] = headers->items[i];
	headers->count = kept;
}

static void change_header(struct context *context, const char *name, const char *text)
{
	struct arena *arena = &context->request->arena;
	struct response *response = context->response;

	drop_header(&response->headers, name);
	if (strcasecmp(name, "Content-Type") == 0)
		response->content_type = arena_dup(arena, text);
	else if (text)
		response_header(context->request, response, arena_dup(arena, name), text);
}

/* From the last rule to the first: what the first says stays. */
static void change_headers(struct context *context)
{
	const struct effects *effects = &context->effects;
	const struct deed *typed = effects_deed(effects, DO_CONTENT_TYPE);
	const char *name;
	const json_t *value;

	for (size_t i = effects->count; i-- > 0;)
		json_object_foreach ((json_t *)(uintptr_t)effects->deeds[i]->headers, name, value)
			change_header(context, name, json_string_value(value));
	if (typed)
		change_header(context, "Content-Type", typed->content_type);
}

static void change_body(struct context *context)
{
	const struct effects *effects = &context->effects;
	struct response *response = context->response;
	const struct deed *cut = effects_deed(effects, DO_TRUNCATE);

	mangle_fields(&response->body, effects);
	if (effects_deed(effects, DO_MALFORM))
		mangle_syntax(&response->body);
	if (cut)
		str_cut(&response->body, (size_t)cut->truncate);
	if (effects_deed(effects, DO_EMPTY) || response->status == 204 || response->status == 304)
		set_body(response, NULL, "");
}

static void change_wire(struct context *context)
{
	static const enum wire_end ends[] = {
		[END_RESET] = WIRE_RESET,
		[END_CLOSE] = WIRE_CLOSE,
		[END_HALF] = WIRE_HALF,
		[END_GARBAGE] = WIRE_GARBAGE,
	};
	const struct effects *effects = &context->effects;
	const struct deed *ended = effects_deed(effects, DO_CONNECTION);
	const struct deed *off = effects_deed(effects, DO_LENGTH_OFF);
	const struct deed *drip = effects_deed(effects, DO_DRIP);
	struct wire *wire = &context->response->wire;

	if (ended)
		wire->end = ends[ended->connection];
	if (off)
		wire->length_off = off->length_off;
	if (drip) {
		wire->drip_bytes = drip->drip_bytes;
		wire->drip_ms = drip->drip_ms;
	}
}

void effects_after(struct context *context)
{
	const struct effects *effects = &context->effects;

	if (effects_run(effects) && first(effects, OWN_BODY | DO(STATUS)) < effects->count)
		give_answer(context, true);
	if (effects->count) {
		change_body(context);
		change_headers(context);
		change_wire(context);
	}
	effects_put(&context->effects);
}

void effects_drop(struct context *context)
{
	effects_put(&context->effects);
}
