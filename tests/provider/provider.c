/*
 * provider.c - a provider in a few hundred lines: objects in memory, one thread.
 */
#include "tests/provider/provider.h"

#include <jansson.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/oauth1.h"
#include "base/util.h"

#define ROOT "/ims/oneroster/v1p1"
#define KEY "vendor-key"
#define SECRET "vendor-secret"
#define SEGMENTS 12

struct provider {
	struct MHD_Daemon *daemon;
	const struct fault_row *fault;
	char url[64];
	json_t *categories, *users, *line_items, *results; /* arrays */
	json_t *tokens, *nonces;                           /* objects used as sets */
	int token_count, reads;
};

struct exchange {
	struct provider *p;
	struct MHD_Connection *connection;
	const char *method;
	char *target, *body;
	size_t length;
	char *segments[SEGMENTS]; /* decoded, below ROOT */
	size_t count;
	char name[128]; /* "GET /lineItems/ID" */
	/* the answer */
	int status;
	json_t *json;
	char *link;
	long total; /* -1: no list */
	bool next;
};

static bool behaves(const struct provider *p, const char *what)
{
	return p->fault && p->fault->kind == FAULT_BEHAVES && strcmp(p->fault->what, what) == 0;
}

static const char *text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static const char *ref_of(const json_t *object, const char *key)
{
	return text_of(json_object_get(object, key), "sourcedId");
}

static json_t *find(const json_t *list, const char *id)
{
	json_t *item;
	size_t i;

	json_array_foreach (list, i, item)
		if (strcmp(text_of(item, "sourcedId"), id) == 0)
			return item;
	return NULL;
}

static void refuse(struct exchange *e, int status, const char *text)
{
	const char *minor = status == 401   ? "unauthorized"
			    : status == 404 ? "unknown object"
					    : "invalid data";

	e->status = status;
	json_decref(e->json);
	e->json = json_pack("{s[{ss,ss,ss,ss}]}", "statusInfoSet", "imsx_codeMajor", "failure",
			    "imsx_severity", "error", "imsx_codeMinor", minor, "imsx_description",
			    text);
}

/* Query parameters, as MHD decoded them. */
static const char *argument(const struct exchange *e, const char *name)
{
	return MHD_lookup_connection_value(e->connection, MHD_GET_ARGUMENT_KIND, name);
}

/* Credentials. */

static bool signature_is_right(struct exchange *e, const char *header)
{
	struct provider *p = e->p;
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct pairs query = { 0 };
	struct oauth1 oauth;
	struct url url;
	enum hash hash = HASH_SHA1;
	long age = 0, past = behaves(p, "window-past") ? 300 : 600;
	long future = behaves(p, "window-future") ? 60 : 300;
	char *raw = xformat("%s%s", p->url, e->target);
	bool good = oauth1_parse(&arena, header, &oauth, &err) &&
		    url_parse(&arena, raw, &url, &err) &&
		    oauth1_method(oauth.signature_method, &hash) &&
		    query_parse(&arena, url.query ? url.query : "", PLUS_IS_PLUS, &query, &err) &&
		    strcmp(oauth.consumer_key, KEY) == 0;

	free(raw);
	if (good) {
		char *base = oauth1_base_string(&arena, e->method, &url, &oauth.parameters, &query);

		age = (long)time(NULL) - strtol(oauth.timestamp, NULL, 10);
		good = strcmp(oauth1_signature(&arena, hash, base, SECRET, NULL),
			      oauth.signature) == 0;
	}
	good = good && (behaves(p, "window-open") || (age <= past && age >= -future));
	good = good && !(behaves(p, "no-sha1") && hash == HASH_SHA1) &&
	       !(behaves(p, "no-sha256") && hash == HASH_SHA256);
	if (good && !behaves(p, "no-nonces")) {
		good = !json_object_get(p->nonces, oauth.nonce);
		json_object_set_new(p->nonces, oauth.nonce, json_true());
	}
	arena_release(&arena);
	return good;
}

static bool is_allowed(struct exchange *e)
{
	const char *header = MHD_lookup_connection_value(e->connection, MHD_HEADER_KIND,
							 "Authorization");

	if (!header)
		return behaves(e->p, "no-auth");
	if (strncmp(header, "OAuth ", 6) == 0)
		return signature_is_right(e, header);
	return strncmp(header, "Bearer ", 7) == 0 &&
	       (behaves(e->p, "any-token") || json_object_get(e->p->tokens, header + 7));
}

