/*
 * prepare.c - steps 3 and 4: what the SIS has, and what each lineItem becomes.
 */
#include "conformance/canvas/internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/jsonx.h"
#include "base/url.h"
#include "base/when.h"
#include "conformance/canvas/template.h"

struct lists {
	json_t *categories; /* class id -> array; "" -> that of all classes */
	json_t *line_items; /* class id -> array */
	json_t *periods;    /* "" -> array */
	json_t *refused;    /* "kind class id" -> {"text","http"}: why reading failed */
};

static bool needs_categories(const struct connection *connection)
{
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
	BUG("category mode %d", (int)connection->category_mode);
}

/* A collection, read once: kept in @kept under @class_id. What went wrong is
 * reported for every item that needed it. Borrowed; NULL: it went wrong. */
static json_t *read(struct sync *sync, struct lists *lists, json_t *kept, const char *phase,
		    const char *class_id, const char *path, const char *key,
		    const struct item *item)
{
	struct page_reader reader = { .transport = sync->options->transport,
				      .page_size = (int)sync->connection->page_size };
	struct err err = ERR_INIT;
	char *name = xformat("%s %s", key, class_id);
	json_t *list = json_object_get(kept, class_id);
	const json_t *why = json_object_get(lists->refused, name);

	if (!list && !why) {
		list = read_collection(&reader, path, key, &err);
		if (err.code == ERR_UNREACHABLE && !sync->contacted)
			sync->fatal = err;
		else
			sync->contacted = true;
		if (list)
			json_object_set_new(kept, class_id, list);
		else
			json_object_set_new(lists->refused, name,
					    json_pack("{ss,sI}", "text",
						      reader.refusal ? reader.refusal : err.text,
						      "http", (json_int_t)reader.status));
		why = json_object_get(lists->refused, name);
		free(reader.refusal);
	}
	if (!list)
		sync_error(sync, phase, (long)jsonx_int(why, "http"), jsonx_text(why, "text"), item,
			   NULL);
	free(name);
	return list;
}

static char *category_path(struct sync *sync, const struct item *item)
{
	const char *source = sync->connection->category_source;
	const char *class_id = item->section->class_id;
	struct str path = STR_INIT;

	str_add(&path, "/categories");
	if (strcmp(source, "class-endpoint") == 0) {
		str_clear(&path);
		str_add(&path, "/classes/");
		pct_encode(&path, class_id);
		str_add(&path, "/categories");
	} else if (strcmp(source, "filter") == 0) {
		json_t *values = json_pack("{ss}", "class_id", class_id);
		json_t *filter = template_fill(sync->connection->category_filter, values);

		str_add(&path, "?filter=");
		pct_encode(&path, json_string_value(filter));
		json_decref(filter);
		json_decref(values);
	}
	return str_take(&path, NULL);
}

/* The categories that may serve a class, in the provider's order. Borrowed. */
static const json_t *categories_for(struct sync *sync, struct lists *lists, const struct item *item)
{
	bool all = strcmp(sync->connection->category_source, "all") == 0;
	char *path = category_path(sync, item);
	const json_t *list = read(sync, lists, lists->categories, "P2",
				  all ? "" : item->section->class_id, path, "categories", item);

	free(path);
	return list;
}

/* Global, or of this class (canvas-client.md 2b). */
static bool is_candidate(const json_t *category, const char *class_id)
{
	const char *bound = jsonx_text(json_object_get(category, "metadata"), "classId");

	return !same_text(jsonx_text(category, "status"), "tobedeleted") &&
	       (!bound || strcmp(bound, class_id) == 0);
}

static const char *match_category(const json_t *list, const struct item *item)
{
	const json_t *category;
	size_t i;

	json_array_foreach (list, i, category)
		if (is_candidate(category, item->section->class_id) &&
		    same_text(jsonx_text(category, "title"), item->assignment->group_name))
			return jsonx_text(category, "sourcedId");
	return NULL;
}

/* AER-01, which the client composes (error-dictionary.md). */
static void no_category(struct sync *sync, const json_t *list, const struct item *item)
{
	struct str titles = STR_INIT, text = STR_INIT;
	const json_t *category;
	size_t i;

	json_array_foreach (list, i, category)
		if (is_candidate(category, item->section->class_id))
			str_format(&titles, "%s%s", titles.length ? ", " : "",
				   jsonx_text(category, "title") ? jsonx_text(category, "title")
								 : "?");
	str_format(
		&text,
		"Grading category [%s] not found in OneRoster for [%s]. \nPlease ensure "
		"that your assignment categories match between OneRoster and Canvas. \nAvailable "
		"grading categories are: [%s]",
		item->assignment->group_name ? item->assignment->group_name : "",
		item->section->name, str_text(&titles));
	sync_error(sync, "P2", 0, str_text(&text), item, NULL);
	str_release(&titles);
	str_release(&text);
}

/* What the teacher picked: integration_data of the group, {"CLASS": "CATEGORY"}. */
static const char *synced_category(const struct item *item)
{
	return jsonx_text(json_object_get(item->assignment->group, "integration_data"),
			  item->section->class_id);
}

