/*
 * consumer.c - every rule over every client of a journal, and the report.
 */
#include "conformance/consumer/consumer.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "conformance/consumer/rule.h"
#include "conformance/control/control.h"

#define SHOWN 4000         /* bytes of a body that a report keeps */
#define ITEMS_MOST 1000000 /* exchanges of one journal: the most that a server keeps */

static const char *const level_names[] = { "must", "should" };

static const struct rule *const tables[] = {
	auth_rules, order_rules, write_rules,      repeat_rules,
	body_rules, read_rules,  connection_rules,
};

static json_t *describe(const struct rule *rule)
{
	return json_pack("{ss,ss,ss,ss,ss,sb}", "id", rule->id, "suite", "consumer", "level",
			 level_names[rule->level], "clause", rule->clause, "title", rule->title,
			 "writes", 0);
}

json_t *consumer_list(void)
{
	json_t *list = json_array();

	for (size_t i = 0; i < ARRAY_SIZE(tables); i++)
		for (const struct rule *rule = tables[i]; rule->id; rule++)
			json_array_append_new(list, describe(rule));
	return list;
}

/* What a rule said about all clients so far. */
struct ruling {
	const char *verdict;
	struct str message;
	json_t *exchanges;
};

/* The worst first; `skipped` gives way to everything. */
static int weight(const char *verdict)
{
	static const char *const order[] = { "fail", "warning", "pass", "skipped" };

	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		if (same_text(order[i], verdict))
			return (int)i;
	return ARRAY_SIZE(order);
}

static void set_shown(json_t *row, const char *key, const char *text)
{
	char *cut = text ? xstrndup(text, SHOWN) : NULL;

	if (cut)
		utf8_scrub(cut);
	json_object_set_new(row, key, cut ? json_string(cut) : json_null());
	free(cut);
}

/* An exchange as the judge of providers shows its own. */
static json_t *show(const json_t *item)
{
	json_t *row = json_object();
	const char *curl = jsonx_text(item, "curl");
	double ms = 0;

	jsonx_number(item, "ms", &ms);
	json_object_set(row, "journal", json_object_get(item, "id"));
	json_object_set(row, "method", json_object_get(item, "method"));
	json_object_set(row, "target", json_object_get(item, "target"));
	set_shown(row, "request", jsonx_text(json_object_get(item, "request"), "body"));
	json_object_set(row, "status", json_object_get(item, "status"));
	set_shown(row, "response", jsonx_text(json_object_get(item, "response"), "body"));
	json_object_set_new(row, "ms", json_integer((json_int_t)ms));
	json_object_set_new(row, "curl",
			    json_string(curl ? curl : "(the request was not kept as a whole)"));
	return row;
}

/* Why the rule cannot be held against such a journal; NULL: it can. Returns (free). */
static char *unfit(const struct rule *rule, const struct journal *journal,
		   const struct connection *connection)
{
	if ((rule->needs & NEEDS_START) && !journal->complete)
		return xstrdup(journal->incomplete);
	if ((rule->needs & NEEDS_ANSWERS) && journal->cut)
		return xformat("the answer of exchange %lld was too long for the journal, and "
			       "what it said could change the verdict",
			       (long long)journal->cut);
	if ((rule->needs & NEEDS_CONNECTION) && !connection)
		return xstrdup("nobody said what the connection promises (--connection)");
	return NULL;
}

static const char *verdict_of(const struct trial *trial, const char *why)
{
	if (why || trial->unfit || (!trial->seen && !trial->breaches))
		return "skipped";
	if (!trial->breaches)
		return "pass";
	return trial->rule->level == RULE_MUST ? "fail" : "warning";
}

static void say(struct ruling *ruling, const struct trial *trial, const char *client,
		const char *verdict, const char *why)
{
	const json_t *item;
	size_t i;

	if (weight(verdict) < weight(ruling->verdict)) {
		str_clear(&ruling->message);
		json_array_clear(ruling->exchanges);
		ruling->verdict = verdict;
	} else if (weight(verdict) > weight(ruling->verdict) || !trial->breaches) {
		return;
	}
	if (ruling->message.length)
		str_add(&ruling->message, "; ");
	if (client && trial->breaches)
		str_format(&ruling->message, "%s: ", client);
	str_add(&ruling->message, why               ? why
				  : trial->unfit    ? trial->unfit
				  : trial->breaches ? trial->first
				  : trial->seen     ? trial->rule->title
						    : trial->rule->nothing);
	if (trial->breaches > 1)
		str_format(&ruling->message, " (and %zu more)", trial->breaches - 1);
	/* reports show the last one: that must be the one that the message is about */
	json_array_foreach (trial->culprits, i, item)
		json_array_insert_new(ruling->exchanges, 0, show(item));
}

/* One rule against one client. @several: others are judged as well. */
static void try_client(struct ruling *ruling, const struct rule *rule,
		       const struct journal *journal, const char *client, bool several,
		       const struct connection *connection)
{
	struct trial trial = { .rule = rule, .connection = connection, .culprits = json_array() };
	char *why = unfit(rule, journal, connection);

	trial.items = xcalloc(journal->count + 1, sizeof(struct exchange *));
	for (size_t i = 0; i < journal->count; i++)
		if (same_text(journal->items[i].client, client))
			trial.items[trial.count++] = &journal->items[i];
	if (!why)
		rule->look(&trial);
	say(ruling, &trial, several ? client : NULL, verdict_of(&trial, why), why);
	free(why);
	free(trial.items);
	free(trial.first);
	free(trial.unfit);
	json_decref(trial.culprits);
	arena_release(&trial.arena);
}