static void give_token(struct exchange *e)
{
	const char *header = MHD_lookup_connection_value(e->connection, MHD_HEADER_KIND,
							 "Authorization");
	char token[32];

	/* "vendor-key:vendor-secret" in base64 */
	if (!header || (strcmp(header, "Basic dmVuZG9yLWtleTp2ZW5kb3Itc2VjcmV0") != 0 &&
			!behaves(e->p, "any-secret"))) {
		e->status = 401;
		e->json = json_pack("{ss}", "error", "invalid_client");
		return;
	}
	if (behaves(e->p, "revokes"))
		json_object_clear(e->p->tokens);
	snprintf(token, sizeof token, "token-%d", ++e->p->token_count);
	json_object_set_new(e->p->tokens, token, json_true());
	e->json = json_pack("{ss,ss,si}", "access_token", token, "token_type", "Bearer",
			    "expires_in", 3600);
}

/* Lists. */

static long number_argument(const struct exchange *e, const char *name, long preset)
{
	const char *text = argument(e, name);

	return text ? strtol(text, NULL, 10) : preset;
}

/* Takes @all over; one page of it becomes the answer. */
static void give_list(struct exchange *e, const char *key, json_t *all)
{
	struct provider *p = e->p;
	long limit = number_argument(e, "limit", 100), offset = number_argument(e, "offset", 0);
	json_t *page = json_array();

	e->total = (long)json_array_size(all);
	if (behaves(p, "no-limit"))
		limit = 1000000;
	if (behaves(p, "no-offset"))
		offset = 0;
	for (long i = offset; i < offset + limit && i < e->total; i++)
		json_array_append(page, json_array_get(all, (size_t)i));
	e->next = offset + limit < e->total || behaves(p, "next-always");
	if (e->next) {
		free(e->link);
		e->link = xformat("<%s%.*s?limit=%ld&offset=%ld>; rel=\"next\"", p->url,
				  (int)strcspn(e->target, "?"), e->target, limit, offset + limit);
	}
	if (offset > e->total && behaves(p, "past-404"))
		refuse(e, 404, "there is nothing there");
	else if (limit == 10000 && behaves(p, "limit-400"))
		refuse(e, 400, "limit is too large");
	else
		e->json = json_pack("{so}", key, json_incref(page));
	json_decref(page);
	json_decref(all);
}

static const char *class_of(const json_t *category)
{
	return text_of(json_object_get(category, "metadata"), "classId");
}

static void give_categories(struct exchange *e, const char *class_id)
{
	const char *filter = argument(e, "filter");
	json_t *list = json_array(), *item;
	size_t i;

	json_array_foreach (e->p->categories, i, item) {
		const char *bound = class_of(item);

		if (class_id && *bound && strcmp(bound, class_id) != 0 &&
		    !behaves(e->p, "all-categories"))
			continue;
		if (filter && !behaves(e->p, "no-filter") && (!*bound || !strstr(filter, bound)))
			continue;
		if (behaves(e->p, "shuffles") && e->p->reads % 2)
			json_array_insert(list, 0, item);
		else
			json_array_append(list, item);
	}
	e->p->reads++;
	give_list(e, "categories", list);
}

static json_t *objects_where(const json_t *all, const char *key, const char *id)
{
	json_t *list = json_array(), *item;
	size_t i;

	json_array_foreach (all, i, item)
		if (!id || strcmp(ref_of(item, key), id) == 0)
			json_array_append(list, item);
	return list;
}

static json_t *results_of_class(const struct provider *p, const char *class_id, const char *key,
				const char *id)
{
	json_t *list = json_array(), *item;
	size_t i;

	json_array_foreach (p->results, i, item)
		if (strcmp(ref_of(find(p->line_items, ref_of(item, "lineItem")), "class"),
			   class_id) == 0 &&
		    (!key || strcmp(ref_of(item, key), id) == 0))
			json_array_append(list, item);
	return list;
}

static bool has_class(const char *id)
{
	return strcmp(id, "c-1") == 0 || strcmp(id, "c-2") == 0;
}

