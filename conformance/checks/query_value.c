/*
 * query_value.c - predicates and orders of values.
 */
#include "conformance/checks/query.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/jsonx.h"
#include "base/when.h"

#define NAME "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._*"

static const char *read_predicate(struct predicate *out, const char *text)
{
	static const char *const operators[] = { "!=", ">=", "<=", "=", ">", "<", "~" };
	size_t length = strspn(text, NAME);
	const char *at = text + length;

	out->field = xstrndup(text, length);
	for (size_t i = 0; i < ARRAY_SIZE(operators) && !*out->operator; i++)
		if (starts_with(at, operators[i])) {
			snprintf(out->operator, sizeof out->operator, "%s", operators[i]);
			at += strlen(operators[i]);
		}
	if (!length || !*out->operator|| * at != '\'' || !strchr(at + 1, '\''))
		BUG("a filter of ours is wrong: %s", text);
	length = strcspn(at + 1, "'");
	out->value = xstrndup(at + 1, length);
	return at + 1 + length + 1;
}

void condition_parse(struct condition *condition, const char *text)
{
	size_t length;

	*condition = (struct condition){ .count = 1 };
	text = read_predicate(&condition->items[0], text);
	if (!*text)
		return;
	length = 1 + strcspn(text + 1, " ") + 1;
	condition->blank = xstrndup(text, length);
	condition->either = strncasecmp(text, " or ", 4) == 0;
	condition->count = 2;
	if (*read_predicate(&condition->items[1], text + length))
		BUG("a filter of ours has more than two predicates");
}

void condition_release(struct condition *condition)
{
	for (size_t i = 0; i < condition->count; i++) {
		free(condition->items[i].field);
		free(condition->items[i].value);
	}
	free(condition->blank);
	*condition = (struct condition){ .count = 0 };
}

char *condition_text(const struct condition *condition)
{
	struct str out = STR_INIT;

	for (size_t i = 0; i < condition->count; i++) {
		const struct predicate *predicate = &condition->items[i];

		str_format(&out, "%s%s%s'", i ? condition->blank : "", predicate->field,
			   predicate->operator);
		for (const char *c = predicate->value; *c; c++)
			str_add(&out, *c == '\'' ? "''" : (char[]){ *c, '\0' });
		str_add_char(&out, '\'');
	}
	return str_take(&out, NULL);
}

static enum fits by_sign(const char *operator, int order)
{
	bool good = strcmp(operator, "=") == 0    ? order == 0
		    : strcmp(operator, "!=") == 0 ? order != 0
		    : strcmp(operator, ">") == 0  ? order > 0
		    : strcmp(operator, ">=") == 0 ? order >= 0
		    : strcmp(operator, "<") == 0  ? order < 0
						  : order <= 0;

	return good ? YES : NO;
}

static enum fits agreed(enum fits a, enum fits b)
{
	return a == b ? a : MAYBE;
}

static bool is_instant(const char *text, int64_t *out)
{
	return strlen(text) >= 10 && text[4] == '-' && when_parse(text, out, NULL);
}

static int sign(double difference)
{
	return difference < 0 ? -1 : difference > 0;
}

int query_order_exact(const json_t *a, const json_t *b)
{
	const char *x = json_string_value(a), *y = json_string_value(b);
	int64_t from, to;
	int order;

	if (json_is_number(a) && json_is_number(b))
		return sign(json_number_value(a) - json_number_value(b));
	if (!x || !y)
		return 0;
	if (is_instant(x, &from) && is_instant(y, &to))
		return from < to ? -1 : from > to;
	order = strcmp(x, y);
	return order < 0 ? -1 : order > 0;
}

/* Sure where the first difference is between two letters or digits of ASCII that stand alike in
 * upper and lower case. */
int query_order(const json_t *a, const json_t *b, bool *sure)
{
	const char *x = json_string_value(a), *y = json_string_value(b);
	int order = query_order_exact(a, b);
	int64_t ignored;

	*sure = true;
	if (!x || !y || is_instant(x, &ignored))
		return order;
	while (*x && *x == *y)
		x++, y++;
	if (*x && *y)
		*sure = isascii((unsigned char)*x) && isascii((unsigned char)*y) &&
			isalnum((unsigned char)*x) && isalnum((unsigned char)*y) &&
			(tolower((unsigned char)*x) < tolower((unsigned char)*y)) == (order < 0) &&
			tolower((unsigned char)*x) != tolower((unsigned char)*y);
	return order;
}

/* Which of two texts is the first is sure only where all readings agree. */
static enum fits order_fits(const char *found, const char *operator, const char * wanted)
{
	json_t *a = json_string(found), *b = json_string(wanted);
	bool sure;
	int order = query_order(a, b, &sure);

	json_decref(a);
	json_decref(b);
	return sure ? by_sign(operator, order) : MAYBE;
}

static enum fits text_fits(const char *found, const char *operator, const char * wanted)
{
	int64_t a, b;

	if (*operator== '~')
		return agreed(strstr(found, wanted) ? YES : NO,
			      strcasestr(found, wanted) ? YES : NO);
	if (is_instant(found, &a) && is_instant(wanted, &b))
		return by_sign(operator, a<b ? -1 : a> b);
	if (*operator== '<' || * operator== '>')
		return order_fits(found, operator, wanted);
	return agreed(by_sign(operator, strcmp(found, wanted)),
		      by_sign(operator, strcasecmp(found, wanted)));
}

static enum fits value_fits(const json_t *value, const char *operator, const char * wanted)
{
	char *text = collect_text(value);
	enum fits fits = NO;
	double number;

	if (json_is_number(value) && decimal_parse(wanted, &number))
		fits = by_sign(operator, sign(json_number_value(value) - number));
	else if (text)
		fits = text_fits(text, operator, wanted);
	free(text);
	return fits;
}

/* Whether any of the values is @wanted (@length bytes of it). */
static enum fits any_is(const json_t *values, const char *wanted, size_t length)
{
	char *one = xstrndup(wanted, length);
	enum fits best = NO, fits;
	const json_t *value;
	size_t i;

	json_array_foreach (values, i, value) {
		fits = value_fits(value, "=", one);
		best = fits > best ? fits : best;
	}
	free(one);
	return best;
}

/* "=": all of the listed values; "~": any of them (fact sheet 1.1, 8.3). */
static enum fits many_fit(const json_t *values, const char *operator, const char * wanted)
{
	bool all = *operator== '=';
	enum fits result = all ? YES : NO;

	if (!all && *operator!= '~')
		return MAYBE;
	for (const char *at = wanted; *at; at += *at == ',') {
		size_t length = strcspn(at, ",");
		enum fits fits = any_is(values, at, length);

		result = all ? (fits < result ? fits : result) : (fits > result ? fits : result);
		at += length;
	}
	return result;
}

static enum fits predicate_fits(const struct predicate *predicate, const json_t *object)
{
	bool many;
	json_t *values = collect_values(object, predicate->field, &many);
	enum fits fits;

	if (many)
		fits = many_fit(values, predicate->operator, predicate->value);
	else if (json_array_size(values))
		fits = value_fits(json_array_get(values, 0), predicate->operator, predicate->value);
	else /* absent: the comparison is false; of != the text says nothing */
		fits = *predicate->operator== '!' ? MAYBE : NO;
	json_decref(values);
	return fits;
}

enum fits condition_fits(const struct condition *condition, const json_t *object)
{
	enum fits a = predicate_fits(&condition->items[0], object), b;

	if (condition->count == 1)
		return a;
	b = predicate_fits(&condition->items[1], object);
	if (condition->either)
		return a > b ? a : b;
	return a < b ? a : b;
}
