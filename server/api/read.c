/*
 * read.c - the two handlers behind every GET.
 *
 * Filter, then sort, then page, then fields (fact sheet 1.1, section 8.5).
 */
#include "server/api/api.h"

#include <string.h>

#include "base/jsonw.h"
#include "server/api/gradebook.h"
#include "server/api/list.h"
#include "server/api/publish.h"
#include "server/api/reading.h"
#include "server/query/relation.h"

bool parents_exist(struct context *context, struct conn *conn, size_t count, struct err *err)
{
	const struct collection *before = NULL;

	for (size_t i = 0; i < count; i++) {
		const struct collection *parent = collection_before(context->route.operation, i);
		struct sql condition;
		int64_t found = 0;

		sql_init(&condition);
		member_sql(parent, context->root.version, context->ids[i], &condition);
		if (before)
			belonging_sql(before, context->ids[i - 1], parent, &condition);

		bool good = rows_count(conn, parent->entity, &condition, &found, err);

		sql_release(&condition);
		if (!good)
			return false;
		if (!found)
			return unknown_object(context, parent->entity->singular, context->ids[i]);
		before = parent;
	}
	return true;
}

static bool read_page(struct context *context, struct wish *wish)
{
	const struct quirks *quirks = &context->profile->quirks;
	struct page_rules rules = { quirks->limit_default, quirks->limit_max,
				    strcmp(quirks->limit_over, "reject") == 0,
				    quirks->page_offset_base };
	struct err err = ERR_INIT;

	return page_parse(&wish->page, &context->query, &rules, &err) ||
	       refuse_err(context, FAULT_QUERY_INVALID, &err);
}

/* metadata of categories can be filtered only where the profile says so. */
static bool filter_is_supported(struct context *context, const struct filter *filter)
{
	for (size_t i = 0; i < filter->count; i++)
		if (filter->entity == &ENTITY_CATEGORIES &&
		    filter->predicates[i].field->type == T_MAP &&
		    !context->profile->quirks.category_filter_supported)
			return refuse_with(context, FAULT_FILTER_INVALID,
					   "categories cannot be filtered by metadata here");
	return true;
}

static bool read_filter(struct context *context, struct wish *wish)
{
	const struct quirks *quirks = &context->profile->quirks;
	struct filter_rules rules = { context->root.version, (size_t)quirks->filter_max_predicates,
				      quirks->filter_case_sensitive };
	struct err err = ERR_INIT;
	const char *text;

	if (!query_once(&context->query, "filter", &text, &err))
		return refuse_err(context, FAULT_QUERY_INVALID, &err);
	if (!text || !*text || !quirks->filter_supported)
		return true;
	wish->filtered = true;
	if (!filter_parse(&wish->filter, text, context->route.operation->entity, &rules,
			  &context->request->arena, &err))
		return refuse_err(context, FAULT_FILTER_INVALID, &err);
	return filter_is_supported(context, &wish->filter);
}

/* An unknown name leaves the order as it is: 1.1 says so beside the data, 1.2 has no
 * word for it (fact sheet 1.2, section 5.3). */
static bool read_sort(struct context *context, struct wish *wish)
{
	struct arena *arena = &context->request->arena;
	const char *sort, *order;
	struct err err = ERR_INIT;

	if (!query_once(&context->query, "sort", &sort, &err) ||
	    !query_once(&context->query, "orderBy", &order, &err))
		return refuse_err(context, FAULT_QUERY_INVALID, &err);
	if (!context->profile->quirks.sort_supported)
		return true;
	if (order && !order_parse(order, &wish->order))
		return refuse_with(context, FAULT_QUERY_INVALID,
				   arena_format(arena, "orderBy=%.*s: asc or desc belongs here",
						(int)utf8_prefix(order, 40), order));
	if (sort && !sort_parse(sort, context->route.operation->entity, context->root.version,
				&wish->order))
		status_remark(context, "invalid_sort_field",
			      arena_format(arena, "there is no field %.*s to sort by",
					   (int)utf8_prefix(sort, 80), sort));
	return true;
}

