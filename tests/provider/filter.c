/*
 * filter.c - the filter grammar (1.1 fact sheet 8.3): one or two predicates, joined by AND
 * or OR, over what the version shows.
 */
#include "tests/provider/internal.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/when.h"

#define PREDICATES 2
#define NAME_MOST 80

enum op { OP_NE, OP_GE, OP_LE, OP_EQ, OP_GT, OP_LT, OP_HAS };

/* The longer ones come first. */
static const char *const op_names[] = { "!=", ">=", "<=", "=", ">", "<", "~" };

struct predicate {
	char name[NAME_MOST];
	enum op op;
	char *value;
	struct leaf leaf;
	bool ignored; /* a fault: always true */
};

struct filter {
	struct predicate items[PREDICATES];
	size_t count;
	bool any; /* OR */
};

static const char *skip_blanks(const char *text)
{
	while (*text == ' ')
		text++;
	return text;
}

/* A quoted value; a doubled quote is one. NULL when it does not end. */
static const char *read_value(struct exchange *e, const char *text, char **value)
{
	struct str out = STR_INIT;

	if (*text != '\'')
		return NULL;
	for (text++; *text; text++) {
		if (*text == '\'' && text[1] != '\'')
			break;
		if (vendor_behaves(e, "quoted-and-splits") && starts_with(text, " AND "))
			break;
		if (*text == '\'')
			text++;
		str_add_char(&out, *text);
	}
	*value = arena_dup(&e->arena, str_text(&out));
	str_release(&out);
	return *text == '\'' ? text + 1 : NULL;
}

static const char *read_op(const char *text, enum op *op)
{
	for (size_t i = 0; i < ARRAY_SIZE(op_names); i++)
		if (starts_with(text, op_names[i])) {
			*op = (enum op)i;
			return text + strlen(op_names[i]);
		}
	return NULL;
}

static const char *read_predicate(struct exchange *e, const char *text, struct predicate *out)
{
	size_t length;

	text = skip_blanks(text);
	length = strcspn(text, " !=<>~'");
	if (!length || length >= sizeof out->name)
		return NULL;
	snprintf(out->name, sizeof out->name, "%.*s", (int)length, text);
	text = read_op(skip_blanks(text + length), &out->op);
	return text ? read_value(e, skip_blanks(text), &out->value) : NULL;
}

/* Where the next predicate begins; NULL when no logical operator stands there. */
static const char *read_logical(const char *text, bool *any)
{
	static const char *const words[] = { "AND", "OR" };

	if (*text != ' ')
		return NULL;
	text = skip_blanks(text);
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		size_t length = strlen(words[i]);

		if (strncasecmp(text, words[i], length) == 0 && text[length] == ' ') {
			*any = i == 1;
			return text + length;
		}
	}
	return NULL;
}

static bool parse(struct exchange *e, const char *text, struct filter *filter)
{
	const char *at = text;

	while (filter->count < PREDICATES) {
		at = read_predicate(e, at, &filter->items[filter->count]);
		if (!at)
			break;
		filter->count++;
		if (!*skip_blanks(at))
			return true;
		at = filter->count < PREDICATES ? read_logical(at, &filter->any) : NULL;
		if (!at)
			break;
	}
	vendor_refuse(
		e, BAD_FILTER,
		"filter: %.200s: expected field, operator and 'value', at most twice, with AND or "
		"OR between them",
		text);
	return false;
}

/* The field must be known, and the value one that it can be compared with. */
static bool understand(struct exchange *e, enum entity_id entity, struct predicate *predicate)
{
	int64_t when;
	double number;
	bool known = vendor_leaf_find(entity, e->version, predicate->name, &predicate->leaf);
	enum kind kind = predicate->leaf.kind;

	if ((vendor_behaves(e, "no-dotted-filter") && strchr(predicate->name, '.')) ||
	    (vendor_behaves(e, "no-metadata-filter") &&
	     starts_with(predicate->name, "metadata.")) ||
	    (vendor_behaves(e, "filter-refused") &&
	     strcmp(vendor_behaviour_text(e), predicate->name) == 0))
		known = false;
	predicate->ignored = (!known && vendor_behaves(e, "unknown-filter-ignored")) ||
			     (vendor_behaves(e, "op-ignored") &&
			      strcmp(vendor_behaviour_text(e), op_names[predicate->op]) == 0) ||
			     (vendor_behaves(e, "filter-ignored") &&
			      strcmp(vendor_behaviour_text(e), predicate->name) == 0);
	if (predicate->ignored)
		return true;
	if (!known)
		vendor_refuse(e, BAD_FILTER, "%s", predicate->name);
	else if (vendor_behaves(e, "op-refused") &&
		 strcmp(vendor_behaviour_text(e), op_names[predicate->op]) == 0)
		vendor_refuse(e, BAD_FILTER, "filter: no operator %s", op_names[predicate->op]);
	else if ((kind == DATE || kind == TIME) && predicate->op != OP_HAS &&
		 !when_parse(predicate->value, &when, NULL))
		vendor_refuse(e, BAD_FILTER, "%s: '%.60s' is no date", predicate->name,
			      predicate->value);
	else if (kind == NUMBER && predicate->op != OP_HAS &&
		 !decimal_parse(predicate->value, &number))
		vendor_refuse(e, BAD_FILTER, "%s: '%.60s' is no number", predicate->name,
			      predicate->value);
	return e->status < 400;
}

void vendor_values_at(json_t *value, const char *path, json_t *out)
{
	size_t length = strcspn(path, "."), i;
	json_t *item;
	char *name;

	if (json_is_array(value)) {
		json_array_foreach (value, i, item)
			vendor_values_at(item, path, out);
	} else if (!*path) {
		if (value)
			json_array_append(out, value);
	} else {
		name = xstrndup(path, length);
		vendor_values_at(json_object_get(value, name),
				 path + length + (path[length] == '.'), out);
		free(name);
	}
}

