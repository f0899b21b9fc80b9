/*
 * test_bundled.c - the bundled profiles as data: every name of the contract, a source
 * for each value, a connection that fits.
 */
#include <check.h>
#include <string.h>

#include "base/file.h"
#include "base/jsonx.h"
#include "conformance/canvas/connection.h"
#include "server/quirk/profile.h"
#include "tests/unit/helpers.h"

static const char *const names[] = {
	"standard",    "strict",    "generic", "infinite-campus", "infinite-campus-50",
	"powerschool", "skyward",   "qmlativ", "aeries",          "aspen",
	"aspire",      "sapphire",  "synergy", "focus",           "pinnacle",
	"schooltool",  "blackbaud",
};

/* The texts of errors may name these; fault.h says how they are filled. */
static json_t *read_file(const char *name)
{
	struct err err = ERR_INIT;
	char *path = fixture_path("profiles", name, ".json", &err);
	json_t *file = path ? jsonx_load_file(path, &err) : NULL;

	ck_assert_msg(file != NULL, "%s", err.text);
	free(path);
	return file;
}

static struct profile *load(const char *name)
{
	struct err err = ERR_INIT;
	struct profile *profile = profile_load(name, &err);

	ck_assert_msg(profile != NULL, "%s", err.text);
	return profile;
}

START_TEST(loads)
{
	struct profile *profile = load(names[_i]);

	ck_assert_str_eq(profile->name, names[_i]);
	ck_assert_msg(profile->title && *profile->title, "%s: no title", names[_i]);
	ck_assert(profile_is_bundled(names[_i]));
	for (int version = 0; version < ANSWERS_COUNT; version++)
		for (int i = 0; i < FAULT_COUNT; i++)
			ck_assert_msg(profile->answers[version][i].status >= 400 &&
					      *profile->answers[version][i].minor &&
					      *profile->answers[version][i].text,
				      "%s: %s", names[_i], fault_name((enum fault)i));
	profile_put(profile);
}
END_TEST

static void demand_source(const char *name, const json_t *sources, const char *key)
{
	ck_assert_msg(json_is_object(json_object_get(sources, key)), "%s: %s has no source", name,
		      key);
}

/* What the file itself sets; codes and minor codes follow from the text and the status. */
START_TEST(every_value_has_a_source)
{
	static const char *const members[] = { "status", "text" };
	json_t *file = read_file(names[_i]), *sources = json_object_get(file, "sources"), *value;
	const char *key;

	json_object_foreach (json_object_get(file, "quirks"), key, value)
		demand_source(names[_i], sources, key);
	json_object_foreach (json_object_get(file, "errors"), key, value)
		for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
			char *name = xformat("errors.%s.%s", key, members[i]);

			if (json_object_get(value, members[i]))
				demand_source(names[_i], sources, name);
			free(name);
		}
	if (json_object_get(file, "timezone"))
		demand_source(names[_i], sources, "timezone");
	json_decref(file);
}
END_TEST

/* The value that a name of `sources` means. */
static const json_t *value_of(const json_t *file, const char *name)
{
	const char *dot = strrchr(name, '.');
	char fault[64];

	if (!starts_with(name, "errors."))
		return dot ? json_object_get(json_object_get(file, "quirks"), name)
			   : json_object_get(file, name);
	snprintf(fault, sizeof fault, "%.*s", (int)(dot - name - 7), name + 7);
	return json_object_get(json_object_get(json_object_get(file, "errors"), fault), dot + 1);
}

/* No source outlives its value. A conflict names both sides, with a semicolon between. */
START_TEST(every_source_has_a_value)
{
	json_t *file = read_file(names[_i]), *value;
	const char *key;

	json_object_foreach (json_object_get(file, "sources"), key, value) {
		const char *text = jsonx_text(value, "source");

		ck_assert_msg(value_of(file, key) != NULL, "%s: %s", names[_i], key);
		ck_assert_msg(strcmp(jsonx_text(value, "provenance"), "conflict") != 0 ||
				      strchr(text, ';'),
			      "%s: %s names one source", names[_i], key);
	}
	json_decref(file);
}
END_TEST

