/*
 * relations.c - what belongs to what (1.1 fact sheet 2.4, 1.2 fact sheet 2.5).
 */
#include "tests/provider/internal.h"

#include <string.h>

static const struct field *any_field(enum entity_id entity, const char *name)
{
	return vendor_field_find(entity, BOTH, name);
}

static bool part_leads(const json_t *value, const char *path, const char *id)
{
	const json_t *item;
	size_t i;

	json_array_foreach (value, i, item)
		if (strcmp(vendor_text_of(item, path), id) == 0)
			return true;
	return false;
}

bool vendor_leads_to(const struct provider *p, enum entity_id entity, const json_t *record,
		     const char *path, const char *id)
{
	size_t length = strcspn(path, "."), i;
	char name[64];
	const struct field *field;
	const json_t *value, *item;

	snprintf(name, sizeof name, "%.*s", (int)length, path);
	field = any_field(entity, name);
	value = json_object_get(record, name);
	if (!field || !value)
		return false;
	if (field->kind == PARTS)
		return part_leads(value, path + length + 1, id);
	if (path[length]) {
		const json_t *next = vendor_find(p->rows[field->target], json_string_value(value));

		return next && vendor_leads_to(p, field->target, next, path + length + 1, id);
	}
	json_array_foreach (value, i, item)
		if (strcmp(json_string_value(item), id) == 0)
			return true;
	return json_is_string(value) && strcmp(json_string_value(value), id) == 0;
}

static bool is_of(const struct provider *p, const struct collection *collection,
		  const json_t *record)
{
	return !collection->path ||
	       vendor_leads_to(p, collection->entity, record, collection->path, collection->value);
}

json_t *vendor_record_in(const struct provider *p, const struct collection *collection,
			 const char *id)
{
	json_t *record = vendor_find(p->rows[collection->entity], id);

	return record && is_of(p, collection, record) ? record : NULL;
}

bool vendor_shows(const struct exchange *e, const struct collection *collection,
		  const json_t *record)
{
	return vendor_behaves(e, "any-kind") || is_of(e->p, collection, record);
}

/* An enrollment of this user, class and role; NULL: any role. */
static bool is_enrolled(const struct provider *p, const char *user, const char *class,
			const char *role)
{
	const json_t *item;
	size_t i;

	json_array_foreach (p->rows[ENROLLMENT], i, item)
		if (strcmp(vendor_text_of(item, "user"), user) == 0 &&
		    strcmp(vendor_text_of(item, "class"), class) == 0 &&
		    (!role || strcmp(vendor_text_of(item, "role"), role) == 0))
			return true;
	return false;
}

bool vendor_studies_in(const struct provider *p, const json_t *user, const char *const ids[])
{
	return is_enrolled(p, vendor_text_of(user, "sourcedId"), ids[0], "student");
}

bool vendor_teaches_in(const struct provider *p, const json_t *user, const char *const ids[])
{
	return is_enrolled(p, vendor_text_of(user, "sourcedId"), ids[0], "teacher");
}

bool vendor_studies_in_second(const struct provider *p, const json_t *user, const char *const ids[])
{
	return vendor_studies_in(p, user, ids + 1);
}

bool vendor_teaches_in_second(const struct provider *p, const json_t *user, const char *const ids[])
{
	return vendor_teaches_in(p, user, ids + 1);
}

bool vendor_is_student_class(const struct provider *p, const json_t *class, const char *const ids[])
{
	return is_enrolled(p, ids[0], vendor_text_of(class, "sourcedId"), "student");
}

bool vendor_is_teacher_class(const struct provider *p, const json_t *class, const char *const ids[])
{
	return is_enrolled(p, ids[0], vendor_text_of(class, "sourcedId"), "teacher");
}

bool vendor_is_user_class(const struct provider *p, const json_t *class, const char *const ids[])
{
	return is_enrolled(p, ids[0], vendor_text_of(class, "sourcedId"), NULL);
}

bool vendor_attends_school(const struct provider *p, const json_t *user, const char *const ids[])
{
	const json_t *item;
	size_t i;

	if (vendor_leads_to(p, USER, user, "orgs", ids[0]))
		return true;
	json_array_foreach (p->rows[ENROLLMENT], i, item)
		if (strcmp(vendor_text_of(item, "user"), vendor_text_of(user, "sourcedId")) == 0 &&
		    strcmp(vendor_text_of(item, "school"), ids[0]) == 0)
			return true;
	return false;
}

