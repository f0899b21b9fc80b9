/*
 * journal.c - exchanges, parsed once.
 */
#include "conformance/consumer/journal.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/jsonx.h"
#include "base/when.h"

#define SLOW_MS 10000 /* who waits longer may have given up */

const char *exchange_header(const json_t *headers, const char *name)
{
	const char *key;
	json_t *value;

	json_object_foreach ((json_t *)(uintptr_t)headers, key, value)
		if (strcasecmp(key, name) == 0)
			return json_string_value(value);
	return NULL;
}

bool exchange_is(const struct exchange *exchange, const char *operation)
{
	return same_text(exchange->operation, operation);
}

bool exchange_succeeded(const struct exchange *exchange)
{
	return exchange->status >= 200 && exchange->status < 300;
}

bool exchange_reads(const struct exchange *exchange, const struct entity *entity)
{
	return exchange->row && exchange->row->entity == entity &&
	       (exchange->row->action == READ_MANY || exchange->row->action == READ_ONE);
}

bool exchange_may_come_again(const struct exchange *exchange)
{
	int status = exchange->status;

	return exchange->disturbed || status == 0 || status == 401 || status == 408 ||
	       status == 429 || status >= 500 || exchange->ended - exchange->began > SLOW_MS ||
	       (exchange->refusal && starts_with(exchange->refusal, "rate_limited"));
}

const char *reference_id(const json_t *object, const char *member)
{
	return jsonx_text(json_object_get(object, member), "sourcedId");
}

const json_t *exchange_object(const struct exchange *exchange)
{
	return exchange->row && exchange->row->action == WRITE_ONE
		       ? json_array_get(exchange->objects, 0)
		       : NULL;
}

const char *exchange_reference(const struct exchange *exchange, const char *member)
{
	return reference_id(exchange_object(exchange), member);
}

const char *exchange_object_id(const struct exchange *exchange)
{
	const json_t *answer = exchange->answer;
	const char *id = NULL;

	if (exchange->row && exchange_succeeded(exchange)) {
		id = reference_id(answer, exchange->row->entity->singular);
		id = id ? id : jsonx_text(answer, "sourcedId");
	}
	return id ? id : exchange->id_count ? exchange->ids[exchange->id_count - 1] : NULL;
}

static const char *text_of(const json_t *item, const char *key)
{
	const char *text = jsonx_text(item, key);

	return text ? text : "";
}

static int64_t time_of(const json_t *item, const char *key)
{
	int64_t when = 0;

	return when_parse(text_of(item, key), &when, NULL) ? when : 0;
}

/* The body of a message as JSON. Returns (json_decref); NULL: none. */
static json_t *body_of(const json_t *message, bool *cut)
{
	const char *text = jsonx_text(message, "body");
	struct err ignored = ERR_INIT;

	*cut = jsonx_true(message, "truncated");
	return text && !*cut ? jsonx_load(text, strlen(text), &ignored) : NULL;
}

/* The ids of the path, by the places that the operation's path has for them. */
static void read_ids(struct journal *journal, struct exchange *exchange)
{
	size_t length = strcspn(exchange->target, "?");
	const char *path = arena_dup_n(&journal->arena, exchange->target, length);
	const char *at = path_below_service(path), *pattern = exchange->row->path;
	struct err ignored = ERR_INIT;

	while (at && *at == '/' && *pattern == '/') {
		size_t own = strcspn(++at, "/"), row = strcspn(++pattern, "/");

		if (*pattern == '{' && exchange->id_count < OPERATION_IDS) {
			const char *id = pct_decode(&journal->arena, at, own, PLUS_IS_PLUS,
						    &ignored);

			exchange->ids[exchange->id_count++] = id ? id : "";
		}
		at += own;
		pattern += row;
	}
}

/* What a body holds of the operation's objects, with or without its wrapper. */
static json_t *objects_of(const struct operation *row, json_t *body)
{
	json_t *inner;

	if (!json_is_object(body))
		return NULL;
	if (row->action == READ_MANY) {
		inner = json_object_get(body, row->entity->plural);
		return json_is_array(inner) ? json_incref(inner) : NULL;
	}
	inner = json_object_get(body, row->entity->singular);
	return json_pack("[O]", json_is_object(inner) ? inner : body);
}

