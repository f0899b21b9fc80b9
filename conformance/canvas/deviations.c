/*
 * deviations.c - where the answers of a provider depart from the schema.
 */
#include "conformance/canvas/deviations.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "conformance/canvas/answer.h"
#include "oneroster/operations.h"
#include "oneroster/payload.h"

#define SEGMENTS 16
#define KINDS_MOST 500 /* that are told; all are counted */

void deviations_init(struct deviations *deviations, const json_t *ours)
{
	*deviations = (struct deviations){ .kinds = json_object(), .ours = ours };
}

void deviations_release(struct deviations *deviations)
{
	json_decref(deviations->kinds);
	*deviations = (struct deviations){ NULL };
}

/* What a call asked for. */
struct asked {
	struct root root;
	const struct operation *operation; /* NULL: none that the version has */
	bool partial;                      /* a selection of fields */
};

static enum method method_of(const char *name)
{
	for (enum method method = GET; method < METHOD_OTHER; method++)
		if (strcmp(method_name(method), name) == 0)
			return method;
	return METHOD_OTHER;
}

/* Takes @path apart in place; false when it lies below no service root. */
static bool read_path(char *path, const char *method, struct asked *asked)
{
	const char *segments[SEGMENTS];
	struct route route;
	size_t count = 0, used;
	char *save = NULL;

	for (char *s = strtok_r(path, "/", &save); s; s = strtok_r(NULL, "/", &save)) {
		if (count == SEGMENTS)
			return false;
		segments[count++] = s;
	}
	if (!root_find(segments, count, &asked->root, &used))
		return false;
	route_find(&asked->root, method_of(method), segments + used, count - used, NULL, NULL,
		   &route);
	asked->operation = route.operation;
	return true;
}

static bool read_target(const struct transport *transport, const struct call *call,
			struct asked *asked)
{
	const char *base = transport_base(transport), *root = transport_root(transport);
	char *whole = *call->target == '/' ? xformat("%s%s", root, call->target)
					   : xstrdup(call->target);
	char *query = strchr(whole, '?');
	bool good = starts_with(whole, base) && method_of(call->method) != METHOD_OTHER;

	*asked = (struct asked){ .operation = NULL };
	if (query) {
		asked->partial = starts_with(query, "?fields=") || strstr(query, "&fields=");
		*query = '\0';
	}
	good = good && read_path(whole + strlen(base), call->method, asked);
	free(whole);
	return good;
}

static json_t *body_of(const struct call *call, struct err *why)
{
	return call->answer.length ? jsonx_load(call->answer.text, call->answer.length, why) : NULL;
}

/* A PUT need not answer anything; where it gives the object back, that is looked at. */
static bool gives_object(const struct asked *asked, const json_t *body)
{
	return json_object_get(body, asked->operation->entity->singular) != NULL;
}

static void check_success(struct findings *findings, const struct asked *asked,
			  const struct call *call, const json_t *body, const struct err *why)
{
	const struct operation *operation = asked->operation;
	unsigned flags = asked->partial ? PAYLOAD_PARTIAL : 0;

	if (operation->action == DELETE_ONE ||
	    (operation->action == WRITE_ONE && !gives_object(asked, body)))
		return;
	if (!body)
		payload_not_json(findings, asked->root.version,
				 call->answer.length ? why->text : "an empty body");
	else if (operation->action == POST_MANY)
		payload_check_pairs(findings, body);
	else
		payload_check_body(findings, operation->entity, asked->root.version,
				   operation->action == READ_MANY, body, flags);
}

/* A refusal that is no JSON is shown as it is. */
static void check_refusal(struct findings *findings, const struct asked *asked,
			  const struct call *call, const json_t *body)
{
	enum service service = asked->root.version & V12 ? asked->root.service : SERVICE_COUNT;
	char *text = xstrdup(str_text(&call->answer));
	json_t *shown;

	utf8_scrub(text);
	shown = *text ? json_string(text) : NULL;
	payload_check_status(findings, asked->root.version, service, body ? body : shown);
	json_decref(shown);
	free(text);
}

/* The object of @body that @pointer leads into: /lineItems/3/dueDate, /lineItem/dueDate. */
static const json_t *object_at(const json_t *body, const char *pointer)
{
	size_t length = strcspn(pointer + (*pointer == '/'), "/");
	const json_t *data;
	char *key;

	if (*pointer != '/')
		return NULL;
	key = xstrndup(pointer + 1, length);
	data = json_object_get(body, key);
	free(key);
	if (json_is_array(data) && pointer[1 + length] == '/')
		data = json_array_get(data, (size_t)strtoul(pointer + 2 + length, NULL, 10));
	return data;
}

