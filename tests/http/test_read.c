/*
 * test_read.c - lists over a socket: pages, as four kinds of client walk them, and filters.
 */
#include <string.h>

#include "base/str.h"
#include "tests/http/harness.h"

static struct server shared;

static const char *const notes[] = { "War AND Peace", "It's \"quoted\"", "a=b&c=d", "1 + 1" };

static void start_shared(void)
{
	struct answer answer;

	server_start(&shared, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(notes); i++) {
		json_t *body = json_pack("{s{sss{ss}sfsf}}", "lineItem", "title", notes[i], "class",
					 "sourcedId", "class-bio-1", "resultValueMin", 0.0,
					 "resultValueMax", 10.0 * (double)(i + 1));
		char *text = json_dumps(body, 0), *target = xformat("/lineItems/note-%zu", i);

		api(&answer, &shared, "PUT", target, text);
		ck_assert_int_eq(answer.status, 201);
		answer_release(&answer);
		json_decref(body);
		free(text);
		free(target);
	}
}

static void stop_shared(void)
{
	server_stop(&shared);
}

static json_int_t total_of(const struct answer *answer, const char *name)
{
	char *text = answer_header(answer, "X-Total-Count");
	json_int_t total = text ? strtoll(text, NULL, 10) : -1;

	ck_assert_msg(text != NULL, "%s: no X-Total-Count: %.200s", name, answer->body);
	free(text);
	return total;
}

/* The URL of a relation of the Link header; NULL when it is not there. */
static char *link_of(const struct answer *answer, const char *relation)
{
	char *links = answer_header(answer, "Link"), *found = NULL;
	char *end = xformat(">; rel=\"%s\"", relation);
	const char *stop = links ? strstr(links, end) : NULL, *start = stop;

	while (start && start > links && *start != '<')
		start--;
	if (start)
		found = xstrndup(start + 1, (size_t)(stop - start) - 1);
	free(links);
	free(end);
	return found;
}

static void add_ids(struct str *ids, const struct answer *answer, size_t *page)
{
	const json_t *list = json_object_get(answer->json, "users"), *user;
	size_t i;

	ck_assert_msg(answer->status == 200 && json_is_array(list), "%ld %.200s", answer->status,
		      answer->body);
	*page = json_array_size(list);
	json_array_foreach (list, i, user)
		str_format(ids, "%s\n", json_string_value(json_object_get(user, "sourcedId")));
}

enum strategy { BY_LINK, BY_COUNT, BY_SHORT_PAGE, BY_EMPTY_PAGE };

/* clang-format off */
static const struct {
	const char *name;
	enum strategy strategy;
	size_t limit, pages; /* how many requests it takes */
} walks[] = {
	{ "Link",                      BY_LINK,       10, 11 },
	{ "Link, one page",            BY_LINK,       108, 1 },
	{ "Link, pages of one",        BY_LINK,       1, 108 },
	{ "X-Total-Count",             BY_COUNT,      25, 5 },
	{ "X-Total-Count, even pages", BY_COUNT,      54, 2 },
	{ "short page",                BY_SHORT_PAGE, 50, 3 },
	{ "short page, even pages",    BY_SHORT_PAGE, 36, 4 },
	{ "empty page",                BY_EMPTY_PAGE, 40, 4 },
	{ "empty page, 5,000",         BY_EMPTY_PAGE, 5000, 2 },
};
/* clang-format on */

START_TEST(paging)
{
	struct str seen = STR_INIT, all = STR_INIT;
	struct answer answer;
	size_t page, pages = 0, have = 0;
	size_t limit = walks[_i].limit;
	char *url = xformat("%s/users?limit=%zu", shared.root, limit);

	api(&answer, &shared, "GET", "/users?limit=10000", NULL);
	add_ids(&all, &answer, &page);
	ck_assert_uint_eq(page, 108);
	answer_release(&answer);
	while (url) {
		json_int_t total;
		bool more = false;

		http(&answer, "GET", url, (const char *[]){ shared.bearer, NULL }, NULL);
		free(url);
		url = NULL;
		add_ids(&seen, &answer, &page);
		have += page;
		pages++;
		total = total_of(&answer, walks[_i].name);
		ck_assert_int_eq(total, 108);
		switch (walks[_i].strategy) {
		case BY_LINK:
			url = link_of(&answer, "next");
			break;
		case BY_COUNT:
			more = have < (size_t)total;
			break;
		case BY_SHORT_PAGE:
			more = page == limit;
			break;
		case BY_EMPTY_PAGE:
			more = page > 0;
			break;
		}
		if (more)
			url = xformat("%s/users?limit=%zu&offset=%zu", shared.root, limit, have);
		answer_release(&answer);
		ck_assert_msg(pages <= 200, "%s: it does not end", walks[_i].name);
	}
	ck_assert_msg(strcmp(str_text(&seen), str_text(&all)) == 0,
		      "%s: other users, or another order", walks[_i].name);
	ck_assert_msg(pages == walks[_i].pages, "%s: %zu pages", walks[_i].name, pages);
	str_release(&seen);
	str_release(&all);
}
END_TEST

