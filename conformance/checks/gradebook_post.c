/*
 * gradebook_post.c - suite gradebook-1.2: the four POSTs, where the provider allocates the ids
 * (fact sheet 1.2, section 7.8). A provider need not have them.
 */
#include "conformance/checks/refusal.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "conformance/checks/writing.h"

/* One of the four. */
struct post {
	const char *path, *unknown; /* and the same below an id that nobody has */
	const char *plural;
	const char *list;     /* where what was posted stands afterwards */
	const char *contrary; /* changes that contradict the path */
	const char *bad;      /* changes that cannot be taken */
	const char *marker;   /* the member that tells our objects from others */
};

#define POSTED 2

/* What was sent, and what came of it. */
struct posted {
	const struct post *post;
	json_t *sent;  /* the objects */
	json_t *pairs; /* supplied id -> allocated id */
};

static void release(struct posted *posted)
{
	json_decref(posted->sent);
	json_decref(posted->pairs);
}

/* An object of the kind under a temporary id. Returns (json_decref). */
static json_t *make(struct judge *judge, const struct post *post, const char *changes,
		    const char *student)
{
	char *id = judge_new_id(judge), *text = own_body(judge, post->plural, id, changes);
	json_t *body = json_loads(text, 0, NULL);
	json_t *object = json_incref(json_object_get(body, kind_of(post->plural)->singular));

	if (strcmp(post->plural, "results") == 0)
		json_object_set_new(object, "student", judge_ref(judge, "users", student, "user"));
	json_object_set_new(object, post->marker, json_sprintf("Check %.13s", id));
	json_decref(body);
	free(text);
	free(id);
	return object;
}

/* POSTs two objects, the second with @changes; false, and the check is skipped, where there is
 * nothing to post or no such operation. */
static bool post_two(struct judge *judge, const struct check *check, const char *changes,
		     struct posted *posted)
{
	const struct post *post = check->data;
	const char *students[POSTED];
	json_t *body;
	char *text;

	*posted = (struct posted){ post, json_array(), json_object() };
	if (!own_needed(judge, "lineItems"))
		return false;
	students[0] = judge_id(judge, "student");
	students[1] = other_student(judge);
	if (!students[0] || !students[1])
		return false;
	for (size_t i = 0; i < POSTED && !judge->skipped; i++)
		json_array_append_new(posted->sent,
				      make(judge, post, i ? changes : NULL, students[i]));
	if (judge->skipped)
		return false;
	body = json_pack("{sO}", post->plural, posted->sent);
	text = jsonx_dump(body);
	judge_call(judge, "POST", post->path, text);
	free(text);
	json_decref(body);
	if (judge->call.status == 404)
		judge_skip(judge, "the provider does not offer POST %s: HTTP 404",
			   judge->call.target);
	return !judge->blind && !judge->skipped && !skip_not_offered(judge);
}

/* Reads the pairs of a success, whatever its status, so that what was made is deleted. */
static void read_pairs(struct judge *judge, struct posted *posted)
{
	struct err ignored = ERR_INIT;
	json_t *body = answer_json(&judge->call, &ignored);
	const json_t *pair;
	size_t i;

	if (answer_is_success(&judge->call))
		json_array_foreach (json_object_get(body, "sourcedIdPairs"), i, pair) {
			const char *supplied = jsonx_text(pair, "suppliedSourcedId");
			const char *allocated = jsonx_text(pair, "allocatedSourcedId");

			if (!supplied || !allocated || !*allocated)
				continue;
			json_object_set_new(posted->pairs, supplied, json_string(allocated));
			own_note(judge, posted->post->plural, allocated);
		}
	json_decref(body);
}

static bool post_good(struct judge *judge, const struct check *check, struct posted *posted)
{
	bool asked = post_two(judge, check, NULL, posted);

	if (asked)
		read_pairs(judge, posted);
	return asked;
}

/* 201, and a pair for each object. */
static void answers_pairs(struct judge *judge, const struct check *check)
{
	struct posted posted;
	json_t *list, *allocated = json_object();
	const json_t *object;
	size_t i;

	if (post_good(judge, check, &posted) && refusal_expect(judge, "201")) {
		list = judge_array(judge, "sourcedIdPairs");
		if (list && json_array_size(list) != POSTED)
			judge_fail(judge, "POST %s: expected %d pairs, found %zu",
				   judge->call.target, POSTED, json_array_size(list));
		json_array_foreach (posted.sent, i, object) {
			const char *id = jsonx_text(object, "sourcedId");
			const char *got = jsonx_text(posted.pairs, id);

			if (list && (!got || json_object_get(allocated, got)))
				judge_fail(
					judge,
					"POST %s: expected one pair of suppliedSourcedId %s with "
					"an allocatedSourcedId of its own, found %s",
					judge->call.target, id, got ? got : "none");
			if (got)
				json_object_set_new(allocated, got, json_true());
		}
		json_decref(list);
	}
	json_decref(allocated);
	release(&posted);
}