/* /classes/ID/... */
static void below_class(struct exchange *e)
{
	struct provider *p = e->p;
	const char *id = e->segments[1], *what = e->segments[2];
	const char *third = e->count == 5 ? e->segments[3] : NULL;

	if (!has_class(id)) {
		refuse(e, 404, "class not found");
	} else if (e->count == 3 && strcmp(what, "students") == 0) {
		give_list(e, "users", json_incref(p->users));
	} else if (e->count == 3 && strcmp(what, "categories") == 0) {
		give_categories(e, id);
	} else if (e->count == 3 && strcmp(what, "lineItems") == 0) {
		give_list(e, "lineItems",
			  objects_where(p->line_items, "class",
					behaves(p, "all-line-items") ? NULL : id));
	} else if (e->count == 3 && strcmp(what, "results") == 0) {
		give_list(e, "results", results_of_class(p, id, NULL, NULL));
	} else if (third && strcmp(what, "lineItems") == 0) {
		if (!find(p->line_items, third))
			refuse(e, 404, "lineItem not found");
		else
			give_list(e, "results", results_of_class(p, id, "lineItem", third));
	} else if (third && strcmp(what, "students") == 0) {
		if (!find(p->users, third))
			refuse(e, 404, "student not found");
		else
			give_list(e, "results", results_of_class(p, id, "student", third));
	} else {
		refuse(e, 404, "no such path");
	}
}

/* Writes. */

static bool is_zoneless(const char *text)
{
	size_t length = strlen(text);

	return length > 10 && text[length - 1] != 'Z' && !strchr(text + 10, '+');
}

static bool is_ascii(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text >= 0x80)
			return false;
	return true;
}

/* The tests of FAULT_REFUSES. */
static bool fits(const json_t *object, const char *member, const char *test)
{
	const json_t *value = json_object_get(object, member);
	const char *text = json_string_value(value), *colon = strchr(test, ':');
	double number = colon ? strtod(colon + 1, NULL) : 0;
	const char *status = text_of(object, "scoreStatus");
	const json_t *score = json_object_get(object, "score");

	if (strcmp(test, "absent") == 0)
		return !value;
	if (strcmp(test, "null") == 0)
		return json_is_null(value);
	if (strcmp(test, "zoneless") == 0)
		return text && is_zoneless(text);
	if (strcmp(test, "with-time") == 0)
		return text && strchr(text, 'T');
	if (strcmp(test, "not-ascii") == 0)
		return text && !is_ascii(text);
	if (strcmp(test, "no-href") == 0)
		return !json_object_get(value, "href");
	if (strncmp(test, "type:", 5) == 0)
		return strcmp(text_of(value, "type"), test + 5) == 0;
	if (strncmp(test, "id:", 3) == 0)
		return strcmp(text_of(value, "sourcedId"), test + 3) == 0;
	if (strncmp(test, "begins:", 7) == 0)
		return text && strncmp(text, test + 7, strlen(test + 7)) == 0;
	if (strncmp(test, "longer:", 7) == 0)
		return text && strlen(text) > (size_t)number;
	if (strncmp(test, "below:", 6) == 0)
		return json_is_number(value) && json_number_value(value) < number;
	if (strncmp(test, "above:", 6) == 0)
		return json_is_number(value) && json_number_value(value) > number;
	if (strncmp(test, "equals:", 7) == 0)
		return json_is_number(value) && !(json_number_value(value) < number) &&
		       !(json_number_value(value) > number);
	if (strncmp(test, "null-as:", 8) == 0)
		return strcmp(status, test + 8) == 0 && !json_is_number(score);
	if (strncmp(test, "number-as:", 10) == 0)
		return strcmp(status, test + 10) == 0 && json_is_number(score);
	BUG("no test %s", test);
}

static bool references_known(struct exchange *e, const json_t *object, bool line_item)
{
	const struct provider *p = e->p;

	if (line_item)
		return has_class(ref_of(object, "class")) || behaves(p, "any-class");
	return (find(p->line_items, ref_of(object, "lineItem")) || behaves(p, "any-line-item")) &&
	       (find(p->users, ref_of(object, "student")) || behaves(p, "any-student"));
}

