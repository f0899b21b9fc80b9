/*
 * expect.c - one expectation: a row for each thing that it may ask for.
 */
#include "server/journal/expect.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/jsonx.h"
#include "base/pointer.h"
#include "oneroster/operations.h"

#define COUNT_MOST INT32_MAX
#define POINTERS_MOST 50 /* in one `body` */

static bool wrong(struct err *err, const char *pointer, const char *expected, const json_t *found)
{
	return err_at(err, ERR_INVALID, pointer, "%s: expected %s, found %s", pointer, expected,
		      json_is_string(found) ? json_string_value(found) : jsonx_kind(found));
}

static bool read_text(struct expectation *e, const json_t *value, const char *pointer,
		      struct err *err)
{
	(void)e;
	return (json_is_string(value) && json_string_length(value) <= JOURNAL_PATTERN) ||
	       wrong(err, pointer, "a text of at most 500 characters", value);
}

static bool read_operation(struct expectation *e, const json_t *value, const char *pointer,
			   struct err *err)
{
	const char *name = json_string_value(value);

	(void)e;
	return (name && journal_operation_is_known(name)) ||
	       wrong(err, pointer, "the name of an operation, like putLineItem, or token", value);
}

static bool read_status(struct expectation *e, const json_t *value, const char *pointer,
			struct err *err)
{
	const char *text = json_string_value(value);

	if (text ? journal_status_parse(text, &e->status_least, &e->status_most)
		 : json_integer_value(value) >= 100 && json_integer_value(value) <= 999) {
		if (!text)
			e->status_least = e->status_most = (int)json_integer_value(value);
		return true;
	}
	return wrong(err, pointer, "a status like 404 or \"4xx\"", value);
}

static bool read_body(struct expectation *e, const json_t *value, const char *pointer,
		      struct err *err)
{
	const char *place;
	const json_t *ignored;

	if (!json_is_object(value) || json_object_size(value) > POINTERS_MOST)
		return wrong(err, pointer, "an object of at most 50 JSON pointers and values",
			     value);
	json_object_foreach ((json_t *)(uintptr_t)value, place, ignored)
		if (*place && *place != '/')
			return err_at(err, ERR_INVALID, pointer,
				      "%s: %.80s is no JSON pointer: they begin with /", pointer,
				      place);
	e->body = value;
	return true;
}

static bool read_number(const json_t *value, const char *pointer, int64_t *out, struct err *err)
{
	*out = json_integer_value(value);
	return (json_is_integer(value) && *out >= 0 && *out <= COUNT_MOST) ||
	       wrong(err, pointer, "a whole number, not below 0", value);
}

static bool read_count(struct expectation *e, const json_t *value, const char *pointer,
		       struct err *err)
{
	e->most_said = true;
	return read_number(value, pointer, &e->least, err) &&
	       read_number(value, pointer, &e->most, err);
}

static bool read_at_least(struct expectation *e, const json_t *value, const char *pointer,
			  struct err *err)
{
	return read_number(value, pointer, &e->least, err);
}

static bool read_at_most(struct expectation *e, const json_t *value, const char *pointer,
			 struct err *err)
{
	if (!json_object_get(e->json, "at_least"))
		e->least = 0;
	e->most_said = true;
	return read_number(value, pointer, &e->most, err);
}

static bool read_rule(struct expectation *e, const json_t *value, const char *pointer,
		      struct err *err)
{
	const char *name = json_string_value(value);
	char *names;

	e->rule = name ? rule_find(name) : NULL;
	if (e->rule)
		return true;
	names = rule_names();
	err_at(err, ERR_INVALID, pointer, "%s: expected one of %s, found %s", pointer, names,
	       name ? name : jsonx_kind(value));
	free(names);
	return false;
}

static bool method_agrees(const struct expectation *e, const struct journal_exchange *exchange)
{
	return strcasecmp(jsonx_text(e->json, "method"), exchange->method) == 0;
}

static bool operation_agrees(const struct expectation *e, const struct journal_exchange *exchange)
{
	return same_text(jsonx_text(e->json, "operation"), exchange->operation);
}

static bool path_agrees(const struct expectation *e, const struct journal_exchange *exchange)
{
	return journal_path_matches(jsonx_text(e->json, "path"), exchange->target);
}

static bool client_agrees(const struct expectation *e, const struct journal_exchange *exchange)
{
	return same_text(jsonx_text(e->json, "client"), exchange->client);
}

static bool status_agrees(const struct expectation *e, const struct journal_exchange *exchange)
{
	return exchange->status >= e->status_least && exchange->status <= e->status_most;
}

/* 8 is 8.0. */
static bool same_value(const json_t *a, const json_t *b)
{
	if (json_is_number(a) && json_is_number(b))
		return json_number_value(a) == json_number_value(b);
	return json_equal(a, b);
}

static json_t *load_body(const struct journal_exchange *exchange)
{
	const struct journal_message *request = &exchange->request;
	struct err ignored = ERR_INIT;

	return request->body ? jsonx_load(request->body, request->length, &ignored) : NULL;
}

static bool body_agrees(const struct expectation *e, struct journal_body *body)
{
	const char *place;
	const json_t *value;

	if (!body->read)
		body->json = load_body(body->exchange);
	body->read = true;
	if (!body->json)
		return false;
	json_object_foreach ((json_t *)(uintptr_t)e->body, place, value)
		if (!same_value(pointer_find(body->json, place), value))
			return false;
	return true;
}

