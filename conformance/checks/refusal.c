/*
 * refusal.c - status bodies of 1.1, in three shapes, and of 1.2.
 */
#include "conformance/checks/refusal.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "oneroster/payload.h"

/* Which minor code says what an HTTP status says, as 1.2 spells it; for the others, 405 among them,
 * there is none. */
static const struct {
	long status;
	const char *minors;
} codes[] = {
	{ 400, "invaliddata invalid_selection_field invalid_filter_field "
	       "invalid_blank_selection_field" },
	{ 401, "unauthorisedrequest unauthorized" },
	{ 403, "forbidden" },
	{ 404, "unknownobject" },
	{ 422, "invaliddata" },
	{ 429, "server_busy" },
	{ 500, "internal_server_error" },
};

/* Bits of text that a reader of a status body must never see. */
static const char *const traces[] = {
	"<html",
	"<!DOCTYPE",
	"Traceback (most recent",
	"\tat ",
	"\\n    at ",
	"\n    at ",
	"Exception in thread",
	"java.lang.",
	"System.NullReference",
	"Stack trace",
	"SQLSTATE",
	"ORA-0",
	" on line ",
};

bool refusal_expect(struct judge *judge, const char *statuses)
{
	const struct call *call = &judge->call;
	char status[24], *text;

	if (judge->failed || judge->blind || judge->skipped)
		return false;
	snprintf(status, sizeof status, "%ld", call->status);
	if (has_word(statuses, status))
		return true;
	text = answer_text(call);
	judge_fail(judge, "%s %s: expected HTTP %s%s, got %ld (%.300s)", call->method, call->target,
		   strchr(statuses, ' ') ? "one of " : "", statuses, call->status, text);
	free(text);
	return false;
}

/* The members of a status in whichever shape. */
struct status {
	const char *major, *severity, *minor, *name, *description;
};

static void read_flat(struct status *status, const json_t *item, bool prefixed)
{
	status->major = jsonx_text(item, prefixed ? "imsx_codeMajor" : "codeMajor");
	status->severity = jsonx_text(item, prefixed ? "imsx_severity" : "severity");
	status->minor = jsonx_text(item, prefixed ? "imsx_codeMinor" : "codeMinor");
	status->description = jsonx_text(item, prefixed ? "imsx_description" : "description");
}

static void read_status(struct status *status, const json_t *body)
{
	const json_t *set = json_object_get(body, "statusInfoSet");
	const json_t *errors = json_object_get(body, "errors"), *field;

	*status = (struct status){ NULL };
	if (set || errors) {
		field = set ? set : errors;
		read_flat(status, json_is_array(field) ? json_array_get(field, 0) : field, set);
		return;
	}
	field = json_object_get(json_object_get(body, "imsx_CodeMinor"), "imsx_codeMinorField");
	field = json_array_get(field, 0);
	status->major = jsonx_text(body, "imsx_codeMajor");
	status->severity = jsonx_text(body, "imsx_severity");
	status->description = jsonx_text(body, "imsx_description");
	status->minor = jsonx_text(field, "imsx_codeMinorFieldValue");
	status->name = jsonx_text(field, "imsx_codeMinorFieldName");
}

/* Blanks and underscores are mixed in 1.1 (traps A3); that the spelling is the version's is a rule
 * of the payload. */
static bool means(const char *minor, const char *word, size_t length)
{
	size_t i = 0;

	for (; *minor; minor++) {
		if (*minor == ' ' || *minor == '_')
			continue;
		while (i < length && word[i] == '_')
			i++;
		if (i == length || tolower((unsigned char)*minor) != word[i++])
			return false;
	}
	return i == length;
}

