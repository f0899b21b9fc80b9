/*
 * test_result_rules.c - the switches about results, on and off, each against what the SIS
 * state and the roster say.
 *
 * It is 16 November 2026. l-0 is a lineItem of class-bio-2 from 2 to 10 in cat-tests; l-1 has
 * no bounds and no category. student-021 is in the class, student-052 was until
 * 1 October, student-005 is in another one; teacher-01 teaches it.
 */
#include <check.h>

#include "base/jsonx.h"
#include "base/when.h"
#include "tests/unit/api/client.h"
#include "tests/unit/helpers.h"

#define BODY(item, student, more)                                                  \
	"{\"result\": {\"lineItem\": {\"sourcedId\": \"" item "\"}, \"student\": " \
	"{\"sourcedId\": \"" student "\"}" more "}}"
#define RESULT(more) BODY("l-0", "student-021", more)
#define UNBOUND(more) BODY("l-1", "student-021", more)
#define SCORE(n) ", \"score\": " n
#define STATUS(word) ", \"scoreStatus\": \"" word "\""
#define ITEM                                                                              \
	"{\"lineItem\": {\"title\": \"T\", \"class\": {\"sourcedId\": \"class-bio-2\"}, " \
	"\"resultValueMin\": 2, \"resultValueMax\": 10}}"

/* The state of the SIS. */
#define CLASS(members) "{\"classes\": {\"class-bio-2\": {" members "}}}"
#define CATEGORY(members) "{\"categories\": {\"cat-tests\": {" members "}}}"
#define TYPED(score) "{\"results\": {\"r\": {\"manualScore\": " score "}}}"

#define REQUIRED "\"gradescale.result_required\": true"
#define LETTER "\"gradescale.letter_refuses\": true"
#define ENROLLED "\"student.must_be_enrolled\": true"
#define OWNED "\"teacher.must_own\": true"