/* In this order; `agrees` is NULL where it is not about a single exchange, and for the body,
 * which is dear and only asked where all else agrees. */
static const struct member {
	const char *name;
	bool (*read)(struct expectation *e, const json_t *value, const char *pointer,
		     struct err *err);
	bool (*agrees)(const struct expectation *e, const struct journal_exchange *exchange);
	size_t text;     /* where the exchange has it, when it is a text */
	size_t distance; /* how far off an exchange is that departs in it */
} members[] = {
	{ "method", read_text, method_agrees, offsetof(struct journal_exchange, method), 2 },
	{ "operation", read_operation, operation_agrees,
	  offsetof(struct journal_exchange, operation), 4 },
	{ "path", read_text, path_agrees, offsetof(struct journal_exchange, target), 3 },
	{ "client", read_text, client_agrees, offsetof(struct journal_exchange, client), 1 },
	{ "status", read_status, status_agrees, 0, 1 },
	{ "body", read_body, NULL, 0 },
	{ "count", read_count, NULL, 0 },
	{ "at_least", read_at_least, NULL, 0 },
	{ "at_most", read_at_most, NULL, 0 },
	{ "rule", read_rule, NULL, 0 },
};

/* Of everything but the body. */
static bool departs(const struct expectation *e, const struct member *member,
		    const struct journal_exchange *exchange)
{
	return member->agrees && json_object_get(e->json, member->name) &&
	       !member->agrees(e, exchange);
}

static bool read_known(struct expectation *e, const json_t *json, const char *pointer,
		       struct err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
		const json_t *value = json_object_get(json, members[i].name);
		char *place = xformat("%s/%s", pointer, members[i].name);
		bool good = !value || members[i].read(e, value, place, err);

		free(place);
		if (!good)
			return false;
	}
	return true;
}

static bool refuse_unknown(const json_t *json, const char *pointer, struct err *err)
{
	const char *key;
	const json_t *ignored;
	struct str place = STR_INIT;

	json_object_foreach ((json_t *)(uintptr_t)json, key, ignored) {
		size_t i = 0;

		while (i < ARRAY_SIZE(members) && strcmp(members[i].name, key) != 0)
			i++;
		if (i < ARRAY_SIZE(members))
			continue;
		str_add(&place, pointer);
		jsonx_pointer_add(&place, key);
		err_at(err, ERR_INVALID, str_text(&place), "%s: there is no such member",
		       str_text(&place));
		str_release(&place);
		return false;
	}
	return true;
}

bool expectation_read(struct expectation *expectation, const json_t *json, const char *pointer,
		      struct err *err)
{
	*expectation = (struct expectation){ .json = json, .least = 1, .most = COUNT_MOST };
	if (!json_is_object(json) || !json_object_size(json))
		return wrong(err, pointer, "an object that says what is expected", json);
	if (!refuse_unknown(json, pointer, err) || !read_known(expectation, json, pointer, err))
		return false;
	if (expectation->least > expectation->most)
		return err_at(err, ERR_INVALID, pointer, "%s: at least %lld and at most %lld",
			      pointer, (long long)expectation->least, (long long)expectation->most);
	if (json_object_get(json, "count") &&
	    (json_object_get(json, "at_least") || json_object_get(json, "at_most")))
		return err_at(err, ERR_INVALID, pointer, "%s: count excludes at_least and at_most",
			      pointer);
	if (expectation->rule && json_object_size(json) > 1)
		return err_at(err, ERR_INVALID, pointer, "%s: a rule stands alone", pointer);
	return true;
}

size_t expectation_distance(const struct expectation *expectation, struct journal_body *body)
{
	size_t distance = 0;

	for (size_t i = 0; i < ARRAY_SIZE(members); i++)
		if (departs(expectation, &members[i], body->exchange))
			distance += members[i].distance;
	if (expectation->body)
		distance += distance || !body_agrees(expectation, body);
	return distance;
}

static void write_difference(struct jsonw *w, const char *member, const json_t *expected)
{
	jsonw_object(w);
	jsonw_key_text(w, "member", member);
	jsonw_key(w, "expected");
	jsonw_value(w, expected);
	jsonw_key(w, "found");
}

static void body_differences(const struct expectation *e, const struct journal_exchange *exchange,
			     struct jsonw *w)
{
	json_t *body = load_body(exchange);
	const char *place;
	const json_t *value;

	json_object_foreach ((json_t *)(uintptr_t)e->body, place, value) {
		const json_t *found = pointer_find(body, place);
		char *member = xformat("body%s", place);

		if (!same_value(found, value)) {
			write_difference(w, member, value);
			jsonw_value(w, found);
			jsonw_object_end(w);
		}
		free(member);
	}
	json_decref(body);
}

static void write_found(struct jsonw *w, const struct member *member,
			const struct journal_exchange *exchange)
{
	const char *text = member->text
				   ? *(const char *const *)((const char *)exchange + member->text)
				   : NULL;

	if (member->text)
		journal_write_bytes(w, text, text ? strlen(text) : 0);
	else
		jsonw_int(w, exchange->status);
}

void expectation_differences(const struct expectation *expectation,
			     const struct journal_exchange *exchange, struct jsonw *w)
{
	jsonw_array(w);
	for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
		if (!departs(expectation, &members[i], exchange))
			continue;
		write_difference(w, members[i].name,
				 json_object_get(expectation->json, members[i].name));
		write_found(w, &members[i], exchange);
		jsonw_object_end(w);
	}
	if (expectation->body)
		body_differences(expectation, exchange, w);
	jsonw_array_end(w);
}
