/*
 * judge.c - what a check may do.
 */
#include "conformance/checks/check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/url.h"
#include "base/when.h"
#include "oneroster/operations.h"

/* {class} and the like become encoded ids. Returns (free); NULL when one is not to be had, which
 * leaves the check blind. */
static char *fill_target(struct judge *judge, const char *target)
{
	struct str out = STR_INIT;

	while (*target) {
		size_t length = *target == '{' ? strcspn(target, "}") : 0;
		char *place = length ? xstrndup(target + 1, length - 1) : NULL;
		const char *id = place ? judge_id(judge, place) : NULL;

		if (!place)
			str_add_char(&out, *target++);
		else if (id)
			pct_encode(&out, id);
		else
			judge_blind(judge, "the provider shows no %s to ask for", place);
		target += place ? length + 1 : 0;
		free(place);
		if (length && !id) {
			str_release(&out);
			return NULL;
		}
	}
	return str_take(&out, NULL);
}

static bool path_fits(const struct operation *operation, const char *path)
{
	const char *pattern = operation->path;

	while (*pattern && *path && *path != '?') {
		if (*pattern == '{') {
			pattern += strcspn(pattern, "}") + 1;
			path += strcspn(path, "/?");
		} else if (*pattern++ != *path++) {
			return false;
		}
	}
	return !*pattern && (!*path || *path == '?');
}

char *judge_target(const struct judge *judge, const char *path)
{
	enum service service = ROSTERING;
	unsigned version = judge->subject->version;

	if (*path != '/' || version & V11)
		return xstrdup(path);
	for (size_t i = 0; i < operation_count; i++)
		if (operations[i].in & version && path_fits(&operations[i], path)) {
			service = operations[i].service;
			break;
		}
	return xformat("%s%s%s", transport_base(judge->options->transport),
		       service_root(service, version), path);
}

/* A provider may break off some requests only: after several in a row one that is harmless
 * decides. */
static bool is_gone(struct judge *judge)
{
	struct call probe = { .method = "GET" };

	if (judge->gone || judge->unanswered < UNANSWERED_MOST)
		return judge->gone;
	probe.target = judge_target(judge, "/classes?limit=1");
	transport_call(judge->options->transport, &probe);
	judge->gone = !probe.answered;
	judge->unanswered = 0;
	call_release(&probe);
	return judge->gone;
}

const char *judge_ended(struct judge *judge)
{
	if (judge->options->stopped && judge->options->stopped() && !judge->cleaning)
		return "the run was interrupted";
	if (judge->end && when_now() >= judge->end)
		return "the time limit of the run is over";
	return is_gone(judge) ? "the provider does not answer any more" : NULL;
}

bool judge_may_ask(struct judge *judge)
{
	const char *why = judge_ended(judge);

	if (why) {
		judge_blind(judge, "not seen: %s", why);
		judge->unheard = true;
		judge->ended = judge->ended ? judge->ended : why;
	}
	return !why && !judge->blind;
}

const struct call *judge_send(struct judge *judge, struct call *call)
{
	call_release(&judge->call);
	judge->call = *call;
	*call = (struct call){ 0 };
	call = &judge->call;
	if (!call->target || !judge_may_ask(judge))
		return call;
	transport_call(judge->options->transport, call);
	judge_keep(judge);
	if (!call->answered)
		judge->unanswered++;
	else if (!starts_with(call->target, transport_token_url(judge->options->transport)))
		judge->unanswered = 0; /* who gives tokens may be somebody else */
	if (!call->answered)
		judge_blind(judge, "%s %s: no answer: %s", call->method, call->target, call->error);
	return call;
}

struct many {
	struct call *calls;
	size_t count, given, taken;
};

static bool give_next(struct call *call, void *payload)
{
	struct many *many = payload;

	if (many->given == many->count)
		return false;
	*call = many->calls[many->given++];
	return true;
}

static void take_next(struct call *call, void *payload)
{
	struct many *many = payload;

	many->calls[many->taken++] = *call;
	*call = (struct call){ 0 };
}

void judge_send_all(struct judge *judge, struct call *calls, size_t count)
{
	struct many many = { calls, count, 0, 0 };

	if (!judge_may_ask(judge)) {
		for (size_t i = 0; i < count; i++)
			call_release(&calls[i]);
		return;
	}
	transport_run(judge->options->transport, give_next, take_next, &many);
	for (size_t i = 0; i < count; i++) {
		call_release(&judge->call);
		judge->call = calls[i];
		judge_keep(judge);
		if (!calls[i].answered)
			judge_blind(judge, "%s %s: no answer: %s", calls[i].method, calls[i].target,
				    calls[i].error);
		else
			judge_expect_success(judge);
	}
}

const struct call *judge_call_as(struct judge *judge, const char *method, const char *target,
				 const char *body, enum call_auth auth, const char *authorization)
{
	struct call call = { .method = method, .auth = auth, .authorization = authorization };
	char *path = judge_may_ask(judge) ? fill_target(judge, target) : NULL;

	call.target = path ? judge_target(judge, path) : NULL;
	call.body = xstrdup(body);
	free(path);
	judge_send(judge, &call);
	if (!judge->call.target) /* nothing was sent; checks name what they asked for */
		judge->call.target = xstrdup(target);
	judge->call.authorization = NULL; /* the caller's */
	return &judge->call;
}

const struct call *judge_call(struct judge *judge, const char *method, const char *target,
			      const char *body)
{
	return judge_call_as(judge, method, target, body, CALL_AUTH, NULL);
}

static void set_text(struct judge *judge, const char *format, va_list args) PRINTF(2, 0);

