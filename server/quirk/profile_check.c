/*
 * profile_check.c - what a profile may say, and what contradicts itself.
 */
#include "server/quirk/profile_internal.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/jsonx.h"
#include "oneroster/operations.h"

#define NUMBER_MOST 1000000000
#define LABEL_MOST 200 /* bytes of a name, a title, a time zone */

bool profile_fail(struct err *err, const char *file, const char *section, const char *key,
		  const char *format, ...)
{
	struct str pointer = STR_INIT, text = STR_INIT;
	va_list args;

	if (*section)
		jsonx_pointer_add(&pointer, section);
	jsonx_pointer_add(&pointer, key);
	va_start(args, format);
	str_vformat(&text, format, args);
	va_end(args);
	err_at(err, ERR_INVALID, str_text(&pointer), "%s: %s: %s", file, str_text(&pointer),
	       str_text(&text));
	str_release(&pointer);
	str_release(&text);
	return false;
}

static bool says(const char *list, const json_t *value)
{
	return json_is_string(value) && list_has(list, json_string_value(value));
}

static bool check_list(const struct quirk_switch *row, const json_t *value)
{
	const json_t *item;
	size_t i;

	json_array_foreach (value, i, item)
		if (!says(row->choices, item))
			return false;
	return json_is_array(value);
}

/* One word for another: both of the choices. */
static bool check_object(const struct quirk_switch *row, const json_t *value)
{
	const char *key;
	const json_t *word;

	json_object_foreach ((json_t *)(uintptr_t)value, key, word)
		if (!list_has(row->choices, key) || !says(row->choices, word))
			return false;
	return json_is_object(value);
}

/* One of the choices; behind one that ends in a colon stands what the profile likes. */
static bool check_choice(const struct quirk_switch *row, const json_t *value)
{
	const char *text = json_string_value(value);

	if (!text)
		return false;
	for (const char *at = row->choices; *at; at += strspn(at, " ")) {
		size_t size = strcspn(at, " ");

		if (at[size - 1] == ':' ? strncmp(at, text, size) == 0 && text[size]
					: strlen(text) == size && strncmp(at, text, size) == 0)
			return true;
		at += size;
	}
	return false;
}

static bool check_number(const char *file, const struct quirk_switch *row, const json_t *value,
			 struct err *err)
{
	bool below = row->type == SWITCH_SIGNED || (row->choices && row->choices[0] == '-');
	char text[32];

	if (!json_is_integer(value) || (!below && json_integer_value(value) < 0) ||
	    llabs(json_integer_value(value)) > NUMBER_MOST)
		return profile_fail(err, file, "quirks", row->name,
				    "expected a whole number from %d to %d, found %s%s",
				    below ? -NUMBER_MOST : 0, NUMBER_MOST, jsonx_kind(value),
				    json_is_integer(value) ? " outside of that" : "");
	snprintf(text, sizeof text, "%lld", (long long)json_integer_value(value));
	return !row->choices || has_word(row->choices, text) ||
	       profile_fail(err, file, "quirks", row->name, "expected one of: %s", row->choices);
}

static bool check_switch(const char *file, const char *key, const json_t *value, struct err *err)
{
	const struct quirk_switch *row = switch_find(key);

	if (!row)
		return profile_fail(err, file, "quirks", key,
				    "there is no such switch; mocksis profiles --switches lists "
				    "them");
	switch (row->type) {
	case SWITCH_INT:
	case SWITCH_SIGNED:
		return check_number(file, row, value, err);
	case SWITCH_TEXT:
		return json_is_string(value) ||
		       profile_fail(err, file, "quirks", key, "expected a string, found %s",
				    jsonx_kind(value));
	case SWITCH_BOOL:
		return json_is_boolean(value) ||
		       profile_fail(err, file, "quirks", key, "expected true or false, found %s",
				    jsonx_kind(value));
	case SWITCH_CHOICE:
		return check_choice(row, value) ||
		       profile_fail(err, file, "quirks", key, "expected one of: %s", row->choices);
	case SWITCH_LIST:
		return check_list(row, value) ||
		       profile_fail(err, file, "quirks", key, "expected an array of: %s",
				    row->choices);
	case SWITCH_OBJECT:
		return check_object(row, value) ||
		       profile_fail(err, file, "quirks", key,
				    "expected an object that says one for another of: %s",
				    row->choices);
	}
	BUG("switch type %d", (int)row->type);
}

static bool check_status(const char *file, const char *key, const json_t *value, struct err *err)
{
	return (json_is_integer(value) && json_integer_value(value) >= 200 &&
		json_integer_value(value) <= 599) ||
	       profile_fail(err, file, "errors", key, "status must be a number from 200 to 599");
}

