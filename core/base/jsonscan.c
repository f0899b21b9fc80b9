/*
 * jsonscan.c - the members of a JSON object where they stand in a text.
 */
#include "base/jsonscan.h"

#include <string.h>

#include "base/jsonx.h"

#define KEYS_MOST 64   /* of an object whose keys are compared with one another */
#define DIGITS_MOST 17 /* of a number that is sure to fit */

struct scan {
	const char *text;
	size_t length, at;
	int depth;
};

static enum jsonscan scan_value(struct scan *scan, jsonscan_fn *see, void *payload);

static bool is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The next byte that is no blank, not taken; '\0' at the end, which no JSON holds. */
static char peek(struct scan *scan)
{
	while (scan->at < scan->length && is_blank(scan->text[scan->at]))
		scan->at++;
	return scan->at < scan->length ? scan->text[scan->at] : '\0';
}

static enum jsonscan unless_cut(const struct scan *scan)
{
	return scan->at < scan->length ? JSONSCAN_UNSURE : JSONSCAN_MORE;
}

static bool is_hex(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* \uXXXX: U+0000 is refused and surrogates come in pairs, so both are left to others. */
static bool is_plain_escape(const char *digits)
{
	for (int i = 0; i < 4; i++)
		if (!is_hex(digits[i]))
			return false;
	return memcmp(digits, "0000", 4) != 0 && digits[0] != 'd' && digits[0] != 'D';
}

/* Moves behind the escape at scan->at, a backslash. */
static enum jsonscan scan_escape(struct scan *scan)
{
	const char *at = scan->text + scan->at + 1;
	size_t left = scan->length - scan->at - 1;

	if (left == 0 || (*at == 'u' && left < 5))
		return JSONSCAN_MORE;
	if (*at == 'u' && !is_plain_escape(at + 1))
		return JSONSCAN_UNSURE;
	if (*at != 'u' && (*at == '\0' || !strchr("\"\\/bfnrt", *at)))
		return JSONSCAN_UNSURE;
	scan->at += *at == 'u' ? 6 : 2;
	return JSONSCAN_DONE;
}

/* Moves over what needs no look; the bytes of it, or-ed together. */
static unsigned char scan_plain(struct scan *scan)
{
	const unsigned char *text = (const unsigned char *)scan->text;
	unsigned char all = 0;

	for (; scan->at < scan->length; scan->at++) {
		unsigned char c = text[scan->at];

		if (c == '"' || c == '\\' || c < 0x20)
			break;
		all |= c;
	}
	return all;
}

/* A string; @content, if given, is NULL when it holds escapes. */
static enum jsonscan scan_string(struct scan *scan, struct jsonslice *content)
{
	size_t from = ++scan->at;
	unsigned char all = scan_plain(scan);
	bool escaped = false;

	while (scan->at < scan->length && scan->text[scan->at] != '"') {
		enum jsonscan what = scan->text[scan->at] == '\\' ? scan_escape(scan)
								  : JSONSCAN_UNSURE;

		if (what != JSONSCAN_DONE)
			return what;
		escaped = true;
		all |= scan_plain(scan);
	}
	if (scan->at >= scan->length)
		return JSONSCAN_MORE;
	if (all >= 0x80 && !utf8_valid(scan->text + from, scan->at - from, NULL))
		return JSONSCAN_UNSURE;
	if (content)
		*content = (struct jsonslice){ escaped ? NULL : scan->text + from,
					       scan->at - from };
	scan->at++;
	return JSONSCAN_DONE;
}

static size_t scan_digits(struct scan *scan)
{
	size_t from = scan->at;

	while (scan->at < scan->length && is_digit(scan->text[scan->at]))
		scan->at++;
	return scan->at - from;
}

static bool takes(struct scan *scan, char c)
{
	if (scan->at >= scan->length || scan->text[scan->at] != c)
		return false;
	scan->at++;
	return true;
}

/* Behind blanks. */
static bool takes_next(struct scan *scan, char c)
{
	(void)peek(scan);
	return takes(scan, c);
}

/* No exponents, no leading zeros, nothing long. */
static enum jsonscan scan_number(struct scan *scan)
{
	size_t from, digits;
	bool zero;

	(void)takes(scan, '-');
	from = scan->at;
	digits = scan_digits(scan);
	zero = digits > 1 && scan->text[from] == '0';
	if (digits && takes(scan, '.')) {
		size_t decimals = scan_digits(scan);

		digits = decimals ? digits + decimals : 0;
	}
	if (scan->at >= scan->length)
		return JSONSCAN_MORE;
	if (digits == 0 || digits > DIGITS_MOST || zero || strchr("eE+-.", scan->text[scan->at]))
		return JSONSCAN_UNSURE;
	return JSONSCAN_DONE;
}

static enum jsonscan scan_word(struct scan *scan)
{
	static const char *const words[] = { "null", "false", "true" };
	size_t left = scan->length - scan->at;

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		size_t length = strlen(words[i]);

		if (scan->text[scan->at] != *words[i])
			continue;
		if (left < length + 1)
			return JSONSCAN_MORE;
		if (memcmp(scan->text + scan->at, words[i], length) != 0 ||
		    !strchr(",]} \t\r\n", scan->text[scan->at + length]))
			return JSONSCAN_UNSURE;
		scan->at += length;
		return JSONSCAN_DONE;
	}
	return JSONSCAN_UNSURE;
}

