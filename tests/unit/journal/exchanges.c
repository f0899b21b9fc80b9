/*
 * exchanges.c - exchanges that were never sent.
 */
#include "tests/unit/journal/exchanges.h"

#include <check.h>
#include <string.h>

#include "base/jsonx.h"

struct journal_exchange exchange_of(const char *method, const char *target, const char *operation,
				    int status, const char *body)
{
	size_t length = body ? strlen(body) : 0;

	return (struct journal_exchange){
		.at = 1794848400000,
		.real_at = 1794848400000,
		.us = 1500,
		.status = status,
		.sandbox = "default",
		.method = method,
		.base_url = "http://sis.example.org",
		.target = target,
		.operation = operation,
		.client = "canvas",
		.request = { .body = body, .length = length, .size = length },
	};
}

void add_exchange(struct journal *journal, const char *method, const char *target,
		  const char *operation, int status, const char *body)
{
	struct journal_exchange exchange = exchange_of(method, target, operation, status, body);

	journal_add(journal, &exchange);
}

json_t *journal_json(struct journal *journal, const struct journal_query *query)
{
	struct journal_list list;
	struct str text = STR_INIT;
	struct err err = ERR_INIT;
	struct jsonw w;
	json_t *json;

	journal_take(journal, query, &list);
	jsonw_init(&w, &text, 0);
	journal_write(&list, &w);
	journal_list_release(&list);
	json = jsonx_load(str_text(&text), text.length, &err);
	ck_assert_msg(json != NULL, "%s: %s", err.text, str_text(&text));
	str_release(&text);
	return json;
}
