/*
 * explain.c - mocksis explain.
 */
#include "cli/commands.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/jsonx.h"
#include "base/wrap.h"
#include "conformance/dictionary.h"

#define TEXT_CAP ((size_t)64 << 10)
#define NEAREST 3
#define INDENT 2

/* The arguments as one text, or standard input. Returns (free). */
static char *read_text(const struct options *options, struct err *err)
{
	struct str text;
	size_t length = 0;

	if (options->argument_count == 1 && strcmp(options->arguments[0], "-") == 0) {
		char *read = file_read("/dev/stdin", TEXT_CAP, &length, err);

		if (!read || strlen(read) == length)
			return read;
		err_set(err, ERR_INVALID, "standard input holds NUL bytes: is it UTF-8 text?");
		free(read);
		return NULL;
	}
	str_init(&text, TEXT_CAP);
	for (size_t i = 0; i < options->argument_count; i++)
		str_format(&text, "%s%s", i ? " " : "", options->arguments[i]);
	if (text.full)
		err_set(err, ERR_INVALID, "the text is larger than %zu bytes", TEXT_CAP);
	return str_take(&text, NULL);
}

static bool is_blank(const char *text)
{
	return text[strspn(text, " \t\r\n\v\f")] == '\0';
}

/* "P4/P6" in words. */
static void print_phases(const struct dictionary *dictionary, const char *phases)
{
	struct str words = STR_INIT;

	for (const char *at = phases; at && *at;) {
		size_t length = strcspn(at, "/");
		char *phase = xstrndup(at, length);
		const char *meaning = jsonx_text(dictionary_member(dictionary, "phases"), phase);

		str_format(&words, "%s%s: %s", words.length ? "\n" : "", phase,
			   meaning ? meaning : "?");
		free(phase);
		at += length + (at[length] == '/');
	}
	wrap_field(stdout, INDENT, "phase", str_text(&words));
	str_release(&words);
}

/* A wording as it stands, line by line. */
static void print_wording(const char *label, const char *text)
{
	for (const char *line = text; *line;) {
		size_t length = strcspn(line, "\n");

		printf("%*s%-*s%.*s\n", INDENT, "", WRAP_LABEL, line == text ? label : "",
		       (int)length, line);
		line += length + (line[length] == '\n');
	}
}

static void print_provenance(const char *provenance, const char *sis)
{
	printf("%*s", INDENT + WRAP_LABEL, "");
	if (same_text(provenance, "verified"))
		puts("(verified: seen in a source)");
	else
		printf("(lab: that %s says it so was not seen)\n", sis);
}

/* The wording that fits; of an entry found by its code all of them. */
static void print_wordings(const struct match *match)
{
	const char *sis = jsonx_text(match->entry, "sis");
	const char *provenance = jsonx_text(match->entry, "provenance");
	const json_t *variant;
	size_t i;

	if (match->by == MATCHED_TEXT) {
		print_wording("text", match->text);
		print_provenance(match->provenance, sis);
		return;
	}
	print_wording("text", jsonx_text(match->entry, "text"));
	json_array_foreach (json_object_get(match->entry, "texts"), i, variant) {
		const char *own = jsonx_text(variant, "provenance");

		own = own ? own : jsonx_text(match->entry, "provenance");
		if (!same_text(own, provenance))
			print_provenance(provenance, sis);
		provenance = own;
		print_wording("or", jsonx_text(variant, "text"));
	}
	print_provenance(provenance, sis);
}

static void print_fields(const struct match *match)
{
	const char *name;
	const json_t *value;

	json_object_foreach (match->fields, name, value) {
		char *line = xformat("{%s} = %s", name, json_string_value(value));

		wrap_field(stdout, INDENT, "filled", line);
		free(line);
	}
}

static void print_status(const struct match *match)
{
	printf("%*s%-*s", INDENT, "", WRAP_LABEL, "status");
	if (match->http)
		printf("HTTP %ld\n", match->http);
	else
		puts("none is known, or none belongs to it");
}

