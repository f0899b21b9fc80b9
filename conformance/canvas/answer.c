/*
 * answer.c - what a provider said, in whichever of the many forms.
 */
#include "conformance/canvas/answer.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"

#define TEXT_MOST 400
#define PAGES_MOST 100000

bool answer_is_success(const struct call *call)
{
	return call->answered && call->status >= 200 && call->status < 300;
}

static json_t *parse(const struct call *call)
{
	struct err ignored = ERR_INIT;

	return call->answer.length ? jsonx_load(call->answer.text, call->answer.length, &ignored)
				   : NULL;
}

/* The object that holds the status, wherever it is. Borrowed from @body. */
static const json_t *status_object(const json_t *body)
{
	static const char *const wrappers[] = { "statusInfoSet", "errors", "imsx_StatusInfo",
						"imsx_statusInfo" };

	for (size_t i = 0; i < ARRAY_SIZE(wrappers); i++) {
		const json_t *inner = json_object_get(body, wrappers[i]);

		if (json_is_array(inner))
			inner = json_array_get(inner, 0);
		if (json_is_object(inner))
			return inner;
	}
	return json_is_array(body) ? json_array_get(body, 0) : body;
}

/* The text of a body that is no JSON: runs of blanks become one, markup goes. */
static char *plain_text(const struct call *call)
{
	char *type = call_header(call, "Content-Type");
	const char *text = str_text(&call->answer);
	bool html = (type && strstr(type, "html")) || starts_with(text, "<"), tag = false;
	struct str out;

	str_init(&out, TEXT_MOST);
	for (size_t i = 0; i < call->answer.length && !out.full; i++) {
		bool blank = isspace((unsigned char)text[i]) || text[i] == '\0';

		tag = tag || (html && text[i] == '<');
		if (!tag && !blank)
			str_add_char(&out, text[i]);
		else if (out.length && out.text[out.length - 1] != ' ')
			str_add_char(&out, ' ');
		tag = tag && text[i] != '>';
	}
	free(type);
	if (out.length && out.text[out.length - 1] == ' ')
		out.text[--out.length] = '\0';

	char *clean = str_take(&out, NULL);

	utf8_scrub(clean);
	return clean;
}

char *answer_text(const struct call *call)
{
	static const char *const names[] = { "imsx_description", "description", "message", "error",
					     "error_description" };
	json_t *body = parse(call);
	const json_t *status = status_object(body);
	char *text = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(names) && !text; i++)
		text = xstrdup(jsonx_text(status, names[i]));
	if (!call->answered)
		text = xstrdup(call->error);
	else if (!text && !body && call->answer.length)
		text = plain_text(call);
	json_decref(body);
	if (text && *text)
		return text;
	free(text);
	return xformat("HTTP %ld without a description", call->status);
}

char *answer_minor(const struct call *call)
{
	json_t *body = parse(call);
	const json_t *status = status_object(body);
	const json_t *nested = json_array_get(
		json_object_get(json_object_get(status, "imsx_CodeMinor"), "imsx_codeMinorField"),
		0);
	const char *minor = jsonx_text(status, "imsx_codeMinor");

	minor = minor ? minor : jsonx_text(nested, "imsx_codeMinorFieldValue");
	minor = minor ? minor : jsonx_text(status, "codeMinor");

	char *copy = xstrdup(minor);

	json_decref(body);
	return copy;
}

json_t *answer_json(const struct call *call, struct err *err)
{
	struct err why = ERR_INIT;
	json_t *body;
	char *type;

	if (call->answer.length == 0) {
		err_set(err, ERR_INVALID, "HTTP %ld with an empty body where JSON belongs",
			call->status);
		return NULL;
	}
	body = jsonx_load(call->answer.text, call->answer.length, &why);
	if (body)
		return body;
	type = call_header(call, "Content-Type");
	if (type && strstr(type, "html"))
		err_set(err, ERR_INVALID, "HTTP %ld with HTML (%s) where JSON belongs",
			call->status, type);
	else
		err_set(err, ERR_INVALID, "HTTP %ld, but the body is not JSON: %s", call->status,
			why.text);
	free(type);
	return NULL;
}

/* The target of rel=next in a Link header; only below @base, since our token goes
 * along. Returns (free), NULL when there is none. */
static char *link_next(const struct call *call, const char *base)
{
	char *header = call_header(call, "Link");
	char *found = NULL;

	for (const char *at = header; at && (at = strchr(at, '<'));) {
		const char *end = strchr(at, '>');
		size_t rest = end ? strcspn(end, "<") : 0;

		if (!end)
			break;
		char *parameters = xstrndup(end, rest);

		if ((strstr(parameters, "rel=\"next\"") || strstr(parameters, "rel=next")) &&
		    !found)
			found = xstrndup(at + 1, (size_t)(end - at - 1));
		free(parameters);
		at = end;
	}
	free(header);
	if (found && !(starts_with(found, base) && found[strlen(base)] == '/')) {
		free(found);
		found = NULL;
	}
	return found;
}