/* A {word} that nothing fills would reach the client as it is. */
static bool check_text(const char *file, const char *key, const char *text, struct err *err)
{
	for (const char *at = strchr(text, '{'); at; at = strchr(at + 1, '{')) {
		size_t length = strspn(at + 1,
				       "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_");
		char name[32];

		if (length == 0 || at[1 + length] != '}')
			continue;
		snprintf(name, sizeof name, "%.*s", (int)length, at + 1);
		if (!has_word(PLACEHOLDERS, name))
			return profile_fail(err, file, "errors", key,
					    "{%s} is filled by nothing; there are: %s", name,
					    PLACEHOLDERS);
	}
	return true;
}

/* The members of an error, or of its part for 1.2. */
static bool check_members(const char *file, const char *key, const json_t *value, const char *known,
			  struct err *err)
{
	const char *name;
	const json_t *member;

	if (!json_is_object(value))
		return profile_fail(err, file, "errors", key, "expected an object");
	json_object_foreach ((json_t *)(uintptr_t)value, name, member) {
		bool good;

		if (!has_word(known, name))
			return profile_fail(err, file, "errors", key, "%s is not one of: %s", name,
					    known);
		if (strcmp(name, "status") == 0)
			good = check_status(file, key, member, err);
		else if (strcmp(name, "v1p2") == 0)
			good = check_members(file, key, member, "status minor", err);
		else
			good = json_is_string(member)
				       ? strcmp(name, "text") != 0 ||
						 check_text(file, key, json_string_value(member),
							    err)
				       : profile_fail(err, file, "errors", key,
						      "%s must be a string", name);
		if (!good)
			return false;
	}
	return true;
}

static bool check_error(const char *file, const char *key, const json_t *value, struct err *err)
{
	enum fault fault;

	if (!fault_parse(key, &fault))
		return profile_fail(err, file, "errors", key, "there is no such fault");
	return check_members(file, key, value, "status minor text code v1p2", err);
}

static bool check_hidden(const char *file, const char *key, const json_t *value, struct err *err)
{
	const json_t *item;
	size_t i;

	if (strcmp(key, "hide") != 0)
		return profile_fail(err, file, "routes", key, "unknown key");
	if (!json_is_array(value))
		return profile_fail(err, file, "routes", key,
				    "expected an array of operation names");
	json_array_foreach (value, i, item)
		if (!json_is_string(item) || !operation_find(json_string_value(item)))
			return profile_fail(
				err, file, "routes", key, "element %zu is no operation: %s", i,
				json_is_string(item) ? json_string_value(item) : jsonx_kind(item));
	return true;
}

static bool check_provenance(const char *file, const char *section, const char *key,
			     const json_t *value, struct err *err)
{
	const char *provenance = jsonx_text(value, "provenance");

	if (!provenance || !has_word("verified lab conflict", provenance))
		return profile_fail(err, file, section, key,
				    "provenance must be one of: verified, lab, conflict");
	return strcmp(provenance, "lab") == 0 || jsonx_text(value, "source") ||
	       profile_fail(err, file, section, key, "what is %s needs a source", provenance);
}

static bool check_source(const char *file, const char *key, const json_t *value, struct err *err)
{
	char fault[64];
	enum fault ignored;

	if (starts_with(key, "errors.")) {
		snprintf(fault, sizeof fault, "%.*s", (int)strcspn(key + 7, "."), key + 7);
		if (!fault_parse(fault, &ignored))
			return profile_fail(err, file, "sources", key, "there is no such fault");
	} else if (!switch_find(key) && strcmp(key, "timezone") != 0) {
		return profile_fail(err, file, "sources", key, "there is no such switch");
	}
	return check_provenance(file, "sources", key, value, err);
}

/* What no switch can say, in words. */
static bool check_notes(const char *file, const json_t *notes, struct err *err)
{
	char key[32];
	const json_t *note;
	size_t i;

	if (!json_is_array(notes))
		return profile_fail(err, file, "", "notes", "expected an array");
	json_array_foreach (notes, i, note) {
		snprintf(key, sizeof key, "%zu", i);
		if (!jsonx_text(note, "text"))
			return profile_fail(err, file, "notes", key, "a note needs a text");
		if (!check_provenance(file, "notes", key, note, err))
			return false;
	}
	return true;
}

typedef bool member_check(const char *file, const char *key, const json_t *value, struct err *err);

static const struct {
	const char *key;
	member_check *members; /* NULL: a text */
} sections[] = {
	{ "name", NULL },
	{ "title", NULL },
	{ "extends", NULL },
	{ "timezone", NULL },
	{ "quirks", check_switch },
	{ "errors", check_error },
	{ "sources", check_source },
	{ "routes", check_hidden },
};