static void read_query(struct journal *journal, struct exchange *exchange)
{
	const char *mark = strchr(exchange->target, '?');
	struct err ignored = ERR_INIT;

	if (mark &&
	    !query_parse(&journal->arena, mark + 1, PLUS_IS_BLANK, &exchange->query, &ignored))
		exchange->query.count = 0;
}

static void read_oauth1(struct journal *journal, struct exchange *exchange)
{
	const char *header = exchange_header(exchange->request_headers, "Authorization");
	struct err ignored = ERR_INIT;
	struct oauth1 *oauth1;

	if (!header || strncasecmp(header, "OAuth ", 6) != 0)
		return;
	oauth1 = arena_alloc(&journal->arena, sizeof *oauth1);
	if (oauth1_parse(&journal->arena, header, oauth1, &ignored))
		exchange->oauth1 = oauth1;
}

static void read_exchange(struct journal *journal, struct exchange *exchange, const json_t *item)
{
	const json_t *request = json_object_get(item, "request");
	const json_t *response = json_object_get(item, "response");
	double ms = 0;

	jsonx_number(item, "ms", &ms);
	*exchange = (struct exchange){
		.item = json_incref((json_t *)(uintptr_t)item),
		.id = jsonx_int(item, "id"),
		.at = time_of(item, "at"),
		.began = time_of(item, "real_at"),
		.method = text_of(item, "method"),
		.target = text_of(item, "target"),
		.operation = jsonx_text(item, "operation"),
		.refusal = jsonx_text(item, "refusal"),
		.client = text_of(item, "client"),
		.status = (int)jsonx_int(item, "status"),
		.request_headers = json_object_get(request, "headers"),
		.response_headers = json_object_get(response, "headers"),
		.disturbed = json_array_size(json_object_get(item, "faults")) > 0,
	};
	exchange->ended = exchange->began + (ms > 0 && ms < LONGEST_MS ? (int64_t)ms : 0);
	exchange->version = strstr(exchange->target, "/v1p2/") ? V12 : V11;
	exchange->row = exchange->operation ? operation_find(exchange->operation) : NULL;
	exchange->body = body_of(request, &exchange->body_cut);
	exchange->answer = body_of(response, &exchange->answer_cut);
	if (exchange->row) {
		bool writes = exchange->row->action == WRITE_ONE;

		read_ids(journal, exchange);
		if (writes || exchange_succeeded(exchange))
			exchange->objects = objects_of(exchange->row,
						       writes ? exchange->body : exchange->answer);
	}
	read_query(journal, exchange);
	read_oauth1(journal, exchange);
	if (!journal->cut && exchange->answer_cut && exchange->row)
		journal->cut = exchange->id;
}

static bool is_address(const char *client)
{
	unsigned char room[16];

	return inet_pton(AF_INET, client, room) == 1 || inet_pton(AF_INET6, client, room) == 1;
}

/* The client that a request of nobody known claims to be; NULL: it does not say. */
static const char *claim_of(struct journal *journal, const struct exchange *exchange)
{
	const char *text = jsonx_text(json_object_get(exchange->item, "request"), "body");
	struct pairs form = { 0 };
	struct err ignored = ERR_INIT;

	if (exchange->oauth1)
		return exchange->oauth1->consumer_key;
	if (!exchange_is(exchange, "token") || !text)
		return NULL;
	return query_parse(&journal->arena, text, PLUS_IS_BLANK, &form, &ignored)
		       ? pairs_get(&form, "client_id")
		       : NULL;
}

static void add_client(struct journal *journal, const char *client)
{
	const json_t *known;
	size_t i;

	json_array_foreach (journal->clients, i, known)
		if (same_text(json_string_value(known), client))
			return;
	json_array_append_new(journal->clients, json_string(client));
}

