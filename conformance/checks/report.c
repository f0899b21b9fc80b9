/*
 * report.c - what the writers of a judge's report share: groups of checks, words, escapes.
 */
#include "conformance/checks/report_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"

const struct verdict_words verdict_words[VERDICTS] = {
	[PASS] = { "pass", "pass", "passed", "passed", "\033[32m" },
	[FAIL] = { "fail", "FAIL", "failed", "failed", "\033[31m" },
	[WARNING] = { "warning", "warning", "warning", "warnings", "\033[33m" },
	[SKIPPED] = { "skipped", "skipped", "skipped", "skipped", "" },
	[ERROR] = { "error", "ERROR", "error", "errors", "\033[31m" },
};

/* In the order in which they are told. */
static const struct {
	const char *key, *words;
} facts[] = {
	{ "url", "URL" },
	{ "class", "class" },
	{ "sandbox", "sandbox" },
	{ "clients", "clients" },
	{ "exchanges", "exchanges" },
	{ "version", "OneRoster" },
	{ "not_attributed", "exchanges of nobody for certain" },
	{ "incomplete", "not the whole story" },
	{ "seed", "seed" },
	{ "at", "judged at" },
	{ "ended", "broken off" },
};

enum verdict verdict_of(const json_t *row)
{
	for (enum verdict v = PASS; v < VERDICTS; v++)
		if (same_text(verdict_words[v].verdict, jsonx_text(row, "verdict")))
			return v;
	return ERROR;
}

bool row_is_forgiven(const json_t *row)
{
	enum verdict v = verdict_of(row);

	return jsonx_true(row, "expected") && (v == FAIL || v == ERROR);
}

int64_t row_ms(const json_t *row)
{
	const json_t *exchange;
	int64_t ms = 0;
	size_t i;

	json_array_foreach (json_object_get(row, "exchanges"), i, exchange)
		ms += jsonx_int(exchange, "ms");
	return ms;
}

const json_t *row_last_exchange(const json_t *row)
{
	const json_t *exchanges = json_object_get(row, "exchanges");

	return json_array_get(exchanges, json_array_size(exchanges) - 1);
}

static void count(struct group *group, const json_t *row)
{
	group->of[verdict_of(row)]++;
	group->expected += jsonx_true(row, "expected");
	group->ms += row_ms(row);
}

static bool together(const json_t *a, const json_t *b)
{
	return same_text(jsonx_text(a, "suite"), jsonx_text(b, "suite")) &&
	       same_text(jsonx_text(a, "version"), jsonx_text(b, "version"));
}

bool group_next(const json_t *checks, struct group *group)
{
	size_t begin = group->end;
	const json_t *first = json_array_get(checks, begin);

	*group = (struct group){ .begin = begin, .end = begin };
	while (group->end < json_array_size(checks) &&
	       together(first, json_array_get(checks, group->end)))
		count(group, json_array_get(checks, group->end++));
	return group->end > group->begin;
}

struct group group_all(const json_t *checks)
{
	struct group group = { .end = json_array_size(checks) };

	for (size_t i = 0; i < group.end; i++)
		count(&group, json_array_get(checks, i));
	return group;
}

void group_title(const json_t *checks, const struct group *group, struct str *out)
{
	const json_t *row = json_array_get(checks, group->begin);
	const char *suite = jsonx_text(row, "suite"), *version = jsonx_text(row, "version");

	str_add(out, suite ? suite : "checks");
	if (version)
		str_format(out, " (OneRoster %s)", version);
}

void group_counts(const struct group *group, struct str *out)
{
	size_t total = group->end - group->begin;
	const char *before = ": ";

	str_format(out, "%zu check%s", total, total == 1 ? "" : "s");
	for (enum verdict v = PASS; v < VERDICTS; v++) {
		if (!group->of[v])
			continue;
		str_format(out, "%s%zu %s", before, group->of[v],
			   group->of[v] == 1 ? verdict_words[v].one : verdict_words[v].many);
		before = ", ";
	}
	if (group->expected)
		str_format(out, " (%zu as expected)", group->expected);
}

static void add_value(const json_t *value, struct str *out)
{
	const json_t *item;
	size_t i;

	if (json_is_string(value))
		str_add(out, json_string_value(value));
	else if (json_is_integer(value))
		str_format(out, "%lld", (long long)json_integer_value(value));
	json_array_foreach (value, i, item) {
		str_add(out, i ? ", " : "");
		add_value(item, out);
	}
}

const char *report_fact(const json_t *report, size_t *i, const char **key, struct str *value)
{
	for (; *i < ARRAY_SIZE(facts); (*i)++) {
		const json_t *fact = json_object_get(report, facts[*i].key);

		if (!fact || json_is_null(fact) ||
		    (json_is_integer(fact) && !json_integer_value(fact)))
			continue;
		str_clear(value);
		add_value(fact, value);
		*key = facts[*i].key;
		return facts[(*i)++].words;
	}
	return NULL;
}

/* U+FFFE and U+FFFF are no characters of XML 1.0, and of control characters only these. */
static size_t unprintable(const char *text)
{
	unsigned char c = (unsigned char)*text;

	if (starts_with(text, "\xef\xbf\xbe") || starts_with(text, "\xef\xbf\xbf"))
		return 3;
	return (c < ' ' && c != '\n' && c != '\t') || c == 0x7f;
}

void markup_add(struct str *out, const char *text)
{
	static const struct {
		char c;
		const char *entity;
	} entities[] = { { '<', "&lt;" },
			 { '>', "&gt;" },
			 { '&', "&amp;" },
			 { '"', "&quot;" },
			 { '\'', "&#39;" } };

	while (text && *text) {
		size_t bad = unprintable(text);
		const char *entity = bad ? "?" : NULL;

		for (size_t i = 0; i < ARRAY_SIZE(entities); i++)
			if (entities[i].c == *text)
				entity = entities[i].entity;
		if (entity)
			str_add(out, entity);
		else
			str_add_char(out, *text);
		text += bad ? bad : 1;
	}
}

void cut_note(const json_t *exchange, const char *which, struct str *out)
{
	char *key = xformat("%s_bytes", which);
	long long bytes = (long long)jsonx_int(exchange, key);

	if (bytes)
		str_format(out, "; the first %zu of %lld bytes",
			   strlen(jsonx_text(exchange, which)), bytes);
	free(key);
}

char *report_take(struct str *out)
{
	if (!out->full)
		return str_take(out, NULL);
	str_release(out);
	return NULL;
}

bool checks_bad(const json_t *report, bool warnings)
{
	const json_t *row;
	size_t i;

	json_array_foreach (json_object_get(report, "checks"), i, row) {
		enum verdict v = verdict_of(row);

		if (!jsonx_true(row, "expected") &&
		    (v == FAIL || v == ERROR || (v == WARNING && warnings)))
			return true;
	}
	return json_array_size(json_object_get(report, "stale")) ||
	       jsonx_text(report, "ended") != NULL;
}
