/*
 * payloads.c - suite payloads: does what a provider answers fit the schema?
 */
#include "conformance/checks/check.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/url.h"
#include "oneroster/operations.h"

#define PAGES_READ 10
#define PAGE_SIZE 100

static unsigned version_of(const struct judge *judge)
{
	return judge->subject->version;
}

/* The operation GET /collection or GET /collection/{id}. */
static const struct operation *operation_of(const char *collection, bool one)
{
	size_t length = strlen(collection);

	for (size_t i = 0; i < operation_count; i++) {
		const char *path = operations[i].path;

		if (operations[i].method != GET || strncmp(path, collection, length) != 0)
			continue;
		if (one ? path[length] == '/' && !strchr(path + length + 1, '/') : !path[length])
			return &operations[i];
	}
	BUG("no operation reads %s", collection);
}

static const char *version_name(const struct judge *judge)
{
	return version_of(judge) & V12 ? "1.2" : "1.1";
}

/* The objects of the last answer; NULL when it holds none. Returns (json_decref). */
static json_t *objects_of(const struct judge *judge, const struct operation *operation)
{
	struct err ignored = ERR_INIT;
	json_t *body = answer_json(&judge->call, &ignored);
	json_t *list = json_incref(json_object_get(body, operation->entity->plural));

	json_decref(body);
	return list;
}

/* Asks; false when there is nothing to look at, which is told: a provider need not have
 * every operation, nor open it to everybody. */
static bool asks(struct judge *judge, const char *path)
{
	static const long lacking[] = { 403, 404, 405, 501 };
	char *text;

	judge_call(judge, "GET", path, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(lacking); i++) {
		if (judge->call.status != lacking[i])
			continue;
		text = answer_text(&judge->call);
		judge_skip(judge, "the provider does not have it: HTTP %ld, %.200s", lacking[i],
			   text);
		free(text);
	}
	return !judge->skipped && judge_expect(judge, 200);
}

/* What was found in the answers becomes the verdict. */
static void conclude(struct judge *judge, const struct deviations *answers)
{
	json_t *list = deviations_list(answers);
	const json_t *first = json_array_get(list, 0), *kind;
	struct str line = STR_INIT;
	size_t i;

	json_array_foreach (list, i, kind)
		if (same_text(jsonx_text(kind, "severity"), "error")) {
			first = kind;
			break;
		}
	if (first)
		deviation_format(first, &line);
	if (answers->errors)
		judge_fail(judge, "%zu errors and %zu warnings of %zu kinds; the first error: %s",
			   answers->errors, answers->warnings, json_array_size(list),
			   str_text(&line));
	else if (answers->warnings)
		judge_warn(judge, "%zu warnings of %zu kinds; the first: %s", answers->warnings,
			   json_array_size(list), str_text(&line));
	str_release(&line);
	judge->kinds = list;
}

/* The pages of a collection, up to a limit: a district may have a million results. */
static void collection_fits(struct judge *judge, const struct check *check)
{
	const struct operation *operation = operation_of(check->target, false);
	size_t page = PAGE_SIZE;

	if (!operation_is_in(operation, version_of(judge))) {
		judge_skip(judge, "OneRoster %s has no such collection", version_name(judge));
		return;
	}
	for (size_t i = 0; i < PAGES_READ && page == PAGE_SIZE; i++) {
		char *path = xformat("%s?limit=%d&offset=%zu", check->target, PAGE_SIZE,
				     i * PAGE_SIZE);
		json_t *list = NULL;

		if (asks(judge, path))
			list = objects_of(judge, operation);
		page = json_array_size(list);
		json_decref(list);
		free(path);
	}
	if (!judge->skipped)
		conclude(judge, &judge->current);
}

