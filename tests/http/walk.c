/*
 * walk.c - the operations of the standard's own lists.
 */
#include "tests/http/walk.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/oauth1.h"
#include "base/random.h"
#include "base/when.h"
#include "tests/quoted.h"

struct listed listed[LISTED];

#define OWN_ID "walk-1"

/* clang-format off */
/* The id that stands behind a collection in a path. */
static const struct {
	const char *collection, *id;
} samples[] = {
	{ "orgs",                "district" },
	{ "schools",             "school-a" },
	{ "academicSessions",    "period-a" },
	{ "terms",               "term-a" },
	{ "gradingPeriods",      "period-a" },
	{ "courses",             "course-a" },
	{ "classes",             "class-a" },
	{ "users",               "student-a" },
	{ "students",            "student-a" },
	{ "teachers",            "teacher-a" },
	{ "demographics",        "student-a" },
	{ "enrollments",         "enr-1" },
	{ "resources",           "resource-a" },
	{ "categories",          "category-a" },
	{ "scoreScales",         "scale-a" },
	{ "lineItems",           "item-a" },
	{ "results",             "result-1" },
	{ "assessmentLineItems", "assessment-a" },
	{ "assessmentResults",   "outcome-a" },
};

/* What can be written, by the key of its body. */
static const struct {
	const char *one, *many, *object;
} bodies[] = {
	{ "category", "categories", "{'title': 'Walk'}" },
	{ "lineItem", "lineItems", "{'title': 'Walk', 'assignDate': '2026-09-01T00:00:00.000Z', 'dueDate': '2026-09-08T00:00:00.000Z', 'class': {'sourcedId': 'class-a'}, 'category': {'sourcedId': 'category-a'}, 'gradingPeriod': {'sourcedId': 'period-a'}, 'resultValueMin': 0, 'resultValueMax': 10}" },
	{ "result", "results", "{'lineItem': {'sourcedId': 'item-a'}, 'student': {'sourcedId': 'student-a'}, 'scoreStatus': 'fully graded', 'score': 7.5, 'scoreDate': '2026-09-08'}" },
	{ "scoreScale", "scoreScales", "{'title': 'Walk', 'type': 'letters', 'class': {'sourcedId': 'class-a'}, 'scoreScaleValue': [{'itemValueLHS': '0-1', 'itemValueRHS': 'F'}]}" },
	{ "assessmentLineItem", "assessmentLineItems", "{'title': 'Walk'}" },
	{ "assessmentResult", "assessmentResults", "{'assessmentLineItem': {'sourcedId': 'assessment-a'}, 'student': {'sourcedId': 'student-a'}, 'scoreStatus': 'submitted', 'scoreDate': '2026-09-08'}" },
};
/* clang-format on */

static void read_list(unsigned version, const char *name, size_t first, size_t end)
{
	char *file = fixture(name), *list = file_get(file), *at = list;

	strsep(&at, "\n"); /* the heading */
	for (char *line; (line = strsep(&at, "\n")) && *line; first++) {
		ck_assert_msg(first < end, "%s has more rows than it should", name);
		struct listed *row = &listed[first];

		row->version = version;
		row->service = strsep(&line, "\t");
		row->name = strsep(&line, "\t");
		row->method = strsep(&line, "\t");
		row->path = strsep(&line, "\t");
		strsep(&line, "\t"); /* the query */
		row->request_key = strsep(&line, "\t");
		row->success = strsep(&line, "\t");
		row->response_key = strsep(&line, "\t");
		while (line)
			row->scopes = strsep(&line, "\t"); /* the last column of either list */
	}
	ck_assert_msg(first == end, "%s has %zu rows too few", name, end - first);
	free(file); /* the rows keep the list */
}

void walk_read(void)
{
	if (listed[0].name)
		return;
	read_list(V11, "../tests/standard/operations-1.1.tsv", 0, LISTED_11);
	read_list(V12, "../tests/standard/operations-1.2.tsv", LISTED_11, LISTED);
}