static bool check_label(const char *file, const char *key, const json_t *value, struct err *err)
{
	size_t length = json_string_length(value);

	if (!json_is_string(value))
		return profile_fail(err, file, "", key, "expected a string, found %s",
				    jsonx_kind(value));
	return (length > 0 && length <= LABEL_MOST) ||
	       profile_fail(err, file, "", key, "expected 1 to %d bytes, found %zu", LABEL_MOST,
			    length);
}

static bool check_section(const char *file, const char *key, const json_t *value, struct err *err)
{
	const char *name;
	const json_t *member;

	if (strcmp(key, "notes") == 0)
		return check_notes(file, value, err);
	for (size_t i = 0; i < ARRAY_SIZE(sections); i++) {
		if (strcmp(sections[i].key, key) != 0)
			continue;
		if (!sections[i].members)
			return check_label(file, key, value, err);
		if (!json_is_object(value))
			return profile_fail(err, file, "", key, "expected an object, found %s",
					    jsonx_kind(value));
		json_object_foreach ((json_t *)(uintptr_t)value, name, member)
			if (!sections[i].members(file, name, member, err))
				return false;
		return true;
	}
	return profile_fail(err, file, "", key,
			    "unknown key; a profile has name, title, extends, timezone, quirks, "
			    "errors, routes, sources and notes");
}

bool profile_check_document(const char *file, const json_t *document, struct err *err)
{
	const char *key;
	const json_t *value;

	if (!json_is_object(document))
		return err_at(err, ERR_INVALID, "", "%s: a profile is a JSON object", file);
	json_object_foreach ((json_t *)(uintptr_t)document, key, value)
		if (!check_section(file, key, value, err))
			return false;
	return true;
}

static bool is(const char *choice, const char *value)
{
	return strcmp(choice, value) == 0;
}

static const char *no_page(const struct quirks *q)
{
	return q->limit_default == 0 ? "a page of 0 objects holds nothing" : NULL;
}

static const char *fixed(const struct quirks *q)
{
	return *q->category_fixed_id && is(q->category_fixed_id, q->category_forbidden_id)
		       ? "category.fixed_id is accepted always, category.forbidden_id never"
		       : NULL;
}

static const char *falls(const struct quirks *q)
{
	return starts_with(q->category_fallback, "id:") && *q->category_forbidden_id &&
			       is(q->category_fallback + strlen("id:"), q->category_forbidden_id)
		       ? "category.fallback leads to category.forbidden_id, which is refused"
		       : NULL;
}

static const char *stores(const struct quirks *q)
{
	return !q->put_stores && q->put_returns_object ? "put.stores=false has no object that "
							 "put.returns_object could answer with"
						       : NULL;
}

static const char *allocates(const struct quirks *q)
{
	return !q->put_creates && is(q->sourcedid_mode, "server")
		       ? "sourcedid.mode=server allocates on PUT, put.creates=false never creates"
		       : NULL;
}

static const char *exempt(const struct quirks *q)
{
	return !list_has(q->status_allowed, "exempt") && q->score_exempt_zero
		       ? "score.exempt_zero needs exempt in status.allowed"
		       : NULL;
}

/* RFC 9110, section 5.6.2. */
static const char *vendor(const struct quirks *q)
{
	return strspn(q->auth_vendor_header,
		      "!#$%&'*+-.^_`|~0123456789"
		      "abcdefghijklmnopqrstuvwxyz"
		      "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != strlen(q->auth_vendor_header)
		       ? "this cannot be the name of a header"
	       : strcasecmp(q->auth_vendor_header, "Authorization") == 0
		       ? "auth.vendor_header is asked for beside Authorization, not in it"
		       : NULL;
}

static const char *window(const struct quirks *q)
{
	return q->rate_limit && !q->rate_window_s ? "rate.limit needs a rate.window_s of at least 1"
						  : NULL;
}

static const char *period(const struct quirks *q)
{
	return q->grading_period_lock && !q->grading_period_derive && !q->grading_period_required
		       ? "grading_period.lock needs grading_period.derive or "
			 "grading_period.required: it would know no period"
		       : NULL;
}

static const struct {
	const char *name; /* the switch to blame */
	const char *(*contradiction)(const struct quirks *quirks);
} contradictions[] = {
	{ "limit.default", no_page },      { "category.fixed_id", fixed },
	{ "category.fallback", falls },    { "put.stores", stores },
	{ "put.creates", allocates },      { "score.exempt_zero", exempt },
	{ "rate.window_s", window },       { "auth.vendor_header", vendor },
	{ "grading_period.lock", period },
};

bool profile_check_quirks(const char *file, const struct quirks *quirks, struct err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(contradictions); i++) {
		const char *text = contradictions[i].contradiction(quirks);

		if (text)
			return profile_fail(err, file, "quirks", contradictions[i].name, "%s",
					    text);
	}
	return true;
}
