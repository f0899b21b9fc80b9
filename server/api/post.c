/*
 * post.c - POST: many objects under new sourcedIds, all or none (fact sheet 1.2,
 * section 7.8).
 */
#include "server/api/api.h"

#include <string.h>

#include "base/jsonx.h"
#include "base/random.h"
#include "server/api/gradebook.h"
#include "server/api/publish.h"

struct posted {
	struct record sent;   /* as it was parsed */
	const char *supplied; /* the client's id for it */
	char allocated[UUID_TEXT];
};

/* What a body within BODY_CAP holds of real objects. */
#define POST_MOST 5000
#define POST_LARGE 100 /* what makes a transaction of its own worth its commit */

struct post {
	struct job job; /* first: a job is its post */
	struct context *context;
	struct posted *items;
	size_t count;
	struct record record; /* the one that is checked: the rules may change it */
	int runs;
	json_t *supplied; /* set of the ids, while they are read */
};

/* What the path says of each object: the field that must name its first id; and, of the
 * object that @via names, the field that must name it, too (a lineItem's class). */
static const struct post_row {
	const char *operation, *field;
	const char *via, *of; /* NULL: nothing */
} rows[] = {
	{ "postLineItemsForClass", "class", NULL, NULL },
	{ "postLineItemsForSchool", "school", "class", "school" },
	{ "postResultsForLineItem", "lineItem", NULL, NULL },
	{ "postResultsForAcademicSessionForClass", "class", "lineItem", "class" },
};

static const struct post_row *row_of(const struct operation *operation)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (strcmp(rows[i].operation, operation->name) == 0)
			return &rows[i];
	BUG("%s is not posted", operation->name);
}

/* The reference that the path implies is added where it is absent. */
static void imply_reference(const struct context *context, json_t *object)
{
	const char *field = row_of(context->route.operation)->field;
	const json_t *ref = json_object_get(object, field);
	json_t *implied;

	if (ref && !json_is_null(ref))
		return;
	implied = json_object();
	json_object_set_new(implied, "sourcedId", json_string(context->ids[0]));
	json_object_set_new(object, field, implied);
}

/* Two objects of one request must not have the same temporary id: the pairs of the
 * answer could not tell them apart. */
static bool is_new_id(struct post *post, const char *id, const char *prefix)
{
	struct err err = ERR_INIT;

	if (!json_object_get(post->supplied, id)) {
		json_object_set_new(post->supplied, id, json_true());
		return true;
	}
	err_at(&err, ERR_INVALID,
	       arena_format(&post->context->request->arena, "%s/sourcedId", prefix),
	       "%s/sourcedId: \"%.80s\" stands twice", prefix, id);
	return refuse_err(post->context, FAULT_VALIDATION_FAILED, &err);
}

static bool add_item(struct post *post, json_t *object, size_t index)
{
	struct context *context = post->context;
	struct random kernel = RANDOM_KERNEL;
	struct posted *item = &post->items[post->count];
	const char *prefix = arena_format(&context->request->arena, "/%s/%zu",
					  context->route.operation->entity->plural, index);

	if (json_is_object(object))
		imply_reference(context, object);
	if (!body_object(context, &item->sent, object, prefix))
		return false;
	item->supplied = item->sent.values[FIELD_SOURCED_ID].text;
	if (!is_new_id(post, item->supplied, prefix))
		return false;
	random_uuid(&kernel, item->allocated);
	record_set_text(&item->sent, "sourcedId", item->allocated);
	if (item->sent.values[FIELD_STATUS].kind == VALUE_NULL)
		record_set_text(&item->sent, "status", "active");
	record_set_int(&item->sent, "dateLastModified", context->now);
	post->count++;
	return true;
}

static bool parse_list(struct post *post)
{
	struct context *context = post->context;
	const char *key = context->route.operation->entity->plural;
	json_t *body = body_load(context);
	const json_t *list = body ? body_member(context, body, key, true) : NULL;
	size_t count = json_array_size(list);
	bool good = list != NULL;

	if (count > POST_MOST)
		good = refuse_with(context, FAULT_TOO_LARGE,
				   arena_format(&context->request->arena,
						"/%s: %zu objects; at most %d are taken at once",
						key, count, POST_MOST));
	if (good)
		post->items = arena_alloc(&context->request->arena,
					  (count + 1) * sizeof *post->items);
	post->supplied = json_object();
	for (size_t i = 0; good && i < count; i++)
		good = add_item(post, json_array_get(list, i), i);
	json_decref(post->supplied);
	json_decref(body);
	return good;
}

