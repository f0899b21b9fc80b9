/*
 * test_provider_faults.c - each behaviour of the scripted provider is seen: the same
 * requests are answered otherwise than by the right one.
 *
 * A behaviour that changed nothing would let a check pass as proven that is not.
 */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/oauth1.h"
#include "base/random.h"
#include "base/str.h"
#include "base/when.h"
#include "tests/http/vendor.h"

#define SCOPE "https://purl.imsglobal.org/spec/or/v1p2/scope/"
#define FORM "Content-Type: application/x-www-form-urlencoded"
#define BASIC "Authorization: Basic dmVuZG9yLWtleTp2ZW5kb3Itc2VjcmV0"
#define ITEM                                                                               \
	"'title':'T','description':'D','assignDate':'2026-09-01','dueDate':'2026-09-08','" \
	"category':{'sourcedId':'cat-1'}"
#define PUT_ITEM(more) "PUT g/lineItems/w {'lineItem':{" ITEM "," more "}}"
#define PUT_RESULT(more) "PUT g/results/w {'result':{'scoreStatus':'exempt'," more "}}"
#define POST_ITEM(class)                                                    \
	"POST g/classes/c-1/lineItems {'lineItems':[{'sourcedId':'a'," ITEM \
	"},{'sourcedId':'b'," ITEM ",'class':{'sourcedId':'" class "'}}]}"
#define OF_C1 "'class':{'sourcedId':'c-1'}"
#define OF_LI1 "'lineItem':{'sourcedId':'li-1'},'student':{'sourcedId':'s-1'}"

/* clang-format off */
/* Requests in lines, "METHOD target body", of which the last answer counts. A token of the
 * scopes named; "none", "sign" and "sign wrongly" are what they say. */
