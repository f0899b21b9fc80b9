/*
 * profile_page.c - one profile in words.
 */
#include "cli/profiles.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/jsonx.h"
#include "oneroster/entity.h"
#include "server/quirk/provenance.h"
#include "server/quirk/wording.h"

#define WIDTH 96

struct page {
	FILE *out;
	const struct profile *profile, *standard;
};

/* A paragraph below @first; the lines that follow begin with @indent blanks. */
static void paragraph(FILE *out, const char *first, int indent, const char *text)
{
	int column = fprintf(out, "%s", first);
	bool fresh = true;

	for (const char *word = text + strspn(text, " \n"); *word;) {
		int length = (int)strcspn(word, " \n");

		if (!fresh && column + 1 + length > WIDTH) {
			column = fprintf(out, "\n%*s", indent, "") - 1;
			fresh = true;
		}
		column += fprintf(out, "%s%.*s", fresh ? "" : " ", length, word);
		fresh = false;
		word += length;
		word += strspn(word, " \n");
	}
	fputc('\n', out);
}

/* "verified: the source", "lab", "conflict": what disagrees has a section of its own. */
static void add_provenance(struct str *out, struct provenance provenance)
{
	str_add(out, provenance.word);
	if (provenance.source && strcmp(provenance.word, "conflict") != 0)
		str_format(out, ": %s", provenance.source);
	else if (!provenance.stated)
		str_add(out, ": no source is given");
}

/* How many there are stands in the heading, so nothing is printed for none. */
static void heading(const struct page *page, const char *title, size_t count)
{
	fprintf(page->out, "\n%s (%zu)\n", title, count);
}

static void print_rule(const struct page *page, const struct quirk_switch *row)
{
	const json_t *value = profile_value(page->profile, row);
	struct str text = STR_INIT;

	rule_words(&text, row, value);
	paragraph(page->out, "  ", 2, str_text(&text));
	str_clear(&text);
	str_format(&text, "%s = ", row->name);
	value_words(&text, row, value);
	str_add(&text, " [");
	add_provenance(&text, provenance_of(page->profile, row->name));
	str_add(&text, "]");
	paragraph(page->out, "      ", 8, str_text(&text));
	str_release(&text);
}

/* Deviating rules, or those that are stated and yet the standard's. */
static void print_rules(const struct page *page, const char *title, bool deviating)
{
	const struct quirk_switch *row;
	size_t count = 0;

	for (int pass = 0; pass < 2; pass++) {
		if (pass && !count)
			return;
		if (pass)
			heading(page, title, count);
		for (size_t i = 0; (row = switch_at(i)); i++) {
			if (profile_deviates(page->profile, row) != deviating ||
			    (!deviating && !profile_states(page->profile, row)))
				continue;
			if (pass)
				print_rule(page, row);
			else
				count++;
		}
	}
}

static void print_conflict(const struct page *page, const char *what, const json_t *entry)
{
	paragraph(page->out, "  ", 2, what);
	paragraph(page->out, "      ", 8, jsonx_text(entry, "source"));
}

static bool is_conflict(const json_t *entry)
{
	return same_text(jsonx_text(entry, "provenance"), "conflict");
}

static void name_conflict(struct str *out, const struct page *page, const char *key)
{
	const struct quirk_switch *row = switch_find(key);

	str_add(out, key);
	if (row) {
		str_add(out, " = ");
		value_words(out, row, profile_value(page->profile, row));
	}
}

static void print_conflicts(const struct page *page)
{
	json_t *sources = json_object_get(page->profile->effective, "sources"), *entry;
	const json_t *notes = json_object_get(page->profile->effective, "notes"), *note;
	struct str what = STR_INIT;
	const char *key;
	size_t count = 0, i;

	json_object_foreach (sources, key, entry)
		count += is_conflict(entry);
	json_array_foreach (notes, i, note)
		count += is_conflict(note);
	if (count)
		heading(page, "Where sources disagree", count);
	json_object_foreach (sources, key, entry)
		if (is_conflict(entry)) {
			str_clear(&what);
			name_conflict(&what, page, key);
			print_conflict(page, str_text(&what), entry);
		}
	json_array_foreach (notes, i, note)
		if (is_conflict(note))
			print_conflict(page, jsonx_text(note, "text"), note);
	str_release(&what);
}

static bool has_answer(const struct page *page, enum fault fault)
{
	return profile_answers_itself(page->profile, page->standard, fault, "status") ||
	       profile_answers_itself(page->profile, page->standard, fault, "text");
}