static json_t *reference(const struct provider *p, const char *collection, const char *id,
			 const char *type)
{
	char *href = xformat("%s" ROOT "/%s/%s", p->url, collection, id);
	json_t *object = json_pack("{ss,ss,ss}", "href", href, "sourcedId", id, "type", type);

	free(href);
	return object;
}

/* What came without a zone is in UTC. */
static void complete_time(json_t *object, const char *member)
{
	const char *text = text_of(object, member);
	char *whole;

	if (!is_zoneless(text))
		return;
	whole = xformat("%.19s.000Z", text);
	json_object_set_new(object, member, json_string(whole));
	free(whole);
}

/* Clients leave out what follows from the rest; it is read as the schema wants it. */
static void complete(const struct provider *p, json_t *object)
{
	static const struct {
		const char *member, *collection, *type;
	} references[] = {
		{ "class", "classes", "class" },
		{ "category", "categories", "category" },
		{ "gradingPeriod", "gradingPeriods", "academicSession" },
		{ "lineItem", "lineItems", "lineItem" },
		{ "student", "students", "user" },
	};
	const char *key, *day = text_of(object, "scoreDate");
	json_t *value;
	void *next;

	json_object_foreach_safe (object, next, key, value)
		if (json_is_null(value))
			json_object_del(object, key);
	for (size_t i = 0; i < ARRAY_SIZE(references); i++)
		if (json_object_get(object, references[i].member))
			json_object_set_new(object, references[i].member,
					    reference(p, references[i].collection,
						      ref_of(object, references[i].member),
						      references[i].type));
	complete_time(object, "assignDate");
	complete_time(object, "dueDate");
	if (strlen(day) > 10)
		json_object_set_new(object, "scoreDate", json_stringn(day, 10));
	json_object_set_new(object, "status", json_string("active"));
	json_object_set_new(object, "dateLastModified", json_string("2026-01-01T00:00:00.000Z"));
}

static void store(struct exchange *e, json_t *list, json_t *object)
{
	json_t *old = find(list, text_of(object, "sourcedId"));
	char duplicates[32], frozen[32];

	snprintf(duplicates, sizeof duplicates, "duplicates-%s", e->segments[0]);
	snprintf(frozen, sizeof frozen, "frozen-%s", e->segments[0]);
	e->status = old ? 200 : 201;
	if (!old || behaves(e->p, duplicates)) {
		json_array_append(list, object);
	} else if (!behaves(e->p, frozen)) {
		if (!behaves(e->p, "merges"))
			json_object_clear(old);
		json_object_update(old, object);
	}
}

static void put(struct exchange *e, json_t *list, const char *wrapper, bool line_item)
{
	const struct fault_row *fault = e->p->fault;
	json_t *body = json_loadb(e->body ? e->body : "", e->length, 0, NULL);
	json_t *object = json_object_get(body, wrapper);
	bool typed = !line_item || json_is_string(json_object_get(object, "title")) ||
		     behaves(e->p, "any-type");

	if (!body)
		refuse(e, behaves(e->p, "broken-json-500") ? 500 : 400, "not JSON");
	else if (!object || !typed)
		refuse(e, 400, "a member is wrong");
	else if (!references_known(e, object, line_item))
		refuse(e, 400, "a reference leads nowhere");
	else if (fault && fault->kind == FAULT_REFUSES && strcmp(fault->request, e->name) == 0 &&
		 fits(object, fault->what, fault->text))
		refuse(e, 400, "refused on purpose");
	else {
		json_object_set_new(object, "sourcedId", json_string(e->segments[1]));
		complete(e->p, object);
		if (behaves(e->p, "rounds") &&
		    json_is_real(json_object_get(object, "resultValueMax")))
			json_object_set_new(object, "resultValueMax", json_integer(12));
		store(e, list, object);
	}
	json_decref(body);
}

static void one(struct exchange *e, json_t *list, const char *wrapper, bool line_item)
{
	json_t *object = find(list, e->segments[1]);
	size_t i;
	json_t *item;

	if (strcmp(e->method, "PUT") == 0) {
		put(e, list, wrapper, line_item);
	} else if (!object) {
		refuse(e, 404, "no such object");
	} else if (strcmp(e->method, "GET") == 0) {
		e->json = json_pack("{so}", wrapper, json_deep_copy(object));
	} else if (strcmp(e->method, "DELETE") == 0) {
		json_array_foreach (list, i, item)
			if (item == object)
				break;
		json_array_remove(list, i);
		e->status = 204;
	} else {
		refuse(e, 405, "no such method");
	}
}

