/*
 * source.c - a class of any provider: its students, categories and grading period.
 *
 * Providers differ in what they offer. For each thing there are several ways to ask; the
 * first that gives something is taken.
 */
#include "conformance/generate/source.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "conformance/canvas/answer.h"
#include "conformance/generate/ask.h"
#include "oneroster/operations.h"

#define NAMED 10 /* classes that an error names */

static const struct way student_ways[] = {
	{ NULL, "getStudentsForClass", NULL },
	{ NULL, "getStudentsForClassInSchool", NULL },
	{ NULL, "getAllEnrollments", "class.sourcedId='{class_id}'" },
};

/* The one that the connection names goes before all others: sync will ask in that way. */
static const struct way category_ways[] = {
	{ "class-endpoint", "getCategoriesForClass", NULL },
	{ "filter", "getAllCategories", "metadata.classId='{class_id}'" },
	{ "all", "getAllCategories", NULL },
};

void source_note(struct source *source, const char *format, ...)
{
	struct str text = STR_INIT;
	va_list args;

	va_start(args, format);
	str_vformat(&text, format, args);
	va_end(args);
	utf8_scrub(text.text);
	json_array_append_new(source->notes, json_string(str_text(&text)));
	str_release(&text);
}

static bool is_alive(const json_t *object)
{
	return !same_text(jsonx_text(object, "status"), "tobedeleted");
}

/* The id of the student that a user or an enrollment is about; NULL: of none. */
static const char *student_id(const json_t *object, const char *class_id)
{
	const json_t *user = json_object_get(object, "user");
	const json_t *class = json_object_get(object, "class");
	const char *id = jsonx_text(user ? user : object, "sourcedId");

	if (!is_alive(object) || !id || !*id)
		return NULL;
	if (user && (!same_text(jsonx_text(object, "role"), "student") ||
		     !same_text(jsonx_text(class, "sourcedId"), class_id)))
		return NULL;
	return id;
}

static json_t *student_row(const json_t *object, const char *id)
{
	const char *given = jsonx_text(object, "givenName");
	const char *family = jsonx_text(object, "familyName");
	json_t *row = json_object();
	char *name, *sortable;

	if (given && family && *given && *family) {
		name = xformat("%s %s", given, family);
		sortable = xformat("%s, %s", family, given);
	} else {
		name = xstrdup(given && *given ? given : family && *family ? family : id);
		sortable = xstrdup(name);
	}
	json_object_set_new(row, "id", json_string(id));
	json_object_set_new(row, "name", json_string(name));
	json_object_set_new(row, "sortable", json_string(sortable));
	free(name);
	free(sortable);
	return row;
}

struct row {
	json_t *json;
};

static int by_id(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	return strcmp(jsonx_text(x->json, "id"), jsonx_text(y->json, "id"));
}

/* By id, so that the order of the provider's pages makes no difference. */
static void take_students(struct roster *roster, const json_t *list)
{
	struct row *rows = xcalloc(json_array_size(list) + 1, sizeof *rows);
	const json_t *object;
	size_t kept = 0, i;

	json_array_foreach (list, i, object) {
		const char *id = student_id(object, roster->id);

		if (id)
			rows[kept++].json = student_row(object, id);
	}
	qsort(rows, kept, sizeof *rows, by_id);
	for (i = 0; i < kept; i++)
		if (i == 0 || by_id(&rows[i - 1], &rows[i]) != 0)
			json_array_append(roster->students, rows[i].json);
	for (i = 0; i < kept; i++)
		json_decref(rows[i].json);
	free(rows);
}

/* ", there are: a (A), b (B)"; "" when that cannot be told. Returns (free). */
static char *some_classes(struct reading *reading)
{
	const struct operation *operation = operation_find("getAllClasses");
	char *path = xformat("%s?limit=%d", operation->path, NAMED);
	struct call call = { .method = "GET", .target = ask_target(reading, operation, path) };
	struct err ignored = ERR_INIT;
	struct str text = STR_INIT;
	json_t *body = NULL;
	const json_t *class;
	size_t i;

	transport_call(reading->options->transport, &call);
	if (answer_is_success(&call))
		body = answer_json(&call, &ignored);
	json_array_foreach (json_object_get(body, "classes"), i, class) {
		const char *id = jsonx_text(class, "sourcedId");
		const char *title = jsonx_text(class, "title");

		if (id && i < NAMED)
			str_format(&text, "%s%s (%.40s)", text.length ? ", " : "; there are ", id,
				   title ? title : "without a title");
	}
	if (text.length)
		utf8_scrub(text.text);
	json_decref(body);
	call_release(&call);
	free(path);
	return str_text(&text) == text.text ? str_take(&text, NULL) : xstrdup("");
}

