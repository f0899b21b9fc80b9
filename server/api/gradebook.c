/*
 * gradebook.c - the rules for writing into the gradebook.
 */
#include "server/api/gradebook.h"

#include <string.h>

#include "base/when.h"
#include "base/jsonx.h"

static const struct quirks *quirks_of(const struct write_check *check)
{
	return &check->context->profile->quirks;
}

/* Refuses, with what every text about this object may name. */
static bool refuse_write(struct write_check *check, enum fault fault)
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

static void add_param(struct write_check *check, const char *name, const char *value)
{
	refusal_param(&check->context->response->refusal, name, value);
}

static bool exists(struct write_check *check, const struct entity *entity, const char *id)
{
	bool found = false;

	return rows_exist(check->conn, entity, id, &found, check->err) && found;
}

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
static bool known(struct write_check *check, const char *field, enum fault fault, bool only_strict)
{
	const char *validation = validation_mode(check->context);
	const char *mode = strcmp(validation, "strict") == 0 ? "strict"
							     : quirks_of(check)->reference_check;
	const char *id = record_text(check->record, field);
	const struct entity *target = entity_field(check->record->entity, field)->target;
	bool demanded = strcmp(mode, "none") != 0 && (!only_strict || strcmp(mode, "strict") == 0);
	bool noted = !demanded && strcmp(validation, "report") == 0;

	if (!id || (!demanded && !noted) || exists(check, target, id))
		return true;
	if (check->err->code != ERR_NONE)
		return false;
	if (noted) {
		note_unknown(check, field, id);
		return true;
	}
	refuse_write(check, fault);
	add_param(check, "field", field);
	add_param(check, "reason", id);
	return false;
}

static bool references_known(struct write_check *check)
{
	static const struct {
		const struct entity *entity;
		const char *field;
		enum fault fault;
		bool only_strict;
	} rows[] = {
		{ &ENTITY_LINE_ITEMS, "class", FAULT_CLASS_UNKNOWN, false },
		{ &ENTITY_LINE_ITEMS, "category", FAULT_CATEGORY_UNKNOWN, true },
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
		    !known(check, rows[i].field, rows[i].fault, rows[i].only_strict))
			return false;
	return true;
}

/* A text that is too long is refused, cut, or taken as it is. */
static bool length_fits(struct write_check *check, const char *field, int64_t most,
			const char *overflow, enum fault fault)
{
	const char *text = record_text(check->record, field);
	struct arena *arena = &check->context->request->arena;

	if (most == 0 || !text || utf8_length(text) <= (size_t)most ||
	    strcmp(overflow, "accept") == 0)
		return true;
	if (strcmp(overflow, "truncate") == 0) {
		quirk_fired(check->context,
			    fault == FAULT_TITLE_TOO_LONG ? "title.overflow" : "comment.overflow");
		record_set_text(check->record, field,
				arena_dup_n(arena, text, utf8_prefix(text, (size_t)most)));
		return true;
	}
	refuse_write(check, fault);
	add_param(check, "max", arena_format(arena, "%lld", (long long)most));
	add_param(check, "field", field);
	add_param(check, "reason",
		  arena_format(arena, "has more than %lld characters", (long long)most));
	return false;
}

static bool title_fits(struct write_check *check)
{
	return length_fits(check, "title", quirks_of(check)->title_max,
			   quirks_of(check)->title_overflow, FAULT_TITLE_TOO_LONG);
}

static bool comment_fits(struct write_check *check)
{
	return length_fits(check, "comment", quirks_of(check)->comment_max,
			   quirks_of(check)->comment_overflow, FAULT_COMMENT_TOO_LONG);
}

static bool due_date_there(struct write_check *check)
{
	if (!quirks_of(check)->due_date_required ||
	    record_value(check->record, "dueDate")->kind != VALUE_NULL)
		return true;
	return refuse_write(check, FAULT_DUE_DATE_MISSING);
}

/* The grading periods that hold a day, in the order of the table. */
struct period_search {
	struct write_check *check;
	char *first, *open; /* sourcedIds, in the request's arena */
};

