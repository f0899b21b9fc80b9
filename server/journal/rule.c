/*
 * rule.c - demands on many exchanges together, a row each.
 *
 * Only PUTs that succeeded count: one that is repeated after a refusal or a broken
 * connection is no second one. A lineItem whose PUT the journal does not hold may have been
 * there before.
 */
#include "server/journal/expect.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/pointer.h"

struct journal_rule {
	const char *name;
	const char *operation; /* that is watched */
	/* NULL: its objects are put once each. Else the operation that puts what it refers
	 * to, which must come first; @reference is where its body names that. */
	const char *before, *reference;
};

static const struct journal_rule rules[] = {
	{ "lineItem_before_results", "putResult", "putLineItem", "/result/lineItem/sourcedId" },
	{ "category_before_lineItems", "putLineItem", "putCategory",
	  "/lineItem/category/sourcedId" },
	{ "one_put_per_lineItem", "putLineItem", NULL, NULL },
	{ "one_put_per_result", "putResult", NULL, NULL },
};

const struct journal_rule *rule_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++)
		if (strcmp(rules[i].name, name) == 0)
			return &rules[i];
	return NULL;
}

char *rule_names(void)
{
	struct str names = STR_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(rules); i++)
		str_format(&names, "%s%s", i ? ", " : "", rules[i].name);
	return str_take(&names, NULL);
}

/* The id of the path. Returns (free); NULL when it cannot be read. */
static char *object_of(const struct journal_exchange *exchange)
{
	size_t length = strcspn(exchange->target, "?");
	struct arena arena = ARENA_INIT;
	struct err ignored = ERR_INIT;
	const char *end, *start;
	char *id;

	length -= length && exchange->target[length - 1] == '/';
	end = start = exchange->target + length;
	while (start > exchange->target && start[-1] != '/')
		start--;
	id = xstrdup(pct_decode(&arena, start, (size_t)(end - start), PLUS_IS_PLUS, &ignored));
	arena_release(&arena);
	return id;
}

/* What the body refers to. Returns (free); NULL: nothing that can be read. */
static char *reference_of(const struct journal_exchange *exchange, const char *pointer)
{
	const struct journal_message *request = &exchange->request;
	struct err ignored = ERR_INIT;
	json_t *body = request->body ? jsonx_load(request->body, request->length, &ignored) : NULL;
	char *id = xstrdup(json_string_value(pointer_find(body, pointer)));

	json_decref(body);
	return id;
}

static bool is_done(const struct journal_exchange *exchange, const char *operation)
{
	return exchange->status >= 200 && exchange->status < 300 &&
	       same_text(exchange->operation, operation);
}

struct check {
	const struct journal_rule *rule;
	json_t *seen; /* id -> number of the exchange that put it, or referred to it, first */
	json_t *put;  /* set of the ids that were put */
	void (*violated)(const struct journal_exchange *exchange, const char *why, void *payload);
	void *payload;
};

static void violate(struct check *check, const struct journal_exchange *exchange, char *why)
{
	utf8_scrub(why);
	check->violated(exchange, why, check->payload);
	free(why);
}

/* Notes the first exchange of an id; the number of an earlier one, or 0. */
static int64_t note(struct check *check, const char *id, int64_t number)
{
	int64_t earlier = jsonx_int(check->seen, id);

	if (!earlier)
		json_object_set_new(check->seen, id, json_integer(number));
	return earlier;
}

static void look_for_second(struct check *check, const struct journal_exchange *exchange)
{
	char *id = is_done(exchange, check->rule->operation) ? object_of(exchange) : NULL;
	int64_t earlier = id ? note(check, id, exchange->id) : 0;

	if (earlier)
		violate(check, exchange,
			xformat("%s of %s came again; exchange %lld was the first",
				exchange->operation, id, (long long)earlier));
	free(id);
}

/* An object that is put after something has referred to it: the first time only, a later
 * PUT is a change. */
static void look_for_late(struct check *check, const struct journal_exchange *exchange)
{
	const struct journal_rule *rule = check->rule;
	bool refers = is_done(exchange, rule->operation);
	char *id = refers                            ? reference_of(exchange, rule->reference)
		   : is_done(exchange, rule->before) ? object_of(exchange)
						     : NULL;
	int64_t earlier = 0;

	if (id && !json_object_get(check->put, id)) {
		if (refers)
			note(check, id, exchange->id);
		else
			earlier = jsonx_int(check->seen, id);
	}
	if (id && !refers)
		json_object_set_new(check->put, id, json_true());
	if (earlier)
		violate(check, exchange,
			xformat("%s of %s came after the %s of exchange %lld, which refers to it",
				exchange->operation, id, rule->operation, (long long)earlier));
	free(id);
}

void rule_check(const struct journal_rule *rule, const struct journal_list *list,
		void (*violated)(const struct journal_exchange *exchange, const char *why,
				 void *payload),
		void *payload)
{
	struct check check = { rule, json_object(), json_object(), violated, payload };

	for (size_t i = 0; i < list->count; i++)
		if (rule->before)
			look_for_late(&check, list->items[i]);
		else
			look_for_second(&check, list->items[i]);
	json_decref(check.seen);
	json_decref(check.put);
}
