/*
 * list.c - a page of a list and how many there are.
 */
#include "server/api/list.h"

#include <string.h>

#include "base/jsonw.h"
#include "server/api/effects.h"
#include "server/api/publish.h"
#include "server/store/fence.h"
#include "server/store/found.h"

#define FAR 4096         /* rows that a page may lie behind the beginning, and be walked to */
#define SORTED_MOST 2000 /* rows of an entity that a loop sorts */
#define TRIES 3          /* for fences of the state that is read, while others commit */
#define CHUNK 512        /* row numbers that are looked up at once */

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

/* A list on its way. */
struct list {
	struct context *context;
	struct reader *reader;
	const struct entity *entity;
	const struct sql *condition;
	struct wish *wish;
	int64_t offset, total;
	struct tally tally;
	struct emitter emitter;
};

static bool walk(struct list *list, struct err *err)
{
	return rows_list(list->reader->conn, list->entity, list->condition, &list->wish->order,
			 list->wish->page.limit, list->offset, emit_row, &list->emitter, err);
}

static bool count(struct list *list, struct err *err)
{
	return rows_count(list->reader->conn, list->entity, list->condition, &list->total, err);
}

static bool read_tally(struct list *list, struct err *err)
{
	bool good = tally_read(list->reader->conn, list->entity, &list->tally, err);

	list->total = list->tally.rows;
	return good;
}

/* Another transaction, which sees what was committed since. */
static bool renew(struct list *list, struct err *err)
{
	struct conn *conn = list->reader->conn;

	return conn_commit(conn, err) && conn_begin(conn, false, err) && read_tally(list, err);
}

static bool make_fences(struct list *list, enum fence_order by, struct err *err)
{
	struct conn *conn = list->reader->conn;

	if (!conn_commit(conn, err))
		return false;
	fences_make(store_fences(list->context->sandbox->store), conn, list->entity, by,
		    list->reader->stop, list->reader->payload, err);
	return err->code == ERR_NONE && conn_begin(conn, false, err) && read_tally(list, err);
}

/* A page far behind the beginning of a whole collection. */
static bool read_far(struct list *list, struct err *err)
{
	const struct order *order = &list->wish->order;
	struct fences *fences = store_fences(list->context->sandbox->store);
	enum fence_order by = order->field ? FENCE_BY_ID : FENCE_BY_ROW;
	struct fence fence;

	for (int i = 0; i < TRIES; i++) {
		enum fence_found found = fences_find(fences, list->entity, by,
						     order->field && order->descending,
						     list->offset, &list->tally, &fence);

		if (found == FENCE_FOUND) {
			bool good = rows_fenced(list->reader->conn, list->entity, order, &fence,
						list->wish->page.limit, emit_row, &list->emitter,
						err);

			fence_release(&fence);
			return good;
		}
		if (list->reader->where == ON_LOOP) {
			list->reader->too_long = true;
			return false;
		}
		/* what may not be read yet was looked for in this transaction, not in another */
		if (found == FENCE_MAKING || publish_lags(list->context))
			break;
		if (found == FENCE_NONE ? !make_fences(list, by, err) : !renew(list, err))
			return false;
	}
	return walk(list, err);
}

static bool emit_found(struct list *list, const struct found *found, struct err *err)
{
	int64_t rows[CHUNK], limit = list->wish->page.limit, offset = list->offset;
	size_t got = 1;

	list->total = found_total(found);
	while (limit > 0 && got && list->emitter.w.out->length < PAGE_BYTES) {
		got = found_rows(found, offset, limit < CHUNK ? (size_t)limit : CHUNK, rows);
		if (!rows_numbered(list->reader->conn, list->entity, rows, got, emit_row,
				   &list->emitter, err))
			return false;
		limit -= (int64_t)got;
		offset += (int64_t)got;
	}
	return true;
}

/* Looks at every row once and keeps what it found. False, without an error, where it is too
 * much to keep. */
static bool find_all(struct list *list, const struct str *name, struct err *err)
{
	struct found *found = found_make(list->reader->conn, list->entity, list->condition,
					 &list->wish->order, err);
	bool good = false;

	if (found) {
		founds_keep(list->context->registry->founds, name, found);
		good = emit_found(list, found, err);
		found_put(found);
	} else if (err->code == ERR_INVALID) {
		*err = (struct err)ERR_INIT;
	}
	return good;
}

