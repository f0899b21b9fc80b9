/*
 * fit.c - whether an object is the one that is meant.
 */
#include "conformance/lab/fit.h"

#include "base/jsonx.h"
#include "base/pointer.h"

const json_t *fit_member(const json_t *object, const char *name)
{
	return *name == '/' ? pointer_find(object, name) : json_object_get(object, name);
}

static bool is_value(const json_t *wanted, const json_t *found)
{
	const char *id = json_is_string(wanted) ? jsonx_text(found, "sourcedId") : NULL;

	if (id)
		return same_text(json_string_value(wanted), id);
	if (json_is_number(wanted) && json_is_number(found)) /* 1 is 1.0 */
		return json_number_value(wanted) == json_number_value(found);
	return json_equal(wanted, found) || (json_is_null(wanted) && !found);
}

bool fits(const json_t *object, const json_t *where)
{
	const char *key;
	const json_t *value;

	json_object_foreach ((json_t *)(uintptr_t)where, key, value)
		if (!is_value(value, fit_member(object, key)))
			return false;
	return true;
}

json_t *fit_list(const json_t *list, const json_t *where)
{
	json_t *found = json_array(), *item;
	size_t i;

	json_array_foreach (list, i, item)
		if (fits(item, where))
			json_array_append(found, item);
	return found;
}

static bool set_place(const struct place *place, void *payload)
{
	place_set(place, json_deep_copy(payload));
	return true;
}

static bool remove_place(const struct place *place, void *payload)
{
	(void)payload;
	place_remove(place);
	return true;
}

void fit_set(json_t *object, const char *name, const json_t *value)
{
	if (*name == '/')
		pointer_visit(object, name, set_place, (json_t *)(uintptr_t)value);
	else
		json_object_set_new(object, name, json_deep_copy(value));
}

void fit_remove(json_t *object, const char *name)
{
	if (*name == '/')
		pointer_visit(object, name, remove_place, NULL);
	else
		json_object_del(object, name);
}

const char *fit_reference(const json_t *object, const char *key)
{
	return jsonx_text(json_object_get(object, key), "sourcedId");
}
