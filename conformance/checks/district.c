/*
 * district.c - collections, read once a version.
 */
#include "conformance/checks/district.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/url.h"
#include "base/when.h"
#include "oneroster/operations.h"

#define NAMES_SHOWN 5

/* The last segment of a path that is no id. */
static const struct collection *collection_at(const char *path)
{
	const struct collection *found = NULL;

	while (*path) {
		size_t length = strcspn(++path, "/?");
		const struct collection *collection = collection_find(path, length);

		found = collection ? collection : found;
		path += strcspn(path, "/");
	}
	if (!found)
		BUG("no collection is called %s", path);
	return found;
}

const char *district_key(const char *path)
{
	return collection_at(path)->entity->plural;
}

char *name_of(const char *path, const json_t *object)
{
	return xformat("%s %s", collection_at(path)->entity->singular, id_text(object));
}

/* The target of rel="next", where it leads to the provider that was asked. Returns (free). */
static char *next_link(const struct judge *judge)
{
	char *header = call_header(&judge->call, "Link");
	char *end = header ? strstr(header, ">; rel=\"next\"") : NULL, *start = end, *link = NULL;

	while (start && start > header && *start != '<')
		start--;
	if (start && *start == '<' &&
	    starts_with(start + 1, transport_base(judge->options->transport)))
		link = xstrndup(start + 1, (size_t)(end - start - 1));
	free(header);
	return link;
}

/* The target of the page behind @count objects, the last page having held @page; NULL: that was
 * the last. Returns (free). */
static char *next_page(const struct judge *judge, const char *path, size_t page, size_t count)
{
	char *total_text = call_header(&judge->call, "X-Total-Count"), *link = next_link(judge);
	int64_t total = 0;
	bool counted = total_text && number_parse(total_text, 0, INT64_MAX, &total);
	bool last = page == 0 || (counted ? (int64_t)count >= total : !link && page < LIST_PAGE);

	free(total_text);
	if (!last && !link)
		link = xformat("%s?limit=%d&offset=%zu", path, LIST_PAGE, count);
	if (last) {
		free(link);
		link = NULL;
	}
	return link;
}

static void add_items(json_t *entry, const json_t *page)
{
	json_t *items = json_object_get(entry, "items"), *index = json_object_get(entry, "index");
	json_t *item;
	size_t i;

	json_array_foreach (page, i, item) {
		const char *id = jsonx_text(item, "sourcedId");

		json_array_append(items, item);
		if (id)
			json_object_set(index, id, item);
	}
}

/* The objects of the last answer, also under a wrong key if that is the only array: the key is a
 * matter of the check that asks for it, all others want to see the objects. Returns
 * (json_decref). */
static json_t *take_page(struct judge *judge, const char *key)
{
	struct err err = ERR_INIT;
	json_t *body = answer_json(&judge->call, &err), *value, *only = NULL;
	const char *name;
	size_t arrays = 0;

	json_object_foreach (body, name, value) {
		if (!json_is_array(value) || same_text(name, "statusInfoSet"))
			continue;
		only = value;
		arrays++;
	}
	if (!json_object_get(body, key) && arrays == 1)
		only = json_incref(only);
	else
		only = judge_array(judge, key);
	json_decref(body);
	return only;
}

/* {"items", "index", "whole", "status", "exchange", "why"}. Returns (json_decref). */
static json_t *read_list(struct judge *judge, const char *path)
{
	json_t *entry = json_pack("{s[],s{}}", "items", "index"), *page;
	char *target = xformat("%s?limit=%d", path, LIST_PAGE);
	size_t had = json_array_size(judge->exchanges);

	for (int pages = 0; target && pages < LIST_PAGES; pages++) {
		judge_call(judge, "GET", target, NULL);
		free(target);
		target = NULL;
		page = judge_expect(judge, 200) ? take_page(judge, district_key(path)) : NULL;
		if (page) {
			add_items(entry, page);
			target = next_page(judge, path, json_array_size(page),
					   json_array_size(json_object_get(entry, "items")));
		} else {
			json_object_set_new(entry, "why",
					    json_string(judge->verdict_text ? judge->verdict_text
									    : "no answer"));
		}
		json_decref(page);
	}
	json_object_set_new(entry, "whole", json_boolean(!target));
	json_object_set_new(entry, "status", json_integer(judge->call.status));
	json_object_set(entry, "exchange", json_array_get(judge->exchanges, had));
	free(target);
	return entry;
}

/* A failure to read is a finding of the check that is about reading; to all others it is that
 * they could not see. */
static void tell_why(struct judge *judge, const json_t *entry)
{
	const char *why = jsonx_text(entry, "why");

	if (why)
		judge_blind(judge, "not seen: %s", why);
}

struct list district_list(struct judge *judge, const char *path)
{
	struct subject *s = judge->subject;
	json_t *entry;

