/*
 * gradebook_reference.c - what an object refers to must be there.
 */
#include "server/api/gradebook_internal.h"

#include <string.h>

/* What a strict provider would have refused is noted. */
static void note_unknown(struct write_check *check, const char *field, const char *id)
{
	struct context *context = check->context;
	struct arena *arena = &context->request->arena;
	const struct record *record = check->record;
	struct diagnostic diagnostic = {
		.at = context->now,
		.object = arena_format(arena, "%s/%s", record->entity->plural,
				       record->values[FIELD_SOURCED_ID].text),
		.pointer = arena_format(arena, "/%s/%s/sourcedId", record->entity->singular, field),
		.rule = "OR-REF-UNKNOWN",
		.severity = "error",
		.source = "fact sheet 1.1, section 10",
		.found = id,
		.expected = arena_format(arena, "the sourcedId of one of the %s",
					 entity_field(record->entity, field)->target->plural),
	};

	context_note(context, &diagnostic);
}

/* A reference that must be known: always, or only under reference.check=strict and where
 * bodies are validated strictly. */
bool reference_known(struct write_check *check, const char *field, enum fault fault,
		     bool only_strict)
{
	const char *validation = validation_mode(check->context);
	const char *mode = strcmp(validation, "strict") == 0 ? "strict"
							     : quirks_of(check)->reference_check;
	const char *id = record_text(check->record, field);
	const struct entity *target = entity_field(check->record->entity, field)->target;
	bool demanded = strcmp(mode, "none") != 0 && (!only_strict || strcmp(mode, "strict") == 0);
	bool noted = !demanded && strcmp(validation, "report") == 0;

	if (!id || (!demanded && !noted) || object_exists(check, target, id))
		return true;
	if (check->err->code != ERR_NONE)
		return false;
	if (noted && !check->again)
		note_unknown(check, field, id);
	if (noted)
		return true;
	refuse_write(check, fault);
	add_param(check, "field", field);
	add_param(check, "reason", id);
	return false;
}

bool references_are_checked(const struct write_check *check)
{
	return strcmp(quirks_of(check)->reference_check, "none") != 0;
}

/* A lineItem's category has rules of its own. */
bool references_known(struct write_check *check)
{
	static const struct {
		const struct entity *entity;
		const char *field;
		enum fault fault;
		bool only_strict;
	} rows[] = {
		{ &ENTITY_LINE_ITEMS, "class", FAULT_CLASS_UNKNOWN, false },
		{ &ENTITY_LINE_ITEMS, "gradingPeriod", FAULT_REFERENCE_UNKNOWN, true },
		{ &ENTITY_LINE_ITEMS, "academicSession", FAULT_REFERENCE_UNKNOWN, true },
		{ &ENTITY_LINE_ITEMS, "school", FAULT_REFERENCE_UNKNOWN, true },
		{ &ENTITY_LINE_ITEMS, "scoreScale", FAULT_REFERENCE_UNKNOWN, true },
		{ &ENTITY_RESULTS, "lineItem", FAULT_LINE_ITEM_UNKNOWN, false },
		{ &ENTITY_RESULTS, "student", FAULT_STUDENT_UNKNOWN, false },
		{ &ENTITY_RESULTS, "class", FAULT_CLASS_UNKNOWN, true },
		{ &ENTITY_RESULTS, "scoreScale", FAULT_REFERENCE_UNKNOWN, true },
		{ &ENTITY_SCORE_SCALES, "class", FAULT_CLASS_UNKNOWN, false },
		{ &ENTITY_SCORE_SCALES, "course", FAULT_REFERENCE_UNKNOWN, true },
		{ &ENTITY_ASSESSMENT_LINE_ITEMS, "class", FAULT_CLASS_UNKNOWN, false },
		{ &ENTITY_ASSESSMENT_LINE_ITEMS, "parentAssessmentLineItem",
		  FAULT_REFERENCE_UNKNOWN, true },
		{ &ENTITY_ASSESSMENT_LINE_ITEMS, "scoreScale", FAULT_REFERENCE_UNKNOWN, true },
		{ &ENTITY_ASSESSMENT_RESULTS, "assessmentLineItem", FAULT_REFERENCE_UNKNOWN,
		  false },
		{ &ENTITY_ASSESSMENT_RESULTS, "student", FAULT_STUDENT_UNKNOWN, false },
		{ &ENTITY_ASSESSMENT_RESULTS, "scoreScale", FAULT_REFERENCE_UNKNOWN, true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].entity == check->record->entity &&
		    !reference_known(check, rows[i].field, rows[i].fault, rows[i].only_strict))
			return false;
	return true;
}
