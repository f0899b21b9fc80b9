/*
 * query.c - filter, sort, pages, fields: in this order (1.1 fact sheet 8, 1.2 fact sheet 5).
 */
#include "tests/provider/internal.h"

#include <stdlib.h>
#include <string.h>

#define LIMIT 100

static const char *const names[] = { "limit", "offset", "sort", "orderBy", "filter", "fields" };

bool vendor_read_query(struct exchange *e)
{
	const char *mark = strchr(e->target, '?');
	struct err err = ERR_INIT;

	if (mark && !query_parse(&e->arena, mark + 1, PLUS_IS_BLANK, &e->query, &err)) {
		vendor_refuse(e, BAD_REQUEST, "the query cannot be read: %s", err.text);
		return false;
	}
	for (size_t i = 0; i < ARRAY_SIZE(names) && !vendor_behaves(e, "repeats"); i++) {
		size_t count = 0;

		for (size_t k = 0; k < e->query.count; k++)
			count += strcmp(e->query.items[k].name, names[i]) == 0;
		if (count > 1) {
			vendor_refuse(e, BAD_REQUEST, "%s is there %zu times", names[i], count);
			return false;
		}
	}
	return true;
}

static bool read_number(struct exchange *e, const char *name, int64_t least, int64_t preset,
			int64_t *out)
{
	const char *text = pairs_get(&e->query, name);

	*out = preset;
	if (!text || number_parse(text, least, INT64_MAX, out))
		return true;
	if ((vendor_behaves(e, "any-limit") && least) ||
	    (vendor_behaves(e, "any-offset") && !least)) {
		*out = preset;
		return true;
	}
	vendor_refuse(e, BAD_REQUEST, "%s=%.40s: expected a whole number from %d", name, text,
		      (int)least);
	return false;
}

/* The URL of this page with another offset; the caller's parameters stay. */
static void add_link(struct exchange *e, struct str *out, const char *rel, int64_t limit,
		     int64_t offset)
{
	char header[32];

	snprintf(header, sizeof header, "no-%s", rel);
	if (vendor_behaves(e, header))
		return;
	str_format(out, "%s<%s%.*s?limit=%lld&offset=%lld", out->length ? ", " : "",
		   vendor_behaves(e, "link-relative") ? "" : e->p->url,
		   (int)strcspn(e->target, "?"), e->target, (long long)limit, (long long)offset);
	for (size_t i = 0; i < e->query.count && !vendor_behaves(e, "link-forgets"); i++) {
		const struct pair *pair = &e->query.items[i];

		if (strcmp(pair->name, "limit") == 0 || strcmp(pair->name, "offset") == 0)
			continue;
		str_add_char(out, '&');
		pct_encode(out, pair->name);
		str_add_char(out, '=');
		pct_encode(out, pair->value);
	}
	str_format(out, ">; rel=\"%s\"", rel);
}

static void set_links(struct exchange *e, int64_t limit, int64_t offset, int64_t total)
{
	struct str links = STR_INIT;

	if (offset < total && total - offset > limit)
		add_link(e, &links, "next", limit, offset + limit);
	else if (vendor_behaves(e, "next-always") && offset < 1000000)
		add_link(e, &links, "next", limit, offset + limit);
	add_link(e, &links, "first", limit, 0);
	if (offset > 0)
		add_link(e, &links, "prev", limit, offset > limit ? offset - limit : 0);
	if (total > 0)
		add_link(e, &links, "last", limit,
			 vendor_behaves(e, "last-is-end") ? total : (total - 1) / limit * limit);
	if (links.length)
		vendor_set_header(e, "Link", str_take(&links, NULL));
	str_release(&links);
}

struct sorted {
	json_t *item, *values;
	enum kind kind;
	bool down;
};

static int compare(const void *a, const void *b)
{
	const struct sorted *x = a, *y = b;
	const json_t *p = json_array_get(x->values, 0), *q = json_array_get(y->values, 0);
	int order = p && q ? vendor_compare_values(x->kind, p, q) : (p != NULL) - (q != NULL);

	if (order)
		return x->down ? -order : order;
	return strcmp(vendor_text_of(x->item, "sourcedId"), vendor_text_of(y->item, "sourcedId"));
}

static void sort_items(json_t *items, const struct leaf *leaf, bool down)
{
	size_t count = json_array_size(items);
	struct sorted *rows = xcalloc(count + 1, sizeof *rows);

	for (size_t i = 0; i < count; i++) {
		rows[i].item = json_incref(json_array_get(items, i));
		rows[i].values = json_array();
		rows[i].kind = leaf->kind;
		rows[i].down = down;
		vendor_values_at(rows[i].item, leaf->path, rows[i].values);
	}
	qsort(rows, count, sizeof *rows, compare);
	json_array_clear(items);
	for (size_t i = 0; i < count; i++) {
		json_array_append_new(items, rows[i].item);
		json_decref(rows[i].values);
	}
	free(rows);
}

static bool apply_sort(struct exchange *e, enum entity_id entity, json_t *items)
{
	const char *field = pairs_get(&e->query, "sort"), *order = pairs_get(&e->query, "orderBy");
	struct leaf leaf;

	if (order && strcmp(order, "asc") != 0 && strcmp(order, "desc") != 0 &&
	    !vendor_behaves(e, "any-order")) {
		vendor_refuse(e, BAD_REQUEST, "orderBy=%.40s: expected asc or desc", order);
		return false;
	}
	if (!field || vendor_behaves(e, "no-sort"))
		return true;
	if (vendor_leaf_find(entity, e->version, field, &leaf)) {
		bool down = same_text(order, "desc") && !vendor_behaves(e, "no-desc");

		sort_items(items, &leaf, down != vendor_behaves(e, "sort-reversed"));
		return true;
	}
	if (vendor_behaves(e, "unknown-sort-400"))
		vendor_refuse(e, BAD_REQUEST, "sort=%.60s: no such field", field);
	else if (!vendor_behaves(e, "no-warnings"))
		vendor_warn(e, "invalid_sort_field", "%.60s", field);
	return e->status < 400;
}

