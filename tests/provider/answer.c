/*
 * answer.c - what an answer is made of: data, headers, refusals in the words of each version.
 */
#include "tests/provider/internal.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* 1.1 fact sheet 9 (shape A), 1.2 fact sheet 4; a minor code of NULL: the service has none. */
static const struct {
	int status[2];
	const char *minor[2];
} reasons[] = {
	[NO_CREDENTIALS] = { { 401, 401 }, { "unauthorized", "unauthorisedrequest" } },
	[NOT_PERMITTED] = { { 403, 403 }, { "forbidden", "forbidden" } },
	[UNKNOWN_OBJECT] = { { 404, 404 }, { "unknown object", "unknownobject" } },
	[BAD_FILTER] = { { 400, 400 }, { "invalid_filter_field", "invalid_filter_field" } },
	[BAD_FIELDS] = { { 400, 400 }, { "invalid_selection_field", "invalid_selection_field" } },
	[BLANK_FIELDS] = { { 400, 400 },
			   { "invalid_blank_selection_field", "invalid_selection_field" } },
	[BAD_REQUEST] = { { 400, 400 }, { "invalid data", "invaliddata" } },
	[BAD_DATA] = { { 400, 422 }, { "invalid data", "invaliddata" } },
	[IN_USE] = { { 400, 422 }, { "invalid data", "deletefailure" } },
	[BAD_METHOD] = { { 405, 405 }, { "invalid data", NULL } },
	[TOO_LARGE] = { { 413, 413 }, { "invalid data", "invaliddata" } },
};

const char *vendor_request_header(const struct exchange *e, const char *name)
{
	return MHD_lookup_connection_value(e->connection, MHD_HEADER_KIND, name);
}

void vendor_set_header(struct exchange *e, const char *name, char *value)
{
	struct header *header = e->headers;
	size_t i = 0;

	while (i < e->header_count && strcmp(e->headers[i].name, name) != 0)
		i++;
	if (i == HEADERS)
		BUG("no room for the header %s", name);
	if (i == e->header_count)
		e->header_count++;
	header += i;
	free(header->value);
	snprintf(header->name, sizeof header->name, "%s", name);
	header->value = value;
}

static char *format_text(const char *format, va_list args) PRINTF(1, 0);

static char *format_text(const char *format, va_list args)
{
	struct str text = STR_INIT;

	str_vformat(&text, format, args);
	utf8_scrub(text.text);
	return str_take(&text, NULL);
}

static json_t *status_11(const struct exchange *e, const char *major, const char *severity,
			 const char *minor, const char *text)
{
	json_t *status = json_pack("{ss,ss,ss,ss}", "imsx_codeMajor", major, "imsx_severity",
				   severity, "imsx_codeMinor", minor, "imsx_description", text);

	if (*e->operation)
		json_object_set_new(status, "imsx_operationRefIdentifier",
				    json_string(e->operation));
	return status;
}

static json_t *status_12(const char *major, const char *minor, const char *text)
{
	json_t *status = json_pack("{ss,ss,ss}", "imsx_codeMajor", major, "imsx_severity", "error",
				   "imsx_description", text);

	if (minor)
		json_object_set_new(status, "imsx_CodeMinor",
				    json_pack("{s[{ss,ss}]}", "imsx_codeMinorField",
					      "imsx_codeMinorFieldName", "TargetEndSystem",
					      "imsx_codeMinorFieldValue", minor));
	return status;
}

void vendor_refuse(struct exchange *e, enum reason reason, const char *format, ...)
{
	bool newer = e->version == V12;
	const char *minor = reasons[reason].minor[newer];
	va_list args;
	char *text;

	va_start(args, format);
	text = format_text(format, args);
	va_end(args);
	e->status = reasons[reason].status[newer];
	json_decref(e->json);
	if (newer)
		e->json = status_12(reason == BAD_METHOD ? "unsupported" : "failure", minor, text);
	else
		e->json = json_pack("{s[o]}", "statusInfoSet",
				    status_11(e, "failure", "error", minor, text));
	free(text);
}

void vendor_warn(struct exchange *e, const char *minor, const char *format, ...)
{
	va_list args;
	char *text;

	if (e->version == V12)
		return;
	va_start(args, format);
	text = format_text(format, args);
	va_end(args);
	if (!e->warnings)
		e->warnings = json_array();
	json_array_append_new(e->warnings, status_11(e, "success", "warning", minor, text));
	free(text);
}

void vendor_give(struct exchange *e, const char *key, json_t *data)
{
	json_decref(e->json);
	e->json = json_pack("{so}", key, data);
	if (e->warnings)
		json_object_set(e->json, "statusInfoSet", e->warnings);
}