	if (!s->lists)
		s->lists = json_object();
	entry = json_object_get(s->lists, path);
	if (entry) {
		json_array_append(judge->exchanges, json_object_get(entry, "exchange"));
	} else if (!judge->blind) {
		bool failed = judge->failed;

		entry = read_list(judge, path);
		/* what no one answered, or a path that cannot be filled, may be asked again */
		if (judge->blind) {
			json_decref(entry);
			return (struct list){ NULL };
		}
		if (!failed && jsonx_text(entry, "why"))
			judge_clear(judge);
		json_object_set_new(s->lists, path, entry);
	}
	tell_why(judge, entry);
	return (struct list){ .items = json_object_get(entry, "items"),
			      .index = json_object_get(entry, "index"),
			      .whole = jsonx_true(entry, "whole"),
			      .there = entry && !jsonx_text(entry, "why"),
			      .status = (long)jsonx_int(entry, "status"),
			      .why = jsonx_text(entry, "why") };
}

struct list district_list_of(struct judge *judge, const char *pattern, const char *id)
{
	const char *hole = strstr(pattern, "%s");
	struct str path = STR_INIT;
	struct list list;

	str_format(&path, "%.*s", (int)(hole - pattern), pattern);
	pct_encode(&path, id);
	str_add(&path, hole + 2);
	list = district_list(judge, str_text(&path));
	str_release(&path);
	return list;
}

bool district_has_any(struct judge *judge, const struct list *list, const char *path)
{
	if (list->there && json_array_size(list->items) == 0)
		judge_skip(judge, "the provider shows nothing at %s", path);
	return list->there && json_array_size(list->items) > 0;
}

void district_note_part(struct judge *judge, const struct list *list, const char *path)
{
	if (list->there && !list->whole)
		judge_note(judge, "so for the first %zu of %s, the others were not read",
			   json_array_size(list->items), path);
}

long district_status(struct judge *judge, const char *collection, const char *id)
{
	struct subject *s = judge->subject;
	struct str path = STR_INIT;
	json_t *known;
	long status;

	if (!s->lists)
		s->lists = json_object();
	str_format(&path, "%s/", collection);
	pct_encode(&path, id);
	known = json_object_get(s->lists, str_text(&path));
	if (!known) {
		judge_call(judge, "GET", str_text(&path), NULL);
		if (!judge->blind)
			json_object_set_new(s->lists, str_text(&path),
					    json_integer(judge->call.status));
	}
	status = known ? (long)json_integer_value(known) : judge->call.status;
	str_release(&path);
	return status;
}

/* Collects into @set; a step of @path that is an array goes on in each of its elements. */
static void collect(const json_t *value, const char *path, json_t *set)
{
	size_t length = strcspn(path, "."), i;
	const json_t *item;
	char *step;

	if (json_is_array(value)) {
		json_array_foreach (value, i, item)
			collect(item, path, set);
	} else if (!*path) {
		if (jsonx_text(value, "sourcedId"))
			json_object_set_new(set, jsonx_text(value, "sourcedId"), json_true());
	} else {
		step = xstrndup(path, length);
		collect(json_object_get(value, step), path + length + (path[length] == '.'), set);
		free(step);
	}
}

json_t *refs_at(const json_t *object, const char *path)
{
	json_t *set = json_object();

	collect(object, path, set);
	return set;
}

bool refers_to(const json_t *object, const char *path, const char *id)
{
	json_t *set = refs_at(object, path);
	bool found = json_object_get(set, id) != NULL;

	json_decref(set);
	return found;
}

const char *id_text(const json_t *object)
{
	const char *id = jsonx_text(object, "sourcedId");

	return id ? id : "(none)";
}

bool is_active(const json_t *object)
{
	return !same_text(jsonx_text(object, "status"), "tobedeleted");
}

const json_t *member_at(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_null(value) ? NULL : value;
}

bool date_at(const json_t *object, const char *key, int64_t *out)
{
	const char *text = jsonx_text(object, key);

	return text && when_parse(text, out, NULL);
}

bool user_is(const json_t *user, const char *role)
{
	const json_t *item;
	size_t i;

	if (same_text(jsonx_text(user, "role"), role))
		return true;
	json_array_foreach (json_object_get(user, "roles"), i, item)
		if (same_text(jsonx_text(item, "role"), role))
			return true;
	return false;
}

void names_add(struct names *names, const char *format, ...)
{
	va_list args;

	if (names->count++ >= NAMES_SHOWN)
		return;
	if (names->text.length)
		str_add(&names->text, "; ");
	va_start(args, format);
	str_vformat(&names->text, format, args);
	va_end(args);
}

void names_tell(struct judge *judge, struct names *names, const char *what)
{
	if (names->count > NAMES_SHOWN)
		str_format(&names->text, " and %zu more", names->count - NAMES_SHOWN);
	if (names->count)
		judge_fail(judge, "%s: %s", what, str_text(&names->text));
	str_release(&names->text);
	names->count = 0;
}