static const struct {
	const char *name, *text, *credentials, *script;
} rows[] = {
	{ "any-signature", NULL, "sign wrongly", "GET 1/users" },
	{ "oauth1-in-1.2", NULL, "sign", "GET r/users" },
	{ "route-first", NULL, "none", "GET r/nothing" },
	{ "any-grant", NULL, NULL, "POST /oauth2/token grant_type=password" },
	{ "any-form", NULL, NULL, "POST /oauth2/token grant_type=client_credentials&grant_type=client_credentials" },
	{ "token-by-get", NULL, NULL, "GET /oauth2/token?grant_type=client_credentials" },
	{ "grants-everything", NULL, NULL, "POST /oauth2/token grant_type=client_credentials&scope=" SCOPE "gradebook.readonly" },
	{ "grants-unknown", NULL, NULL, "POST /oauth2/token grant_type=client_credentials&scope=x" },
	{ "no-scopes", NULL, SCOPE "gradebook.readonly", "GET r/users" },
	{ "scope-opens", "roster.readonly", SCOPE "roster.readonly", "GET r/demographics" },
	{ "scope-closed", "roster-core.readonly", SCOPE "roster-core.readonly", "GET r/users" },
	{ "any-limit", NULL, NULL, "GET r/users?limit=0" },
	{ "any-offset", NULL, NULL, "GET r/users?offset=-1" },
	{ "repeats", NULL, NULL, "GET r/users?limit=1&limit=2" },
	{ "offset-counts-pages", NULL, NULL, "GET r/users?limit=2&offset=1" },
	{ "total-of-page", NULL, NULL, "GET r/users?limit=2" },
	{ "total-unfiltered", NULL, NULL, "GET r/users?filter=familyName='Bee'" },
	{ "no-first", NULL, NULL, "GET r/users?limit=2&offset=2" },
	{ "no-prev", NULL, NULL, "GET r/users?limit=2&offset=2" },
	{ "no-next", NULL, NULL, "GET r/users?limit=2&offset=2" },
	{ "no-last", NULL, NULL, "GET r/users?limit=2&offset=2" },
	{ "last-is-end", NULL, NULL, "GET r/users?limit=2" },
	{ "link-forgets", NULL, NULL, "GET r/users?limit=2&sort=familyName" },
	{ "link-relative", NULL, NULL, "GET r/users?limit=2" },
	{ "no-sort", NULL, NULL, "GET r/users?sort=familyName" },
	{ "no-desc", NULL, NULL, "GET r/users?sort=familyName&orderBy=desc" },
	{ "sort-reversed", NULL, NULL, "GET r/users?sort=familyName" },
	{ "unknown-sort-400", NULL, NULL, "GET r/users?sort=colour" },
	{ "any-order", NULL, NULL, "GET r/users?orderBy=up" },
	{ "no-fields", NULL, NULL, "GET r/users?fields=email" },
	{ "fields-of-lists", NULL, NULL, "GET r/users/s-1?fields=email" },
	{ "unknown-fields-200", NULL, NULL, "GET r/users?fields=colour" },
	{ "unknown-fields-400", NULL, NULL, "GET 1/users?fields=colour" },
	{ "blank-fields-200", NULL, NULL, "GET r/users?fields=" },
	{ "no-warnings", NULL, NULL, "GET 1/users?sort=colour" },
	{ "filter-ignored", "familyName", NULL, "GET r/users?filter=familyName='Bee'" },
	{ "filter-refused", "familyName", NULL, "GET r/users?filter=familyName='Bee'" },
	{ "op-ignored", ">=", NULL, "GET r/users?filter=familyName%3E%3D'Z'" },
	{ "op-refused", "~", NULL, "GET r/users?filter=familyName~'Bee'" },
	{ "unknown-filter-ignored", NULL, NULL, "GET r/users?filter=colour='red'" },
	{ "no-dotted-filter", NULL, NULL, "GET r/classes?filter=school.sourcedId='o-2'" },
	{ "no-metadata-filter", NULL, NULL, "GET g/categories?filter=metadata.classId='c-1'" },
	{ "quoted-and-splits", NULL, NULL, "GET r/users?filter=familyName='War+AND+Peace'" },
	{ "second-ignored", NULL, NULL, "GET r/users?filter=familyName='Bee'+AND+givenName='Ada'" },
	{ "and-is-or", NULL, NULL, "GET r/users?filter=familyName='Bee'+AND+givenName='Ada'" },
	{ "or-is-and", NULL, NULL, "GET r/users?filter=familyName='Bee'+OR+givenName='Ida'" },
	{ "dates-are-texts", NULL, NULL, "GET r/academicSessions?filter=dateLastModified='@'" },
	{ "list-is-any", NULL, NULL, "GET r/courses?filter=subjects='Biology,Mathematics'" },
	{ "list-is-all", NULL, NULL, "GET r/courses?filter=subjects~'Biology,Mathematics'" },
	{ "any-kind", NULL, NULL, "GET r/schools" },
	{ "any-parent", NULL, NULL, "GET r/schools/no/classes" },
	{ "any-inner-parent", NULL, NULL, "GET r/schools/o-2/classes/c-1/students" },
	{ "unfiltered", NULL, NULL, "GET r/schools/o-2/classes" },
	{ "raw-ids", NULL, NULL, "GET r/users/s%2D1" },
	{ "slash-404", NULL, NULL, "GET r/users/" },
	{ "get-body-400", NULL, NULL, "GET r/users x=1" },
	{ "flags-are-booleans", NULL, NULL, "GET r/users" },
	{ "href-relative", NULL, NULL, "GET r/classes" },
	{ "href-own-service", NULL, NULL, "GET g/lineItems" },
	{ "any-id", NULL, NULL, PUT_ITEM("'sourcedId':'v'," OF_C1) },
	{ "any-number", NULL, NULL, PUT_RESULT("'score':'9'," OF_LI1) },
	{ "any-date", NULL, NULL, "PUT g/lineItems/w {'lineItem':{'title':'T','assignDate':'soon','dueDate':'late'," OF_C1 "}}" },
	{ "any-word", NULL, NULL, "PUT g/categories/w {'category':{'title':'W','status':'gone'}}" },
	{ "any-lack", NULL, NULL, "PUT g/categories/w {'category':{}}" },
	{ "any-text-score", NULL, NULL, PUT_RESULT("'textScore':'Z','scoreScale':{'sourcedId':'ss-1'}," OF_LI1) },
	{ "any-school", NULL, NULL, PUT_ITEM("'school':{'sourcedId':'no'}," OF_C1) },
	{ "any-category", NULL, NULL, "PUT g/lineItems/w {'lineItem':{'title':'T','assignDate':'2026-09-01','dueDate':'2026-09-08','category':{'sourcedId':'no'}," OF_C1 "}}" },
	{ "any-grading-period", NULL, NULL, PUT_ITEM("'gradingPeriod':{'sourcedId':'no'}," OF_C1) },
	{ "any-academic-session", NULL, NULL, PUT_ITEM("'academicSession':{'sourcedId':'no'}," OF_C1) },
	{ "any-score-scale", NULL, NULL, PUT_ITEM("'scoreScale':{'sourcedId':'no'}," OF_C1) },
	{ "any-course", NULL, NULL, "PUT g/scoreScales/w {'scoreScale':{'title':'W','type':'x','course':{'sourcedId':'no'},'scoreScaleValue':[{'itemValueLHS':'1','itemValueRHS':'A'}]," OF_C1 "}}" },
	{ "any-assessment-line-item", NULL, NULL, "PUT g/assessmentResults/w {'assessmentResult':{'assessmentLineItem':{'sourcedId':'no'},'student':{'sourcedId':'s-1'},'scoreStatus':'exempt'}}" },
	{ "any-parent-assessment-line-item", NULL, NULL, "PUT g/assessmentLineItems/w {'assessmentLineItem':{'title':'W','parentAssessmentLineItem':{'sourcedId':'no'}}}" },
	{ "forgets-member", "description", NULL, PUT_ITEM(OF_C1) "\nGET g/lineItems/w?fields=title,description" },
	{ "stale-time", NULL, NULL, PUT_ITEM(OF_C1) "\nGET g/lineItems?filter=dateLastModified%3C'2000-01-01'" },
	{ "undeletable-lineItems", NULL, NULL, "DELETE g/lineItems/li-2\nGET g/lineItems/li-2" },
	{ "deletes-nothing", NULL, NULL, "DELETE g/lineItems/no" },
	{ "any-path", NULL, NULL, POST_ITEM("c-2") },
	{ "post-partial", NULL, NULL, POST_ITEM("no") "\nGET g/lineItems?fields=sourcedId" },
	{ "post-forgets", NULL, NULL, POST_ITEM("c-1") "\nGET g/lineItems?fields=sourcedId" },
	{ "post-keeps-supplied", NULL, NULL, POST_ITEM("c-1") "\nGET g/lineItems?fields=sourcedId" },
};

