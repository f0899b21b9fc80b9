/*
 * gradebook.c - the rules for writing into the gradebook, in their order, and what
 * they share.
 */
#include "server/api/gradebook_internal.h"

#include "base/when.h"

const struct quirks *quirks_of(const struct write_check *check)
{
	return &check->context->profile->quirks;
}

/* Refuses, with what every text about this object may name. */
bool refuse_write(struct write_check *check, enum fault fault)
{
	struct refusal *refusal = &check->context->response->refusal;
	const struct record *record = check->record;
	static const struct {
		const struct entity *entity;
		const char *field;
	} params[] = {
		{ &ENTITY_LINE_ITEMS, "title" },
		{ &ENTITY_LINE_ITEMS, "class" },
		{ &ENTITY_LINE_ITEMS, "category" },
		{ &ENTITY_RESULTS, "student" },
		{ &ENTITY_RESULTS, "lineItem" },
		{ &ENTITY_RESULTS, "class" },
		{ &ENTITY_SCORE_SCALES, "class" },
		{ &ENTITY_ASSESSMENT_LINE_ITEMS, "class" },
		{ &ENTITY_ASSESSMENT_RESULTS, "student" },
	};

	refuse(refusal, fault);
	for (size_t i = 0; i < ARRAY_SIZE(params); i++) {
		const char *value = params[i].entity == record->entity
					    ? record_text(record, params[i].field)
					    : NULL;

		if (value)
			refusal_param(refusal, params[i].field, value);
	}
	return false;
}

void add_param(struct write_check *check, const char *name, const char *value)
{
	refusal_param(&check->context->response->refusal, name, value);
}

bool object_exists(struct write_check *check, const struct entity *entity, const char *id)
{
	bool found = false;

	return rows_exist(check->conn, entity, id, &found, check->err) && found;
}

/* Both versions demand a scoreDate, Canvas sends none: the day of the write is known. */
static bool fill_score_date(struct write_check *check)
{
	char *day = arena_alloc(&check->context->request->arena, DATE_TEXT);

	if (record_value(check->record, "scoreDate")->kind == VALUE_NULL) {
		zone_day(check->context->profile->zone, check->context->now, day);
		record_set_text(check->record, "scoreDate", day);
	}
	return true;
}

/* In this order; the switch is what the journal names when the rule refuses or changes. */
static const struct {
	const struct entity *entity; /* NULL: all */
	bool (*check)(struct write_check *check);
	const char *quirk; /* NULL: none */
} rules[] = {
	{ NULL, references_known, "reference.check" },
	{ &ENTITY_LINE_ITEMS, title_fits, "title.max" },
	{ &ENTITY_LINE_ITEMS, due_date_there, "due_date.required" },
	{ &ENTITY_LINE_ITEMS, due_date_open, "due_date.in_open_period" },
	{ &ENTITY_LINE_ITEMS, category_of_class, "category.scope" },
	{ &ENTITY_LINE_ITEMS, category_has_scale, "gradescale.default_required" },
	{ &ENTITY_LINE_ITEMS, derive_period, "grading_period.derive" },
	{ &ENTITY_RESULTS, comment_fits, "comment.max" },
	{ &ENTITY_RESULTS, fill_score_date, NULL },
	{ &ENTITY_ASSESSMENT_RESULTS, fill_score_date, NULL },
};

bool gradebook_check(struct write_check *check)
{
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++) {
		if (rules[i].entity && rules[i].entity != check->record->entity)
			continue;
		if (rules[i].check(check) && check->err->code == ERR_NONE)
			continue;
		if (rules[i].quirk && check->context->response->refusal.set)
			quirk_fired(check->context, rules[i].quirk);
		return false;
	}
	return true;
}
