/*
 * subject.c - what the judge has to know of a provider before it can ask: whether it speaks the
 * version, a class, ids, optional collections, a lineItem that it takes.
 */
#include "conformance/checks/check.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/jsonx.h"
#include "base/oauth1.h"
#include "base/url.h"
#include "base/when.h"
#include "oneroster/operations.h"

#define CLASSES_TRIED 50
#define OBJECTS_MOST 50000      /* of a collection */
#define BYTES_MOST (32UL << 20) /* of its pages */

/* What {places} of a path stand for, where the subject has no member for it: the first of a
 * collection, or a member of the class, so that the ids of a path belong together. */
static const struct {
	const char *place, *member, *collection, *key;
} places[] = {
	{ "school", "school", "/schools", "orgs" },
	{ "course", "course", "/courses", "courses" },
	{ "term", "terms", "/terms", "academicSessions" },
	{ "teacher", NULL, "/classes/{class}/teachers", "users" },
	{ "user", NULL, "/users", "users" },
	{ "org", NULL, "/orgs", "orgs" },
	{ "academicSession", NULL, "/academicSessions", "academicSessions" },
	{ "gradingPeriod", NULL, "/gradingPeriods", "academicSessions" },
	{ "enrollment", NULL, "/enrollments", "enrollments" },
	{ "demographics", NULL, "/demographics", "demographics" },
	{ "resource", NULL, "/resources", "resources" },
	{ "category", NULL, "/categories", "categories" },
	{ "scoreScale", NULL, "/scoreScales", "scoreScales" },
	{ "anyClass", NULL, "/classes", "classes" },
	{ "anyStudent", NULL, "/students", "users" },
	{ "anyTeacher", NULL, "/teachers", "users" },
	{ "classLineItem", NULL, "/classes/{class}/lineItems", "lineItems" },
	{ "anyLineItem", NULL, "/lineItems", "lineItems" },
	{ "anyResult", NULL, "/results", "results" },
	{ "assessmentLineItem", NULL, "/assessmentLineItems", "assessmentLineItems" },
	{ "assessmentResult", NULL, "/assessmentResults", "assessmentResults" },
};

void subject_init(struct subject *subject, unsigned version, const json_t *ours)
{
	*subject = (struct subject){ .version = version,
				     .ids = json_object(),
				     .capabilities = json_object(),
				     .samples = json_object() };
	deviations_init(&subject->answers, ours);
}

void subject_release(struct subject *subject)
{
	deviations_release(&subject->answers);
	json_decref(subject->class);
	json_decref(subject->ids);
	json_decref(subject->capabilities);
	json_decref(subject->samples);
	json_decref(subject->categories);
	json_decref(subject->category);
	json_decref(subject->period);
	json_decref(subject->lists);
	free(subject->why_not);
	free(subject->why_no_class);
	free(subject->class_id);
	free(subject->student);
	free(subject->due);
	free(subject->line_item);
	free(subject->result);
	free(subject->why_no_line_item);
	free(subject->strict);
}

struct page_reader judge_reader(const struct judge *judge)
{
	return (struct page_reader){ .transport = judge->options->transport,
				     .page_size = 100,
				     .most = OBJECTS_MOST,
				     .most_bytes = BYTES_MOST };
}

json_t *judge_list_of(struct judge *judge, const char *path, const char *key, struct err *err)
{
	struct page_reader reader = judge_reader(judge);
	char *target = judge_target(judge, path);
	json_t *list = read_collection(&reader, target, key, err);

	free(reader.refusal);
	free(target);
	return list;
}

/* One GET that belongs to no check. */
static void look(struct judge *judge, const char *path, struct call *call)
{
	*call = (struct call){ .method = "GET", .auth = CALL_AUTH };
	call->target = judge_target(judge, path);
	transport_call(judge->options->transport, call);
}

/* The member @key of what GET @path answers. Returns (json_decref), NULL: none. */
static json_t *look_for(struct judge *judge, const char *path, const char *key)
{
	struct err ignored = ERR_INIT;
	struct call call;
	json_t *body, *found;

	look(judge, path, &call);
	body = answer_is_success(&call) ? answer_json(&call, &ignored) : NULL;
	found = json_incref(json_object_get(body, key));
	json_decref(body);
	call_release(&call);
	return found;
}

static const char *id_of(const json_t *value)
{
	return jsonx_text(json_is_array(value) ? json_array_get(value, 0) : value, "sourcedId");
}

static bool is_lacking(long status)
{
	return status == 404 || status == 405 || status == 501;
}