/* Whether the finding only says that an object of ours lacks what we did not send. */
static bool is_our_doing(const struct deviations *deviations, const json_t *body,
			 const struct finding *finding)
{
	const char *id = jsonx_text(object_at(body, finding->pointer), "sourcedId");

	return id && json_object_get(deviations->ours, id) &&
	       (starts_with(finding->rule, "OR-REQUIRED") || starts_with(finding->rule, "OR-NULL"));
}

/* The pointer with its indices left open. */
static void add_place(struct str *out, const char *pointer)
{
	while (*pointer) {
		size_t digits = strspn(pointer + 1, "0123456789"), length;

		length = 1 + strcspn(pointer + 1, "/");
		if (digits && digits + 1 == length)
			str_add(out, "/*");
		else
			str_add_bytes(out, pointer, length);
		pointer += length;
	}
}

static void set(json_t *row, const char *key, const char *text)
{
	json_object_set_new(row, key, json_string(text));
}

static void count_finding(struct deviations *deviations, const struct asked *asked,
			  const struct call *call, const struct finding *finding)
{
	const char *name = asked->operation ? asked->operation->name : "no operation";
	struct str place = STR_INIT;
	char *key, *target;
	json_t *row;

	*(finding->severity == FINDING_ERROR ? &deviations->errors : &deviations->warnings) += 1;
	add_place(&place, finding->pointer);
	key = xformat("%s\n%s\n%s", name, finding->rule, str_text(&place));
	row = json_object_get(deviations->kinds, key);
	if (row) {
		json_object_set_new(row, "count", json_integer(jsonx_int(row, "count") + 1));
	} else if (json_object_size(deviations->kinds) < KINDS_MOST) {
		row = json_object();
		target = xformat("%s %s", call->method, call->target);
		utf8_scrub(target);
		set(row, "operation", name);
		set(row, "rule", finding->rule);
		set(row, "pointer", str_text(&place));
		json_object_set_new(row, "count", json_integer(1));
		set(row, "severity", finding_severity_name(finding->severity));
		set(row, "source", finding->source);
		set(row, "found", finding->found);
		set(row, "expected", finding->expected);
		set(row, "target", target);
		json_object_set_new(deviations->kinds, key, row);
		free(target);
	}
	free(key);
	str_release(&place);
}

void deviations_take(struct deviations *deviations, const struct transport *transport,
		     const struct call *call)
{
	struct findings findings = FINDINGS_INIT;
	struct err why = ERR_INIT;
	struct asked asked;
	json_t *body;

	if (call->answer.length == 0 && answer_is_success(call) &&
	    strcmp(call->method, "PUT") == 0) {
		deviations->answers++; /* need not say anything */
		return;
	}
	if (!call->answered || !read_target(transport, call, &asked))
		return;
	body = body_of(call, &why);
	deviations->answers++;
	if (call->status >= 400)
		check_refusal(&findings, &asked, call, body);
	else if (answer_is_success(call) && asked.operation)
		check_success(&findings, &asked, call, body, &why);
	for (size_t i = 0; i < findings.count; i++)
		if (!is_our_doing(deviations, body, &findings.items[i]))
			count_finding(deviations, &asked, call, &findings.items[i]);
	findings_release(&findings);
	json_decref(body);
}

json_t *deviations_list(const struct deviations *deviations)
{
	json_t *list = json_array(), *row;
	const char *key;

	json_object_foreach (deviations->kinds, key, row)
		json_array_append(list, row);
	return list;
}

void deviation_format(const json_t *kind, struct str *out)
{
	const char *pointer = jsonx_text(kind, "pointer");
	long long count = (long long)jsonx_int(kind, "count");

	str_format(out, "%s%s%s: %s %s", jsonx_text(kind, "operation"), *pointer ? " " : "",
		   pointer, jsonx_text(kind, "severity"), jsonx_text(kind, "rule"));
	if (count > 1)
		str_format(out, " (%lld times)", count);
	str_format(out, ": found %s, expected %s [%s]", jsonx_text(kind, "found"),
		   jsonx_text(kind, "expected"), jsonx_text(kind, "source"));
}
