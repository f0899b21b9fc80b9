/*
 * test_queries.c - filter, sort, page and fields together, over a socket and in both
 * versions, and how large a query may be.
 */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "oneroster/entity.h"
#include "tests/http/wire.h"

static const unsigned versions[] = { V11, V12 };

static struct server shared;

static void start_shared(void)
{
	server_start(&shared, NULL);
}

static void stop_shared(void)
{
	server_stop(&shared);
}

#define CODE_V1(minor) "\"imsx_codeMinor\":\"" minor "\""
#define CODE_V2(minor) "\"imsx_codeMinorFieldValue\":\"" minor "\""

/* clang-format off */
static const struct {
	const char *name, *target;
	unsigned in;
	long status, total; /* total -1: no list */
	const char *there, *absent;
} queries[] = {
	/* all four at once */
	{ "all four", "R/users?filter=familyName>='M'%20AND%20enabledUser='true'&sort=familyName&orderBy=desc&limit=2&offset=1&fields=sourcedId,familyName", BOTH, 200, 57, "{\"users\":[{\"sourcedId\":\"", "\"givenName\"" },
	{ "in another order", "R/users?fields=sourcedId,familyName&offset=1&limit=2&orderBy=desc&sort=familyName&filter=familyName>='M'%20AND%20enabledUser='true'", BOTH, 200, 57, "\"familyName\"", "\"status\"" },
	{ "nested", "R/classes/class-bio-1/students?filter=givenName~'a'&sort=sourcedId&limit=1&fields=sourcedId", BOTH, 200, -2, "{\"users\":[{\"sourcedId\":\"student-0", "\"givenName\"" },
	{ "the filter is repeated", "R/users?filter=familyName>='M'&limit=2", BOTH, 200, -2, "?filter=familyName%3E%3D%27M%27&limit=2&offset=2>; rel=\"next\"", NULL },
	{ "sort and fields are repeated", "R/users?limit=2&sort=familyName&orderBy=desc&fields=sourcedId,email", BOTH, 200, 108, "?sort=familyName&orderBy=desc&fields=sourcedId%2Cemail&limit=2&offset=106>; rel=\"last\"", NULL },
	{ "what is unknown is repeated too", "R/users?limit=2&x=1", BOTH, 200, 108, "?x=1&limit=2&offset=2>", NULL },
	{ "no limit in the request", "R/enrollments", BOTH, 200, 160, "?limit=100&offset=100>; rel=\"next\"", NULL },
	/* filters of each version */
	{ "role, 1.1", "R/users?filter=role='teacher'", V11, 200, 6, NULL, NULL },
	{ "role, 1.2", "R/users?filter=role='teacher'", V12, 400, -1, CODE_V2("invalid_filter_field"), NULL },
	{ "roles.role, 1.2", "R/users?filter=roles.role='teacher'", V12, 200, 6, NULL, NULL },
	{ "roles.role, 1.1", "R/users?filter=roles.role='teacher'", V11, 400, -1, CODE_V1("invalid_filter_field"), NULL },
	{ "roles.org.sourcedId", "R/users?filter=roles.org.sourcedId='school-middle'%20AND%20roles.role='teacher'", V12, 200, 2, NULL, NULL },
	{ "userIds.identifier", "R/users?filter=userIds.identifier='T0001'", BOTH, 200, 1, "teacher-01", NULL },
	{ "metadata", "G/categories?filter=metadata.classId='class-bio-1'", BOTH, 200, 1, "cat-bio1-labs", NULL },
	{ "terms.sourcedId", "R/classes?filter=terms.sourcedId='term-fall'%20AND%20grades='09,10'", BOTH, 200, 4, NULL, NULL },
	{ "contains", "R/users?filter=email~'EXAMPLE.ORG'", BOTH, 200, 108, NULL, NULL },
	{ "no match", "R/users?filter=familyName='Nobody'", BOTH, 200, 0, "{\"users\":[]}", "rel=\"next\"" },
	{ "an empty filter", "R/users?filter=&limit=1", BOTH, 200, 108, NULL, NULL },
	/* bad ones */
	{ "three predicates, 1.1", "R/users?filter=status='a'%20AND%20status='b'%20AND%20status='c'", V11, 400, -1, CODE_V1("invalid_filter_field"), NULL },
	{ "three predicates, 1.2", "R/users?filter=status='a'%20OR%20status='b'%20OR%20status='c'", V12, 400, -1, CODE_V2("invalid_filter_field"), NULL },
	{ "an unknown operator", "R/users?filter=status=='active'", BOTH, 400, -1, "single quotes", NULL },
	{ "another one", "R/users?filter=status%20LIKE%20'active'", BOTH, 400, -1, "operator", NULL },
	{ "an unclosed quote", "R/users?filter=familyName='O'Sullivan'", BOTH, 400, -1, "imsx_", NULL },
	{ "an open end", "R/users?filter=familyName='Sullivan", BOTH, 400, -1, "never closed", NULL },
	{ "a filter twice", "R/users?filter=status='a'&filter=status='b'", BOTH, 400, -1, "filter stands twice", NULL },
	{ "parentheses", "R/users?filter=(status='active')", BOTH, 400, -1, "(status", NULL },
	{ "30 February", "R/academicSessions?filter=startDate>'2026-02-30'", BOTH, 400, -1, "2026-02-30", NULL },
	{ "a number like 1e400", "G/lineItems?filter=resultValueMax<'1e400'", BOTH, 400, -1, "1e400", NULL },
	/* sort */
	{ "by a reference", "R/enrollments?sort=class.sourcedId&limit=1&orderBy=desc", BOTH, 200, 160, "\"class-sci-2\"", NULL },
	{ "unknown, 1.1", "R/orgs?sort=colour", V11, 200, 3, "],\"statusInfoSet\":[{\"imsx_codeMajor\":\"success\",\"imsx_severity\":\"warning\"", NULL },
	{ "its code", "R/orgs?sort=colour", V11, 200, 3, CODE_V1("invalid_sort_field"), NULL },
	{ "unknown, 1.2", "R/orgs?sort=colour", V12, 200, 3, "{\"orgs\":[{\"sourcedId\":\"district-lakeside\"", "imsx_" },
	{ "orderBy=up", "R/orgs?sort=name&orderBy=up", BOTH, 400, -1, "orderBy=up", NULL },
	{ "orderBy=up alone", "R/orgs?orderBy=up", BOTH, 400, -1, "orderBy=up", NULL },
	{ "sort twice", "R/orgs?sort=name&sort=name", BOTH, 400, -1, "sort stands twice", NULL },
	{ "orderBy twice", "R/orgs?sort=name&orderBy=asc&orderBy=asc", BOTH, 400, -1, "orderBy stands twice", NULL },
	{ "orderBy in capitals", "R/orgs?sort=name&orderBy=DESC&limit=1", BOTH, 200, 3, "Lakeside Unified", NULL },
	/* fields */
	{ "with blanks", "R/orgs?fields=sourcedId,%20name%20,type", BOTH, 200, 3, "{\"sourcedId\":\"district-lakeside\",\"name\":\"Lakeside Unified School District\",\"type\":\"district\"}", "\"status\"" },
	{ "of one object", "R/orgs/school-high?fields=name", BOTH, 200, -1, "{\"org\":{\"name\":\"Lakeside High School\"}}", NULL },
	{ "unknown, 1.1", "R/orgs?fields=name,colour", V11, 200, 3, "\"identifier\":\"LUSD-0001\"", NULL },
	{ "its warning", "R/orgs?fields=name,colour", V11, 200, 3, "\"imsx_severity\":\"warning\"", NULL },
	{ "both unknown, the one", "R/orgs?fields=name,colour&sort=x", V11, 200, 3, CODE_V1("invalid_sort_field"), NULL },
	{ "both unknown, the other", "R/orgs?fields=name,colour&sort=x", V11, 200, 3, CODE_V1("invalid_selection_field"), NULL },
	{ "a long name is cut between characters", "R/orgs?sort=" "%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9x%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9", V11, 200, 3, CODE_V1("invalid_sort_field"), NULL },
	{ "its code", "R/orgs?fields=name,colour", V11, 200, 3, CODE_V1("invalid_selection_field"), NULL },
	{ "its name", "R/orgs/school-high?fields=colour", V11, 200, -1, "there is no field colour", NULL },
	{ "unknown, 1.2", "R/orgs?fields=name,colour", V12, 400, -1, CODE_V2("invalid_selection_field"), "LUSD" },
	{ "unknown of one object, 1.2", "R/orgs/school-high?fields=colour", V12, 400, -1, "colour", NULL },
	{ "blank, 1.1", "R/orgs?fields=", V11, 400, -1, CODE_V1("invalid_blank_selection_field"), NULL },
	{ "blank, 1.2", "R/orgs?fields=", V12, 400, -1, CODE_V2("invalid_selection_field"), NULL },
	{ "only a comma", "R/orgs?fields=,", V11, 400, -1, CODE_V1("invalid_blank_selection_field"), NULL },
	{ "fields twice", "R/orgs?fields=name&fields=type", BOTH, 400, -1, "fields stands twice", NULL },
	{ "of the other version, 1.1", "R/users?fields=roles&limit=1", V11, 200, 108, CODE_V1("invalid_selection_field"), NULL },
	{ "of the other version, 1.2", "R/users?fields=role&limit=1", V12, 400, -1, "role", NULL },
	{ "a secret", "R/users?fields=password&limit=1", V12, 400, -1, CODE_V2("invalid_selection_field"), NULL },
};

