/*
 * test_traps.c - what real clients send, point by point: sections B, D and E of the list
 * of traps that the other tests and sources name. Raw bytes, both versions.
 */
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "oneroster/entity.h"
#include "tests/http/wire.h"

static const unsigned versions[] = { V11, V12 };

static struct server shared;

static const char *const titles[] = { "War AND Peace", "It's", "a=b", "1 + 1" };

static void start_shared(void)
{
	struct reply kept;

	server_start(&shared, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(titles); i++) {
		char *target = xformat("/ims/oneroster/gradebook/v1p2/lineItems/note-%zu", i);
		char *body = xformat("{\"lineItem\":{\"title\":\"%s\",\"class\":{\"sourcedId\":"
				     "\"class-bio-1\"},\"dueDate\":\"2026-11-1%zuT17:00:00.5Z\"}}",
				     titles[i], i);
		struct reply reply;

		wire_send(&reply, &shared, "PUT", target, "", body);
		ck_assert_msg(reply.status == 201, "%s", reply.raw);
		reply_release(&reply);
		free(body);
		free(target);
	}
	wire_send(&kept, &shared, "PUT", "/ims/oneroster/v1p1/results/kept", "",
		  "{\"result\":{\"lineItem\":{\"sourcedId\":\"note-0\"},\"student\":{\"sourcedId\":"
		  "\"student-006\"},\"score\":1}}");
	ck_assert_msg(kept.status == 201, "%s", kept.raw);
	reply_release(&kept);
}

static void stop_shared(void)
{
	server_stop(&shared);
}

#define FORM "Content-Type: application/x-www-form-urlencoded\r\n"
#define CURLED "R/users?filter=status=%E2%80%98active%E2%80%99"

