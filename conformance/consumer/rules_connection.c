/*
 * rules_connection.c - what the connection promised.
 *
 * Only what can be told from outside: which group or name an assignment has in the client is
 * not known here, which form a field was to have is.
 */
#include "conformance/consumer/rule.h"

#include <string.h>
#include <strings.h>

#include "base/jsonx.h"
#include "base/redact.h"

/* What a body carries by default (canvas-client 2c and 2d); category, gradingPeriod and
 * sourcedId have rules of their own. */
static const char line_item_members[] =
	"status title description resultValueMax resultValueMin assignDate dueDate metadata class";
static const char result_members[] = "lineItem student scoreStatus score";
static const char own_rules[] = "sourcedId category gradingPeriod";

enum form { ABSENT, NOTHING /* null */, REFERENCE, OTHER };

static enum form form_of(const json_t *object, const char *member)
{
	const json_t *value = json_object_get(object, member);

	if (!value)
		return ABSENT;
	if (json_is_null(value))
		return NOTHING;
	return reference_id(object, member) ? REFERENCE : OTHER;
}

#define BIT(form) (1u << (form))

static const char *form_word(enum form form)
{
	static const char *const words[] = { "absent", "null", "a reference", "something else" };

	return words[form];
}

/* Holds a member of each lineItem against the forms that a mode allows. */
static void look_at_member(struct trial *trial, const char *member, unsigned forms, const char *id,
			   const char *setting)
{
	if (json_object_get(trial->connection->line_item, member)) {
		trial_unfit(trial, "the connection has a template of its own for %s", member);
		return;
	}
	for (size_t i = 0; i < trial->count; i++) {
		const struct exchange *exchange = trial->items[i];
		const json_t *object = exchange_object(exchange);
		enum form form = form_of(object, member);

		if (!object || !exchange_is(exchange, "putLineItem"))
			continue;
		trial_saw(trial);
		if (!(forms & BIT(form)))
			trial_breach(trial, exchange, "%s is %s, and the connection says %s %s",
				     member, form_word(form), trial->rule->member, setting);
		else if (id && form == REFERENCE && strcmp(reference_id(object, member), id) != 0)
			trial_breach(trial, exchange, "%s is %.80s, and the connection says %s %s",
				     member, reference_id(object, member), trial->rule->member,
				     setting);
	}
}

static void category_is_as_promised(struct trial *trial)
{
	static const struct {
		enum category_mode mode;
		unsigned forms;
	} rows[] = {
		{ CATEGORY_MATCH, BIT(REFERENCE) },
		{ CATEGORY_SYNCED, BIT(REFERENCE) },
		{ CATEGORY_DEFAULT_ID, BIT(REFERENCE) },
		{ CATEGORY_DEFAULT_NULL, BIT(REFERENCE) | BIT(NOTHING) },
		{ CATEGORY_DEFAULT_OMIT, BIT(REFERENCE) | BIT(ABSENT) },
		{ CATEGORY_OVERRIDE, BIT(REFERENCE) },
		{ CATEGORY_NULL, BIT(NOTHING) },
		{ CATEGORY_OMIT, BIT(ABSENT) },
	};
	const struct connection *connection = trial->connection;
	bool override = connection->category_mode == CATEGORY_OVERRIDE;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].mode == connection->category_mode)
			look_at_member(trial, "category", rows[i].forms,
				       override ? connection->category_id : NULL,
				       connection->category);
}

static void period_is_as_promised(struct trial *trial)
{
	static const struct {
		enum period_mode mode;
		unsigned forms;
	} rows[] = {
		{ PERIOD_NULL, BIT(NOTHING) },
		{ PERIOD_OMIT, BIT(ABSENT) },
		{ PERIOD_FIXED, BIT(REFERENCE) },
		{ PERIOD_MATCH, BIT(REFERENCE) | BIT(NOTHING) },
	};
	const struct connection *connection = trial->connection;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].mode == connection->period_mode)
			look_at_member(trial, "gradingPeriod", rows[i].forms, connection->period_id,
				       connection->grading_period);
}

static void exempt_is_as_promised(struct trial *trial)
{
	bool zero = strcmp(trial->connection->exempt_score, "0") == 0;

	if (json_object_get(trial->connection->result, "score")) {
		trial_unfit(trial, "the connection has a template of its own for score");
		return;
	}
	for (size_t i = 0; i < trial->count; i++) {
		const json_t *object = exchange_object(trial->items[i]);
		const json_t *score = json_object_get(object, "score");
		bool is_zero = json_is_number(score) && json_number_value(score) == 0;

		if (!exchange_is(trial->items[i], "putResult") ||
		    !same_text(jsonx_text(object, "scoreStatus"), "exempt"))
			continue;
		trial_saw(trial);
		if (zero ? !is_zero : score && !json_is_null(score))
			trial_breach(trial, trial->items[i],
				     "the score of an exempt result is not %s, as exempt_score of "
				     "the connection says",
				     trial->connection->exempt_score);
	}
}