/* Every relation of Link can be followed, and the way back exists. */
START_TEST(links_lead_where_they_say)
{
	static const struct {
		const char *target, *relation, *offset; /* NULL: it must not be there */
	} cases[] = {
		{ "/users?limit=25", "next", "offset=25" },
		{ "/users?limit=25", "prev", NULL },
		{ "/users?limit=25", "first", "offset=0" },
		{ "/users?limit=25", "last", "offset=100" },
		{ "/users?limit=25&offset=100", "next", NULL },
		{ "/users?limit=25&offset=100", "prev", "offset=75" },
		{ "/users?limit=25&offset=10", "prev", "offset=0" },
		{ "/users?limit=54&offset=54", "next", NULL },
		{ "/users?limit=54", "last", "offset=54" },
		{ "/users?limit=25&offset=500", "next", NULL },
		{ "/users?limit=25&offset=500", "prev", "offset=100" },
		{ "/users?limit=25&offset=9223372036854775807", "next", NULL },
	};
	struct answer answer, there;
	char *name = xformat("%s, %s", cases[_i].target, cases[_i].relation), *url;

	api(&answer, &shared, "GET", cases[_i].target, NULL);
	ck_assert_msg(answer.status == 200, "%s: %s", name, answer.body);
	url = link_of(&answer, cases[_i].relation);
	if (cases[_i].offset) {
		ck_assert_msg(url && ends_with(url, cases[_i].offset), "%s: %s", name,
			      url ? url : "absent");
		http(&there, "GET", url, (const char *[]){ shared.bearer, NULL }, NULL);
		ck_assert_msg(json_array_size(json_object_get(there.json, "users")) > 0,
			      "%s: %.200s", name, there.body);
		answer_release(&there);
	} else {
		ck_assert_msg(url == NULL, "%s: %s", name, url);
	}
	free(url);
	free(name);
	answer_release(&answer);
}
END_TEST

START_TEST(past_the_end_is_empty)
{
	static const char *const offsets[] = { "108", "109", "5000", "9223372036854775807" };
	char *target = xformat("/users?offset=%s", offsets[_i]);
	struct answer answer;

	api(&answer, &shared, "GET", target, NULL);
	ck_assert_msg(answer.status == 200 && strcmp(answer.body, "{\"users\":[]}") == 0,
		      "%s: %ld %.200s", target, answer.status, answer.body);
	ck_assert_int_eq(total_of(&answer, target), 108);
	answer_release(&answer);
	free(target);
}
END_TEST

START_TEST(bad_page)
{
	static const char *const queries[] = {
		"limit=0",
		"limit=-1",
		"limit=abc",
		"limit=1e3",
		"limit=1.0",
		"limit=",
		"limit",
		"limit=%2B5",
		"limit= 5",
		"limit=0x10",
		"limit=99999999999999999999",
		"limit=5&limit=5",
		"limit=5&offset=0&limit=6",
		"offset=-1",
		"offset=x",
		"offset=1&offset=1",
		"offset=9223372036854775808",
	};
	const char *query = queries[_i];
	struct str encoded = STR_INIT;
	struct answer answer;

	str_add(&encoded, "/users?");
	for (const char *at = query; *at; at++)
		str_add(&encoded, *at == ' ' ? "%20" : (char[]){ *at, '\0' });
	api(&answer, &shared, "GET", str_text(&encoded), NULL);
	ck_assert_msg(answer.status == 400, "%s: %ld %.100s", query, answer.status, answer.body);
	ck_assert_msg(strstr(answer_description(&answer), *query == 'o' ? "offset" : "limit"),
		      "%s: %s", query, answer_description(&answer));
	answer_release(&answer);
	str_release(&encoded);
}
END_TEST

