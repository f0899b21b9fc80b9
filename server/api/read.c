/*
 * read.c - the two handlers behind every GET.
 *
 * Filter, then sort, then page, then fields (fact sheet 1.1, section 8.5).
 */
#include "server/api/api.h"

#include <string.h>

#include "base/jsonw.h"
#include "server/api/gradebook.h"
#include "server/api/effects.h"
#include "server/api/publish.h"
#include "server/api/reading.h"
#include "server/query/filter.h"
#include "server/query/page.h"
#include "server/query/relation.h"
#include "server/query/select.h"

/* What the query string asks of a collection. */
struct wish {
	struct page page;
	struct order order;
	struct filter filter;
	bool filtered;
};

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

/* A page ends here, whatever was asked for: Link goes on where it ends. */
#define PAGE_BYTES (32u << 20)

struct emitter {
	struct jsonw w;
	const struct form *form;
	int64_t count;
};

static bool emit_row(const struct record *record, void *payload)
{
	struct emitter *emitter = payload;

	record_emit(&emitter->w, record, emitter->form);
	emitter->count++;
	return emitter->w.out->length < PAGE_BYTES;
}

/* Of its type, or where the profile wants it of its path: terms, students. */
static const char *collection_key(const struct context *context)
{
	const struct operation *operation = context->route.operation;

	return strcmp(context->profile->quirks.json_collection_key, "path") == 0
		       ? collection_of(operation)->name
		       : operation->entity->plural;
}

static bool list_page(struct context *context, struct conn *conn, const struct sql *condition,
		      struct wish *wish, int64_t *total, struct err *err)
{
	const struct entity *entity = context->route.operation->entity;
	struct emitter emitter = { .form = &context->form };
	int64_t offset = effects_offset(context, wish->page.offset, wish->page.limit);

	jsonw_init(&emitter.w, &context->response->body, 0);
	jsonw_object(&emitter.w);
	jsonw_key(&emitter.w, collection_key(context));
	jsonw_array(&emitter.w);
	if (!rows_count(conn, entity, condition, total, err) ||
	    !rows_list(conn, entity, condition, &wish->order, wish->page.limit, offset, emit_row,
		       &emitter, err))
		return false;
	jsonw_array_end(&emitter.w);
	status_beside(context, &emitter.w);
	jsonw_object_end(&emitter.w);
	if (emitter.w.out->length >= PAGE_BYTES)
		wish->page.limit = emitter.count;
	return !emitter.w.out->full ||
	       err_set(err, ERR_ENVIRONMENT, "one object is larger than %u MiB",
		       (STR_CAP - PAGE_BYTES) >> 20);
}

static void page_headers(struct context *context, const struct page *page, int64_t total)
{
	const struct quirks *quirks = &context->profile->quirks;
	struct request *request = context->request;
	struct str links = STR_INIT;

	if (quirks->page_total_header)
		response_header(request, context->response, "X-Total-Count",
				arena_format(&request->arena, "%lld", (long long)total));
	if (quirks->page_link_header) {
		page_links(&links, page, total,
			   arena_format(&request->arena, "%s%s", request->base_url, request->path),
			   &context->query);
		if (links.length)
			response_header(request, context->response, "Link", str_text(&links));
	}
	str_release(&links);
}

static bool many(struct context *context, struct conn *conn, struct err *err)
{
	struct wish wish = { .filtered = false };
	struct sql condition;
	int64_t total = 0;

	if (!read_page(context, &wish) || !read_filter(context, &wish) ||
	    !read_sort(context, &wish) || !read_fields(context) ||
	    !parents_exist(context, conn, context->route.id_count, err))
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

	bool good = list_page(context, conn, &condition, &wish, &total, err);

	if (good)
		page_headers(context, &wish.page, total);
	sql_release(&condition);
	return good;
}

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
	jsonw_init(&w, &context->response->body, 0);
	jsonw_object(&w);
	jsonw_key(&w, record->entity->singular);
	record_emit(&w, record, &context->form);
	status_beside(context, &w);
	jsonw_object_end(&w);
	return false;
}

static bool one(struct context *context, struct conn *conn, struct err *err)
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
		good = rows_list(conn, collection->entity, &condition, NULL, 1, 0, emit_object,
				 &object, err);
		sql_release(&condition);
	} else {
		good = rows_point(conn, collection->entity, id, emit_object, &object, err);
	}
	return good && (object.found || unknown_object(context, collection->entity->singular, id));
}

typedef bool read_fn(struct context *context, struct conn *conn, struct err *err);

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

	late->good = publish_hide(late->context, conn, &job->err) &&
		     late->read(late->context, conn, &job->err);
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

/* In one transaction, so that count and page agree. */
static bool read_with(struct context *context, read_fn *read)
{
	struct err err = ERR_INIT;
	struct conn *conn = reading_begin(context->registry, context->sandbox, &err);
	bool hides = false;
	bool good = conn && publish_hides(context, conn, &hides, &err) &&
		    (hides || read(context, conn, &err));

	if (conn)
		reading_end(context->sandbox, conn, err.code == ERR_NONE);
	if (hides)
		read_later(context, read);
	else
		finish(context, good, &err);
	return !hides;
}

bool read_many(struct context *context)
{
	return read_with(context, many);
}

bool read_one(struct context *context)
{
	return read_with(context, one);
}
