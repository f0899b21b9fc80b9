/*
 * rules_order.c - what must be known before something is written.
 */
#include "conformance/consumer/rule.h"

#include <string.h>

#include "base/jsonx.h"

/* Whether the connection takes categories from lists of the provider. */
static bool matches_categories(const struct connection *connection)
{
	if (!connection)
		return true;
	switch (connection->category_mode) {
	case CATEGORY_MATCH:
	case CATEGORY_DEFAULT_ID:
	case CATEGORY_DEFAULT_NULL:
	case CATEGORY_DEFAULT_OMIT:
		return true;
	case CATEGORY_SYNCED:
	case CATEGORY_OVERRIDE:
	case CATEGORY_NULL:
	case CATEGORY_OMIT:
		return false;
	}
	return true;
}

static void reads_categories_first(struct trial *trial)
{
	if (!matches_categories(trial->connection)) {
		trial_unfit(trial, "category %s of the connection needs no list of categories",
			    trial->connection->category);
		return;
	}
	for (size_t i = 0; i < trial->count; i++) {
		const struct exchange *exchange = trial->items[i];

		if (exchange_reads(exchange, &ENTITY_CATEGORIES) && exchange_succeeded(exchange)) {
			trial_saw(trial);
			return;
		}
		if (exchange_is(exchange, "putLineItem") &&
		    exchange_reference(exchange, "category"))
			trial_breach(trial, exchange,
				     "it carries category %.80s, and no categories were read "
				     "before",
				     exchange_reference(exchange, "category"));
	}
}

/* What was read of a kind of object. */
struct reading {
	const struct entity *entity;
	bool all;      /* of the whole provider */
	json_t *parts; /* "class", "class\nlineItem or student", "=id" */
};

static void note_reading(struct trial *trial, struct reading *reading,
			 const struct exchange *exchange)
{
	const char *path = exchange->row->path;

	if (exchange->row->action == READ_ONE)
		set_add(reading->parts, arena_format(&trial->arena, "=%s", exchange->ids[0]));
	else if (!starts_with(path, "/classes/") || exchange->id_count == 0)
		reading->all = true;
	else if (exchange->id_count == 1)
		set_add(reading->parts, exchange->ids[0]);
	else
		set_add(reading->parts,
			arena_format(&trial->arena, "%s\n%s", exchange->ids[0], exchange->ids[1]));
}

static bool is_part_read(struct trial *trial, const struct reading *reading, const char *class_id,
			 const char *within)
{
	return within &&
	       set_has(reading->parts, arena_format(&trial->arena, "%s\n%s", class_id, within));
}

static bool was_read(struct trial *trial, const struct reading *reading, const char *id,
		     const char *class_id, const struct exchange *exchange)
{
	return reading->all ||
	       set_has(reading->parts, arena_format(&trial->arena, "=%s", id ? id : "")) ||
	       !class_id || set_has(reading->parts, class_id) ||
	       is_part_read(trial, reading, class_id, exchange_reference(exchange, "lineItem")) ||
	       is_part_read(trial, reading, class_id, exchange_reference(exchange, "student"));
}

/* Objects of @rule->operation are made only after those that exist were read. */
static void reads_before_creating(struct trial *trial)
{
	const struct operation *row = operation_find(trial->rule->operation);
	struct reading reading = { row->entity, false, json_object() };
	json_t *put = json_object(), *classes = trial_classes(trial);

	if (trial->connection && connection_excludes(trial->connection, trial->rule->member)) {
		trial_unfit(trial, "the connection excludes %s", trial->rule->member);
		goto out;
	}
	for (size_t i = 0; i < trial->count; i++) {
		const struct exchange *exchange = trial->items[i];
		const char *id = exchange->id_count ? exchange->ids[exchange->id_count - 1] : NULL;
		const char *class_id, *line_item;

		if (exchange_reads(exchange, row->entity) && exchange_succeeded(exchange))
			note_reading(trial, &reading, exchange);
		/* 201 tells that it was not there before the journal began */
		if (exchange->row != row || exchange->status != 201 || set_has(put, id))
			continue;
		trial_saw(trial);
		set_add(put, id);
		line_item = exchange_reference(exchange, "lineItem");
		class_id = line_item ? jsonx_text(classes, line_item)
				     : exchange_reference(exchange, "class");
		if (!was_read(trial, &reading, id, class_id, exchange))
			trial_breach(trial, exchange,
				     "it makes a new one, and those of class %.80s were not read "
				     "before (%s)",
				     class_id, trial->rule->member);
	}
out:
	json_decref(reading.parts);
	json_decref(put);
	json_decref(classes);
}

/* The first PUT of each lineItem: {id: place among the items, plus one}. */
static json_t *first_puts(const struct trial *trial)
{
	json_t *first = json_object();

	for (size_t i = trial->count; i-- > 0;) {
		const struct exchange *exchange = trial->items[i];
		json_int_t place = (json_int_t)i + 1;

		if (!exchange_is(exchange, "putLineItem") || !exchange->id_count)
			continue;
		json_object_set_new(first, exchange->ids[0], json_integer(place));
		if (exchange_object_id(exchange))
			json_object_set_new(first, exchange_object_id(exchange),
					    json_integer(place));
	}
	return first;
}

