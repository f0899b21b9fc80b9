/*
 * gradebook_scale.c - what a lineItem is graded by: its maximum and its grade scale.
 */
#include "server/api/gradebook_internal.h"

#include <math.h>

bool max_is_whole(struct write_check *check)
{
	const struct value *most = record_value(check->record, "resultValueMax");
	const char *text;

	if (!quirks_of(check)->max_integer_only || most->kind != VALUE_REAL ||
	    floor(most->real) == most->real)
		return true;
	text = arena_format(&check->context->request->arena, "%.15g", most->real);
	refuse_write(check, FAULT_MAX_NOT_INTEGER);
	add_param(check, "field", "resultValueMax");
	add_param(check, "max", text);
	add_param(check, "reason", text);
	return false;
}

bool default_scale(struct write_check *check, const char *category, const char *class,
		   struct scale *out)
{
	struct arena *arena = &check->context->request->arena;
	const struct {
		const char *field, *kind, *id;
	} owners[] = {
		{ "category", ENTITY_CATEGORIES.plural, category },
		{ "class", ENTITY_CLASSES.plural, class },
	};

	*out = (struct scale){ NULL };
	for (size_t i = 0; i < ARRAY_SIZE(owners) && !out->name; i++) {
		json_t *value = NULL;

		if (!owners[i].id)
			continue;
		if (!sis_state_get(check->conn, owners[i].kind, owners[i].id, "defaultGradeScale",
				   &value, check->err))
			return false;
		out->name = arena_dup(arena, json_string_value(value));
		if (json_is_null(value) && !out->lacking) {
			out->lacking = owners[i].field;
			out->id = owners[i].id;
		}
		json_decref(value);
	}
	return true;
}

bool scale_is_there(const struct scale *scale)
{
	return scale->name || !scale->lacking;
}

bool default_scale_there(struct write_check *check)
{
	struct scale scale;

	if (!quirks_of(check)->gradescale_default_required)
		return true;
	if (!default_scale(check, record_text(check->record, "category"),
			   record_text(check->record, "class"), &scale))
		return false;

	if (scale_is_there(&scale))
		return true;
	refuse_write(check, FAULT_GRADESCALE_MISSING);
	add_param(check, "field", scale.lacking);
	add_param(check, "reason", scale.id);
	return false;
}
