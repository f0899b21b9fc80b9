/*
 * test_fault_rules.c - fault rules: which requests they meet, how they count and draw.
 */
#include <check.h>
#include <math.h>

#include "oneroster/vocab.h"
#include "tests/quoted.h"
#include "tests/unit/quirk/documents.h"

#define LINE_ITEM                                                                       \
	"{\"lineItem\": {\"title\": \"Essay 3\", \"class\": {\"sourcedId\": \"c-1\"}, " \
	"\"resultValueMax\": 10.0, \"notes\": null, \"tags\": [\"a\", \"b\"], \"ok\": true}}"

/* One request, asked about in many ways. */
static struct pairs request_headers;
static struct rule_facts request(const struct str *body)
{
	static struct pair headers[] = { { "User-Agent", "Canvas/1.0" },
					 { "X-Thing", "one" },
					 { "x-thing", "two" } };

	request_headers = (struct pairs){ headers, ARRAY_SIZE(headers), 0 };
	return (struct rule_facts){
		.method = "PUT",
		.operation = "putLineItem",
		.path = "/ims/oneroster/v1p1/lineItems/li-1",
		.version = V11,
		.credential = "canvas",
		.address = "192.0.2.1",
		.headers = &request_headers,
		.query = "limit=10&filter=status%3D'active'&a+b=c+d",
		.body = body,
		.now = 1000000,
	};
}

static const struct {
	const char *when;
	bool fits;
} conditions[] = {
	{ "'method': 'PUT'", true },
	{ "'method': 'GET'", false },
	{ "'method': ['GET', 'PUT']", true },
	{ "'operation': 'putLineItem'", true },
	{ "'operation': 'putResult'", false },
	{ "'operation': ['putResult', 'putLineItem']", true },
	{ "'path': '*'", true },
	{ "'path': '/lineItems/*'", true },
	{ "'path': '/lineItems'", false },
	{ "'path': '/ims/oneroster/v1p1/lineItems/*'", true },
	{ "'path': '*/lineItems/li-1'", true },
	{ "'path': '/ims/oneroster/v1p1/lineItems'", false },
	{ "'path': '/sandboxes/*'", false },
	{ "'version': '1.1'", true },
	{ "'version': '1.2'", false },
	{ "'client': 'canvas'", true },
	{ "'client': '192.0.2.1'", true },
	{ "'client': 'canvas2'", false },
	{ "'header': {'user-agent': 'Canvas*'}", true },
	{ "'header': {'user-agent': 'canvas*'}", false },
	{ "'header': {'X-Thing': 'two'}", true },
	{ "'header': {'X-Thing': 't*', 'User-Agent': '*'}", true },
	{ "'header': {'X-Thing': 't*', 'Accept': '*'}", false },
	{ "'query': {'limit': '10'}", true },
	{ "'query': {'limit': '1'}", false },
	{ "'query': {'filter': 'status=*'}", true },
	{ "'query': {'a b': 'c d'}", true },
	{ "'query': {'offset': '*'}", false },
	{ "'field': {'/lineItem/title': 'Essay 3'}", true },
	{ "'field': {'/lineItem/title': 'Essay*'}", true },
	{ "'field': {'/lineItem/title': 'Quiz*'}", false },
	{ "'field': {'/lineItem/class/sourcedId': 'c-1'}", true },
	{ "'field': {'/*/class/sourcedId': 'c-1'}", true },
	{ "'field': {'/lineItem/resultValueMax': 10}", true },
	{ "'field': {'/lineItem/resultValueMax': '10'}", false },
	{ "'field': {'/lineItem/resultValueMax': 11}", false },
	{ "'field': {'/lineItem/notes': null}", true },
	{ "'field': {'/lineItem/absent': null}", false },
	{ "'field': {'/lineItem/ok': true}", true },
	{ "'field': {'/lineItem/ok': false}", false },
	{ "'field': {'/lineItem/tags/1': 'b'}", true },
	{ "'field': {'/lineItem/tags/*': 'b'}", true },
	{ "'field': {'/lineItem/tags': ['a', 'b']}", true },
	{ "'field': {'/lineItem/tags': ['a']}", false },
	{ "'field': {'/lineItem/title': '*', '/lineItem/absent': '*'}", false },
	{ "'method': 'PUT', 'path': '*', 'client': 'canvas', 'version': '1.1'", true },
	{ "'method': 'PUT', 'path': '*', 'client': 'other', 'version': '1.1'", false },
};