static void print_inferred(const json_t *entry)
{
	struct str names = STR_INIT;
	const json_t *name;
	size_t i, count = json_array_size(json_object_get(entry, "inferred"));

	json_array_foreach (json_object_get(entry, "inferred"), i, name)
		str_format(&names, "%s%s",
			   i == 0           ? ""
			   : i + 1 == count ? " and "
					    : ", ",
			   same_text(json_string_value(name), "http") ? "status"
								      : json_string_value(name));
	if (count) {
		str_add(&names, count > 1 ? " are inferred; no source states them"
					  : " is inferred; no source states it");
		wrap_field(stdout, INDENT, "basis", str_text(&names));
	}
	str_release(&names);
}

static void print_match(const struct dictionary *dictionary, const struct match *match)
{
	const json_t *entry = match->entry, *resource;
	struct str resources = STR_INIT;
	size_t i;

	printf("%s  %s  (%s)\n", jsonx_text(entry, "code"), jsonx_text(entry, "name"),
	       jsonx_text(entry, "sis"));
	print_wordings(match);
	print_fields(match);
	print_status(match);
	print_phases(dictionary, jsonx_text(entry, "phase"));
	wrap_field(stdout, INDENT, "cause", jsonx_text(entry, "cause"));
	wrap_field(stdout, INDENT, "who", jsonx_text(entry, "actor"));
	wrap_field(stdout, INDENT, "fix", jsonx_text(entry, "fix"));
	wrap_field(stdout, INDENT, "but", jsonx_text(entry, "conflict"));
	wrap_field(stdout, INDENT, "note", jsonx_text(entry, "note"));
	print_inferred(entry);
	json_array_foreach (json_object_get(entry, "resources"), i, resource)
		str_format(&resources, "%s%s", i ? "; " : "", json_string_value(resource));
	wrap_field(stdout, INDENT, "see", str_text(&resources));
	str_release(&resources);
}

static void print_short(const struct match *match)
{
	char *text = xstrdup(match->text);

	text[strcspn(text, "\n")] = '\0';
	printf("  %-7s %-16s %s\n", jsonx_text(match->entry, "code"),
	       jsonx_text(match->entry, "sis"), text);
	free(text);
}

/* What the dictionary cannot know of a SIS. */
static const char *gap_of(const struct dictionary *dictionary, const char *sis)
{
	const char *name;
	const json_t *gap;

	json_object_foreach ((json_t *)(uintptr_t)dictionary_member(dictionary, "gaps"), name, gap)
		if (same_sis(name, sis))
			return json_string_value(gap);
	return NULL;
}

static void print_unknown(const struct dictionary *dictionary, const struct question *question,
			  const struct matches *nearest)
{
	const json_t *line;
	size_t i;

	printf("Nothing in the dictionary%s%s fits this text.\n", question->sis ? " of " : "",
	       question->sis ? question->sis : "");
	if (question->sis && gap_of(dictionary, question->sis))
		printf("%s\n", gap_of(dictionary, question->sis));
	if (nearest->count)
		puts("\nDid you mean");
	for (i = 0; i < nearest->count; i++)
		print_short(&nearest->items[i]);
	puts("\nNever guess: hand it to support, with");
	json_array_foreach (dictionary_member(dictionary, "support"), i, line)
		wrap_field(stdout, 0, "     -", json_string_value(line));
}

static json_t *short_json(const struct match *match)
{
	json_t *row = json_object();

	json_object_set(row, "code", json_object_get(match->entry, "code"));
	json_object_set(row, "sis", json_object_get(match->entry, "sis"));
	json_object_set(row, "name", json_object_get(match->entry, "name"));
	json_object_set_new(row, "text", json_string(match->text));
	return row;
}

static json_t *others_json(const struct matches *matches, size_t from)
{
	json_t *list = json_array();

	for (size_t i = from; i < matches->count; i++)
		json_array_append_new(list, short_json(&matches->items[i]));
	return list;
}

/* The entry with what was matched of it. */
static json_t *match_json(const struct match *match)
{
	static const char *const by[] = {
		[MATCHED_TEXT] = "text", [MATCHED_NAME] = "name", [MATCHED_CODE] = "code"
	};
	json_t *found = json_copy((json_t *)(uintptr_t)match->entry);

	json_object_set_new(found, "matched_by", json_string(by[match->by]));
	if (match->by == MATCHED_TEXT) {
		json_object_set_new(found, "matched_text", json_string(match->text));
		json_object_set_new(found, "provenance", json_string(match->provenance));
		json_object_set_new(found, "http",
				    match->http ? json_integer(match->http) : json_null());
	}
	json_object_set(found, "fields", match->fields);
	return found;
}

