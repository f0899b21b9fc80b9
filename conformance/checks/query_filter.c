/*
 * query_filter.c - suite query: what a filter gives, held against what it has to give.
 *
 * A row is a filter with holes; they are filled with values that the provider itself shows, so
 * that some of its objects fit and some do not.
 */
#include "conformance/checks/query.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/url.h"
#include "oneroster/vocab.h"

/* How the filter stands in the URL. */
enum writing { ENCODED, RAW, PLUS };

/* What an object says at the fields of the filter, for a message. Returns (free). */
static char *shown(const struct condition *condition, const json_t *object)
{
	struct str out = STR_INIT;

	for (size_t i = 0; i < condition->count; i++) {
		json_t *values = collect_values(object, condition->items[i].field, NULL);
		char *text = jsonx_dump(values);

		str_format(&out, "%s%s is %.*s", i ? ", " : "", condition->items[i].field,
			   (int)(strlen(text) - 2), text + 1);
		json_decref(values);
		free(text);
	}
	return str_take(&out, NULL);
}

static void compare(struct judge *judge, const struct condition *condition,
		    const struct sample *found, const struct sample *sample, enum fits least)
{
	const json_t *item;
	size_t i;
	char *text;

	json_array_foreach (found->items, i, item)
		if (!judge->failed && condition_fits(condition, item) == NO) {
			text = shown(condition, item);
			judge_fail(judge, "GET %s: %s came, whose %s", judge->call.target,
				   collect_id(found->items, i), text);
			free(text);
		}
	if (!found->whole) /* what is missing may come later */
		return;
	json_array_foreach (sample->items, i, item)
		if (!judge->failed && condition_fits(condition, item) >= least &&
		    collect_find(found->items, collect_id(sample->items, i)) < 0) {
			text = shown(condition, item);
			judge_fail(judge, "GET %s: %s did not come, whose %s", judge->call.target,
				   collect_id(sample->items, i), text);
			free(text);
		}
}

/* "filter=..." as it stands in a URL. Returns (free). */
static char *query_text(const struct condition *condition, enum writing writing)
{
	char *text = condition_text(condition);
	struct str out = STR_INIT;

	str_add(&out, "filter=");
	for (const char *c = text; *c; c++) {
		char one[] = { *c, '\0' };

		if (writing == PLUS && *c == ' ')
			str_add_char(&out, '+');
		else if ((writing == RAW && strchr("'=<>!~@:", *c)) || (unsigned char)*c >= 0x80)
			str_format(&out, (unsigned char)*c >= 0x80 ? "%%%02X" : "%c",
				   (unsigned)(unsigned char)*c);
		else
			pct_encode(&out, one);
	}
	free(text);
	return str_take(&out, NULL);
}

static void run_filter(struct judge *judge, const struct check *check, enum writing writing,
		       enum fits least)
{
	struct condition condition;
	struct sample sample, found;
	char *query;

	if (!collect_sample(judge, check->target, check->key, &sample))
		return;
	if (!json_array_size(sample.items) && strchr(check->body, '{')) {
		judge_skip(judge, "%s is empty", check->target);
		return;
	}
	if (!condition_choose(&condition, check->body, sample.items, least)) {
		judge_skip(judge, "no value tells the objects of %s apart by %s", check->target,
			   check->body);
		return;
	}
	query = query_text(&condition, writing);
	if (collect_read(judge, check->target, query, check->key, &found)) {
		compare(judge, &condition, &found, &sample, least);
		sample_release(&found);
	}
	free(query);
	condition_release(&condition);
}

static void filters(struct judge *judge, const struct check *check)
{
	run_filter(judge, check, ENCODED, YES);
}

static void filters_raw(struct judge *judge, const struct check *check)
{
	run_filter(judge, check, RAW, YES);
}

static void filters_plus(struct judge *judge, const struct check *check)
{
	run_filter(judge, check, PLUS, YES);
}

/* What a reading without regard to case gives has to come. */
static void filters_any_case(struct judge *judge, const struct check *check)
{
	run_filter(judge, check, ENCODED, MAYBE);
}

/* A number is compared as one: 9 is below 10. */
static void filters_numbers(struct judge *judge, const struct check *check)
{
	const char *second = collect_second_line_item(judge);
	struct condition condition;
	struct sample found;
	char *query;

	if (!second)
		return;
	condition_parse(&condition, check->body);
	query = query_text(&condition, ENCODED);
	if (collect_read(judge, "/classes/{class}/lineItems", query, "lineItems", &found)) {
		struct sample none = { NULL, false };
		bool ten = collect_find(found.items, judge->subject->line_item) >= 0;
		bool nine = collect_find(found.items, second) >= 0;

		compare(judge, &condition, &found, &none, YES);
		if ((check->status == 10) != ten || (check->status == SECOND_MAX) != nine)
			judge_fail(judge,
				   "GET %s: of two lineItems with resultValueMax 10 and %d "
				   "expected that of %ld, got %s",
				   judge->call.target, SECOND_MAX, check->status,
				   ten && nine ? "both"
				   : ten       ? "that of 10"
				   : nine      ? "that of 9"
					       : "neither");
		sample_release(&found);
	}
	free(query);
	condition_release(&condition);
}