char *walk_root(unsigned version, const char *service)
{
	return version == V11 ? xstrdup("/ims/oneroster/v1p1")
			      : xformat("/ims/oneroster/%s/v1p2", service);
}

/* The collection whose name stands before the @length-th byte of @path. */
static const char *sample_before(const char *path, size_t length)
{
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
		size_t size = strlen(samples[i].collection);

		if (size < length &&
		    strncmp(path + length - size, samples[i].collection, size) == 0 &&
		    path[length - size - 1] == '/')
			return samples[i].id;
	}
	ck_abort_msg("%s: no sample for it", path);
	return NULL;
}

int walk_ids(const struct listed *row)
{
	int count = 0;

	for (const char *at = row->path; (at = strchr(at, '{')); at++)
		count++;
	return count;
}

char *walk_url(const struct server *server, const struct listed *row, int strange, const char *last)
{
	struct str out = STR_INIT;
	char *root = walk_root(row->version, row->service);
	int index = 0, count = walk_ids(row);

	str_format(&out, "%s%s", server->url, root);
	free(root);
	for (const char *at = row->path; *at; index++) {
		size_t plain = strcspn(at, "{");

		str_add_bytes(&out, at, plain);
		at += plain;
		if (!*at)
			break;
		if (index == strange)
			str_add(&out, UNKNOWN_ID);
		else if (last && index == count - 1)
			str_add(&out, last);
		else
			str_add(&out, sample_before(row->path, (size_t)(at - row->path) - 1));
		at += strcspn(at, "}") + 1;
	}
	return str_take(&out, NULL);
}

char *walk_body(const struct listed *row)
{
	bool many = strcmp(row->method, "POST") == 0;
	json_t *body = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(bodies); i++) {
		if (strcmp(many ? bodies[i].many : bodies[i].one, row->request_key) != 0)
			continue;

		json_t *object = json_quoted(bodies[i].object), *inner = object;

		if (many) {
			json_t *copy = json_deep_copy(object);

			json_object_set_new(object, "sourcedId", json_string("tmp-1"));
			json_object_set_new(copy, "sourcedId", json_string("tmp-2"));
			inner = json_pack("[oo]", object, copy);
		}
		body = json_pack("{so}", row->request_key, inner);
	}
	ck_assert_msg(body || strcmp(row->request_key, "-") == 0, "%s: no body for it", row->name);

	char *text = body ? jsonx_dump(body) : NULL;

	json_decref(body);
	return text;
}

/* Whether two paths are the same but for the names of their ids. */
static bool same_path(const char *a, const char *b)
{
	while (*a && *a == *b) {
		if (*a == '{') {
			a += strcspn(a, "}");
			b += strcspn(b, "}");
		}
		a++;
		b++;
	}
	return *a == *b;
}

bool walk_has(const struct listed *row, const char *method)
{
	if (strcmp(method, "HEAD") == 0)
		method = "GET";
	for (size_t i = 0; i < LISTED; i++)
		if (listed[i].version == row->version && strcmp(listed[i].method, method) == 0 &&
		    same_path(listed[i].path, row->path) &&
		    (row->version == V11 || strcmp(listed[i].service, row->service) == 0))
			return true;
	return false;
}

static char *sign(const char *method, const char *target)
{
	struct arena arena = ARENA_INIT;
	struct random kernel = RANDOM_KERNEL;
	struct err err = ERR_INIT;
	struct url url;
	char nonce[UUID_TEXT], *header = NULL;
	const char *colon = strchr(CREDENTIAL, ':');

	random_uuid(&kernel, nonce);
	if (url_parse(&arena, target, &url, &err))
		header = oauth1_header(
			&arena, method, &url,
			arena_dup_n(&arena, CREDENTIAL, (size_t)(colon - CREDENTIAL)), colon + 1,
			HASH_SHA256, nonce, when_now() / 1000, &err);
	ck_assert_msg(header != NULL, "%s: %s", target, err.text);
	header = xformat("Authorization: %s", header);
	arena_release(&arena);
	return header;
}

