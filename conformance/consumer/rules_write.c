/*
 * rules_write.c - ids, and what follows a PUT.
 */
#include "conformance/consumer/rule.h"

#include <string.h>
#include <strings.h>

#include "base/jsonx.h"
#include "base/when.h"

/* Which ids stand for which thing: the thing of an id, and the id of a thing. */
struct identities {
	json_t *ids, *things;
};

static void forget(struct identities *identities, const char *id)
{
	const char *thing = id ? jsonx_text(identities->things, id) : NULL;

	if (!thing)
		return;
	if (same_text(jsonx_text(identities->ids, thing), id))
		json_object_del(identities->ids, thing);
	json_object_del(identities->things, id);
}

static void remember(struct identities *identities, const char *id, const char *thing)
{
	forget(identities, id);
	json_object_set_new(identities->things, id, json_string(thing));
	if (!json_object_get(identities->ids, thing))
		json_object_set_new(identities->ids, thing, json_string(id));
}

/* The same assignment in the same class: name and due date (canvas-client step 4). */
static const char *line_item_thing(struct trial *trial, const json_t *object)
{
	const char *class_id = reference_id(object, "class"), *due = jsonx_text(object, "dueDate");
	const char *title = jsonx_text(object, "title");
	int64_t when = 0;

	if (!class_id || !title)
		return NULL;
	if (due && when_parse(due, &when, NULL))
		return arena_format(&trial->arena, "%s\n%s\n%lld", class_id, title,
				    (long long)when);
	return arena_format(&trial->arena, "%s\n%s\n%s", class_id, title, due ? due : "");
}

static const char *result_thing(struct trial *trial, const json_t *object)
{
	const char *line_item = reference_id(object, "lineItem");
	const char *student = reference_id(object, "student");

	return line_item && student ? arena_format(&trial->arena, "%s\n%s", line_item, student)
				    : NULL;
}

static const char *thing_of(struct trial *trial, const json_t *object)
{
	return strcmp(trial->rule->operation, "putLineItem") == 0 ? line_item_thing(trial, object)
								  : result_thing(trial, object);
}

static bool is_deleted(const json_t *object)
{
	return same_text(jsonx_text(object, "status"), "tobedeleted");
}

static void note_listed(struct trial *trial, struct identities *identities,
			const struct exchange *exchange)
{
	const json_t *object;
	size_t i;

	json_array_foreach (exchange->objects, i, object) {
		const char *id = jsonx_text(object, "sourcedId");
		const char *thing = thing_of(trial, object);

		if (id && is_deleted(object))
			forget(identities, id);
		else if (id && thing)
			remember(identities, id, thing);
	}
}

static void look_at_put(struct trial *trial, struct identities *identities,
			const struct exchange *exchange)
{
	const json_t *object = exchange_object(exchange);
	const char *thing = thing_of(trial, object), *id = exchange_object_id(exchange);
	const char *other = thing ? jsonx_text(identities->ids, thing) : NULL;

	if (!thing || !id)
		return;
	trial_saw(trial);
	/* where the provider has two of them already, either is right */
	if (other && strcmp(other, id) != 0 &&
	    !same_text(jsonx_text(identities->things, id), thing))
		trial_breach(trial, exchange, "a second sourcedId for %s, which has %.80s",
			     trial->rule->member, other);
	if (is_deleted(object))
		forget(identities, id);
	else
		remember(identities, id, thing);
}

static void keeps_ids(struct trial *trial)
{
	const struct operation *row = operation_find(trial->rule->operation);
	struct identities identities = { json_object(), json_object() };

	for (size_t i = 0; i < trial->count; i++) {
		const struct exchange *exchange = trial->items[i];

		if (!exchange->row || exchange->row->entity != row->entity ||
		    !exchange_succeeded(exchange))
			continue;
		if (exchange->row->action == DELETE_ONE && exchange->id_count)
			forget(&identities, exchange->ids[0]);
		else if (exchange->row == row)
			look_at_put(trial, &identities, exchange);
		else
			note_listed(trial, &identities, exchange);
	}
	json_decref(identities.ids);
	json_decref(identities.things);
}

static void repeats_the_id(struct trial *trial)
{
	for (size_t i = 0; i < trial->count; i++) {
		const struct exchange *exchange = trial->items[i];
		const json_t *object = exchange_object(exchange);
		const char *id = jsonx_text(object, "sourcedId");

		if (!object || !exchange->id_count || !id)
			continue;
		trial_saw(trial);
		if (strcmp(id, exchange->ids[0]) != 0)
			trial_breach(trial, exchange, "the body says sourcedId %.80s", id);
	}
}