/* "filter=dateLastModified>='...'&limit=10" as a query; @when is the date. Returns (free). */
static char *delta_query(const struct check *check, const char *when)
{
	return xformat("filter=dateLastModified%%3E%s%%27%s%s%%27&limit=10",
		       check->status ? "%3D" : "", when, check->body);
}

/* A delta: what changed since the beginning, nothing since a time to come. */
static void deltas(struct judge *judge, const struct check *check)
{
	json_t *any = collect_page(judge, check->target, "limit=1", check->key), *list = NULL;
	char *late = delta_query(check, "2999-01-01"), *early = delta_query(check, "1970-01-02");

	if (any && !json_array_size(any))
		judge_skip(judge, "%s is empty", check->target);
	else if (any)
		list = collect_asked(judge, check->target, late, check->key);
	if (list && json_array_size(list))
		judge_fail(judge,
			   "GET %s: expected nothing that will change in 2999, got %zu objects",
			   judge->call.target, json_array_size(list));
	json_decref(list);
	list = any && !judge->skipped ? collect_asked(judge, check->target, early, check->key)
				      : NULL;
	if (list && !json_array_size(list))
		judge_fail(judge, "GET %s: expected what changed since 1970, got nothing",
			   judge->call.target);
	json_decref(list);
	json_decref(any);
	free(early);
	free(late);
}

#define SHEET "OneRoster 1.1 fact sheet 8.3; OneRoster 1.2 fact sheet 5.2"
#define F(id, level, text, title)                                                           \
	{                                                                                   \
		"QRY-FILTER-" id, level, 0, SHEET, title, filters, "/users", "users", text, \
			.has = "/users"                                                     \
	}
#define ON(id, level, path, array, text, title, versions)                             \
	{                                                                             \
		"QRY-FILTER-" id, level, 0, SHEET, title, filters, path, array, text, \
			.has = path, .in = versions                                   \
	}
#define AS(id, level, clause, run, text, title)                                          \
	{                                                                                \
		"QRY-FILTER-" id, level, 0, clause, title, run, "/users", "users", text, \
			.has = "/users"                                                  \
	}
#define DELTA(id, level, path, array, since, least, title)                                   \
	{                                                                                    \
		"QRY-DELTA-" id, level, 0,                                                   \
			"OneRoster 1.1 fact sheet 8.1 and 8.3: every provider must support " \
			"filtering on dateLastModified",                                     \
			title, deltas, path, array, since, least, path                       \
	}

