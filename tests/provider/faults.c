/*
 * faults.c - how the provider is wrong.
 */
#include "tests/provider/internal.h"

#include <stdlib.h>
#include <string.h>

bool vendor_strikes(const struct exchange *e, enum fault_kind kind)
{
	const struct fault_row *fault = e->p->fault;

	return fault && fault->kind == kind &&
	       (!fault->request || strcmp(fault->request, e->name) == 0);
}

bool vendor_behaves(const struct exchange *e, const char *what)
{
	return vendor_strikes(e, FAULT_BEHAVES) && strcmp(e->p->fault->what, what) == 0;
}

const char *vendor_behaviour_text(const struct exchange *e)
{
	return e->p->fault && e->p->fault->text ? e->p->fault->text : "";
}

/* "PUT /lineItems/ID", "GET gradebook/classes/ID/students/ID/results"; an id that is not
 * there is named as it is, so that a fault can be about it, and so is a document. */
void vendor_name_request(struct exchange *e)
{
	static const char *const services[] = { "rostering", "gradebook", "resources" };
	bool document = e->count && strcmp(e->segments[0], "discovery") == 0;
	int n = snprintf(e->name, sizeof e->name, "%s %s", e->method,
			 e->version == V12 ? services[e->service] : "");

	for (size_t i = 0; i < e->count && n < (int)sizeof e->name - 60; i++) {
		bool id = i % 2 == 1 && strncmp(e->segments[i], "no-such", 7) != 0 && !document;

		n += snprintf(e->name + n, sizeof e->name - (size_t)n, "/%.50s",
			      id ? "ID" : e->segments[i]);
	}
}

static bool is_zoneless(const char *text)
{
	size_t length = strlen(text);

	return length > 10 && text[length - 1] != 'Z' && !strchr(text + 10, '+');
}

static bool is_ascii(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text >= 0x80)
			return false;
	return true;
}

/* Tests of a member, with what stands behind their colon. */
static bool is_absent(const json_t *object, const json_t *value, const char *argument)
{
	(void)object;
	(void)argument;
	return !value;
}

static bool is_null(const json_t *object, const json_t *value, const char *argument)
{
	(void)object;
	(void)argument;
	return json_is_null(value);
}

static bool is_without_zone(const json_t *object, const json_t *value, const char *argument)
{
	(void)object;
	(void)argument;
	return json_is_string(value) && is_zoneless(json_string_value(value));
}

static bool has_time(const json_t *object, const json_t *value, const char *argument)
{
	(void)object;
	(void)argument;
	return json_is_string(value) && strchr(json_string_value(value), 'T');
}

static bool is_foreign(const json_t *object, const json_t *value, const char *argument)
{
	(void)object;
	(void)argument;
	return json_is_string(value) && !is_ascii(json_string_value(value));
}

static bool lacks_href(const json_t *object, const json_t *value, const char *argument)
{
	(void)object;
	(void)argument;
	return !json_object_get(value, "href");
}

static bool has_type(const json_t *object, const json_t *value, const char *argument)
{
	(void)object;
	return strcmp(vendor_text_of(value, "type"), argument) == 0;
}

static bool has_id(const json_t *object, const json_t *value, const char *argument)
{
	(void)object;
	return strcmp(vendor_text_of(value, "sourcedId"), argument) == 0;
}

static bool begins_with(const json_t *object, const json_t *value, const char *argument)
{
	(void)object;
	return json_is_string(value) && starts_with(json_string_value(value), argument);
}

static bool is_text(const json_t *object, const json_t *value, const char *argument)
{
	(void)object;
	return json_is_string(value) && strcmp(json_string_value(value), argument) == 0;
}

static bool is_longer(const json_t *object, const json_t *value, const char *argument)
{
	(void)object;
	return json_is_string(value) &&
	       strlen(json_string_value(value)) > strtoul(argument, NULL, 10);
}

static bool is_below(const json_t *object, const json_t *value, const char *argument)
{
	(void)object;
	return json_is_number(value) && json_number_value(value) < strtod(argument, NULL);
}

static bool is_above(const json_t *object, const json_t *value, const char *argument)
{
	(void)object;
	return json_is_number(value) && json_number_value(value) > strtod(argument, NULL);
}

static bool is_equal(const json_t *object, const json_t *value, const char *argument)
{
	return json_is_number(value) && !is_below(object, value, argument) &&
	       !is_above(object, value, argument);
}

static bool is_null_as(const json_t *object, const json_t *value, const char *argument)
{
	return strcmp(vendor_text_of(object, "scoreStatus"), argument) == 0 &&
	       !json_is_number(value);
}

static bool is_number_as(const json_t *object, const json_t *value, const char *argument)
{
	return strcmp(vendor_text_of(object, "scoreStatus"), argument) == 0 &&
	       json_is_number(value);
}

/* What FAULT_REFUSES can be about. */
static const struct {
	const char *name;
	bool (*holds)(const json_t *object, const json_t *value, const char *argument);
} tests[] = {
	{ "absent", is_absent },         { "null", is_null },
	{ "zoneless", is_without_zone }, { "with-time", has_time },
	{ "not-ascii", is_foreign },     { "no-href", lacks_href },
	{ "type:", has_type },           { "id:", has_id },
	{ "begins:", begins_with },      { "is:", is_text },
	{ "longer:", is_longer },        { "below:", is_below },
	{ "above:", is_above },          { "equals:", is_equal },
	{ "null-as:", is_null_as },      { "number-as:", is_number_as },
};

bool vendor_is_refused_on_purpose(const struct exchange *e, const json_t *object)
{
	const struct fault_row *fault = e->p->fault;

	if (!vendor_strikes(e, FAULT_REFUSES))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(tests); i++) {
		const char *name = tests[i].name;
		bool named = ends_with(name, ":") ? starts_with(fault->text, name)
						  : strcmp(fault->text, name) == 0;

		if (named)
			return tests[i].holds(object, json_object_get(object, fault->what),
					      fault->text + strlen(name));
	}
	BUG("no test %s", fault->text);
}

static void set_at(json_t *at, const char *path, const char *text)
{
	size_t length = strcspn(path, "/"), i;
	bool last = !path[length];
	char *key = xstrndup(path, length);
	json_t *next;

	if (strcmp(key, "*") == 0 && !last) {
		json_array_foreach (at, i, next)
			set_at(next, path + length + 1, text);
	} else if (json_is_array(at) && !last) {
		set_at(json_array_get(at, strtoul(key, NULL, 10)), path + length + 1, text);
	} else if (json_is_array(at) && text) {
		json_array_set_new(at, strtoul(key, NULL, 10),
				   json_loads(text, JSON_DECODE_ANY, NULL));
	} else if (json_is_array(at)) {
		json_array_remove(at, strtoul(key, NULL, 10));
	} else if (!last) {
		set_at(json_object_get(at, key), path + length + 1, text);
	} else if (json_is_object(at) && text) {
		json_object_set_new(at, key, json_loads(text, JSON_DECODE_ANY, NULL));
	} else if (json_is_object(at)) {
		json_object_del(at, key);
	}
	free(key);
}

void vendor_edit_answer(struct exchange *e)
{
	json_t *copy;

	if (!vendor_strikes(e, FAULT_EDIT) || !e->json)
		return;
	copy = json_deep_copy(e->json);
	json_decref(e->json);
	e->json = copy;
	set_at(e->json, e->p->fault->what, e->p->fault->text);
}
