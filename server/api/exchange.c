/*
 * exchange.c - what is told of an exchange that is over.
 */
#include "server/api/api.h"

#include <string.h>

#include "base/jsonw.h"
#include "base/log.h"
#include "base/redact.h"
#include "base/when.h"
#include "server/metrics.h"

/* Credentials belong into a token exchange under whatever name. */
static enum redact redact_of(const struct response *response)
{
	return same_text(response->operation, "token") ? REDACT_EXCHANGE : REDACT_NAMED;
}

/* Whether what is said of the request may repeat a secret of its query. Those who guard the
 * door never do. */
static bool may_quote_secret(const struct request *request, const struct response *response)
{
	const struct refusal *refusal = &response->refusal;
	bool guard = refusal->set && (refusal->fault == FAULT_UNAUTHORIZED ||
				      refusal->fault == FAULT_TOKEN_EXPIRED ||
				      refusal->fault == FAULT_FORBIDDEN_SCOPE);

	return !guard && redact_of(response) == REDACT_NAMED && request_has_secret(request);
}

/* Why it was refused, for people. */
static const char *why_of(const struct request *request, const struct response *response)
{
	const char *why = response->refusal.why;

	return why && may_quote_secret(request, response) ? "the query holds a secret" : why;
}

/* 12.3; without the locale and the patience of printf() */
static void format_tenths(double ms, char out[static NUMBER_TEXT + 2])
{
	long long tenths = (long long)(ms * 10 + 0.5);
	char *end;

	number_format((double)(tenths / 10), out);
	end = out + strlen(out);
	end[0] = '.';
	end[1] = (char)('0' + tenths % 10);
	end[2] = '\0';
}

void api_log(const struct request *request, const struct response *response, double ms)
{
	char status[NUMBER_TEXT], took[NUMBER_TEXT + 2];
	const char *target = response->target;
	struct str made = STR_INIT;
	metrics_request(response->operation, response->status, ms);
	if (!log_shows(LOG_INFO))
		return;
	if (!target && redact_target(&made, request->target, redact_of(response)))
		target = str_text(&made);
	else if (!target)
		target = request->target;
	number_format(response->status, status);
	format_tenths(ms, took);
	log_event(LOG_INFO, "request", "sandbox", response->sandbox, "client", request->client,
		  "credential", response->credential, "method", request->method, "target", target,
		  "operation", response->operation, "status", status, "ms", took, "fault",
		  response->refusal.set ? fault_name(response->refusal.fault) : NULL, "why",
		  why_of(request, response), NULL);
	str_release(&made);
}

void context_note(struct context *context, const struct diagnostic *diagnostic)
{
	struct arena *arena = &context->request->arena;
	struct str text = STR_INIT;
	struct jsonw w;

	diagnostics_add(context->sandbox->diagnostics, diagnostic);
	if (!context->sandbox->journal || context->note_count == JOURNAL_DIAGNOSTICS)
		return;
	if (!context->notes)
		context->notes = arena_alloc(arena, JOURNAL_DIAGNOSTICS * sizeof *context->notes);
	jsonw_init(&w, &text, 0);
	diagnostic_write(diagnostic, &w);
	context->notes[context->note_count++] = arena_dup(arena, str_text(&text));
	str_release(&text);
}

/* What the journal may keep of an exchange; all of it lies in the request's arena. */
struct recording {
	const struct context *context;
	struct arena *arena;
	enum redact how;
	struct journal_exchange exchange;
};

/* The text that was made in place of one with a secret; else that one. */
static const char *settle(struct recording *recording, struct str *made, bool replaced,
			  const char *text)
{
	const char *kept = replaced ? arena_dup(recording->arena, str_text(made)) : text;

	str_release(made);
	return kept;
}

static struct pair *record_headers(struct recording *recording, const struct pairs *headers,
				   size_t more)
{
	const char *vendor = auth_vendor_header(recording->context->profile);
	struct pair *kept = arena_alloc(recording->arena,
					(headers->count + more) * sizeof *kept + 1);

	for (size_t i = 0; i < headers->count; i++) {
		const struct pair *pair = &headers->items[i];
		struct str made = STR_INIT;
		bool replaced = redact_header(&made, pair->name, pair->value, vendor);

		kept[i].name = pair->name;
		kept[i].value = settle(recording, &made, replaced, pair->value);
	}
	return kept;
}