static bool is_open(struct write_check *check, const char *id)
{
	json_t *state = NULL;
	bool open = sis_state_get(check->conn, ENTITY_ACADEMIC_SESSIONS.plural, id, "state", &state,
				  check->err) &&
		    !same_text(json_string_value(state), "closed");

	json_decref(state);
	return open;
}

static bool add_period(const struct value *columns, int count, void *payload)
{
	struct period_search *search = payload;
	struct arena *arena = &search->check->context->request->arena;

	(void)count;
	if (!search->first)
		search->first = arena_dup(arena, columns[0].text);
	if (!search->open && is_open(search->check, columns[0].text))
		search->open = arena_dup(arena, columns[0].text);
	return true;
}

/* endDate is exclusive (traps A23); the day is that of the profile's time zone. */
static bool find_periods(struct write_check *check, int64_t due, struct period_search *search)
{
	char *local = arena_alloc(&check->context->request->arena, DATE_TEXT);
	struct sql sql;

	zone_day(check->context->profile->zone, due, local);
	*search = (struct period_search){ .check = check };
	sql_init(&sql);
	sql_add(&sql, "SELECT sourcedId FROM academicSessions WHERE type = 'gradingPeriod' AND "
		      "startDate <= ");
	sql_text(&sql, local);
	sql_add(&sql, " AND endDate > ");
	sql_text(&sql, local);
	sql_add(&sql, " ORDER BY id");

	bool good = conn_query(check->conn, &sql, add_period, search, check->err);

	sql_release(&sql);
	return good && check->err->code == ERR_NONE;
}

static const char *time_text(struct write_check *check, const char *field)
{
	const struct value *value = record_value(check->record, field);
	char *text = arena_alloc(&check->context->request->arena, WHEN_TEXT);

	if (value->kind == VALUE_INT)
		when_format(value->integer, text);
	return text;
}

static bool due_date_open(struct write_check *check)
{
	const struct value *due = record_value(check->record, "dueDate");
	struct period_search search;

	if (!quirks_of(check)->due_date_in_open_period || due->kind == VALUE_NULL)
		return true;
	if (!find_periods(check, due->integer, &search))
		return false;
	if (search.open)
		return true;
	refuse_write(check, FAULT_DUE_DATE_NOT_IN_OPEN_PERIOD);
	add_param(check, "due", time_text(check, "dueDate"));
	add_param(check, "assigned", time_text(check, "assignDate"));
	return false;
}

/* metadata.classId binds a category to a class (canvas-client 2b). */
static bool category_of_class(struct write_check *check)
{
	const char *category = record_text(check->record, "category");
	const char *class = record_text(check->record, "class");
	char *bound = NULL;
	struct sql sql;

	if (!category || strcmp(quirks_of(check)->reference_check, "none") == 0)
		return true;
	sql_init(&sql);
	sql_add(&sql, "SELECT json_extract(metadata, '$.classId') FROM categories WHERE "
		      "sourcedId = ");
	sql_text(&sql, category);

	bool good = conn_text(check->conn, &sql, &check->context->request->arena, &bound,
			      check->err);

	sql_release(&sql);
	if (!good || !bound || strcmp(bound, class) == 0)
		return good;
	return refuse_write(check, FAULT_CATEGORY_NOT_OF_CLASS);
}

/* Absent in the SIS state means healthy; null means that there is none. */
static bool category_has_scale(struct write_check *check)
{
	const char *category = record_text(check->record, "category");
	json_t *scale = NULL;

	if (!quirks_of(check)->gradescale_default_required || !category)
		return true;

	bool good = sis_state_get(check->conn, ENTITY_CATEGORIES.plural, category,
				  "defaultGradeScale", &scale, check->err);
	bool none = json_is_null(scale);

	json_decref(scale);
	return good && (!none || refuse_write(check, FAULT_GRADESCALE_MISSING));
}

static bool derive_period(struct write_check *check)
{
	const struct value *due = record_value(check->record, "dueDate");
	struct period_search search;

	if (!quirks_of(check)->grading_period_derive || due->kind == VALUE_NULL ||
	    record_value(check->record, "gradingPeriod")->kind != VALUE_NULL)
		return true;
	if (!find_periods(check, due->integer, &search))
		return false;
	record_set_text(check->record, "gradingPeriod", search.open ? search.open : search.first);
	return true;
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
