/*
 * emit.c - objects as a version of the standard writes them.
 */
#include "oneroster/record.h"

#include <math.h>
#include <string.h>

#include "base/url.h"
#include "base/when.h"

static void emit_ref(struct jsonw *w, const struct entity *target, const char *id,
		     const struct form *form)
{
	struct str encoded = STR_INIT;

	jsonw_object(w);
	if (form->href != HREF_NONE) {
		bool plain = pct_is_plain(id);
		const char *parts[] = { form->href == HREF_ABSOLUTE ? form->base : "",
					service_root(target->service, form->version),
					"/",
					target->plural,
					"/",
					id };

		if (!plain) {
			pct_encode(&encoded, id);
			parts[ARRAY_SIZE(parts) - 1] = str_text(&encoded);
		}
		jsonw_key(w, "href");
		jsonw_texts(w, parts, ARRAY_SIZE(parts));
	}
	jsonw_key_text(w, "sourcedId", id);
	jsonw_key_text(w, "type", target->singular);
	jsonw_object_end(w);
	str_release(&encoded);
}

static void emit_bool(struct jsonw *w, bool value, const struct form *form)
{
	if (form->json_booleans)
		jsonw_bool(w, value);
	else
		jsonw_text(w, value ? "true" : "false");
}

/* As people round what they read: half away from 0, and 1.005 is a half of 0.01 though no
 * double says so exactly. */
static double round_to(double value, int decimals)
{
	double factor = 1;

	while (decimals-- > 0)
		factor *= 10;

	double rounded = round(value * factor * (1 + 1e-15)) / factor;

	return isfinite(rounded) ? rounded + 0.0 /* no -0 */ : value;
}

static void emit_number(struct jsonw *w, const struct field *field, double value,
			const struct form *form)
{
	double shown = form->rounds && (field->flags & F_SCORE) ? round_to(value, form->decimals)
								: value;

	if (shown != value && form->rounded)
		form->rounded(form->payload);
	jsonw_number(w, shown);
}

static bool emit_term(struct jsonw *w, const struct vocab *vocab, const char *stored,
		      const struct form *form)
{
	struct arena arena = ARENA_INIT;
	const char *said = vocab ? vocab_say(vocab, stored, form->version, &arena) : stored;

	if (said)
		jsonw_text(w, said);
	arena_release(&arena);
	return said != NULL;
}

static void emit_texts(struct jsonw *w, const struct vocab *vocab, const json_t *list,
		       const struct form *form)
{
	const json_t *item;
	size_t i;

	jsonw_array(w);
	json_array_foreach (list, i, item)
		emit_term(w, vocab, json_string_value(item), form);
	jsonw_array_end(w);
}

static void emit_refs(struct jsonw *w, const struct entity *target, const json_t *ids,
		      const struct form *form)
{
	const json_t *id;
	size_t i;

	jsonw_array(w);
	json_array_foreach (ids, i, id)
		emit_ref(w, target, json_string_value(id), form);
	jsonw_array_end(w);
}

/* Whether the version has a word for it; asked before its key is written. */
static bool sayable(const struct field *field, const char *stored, const struct form *form)
{
	struct arena arena = ARENA_INIT;
	bool good = field->type != T_ENUM || vocab_say(field->vocab, stored, form->version, &arena);

	arena_release(&arena);
	return good;
}

static void emit_objects(struct jsonw *w, const struct field *field, const json_t *list,
			 const struct form *form);

static void emit_member(struct jsonw *w, const struct field *sub, const json_t *json,
			const struct form *form)
{
	switch (sub->type) {
	case T_REF:
		emit_ref(w, sub->target, json_string_value(json), form);
		break;
	case T_REFS:
		emit_refs(w, sub->target, json, form);
		break;
	case T_ENUM:
		emit_term(w, sub->vocab, json_string_value(json), form);
		break;
	case T_TEXTS:
		emit_texts(w, sub->vocab, json, form);
		break;
	case T_OBJECTS:
		emit_objects(w, sub, json, form);
		break;
	case T_BOOL:
		emit_bool(w, json_is_true(json), form);
		break;
	case T_NUMBER:
		emit_number(w, sub, json_number_value(json), form);
		break;
	case T_ID:
	case T_TEXT:
	case T_URI:
	case T_DATE:
	case T_TIME:
	case T_MAP:
		jsonw_value(w, json);
		break;
	}
}

static void emit_objects(struct jsonw *w, const struct field *field, const json_t *list,
			 const struct form *form)
{
	const json_t *item, *member;
	const char *key;
	size_t i;

	jsonw_array(w);
	json_array_foreach (list, i, item) {
		jsonw_object(w);
		for (const struct field *sub = field->sub; sub->name; sub++) {
			member = json_object_get(item, sub->name);
			if (!member || !(sub->in & form->version) ||
			    (sub->flags & (F_INTERNAL | F_SECRET)) ||
			    (json_is_string(member) &&
			     !sayable(sub, json_string_value(member), form)))
				continue;
			jsonw_key(w, sub->name);
			emit_member(w, sub, member, form);
		}
		if (field->flags & F_OPEN)
			json_object_foreach ((json_t *)(uintptr_t)item, key, member)
				if (!sub_field(field->sub, key)) {
					jsonw_key(w, key);
					jsonw_value(w, member);
				}
		jsonw_object_end(w);
	}
	jsonw_array_end(w);
}

static void emit_list(struct jsonw *w, const struct field *field, const char *stored,
		      const struct form *form)
{
	json_t *list = json_loads(stored, 0, NULL);

	emit_member(w, field, list, form);
	json_decref(list);
}

bool value_emit(struct jsonw *w, const struct field *field, const struct value *value,
		const struct form *form)
{
	char time[WHEN_TEXT];

	switch (field->type) {
	case T_ID:
	case T_TEXT:
	case T_URI:
	case T_DATE:
		jsonw_text(w, value->text);
		return true;
	case T_ENUM:
		return emit_term(w, field->vocab, value->text, form);
	case T_NUMBER:
		emit_number(w, field, value->real, form);
		return true;
	case T_BOOL:
		emit_bool(w, value->integer != 0, form);
		return true;
	case T_TIME:
		when_format(value->integer, time);
		jsonw_text(w, time);
		return true;
	case T_REF:
		emit_ref(w, field->target, value->text, form);
		return true;
	case T_TEXTS:
		if (field->vocab) {
			emit_list(w, field, value->text, form);
			return true;
		}
		jsonw_raw(w, value->text, strlen(value->text));
		return true;
	case T_REFS:
	case T_OBJECTS:
		emit_list(w, field, value->text, form);
		return true;
	case T_MAP:
		jsonw_raw(w, value->text, strlen(value->text));
		return true;
	}
	BUG("type %d", (int)field->type);
}

void record_emit(struct jsonw *w, const struct record *record, const struct form *form)
{
	jsonw_object(w);
	for (int i = 0; record->entity->fields[i].name; i++) {
		const struct field *field = &record->entity->fields[i];
		const struct value *value = &record->values[i];
		bool there = value->kind != VALUE_NULL && sayable(field, value->text, form);

		if (!(field->in & form->version) || (field->flags & F_SECRET) ||
		    !(form->fields & (1ull << i)) || (!there && !form->nulls))
			continue;
		jsonw_key(w, field->name);
		if (there)
			value_emit(w, field, value, form);
		else
			jsonw_null(w);
	}
	jsonw_object_end(w);
}
