/*
 * admin_journal.c - the journal and the counters, for who asks from outside.
 */
#include "server/api/admin.h"

#include <strings.h>

#include "base/jsonw.h"
#include "base/jsonx.h"
#include "server/metrics.h"

#define HAR_TYPE "application/har+json"

/* The exchanges that the query asks for. */
static bool take(struct sandbox *sandbox, struct request *request, struct response *response,
		 struct journal_list *list)
{
	struct journal_query query;
	struct pairs parameters = { 0 };
	struct err err = ERR_INIT;

	if ((!request->query ||
	     query_parse(&request->arena, request->query, PLUS_IS_BLANK, &parameters, &err)) &&
	    journal_query_parse(&query, &parameters, &err)) {
		journal_take(sandbox->journal, &query, list);
		return true;
	}
	admin_error(response, 400, err.text, err.pointer);
	return false;
}

static void answer(struct sandbox *sandbox, struct request *request, struct response *response,
		   void (*write)(const struct journal_list *list, struct jsonw *w),
		   const char *type)
{
	struct journal_list list;
	struct jsonw w;

	if (!take(sandbox, request, response, &list))
		return;
	response->status = 200;
	response->content_type = type;
	jsonw_init(&w, &response->body, 0);
	write(&list, &w);
	journal_list_release(&list);
}

void admin_journal_har(struct sandbox *sandbox, struct request *request, struct response *response)
{
	answer(sandbox, request, response, journal_write_har, HAR_TYPE);
}

void admin_journal_get(struct sandbox *sandbox, struct request *request, struct response *response)
{
	const char *accept = request_header(request, "Accept");

	if (accept && strcasestr(accept, HAR_TYPE))
		admin_journal_har(sandbox, request, response);
	else
		answer(sandbox, request, response, journal_write, "application/json");
}

void admin_journal_delete(struct sandbox *sandbox, struct request *request,
			  struct response *response)
{
	(void)request;
	journal_clear(sandbox->journal);
	response->status = 204;
	response->content_type = NULL;
}

void admin_journal_verify(struct sandbox *sandbox, struct request *request,
			  struct response *response)
{
	const struct str *body = &request->body;
	struct err err = ERR_INIT;
	json_t *json;
	struct jsonw w;

	if (request->body_too_large) {
		admin_error(response, 400, "the body is too large", "");
		return;
	}
	if (!sandbox->journal) {
		admin_error(response, 409, "nothing is recorded here: --journal-size is 0", "");
		return;
	}
	json = jsonx_load(str_text(body), body->length, &err);
	response->status = 200;
	jsonw_init(&w, &response->body, 0);
	if (!json)
		admin_error(response, 400, err.text, err.pointer);
	else if (!journal_verify(sandbox->journal, json, &w, &err))
		admin_error(response, 422, err.text, err.pointer);
	json_decref(json);
}

void admin_metrics(struct registry *registry, struct response *response)
{
	struct writer_stats stats = { 0 };
	struct metrics_gauges gauges;

	if (registry->writer)
		writer_stats(registry->writer, &stats);
	gauges = (struct metrics_gauges){
		.writer_queue = stats.waiting,
		.writer_transactions = stats.transactions,
		.writer_jobs = stats.jobs,
		.journal_bytes = (int64_t)atomic_load(&registry->journals.used),
		.sandboxes = (int64_t)registry->count,
	};
	response->status = 200;
	response->content_type = "text/plain; version=0.0.4; charset=utf-8";
	metrics_write(&response->body, &gauges);
}