/* A set of rows costs no more than to count them, and a far page no less than all: these are
 * found at once. The first page of an order is cheaper without the rest, which waits until
 * somebody asks @again. */
static bool read_slowly(struct list *list, const struct str *name, bool again, bool counted,
			struct err *err)
{
	if ((again || !list->wish->order.field || list->offset > FAR) &&
	    (find_all(list, name, err) || err->code != ERR_NONE))
		return err->code == ERR_NONE;
	if ((!counted && !count(list, err)) || !walk(list, err))
		return false;

	struct found *found = found_count(list->total);

	founds_keep(list->context->registry->founds, name, found);
	found_put(found);
	return true;
}

/* What is filtered, or sorted by what has no index of its own. */
static bool read_some(struct list *list, bool is_whole, struct err *err)
{
	struct context *context = list->context;
	struct str name = STR_INIT;
	struct found *found;
	int64_t commit;
	bool good = tally_commits(list->reader->conn, &commit, err);

	if (!good)
		return false;
	found_name(&name, context->sandbox->store, commit, list->entity, list->condition,
		   &list->wish->order);
	found = founds_take(context->registry->founds, &name);
	if (found && found_has_rows(found)) {
		good = emit_found(list, found, err);
	} else if (list->reader->where == ON_LOOP && list->wish->order.field &&
		   list->tally.rows > SORTED_MOST) {
		list->reader->too_long = true; /* no use to try */
		good = false;
	} else {
		bool counted = found || is_whole;

		list->total = found ? found_total(found) : list->tally.rows;
		if (list->reader->where == ON_SCAN)
			good = read_slowly(list, &name, found != NULL, counted, err);
		else
			good = (counted || count(list, err)) && walk(list, err);
	}
	found_put(found);
	str_release(&name);
	return good;
}

/* By row or by sourcedId. */
static bool has_own_index(const struct list *list)
{
	const struct field *field = list->wish->order.field;

	return !field || field == &list->entity->fields[FIELD_SOURCED_ID];
}

/* Whether anybody hears how many there are. */
static bool is_told(const struct list *list)
{
	const struct quirks *quirks = &list->context->profile->quirks;

	return quirks->page_total_header || quirks->page_link_header;
}

static bool read_list(struct list *list, struct err *err)
{
	bool is_whole = strcmp(str_text(&list->condition->text), CONDITION_ALL) == 0;

	if (list->reader->where == ON_WRITER)
		return count(list, err) && walk(list, err);
	if (is_whole && has_own_index(list) && list->offset <= FAR && !is_told(list))
		return walk(list, err);
	if (!read_tally(list, err))
		return false;
	if (!is_whole || !has_own_index(list))
		return read_some(list, is_whole, err);
	if (list->offset >= list->total)
		return true;
	return list->offset > FAR ? read_far(list, err) : walk(list, err);
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

bool list_answer(struct context *context, struct reader *reader, const struct sql *condition,
		 struct wish *wish, struct err *err)
{
	struct list list = {
		.context = context,
		.reader = reader,
		.entity = context->route.operation->entity,
		.condition = condition,
		.wish = wish,
		.offset = effects_offset(context, wish->page.offset, wish->page.limit),
		.emitter = { .form = &context->form },
	};
	struct jsonw *w = &list.emitter.w;

	jsonw_init(w, &context->response->body, 0);
	jsonw_object(w);
	jsonw_key(w, collection_key(context));
	jsonw_array(w);
	if (!read_list(&list, err))
		return false;
	jsonw_array_end(w);
	status_beside(context, w);
	jsonw_object_end(w);
	if (w->out->length >= PAGE_BYTES)
		wish->page.limit = list.emitter.count;
	if (w->out->full)
		return err_set(err, ERR_ENVIRONMENT, "one object is larger than %u MiB",
			       (STR_CAP - PAGE_BYTES) >> 20);
	page_headers(context, &wish->page, list.total);
	return true;
}
