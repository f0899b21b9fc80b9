/*
 * collect.c - pages, samples and values for the checks of collections.
 */
#include "conformance/checks/collect.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"

#define REQUESTS_MOST 6 /* for a sample, however small the provider's pages are */

bool collect_can(struct judge *judge, const char *target)
{
	for (const char *at = target; (at = strchr(at, '{'));) {
		char *place = xstrndup(at + 1, strcspn(at + 1, "}"));

		if (!judge_id(judge, place))
			judge_skip(judge, "the provider shows no %s to ask for", place);
		at += strlen(place) + 1;
		free(place);
	}
	return !judge->skipped && !judge->blind;
}

static char *with_query(const char *target, const char *query)
{
	return query && *query ? xformat("%s%c%s", target, strchr(target, '?') ? '&' : '?', query)
			       : xstrdup(target);
}

json_t *collect_asked(struct judge *judge, const char *target, const char *query, const char *key)
{
	char *whole = with_query(target, query);
	json_t *list = NULL;

	if (collect_can(judge, target)) {
		judge_call(judge, "GET", whole, NULL);
		list = judge_expect(judge, 200) ? judge_array(judge, key) : NULL;
	}
	free(whole);
	return list;
}

json_t *collect_page(struct judge *judge, const char *target, const char *query, const char *key)
{
	char *whole = with_query(target, query), *text;
	json_t *list = NULL;

	if (collect_can(judge, target)) {
		const struct call *call = judge_call(judge, "GET", whole, NULL);

		text = answer_text(call);
		if (call->status == 403 || call->status == 404 || call->status == 405 ||
		    call->status == 501)
			judge_skip(judge, "the provider has no %s: HTTP %ld, %.200s", target,
				   call->status, text);
		else if (judge_expect(judge, 200))
			list = judge_array(judge, key);
		free(text);
	}
	free(whole);
	return list;
}

int64_t collect_total(struct judge *judge)
{
	char *text = call_header(&judge->call, "X-Total-Count");
	int64_t total = -1;

	if (text && !number_parse(text, 0, INT64_MAX, &total))
		total = -1;
	free(text);
	return total;
}

/* Whether that was the last page: an empty one, or a short one that reaches the total where one is
 * told. A full one may be the last, but a total that is wrong must not end a reading. */
static bool is_last(struct judge *judge, size_t page, size_t have)
{
	int64_t total = collect_total(judge);

	return page == 0 || (page < PAGE_SIZE && (total < 0 || (int64_t)have >= total));
}

bool collect_read(struct judge *judge, const char *target, const char *query, const char *key,
		  struct sample *out)
{
	*out = (struct sample){ .items = json_array() };
	for (int i = 0; i < REQUESTS_MOST; i++) {
		size_t have = json_array_size(out->items), size;
		char *page = xformat("%s%slimit=%d&offset=%zu", query ? query : "",
				     query && *query ? "&" : "", PAGE_SIZE, have);
		json_t *list = collect_asked(judge, target, page, key);

		free(page);
		if (!list) {
			sample_release(out);
			return false;
		}
		size = json_array_size(list);
		json_array_extend(out->items, list);
		json_decref(list);
		out->whole = is_last(judge, size, have + size);
		if (out->whole || have + size >= SAMPLE_MOST)
			break;
	}
	return true;
}

void sample_release(struct sample *sample)
{
	json_decref(sample->items);
	*sample = (struct sample){ NULL };
}

bool collect_sample(struct judge *judge, const char *target, const char *key, struct sample *out)
{
	struct subject *s = judge->subject;
	json_t *kept = json_object_get(s->samples, target), *first;

	if (!kept) {
		first = collect_page(judge, target, "limit=1", key);
		if (!first || !collect_read(judge, target, NULL, key, out)) {
			json_decref(first);
			return false;
		}
		json_decref(first);
		kept = json_pack("{so,sb}", "items", out->items, "whole", out->whole);
		json_object_set_new(s->samples, target, kept);
	}
	out->items = json_object_get(kept, "items");
	out->whole = json_is_true(json_object_get(kept, "whole"));
	return true;
}

