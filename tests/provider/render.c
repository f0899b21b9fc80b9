/*
 * render.c - a record as a version shows it.
 */
#include "tests/provider/internal.h"

#include <stdlib.h>
#include <string.h>

/* The service that owns the object leads to it. */
static json_t *reference(const struct exchange *e, enum entity_id target, const char *id)
{
	const struct entity *entity = &vendor_entities[target];
	enum service owner = vendor_behaves(e, "href-own-service") ? e->service : entity->service;
	struct str href = STR_INIT;
	json_t *object;

	if (!vendor_behaves(e, "href-relative"))
		str_add(&href, e->p->url);
	str_format(&href, "%s/%s/", vendor_service_root(e->version, owner), entity->plural);
	pct_encode(&href, id);
	object = json_pack("{ss,ss,ss}", "href", str_text(&href), "sourcedId", id, "type",
			   entity->singular);
	str_release(&href);
	return object;
}

static json_t *render_fields(const struct exchange *e, const struct field *fields,
			     const json_t *record);

static json_t *render_value(const struct exchange *e, const struct field *field, json_t *value)
{
	json_t *list, *item;
	size_t i;

	if (field->kind == REF && json_is_string(value))
		return reference(e, field->target, json_string_value(value));
	if (field->kind == FLAG && vendor_behaves(e, "flags-are-booleans"))
		return json_boolean(strcmp(json_string_value(value), "true") == 0);
	if (field->kind != REFS && field->kind != PARTS)
		return json_incref(value);
	list = json_array();
	json_array_foreach (value, i, item)
		json_array_append_new(list,
				      field->kind == REFS
					      ? reference(e, field->target, json_string_value(item))
					      : render_fields(e, field->parts, item));
	return list;
}

static json_t *render_fields(const struct exchange *e, const struct field *fields,
			     const json_t *record)
{
	json_t *object = json_object();

	for (const struct field *field = fields; field->name; field++) {
		json_t *value = json_object_get(record, field->name);

		if (value && (field->in & e->version))
			json_object_set_new(object, field->name, render_value(e, field, value));
	}
	return object;
}

json_t *vendor_render(const struct exchange *e, enum entity_id entity, const json_t *record)
{
	json_t *object = render_fields(e, vendor_base_fields, record);

	json_object_update_new(object, render_fields(e, vendor_entities[entity].fields, record));
	/* 1.1 demands a minimum, 1.2 does not: what came without one reads right in both */
	if (entity == LINE_ITEM && e->version == V11 && !json_object_get(object, "resultValueMin"))
		json_object_set_new(object, "resultValueMin", json_integer(0));
	return object;
}
