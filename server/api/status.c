/*
 * status.c - what a provider says beside or instead of data, in the forms that are alive
 * (fact sheets 1.1, section 9, and 1.2, section 4).
 */
#include "server/api/api.h"

#include <string.h>
#include <strings.h>

#include "base/jsonw.h"
#include "base/log.h"
#include "base/random.h"

enum envelope { SHAPE_A, SHAPE_B, SHAPE_C, SHAPE_V1P2, SHAPE_EMPTY };

struct status {
	const char *major, *severity, *minor, *text; /* text NULL: none */
};

static enum envelope envelope_of(const struct context *context)
{
	static const struct {
		const char *name;
		enum envelope envelope;
	} rows[] = { { "v11", SHAPE_A }, { "v10", SHAPE_B }, { "empty", SHAPE_EMPTY } };
	const char *name = context->profile->quirks.error_envelope;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (strcmp(rows[i].name, name) == 0)
			return rows[i].envelope;
	if (context->root.version & V12)
		return SHAPE_V1P2;
	return strcmp(name, "v12") == 0 ? SHAPE_C : SHAPE_A;
}

static void write_text(struct jsonw *w, const char *key, const char *text)
{
	if (text)
		jsonw_key_text(w, key, text);
}

static void write_message_id(struct jsonw *w)
{
	struct random kernel = RANDOM_KERNEL;
	char message[UUID_TEXT];

	random_uuid(&kernel, message);
	jsonw_key_text(w, "imsx_messageRefIdentifier", message);
}

static void shape_a(struct jsonw *w, const struct status *status, size_t count,
		    const char *operation)
{
	jsonw_key(w, "statusInfoSet");
	jsonw_array(w);
	for (size_t i = 0; i < count; i++) {
		jsonw_object(w);
		jsonw_key_text(w, "imsx_codeMajor", status[i].major);
		jsonw_key_text(w, "imsx_severity", status[i].severity);
		write_message_id(w);
		write_text(w, "imsx_operationRefIdentifier", operation);
		write_text(w, "imsx_description", status[i].text);
		jsonw_key_text(w, "imsx_codeMinor", status[i].minor);
		jsonw_object_end(w);
	}
	jsonw_array_end(w);
}

static void shape_b(struct jsonw *w, const struct status *status, size_t count)
{
	jsonw_key(w, "errors");
	jsonw_array(w);
	for (size_t i = 0; i < count; i++) {
		jsonw_object(w);
		jsonw_key_text(w, "codeMajor", status[i].major);
		jsonw_key_text(w, "severity", status[i].severity);
		jsonw_key_text(w, "codeMinor", status[i].minor);
		write_text(w, "description", status[i].text);
		jsonw_object_end(w);
	}
	jsonw_array_end(w);
}

/* Shape C of 1.1 has a closed list of minor codes (fact sheet 1.1, section 9); what is
 * not in it is said by the nearest that is. */
