/*
 * gradebook_result.c - what a SIS demands of a result: a grade scale, a score and a status
 * that it takes. Some rules change what is stored.
 *
 * They judge the status that was sent; status.remap comes last.
 */
#include "server/api/gradebook_internal.h"

#include <string.h>
#include <strings.h>

#include "oneroster/vocab.h"

/* A teacher may have moved the lineItem to another category in the SIS. */
static bool category_of(struct write_check *check, const struct record *item, const char **out)
{
	const char *id = item->values[FIELD_SOURCED_ID].text;
	json_t *moved = NULL;
	bool good = sis_state_get(check->conn, ENTITY_LINE_ITEMS.plural, id, "category", &moved,
				  check->err);

	*out = json_is_string(moved)
		       ? arena_dup(&check->context->request->arena, json_string_value(moved))
		       : record_text(item, "category");
	json_decref(moved);
	return good;
}

/* The type of the lineItem's own scoreScale, which only 1.2 has, counts first. */
static bool scale_of(struct write_check *check, struct scale *out)
{
	struct record item, own;
	const char *category;
	bool found = false;

	*out = (struct scale){ NULL };
	if (!line_item_of(check, &item))
		return check->err->code == ERR_NONE;

	const char *id = record_text(&item, "scoreScale");

	if (id && !rows_get_id(check->conn, &ENTITY_SCORE_SCALES, id, &own, &found,
			       &check->context->request->arena, check->err))
		return false;
	if (!found)
		return category_of(check, &item, &category) &&
		       default_scale(check, category, record_text(&item, "class"), out);
	out->name = record_text(&own, "type") ? record_text(&own, "type") : "";
	return true;
}

bool result_has_scale(struct write_check *check)
{
	struct scale scale;

	if (!quirks_of(check)->gradescale_result_required)
		return true;
	if (!scale_of(check, &scale))
		return false;
	return scale_is_there(&scale) || refuse_write(check, FAULT_RESULT_SCALE_MISSING);
}

bool scale_takes_results(struct write_check *check)
{
	struct scale scale;

	if (!quirks_of(check)->gradescale_letter_refuses)
		return true;
	if (!scale_of(check, &scale))
		return false;
	return !scale.name || strcasecmp(scale.name, "Letter") != 0 ||
	       refuse_write(check, FAULT_LETTER_SCALE);
}

bool no_manual_score(struct write_check *check)
{
	const char *id = check->record->values[FIELD_SOURCED_ID].text;
	json_t *typed = NULL;

	if (check->is_new)
		return true;
	if (!sis_state_get(check->conn, ENTITY_RESULTS.plural, id, "manualScore", &typed,
			   check->err))
		return false;

	bool there = json_is_number(typed);

	json_decref(typed);
	if (!there)
		return true;
	if (quirks_of(check)->manual_score_wins)
		return refuse_write(check, FAULT_MANUAL_SCORE);
	return sis_state_put(check->conn, ENTITY_RESULTS.plural, id, "manualScore", json_null(),
			     check->err);
}

/* Letters cannot be a score: 1.2 has textScore for them, 1.1 has no word. */
bool score_is_number(struct write_check *check)
{
	struct record *record = check->record;
	const char *text = record_text(record, "score");
	double number;

	if (!text)
		return true;
	if (strcmp(quirks_of(check)->score_text_policy, "reject") == 0) {
		refuse_write(check, FAULT_SCORE_TEXT);
		add_param(check, "field", "score");
		add_param(
			check, "reason",
			arena_dup_n(&check->context->request->arena, text, utf8_prefix(text, 80)));
		return false;
	}
	quirk_fired(check->context, "score.text_policy");
	if (decimal_parse(text, &number)) {
		record_set_number(record, "score", number);
		return true;
	}
	record_set_text(record, "score", NULL);
	if (*text && !record_text(record, "textScore"))
		record_set_text(record, "textScore", text);
	return true;
}