/* The total counts what the filter leaves; queries go out as they stand here. */
/* clang-format off */
static const struct {
	const char *target;
	json_int_t total;
} filters[] = {
	{ "/users?filter=role='teacher'", 6 },
	{ "/users?filter=role=%27teacher%27", 6 },
	{ "/users?filter=role%3D%27teacher%27", 6 },
	{ "/users?filter=role%20=%20%27teacher%27", 6 },
	{ "/users?filter=role+%3D+'teacher'", 6 },
	{ "/users?filter=ROLE='teacher'", 6 },
	{ "/users?filter=role!='student'", 8 },
	{ "/users?filter=role='student'%20OR%20role='administrator'", 102 },
	{ "/users?filter=role='student'%20AND%20grades='07'", 40 },
	{ "/users?filter=email='tomas.iglesias@example.org'", 1 },
	{ "/users?filter=givenName='Tom%C3%A1s'", 1 },
	{ "/users?filter=familyName~'sep%C3%BAlveda'", 1 },
	{ "/users?filter=userIds.identifier='T0001'", 1 },
	{ "/users?filter=orgs.sourcedId='district-lakeside'", 1 },
	{ "/users?filter=status='active'", 108 },
	{ "/users?filter=enabledUser='true'", 108 },
	{ "/users?filter=sourcedId>='student-100'", 7 },
	{ "/users?filter=dateLastModified>'2026-11-01'", 108 },
	{ "/users?filter=dateLastModified>'2026-11-16T12:00:00-05:00'", 0 },
	{ "/users?filter=dateLastModified>='2026-11-16T18:00:00+01:00'", 108 },
	{ "/users?filter=", 108 },
	{ "/students?filter=role='teacher'", 0 },
	{ "/classes?filter=course.sourcedId='course-bio'", 2 },
	{ "/classes?filter=terms.sourcedId='term-fall'", 8 },
	{ "/classes/class-bio-1/students?filter=status='active'", 16 },
	{ "/enrollments?filter=class.sourcedId='class-bio-1'%20AND%20role='student'", 16 },
	{ "/academicSessions?filter=startDate<='2026-11-16'%20AND%20endDate>'2026-11-16'", 3 },
	{ "/categories?filter=metadata.classId='class-bio-1'", 1 },
	{ "/categories?filter=title='Labs'", 2 },
	{ "/categories?filter=title='Labs'%20AND%20metadata.classId='class-bio-2'", 1 },
	{ "/lineItems?filter=title='War%20AND%20Peace'", 1 },
	{ "/lineItems?filter=title='War%20AND%20Peace'%20OR%20title='1%20%2B%201'", 2 },
	{ "/lineItems?filter=title='It''s%20\"quoted\"'", 1 },
	{ "/lineItems?filter=title='a=b%26c=d'", 1 },
	{ "/lineItems?filter=resultValueMax>='30'", 2 },
	{ "/lineItems?filter=resultValueMax>'9'", 4 },
	{ "/lineItems?filter=class.sourcedId='class-bio-1'&limit=1", 4 },
};
/* clang-format on */

/* Raw bytes, so that no library encodes what stands in the target. */
START_TEST(filter)
{
	char *head = xformat("GET /ims/oneroster/v1p1%s HTTP/1.1\r\nHost: x\r\n%s\r\n"
			     "Connection: close\r\n\r\n",
			     filters[_i].target, shared.bearer);
	char *raw = NULL;
	json_int_t total = -1;
	const char *count;

	/* a blank cannot stand in a request line; nothing else is changed */
	raw = raw_exchange(&shared, head, strlen(head));
	count = strstr(raw, "X-Total-Count: ");
	if (count)
		total = strtoll(count + 15, NULL, 10);
	ck_assert_msg(starts_with(raw, "HTTP/1.1 200"), "%s: %.600s", filters[_i].target, raw);
	ck_assert_msg(total == filters[_i].total, "%s: %lld instead of %lld", filters[_i].target,
		      (long long)total, (long long)filters[_i].total);
	free(raw);
	free(head);
}
END_TEST

START_TEST(bad_filter)
{
	static const struct {
		const char *filter, *needle;
	} cases[] = {
		{ "nothing='x'", "nothing" },
		{ "password='x'", "password" },
		{ "role", "operator" },
		{ "role=teacher", "quote" },
		{ "role='teacher", "never closed" },
		{ "='x'", "field" },
		{ "role='a'%20AND", "" },
		{ "role='a'%20XOR%20role='b'", "" },
		{ "role='a'%20role='b'", "" },
		{ "metadata='x'", "metadata" },
		{ "orgs.name='x'", "orgs.name" },
		{ "enabledUser='maybe'", "maybe" },
		{ "dateLastModified>'yesterday'", "yesterday" },
		{ "role=%E2%80%98teacher%E2%80%99", "" },
	};
	char *target = xformat("/users?filter=%s", cases[_i].filter);
	struct answer answer;
	const json_t *info;

	api(&answer, &shared, "GET", target, NULL);
	info = json_array_get(json_object_get(answer.json, "statusInfoSet"), 0);
	ck_assert_msg(answer.status == 400, "%s: %ld %.100s", cases[_i].filter, answer.status,
		      answer.body);
	ck_assert_msg(same_text(json_string_value(json_object_get(info, "imsx_codeMinor")),
				"invalid_filter_field"),
		      "%s: %s", cases[_i].filter, answer.body);
	ck_assert_msg(strstr(answer_description(&answer), cases[_i].needle), "%s: %s",
		      cases[_i].filter, answer_description(&answer));
	answer_release(&answer);
	free(target);
}
END_TEST