static void check_minor(struct judge *judge, const struct status *status)
{
	const char *minors = NULL, *word;
	bool fits = false;

	for (size_t i = 0; i < ARRAY_SIZE(codes); i++)
		if (codes[i].status == judge->call.status)
			minors = codes[i].minors;
	for (word = minors; status->minor && word && *word; word += strspn(word, " ")) {
		size_t length = strcspn(word, " ");

		fits = fits || means(status->minor, word, length);
		word += length;
	}
	if (!status->minor && minors)
		judge_warn(judge, "%s %s: HTTP %ld: the status body has no minor code",
			   judge->call.method, judge->call.target, judge->call.status);
	else if (status->minor && minors && !fits)
		judge_fail(judge, "%s %s: HTTP %ld: expected a minor code like %s, found \"%s\"",
			   judge->call.method, judge->call.target, judge->call.status, minors,
			   status->minor);
	else if (status->name && strcmp(status->name, "TargetEndSystem") != 0)
		judge_warn(judge,
			   "%s %s: imsx_codeMinorFieldName: expected TargetEndSystem, found \"%s\"",
			   judge->call.method, judge->call.target, status->name);
}

/* The rules of the payload; of 1.1 they are advice, which is what these checks are about. */
static void check_shape(struct judge *judge, const json_t *body)
{
	struct findings findings = FINDINGS_INIT;
	enum service service = SERVICE_COUNT;
	const struct finding *first = NULL;

	for (int i = 0; i < SERVICE_COUNT; i++)
		if (strstr(judge->call.target, service_root((enum service)i, V12)))
			service = (enum service)i;
	payload_check_status(&findings, judge->subject->version, service, body);
	for (size_t i = 0; i < findings.count && !first; i++)
		if (judge->subject->version & V11 || findings.items[i].severity == FINDING_ERROR)
			first = &findings.items[i];
	if (first)
		judge_fail(judge, "%s %s: %s: expected %s, found %s (%s, %s)", judge->call.method,
			   judge->call.target, *first->pointer ? first->pointer : "the body",
			   first->expected, first->found, first->rule, first->source);
	findings_release(&findings);
}

void refusal_body(struct judge *judge)
{
	struct err err = ERR_INIT;
	struct status status;
	json_t *body;

	if (judge->failed || judge->blind || judge->skipped)
		return;
	body = answer_json(&judge->call, &err);
	if (!body) {
		judge_fail(judge, "%s %s: HTTP %ld: expected a status body: %s", judge->call.method,
			   judge->call.target, judge->call.status, err.text);
		return;
	}
	check_shape(judge, body);
	read_status(&status, body);
	if (!same_text(status.major, "failure") && !same_text(status.major, "unsupported"))
		judge_fail(judge, "%s %s: HTTP %ld: codeMajor: expected failure, found \"%s\"",
			   judge->call.method, judge->call.target, judge->call.status,
			   status.major ? status.major : "nothing");
	if (!same_text(status.severity, "error"))
		judge_fail(judge, "%s %s: HTTP %ld: severity: expected error, found \"%s\"",
			   judge->call.method, judge->call.target, judge->call.status,
			   status.severity ? status.severity : "nothing");
	check_minor(judge, &status);
	if (!status.description || !status.description[strspn(status.description, " \t\r\n")])
		judge_warn(judge, "%s %s: HTTP %ld: the status body has no description",
			   judge->call.method, judge->call.target, judge->call.status);
	json_decref(body);
}

void refusal_words(struct judge *judge)
{
	const char *text = str_text(&judge->call.answer);
	char *type = call_header(&judge->call, "Content-Type"), *said;

	for (size_t i = 0; i < ARRAY_SIZE(traces); i++)
		if (strstr(text, traces[i]))
			judge_fail(
				judge,
				"%s %s: HTTP %ld shows what belongs into a log, not to a client: "
				"\"%s\"",
				judge->call.method, judge->call.target, judge->call.status,
				traces[i]);
	if (judge->call.answer.length && (!type || !strstr(type, "json")))
		judge_fail(judge, "%s %s: HTTP %ld: expected Content-Type application/json, got %s",
			   judge->call.method, judge->call.target, judge->call.status,
			   type ? type : "none");
	said = answer_text(&judge->call);
	if (starts_with(said, "HTTP "))
		judge_fail(judge, "%s %s: the refusal says nothing in words (%s)",
			   judge->call.method, judge->call.target, said);
	free(said);
	free(type);
}
