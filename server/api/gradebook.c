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

/* A value as texts name it: an instant as ISO 8601; NULL for none. */
static const char *param_text(struct write_check *check, const struct value *value)
{
	char *text;

	if (value->kind != VALUE_INT)
		return value->kind == VALUE_TEXT ? value->text : NULL;
	text = arena_alloc(&check->context->request->arena, WHEN_TEXT);
	when_format(value->integer, text);
	return text;
}

/* What a text may name of the object; what is absent has no name, or an empty one. */
static const struct {
	const struct entity *entity;
	const char *field, *name;
	bool or_empty;
} params[] = {
	{ &ENTITY_LINE_ITEMS, "sourcedId", "lineItem" },
	{ &ENTITY_LINE_ITEMS, "title", "title" },
	{ &ENTITY_LINE_ITEMS, "class", "class" },
	{ &ENTITY_LINE_ITEMS, "category", "category", true },
	{ &ENTITY_LINE_ITEMS, "dueDate", "due", true },
	{ &ENTITY_LINE_ITEMS, "assignDate", "assigned", true },
	{ &ENTITY_RESULTS, "student", "student" },
	{ &ENTITY_RESULTS, "lineItem", "lineItem" },
	{ &ENTITY_RESULTS, "class", "class" },
	{ &ENTITY_SCORE_SCALES, "class", "class" },
	{ &ENTITY_ASSESSMENT_LINE_ITEMS, "class", "class" },
	{ &ENTITY_ASSESSMENT_RESULTS, "student", "student" },
};

bool refuse_write(struct write_check *check, enum fault fault)
{
	struct refusal *refusal = &check->context->response->refusal;
	const struct record *record = check->record;
	struct record item;

	refuse(refusal, fault);
	if (record->entity == &ENTITY_RESULTS && fault != FAULT_CLASS_UNKNOWN &&
	    line_item_of(check, &item)) { /* its class goes before the one that was sent */
		refusal_param(refusal, "class", record_text(&item, "class"));
		refusal_param(refusal, "title", record_text(&item, "title"));
	}
	for (size_t i = 0; i < ARRAY_SIZE(params); i++) {
		const char *text;

		if (params[i].entity != record->entity)
			continue;
		text = param_text(check, record_value(record, params[i].field));
		if (text || params[i].or_empty)
			refusal_param(refusal, params[i].name, text ? text : "");
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
	/* first: a stale link is one to a lineItem that may be gone */
	{ &ENTITY_LINE_ITEMS, line_item_is_linked, "link.check" },
	{ &ENTITY_RESULTS, line_item_is_linked, "link.check" },
	{ NULL, references_known, "reference.check" },
	{ &ENTITY_LINE_ITEMS, class_is_linked, "link.check" },
	{ &ENTITY_LINE_ITEMS, teacher_owns_class, "teacher.must_own" },
	{ &ENTITY_CATEGORIES, category_dated, NULL },
	{ &ENTITY_LINE_ITEMS, title_fits, "title.max" },
	{ &ENTITY_LINE_ITEMS, title_is_unique, "title.unique" },
	{ &ENTITY_LINE_ITEMS, due_date_there, "due_date.required" },
	{ &ENTITY_LINE_ITEMS, due_date_ahead, "due_date.must_be_future" },
	{ &ENTITY_LINE_ITEMS, due_date_in_term, "due_date.in_term" },
	{ &ENTITY_LINE_ITEMS, due_date_open, "due_date.in_open_period" },
	{ &ENTITY_LINE_ITEMS, category_settled, NULL }, /* names its switches itself */
	{ &ENTITY_LINE_ITEMS, default_scale_there, "gradescale.default_required" },
	{ &ENTITY_LINE_ITEMS, max_is_whole, "max.integer_only" },
	{ &ENTITY_LINE_ITEMS, period_derived, NULL },
	{ &ENTITY_LINE_ITEMS, period_there, "grading_period.required" },
	{ &ENTITY_LINE_ITEMS, period_unlocked, "grading_period.lock" },
	{ &ENTITY_LINE_ITEMS, assign_date_in_period, "assign_date.in_period" },
	{ &ENTITY_RESULTS, class_is_linked, "link.check" },
	{ &ENTITY_RESULTS, teacher_owns_class, "teacher.must_own" },
	{ &ENTITY_RESULTS, period_unlocked, "grading_period.lock" },
	{ &ENTITY_RESULTS, student_is_enrolled, "student.must_be_enrolled" },
	{ &ENTITY_RESULTS, result_has_scale, "gradescale.result_required" },
	{ &ENTITY_RESULTS, scale_takes_results, "gradescale.letter_refuses" },
	{ &ENTITY_RESULTS, no_manual_score, "manual_score.wins" },
	{ &ENTITY_RESULTS, score_is_number, "score.text_policy" },
	{ &ENTITY_RESULTS, status_is_allowed, "status.allowed" },
	{ &ENTITY_RESULTS, exempt_is_zero, NULL },
	{ &ENTITY_RESULTS, score_is_there, "score.null_policy" },
	{ &ENTITY_RESULTS, score_is_not_over, "score.over_policy" },
	{ &ENTITY_RESULTS, score_is_not_under, "score.under_policy" },
	{ &ENTITY_RESULTS, status_is_mapped, NULL },
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
