/*
 * test_provider_queries.c - the scripted provider is right: what its collections hold, what
 * a query leaves of them, and what it says of writes.
 *
 * Targets are those of 1.2 (vendor.h); for 1.1 the same path is asked below its one root.
 */
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "oneroster/vocab.h"
#include "tests/http/vendor.h"

static const unsigned versions[] = { V11, V12 };
static struct vendor shared;

static void start_shared(void)
{
	vendor_start(&shared, NULL);
}

static void stop_shared(void)
{
	vendor_stop(&shared);
}

/* Returns (free). */
static char *target_in(unsigned version, const char *target)
{
	return xformat("%c%s", version == V11 ? '1' : *target, target + 1);
}

/* clang-format off */
static const struct {
	const char *target;
	unsigned in;
	const char *ids;
} holdings[] = {
	{ "r/academicSessions", BOTH, "y-1 t-1 t-2 g-1 g-2 g-3 g-4" },
	{ "r/terms", BOTH, "t-1 t-2" },
	{ "r/gradingPeriods", BOTH, "g-1 g-2 g-3 g-4" },
	{ "r/orgs", BOTH, "o-0 o-1 o-2" },
	{ "r/schools", BOTH, "o-1 o-2" },
	{ "r/courses", BOTH, "k-1 k-2 k-3" },
	{ "r/classes", BOTH, "c-1 c-2 c-3 c-4" },
	{ "r/teachers", BOTH, "te-1 te-2 te-3 te-4" },
	{ "r/students", BOTH, "s-1 s-2 s-3 s-4 s-5 s-6 s-7 s-8 s-9 s-10 s-11 s-12 s-13" },
	{ "r/demographics", BOTH, "s-1 s-2 s-9" },
	{ "r/schools/o-2/courses", BOTH, "k-3" },
	{ "r/schools/o-1/classes", BOTH, "c-1 c-2 c-3" },
	{ "r/schools/o-2/students", BOTH, "s-9 s-10 s-11 s-12 s-13" },
	{ "r/schools/o-2/teachers", BOTH, "te-4" },
	{ "r/schools/o-1/terms", BOTH, "t-1 t-2" },
	{ "r/schools/o-2/terms", BOTH, "t-1" },
	{ "r/schools/o-1/classes/c-1/teachers", BOTH, "te-1" },
	{ "r/schools/o-1/classes/c-2/students", BOTH, "s-3 s-4 s-5 s-6 s-7 s-8" },
	{ "r/schools/o-1/classes/c-3/enrollments", BOTH, "e-c-3-te-3 e-c-3-s-1 e-c-3-s-2 e-c-3-s-5 e-c-3-s-7 e-c-3-s-8" },
	{ "r/terms/t-2/classes", BOTH, "c-2 c-3" },
	{ "r/terms/t-1/gradingPeriods", BOTH, "g-1 g-2" },
	{ "r/courses/k-1/classes", BOTH, "c-1 c-2" },
	{ "r/students/s-1/classes", BOTH, "c-1 c-3" },
	{ "r/teachers/te-1/classes", BOTH, "c-1 c-2" },
	{ "r/users/s-9/classes", BOTH, "c-4" },
	{ "r/users/ad-1/classes", BOTH, "" },
	{ "r/classes/c-2/teachers", BOTH, "te-1 te-2" },
	{ "s/resources", BOTH, "res-1 res-2 res-3 res-4" },
	{ "s/courses/k-1/resources", BOTH, "res-1" },
	{ "s/classes/c-1/resources", BOTH, "res-1 res-2" },
	{ "s/classes/c-2/resources", BOTH, "" },
	{ "s/users/s-1/resources", V12, "res-2" },
	{ "g/classes/c-1/categories", BOTH, "cat-1 cat-2 cat-3" },
	{ "g/classes/c-1/lineItems", BOTH, "li-1 li-2" },
	{ "g/classes/c-1/results", BOTH, "r-1 r-2 r-3 r-4 r-5" },
	{ "g/classes/c-1/lineItems/li-1/results", BOTH, "r-1 r-2 r-3 r-4" },
	{ "g/classes/c-1/students/s-1/results", BOTH, "r-1 r-5" },
	{ "g/classes/c-2/students/s-1/results", BOTH, "" },
	{ "g/classes/c-4/scoreScales", V12, "ss-3" },
	{ "g/schools/o-1/scoreScales", V12, "ss-1 ss-2" },
	{ "g/assessmentResults", V12, "ar-1 ar-2 ar-3" },
	/* of a wrong kind, of another parent, of another service or version */
	{ "r/schools/o-0", BOTH, NULL },
	{ "r/students/te-1", BOTH, NULL },
	{ "r/terms/g-1", BOTH, NULL },
	{ "r/schools/o-2/classes/c-1/students", BOTH, NULL },
	{ "g/classes/c-2/lineItems/li-1/results", BOTH, NULL },
	{ "g/classes/c-1/students/te-1/results", BOTH, NULL },
	{ "g/users", V12, NULL },
	{ "r/lineItems", V12, NULL },
	{ "g/scoreScales", V11, NULL },
	{ "s/users/s-1/resources", V11, NULL },
};