/* clang-format off */
static const struct {
	const char *point, *method, *target, *headers, *body;
	long v1p1, v1p2; /* status; 0: not asked */
	long total;      /* -1: no list */
	const char *there; /* in the answer, headers and all */
} requests[] = {
	{ "B2 limit=10000",          "GET", "R/users?limit=10000", "", NULL, 200, 200, 108, "\"student-100\"" },
	{ "B2 raw email filter",     "GET", "R/users?filter=email='tomas.iglesias@example.org'", "", NULL, 200, 200, 1, "\"admin-02\"" },
	{ "B2 raw status filter",    "GET", "R/classes?filter=status='active'", "", NULL, 200, 200, 8, "class-bio-1" },
	{ "B2 the same, encoded",    "GET", "R/classes?filter=status%3D%27active%27", "", NULL, 200, 200, 8, "class-bio-1" },
	{ "B2 gradingPeriods",       "GET", "R/gradingPeriods", "", NULL, 200, 200, 4, "\"type\":\"gradingPeriod\"" },
	{ "B3 a form with a GET",    "GET", "G/classes/class-bio-1/categories", FORM, "class_sourced_id=class-bio-1&x", 200, 200, 5, "cat-bio1-labs" },
	{ "B3 JSON with a GET",      "GET", "R/orgs?limit=1", "Content-Type: application/json\r\n", "{\"limit\":", 200, 200, -2, NULL },
	{ "B3 a form with a DELETE", "DELETE", "G/lineItems/none", FORM, "a=b", 404, 404, -1, NULL },
	{ "B4 a class's school",     "GET", "R/classes/class-bio-1", "", NULL, 200, 200, -1, "\"school\":{\"href\"" },
	{ "B4 a class's terms",      "GET", "R/classes/class-bio-1", "", NULL, 200, 200, -1, "\"terms\":[{\"href\"" },
	{ "B4 a teacher's email",    "GET", "R/classes/class-bio-1/teachers", "", NULL, 200, 200, 1, "\"email\":\"" },
	{ "B4 one teacher",          "GET", "R/teachers?filter=email='margarita.sepulveda@example.org'", "", NULL, 200, 200, 1, "teacher-01" },
	{ "B5 one base for all services", "GET", "/ims/oneroster/rostering/v1p2/classes", "", NULL, 0, 200, 8, NULL },
	{ "B5 the base itself",      "GET", "/ims/oneroster", "", NULL, 404, 0, -1, "imsx_description" },
	{ "B5 a base that README files name", "GET", "/ims/oneroster/v1p2/classes", "", NULL, 404, 0, -1, "imsx_description" },
	{ "B6 categories by name",   "GET", "G/categories?filter=title='Labs'", "", NULL, 200, 200, 2, NULL },
	{ "B6 lineItems by title and due date", "GET", "G/lineItems?filter=title='a=b'%20AND%20dueDate='2026-11-12T17:00:00.500Z'", "", NULL, 200, 200, 1, "note-2" },
	{ "B6 results by student and lineItem", "GET", "G/results?filter=student.sourcedId='student-006'%20AND%20lineItem.sourcedId='note-0'", "", NULL, 200, 200, 1, "\"kept\"" },
	{ "B6 what a teacher reads", "GET", "G/lineItems/none", "", NULL, 404, 404, -1, "\"imsx_description\":\"" },
	{ "B8 dates of enrollments", "GET", "R/enrollments?limit=1", "", NULL, 200, 200, -2, "\"beginDate\":\"2026-08-17\",\"endDate\":\"2027-06-12\"" },
	{ "B8 the current ones",     "GET", "R/enrollments?filter=beginDate<='2026-11-16'%20AND%20endDate>'2026-11-16'&limit=10000", "", NULL, 200, 200, 156, NULL },
	{ "B11 only a date",         "GET", "R/users?filter=dateLastModified>'2026-11-01'", "", NULL, 200, 200, 108, NULL },
	{ "B11 only a date, too late", "GET", "R/users?filter=dateLastModified>'2026-11-17'", "", NULL, 200, 200, 0, NULL },
	{ "B12 limit=5000",          "GET", "R/enrollments?limit=5000&filter=status='active'", "", NULL, 200, 200, 160, NULL },
	{ "B12 curly quotes",        "GET", CURLED, "", NULL, 400, 400, -1, "single quotes" },
	{ "B13 orderBy with sort",   "GET", "R/users?sort=familyName&orderBy=desc&limit=1", "", NULL, 200, 200, 108, NULL },
	{ "B13 orderBy alone",       "GET", "R/users?orderBy=asc", "", NULL, 200, 200, 108, NULL },
	{ "D1 a zone with a raw plus", "GET", "G/lineItems?filter=dueDate>='2026-11-12T18:00:00+01:00'", "", NULL, 200, 200, 2, NULL },
	{ "D1 a zone, encoded",      "GET", "G/lineItems?filter=dueDate>='2026-11-12T18:00:00%2B01:00'", "", NULL, 200, 200, 2, NULL },
	{ "D1 +00:00",               "GET", "G/lineItems?filter=dueDate>='2026-11-12T17:00:00.500+00:00'", "", NULL, 200, 200, 2, NULL },
	{ "D1 a zone without a colon", "GET", "G/lineItems?filter=dueDate>='2026-11-12T18:00:00.5+0100'", "", NULL, 200, 200, 2, NULL },
	{ "D1 plus as a blank",      "GET", "G/lineItems?filter=title='War+AND+Peace'+OR+title='none'", "", NULL, 200, 200, 1, NULL },
	{ "D1 a real plus",          "GET", "G/lineItems?filter=title='1%20%2B%201'", "", NULL, 200, 200, 1, NULL },
	{ "D1 the first = splits",   "GET", "G/lineItems?filter=title='a=b'", "", NULL, 200, 200, 1, NULL },
	{ "D3 an encoded segment",   "GET", "R/classes/class%2Dbio%2d1", "", NULL, 200, 200, -1, "\"class-bio-1\"" },
	{ "D3 an encoded slash",     "GET", "R/classes/class-bio-1%2Fstudents", "", NULL, 404, 404, -1, "class-bio-1/students" },
	{ "D4 AND in quotes",        "GET", "G/lineItems?filter=title='War%20AND%20Peace'", "", NULL, 200, 200, 1, NULL },
	{ "D4 a quote in quotes",    "GET", "G/lineItems?filter=title='It''s'%20OR%20title='War%20AND%20Peace'", "", NULL, 200, 200, 2, NULL },
	{ "D5 two characters first", "GET", "G/lineItems?filter=title>='a=b'", "", NULL, 200, 200, 1, NULL },
	{ "D6 seconds and milliseconds", "GET", "G/lineItems?filter=dueDate>'2026-11-12T17:00:00Z'", "", NULL, 200, 200, 2, NULL },
	{ "D7 numbers",              "GET", "G/lineItems?filter=resultValueMax>'9'", "", NULL, 200, 200, 0, NULL },
	{ "D8 the total of a page",  "GET", "G/lineItems?filter=title~'a'&limit=1", "", NULL, 200, 200, 2, "filter=title~%27a%27&limit=1&offset=1>; rel=\"next\"" },
	{ "D10 HEAD",                "HEAD", "R/users?limit=5", "", NULL, 200, 200, 108, "Content-Type: application/json" },
	{ "D10 OPTIONS",             "OPTIONS", "G/lineItems/x", "", NULL, 204, 204, -1, "Allow: GET, PUT, DELETE, HEAD, OPTIONS" },
	{ "D11 Accept",              "GET", "R/orgs", "Accept: text/html, application/xml\r\n", NULL, 200, 200, 3, "Content-Type: application/json" },
	{ "D12 a stranger learns nothing", "GET", "R/nothing", "Authorization: Bearer x\r\n", NULL, 401, 401, -1, "WWW-Authenticate: Bearer" },
	{ "D12 with a token it is 404", "GET", "R/nothing", "", NULL, 404, 404, -1, NULL },
	{ "E1 a blank as %20",       "GET", "R/users?filter=role%20=%20'teacher'", "", NULL, 200, 0, 6, NULL },
	{ "E1 unknown parameters",   "GET", "R/users?_=1&_=2&access=x&limit=1", "", NULL, 200, 200, 108, NULL },
	{ "E1 a parameter without a value", "GET", "R/users?flag&limit=1", "", NULL, 200, 200, 108, NULL },
	{ "E1 & at either end",      "GET", "R/users?&limit=1&", "", NULL, 200, 200, 108, NULL },
	{ "E1 a slash behind a list", "GET", "R/users/?limit=1", "", NULL, 200, 200, 108, NULL },
	{ "E1 a slash behind an object", "GET", "R/users/teacher-01/", "", NULL, 200, 200, -1, "\"teacher-01\"" },
	{ "E1 a slash behind a nested list", "GET", "R/classes/class-bio-1/students/", "", NULL, 200, 200, 16, NULL },
	{ "E1 a slash behind a filter", "GET", "R/classes/?filter=status='active'", "", NULL, 200, 200, 8, NULL },
	{ "E1 a slash behind a DELETE", "DELETE", "G/results/none/", "", NULL, 404, 404, -1, "none" },
	{ "E1 two slashes behind",   "GET", "R/users//", "", NULL, 404, 404, -1, NULL },
	{ "E1 an empty cookie",      "GET", "R/orgs", "Cookie:\r\n", NULL, 200, 200, 3, NULL },
	{ "E1 a Content-Type alone", "GET", "R/orgs", "Content-Type: application/json\r\n", NULL, 200, 200, 3, NULL },
	{ "E1 a length of 0",        "GET", "R/orgs", "Content-Length: 0\r\n", NULL, 200, 200, 3, NULL },
	{ "E4 past the end",         "GET", "R/users?offset=108", "", NULL, 200, 200, 108, "{\"users\":[]}" },
	{ "E4 offset 2^31",          "GET", "R/users?offset=2147483648", "", NULL, 200, 200, 108, "{\"users\":[]}" },
	{ "E4 offset 2^63-1",        "GET", "R/users?offset=9223372036854775807&limit=9223372036854775807", "", NULL, 200, 200, 108, "{\"users\":[]}" },
	{ "E4 offset 2^63",          "GET", "R/users?offset=9223372036854775808", "", NULL, 400, 400, -1, "offset" },
	{ "E4 limit 0",              "GET", "R/users?limit=0", "", NULL, 400, 400, -1, "limit" },
	{ "E4 limit -1",             "GET", "R/users?limit=-1", "", NULL, 400, 400, -1, "limit" },
	{ "E4 limit abc",            "GET", "R/users?limit=abc", "", NULL, 400, 400, -1, "limit" },
	{ "E4 limit 1e3",            "GET", "R/users?limit=1e3", "", NULL, 400, 400, -1, "limit" },
	{ "E4 limit 1e9, in digits", "GET", "R/users?limit=1000000000", "", NULL, 200, 200, 108, NULL },
	{ "E4 limit twice",          "GET", "R/users?limit=5&limit=5", "", NULL, 400, 400, -1, "limit stands twice" },
	{ "E4 offset twice",         "GET", "R/users?offset=5&offset=6", "", NULL, 400, 400, -1, "offset stands twice" },
	{ "E4 offset abc",           "GET", "G/classes/class-bio-1/lineItems?offset=abc", "", NULL, 400, 400, -1, "offset" },
};