/* The fields asked for, NULL with *@good where all are to be given. */
static json_t *wanted_fields(struct exchange *e, enum entity_id entity, bool *good)
{
	const char *list = pairs_get(&e->query, "fields");
	json_t *set = json_object();

	*good = true;
	if (list && !list[strspn(list, " ")] && !vendor_behaves(e, "blank-fields-200")) {
		vendor_refuse(e, BLANK_FIELDS, "fields is blank");
		*good = false;
	}
	while (list && *good && list[strspn(list, " ")]) {
		size_t length;
		char *name;

		list += strspn(list, " ");
		length = strcspn(list, ",");
		name = xstrndup(list, length);
		for (size_t n = length; n && name[n - 1] == ' ';)
			name[--n] = '\0';
		if (vendor_field_find(entity, e->version, name)) {
			json_object_set_new(set, name, json_true());
		} else if (e->version == V12 ? !vendor_behaves(e, "unknown-fields-200")
					     : vendor_behaves(e, "unknown-fields-400")) {
			vendor_refuse(e, BAD_FIELDS, "%.60s", name);
			*good = false;
		} else {
			if (!vendor_behaves(e, "no-warnings"))
				vendor_warn(e, "invalid_selection_field", "%.60s", name);
			json_object_clear(set);
			free(name);
			return set;
		}
		free(name);
		list += length + (list[length] == ',');
	}
	return set;
}

/* Leaves in @object what is wanted. */
static void select_fields(json_t *object, const json_t *set)
{
	const char *name;
	json_t *value;
	void *next;

	json_object_foreach_safe (object, next, name, value)
		if (json_object_size(set) && !json_object_get(set, name))
			json_object_del(object, name);
}

static json_t *page_of(const json_t *items, int64_t limit, int64_t offset, const json_t *set)
{
	int64_t total = (int64_t)json_array_size(items);
	json_t *page = json_array();

	for (int64_t i = offset; i < total && i - offset < limit; i++) {
		json_t *item = json_array_get(items, (size_t)i);

		select_fields(item, set);
		json_array_append(page, item);
	}
	return page;
}

static void give_page(struct exchange *e, const char *key, const json_t *items, const json_t *set,
		      int64_t unfiltered)
{
	int64_t total = (int64_t)json_array_size(items), limit = LIMIT, offset = 0;
	bool good = read_number(e, "limit", 1, LIMIT, &limit) &&
		    read_number(e, "offset", 0, 0, &offset);
	json_t *page;

	if (!good)
		return;
	if (limit == 10000 && vendor_behaves(e, "limit-400")) {
		vendor_refuse(e, BAD_REQUEST, "limit is too large");
		return;
	}
	if (offset > total && vendor_behaves(e, "past-404")) {
		vendor_refuse(e, UNKNOWN_OBJECT, "there is nothing there");
		return;
	}
	limit = vendor_behaves(e, "no-limit") ? 1000000 : limit;
	offset = vendor_behaves(e, "no-offset") ? 0 : offset;
	if (vendor_behaves(e, "offset-counts-pages") && offset <= total && limit <= total)
		offset *= limit;
	page = page_of(items, limit, offset, vendor_behaves(e, "no-fields") ? NULL : set);
	if (vendor_behaves(e, "total-of-page"))
		total = (int64_t)json_array_size(page);
	else if (vendor_behaves(e, "total-unfiltered"))
		total = unfiltered;
	vendor_set_header(e, "X-Total-Count", xformat("%lld", (long long)total));
	set_links(e, limit, offset, (int64_t)json_array_size(items));
	vendor_give(e, key, page);
}

/* Every object of the collection is there, and has nothing but its id. */
static json_t *bare_items(void)
{
	return json_pack("[{ss}]", "sourcedId", "x-1");
}

void vendor_give_list(struct exchange *e, const struct collection *collection, json_t *records)
{
	const struct entity *entity = &vendor_entities[collection->entity];
	const char *filter = pairs_get(&e->query, "filter");
	json_t *items = vendor_behaves(e, "bare-objects") ? bare_items() : json_array(), *record,
	       *set;
	int64_t all = (int64_t)json_array_size(records);
	bool reversed = vendor_behaves(e, "shuffles") && collection->entity == CATEGORY &&
			e->p->reads++ % 2;
	size_t i;
	bool good;

	json_array_foreach (records, i, record)
		json_array_insert_new(items, reversed ? 0 : json_array_size(items),
				      vendor_render(e, collection->entity, record));
	good = !filter || vendor_apply_filter(e, collection->entity, filter, items);
	good = good && apply_sort(e, collection->entity, items);
	if (good) {
		set = wanted_fields(e, collection->entity, &good);
		if (good)
			give_page(e, entity->plural, items, set, all);
		json_decref(set);
	}
	json_decref(items);
	json_decref(records);
}

void vendor_give_one(struct exchange *e, const struct collection *collection, const json_t *record)
{
	const struct entity *entity = &vendor_entities[collection->entity];
	bool good;
	json_t *set = wanted_fields(e, collection->entity, &good), *object;

	if (good) {
		object = record ? vendor_render(e, collection->entity, record)
				: json_pack("{ss}", "sourcedId", "x-1");
		select_fields(object,
			      vendor_behaves(e, "no-fields") || vendor_behaves(e, "fields-of-lists")
				      ? NULL
				      : set);
		vendor_give(e, entity->singular, object);
	}
	json_decref(set);
}