static bool unknown_class(struct reading *reading, struct err *err)
{
	char *others = some_classes(reading);

	err_set(err, ERR_INVALID, "--class %s: the provider has no such class%s",
		reading->roster->id, others);
	free(others);
	return false;
}

static bool read_students(struct reading *reading, struct err *err)
{
	struct roster *roster = reading->roster;
	bool known = json_object_size(roster->json) > 0; /* a provider may not offer it */

	reading->failure = (struct err)ERR_INIT;
	for (size_t i = 0; i < ARRAY_SIZE(student_ways) && err->code == ERR_NONE; i++) {
		char *asked;
		json_t *list = ask_list(reading, &student_ways[i], &asked, err);

		take_students(roster, list);
		json_decref(list);
		if (json_array_size(roster->students)) {
			roster->students_asked = asked;
			break;
		}
		free(asked);
	}
	if (err->code == ERR_NONE && json_array_size(roster->students) == 0)
		*err = reading->failure;
	if (err->code != ERR_NONE)
		return false;
	if (json_array_size(roster->students) > GENERATE_STUDENTS)
		return err_set(err, ERR_INVALID,
			       "--class %s: it has %zu students; generate takes at most %d",
			       roster->id, json_array_size(roster->students), GENERATE_STUDENTS);
	if (json_array_size(roster->students))
		return true;
	if (!known)
		return unknown_class(reading, err);
	return err_set(err, ERR_INVALID,
		       "--class %s: the class has no students that the provider would give, "
		       "neither among its students nor among the enrollments; grades need some",
		       roster->id);
}

static bool has_title(const json_t *categories, const char *title)
{
	const json_t *category;
	size_t i;

	json_array_foreach (categories, i, category)
		if (same_text(jsonx_text(category, "title"), title))
			return true;
	return false;
}

/* Those that a sync may match: global, or of this class; the first of a title. */
static void take_categories(struct roster *roster, const json_t *list)
{
	const json_t *category;
	size_t i;

	json_array_foreach (list, i, category) {
		const char *id = jsonx_text(category, "sourcedId");
		const char *title = jsonx_text(category, "title");
		const char *bound = jsonx_text(json_object_get(category, "metadata"), "classId");

		if (id && title && *title && is_alive(category) &&
		    (!bound || strcmp(bound, roster->id) == 0) &&
		    !has_title(roster->categories, title))
			json_array_append_new(roster->categories,
					      json_pack("{ss,ss}", "id", id, "title", title));
	}
}

static bool read_category_way(struct reading *reading, const struct way *way, struct err *err)
{
	struct roster *roster = reading->roster;
	struct way asking = *way;
	char *asked;

	if (way->filter)
		asking.filter = reading->options->connection->category_filter;

	json_t *list = ask_list(reading, &asking, &asked, err);

	take_categories(roster, list);
	json_decref(list);
	if (json_array_size(roster->categories))
		roster->categories_asked = asked;
	else
		free(asked);
	return err->code == ERR_NONE;
}

static bool read_categories(struct reading *reading, struct err *err)
{
	const char *first = reading->options->connection->category_source;
	struct roster *roster = reading->roster;

	reading->failure = (struct err)ERR_INIT;
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < ARRAY_SIZE(category_ways); i++)
			if ((round == 0) == (strcmp(category_ways[i].name, first) == 0) &&
			    json_array_size(roster->categories) == 0 &&
			    !read_category_way(reading, &category_ways[i], err))
				return false;
	if (json_array_size(roster->categories) == 0 && reading->failure.code != ERR_NONE) {
		*err = reading->failure;
		return false;
	}
	if (json_array_size(roster->categories) == 0)
		source_note(reading->source,
			    "the provider names no category for class %s: the assignments lie in "
			    "the group \"Assignments\", and a sync ends with \"Grading category "
			    "not found\" unless its connection says default:ID, default:null, "
			    "default:omit, null or omit",
			    roster->id);
	return true;
}

static bool read_roster(struct reading *reading, struct err *err)
{
	struct roster *roster = reading->roster;

	roster->students = json_array();
	roster->categories = json_array();
	roster->json = ask_one(reading, "getClass", roster->id, err);
	if (err->code != ERR_NONE)
		return false;
	if (!roster->json)
		roster->json = json_object();
	return read_students(reading, err) && read_categories(reading, err);
}

