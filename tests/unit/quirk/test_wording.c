/*
 * test_wording.c - every value that a switch can have has its sentence.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "server/quirk/wording.h"

/* clang-format off */
static const struct {
	const char *name, *json, *sentence;
} sentences[] = {
	{ "title.max",         "50",        "The title of a lineItem may have at most 50 characters." },
	{ "title.max",         "0",         "The title of a lineItem may have any length." },
	{ "due_date.required", "true",      "A lineItem needs a due date." },
	{ "due_date.required", "false",     "A lineItem may have no due date." },
	{ "category.fallback", "\"id:c1\"", "A lineItem without a usable category lands in the category id:c1." },
	{ "category.fixed_id", "\"\"",      "A category is accepted only if it exists." },
	{ "oauth1.skew_s",     "-5",        "The clock of the SIS is ahead, in seconds, by -5. This is a fault of the SIS." },
	{ "auth.modes",        "[\"oauth1\", \"oauth2\"]", "Clients may authenticate by: oauth1, oauth2." },
	{ "auth.modes",        "[]",        "Clients may authenticate by: nothing." },
	{ "status.remap",      "{}",        "The scoreStatus is stored as it was sent." },
	{ "status.remap",      "{\"submitted\": \"fully graded\"}", "The scoreStatus is stored as another: submitted as fully graded." },
	{ "error.prefix",      "\"100 % *\"", "Texts of refusals begin with \"100 % *\"." },
};
/* clang-format on */

START_TEST(says)
{
	json_t *value = json_loads(sentences[_i].json, JSON_DECODE_ANY, NULL);
	const struct quirk_switch *row = switch_find(sentences[_i].name);
	struct str out = STR_INIT;

	ck_assert(value && row);
	rule_words(&out, row, value);
	ck_assert_str_eq(str_text(&out), sentences[_i].sentence);
	str_release(&out);
	json_decref(value);
}
END_TEST

/* The sentence of a value, which no other value of the switch may have. */
static void check_words(const struct quirk_switch *row, json_t *value, json_t *seen)
{
	struct str out = STR_INIT;

	rule_words(&out, row, value); /* aborts without one */
	ck_assert_msg(ends_with(str_text(&out), "."), "%s: %s", row->name, str_text(&out));
	ck_assert_msg(!json_object_get(seen, str_text(&out)), "%s: twice: %s", row->name,
		      str_text(&out));
	json_object_set_new(seen, str_text(&out), json_true());
	str_release(&out);
	json_decref(value);
}

static void check_choices(const struct quirk_switch *row, json_t *seen)
{
	for (const char *at = row->choices; *at; at += strspn(at, " ")) {
		size_t size = strcspn(at, " ");

		check_words(row,
			    row->type == SWITCH_CHOICE ? json_stringn(at, size)
						       : json_integer(strtol(at, NULL, 10)),
			    seen);
		at += size;
	}
}

START_TEST(every_value_has_a_sentence)
{
	const struct quirk_switch *row;

	for (size_t i = 0; (row = switch_at(i)); i++) {
		json_t *seen = json_object();

		if (row->type == SWITCH_CHOICE || (row->type == SWITCH_INT && row->choices)) {
			check_choices(row, seen);
		} else if (row->type == SWITCH_BOOL) {
			check_words(row, json_true(), seen);
			check_words(row, json_false(), seen);
		} else {
			check_words(row, switch_preset(row), seen);
			if (row->type == SWITCH_INT || row->type == SWITCH_SIGNED)
				check_words(row, json_integer(77), seen);
			if (row->type == SWITCH_TEXT)
				check_words(row, json_string("x"), seen);
		}
		json_decref(seen);
	}
}
END_TEST

Suite *wording_suite(void);
Suite *wording_suite(void)
{
	Suite *suite = suite_create("quirk/wording");
	TCase *tc = tcase_create("wording");

	tcase_add_loop_test(tc, says, 0, ARRAY_SIZE(sentences));
	tcase_add_test(tc, every_value_has_a_sentence);
	suite_add_tcase(suite, tc);
	return suite;
}
