/*
 * writing.c - objects of every kind of the gradebook, as the checks write them.
 */
#include "conformance/checks/writing.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/url.h"
#include "base/when.h"

#define PAGE 100
#define PAGES 200 /* most that are asked for, where they are shorter */

/* What a kind has beyond sourcedId, status, dateLastModified and title; lineItems and results are
 * those of base.c. */
static const struct {
	const char *plural, *members;
} bases[] = {
	{ "categories", "{}" },
	{ "scoreScales", "{\"type\":\"Check\",\"class\":\"&class\",\"scoreScaleValue\":["
			 "{\"itemValueLHS\":\"Good\",\"itemValueRHS\":\"50-100\"},"
			 "{\"itemValueLHS\":\"Poor\",\"itemValueRHS\":\"0-49\"}]}" },
	{ "assessmentLineItems", "{}" },
	{ "assessmentResults",
	  "{\"title\":\"omit\",\"assessmentLineItem\":\"&ownAssessmentLineItem\","
	  "\"student\":\"&student\",\"scoreStatus\":\"fully graded\",\"score\":8.5}" },
};

const struct entity *kind_of(const char *plural)
{
	const struct entity *entity = entity_by_plural(plural);

	if (!entity)
		BUG("%s are nothing that can be written", plural);
	return entity;
}

/* What every object has. Returns (json_decref). */
static json_t *common_members(const struct judge *judge, const char *plural, const char *id)
{
	char now[WHEN_TEXT], day[DATE_TEXT], title[40];
	json_t *object;

	when_format(judge->options->now, now);
	date_format(judge->options->now, day);
	snprintf(title, sizeof title, "Check %.8s", id);
	object = json_pack("{ss,ss,ss,ss}", "sourcedId", id, "status", "active", "dateLastModified",
			   now, "title", title);
	if (strcmp(plural, "assessmentResults") == 0)
		json_object_set_new(object, "scoreDate", json_string(day));
	return object;
}

char *own_body(struct judge *judge, const char *plural, const char *id, const char *changes)
{
	json_t *members = NULL, *more;
	char *all, *body;

	if (strcmp(plural, "lineItems") == 0)
		return judge_line_item(judge, id, changes);
	if (strcmp(plural, "results") == 0)
		return judge_result(judge, id, changes);
	for (size_t i = 0; i < ARRAY_SIZE(bases); i++)
		if (strcmp(bases[i].plural, plural) == 0)
			members = json_loads(bases[i].members, 0, NULL);
	more = changes ? json_loads(changes, 0, NULL) : json_object();
	if (!members || !more)
		BUG("%s: no object is made of %s", plural, changes);
	json_object_update(members, more);
	all = jsonx_dump(members);
	body = judge_wrap(judge, kind_of(plural)->singular, common_members(judge, plural, id), all);
	free(all);
	json_decref(more);
	json_decref(members);
	return body;
}

/* The first object of a kind, quietly: a refusal is a fact about the provider. */
static void make_own(struct judge *judge, const char *plural, const char *known, const char *can)
{
	struct subject *s = judge->subject;
	char *id = judge_new_id(judge), *body = own_body(judge, plural, id, NULL), *text;

	if (!judge->skipped)
		judge_put(judge, plural, id, body);
	if (!judge->skipped && answer_is_success(&judge->call)) {
		json_object_set_new(s->ids, known, json_string(id));
		json_object_set_new(s->capabilities, can, json_null());
	} else if (!judge->skipped && judge->call.answered) {
		text = answer_text(&judge->call);
		json_object_set_new(s->ids, known, json_null());
		judge_lacks(judge, can, "the provider takes no %s: HTTP %ld, %.200s",
			    kind_of(plural)->singular, judge->call.status, text);
		free(text);
	}
	free(body);
	free(id);
}

const char *own_object(struct judge *judge, const char *plural, const char **why)
{
	struct subject *s = judge->subject;
	bool item = strcmp(plural, "lineItems") == 0, result = strcmp(plural, "results") == 0;
	char *known, *can;
	const char *id;

	*why = s->why_no_line_item ? s->why_no_line_item
	       : s->why_no_class   ? s->why_no_class
				   : "the provider takes none";
	if (item || result)
		return item ? s->line_item : s->result;
	known = xformat("own %s", plural);
	can = xformat("PUT /%s", plural);
	if (!json_object_get(s->ids, known))
		make_own(judge, plural, known, can);
	id = jsonx_text(s->ids, known);
	if (jsonx_text(s->capabilities, can))
		*why = jsonx_text(s->capabilities, can);
	free(known);
	free(can);
	return id;
}

const char *own_needed(struct judge *judge, const char *plural)
{
	const char *why, *id = own_object(judge, plural, &why);

	if (!id)
		judge_skip(judge, "there is no %s of ours to look at: %s",
			   kind_of(plural)->singular, why);
	return id;
}

char *own_put(struct judge *judge, const char *plural, const char *changes, char **sent)
{
	char *id, *body;

	if (sent)
		*sent = NULL;
	if (!own_needed(judge, plural))
		return NULL;
	id = judge_new_id(judge);
	body = own_body(judge, plural, id, changes);
	if (judge->skipped) {
		free(body);
		free(id);
		return NULL;
	}
	judge_put(judge, plural, id, body);
	if (sent)
		*sent = body;
	else
		free(body);
	return id;
}

void own_note(struct judge *judge, const char *plural, const char *id)
{
	struct str path = STR_INIT;
	char *target;

	str_format(&path, "/%s/", plural);
	pct_encode(&path, id);
	target = judge_target(judge, str_text(&path));
	judge_wrote(judge, target, id);
	free(target);
	str_release(&path);
}