void judge_lacks(struct judge *judge, const char *what, const char *format, ...)
{
	struct str why = STR_INIT;
	va_list args;

	va_start(args, format);
	str_vformat(&why, format, args);
	va_end(args);
	utf8_scrub(why.text); /* what a provider says may be cut inside of a character */
	json_object_set_new(judge->subject->capabilities, what, json_string(str_text(&why)));
	str_release(&why);
}

bool judge_has(struct judge *judge, const char *collection, const char **why)
{
	struct subject *s = judge->subject;
	const json_t *known = json_object_get(s->capabilities, collection);
	char *path, *text;
	struct call call;

	if (!known) {
		path = xformat("%s?limit=1", collection);
		look(judge, path, &call);
		text = answer_text(&call);
		if (is_lacking(call.status) || call.status == 403)
			judge_lacks(judge, collection, "the provider has no %s: HTTP %ld, %.200s",
				    collection, call.status, text);
		else
			json_object_set_new(s->capabilities, collection, json_null());
		known = json_object_get(s->capabilities, collection);
		free(text);
		call_release(&call);
		free(path);
	}
	*why = json_string_value(known);
	return !*why;
}

/* The class, if it has two students. */
static bool try_class(struct judge *judge, const char *id, struct err *err)
{
	struct subject *s = judge->subject;
	struct str path = STR_INIT;
	json_t *students;
	bool good;

	str_add(&path, "/classes/");
	pct_encode(&path, id);
	str_add(&path, "/students");
	students = judge_list_of(judge, str_text(&path), "users", err);
	good = json_array_size(students) >= 2 && id_of(students) &&
	       jsonx_text(json_array_get(students, 1), "sourcedId");
	if (good) {
		s->class_id = xstrdup(id);
		s->student = xstrdup(id_of(students));
	}
	json_decref(students);
	str_release(&path);
	return good;
}

/* Among all classes; why there is none in why_no_class. */
static void search_class(struct judge *judge)
{
	struct subject *s = judge->subject;
	struct err err = ERR_INIT, ignored = ERR_INIT;
	json_t *classes = judge_list_of(judge, "/classes", "classes", &err);
	const json_t *item;
	size_t i;

	json_array_foreach (classes, i, item)
		if (!s->class_id && i < CLASSES_TRIED && jsonx_text(item, "sourcedId"))
			try_class(judge, jsonx_text(item, "sourcedId"), &ignored);
	if (!classes)
		s->why_no_class = xstrdup(err.text);
	else if (!s->class_id)
		s->why_no_class = xformat("none of the first %d classes has two students; name one "
					  "with --class",
					  CLASSES_TRIED);
	json_decref(classes);
}

static bool find_class(struct judge *judge, struct err *err)
{
	const char *named = judge->options->class_id;
	struct str path = STR_INIT;

	if (named && !try_class(judge, named, err))
		return err->code == ERR_NONE &&
		       err_set(err, ERR_INVALID, "--class %s: it has fewer than two students",
			       named);
	if (!named)
		search_class(judge);
	if (judge->subject->class_id) {
		str_add(&path, "/classes/");
		pct_encode(&path, judge->subject->class_id);
		judge->subject->class = look_for(judge, str_text(&path), "class");
	}
	str_release(&path);
	return true;
}

/* The first id of a collection; what {class} stands for is known. Returns (free). */
static char *first_id(struct judge *judge, const char *collection, const char *key)
{
	const char *class_id = judge->subject->class_id, *hole = strstr(collection, "{class}");
	struct str path = STR_INIT;
	json_t *list = NULL;
	char *id;

	if (hole && class_id) {
		str_format(&path, "%.*s", (int)(hole - collection), collection);
		pct_encode(&path, class_id);
		str_add(&path, hole + strlen("{class}"));
	} else if (!hole) {
		str_add(&path, collection);
	}
	str_add(&path, "?limit=1");
	if (!hole || class_id)
		list = look_for(judge, str_text(&path), key);
	id = xstrdup(id_of(list));
	json_decref(list);
	str_release(&path);
	return id;
}

static char *find_id(struct judge *judge, const char *place)
{
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		const json_t *member = NULL;

		if (strcmp(places[i].place, place) != 0)
			continue;
		if (places[i].member)
			member = json_object_get(judge->subject->class, places[i].member);
		return id_of(member) ? xstrdup(id_of(member))
				     : first_id(judge, places[i].collection, places[i].key);
	}
	BUG("{%s} stands for nothing", place);
}