static const struct {
	const char *name, *target;
	unsigned in;
	long status;
	const char *ids; /* of the page; NULL: not looked at */
	long total;
	const char *says; /* in the body; NULL: nothing */
} queries[] = {
	{ "first page",        "r/users?limit=3", BOTH, 200, "s-1 s-2 s-3", 21, NULL },
	{ "offset",            "r/users?limit=2&offset=20", BOTH, 200, "gu-3", 21, NULL },
	{ "past the end",      "r/users?limit=2&offset=9223372036854775807", BOTH, 200, "", 21, NULL },
	{ "large",             "r/terms?limit=9223372036854775807&offset=1", BOTH, 200, "t-2", 2, NULL },
	{ "limit=0",           "r/users?limit=0", BOTH, 400, "-", -1, "limit=0" },
	{ "limit=-1",          "r/users?limit=-1", BOTH, 400, "-", -1, "limit=-1" },
	{ "limit=abc",         "r/users?limit=abc", BOTH, 400, "-", -1, "limit=abc" },
	{ "limit=1e3",         "r/users?limit=1e3", BOTH, 400, "-", -1, "limit=1e3" },
	{ "limit twice",       "r/users?limit=1&limit=2", BOTH, 400, "-", -1, "limit is there 2 times" },
	{ "offset=-1",         "r/users?offset=-1", BOTH, 400, "-", -1, "offset=-1" },
	{ "unknown parameter", "r/terms?colour=red", BOTH, 200, "t-1 t-2", 2, NULL },
	/* filters */
	{ "=",                 "r/users?filter=familyName%3D'Bee'", BOTH, 200, "s-1 s-8 gu-1 gu-2", 4, NULL },
	{ "raw",               "r/users?filter=familyName='Bee'%20AND%20givenName='Ada'", BOTH, 200, "s-1", 1, NULL },
	{ "!=",                "r/terms?filter=title!='First term'", BOTH, 200, "t-2", 1, NULL },
	{ ">=",                "r/students?filter=familyName%3E%3D'O'", BOTH, 200, "s-2 s-5 s-6 s-7", 4, NULL },
	{ ">",                 "g/results?filter=score%3E'9'", BOTH, 200, "r-1 r-5", 2, NULL },
	{ "<",                 "g/results?filter=score%3C'7'", BOTH, 200, "r-3 r-4", 2, NULL },
	{ "<=",                "g/results?filter=score%3C%3D'7.0'", BOTH, 200, "r-3 r-4 r-6", 3, NULL },
	{ "~",                 "r/students?filter=familyName~'da'", BOTH, 200, "s-4 s-5", 2, NULL },
	{ "OR",                "r/terms?filter=sourcedId='t-1'%20or%20sourcedId='t-2'", BOTH, 200, "t-1 t-2", 2, NULL },
	{ "a quote",           "r/students?filter=familyName='O''Neill'", BOTH, 200, "s-2", 1, NULL },
	{ "AND in quotes",     "r/students?filter=familyName='War AND Peace'", BOTH, 200, "s-6", 1, NULL },
	{ "a blank as +",      "r/students?filter=familyName='War+AND+Peace'", BOTH, 200, "s-6", 1, NULL },
	{ "case",              "r/students?filter=FAMILYNAME='adair'", BOTH, 200, "s-5", 1, NULL },
	{ "not ASCII",         "r/students?filter=givenName='%C5%81ukasz'", BOTH, 200, "s-13", 1, NULL },
	{ "a date",            "r/enrollments?filter=beginDate%3E'2000-01-01'&limit=1", BOTH, 200, "e-c-1-te-1", 27, NULL },
	{ "an instant",        "r/terms?filter=dateLastModified%3C'2000-01-01T00:00:00%2B01:00'", BOTH, 200, "", 0, NULL },
	{ "a reference",       "r/classes?filter=school.sourcedId='o-2'", BOTH, 200, "c-4", 1, NULL },
	{ "of many",           "r/classes?filter=terms.sourcedId='t-2'", BOTH, 200, "c-2 c-3", 2, NULL },
	{ "all of a list",     "r/courses?filter=subjects='Biology,Science'", BOTH, 200, "k-1", 1, NULL },
	{ "not all of a list", "r/courses?filter=subjects='Biology,Mathematics'", BOTH, 200, "", 0, NULL },
	{ "any of a list",     "r/courses?filter=subjects~'Biology,Mathematics'", BOTH, 200, "k-1 k-2", 2, NULL },
	{ "metadata",          "g/categories?filter=metadata.classId='c-1'", BOTH, 200, "cat-3", 1, NULL },
	{ "a missing value",   "s/resources?filter=title!='x'", BOTH, 200, "res-1 res-2 res-3 res-4", 4, NULL },
	{ "role, 1.1",         "r/users?filter=role='administrator'", V11, 200, "ad-1", 1, NULL },
	{ "role, 1.2",         "r/users?filter=role='student'", V12, 400, "-", -1, "invalid_filter_field" },
	{ "roles.role, 1.2",   "r/users?filter=roles.role='guardian'", V12, 200, "gu-1 gu-2", 2, NULL },
	{ "unknown field",     "r/users?filter=colour='red'", BOTH, 400, "-", -1, "invalid_filter_field" },
	{ "three predicates",  "r/users?filter=status='a'%20OR%20status='b'%20OR%20status='c'", BOTH, 400, "-", -1, "invalid_filter_field" },
	{ "no quotes",         "r/users?filter=status=active", BOTH, 400, "-", -1, "invalid_filter_field" },
	{ "open quote",        "r/users?filter=status='active", BOTH, 400, "-", -1, "invalid_filter_field" },
	{ "no operator",       "r/users?filter=status", BOTH, 400, "-", -1, "invalid_filter_field" },
	{ "no date",           "r/users?filter=dateLastModified%3E'soon'", BOTH, 400, "-", -1, "is no date" },
	/* sort; by code point, sourcedIds within a tie */
	{ "sort",              "r/users?filter=familyName='Bee'&sort=givenName", BOTH, 200, "s-1 gu-1 gu-2 s-8", 4, NULL },
	{ "desc",              "r/users?filter=familyName='Bee'&sort=familyName&orderBy=desc", BOTH, 200, "gu-1 gu-2 s-1 s-8", 4, NULL },
	{ "code points",       "r/schools/o-1/students?sort=familyName&offset=6", BOTH, 200, "s-7 s-5", 8, NULL },
	{ "numbers",           "g/results?sort=score&orderBy=desc", BOTH, 200, "r-1 r-5 r-2 r-6 r-3 r-4", 6, NULL },
	{ "unknown sort, 1.1", "r/terms?sort=colour", V11, 200, "t-1 t-2", 2, "\"imsx_severity\": \"warning\", \"imsx_codeMinor\": \"invalid_sort_field\"" },
	{ "unknown sort, 1.2", "r/terms?sort=colour", V12, 200, "t-1 t-2", 2, NULL },
	{ "orderBy=up",        "r/terms?sort=title&orderBy=up", BOTH, 400, "-", -1, "orderBy=up" },
	/* fields */
	{ "fields",            "r/terms?fields=sourcedId,title", BOTH, 200, "t-1 t-2", 2, "{\"academicSessions\": [{\"sourcedId\": \"t-1\", \"title\": \"First term\"}, {" },
	{ "of one",            "r/terms/t-1?fields=title", BOTH, 200, "-", -1, "{\"academicSession\": {\"title\": \"First term\"}}" },
	{ "unknown, 1.1",      "r/terms?fields=title,colour", V11, 200, "t-1 t-2", 2, "\"imsx_codeMinor\": \"invalid_selection_field\"" },
	{ "unknown, 1.2",      "r/terms?fields=title,colour", V12, 400, "-", -1, "\"invalid_selection_field\"" },
	{ "of 1.2 in 1.1",     "r/users?fields=roles&limit=1", V11, 200, "s-1", 21, "invalid_selection_field" },
	{ "blank, 1.1",        "r/terms?fields=", V11, 400, "-", -1, "invalid_blank_selection_field" },
	{ "blank, 1.2",        "r/terms/t-1?fields=%20", V12, 400, "-", -1, "invalid_selection_field" },
};

