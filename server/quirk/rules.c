/*
 * rules.c - fault rules: which of them meet a request, and what they have counted.
 */
#include "server/quirk/rules_internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/glob.h"
#include "oneroster/operations.h"
#include "base/jsonx.h"
#include "base/pointer.h"
#include "oneroster/vocab.h"

static bool fail(struct err *err, const char *pointer, const char *text)
{
	return err_at(err, ERR_INVALID, pointer, "%s: %s", *pointer ? pointer : "the whole", text);
}

static bool read_seed(struct rules *rules, struct err *err)
{
	const json_t *seed = json_object_get(rules->document, "seed");

	if (!seed)
		return true;
	rules->seed = (uint64_t)json_integer_value(seed);
	return (json_is_integer(seed) && json_integer_value(seed) >= 0) ||
	       fail(err, "/seed", "expected a whole number of at least 0");
}

static bool read_rule(struct rules *rules, size_t i, json_t *item, struct err *err)
{
	struct rule *rule = &rules->rules[i];
	char name[32];

	if (!rule_read(rule, item, i, err))
		return false;
	if (!rule->name) {
		snprintf(name, sizeof name, "rule %zu", i + 1);
		json_object_set_new(item, "name", json_string(name));
		rule->name = jsonx_text(item, "name");
	}
	/* far apart, so that the streams of two rules share nothing */
	random_seed(&rule->random, rules->seed + i * UINT64_C(0xd1342543de82ef95));
	return true;
}

static bool read_document(struct rules *rules, struct err *err)
{
	json_t *items = json_object_get(rules->document, "items"), *item;
	const char *key;
	size_t i;

	if (!json_is_object(rules->document))
		return fail(err, "", "expected {\"seed\": N, \"items\": [...]}");
	json_object_foreach (rules->document, key, item)
		if (!has_word("seed items", key))
			return rule_wrong(&(struct reading){ .at = "", .err = err }, key, NULL,
					  "unknown key; there are seed and items");
	if (!json_is_array(items))
		return fail(err, "/items", "expected an array of rules");
	if (json_array_size(items) > RULES_MOST)
		return fail(err, "/items", "at most 100 rules are taken");
	if (!read_seed(rules, err))
		return false;
	rules->count = json_array_size(items);
	rules->rules = xcalloc(rules->count + 1, sizeof *rules->rules);
	json_array_foreach (items, i, item)
		if (!read_rule(rules, i, item, err))
			return false;
	return true;
}

struct rules *rules_parse(const json_t *document, uint64_t seed, int64_t now, struct err *err)
{
	struct rules *rules = xcalloc(1, sizeof *rules);

	pthread_mutex_init(&rules->mutex, NULL);
	atomic_init(&rules->references, 1);
	rules->document = json_deep_copy(document);
	rules->seed = seed;
	rules->began = now;
	if (read_document(rules, err))
		return rules;
	rules_put(rules);
	return NULL;
}

struct rules *rules_take(struct rules *rules)
{
	if (rules)
		atomic_fetch_add(&rules->references, 1);
	return rules;
}

void rules_put(struct rules *rules)
{
	if (!rules || atomic_fetch_sub(&rules->references, 1) != 1)
		return;
	json_decref(rules->document);
	pthread_mutex_destroy(&rules->mutex);
	free(rules->rules);
	free(rules);
}

uint64_t rules_seed(const struct rules *rules)
{
	return rules->seed;
}

void rules_write(struct rules *rules, struct jsonw *w)
{
	jsonw_object(w);
	jsonw_key_int(w, "seed", (int64_t)rules->seed);
	jsonw_key(w, "items");
	jsonw_array(w);
	pthread_mutex_lock(&rules->mutex);
	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = &rules->rules[i];

		jsonw_object(w);
		jsonw_key_text(w, "name", rule->name);
		jsonw_key(w, "when");
		jsonw_value(w, rule->when);
		jsonw_key(w, "do");
		jsonw_value(w, rule->deeds);
		jsonw_key_int(w, "matched", rule->matched);
		jsonw_key_int(w, "fired", rule->fired);
		jsonw_object_end(w);
	}
	pthread_mutex_unlock(&rules->mutex);
	jsonw_array_end(w);
	jsonw_object_end(w);
}

/* A request, with what is read of it only when a rule asks. */
struct look {
	const struct rule_facts *facts;
	struct arena *arena;
	bool query_read, body_read;
	struct pairs query;
	json_t *body; /* NULL: none that is JSON */
};

static const struct pairs *query_of(struct look *look)
{
	struct err ignored = ERR_INIT;

	if (!look->query_read && look->facts->query &&
	    !query_parse(look->arena, look->facts->query, PLUS_IS_BLANK, &look->query, &ignored))
		look->query.count = 0;
	look->query_read = true;
	return &look->query;
}

static json_t *body_of(struct look *look)
{
	const struct str *body = look->facts->body;
	struct err ignored = ERR_INIT;

	if (!look->body_read && body && body->length)
		look->body = jsonx_load(body->text, body->length, &ignored);
	look->body_read = true;
	return look->body;
}

static bool names(const json_t *wanted, const char *name)
{
	const json_t *item;
	size_t i;

	if (!name)
		return false;
	json_array_foreach (wanted, i, item)
		if (strcmp(json_string_value(item), name) == 0)
			return true;
	return json_is_string(wanted) && strcmp(json_string_value(wanted), name) == 0;
}