void walk_call(struct answer *answer, const char *method, const char *url, const char *credentials,
	       const char *body)
{
	char *signature = credentials ? NULL : sign(method, url);

	http(answer, method, url,
	     (const char *[]){ credentials ? credentials : signature,
			       body ? "Content-Type: application/json" : NULL, NULL },
	     body);
	free(signature);
}

static void check_link(const struct answer *answer, const char *url)
{
	char *link = answer_header(answer, "Link"), *start = xformat("<%s?", url);

	ck_assert_msg(link && starts_with(link, start) && strstr(link, "rel=\"first\"") &&
			      strstr(link, "rel=\"last\""),
		      "%s: Link: %s", url, link ? link : "absent");
	free(start);
	free(link);
}

/* The answer to a GET: nothing but the wrapper; a list with its headers. */
static void check_read(const struct answer *answer, const struct listed *row, const char *url)
{
	const json_t *inner = json_object_get(answer->json, row->response_key);
	bool many = row->path[strlen(row->path) - 1] != '}';

	ck_assert_msg(inner && json_object_size(answer->json) == 1, "%s: not only \"%s\": %.200s",
		      url, row->response_key, answer->body);
	if (!many) {
		const char *id = jsonx_text(inner, "sourcedId");

		ck_assert_msg(id && ends_with(url, id), "%s: another object came: %.200s", url,
			      answer->body);
		return;
	}

	char *total = answer_header(answer, "X-Total-Count"),
	     *count = xformat("%zu", json_array_size(inner));

	ck_assert_msg(json_array_size(inner) > 0, "%s: the list is empty", url);
	ck_assert_msg(same_text(total, count), "%s: X-Total-Count %s, objects %s", url,
		      total ? total : "absent", count);
	check_link(answer, url);
	free(total);
	free(count);
}

static void expect(const struct answer *answer, const char *method, const char *url, long status)
{
	ck_assert_msg(answer->status == status, "%s %s: %ld instead of %ld: %.300s", method, url,
		      answer->status, status, answer->body);
	ck_assert_msg(strcmp(method, "GET") == 0 || strcmp(method, "POST") == 0 ||
			      answer->length == 0,
		      "%s %s: a body: %.200s", method, url, answer->body);
}

static void call(const char *method, const char *url, const char *credentials, const char *body,
		 long status)
{
	struct answer answer;

	walk_call(&answer, method, url, credentials, body);
	expect(&answer, method, url, status);
	answer_release(&answer);
}

/* POST: a pair per object; each can be read and goes again. */
static void check_pairs(const struct server *server, const struct answer *answer,
			const struct listed *row)
{
	const json_t *pairs = json_object_get(answer->json, row->response_key), *pair;
	char *root = walk_root(row->version, row->service);
	size_t i;

	ck_assert_msg(json_array_size(pairs) == 2 && json_object_size(answer->json) == 1,
		      "%s: %.300s", row->name, answer->body);
	json_array_foreach (pairs, i, pair) {
		const char *id = jsonx_text(pair, "allocatedSourcedId");
		const char *supplied = i == 0 ? "tmp-1" : "tmp-2";

		ck_assert_msg(same_text(jsonx_text(pair, "suppliedSourcedId"), supplied) && id &&
				      strcmp(id, supplied) != 0 && json_object_size(pair) == 2,
			      "%s: %.300s", row->name, answer->body);

		char *url = xformat("%s%s/%s/%s", server->url, root, row->request_key, id);

		call("GET", url, server->bearer, NULL, 200);
		call("DELETE", url, server->bearer, NULL, 204);
		free(url);
	}
	free(root);
}

/* PUT creates with 201 and replaces with 200, whatever one list says of 201 alone (fact
 * sheet 1.2, section 4: practice). */
