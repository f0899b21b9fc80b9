/*
 * fuzz_rules.c - a document of fault rules in the first line, the body of a request, which
 * is also that of its answer, behind it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "oneroster/vocab.h"
#include "server/quirk/mangle.h"
#include "tests/fuzz/fuzz.h"

static void check_effects(const struct effects *effects)
{
	const struct deed *status = effects_deed(effects, DO_STATUS);

	FUZZ_HOLDS((effects->rules != NULL) == (effects->count > 0));
	FUZZ_HOLDS(effects->delay_us >= 0 && effects->delay_us <= DELAY_MOST_MS * INT64_C(1000));
	FUZZ_HOLDS(!status || (status->status >= 200 && status->status <= 599));
	for (size_t i = 0; i < effects->count; i++)
		FUZZ_HOLDS(*effects->names[i]);
}

static bool is_json(const struct str *text)
{
	struct err err = ERR_INIT;
	json_t *json = jsonx_load(str_text(text), text->length, &err);

	json_decref(json);
	return json != NULL;
}

static void ask(struct rules *rules, const struct str *body, int64_t now)
{
	static struct pair headers[] = { { "User-Agent", "Canvas" }, { "Accept", "*/*" } };
	const struct pairs pairs = { headers, ARRAY_SIZE(headers), 0 };
	const struct rule_facts facts = { "PUT",  "putResult", "/ims/oneroster/v1p1/results/r",
					  V11,    "canvas",    "::1",
					  &pairs, "limit=1",   body,
					  now };
	struct arena arena = ARENA_INIT;
	struct effects effects;
	struct str out = STR_INIT;

	rules_match(rules, &facts, &arena, &effects);
	check_effects(&effects);
	str_add_bytes(&out, str_text(body), body->length);
	mangle_fields(&out, &effects);
	if (is_json(&out)) {
		mangle_syntax(&out);
		FUZZ_HOLDS(!is_json(&out));
	}
	effects_put(&effects);
	str_release(&out);
	arena_release(&arena);
}

/* What is shown can be set again. */
static void put_back(struct rules *rules)
{
	struct str text = STR_INIT;
	struct err err = ERR_INIT;
	struct jsonw w;

	jsonw_init(&w, &text, 0);
	rules_write(rules, &w);

	json_t *document = jsonx_load(str_text(&text), text.length, &err);

	FUZZ_HOLDS(document);

	struct rules *again = rules_parse(document, 0, 0, &err);

	FUZZ_HOLDS(again && rules_seed(again) == rules_seed(rules));
	rules_put(again);
	json_decref(document);
	str_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	size_t line = strcspn(text, "\n");
	struct err err = ERR_INIT;
	json_t *document = jsonx_load(text, line, &err);
	struct rules *rules = document ? rules_parse(document, 1, 0, &err) : NULL;
	struct str body = STR_INIT;

	FUZZ_HOLDS(rules || (err.code == ERR_INVALID && *err.text));
	if (line < size)
		str_add_bytes(&body, text + line + 1, size - line - 1);
	for (int64_t now = 0; rules && now < 4000; now += 1000)
		ask(rules, &body, now);
	if (rules)
		put_back(rules);
	rules_put(rules);
	json_decref(document);
	str_release(&body);
	free(text);
	return 0;
}