/* Whom nobody let in stands in the journal with an address. It is the one credential's, if
 * there is but one; without any credential addresses are the clients. */
static void name_clients(struct journal *journal)
{
	for (size_t i = 0; i < journal->count; i++)
		if (!is_address(journal->items[i].client))
			add_client(journal, journal->items[i].client);

	size_t known = json_array_size(journal->clients);
	const char *only = json_string_value(json_array_get(journal->clients, 0));

	for (size_t i = 0; i < journal->count; i++) {
		struct exchange *exchange = &journal->items[i];
		const char *claim = is_address(exchange->client) ? claim_of(journal, exchange)
								 : NULL;

		if (!is_address(exchange->client))
			continue;
		if (known == 1)
			exchange->client = only;
		else if (known && claim)
			exchange->client = claim;
		else if (known)
			journal->strangers++;
		else
			add_client(journal, exchange->client);
	}
}

/* What is known of a client on the way through the journal. */
struct state {
	unsigned run;
	bool any, put, result; /* in this run: anything, a PUT, a PUT of a result */
	bool refused;          /* a 401 since the last token */
	int64_t last, token, life;
};

static bool begins_run(const struct state *state, const struct exchange *exchange)
{
	if (!state->any)
		return false;
	if (exchange->began - state->last > RUN_PAUSE_MS)
		return true;
	if (exchange_is(exchange, "token"))
		return state->put && !exchange->renewal;
	return state->result && strcmp(exchange->method, "GET") == 0;
}

int64_t token_life(const struct exchange *exchange)
{
	int64_t seconds = jsonx_int(exchange->answer, "expires_in");

	return seconds > 0 && seconds < LONGEST_MS / 1000 ? seconds * 1000 : LONGEST_MS;
}

static void step(struct state *state, struct exchange *exchange)
{
	bool token = exchange_is(exchange, "token");

	if (token)
		exchange->renewal = state->token &&
				    (state->refused || exchange->at >= state->token + state->life);
	if (begins_run(state, exchange)) {
		state->run++;
		state->put = state->result = false;
	}
	exchange->run = state->run;
	state->any = true;
	state->last = exchange->ended;
	state->put = state->put || strcmp(exchange->method, "PUT") == 0;
	state->result = state->result || exchange_is(exchange, "putResult");
	if (token && exchange_succeeded(exchange)) {
		state->refused = false;
		state->token = exchange->at;
		state->life = token_life(exchange);
	} else if (exchange->status == 401) {
		state->refused = true;
	}
}

static void find_runs(struct journal *journal)
{
	const json_t *client;
	size_t i;

	json_array_foreach (journal->clients, i, client) {
		struct state state = { 0 };

		for (size_t k = 0; k < journal->count; k++)
			if (same_text(journal->items[k].client, json_string_value(client)))
				step(&state, &journal->items[k]);
	}
}

void journal_read(struct journal *journal, const json_t *items, int64_t forgotten)
{
	const json_t *item;
	int64_t first;
	size_t i;

	*journal = (struct journal){ .clients = json_array() };
	json_array_foreach (items, i, item) {
		GROW(journal->items, journal->count, journal->room);
		read_exchange(journal, &journal->items[journal->count++], item);
	}
	first = journal->count ? journal->items[0].id : 1;
	journal->complete = forgotten < 0 ? first == 1 : forgotten == 0;
	if (!journal->complete)
		journal->incomplete = xformat(
			"the journal begins with exchange %lld: what came before it is "
			"forgotten (mocksis serve --journal-size keeps more)",
			(long long)first);
	name_clients(journal);
	find_runs(journal);
}

void journal_release(struct journal *journal)
{
	for (size_t i = 0; i < journal->count; i++) {
		struct exchange *exchange = &journal->items[i];

		json_decref((json_t *)(uintptr_t)exchange->item);
		json_decref(exchange->body);
		json_decref(exchange->answer);
		json_decref(exchange->objects);
	}
	free(journal->items);
	free(journal->incomplete);
	json_decref(journal->clients);
	arena_release(&journal->arena);
	*journal = (struct journal){ 0 };
}
