/*
 * test_provider.c - the scripted provider is right: every operation of the standard's
 * lists, its scopes, its ids, its methods; and the token endpoint.
 *
 * Judged by the lists themselves, without anything of the product.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/jsonx.h"
#include "base/str.h"
#include "tests/http/vendor.h"
#include "tests/http/walk.h"
#include "tests/quoted.h"

static struct vendor shared;

static void start_shared(void)
{
	walk_read();
	vendor_start(&shared, NULL);
}

static void stop_shared(void)
{
	vendor_stop(&shared);
}

#define OBJECT                                                                              \
	"'assignDate': '2026-09-01T00:00:00.000Z', 'dueDate': '2026-09-08T00:00:00.000Z', " \
	"'category': {'sourcedId': 'cat-1'}, 'resultValueMin': 0, 'resultValueMax': 10"

/* clang-format off */
static const struct {
	const char *collection, *id;
} samples[] = {
	{ "orgs", "o-0" }, { "schools", "o-1" }, { "academicSessions", "y-1" }, { "terms", "t-1" },
	{ "gradingPeriods", "g-2" }, { "courses", "k-1" }, { "classes", "c-1" }, { "users", "s-1" },
	{ "students", "s-1" }, { "teachers", "te-1" }, { "demographics", "s-1" },
	{ "enrollments", "e-c-1-s-1" }, { "resources", "res-1" }, { "categories", "cat-1" },
	{ "scoreScales", "ss-1" }, { "lineItems", "li-1" }, { "results", "r-1" },
	{ "assessmentLineItems", "al-1" }, { "assessmentResults", "ar-1" },
};

/* Bodies of writes by their key; ' stands for ". */
static const struct {
	const char *one, *many, *object;
} bodies[] = {
	{ "category", "categories", "{'title': 'Walk'}" },
	{ "lineItem", "lineItems", "{'title': 'Walk', 'class': {'sourcedId': 'c-1'}, " OBJECT "}" },
	{ "result", "results", "{'lineItem': {'sourcedId': 'li-1'}, 'student': {'sourcedId': 's-1'}, 'scoreStatus': 'fully graded', 'score': 7.5, 'scoreDate': '2026-09-08'}" },
	{ "scoreScale", "scoreScales", "{'title': 'Walk', 'type': 'letters', 'class': {'sourcedId': 'c-1'}, 'scoreScaleValue': [{'itemValueLHS': '0-1', 'itemValueRHS': 'F'}]}" },
	{ "assessmentLineItem", "assessmentLineItems", "{'title': 'Walk'}" },
	{ "assessmentResult", "assessmentResults", "{'assessmentLineItem': {'sourcedId': 'al-1'}, 'student': {'sourcedId': 's-1'}, 'scoreStatus': 'submitted', 'scoreDate': '2026-09-08'}" },
};
/* clang-format on */

/* The row's path with a known id at each place but the @strange-th, and @own at the last. */
static char *path_of(const struct listed *row, int strange, const char *own)
{
	struct str out = STR_INIT;
	char *root = walk_root(row->version, row->service);
	int index = 0, count = walk_ids(row);

	str_format(&out, "%s%s", shared.url, root);
	free(root);
	for (const char *at = row->path; *at; at++) {
		if (*at != '{') {
			str_add_char(&out, *at);
			continue;
		}
		at += strcspn(at, "}");
		for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
			char *ending = xformat("/%s/", samples[i].collection);
			bool here = ends_with(str_text(&out), ending);

			free(ending);
			if (!here)
				continue;
			str_add(&out, index == strange            ? UNKNOWN_ID
				      : own && index == count - 1 ? own
								  : samples[i].id);
			break;
		}
		index++;
	}
	return str_take(&out, NULL);
}

static char *body_of(const struct listed *row)
{
	bool posts = strcmp(row->method, "POST") == 0;
	json_t *object = NULL, *second;
	char *text;

	for (size_t i = 0; i < ARRAY_SIZE(bodies) && !object; i++)
		if (strcmp(posts ? bodies[i].many : bodies[i].one, row->request_key) == 0)
			object = json_quoted(bodies[i].object);
	if (!object)
		return NULL;
	if (posts) {
		second = json_deep_copy(object);
		json_object_set_new(object, "sourcedId", json_string("tmp-1"));
		json_object_set_new(second, "sourcedId", json_string("tmp-2"));
		object = json_pack("[oo]", object, second);
	}
	object = json_pack("{so}", row->request_key, object);
	text = jsonx_dump(object);
	json_decref(object);
	return text;
}