#define ITEM(more) "{\"lineItem\":{\"title\":\"T\",\"class\":{\"sourcedId\":\"class-bio-1\"}" more "}}"
#define RESULT(more) "{\"result\":{\"lineItem\":{\"sourcedId\":\"note-0\"},\"student\":{\"sourcedId\":\"student-005\"}" more "}}"
#define TEN "0123456789"
#define SIXTY TEN TEN TEN TEN TEN TEN

/* Written incompletely in one version, read complete in both. */
static const struct {
	const char *point, *target, *body, *there;
} writes[] = {
	{ "B1 class with only a sourcedId", "G/lineItems/w", ITEM(""), "/classes/class-bio-1\",\"sourcedId\":\"class-bio-1\",\"type\":\"class\"}" },
	{ "B1 category with only a sourcedId", "G/lineItems/w", ITEM(",\"category\":{\"sourcedId\":\"cat-tests\"}"), "/categories/cat-tests\",\"sourcedId\":\"cat-tests\",\"type\":\"category\"}" },
	{ "B1 lineItem with only a sourcedId", "G/results/w", RESULT(""), "/lineItems/note-0\",\"sourcedId\":\"note-0\",\"type\":\"lineItem\"}" },
	{ "B1 student with only a sourcedId", "G/results/w", RESULT(""), "/users/student-005\",\"sourcedId\":\"student-005\",\"type\":\"user\"}" },
	{ "B1 no status",            "G/lineItems/w", ITEM(""), "\"status\":\"active\"" },
	{ "B1 no dateLastModified",  "G/results/w", RESULT(""), "\"dateLastModified\":\"2026-11-16T17:" },
	{ "B1 a dateTime in scoreDate", "G/results/w", RESULT(",\"scoreDate\":\"2026-10-25T12:19:00.000Z\""), "\"scoreDate\":\"2026-10-25\"" },
	{ "B1 an empty comment",     "G/results/w", RESULT(",\"comment\":\"\""), "\"comment\":\"\"" },
	{ "B2 120 characters",       "G/lineItems/w", "{\"lineItem\":{\"title\":\"" SIXTY SIXTY "\",\"class\":{\"sourcedId\":\"class-bio-1\"}}}", "\"title\":\"" SIXTY SIXTY "\"" },
	{ "B2 300 of 100",           "G/results/w", RESULT(",\"score\":300,\"scoreStatus\":\"fully graded\""), "\"score\":300" },
	{ "B2 exempt with a score",  "G/results/w", RESULT(",\"score\":80.5,\"scoreStatus\":\"exempt\""), "\"scoreStatus\":\"exempt\",\"score\":80.5" },
	{ "D7 one decimal",          "G/results/w", RESULT(",\"score\":91.1"), "\"score\":91.1" },
	{ "E5 no category",          "G/lineItems/w", ITEM(""), "\"title\":\"T\"" },
	{ "E5 a type of 1.1",        "G/results/w", "{\"result\":{\"lineItem\":{\"sourcedId\":\"note-0\"},\"student\":{\"href\":\"x\",\"sourcedId\":\"student-005\",\"type\":\"student\"}}}", "\"sourcedId\":\"student-005\",\"type\":\"user\"}" },
	{ "E5 no period",            "G/lineItems/w", ITEM(",\"dueDate\":\"2026-11-16T23:00:00-05:00\""), "/academicSessions/gp-q2\",\"sourcedId\":\"gp-q2\",\"type\":\"academicSession\"}" },
	{ "E5 a due date in another zone", "G/lineItems/w", ITEM(",\"dueDate\":\"2026-11-16T23:00:00-05:00\""), "\"dueDate\":\"2026-11-17T04:00:00.000Z\"" },
	{ "E5 only a day",           "G/lineItems/w", ITEM(",\"assignDate\":\"2026-11-16\""), "\"assignDate\":\"2026-11-16T00:00:00.000Z\"" },
	{ "E5 no scoreDate",         "G/results/w", RESULT(",\"score\":5"), "\"scoreDate\":\"2026-11-16\"" },
	{ "E7 a final grade",        "G/results/w", RESULT(",\"metadata\":{\"ext_infiniteCampus_scoreGrade\":\"B+\"}"), "\"metadata\":{\"ext_infiniteCampus_scoreGrade\":\"B+\"}" },
};
/* clang-format on */