/* The head of a request, its answer, and whether there must be one. */
static const struct {
	size_t length;
	long status; /* 0: refused, with 414 or 431 */
} sizes[] = {
	{ 100, 200 }, { 2000, 200 }, { 4000, 200 }, { 6000, 200 }, { 7400, 200 }, /* the limit is 8192, other headers count */
	{ 8200, 431 }, { 9000, 431 }, { 12000, 431 }, { 15000, 431 },
	{ 15800, 431 }, { 15900, 431 }, { 15950, 431 }, { 16000, 431 }, /* where libmicrohttpd has no room left for an answer */
	{ 16384, 0 }, { 24000, 0 }, { 33000, 0 }, { 65536, 0 }, { 200000, 0 },
};

/* What a long value is made of: 1, 2 and 3 bytes of it are one character of a value. */
static const char *const fillers[] = { "a", "''", "%C3%A9" };
/* clang-format on */

START_TEST(query_is_answered)
{
	for (size_t v = 0; v < ARRAY_SIZE(versions); v++) {
		char *target = wire_target(versions[v], queries[_i].target);
		struct reply reply;

		if (queries[_i].in & versions[v]) {
			wire_send(&reply, &shared, "GET", target, "", NULL);
			ck_assert_msg(reply.status == queries[_i].status, "%s: %s: %.600s",
				      queries[_i].name, target, reply.raw);
			ck_assert_msg(queries[_i].total == -2 ||
					      reply_total(&reply) == queries[_i].total,
				      "%s: %s: %ld", queries[_i].name, target, reply_total(&reply));
			ck_assert_msg(!queries[_i].there || strstr(reply.raw, queries[_i].there),
				      "%s: %s: %.900s", queries[_i].name, target, reply.raw);
			ck_assert_msg(!queries[_i].absent || !strstr(reply.raw, queries[_i].absent),
				      "%s: %s: %.900s", queries[_i].name, target, reply.raw);
			reply_release(&reply);
		}
		free(target);
	}
}
END_TEST

