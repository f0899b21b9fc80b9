/*
 * ask.c - operations of a provider by name, in either version.
 */
#include "conformance/generate/ask.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/url.h"
#include "conformance/canvas/answer.h"
#include "conformance/canvas/template.h"
#include "oneroster/operations.h"

static const char *school_of(const struct roster *roster)
{
	return jsonx_text(json_object_get(roster->json, "school"), "sourcedId");
}

/* The path of an operation below its service root, with the ids of this class and @id for
 * any other. Returns (free); NULL when an id is not known. */
static char *path_of(const struct reading *reading, const struct operation *operation,
		     const char *id)
{
	const struct {
		const char *name, *value;
	} ids[] = {
		{ "{classSourcedId}", reading->roster->id },
		{ "{schoolSourcedId}", school_of(reading->roster) },
		{ "{id}", id },
	};
	struct str path = STR_INIT;
	bool good = true;

	for (const char *at = operation->path; *at;) {
		size_t i = 0;

		while (i < ARRAY_SIZE(ids) && !starts_with(at, ids[i].name))
			i++;
		if (i == ARRAY_SIZE(ids)) {
			str_add_char(&path, *at++);
			continue;
		}
		at += strlen(ids[i].name);
		good = good && ids[i].value;
		pct_encode(&path, good ? ids[i].value : "");
	}
	char *text = str_take(&path, NULL);

	if (good)
		return text;
	free(text);
	return NULL;
}

static void add_filter(struct str *path, const char *filter, const char *class_id)
{
	json_t *values = json_pack("{ss}", "class_id", class_id);
	json_t *text = template_fill(filter, values);

	str_add(path, "?filter=");
	pct_encode(path, json_string_value(text));
	json_decref(text);
	json_decref(values);
}

char *ask_target(const struct reading *reading, const struct operation *operation, const char *path)
{
	if (reading->options->version != V12)
		return xstrdup(path);
	return xformat("%s%s%s", transport_base(reading->options->transport),
		       service_root(operation->service, V12), path);
}

/* Refusals let the next way be tried. */
static bool is_refusal(const struct reading *reading, const struct err *err)
{
	return err->code == ERR_INVALID && reading->status >= 400 && reading->status < 500 &&
	       reading->status != 401 && reading->status != 403;
}

json_t *ask_list(struct reading *reading, const struct way *way, char **asked, struct err *err)
{
	const struct operation *operation = operation_find(way->operation);
	struct page_reader reader = { .transport = reading->options->transport,
				      .page_size = (int)reading->options->connection->page_size };
	char *path = path_of(reading, operation, NULL), *target;
	struct str whole = STR_INIT;
	struct err why = ERR_INIT;
	json_t *list;

	*asked = NULL;
	if (!path)
		return NULL;
	str_add(&whole, path);
	free(path);
	if (way->filter)
		add_filter(&whole, way->filter, reading->roster->id);
	target = ask_target(reading, operation, str_text(&whole));
	list = read_collection(&reader, target, operation->entity->plural, &why);
	reading->status = reader.status;
	if (list)
		*asked = str_take(&whole, NULL);
	else if (reader.status >= 500)
		err_set(&reading->failure, ERR_UNREACHABLE, "%s", why.text);
	else if (!is_refusal(reading, &why))
		err_set(err, why.code, "%s%s", why.text,
			reader.status == 401 || reader.status == 403
				? "; --credential may be wrong, or not allowed to read this"
				: "");
	free(reader.refusal);
	free(target);
	str_release(&whole);
	return list;
}

json_t *ask_one(struct reading *reading, const char *name, const char *id, struct err *err)
{
	const struct operation *operation = operation_find(name);
	char *path = path_of(reading, operation, id);
	struct call call = { .method = "GET", .target = ask_target(reading, operation, path) };
	json_t *body = NULL, *object = NULL;

	transport_call(reading->options->transport, &call);
	reading->status = call.answered ? call.status : 0;
	if (!call.answered) {
		err_set(err, ERR_UNREACHABLE, "GET %s: %s", call.target, call.error);
	} else if (call.status == 401 || call.status >= 500) {
		char *text = answer_text(&call);

		err_set(err, call.status == 401 ? ERR_INVALID : ERR_UNREACHABLE,
			"GET %s: HTTP %ld: %s%s", call.target, call.status, text,
			call.status == 401 ? "; --credential may be wrong" : "");
		free(text);
	} else if (answer_is_success(&call)) {
		body = answer_json(&call, err);
		object = json_incref(json_object_get(body, operation->entity->singular));
		if (body && !json_is_object(object))
			err_set(err, ERR_INVALID, "GET %s: the answer has no object \"%s\"",
				call.target, operation->entity->singular);
	}
	json_decref(body);
	call_release(&call);
	free(path);
	if (json_is_object(object))
		return object;
	json_decref(object);
	return NULL;
}