/* The object, by its allocated id, as it was posted. */
static void check_stored(struct judge *judge, const struct posted *posted, const json_t *object)
{
	const char *plural = posted->post->plural, *key;
	const char *id = jsonx_text(posted->pairs, jsonx_text(object, "sourcedId"));
	json_t *found, *value;

	if (!id) {
		judge_fail(judge, "POST: there is no allocatedSourcedId for %s",
			   jsonx_text(object, "sourcedId"));
		return;
	}
	own_call(judge, "GET", plural, id);
	found = judge_expect(judge, 200) ? judge_object(judge, kind_of(plural)->singular) : NULL;
	json_object_foreach ((json_t *)(uintptr_t)object, key, value)
		if (found && strcmp(key, "sourcedId") != 0 &&
		    strcmp(key, "dateLastModified") != 0 &&
		    !judge_same(value, json_object_get(found, key)))
			judge_fail(judge, "GET %s: %s is not what was posted", judge->call.target,
				   key);
	if (found && !same_text(jsonx_text(found, "sourcedId"), id))
		judge_fail(judge, "GET %s: the sourcedId is %s", judge->call.target,
			   jsonx_text(found, "sourcedId"));
	json_decref(found);
}

static void stores_all(struct judge *judge, const struct check *check)
{
	struct posted posted;
	const json_t *object;
	size_t i;

	if (post_good(judge, check, &posted) && judge_expect_success(judge))
		json_array_foreach (posted.sent, i, object)
			check_stored(judge, &posted, object);
	release(&posted);
}

static void lists_all(struct judge *judge, const struct check *check)
{
	struct posted posted;
	const char *supplied;
	json_t *list = NULL, *id;

	if (post_good(judge, check, &posted) && judge_expect_success(judge))
		list = list_read(judge, posted.post->list, posted.post->plural);
	json_object_foreach (posted.pairs, supplied, id)
		if (list && list_count(list, json_string_value(id)) != 1)
			judge_fail(judge, "GET %s: the posted object %s is not listed",
				   judge->call.target, json_string_value(id));
	if (list && !json_object_size(posted.pairs))
		judge_fail(judge, "POST %s: there were no pairs to look for", posted.post->path);
	json_decref(list);
	release(&posted);
}

static bool has_marker(const json_t *list, const char *key, const char *marker)
{
	const json_t *item;
	size_t i;

	json_array_foreach (list, i, item)
		if (same_text(jsonx_text(item, key), marker))
			return true;
	return false;
}

/* One good and one bad object: refused, and nothing stored. */
static void takes_all_or_none(struct judge *judge, const struct check *check)
{
	struct posted posted;
	const char *key, *marker;
	json_t *list = NULL;

	if (!post_two(judge, check, ((const struct post *)check->data)->bad, &posted)) {
		release(&posted);
		return;
	}
	read_pairs(judge, &posted);
	key = posted.post->marker;
	marker = jsonx_text(json_array_get(posted.sent, 0), key);
	if (judge_expect(judge, 0))
		list = list_read(judge, posted.post->list, posted.post->plural);
	if (has_marker(list, key, marker))
		judge_fail(judge,
			   "GET %s: the POST was refused for its second object, but the first one "
			   "is stored: nobody can tell its id",
			   judge->call.target);
	json_decref(list);
	release(&posted);
}

static void refuses_contrary(struct judge *judge, const struct check *check)
{
	struct posted posted;

	if (post_two(judge, check, ((const struct post *)check->data)->contrary, &posted)) {
		read_pairs(judge, &posted);
		refusal_expect(judge, "422");
	}
	release(&posted);
}

/* An object where the array belongs. */
static void refuses_one(struct judge *judge, const struct check *check)
{
	const struct post *post = check->data;
	json_t *body;
	char *text;

	if (!own_needed(judge, "lineItems"))
		return;
	body = json_pack("{so}", post->plural, make(judge, post, NULL, judge_id(judge, "student")));
	text = jsonx_dump(body);
	judge_call(judge, "POST", post->path, text);
	if (judge->call.status == 404)
		judge_skip(judge, "the provider does not offer POST %s: HTTP 404",
			   judge->call.target);
	else if (!skip_not_offered(judge))
		refusal_expect(judge, "400 422");
	free(text);
	json_decref(body);
}

