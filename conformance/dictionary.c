/*
 * dictionary.c - the error dictionary.
 */
#include "conformance/dictionary_internal.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "base/jsonx.h"
#include "base/str.h"

#define JSON_TRIES 16

/* What stands first in match->score. */
enum score { SCORE_SIS, SCORE_BY, SCORE_LITERAL, SCORE_HTTP, SCORE_PHASE, SCORE_SEEN, SCORE_ORDER };

/* The systems that are part of every sync, whatever the SIS. */
static const char *const everywhere[] = { "Canvas", "mocksis" };

/* loading */

static void add_wording(struct dictionary *dictionary, const json_t *entry, const json_t *variant,
			const char *text, bool is_name)
{
	const json_t *own = variant && json_object_get(variant, "http") ? variant : entry;
	const char *provenance = jsonx_text(variant, "provenance");

	GROW(dictionary->rows, dictionary->count, dictionary->room);
	dictionary->rows[dictionary->count++] = (struct row){
		.entry = entry,
		.text = text,
		.provenance = provenance ? provenance : jsonx_text(entry, "provenance"),
		.http = (long)jsonx_int(own, "http"),
		.is_name = is_name,
		.pattern = pattern_new(text, jsonx_true(entry, "whole")),
	};
}

/* "404 Error: Not Found" is also known as "Not Found". */
static const char *bare_name(const char *name)
{
	const char *colon = strstr(name, "Error: ");

	return colon && isdigit((unsigned char)*name) ? colon + strlen("Error: ") : NULL;
}

static void add_entry(struct dictionary *dictionary, const json_t *entry)
{
	const char *text = jsonx_text(entry, "text"), *name = jsonx_text(entry, "name");
	const json_t *variant;
	size_t i;

	if (text)
		add_wording(dictionary, entry, NULL, text, false);
	json_array_foreach (json_object_get(entry, "texts"), i, variant)
		if (jsonx_text(variant, "text"))
			add_wording(dictionary, entry, variant, jsonx_text(variant, "text"), false);
	if (name)
		add_wording(dictionary, entry, NULL, name, true);
	if (name && bare_name(name))
		add_wording(dictionary, entry, NULL, bare_name(name), true);
}

struct dictionary *dictionary_load(struct err *err)
{
	struct dictionary *dictionary;
	char *root = fixture_root(err);
	char *path = root ? path_join(root, "dictionary.json") : NULL;
	json_t *file = path ? jsonx_load_file(path, err) : NULL;
	const json_t *entry;
	size_t i;

	if (file && !json_is_array(json_object_get(file, "entries")))
		err_set(err, ERR_INVALID, "%s: /entries: expected an array", path);
	free(root);
	free(path);
	if (err->code != ERR_NONE) {
		json_decref(file);
		return NULL;
	}
	dictionary = xcalloc(1, sizeof *dictionary);
	dictionary->file = file;
	json_array_foreach (dictionary_entries(dictionary), i, entry)
		add_entry(dictionary, entry);
	return dictionary;
}

void dictionary_free(struct dictionary *dictionary)
{
	if (!dictionary)
		return;
	for (size_t i = 0; i < dictionary->count; i++)
		pattern_free(dictionary->rows[i].pattern);
	free(dictionary->rows);
	json_decref(dictionary->file);
	free(dictionary);
}

const json_t *dictionary_member(const struct dictionary *dictionary, const char *name)
{
	return json_object_get(dictionary->file, name);
}

const json_t *dictionary_entries(const struct dictionary *dictionary)
{
	return dictionary_member(dictionary, "entries");
}

/* names of SISs */

bool same_sis(const char *a, const char *b)
{
	if (!a || !b)
		return false;
	for (;; a++, b++) {
		while (*a && !isalnum((unsigned char)*a))
			a++;
		while (*b && !isalnum((unsigned char)*b))
			b++;
		if (tolower((unsigned char)*a) != tolower((unsigned char)*b))
			return false;
		if (!*a)
			return true;
	}
}