static bool contradicts(struct post *post, const struct posted *item, const char *field)
{
	struct context *context = post->context;
	const char *id = record_text(&post->record, field);
	const char *pointer = arena_format(&context->request->arena, "/%s/%zu/%s",
					   post->record.entity->plural,
					   (size_t)(item - post->items), field);
	struct err err = ERR_INIT;

	err_at(&err, ERR_INVALID, pointer, "%s: \"%.80s\" contradicts \"%.80s\" in the path",
	       pointer, id, context->ids[0]);
	return refuse_err(context, FAULT_VALIDATION_FAILED, &err);
}

/* Looked at when the ids of the path are known to be there: a lineItem of another class, a
 * class of another school. */
static bool agrees_with_path(struct conn *conn, struct post *post, struct posted *item,
			     struct err *err)
{
	struct context *context = post->context;
	const struct post_row *row = row_of(context->route.operation);
	const char *via = row->via ? record_text(&post->record, row->via) : NULL;
	int64_t conflicts = 0;
	struct sql sql;

	if (strcmp(record_text(&post->record, row->field), context->ids[0]) != 0)
		return contradicts(post, item, row->field);
	if (!via)
		return true;
	sql_init(&sql);
	sql_add(&sql, "sourcedId = ");
	sql_text(&sql, via);
	sql_format(&sql, " AND \"%s\" <> ", row->of);
	sql_text(&sql, context->ids[0]);

	bool good = rows_count(conn, entity_field(post->record.entity, row->via)->target, &sql,
			       &conflicts, err);

	sql_release(&sql);
	return good && (!conflicts || contradicts(post, item, row->via));
}

static bool run_post(struct conn *conn, struct job *job)
{
	struct post *post = (struct post *)job;
	struct context *context = post->context;

	bool again = post->runs++ > 0;

	context->response->refusal = (struct refusal){ 0 };
	if (!publish_later(context, conn, &job->err) ||
	    !parents_exist(context, conn, context->route.id_count, &job->err))
		return false;
	for (size_t i = 0; i < post->count; i++) {
		struct posted *item = &post->items[i];
		struct write_check check = { context, conn, &post->record, &job->err, again, true };

		post->record = item->sent;
		if (agrees_with_path(conn, post, item, &job->err) && gradebook_check(&check) &&
		    rows_add(conn, &post->record, &job->err))
			continue;
		context->response->refusal.where = arena_format(&context->request->arena, "/%s/%zu",
								post->record.entity->plural, i);
		return false;
	}
	return true;
}

static void post_done(struct job *job)
{
	struct post *post = (struct post *)job;
	struct context *context = post->context;
	struct jsonw w;

	if (job->err.code != ERR_NONE) {
		status_internal(context, &job->err);
	} else if (!job->ran) {
		status_answer(context);
	} else {
		context->response->status = 201;
		context->response->content_type = "application/json";
		jsonw_init(&w, &context->response->body, 0);
		jsonw_object(&w);
		jsonw_key(&w, "sourcedIdPairs");
		jsonw_array(&w);
		for (size_t i = 0; i < post->count; i++) {
			jsonw_object(&w);
			jsonw_key_text(&w, "suppliedSourcedId", post->items[i].supplied);
			jsonw_key_text(&w, "allocatedSourcedId", post->items[i].allocated);
			jsonw_object_end(&w);
		}
		jsonw_array_end(&w);
		status_beside(context, &w);
		jsonw_object_end(&w);
	}
	context_resume(context);
}

bool post_many(struct context *context)
{
	struct post *post = arena_alloc(&context->request->arena, sizeof *post);

	post->job = (struct job){
		.store = context->sandbox->store, .run = run_post, .done = post_done, .again = true
	};
	post->context = context;
	if (!parse_list(post)) {
		status_answer(context);
		return true;
	}
	post->job.large = post->count >= POST_LARGE;
	writer_submit(context->registry->writer, &post->job);
	return false;
}
