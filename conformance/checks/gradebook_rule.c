/*
 * gradebook_rule.c - suites gradebook-1.1 and gradebook-1.2: what a provider offers beyond what it
 * must, and rules of its own that the standard does not have.
 *
 * A provider may have such rules; a client that knows of them is not surprised. That is why nothing
 * here is worse than a warning but what the conformance guide demands.
 */
#include "conformance/checks/refusal.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/when.h"
#include "conformance/checks/writing.h"

/* Either the collections can be read or lineItems and results can be written. */
static void pulls_or_pushes(struct judge *judge, const struct check *check)
{
	static const char *const pull[] = { "/categories", "/lineItems", "/results",
					    "/scoreScales" };
	const struct subject *s = judge->subject;
	const char *why = NULL, *lacking = NULL;

	(void)check;
	for (size_t i = 0; i < ARRAY_SIZE(pull); i++)
		if (!judge_has(judge, pull[i], &why) && !lacking)
			lacking = why;
	judge_call(judge, "GET", "/lineItems?limit=1", NULL); /* for the reader of the report */
	judge_clear(judge);
	if (!lacking || (s->line_item && s->result))
		return;
	if (judge->options->read_only)
		judge_skip(judge,
			   "it cannot be pulled from (%s), and whether it can be pushed to "
			   "is not tried with --read-only",
			   lacking);
	judge_fail(judge,
		   "neither pull nor push: %s; and no lineItem and result of ours was taken: %s",
		   lacking, s->why_no_line_item ? s->why_no_line_item : "there is no class");
}

/* Who has one of the collections @target and @key has the other. */
static void has_both(struct judge *judge, const struct check *check)
{
	const char *why_one, *why_other;
	bool one = judge_has(judge, check->target, &why_one);
	bool other = judge_has(judge, check->key, &why_other);
	char *path = xformat("%s?limit=1", one ? check->key : check->target);

	if (!one && !other)
		judge_skip(judge, "%s", why_one);
	judge_call(judge, "GET", path, NULL);
	if (one != other)
		judge_fail(judge, "%s", one ? why_other : why_one);
	free(path);
}

/* PUT of the kind is there. */
static void is_offered(struct judge *judge, const struct check *check)
{
	char *id = judge_new_id(judge), *body = own_body(judge, check->target, id, NULL);

	if (!judge->skipped)
		judge_put(judge, check->target, id, body);
	if (!judge->skipped && (is_not_offered(judge->call.status) || judge->call.status == 404))
		judge_fail(judge, "PUT %s: HTTP %ld: the provider has no such PUT",
			   judge->call.target, judge->call.status);
	free(body);
	free(id);
}

/* The changed object is taken. */
static void is_taken(struct judge *judge, const struct check *check)
{
	char *id = own_put(judge, check->target, check->body, NULL);

	if (id)
		judge_expect_success(judge);
	free(id);
}

/* Two objects of the kind with the changes @body and @key. */
static void are_taken(struct judge *judge, const struct check *check)
{
	char *first = own_put(judge, check->target, check->body, NULL), *second = NULL;

	if (first && judge_expect_success(judge))
		second = own_put(judge, check->target, check->key, NULL);
	if (second)
		judge_expect_success(judge);
	free(first);
	free(second);
}

/* The id of our lineItem, for a category. */
static void shares_id(struct judge *judge, const struct check *check)
{
	const char *id = own_needed(judge, "lineItems");
	char *body;

	if (!id || !own_needed(judge, check->target))
		return;
	body = own_body(judge, check->target, id, NULL);
	judge_put(judge, check->target, id, body);
	judge_expect_success(judge);
	free(body);
}

/* A student who is not in the class: the first of the district that its list does not have. */
static void takes_stranger(struct judge *judge, const struct check *check)
{
	json_t *class = list_read(judge, "/classes/{class}/students", "users");
	json_t *all = class ? list_read(judge, "/students", "users") : NULL, *changes;
	const char *stranger = NULL;
	const json_t *student;
	char *text, *id;
	size_t i;

	json_array_foreach (all, i, student)
		if (!stranger && !list_count(class, jsonx_text(student, "sourcedId")))
			stranger = jsonx_text(student, "sourcedId");
	if (all && !stranger)
		judge_skip(judge, "all students that were read are in the class");
	if (stranger) {
		changes = json_pack("{so}", "student", judge_ref(judge, "users", stranger, "user"));
		text = jsonx_dump(changes);
		id = own_put(judge, check->target, text, NULL);
		if (id)
			judge_expect_success(judge);
		free(id);
		free(text);
		json_decref(changes);
	}
	json_decref(all);
	json_decref(class);
}

