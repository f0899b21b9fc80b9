/*
 * jsonw.c - a streaming JSON writer.
 */
#include "base/jsonw.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void jsonw_init(struct jsonw *w, struct str *out, int indent)
{
	*w = (struct jsonw){ .out = out, .indent = indent };
}

static void line_break(struct jsonw *w)
{
	if (!w->indent)
		return;
	str_add_char(w->out, '\n');
	for (int i = 0; i < w->depth * w->indent; i++)
		str_add_char(w->out, ' ');
}

/* What has to stand before the next value or key. */
static void separate(struct jsonw *w)
{
	if (w->after_key) {
		w->after_key = false;
		return;
	}
	if (w->depth == 0)
		return;
	if (w->filled[w->depth - 1])
		str_add_char(w->out, ',');
	w->filled[w->depth - 1] = true;
	line_break(w);
}

static void open(struct jsonw *w, char bracket)
{
	separate(w);
	str_add_char(w->out, bracket);
	if (w->depth == JSONW_DEPTH)
		BUG("JSON deeper than %d", JSONW_DEPTH);
	w->filled[w->depth++] = false;
}

static void close(struct jsonw *w, char bracket)
{
	bool filled = w->filled[--w->depth];

	if (filled)
		line_break(w);
	str_add_char(w->out, bracket);
}

void jsonw_object(struct jsonw *w)
{
	open(w, '{');
}

void jsonw_object_end(struct jsonw *w)
{
	close(w, '}');
}

void jsonw_array(struct jsonw *w)
{
	open(w, '[');
}

void jsonw_array_end(struct jsonw *w)
{
	close(w, ']');
}

static void quoted(struct str *out, const char *text, size_t length)
{
	size_t start = 0;

	str_add_char(out, '"');
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c >= ' ' && c != '"' && c != '\\' && c != 0x7f)
			continue;
		str_add_bytes(out, text + start, i - start);
		start = i + 1;
		if (c == '"' || c == '\\')
			str_format(out, "\\%c", c);
		else if (c == '\n')
			str_add(out, "\\n");
		else if (c == '\t')
			str_add(out, "\\t");
		else if (c == '\r')
			str_add(out, "\\r");
		else
			str_format(out, "\\u%04x", c);
	}
	str_add_bytes(out, text + start, length - start);
	str_add_char(out, '"');
}

void jsonw_key(struct jsonw *w, const char *key)
{
	separate(w);
	quoted(w->out, key, strlen(key));
	str_add_char(w->out, ':');
	if (w->indent)
		str_add_char(w->out, ' ');
	w->after_key = true;
}

void jsonw_text_n(struct jsonw *w, const char *text, size_t length)
{
	separate(w);
	quoted(w->out, text, length);
}

void jsonw_text(struct jsonw *w, const char *text)
{
	if (text)
		jsonw_text_n(w, text, strlen(text));
	else
		jsonw_null(w);
}

void jsonw_int(struct jsonw *w, int64_t value)
{
	separate(w);
	str_format(w->out, "%lld", (long long)value);
}

static char *put_int(char *out, long long value)
{
	char digits[24];
	int count = 0;

	do {
		digits[count++] = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	while (count)
		*out++ = digits[--count];
	return out;
}

/* Scores mostly have a few decimals; printf would take ten times as long for them. A number
 * that is one with at most fifteen digits divided by a power of ten is written so by %.15g. */
static bool format_decimals(double value, char out[static NUMBER_TEXT])
{
	static const struct {
		double factor;
		long long whole;
	} scales[] = { { 10, 10 }, { 100, 100 }, { 1000, 1000 }, { 10000, 10000 } };

	if (!(fabs(value) < 1e9) || fabs(value) < 1e-4)
		return false;
	for (int i = 0; i < 4; i++) {
		long long scaled = llround(value * scales[i].factor);
		long long part = llabs(scaled) % scales[i].whole;
		char *at = out;

		if ((double)scaled / scales[i].factor != value)
			continue;
		if (value < 0)
			*at++ = '-';
		at = put_int(at, llabs(scaled) / scales[i].whole);
		*at++ = '.';
		for (int digit = i; digit >= 0; digit--, part /= 10)
			at[digit] = (char)('0' + part % 10);
		at[i + 1] = '\0';
		return true;
	}
	return false;
}

void number_format(double value, char out[static NUMBER_TEXT])
{
	if (fabs(value) < 1e15 && value == floor(value)) {
		if (value < 0)
			*out++ = '-';
		*put_int(out, llabs((long long)value)) = '\0';
		return;
	}
	if (format_decimals(value, out))
		return;
	snprintf(out, NUMBER_TEXT, "%.15g", value);
	if (strtod(out, NULL) != value)
		snprintf(out, NUMBER_TEXT, "%.17g", value);
}

void jsonw_number(struct jsonw *w, double value)
{
	char text[NUMBER_TEXT];

	if (!isfinite(value))
		BUG("a number that JSON cannot write");
	number_format(value, text);
	separate(w);
	str_add(w->out, text);
}

void jsonw_bool(struct jsonw *w, bool value)
{
	separate(w);
	str_add(w->out, value ? "true" : "false");
}

void jsonw_null(struct jsonw *w)
{
	separate(w);
	str_add(w->out, "null");
}

void jsonw_raw(struct jsonw *w, const char *json, size_t length)
{
	separate(w);
	str_add_bytes(w->out, json, length);
}

void jsonw_value(struct jsonw *w, const json_t *value)
{
	const char *key;
	const json_t *member;
	size_t i;

	switch (value ? json_typeof(value) : JSON_NULL) {
	case JSON_OBJECT:
		jsonw_object(w);
		json_object_foreach ((json_t *)(uintptr_t)value, key, member) {
			jsonw_key(w, key);
			jsonw_value(w, member);
		}
		jsonw_object_end(w);
		break;
	case JSON_ARRAY:
		jsonw_array(w);
		json_array_foreach (value, i, member)
			jsonw_value(w, member);
		jsonw_array_end(w);
		break;
	case JSON_STRING:
		jsonw_text_n(w, json_string_value(value), json_string_length(value));
		break;
	case JSON_INTEGER:
		jsonw_int(w, json_integer_value(value));
		break;
	case JSON_REAL:
		jsonw_number(w, json_real_value(value));
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		jsonw_bool(w, json_is_true(value));
		break;
	case JSON_NULL:
		jsonw_null(w);
		break;
	}
}

void jsonw_key_text(struct jsonw *w, const char *key, const char *text)
{
	jsonw_key(w, key);
	jsonw_text(w, text);
}

void jsonw_key_int(struct jsonw *w, const char *key, int64_t value)
{
	jsonw_key(w, key);
	jsonw_int(w, value);
}
