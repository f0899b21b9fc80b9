/*
 * reference.c - every switch and every fault, printed from their tables.
 */
#include "server/quirk/reference.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "oneroster/entity.h"

static const char *type_word(const struct quirk_switch *row)
{
	switch (row->type) {
	case SWITCH_INT:
		return "int";
	case SWITCH_SIGNED:
		return "signed";
	case SWITCH_BOOL:
		return "bool";
	case SWITCH_CHOICE:
		return "choice";
	case SWITCH_LIST:
		return "list";
	case SWITCH_TEXT:
		return "text";
	case SWITCH_OBJECT:
		return "object";
	}
	BUG("switch type %d", (int)row->type);
}

/* The choices with a comma and a blank between; "" when any value will do. */
static void add_choices(struct str *out, const struct quirk_switch *row)
{
	const char *between = row->type == SWITCH_LIST || row->type == SWITCH_OBJECT ? "," : " ";

	for (const char *at = row->choices; at && *at; at += strspn(at, between)) {
		size_t size = strcspn(at, between);

		str_format(out, "%s%.*s%s", at > row->choices ? ", " : "", (int)size, at,
			   at[size - 1] == ':' ? "ID" : "");
		at += size;
	}
}

/* As a profile writes it, without the quotes of a word; a list that is whole is called so. */
static void add_preset(struct str *out, const struct quirk_switch *row)
{
	json_t *preset = switch_preset(row);
	char *text = jsonx_dump(preset);

	if (row->type == SWITCH_LIST && same_text(row->preset.text, row->choices))
		str_add(out, "all");
	else if (row->type == SWITCH_CHOICE)
		str_add(out, row->preset.text);
	else
		str_add(out, text);
	free(text);
	json_decref(preset);
}

static void add_switch_line(struct str *out, const struct quirk_switch *row)
{
	struct str preset = STR_INIT, choices = STR_INIT;

	add_preset(&preset, row);
	add_choices(&choices, row);
	str_format(out, "%-31s %-6s %-8s %s", row->name, type_word(row), str_text(&preset),
		   row->meaning);
	if (choices.length)
		str_format(out, " (%s)", str_text(&choices));
	str_add_char(out, '\n');
	str_release(&preset);
	str_release(&choices);
}

void reference_text(struct str *out, const struct profile *standard)
{
	const struct quirk_switch *row;

	str_format(out, "%-31s %-6s %-8s %s\n", "SWITCH", "TYPE", "DEFAULT", "MEANING (CHOICES)");
	for (size_t i = 0; (row = switch_at(i)); i++)
		add_switch_line(out, row);
	str_format(out, "\n%-31s %-6s %-8s %s\n", "FAULT", "IN 1.1", "IN 1.2",
		   "TEXT OF THE STANDARD'S PROFILE");
	for (int i = 0; i < FAULT_COUNT; i++) {
		const struct fault_answer *answer = profile_answer(standard, (enum fault)i, V11);

		str_format(out, "%-31s %-6d %-8d %s\n", fault_name((enum fault)i), answer->status,
			   profile_answer(standard, (enum fault)i, V12)->status, answer->text);
	}
}

static void add_switch_row(struct str *out, const struct quirk_switch *row)
{
	str_format(out, "| `%s` | %s | `", row->name, type_word(row));
	add_preset(out, row);
	str_add(out, "` | ");
	add_choices(out, row);
	str_format(out, " | %s |\n", row->meaning);
}

void reference_markdown(struct str *out, const struct profile *standard)
{
	const struct quirk_switch *row;

	str_add(out, "# Switches and faults\n\n"
		     "`mocksis profiles --switches --markdown` prints this page; a test holds the "
		     "two against each other.\n\n"
		     "A profile sets switches in `quirks`; the default is what the standard says. "
		     "With `--switches` alone the page is\nfor the terminal, with `--json` for a "
		     "program.\n\n"
		     "| switch | type | default | choices | meaning |\n|---|---|---|---|---|\n");
	for (size_t i = 0; (row = switch_at(i)); i++)
		add_switch_row(out, row);
	str_add(out,
		"\n## Faults\n\n"
		"What a profile's `errors` may give a status, a minor code, a text and a code "
		"of the error dictionary to. Texts and\nstatuses here are those of the profile "
		"`standard`. A text may name what was refused, one of these in "
		"braces:\n" PLACEHOLDERS ".\n\n"
		"| fault | 1.1 | 1.2 | minor code | text |\n|---|---|---|---|---|\n");
	for (int i = 0; i < FAULT_COUNT; i++) {
		const struct fault_answer *answer = profile_answer(standard, (enum fault)i, V11);

		str_format(out, "| `%s` | %d | %d | `%s` | %s |\n", fault_name((enum fault)i),
			   answer->status, profile_answer(standard, (enum fault)i, V12)->status,
			   answer->minor, answer->text);
	}
}

static json_t *switch_json(const struct quirk_switch *row)
{
	struct str choices = STR_INIT;
	json_t *object;

	add_choices(&choices, row);
	object = json_pack("{s:s, s:s, s:o, s:s, s:s}", "name", row->name, "type", type_word(row),
			   "default", switch_preset(row), "choices", str_text(&choices), "meaning",
			   row->meaning);
	str_release(&choices);
	return object;
}

json_t *reference_json(const struct profile *standard)
{
	json_t *switches = json_array(), *faults = json_array();
	const struct quirk_switch *row;

	for (size_t i = 0; (row = switch_at(i)); i++)
		json_array_append_new(switches, switch_json(row));
	for (int i = 0; i < FAULT_COUNT; i++) {
		const struct fault_answer *answer = profile_answer(standard, (enum fault)i, V11);

		json_array_append_new(
			faults,
			json_pack("{s:s, s:{s:i, s:i}, s:s, s:s}", "name",
				  fault_name((enum fault)i), "status", "1.1", answer->status, "1.2",
				  profile_answer(standard, (enum fault)i, V12)->status, "minor",
				  answer->minor, "text", answer->text));
	}
	return json_pack("{s:o, s:o}", "switches", switches, "faults", faults);
}
