/*
 * read.c - the two handlers behind every GET.
 */
#include "server/api/api.h"

#include <string.h>

#include "base/jsonw.h"
#include "server/query/filter.h"
#include "server/query/page.h"
#include "server/query/relation.h"

/* The collection that the @index-th {id} of a path belongs to: the segment before. */
static const struct collection *collection_before(const char *path, size_t index)
{
	const char *brace = path;

	for (size_t i = 0; i <= index; i++)
		brace = strchr(brace + (i > 0), '{');

	const char *end = brace - 1, *start = end;

	while (start[-1] != '/')
		start--;

	const struct collection *collection = collection_find(start, (size_t)(end - start));

	if (!collection)
		BUG("%s: no collection before {%zu}", path, index);
	return collection;
}

/* Below a class, a lineItem must be one of that class (fact sheet 1.1, 2.4). */
static bool belongs(struct context *context, struct conn *conn, const struct collection *child,
		    size_t index, bool *found, struct err *err)
{
	struct sql condition;
	int64_t count = 0;

	sql_init(&condition);
	member_sql(child, context->ids[index], &condition);
	if (index > 0 && child->entity == &ENTITY_LINE_ITEMS) {
		sql_add(&condition, " AND class = ");
		sql_text(&condition, context->ids[index - 1]);
	}

	bool good = rows_count(conn, child->entity, &condition, &count, err);

	*found = count > 0;
	sql_release(&condition);
	return good;
}

bool parents_exist(struct context *context, struct conn *conn, size_t skip, struct err *err)
{
	for (size_t i = 0; i + skip < context->route.id_count; i++) {
		const struct collection *parent = collection_before(context->route.operation->path,
								    i);
		bool found;

		if (!belongs(context, conn, parent, i, &found, err))
			return false;
		if (!found)
			return unknown_object(context, parent->name, context->ids[i]);
	}
	return true;
}

/* filter=... becomes a condition beside that of the path. */
static bool add_filter(struct context *context, struct sql *condition, struct filter *filter)
{
	const char *text = pairs_get(&context->query, "filter");
	const struct entity *entity = context->route.operation->entity;
	struct refusal *refusal = &context->response->refusal;
	struct err err = ERR_INIT;

	if (!text || !*text)
		return true;
	if (!filter_parse(filter, text, entity, &context->request->arena, &err)) {
		refuse(refusal, FAULT_FILTER_INVALID);
		refusal_param(refusal, "reason", arena_dup(&context->request->arena, err.text));
		refusal_param(refusal, "field", arena_dup(&context->request->arena, err.pointer));
		return false;
	}
	for (size_t i = 0; i < filter->count; i++) {
		if (entity == &ENTITY_CATEGORIES && filter->predicates[i].field->type == T_MAP &&
		    !context->profile->quirks.category_filter_supported) {
			refuse(refusal, FAULT_FILTER_INVALID);
			refusal_param(refusal, "reason",
				      "categories cannot be filtered by metadata "
				      "here");
			return false;
		}
	}
	sql_add(condition, " AND ");
	filter_sql(filter, condition);
	return true;
}

struct emitter {
	struct jsonw w;
	const char *root;
};

static bool emit_row(const struct record *record, void *payload)
{
	struct emitter *emitter = payload;

	record_emit(&emitter->w, record, emitter->root);
	return !emitter->w.out->full;
}

static bool list_page(struct context *context, struct conn *conn, const struct sql *condition,
		      const struct page *page, int64_t *total, struct err *err)
{
	const struct entity *entity = context->route.operation->entity;
	struct emitter emitter = { .root = context->root };

	jsonw_init(&emitter.w, &context->response->body, 0);
	jsonw_object(&emitter.w);
	jsonw_key(&emitter.w, entity->plural);
	jsonw_array(&emitter.w);
	if (!rows_count(conn, entity, condition, total, err) ||
	    !rows_list(conn, entity, condition, page->limit, page->offset, emit_row, &emitter, err))
		return false;
	jsonw_array_end(&emitter.w);
	jsonw_object_end(&emitter.w);
	return !emitter.w.out->full ||
	       err_set(err, ERR_ENVIRONMENT, "a page of %lld is larger than %u MiB",
		       (long long)page->limit, STR_CAP >> 20);
}

static bool many(struct context *context, struct conn *conn, struct err *err)
{
	struct response *response = context->response;
	struct filter filter;
	struct sql condition;
	struct page page;
	struct err wrong = ERR_INIT;
	int64_t total = 0;
	const struct quirks *quirks = &context->profile->quirks;

	if (!page_parse(&page, &context->query, quirks->limit_default, quirks->limit_max, &wrong)) {
		refuse(&response->refusal, FAULT_VALIDATION_FAILED);
		refusal_param(&response->refusal, "reason",
			      arena_dup(&context->request->arena, wrong.text));
		return false;
	}
	if (!parents_exist(context, conn, 0, err))
		return false;
	sql_init(&condition);
	relation_sql(context->route.operation, context->ids, &condition);

	bool good = add_filter(context, &condition, &filter) &&
		    list_page(context, conn, &condition, &page, &total, err);

	if (good) {
		struct str links = STR_INIT;

		page_links(&links, &page, total,
			   arena_format(&context->request->arena, "%s%s",
					context->request->base_url, context->request->path),
			   &context->query);
		response_header(context->request, response, "X-Total-Count",
				arena_format(&context->request->arena, "%lld", (long long)total));
		response_header(context->request, response, "Link", str_text(&links));
		str_release(&links);
	}
	sql_release(&condition);
	return good;
}

static bool one(struct context *context, struct conn *conn, struct err *err)
{
	const struct operation *operation = context->route.operation;
	const struct collection *collection = collection_before(operation->path, 0);
	struct record record;
	struct sql condition;
	struct jsonw w;
	bool found;

	sql_init(&condition);
	member_sql(collection, context->ids[0], &condition);

	bool good = rows_get(conn, operation->entity, &condition, &record, &found,
			     &context->request->arena, err);

	sql_release(&condition);
	if (!good)
		return false;
	if (!found)
		return unknown_object(context, operation->entity->singular, context->ids[0]);
	jsonw_init(&w, &context->response->body, 0);
	jsonw_object(&w);
	jsonw_key(&w, operation->entity->singular);
	record_emit(&w, &record, context->root);
	jsonw_object_end(&w);
	return true;
}

typedef bool read_fn(struct context *context, struct conn *conn, struct err *err);

/* A reader's connection, one transaction, so that count and page agree. */
static void read_with(struct context *context, read_fn *read)
{
	struct err err = ERR_INIT;
	struct conn *conn = store_take_reader(context->sandbox->store, &err);
	bool good = conn && conn_begin(conn, false, &err) && read(context, conn, &err);

	if (conn) {
		struct err ignored = ERR_INIT;

		if (!conn_commit(conn, &ignored))
			conn_rollback(conn);
		store_put_reader(context->sandbox->store, conn);
	}
	if (good) {
		context->response->status = 200;
		context->response->content_type = "application/json";
	} else if (context->response->refusal.set) {
		status_answer(context);
	} else {
		status_internal(context, &err);
	}
}

void read_many(struct context *context)
{
	read_with(context, many);
}

void read_one(struct context *context)
{
	read_with(context, one);
}