static void check_request(int i, unsigned version, long status)
{
	char *target = wire_target(version, requests[i].target);
	struct reply reply;

	if (!status) {
		free(target);
		return;
	}
	wire_send(&reply, &shared, requests[i].method, target, requests[i].headers,
		  requests[i].body);
	ck_assert_msg(reply.status == status, "%s: %s: %.500s", requests[i].point, target,
		      reply.raw);
	if (requests[i].total != -2)
		ck_assert_msg(reply_total(&reply) == requests[i].total, "%s: %s: %ld objects",
			      requests[i].point, target, reply_total(&reply));
	ck_assert_msg(!requests[i].there || strstr(reply.raw, requests[i].there), "%s: %s: %.900s",
		      requests[i].point, target, reply.raw);
	reply_release(&reply);
	free(target);
}

START_TEST(request_is_understood)
{
	check_request(_i, V11, requests[_i].v1p1);
	check_request(_i, V12, requests[_i].v1p2);
}
END_TEST

/* Every href of an answer is absolute and leads to an object of that sourcedId. */
static void follow(const json_t *json)
{
	const char *href = json_string_value(json_object_get(json, "href")), *key;
	const json_t *member;
	size_t i;

	if (href) {
		struct reply reply;
		const char *id = json_string_value(json_object_get(json, "sourcedId"));
		char *there = xformat("\"sourcedId\":\"%s\"", id);

		ck_assert_msg(starts_with(href, shared.url), "%s", href);
		wire_send(&reply, &shared, "GET", href + strlen(shared.url), "", NULL);
		ck_assert_msg(reply.status == 200 && strstr(reply.body, there), "%s: %.300s", href,
			      reply.raw);
		reply_release(&reply);
		free(there);
		return;
	}
	if (json_is_object(json))
		json_object_foreach ((json_t *)(uintptr_t)json, key, member)
			follow(member);
	json_array_foreach (json, i, member)
		follow(member);
}

