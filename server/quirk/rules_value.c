/*
 * rules_value.c - the values that a fault rule may hold, each with its limit.
 */
#include "server/quirk/rules_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/jsonx.h"
#include "base/pointer.h"
#include "oneroster/operations.h"

#define TEXT_MOST 255
#define HEADER_MOST 1000 /* of one value */
#define MEMBERS_MOST 50  /* of an object or array in a rule */
#define BODY_MOST 65536  /* of an answer, as JSON */
#define VALUE_MOST 16384 /* of one field that is set, as JSON */

bool rule_wrong(struct reading *r, const char *key, const char *sub, const char *format, ...)
{
	struct str pointer = STR_INIT, text = STR_INIT;
	va_list args;

	str_add(&pointer, r->at);
	if (key)
		jsonx_pointer_add(&pointer, key);
	if (sub)
		jsonx_pointer_add(&pointer, sub);
	va_start(args, format);
	str_vformat(&text, format, args);
	va_end(args);
	err_at(r->err, ERR_INVALID, str_text(&pointer), "%s: %s", str_text(&pointer),
	       str_text(&text));
	str_release(&pointer);
	str_release(&text);
	return false;
}

static bool in_range(struct reading *r, const struct key *key, const char *sub, const json_t *value,
		     int64_t *out)
{
	*out = json_integer_value(value);
	return (json_is_integer(value) && *out >= key->least && *out <= key->most) ||
	       rule_wrong(r, key->name, sub,
			  "expected a whole number from %lld to %lld, found %s%s",
			  (long long)key->least, (long long)key->most, jsonx_kind(value),
			  json_is_integer(value) ? " outside of that" : "");
}

bool rule_int(struct reading *r, const struct key *key, const json_t *value, void *slot)
{
	return in_range(r, key, NULL, value, slot);
}

/* The same for what 0 would leave as it is. */
bool rule_shift(struct reading *r, const struct key *key, const json_t *value, void *slot)
{
	return in_range(r, key, NULL, value, slot) &&
	       (*(int64_t *)slot || rule_wrong(r, key->name, NULL, "0 changes nothing"));
}

bool rule_odds(struct reading *r, const struct key *key, const json_t *value, void *slot)
{
	double odds = json_number_value(value);

	*(double *)slot = odds;
	return (json_is_number(value) && odds >= 0 && odds <= 1) ||
	       rule_wrong(r, key->name, NULL, "expected a number from 0 to 1, found %s%s",
			  jsonx_kind(value), json_is_number(value) ? " outside of that" : "");
}

bool rule_bool(struct reading *r, const struct key *key, const json_t *value, void *slot)
{
	*(bool *)slot = json_is_true(value);
	return json_is_boolean(value) ||
	       rule_wrong(r, key->name, NULL, "expected true or false, found %s",
			  jsonx_kind(value));
}

/* What is said by being true. */
bool rule_flag(struct reading *r, const struct key *key, const json_t *value, void *slot)
{
	(void)slot;
	r->said = json_is_true(value);
	return json_is_boolean(value) ||
	       rule_wrong(r, key->name, NULL, "expected true or false, found %s",
			  jsonx_kind(value));
}

bool rule_is_short(struct reading *r, const char *key, const char *sub, const json_t *value)
{
	if (!json_is_string(value))
		return rule_wrong(r, key, sub, "expected a string, found %s", jsonx_kind(value));
	return (json_string_length(value) > 0 && json_string_length(value) <= TEXT_MOST) ||
	       rule_wrong(r, key, sub, "expected a string of 1 to %d bytes", TEXT_MOST);
}

bool rule_text(struct reading *r, const struct key *key, const json_t *value, void *slot)
{
	*(const char **)slot = json_string_value(value);
	return rule_is_short(r, key->name, NULL, value);
}

bool rule_path(struct reading *r, const struct key *key, const json_t *value, void *slot)
{
	const char *text = json_string_value(value);

	*(const char **)slot = text;
	if (!rule_is_short(r, key->name, NULL, value))
		return false;
	if (strchr(text, '?'))
		return rule_wrong(r, key->name, NULL,
				  "a path ends before the ?; query has a key of its own");
	return *text == '/' || *text == '*' ||
	       rule_wrong(r, key->name, NULL,
			  "a path begins with /, or with * for any beginning: */lineItems/*");
}

/* The place of @value among the blank-separated @choices; -1: none of them. */
static int choice_of(const char *choices, const json_t *value)
{
	const char *text = json_string_value(value);
	int i = 0;

	for (const char *at = choices; text && *at; at += strspn(at, " "), i++) {
		size_t size = strcspn(at, " ");

		if (strlen(text) == size && strncmp(at, text, size) == 0)
			return i;
		at += size;
	}
	return -1;
}