static void print_found_json(const struct matches *matches)
{
	json_t *report = json_object();

	json_object_set_new(report, "found", json_true());
	json_object_set_new(report, "entry", match_json(&matches->items[0]));
	json_object_set_new(report, "others", others_json(matches, 1));
	print_json(report);
	json_decref(report);
}

static void print_unknown_json(const struct dictionary *dictionary, const struct matches *nearest)
{
	json_t *report = json_object();

	json_object_set_new(report, "found", json_false());
	json_object_set_new(report, "nearest", others_json(nearest, 0));
	json_object_set(report, "support",
			(json_t *)(uintptr_t)dictionary_member(dictionary, "support"));
	print_json(report);
	json_decref(report);
}

static int explain(const struct options *options, const struct dictionary *dictionary,
		   const struct question *question)
{
	bool json = option_is_set(options, "json");
	struct matches matches;

	if (dictionary_search(dictionary, question, &matches)) {
		if (json)
			print_found_json(&matches);
		else
			print_match(dictionary, &matches.items[0]);
		if (!json && matches.count > 1)
			puts("\nThe same may be");
		for (size_t i = 1; i < matches.count && !json; i++)
			print_short(&matches.items[i]);
		matches_release(&matches);
		return 0;
	}
	dictionary_nearest(dictionary, question, NEAREST, &matches);
	if (json)
		print_unknown_json(dictionary, &matches);
	else
		print_unknown(dictionary, question, &matches);
	matches_release(&matches);
	return 1;
}

/* All codes by SIS, as the file has them. */
static void list(const struct options *options, const struct dictionary *dictionary,
		 const char *sis)
{
	const json_t *entry;
	const char *before = NULL;
	json_t *kept = json_array();
	size_t i;

	json_array_foreach (dictionary_entries(dictionary), i, entry) {
		const char *own = jsonx_text(entry, "sis");

		if (sis && !same_sis(sis, own))
			continue;
		json_array_append(kept, (json_t *)(uintptr_t)entry);
		if (option_is_set(options, "json"))
			continue;
		if (!same_text(before, own))
			printf("%s%s\n", before ? "\n" : "", own);
		before = own;
		printf("  %-7s %-8s %s\n", jsonx_text(entry, "code"),
		       jsonx_text(entry, "provenance"), jsonx_text(entry, "name"));
	}
	if (option_is_set(options, "json"))
		print_json(kept);
	else if (sis && gap_of(dictionary, sis))
		printf("%s%s\n", before ? "\n" : "", gap_of(dictionary, sis));
	json_decref(kept);
}

/* The SISs that --sis may name, for the message. */
static void unknown_sis(const struct dictionary *dictionary, const char *sis, struct err *err)
{
	struct str names = STR_INIT;
	const char *before = NULL;
	const json_t *entry;
	size_t i;

	json_array_foreach (dictionary_entries(dictionary), i, entry) {
		const char *own = jsonx_text(entry, "sis");

		if (!same_text(own, before))
			str_format(&names, "%s%s", before ? ", " : "", own);
		before = own;
	}
	err_set(err, ERR_INVALID, "--sis %s: the dictionary has %s", sis, str_text(&names));
	str_release(&names);
}

int explain_main(const struct options *options)
{
	struct err err = ERR_INIT;
	struct question question = { .sis = option_text(options, "sis") };
	struct dictionary *dictionary = dictionary_load(&err);
	bool listed = options->argument_count == 0 || option_is_set(options, "list");
	char *text = dictionary && !listed ? read_text(options, &err) : NULL;
	int status = 0;

	question.only_sis = question.sis != NULL;
	question.text = text;
	if (err.code == ERR_NONE && question.sis && !dictionary_knows_sis(dictionary, question.sis))
		unknown_sis(dictionary, question.sis, &err);
	if (err.code == ERR_NONE && !listed && is_blank(text))
		err_set(&err, ERR_INVALID, "the text is empty: paste what the SIS said, or a code");
	if (text)
		utf8_scrub(text);
	if (err.code == ERR_NONE && listed)
		list(options, dictionary, question.sis);
	else if (err.code == ERR_NONE)
		status = explain(options, dictionary, &question);
	free(text);
	dictionary_free(dictionary);
	return err.code == ERR_NONE ? status : fail(options, &err);
}