/* One write each; ' stands for ". */
#define ITEM "'title':'T','assignDate':'2026-09-01T00:00:00Z','dueDate':'2026-09-08T00:00:00','class':{'sourcedId':'c-1'},'category':{'sourcedId':'cat-1'}"
#define SCORE "'lineItem':{'sourcedId':'li-1'},'student':{'sourcedId':'s-1'},'scoreStatus':'fully graded'"
static const struct {
	const char *name, *method, *target, *body;
	long status[2]; /* 1.1, 1.2; 0: not asked */
	const char *says; /* of the refusal, or of what is read then */
} writes[] = {
	{ "completed",        "PUT", "g/lineItems/w", "{'lineItem':{" ITEM "}}", { 201, 201 }, "\"dueDate\": \"2026-09-08T00:00:00.000Z\"" },
	{ "no category",      "PUT", "g/lineItems/w", "{'lineItem':{'title':'T','assignDate':'2026-09-01','dueDate':'2026-09-08T00:00:00Z','class':{'sourcedId':'c-1'},'category':null}}", { 201, 201 }, "\"sourcedId\": \"cat-1\", \"type\": \"category\"" },
	{ "a dateTime",       "PUT", "g/results/w", "{'result':{" SCORE ",'score':300,'scoreDate':'2026-09-08T10:00:00Z','comment':''}}", { 201, 201 }, "\"scoreDate\": \"2026-09-08\"" },
	{ "metadata",         "PUT", "g/categories/w", "{'category':{'title':'W','metadata':{'a':[1]}}}", { 201, 201 }, "\"metadata\": {\"a\": [1]}" },
	{ "a boolean",        "PUT", "g/results/w", "{'result':{" SCORE ",'score':1,'late':true}}", { 0, 201 }, "\"late\": \"true\"" },
	{ "no JSON",          "PUT", "g/lineItems/w", "{'lineItem':", { 400, 400 }, "no JSON" },
	{ "wrong wrapper",    "PUT", "g/lineItems/w", "{'lineItems':[]}", { 400, 422 }, "lineItem: expected" },
	{ "another id",       "PUT", "g/lineItems/w", "{'lineItem':{'sourcedId':'v'," ITEM "}}", { 400, 422 }, "sourcedId: the path says w" },
	{ "no title",         "PUT", "g/categories/w", "{'category':{}}", { 400, 422 }, "title: it is required" },
	{ "title 17",         "PUT", "g/categories/w", "{'category':{'title':17}}", { 400, 422 }, "title: the value" },
	{ "no such class",    "PUT", "g/lineItems/w", "{'lineItem':{'title':'T','assignDate':'2026-09-01','dueDate':'2026-09-08','class':{'sourcedId':'no'}}}", { 400, 422 }, "class: there is no class no" },
	{ "no such category", "PUT", "g/lineItems/w", "{'lineItem':{'title':'T','assignDate':'2026-09-01','dueDate':'2026-09-08','class':{'sourcedId':'c-1'},'category':{'sourcedId':'no'}}}", { 400, 422 }, "category: there is no" },
	{ "a word",           "PUT", "g/results/w", "{'result':{'lineItem':{'sourcedId':'li-1'},'student':{'sourcedId':'s-1'},'scoreStatus':'late','score':1}}", { 400, 422 }, "scoreStatus" },
	{ "an extension",     "PUT", "g/results/w", "{'result':{'lineItem':{'sourcedId':'li-1'},'student':{'sourcedId':'s-1'},'scoreStatus':'ext:late','score':1}}", { 400, 201 }, "scoreStatus" },
	{ "score as text",    "PUT", "g/results/w", "{'result':{" SCORE ",'score':'9'}}", { 400, 422 }, "score: the value" },
	{ "status gone",      "PUT", "g/categories/w", "{'category':{'title':'W','status':'gone'}}", { 400, 422 }, "status: the value" },
	{ "no due date",      "PUT", "g/lineItems/w", "{'lineItem':{'title':'T','assignDate':'2026-09-01','class':{'sourcedId':'c-1'}}}", { 201, 422 }, "" },
	{ "text score",       "PUT", "g/results/w", "{'result':{" SCORE ",'textScore':'Z','scoreScale':{'sourcedId':'ss-1'}}}", { 0, 422 }, "textScore: Z" },
	{ "an objective",     "PUT", "g/lineItems/w", "{'lineItem':{" ITEM ",'learningObjectiveSet':[{'source':'case','learningObjectiveIds':['a']}]}}", { 0, 201 }, "\"learningObjectiveIds\": [\"a\"]" },
	{ "half of one",      "PUT", "g/lineItems/w", "{'lineItem':{" ITEM ",'learningObjectiveSet':[{'source':'case'}]}}", { 0, 422 }, "learningObjectiveSet.learningObjectiveIds: it is required" },
	{ "in use",           "DELETE", "g/categories/cat-1", NULL, { 400, 422 }, "still has lineItems" },
	{ "POST",             "POST", "g/classes/c-1/lineItems", "{'lineItems':[{'sourcedId':'a'," ITEM "}]}", { 405, 201 }, "" },
	{ "POST elsewhere",   "POST", "g/classes/c-2/lineItems", "{'lineItems':[{'sourcedId':'a'," ITEM "}]}", { 0, 422 }, "class: it leads elsewhere" },
	{ "POST without ids", "POST", "g/classes/c-1/lineItems", "{'lineItems':[{" ITEM "}]}", { 0, 422 }, "sourcedId: each" },
	{ "POST twice",       "POST", "g/classes/c-1/lineItems", "{'lineItems':[{'sourcedId':'a'," ITEM "},{'sourcedId':'a'," ITEM "}]}", { 0, 422 }, "a is there twice" },
	{ "other school",     "POST", "g/schools/o-2/lineItems", "{'lineItems':[{'sourcedId':'a'," ITEM "}]}", { 0, 422 }, "class.school" },
	{ "other lineItem",   "POST", "g/lineItems/li-2/results", "{'results':[{'sourcedId':'a'," SCORE ",'score':1}]}", { 0, 422 }, "lineItem: it leads" },
	{ "from the path",    "POST", "g/lineItems/li-2/results", "{'results':[{'sourcedId':'a','student':{'sourcedId':'s-1'},'scoreStatus':'exempt'}]}", { 0, 201 }, "" },
	{ "other class",      "POST", "g/classes/c-2/academicSessions/g-2/results", "{'results':[{'sourcedId':'a'," SCORE ",'score':1}]}", { 0, 422 }, "lineItem.class" },
};
/* clang-format on */