static json_t *judge_rule(const struct rule *rule, const struct journal *journal,
			  const json_t *clients, const struct connection *connection)
{
	struct ruling ruling = { NULL, STR_INIT, json_array() };
	json_t *row = describe(rule);
	const json_t *client;
	size_t i;

	json_array_foreach (clients, i, client)
		try_client(&ruling, rule, journal, json_string_value(client),
			   json_array_size(clients) > 1, connection);
	if (ruling.message.text)
		utf8_scrub(ruling.message.text);
	json_object_set_new(row, "verdict", json_string(ruling.verdict));
	json_object_set_new(row, "message", json_string(str_text(&ruling.message)));
	json_object_set_new(row, "exchanges", ruling.exchanges);
	str_release(&ruling.message);
	return row;
}

static json_t *judge_all(const struct journal *journal, const json_t *clients,
			 const struct connection *connection)
{
	json_t *checks = json_array();

	for (size_t i = 0; i < ARRAY_SIZE(tables); i++)
		for (const struct rule *rule = tables[i]; rule->id; rule++)
			json_array_append_new(checks,
					      judge_rule(rule, journal, clients, connection));
	return checks;
}

static json_t *summary_of(const json_t *checks)
{
	static const char *const verdicts[] = { "pass", "fail", "warning", "skipped", "error" };
	json_t *summary = json_object();
	const json_t *row;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(verdicts); i++)
		json_object_set_new(summary, verdicts[i], json_integer(0));
	json_array_foreach (checks, i, row) {
		const char *name = jsonx_text(row, "verdict");

		json_object_set_new(summary, name, json_integer(jsonx_int(summary, name) + 1));
	}
	return summary;
}

/* Whom to judge. Returns (json_decref); NULL: there is nobody. */
static json_t *choose(const struct journal *journal, const char *client, struct err *err)
{
	struct str names = STR_INIT;
	const json_t *item;
	json_t *chosen = NULL;
	size_t i;

	if (!client)
		return json_incref(journal->clients);
	json_array_foreach (journal->clients, i, item) {
		str_format(&names, "%s%s", i ? ", " : "", json_string_value(item));
		if (same_text(json_string_value(item), client))
			chosen = json_pack("[s]", client);
	}
	if (!chosen)
		err_set(err, ERR_INVALID,
			"--client %s: the journal holds nothing of this client, only of: %.400s",
			client, str_text(&names));
	str_release(&names);
	return chosen;
}

static const char *version_of(const struct journal *journal)
{
	unsigned in = 0;

	for (size_t i = 0; i < journal->count; i++)
		if (journal->items[i].row)
			in |= journal->items[i].version;
	return in == BOTH ? "1.1 and 1.2" : in == V12 ? "1.2" : "1.1";
}

static json_t *make_report(const struct journal *journal, json_t *clients,
			   const struct connection *connection)
{
	json_t *report = json_object(), *checks = judge_all(journal, clients, connection);

	json_object_set(report, "clients", clients);
	json_object_set_new(report, "complete", json_boolean(journal->complete));
	json_object_set_new(report, "incomplete",
			    journal->complete ? json_null() : json_string(journal->incomplete));
	json_object_set_new(report, "exchanges", json_integer((json_int_t)journal->count));
	json_object_set_new(report, "not_attributed", json_integer((json_int_t)journal->strangers));
	json_object_set_new(report, "version", json_string(version_of(journal)));
	json_object_set_new(report, "summary", summary_of(checks));
	json_object_set_new(report, "checks", checks);
	return report;
}

json_t *consumer_judge_items(const json_t *items, int64_t forgotten, const char *client,
			     const struct connection *connection, struct err *err)
{
	struct journal journal;
	json_t *report = NULL, *clients = NULL;

	journal_read(&journal, items, forgotten);
	if (journal.count == 0)
		err_set(err, ERR_INVALID, "the journal holds no exchange that could be judged");
	else
		clients = choose(&journal, client, err);
	if (clients)
		report = make_report(&journal, clients, connection);
	json_decref(clients);
	journal_release(&journal);
	return report;
}

static bool take(const json_t *item, void *payload)
{
	json_t *items = payload;

	json_array_append(items, (json_t *)(uintptr_t)item);
	return json_array_size(items) < ITEMS_MOST;
}

/* How many exchanges the server has dropped; -1: it does not say. */
static bool ask_forgotten(struct control *control, int64_t *forgotten, struct err *err)
{
	json_t *answer = control_call(control, "GET", "/sandboxes/{sandbox}/journal?limit=1", NULL,
				      NULL, err);
	const json_t *said = json_object_get(answer, "forgotten");
	bool good = answer != NULL;

	*forgotten = json_is_integer(said) ? json_integer_value(said) : -1;
	json_decref(answer);
	return good;
}

static json_t *nothing_yet(const struct control *control, struct err *err)
{
	err_set(err, ERR_INVALID,
		"the journal of sandbox %s is empty: let the client run against %s/sandboxes/%s, "
		"then judge it (a journal does not survive a restart)",
		control_sandbox(control), control_base(control), control_sandbox(control));
	return NULL;
}

json_t *consumer_judge(const struct consumer_options *options, struct err *err)
{
	json_t *items = json_array(), *report = NULL;
	int64_t forgotten = -1;

	if (ask_forgotten(options->control, &forgotten, err) &&
	    control_journal(options->control, NULL, take, items, err))
		report = json_array_size(items) == 0
				 ? nothing_yet(options->control, err)
				 : consumer_judge_items(items, forgotten, options->client,
							options->connection, err);
	if (report) {
		json_object_set_new(report, "url", json_string(control_base(options->control)));
		json_object_set_new(report, "sandbox",
				    json_string(control_sandbox(options->control)));
	}
	json_decref(items);
	return report;
}