static void print_answer(const struct page *page, enum fault fault)
{
	static const char *const members[] = { "status", "text" };
	const struct fault_answer *answer = profile_answer(page->profile, fault, V11);
	int other = profile_answer(page->profile, fault, V12)->status;
	struct str text = STR_INIT;

	str_format(&text, "  %-28s %d", fault_name(fault), answer->status);
	if (other != answer->status)
		str_format(&text, " (1.2: %d)", other);
	str_format(&text, "  %s%s", answer->code ? answer->code : "", answer->code ? "  " : "");
	paragraph(page->out, str_text(&text), 8, answer->text);
	str_clear(&text);
	for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
		char *key = xformat("errors.%s.%s", fault_name(fault), members[i]);

		str_format(&text, "%s%s ", i ? "; " : "", members[i]);
		add_provenance(&text, provenance_of(page->profile, key));
		free(key);
	}
	paragraph(page->out, "      ", 8, str_text(&text));
	str_release(&text);
}

static void print_answers(const struct page *page)
{
	size_t count = 0;

	for (int i = 0; i < FAULT_COUNT; i++)
		count += has_answer(page, (enum fault)i);
	if (count)
		heading(page,
			page->standard ? "Refusals in its own words; all others are the standard's"
				       : "Refusals",
			count);
	for (int i = 0; i < FAULT_COUNT; i++)
		if (has_answer(page, (enum fault)i))
			print_answer(page, (enum fault)i);
}

static void print_hidden(const struct page *page)
{
	const json_t *routes = json_object_get(page->profile->effective, "routes"), *item;
	const json_t *hide = json_object_get(routes, "hide");
	size_t i;

	if (json_array_size(hide))
		heading(page, "Operations that it does not have", json_array_size(hide));
	json_array_foreach (hide, i, item)
		fprintf(page->out, "  %s\n", json_string_value(item));
}

static void print_note(const struct page *page, const json_t *note)
{
	struct provenance provenance = { .word = jsonx_text(note, "provenance"),
					 .source = jsonx_text(note, "source"),
					 .stated = true };
	struct str text = STR_INIT;

	str_format(&text, "%s [", jsonx_text(note, "text"));
	add_provenance(&text, provenance);
	str_add(&text, "]");
	paragraph(page->out, "  ", 6, str_text(&text));
	str_release(&text);
}

/* Those in which sources disagree stand with the other conflicts. */
static void print_notes(const struct page *page)
{
	const json_t *notes = json_object_get(page->profile->effective, "notes"), *note;
	size_t count = 0, i;

	json_array_foreach (notes, i, note)
		count += !is_conflict(note);
	if (count)
		heading(page, "What no switch says", count);
	json_array_foreach (notes, i, note)
		if (!is_conflict(note))
			print_note(page, note);
}

/* The settings of a client for this SIS: those of its name, else of what it extends. */
static const char *connection_name(const struct profile *profile)
{
	const char *names[] = { profile->name, jsonx_text(profile->effective, "extends") };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct err ignored = ERR_INIT;
		char *path = names[i] ? fixture_path("connections", names[i], ".json", &ignored)
				      : NULL;

		free(path);
		if (path)
			return names[i];
	}
	return NULL;
}

static void print_head(const struct page *page)
{
	const struct profile *profile = page->profile;
	const char *extends = jsonx_text(profile->effective, "extends");
	const char *zone = jsonx_text(profile->effective, "timezone");
	const char *connection = connection_name(profile);
	struct str text = STR_INIT;

	fprintf(page->out, "%s\n", profile->title ? profile->title : profile->name);
	fprintf(page->out, "  profile     %s%s%s\n", profile->name, extends ? ", extends " : "",
		extends ? extends : "");
	if (connection)
		fprintf(page->out, "  connection  %s (mocksis sync COURSE --connection %s)\n",
			connection, connection);
	str_format(&text, "%s", zone ? zone : "UTC");
	if (zone) {
		str_add(&text, " [");
		add_provenance(&text, provenance_of(profile, "timezone"));
		str_add(&text, "]");
	}
	paragraph(page->out, "  time zone   ", 14, str_text(&text));
	str_release(&text);
}

void profile_page(FILE *out, const struct profile *profile, const struct profile *standard)
{
	const struct page page = { out, profile, standard };
	struct tally tally = profile_tally(profile, standard);

	print_head(&page);
	if (!tally.rules)
		fputs("\nIt has no rule beyond the standard's.\n", out);
	print_rules(&page, "Rules beyond the standard", true);
	print_rules(&page, "The standard's rules that it is known or assumed to have", false);
	print_conflicts(&page);
	print_answers(&page);
	print_hidden(&page);
	print_notes(&page);
	fprintf(out,
		"\nOf its own values %zu are verified, %zu lab (no source confirms them), %zu in "
		"conflict.\n",
		tally.verified, tally.lab, tally.conflict);
}
