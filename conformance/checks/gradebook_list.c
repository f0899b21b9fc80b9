/*
 * gradebook_list.c - suites gradebook-1.1 and gradebook-1.2: what was written stands in the lists
 * that it belongs to and in no other, and refers to where it belongs.
 */
#include "conformance/checks/refusal.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/url.h"
#include "conformance/checks/writing.h"

static void expect_count(struct judge *judge, const char *path, const char *plural, const char *id,
			 size_t times)
{
	json_t *list = list_read(judge, path, plural);
	size_t count = list_count(list, id);

	if (list && times && !count && json_array_size(list) >= LIST_READ)
		judge_skip(judge, "GET %s: more than the %d objects that were read", path,
			   LIST_READ);
	if (list && count != times)
		judge_fail(judge, "GET %s: expected %s %s %zu times, found it %zu times", path,
			   kind_of(plural)->singular, id, times, count);
	json_decref(list);
}

/* Our object of the kind @target stands in the list @key. */
static void is_listed(struct judge *judge, const struct check *check)
{
	const char *id = own_needed(judge, check->target);

	if (id)
		expect_count(judge, check->key, check->target, id, 1);
}

/* Not in the list @key of another class, or of another student. */
static void is_not_of(struct judge *judge, const struct check *check, const char *other)
{
	const char *id = own_needed(judge, check->target);
	char *path;

	if (!id || !other)
		return;
	path = path_filled(check->key, other);
	expect_count(judge, path, check->target, id, 0);
	free(path);
}

static void is_not_of_class(struct judge *judge, const struct check *check)
{
	is_not_of(judge, check, other_class(judge));
}

static void is_not_of_student(struct judge *judge, const struct check *check)
{
	is_not_of(judge, check, other_student(judge));
}

/* A lineItem that the class of the path does not have. */
static void is_404_elsewhere(struct judge *judge, const struct check *check)
{
	const char *other = other_class(judge);
	char *path;

	if (!own_needed(judge, check->target) || !other)
		return;
	path = path_filled(check->key, other);
	judge_call(judge, "GET", path, NULL);
	refusal_expect(judge, "404");
	free(path);
}

static void is_read(struct judge *judge, const struct check *check)
{
	json_t *list;

	judge_call(judge, "GET", check->target, NULL);
	if (skip_not_offered(judge) || !judge_expect(judge, 200))
		return;
	list = judge_array(judge, check->key);
	json_decref(list);
}

/* A result of @student below the lineItem @item. Returns its id (free). */
static char *put_result(struct judge *judge, const char *item, const char *student)
{
	json_t *changes = json_pack("{so,so}", "lineItem",
				    judge_ref(judge, "lineItems", item, "lineItem"), "student",
				    judge_ref(judge, "users", student, "user"));
	char *text = jsonx_dump(changes), *id = own_put(judge, "results", text, NULL);

	judge_expect_success(judge);
	free(text);
	json_decref(changes);
	return id;
}

/* A new lineItem has the results that were written, and only those. */
static void has_exactly(struct judge *judge, const struct check *check)
{
	const char *students[] = { judge_id(judge, "student"), other_student(judge) };
	char *item = own_put(judge, "lineItems", NULL, NULL), *path, *id;
	size_t count = check->status ? ARRAY_SIZE(students) : 0;
	json_t *list, *wanted = json_array();

	for (size_t i = 0; item && i < count && students[i]; i++) {
		id = put_result(judge, item, students[i]);
		json_array_append_new(wanted, json_string(id ? id : ""));
		free(id);
	}
	path = item ? path_filled(check->key, item) : NULL;
	list = path && !judge->skipped ? list_read(judge, path, "results") : NULL;
	if (list && json_array_size(list) != count)
		judge_fail(judge, "GET %s: %zu results were written, %zu are listed", path, count,
			   json_array_size(list));
	for (size_t i = 0; list && i < json_array_size(wanted); i++)
		if (list_count(list, json_string_value(json_array_get(wanted, i))) != 1)
			judge_fail(judge, "GET %s: the result %s was written and is not listed",
				   path, json_string_value(json_array_get(wanted, i)));
	json_decref(list);
	json_decref(wanted);
	free(path);
	free(item);
}