/* clang-format off */
/* A PUT under a profile; what was stored is read again, in 1.2. */
static const struct {
	const char *name, *quirks, *state, *target, *body;
	int status;       /* 201, 400, 422 */
	const char *says; /* the refusal, or in what is stored; "!": not in it */
} cases[] = {
	/* link.check */
	{ "a linked gradebook",      "", CLASS("\"linked\": true"), V1 "/results/r", RESULT(SCORE("9")), 201, "\"score\":9," },
	{ "an unlinked one",         "", CLASS("\"linked\": false"), V1 "/results/r", RESULT(SCORE("9")), 400, "the gradebook of class class-bio-2 is not linked" },
	{ "in 1.2",                  "", CLASS("\"linked\": false"), GRADEBOOK_V2 "/results/r", RESULT(SCORE("9")), 422, "the gradebook of class class-bio-2 is not linked" },
	{ "its lineItems",           "", CLASS("\"linked\": false"), V1 "/lineItems/r", ITEM, 400, "the gradebook of class class-bio-2 is not linked" },
	{ "another class",           "", "{\"classes\": {\"class-bio-1\": {\"linked\": false}}}", V1 "/lineItems/r", ITEM, 201, "class-bio-2" },
	{ "unlinked, no matter",     "\"link.check\": false", CLASS("\"linked\": false"), V1 "/results/r", RESULT(SCORE("9")), 201, "\"score\":9," },
	{ "nor for lineItems",       "\"link.check\": false", CLASS("\"linked\": false"), V1 "/lineItems/r", ITEM, 201, "class-bio-2" },
	/* teacher.must_own */
	{ "a teacher, no matter",    "",    CLASS("\"teacher\": \"teacher-02\""), V1 "/results/r", RESULT(SCORE("9")), 201, "\"score\":9," },
	{ "the class's teacher",     OWNED, CLASS("\"teacher\": \"teacher-01\""), V1 "/results/r", RESULT(SCORE("9")), 201, "\"score\":9," },
	{ "the teacher of another",  OWNED, CLASS("\"teacher\": \"teacher-02\""), V1 "/results/r", RESULT(SCORE("9")), 400, "the teacher of class class-bio-2 is not enrolled in it" },
	{ "nor lineItems",           OWNED, CLASS("\"teacher\": \"teacher-02\""), V1 "/lineItems/r", ITEM, 400, "the teacher of class class-bio-2 is not enrolled in it" },
	{ "a student is no teacher", OWNED, CLASS("\"teacher\": \"student-021\""), V1 "/results/r", RESULT(SCORE("9")), 400, "the teacher of class class-bio-2 is not enrolled in it" },
	{ "no teacher named",        OWNED, "{}", V1 "/results/r", RESULT(SCORE("9")), 201, "\"score\":9," },
	/* student.must_be_enrolled, student.grace_days */
	{ "enrolled",                ENROLLED, "{}", V1 "/results/r", RESULT(SCORE("9")), 201, "\"score\":9," },
	{ "of another class",        ENROLLED, "{}", V1 "/results/r", BODY("l-0", "student-005", SCORE("9")), 400, "student student-005 is not enrolled in class class-bio-2" },
	{ "in 1.2",                  ENROLLED, "{}", GRADEBOOK_V2 "/results/r", BODY("l-0", "student-005", SCORE("9")), 422, "student student-005 is not enrolled in class class-bio-2" },
	{ "whatever class it says",  ENROLLED, "{}", GRADEBOOK_V2 "/results/r", BODY("l-0", "student-005", SCORE("9") ", \"class\": {\"sourcedId\": \"class-bio-1\"}"), 422, "student student-005 is not enrolled in class class-bio-2" },
	{ "not enrolled, no matter", "",       "{}", V1 "/results/r", BODY("l-0", "student-005", SCORE("9")), 201, "\"score\":9," },
	{ "a teacher",               ENROLLED, "{}", V1 "/results/r", BODY("l-0", "teacher-01", SCORE("9")), 400, "student teacher-01 is not enrolled in class class-bio-2" },
	{ "gone",                    ENROLLED, "{}", V1 "/results/r", BODY("l-0", "student-052", SCORE("9")), 400, "student student-052 is not enrolled in class class-bio-2" },
	{ "gone for a day too long", ENROLLED ", \"student.grace_days\": 46", "{}", V1 "/results/r", BODY("l-0", "student-052", SCORE("9")), 400, "student student-052 is not enrolled in class class-bio-2" },
	{ "gone, but not long",      ENROLLED ", \"student.grace_days\": 47", "{}", V1 "/results/r", BODY("l-0", "student-052", SCORE("9")), 201, "\"score\":9," },
	{ "grace for ever",          ENROLLED ", \"student.grace_days\": 1000000000", "{}", V1 "/results/r", BODY("l-0", "student-052", SCORE("9")), 201, "\"score\":9," },
	{ "grace before the start",  ENROLLED ", \"student.grace_days\": 47", "{}", V1 "/results/r", BODY("l-0", "student-053", SCORE("9")), 400, "student student-053 is not enrolled in class class-bio-2" },
	{ "enrollment to be deleted", ENROLLED, "{}", V1 "/results/r", BODY("l-0", "student-054", SCORE("9")), 400, "student student-054 is not enrolled in class class-bio-2" },
	/* gradescale.result_required */
	{ "no scale, no matter",     "",       CATEGORY("\"defaultGradeScale\": null"), V1 "/results/r", RESULT(SCORE("9")), 201, "\"score\":9," },
	{ "nobody says anything",    REQUIRED, "{}", V1 "/results/r", RESULT(SCORE("9")), 201, "\"score\":9," },
	{ "a scale of the category", REQUIRED, CATEGORY("\"defaultGradeScale\": \"Points\""), V1 "/results/r", RESULT(SCORE("9")), 201, "\"score\":9," },
	{ "none of the category",    REQUIRED, CATEGORY("\"defaultGradeScale\": null"), V1 "/results/r", RESULT(SCORE("9")), 400, "lineItem l-0 has no grade scale for a result" },
	{ "none of the class",       REQUIRED, CLASS("\"defaultGradeScale\": null"), V1 "/results/r", UNBOUND(SCORE("9")), 400, "lineItem l-1 has no grade scale for a result" },
	{ "then that of the class",  REQUIRED, "{\"categories\": {\"cat-tests\": {\"defaultGradeScale\": null}}, \"classes\": {\"class-bio-2\": {\"defaultGradeScale\": \"Points\"}}}", V1 "/results/r", RESULT(SCORE("9")), 201, "\"score\":9," },
	{ "moved to another category", REQUIRED, "{\"categories\": {\"cat-quizzes\": {\"defaultGradeScale\": null}}, \"lineItems\": {\"l-0\": {\"category\": \"cat-quizzes\"}}}", V1 "/results/r", RESULT(SCORE("9")), 400, "lineItem l-0 has no grade scale for a result" },
	{ "a scoreScale of its own", REQUIRED, CLASS("\"defaultGradeScale\": null"), V1 "/results/r", BODY("l-letter", "student-021", SCORE("9")), 201, "\"score\":9," },
	/* gradescale.letter_refuses */
	{ "letters, no matter",      "",     CATEGORY("\"defaultGradeScale\": \"Letter\""), V1 "/results/r", RESULT(SCORE("9")), 201, "\"score\":9," },
	{ "a letter scale",          LETTER, CATEGORY("\"defaultGradeScale\": \"Letter\""), V1 "/results/r", RESULT(SCORE("9")), 400, "lineItem l-0 is on a letter scale and takes no result" },
	{ "not even a letter",       LETTER, CATEGORY("\"defaultGradeScale\": \"letter\""), V1 "/results/r", RESULT(SCORE("\"A\"")), 400, "lineItem l-0 is on a letter scale and takes no result" },
	{ "nor a textScore",         LETTER, CATEGORY("\"defaultGradeScale\": \"Letter\""), GRADEBOOK_V2 "/results/r", RESULT(", \"textScore\": \"A\""), 422, "lineItem l-0 is on a letter scale and takes no result" },
	{ "another scale",           LETTER, CATEGORY("\"defaultGradeScale\": \"Points\""), V1 "/results/r", RESULT(SCORE("9")), 201, "\"score\":9," },
	{ "no scale at all",         LETTER, CATEGORY("\"defaultGradeScale\": null"), V1 "/results/r", RESULT(SCORE("9")), 201, "\"score\":9," },
	{ "a letter class",          LETTER, CLASS("\"defaultGradeScale\": \"Letter\""), V1 "/results/r", UNBOUND(SCORE("9")), 400, "lineItem l-1 is on a letter scale and takes no result" },
	{ "the category counts first", LETTER, "{\"categories\": {\"cat-tests\": {\"defaultGradeScale\": \"Points\"}}, \"classes\": {\"class-bio-2\": {\"defaultGradeScale\": \"Letter\"}}}", V1 "/results/r", RESULT(SCORE("9")), 201, "\"score\":9," },
	{ "a letter scoreScale",     LETTER, "{}", GRADEBOOK_V2 "/results/r", BODY("l-letter", "student-021", SCORE("9")), 422, "lineItem l-letter is on a letter scale and takes no result" },
	/* manual_score.wins */
	{ "typed, no matter",        "", TYPED("8"), V1 "/results/r", RESULT(SCORE("9")), 201, "\"score\":9," },
	{ "typed in the SIS",        "\"manual_score.wins\": true", TYPED("8"), V1 "/results/r", RESULT(SCORE("9")), 400, "the result of student student-021 holds a score that was typed in the SIS" },
	{ "typed as 0",              "\"manual_score.wins\": true", TYPED("0"), V1 "/results/r", RESULT(SCORE("9")), 400, "the result of student student-021 holds a score that was typed in the SIS" },
	{ "not typed",               "\"manual_score.wins\": true", TYPED("null"), V1 "/results/r", RESULT(SCORE("9")), 201, "\"score\":9," },
	{ "typed for another",       "\"manual_score.wins\": true", "{\"results\": {\"r-2\": {\"manualScore\": 8}}}", V1 "/results/r", RESULT(SCORE("9")), 201, "\"score\":9," },
	/* score.text_policy */
	{ "a letter",                "", "{}", V1 "/results/r", RESULT(SCORE("\"A\"")), 400, "/result/score: expected a number, found the text \"A\"" },
	{ "digits in quotes",        "", "{}", V1 "/results/r", RESULT(SCORE("\"85\"")), 400, "/result/score: expected a number, found the text \"85\"" },
	{ "a letter in 1.2",         "", "{}", GRADEBOOK_V2 "/results/r", RESULT(SCORE("\"A\"")), 422, "/result/score: expected a number, found the text \"A\"" },
	{ "a textScore is another thing", "", "{}", GRADEBOOK_V2 "/results/r", RESULT(", \"textScore\": \"A\""), 201, "\"textScore\":\"A\"" },
	{ "a letter taken",          "\"score.text_policy\": \"accept\"", "{}", V1 "/results/r", RESULT(SCORE("\"A\"")), 201, "\"textScore\":\"A\"" },
	{ "and no number with it",   "\"score.text_policy\": \"accept\"", "{}", V1 "/results/r", RESULT(SCORE("\"A\"")), 201, "!\"score\":" },
	{ "a number taken",          "\"score.text_policy\": \"accept\"", "{}", V1 "/results/r", RESULT(SCORE("\"8.5\"")), 201, "\"score\":8.5," },
	{ "nothing in quotes",       "\"score.text_policy\": \"accept\"", "{}", V1 "/results/r", RESULT(SCORE("\"\"")), 201, "!textScore" },
	{ "both in 1.2",             "\"score.text_policy\": \"accept\"", "{}", GRADEBOOK_V2 "/results/r", RESULT(SCORE("\"A\"") ", \"textScore\": \"B\""), 201, "\"textScore\":\"B\"" },
	{ "a number beyond the end", "\"score.text_policy\": \"accept\", \"score.over_policy\": \"clip\"", "{}", V1 "/results/r", RESULT(SCORE("\"85\"")), 201, "\"score\":10," },
	{ "true is no text",         "\"score.text_policy\": \"accept\"", "{}", V1 "/results/r", RESULT(SCORE("true")), 400, "/result/score: expected a number, found a boolean" },
	/* status.allowed */
	{ "any status",              "", "{}", V1 "/results/r", RESULT(SCORE("9") STATUS("submitted")), 201, "\"scoreStatus\":\"submitted\"" },
	{ "one that is allowed",     "\"status.allowed\": [\"exempt\", \"fully graded\"]", "{}", V1 "/results/r", RESULT(SCORE("9") STATUS("fully graded")), 201, "\"scoreStatus\":\"fully graded\"" },
	{ "one that is not",         "\"status.allowed\": [\"exempt\", \"fully graded\"]", "{}", V1 "/results/r", RESULT(SCORE("9") STATUS("submitted")), 400, "scoreStatus submitted is not taken" },
	{ "part of one",             "\"status.allowed\": [\"not submitted\"]", "{}", V1 "/results/r", RESULT(SCORE("9") STATUS("submitted")), 400, "scoreStatus submitted is not taken" },
	{ "none at all",             "\"status.allowed\": []", "{}", V1 "/results/r", RESULT(SCORE("9")), 201, "!scoreStatus" },
	{ "an extension",            "\"status.allowed\": []", "{}", GRADEBOOK_V2 "/results/r", RESULT(SCORE("9") STATUS("ext:late")), 201, "ext:late" },
	/* score.exempt_zero */
	{ "exempt",                  "", "{}", V1 "/results/r", RESULT(SCORE("9") STATUS("exempt")), 201, "\"score\":9," },
	{ "exempt is 0",             "\"score.exempt_zero\": true", "{}", V1 "/results/r", RESULT(SCORE("9") STATUS("exempt")), 201, "\"score\":0," },
	{ "exempt without a score",  "\"score.exempt_zero\": true", "{}", V1 "/results/r", RESULT(STATUS("exempt")), 201, "\"score\":0," },
	{ "it stays exempt",         "\"score.exempt_zero\": true", "{}", V1 "/results/r", RESULT(STATUS("exempt")), 201, "\"scoreStatus\":\"exempt\"" },
	{ "others stay",             "\"score.exempt_zero\": true", "{}", V1 "/results/r", RESULT(SCORE("9") STATUS("submitted")), 201, "\"score\":9," },
	{ "0 is a score",            "\"score.exempt_zero\": true, \"score.null_policy\": \"reject\", \"score.under_policy\": \"reject\"", "{}", V1 "/results/r", RESULT(STATUS("exempt")), 201, "\"score\":0," },
	/* score.null_policy */
	{ "no score",                "", "{}", V1 "/results/r", RESULT(", \"score\": null" STATUS("fully graded")), 201, "!\"score\":" },
	{ "no null",                 "\"score.null_policy\": \"reject\"", "{}", V1 "/results/r", RESULT(", \"score\": null" STATUS("exempt")), 400, "needs a score: lineItem l-0, student student-021" },
	{ "nor absent",              "\"score.null_policy\": \"reject\"", "{}", GRADEBOOK_V2 "/results/r", RESULT(STATUS("not submitted")), 422, "needs a score: lineItem l-0, student student-021" },
	{ "a textScore is a score",  "\"score.null_policy\": \"reject\"", "{}", GRADEBOOK_V2 "/results/r", RESULT(", \"textScore\": \"A\""), 201, "\"textScore\":\"A\"" },
	{ "a score",                 "\"score.null_policy\": \"reject\"", "{}", V1 "/results/r", RESULT(SCORE("0")), 201, "\"score\":0," },
	{ "exempt may be null",      "\"score.null_policy\": \"only_exempt\"", "{}", V1 "/results/r", RESULT(STATUS("exempt")), 201, "!\"score\":" },
	{ "missing may not",         "\"score.null_policy\": \"only_exempt\"", "{}", V1 "/results/r", RESULT(STATUS("not submitted")), 400, "needs a score" },
	{ "no status may not",       "\"score.null_policy\": \"only_exempt\"", "{}", V1 "/results/r", RESULT(""), 400, "needs a score" },
	{ "missing may be null",     "\"score.null_policy\": \"only_missing\"", "{}", V1 "/results/r", RESULT(STATUS("not submitted")), 201, "!\"score\":" },
	{ "exempt may not",          "\"score.null_policy\": \"only_missing\"", "{}", V1 "/results/r", RESULT(STATUS("exempt")), 400, "needs a score" },
	/* score.over_policy */
	{ "extra credit",            "", "{}", V1 "/results/r", RESULT(SCORE("300")), 201, "\"score\":300," },
	{ "too much",                "\"score.over_policy\": \"reject\"", "{}", V1 "/results/r", RESULT(SCORE("10.5")), 400, "score 10.5 is above 10, the resultValueMax of lineItem l-0" },
	{ "just enough",             "\"score.over_policy\": \"reject\"", "{}", V1 "/results/r", RESULT(SCORE("10")), 201, "\"score\":10," },
	{ "no score to judge",       "\"score.over_policy\": \"reject\"", "{}", V1 "/results/r", RESULT(""), 201, "!\"score\":" },
	{ "no end to it",            "\"score.over_policy\": \"reject\"", "{}", V1 "/results/r", UNBOUND(SCORE("300")), 201, "\"score\":300," },
	{ "clipped",                 "\"score.over_policy\": \"clip\"", "{}", V1 "/results/r", RESULT(SCORE("300")), 201, "\"score\":10," },
	{ "not clipped",             "\"score.over_policy\": \"clip\"", "{}", V1 "/results/r", RESULT(SCORE("9.5")), 201, "\"score\":9.5," },
	/* score.under_policy */
	{ "a negative score",        "", "{}", V1 "/results/r", RESULT(SCORE("-5")), 201, "\"score\":-5," },
	{ "too little",              "\"score.under_policy\": \"reject\"", "{}", V1 "/results/r", RESULT(SCORE("-5")), 400, "score -5 is below 2, the resultValueMin of lineItem l-0" },
	{ "the least",               "\"score.under_policy\": \"reject\"", "{}", V1 "/results/r", RESULT(SCORE("2")), 201, "\"score\":2," },
	{ "no start to it",          "\"score.under_policy\": \"reject\"", "{}", V1 "/results/r", UNBOUND(SCORE("-5")), 201, "\"score\":-5," },
	{ "raised",                  "\"score.under_policy\": \"clip\"", "{}", V1 "/results/r", RESULT(SCORE("-5")), 201, "\"score\":2," },
	{ "not raised",              "\"score.under_policy\": \"clip\"", "{}", V1 "/results/r", RESULT(SCORE("300")), 201, "\"score\":300," },
	/* status.remap */
	{ "kept",                    "", "{}", V1 "/results/r", RESULT(STATUS("submitted")), 201, "\"scoreStatus\":\"submitted\"" },
	{ "another is stored",       "\"status.remap\": {\"submitted\": \"fully graded\"}", "{}", V1 "/results/r", RESULT(STATUS("submitted")), 201, "\"scoreStatus\":\"fully graded\"" },
	{ "only of that one",        "\"status.remap\": {\"submitted\": \"fully graded\"}", "{}", V1 "/results/r", RESULT(STATUS("exempt")), 201, "\"scoreStatus\":\"exempt\"" },
	{ "judged as it was sent",   "\"status.remap\": {\"exempt\": \"fully graded\"}, \"score.exempt_zero\": true", "{}", V1 "/results/r", RESULT(SCORE("9") STATUS("exempt")), 201, "\"score\":0," },
};
/* clang-format on */