static bool meets(struct rules *rules, const struct rule_facts *facts)
{
	struct arena arena = ARENA_INIT;
	struct effects effects;

	rules_match(rules, facts, &arena, &effects);

	bool fired = effects.count > 0;

	ck_assert((effects.rules != NULL) == fired);
	effects_put(&effects);
	arena_release(&arena);
	return fired;
}

START_TEST(conditions_narrow)
{
	char *text = xformat("{'items': [{'when': {%s}, 'do': {'delay': 1}}]}",
			     conditions[_i].when);
	struct err err = ERR_INIT;
	struct rules *rules = rules_read(text, 1, &err);
	struct str body = STR_INIT;
	struct rule_facts facts = request(&body);

	ck_assert_msg(rules != NULL, "%s", err.text);
	str_add(&body, LINE_ITEM);
	ck_assert_msg(meets(rules, &facts) == conditions[_i].fits, "%s", conditions[_i].when);
	str_release(&body);
	rules_put(rules);
	free(text);
}
END_TEST

/* What a request does not have, or has broken, meets no rule that asks for it. */
START_TEST(what_is_not_there_does_not_fit)
{
	static const char *const rules_of[] = {
		"'operation': 'putLineItem'", "'client': 'canvas'",
		"'query': {'limit': '*'}",    "'field': {'/lineItem/title': '*'}",
		"'version': '1.1'",           "'header': {'X': '*'}"
	};
	static const char *const bodies[] = { "", "{\"lineItem\": {\"title\"", "[]", "<html>" };
	struct pairs none = { 0 };
	struct rule_facts facts = { .method = "PUT",
				    .path = "/",
				    .address = "::1",
				    .headers = &none,
				    .query = "limit=%zz" };

	for (size_t i = 0; i < ARRAY_SIZE(rules_of) * ARRAY_SIZE(bodies); i++) {
		char *text = xformat("{'items': [{'when': {%s}, 'do': {'delay': 1}}]}",
				     rules_of[i / ARRAY_SIZE(bodies)]);
		struct err err = ERR_INIT;
		struct rules *rules = rules_read(text, 1, &err);
		struct str body = STR_INIT;

		str_add(&body, bodies[i % ARRAY_SIZE(bodies)]);
		facts.body = &body;
		ck_assert_msg(!meets(rules, &facts), "%s: %s", text, str_text(&body));
		str_release(&body);
		rules_put(rules);
		free(text);
	}
}
END_TEST

/* Which of twelve requests, one each second, a rule fires at. */
static const struct {
	const char *when, *fired;
} counts[] = {
	{ "'path': '*'", "xxxxxxxxxxxx" },
	{ "'nth': 1", "x..........." },
	{ "'nth': 3", "..x........." },
	{ "'nth': 13", "............" },
	{ "'every': 3", "..x..x..x..x" },
	{ "'after': 10", "..........xx" },
	{ "'times': 2", "xx.........." },
	{ "'after': 2, 'every': 4", ".....x...x.." },
	{ "'after': 2, 'times': 3", "..xxx......." },
	{ "'every': 2, 'times': 2", ".x.x........" },
	{ "'odds': 1, 'times': 1", "x..........." },
	{ "'odds': 0", "............" },
	{ "'for_s': 4", "xxxx........" },
	{ "'for_s': 1", "x..........." },
	{ "'for_s': 60", "xxxxxxxxxxxx" },
	{ "'for_s': 6, 'every': 2", ".x.x.x......" },
	{ "'for_s': 6, 'nth': 7", "............" },
};

static void pattern(struct rules *rules, int length, char *out)
{
	struct rule_facts facts = request(NULL);

	for (int i = 0; i < length; i++, facts.now += 1000)
		out[i] = meets(rules, &facts) ? 'x' : '.';
	out[length] = '\0';
}

START_TEST(rules_count)
{
	char *text = xformat("{'items': [{'when': {%s}, 'do': {'delay': 1}}]}", counts[_i].when);
	struct err err = ERR_INIT;
	struct rules *rules = rules_read(text, 1, &err);
	char fired[13];

	ck_assert_msg(rules != NULL, "%s", err.text);
	pattern(rules, 12, fired);
	ck_assert_msg(strcmp(fired, counts[_i].fired) == 0, "%s: %s", counts[_i].when, fired);
	rules_put(rules);
	free(text);
}
END_TEST

