/*
 * test_provider_judged.c - our judge over the scripted provider: two readings of the same
 * texts that know nothing of one another find the same.
 */
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/str.h"
#include "tests/http/vendor.h"

/* A second teacher of the first class, a second resource, a hundred users. */
#define SMALL "PAGE-LIMIT-001 PAGE-ALL-109 PAGE-ALL-117 PAGE-ALL-119 PAGE-ALL-124"

/* What may be skipped, by the beginning of its id: what the version does not have, or what a
 * small district cannot show. */
static const struct {
	const char *version, *skipped;
} cases[] = {
	{ "1.1",
	  "PAY-scoreScales PAY-assessment PAY-getResourcesForUser PAY-getScoreScales " SMALL },
	{ "1.2", "GB-AUTH-0 " SMALL }, /* signatures are gone */
};

static bool is_listed(const char *list, const char *id)
{
	char *copy = xstrdup(list), *rest = copy, *word;
	bool may = false;

	while ((word = strsep(&rest, " ")))
		may = may || (*word && starts_with(id, word));
	free(copy);
	return may;
}

START_TEST(judge_finds_nothing)
{
	struct vendor vendor;
	struct outcome outcome;
	struct str found = STR_INIT;
	const json_t *check;
	json_t *report;
	size_t i;

	vendor_start(&vendor, NULL);
	run_mocksis(&outcome, 120,
		    (const char *[]){ "check", vendor.url, "--credential", PROVIDER_CREDENTIAL,
				      "--version", cases[_i].version, "--seed", "7", "--json",
				      NULL });
	report = json_loads(outcome.out, 0, NULL);
	ck_assert_msg(report != NULL, "%s", outcome.err);
	json_array_foreach (json_object_get(report, "checks"), i, check) {
		const char *verdict = jsonx_text(check, "verdict"), *id = jsonx_text(check, "id");

		if (strcmp(verdict, "pass") != 0 &&
		    (strcmp(verdict, "skipped") != 0 || !is_listed(cases[_i].skipped, id)))
			str_format(&found, "%s %s: %s\n", verdict, id,
				   jsonx_text(check, "message"));
	}
	ck_assert_msg(!found.length, "%s:\n%s", cases[_i].version, str_text(&found));
	ck_assert_uint_gt(json_array_size(json_object_get(report, "checks")), 60);
	ck_assert_uint_eq(json_array_size(json_object_get(report, "left_behind")), 0);
	str_release(&found);
	json_decref(report);
	outcome_release(&outcome);
	vendor_stop(&vendor);
}
END_TEST

Suite *provider_judged_suite(void);
Suite *provider_judged_suite(void)
{
	Suite *suite = suite_create("provider_judged");
	TCase *tc = tcase_create("provider_judged");

	tcase_set_timeout(tc, 150);
	tcase_add_loop_test(tc, judge_finds_nothing, 0, ARRAY_SIZE(cases));
	suite_add_tcase(suite, tc);
	return suite;
}