START_TEST(collection_holds)
{
	for (size_t v = 0; v < ARRAY_SIZE(versions); v++) {
		char *target = target_in(versions[v], holdings[_i].target), *ids;
		struct answer answer;

		if (holdings[_i].in & versions[v]) {
			vendor_ask(&shared, &answer, "GET", target, NULL);
			ids = vendor_ids(&answer);
			ck_assert_msg(answer.status == (holdings[_i].ids ? 200 : 404), "%s: %ld",
				      target, answer.status);
			if (holdings[_i].ids)
				ck_assert_str_eq(ids, holdings[_i].ids);
			free(ids);
			answer_release(&answer);
		}
		free(target);
	}
}
END_TEST

/* Raw blanks do not stand in a target. */
static char *encode_blanks(const char *target)
{
	struct str out = STR_INIT;

	for (; *target; target++)
		str_add(&out, *target == ' ' ? "%20" : (char[]){ *target, '\0' });
	return str_take(&out, NULL);
}

START_TEST(query_is_answered)
{
	for (size_t v = 0; v < ARRAY_SIZE(versions); v++) {
		char *encoded = encode_blanks(queries[_i].target);
		char *target = target_in(versions[v], encoded), *ids, *total;
		struct answer answer;

		if (queries[_i].in & versions[v]) {
			vendor_ask(&shared, &answer, "GET", target, NULL);
			ids = vendor_ids(&answer);
			total = answer_header(&answer, "X-Total-Count");
			ck_assert_msg(answer.status == queries[_i].status, "%s: %s: %ld %.300s",
				      queries[_i].name, target, answer.status, answer.body);
			ck_assert_msg(strcmp(ids, queries[_i].ids) == 0, "%s: %s: %s",
				      queries[_i].name, target, ids);
			ck_assert_msg((total ? strtol(total, NULL, 10) : -1) == queries[_i].total,
				      "%s: %s: X-Total-Count: %s", queries[_i].name, target, total);
			if (queries[_i].says)
				ck_assert_msg(strstr(answer.body, queries[_i].says), "%s: %s",
					      target, answer.body);
			else
				ck_assert_msg(!strstr(answer.body, "imsx_"), "%s: %s", target,
					      answer.body);
			free(total);
			free(ids);
			answer_release(&answer);
		}
		free(target);
		free(encoded);
	}
}
END_TEST