static const char *minor_in_shape_c(const char *minor)
{
	static const struct {
		const char *minor, *nearest;
	} rows[] = {
		{ "forbidden", "unauthorisedrequest" },
		{ "invalid_filter_field", "invaliddata" },
		{ "server_busy", "targetreadfailure" },
		{ "internal_server_error", "targetreadfailure" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (strcmp(rows[i].minor, minor) == 0)
			return rows[i].nearest;
	return minor;
}

static void code_minor(struct jsonw *w, const char *minor)
{
	jsonw_key(w, "imsx_CodeMinor");
	jsonw_object(w);
	jsonw_key(w, "imsx_codeMinorField");
	jsonw_array(w);
	jsonw_object(w);
	jsonw_key_text(w, "imsx_codeMinorFieldName", "TargetEndSystem");
	jsonw_key_text(w, "imsx_codeMinorFieldValue", minor);
	jsonw_object_end(w);
	jsonw_array_end(w);
	jsonw_object_end(w);
}

/* The object of 1.2; 1.1's shape C has two members more. */
static void shape_c(struct jsonw *w, const struct status *status, bool v1p1, const char *operation)
{
	jsonw_key_text(w, "imsx_codeMajor", status->major);
	jsonw_key_text(w, "imsx_severity", status->severity);
	if (v1p1) {
		write_message_id(w);
		jsonw_key(w, "imsx_operationRefIdentifier");
		jsonw_array(w);
		if (operation)
			jsonw_text(w, operation);
		jsonw_array_end(w);
	}
	write_text(w, "imsx_description", status->text);
	code_minor(w, v1p1 ? minor_in_shape_c(minor_in_v1p2(status->minor))
			   : minor_in_v1p2(status->minor));
}

/* The shapes that are one object say only the first. */
static void write_status(struct context *context, struct jsonw *w, const struct status *status,
			 size_t count)
{
	const char *operation = context->response->operation;

	switch (envelope_of(context)) {
	case SHAPE_A:
		shape_a(w, status, count, operation);
		break;
	case SHAPE_B:
		shape_b(w, status, count);
		break;
	case SHAPE_C:
		shape_c(w, status, true, operation);
		break;
	case SHAPE_V1P2:
		shape_c(w, status, false, operation);
		break;
	case SHAPE_EMPTY:
		break;
	}
}

void status_remark(struct context *context, const char *minor, const char *text)
{
	const struct quirks *quirks = &context->profile->quirks;

	if (context->remark_count == REMARKS)
		BUG("more than %d remarks", REMARKS);
	context->remarks[context->remark_count++] = (struct remark){
		minor,
		strcmp(quirks->error_envelope, "bare") == 0
			? NULL
			: arena_format(&context->request->arena, "%s%s", quirks->error_prefix, text)
	};
	context->response->refusal.why = text; /* 1.2 has no word for it, the log has */
}

void status_beside(struct context *context, struct jsonw *w)
{
	static const struct status fine = { "success", "status", "full success", NULL };
	bool v1p1 = (context->root.version & V11) != 0;
	struct status warnings[REMARKS];

	for (size_t i = 0; i < context->remark_count; i++)
		warnings[i] = (struct status){ "success", "warning", context->remarks[i].minor,
					       context->remarks[i].text };
	if (context->remark_count && v1p1) {
		write_status(context, w, warnings, context->remark_count);
	} else if (context->profile->quirks.json_status_in_success && v1p1) {
		write_status(context, w, &fine, 1);
	} else if (context->profile->quirks.json_status_in_success) {
		jsonw_key(w, "imsx_statusInfo"); /* as one 1.2 client demands it (traps C14) */
		jsonw_object(w);
		shape_c(w, &fine, false, NULL);
		jsonw_object_end(w);
	}
}

/* RFC 6750, section 3: no error code where no token was shown. Who signed gets the scheme
 * of RFC 5849. */
static void challenge(struct context *context)
{
	const struct refusal *refusal = &context->response->refusal;
	const char *shown = request_header(context->request, "Authorization");

	response_header(context->request, context->response, "WWW-Authenticate",
			refusal->fault == FAULT_FORBIDDEN_SCOPE
				? "Bearer realm=\"OneRoster\", error=\"insufficient_scope\""
			: !shown ? "Bearer realm=\"OneRoster\""
			: strncasecmp(shown, "OAuth ", 6) == 0
				? "OAuth realm=\"OneRoster\""
				: "Bearer realm=\"OneRoster\", error=\"invalid_token\"");
}

void status_answer(struct context *context)
{
	struct response *response = context->response;
	const struct quirks *quirks = &context->profile->quirks;
	const struct fault_answer *answer = profile_answer(
		context->profile, response->refusal.fault, context->root.version);
	struct status status = { "failure", "error", answer->minor, NULL };
	struct str text;
	struct jsonw w;

	str_init(&text, 8192);
	str_add(&text, quirks->error_prefix);
	refusal_text(&response->refusal, answer->text, &text);
	if (response->refusal.where && !strstr(str_text(&text), response->refusal.where))
		str_format(&text, " (%s)", response->refusal.where);
	if (strcmp(quirks->error_envelope, "bare") != 0)
		status.text = str_text(&text);
	response->status = response->refusal.status ? response->refusal.status : answer->status;
	response->content_type = NULL; /* a type belongs to a body */
	str_clear(&response->body);
	jsonw_init(&w, &response->body, 0);
	if (envelope_of(context) != SHAPE_EMPTY) {
		response->content_type = "application/json";
		jsonw_object(&w);
		write_status(context, &w, &status, 1);
		jsonw_object_end(&w);
	}
	if (!response->refusal.why)
		response->refusal.why = arena_dup(&context->request->arena, str_text(&text));
	if (response->status == 401 || response->refusal.fault == FAULT_FORBIDDEN_SCOPE)
		challenge(context);
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

void quirk_fired(struct context *context, const char *name)
{
	for (size_t i = 0; i < context->fired_count; i++)
		if (strcmp(context->fired[i], name) == 0)
			return;
	if (context->fired_count < FIRED_MOST)
		context->fired[context->fired_count++] = name;
}

bool refuse_with(struct context *context, enum fault fault, const char *reason)
{
	struct refusal *refusal = &context->response->refusal;

	refuse(refusal, fault);
	refusal_param(refusal, "reason", arena_dup(&context->request->arena, reason));
	return false;
}

bool refuse_err(struct context *context, enum fault fault, const struct err *why)
{
	refuse_with(context, fault, why->text);
	refusal_param(&context->response->refusal, "field",
		      arena_dup(&context->request->arena, why->pointer));
	return false;
}

bool unknown_object(struct context *context, const char *field, const char *id)
{
	refuse_with(context, FAULT_NOT_FOUND, id);
	refusal_param(&context->response->refusal, "field", field);
	return false;
}
