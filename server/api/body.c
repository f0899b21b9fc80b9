/*
 * body.c - what a client sent, judged as the profile has it.
 */
#include "server/api/api.h"

#include <string.h>

#include "base/jsonx.h"

json_t *body_load(struct context *context)
{
	const struct str *body = &context->request->body;
	struct err err = ERR_INIT;
	json_t *json = jsonx_load(str_text(body), body->length, &err);

	if (!json)
		refuse_err(context, FAULT_JSON_INVALID, &err);
	return json;
}

const json_t *body_member(struct context *context, const json_t *body, const char *key, bool many)
{
	struct arena *arena = &context->request->arena;
	const json_t *member = json_object_get(body, key);
	struct err err = ERR_INIT;
	const char *other;
	const json_t *ignored;

	json_object_foreach ((json_t *)(uintptr_t)body, other, ignored)
		if (strcmp(other, key) != 0 &&
		    (entity_by_singular(other) || entity_by_plural(other)))
			err_at(&err, ERR_INVALID, arena_format(arena, "/%s", other),
			       "/%s: the body must be {\"%s\": %s} and nothing else", other, key,
			       many ? "[...]" : "{...}");
	if (err.code == ERR_NONE && !(many ? json_is_array(member) : json_is_object(member)))
		err_at(&err, ERR_INVALID, arena_format(arena, "/%s", key),
		       "/%s: the body must be {\"%s\": %s}, but its member %s is %s", key, key,
		       many ? "[...]" : "{...}", key, jsonx_kind(member));
	if (err.code == ERR_NONE)
		return member;
	refuse_err(context, FAULT_VALIDATION_FAILED, &err);
	return NULL;
}

bool body_object(struct context *context, struct record *record, const json_t *object,
		 const char *prefix)
{
	struct err err = ERR_INIT;

	return record_from_json(record, context->route.operation->entity, context->root.version,
				object, prefix, &context->request->arena, &err) ||
	       refuse_err(context, FAULT_VALIDATION_FAILED, &err);
}