static bool is_word(const json_t *template, const char *word)
{
	return same_text(json_string_value(template), word);
}

/* What a template without placeholders leaves no choice about. */
static bool fits_template(const json_t *template, const json_t *value)
{
	const char *key, *text = json_string_value(template);
	json_t *member;

	if (is_word(template, "omit"))
		return value == NULL;
	if (is_word(template, "null"))
		return json_is_null(value);
	if (text && strchr(text, '{'))
		return value != NULL;
	if (!json_is_object(template))
		return json_equal(template, value);
	json_object_foreach ((json_t *)(uintptr_t) template, key, member)
		if (!fits_template(member, json_object_get(value, key)))
			return false;
	return json_is_object(value);
}

static void look_at_fields(struct trial *trial, const struct exchange *exchange,
			   const json_t *templates, const char *members)
{
	const json_t *object = exchange_object(exchange);
	const char *key;
	json_t *value;

	json_object_foreach ((json_t *)(uintptr_t)templates, key, value)
		if (!fits_template(value, json_object_get(object, key)))
			trial_breach(trial, exchange,
				     "%.60s is not what the connection has a template for", key);
	json_object_foreach ((json_t *)(uintptr_t)object, key, value)
		if (!json_object_get(templates, key) && !has_word(members, key) &&
		    !has_word(own_rules, key))
			trial_breach(trial, exchange,
				     "it carries %.60s, which the connection does not send", key);
	for (const char *at = members; *at; at += strspn(at, " ")) {
		char name[32];
		size_t length = strcspn(at, " ");

		snprintf(name, sizeof name, "%.*s", (int)length, at);
		if (!json_object_get(object, name) && !json_object_get(templates, name))
			trial_breach(trial, exchange,
				     "%s is absent, and the connection does not omit it", name);
		at += length;
	}
}

static void fields_are_as_promised(struct trial *trial)
{
	for (size_t i = 0; i < trial->count; i++) {
		const struct exchange *exchange = trial->items[i];
		bool line_item = exchange_is(exchange, "putLineItem");

		if (!exchange_object(exchange) ||
		    (!line_item && !exchange_is(exchange, "putResult")))
			continue;
		trial_saw(trial);
		look_at_fields(trial, exchange,
			       line_item ? trial->connection->line_item : trial->connection->result,
			       line_item ? line_item_members : result_members);
	}
}

static void titles_are_short(struct trial *trial)
{
	int64_t most = trial->connection->name_limit;

	if (!most || !trial->connection->enforce_save_rules) {
		trial_unfit(trial, "the connection %s",
			    most ? "sends long names, too (enforce_save_rules false)"
				 : "has no name_limit");
		return;
	}
	for (size_t i = 0; i < trial->count; i++) {
		const char *title = jsonx_text(exchange_object(trial->items[i]), "title");

		if (!title || !exchange_is(trial->items[i], "putLineItem"))
			continue;
		trial_saw(trial);
		if (utf8_length(title) > (size_t)most)
			trial_breach(trial, trial->items[i],
				     "the title has %zu characters, and name_limit is %lld",
				     utf8_length(title), (long long)most);
	}
}

static void ids_are_as_promised(struct trial *trial)
{
	bool modified = strcmp(trial->connection->id_mode, "modified") == 0;

	for (size_t i = 0; i < trial->count; i++) {
		const struct exchange *exchange = trial->items[i];
		const json_t *object = exchange_object(exchange);

		if (!object ||
		    (!exchange_is(exchange, "putLineItem") && !exchange_is(exchange, "putResult")))
			continue;
		trial_saw(trial);
		if (modified == (json_object_get(object, "sourcedId") != NULL))
			trial_breach(trial, exchange,
				     "the body has %s sourcedId, and id_mode is %s",
				     modified ? "a" : "no", trial->connection->id_mode);
	}
}

static void scopes_are_as_promised(struct trial *trial)
{
	const char *wanted = trial->connection->scopes;

	for (size_t i = 0; i < trial->count; i++) {
		const struct exchange *exchange = trial->items[i];
		const char *text = jsonx_text(json_object_get(exchange->item, "request"), "body");
		struct pairs form = { 0 };
		struct err ignored = ERR_INIT;
		const char *scope = NULL;

		if (!exchange_is(exchange, "token") || !text)
			continue;
		if (query_parse(&trial->arena, text, PLUS_IS_BLANK, &form, &ignored))
			scope = pairs_get(&form, "scope");
		trial_saw(trial);
		if (strcmp(scope ? scope : "", wanted) != 0)
			trial_breach(trial, exchange,
				     "it asks for the scopes \"%.200s\", the connection says "
				     "\"%.200s\"",
				     scope ? scope : "", wanted);
	}
}