bool vendor_is_term_of_school(const struct provider *p, const json_t *session,
			      const char *const ids[])
{
	const json_t *item;
	size_t i;

	json_array_foreach (p->rows[CLASS], i, item)
		if (strcmp(vendor_text_of(item, "school"), ids[0]) == 0 &&
		    vendor_leads_to(p, CLASS, item, "terms", vendor_text_of(session, "sourcedId")))
			return true;
	return false;
}

/* A category without metadata.classId serves every class. */
bool vendor_is_class_category(const struct provider *p, const json_t *category,
			      const char *const ids[])
{
	const char *bound = vendor_text_of(json_object_get(category, "metadata"), "classId");

	(void)p;
	return !*bound || strcmp(bound, ids[0]) == 0;
}

static bool has_resource(const struct provider *p, enum entity_id entity, const char *id,
			 const json_t *resource)
{
	return vendor_leads_to(p, entity, vendor_find(p->rows[entity], id), "resources",
			       vendor_text_of(resource, "sourcedId"));
}

bool vendor_is_class_resource(const struct provider *p, const json_t *resource,
			      const char *const ids[])
{
	return has_resource(p, CLASS, ids[0], resource);
}

bool vendor_is_course_resource(const struct provider *p, const json_t *resource,
			       const char *const ids[])
{
	return has_resource(p, COURSE, ids[0], resource);
}

bool vendor_is_user_resource(const struct provider *p, const json_t *resource,
			     const char *const ids[])
{
	return has_resource(p, USER, ids[0], resource);
}

/* Of two ids in a path, the second must belong to the first. */
static const struct {
	const char *outer, *inner, *path;
} chains[] = {
	{ "schools", "classes", "school" },
	{ "classes", "lineItems", "class" },
};

static bool belongs(const struct exchange *e, const struct collection *inner, const json_t *record)
{
	for (size_t i = 0; i < ARRAY_SIZE(chains); i++)
		if (strcmp(e->segments[0], chains[i].outer) == 0 &&
		    strcmp(e->segments[2], chains[i].inner) == 0)
			return vendor_leads_to(e->p, inner->entity, record, chains[i].path,
					       e->segments[1]);
	return true;
}

bool vendor_parents_exist(struct exchange *e)
{
	for (size_t i = 0; i + 1 < e->count; i += 2) {
		const struct collection *c = vendor_collection_named(e->segments[i], e->version);
		const json_t *record = vendor_record_in(e->p, c, e->segments[i + 1]);

		if (!record && !vendor_behaves(e, "any-parent"))
			vendor_refuse(e, UNKNOWN_OBJECT, "Unknown Object: %s %s", c->name,
				      e->segments[i + 1]);
		else if (record && i == 2 && !belongs(e, c, record) &&
			 !vendor_behaves(e, "any-inner-parent"))
			vendor_refuse(e, UNKNOWN_OBJECT, "Unknown Object: %s %s is not of %s %s",
				      c->name, e->segments[3], e->segments[0], e->segments[1]);
		if (e->status >= 400)
			return false;
	}
	return true;
}

static bool is_below(const struct exchange *e, const json_t *record, const char *const ids[])
{
	const struct nested *row = e->nested;

	if (vendor_behaves(e, "unfiltered") ||
	    (vendor_behaves(e, "all-line-items") && e->collection->entity == LINE_ITEM) ||
	    (vendor_behaves(e, "all-categories") && e->collection->entity == CATEGORY))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(row->where); i++)
		if (row->where[i].path &&
		    !vendor_leads_to(e->p, e->collection->entity, record, row->where[i].path,
				     ids[row->where[i].index]))
			return false;
	return !row->fits || row->fits(e->p, record, ids);
}

json_t *vendor_records_below(struct exchange *e)
{
	const char *const ids[] = { e->segments[1], e->count > 3 ? e->segments[3] : "" };
	json_t *list = json_array(), *item;
	size_t i;

	json_array_foreach (e->p->rows[e->collection->entity], i, item)
		if (vendor_shows(e, e->collection, item) && is_below(e, item, ids))
			json_array_append(list, item);
	return list;
}