static struct provider provider;

/* What sis-state.json would hold. */
static void set_state(const char *text)
{
	struct err err = ERR_INIT;
	json_t *state = jsonx_load(text, strlen(text), &err);
	const char *kind, *id, *key;
	const json_t *objects, *object, *value;

	ck_assert_msg(state != NULL, "%s: %s", text, err.text);
	json_object_foreach (state, kind, objects)
		json_object_foreach ((json_t *)(uintptr_t)objects, id, object)
			json_object_foreach ((json_t *)(uintptr_t)object, key, value)
				ck_assert(sis_state_put(store_conn(provider.sandbox->store), kind,
							id, key, value, &err));
	json_decref(state);
}

static void enroll(const char *student, const char *more)
{
	char *row = xformat(
		"{\"sourcedId\": \"enr-%s\", \"role\": \"student\", \"class\": "
		"{\"sourcedId\": \"class-bio-2\"}, \"user\": {\"sourcedId\": \"%s\"}%s}",
		student, student, more);

	put_row(provider.sandbox->store, &ENTITY_ENROLLMENTS, row);
	free(row);
}

static void open_story(const char *quirks, const char *state)
{
	struct store *store;
	int64_t day;

	provider_open(&provider, quirks, "");
	store = provider.sandbox->store;
	ck_assert(when_parse("2026-11-16T17:00:00Z", &day, NULL));
	provider.sandbox->clock.offset = day - when_now();
	put_row(store, &ENTITY_SCORE_SCALES,
		"{\"sourcedId\": \"scale\", \"title\": \"A to F\", \"type\": \"letter\", "
		"\"class\": {\"sourcedId\": \"class-bio-2\"}}");
	put_row(store, &ENTITY_LINE_ITEMS,
		"{\"sourcedId\": \"l-0\", \"title\": \"Quiz\", \"class\": {\"sourcedId\": "
		"\"class-bio-2\"}, \"category\": {\"sourcedId\": \"cat-tests\"}, "
		"\"resultValueMin\": 2, \"resultValueMax\": 10}");
	put_row(store, &ENTITY_LINE_ITEMS,
		"{\"sourcedId\": \"l-1\", \"title\": \"Essay\", \"class\": {\"sourcedId\": "
		"\"class-bio-2\"}}");
	put_row(store, &ENTITY_LINE_ITEMS,
		"{\"sourcedId\": \"l-letter\", \"title\": \"Oral\", \"class\": {\"sourcedId\": "
		"\"class-bio-2\"}, \"scoreScale\": {\"sourcedId\": \"scale\"}}");
	enroll("student-053", ", \"beginDate\": \"2026-11-17\"");
	enroll("student-054", ", \"status\": \"tobedeleted\"");
	set_state(state);
}