bool dictionary_knows_sis(const struct dictionary *dictionary, const char *sis)
{
	const json_t *entry, *gap;
	const char *name;
	size_t i;

	json_array_foreach (dictionary_entries(dictionary), i, entry)
		if (same_sis(jsonx_text(entry, "sis"), sis))
			return true;
	json_object_foreach ((json_t *)(uintptr_t)dictionary_member(dictionary, "gaps"), name, gap)
		if (same_sis(name, sis))
			return true;
	return false;
}

/* "NAME: ..." names the SIS itself, as vendors are asked to. */
static bool text_names(const char *text, const char *sis)
{
	size_t length = sis ? strlen(sis) : 0;

	while (isspace((unsigned char)*text) || *text == '"')
		text++;
	return length && strncasecmp(text, sis, length) == 0 && text[length] == ':';
}

/* What is only said before a sync, when Canvas saves an assignment, no call is answered with:
 * "dueDate is required" of a SIS is not Canvas's "Due Date is required!". */
static bool is_of_another_time(const struct row *row, const struct question *question)
{
	return question->phase && strcmp(question->phase, "P0") != 0 &&
	       same_text(jsonx_text(row->entry, "phase"), "P0");
}

bool row_may_answer(const struct row *row, const struct question *question)
{
	const char *sis = jsonx_text(row->entry, "sis");

	if (is_of_another_time(row, question))
		return false;
	if (!question->only_sis || same_sis(sis, question->sis))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(everywhere); i++)
		if (same_text(sis, everywhere[i]))
			return true;
	return false;
}

/* searching */

static bool is_code(const char *text, const char *code)
{
	return code && *text && same_sis(text, code); /* ASP02, asp-02 */
}

/* Whether a word of @text is @code as it is written, but for its case. */
static bool holds_code(const char *text, const char *code)
{
	size_t length = code ? strlen(code) : 0;

	for (const char *at = text; length && *at; at++) {
		if (strncasecmp(at, code, length) != 0)
			continue;
		if ((at == text || !isalnum((unsigned char)at[-1])) &&
		    !isalnum((unsigned char)at[length]) && at[length] != '-')
			return true;
	}
	return false;
}

/* A number of three digits that stands for itself, such as a status. */
static bool holds_status(const char *text, long status)
{
	char digits[24];

	snprintf(digits, sizeof digits, "%ld", status);
	return status && holds_code(text, digits);
}

static void rate(struct match *match, const struct row *row, const struct question *question,
		 size_t order)
{
	const char *sis = jsonx_text(row->entry, "sis"), *phase = jsonx_text(row->entry, "phase");

	match->score[SCORE_SIS] = same_sis(sis, question->sis)      ? 2
				  : text_names(question->text, sis) ? 1
								    : 0;
	match->score[SCORE_BY] = row->is_name ? 0 : 1;
	match->score[SCORE_LITERAL] = pattern_literal(row->pattern);
	match->score[SCORE_HTTP] = row->http && (row->http == question->http ||
						 (question->http == 0 &&
						  holds_status(question->text, row->http)));
	match->score[SCORE_PHASE] = question->phase && phase &&
				    strstr(phase, question->phase) != NULL;
	match->score[SCORE_SEEN] = same_text(row->provenance, "verified");
	match->score[SCORE_ORDER] = SIZE_MAX - order;
}

static bool is_better(const struct match *a, const struct match *b)
{
	for (size_t i = 0; i < ARRAY_SIZE(a->score); i++)
		if (a->score[i] != b->score[i])
			return a->score[i] > b->score[i];
	return false;
}

void matches_add(struct matches *matches, struct match *match)
{
	size_t place = 0, i;

	for (i = 0; i < matches->count; i++) {
		if (matches->items[i].entry != match->entry)
			continue;
		if (!is_better(match, &matches->items[i])) {
			json_decref(match->fields);
			return;
		}
		json_decref(matches->items[i].fields);
		matches->count--;
		memmove(&matches->items[i], &matches->items[i + 1],
			(matches->count - i) * sizeof *match);
	}
	while (place < matches->count && !is_better(match, &matches->items[place]))
		place++;
	if (place == MATCHES_MOST) {
		json_decref(match->fields);
		return;
	}
	if (matches->count == MATCHES_MOST)
		json_decref(matches->items[--matches->count].fields);
	memmove(&matches->items[place + 1], &matches->items[place],
		(matches->count - place) * sizeof *match);
	matches->items[place] = *match;
	matches->count++;
}