static bool is_among(const struct jsonslice *keys, size_t count, const struct jsonslice *key)
{
	for (size_t i = 0; i < count; i++)
		if (keys[i].length == key->length && *keys[i].text == *key->text &&
		    memcmp(keys[i].text, key->text, key->length) == 0)
			return true;
	return false;
}

static enum jsonscan scan_member(struct scan *scan, struct jsonslice *keys, size_t *count,
				 jsonscan_fn *see, void *payload)
{
	struct jsonslice key, value;
	enum jsonscan what;

	if (peek(scan) != '"')
		return unless_cut(scan);
	what = scan_string(scan, &key);
	if (what != JSONSCAN_DONE)
		return what;
	if (!key.text || *count == KEYS_MOST || is_among(keys, *count, &key))
		return JSONSCAN_UNSURE;
	keys[(*count)++] = key;
	if (peek(scan) != ':')
		return unless_cut(scan);
	scan->at++;
	(void)peek(scan);
	value.text = scan->text + scan->at;
	what = scan_value(scan, NULL, NULL);
	if (what != JSONSCAN_DONE)
		return what;
	value.length = (size_t)(scan->text + scan->at - value.text);
	if (see)
		see(&key, &value, payload);
	return JSONSCAN_DONE;
}

/* What stands between the bracket at scan->at and the one that closes it, @end. */
static enum jsonscan scan_parts(struct scan *scan, char end, jsonscan_fn *see, void *payload)
{
	struct jsonslice keys[KEYS_MOST];
	size_t count = 0;
	enum jsonscan what = JSONSCAN_DONE;
	char c = ',';

	scan->at++;
	if (takes_next(scan, end))
		return JSONSCAN_DONE;
	while (c == ',') {
		what = end == '}' ? scan_member(scan, keys, &count, see, payload)
				  : scan_value(scan, NULL, NULL);
		if (what != JSONSCAN_DONE)
			return what;
		c = peek(scan);
		if (c != ',' && c != end)
			return unless_cut(scan);
		scan->at++;
	}
	return JSONSCAN_DONE;
}

static enum jsonscan scan_value(struct scan *scan, jsonscan_fn *see, void *payload)
{
	char c = peek(scan);
	enum jsonscan what;

	if (scan->at >= scan->length)
		return JSONSCAN_MORE;
	if (c == '"')
		return scan_string(scan, NULL);
	if (c == '-' || is_digit(c))
		return scan_number(scan);
	if (c != '{' && c != '[')
		return scan_word(scan);
	if (++scan->depth >= JSONX_DEPTH)
		return JSONSCAN_UNSURE;
	what = scan_parts(scan, c == '{' ? '}' : ']', see, payload);
	scan->depth--;
	return what;
}

enum jsonscan jsonscan_value(const char *text, size_t length, size_t *used, jsonscan_fn *see,
			     void *payload)
{
	struct scan scan = { text, length, 0, 0 };
	enum jsonscan what = scan_value(&scan, see, payload);

	*used = scan.at;
	return what;
}

bool jsonscan_only(const char *text, size_t length, const char *key, jsonscan_fn *see,
		   void *payload)
{
	struct scan scan = { text, length, 0, 1 };
	struct jsonslice found;

	if (!takes_next(&scan, '{') || peek(&scan) != '"' ||
	    scan_string(&scan, &found) != JSONSCAN_DONE || !found.text ||
	    !jsonslice_is(&found, key) || !takes_next(&scan, ':') || peek(&scan) != '{' ||
	    scan_value(&scan, see, payload) != JSONSCAN_DONE || !takes_next(&scan, '}'))
		return false;
	(void)peek(&scan);
	return scan.at == scan.length;
}

bool jsonscan_element(const struct jsonslice *array, size_t *at, struct jsonslice *element,
		      jsonscan_fn *see, void *payload)
{
	struct scan scan = { array->text, array->length, *at ? *at : 1, 0 };
	char c = peek(&scan);

	if (*at && c == ',') {
		scan.at++;
		c = peek(&scan);
	}
	element->text = array->text + scan.at;
	if (c == ']' || scan_value(&scan, see, payload) != JSONSCAN_DONE)
		return false;
	element->length = (size_t)(array->text + scan.at - element->text);
	*at = scan.at;
	return true;
}

bool jsonslice_text(const struct jsonslice *value, struct jsonslice *text)
{
	if (value->length < 2 || *value->text != '"' || memchr(value->text, '\\', value->length))
		return false;
	*text = (struct jsonslice){ value->text + 1, value->length - 2 };
	return true;
}

bool jsonslice_number(const struct jsonslice *value, double *out)
{
	char text[DIGITS_MOST + sizeof "-."];
	int64_t integer;

	if (value->length >= sizeof text || (*value->text != '-' && !is_digit(*value->text)))
		return false;
	memcpy(text, value->text, value->length);
	text[value->length] = '\0';
	/* as the parser has it, to which -0 is an integer and no less than 0 */
	if (memchr(text, '.', value->length))
		return decimal_parse(text, out);
	if (!number_parse(text, INT64_MIN, INT64_MAX, &integer))
		return false;
	*out = (double)integer;
	return true;
}

bool jsonslice_is(const struct jsonslice *value, const char *json)
{
	return value->length == strlen(json) && memcmp(value->text, json, value->length) == 0;
}