const char *collect_id(const json_t *list, size_t i)
{
	const char *id = jsonx_text(json_array_get(list, i), "sourcedId");

	return id ? id : "";
}

int collect_find(const json_t *list, const char *id)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (*id && strcmp(collect_id(list, i), id) == 0)
			return (int)i;
	return -1;
}

#define SECOND "(second lineItem)" /* no path of a collection */

const char *collect_second_line_item(struct judge *judge)
{
	struct subject *s = judge->subject;
	char *id, *body, *changes;

	if (!json_object_get(s->samples, SECOND)) {
		id = judge_new_id(judge);
		changes = xformat("{\"resultValueMax\":%d}", SECOND_MAX);
		body = judge_line_item(judge, id, changes);
		judge_put(judge, "lineItems", id, body);
		if (judge_expect_success(judge))
			json_object_set_new(s->samples, SECOND, json_string(id));
		free(body);
		free(changes);
		free(id);
	}
	return jsonx_text(s->samples, SECOND);
}

static void add_values(const json_t *value, const char *field, json_t *out, bool *many)
{
	size_t length = strcspn(field, "."), i;
	const json_t *item;
	char *name;

	if (json_is_array(value)) {
		*many = true;
		json_array_foreach (value, i, item)
			add_values(item, field, out, many);
	} else if (*field) {
		name = xstrndup(field, length);
		add_values(json_object_get(value, name), field + length + (field[length] == '.'),
			   out, many);
		free(name);
	} else if (value && !json_is_null(value)) {
		json_array_append(out, (json_t *)(uintptr_t)value);
	}
}

json_t *collect_values(const json_t *object, const char *field, bool *many)
{
	json_t *values = json_array();
	bool several = false;

	add_values(object, field, values, &several);
	if (many)
		*many = several;
	return values;
}

char *collect_text(const json_t *value)
{
	if (json_is_string(value))
		return xstrdup(json_string_value(value));
	if (json_is_boolean(value))
		return xstrdup(json_is_true(value) ? "true" : "false");
	if (json_is_number(value))
		return xformat("%.15g", json_number_value(value));
	return NULL;
}

bool collect_refused(struct judge *judge, long status, long other)
{
	const struct call *call = &judge->call;
	char *text;

	if (judge->failed || judge->blind || judge->skipped)
		return false;
	if (call->status == status || call->status == other)
		return true;
	text = answer_text(call);
	judge_fail(judge, "%s %s: expected to be refused with HTTP %ld or %ld, got %ld%s%s",
		   call->method, call->target, status, other, call->status,
		   call->status >= 400 ? ": " : "", call->status >= 400 ? text : "");
	free(text);
	return false;
}

/* invalid_filter_field, "invalid filter field" and invalidfilterfield are the same. */
static char *plain_minor(const char *text)
{
	struct str out = STR_INIT;

	for (; text && *text; text++)
		if (isalnum((unsigned char)*text))
			str_add_char(&out, *text == 'z' ? 's' : (char)tolower(*text));
	return str_take(&out, NULL);
}

bool collect_minor(struct judge *judge, const char *minor)
{
	char *sent, *found, *wanted;
	bool same;

	if (judge->failed || judge->blind || judge->skipped)
		return false;
	sent = answer_minor(&judge->call);
	found = plain_minor(sent);
	wanted = plain_minor(minor);
	same = starts_with(found, wanted);
	if (!same)
		judge_fail(judge, "%s %s: HTTP %ld: expected the minor code %s, found %s",
			   judge->call.method, judge->call.target, judge->call.status, minor,
			   sent ? sent : "none");
	free(sent);
	free(found);
	free(wanted);
	return same;
}