static void expect(const char *method, const char *url, const char *token, const char *body,
		   long status, const char *key)
{
	struct answer answer;

	walk_call(&answer, method, url, token, body);
	ck_assert_msg(answer.status == status, "%s %s: %ld instead of %ld: %.300s", method, url,
		      answer.status, status, answer.body);
	ck_assert_msg(key ? json_object_size(answer.json) == 1 && json_object_get(answer.json, key)
			  : answer.length == 0,
		      "%s %s: %.300s", method, url, answer.body);
	answer_release(&answer);
}

/* What the row promises, with a token of one scope. */
static void works(const struct listed *row, const char *token)
{
	bool reads = strcmp(row->method, "GET") == 0, posts = strcmp(row->method, "POST") == 0;
	char *url = path_of(row, -1, reads || posts ? NULL : "walk%2F1"), *body = body_of(row);

	if (reads || posts) {
		expect(row->method, url, token, body, posts ? 201 : 200, row->response_key);
	} else if (strcmp(row->method, "PUT") == 0) {
		expect("PUT", url, token, body, 201, NULL);
		expect("PUT", url, token, body, 200, NULL);
		expect("DELETE", url, shared.bearer, NULL, 204, NULL);
	} else {
		struct listed put = *row;
		const char *key = row->name + strlen("delete");

		put.method = "PUT";
		for (size_t i = 0; i < ARRAY_SIZE(bodies); i++)
			if (strcasecmp(bodies[i].one, key) == 0)
				put.request_key = bodies[i].one;
		free(body);
		body = body_of(&put);
		expect("PUT", url, shared.bearer, body, 201, NULL);
		expect("DELETE", url, token, NULL, 204, NULL);
	}
	free(body);
	free(url);
}

/* Each scope of the list is enough by itself; all the others together are not. */
static void scopes_of(const struct listed *row, struct str *others)
{
	for (size_t i = 0; i < LISTED; i++) {
		const struct listed *other = &listed[i];

		for (const char *at = other->scopes; *at; at += strspn(at, " |")) {
			size_t size = strcspn(at, " |");
			char *word = xstrndup(at, size),
			     *uri = xformat("%s%s", other->version == V11 ? SCOPES_11 : SCOPES_12,
					    word);
			char *blanked = xstrdup(row->scopes);

			for (char *c = blanked; (c = strchr(c, '|'));)
				*c = ' ';
			if (!has_word(str_text(others), uri) &&
			    !(other->version == row->version && has_word(blanked, word)))
				str_format(others, "%s%s", others->length ? " " : "", uri);
			free(blanked);
			free(uri);
			free(word);
			at += size;
		}
	}
}

static void refused(const struct listed *row, const char *header, long status, const char *minor)
{
	char *url = path_of(row, -1, NULL), *body = body_of(row), *challenge;
	struct answer answer;

	http(&answer, row->method, url,
	     (const char *[]){ "Content-Type: application/json", header, NULL }, body);
	walk_refused(&answer, row->version, url, status, minor);
	challenge = answer_header(&answer, "WWW-Authenticate");
	ck_assert_msg(challenge && starts_with(challenge, "Bearer"), "%s: %s", url,
		      challenge ? challenge : "no WWW-Authenticate");
	free(challenge);
	answer_release(&answer);
	free(body);
	free(url);
}

START_TEST(operation_works_with_its_scope)
{
	const struct listed *row = &listed[_i];
	struct str others = STR_INIT;
	char *header;

	for (const char *at = row->scopes; *at; at += strspn(at, " |")) {
		size_t size = strcspn(at, " |");
		char *uri = xformat("%s%.*s", row->version == V11 ? SCOPES_11 : SCOPES_12,
				    (int)size, at);

		header = vendor_token(&shared, uri);
		works(row, header);
		free(header);
		free(uri);
		at += size;
	}
	scopes_of(row, &others);
	header = vendor_token(&shared, str_text(&others));
	refused(row, header, 403, "forbidden");
	refused(row, NULL, 401, "unauthorized");
	refused(row, "Authorization: Bearer wrong", 401, "unauthorized");
	free(header);
	str_release(&others);
}
END_TEST