/* The suites judge and answers show these. */
static const char *const elsewhere[] = {
	"no-auth", "any-token", "no-sha1", "no-sha256", "window-past", "window-future", "window-open",
	"no-nonces", "any-secret", "revokes", "no-limit", "no-offset", "past-404", "limit-400",
	"next-always", "shuffles", "no-filter", "all-line-items", "all-categories", "bare-objects",
	"any-type", "any-class", "any-line-item", "any-student", "broken-json-500", "rounds", "merges",
	"duplicates-", "frozen-",
};
/* clang-format on */

/* A header of OAuth 1.0a. Returns (free). */
static char *sign(const char *method, const char *url, bool right)
{
	struct arena arena = ARENA_INIT;
	struct random kernel = RANDOM_KERNEL;
	struct err err = ERR_INIT;
	char nonce[UUID_TEXT], *header = NULL;
	struct url parsed;

	random_uuid(&kernel, nonce);
	if (url_parse(&arena, url, &parsed, &err))
		header = oauth1_header(&arena, method, &parsed, "vendor-key",
				       right ? "vendor-secret" : "x", HASH_SHA256, nonce,
				       when_now() / 1000, &err);
	ck_assert_msg(header != NULL, "%s: %s", url, err.text);
	header = xformat("Authorization: %s", header);
	arena_release(&arena);
	return header;
}

/* The header that a row asks with; NULL: none. Returns (free). */
static char *credentials_of(const struct vendor *vendor, size_t row, const char *method,
			    const char *target, const char *url)
{
	const char *text = rows[row].credentials;

	if (starts_with(target, "/oauth2"))
		return xstrdup(BASIC);
	if (!text)
		return xstrdup(vendor->bearer);
	if (strcmp(text, "none") == 0)
		return NULL;
	return starts_with(text, "sign") ? sign(method, url, strcmp(text, "sign") == 0)
					 : vendor_token(vendor, text);
}

/* "@" is midnight sixty days ago, when the first object of the district changed last. */
static char *readable(const char *text)
{
	char day[DATE_TEXT];
	struct str out = STR_INIT;

	date_format(when_now() - 60 * WHEN_DAY, day);
	for (; *text; text++)
		str_add(&out, *text == '@' ? day : (char[]){ *text, '\0' });
	return str_take(&out, NULL);
}

/* What came, but for what differs between any two: the host. Returns (free). */
static char *shape_of(const struct vendor *vendor, const struct answer *answer)
{
	char *total = answer_header(answer, "X-Total-Count"), *link = answer_header(answer, "Link");
	char *whole = xformat("%ld\n%s\n%s\n%s", answer->status, total ? total : "",
			      link ? link : "", answer->body);
	struct str out = STR_INIT;
	size_t length = strlen(vendor->url);

	for (const char *at = whole; *at;)
		if (starts_with(at, vendor->url)) {
			str_add(&out, "HOST");
			at += length;
		} else {
			str_add_char(&out, *at++);
		}
	free(whole);
	free(total);
	free(link);
	return str_take(&out, NULL);
}

static void send_line(const struct vendor *vendor, size_t row, char *line, struct answer *answer)
{
	const char *method = strsep(&line, " "), *target = strsep(&line, " ");
	char *url = vendor_url(vendor, target), *header;
	bool token = starts_with(target, "/oauth2");

	header = credentials_of(vendor, row, method, target, url);
	for (char *c = line; c && *c; c++)
		*c = *c == '\'' ? '"' : *c;
	http(answer, method, url,
	     (const char *[]){ token ? FORM : "Content-Type: application/json", header, NULL },
	     line);
	free(header);
	free(url);
}