static void is_404_below_unknown(struct judge *judge, const struct check *check)
{
	const struct post *post = check->data;
	char *body = xformat("{\"%s\":[]}", post->plural);

	judge_call(judge, "POST", post->unknown, body);
	if (!skip_not_offered(judge))
		refusal_expect(judge, "404");
	free(body);
}

static void is_offered(struct judge *judge, const struct check *check)
{
	const struct post *post = check->data;
	char *body = xformat("{\"%s\":[]}", post->plural);

	if (own_needed(judge, "lineItems"))
		judge_call(judge, "POST", post->path, body);
	if (judge->skipped || judge->blind) {
		free(body);
		return;
	}
	if (is_not_offered(judge->call.status) || judge->call.status == 404)
		judge_fail(judge, "POST %s: HTTP %ld: the provider has no such POST",
			   judge->call.target, judge->call.status);
	free(body);
}

/* clang-format off */
#define ID "mocksis-no-such-id"
#define OTHER_CLASS "{\"class\":{\"href\":\"https://sis.example.org/classes/" ID "\",\"sourcedId\":\"" ID "\",\"type\":\"class\"}}"
#define OTHER_SCHOOL "{\"school\":{\"href\":\"https://sis.example.org/orgs/" ID "\",\"sourcedId\":\"" ID "\",\"type\":\"org\"}}"
#define OTHER_ITEM "{\"lineItem\":{\"href\":\"https://sis.example.org/lineItems/" ID "\",\"sourcedId\":\"" ID "\",\"type\":\"lineItem\"}}"

static const struct post for_class = {
	"/classes/{class}/lineItems", "/classes/" ID "/lineItems", "lineItems",
	"/classes/{class}/lineItems", OTHER_CLASS, "{\"resultValueMax\":\"ten\"}", "title"
};
static const struct post for_school = {
	"/schools/{school}/lineItems", "/schools/" ID "/lineItems", "lineItems",
	"/classes/{class}/lineItems", OTHER_SCHOOL, "{\"resultValueMax\":\"ten\"}", "title"
};
static const struct post for_line_item = {
	"/lineItems/{lineItem}/results", "/lineItems/" ID "/results", "results",
	"/classes/{class}/lineItems/{lineItem}/results", OTHER_ITEM, "{\"score\":\"B plus\"}", "comment"
};
static const struct post for_session = {
	"/classes/{class}/academicSessions/{term}/results", "/classes/" ID "/academicSessions/" ID "/results", "results",
	"/classes/{class}/results", OTHER_CLASS, "{\"score\":\"B plus\"}", "comment"
};

#define CLAUSE "OneRoster 1.2 fact sheet 7.8"
#define POST(number, of, what) \
	{ "GB12-POST-" number "1", MUST,   C_OBJECTS, CLAUSE, "POST of " what " answers 201 with a pair of ids for each object", answers_pairs, .in = V12, .data = &of }, \
	{ "GB12-POST-" number "2", MUST,   C_OBJECTS, CLAUSE, "POST of " what " stores each object under the id that was allocated", stores_all, .in = V12, .data = &of }, \
	{ "GB12-POST-" number "3", MUST,   C_OBJECTS, CLAUSE, "what POST of " what " made stands in its lists", lists_all, .in = V12, .data = &of }, \
	{ "GB12-POST-" number "4", MUST,   C_OBJECTS, CLAUSE, "POST of " what " below an unknown id is 404", is_404_below_unknown, .in = V12, .data = &of }, \
	{ "GB12-POST-" number "5", SHOULD, C_OBJECTS, CLAUSE, "POST of " what " stores all objects or none", takes_all_or_none, .in = V12, .data = &of }, \
	{ "GB12-POST-" number "6", SHOULD, C_OBJECTS, CLAUSE, "POST of " what " refuses an object that contradicts the path with 422", refuses_contrary, .in = V12, .data = &of }, \
	{ "GB12-POST-" number "7", MUST,   C_OBJECTS, CLAUSE, "POST of " what " refuses an object in place of the array", refuses_one, .in = V12, .data = &of }, \
	{ "GB12-POST-" number "8", MAY,    C_OBJECTS, "OneRoster 1.2 fact sheet 2.1", "there is POST of " what, is_offered, .in = V12, .data = &of }

const struct check gradebook_post_checks[] = {
	POST("01", for_class, "lineItems for a class"),
	POST("02", for_school, "lineItems for a school"),
	POST("03", for_line_item, "results for a lineItem"),
	POST("04", for_session, "results for a session of a class"),
	{ NULL },
};
/* clang-format on */