/* A value as text; numbers as they are written. Returns (free). */
static char *text_value(const json_t *value)
{
	if (json_is_string(value))
		return xstrdup(json_string_value(value));
	return json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(15));
}

static int sign(double difference)
{
	return (difference > 0) - (difference < 0);
}

int vendor_compare_values(enum kind kind, const json_t *a, const json_t *b)
{
	char *x, *y;
	int64_t m, n;
	double p, q;
	int order;

	x = text_value(a);
	y = text_value(b);
	if ((kind == DATE || kind == TIME) && when_parse(x, &m, NULL) && when_parse(y, &n, NULL))
		order = (m > n) - (m < n);
	else if ((kind == NUMBER || json_is_number(a)) && decimal_parse(x, &p) &&
		 decimal_parse(y, &q))
		order = sign(p - q);
	else
		order = strcmp(x, y);
	free(x);
	free(y);
	return order;
}

/* Equal texts may differ in case; sourcedIds, dates and numbers may not. */
static bool equals(enum kind kind, const json_t *value, const char *wanted)
{
	json_t *other = json_string(wanted);
	bool same = vendor_compare_values(kind, value, other) == 0;

	json_decref(other);
	if (kind == ID || kind == DATE || kind == TIME || !json_is_string(value))
		return same;
	return same || strcasecmp(json_string_value(value), wanted) == 0;
}

static bool contains(const json_t *value, const char *wanted)
{
	char *text = text_value(value);
	bool found = strcasestr(text, wanted) != NULL;

	free(text);
	return found;
}

static bool any_equals(enum kind kind, const json_t *values, const char *wanted)
{
	const json_t *value;
	size_t i;

	json_array_foreach (values, i, value)
		if (equals(kind, value, wanted))
			return true;
	return false;
}

/* Each (or any) of a list 'a,b' among the values. */
static bool list_holds(enum kind kind, const json_t *values, const char *list, bool any)
{
	for (;;) {
		size_t length = strcspn(list, ",");
		char *wanted = xstrndup(list, length);
		bool found = any_equals(kind, values, wanted);

		free(wanted);
		if (found == any)
			return any;
		if (!list[length])
			return !any;
		list += length + 1;
	}
}

static bool ordered(const struct predicate *predicate, const json_t *values)
{
	json_t *wanted = json_string(predicate->value), *value;
	bool holds = false;
	size_t i;

	json_array_foreach (values, i, value) {
		int order = vendor_compare_values(predicate->leaf.kind, value, wanted);

		holds = holds || (predicate->op == OP_GT && order > 0) ||
			(predicate->op == OP_GE && order >= 0) ||
			(predicate->op == OP_LT && order < 0) ||
			(predicate->op == OP_LE && order <= 0);
	}
	json_decref(wanted);
	return holds;
}

static bool equal_predicate(const struct exchange *e, const struct predicate *predicate,
			    const json_t *values)
{
	enum kind kind = predicate->leaf.kind;

	if (!json_array_size(values))
		return false;
	if (predicate->leaf.many && !any_equals(kind, values, predicate->value))
		return list_holds(kind, values, predicate->value, vendor_behaves(e, "list-is-any"));
	return any_equals(kind, values, predicate->value);
}

static bool has_predicate(const struct exchange *e, const struct predicate *predicate,
			  const json_t *values)
{
	const json_t *value;
	size_t i;

	if (predicate->leaf.many)
		return json_array_size(values) &&
		       list_holds(predicate->leaf.kind, values, predicate->value,
				  !vendor_behaves(e, "list-is-all"));
	json_array_foreach (values, i, value)
		if (contains(value, predicate->value))
			return true;
	return false;
}

/* Nothing is unequal to everything, and fits nothing else. */
static bool holds(const struct exchange *e, struct predicate predicate, json_t *object)
{
	json_t *values;
	bool good;

	if (predicate.ignored)
		return true;
	if (vendor_behaves(e, "dates-are-texts") && predicate.leaf.kind == TIME)
		predicate.leaf.kind = ID;
	values = json_array();
	vendor_values_at(object, predicate.leaf.path, values);
	if (predicate.op == OP_EQ)
		good = equal_predicate(e, &predicate, values);
	else if (predicate.op == OP_NE)
		good = !equal_predicate(e, &predicate, values);
	else if (predicate.op == OP_HAS)
		good = has_predicate(e, &predicate, values);
	else
		good = ordered(&predicate, values);
	json_decref(values);
	return good;
}

static bool fits(const struct exchange *e, const struct filter *filter, json_t *object)
{
	bool any = filter->any, first = holds(e, filter->items[0], object);

	if (filter->count == 1 || vendor_behaves(e, "second-ignored"))
		return first;
	if (vendor_behaves(e, "and-is-or"))
		any = true;
	if (vendor_behaves(e, "or-is-and"))
		any = false;
	return any ? first || holds(e, filter->items[1], object)
		   : first && holds(e, filter->items[1], object);
}

bool vendor_apply_filter(struct exchange *e, enum entity_id entity, const char *text, json_t *items)
{
	struct filter filter = { .count = 0 };

	if (vendor_behaves(e, "no-filter"))
		return true;
	if (!parse(e, text, &filter))
		return false;
	for (size_t i = 0; i < filter.count; i++)
		if (!understand(e, entity, &filter.items[i]))
			return false;
	for (size_t i = json_array_size(items); i-- > 0;)
		if (!fits(e, &filter, json_array_get(items, i)))
			json_array_remove(items, i);
	return true;
}