/* PUT makes what it does not find. */
START_TEST(operation_knows_its_ids_and_methods)
{
	static const char *const methods[] = { "GET", "PUT", "POST", "DELETE", "PATCH" };
	const struct listed *row = &listed[_i];
	char *url = path_of(row, -1, NULL), *body = body_of(row);
	struct answer answer;

	for (int i = 0; i < walk_ids(row) && strcmp(row->method, "PUT") != 0; i++) {
		char *strange = path_of(row, i, NULL);

		walk_call(&answer, row->method, strange, shared.bearer, body);
		walk_refused(&answer, row->version, strange, 404, "unknown object");
		answer_release(&answer);
		free(strange);
	}
	for (size_t i = 0; i < ARRAY_SIZE(methods); i++) {
		char *allow;

		walk_call(&answer, walk_has(row, methods[i]) ? "OPTIONS" : methods[i], url,
			  shared.bearer, NULL);
		allow = answer_header(&answer, "Allow");
		ck_assert_msg(answer.status == (walk_has(row, methods[i]) ? 204 : 405) && allow,
			      "%s %s: %ld", methods[i], url, answer.status);
		ck_assert_msg((strstr(allow, methods[i]) != NULL) == walk_has(row, methods[i]),
			      "%s: Allow: %s", url, allow);
		free(allow);
		answer_release(&answer);
	}
	free(body);
	free(url);
}
END_TEST

/* HEAD is GET without the body; neither a body nor a slash at the end changes anything. */
START_TEST(reading_is_not_disturbed)
{
	const struct listed *row = &listed[_i];
	char *url = path_of(row, -1, NULL), *slash = xformat("%s/", url), *length;
	struct answer plain, other;

	if (strcmp(row->method, "GET") == 0) {
		walk_call(&plain, "GET", url, shared.bearer, NULL);
		walk_call(&other, "GET", slash, shared.bearer, "limit=0");
		ck_assert_str_eq(plain.body, other.body);
		answer_release(&other);
		walk_call(&other, "HEAD", url, shared.bearer, NULL);
		length = answer_header(&other, "Content-Length");
		ck_assert_msg(other.status == 200 && length &&
				      strtoul(length, NULL, 10) == plain.length,
			      "HEAD %s: %ld", url, other.status);
		free(length);
		answer_release(&other);
		answer_release(&plain);
	}
	free(slash);
	free(url);
}
END_TEST

#define FORM "Content-Type: application/x-www-form-urlencoded"
#define BASIC "Authorization: Basic dmVuZG9yLWtleTp2ZW5kb3Itc2VjcmV0"
#define WRONG "Authorization: Basic dmVuZG9yLWtleTpub3QtdGhlLXNlY3JldA=="
#define GRANT "grant_type=client_credentials"
#define READ SCOPES_12 "gradebook.readonly"

/* clang-format off */
/* RFC 6749, sections 4.4 and 5. */
static const struct {
	const char *name, *method, *type, *credentials, *body;
	long status;
	const char *says;
} requests[] = {
	{ "Basic",            "POST", FORM, BASIC, GRANT, 200, "\"token_type\": \"Bearer\"" },
	{ "in the body",      "POST", FORM, NULL, GRANT "&client_id=vendor-key&client_secret=vendor-secret", 200, "\"expires_in\": 3600" },
	{ "a scope",          "POST", FORM, BASIC, GRANT "&scope=" READ, 200, "\"scope\": \"" READ "\"" },
	{ "one of two",       "POST", FORM, BASIC, GRANT "&scope=" READ "+x%3Ay", 200, "\"scope\": \"" READ "\"" },
	{ "no such scope",    "POST", FORM, BASIC, GRANT "&scope=x", 400, "\"invalid_scope\"" },
	{ "a wrong secret",   "POST", FORM, WRONG, GRANT, 401, "\"invalid_client\"" },
	{ "no client",        "POST", FORM, NULL, GRANT, 401, "\"invalid_client\"" },
	{ "two ways at once", "POST", FORM, WRONG, GRANT "&client_id=vendor-key&client_secret=vendor-secret", 401, "\"invalid_client\"" },
	{ "no grant",         "POST", FORM, BASIC, "scope=" READ, 400, "\"invalid_request\"" },
	{ "another grant",    "POST", FORM, BASIC, "grant_type=password", 400, "\"unsupported_grant_type\"" },
	{ "a grant twice",    "POST", FORM, BASIC, GRANT "&" GRANT, 400, "\"invalid_request\"" },
	{ "JSON",             "POST", "Content-Type: application/json", BASIC, "{\"grant_type\":\"client_credentials\"}", 400, "\"invalid_request\"" },
	{ "GET",              "GET",  NULL, BASIC, NULL, 405, "\"invalid_request\"" },
};
/* clang-format on */