static const char *member(const json_t *user, const char *key)
{
	const char *text = json_string_value(json_object_get(user, key));

	return text ? text : "";
}

static int compare_descending(const void *a, const void *b)
{
	const json_t *x = *(const json_t *const *)a, *y = *(const json_t *const *)b;
	int order = strcmp(member(y, "familyName"), member(x, "familyName"));

	return order ? order : strcmp(member(x, "sourcedId"), member(y, "sourcedId"));
}

/* The sourcedIds that a page of these should hold, found by other means. */
static void expect_page(struct str *out, const json_t *users, size_t offset, size_t limit)
{
	const json_t *chosen[200], *user;
	size_t count = 0, i;

	json_array_foreach (users, i, user)
		if (strcmp(member(user, "familyName"), "C") >= 0 &&
		    strchr(member(user, "email"), 'm'))
			chosen[count++] = user;
	qsort(chosen, count, sizeof *chosen, compare_descending);
	for (i = offset; i < count && i < offset + limit; i++)
		str_format(out, "%s ", member(chosen[i], "sourcedId"));
}

/* filter, then sort, then page, then fields: against the whole list, worked out here. */
START_TEST(filter_then_sort_then_page_then_fields)
{
	static const size_t offsets[] = { 0, 7, 35, 70, 500 };
	char *whole = wire_target(versions[_i], "R/users?limit=10000");
	struct reply all;

	wire_send(&all, &shared, "GET", whole, "", NULL);
	for (size_t o = 0; o < ARRAY_SIZE(offsets); o++) {
		char *pattern = xformat("R/users?filter=familyName>='C'%%20AND%%20email~'m'&"
					"sort=familyName&orderBy=desc&limit=9&offset=%zu&"
					"fields=sourcedId",
					offsets[o]);
		char *target = wire_target(versions[_i], pattern);
		struct str expected = STR_INIT, got = STR_INIT;
		struct reply reply;
		const json_t *user;
		size_t i;

		expect_page(&expected, json_object_get(all.json, "users"), offsets[o], 9);
		wire_send(&reply, &shared, "GET", target, "", NULL);
		json_array_foreach (json_object_get(reply.json, "users"), i, user) {
			ck_assert_uint_eq(json_object_size(user), 1);
			str_format(&got, "%s ", member(user, "sourcedId"));
		}
		ck_assert_msg(strcmp(str_text(&got), str_text(&expected)) == 0, "%s: %s, not %s",
			      target, str_text(&got), str_text(&expected));
		ck_assert_msg(offsets[o] || got.length, "nothing at all: %s", reply.raw);
		reply_release(&reply);
		str_release(&expected);
		str_release(&got);
		free(target);
		free(pattern);
	}
	reply_release(&all);
	free(whole);
}
END_TEST

