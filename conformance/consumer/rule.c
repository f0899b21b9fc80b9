/*
 * rule.c - what rules share.
 */
#include "conformance/consumer/rule.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"

#define TARGET_SHOWN 120 /* bytes of a target in a sentence */

void trial_saw(struct trial *trial)
{
	trial->seen++;
}

void trial_breach(struct trial *trial, const struct exchange *exchange, const char *format, ...)
{
	struct str text = STR_INIT;
	va_list args;

	trial->breaches++;
	if (json_array_size(trial->culprits) < BREACHES_SHOWN)
		json_array_append(trial->culprits, (json_t *)(uintptr_t)exchange->item);
	if (trial->first)
		return;
	str_format(&text, "%s: ", trial_name(trial, exchange));
	va_start(args, format);
	str_vformat(&text, format, args);
	va_end(args);
	trial->first = str_take(&text, NULL);
}

void trial_unfit(struct trial *trial, const char *format, ...)
{
	struct str text = STR_INIT;
	va_list args;

	va_start(args, format);
	str_vformat(&text, format, args);
	va_end(args);
	free(trial->unfit);
	trial->unfit = str_take(&text, NULL);
}

const char *trial_name(struct trial *trial, const struct exchange *exchange)
{
	const char *below = path_below_service(exchange->target);
	const char *target = below ? below : exchange->target;
	size_t length = strlen(target);

	return arena_format(&trial->arena, "exchange %lld, %s %.*s%s", (long long)exchange->id,
			    exchange->method, TARGET_SHOWN, target,
			    length > TARGET_SHOWN ? "..." : "");
}

bool set_has(const json_t *set, const char *text)
{
	return text && json_object_get(set, text) != NULL;
}

void set_add(json_t *set, const char *text)
{
	if (text)
		json_object_set_new(set, text, json_true());
}

json_t *trial_classes(const struct trial *trial)
{
	json_t *classes = json_object();

	for (size_t i = 0; i < trial->count; i++) {
		const struct exchange *exchange = trial->items[i];
		const json_t *object;
		size_t k;

		if (!exchange->row || exchange->row->entity != &ENTITY_LINE_ITEMS)
			continue;
		json_array_foreach (exchange->objects, k, object) {
			const char *id = exchange_object(exchange)
						 ? exchange_object_id(exchange)
						 : jsonx_text(object, "sourcedId");
			const char *class_id = reference_id(object, "class");

			if (id && class_id)
				json_object_set_new(classes, id, json_string(class_id));
		}
	}
	return classes;
}