/* Only requests that fit are counted. */
START_TEST(others_are_not_counted)
{
	struct err err = ERR_INIT;
	struct rules *rules = rules_read(WHEN("'method': 'PUT', 'nth': 2"), 1, &err);
	struct rule_facts put = request(NULL), get = put;

	get.method = "GET";
	ck_assert(!meets(rules, &get));
	ck_assert(!meets(rules, &put));
	ck_assert(!meets(rules, &get));
	ck_assert(meets(rules, &put));
	rules_put(rules);
}
END_TEST

#define RUN 2000

static void run(const char *document, uint64_t seed, char *out)
{
	struct err err = ERR_INIT;
	struct rules *rules = rules_read(document, seed, &err);

	ck_assert_msg(rules != NULL, "%s", err.text);
	pattern(rules, RUN, out);
	rules_put(rules);
}

START_TEST(a_seed_repeats_a_run)
{
	static char one[RUN + 1], again[RUN + 1], other[RUN + 1], written[RUN + 1];

	run(WHEN("'odds': 0.5"), 1, one);
	run(WHEN("'odds': 0.5"), 1, again);
	run(WHEN("'odds': 0.5"), 2, other);
	run("{'seed': 1, 'items': [{'when': {'odds': 0.5}, 'do': {'status': 500}}]}", 77, written);
	ck_assert_str_eq(one, again);
	ck_assert_str_ne(one, other);
	ck_assert_str_eq(one, written);
}
END_TEST

static const double odds[] = { 0.01, 0.1, 0.5, 0.9 };

/* Within four deviations; and a firing says nothing about the next. */
START_TEST(odds_are_kept)
{
	char *text = xformat("{'items': [{'when': {'odds': %g}, 'do': {'delay': 1}}]}", odds[_i]);
	static char fired[RUN + 1];
	double count = 0, pairs = 0, p = odds[_i];

	run(text, 3, fired);
	for (int i = 0; i < RUN; i++) {
		count += fired[i] == 'x';
		pairs += i > 0 && fired[i] == 'x' && fired[i - 1] == 'x';
	}
	ck_assert_msg(fabs(count - RUN * p) < 4 * sqrt(RUN * p * (1 - p)), "%g: %g of %d", p, count,
		      RUN);
	ck_assert_msg(fabs(pairs - RUN * p * p) < 4 * sqrt(RUN * p * p) + 1, "%g: %g pairs", p,
		      pairs);
	free(text);
}
END_TEST

/* Each rule draws for itself: another one changes nothing, nor follows it. */
START_TEST(rules_draw_apart)
{
	struct err err = ERR_INIT;
	struct rules *alone = rules_read("{'items': [{'when': {'odds': 0.5}, 'do': {'delay': 1}}]}",
					 1, &err);
	struct rules *both = rules_read("{'items': [{'when': {'odds': 0.5}, 'do': {'delay': 1}}, "
					"{'when': {'odds': 0.5}, 'do': {'delay': 1}}]}",
					1, &err);
	struct rule_facts facts = request(NULL);
	int same = 0;

	for (int i = 0; i < RUN; i++) {
		struct arena arena = ARENA_INIT;
		struct effects effects;
		bool first = false, second = false;

		rules_match(both, &facts, &arena, &effects);
		for (size_t k = 0; k < effects.count; k++) {
			first = first || strcmp(effects.names[k], "rule 1") == 0;
			second = second || strcmp(effects.names[k], "rule 2") == 0;
		}
		ck_assert(meets(alone, &facts) == first);
		same += first == second;
		effects_put(&effects);
		arena_release(&arena);
	}
	ck_assert_msg(abs(same - RUN / 2) < 4 * sqrt(RUN) / 2, "%d of %d are the same", same, RUN);
	rules_put(alone);
	rules_put(both);
}
END_TEST

/* Where two rules fire, the first that says a thing counts. */
START_TEST(the_first_rule_counts)
{
	struct err err = ERR_INIT;
	struct rules *rules = rules_read(
		"{'items': [{'name': 'a', 'when': {'path': '*'}, 'do': {'delay': 30}}, "
		"{'when': {'method': 'GET'}, 'do': {'delay': 90, 'status': 400}}, "
		"{'name': 'c', 'when': {'path': '*'}, 'do': {'delay': 60, 'status': 503}}]}",
		1, &err);
	struct rule_facts facts = request(NULL);
	struct arena arena = ARENA_INIT;
	struct effects effects;

	rules_match(rules, &facts, &arena, &effects);
	rules_put(rules); /* the effects hold them */
	ck_assert_uint_eq(effects.count, 2);
	ck_assert_str_eq(effects.names[0], "a");
	ck_assert_str_eq(effects.names[1], "c");
	ck_assert_int_eq(effects.delay_us, 30000);
	ck_assert_int_eq(effects_deed(&effects, DO_STATUS)->status, 503);
	ck_assert_ptr_null(effects_deed(&effects, DO_HTML));
	effects_put(&effects);
	effects_put(&effects); /* harmless */
	arena_release(&arena);
}
END_TEST

