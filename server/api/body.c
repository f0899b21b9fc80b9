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

bool body_object(struct context *context, struct record *record, const json_t *object,
		 const char *prefix)
{
	struct err err = ERR_INIT;

	return record_from_json(record, context->route.operation->entity, context->root.version,
				object, prefix, &context->request->arena, &err) ||
	       refuse_err(context, FAULT_VALIDATION_FAILED, &err);
}