/* An extension is for those who agreed on it. */
bool status_is_allowed(struct write_check *check)
{
	const char *status = record_text(check->record, "scoreStatus");

	if (!status || starts_with(status, "ext:") ||
	    list_has(quirks_of(check)->status_allowed, status))
		return true;
	refuse_write(check, FAULT_STATUS_NOT_ALLOWED);
	add_param(check, "reason", status);
	return false;
}

static bool has_status(const struct write_check *check, const char *status)
{
	return same_text(record_text(check->record, "scoreStatus"), status);
}

/* What is stored as 0 is not judged by what was sent. */
static bool counts_as_zero(const struct write_check *check)
{
	return quirks_of(check)->score_exempt_zero && has_status(check, "exempt");
}

bool exempt_is_zero(struct write_check *check)
{
	const struct value *score = record_value(check->record, "score");

	if (!counts_as_zero(check) || (score->kind == VALUE_REAL && score->real == 0))
		return true;
	quirk_fired(check->context, "score.exempt_zero");
	record_set_number(check->record, "score", 0);
	return true;
}

bool score_is_there(struct write_check *check)
{
	static const struct {
		const char *policy, *status; /* NULL: no status excuses */
	} rows[] = {
		{ "reject", NULL },
		{ "only_exempt", "exempt" },
		{ "only_missing", "not submitted" },
	};
	const char *policy = quirks_of(check)->score_null_policy;

	if (record_value(check->record, "score")->kind != VALUE_NULL ||
	    record_text(check->record, "textScore"))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (strcmp(rows[i].policy, policy) == 0)
			return (rows[i].status && has_status(check, rows[i].status)) ||
			       refuse_write(check, FAULT_SCORE_NULL);
	return true;
}

/* An end of the range of the lineItem's scores. */
struct bound {
	const char *field, *param;
	int sign; /* of score minus bound, beyond it */
	enum fault fault;
	const char *policy, *quirk;
};

static const char *number_text(struct write_check *check, double number)
{
	return arena_format(&check->context->request->arena, "%.15g", number);
}

static bool score_within(struct write_check *check, const struct bound *bound)
{
	const struct value *score = record_value(check->record, "score"), *end;
	struct record item;

	if (strcmp(bound->policy, "accept") == 0 || score->kind == VALUE_NULL ||
	    counts_as_zero(check))
		return true;
	if (!line_item_of(check, &item))
		return check->err->code == ERR_NONE;
	end = record_value(&item, bound->field);
	if (end->kind == VALUE_NULL || bound->sign * (score->real - end->real) <= 0)
		return true;
	if (strcmp(bound->policy, "clip") == 0) {
		quirk_fired(check->context, bound->quirk);
		record_set_number(check->record, "score", end->real);
		return true;
	}
	refuse_write(check, bound->fault);
	add_param(check, bound->param, number_text(check, end->real));
	add_param(check, "reason", number_text(check, score->real));
	return false;
}

bool score_is_not_over(struct write_check *check)
{
	struct bound most = {
		"resultValueMax",   "max", 1, FAULT_SCORE_OVER, quirks_of(check)->score_over_policy,
		"score.over_policy"
	};

	return score_within(check, &most);
}

bool score_is_not_under(struct write_check *check)
{
	struct bound least = { "resultValueMin",
			       "min",
			       -1,
			       FAULT_SCORE_UNDER,
			       quirks_of(check)->score_under_policy,
			       "score.under_policy" };

	return score_within(check, &least);
}

bool status_is_mapped(struct write_check *check)
{
	const char *status = record_text(check->record, "scoreStatus");
	const char *stored = status ? json_string_value(json_object_get(
					      quirks_of(check)->status_remap, status))
				    : NULL;

	if (!stored || strcmp(stored, status) == 0)
		return true;
	quirk_fired(check->context, "status.remap");
	record_set_text(check->record, "scoreStatus",
			arena_dup(&check->context->request->arena, stored));
	return true;
}