/* Whether each of the named pairs has a value that fits. */
static bool pairs_fit(const json_t *globs, const struct pairs *pairs,
		      int (*compare)(const char *a, const char *b))
{
	const char *name;
	const json_t *glob;

	json_object_foreach ((json_t *)(uintptr_t)globs, name, glob) {
		bool fits = false;

		for (size_t i = 0; i < pairs->count && !fits; i++)
			fits = compare(pairs->items[i].name, name) == 0 &&
			       glob_fits(json_string_value(glob), pairs->items[i].value);
		if (!fits)
			return false;
	}
	return true;
}

struct wanted {
	const json_t *value;
	bool found;
};

/* The whole path, or what is below the root of the service. */
static bool path_fits(const char *pattern, const char *path)
{
	const char *below = path_below_service(path);

	return glob_fits(pattern, path) || (below && glob_fits(pattern, below));
}

/* A text is a glob; 91 and 91.0 are the same number. */
static bool compare_place(const struct place *place, void *payload)
{
	struct wanted *wanted = payload;
	const json_t *value = wanted->value;

	if (json_is_string(value))
		wanted->found = json_is_string(place->value) &&
				glob_fits(json_string_value(value),
					  json_string_value(place->value));
	else if (json_is_number(value))
		wanted->found = json_is_number(place->value) &&
				json_number_value(value) == json_number_value(place->value);
	else
		wanted->found = place->value && json_equal(place->value, value);
	return !wanted->found;
}

static bool fields_fit(const json_t *fields, json_t *body)
{
	const char *pointer;
	const json_t *value;

	json_object_foreach ((json_t *)(uintptr_t)fields, pointer, value) {
		struct wanted wanted = { value, false };

		if (body)
			pointer_visit(body, pointer, compare_place, &wanted);
		if (!wanted.found)
			return false;
	}
	return true;
}

/* Whether the request is one that the rule is about; what is cheap is asked first. */
static bool fits(const struct condition *c, struct look *look)
{
	static const unsigned versions[] = { V11, V12 }; /* VERSION_CHOICES */
	const struct rule_facts *facts = look->facts;

	return (!(c->says & IF(METHOD)) || names(c->method, facts->method)) &&
	       (!(c->says & IF(OPERATION)) || names(c->operation, facts->operation)) &&
	       (!(c->says & IF(PATH)) || path_fits(c->path, facts->path)) &&
	       (!(c->says & IF(VERSION)) || (facts->version & versions[c->version])) &&
	       (!(c->says & IF(CLIENT)) || same_text(c->client, facts->credential) ||
		same_text(c->client, facts->address)) &&
	       (!(c->says & IF(HEADER)) || pairs_fit(c->header, facts->headers, strcasecmp)) &&
	       (!(c->says & IF(QUERY)) || pairs_fit(c->query, query_of(look), strcmp)) &&
	       (!(c->says & IF(FIELD)) || fields_fit(c->field, body_of(look)));
}

/* Counts a request that fits. */
static bool fires(struct rule *rule, int64_t age_ms)
{
	const struct condition *c = &rule->condition;

	if ((c->says & IF(FOR_S)) && age_ms >= c->for_s * 1000)
		return false; /* the rule is over */
	rule->matched++;
	if ((c->says & IF(NTH)) && rule->matched != c->nth)
		return false;
	if (rule->matched <= c->after)
		return false;
	if ((c->says & IF(EVERY)) && (rule->matched - c->after) % c->every != 0)
		return false;
	if ((c->says & IF(TIMES)) && rule->fired >= c->times)
		return false;
	if ((c->says & IF(ODDS)) && random_unit(&rule->random) >= c->odds)
		return false;
	rule->fired++;
	return true;
}

static void note(struct effects *out, struct rule *rule)
{
	const struct deed *deed = &rule->deed;

	if ((deed->says & DO(DELAY)) && !effects_deed(out, DO_DELAY))
		out->delay_us = spread_us(deed->delay_spread, deed->delay_ms, &rule->random);
	out->names[out->count] = rule->name;
	out->deeds[out->count++] = deed;
}

void rules_match(struct rules *rules, const struct rule_facts *facts, struct arena *arena,
		 struct effects *out)
{
	struct look look = { .facts = facts, .arena = arena };
	bool fit[RULES_MOST];

	*out = (struct effects){
		.deeds = arena_alloc(arena, (rules->count + 1) * sizeof *out->deeds),
		.names = arena_alloc(arena, (rules->count + 1) * sizeof *out->names),
	};
	for (size_t i = 0; i < rules->count; i++)
		fit[i] = fits(&rules->rules[i].condition, &look);
	pthread_mutex_lock(&rules->mutex);
	for (size_t i = 0; i < rules->count; i++)
		if (fit[i] && fires(&rules->rules[i], facts->now - rules->began))
			note(out, &rules->rules[i]);
	pthread_mutex_unlock(&rules->mutex);
	json_decref(look.body);
	if (out->count)
		out->rules = rules_take(rules);
}

void effects_put(struct effects *effects)
{
	rules_put(effects->rules);
	*effects = (struct effects){ 0 };
}

const struct deed *effects_deed(const struct effects *effects, enum deed_key key)
{
	for (size_t i = 0; i < effects->count; i++)
		if (effects->deeds[i]->says & (1u << key))
			return effects->deeds[i];
	return NULL;
}

bool effects_run(const struct effects *effects)
{
	const struct deed *said = effects_deed(effects, DO_RUN);

	return said ? said->run
		    : !effects_deed(effects, DO_STATUS) && !effects_deed(effects, DO_BODY) &&
			       !effects_deed(effects, DO_FAULT) && !effects_deed(effects, DO_HTML);
}