START_TEST(comes_back_complete)
{
	for (size_t w = 0; w < ARRAY_SIZE(versions); w++) {
		char *target = wire_target(versions[w], writes[_i].target);
		struct reply reply;

		wire_send(&reply, &shared, "PUT", target, "Content-Type: application/json\r\n",
			  writes[_i].body);
		ck_assert_msg(reply.status == 200 || reply.status == 201, "%s: %s",
			      writes[_i].point, reply.raw);
		reply_release(&reply);
		free(target);
		for (size_t r = 0; r < ARRAY_SIZE(versions); r++) {
			target = wire_target(versions[r], writes[_i].target);
			wire_send(&reply, &shared, "GET", target, "", NULL);
			ck_assert_msg(strstr(reply.body, writes[_i].there) != NULL,
				      "%s: written in %u, %s: %s", writes[_i].point, versions[w],
				      target, reply.body);
			follow(reply.json);
			reply_release(&reply);
			free(target);
		}
	}
}
END_TEST

/* B2: after a DELETE the object is in no list any more. */
START_TEST(deleted_is_gone)
{
	unsigned version = versions[_i];
	char *target = wire_target(version, "G/lineItems/gone");
	static const char *const lists[] = { "G/lineItems", "G/classes/class-bio-1/lineItems" };
	struct reply reply;

	wire_send(&reply, &shared, "PUT", target, "", ITEM(""));
	ck_assert_int_eq(reply.status, 201);
	reply_release(&reply);
	for (int deleted = 0; deleted < 2; deleted++) {
		for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
			char *list = wire_target(version, lists[i]);

			wire_send(&reply, &shared, "GET", list, "", NULL);
			ck_assert_msg((strstr(reply.body, "\"gone\"") != NULL) == !deleted,
				      "%s: %s", list, reply.body);
			reply_release(&reply);
			free(list);
		}
		wire_send(&reply, &shared, "DELETE", target, "", NULL);
		ck_assert_int_eq(reply.status, deleted ? 404 : 204);
		ck_assert_msg(deleted || !*reply.body, "%s", reply.body);
		reply_release(&reply);
	}
	free(target);
}
END_TEST

/* B14, E4: how clients find the end. */
enum rule { BY_LINK, BY_TOTAL, BY_SHORT_PAGE, BY_EMPTY_PAGE };