/* Each page leads to the next and back, with what the caller asked. */
START_TEST(pages_are_linked)
{
	const char *query = "&filter=status%3D%27active%27";
	char *url = vendor_url(&shared, "r/users"), *link;
	char *wanted = xformat("<%s?limit=5&offset=15%s>; rel=\"next\", "
			       "<%s?limit=5&offset=0%s>; rel=\"first\", "
			       "<%s?limit=5&offset=5%s>; rel=\"prev\", "
			       "<%s?limit=5&offset=20%s>; rel=\"last\"",
			       url, query, url, query, url, query, url, query);
	struct answer answer;

	vendor_ask(&shared, &answer, "GET", "r/users?filter=status='active'&offset=10&limit=5",
		   NULL);
	link = answer_header(&answer, "Link");
	ck_assert_str_eq(link, wanted);
	free(link);
	answer_release(&answer);
	vendor_ask(&shared, &answer, "GET", "r/users?offset=20&limit=5", NULL);
	link = answer_header(&answer, "Link");
	ck_assert_ptr_null(strstr(link, "next"));
	free(link);
	answer_release(&answer);
	free(wanted);
	free(url);
}
END_TEST

static void check_write(size_t row, unsigned version, const char *body)
{
	long status = writes[row].status[version == V12];
	char *target = target_in(version, writes[row].target);
	struct vendor vendor;
	struct answer answer;

	vendor_start(&vendor, NULL);
	vendor_ask(&vendor, &answer, writes[row].method, target, body);
	ck_assert_msg(answer.status == status, "%s: %s: %ld %s", writes[row].name, target,
		      answer.status, answer.body);
	if (status == 201 && strcmp(writes[row].method, "PUT") == 0) {
		answer_release(&answer);
		vendor_ask(&vendor, &answer, "GET", target, NULL);
		ck_assert_int_eq(answer.status, 200);
	}
	ck_assert_msg(strstr(answer.body, writes[row].says), "%s: %s", writes[row].name,
		      answer.body);
	answer_release(&answer);
	vendor_stop(&vendor);
	free(target);
}

START_TEST(write_is_answered)
{
	char *body = xstrdup(writes[_i].body);

	for (char *c = body; c && *c; c++)
		*c = *c == '\'' ? '"' : *c;
	for (size_t v = 0; v < ARRAY_SIZE(versions); v++)
		if (writes[_i].status[v])
			check_write((size_t)_i, versions[v], body);
	free(body);
}
END_TEST

Suite *provider_queries_suite(void);
Suite *provider_queries_suite(void)
{
	Suite *suite = suite_create("provider_queries");
	TCase *tc = tcase_create("provider_queries");

	tcase_set_tags(tc, "scripted");
	tcase_set_timeout(tc, 30);
	tcase_add_unchecked_fixture(tc, start_shared, stop_shared);
	tcase_add_loop_test(tc, collection_holds, 0, ARRAY_SIZE(holdings));
	tcase_add_loop_test(tc, query_is_answered, 0, ARRAY_SIZE(queries));
	tcase_add_test(tc, pages_are_linked);
	tcase_add_loop_test(tc, write_is_answered, 0, ARRAY_SIZE(writes));
	suite_add_tcase(suite, tc);
	return suite;
}