/* Unknown names: all of the fields with a remark in 1.1, 400 in 1.2 (traps A6). */
static bool read_fields(struct context *context)
{
	struct arena *arena = &context->request->arena;
	struct err err = ERR_INIT;
	const char *text;
	char wrong[64];

	if (!query_once(&context->query, "fields", &text, &err))
		return refuse_err(context, FAULT_QUERY_INVALID, &err);
	if (!text || !context->profile->quirks.fields_supported)
		return true;
	switch (fields_parse(text, context->route.operation->entity, context->root.version,
			     &context->form.fields, wrong)) {
	case SELECTION_GOOD:
		return true;
	case SELECTION_BLANK:
		return refuse_with(context, FAULT_SELECTION_BLANK, "");
	case SELECTION_UNKNOWN:
		break;
	}
	if (context->root.version & V12) {
		refuse(&context->response->refusal, FAULT_SELECTION_INVALID);
		refusal_param(&context->response->refusal, "field", arena_dup(arena, wrong));
		return false;
	}
	context->form.fields = FORM_ALL;
	status_remark(context, "invalid_selection_field",
		      arena_format(arena, "there is no field %s to select", wrong));
	return true;
}

static bool many(struct context *context, struct reader *reader, struct err *err)
{
	struct wish wish = { .filtered = false };
	struct sql condition;

	if (!read_page(context, &wish) || !read_filter(context, &wish) ||
	    !read_sort(context, &wish) || !read_fields(context) ||
	    !parents_exist(context, reader->conn, context->route.id_count, err))
		return false;
	sql_init(&condition);
	sql_add(&condition, "(");
	relation_sql(context->route.operation, context->root.version, context->ids,
		     category_scope(context->profile), &condition);
	sql_add(&condition, ")");
	if (wish.filtered) {
		sql_add(&condition, " AND ");
		filter_sql(&wish.filter, &condition);
	}

	bool good = list_answer(context, reader, &condition, &wish, err);

	sql_release(&condition);
	return good;
}

#define OBJECT_USUAL 1000 /* bytes that most objects need */

struct object {
	struct context *context;
	bool found;
};

/* Written while the statement stands on its row: nothing is copied. */
static bool emit_object(const struct record *record, void *payload)
{
	struct object *object = payload;
	struct context *context = object->context;
	struct jsonw w;

	object->found = true;
	str_reserve(&context->response->body, OBJECT_USUAL);
	jsonw_init(&w, &context->response->body, 0);
	jsonw_object(&w);
	jsonw_key(&w, record->entity->singular);
	record_emit(&w, record, &context->form);
	status_beside(context, &w);
	jsonw_object_end(&w);
	return false;
}

static bool one(struct context *context, struct reader *reader, struct err *err)
{
	const struct collection *collection = collection_of(context->route.operation);
	const char *id = context->ids[0];
	struct object object = { context, false };
	bool good;

	if (!read_fields(context))
		return false;
	if (collection->field) { /* a part of an entity: students */
		struct sql condition;

		sql_init(&condition);
		member_sql(collection, context->root.version, id, &condition);
		good = rows_list(reader->conn, collection->entity, &condition, NULL, 1, 0,
				 emit_object, &object, err);
		sql_release(&condition);
	} else {
		good = rows_point(reader->conn, collection->entity, id, emit_object, &object, err);
	}
	return good && (object.found || unknown_object(context, collection->entity->singular, id));
}

typedef bool read_fn(struct context *context, struct reader *reader, struct err *err);

static void finish(struct context *context, bool good, const struct err *err)
{
	if (good) {
		context->response->status = 200;
		context->response->content_type = "application/json";
	} else if (context->response->refusal.set) {
		status_answer(context);
	} else {
		status_internal(context, err);
	}
}

/* A reading where some writes must not be seen yet. */
struct late_reading {
	struct job job; /* first: a job is its reading */
	struct context *context;
	read_fn *read;
	bool good;
};

/* Always rolled back: nothing of it may stay. */
static bool run_late(struct conn *conn, struct job *job)
{
	struct late_reading *late = (struct late_reading *)job;
	struct reader reader = { .conn = conn, .where = ON_WRITER };

	late->good = publish_hide(late->context, conn, &job->err) &&
		     late->read(late->context, &reader, &job->err);
	return false;
}

static void late_done(struct job *job)
{
	struct late_reading *late = (struct late_reading *)job;

	finish(late->context, late->good && job->err.code == ERR_NONE, &job->err);
	context_resume(late->context);
}

static void read_later(struct context *context, read_fn *read)
{
	struct late_reading *late = arena_alloc(&context->request->arena, sizeof *late);

	late->job = (struct job){ .store = context->sandbox->store,
				  .run = run_late,
				  .done = late_done };
	late->context = context;
	late->read = read;
	writer_submit(context->registry->writer, &late->job);
}

/* A reading that takes long, on a thread of its own. */
struct long_reading {
	struct scan scan; /* first: a scan is its reading */
	struct context *context;
	read_fn *read;
	int64_t asked; /* how often should_stop() was */
};

