/*
 * body.c - what a client sent, judged as the profile has it.
 */
#include "server/api/api.h"

#include <string.h>

#include "base/jsonx.h"
#include "base/when.h"
#include "oneroster/payload.h"

const char *validation_mode(const struct context *context)
{
	return context->sandbox->validation ? context->sandbox->validation
					    : context->profile->quirks.validation_mode;
}

/* What the findings are about, as the path names it: lineItems/li-1. */
static const char *object_name(const struct context *context)
{
	const struct operation *operation = context->route.operation;

	return operation->action == WRITE_ONE
		       ? arena_format(&context->request->arena, "%s/%s", operation->entity->plural,
				      context->ids[0])
		       : operation->entity->plural;
}

static void note(struct context *context, const struct findings *findings)
{
	const char *object = object_name(context);

	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->items[i];
		struct diagnostic diagnostic = {
			.at = context->now,
			.object = object,
			.pointer = finding->pointer,
			.rule = finding->rule,
			.severity = finding_severity_name(finding->severity),
			.source = finding->source,
			.found = finding->found,
			.expected = finding->expected,
		};

		context_note(context, &diagnostic);
	}
}

/* The first error, and how many more there are. */
static bool refuse_findings(struct context *context, const struct findings *findings)
{
	const struct finding *first = findings->items;
	struct err err = ERR_INIT;

	while (first->severity != FINDING_ERROR && first < findings->items + findings->count - 1)
		first++;
	err_at(&err, ERR_INVALID, first->pointer, "%s: expected %.200s, found %.200s (%s, %s)%s",
	       first->pointer, first->expected, first->found, first->rule, first->source,
	       findings->errors > 1 ? arena_format(&context->request->arena, "; %zu more errors",
						   findings->errors - 1)
				    : "");
	return refuse_err(context, FAULT_VALIDATION_FAILED, &err);
}

static bool is_judged(const struct context *context)
{
	return strcmp(validation_mode(context), "lenient") != 0;
}

/* Looks as strictly as the schema, where the mode asks for it. */
static bool judge(struct context *context, const json_t *body)
{
	const struct operation *operation = context->route.operation;
	bool strict = strcmp(validation_mode(context), "strict") == 0;
	struct findings findings = FINDINGS_INIT;
	bool good = true;

	if (!is_judged(context))
		return true;
	payload_check_body(&findings, operation->entity, context->root.version,
			   operation->action == POST_MANY, body, 0);
	note(context, &findings);
	if (strict && findings.errors)
		good = refuse_findings(context, &findings);
	findings_release(&findings);
	return good;
}

json_t *body_load(struct context *context)
{
	const struct str *body = &context->request->body;
	struct err err = ERR_INIT;
	json_t *json = jsonx_load(str_text(body), body->length, &err);

	if (!json)
		refuse_err(context, FAULT_JSON_INVALID, &err);
	if (!json || judge(context, json))
		return json;
	json_decref(json);
	return NULL;
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

/* Letters in place of a result's score are no flaw of the payload here: what becomes of
 * them is for the rules of the SIS, which find them in the record as a text. */
static const json_t *score_text(const struct context *context, const json_t *object)
{
	const json_t *score = json_object_get(object, "score");

	return context->route.operation->entity == &ENTITY_RESULTS && json_is_string(score) ? score
											    : NULL;
}

static bool needs_zones(const struct context *context)
{
	return context->profile->quirks.date_zone_required;
}

/* date.zone_required: what has no zone is an instant only by a guess. */
static bool zones_there(struct context *context, const json_t *object, const char *prefix)
{
	const struct field *field = context->route.operation->entity->fields;
	bool zone = true;

	if (!needs_zones(context))
		return true;
	for (; field->name && zone; field++) {
		const char *text = jsonx_text(object, field->name);
		struct err err = ERR_INIT;
		int64_t ignored;

		if (field->type != T_TIME || !(field->in & context->root.version) ||
		    (field->flags & F_SERVER) || !text || !when_parse(text, &ignored, &zone) ||
		    zone)
			continue;
		err_at(&err, ERR_INVALID,
		       arena_format(&context->request->arena, "%s/%s", prefix, field->name),
		       "%s/%s: \"%.40s\" has no time zone: Z or an offset", prefix, field->name,
		       text);
		refuse_err(context, FAULT_VALIDATION_FAILED, &err);
		quirk_fired(context, "date.zone_required");
	}
	return zone;
}

bool body_object(struct context *context, struct record *record, const json_t *object,
		 const char *prefix)
{
	struct arena *arena = &context->request->arena;
	const json_t *text = score_text(context, object);
	json_t *rest;
	struct err err = ERR_INIT;

	if (!zones_there(context, object, prefix))
		return false;
	rest = text ? json_copy((json_t *)(uintptr_t)object) : NULL;
	json_object_del(rest, "score");

	bool good = record_from_json(record, context->route.operation->entity,
				     context->root.version, rest ? rest : object, prefix, arena,
				     &err);

	if (good && text)
		record_set_text(record, "score", arena_dup(arena, json_string_value(text)));
	json_decref(rest);
	return good || refuse_err(context, FAULT_VALIDATION_FAILED, &err);
}

bool body_quick(struct context *context, struct record *record)
{
	const struct str *body = &context->request->body;

	return !is_judged(context) && !needs_zones(context) &&
	       record_from_text(record, context->route.operation->entity, context->root.version,
				str_text(body), body->length, &context->request->arena) &&
	       strcmp(record->values[FIELD_SOURCED_ID].text, context->ids[0]) == 0;
}
