/*
 * rules_read.c - one fault rule from its JSON: the tables of `when` and `do`, and what
 * contradicts itself.
 */
#include "server/quirk/rules_internal.h"

#include <stdio.h>
#include <string.h>

#include "base/jsonx.h"

#define COUNT_MOST 1000000000
#define METHODS "GET HEAD PUT POST DELETE PATCH OPTIONS"

/* clang-format off */
#define AT(member) offsetof(struct condition, member)
static const struct key conditions[IF_COUNT] = {
	[IF_METHOD]    = { "method",    rule_methods,    AT(method),    0, 0, METHODS },
	[IF_OPERATION] = { "operation", rule_operations, AT(operation), 0, 0, "token" },
	[IF_PATH]      = { "path",      rule_path,   AT(path),      0, 0, NULL },
	[IF_VERSION]   = { "version",   rule_choice, AT(version),   0, 0, VERSION_CHOICES },
	[IF_CLIENT]    = { "client",    rule_text,   AT(client),    0, 0, NULL },
	[IF_HEADER]    = { "header",    rule_globs,  AT(header),    0, 0, NULL },
	[IF_QUERY]     = { "query",     rule_globs,  AT(query),     0, 0, NULL },
	[IF_FIELD]     = { "field",     rule_fields, AT(field),     0, 0, NULL },
	[IF_NTH]       = { "nth",       rule_int,    AT(nth),       1, COUNT_MOST, NULL },
	[IF_EVERY]     = { "every",     rule_int,    AT(every),     1, COUNT_MOST, NULL },
	[IF_AFTER]     = { "after",     rule_int,    AT(after),     0, COUNT_MOST, NULL },
	[IF_TIMES]     = { "times",     rule_int,    AT(times),     1, COUNT_MOST, NULL },
	[IF_ODDS]      = { "odds",      rule_odds,   AT(odds),      0, 0, NULL },
	[IF_FOR_S]     = { "for_s",     rule_int,    AT(for_s),     1, COUNT_MOST, NULL },
};
#undef AT

#define AT(member) offsetof(struct deed, member)
static const struct key deeds[DO_COUNT] = {
	[DO_STATUS]       = { "status",       rule_int,          AT(status),       200, 599, NULL },
	[DO_HEADERS]      = { "headers",      rule_headers,      AT(headers),      0, 0, NULL },
	[DO_BODY]         = { "body",         rule_body,         AT(body),         0, 0, NULL },
	[DO_CONTENT_TYPE] = { "content_type", rule_content_type, AT(content_type), 0, 0, NULL },
	[DO_FAULT]        = { "fault",        rule_fault,        AT(fault),        0, 0, NULL },
	[DO_HTML]         = { "html",         rule_flag,         0,                0, 0, NULL },
	[DO_EMPTY]        = { "empty",        rule_flag,         0,                0, 0, NULL },
	[DO_SET]          = { "set",          rule_fields,       AT(set),          0, 0, NULL },
	[DO_REMOVE]       = { "remove",       rule_pointers,     AT(remove),       0, 0, NULL },
	[DO_RETYPE]       = { "retype",       rule_retype,       AT(retype),       0, 0, RETYPE_CHOICES },
	[DO_MALFORM]      = { "malform",      rule_flag,         0,                0, 0, NULL },
	[DO_TRUNCATE]     = { "truncate",     rule_int,          AT(truncate),     0, COUNT_MOST, NULL },
	[DO_LENGTH_OFF]   = { "length_off",   rule_shift,        AT(length_off),   -COUNT_MOST, COUNT_MOST, NULL },
	[DO_DRIP]         = { "drip",         rule_drip,         0,                1, DELAY_MOST_MS, NULL },
	[DO_CONNECTION]   = { "connection",   rule_choice,       AT(connection),   0, 0, "reset close half garbage" },
	[DO_DELAY]        = { "delay",        rule_delay,        0,                1, DELAY_MOST_MS, NULL },
	[DO_EXPIRE_TOKEN] = { "expire_token", rule_flag,         0,                0, 0, NULL },
	[DO_REVOKE_TOKEN] = { "revoke_token", rule_flag,         0,                0, 0, NULL },
	[DO_SKEW_S]       = { "skew_s",       rule_shift,        AT(skew_s),       -COUNT_MOST, COUNT_MOST, NULL },
	[DO_PAGE]         = { "page",         rule_choice,       AT(page),         0, 0, "repeat skip" },
	[DO_RUN]          = { "run",          rule_bool,         AT(run),          0, 0, NULL },
};
#undef AT