static void headers_are_as_promised(struct trial *trial)
{
	const json_t *headers = trial->connection->headers;
	const char *name;
	json_t *value;

	if (json_object_size(headers) == 0) {
		trial_unfit(trial, "the connection has no headers of its own");
		return;
	}
	for (size_t i = 0; i < trial->count; i++) {
		const struct exchange *exchange = trial->items[i];

		if (!exchange->row)
			continue;
		trial_saw(trial);
		json_object_foreach ((json_t *)(uintptr_t)headers, name, value) {
			const char *sent = exchange_header(exchange->request_headers, name);

			if (!sent || (!strstr(sent, REDACTED) &&
				      strcmp(sent, json_string_value(value)) != 0))
				trial_breach(trial, exchange, "the header %.60s is %s", name,
					     sent ? "another one" : "absent");
		}
	}
}

static void excluded_is_not_asked(struct trial *trial)
{
	if (json_array_size(trial->connection->exclude_endpoints) == 0) {
		trial_unfit(trial, "the connection excludes no endpoint");
		return;
	}
	for (size_t i = 0; i < trial->count; i++) {
		if (!trial->items[i]->row)
			continue;
		trial_saw(trial);
		if (connection_excludes(trial->connection, trial->items[i]->operation))
			trial_breach(trial, trial->items[i],
				     "%s is among exclude_endpoints of the connection",
				     trial->items[i]->operation);
	}
}

static void pages_are_as_promised(struct trial *trial)
{
	for (size_t i = 0; i < trial->count; i++) {
		const struct exchange *exchange = trial->items[i];
		const char *limit = pairs_get(&exchange->query, "limit");
		int64_t number = 100;

		if (!exchange->row || exchange->row->action != READ_MANY)
			continue;
		trial_saw(trial);
		if (limit && !number_parse(limit, 0, INT64_MAX, &number))
			number = -1;
		if (number != trial->connection->page_size)
			trial_breach(trial, exchange,
				     "limit is %s, page_size of the connection %lld",
				     limit ? limit : "absent, hence 100",
				     (long long)trial->connection->page_size);
	}
}

#define CONNECTION "canvas-client 6; the connection"

/* clang-format off */
const struct rule connection_rules[] = {
	{ "CON-PROMISE-001", RULE_MUST,   NEEDS_CONNECTION, CONNECTION, "category has the form that the connection promises", "no lineItem was written", category_is_as_promised, NULL, "category" },
	{ "CON-PROMISE-002", RULE_MUST,   NEEDS_CONNECTION, CONNECTION, "gradingPeriod has the form that the connection promises", "no lineItem was written", period_is_as_promised, NULL, "grading_period" },
	{ "CON-PROMISE-003", RULE_MUST,   NEEDS_CONNECTION, CONNECTION, "an exempt score goes out as exempt_score says", "no exempt result was written", exempt_is_as_promised },
	{ "CON-PROMISE-004", RULE_MUST,   NEEDS_CONNECTION, CONNECTION, "bodies carry the fields of the connection and no others", "nothing was written", fields_are_as_promised },
	{ "CON-PROMISE-005", RULE_MUST,   NEEDS_CONNECTION, CONNECTION, "no title is longer than name_limit", "no lineItem was written", titles_are_short },
	{ "CON-PROMISE-006", RULE_MUST,   NEEDS_CONNECTION, CONNECTION, "bodies carry a sourcedId in the Standard mode, and none in the Modified one", "nothing was written", ids_are_as_promised },
	{ "CON-PROMISE-007", RULE_MUST,   NEEDS_CONNECTION, CONNECTION, "the scopes of the connection are asked for", "no token was asked for", scopes_are_as_promised },
	{ "CON-PROMISE-008", RULE_MUST,   NEEDS_CONNECTION, CONNECTION, "the headers of the connection are sent", "no operation of OneRoster was asked for", headers_are_as_promised },
	{ "CON-PROMISE-009", RULE_MUST,   NEEDS_CONNECTION, CONNECTION, "excluded endpoints are left alone", "no operation of OneRoster was asked for", excluded_is_not_asked },
	{ "CON-PROMISE-010", RULE_SHOULD, NEEDS_CONNECTION, CONNECTION, "pages are of page_size", "no collection was read", pages_are_as_promised },
	{ NULL },
};
/* clang-format on */