/* True when it is not the body as it was. */
static bool record_body(struct recording *recording, struct journal_message *message,
			const struct str *body, bool search)
{
	struct str made = STR_INIT;
	bool replaced = search && redact_body(&made, str_text(body), body->length, recording->how);

	if (!body->length)
		return false;
	message->body = settle(recording, &made, replaced, body->text);
	message->length = replaced ? strlen(message->body) : body->length;
	message->size = message->length;
	return replaced;
}

static void record_request(struct recording *recording)
{
	const struct request *request = recording->context->request;
	struct journal_exchange *exchange = &recording->exchange;
	struct str made = STR_INIT;

	exchange->request.headers = record_headers(recording, &request->headers, 0);
	exchange->request.header_count = request->headers.count;
	exchange->redacted_body = record_body(recording, &exchange->request, &request->body, true);
	if (request->body_too_large) /* what came of it is not the whole */
		exchange->request.size = exchange->request.length + 1;
	exchange->redacted_target = redact_target(&made, request->target, recording->how);
	exchange->target = settle(recording, &made, exchange->redacted_target, request->target);
	recording->context->response->target = exchange->target;
}

/* Answers of our own operations hold no secrets, and are long: they are not searched. */
static void record_response(struct recording *recording)
{
	const struct response *response = recording->context->response;
	struct journal_message *message = &recording->exchange.response;
	bool search = recording->how == REDACT_EXCHANGE || !response->operation;
	struct pair *headers = record_headers(recording, &response->headers, 1);

	message->headers = headers;
	message->header_count = response->headers.count;
	if (response->content_type && response->body.length)
		headers[message->header_count++] = (struct pair){ "Content-Type",
								  response->content_type };
	if (strcmp(recording->context->request->method, "HEAD") == 0)
		return; /* the HTTP layer drops the body */
	record_body(recording, message, &response->body, search);
	if (message->body && response->status >= 400 &&
	    may_quote_secret(recording->context->request, response))
		*message = (struct journal_message){ headers, message->header_count, REDACTED,
						     strlen(REDACTED), strlen(REDACTED) };
}

/* "title_too_long: the title has more than 30 characters" */
static const char *refusal_of(const struct recording *recording)
{
	const struct response *response = recording->context->response;
	const char *why = why_of(recording->context->request, response);

	if (response->refusal.set)
		return arena_format(recording->arena, "%s: %s", fault_name(response->refusal.fault),
				    why ? why : "");
	return response->status >= 400 ? why : NULL;
}

/* Whether the client gets an answer that has a status at all. */
static bool leaves(const struct response *response)
{
	enum wire_end end = response->wire.end;

	return end == WIRE_WHOLE || end == WIRE_HALF;
}

void exchange_end(struct context *context)
{
	const struct request *request = context->request;
	const struct response *response = context->response;
	int64_t us = request->began ? when_monotonic_us() - request->began : 0;
	struct recording recording = {
		.context = context,
		.arena = &context->request->arena,
		.how = redact_of(response),
		.exchange = {
			.at = context->at,
			.real_at = when_now() - us / 1000,
			.us = us,
			.status = leaves(response) ? response->status : 0,
			.sandbox = context->sandbox->name,
			.method = request->method,
			.base_url = request->base_url,
			.operation = response->operation,
			.client = response->credential ? response->credential : request->client,
			.quirks = { context->fired, context->fired_count },
			.faults = { context->faults, context->fault_count },
			.diagnostics = { context->notes, context->note_count },
		},
	};

	for (size_t i = 0; i < context->fault_count; i++)
		metrics_fault();
	if (!context->sandbox->journal)
		return;
	record_request(&recording);
	record_response(&recording);
	recording.exchange.refusal = refusal_of(&recording);
	journal_add(context->sandbox->journal, &recording.exchange);
}
