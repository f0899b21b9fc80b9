/*
 * select.c - field selection and order.
 */
#include "server/query/select.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

const struct field *visible_field(const struct field *fields, const char *name, size_t length,
				  unsigned version, bool case_sensitive)
{
	for (const struct field *field = fields; field->name; field++)
		if (strlen(field->name) == length && (field->in & version) &&
		    !(field->flags & (F_SECRET | F_INTERNAL)) &&
		    (case_sensitive ? strncmp(field->name, name, length)
				    : strncasecmp(field->name, name, length)) == 0)
			return field;
	return NULL;
}

enum selection fields_parse(const char *text, const struct entity *entity, unsigned version,
			    uint64_t *bits, char wrong[static 64])
{
	enum selection result = SELECTION_BLANK;

	*bits = 0;
	while (*(text += strspn(text, ", "))) {
		size_t length = strcspn(text, ", ");
		const struct field *field = visible_field(entity->fields, text, length, version,
							  false);

		if (field) {
			*bits |= 1ull << (field - entity->fields);
			result = result == SELECTION_BLANK ? SELECTION_GOOD : result;
		} else if (result != SELECTION_UNKNOWN) {
			snprintf(wrong, 64, "%.*s", (int)(length < 60 ? length : 60), text);
			utf8_scrub(wrong);
			result = SELECTION_UNKNOWN;
		}
		text += length;
	}
	return result;
}

bool sort_parse(const char *text, const struct entity *entity, unsigned version,
		struct order *order)
{
	size_t length = strcspn(text, ".");
	const struct field *field = visible_field(entity->fields, text, length, version, false);

	if (!field)
		return false;
	switch (field->type) {
	case T_REF:
		if (text[length] && strcasecmp(text + length, ".sourcedId") != 0)
			return false;
		break;
	case T_REFS:
	case T_TEXTS:
	case T_OBJECTS:
	case T_MAP:
		return false;
	case T_ID:
	case T_TEXT:
	case T_URI:
	case T_ENUM:
	case T_NUMBER:
	case T_BOOL:
	case T_DATE:
	case T_TIME:
		if (text[length])
			return false;
	}
	order->field = field;
	return true;
}

bool order_parse(const char *text, struct order *order)
{
	order->descending = strcasecmp(text, "desc") == 0;
	return order->descending || strcasecmp(text, "asc") == 0;
}

bool query_once(const struct pairs *query, const char *name, const char **value, struct err *err)
{
	*value = NULL;
	for (size_t i = 0; i < query->count; i++) {
		if (strcmp(query->items[i].name, name) != 0)
			continue;
		if (*value)
			return err_at(err, ERR_INVALID, name, "%s stands twice in the query", name);
		*value = query->items[i].value;
	}
	return true;
}