static void still_fine(void)
{
	struct reply reply;

	wire_send(&reply, &shared, "GET", "/health", "", NULL);
	ck_assert_msg(reply.status == 200, "%s", reply.raw);
	reply_release(&reply);
}

static void check_size(const char *filler, size_t length, long status, unsigned version)
{
	/* not equal: many rows, so that every link of the page is there */
	char *begin = wire_target(version, "R/users?limit=5&offset=5&filter=familyName!='");
	struct str target = STR_INIT;
	struct reply reply;

	str_add(&target, begin);
	while (target.length < length)
		str_add(&target, filler);
	str_add(&target, "'");
	wire_send(&reply, &shared, "GET", str_text(&target), "", NULL);
	if (status > 0)
		ck_assert_msg(reply.status == status, "%zu of %s: \"%.300s\"", length, filler,
			      reply.raw);
	else
		ck_assert_msg(reply.status == 414 || reply.status == 431, "%zu of %s: \"%.300s\"",
			      length, filler, reply.raw);
	if (status == 200) {
		char *link = reply_header(&reply, "Link");

		ck_assert_int_eq(reply_total(&reply), 108);
		ck_assert_msg(!link || (starts_with(link, "<http://") && ends_with(link, "\"")),
			      "a broken Link: %s", link);
		ck_assert_msg(link || length > 2000, "%zu of %s: no Link", length, filler);
		free(link);
	}
	reply_release(&reply);
	str_release(&target);
	free(begin);
	still_fine();
}

/* Below the limit a query is answered, above it refused, and the server goes on. */
START_TEST(query_may_be_so_large)
{
	for (size_t f = 0; f < ARRAY_SIZE(fillers); f++)
		check_size(fillers[f], sizes[_i].length, sizes[_i].status, versions[f % 2]);
}
END_TEST

/* So with many small headers, and with one large one. */
START_TEST(head_may_be_so_large)
{
	static const struct {
		size_t count, length;
		long status;
	} cases[] = {
		{ 1, 7000, 200 }, { 1, 9000, 431 }, { 1, 30000, 431 }, { 1, 40000, 431 },
		{ 50, 10, 200 },  { 90, 10, 431 },  { 300, 10, 431 },  { 2000, 10, 431 },
	};
	struct str headers = STR_INIT;
	struct reply reply;

	for (size_t i = 0; i < cases[_i].count; i++) {
		str_format(&headers, "X-%zu: ", i);
		for (size_t k = 0; k < cases[_i].length; k++)
			str_add_char(&headers, 'x');
		str_add(&headers, "\r\n");
	}
	wire_send(&reply, &shared, "GET", "/health", str_text(&headers), NULL);
	ck_assert_msg(reply.status == cases[_i].status, "%zu headers of %zu: \"%.300s\"",
		      cases[_i].count, cases[_i].length, reply.raw);
	reply_release(&reply);
	str_release(&headers);
	still_fine();
}
END_TEST

Suite *queries_suite(void);
Suite *queries_suite(void)
{
	Suite *suite = suite_create("queries");
	TCase *tc = tcase_create("queries");

	tcase_set_timeout(tc, 30);
	tcase_add_unchecked_fixture(tc, start_shared, stop_shared);
	tcase_add_loop_test(tc, query_is_answered, 0, ARRAY_SIZE(queries));
	tcase_add_loop_test(tc, filter_then_sort_then_page_then_fields, 0, ARRAY_SIZE(versions));
	tcase_add_loop_test(tc, query_may_be_so_large, 0, ARRAY_SIZE(sizes));
	tcase_add_loop_test(tc, head_may_be_so_large, 0, 8);
	suite_add_tcase(suite, tc);
	return suite;
}