/* The class is looked for when somebody asks for it or for what belongs to it. */
void judge_need_class(struct judge *judge)
{
	struct err ignored = ERR_INIT;

	if (!judge->subject->class_id && !judge->subject->why_no_class &&
	    !find_class(judge, &ignored))
		judge->subject->why_no_class = xstrdup(ignored.text);
}

const json_t *judge_categories(struct judge *judge)
{
	struct subject *s = judge->subject;
	struct err ignored = ERR_INIT;

	if (!s->categories)
		s->categories = judge_list_of(judge, "/categories", "categories", &ignored);
	if (!s->categories)
		s->categories = json_array();
	return s->categories;
}

const char *judge_id(struct judge *judge, const char *place)
{
	struct subject *s = judge->subject;

	judge_need_class(judge);

	const struct {
		const char *place, *id;
	} known[] = {
		{ "class", s->class_id },
		{ "student", s->student },
		{ "lineItem", s->line_item },
		{ "result", s->result },
	};
	char *id;

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (strcmp(known[i].place, place) == 0)
			return known[i].id;
	if (!json_object_get(s->ids, place)) {
		id = find_id(judge, place);
		json_object_set_new(s->ids, place, id ? json_string(id) : json_null());
		free(id);
	}
	return jsonx_text(s->ids, place);
}

static bool signature_taken(struct judge *judge, enum hash hash)
{
	const char *credential = judge->options->credential, *colon = strchr(credential, ':');
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	char nonce[17];
	struct url url;
	const char *header = NULL;

	random_token(&judge->random, nonce, 16);
	if (url_parse(&arena,
		      arena_format(&arena, "%s/categories?limit=1",
				   transport_root(judge->options->transport)),
		      &url, &err))
		header = oauth1_header(
			&arena, "GET", &url,
			arena_dup_n(&arena, credential, (size_t)(colon - credential)), colon + 1,
			hash, nonce, when_now() / 1000, &err);
	if (header)
		judge_call_as(judge, "GET", "/categories?limit=1", NULL, CALL_OWN_AUTH, header);
	judge->call.authorization = NULL;
	arena_release(&arena);
	return header && judge->call.status == 200;
}

/* With either hash: that both are taken is for the checks to see. */
static bool oauth1_works(struct judge *judge)
{
	if (judge->options->auth == TRANSPORT_NONE)
		return false;
	return signature_taken(judge, HASH_SHA256) || signature_taken(judge, HASH_SHA1);
}

/* Whether any service of the version has anything; what says no is kept. False with @err when
 * nobody answers. */
static bool find_services(struct judge *judge, struct err *err)
{
	static const char *const paths[] = { "/orgs?limit=1", "/categories?limit=1",
					     "/classes?limit=1", "/resources?limit=1" };
	struct subject *s = judge->subject;
	bool any = false, answered = false;

	for (size_t i = 0; i < ARRAY_SIZE(paths) && !any; i++) {
		struct call call;

		look(judge, paths[i], &call);
		answered = answered || call.answered;
		any = call.answered && !is_lacking(call.status);
		if (!any && !s->why_not)
			s->why_not = xformat("the provider does not speak OneRoster %s: GET %s: "
					     "HTTP %ld",
					     s->version & V12 ? "1.2" : "1.1", call.target,
					     call.status);
		if (!answered && i + 1 == ARRAY_SIZE(paths))
			err_set(err, ERR_UNREACHABLE, "%s: %s",
				transport_base(judge->options->transport), call.error);
		call_release(&call);
	}
	if (any) {
		free(s->why_not);
		s->why_not = NULL;
	}
	return answered;
}

bool judge_turn(struct judge *judge, unsigned version, struct err *err)
{
	struct subject *s = &judge->subjects[version & V12 ? 1 : 0];

	judge->subject = s;
	if (s->asked)
		return true;
	s->asked = true;
	if (!find_services(judge, err))
		return false;
	if (s->why_not)
		return true;
	if (judge->options->class_id && !find_class(judge, err))
		return false;
	s->oauth2 = judge->options->auth == TRANSPORT_OAUTH2;
	/* 1.2 has no OAuth 1.0a (fact sheet 1.2, section 3) */
	s->oauth1 = version & V11 && judge->needs & C_OAUTH1 &&
		    (judge->options->auth == TRANSPORT_OAUTH1 || oauth1_works(judge));
	if (judge->needs & (C_LINE_ITEM | C_RESULT | C_OBJECTS) && !judge->options->read_only)
		base_make(judge);
	judge_clear(judge); /* a failure while finding out belongs to no check */
	return true;
}