static int64_t total_count(const struct call *call)
{
	char *text = call_header(call, "X-Total-Count");
	int64_t total = -1;

	if (text && !number_parse(text, 0, INT64_MAX, &total))
		total = -1;
	free(text);
	return total;
}

/* Where the next page is; NULL when this was the last one. */
static char *next_page(const struct page_reader *reader, const struct call *call, const char *path,
		       size_t page, size_t have)
{
	char *link = link_next(call, transport_base(reader->transport));
	int64_t total = total_count(call);

	if (link && page > 0) /* an empty page is the end, whatever it links to */
		return link;
	free(link);
	if (page == 0 || (total >= 0 && (int64_t)have >= total) ||
	    (total < 0 && page != (size_t)reader->page_size)) /* more: it gave everything at once */
		return NULL;
	return xformat("%s%climit=%d&offset=%zu", path, strchr(path, '?') ? '&' : '?',
		       reader->page_size, have);
}

/* A collection while it is read. */
struct reading {
	const char *key;
	void (*see)(const json_t *object, void *payload);
	void *payload;
	json_t *last; /* the page before */
	size_t page;  /* objects of the page at hand */
	size_t have;  /* of all pages */
};

/* Whether a page begins as the one before it ended with so many objects. */
static bool came_twice(const struct reading *reading, const json_t *list)
{
	size_t page = json_array_size(list), last = json_array_size(reading->last);

	return page && page <= last &&
	       json_equal(json_array_get(list, 0), json_array_get(reading->last, last - page));
}

static void see_page(struct reading *reading, json_t *list)
{
	const json_t *object;
	size_t i;

	json_array_foreach (list, i, object)
		reading->see(object, reading->payload);
	reading->have += reading->page;
	json_decref(reading->last);
	reading->last = json_incref(list);
}

static bool take_page(struct page_reader *reader, struct call *call, struct reading *reading,
		      struct err *err)
{
	json_t *body = NULL, *list;

	reader->status = call->status;
	if (!call->answered)
		return err_set(err, ERR_UNREACHABLE, "GET %s: %s", call->target, call->error);
	if (!answer_is_success(call)) {
		reader->refusal = answer_text(call);
		return err_set(err, ERR_INVALID, "GET %s: HTTP %ld: %s", call->target, call->status,
			       reader->refusal);
	}
	struct err why = ERR_INIT;

	body = answer_json(call, &why);
	if (!body)
		return err_set(err, ERR_INVALID, "GET %s: %s", call->target, why.text);
	list = json_object_get(body, reading->key);
	reading->page = json_array_size(list);
	if (!json_is_array(list))
		err_set(err, ERR_INVALID, "GET %s: the answer has no array \"%s\"", call->target,
			reading->key);
	else if (came_twice(reading, list))
		err_set(err, ERR_INVALID,
			"GET %s: paging does not advance: the same page came twice", call->target);
	else
		see_page(reading, list);
	json_decref(body);
	return err->code == ERR_NONE;
}

static bool fits(const struct page_reader *reader, size_t objects, size_t bytes, const char *path,
		 struct err *err)
{
	if (reader->most && objects > reader->most)
		return err_set(err, ERR_INVALID,
			       "GET %s: more than %zu objects, which is as far as was read", path,
			       reader->most);
	return !reader->most_bytes || bytes <= reader->most_bytes ||
	       err_set(err, ERR_INVALID, "GET %s: more than %zu MiB, which is as far as was read",
		       path, reader->most_bytes >> 20);
}

bool read_objects(struct page_reader *reader, const char *path, const char *key,
		  void (*see)(const json_t *object, void *payload), void *payload, struct err *err)
{
	struct reading reading = { .key = key, .see = see, .payload = payload };
	json_t *seen = json_object();
	char *target = xformat("%s%climit=%d", path, strchr(path, '?') ? '&' : '?',
			       reader->page_size);
	size_t bytes = 0;

	reader->refusal = NULL;
	reader->status = 0;
	for (int pages = 0; target; pages++) {
		struct call call = { .method = "GET", .target = target };
		char *next = NULL;

		transport_call(reader->transport, &call);
		bytes += call.answer.length;
		if (take_page(reader, &call, &reading, err) &&
		    fits(reader, reading.have, bytes, path, err))
			next = next_page(reader, &call, path, reading.page, reading.have);
		if (next && (json_object_get(seen, next) || pages == PAGES_MOST)) {
			err_set(err, ERR_INVALID, "GET %s: paging does not end", path);
			free(next);
			next = NULL;
		}
		if (next)
			json_object_set_new(seen, next, json_true());
		call_release(&call);
		target = next;
	}
	json_decref(reading.last);
	json_decref(seen);
	return err->code == ERR_NONE;
}

static void keep_object(const json_t *object, void *payload)
{
	json_array_append(payload, (json_t *)(uintptr_t)object);
}

json_t *read_collection(struct page_reader *reader, const char *path, const char *key,
			struct err *err)
{
	json_t *all = json_array();

	if (read_objects(reader, path, key, keep_object, all, err))
		return all;
	json_decref(all);
	return NULL;
}