static void write_works(const struct server *server, const struct listed *row, const char *url,
			const char *credentials, const char *body)
{
	bool deletes = strcmp(row->method, "DELETE") == 0;
	const char *writer = deletes ? server->bearer : credentials;

	ck_assert_msg(strstr(row->success, deletes ? "204" : "201"), "%s: %s", row->name,
		      row->success);
	call("PUT", url, writer, body, 201);
	call("PUT", url, writer, body, 200);
	call("GET", url, server->bearer, NULL, 200);
	call("DELETE", url, deletes ? credentials : server->bearer, NULL, 204);
	call("GET", url, server->bearer, NULL, 404);
}

/* The row that writes what @row deletes. */
static const struct listed *writer_of(const struct listed *row)
{
	for (size_t i = 0; i < LISTED; i++)
		if (listed[i].version == row->version && strcmp(listed[i].method, "PUT") == 0 &&
		    same_path(listed[i].path, row->path))
			return &listed[i];
	ck_abort_msg("%s: nothing writes it", row->name);
	return NULL;
}

void walk_works(const struct server *server, const struct listed *row, const char *credentials)
{
	bool reads = strcmp(row->method, "GET") == 0, posts = strcmp(row->method, "POST") == 0;
	char *url = walk_url(server, row, -1, reads || posts ? NULL : OWN_ID);
	char *body = walk_body(strcmp(row->method, "DELETE") == 0 ? writer_of(row) : row);
	struct answer answer;

	if (reads || posts) {
		walk_call(&answer, row->method, url, credentials, body);
		expect(&answer, row->method, url, strtol(row->success, NULL, 10));
		if (reads)
			check_read(&answer, row, url);
		else
			check_pairs(server, &answer, row);
		answer_release(&answer);
	} else {
		write_works(server, row, url, credentials, body);
	}
	free(body);
	free(url);
}

/* clang-format off */
static const struct {
	const char *v1p1, *v1p2;
} spellings[] = {
	{ "unknown object", "unknownobject" },
	{ "unauthorized",   "unauthorisedrequest" },
	{ "forbidden",      "forbidden" },
	{ "invalid data",   "invaliddata" },
};
/* clang-format on */

/* The minor code of the closed object of 1.2, NULL when its form is another one. */
static const char *minor_v1p2(const json_t *status)
{
	const json_t *outer = json_object_get(status, "imsx_CodeMinor");
	const json_t *field = json_array_get(json_object_get(outer, "imsx_codeMinorField"), 0);

	return json_object_size(status) == 4 && json_object_size(outer) == 1 &&
			       same_text(jsonx_text(field, "imsx_codeMinorFieldName"),
					 "TargetEndSystem")
		       ? jsonx_text(field, "imsx_codeMinorFieldValue")
		       : NULL;
}

const char *walk_refused(const struct answer *answer, unsigned version, const char *name,
			 long status, const char *minor)
{
	const json_t *body = version == V12
				     ? answer->json
				     : json_array_get(
					       json_object_get(answer->json, "statusInfoSet"), 0);
	const char *code = version == V12 ? minor_v1p2(body) : jsonx_text(body, "imsx_codeMinor");
	const char *text = jsonx_text(body, "imsx_description");

	for (size_t i = 0; version == V12 && i < ARRAY_SIZE(spellings); i++)
		if (strcmp(spellings[i].v1p1, minor) == 0)
			minor = spellings[i].v1p2;
	ck_assert_msg(answer->status == status, "%s: %ld instead of %ld: %.300s", name,
		      answer->status, status, answer->body);
	ck_assert_msg(same_text(jsonx_text(body, "imsx_codeMajor"), "failure") &&
			      same_text(jsonx_text(body, "imsx_severity"), "error"),
		      "%s: no failure: %s", name, answer->body);
	ck_assert_msg(same_text(code, minor), "%s: not \"%s\": %s", name, minor, answer->body);
	ck_assert_msg(text && *text, "%s: no description: %s", name, answer->body);
	return text;
}