/* The URL of the object in the service that owns it (fact sheet 1.2, section 6). */
static bool leads_home(const struct field *field, const char *href, const char *id)
{
	const char *root = href ? strstr(href, service_root(field->target->service, V12)) : NULL;
	struct str end = STR_INIT;
	bool good;

	str_add_char(&end, '/');
	pct_encode(&end, id);
	good = root && (starts_with(href, "http://") || starts_with(href, "https://")) &&
	       ends_with(href, str_text(&end));
	str_release(&end);
	return good;
}

/* Every reference of an object of the kind; @key says what of it: href or type. */
static void refers_rightly(struct judge *judge, const struct check *check)
{
	const struct entity *entity = kind_of(check->target);
	char *id = own_put(judge, check->target, check->body, NULL);
	json_t *found = NULL;

	if (id && judge_expect_success(judge)) {
		own_call(judge, "GET", check->target, id);
		found = judge_expect(judge, 200) ? judge_object(judge, entity->singular) : NULL;
	}
	for (const struct field *field = entity->fields; field->name && found; field++) {
		const json_t *ref = json_object_get(found, field->name);
		const char *text = jsonx_text(ref, check->key);

		if (field->type != T_REF || !json_is_object(ref))
			continue;
		if (strcmp(check->key, "type") == 0 && !same_text(text, field->target->singular))
			judge_fail(judge, "GET %s: %s: expected the type \"%s\", found \"%s\"",
				   judge->call.target, field->name, field->target->singular,
				   text ? text : "nothing");
		if (strcmp(check->key, "href") == 0 &&
		    !leads_home(field, text, jsonx_text(ref, "sourcedId")))
			judge_fail(judge,
				   "GET %s: %s: expected an absolute href below %s that ends in "
				   "the sourcedId, found %s",
				   judge->call.target, field->name,
				   service_root(field->target->service, V12),
				   text ? text : "nothing");
	}
	json_decref(found);
	free(id);
}

/* The href of the class is read, with our credentials: only where it is the provider's own. */
static void href_can_be_read(struct judge *judge, const struct check *check)
{
	const char *id = own_needed(judge, check->target);
	json_t *found = NULL, *class;
	char *href = NULL;

	if (id) {
		own_call(judge, "GET", check->target, id);
		found = judge_expect(judge, 200)
				? judge_object(judge, kind_of(check->target)->singular)
				: NULL;
		href = xstrdup(jsonx_text(json_object_get(found, check->key), "href"));
	}
	if (found && (!href || !starts_with(href, transport_base(judge->options->transport))))
		judge_skip(judge,
			   "the href of %s leads elsewhere, where our credentials do not go: %s",
			   check->key, href ? href : "there is none");
	if (found && !judge->skipped) {
		judge_call(judge, "GET", href, NULL);
		class = judge_expect(judge, 200) ? judge_object(judge, "class") : NULL;
		if (class && !same_text(jsonx_text(class, "sourcedId"), judge_id(judge, "class")))
			judge_fail(judge, "GET %s: expected the class %s, found %s", href,
				   judge_id(judge, "class"), jsonx_text(class, "sourcedId"));
		json_decref(class);
	}
	json_decref(found);
	free(href);
}

/* clang-format off */
#define LISTS "OneRoster 1.1 fact sheet 2.4; 1.2 fact sheet 2.5"
#define LISTED(number, plural, path, versions) \
	{ "GBK-LIST-" number, MUST, C_OBJECTS, LISTS, "what was written stands in " path, is_listed, plural, path, .in = versions }
#define HREFS "OneRoster 1.2 fact sheet 6"
#define REFS(number, plural, body) \
	{ "GB12-REF-0" number, MUST, C_OBJECTS, HREFS, "every href of one of the " plural " leads into the service that owns the object", refers_rightly, plural, "href", body, .in = V12 }, \
	{ "GB12-REF-1" number, MUST, C_OBJECTS, HREFS, "every reference of one of the " plural " has the type of its target", refers_rightly, plural, "type", body, .in = V12 }