/* How well a session serves: it has to have dates. Less is better, -1 not at all. */
static int64_t distance(const json_t *session, const char *type, int64_t now)
{
	const char *from = jsonx_text(session, "startDate"), *to = jsonx_text(session, "endDate");
	int64_t start, end;

	if (!from || !to || !is_alive(session) || !same_text(jsonx_text(session, "type"), type) ||
	    !when_parse(from, &start, NULL) || !when_parse(to, &end, NULL) ||
	    end - start < 3 * WHEN_DAY)
		return -1;
	return now < start ? start - now : now >= end ? now - end + 1 : 0;
}

static bool is_term(const json_t *class, const char *id)
{
	const json_t *term;
	size_t i;

	json_array_foreach (json_object_get(class, "terms"), i, term)
		if (same_text(jsonx_text(term, "sourcedId"), id))
			return true;
	return false;
}

/* The one nearest to now; if possible a term of the class, or a part of one. */
static json_t *nearest(const struct reading *reading, const char *type, bool is_part)
{
	int64_t best = -1;
	json_t *session, *found = NULL;
	size_t i;

	for (int own = 1; own >= 0 && !found; own--) {
		json_array_foreach (reading->source->sessions, i, session) {
			int64_t far = distance(session, type, reading->options->now);
			const json_t *above = json_object_get(session, "parent");
			const char *id = jsonx_text(is_part ? above : session, "sourcedId");

			if (far < 0 || (found && far >= best) ||
			    (own && !is_term(reading->roster->json, id)))
				continue;
			best = far;
			found = session;
		}
	}
	return found;
}

static bool read_period(struct reading *reading, struct err *err)
{
	static const struct way ways[] = {
		{ NULL, "getAllGradingPeriods", NULL },
		{ NULL, "getAllAcademicSessions", NULL },
	};
	struct source *source = reading->source;
	bool is_open;

	for (size_t i = 0; i < ARRAY_SIZE(ways) && !source->period; i++) {
		char *asked;
		json_t *list = ask_list(reading, &ways[i], &asked, err);

		free(asked);
		if (err->code != ERR_NONE)
			return false;
		json_array_extend(source->sessions, list);
		json_decref(list);
		source->period = nearest(reading, "gradingPeriod", true);
	}
	if (!source->period)
		source->period = nearest(reading, "term", false);
	if (!source->period) {
		source_note(source, "the provider names no grading period and no term with dates: "
				    "due dates lie around the day of --now");
		return true;
	}
	is_open = distance(source->period, jsonx_text(source->period, "type"),
			   reading->options->now) == 0;
	if (!is_open)
		source_note(source, "no grading period or term of the class is open at --now; "
				    "due dates lie in the nearest one");
	return true;
}

bool source_read(struct source *source, const struct generate_options *options, struct err *err)
{
	struct reading reading = { .options = options, .source = source };
	const json_t *id;
	size_t i;

	*source = (struct source){ .sessions = json_array(), .notes = json_array() };
	if (json_array_size(options->classes) > GENERATE_CLASSES)
		return err_set(err, ERR_INVALID, "--class: a course takes at most %d classes",
			       GENERATE_CLASSES);
	if (!transport_connect(options->transport, err))
		return false;
	json_array_foreach (options->classes, i, id) {
		reading.roster = &source->rosters[source->count++];
		reading.roster->id = json_string_value(id);
		for (size_t k = 0; k < i; k++)
			if (strcmp(source->rosters[k].id, reading.roster->id) == 0)
				return err_set(err, ERR_INVALID, "--class %s is given twice",
					       reading.roster->id);
		if (!*reading.roster->id)
			return err_set(err, ERR_INVALID,
				       "--class: the sourcedId of a class belongs here");
		if (!read_roster(&reading, err))
			return false;
	}
	reading.roster = &source->rosters[0];
	return read_period(&reading, err);
}

void source_release(struct source *source)
{
	for (size_t i = 0; i < source->count; i++) {
		struct roster *roster = &source->rosters[i];

		json_decref(roster->json);
		json_decref(roster->students);
		json_decref(roster->categories);
		free(roster->students_asked);
		free(roster->categories_asked);
	}
	json_decref(source->sessions);
	json_decref(source->notes);
	*source = (struct source){ 0 };
}
