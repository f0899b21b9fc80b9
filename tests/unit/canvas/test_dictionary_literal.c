/*
 * test_dictionary_literal.c - the texts of the dictionary that were seen in a source.
 */
#include <check.h>

#include "base/jsonx.h"
#include "conformance/dictionary.h"
#include "tests/unit/helpers.h"

/* clang-format off */
/* What was seen in a source, to the letter: blanks at the end of a line, quotes, capitals.
 * Placeholders stand where the source has brackets or variables. */
static const struct {
	const char *code, *text;
	int http; /* 0: none */
} literal[] = {
	{ "AER-01", "Grading category [{category}] not found in OneRoster for [{class}]. \nPlease ensure that your assignment categories match between OneRoster and Canvas. \nAvailable grading categories are: [{categories}]", 0 },
	{ "AER-02", "Gradebook number does not match.", 400 },
	{ "AER-03", "Internal Server Error", 500 },
	{ "AER-04", "Invalid assignment ID (lineItem sourcedId is invalid).", 400 },
	{ "AER-05", "Multiple matches found for \"[{title}]\" due on [{due}] in OneRoster.", 0 },
	{ "ASP-02", "given GradebookColumnType does not have a default GradeScale", 400 },
	{ "SKY-01", "invalid assignment group", 400 },
	{ "BB-01", "PutResult: LineItemHasGradingScale", 400 },
	{ "BB-02", "{\"statusInfoSet\":[{\"imsx_codeMajor\":\"failure\",\"imsx_severity\":\"error\"}]}", 400 },
	{ "CLV-01", "missing required field(s): {fields}", 400 },
	{ "CLV-02", "request body is required, but was empty", 400 },
	{ "CLV-03", "due_date must be in the future", 400 },
	{ "CLV-04", "Could not authorize token", 403 },
	{ "CLV-05", "Assignment does not exist", 404 },
	{ "CLV-06", "User not found", 404 },
	{ "BAN-01", "STUDENT_ID_NOT_FOUND", 0 },
	{ "BAN-01", "ORG_UNIT_DOES_NOT_EXIST", 0 },
	{ "BAN-01", "ORG_UNIT_IS_NOT_GRADEABLE", 0 },
	{ "BAN-01", "STUDENT_NOT_ENROLLED", 0 },
	{ "BAN-01", "STUDENT_NOT_GRADEABLE", 0 },
	{ "BAN-01", "MUST_GENERATE_MIDTERM", 0 },
	{ "BAN-01", "MUST_GENERATE_FINAL", 0 },
	{ "BAN-01", "INVALID_GRADE_FOR_ORG_UNIT", 0 },
	{ "BAN-01", "GRADE_FROZEN_ON_SIS", 0 },
	{ "BAN-01", "GRADE_ALREADY_IN_SIS", 0 },
	{ "BAN-01", "INVALID_INSTRUCTOR_FOR_ORG_UNIT", 0 },
	{ "CV-01", "cannot be blank when Post to Sis is checked", 0 },
	{ "CV-02", "cannot be blank for any assignees when Post to Sis is checked", 0 },
	{ "CV-03", "cannot be changed because this assignment is due in a closed grading period", 0 },
	{ "CV-04", "Name is required!", 0 },
	{ "CV-05", "Name is too long, must be under {length} characters", 0 },
	{ "CV-06", "Due Date is required!", 0 },
	{ "CV-06", "Please add a due date", 0 },
	{ "CV-07", "Unable to sync with {sisName}. Please make sure {name} has a due date and name is not too long.", 0 },
	{ "CV-07", "Unable to sync with {sisName}. Please make sure {name} has a due date.", 0 },
	{ "CV-07", "Unable to sync with {sisName}. Please make sure {name} name is not too long.", 0 },
	{ "CV-08", "Sync to {name} enabled. Click to toggle.", 0 },
	{ "CV-08", "Sync to {name} disabled. Click to toggle.", 0 },
	{ "CV-09", "The assignment name must be unique", 0 },
	{ "CV-10", "The name must be under 30 characters", 0 },
	{ "CV-11", "The name must not be empty", 0 },
	{ "CV-12", "{count} Assignments with Errors", 0 },
	{ "CV-12", "No Due Date", 0 },
	{ "CV-12", "No Assignments with Errors, Click Continue", 0 },
	{ "CV-12", "You are ready to sync {count} assignments.", 0 },
	{ "CV-12", "{count} assignments have ungraded submissions", 0 },
	{ "CV-12", "Ignore These", 0 },
	{ "CV-12", "Continue", 0 },
	{ "CV-12", "Sync Grades", 0 },
	{ "CV-13", "An error occurred posting grades for ({type} : {id}). HTTP Error {status}", 0 },
	{ "CV-13", "An error occurred saving assignment ({id}). HTTP Error {status}", 0 },
	{ "CV-13", "An error occurred saving assignment override, ({id}).", 0 },
	{ "CV-14", "A SIS integration is not configured and the bulk SIS Grade Export feature is not enabled", 400 },
	{ "CV-15", "Grade data is not available for non-published courses", 400 },
	{ "CV-16", "The Grading Period cannot be found", 400 },
	{ "CV-17", "too many students", 400 },
	{ "CV-17", "invalid assignment ids requested", 403 },
	{ "CV-17", "Invalid datetime for graded_since", 400 },
	{ "CV-18", "Invalid integration data", 400 },
	{ "CV-19", "403 Forbidden (Rate Limit Exceeded)", 403 },
	{ "KIM-01", "query_type_not_supported", 0 },
	{ "KIM-02", "query_conditions_not_supported", 0 },
	{ "KIM-03", "producer_error", 0 },
	{ "KIM-04", "producer_failure", 0 },
};
/* clang-format on */

/* Whether an entry has this text, as verified and with this status. */
static bool has_literal(const json_t *entry, size_t row)
{
	const json_t *texts = json_object_get(entry, "texts"), *variant = entry;
	size_t i = 0;

	do {
		const json_t *from = json_object_get(variant, "http") ? variant : entry;
		const char *provenance = jsonx_text(variant, "provenance");

		if (same_text(jsonx_text(variant, "text"), literal[row].text))
			return same_text(provenance ? provenance : jsonx_text(entry, "provenance"),
					 "verified") &&
			       jsonx_int(from, "http") == literal[row].http;
		variant = json_array_get(texts, i++);
	} while (variant);
	return false;
}

START_TEST(what_was_seen_is_kept_to_the_letter)
{
	struct err err = ERR_INIT;
	struct dictionary *dictionary = dictionary_load(&err);
	const json_t *entry;
	size_t i;
	bool found = false;

	ck_assert_msg(dictionary != NULL, "%s", err.text);
	json_array_foreach (dictionary_entries(dictionary), i, entry)
		if (same_text(jsonx_text(entry, "code"), literal[_i].code))
			found |= has_literal(entry, (size_t)_i);
	ck_assert_msg(found, "%s: \"%s\", verified, %d", literal[_i].code, literal[_i].text,
		      literal[_i].http);
	dictionary_free(dictionary);
}
END_TEST

Suite *dictionary_literal_suite(void);
Suite *dictionary_literal_suite(void)
{
	Suite *suite = suite_create("canvas/dictionary_literal");
	TCase *tc = tcase_create("literal");

	tcase_add_loop_test(tc, what_was_seen_is_kept_to_the_letter, 0, ARRAY_SIZE(literal));
	suite_add_tcase(suite, tc);
	return suite;
}