struct match match_of(const struct row *row, enum matched_by by)
{
	return (struct match){ .entry = row->entry,
			       .by = by,
			       .text = row->text,
			       .provenance = row->provenance,
			       .http = row->http,
			       .fields = json_object() };
}

static void search_codes(const struct dictionary *dictionary, const struct question *question,
			 bool (*fits)(const char *text, const char *code), struct matches *matches)
{
	for (size_t i = 0; i < dictionary->count; i++) {
		const struct row *row = &dictionary->rows[i];
		struct match match;

		if (!row_may_answer(row, question) ||
		    !fits(question->text, jsonx_text(row->entry, "code")))
			continue;
		match = match_of(row, MATCHED_CODE);
		rate(&match, row, question, i);
		matches_add(matches, &match);
	}
}

static void add_strings(struct str *out, const json_t *value)
{
	const char *key;
	const json_t *item;
	size_t i;

	if (json_is_string(value))
		str_format(out, "%s\n", json_string_value(value));
	json_array_foreach (value, i, item)
		add_strings(out, item);
	json_object_foreach ((json_t *)(uintptr_t)value, key, item)
		add_strings(out, item);
}

/* What JSON in a text says, decoded and a line each, before the text itself. */
static void unfold(struct str *out, const char *source)
{
	char *text = xstrndup(source, WORDING_MOST);
	size_t length = strlen(text), at = strcspn(text, "{[");

	for (int tries = 0; tries < JSON_TRIES && at < length; tries++) {
		struct err ignored = ERR_INIT;
		size_t begin = at;
		json_t *value = jsonx_load_next(text, length, &at, &ignored);

		add_strings(out, value);
		if (!value)
			at = begin + 1;
		json_decref(value);
		at += strcspn(text + at, "{[");
	}
	str_add(out, text);
	free(text);
}

static void search_texts(const struct dictionary *dictionary, const struct question *question,
			 struct matches *matches)
{
	struct str text;
	struct wording *wording;

	str_init(&text, 2 * WORDING_MOST);
	unfold(&text, question->text);
	wording = wording_new(str_text(&text));
	for (size_t i = 0; i < dictionary->count; i++) {
		const struct row *row = &dictionary->rows[i];
		struct match match;

		if (!row_may_answer(row, question) ||
		    (row->is_name && !pattern_is(row->pattern, wording)))
			continue;
		match = match_of(row, row->is_name ? MATCHED_NAME : MATCHED_TEXT);
		if (!pattern_fits(row->pattern, wording, match.fields)) {
			json_decref(match.fields);
			continue;
		}
		rate(&match, row, question, i);
		matches_add(matches, &match);
	}
	wording_free(wording);
	str_release(&text);
}

bool dictionary_search(const struct dictionary *dictionary, const struct question *question,
		       struct matches *matches)
{
	*matches = (struct matches){ .count = 0 };
	search_codes(dictionary, question, is_code, matches);
	if (matches->count == 0)
		search_texts(dictionary, question, matches);
	if (matches->count == 0)
		search_codes(dictionary, question, holds_code, matches);
	return matches->count > 0;
}

void matches_release(struct matches *matches)
{
	for (size_t i = 0; i < matches->count; i++)
		json_decref(matches->items[i].fields);
	matches->count = 0;
}

bool dictionary_find(const struct dictionary *dictionary, const struct question *question,
		     struct match *match)
{
	struct matches matches = { .count = 0 };

	search_texts(dictionary, question, &matches);
	*match = (struct match){ 0 };
	if (matches.count == 0)
		return false;
	*match = matches.items[0];
	json_incref(match->fields);
	matches_release(&matches);
	return true;
}
