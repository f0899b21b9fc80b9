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

/* What stands in a string as it is. */
static bool is_plain(unsigned char c)
{
	return c >= ' ' && c != '"' && c != '\\' && c != 0x7f;
}

/* Eight bytes at once: false where one of them is not plain, and for some others. */
static bool are_plain(const char *text)
{
	const uint64_t ones = UINT64_C(0x0101010101010101), highs = ones << 7;
	uint64_t word, quote, backslash, del;

	memcpy(&word, text, sizeof word);
	quote = word ^ (ones * '"');
	backslash = word ^ (ones * '\\');
	del = word ^ (ones * 0x7f);
	return !(((word - ones * ' ') | (quote - ones) | (backslash - ones) | (del - ones) | word) &
		 highs);
}

/* How many bytes from @text on are plain. */
static size_t plain_run(const char *text, size_t length)
{
	size_t i = 0;

	for (;;) {
		while (i + 8 <= length && are_plain(text + i))
			i += 8;
		for (size_t end = i + 8; i < end; i++)
			if (i == length || !is_plain((unsigned char)text[i]))
				return i;
	}
}

static void escape(struct str *out, unsigned char c)
{
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

static void inside(struct str *out, const char *text, size_t length)
{
	for (size_t i = 0; i < length;) {
		size_t run = plain_run(text + i, length - i);

		str_add_bytes(out, text + i, run);
		i += run;
		if (i < length)
			escape(out, (unsigned char)text[i++]);
	}
}

/* Most texts have nothing that needs an escape: they are copied at once. */
static void quoted(struct str *out, const char *text, size_t length)
{
	char *at;

	if (plain_run(text, length) < length) {
		str_add_char(out, '"');
		inside(out, text, length);
		str_add_char(out, '"');
		return;
	}
	at = str_extend(out, length + 2);
	if (!at)
		return;
	at[0] = '"';
	memcpy(at + 1, text, length);
	at[length + 1] = '"';
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

void jsonw_texts(struct jsonw *w, const char *const *parts, size_t count)
{
	separate(w);
	str_add_char(w->out, '"');
	for (size_t i = 0; i < count; i++)
		inside(w->out, parts[i], strlen(parts[i]));
	str_add_char(w->out, '"');
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

/* Writes @whole, of it the last @decimals digits behind a point. */
static void put_fixed(char *out, bool negative, uint64_t whole, int decimals)
{
	char digits[24];
	int count = 0;

	do {
		digits[count++] = (char)('0' + whole % 10);
		whole /= 10;
	} while (whole || count <= decimals);
	if (negative)
		*out++ = '-';
	while (count-- > 0) {
		*out++ = digits[count];
		if (count == decimals && decimals)
			*out++ = '.';
	}
	*out = '\0';
}

/* 95.5, 0.125: a whole number of thousandths, so few digits that it is the one decimal which
 * both "%.15g" prints and strtod() reads back. */
static bool format_thousandths(double value, char out[static NUMBER_TEXT])
{
	double thousandths = round(fabs(value) * 1000);
	uint64_t whole = (uint64_t)thousandths;
	int decimals = 3;

	if (thousandths / 1000 != fabs(value))
		return false;
	for (; decimals > 1 && whole % 10 == 0; whole /= 10)
		decimals--;
	put_fixed(out, value < 0, whole, decimals);
	return true;
}

void number_format(double value, char out[static NUMBER_TEXT])
{
	if (fabs(value) < 1e15 && value == floor(value)) {
		put_fixed(out, value < 0, (uint64_t)fabs(value), 0);
		return;
	}
	if (fabs(value) < 1e9 && format_thousandths(value, out))
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
