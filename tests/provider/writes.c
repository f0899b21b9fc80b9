/*
 * writes.c - PUT, DELETE and POST (1.1 fact sheet 10, 1.2 fact sheet 7.7 and 7.8).
 */
#include "tests/provider/internal.h"

#include <stdlib.h>
#include <string.h>

/* The member @key of the body; NULL with a refusal. The body becomes *@whole. */
static json_t *read_body(struct exchange *e, const char *key, bool many, json_t **whole)
{
	json_t *member;

	*whole = json_loadb(e->body ? e->body : "", e->length, JSON_REJECT_DUPLICATES, NULL);
	member = json_object_get(*whole, key);
	if (!*whole && vendor_behaves(e, "broken-json-500")) {
		vendor_refuse(e, BAD_REQUEST, "something broke");
		e->status = 500;
	} else if (!*whole) {
		vendor_refuse(e, BAD_REQUEST, "the body is no JSON");
	} else if (many ? !json_is_array(member) : !json_is_object(member)) {
		vendor_refuse(e, BAD_DATA, "%s: expected %s of this name in the body", key,
			      many ? "an array" : "an object");
	}
	return e->status < 400 ? member : NULL;
}

/* What clients read back wrong. */
static void spoil(const struct exchange *e, json_t *record)
{
	json_t *most = json_object_get(record, "resultValueMax");

	if (vendor_behaves(e, "rounds") && json_is_real(most))
		json_object_set_new(record, "resultValueMax", json_integer(12));
	if (vendor_behaves(e, "forgets-member"))
		json_object_del(record, vendor_behaviour_text(e));
}

static bool named(const struct exchange *e, const char *prefix)
{
	char name[64];

	snprintf(name, sizeof name, "%s-%s", prefix, vendor_entities[e->collection->entity].plural);
	return vendor_behaves(e, name);
}

static void store(struct exchange *e, json_t *record)
{
	json_t *list = e->p->rows[e->collection->entity];
	json_t *old = vendor_find(list, vendor_text_of(record, "sourcedId"));

	e->status = old ? 200 : 201;
	spoil(e, record);
	if (!old || named(e, "duplicates")) {
		json_array_append(list, record);
	} else if (!named(e, "frozen")) {
		if (!vendor_behaves(e, "merges"))
			json_object_clear(old);
		json_object_update(old, record);
	}
}

/* The path's id is the object's; a body may leave it out. */
static bool id_fits(struct exchange *e, const json_t *object)
{
	const json_t *id = json_object_get(object, "sourcedId");

	if (!id || same_text(json_string_value(id), e->segments[1]) || vendor_behaves(e, "any-id"))
		return true;
	vendor_refuse(e, BAD_DATA, "sourcedId: the path says %s, the body says otherwise",
		      e->segments[1]);
	return false;
}

void vendor_put_one(struct exchange *e)
{
	enum entity_id entity = e->collection->entity;
	json_t *body, *object = read_body(e, vendor_entities[entity].singular, false, &body),
		      *record;

	if (object && vendor_is_refused_on_purpose(e, object))
		vendor_refuse(e, BAD_DATA, "refused on purpose");
	else if (object && id_fits(e, object)) {
		json_object_set_new(object, "sourcedId", json_string(e->segments[1]));
		record = vendor_accept_object(e, entity, object);
		if (record)
			store(e, record);
		json_decref(record);
	}
	json_decref(body);
}

/* What refers to a deleted object: it goes along, or stands in the way. */
static const struct {
	enum entity_id parent, child;
	const char *path;
	bool goes;
} children[] = {
	{ LINE_ITEM, RESULT, "lineItem", true },
	{ ASSESSMENT_ITEM, ASSESSMENT_RESULT, "assessmentLineItem", true },
	{ CATEGORY, LINE_ITEM, "category", false },
	{ SCORE_SCALE, LINE_ITEM, "scoreScale", false },
	{ SCORE_SCALE, RESULT, "scoreScale", false },
	{ SCORE_SCALE, ASSESSMENT_ITEM, "scoreScale", false },
	{ SCORE_SCALE, ASSESSMENT_RESULT, "scoreScale", false },
};

/* Counts what refers to the object; with @go it is removed. */
static size_t referring(struct provider *p, size_t row, const char *id, bool go)
{
	json_t *list = p->rows[children[row].child];
	size_t count = 0;

	for (size_t i = json_array_size(list); i-- > 0;) {
		if (strcmp(vendor_text_of(json_array_get(list, i), children[row].path), id) != 0)
			continue;
		count++;
		if (go)
			json_array_remove(list, i);
	}
	return count;
}