START_TEST(texts_hold_known_placeholders)
{
	json_t *file = read_file(names[_i]), *error;
	const char *fault;

	json_object_foreach (json_object_get(file, "errors"), fault, error) {
		const char *text = jsonx_text(error, "text");

		for (const char *at = text ? strchr(text, '{') : NULL; at;
		     at = strchr(at + 1, '{')) {
			char *name = xstrndup(at + 1, strcspn(at + 1, "}"));

			ck_assert_msg(has_word(PLACEHOLDERS, name), "%s: %s: {%s}", names[_i],
				      fault, name);
			free(name);
		}
	}
	json_decref(file);
}
END_TEST

/* What Canvas checks beforehand is what this SIS demands, or stricter. */
START_TEST(a_connection_fits)
{
	struct profile *profile = load(names[_i]);
	struct connection connection;
	struct err err = ERR_INIT;

	ck_assert_msg(connection_load(&connection, names[_i], &err), "%s", err.text);
	ck_assert_msg(profile->quirks.title_max == 0 ||
			      (connection.name_limit > 0 &&
			       connection.name_limit <= profile->quirks.title_max),
		      "%s: name_limit", names[_i]);
	ck_assert_msg(!profile->quirks.due_date_required || connection.require_due_date,
		      "%s: require_due_date", names[_i]);
	connection_release(&connection);
	profile_put(profile);
}
END_TEST

static void only_known_names(const char *folder)
{
	struct err err = ERR_INIT;
	char **files = fixture_names(folder, ".json", &err);
	size_t count = 0;

	ck_assert_msg(files != NULL, "%s", err.text);
	for (; files[count]; count++) {
		bool known = false;

		for (size_t i = 0; i < ARRAY_SIZE(names); i++)
			known = known || strcmp(files[count], names[i]) == 0;
		ck_assert_msg(known, "%s/%s is not on the list", folder, files[count]);
	}
	ck_assert_uint_eq(count, ARRAY_SIZE(names));
	names_free(files);
}

START_TEST(nothing_else_is_bundled)
{
	only_known_names("profiles");
	only_known_names("connections");
}
END_TEST

/* clang-format off */
/* The same fault, another status and text: docs of the SISs, not ours. */
static const struct {
	const char *profile;
	enum fault fault;
	int status;
	const char *code, *text;
} answers[] = {
	{ "infinite-campus",    FAULT_TITLE_TOO_LONG,       400, "IC-01",  "Assignment cannot be created" },
	{ "infinite-campus-50", FAULT_TITLE_TOO_LONG,       400, "IC-01",  "Assignment cannot be created" },
	{ "powerschool",        FAULT_TITLE_TOO_LONG,       400, "PSP-01", "Unable to create assignment" },
	{ "aeries",             FAULT_TITLE_TOO_LONG,       400, "AER-07", "Unable to add assignment [{title}]." },
	{ "pinnacle",           FAULT_DUE_DATE_OUT_OF_TERM, 400, "PIN-02", "Invalid due date" },
	{ "powerschool",        FAULT_DUE_DATE_OUT_OF_TERM, 409, "PSP-07", "Due date error" },
	{ "focus",              FAULT_DUE_DATE_OUT_OF_TERM, 422, "FOC-02", "Invalid due date" },
	{ "focus",              FAULT_ROUTE_UNKNOWN,        404, "FOC-01", "API route not found" },
	{ "focus",              FAULT_LINE_ITEM_UNKNOWN,    404, "FOC-03", "Assignment not found" },
	{ "powerschool",        FAULT_LINE_ITEM_UNKNOWN,    412, "PSP-11", "Assignment update is missing record" },
	{ "aeries",             FAULT_LINE_ITEM_UNKNOWN,    400, "AER-04", "Invalid assignment ID (lineItem sourcedId is invalid)." },
	{ "aspen",              FAULT_LINE_ITEM_UNKNOWN,    400, "ASP-L3", "No GradebookColumnDefinition found" },
	{ "powerschool",        FAULT_TEACHER_NOT_OWNER,    403, "PSP-03", "User does not teach section" },
	{ "powerschool",        FAULT_RATE_LIMITED,         403, "PSP-02", "403 Forbidden (Rate Limit Exceeded)" },
	{ "aeries",             FAULT_GRADEBOOK_UNLINKED,   400, "AER-02", "Gradebook number does not match." },
	{ "aspen",              FAULT_TITLE_NOT_UNIQUE,     400, "ASP-L2", "Assignment name already exists for class" },
	{ "powerschool",        FAULT_TITLE_NOT_UNIQUE,     409, "PSP-12", "Assignment already exists" },
	{ "skyward",            FAULT_CATEGORY_UNKNOWN,     400, "SKY-01", "invalid assignment group" },
	{ "blackbaud",          FAULT_LETTER_SCALE,         400, "BB-01",  "PutResult: LineItemHasGradingScale" },
};
/* clang-format on */