static const struct {
	const char *name, *target;
	enum rule rule;
	size_t limit, pages;
} walks[] = {
	{ "E4 Link", "R/users?sort=familyName", BY_LINK, 25, 5 },
	{ "E4 Link, filtered", "R/users?filter=familyName>='M'&fields=sourcedId", BY_LINK, 10, 0 },
	{ "E4 Link, nested", "R/classes/class-bio-1/students?sort=givenName&orderBy=desc", BY_LINK,
	  5, 4 },
	{ "E4 total", "R/users?filter=familyName~'a'", BY_TOTAL, 7, 0 },
	{ "B14 short page", "R/enrollments?sort=user", BY_SHORT_PAGE, 50, 4 },
	{ "B14 short page, all full", "R/enrollments", BY_SHORT_PAGE, 40, 5 },
	{ "E4 empty page", "R/users", BY_EMPTY_PAGE, 27, 5 },
	{ "E4 empty page, one fits all", "R/users", BY_EMPTY_PAGE, 10000, 2 },
	{ "E4 no match at all", "R/users?filter=givenName='nobody'", BY_SHORT_PAGE, 10, 1 },
};

static size_t add_ids(struct str *ids, const struct reply *reply)
{
	const json_t *list = json_object_iter_value(json_object_iter(reply->json)), *item;
	size_t i;

	ck_assert_msg(reply->status == 200 && json_is_array(list), "%.500s", reply->raw);
	json_array_foreach (list, i, item)
		str_format(ids, "%s ", json_string_value(json_object_get(item, "sourcedId")));
	return json_array_size(list);
}

/* The target of the next page; NULL when there is none. */
static char *next_link(const struct reply *reply)
{
	char *links = reply_header(reply, "Link"), *next = NULL;
	const char *end = links ? strstr(links, ">; rel=\"next\"") : NULL;

	ck_assert_msg(!links || starts_with(links, "<http://"), "%s", links);
	if (end)
		next = xstrndup(links + 1 + strlen(shared.url),
				(size_t)(end - links) - 1 - strlen(shared.url));
	free(links);
	return next;
}

static char *next_page(int i, const struct reply *reply, const char *first, size_t page,
		       size_t have)
{
	bool more = false;

	switch (walks[i].rule) {
	case BY_LINK:
		return next_link(reply);
	case BY_TOTAL:
		more = (long)have < reply_total(reply);
		break;
	case BY_SHORT_PAGE:
		more = page == walks[i].limit;
		break;
	case BY_EMPTY_PAGE:
		more = page > 0;
		break;
	}
	return more ? xformat("%s&offset=%zu", first, have) : NULL;
}

static void check_walk(int i, unsigned version)
{
	char *whole = wire_target(version, walks[i].target), mark = strchr(whole, '?') ? '&' : '?';
	char *first = xformat("%s%climit=%zu", whole, mark, walks[i].limit), *at = xstrdup(first);
	char *all = xformat("%s%climit=10000", whole, mark);
	struct str seen = STR_INIT, expected = STR_INIT;
	size_t have = 0, pages = 0;
	struct reply reply;

	wire_send(&reply, &shared, "GET", all, "", NULL);
	size_t total = add_ids(&expected, &reply);

	reply_release(&reply);
	while (at && pages < 200) {
		wire_send(&reply, &shared, "GET", at, "", NULL);
		free(at);
		size_t page = add_ids(&seen, &reply);

		have += page;
		pages++;
		ck_assert_int_eq(reply_total(&reply), (long)total);
		at = next_page(i, &reply, first, page, have);
		reply_release(&reply);
	}
	ck_assert_msg(strcmp(str_text(&seen), str_text(&expected)) == 0, "%s: %s, not %s",
		      walks[i].name, str_text(&seen), str_text(&expected));
	ck_assert_msg(!walks[i].pages || pages == walks[i].pages, "%s: %zu pages", walks[i].name,
		      pages);
	str_release(&seen);
	str_release(&expected);
	free(at);
	free(all);
	free(first);
	free(whole);
}

START_TEST(paging_ends)
{
	for (size_t v = 0; v < ARRAY_SIZE(versions); v++)
		check_walk(_i, versions[v]);
}
END_TEST

Suite *traps_suite(void);
Suite *traps_suite(void)
{
	Suite *suite = suite_create("traps");
	TCase *tc = tcase_create("traps");

	tcase_set_timeout(tc, 30);
	tcase_add_unchecked_fixture(tc, start_shared, stop_shared);
	tcase_add_loop_test(tc, request_is_understood, 0, ARRAY_SIZE(requests));
	tcase_add_loop_test(tc, comes_back_complete, 0, ARRAY_SIZE(writes));
	tcase_add_loop_test(tc, deleted_is_gone, 0, ARRAY_SIZE(versions));
	tcase_add_loop_test(tc, paging_ends, 0, ARRAY_SIZE(walks));
	suite_add_tcase(suite, tc);
	return suite;
}