/* Link repeats the filter, encoded, so that the next page is of the same list. */
START_TEST(link_keeps_the_filter)
{
	char *url = xformat(
		"%s/users?filter=role%%3D%%27student%%27%%20AND%%20familyName!%%3D%%27a%%26b%%27"
		"&limit=30",
		shared.root);
	struct answer answer;
	const json_t *user;
	size_t i, pages = 0, students = 0;

	while (url) {
		http(&answer, "GET", url, (const char *[]){ shared.bearer, NULL }, NULL);
		ck_assert_msg(answer.status == 200, "%s: %s", url, answer.body);
		ck_assert_int_eq(total_of(&answer, url), 100);
		json_array_foreach (json_object_get(answer.json, "users"), i, user) {
			const char *role = json_string_value(json_object_get(user, "role"));

			ck_assert_msg(same_text(role, "student"), "%s: a %s", url, role);
			students++;
		}
		free(url);
		url = link_of(&answer, "next");
		answer_release(&answer);
		ck_assert(++pages < 10);
	}
	ck_assert_uint_eq(students, 100);
	ck_assert_uint_eq(pages, 4);
}
END_TEST

/* Nested lists hold what belongs together, and nothing else. */
START_TEST(nested_lists)
{
	static const struct {
		const char *target;
		json_int_t total;
	} cases[] = {
		{ "/classes/class-bio-1/students", 16 },
		{ "/classes/class-bio-1/teachers", 1 },
		{ "/students/student-005/classes", 4 },
		{ "/teachers/teacher-01/classes", 2 },
		{ "/schools", 2 },
		{ "/terms", 2 },
		{ "/gradingPeriods", 4 },
		{ "/students", 100 },
		{ "/teachers", 6 },
		{ "/classes/class-bio-1/categories", 5 },
		{ "/classes/class-hist-1/categories", 4 },
		{ "/classes/class-bio-1/lineItems", 4 },
		{ "/classes/class-bio-2/lineItems", 0 },
	};
	struct answer answer;

	api(&answer, &shared, "GET", cases[_i].target, NULL);
	ck_assert_msg(total_of(&answer, cases[_i].target) == cases[_i].total, "%s: %lld",
		      cases[_i].target, (long long)total_of(&answer, cases[_i].target));
	answer_release(&answer);
}
END_TEST

/* An object is only found in the collection that it is part of. */
START_TEST(part_of_a_collection)
{
	static const char *const targets[] = {
		"/students/teacher-01",
		"/teachers/student-005",
		"/schools/district-lakeside",
		"/terms/gp-q1",
		"/gradingPeriods/term-fall",
		"/students/teacher-01/classes",
		"/classes/class-bio-2/lineItems/note-0/results",
	};
	struct answer answer;

	api(&answer, &shared, "GET", targets[_i], NULL);
	ck_assert_msg(answer.status == 404, "%s: %ld", targets[_i], answer.status);
	answer_release(&answer);
}
END_TEST

Suite *read_suite(void);
Suite *read_suite(void)
{
	Suite *suite = suite_create("read");
	TCase *tc = tcase_create("read");

	tcase_set_timeout(tc, 30);
	tcase_add_unchecked_fixture(tc, start_shared, stop_shared);
	tcase_add_loop_test(tc, paging, 0, ARRAY_SIZE(walks));
	tcase_add_loop_test(tc, links_lead_where_they_say, 0, 12);
	tcase_add_loop_test(tc, past_the_end_is_empty, 0, 4);
	tcase_add_loop_test(tc, bad_page, 0, 17);
	tcase_add_loop_test(tc, filter, 0, ARRAY_SIZE(filters));
	tcase_add_loop_test(tc, bad_filter, 0, 14);
	tcase_add_test(tc, link_keeps_the_filter);
	tcase_add_loop_test(tc, nested_lists, 0, 13);
	tcase_add_loop_test(tc, part_of_a_collection, 0, 7);
	suite_add_tcase(suite, tc);
	return suite;
}