#define LOOKS 256 /* of should_stop(), for one at the client: that is a system call */

static bool should_stop(void *payload)
{
	struct long_reading *reading = payload;
	const struct request *request = reading->context->request;

	return scans_are_ending(reading->context->registry->scans) ||
	       (reading->asked++ % LOOKS == 0 && request->is_gone && request->is_gone(request));
}

static bool is_busy(struct context *context, const char *why)
{
	response_header(context->request, context->response, "Retry-After", "1");
	refuse_with(context, FAULT_SERVER_BUSY, why);
	context->response->refusal.status = 503;
	return false;
}

/* *@hides: some write must not be seen by it. */
static bool read_on_scan(struct long_reading *reading, struct conn *conn, bool *hides,
			 struct err *err)
{
	struct context *context = reading->context;
	struct reader reader = { conn, ON_SCAN, .stop = should_stop, .payload = reading };

	conn_watch(conn, 0, should_stop, reading);

	bool good = conn_begin(conn, false, err) && publish_hides(context, conn, hides, err) &&
		    (*hides || reading->read(context, &reader, err));
	struct err ignored = ERR_INIT;

	if (!conn_commit(conn, &ignored))
		conn_rollback(conn);
	conn_watch(conn, 0, NULL, NULL);
	return good;
}

static void run_long(struct scan *scan)
{
	struct long_reading *reading = (struct long_reading *)scan;
	struct context *context = reading->context;
	struct store *store = context->sandbox->store;
	struct err err = ERR_INIT;
	bool hides = false, good = false, stopped = should_stop(reading);
	struct conn *conn = stopped ? NULL : store_take_reader(store, &err);

	if (conn) {
		good = read_on_scan(reading, conn, &hides, &err);
		stopped = !good && conn_was_stopped(conn);
		store_put_reader(store, conn);
	}
	if (stopped)
		good = is_busy(context, scans_are_ending(context->registry->scans)
						? "the server is stopping"
						: "the client closed its side of the connection");
	if (hides) {
		read_later(context, reading->read);
		return;
	}
	finish(context, good, &err);
	context_resume(context);
}

/* What a reading that was given up has left. */
struct trace {
	size_t remarks, fired, headers;
};

static struct trace trace_of(const struct context *context)
{
	return (struct trace){ context->remark_count, context->fired_count,
			       context->response->headers.count };
}

static void go_back(struct context *context, const struct trace *trace)
{
	context->remark_count = trace->remarks;
	context->fired_count = trace->fired;
	context->response->headers.count = trace->headers;
	context->form.fields = FORM_ALL;
	str_clear(&context->response->body);
}

/* True: it was refused, which is the answer. */
static bool read_long(struct context *context, read_fn *read, const struct trace *trace)
{
	struct long_reading *reading = arena_alloc(&context->request->arena, sizeof *reading);
	struct err none = ERR_INIT;

	go_back(context, trace);
	*reading = (struct long_reading){ { .run = run_long }, context, read, 0 };
	if (scans_submit(context->registry->scans, &reading->scan))
		return false;
	finish(context,
	       is_busy(context, scans_are_ending(context->registry->scans)
					? "the server is stopping"
					: "too many lists are being read"),
	       &none);
	return true;
}

#define LOOP_STEPS 20000 /* of SQLite's machine: some hundred rows, a fifth of a millisecond */

/* In one transaction, so that count and page agree. */
static bool read_with(struct context *context, read_fn *read, int64_t steps)
{
	struct err err = ERR_INIT;
	struct trace trace = trace_of(context);
	struct conn *conn = reading_begin(context->registry, context->sandbox, &err);
	struct reader reader = { conn, context->registry->scans ? ON_LOOP : ON_SCAN };
	bool hides = false, good = conn && publish_hides(context, conn, &hides, &err);

	if (good && !hides) {
		if (steps && reader.where == ON_LOOP)
			conn_watch(conn, steps, NULL, NULL);
		good = read(context, &reader, &err);
		if (steps) {
			conn_watch(conn, 0, NULL, NULL);
			reader.too_long = !good && (reader.too_long || conn_was_stopped(conn));
		}
	}
	if (conn)
		reading_end(context->sandbox, conn, err.code == ERR_NONE || reader.too_long);
	if (reader.too_long)
		return read_long(context, read, &trace);
	if (hides)
		read_later(context, read);
	else
		finish(context, good, &err);
	return !hides;
}

bool read_many(struct context *context)
{
	return read_with(context, many, LOOP_STEPS);
}

bool read_one(struct context *context)
{
	return read_with(context, one, 0);
}