/* A due date in a grading period that is over. */
static void takes_closed_period(struct judge *judge, const struct check *check)
{
	json_t *periods = list_read(judge, "/gradingPeriods", "academicSessions");
	char due[WHEN_TEXT] = "", *changes, *id;
	const json_t *period;
	int64_t start, end;
	size_t i;

	json_array_foreach (periods, i, period) {
		const char *from = jsonx_text(period, "startDate"),
			   *to = jsonx_text(period, "endDate");

		if (from && to && when_parse(from, &start, NULL) && when_parse(to, &end, NULL) &&
		    end < judge->options->now)
			when_format(start + WHEN_DAY + WHEN_DAY / 2, due);
	}
	if (periods && !*due)
		judge_skip(judge, "no grading period is over");
	if (*due) {
		changes = xformat("{\"assignDate\":\"%s\",\"dueDate\":\"%s\"}", due, due);
		id = own_put(judge, check->target, changes, NULL);
		if (id)
			judge_expect_success(judge);
		free(id);
		free(changes);
	}
	json_decref(periods);
}

/* clang-format off */
#define NONE "no rule of OneRoster 1.1 fact sheet 5 and 1.2 fact sheet 7"
#define RULE(number, title, run, plural, ...) \
	{ "GBK-RULE-" number, MAY, C_OBJECTS, NONE, title, run, plural, __VA_ARGS__ }
#define OFFERED(number, plural, noun, versions) \
	{ "GBK-CAP-" number, MAY, C_OBJECTS, "OneRoster 1.1 fact sheet 2.3; 1.2 fact sheet 2.1", noun " can be written", is_offered, plural, .in = versions }

const struct check gradebook_rule_checks[] = {
	{ "GB12-CAP-001", MUST, 0, "OneRoster 1.2 fact sheet 12: gradebook", "categories, lineItems, results and scoreScales can be read, or lineItems and results be written", pulls_or_pushes, .in = V12 },
	{ "GB12-CAP-002", MUST, 0, "OneRoster 1.2 fact sheet 12: assessment results", "who has assessmentLineItems has assessmentResults, and the reverse", has_both, "/assessmentLineItems", "/assessmentResults", .in = V12 },
	OFFERED("001", "categories", "a category", BOTH),
	OFFERED("002", "scoreScales", "a scoreScale", V12),
	OFFERED("003", "assessmentLineItems", "an assessmentLineItem", V12),
	OFFERED("004", "assessmentResults", "an assessmentResult", V12),
	RULE("001", "two lineItems of a class may have the same title and different due dates", are_taken, "lineItems", "{\"title\":\"Check of titles\",\"dueDate\":\"{before}\",\"assignDate\":\"{before}\"}", "{\"title\":\"Check of titles\"}"),
	RULE("002", "two lineItems of a class may have the same title and the same due date", are_taken, "lineItems", "{\"title\":\"Check of twins\"}", "{\"title\":\"Check of twins\"}"),
	RULE("003", "titles may differ in upper and lower case only", are_taken, "lineItems", "{\"title\":\"check of case\"}", "{\"title\":\"CHECK OF CASE\"}"),
	RULE("004", "a due date may lie outside of every session", is_taken, "lineItems", NULL, "{\"assignDate\":\"2001-01-01T00:00:00.000Z\",\"dueDate\":\"2001-01-02T00:00:00.000Z\"}"),
	RULE("005", "an assignDate may lie outside of the grading period", is_taken, "lineItems", NULL, "{\"assignDate\":\"2001-01-01T00:00:00.000Z\"}"),
	RULE("006", "a due date may lie in a grading period that is over", takes_closed_period, "lineItems", NULL),
	RULE("007", "a due date may lie years ahead", is_taken, "lineItems", NULL, "{\"dueDate\":\"2099-01-02T00:00:00.000Z\"}"),
	RULE("008", "a student who is not in the class may have a result", takes_stranger, "results", NULL),
	RULE("009", "a category may have the id of a lineItem", shares_id, "categories", NULL),
	RULE("010", "a fully graded result needs neither score nor textScore", is_taken, "results", NULL, "{\"score\":\"omit\"}", .in = V12),
	RULE("011", "a result that was not submitted needs no score", is_taken, "results", NULL, "{\"score\":\"omit\",\"scoreStatus\":\"not submitted\"}", .in = V12),
	RULE("012", "an exempt result needs no score", is_taken, "results", NULL, "{\"score\":\"omit\",\"scoreStatus\":\"exempt\"}", .in = V12),
	{ NULL },
};
/* clang-format on */
