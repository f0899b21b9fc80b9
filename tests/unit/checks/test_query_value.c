/*
 * test_query_value.c - what the judge expects of a filter and of an order.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "conformance/checks/query.h"

#define USER                                                                                     \
	"{\"sourcedId\":\"u-1\",\"familyName\":\"Smith\",\"score\":10,\"on\":true,"              \
	"\"grades\":[\"09\",\"10\"],\"orgs\":[{\"sourcedId\":\"o-1\"},{\"sourcedId\":\"o-2\"}]," \
	"\"school\":{\"sourcedId\":\"o-1\"},\"metadata\":{\"room\":\"7\"},"                      \
	"\"begins\":\"2026-08-17\",\"at\":\"2026-11-16T17:00:00.500Z\"}"

/* clang-format off */
static const struct {
	const char *filter;
	enum fits fits;
} filters[] = {
	{ "familyName='Smith'", YES },
	{ "familyName='smith'", MAYBE },
	{ "familyName='Smit'", NO },
	{ "familyName!='Smith'", NO },
	{ "familyName!='SMITH'", MAYBE },
	{ "familyName!='Jones'", YES },
	{ "familyName~'mit'", YES },
	{ "familyName~'MIT'", MAYBE },
	{ "familyName~'xyz'", NO },
	{ "familyName>'Jones'", YES },
	{ "familyName>'Smith'", NO },
	{ "familyName>='Smith'", YES },
	{ "familyName<'Taylor'", YES },
	{ "familyName>'jones'", MAYBE }, /* by code point no, without regard to case yes */
	{ "familyName<'\xc3\x84pfel'", MAYBE },
	{ "score>'9'", YES },
	{ "score<'9'", NO },
	{ "score='10.0'", YES },
	{ "on='true'", YES },
	{ "on='false'", NO },
	{ "grades='09'", YES },
	{ "grades='10,09'", YES },
	{ "grades='09,11'", NO },
	{ "grades~'09,11'", YES },
	{ "grades~'11,12'", NO },
	{ "grades>'09'", MAYBE },
	{ "orgs.sourcedId='o-2'", YES },
	{ "orgs.sourcedId='o-3'", NO },
	{ "school.sourcedId='o-1'", YES },
	{ "metadata.room='7'", YES },
	{ "begins='2026-08-17'", YES },
	{ "begins>'2026-08-16T23:59:59.000Z'", YES },
	{ "at>'2026-11-16T17:00:00Z'", YES },
	{ "at>'2026-11-16T18:00:00.499+01:00'", YES },
	{ "at<'2026-11-16'", NO },
	{ "absent='x'", NO },
	{ "absent!='x'", MAYBE },
	{ "absent<'x'", NO },
	{ "familyName='Smith' AND score='10'", YES },
	{ "familyName='Smith' AND score='11'", NO },
	{ "familyName='Jones' OR score='10'", YES },
	{ "familyName='Jones' or score='11'", NO },
	{ "familyName='smith' AND score='10'", MAYBE },
	{ "familyName='x AND y'", NO },
};

/* "sure" orders are those that every collation shares. */
static const struct {
	const char *pair;
	int order;
	bool sure;
} orders[] = {
	{ "[\"Adams\", \"Baker\"]", -1, true },
	{ "[\"Baker\", \"Adams\"]", 1, true },
	{ "[\"Baker\", \"Baker\"]", 0, true },
	{ "[\"Ann\", \"Anna\"]", -1, true },
	{ "[\"adams\", \"Baker\"]", 1, false },
	{ "[\"Zoe\", \"\xc3\x84pfel\"]", -1, false },
	{ "[\"O'Hara\", \"Oakes\"]", -1, false },
	{ "[9, 10]", -1, true },
	{ "[\"9\", \"10\"]", 1, true },
	{ "[\"2026-08-17\", \"2026-08-16T23:00:00Z\"]", 1, true },
	{ "[\"2026-11-16T17:00:00Z\", \"2026-11-16T17:00:00.000Z\"]", 0, true },
};

static const struct {
	const char *text, *written;
} chosen[] = {
	{ "familyName='{value}'", "familyName='Cole'" },
	{ "familyName='{value}' OR familyName='{other}'", "familyName='Cole' OR familyName='Abel'" },
	{ "familyName~'{part}'", "familyName~'ol'" },
	{ "familyName='{swapped}'", "familyName='cOLE'" },
	{ "familyName='{quoted}'", "familyName='O''Hara'" },
	{ "status='{value}'", NULL },
	{ "metadata.*='{value}'", "metadata.room='7'" },
	{ "grades='{two}'", "grades='09,10'" },
	{ "grades='{last}'", "grades='10'" },
	{ "nothing='{value}'", NULL },
	{ "status='tobedeleted'", "status='tobedeleted'" },
};
/* clang-format on */

#define USERS                                                                           \
	"[{\"familyName\":\"Abel\",\"status\":\"active\"},"                             \
	"{\"familyName\":\"O'Hara\",\"status\":\"active\",\"grades\":[\"09\",\"10\"]}," \
	"{\"familyName\":\"Cole\",\"status\":\"active\",\"metadata\":{\"n\":1,\"room\":\"7\"}}]"

START_TEST(filter_fits)
{
	json_t *user = json_loads(USER, 0, NULL);
	struct condition condition;
	enum fits fits;

	ck_assert_ptr_nonnull(user);
	condition_parse(&condition, filters[_i].filter);
	fits = condition_fits(&condition, user);
	ck_assert_msg(fits == filters[_i].fits, "%s: %d", filters[_i].filter, fits);
	condition_release(&condition);
	json_decref(user);
}
END_TEST

START_TEST(values_are_ordered)
{
	json_t *pair = json_loads(orders[_i].pair, 0, NULL);
	bool sure;
	int order = query_order(json_array_get(pair, 0), json_array_get(pair, 1), &sure);

	ck_assert_msg(order == orders[_i].order && sure == orders[_i].sure, "%s: %d, %s",
		      orders[_i].pair, order, sure ? "sure" : "not sure");
	json_decref(pair);
}
END_TEST

START_TEST(holes_are_filled)
{
	json_t *users = json_loads(USERS, 0, NULL);
	enum fits least = strstr(chosen[_i].text, "swapped") ? MAYBE : YES;
	struct condition condition;
	bool good = condition_choose(&condition, chosen[_i].text, users, least);
	char *text = good ? condition_text(&condition) : NULL;

	ck_assert_msg(same_text(text, chosen[_i].written), "%s: %s", chosen[_i].text,
		      text ? text : "nothing");
	if (good)
		condition_release(&condition);
	free(text);
	json_decref(users);
}
END_TEST

Suite *query_value_suite(void);
Suite *query_value_suite(void)
{
	Suite *suite = suite_create("query_value");
	TCase *tc = tcase_create("query_value");

	tcase_add_loop_test(tc, filter_fits, 0, ARRAY_SIZE(filters));
	tcase_add_loop_test(tc, values_are_ordered, 0, ARRAY_SIZE(orders));
	tcase_add_loop_test(tc, holes_are_filled, 0, ARRAY_SIZE(chosen));
	suite_add_tcase(suite, tc);
	return suite;
}