static void check_stored(const char *name, const char *target, const char *says)
{
	char *there = xformat(GRADEBOOK_V2 "/%s/r",
			      strstr(target, "/results/") ? "results" : "lineItems");
	struct answer answer = ask(&provider, "GET", there, NULL);

	ck_assert_msg((strstr(answer.text, says + (*says == '!')) != NULL) == (*says != '!'),
		      "%s: stored is %s", name, answer.text);
	answer_free(&answer);
	free(there);
}

START_TEST(writes_obey_the_switches)
{
	const char *target = cases[_i].target;
	struct answer answer;

	open_story(cases[_i].quirks, cases[_i].state);
	answer = ask(&provider, "PUT", target, cases[_i].body);
	ck_assert_msg(answer.status == cases[_i].status, "%s: %d %s", cases[_i].name, answer.status,
		      answer.text);
	if (answer.status == 201) {
		check_stored(cases[_i].name, target, cases[_i].says);
	} else {
		ck_assert_msg(strstr(answer.description, cases[_i].says) != NULL, "%s: %s",
			      cases[_i].name, answer.description);
		ck_assert_int_eq(ask_status(&provider, "GET", target, NULL), 404);
	}
	answer_free(&answer);
	provider_close(&provider);
}
END_TEST

/* manual_score.wins=false: the API's score goes over the typed one, and it stays gone. */
START_TEST(a_put_forgets_the_typed_score)
{
	static const struct {
		const char *quirks, *body;
		int status;
		bool forgotten;
	} rows[] = {
		{ "", RESULT(SCORE("9")), 201, true },
		{ "\"score.over_policy\": \"reject\"", RESULT(SCORE("99")), 400, false },
		{ "\"manual_score.wins\": true", RESULT(SCORE("9")), 400, false },
		{ "\"put.stores\": false", RESULT(SCORE("9")), 200, false },
	};
	struct err err = ERR_INIT;
	json_t *typed = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		open_story(rows[i].quirks, TYPED("8"));
		ck_assert_int_eq(ask_status(&provider, "PUT", V1 "/results/r", rows[i].body),
				 rows[i].status);
		ck_assert(sis_state_get(store_conn(provider.sandbox->store), "results", "r",
					"manualScore", &typed, &err));
		ck_assert_msg(json_is_number(typed) != rows[i].forgotten, "%s", rows[i].quirks);
		json_decref(typed);
		provider_close(&provider);
	}
}
END_TEST