/* The first object of the collection, by itself. */
static void object_fits(struct judge *judge, const struct check *check)
{
	const struct operation *many = operation_of(check->target, false);
	const struct operation *one = operation_of(check->target, true);
	struct str path = STR_INIT;
	json_t *list;
	const char *id;

	if (!operation_is_in(one, version_of(judge))) {
		judge_skip(judge, "OneRoster %s has no such operation", version_name(judge));
		return;
	}
	str_format(&path, "%s?limit=1", check->target);
	judge_call(judge, "GET", str_text(&path), NULL);
	list = objects_of(judge, many);
	id = jsonx_text(json_array_get(list, 0), "sourcedId");
	if (!id && judge->call.answered)
		judge_skip(judge, "the collection shows no object to ask for");
	if (id) {
		/* the page has a check of its own */
		deviations_release(&judge->current);
		deviations_init(&judge->current, judge->ours);
		str_clear(&path);
		str_format(&path, "%s/", check->target);
		pct_encode(&path, id);
		if (asks(judge, str_text(&path)))
			conclude(judge, &judge->current);
	}
	json_decref(list);
	str_release(&path);
}

/* The places of the class that the judge works in, so that the ids of a path belong together; where
 * there is none, whatever is listed first. */
static const char *id_for(struct judge *judge, const char *collection)
{
	static const struct {
		const char *collection, *place, *otherwise;
	} rows[] = {
		{ "classes", "class", "anyClass" },
		{ "schools", "school", NULL },
		{ "courses", "course", NULL },
		{ "terms", "term", NULL },
		{ "students", "student", "anyStudent" },
		{ "teachers", "teacher", "anyTeacher" },
		{ "users", "student", "user" },
		{ "lineItems", "classLineItem", "anyLineItem" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *id;

		if (strcmp(rows[i].collection, collection) != 0)
			continue;
		id = judge_id(judge, rows[i].place);
		return id || !rows[i].otherwise ? id : judge_id(judge, rows[i].otherwise);
	}
	BUG("nothing lies below the %s", collection);
}

/* The path of an operation with ids of the provider in its places; false when one is not to
 * be had. */
static bool fill_path(struct judge *judge, const struct operation *operation, struct str *path)
{
	size_t index = 0;

	for (const char *at = operation->path; *at; at++) {
		const struct collection *collection;
		const char *id;

		if (*at != '{') {
			str_add_char(path, *at);
			continue;
		}
		at += strcspn(at, "}");
		collection = collection_before(operation, index++);
		id = id_for(judge, collection->name);
		if (!id)
			judge_skip(judge, "the provider shows none of the %s to ask for",
				   collection->name);
		if (!id)
			return false;
		pct_encode(path, id);
	}
	return true;
}

/* A collection below an object. */
static void nested_fits(struct judge *judge, const struct check *check)
{
	const struct operation *operation = operation_find(check->key);
	struct str path = STR_INIT;

	if (!operation_is_in(operation, version_of(judge))) {
		judge_skip(judge, "OneRoster %s has no such operation", version_name(judge));
		return;
	}
	if (fill_path(judge, operation, &path)) {
		str_format(&path, "?limit=%d", PAGE_SIZE);
		/* what was asked on the way has checks of its own */
		deviations_release(&judge->current);
		deviations_init(&judge->current, judge->ours);
		if (asks(judge, str_text(&path)))
			conclude(judge, &judge->current);
	}
	str_release(&path);
}

/* An id that nobody has: 404, and a body as the version has it. */
static void refusal_fits(struct judge *judge, const struct check *check)
{
	char *path = xformat("%s/mocksis-no-such-id", check->target);

	judge_call(judge, "GET", path, NULL);
	if (judge->call.status == 403)
		judge_skip(judge, "the credential may not read %s", check->target);
	else if (judge_expect(judge, 404))
		conclude(judge, &judge->current);
	free(path);
}

/* All that the provider has said since the run began. */
static void answers_fit(struct judge *judge, const struct check *check)
{
	(void)check;
	if (judge->subject->answers.answers)
		conclude(judge, &judge->subject->answers);
	else
		judge_blind(judge, "not seen: the provider gave no answer that could be looked at");
}

/* clang-format off */
#define CLAUSE "OneRoster 1.1 fact sheet 4 to 6; 1.2 fact sheet 6 to 9"
#define COLLECTION(name) \
	{ "PAY-" name,       MUST, 0, CLAUSE, "GET /" name " fits the schema", collection_fits, "/" name }, \
	{ "PAY-" name "-id", MUST, 0, CLAUSE, "GET /" name "/{id} fits the schema", object_fits, "/" name }

#define NESTED(name, path) \
	{ "PAY-" name, MUST, 0, CLAUSE, "GET " path " fits the schema", nested_fits, .key = name }
#define REFUSAL(service, collection) \
	{ "PAY-" service "-404", MUST, 0, "OneRoster 1.1 fact sheet 9; 1.2 fact sheet 4", "an unknown id below " collection " is 404, with a body that fits", \
	  refusal_fits, collection }

const struct check payload_checks[] = {
	COLLECTION("academicSessions"),
	COLLECTION("terms"),
	COLLECTION("gradingPeriods"),
	COLLECTION("orgs"),
	COLLECTION("schools"),
	COLLECTION("courses"),
	COLLECTION("classes"),
	COLLECTION("users"),
	COLLECTION("students"),
	COLLECTION("teachers"),
	COLLECTION("enrollments"),
	COLLECTION("demographics"),
	COLLECTION("resources"),
	COLLECTION("categories"),
	COLLECTION("lineItems"),
	COLLECTION("results"),
	COLLECTION("scoreScales"),
	COLLECTION("assessmentLineItems"),
	COLLECTION("assessmentResults"),
	NESTED("getStudentsForClass", "/classes/{id}/students"),
	NESTED("getTeachersForClass", "/classes/{id}/teachers"),
	NESTED("getClassesForCourse", "/courses/{id}/classes"),
	NESTED("getClassesForSchool", "/schools/{id}/classes"),
	NESTED("getClassesForStudent", "/students/{id}/classes"),
	NESTED("getClassesForTeacher", "/teachers/{id}/classes"),
	NESTED("getClassesForTerm", "/terms/{id}/classes"),
	NESTED("getClassesForUser", "/users/{id}/classes"),
	NESTED("getCoursesForSchool", "/schools/{id}/courses"),
	NESTED("getEnrollmentsForSchool", "/schools/{id}/enrollments"),
	NESTED("getStudentsForSchool", "/schools/{id}/students"),
	NESTED("getTeachersForSchool", "/schools/{id}/teachers"),
	NESTED("getTermsForSchool", "/schools/{id}/terms"),
	NESTED("getEnrollmentsForClassInSchool", "/schools/{id}/classes/{id}/enrollments"),
	NESTED("getStudentsForClassInSchool", "/schools/{id}/classes/{id}/students"),
	NESTED("getTeachersForClassInSchool", "/schools/{id}/classes/{id}/teachers"),
	NESTED("getGradingPeriodsForTerm", "/terms/{id}/gradingPeriods"),
	NESTED("getResourcesForClass", "/classes/{id}/resources"),
	NESTED("getResourcesForCourse", "/courses/{id}/resources"),
	NESTED("getResourcesForUser", "/users/{id}/resources"),
	NESTED("getCategoriesForClass", "/classes/{id}/categories"),
	NESTED("getLineItemsForClass", "/classes/{id}/lineItems"),
	NESTED("getResultsForClass", "/classes/{id}/results"),
	NESTED("getResultsForLineItemForClass", "/classes/{id}/lineItems/{id}/results"),
	NESTED("getResultsForStudentForClass", "/classes/{id}/students/{id}/results"),
	NESTED("getScoreScalesForClass", "/classes/{id}/scoreScales"),
	NESTED("getScoreScalesForSchool", "/schools/{id}/scoreScales"),
	REFUSAL("rostering", "/users"),
	REFUSAL("gradebook", "/lineItems"),
	REFUSAL("resources", "/resources"),
	{ NULL },
};

const struct check answer_checks[] = {
	{ "PAY-ANSWERS", SHOULD, C_LOOKS, CLAUSE, "every answer of this run fits its schema", answers_fit },
	{ NULL },
};
/* clang-format on */
