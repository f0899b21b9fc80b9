/*
 * test_when.c - instants, dates and zones.
 */
#include <check.h>

#include "base/util.h"
#include "base/when.h"
#include "base/zone.h"

/* clang-format off */
static const struct {
	const char *text;
	bool ok;
	int64_t ms;
} times[] = {
	{ "1970-01-01",                          true,  0 },
	{ "1970-01-01T00:00:00Z",                true,  0 },
	{ "1970-01-01T01:00:00+01:00",           true,  0 },
	{ "1970-01-01T01:00:00+0100",            true,  0 },
	{ "1969-12-31T23:59:59.999Z",            true,  -1 },
	{ "2026-11-16T17:00:00.000Z",            true,  1794848400000 },
	{ "2026-11-16T17:00:00",                 true,  1794848400000 },
	{ "2026-11-16 17:00:00",                 true,  1794848400000 },
	{ "2026-11-16T17:00",                    true,  1794848400000 },
	{ "2026-11-16T17:00:00.1Z",              true,  1794848400100 },
	{ "2026-11-16T17:00:00.123456789Z",      true,  1794848400123 },
	{ "2024-02-29",                          true,  1709164800000 },
	{ "2026-02-29",                          false, 0 },
	{ "2026-02-30",                          false, 0 },
	{ "2026-13-01",                          false, 0 },
	{ "2026-11-16T24:00:00Z",                false, 0 },
	{ "2026-11-16T17:00:00.Z",               false, 0 },
	{ "2026-11-16T17:00:00.1234567890Z",     false, 0 },
	{ "2026-11-16T17:00:00Zjunk",            false, 0 },
	{ "2026-11-16T17:00:00+1",               false, 0 },
	{ "16.11.2026",                          false, 0 },
	{ "26-11-16",                            false, 0 },
	{ "",                                    false, 0 },
};

static const struct {
	const char *zone, *time, *day;
} days[] = {
	{ NULL,               "2026-12-19T04:59:00Z", "2026-12-19" },
	{ "America/New_York", "2026-12-19T04:59:00Z", "2026-12-18" }, /* 23:59 local, winter */
	{ "America/New_York", "2026-10-21T03:59:00Z", "2026-10-20" }, /* 23:59 local, summer */
	{ "America/New_York", "2026-10-21T04:00:00Z", "2026-10-21" },
	{ "Asia/Tokyo",       "2026-12-18T15:00:00Z", "2026-12-19" },
	{ "UTC",              "2026-12-18T23:59:59Z", "2026-12-18" },
};
/* clang-format on */

START_TEST(parses)
{
	int64_t ms = 0;
	bool ok = when_parse(times[_i].text, &ms, NULL);

	ck_assert_msg(ok == times[_i].ok && (!ok || ms == times[_i].ms), "%s: got %d, %lld",
		      times[_i].text, ok, (long long)ms);
}
END_TEST

START_TEST(prints_what_it_parsed)
{
	char text[WHEN_TEXT];
	int64_t again;

	if (!times[_i].ok)
		return;
	when_format(times[_i].ms, text);
	ck_assert_msg(when_parse(text, &again, NULL) && again == times[_i].ms, "%s", text);
	ck_assert_uint_eq(strlen(text), 24);
}
END_TEST

START_TEST(knows_the_local_day)
{
	struct err err = ERR_INIT;
	struct zone *zone = days[_i].zone ? zone_new(days[_i].zone, &err) : NULL;
	char day[DATE_TEXT];
	int64_t when;

	ck_assert_msg(err.code == ERR_NONE, "%s", err.text);
	ck_assert(when_parse(days[_i].time, &when, NULL));
	zone_day(zone, when, day);
	ck_assert_str_eq(day, days[_i].day);
	zone_free(zone);
}
END_TEST

START_TEST(refuses_an_unknown_zone)
{
	struct err err = ERR_INIT;

	ck_assert_ptr_null(zone_new("Mars/Olympus", &err));
	ck_assert_ptr_nonnull(strstr(err.text, "Mars/Olympus"));
}
END_TEST

Suite *when_suite(void);
Suite *when_suite(void)
{
	Suite *suite = suite_create("base/when");
	TCase *tc = tcase_create("when");

	tcase_add_loop_test(tc, parses, 0, ARRAY_SIZE(times));
	tcase_add_loop_test(tc, prints_what_it_parsed, 0, ARRAY_SIZE(times));
	tcase_add_loop_test(tc, knows_the_local_day, 0, ARRAY_SIZE(days));
	tcase_add_test(tc, refuses_an_unknown_zone);
	suite_add_tcase(suite, tc);
	return suite;
}