const struct check gradebook_list_checks[] = {
	LISTED("001", "lineItems", "/classes/{class}/lineItems", V12),
	LISTED("002", "results", "/classes/{class}/results", V12),
	LISTED("003", "results", "/classes/{class}/lineItems/{lineItem}/results", V12),
	LISTED("004", "results", "/classes/{class}/students/{student}/results", V12),
	LISTED("005", "scoreScales", "/classes/{class}/scoreScales", V12),
	LISTED("006", "scoreScales", "/schools/{school}/scoreScales", V12),
	{ "GBK-LIST-010", MUST, C_OBJECTS, LISTS, "a lineItem is not in the list of another class", is_not_of_class, "lineItems", "/classes/%s/lineItems" },
	{ "GBK-LIST-011", MUST, C_OBJECTS, LISTS, "a result is not among the results of another class", is_not_of_class, "results", "/classes/%s/results" },
	{ "GBK-LIST-012", MUST, C_OBJECTS, LISTS, "a result is not among the results of another student", is_not_of_student, "results", "/classes/{class}/students/%s/results" },
	{ "GBK-LIST-013", MUST, C_OBJECTS, LISTS, "a lineItem below a class that it does not belong to is 404", is_404_elsewhere, "lineItems", "/classes/%s/lineItems/{lineItem}/results" },
	{ "GBK-LIST-014", MUST, C_OBJECTS, LISTS, "a lineItem without results has an empty list, and 200", has_exactly, .key = "/classes/{class}/lineItems/%s/results", .status = 0 },
	{ "GBK-LIST-015", MUST, C_OBJECTS, LISTS, "a lineItem has exactly the results that were written", has_exactly, .key = "/classes/{class}/lineItems/%s/results", .status = 2 },
	{ "GBK-LIST-016", MUST, C_OBJECTS, LISTS, "a scoreScale is not in the list of another class", is_not_of_class, "scoreScales", "/classes/%s/scoreScales", .in = V12 },
	{ "GBK-LIST-017", MUST, 0, "OneRoster 1.2 fact sheet 2.1", "the categories of a class can be read", is_read, "/classes/{class}/categories", "categories", .has = "/categories", .in = V12 },
	{ "GBK-LIST-018", MUST, 0, "OneRoster 1.2 fact sheet 2.1", "the scoreScales of a class can be read", is_read, "/classes/{class}/scoreScales", "scoreScales", .has = "/scoreScales", .in = V12 },
	{ "GBK-LIST-019", MUST, 0, "OneRoster 1.2 fact sheet 2.1", "the scoreScales of a school can be read", is_read, "/schools/{school}/scoreScales", "scoreScales", .has = "/scoreScales", .in = V12 },
	{ "GBK-LIST-020", MUST, 0, "OneRoster 1.2 fact sheet 2.1", "the results of a class can be read", is_read, "/classes/{class}/results", "results", .has = "/results", .in = V12 },
	{ "GBK-REF-001",  SHOULD, C_OBJECTS, "OneRoster 1.1 fact sheet 5.0; 1.2 fact sheet 6", "the href of a lineItem's class can be read", href_can_be_read, "lineItems", "class" },
	REFS("01", "lineItems", "{\"academicSession\":\"&term\"}"),
	REFS("02", "results", "{\"class\":\"&class\"}"),
	REFS("03", "scoreScales", "{\"course\":\"&course\"}"),
	REFS("04", "assessmentLineItems", "{\"class\":\"&class\",\"parentAssessmentLineItem\":\"&ownAssessmentLineItem\",\"scoreScale\":\"&ownScoreScale\"}"),
	REFS("05", "assessmentResults", "{\"scoreScale\":\"&ownScoreScale\"}"),
	{ NULL },
};
/* clang-format on */