/* clang-format off */
const struct check query_filter_checks[] = {
	F("001", MUST, "familyName='{value}'", "a text can be asked for with ="),
	F("002", MUST, "familyName!='{value}'", "a text can be asked for with !="),
	F("003", MUST, "familyName>'{value}'", "a text can be asked for with >"),
	F("004", MUST, "familyName>='{value}'", "a text can be asked for with >="),
	F("005", MUST, "familyName<'{value}'", "a text can be asked for with <"),
	F("006", MUST, "familyName<='{value}'", "a text can be asked for with <="),
	F("007", MUST, "familyName~'{part}'", "a part of a text can be asked for with ~"),
	F("008", MUST, "sourcedId='{value}'", "an object can be asked for by its sourcedId"),
	F("009", MUST, "status='active'", "status='active' gives what is active"),
	F("010", MUST, "status='tobedeleted'", "status='tobedeleted' gives what is to be deleted, or nothing"),
	F("011", MUST, "enabledUser='true'", "a boolean can be asked for as 'true'"),
	F("012", MUST, "enabledUser='false'", "a boolean can be asked for as 'false'"),
	F("013", MUST, "familyName='{value}' AND givenName='{value}'", "AND gives what fits both"),
	F("014", MUST, "familyName='{value}' OR familyName='{other}'", "OR gives what fits either"),
	F("015", MUST, "status='active' AND familyName~'{part}'", "AND works with different operators"),
	F("016", MUST, "familyName='no such AND such name'", "AND inside of quotes is text"),
	F("017", MUST, "familyName='no such OR such name'", "OR inside of quotes is text"),
	F("018", MUST, "familyName='a>=b=c'", "operators inside of quotes are text"),
	F("019", MUST, "familyName='50% & more+'", "percent, ampersand and plus are text where they are encoded"),
	F("020", MUST, "familyName='No-Such-Name-At-All'", "what fits nothing is 200 with an empty list"),
	ON("021", MUST, "/enrollments", "enrollments", "role='{value}'", "an enumeration can be asked for", 0),
	ON("022", MUST, "/orgs", "orgs", "type='{value}'", "an enumeration of orgs can be asked for", 0),
	ON("023", MUST, "/users", "users", "role='{value}'", "users can be asked for by role", V11),
	ON("024", SHOULD, "/users", "users", "roles.role='{value}'", "users can be asked for by roles.role", V12),
	ON("025", SHOULD, "/enrollments", "enrollments", "class.sourcedId='{value}'", "a reference can be asked for by its sourcedId", 0),
	ON("026", SHOULD, "/enrollments", "enrollments", "user.sourcedId='{value}' AND role='{value}'", "a reference works beside another field", 0),
	ON("027", SHOULD, "/classes", "classes", "terms.sourcedId='{last}'", "any of several references counts", 0),
	ON("028", SHOULD, "/users", "users", "orgs.sourcedId='{value}'", "users can be asked for by org", V11),
	ON("029", SHOULD, "/users", "users", "roles.org.sourcedId='{value}'", "users can be asked for by the org of a role", V12),
	ON("030", SHOULD, "/categories", "categories", "metadata.*='{value}'", "metadata can be asked for by its path", 0),
	ON("031", SHOULD, "/classes", "classes", "grades='{value}'", "= of one value finds it among several", 0),
	ON("032", SHOULD, "/classes", "classes", "grades='{two}'", "= of two values finds what has both", 0),
	ON("033", SHOULD, "/classes", "classes", "subjects~'{value}'", "~ finds any of several values", 0),
	ON("034", MUST, "/academicSessions", "academicSessions", "startDate>'{value}'", "dates are compared as dates with >", 0),
	ON("035", MUST, "/academicSessions", "academicSessions", "startDate<='{value}'", "dates are compared as dates with <=", 0),
	ON("036", MUST, "/academicSessions", "academicSessions", "startDate='{value}'", "dates are compared as dates with =", 0),
	ON("037", MUST, "/academicSessions", "academicSessions", "startDate>='{value}' AND type='{value}'", "a date works beside another field", 0),
	{ "QRY-FILTER-038", MUST, C_LINE_ITEM, SHEET, "numbers are compared as numbers with >", filters_numbers, .body = "resultValueMax>'9'", .status = 10 },
	{ "QRY-FILTER-039", MUST, C_LINE_ITEM, SHEET, "numbers are compared as numbers with <", filters_numbers, .body = "resultValueMax<'10'", .status = SECOND_MAX },
	{ "QRY-FILTER-040", SHOULD, C_LINE_ITEM, SHEET, "10.0 is the number 10", filters_numbers, .body = "resultValueMax='10.0'", .status = 10 },
	{ "QRY-FILTER-041", MUST, 0, SHEET, "the students of a class can be filtered", filters, "/classes/{class}/students", "users", "familyName='{value}'", .has = "/classes" },
	AS("042", SHOULD, SHEET ": recommended", filters_any_case, "familyName='{swapped}'", "texts are compared without regard to case"),
	AS("043", SHOULD, SHEET ": recommended", filters_any_case, "familyName~'{swapped}'", "with ~, too, texts are compared without regard to case"),
	AS("044", SHOULD, SHEET "; traps B2", filters_raw, "sourcedId='{value}'", "quotes and operators may stand raw in the URL"),
	AS("045", SHOULD, SHEET "; traps B2", filters_raw, "status='active' AND familyName>='{value}'", "quotes and operators of two predicates may stand raw in the URL"),
	AS("046", SHOULD, "traps D1 and E1", filters_plus, "status='active' AND familyName='{value}'", "a plus between predicates is a blank"),
	AS("047", MAY, SHEET, filters, "status='active' and familyName='{value}'", "AND may be written in lower case"),
	AS("048", MAY, "OneRoster 1.1 fact sheet 8.3: the text is silent", filters, "familyName='{quoted}'", "a quote inside of a value is doubled"),
	{ "QRY-DELTA-001", MUST, 0, SHEET, "dateLastModified is compared as an instant with >=", filters, "/users", "users", "dateLastModified>='{value}'", .has = "/users" },
	DELTA("002", MUST, "/users", "users", "T00:00:00.000Z", 0, "users can be asked for by dateLastModified with >"),
	DELTA("003", MUST, "/enrollments", "enrollments", "T00:00:00.000Z", 1, "enrollments can be asked for by dateLastModified with >="),
	DELTA("004", MUST, "/classes", "classes", "T00:00:00.000Z", 1, "classes can be asked for by dateLastModified"),
	DELTA("005", MUST, "/orgs", "orgs", "T00:00:00.000Z", 1, "orgs can be asked for by dateLastModified"),
	DELTA("006", MUST, "/academicSessions", "academicSessions", "T00:00:00.000Z", 1, "academicSessions can be asked for by dateLastModified"),
	DELTA("007", MUST, "/courses", "courses", "T00:00:00.000Z", 1, "courses can be asked for by dateLastModified"),
	DELTA("008", MUST, "/categories", "categories", "T00:00:00.000Z", 1, "categories can be asked for by dateLastModified"),
	DELTA("009", SHOULD, "/users", "users", "", 0, "a date alone means midnight"),
	DELTA("010", SHOULD, "/users", "users", "T00:00:00Z", 1, "a dateTime needs no fraction"),
	DELTA("011", SHOULD, "/users", "users", "T00:00:00%2B00:00", 1, "a zone may be an offset"),
	DELTA("012", MAY, "/users", "users", "T00:00:00+00:00", 1, "the plus of an offset may stand raw"),
	{ NULL },
};
/* clang-format on */