static void set_text(struct judge *judge, const char *format, va_list args)
{
	struct str text = STR_INIT;

	str_vformat(&text, format, args);
	utf8_scrub(text.text);
	free(judge->verdict_text);
	judge->verdict_text = str_take(&text, NULL);
}

static bool has_verdict(const struct judge *judge)
{
	return judge->failed || judge->warned || judge->skipped || judge->blind;
}

void judge_fail(struct judge *judge, const char *format, ...)
{
	va_list args;

	if (has_verdict(judge))
		return;
	judge->failed = true;
	va_start(args, format);
	set_text(judge, format, args);
	va_end(args);
}

void judge_warn(struct judge *judge, const char *format, ...)
{
	va_list args;

	if (has_verdict(judge))
		return;
	judge->warned = true;
	va_start(args, format);
	set_text(judge, format, args);
	va_end(args);
}

void judge_skip(struct judge *judge, const char *format, ...)
{
	va_list args;

	if (has_verdict(judge))
		return;
	judge->skipped = true;
	va_start(args, format);
	set_text(judge, format, args);
	va_end(args);
}

void judge_blind(struct judge *judge, const char *format, ...)
{
	va_list args;

	if (has_verdict(judge))
		return;
	judge->blind = true;
	va_start(args, format);
	set_text(judge, format, args);
	va_end(args);
}

void judge_note(struct judge *judge, const char *format, ...)
{
	va_list args;

	if (has_verdict(judge))
		return;
	va_start(args, format);
	set_text(judge, format, args);
	va_end(args);
}

void judge_clear(struct judge *judge)
{
	judge->failed = judge->warned = judge->skipped = judge->blind = false;
	free(judge->verdict_text);
	judge->verdict_text = NULL;
}

bool judge_expect(struct judge *judge, long status)
{
	const struct call *call = &judge->call;
	char *text;

	if (judge->failed || judge->blind)
		return false;
	if (status ? call->status == status : call->status >= 400 && call->status < 500)
		return true;
	text = answer_text(call);
	if (status)
		judge_fail(judge, "%s %s: expected HTTP %ld, got %ld (%s)", call->method,
			   call->target, status, call->status, text);
	else
		judge_fail(judge, "%s %s: expected a refusal (HTTP 4xx), got %ld", call->method,
			   call->target, call->status);
	free(text);
	return false;
}

bool judge_expect_success(struct judge *judge)
{
	const struct call *call = &judge->call;
	char *text;

	if (judge->failed || judge->blind)
		return false;
	if (call->status == 200 || call->status == 201 || call->status == 204)
		return true;
	text = answer_text(call);
	judge_fail(judge, "%s %s: expected HTTP 200 or 201, got %ld: %s", call->method,
		   call->target, call->status, text);
	free(text);
	return false;
}

static json_t *member(struct judge *judge, const char *key, bool array)
{
	struct err err = ERR_INIT;
	json_t *body, *found;

	if (judge->failed || judge->blind)
		return NULL;
	body = answer_json(&judge->call, &err);
	found = json_object_get(body, key);
	if (!body)
		judge_fail(judge, "GET %s: %s", judge->call.target, err.text);
	else if (array ? !json_is_array(found) : !json_is_object(found))
		judge_fail(judge, "GET %s: expected the member \"%s\" to be %s, found %s",
			   judge->call.target, key, array ? "an array" : "an object",
			   jsonx_kind(found));
	else
		json_incref(found);
	json_decref(body);
	return judge->failed || judge->blind ? NULL : found;
}

json_t *judge_array(struct judge *judge, const char *key)
{
	return member(judge, key, true);
}

json_t *judge_object(struct judge *judge, const char *key)
{
	return member(judge, key, false);
}

char *judge_new_id(struct judge *judge)
{
	char uuid[UUID_TEXT];

	random_uuid(&judge->random, uuid);
	return xstrdup(uuid);
}

void judge_wrote(struct judge *judge, const char *target, const char *id)
{
	json_object_set_new(judge->ours, id, json_true());
	json_array_append_new(judge->written, json_string(target));
}

const struct call *judge_put(struct judge *judge, const char *collection, const char *id,
			     const char *body)
{
	struct str path = STR_INIT;
	char *target;

	str_format(&path, "/%s/", collection);
	pct_encode(&path, id);
	target = judge_target(judge, str_text(&path));
	judge_wrote(judge, target, id);
	judge_call(judge, "PUT", target, body);
	if (judge->call.status >= 400 && judge->call.status < 500)
		json_object_set_new(judge->refused, target, json_true());
	else
		json_object_del(judge->refused, target);
	free(target);
	str_release(&path);
	return &judge->call;
}

static bool same_instant(const char *a, const char *b)
{
	int64_t x, y;

	return strlen(a) >= 10 && strlen(b) >= 10 && when_parse(a, &x, NULL) &&
	       when_parse(b, &y, NULL) && x == y;
}

bool judge_same(const json_t *wanted, const json_t *found)
{
	const char *key;
	json_t *value;

	if (!wanted || json_is_null(wanted))
		return !found || json_is_null(found);
	if (json_is_number(wanted))
		return json_is_number(found) &&
		       fabs(json_number_value(wanted) - json_number_value(found)) < 1e-9;
	if (json_is_string(wanted) && json_is_string(found))
		return strcmp(json_string_value(wanted), json_string_value(found)) == 0 ||
		       same_instant(json_string_value(wanted), json_string_value(found));
	if (!json_is_object(wanted))
		return json_equal(wanted, found);
	if (json_object_get(wanted, "sourcedId"))
		return same_text(jsonx_text(wanted, "sourcedId"), jsonx_text(found, "sourcedId"));
	json_object_foreach ((json_t *)(uintptr_t)wanted, key, value)
		if (!judge_same(value, json_object_get(found, key)))
			return false;
	return true;
}