static bool choose_category(struct sync *sync, struct lists *lists, struct item *item)
{
	const struct connection *connection = sync->connection;
	const json_t *list = NULL;
	const char *id = NULL;

	if (needs_categories(connection)) {
		list = categories_for(sync, lists, item);
		if (!list)
			return false;
		id = match_category(list, item);
	}
	switch (connection->category_mode) {
	case CATEGORY_SYNCED:
		id = synced_category(item);
		if (!id)
			sync_error(sync, "P2", 0,
				   "the assignment group is not associated with a "
				   "SIS category for this section",
				   item, NULL);
		break;
	case CATEGORY_MATCH:
		if (!id)
			no_category(sync, list, item);
		break;
	case CATEGORY_DEFAULT_ID:
		id = id ? id : connection->category_id;
		break;
	case CATEGORY_DEFAULT_NULL:
		item->category = id ? NULL : json_null();
		break;
	case CATEGORY_OVERRIDE:
		id = connection->category_id;
		break;
	case CATEGORY_NULL:
		item->category = json_null();
		break;
	case CATEGORY_DEFAULT_OMIT:
	case CATEGORY_OMIT:
		break;
	}
	if (id)
		item->category = reference(sync, "categories", id, "category");
	return id || (connection->category_mode != CATEGORY_MATCH &&
		      connection->category_mode != CATEGORY_SYNCED);
}

/* start <= due < end, compared as days of UTC. */
static bool choose_period(struct sync *sync, struct lists *lists, struct item *item)
{
	const struct connection *connection = sync->connection;
	const json_t *period;
	int64_t due, start, end;
	size_t i;

	if (connection->period_mode == PERIOD_NULL)
		item->period = json_null();
	if (connection->period_mode == PERIOD_FIXED)
		item->period = reference(sync, "academicSessions", connection->period_id,
					 "academicSession");
	if (connection->period_mode != PERIOD_MATCH)
		return true;
	const json_t *periods = read(sync, lists, lists->periods, "P2", "", "/gradingPeriods",
				     "academicSessions", item);

	item->period = json_null();
	if (!item->due_at || !when_parse(item->due_at, &due, NULL))
		return periods != NULL;
	json_array_foreach (periods, i, period) {
		const char *from = jsonx_text(period, "startDate"),
			   *to = jsonx_text(period, "endDate");

		if (!from || !to || !when_parse(from, &start, NULL) ||
		    !when_parse(to, &end, NULL) || due < start || due >= end)
			continue;
		json_decref(item->period);
		item->period = reference(sync, "academicSessions", jsonx_text(period, "sourcedId"),
					 "academicSession");
		break;
	}
	return periods != NULL;
}

static bool same_due(const char *a, const char *b)
{
	int64_t x, y;

	if (!a || !b)
		return a == b;
	return when_parse(a, &x, NULL) && when_parse(b, &y, NULL) && x == y;
}

static void many_matches(struct sync *sync, const struct item *item)
{
	struct str text = STR_INIT;
	const char *due = item->due_at;

	/* AER-05; the date in the form of the dictionary, mm/dd/yyyy */
	str_format(&text, "Multiple matches found for \"[%s]\" due on [", item->assignment->name);
	if (due && strlen(due) >= 10)
		str_format(&text, "%.2s/%.2s/%.4s", due + 5, due + 8, due);
	str_add(&text, "] in OneRoster.");
	sync_error(sync, "P3", 0, str_text(&text), item, NULL);
	str_release(&text);
}

/* The lineItem of the SIS with this name and due date: its id, if there is one. */
static bool find_line_item(struct sync *sync, struct lists *lists, struct item *item)
{
	const char *class_id = item->section->class_id;
	struct str path = STR_INIT;
	json_t *list;
	const json_t *line_item;
	const char *found = NULL;
	size_t i, matches = 0;

	if (connection_excludes(sync->connection, "getLineItemsForClass"))
		return true;
	str_add(&path, "/classes/");
	pct_encode(&path, class_id);
	str_add(&path, "/lineItems");
	list = read(sync, lists, lists->line_items, "P3", class_id, str_text(&path), "lineItems",
		    item);
	str_release(&path);
	if (!list)
		return false;
	json_array_foreach (list, i, line_item) {
		if (same_text(jsonx_text(line_item, "status"), "tobedeleted") ||
		    !same_text(jsonx_text(line_item, "title"), item->assignment->name) ||
		    !same_due(jsonx_text(line_item, "dueDate"), item->due_at))
			continue;
		found = jsonx_text(line_item, "sourcedId");
		matches++;
	}
	if (matches > 1) {
		many_matches(sync, item);
		return false;
	}
	item->id = xstrdup(found);
	return true;
}

static char *hash_of(const char *body)
{
	unsigned char digest[HASH_MAX];

	hash_bytes(HASH_SHA256, body, strlen(body), digest);
	return base64_encode(digest, hash_length(HASH_SHA256));
}

static bool prepare(struct sync *sync, struct lists *lists, struct item *item)
{
	const struct sync_options *options = sync->options;
	char *hash = NULL, uuid[UUID_TEXT];
	bool good = ledger_line_item(options->ledger, item->section->class_id, item->assignment->id,
				     &item->id, &hash, &sync->fatal);

	item->known = item->id != NULL;
	good = good && choose_category(sync, lists, item) && choose_period(sync, lists, item) &&
	       (item->known || find_line_item(sync, lists, item));
	if (good && !item->id) {
		random_uuid(options->random, uuid);
		item->id = xstrdup(uuid);
	}
	if (good) {
		item->body = line_item_body(sync, item);
		item->hash = hash_of(item->body);
		item->put = options->remaster || !item->known || !same_text(hash, item->hash);
	}
	free(hash);
	return good;
}

void prepare_items(struct sync *sync)
{
	struct lists lists = { json_object(), json_object(), json_object(), json_object() };

	for (size_t i = 0; i < sync->plan.count && sync->fatal.code == ERR_NONE; i++) {
		struct item *item = &sync->plan.items[i];

		if (item->to_send == 0)
			continue;
		item->blocked = !prepare(sync, &lists, item);
		if (item->blocked)
			sync->failures++;
	}
	json_decref(lists.categories);
	json_decref(lists.line_items);
	json_decref(lists.periods);
	json_decref(lists.refused);
}