/* Every collection has one object, which has nothing but its id. */
static void give_bare(struct exchange *e)
{
	static const struct {
		const char *collection, *many, *one;
	} names[] = {
		{ "academicSessions", "academicSessions", "academicSession" },
		{ "terms", "academicSessions", "academicSession" },
		{ "gradingPeriods", "academicSessions", "academicSession" },
		{ "orgs", "orgs", "org" },
		{ "schools", "orgs", "org" },
		{ "courses", "courses", "course" },
		{ "classes", "classes", "class" },
		{ "users", "users", "user" },
		{ "students", "users", "user" },
		{ "teachers", "users", "user" },
		{ "enrollments", "enrollments", "enrollment" },
		{ "demographics", "demographics", "demographics" },
		{ "resources", "resources", "resource" },
		{ "categories", "categories", "category" },
		{ "lineItems", "lineItems", "lineItem" },
		{ "results", "results", "result" },
		{ "scoreScales", "scoreScales", "scoreScale" },
		{ "assessmentLineItems", "assessmentLineItems", "assessmentLineItem" },
		{ "assessmentResults", "assessmentResults", "assessmentResult" },
	};

	for (size_t i = 0; e->count && i < ARRAY_SIZE(names); i++) {
		if (strcmp(names[i].collection, e->segments[0]) != 0)
			continue;
		if (e->count == 1)
			give_list(e, names[i].many, json_pack("[{ss}]", "sourcedId", "x-1"));
		else
			e->json = json_pack("{s{ss}}", names[i].one, "sourcedId", "x-1");
		return;
	}
	refuse(e, 404, "no such path");
}

static json_t *object(const char *id)
{
	return json_pack("{ss,ss,ss}", "sourcedId", id, "status", "active", "dateLastModified",
			 "2026-01-01T00:00:00.000Z");
}

static json_t *class(const struct provider *p, const char *id)
{
	json_t *class = object(id), *term = reference(p, "terms", "t-1", "academicSession");

	json_object_set_new(class, "title", json_string("Biology"));
	json_object_set_new(class, "course", reference(p, "courses", "k-1", "course"));
	json_object_set_new(class, "school", reference(p, "schools", "o-1", "org"));
	json_object_set_new(class, "terms", json_pack("[o]", term));
	return class;
}

static void answer_oneroster(struct exchange *e)
{
	struct provider *p = e->p;
	const char *first = e->count ? e->segments[0] : "";
	bool get = strcmp(e->method, "GET") == 0;

	if (!is_allowed(e))
		refuse(e, 401, "who are you?");
	else if (behaves(p, "bare-objects"))
		give_bare(e);
	else if (e->count == 2 && strcmp(first, "lineItems") == 0)
		one(e, p->line_items, "lineItem", true);
	else if (e->count == 2 && strcmp(first, "results") == 0)
		one(e, p->results, "result", false);
	else if (!get)
		refuse(e, 405, "no such method here");
	else if (e->count == 1 && strcmp(first, "classes") == 0)
		give_list(e, "classes", json_pack("[oo]", class(p, "c-1"), class(p, "c-2")));
	else if (e->count == 1 && strcmp(first, "gradingPeriods") == 0)
		give_list(e, "academicSessions", json_array());
	else if (e->count == 1 && strcmp(first, "categories") == 0)
		give_categories(e, NULL);
	else if (e->count == 1 && strcmp(first, "lineItems") == 0)
		give_list(e, "lineItems", json_incref(p->line_items));
	else if (e->count >= 3 && strcmp(first, "classes") == 0)
		below_class(e);
	else
		refuse(e, 404, "no such path");
}

/* Faults of the answer. */

static void set_at(json_t *root, const char *path, const char *text)
{
	char *copy = xstrdup(path), *save = NULL, *key = strtok_r(copy, "/", &save), *next;
	json_t *at = root;

	for (; key && (next = strtok_r(NULL, "/", &save)); key = next)
		at = json_is_array(at) ? json_array_get(at, (size_t)strtol(key, NULL, 10))
				       : json_object_get(at, key);
	if (key && at && text)
		json_object_set_new(at, key, json_loads(text, JSON_DECODE_ANY, NULL));
	else if (key && at)
		json_object_del(at, key);
	free(copy);
}