/* lineItems that an answer showed. */
static void note_shown(json_t *known, const struct exchange *exchange)
{
	const json_t *object;
	size_t i;

	if (!exchange_succeeded(exchange))
		return;
	json_array_foreach (exchange->objects, i, object) {
		if (exchange_reads(exchange, &ENTITY_LINE_ITEMS))
			set_add(known, jsonx_text(object, "sourcedId"));
		if (exchange_reads(exchange, &ENTITY_RESULTS))
			set_add(known, reference_id(object, "lineItem"));
	}
}

static void puts_line_items_first(struct trial *trial)
{
	json_t *first = first_puts(trial), *known = json_object();

	for (size_t i = 0; i < trial->count; i++) {
		const struct exchange *exchange = trial->items[i], *put;
		const char *id = exchange_reference(exchange, "lineItem");
		int64_t place = id ? jsonx_int(first, id) : 0;

		note_shown(known, exchange);
		if (!exchange_is(exchange, "putResult") || !id)
			continue;
		trial_saw(trial);
		if (place <= (int64_t)i + 1 || set_has(known, id))
			continue;
		put = trial->items[place - 1];
		/* one that is only replaced later was there before the journal began */
		if (put->status == 201 || !exchange_succeeded(exchange))
			trial_breach(trial, exchange,
				     "its lineItem %.80s is put only later, by exchange %lld", id,
				     (long long)put->id);
	}
	json_decref(first);
	json_decref(known);
}

static bool is_refused_as(const struct exchange *exchange, const char *names)
{
	size_t length = exchange->refusal ? strcspn(exchange->refusal, ":") : 0;
	char name[64];

	if (!length || length >= sizeof name || exchange->disturbed || exchange->status < 400)
		return false;
	memcpy(name, exchange->refusal, length);
	name[length] = '\0';
	return has_word(names, name);
}

static void refers_to_what_exists(struct trial *trial)
{
	json_t *first = first_puts(trial);

	for (size_t i = 0; i < trial->count; i++) {
		const struct exchange *exchange = trial->items[i];
		const char *line_item = exchange_reference(exchange, "lineItem");

		if (!exchange_object(exchange))
			continue;
		trial_saw(trial);
		/* a lineItem that came late, or was refused, is the matter of other rules */
		if (line_item && jsonx_int(first, line_item))
			line_item = NULL;
		if (is_refused_as(exchange, "class_unknown student_unknown reference_unknown") ||
		    (line_item && is_refused_as(exchange, "line_item_unknown not_found")))
			trial_breach(trial, exchange,
				     "the provider knows nothing of what it refers to: %.200s",
				     exchange->refusal);
	}
	json_decref(first);
}

static void note_categories(json_t *known, const struct exchange *exchange)
{
	const json_t *object;
	size_t i;

	if (!exchange_succeeded(exchange))
		return;
	json_array_foreach (exchange->objects, i, object) {
		if (exchange->row->entity == &ENTITY_CATEGORIES)
			set_add(known, jsonx_text(object, "sourcedId"));
		if (exchange_reads(exchange, &ENTITY_LINE_ITEMS))
			set_add(known, reference_id(object, "category"));
	}
}

static void takes_categories_from_the_list(struct trial *trial)
{
	const struct connection *connection = trial->connection;
	json_t *known = json_object();
	bool read = false;

	if (connection && connection->category_id)
		set_add(known, connection->category_id);
	for (size_t i = 0; i < trial->count; i++) {
		const struct exchange *exchange = trial->items[i];
		const char *id = exchange_reference(exchange, "category");

		note_categories(known, exchange);
		read = read || (exchange_reads(exchange, &ENTITY_CATEGORIES) &&
				exchange_succeeded(exchange));
		if (!exchange_is(exchange, "putLineItem") || !id)
			continue;
		trial_saw(trial);
		if (is_refused_as(exchange, "category_unknown"))
			trial_breach(trial, exchange, "the provider has no category %.80s", id);
		else if (read && matches_categories(connection) && !set_has(known, id))
			trial_breach(trial, exchange,
				     "category %.80s stands in no list that was read", id);
	}
	json_decref(known);
}

/* clang-format off */
const struct rule order_rules[] = {
	{ "CON-ORDER-001", RULE_MUST,   NEEDS_START, "canvas-client step 3 and 2b", "categories are read before a lineItem carries one", "no lineItem with a category was written", reads_categories_first },
	{ "CON-ORDER-002", RULE_SHOULD, NEEDS_START, "canvas-client steps 3 and 4; traps B6: ids are used again", "the lineItems of a class are read before a new one is written", "no lineItem was created", reads_before_creating, "putLineItem", "getLineItemsForClass" },
	{ "CON-ORDER-003", RULE_SHOULD, NEEDS_START, "canvas-client steps 6 and 7; traps B6: ids are used again", "the results of a class are read before a new one is written", "no result was created", reads_before_creating, "putResult", "getResultsForClass" },
	{ "CON-ORDER-004", RULE_MUST,   NEEDS_START | NEEDS_ANSWERS, "canvas-client steps 5 and 8", "a lineItem is written before its results", "no result was written", puts_line_items_first },
	{ "CON-REF-001",   RULE_MUST,   0, "OneRoster 1.1 fact sheet 10", "what a lineItem or a result refers to exists", "nothing was written", refers_to_what_exists },
	{ "CON-REF-002",   RULE_MUST,   NEEDS_START | NEEDS_ANSWERS, "canvas-client 2b", "a category is one that the provider listed", "no lineItem with a category was written", takes_categories_from_the_list },
	{ NULL },
};
/* clang-format on */