/* A result whose lineItem the provider has refused, and never took. */
static void heeds_refused_line_items(struct trial *trial)
{
	json_t *refused = json_object();

	if (trial->connection && strcmp(trial->connection->cascade, "post_anyway") == 0)
		trial_unfit(trial, "the connection posts the scores anyway (cascade post_anyway)");
	for (size_t i = 0; i < trial->count && !trial->unfit; i++) {
		const struct exchange *exchange = trial->items[i];
		const char *id = exchange_reference(exchange, "lineItem");
		const json_t *object;
		size_t k;

		if (exchange_reads(exchange, &ENTITY_LINE_ITEMS) && exchange_succeeded(exchange))
			json_array_foreach (exchange->objects, k, object)
				if (jsonx_text(object, "sourcedId"))
					json_object_del(refused, jsonx_text(object, "sourcedId"));
		if (exchange_is(exchange, "putLineItem") && exchange->id_count) {
			if (exchange_succeeded(exchange)) {
				json_object_del(refused, exchange->ids[0]);
			} else {
				trial_saw(trial);
				set_add(refused, exchange->ids[0]);
			}
		}
		if (exchange_is(exchange, "putResult") && set_has(refused, id))
			trial_breach(trial, exchange, "its lineItem %.80s was refused", id);
	}
	json_decref(refused);
}

static void says_what_it_sends(struct trial *trial)
{
	for (size_t i = 0; i < trial->count; i++) {
		const struct exchange *exchange = trial->items[i];
		const char *type = exchange_header(exchange->request_headers, "Content-Type");
		static const char json[] = "application/json";

		if (!exchange->row ||
		    !jsonx_text(json_object_get(exchange->item, "request"), "body"))
			continue;
		if (exchange->row->action != WRITE_ONE && exchange->row->action != POST_MANY)
			continue;
		trial_saw(trial);
		if (!type || strncasecmp(type, json, sizeof json - 1) != 0 ||
		    (type[sizeof json - 1] && !strchr("; \t", type[sizeof json - 1])))
			trial_breach(trial, exchange,
				     "its Content-Type is %.60s; application/json belongs there",
				     type ? type : "absent");
	}
}

/* How lineItems went on that were answered with one status. */
struct outcome {
	int status;
	size_t all, followed;
	const struct exchange *last;
};

/* Whether results of the lineItem came after it, in the same run. */
static bool is_followed(const struct trial *trial, size_t place)
{
	const struct exchange *put = trial->items[place];
	const char *id = exchange_object_id(put);

	for (size_t i = place + 1; i < trial->count; i++)
		if (trial->items[i]->run == put->run &&
		    same_text(exchange_reference(trial->items[i], "lineItem"), id))
			return true;
	return false;
}

static void takes_every_success(struct trial *trial)
{
	struct outcome outcomes[] = { { .status = 200 }, { .status = 201 }, { .status = 204 } };
	size_t kinds = 0;
	bool any = false;

	for (size_t i = 0; i < trial->count; i++)
		for (size_t k = 0; k < ARRAY_SIZE(outcomes); k++) {
			struct outcome *outcome = &outcomes[k];

			if (!exchange_is(trial->items[i], "putLineItem") ||
			    trial->items[i]->status != outcome->status)
				continue;
			kinds += outcome->all++ == 0;
			outcome->followed += is_followed(trial, i);
			outcome->last = trial->items[i];
		}
	for (size_t k = 0; k < ARRAY_SIZE(outcomes); k++)
		any = any || (outcomes[k].all && outcomes[k].followed == outcomes[k].all);
	for (size_t k = 0; kinds > 1 && k < ARRAY_SIZE(outcomes); k++) {
		trial_saw(trial);
		if (any && outcomes[k].all && !outcomes[k].followed)
			trial_breach(trial, outcomes[k].last,
				     "answered with %d, and no lineItem with this answer got "
				     "results, others did: 200, 201 and 204 are all success",
				     outcomes[k].status);
	}
}

/* clang-format off */
const struct rule write_rules[] = {
	{ "CON-ID-001",    RULE_MUST,   0, "canvas-client step 4; traps B6", "an assignment keeps its sourcedId: same name, due date and class", "no lineItem was written", keeps_ids, "putLineItem", "this name, due date and class" },
	{ "CON-ID-002",    RULE_MUST,   0, "canvas-client step 7; traps B6", "a score keeps its sourcedId: same lineItem and student", "no result was written", keeps_ids, "putResult", "this lineItem and student" },
	{ "CON-ID-003",    RULE_MUST,   0, "OneRoster 1.1 fact sheet 10", "the sourcedId of the body is that of the URL", "no body with a sourcedId was written", repeats_the_id },
	{ "CON-WRITE-001", RULE_MUST,   0, "OneRoster 1.1 fact sheet 10; RFC 9110 section 8.3", "what is written is called application/json", "nothing was written", says_what_it_sends },
	{ "CON-WRITE-002", RULE_SHOULD, 0, "canvas-client 2f: cascade", "the scores of a refused lineItem are not sent", "no lineItem was refused", heeds_refused_line_items },
	{ "CON-WRITE-003", RULE_SHOULD, 0, "traps A1", "200, 201 and 204 are all taken for success", "all lineItems were answered with the same status", takes_every_success },
	{ NULL },
};
/* clang-format on */