bool rule_choice(struct reading *r, const struct key *key, const json_t *value, void *slot)
{
	*(int *)slot = choice_of(key->choices, value);
	return *(int *)slot >= 0 ||
	       rule_wrong(r, key->name, NULL, "expected one of: %s", key->choices);
}

/* Whether an object or array has a member at all, and not too many. */
static bool has_members(struct reading *r, const char *key, size_t count)
{
	if (count == 0)
		return rule_wrong(r, key, NULL, "it is empty");
	return count <= MEMBERS_MOST ||
	       rule_wrong(r, key, NULL, "%zu members; at most %d are taken", count, MEMBERS_MOST);
}

/* A name or an array of names, each of which @is_name. */
static bool read_names(struct reading *r, const struct key *key, const json_t *value,
		       const json_t **slot,
		       bool (*is_name)(struct reading *r, const struct key *key, const char *sub,
				       const json_t *value))
{
	char place[24];
	const json_t *item;
	size_t i;

	*slot = value;
	if (!json_is_array(value))
		return is_name(r, key, NULL, value);
	json_array_foreach (value, i, item) {
		snprintf(place, sizeof place, "%zu", i);
		if (!is_name(r, key, place, item))
			return false;
	}
	return has_members(r, key->name, json_array_size(value));
}

static bool is_method(struct reading *r, const struct key *key, const char *sub,
		      const json_t *value)
{
	return choice_of(key->choices, value) >= 0 ||
	       rule_wrong(r, key->name, sub, "expected one of: %s", key->choices);
}

bool rule_methods(struct reading *r, const struct key *key, const json_t *value, void *slot)
{
	return read_names(r, key, value, slot, is_method);
}

static bool is_operation(struct reading *r, const struct key *key, const char *sub,
			 const json_t *value)
{
	return (json_is_string(value) && operation_find(json_string_value(value))) ||
	       choice_of(key->choices, value) >= 0 ||
	       rule_wrong(r, key->name, sub,
			  "there is no such operation; mocksis describe openapi lists them, and "
			  "token is the token endpoint");
}

bool rule_operations(struct reading *r, const struct key *key, const json_t *value, void *slot)
{
	return read_names(r, key, value, slot, is_operation);
}

/* A token (RFC 9110, section 5.6.2). */
static bool is_header_name(const char *name)
{
	return *name && strlen(name) <= TEXT_MOST &&
	       !name[strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				  "0123456789!#$%&'*+-.^_`|~")];
}

/* What could end the line, and with it the header, stays out. */
static bool is_header_value(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return false;
	return true;
}

typedef bool member_fn(struct reading *r, const struct key *key, const char *name,
		       const json_t *value);

static bool read_members(struct reading *r, const struct key *key, const json_t *value,
			 const json_t **slot, member_fn *member)
{
	const char *name;
	const json_t *item;

	*slot = value;
	if (!json_is_object(value))
		return rule_wrong(r, key->name, NULL, "expected an object, found %s",
				  jsonx_kind(value));
	json_object_foreach ((json_t *)(uintptr_t)value, name, item)
		if (!member(r, key, name, item))
			return false;
	return has_members(r, key->name, json_object_size(value));
}

static bool is_glob(struct reading *r, const struct key *key, const char *name, const json_t *value)
{
	return rule_is_short(r, key->name, name, value);
}

bool rule_globs(struct reading *r, const struct key *key, const json_t *value, void *slot)
{
	return read_members(r, key, value, slot, is_glob);
}

static bool is_pointer(struct reading *r, const struct key *key, const char *sub,
		       const char *pointer)
{
	return pointer_is_sound(pointer) ||
	       rule_wrong(r, key->name, sub,
			  "expected a JSON pointer to a member, such as /lineItem/title or "
			  "/results/*/score, of at most %d bytes and %d steps",
			  POINTER_LENGTH, POINTER_TOKENS);
}

static bool fits_in(struct reading *r, const struct key *key, const char *sub, const json_t *value,
		    size_t most)
{
	char *text = jsonx_dump(value);
	size_t length = strlen(text);

	free(text);
	return length <= most ||
	       rule_wrong(r, key->name, sub, "%zu bytes; at most %zu are taken", length, most);
}

static bool is_field(struct reading *r, const struct key *key, const char *name,
		     const json_t *value)
{
	return is_pointer(r, key, name, name) && fits_in(r, key, name, value, VALUE_MOST);
}

bool rule_fields(struct reading *r, const struct key *key, const json_t *value, void *slot)
{
	return read_members(r, key, value, slot, is_field);
}