/* A status without a version of its own holds for both. */
START_TEST(each_sis_has_its_own_answers)
{
	struct profile *profile = load(answers[_i].profile);

	for (int version = 0; version < ANSWERS_COUNT; version++) {
		const struct fault_answer *answer = &profile->answers[version][answers[_i].fault];

		ck_assert_int_eq(answer->status, answers[_i].status);
		ck_assert_str_eq(answer->text, answers[_i].text);
		ck_assert_msg(same_text(answer->code, answers[_i].code), "%s", answers[_i].profile);
	}
	profile_put(profile);
}
END_TEST

START_TEST(one_differs_from_the_other_only_in_the_title)
{
	struct profile *a = load("infinite-campus"), *b = load("infinite-campus-50");
	json_t *quirks = json_object_get(b->effective, "quirks");

	ck_assert_int_eq(a->quirks.title_max, 30);
	ck_assert_int_eq(b->quirks.title_max, 50);
	json_object_set_new(quirks, "title.max", json_integer(30));
	ck_assert(json_equal(quirks, json_object_get(a->effective, "quirks")));
	ck_assert(json_equal(json_object_get(b->effective, "errors"),
			     json_object_get(a->effective, "errors")));
	profile_put(a);
	profile_put(b);
}
END_TEST

/* Of these nothing is known that a switch could say. */
START_TEST(nothing_is_invented)
{
	static const char *const unknown[] = { "generic", "sapphire", "synergy" };

	for (size_t i = 0; i < ARRAY_SIZE(unknown); i++) {
		json_t *file = read_file(unknown[i]);

		ck_assert_ptr_null(json_object_get(file, "quirks"));
		ck_assert_ptr_null(json_object_get(file, "errors"));
		json_decref(file);
	}
}
END_TEST

Suite *bundled_suite(void);
Suite *bundled_suite(void)
{
	Suite *suite = suite_create("quirk/bundled");
	TCase *tc = tcase_create("bundled");
	int count = ARRAY_SIZE(names);

	tcase_add_loop_test(tc, loads, 0, count);
	tcase_add_loop_test(tc, every_value_has_a_source, 0, count);
	tcase_add_loop_test(tc, every_source_has_a_value, 0, count);
	tcase_add_loop_test(tc, texts_hold_known_placeholders, 0, count);
	tcase_add_loop_test(tc, a_connection_fits, 0, count);
	tcase_add_test(tc, nothing_else_is_bundled);
	tcase_add_loop_test(tc, each_sis_has_its_own_answers, 0, ARRAY_SIZE(answers));
	tcase_add_test(tc, one_differs_from_the_other_only_in_the_title);
	tcase_add_test(tc, nothing_is_invented);
	suite_add_tcase(suite, tc);
	return suite;
}