/* What follows from several members of `do`, beside their own bits. */
#define SILENT     (1u << 24) /* the connection ends without an answer */
#define HALF       (1u << 25)
#define ANSWERED   (1u << 26) /* a rule answers, the request is not carried out */
#define BODILESS   (1u << 27) /* the answer has no body */
#define BARE       (1u << 28) /* nor has this one, because nothing is said of one */
#define EDITS      (DO(SET) | DO(REMOVE) | DO(RETYPE) | DO(MALFORM))
#define BODIES     (DO(BODY) | DO(HTML) | DO(FAULT))
#define ANSWERS    (BODIES | DO(STATUS))
#define WITH_BODY  (EDITS | DO(TRUNCATE) | DO(DRIP) | DO(CONTENT_TYPE) | HALF)
#define OF_ANSWERS (ANSWERS | EDITS | DO(HEADERS) | DO(CONTENT_TYPE) | DO(EMPTY) | DO(TRUNCATE) | \
		    DO(LENGTH_OFF) | DO(DRIP) | DO(PAGE))

static const struct {
	unsigned these, those; /* the culprit is one of those */
	const char *why;
} contradictions[] = {
	{ SILENT,            OF_ANSWERS,                        "no answer leaves over a connection that ends like this" },
	{ DO(BODY),          DO(FAULT) | DO(HTML) | DO(EMPTY),  "the answer has one body: either this or body" },
	{ DO(FAULT),         DO(HTML) | DO(EMPTY),              "the answer has one body: either this or fault" },
	{ DO(HTML),          DO(EMPTY),                         "the answer has one body: either this or html" },
	{ DO(BODY) | DO(HTML), EDITS,                           "it changes the answer of the SIS, and this rule gives one of its own" },
	{ BODILESS,          WITH_BODY | BODIES,                "the answer of this rule has no body" },
	{ BARE,              WITH_BODY,                         "a status alone has no body; \"run\": true keeps that of the SIS" },
	{ ANSWERED,          DO(PAGE),                          "no page is read where the rule answers; \"run\": true would read it" },
	{ DO(EXPIRE_TOKEN),  DO(REVOKE_TOKEN),                  "a token cannot expire once it is revoked" },
};
/* clang-format on */

const char *rules_when_key(size_t i)
{
	return i < IF_COUNT ? conditions[i].name : NULL;
}

const char *rules_do_key(size_t i)
{
	return i < DO_COUNT ? deeds[i].name : NULL;
}

static bool unknown_key(struct reading *r, const char *name, const struct key *keys, size_t count)
{
	struct str known = STR_INIT;

	for (size_t i = 0; i < count; i++)
		str_format(&known, "%s%s", i ? ", " : "", keys[i].name);
	rule_wrong(r, name, NULL, "unknown key; known are: %s", str_text(&known));
	str_release(&known);
	return false;
}

static bool read_section(struct reading *r, const json_t *section, const struct key *keys,
			 size_t count, void *base, unsigned *says)
{
	const char *name;
	const json_t *value;

	if (!json_is_object(section))
		return rule_wrong(r, NULL, NULL, "expected an object, found %s",
				  jsonx_kind(section));
	json_object_foreach ((json_t *)(uintptr_t)section, name, value) {
		size_t i = 0;

		while (i < count && strcmp(keys[i].name, name) != 0)
			i++;
		if (i == count)
			return unknown_key(r, name, keys, count);
		r->said = true;
		if (!keys[i].read(r, &keys[i], value, (char *)base + keys[i].offset))
			return false;
		if (r->said)
			*says |= 1u << i;
	}
	return true;
}

/* Whether anything keeps the rule from meeting every request for ever. */
static bool narrows(const struct condition *c)
{
	const unsigned always = IF(EVERY) | IF(AFTER) | IF(ODDS); /* unless they say more */

	return (c->says & ~always) || c->every > 1 || c->after > 0 ||
	       ((c->says & IF(ODDS)) && c->odds < 1);
}