/* One result of many is refused, and the answer says which. */
START_TEST(posted_results_are_judged)
{
	struct answer answer;

	open_story("\"score.over_policy\": \"reject\"", "{}");
	answer = ask(&provider, "POST", GRADEBOOK_V2 "/lineItems/l-0/results",
		     "{\"results\": [{\"sourcedId\": \"a\", \"student\": {\"sourcedId\": "
		     "\"student-021\"}, \"score\": 9}, {\"sourcedId\": \"b\", \"student\": "
		     "{\"sourcedId\": \"student-022\"}, \"score\": 11}]}");
	ck_assert_int_eq(answer.status, 422);
	ck_assert_str_eq(answer.description, "score 11 is above 10, the resultValueMax of "
					     "lineItem l-0 (/results/1)");
	answer_free(&answer);
	provider_close(&provider);
}
END_TEST

/* score.round: less is shown than what is stored and searched. */
START_TEST(scores_are_shown_rounded)
{
	static const struct {
		const char *quirks, *shown;
	} rows[] = {
		{ "", "\"score\":9.125," },
		{ "\"score.round\": -1", "\"score\":9.125," },
		{ "\"score.round\": 0", "\"score\":9," },
		{ "\"score.round\": 1, \"put.returns_object\": true", "\"score\":9.1," },
		{ "\"score.round\": 2", "\"score\":9.13," },
	};
	static const char *const targets[] = { V1 "/results/r", GRADEBOOK_V2 "/results/r",
					       V1 "/results?filter=score='9.125'" };
	struct answer answer;

	open_story(rows[_i].quirks, "{}");
	answer = ask(&provider, "PUT", V1 "/results/r", RESULT(SCORE("9.125")));
	ck_assert_int_eq(answer.status, 201);
	ck_assert_msg(!answer.json || strstr(answer.text, rows[_i].shown), "%s: %s",
		      rows[_i].quirks, answer.text);
	answer_free(&answer);
	for (size_t i = 0; i < ARRAY_SIZE(targets); i++) {
		answer = ask(&provider, "GET", targets[i], NULL);
		ck_assert_msg(strstr(answer.text, rows[_i].shown) != NULL, "%s, %s: %s",
			      rows[_i].quirks, targets[i], answer.text);
		answer_free(&answer);
	}
	provider_close(&provider);
}
END_TEST