static const struct {
	const char *todo;
	bool run;
} carried[] = {
	{ "'delay': 1", true },
	{ "'set': {'/a': 1}", true },
	{ "'empty': true", true },
	{ "'connection': 'reset'", true },
	{ "'connection': 'reset', 'run': false", false },
	{ "'status': 500", false },
	{ "'fault': 'internal'", false },
	{ "'html': true", false },
	{ "'body': 'x'", false },
	{ "'status': 500, 'run': true", true },
	{ "'body': 'x', 'run': true", true },
};

START_TEST(a_rule_says_whether_the_request_is_carried_out)
{
	char *text = xformat("{'items': [{'when': {'nth': 1}, 'do': {%s}}]}", carried[_i].todo);
	struct err err = ERR_INIT;
	struct rules *rules = rules_read(text, 1, &err);
	struct rule_facts facts = request(NULL);
	struct arena arena = ARENA_INIT;
	struct effects effects;

	ck_assert_msg(rules != NULL, "%s", err.text);
	rules_match(rules, &facts, &arena, &effects);
	ck_assert_msg(effects_run(&effects) == carried[_i].run, "%s", carried[_i].todo);
	effects_put(&effects);
	rules_put(rules);
	arena_release(&arena);
	free(text);
}
END_TEST

/* What is shown can be set again, and goes on from 0. */
START_TEST(rules_are_shown_with_their_counts)
{
	static const char *const wanted =
		"{'seed':5,'items':[{'name':'slow','when':{'method':'PUT','every':2},"
		"'do':{'delay':{'ms':20,'spread':'uniform'}},'matched':3,'fired':1},"
		"{'name':'rule 2','when':{'nth':9},'do':{'html':true},'matched':3,'fired':0}]}";
	struct err err = ERR_INIT;
	struct rules *rules = rules_read(
		"{'items': [{'name': 'slow', 'when': {'method': 'PUT', 'every': 2}, "
		"'do': {'delay': {'ms': 20, 'spread': 'uniform'}}}, "
		"{'when': {'nth': 9}, 'do': {'html': true}}]}",
		5, &err);
	char fired[4];
	struct str text = STR_INIT;
	struct jsonw w;

	ck_assert_msg(rules != NULL, "%s", err.text);
	ck_assert_uint_eq(rules_seed(rules), 5);
	pattern(rules, 3, fired);
	ck_assert_str_eq(fired, ".x.");
	jsonw_init(&w, &text, 0);
	rules_write(rules, &w);
	rules_put(rules);

	json_t *document = json_quoted(wanted), *shown = json_quoted(text.text);

	ck_assert_msg(json_equal(shown, document), "%s", text.text);
	rules = rules_parse(shown, 99, 0, &err);
	ck_assert_msg(rules != NULL, "%s", err.text);
	ck_assert_uint_eq(rules_seed(rules), 5);
	rules_put(rules);
	json_decref(document);
	json_decref(shown);
	str_release(&text);
}
END_TEST

Suite *fault_rules_suite(void);
Suite *fault_rules_suite(void)
{
	Suite *suite = suite_create("quirk/rules");
	TCase *tc = tcase_create("rules");

	tcase_add_loop_test(tc, conditions_narrow, 0, ARRAY_SIZE(conditions));
	tcase_add_test(tc, what_is_not_there_does_not_fit);
	tcase_add_loop_test(tc, rules_count, 0, ARRAY_SIZE(counts));
	tcase_add_test(tc, others_are_not_counted);
	tcase_add_test(tc, a_seed_repeats_a_run);
	tcase_add_loop_test(tc, odds_are_kept, 0, ARRAY_SIZE(odds));
	tcase_add_test(tc, rules_draw_apart);
	tcase_add_test(tc, the_first_rule_counts);
	tcase_add_loop_test(tc, a_rule_says_whether_the_request_is_carried_out, 0,
			    ARRAY_SIZE(carried));
	tcase_add_test(tc, rules_are_shown_with_their_counts);
	suite_add_tcase(suite, tc);
	return suite;
}
