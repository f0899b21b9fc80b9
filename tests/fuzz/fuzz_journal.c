/*
 * fuzz_journal.c - the journal asked for anything, and exchanges made of anything: what it
 * says is JSON.
 */
#include "server/journal/journal.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "tests/fuzz/fuzz.h"

static void expect_json(struct str *text)
{
	struct err err = ERR_INIT;
	json_t *json = jsonx_load(str_text(text), text->length, &err);

	if (!json)
		BUG("%s: %s", err.text, str_text(text));
	json_decref(json);
	str_clear(text);
}

static void add(struct journal *journal, const char *text, size_t size)
{
	struct pair headers[] = { { text, "x" }, { "Authorization", text }, { "X\xff", text } };
	struct journal_exchange exchange = {
		.status = 200,
		.sandbox = "default",
		.method = *text ? text : "PUT",
		.base_url = "http://h",
		.target = text,
		.operation = "putResult",
		.client = text,
		.refusal = text,
		.request = { headers, ARRAY_SIZE(headers), text, size, size },
		.response = { headers, ARRAY_SIZE(headers), text, size, size + 1 },
	};

	journal_add(journal, &exchange);
	exchange.operation = "putLineItem";
	exchange.redacted_body = exchange.redacted_target = true;
	journal_add(journal, &exchange);
}

static void ask(struct journal *journal, const char *text, struct str *out)
{
	struct journal_query query;
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct pairs pairs = { 0 };
	struct journal_list list;
	struct jsonw w;

	if (query_parse(&arena, text, PLUS_IS_BLANK, &pairs, &err) &&
	    journal_query_parse(&query, &pairs, &err)) {
		journal_take(journal, &query, &list);
		jsonw_init(&w, out, 0);
		journal_write(&list, &w);
		expect_json(out);
		jsonw_init(&w, out, 0);
		journal_write_har(&list, &w);
		expect_json(out);
		journal_list_release(&list);
	} else {
		FUZZ_HOLDS(err.code == ERR_INVALID && *err.text);
	}
	arena_release(&arena);
}

static void verify(struct journal *journal, const char *text, size_t size, struct str *out)
{
	struct err err = ERR_INIT;
	json_t *request = jsonx_load(text, size, &err);
	struct jsonw w;

	if (!request)
		return;
	jsonw_init(&w, out, 0);
	if (journal_verify(journal, request, &w, &err))
		expect_json(out);
	else
		FUZZ_HOLDS(err.code == ERR_INVALID && *err.text && !out->length);
	json_decref(request);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct journal *journal = journal_new(4, NULL);
	char *text = fuzz_text(data, size);
	struct str out = STR_INIT;

	add(journal, text, size);
	ask(journal, "", &out);
	ask(journal, text, &out);
	verify(journal, text, size, &out);
	journal_free(journal);
	str_release(&out);
	free(text);
	return 0;
}