const struct call *own_call(struct judge *judge, const char *method, const char *plural,
			    const char *id)
{
	struct str target = STR_INIT;
	const struct call *call;

	str_format(&target, "/%s/", plural);
	pct_encode(&target, id);
	call = judge_call(judge, method, str_text(&target), NULL);
	str_release(&target);
	return call;
}

static void compare(struct judge *judge, const char *key, const json_t *wanted, const json_t *found)
{
	char *sent, *got;

	if (judge_same(wanted, found))
		return;
	sent = jsonx_dump(wanted ? wanted : json_null());
	got = jsonx_dump(found ? found : json_null());
	judge_fail(judge, "%s %s: %s: sent %s, expected the same back, found %s",
		   judge->call.method, judge->call.target, key, wanted ? sent : "nothing",
		   found ? got : "nothing");
	free(sent);
	free(got);
}

void own_kept(struct judge *judge, const char *plural, const char *id, const char *sent,
	      const char *changes)
{
	const char *singular = kind_of(plural)->singular, *key;
	json_t *body = json_loads(sent, 0, NULL), *names, *found, *value;
	const json_t *object = json_object_get(body, singular);

	names = changes ? json_loads(changes, 0, NULL) : json_incref((json_t *)(uintptr_t)object);
	own_call(judge, "GET", plural, id);
	found = judge_expect(judge, 200) ? judge_object(judge, singular) : NULL;
	json_object_foreach (names, key, value)
		/* dateLastModified is the provider's to know */
		if (found && (changes || strcmp(key, "dateLastModified") != 0))
			compare(judge, key, json_object_get(object, key),
				json_object_get(found, key));
	json_decref(found);
	json_decref(names);
	json_decref(body);
}

bool is_not_offered(long status)
{
	return status == 403 || status == 405 || status == 501;
}

bool skip_not_offered(struct judge *judge)
{
	char *text;

	if (!is_not_offered(judge->call.status))
		return false;
	text = answer_text(&judge->call);
	judge_skip(judge, "the provider does not offer %s %s: HTTP %ld, %.200s", judge->call.method,
		   judge->call.target, judge->call.status, text);
	free(text);
	return true;
}

/* Whether there is more than what was read: pages may be shorter than asked for. */
static bool has_more(const struct judge *judge, size_t got, size_t read)
{
	char *total = call_header(&judge->call, "X-Total-Count");
	char *links = call_header(&judge->call, "Link");
	int64_t count = 0;
	bool more = got == PAGE;

	if (total && number_parse(total, 0, INT64_MAX, &count))
		more = (int64_t)read < count;
	else if (links)
		more = strstr(links, "rel=\"next\"") != NULL;
	free(links);
	free(total);
	return got && more;
}

/* At most so many pages; *@more tells whether there are others. */
static json_t *pages_read(struct judge *judge, const char *path, const char *plural, size_t pages,
			  bool *more)
{
	const char *joint = strchr(path, '?') ? "&" : "?";
	json_t *all = json_array(), *page;

	*more = true;
	while (*more && pages-- && json_array_size(all) < LIST_READ) {
		char *target = xformat("%s%slimit=%d&offset=%zu", path, joint, PAGE,
				       json_array_size(all));

		judge_call(judge, "GET", target, NULL);
		free(target);
		page = judge_expect(judge, 200) ? judge_array(judge, plural) : NULL;
		if (!page) {
			json_decref(all);
			return NULL;
		}
		json_array_extend(all, page);
		*more = has_more(judge, json_array_size(page), json_array_size(all));
		json_decref(page);
	}
	return all;
}

json_t *list_read(struct judge *judge, const char *path, const char *plural)
{
	bool more;
	json_t *list = pages_read(judge, path, plural, PAGES, &more);

	if (list && more && json_array_size(list) < LIST_READ) {
		judge_skip(judge,
			   "GET %s: the pages are so short that %d of them are not the whole", path,
			   PAGES);
		json_decref(list);
		return NULL;
	}
	return list;
}

/* The first id of a collection that is not @but, remembered under @place. */
static const char *another(struct judge *judge, const char *place, const char *path,
			   const char *plural, const char *but)
{
	struct subject *s = judge->subject;
	json_t *list;
	const json_t *item;
	bool more;
	size_t i;

	if (!json_object_get(s->ids, place)) {
		list = pages_read(judge, path, plural, 3, &more);
		json_object_set_new(s->ids, place, json_null());
		json_array_foreach (list, i, item) {
			const char *id = jsonx_text(item, "sourcedId");

			if (id && !same_text(id, but) && !jsonx_text(s->ids, place))
				json_object_set_new(s->ids, place, json_string(id));
		}
		json_decref(list);
	}
	if (!jsonx_text(s->ids, place))
		judge_skip(judge, "the provider shows no other than %s in %s", but ? but : "none",
			   path);
	return jsonx_text(s->ids, place);
}

const char *other_class(struct judge *judge)
{
	return another(judge, "other class", "/classes", "classes", judge_id(judge, "class"));
}

const char *other_student(struct judge *judge)
{
	return another(judge, "other student", "/classes/{class}/students", "users",
		       judge_id(judge, "student"));
}

size_t list_count(const json_t *list, const char *id)
{
	const json_t *item;
	size_t i, count = 0;

	json_array_foreach (list, i, item)
		count += same_text(jsonx_text(item, "sourcedId"), id);
	return count;
}

char *path_filled(const char *pattern, const char *id)
{
	const char *hole = strstr(pattern, "%s");
	struct str path = STR_INIT;

	str_format(&path, "%.*s", (int)(hole - pattern), pattern);
	pct_encode(&path, id);
	str_add(&path, hole + 2);
	return str_take(&path, NULL);
}