static bool is_retype(struct reading *r, const struct key *key, const char *name,
		      const json_t *value)
{
	return is_pointer(r, key, name, name) &&
	       (choice_of(key->choices, value) >= 0 ||
		rule_wrong(r, key->name, name, "expected one of: %s", key->choices));
}

bool rule_retype(struct reading *r, const struct key *key, const json_t *value, void *slot)
{
	return read_members(r, key, value, slot, is_retype);
}

bool rule_pointers(struct reading *r, const struct key *key, const json_t *value, void *slot)
{
	char place[24];
	const json_t *item;
	size_t i;

	*(const json_t **)slot = value;
	if (!json_is_array(value))
		return rule_wrong(r, key->name, NULL,
				  "expected an array of JSON pointers, found %s",
				  jsonx_kind(value));
	json_array_foreach (value, i, item) {
		snprintf(place, sizeof place, "%zu", i);
		if (!is_pointer(r, key, place, json_is_string(item) ? json_string_value(item) : ""))
			return false;
	}
	return has_members(r, key->name, json_array_size(value));
}

static bool is_header(struct reading *r, const struct key *key, const char *name,
		      const json_t *value)
{
	const char *text = json_string_value(value);

	if (!is_header_name(name))
		return rule_wrong(r, key->name, name, "no header can have this name");
	if (strcasecmp(name, "Content-Length") == 0 || strcasecmp(name, "Transfer-Encoding") == 0)
		return rule_wrong(r, key->name, name,
				  "this header belongs to the connection; length_off announces a "
				  "wrong length");
	if (json_is_null(value))
		return true;
	return (text && strlen(text) <= HEADER_MOST && is_header_value(text)) ||
	       rule_wrong(r, key->name, name,
			  "expected a text of at most %d bytes without line breaks, or null, which "
			  "takes the header away",
			  HEADER_MOST);
}

bool rule_headers(struct reading *r, const struct key *key, const json_t *value, void *slot)
{
	return read_members(r, key, value, slot, is_header);
}

bool rule_content_type(struct reading *r, const struct key *key, const json_t *value, void *slot)
{
	return rule_text(r, key, value, slot) &&
	       (is_header_value(json_string_value(value)) ||
		rule_wrong(r, key->name, NULL, "a line break cannot stand in a header"));
}

bool rule_body(struct reading *r, const struct key *key, const json_t *value, void *slot)
{
	*(const json_t **)slot = value;
	return fits_in(r, key, NULL, value, BODY_MOST);
}

bool rule_fault(struct reading *r, const struct key *key, const json_t *value, void *slot)
{
	return (json_is_string(value) && fault_parse(json_string_value(value), slot)) ||
	       rule_wrong(r, key->name, NULL, "there is no such fault");
}

/* An object of numbers that all must be there. */
bool rule_drip(struct reading *r, const struct key *key, const json_t *value, void *slot)
{
	struct deed *deed = slot;
	static const struct key bytes = { "drip", NULL, 0, 1, 1000000, NULL };
	const char *name;
	const json_t *member;

	if (!json_is_object(value))
		return rule_wrong(r, key->name, NULL,
				  "expected {\"bytes\": N, \"ms\": N}, found %s",
				  jsonx_kind(value));
	json_object_foreach ((json_t *)(uintptr_t)value, name, member)
		if (!has_word("bytes ms", name))
			return rule_wrong(r, key->name, name, "unknown key; drip has bytes and ms");
	return in_range(r, &bytes, "bytes", json_object_get(value, "bytes"), &deed->drip_bytes) &&
	       in_range(r, key, "ms", json_object_get(value, "ms"), &deed->drip_ms);
}

/* Milliseconds, or {"ms": N, "spread": "..."}. */
bool rule_delay(struct reading *r, const struct key *key, const json_t *value, void *slot)
{
	struct deed *deed = slot;
	const json_t *spread = json_object_get(value, "spread");
	const char *name;
	const json_t *member;

	if (!json_is_object(value))
		return in_range(r, key, NULL, value, &deed->delay_ms);
	json_object_foreach ((json_t *)(uintptr_t)value, name, member)
		if (!has_word("ms spread", name))
			return rule_wrong(r, key->name, name,
					  "unknown key; delay has ms and spread");
	if (spread && !(json_is_string(spread) &&
			spread_parse(json_string_value(spread), &deed->delay_spread)))
		return rule_wrong(r, key->name, "spread", "expected one of: " SPREAD_CHOICES);
	return in_range(r, key, "ms", json_object_get(value, "ms"), &deed->delay_ms);
}