/* The last answer to a row's script. Returns (free). */
static char *played(const struct fault_row *fault, size_t row)
{
	char *script = readable(rows[row].script), *rest = script, *line, *shape;
	struct answer answer = { 0 };
	struct vendor vendor;

	vendor_start(&vendor, fault);
	while ((line = strsep(&rest, "\n"))) {
		answer_release(&answer);
		send_line(&vendor, row, line, &answer);
	}
	shape = shape_of(&vendor, &answer);
	answer_release(&answer);
	vendor_stop(&vendor);
	free(script);
	return shape;
}

START_TEST(behaviour_is_seen)
{
	struct fault_row fault = { "none", FAULT_BEHAVES, NULL, rows[_i].name, rows[_i].text };
	char *right = played(NULL, (size_t)_i), *wrong = played(&fault, (size_t)_i);

	ck_assert_msg(strcmp(right, wrong) != 0, "%s changes nothing: %s", rows[_i].name, right);
	free(right);
	free(wrong);
}
END_TEST

/* Of another request it changes nothing. */
START_TEST(behaviour_keeps_to_its_request)
{
	struct fault_row fault = { "none", FAULT_BEHAVES, "GET /nothing", rows[_i].name,
				   rows[_i].text };
	char *right = played(NULL, (size_t)_i), *wrong = played(&fault, (size_t)_i);

	ck_assert_str_eq(right, wrong);
	free(right);
	free(wrong);
}
END_TEST

START_TEST(every_behaviour_is_shown)
{
	const char *name;

	for (size_t i = 0; (name = provider_behaviour(i)); i++) {
		bool shown = false;

		for (size_t k = 0; k < ARRAY_SIZE(rows); k++)
			shown = shown || starts_with(rows[k].name, name);
		for (size_t k = 0; k < ARRAY_SIZE(elsewhere); k++)
			shown = shown || strcmp(elsewhere[k], name) == 0;
		ck_assert_msg(shown, "nothing shows %s", name);
	}
}
END_TEST

/* The other kinds, in the words of 1.2. */
START_TEST(answers_are_spoilt)
{
	static const struct {
		struct fault_row fault;
		const char *method, *target;
		long status;
		const char *says;
	} cases[] = {
		{ { "", FAULT_STATUS, "GET gradebook/lineItems/ID", .number = 418 },
		  "GET",
		  "g/lineItems/li-1",
		  418,
		  "li-1" },
		{ { "", FAULT_BODY, "GET rostering/users", .text = "no" },
		  "GET",
		  "r/users",
		  200,
		  "no" },
		{ { "", FAULT_EDIT, "GET rostering/users", "users/*/email" },
		  "GET",
		  "r/users?limit=1&fields=username,email",
		  200,
		  "[{\"username\": \"s-1\"}]" },
		{ { "", FAULT_EDIT, "GET rostering/users", "users/0", NULL },
		  "GET",
		  "r/users?limit=1",
		  200,
		  "{\"users\": []}" },
		{ { "", FAULT_HEADER, "GET rostering/users", "Content-Type", "text/html" },
		  "GET",
		  "r/users?limit=1&fields=username",
		  200,
		  "s-1" },
		{ { "", FAULT_STATUS, "GET rostering/schools/no-such-school/classes",
		    .number = 200 },
		  "GET",
		  "r/schools/no-such-school/classes",
		  200,
		  "Unknown Object" },
		{ { "", FAULT_STATUS,
		    "GET rostering/discovery/imsorv1p2_rostering_openapi3_v1p0.json",
		    .number = 404 },
		  "GET",
		  "r/discovery/imsorv1p2_rostering_openapi3_v1p0.json",
		  404,
		  "openapi" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct vendor vendor;
		struct answer answer;

		vendor_start(&vendor, &cases[i].fault);
		vendor_ask(&vendor, &answer, cases[i].method, cases[i].target, NULL);
		ck_assert_msg(answer.status == cases[i].status &&
				      strstr(answer.body, cases[i].says),
			      "%s: %ld %s", cases[i].target, answer.status, answer.body);
		answer_release(&answer);
		vendor_stop(&vendor);
	}
}
END_TEST

Suite *provider_faults_suite(void);
Suite *provider_faults_suite(void)
{
	Suite *suite = suite_create("provider_faults");
	TCase *tc = tcase_create("provider_faults");

	tcase_set_timeout(tc, 30);
	tcase_add_loop_test(tc, behaviour_is_seen, 0, ARRAY_SIZE(rows));
	tcase_add_loop_test(tc, behaviour_keeps_to_its_request, 0, ARRAY_SIZE(rows));
	tcase_add_test(tc, every_behaviour_is_shown);
	tcase_add_test(tc, answers_are_spoilt);
	suite_add_tcase(suite, tc);
	return suite;
}