static bool strikes(const struct exchange *e, enum fault_kind kind)
{
	const struct fault_row *fault = e->p->fault;

	return fault && fault->kind == kind &&
	       (!fault->request || strcmp(fault->request, e->name) == 0);
}

/* "PUT /lineItems/ID", "GET /classes/ID/students/ID/results"; an id that is not
 * there is named as it is, so that a fault can be about it. */
static void name_request(struct exchange *e)
{
	int n = snprintf(e->name, sizeof e->name, "%s ", e->method);

	for (size_t i = 0; i < e->count && n < (int)sizeof e->name - 40; i++) {
		bool id = i % 2 == 1 && strncmp(e->segments[i], "no-such", 7) != 0;

		n += snprintf(e->name + n, sizeof e->name - (size_t)n, "/%.30s",
			      id ? "ID" : e->segments[i]);
	}
}

static enum MHD_Result send_answer(struct exchange *e)
{
	const struct fault_row *fault = e->p->fault;
	struct MHD_Response *response;
	enum MHD_Result result;
	char total[32], *body;
	const char *type = "application/json";

	if (strikes(e, FAULT_EDIT) && e->json) {
		json_t *copy = json_deep_copy(e->json);

		json_decref(e->json);
		e->json = copy;
		set_at(e->json, fault->what, fault->text);
	}
	body = e->json ? json_dumps(e->json, JSON_REAL_PRECISION(15)) : xstrdup("");
	if (strikes(e, FAULT_BODY) && (!fault->number || fault->number == e->status)) {
		free(body);
		body = xstrdup(fault->text);
	}
	if (strikes(e, FAULT_STATUS))
		e->status = fault->number;
	if (strikes(e, FAULT_HEADER) && strcmp(fault->what, "Content-Type") == 0)
		type = fault->text;
	response = MHD_create_response_from_buffer(strlen(body), body, MHD_RESPMEM_MUST_FREE);
	MHD_add_response_header(response, "Content-Type", type);
	snprintf(total, sizeof total, "%ld", e->total);
	if (e->total >= 0 &&
	    !(strikes(e, FAULT_HEADER) && strcmp(fault->what, "X-Total-Count") == 0))
		MHD_add_response_header(response, "X-Total-Count", total);
	if (e->link && !(strikes(e, FAULT_HEADER) && strcmp(fault->what, "Link") == 0))
		MHD_add_response_header(response, "Link", e->link);
	result = MHD_queue_response(e->connection, (unsigned)e->status, response);
	MHD_destroy_response(response);
	return result;
}

/* What follows the root of 1.1, or that of a service of 1.2; NULL below neither. */
static const char *below_root(const char *target)
{
	static const char *const roots[] = { ROOT, "/ims/oneroster/rostering/v1p2",
					     "/ims/oneroster/gradebook/v1p2",
					     "/ims/oneroster/resources/v1p2" };

	for (size_t i = 0; i < ARRAY_SIZE(roots); i++)
		if (strncmp(target, roots[i], strlen(roots[i])) == 0)
			return target + strlen(roots[i]);
	return NULL;
}

static void split(struct exchange *e)
{
	const char *path = below_root(e->target);

	while (*path == '/' && e->count < SEGMENTS) {
		size_t length = strcspn(path + 1, "/?");

		e->segments[e->count] = xstrndup(path + 1, length);
		MHD_http_unescape(e->segments[e->count++]);
		path += 1 + length;
	}
}

static void *begin(void *payload, const char *target, struct MHD_Connection *connection)
{
	struct exchange *e = xcalloc(1, sizeof *e);

	e->p = payload;
	e->connection = connection;
	e->target = xstrdup(target);
	e->total = -1;
	return e;
}

static void end(void *payload, struct MHD_Connection *connection, void **con_cls,
		enum MHD_RequestTerminationCode code)
{
	struct exchange *e = *con_cls;

	(void)payload;
	(void)connection;
	(void)code;
	if (!e)
		return;
	for (size_t i = 0; i < e->count; i++)
		free(e->segments[i]);
	json_decref(e->json);
	free(e->link);
	free(e->target);
	free(e->body);
	free(e);
}