static bool is_free(struct exchange *e)
{
	for (size_t i = 0; i < ARRAY_SIZE(children); i++)
		if (children[i].parent == e->collection->entity && !children[i].goes &&
		    referring(e->p, i, e->segments[1], false)) {
			vendor_refuse(e, IN_USE, "%s %s still has %s",
				      vendor_entities[e->collection->entity].singular,
				      e->segments[1], vendor_entities[children[i].child].plural);
			return false;
		}
	return true;
}

void vendor_delete_one(struct exchange *e)
{
	json_t *list = e->p->rows[e->collection->entity], *item;
	size_t i;

	if (!vendor_record_in(e->p, e->collection, e->segments[1])) {
		if (vendor_behaves(e, "deletes-nothing"))
			e->status = 204;
		else
			vendor_refuse(e, UNKNOWN_OBJECT, "Unknown Object: %s", e->segments[1]);
		return;
	}
	if (!is_free(e))
		return;
	e->status = 204;
	if (named(e, "undeletable"))
		return;
	for (size_t row = 0; row < ARRAY_SIZE(children); row++)
		if (children[row].parent == e->collection->entity)
			referring(e->p, row, e->segments[1], true);
	json_array_foreach (list, i, item)
		if (strcmp(vendor_text_of(item, "sourcedId"), e->segments[1]) == 0)
			break;
	json_array_remove(list, i);
}

/* A posted object is of the path's class, school or lineItem; what it leaves out of that
 * is filled in, what says otherwise is refused. */
static bool fits_path(struct exchange *e, const json_t *record)
{
	if (vendor_behaves(e, "any-path") ||
	    vendor_leads_to(e->p, e->collection->entity, record, e->nested->where[0].path,
			    e->segments[1]))
		return true;
	vendor_refuse(e, BAD_DATA, "%s: it leads elsewhere than the path, which says %s",
		      e->nested->where[0].path, e->segments[1]);
	return false;
}

static void fill_from_path(const struct exchange *e, json_t *object)
{
	const char *path = e->nested->where[0].path;

	if (!strchr(path, '.') && !json_object_get(object, path))
		json_object_set_new(object, path, json_pack("{ss}", "sourcedId", e->segments[1]));
}

/* One object of a POST as a record, with its supplied id still; NULL with a refusal. */
static json_t *accept_posted(struct exchange *e, json_t *object, const json_t *records)
{
	const char *id = vendor_text_of(object, "sourcedId");
	json_t *record;

	if (!json_is_object(object) || !*id)
		vendor_refuse(e, BAD_DATA, "sourcedId: each object needs one of its own");
	else if (vendor_find(records, id))
		vendor_refuse(e, BAD_DATA, "sourcedId: %s is there twice", id);
	else if (vendor_is_refused_on_purpose(e, object))
		vendor_refuse(e, BAD_DATA, "refused on purpose");
	if (e->status >= 400)
		return NULL;
	fill_from_path(e, object);
	record = vendor_accept_object(e, e->collection->entity, object);
	if (!record || fits_path(e, record))
		return record;
	json_decref(record);
	return NULL;
}

static json_t *store_posted(struct exchange *e, const json_t *records)
{
	json_t *pairs = json_array(), *record;
	size_t i;

	json_array_foreach (records, i, record) {
		const char *supplied = vendor_text_of(record, "sourcedId");
		char id[40];

		snprintf(id, sizeof id, "allocated-%d", ++e->p->allocated);
		json_array_append_new(pairs, json_pack("{ss,ss}", "suppliedSourcedId", supplied,
						       "allocatedSourcedId", id));
		if (vendor_behaves(e, "post-forgets"))
			continue;
		if (!vendor_behaves(e, "post-keeps-supplied"))
			json_object_set_new(record, "sourcedId", json_string(id));
		spoil(e, record);
		json_array_append(e->p->rows[e->collection->entity], record);
	}
	return pairs;
}

/* All or nothing. */
void vendor_post_many(struct exchange *e)
{
	const char *key = vendor_entities[e->collection->entity].plural;
	json_t *body, *list = read_body(e, key, true, &body), *records = json_array(), *object;
	size_t i;

	json_array_foreach (list, i, object) {
		json_t *record = e->status < 400 ? accept_posted(e, object, records) : NULL;

		if (record)
			json_array_append_new(records, record);
	}
	if (e->status >= 400 && vendor_behaves(e, "post-partial"))
		json_decref(store_posted(e, records));
	if (e->status < 400) {
		e->status = 201;
		vendor_give(e, "sourcedIdPairs", store_posted(e, records));
	}
	json_decref(records);
	json_decref(body);
}