/* Every placeholder of a text about a result is known. */
START_TEST(texts_name_what_they_are_about)
{
	struct answer answer;

	provider_open(&provider, "\"student.must_be_enrolled\": true",
		      "\"errors\": {\"student_not_enrolled\": {\"text\": "
		      "\"{title}|{lineItem}|{student}|{class}\"}}");
	put_row(provider.sandbox->store, &ENTITY_LINE_ITEMS,
		"{\"sourcedId\": \"l-0\", \"title\": \"Quiz\", \"class\": {\"sourcedId\": "
		"\"class-bio-2\"}}");
	answer = ask(&provider, "PUT", V1 "/results/r", BODY("l-0", "student-005", SCORE("9")));
	ck_assert_str_eq(answer.description, "Quiz|l-0|student-005|class-bio-2");
	answer_free(&answer);
	provider_close(&provider);
}
END_TEST

Suite *result_rules_suite(void);
Suite *result_rules_suite(void)
{
	Suite *suite = suite_create("api/result_rules");
	TCase *tc = tcase_create("result rules");

	tcase_add_loop_test(tc, writes_obey_the_switches, 0, ARRAY_SIZE(cases));
	tcase_add_test(tc, a_put_forgets_the_typed_score);
	tcase_add_test(tc, posted_results_are_judged);
	tcase_add_loop_test(tc, scores_are_shown_rounded, 0, 5);
	tcase_add_test(tc, texts_name_what_they_are_about);
	suite_add_tcase(suite, tc);
	return suite;
}