START_TEST(tokens_are_given)
{
	char *url = xformat("%s/oauth2/token", shared.url), *cache, *challenge;
	struct answer answer;

	http(&answer, requests[_i].method, url,
	     (const char *[]){ requests[_i].type ? requests[_i].type : BASIC,
			       requests[_i].credentials, NULL },
	     requests[_i].body);
	cache = answer_header(&answer, "Cache-Control");
	challenge = answer_header(&answer, "WWW-Authenticate");
	ck_assert_msg(answer.status == requests[_i].status &&
			      strstr(answer.body, requests[_i].says),
		      "%s: %ld %s", requests[_i].name, answer.status, answer.body);
	ck_assert_str_eq(cache, "no-store");
	ck_assert_msg((requests[_i].status == 401) ==
			      (challenge && starts_with(challenge, "Basic")),
		      "%s: %s", requests[_i].name, challenge ? challenge : "no challenge");
	free(cache);
	free(challenge);
	answer_release(&answer);
	free(url);
}
END_TEST

/* clang-format off */
static const struct {
	const char *target, *holds;
} documents[] = {
	{ "r/discovery/onerosterv1p2rostersservice_openapi3_v1p0.json", "/schools/{sourcedId1}/classes/{sourcedId2}/students" },
	{ "r/discovery/imsorv1p2_rostering_openapi3_v1p0.json", "/demographics/{sourcedId}" },
	{ "g/discovery/onerosterv1p2gradebookservice_openapi3_v1p0.json", "/lineItems/{sourcedId1}/results" },
	{ "g/discovery/imsorv1p2_gradebook_openapi3_v1p0.json", "/assessmentResults" },
	{ "s/discovery/onerosterv1p2resourcesservice_openapi3_v1p0.json", "/users/{sourcedId1}/resources" },
	{ "s/discovery/imsorv1p2_resources_openapi3_v1p0.json", "/resources/{sourcedId}" },
};
/* clang-format on */

/* Open to all, and about this host. */
START_TEST(services_are_discovered)
{
	char *url = vendor_url(&shared, documents[_i].target);
	struct answer answer;

	http(&answer, "GET", url, NULL, NULL);
	ck_assert_msg(answer.status == 200, "%s: %ld %s", url, answer.status, answer.body);
	ck_assert(starts_with(jsonx_text(answer.json, "openapi"), "3.0"));
	ck_assert_msg(json_object_get(json_object_get(answer.json, "paths"), documents[_i].holds) !=
			      NULL,
		      "%s: no %s", url, documents[_i].holds);
	ck_assert(starts_with(
		jsonx_text(json_array_get(json_object_get(answer.json, "servers"), 0), "url"),
		shared.url));
	answer_release(&answer);
	free(url);
}
END_TEST

Suite *provider_suite(void);
Suite *provider_suite(void)
{
	Suite *suite = suite_create("provider");
	TCase *tc = tcase_create("provider");

	tcase_set_tags(tc, "scripted");
	tcase_set_timeout(tc, 30);
	tcase_add_unchecked_fixture(tc, start_shared, stop_shared);
	tcase_add_loop_test(tc, operation_works_with_its_scope, 0, LISTED);
	tcase_add_loop_test(tc, operation_knows_its_ids_and_methods, 0, LISTED);
	tcase_add_loop_test(tc, reading_is_not_disturbed, 0, LISTED);
	tcase_add_loop_test(tc, tokens_are_given, 0, ARRAY_SIZE(requests));
	tcase_add_loop_test(tc, services_are_discovered, 0, ARRAY_SIZE(documents));
	suite_add_tcase(suite, tc);
	return suite;
}