static enum MHD_Result serve(void *payload, struct MHD_Connection *connection, const char *url,
			     const char *method, const char *version, const char *data,
			     size_t *size, void **con_cls)
{
	struct exchange *e = *con_cls;

	(void)payload;
	(void)connection;
	(void)version;
	if (!e->method) {
		e->method = method;
		return MHD_YES;
	}
	if (*size) {
		e->body = xrealloc(e->body, e->length + *size + 1);
		memcpy(e->body + e->length, data, *size);
		e->length += *size;
		e->body[e->length] = '\0';
		*size = 0;
		return MHD_YES;
	}
	e->status = 200;
	if (strcmp(url, "/oauth2/token") == 0) {
		snprintf(e->name, sizeof e->name, "%s /oauth2/token", method);
		give_token(e);
	} else if (below_root(e->target)) {
		split(e);
		name_request(e);
		answer_oneroster(e);
	} else {
		refuse(e, 404, "nothing here");
	}
	return send_answer(e);
}

static json_t *category(const char *id, const char *title, const char *class_id)
{
	json_t *category = object(id);

	json_object_set_new(category, "title", json_string(title));
	if (class_id)
		json_object_set_new(category, "metadata", json_pack("{ss}", "classId", class_id));
	return category;
}

static json_t *student(const struct provider *p, const char *id)
{
	json_t *user = object(id), *school = reference(p, "schools", "o-1", "org");

	json_object_update_new(user,
			       json_pack("{ss,ss,ss,ss,ss,s[o]}", "username", id, "enabledUser",
					 "true", "givenName", "Ada", "familyName", "Bee", "role",
					 "student", "orgs", school));
	return user;
}

static json_t *line_item(const struct provider *p, const char *id)
{
	json_t *item = object(id);

	json_object_update_new(item, json_pack("{ss,ss,ss,si,si}", "title", "Other", "assignDate",
					       "2026-01-01T00:00:00.000Z", "dueDate",
					       "2026-01-02T00:00:00.000Z", "resultValueMin", 0,
					       "resultValueMax", 10));
	json_object_set_new(item, "class", reference(p, "classes", "c-2", "class"));
	json_object_set_new(item, "category", reference(p, "categories", "cat-1", "category"));
	json_object_set_new(item, "gradingPeriod",
			    reference(p, "gradingPeriods", "g-1", "academicSession"));
	return item;
}

static void fill(struct provider *p)
{
	p->categories = json_array();
	json_array_append_new(p->categories, category("cat-1", "Homework", NULL));
	json_array_append_new(p->categories, category("cat-2", "Tests", NULL));
	json_array_append_new(p->categories, category("cat-3", "Labs", "c-1"));
	json_array_append_new(p->categories, category("cat-4", "Labs", "c-2"));
	p->users = json_pack("[ooo]", student(p, "s-1"), student(p, "s-2"), student(p, "s-3"));
	p->line_items = json_pack("[o]", line_item(p, "li-other"));
	p->results = json_array();
	p->tokens = json_object();
	p->nonces = json_object();
}

struct provider *provider_start(const struct fault_row *fault)
{
	struct provider *p = xcalloc(1, sizeof *p);
	struct sockaddr_in address = { .sin_family = AF_INET };

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	p->fault = fault;
	p->daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL, 0, NULL, NULL,
				     serve, p, MHD_OPTION_URI_LOG_CALLBACK, begin, p,
				     MHD_OPTION_NOTIFY_COMPLETED, end, NULL, MHD_OPTION_SOCK_ADDR,
				     (struct sockaddr *)&address, MHD_OPTION_END);
	if (!p->daemon)
		BUG("the scripted provider does not start");
	snprintf(p->url, sizeof p->url, "http://127.0.0.1:%d",
		 (int)MHD_get_daemon_info(p->daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
	fill(p);
	return p;
}

const char *provider_url(const struct provider *p)
{
	return p->url;
}

void provider_stop(struct provider *p)
{
	MHD_stop_daemon(p->daemon);
	json_decref(p->categories);
	json_decref(p->users);
	json_decref(p->line_items);
	json_decref(p->results);
	json_decref(p->tokens);
	json_decref(p->nonces);
	free(p);
}
