/*
 * status.c - refusals as OneRoster 1.1 status bodies.
 *
 * The form is the `statusInfoSet` array with a flat minor code, which most 1.1
 * providers send (fact sheet 1.1, section 9, shape A).
 */
#include "server/api/api.h"

#include "base/jsonw.h"
#include "base/log.h"
#include "base/random.h"

static void status_body(struct context *context, const char *minor, const char *text)
{
	struct random kernel = RANDOM_KERNEL;
	char message[UUID_TEXT];
	struct jsonw w;

	random_uuid(&kernel, message);
	str_clear(&context->response->body);
	jsonw_init(&w, &context->response->body, 0);
	jsonw_object(&w);
	jsonw_key(&w, "statusInfoSet");
	jsonw_array(&w);
	jsonw_object(&w);
	jsonw_key_text(&w, "imsx_codeMajor", "failure");
	jsonw_key_text(&w, "imsx_severity", "error");
	jsonw_key_text(&w, "imsx_messageRefIdentifier", message);
	if (context->response->operation)
		jsonw_key_text(&w, "imsx_operationRefIdentifier", context->response->operation);
	jsonw_key_text(&w, "imsx_description", text);
	jsonw_key_text(&w, "imsx_codeMinor", minor);
	jsonw_object_end(&w);
	jsonw_array_end(&w);
	jsonw_object_end(&w);
}

void status_answer(struct context *context)
{
	struct response *response = context->response;
	const struct fault_answer *answer = &context->profile->answers[response->refusal.fault];
	struct str text;

	str_init(&text, 8192);
	refusal_text(&response->refusal, answer->text, &text);
	response->status = answer->status;
	response->content_type = "application/json";
	status_body(context, answer->minor, str_text(&text));
	if (!response->refusal.why)
		response->refusal.why = arena_dup(&context->request->arena, str_text(&text));
	if (response->status == 401)
		response_header(context->request, response, "WWW-Authenticate",
				"Bearer realm=\"OneRoster\"");
	if (response->refusal.fault == FAULT_SERVER_BUSY)
		response_header(context->request, response, "Retry-After", "5");
	str_release(&text);
}

void status_internal(struct context *context, const struct err *err)
{
	log_event(LOG_ERROR, "failure", "sandbox", context->sandbox->name, "text", err->text, NULL);
	context->response->refusal = (struct refusal){ 0 };
	refuse(&context->response->refusal, FAULT_INTERNAL);
	status_answer(context);
}

bool unknown_object(struct context *context, const char *field, const char *id)
{
	struct refusal *refusal = &context->response->refusal;

	refuse(refusal, FAULT_NOT_FOUND);
	refusal_param(refusal, "field", field);
	refusal_param(refusal, "reason", id);
	return false;
}
