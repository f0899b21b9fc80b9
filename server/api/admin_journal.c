/*
 * admin_journal.c - the journal and the counters, for who asks from outside.
 */
#include "server/api/admin.h"

#include <strings.h>

#include "server/http/limit.h"
#include "server/metrics.h"

#define HAR_TYPE "application/har+json"

/* The exchanges that the query asks for. */
static void answer(struct admin *admin,
		   void (*write)(const struct journal_list *list, struct jsonw *w),
		   const char *type)
{
	struct journal_query query;
	struct journal_list list;
	struct err err = ERR_INIT;

	if (!journal_query_parse(&query, &admin->query, &err)) {
		admin_fail(admin, 400, err.pointer, "%s", err.text);
		return;
	}
	journal_take(admin->sandbox->journal, &query, &list);
	admin->response->content_type = type;
	write(&list, &admin->w);
	journal_list_release(&list);
}

void admin_journal_har(struct admin *admin)
{
	answer(admin, journal_write_har, HAR_TYPE);
}

void admin_journal_show(struct admin *admin)
{
	const char *accept = request_header(admin->request, "Accept");

	if (accept && strcasestr(accept, HAR_TYPE))
		admin_journal_har(admin);
	else
		answer(admin, journal_write, "application/json");
}

void admin_journal_delete(struct admin *admin)
{
	journal_clear(admin->sandbox->journal);
	admin->response->content_type = NULL;
}

void admin_journal_verify(struct admin *admin)
{
	struct err err = ERR_INIT;

	if (!admin->sandbox->journal)
		admin_fail(admin, 409, "", "nothing is recorded here: --journal-size is 0");
	else if (!journal_verify(admin->sandbox->journal, admin->body, &admin->w, &err))
		admin_fail_err(admin, &err);
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
	};
	registry_count(registry, &gauges.sandboxes, &gauges.sandboxes_open);
	response->status = 200;
	response->content_type = "text/plain; version=0.0.4; charset=utf-8";
	metrics_write(&response->body, &gauges);
	limits_write(&response->body);
}