static bool check_condition(struct reading *r, const struct condition *condition)
{
	const unsigned counts = IF(EVERY) | IF(AFTER) | IF(TIMES);

	if (!narrows(condition))
		return rule_wrong(r, NULL, NULL,
				  "this rule would meet every request; say which, or "
				  "{\"path\": \"*\"} if all are meant");
	for (size_t i = 0; (condition->says & IF(NTH)) && i < IF_COUNT; i++)
		if (condition->says & counts & (1u << i))
			return rule_wrong(r, conditions[i].name, NULL,
					  "nth is one request; this cannot narrow it");
	return true;
}

/* The bits of what a rule says, and of what follows. */
static unsigned meaning(const struct deed *deed)
{
	unsigned says = deed->says;
	bool cut = (says & DO(CONNECTION)) != 0, half = cut && deed->connection == END_HALF;
	bool answered = (says & ANSWERS) && !deed->run;
	bool bodiless = (says & DO(EMPTY)) || deed->status == 204 || deed->status == 304;

	return says | (half ? HALF : 0) | (cut && !half ? SILENT : 0) | (answered ? ANSWERED : 0) |
	       (bodiless ? BODILESS : 0) | (answered && !(says & BODIES) ? BARE : 0);
}

static bool check_deed(struct reading *r, const struct deed *deed)
{
	unsigned says = meaning(deed);

	for (size_t i = 0; i < ARRAY_SIZE(contradictions); i++) {
		unsigned culprits = (says & contradictions[i].these)
					    ? says & contradictions[i].those
					    : 0;
		size_t key = 0;

		if (!culprits)
			continue;
		while (key < DO_COUNT && !(culprits & (1u << key)))
			key++;
		return rule_wrong(r, deeds[key < DO_COUNT ? key : DO_CONNECTION].name, NULL, "%s",
				  contradictions[i].why);
	}
	if (!(says & ~DO(RUN)))
		return rule_wrong(r, NULL, NULL, "nothing is said to go wrong");
	return !(says & DO(RUN)) || deed->run || (says & (ANSWERS | SILENT)) ||
	       rule_wrong(
		       r, "run", NULL,
		       "what is not carried out needs an answer (status, body, fault, html) or a "
		       "connection that ends without one");
}

/* `matched` and `fired` are what a GET of the rules adds: a document may be put back. */
static bool read_item(struct rule *rule, struct reading *r, const json_t *item)
{
	static const char known[] = "name when do matched fired";
	const char *name;
	const json_t *value;

	if (!json_is_object(item))
		return rule_wrong(r, NULL, NULL, "a rule is an object, found %s", jsonx_kind(item));
	json_object_foreach ((json_t *)(uintptr_t)item, name, value)
		if (!has_word(known, name))
			return rule_wrong(r, name, NULL,
					  "unknown key; a rule has name, when and do");
	value = json_object_get(item, "name");
	rule->name = json_string_value(value);
	rule->when = json_object_get(item, "when");
	rule->deeds = json_object_get(item, "do");
	return !value || rule_is_short(r, "name", NULL, value);
}

bool rule_read(struct rule *rule, const json_t *item, size_t index, struct err *err)
{
	char at[32], when[40], todo[40];
	struct reading r = { .at = at, .err = err };
	struct condition *condition = &rule->condition;
	json_t *nothing = json_object();

	snprintf(at, sizeof at, "/items/%zu", index);
	snprintf(when, sizeof when, "%s/when", at);
	snprintf(todo, sizeof todo, "%s/do", at);

	bool good = read_item(rule, &r, item);

	r.at = when;
	good = good &&
	       read_section(&r, rule->when ? rule->when : nothing, conditions, IF_COUNT, condition,
			    &condition->says) &&
	       check_condition(&r, condition);
	r.at = todo;
	good = good &&
	       read_section(&r, rule->deeds ? rule->deeds : nothing, deeds, DO_COUNT, &rule->deed,
			    &rule->deed.says) &&
	       check_deed(&r, &rule->deed);
	json_decref(nothing);
	return good;
}
