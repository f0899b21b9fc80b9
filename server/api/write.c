/*
 * write.c - PUT and DELETE: parsed on the event loop, done by the writer.
 */
#include "server/api/api.h"

#include <string.h>

#include "base/jsonw.h"
#include "base/jsonx.h"
#include "base/random.h"
#include "server/api/gradebook.h"
#include "server/api/publish.h"

struct write {
	struct job job; /* first: a job is its write */
	struct context *context;
	struct record sent; /* as it was parsed */
	struct record record;
	int runs;
	bool created;
	bool allocated; /* the provider chose the sourcedId */
	bool dropped;   /* all is well, and nothing of it is kept */
};

/* Whether the provider allocates the sourcedId of what this body describes; NULL: of any. */
static bool provider_allocates(const struct context *context, const json_t *object)
{
	const char *mode = context->profile->quirks.sourcedid_mode;

	return strcmp(mode, "server") == 0 ||
	       (strcmp(mode, "either") == 0 && !json_object_get(object, "sourcedId"));
}

/* The sourcedId of the path and that of the body must be the same one; a body
 * without one takes the path's (fact sheet 1.1, section 10). */
static bool settle_id(struct write *write, json_t *object, const char *prefix, struct err *err)
{
	struct context *context = write->context;
	const json_t *id = json_object_get(object, "sourcedId");

	write->allocated = provider_allocates(context, object);
	if (!write->allocated && json_is_string(id) &&
	    strcmp(json_string_value(id), context->ids[0]) != 0)
		return err_at(
			err, ERR_INVALID,
			arena_format(&context->request->arena, "%s/sourcedId", prefix),
			"%s/sourcedId: \"%.80s\" in the body differs from \"%.80s\" in the path",
			prefix, json_string_value(id), context->ids[0]);
	if (!id || json_is_null(id) || write->allocated)
		json_object_set_new(object, "sourcedId", json_string(context->ids[0]));
	return true;
}

/* As a tree, with all that may be wrong. */
static bool parse_closely(struct write *write)
{
	struct context *context = write->context;
	const char *key = context->route.operation->entity->singular;
	const char *prefix = arena_format(&context->request->arena, "/%s", key);
	struct err err = ERR_INIT;
	json_t *body = body_load(context);
	bool good = body && body_member(context, body, key, false);
	json_t *object = json_object_get(body, key);

	if (good && !settle_id(write, object, prefix, &err))
		good = refuse_err(context, FAULT_VALIDATION_FAILED, &err);
	good = good && body_object(context, &write->sent, object, prefix);
	json_decref(body);
	return good;
}

static bool parse_body(struct write *write)
{
	if (!provider_allocates(write->context, NULL) && body_quick(write->context, &write->sent))
		return true;
	return parse_closely(write);
}

/* The id that the provider once allocated for this URL, or a new one. */
static bool allocate_id(struct conn *conn, struct write *write, struct err *err)
{
	struct context *context = write->context;
	struct random kernel = RANDOM_KERNEL;
	char kind[64], uuid[UUID_TEXT];
	json_t *known = NULL;
	bool found;

	/* the client may come back with the id that it was given */
	if (!rows_exist(conn, write->record.entity, context->ids[0], &found, err) || found)
		return found;
	snprintf(kind, sizeof kind, "allocated:%s", write->record.entity->plural);
	if (!sis_state_get(conn, kind, context->ids[0], "sourcedId", &known, err))
		return false;
	if (!known) {
		random_uuid(&kernel, uuid);
		known = json_string(uuid);
		if (!sis_state_put(conn, kind, context->ids[0], "sourcedId", known, err)) {
			json_decref(known);
			return false;
		}
	}
	write->record.values[FIELD_SOURCED_ID].text = arena_dup(&context->request->arena,
								json_string_value(known));
	json_decref(known);
	return true;
}

/* Whether the sourcedId is that of an object of another kind. */
static bool is_taken(struct conn *conn, struct write *write, struct err *err)
{
	const char *id = write->record.values[FIELD_SOURCED_ID].text;
	bool taken = false;

	for (size_t i = 0; i < ENTITY_COUNT && !taken; i++) {
		if (entities[i] == write->record.entity)
			continue;
		if (!rows_exist(conn, entities[i], id, &taken, err))
			return true;
		if (taken) {
			quirk_fired(write->context, "sourcedid.global_unique");
			refuse_with(write->context, FAULT_ID_NOT_UNIQUE, id);
			refusal_param(&write->context->response->refusal, "field",
				      entities[i]->singular);
		}
	}
	return taken;
}

/* Whether this SIS lets an object be put under its sourcedId. */
static bool may_be_put(struct conn *conn, struct write *write, struct err *err)
{
	const struct quirks *quirks = &write->context->profile->quirks;
	const char *id = write->record.values[FIELD_SOURCED_ID].text;
	bool found = true;

	if (!quirks->put_creates && !rows_exist(conn, write->record.entity, id, &found, err))
		return false;
	if (!found) {
		quirk_fired(write->context, "put.creates");
		return unknown_object(write->context, write->record.entity->singular, id);
	}
	return !quirks->sourcedid_global_unique || !is_taken(conn, write, err);
}

static bool answers_with_object(const struct write *write)
{
	return write->allocated || write->context->profile->quirks.put_returns_object;
}

/* As it is stored, with what the provider added. */
static bool read_back(struct conn *conn, struct write *write, struct err *err)
{
	const char *id = write->record.values[FIELD_SOURCED_ID].text;
	bool found;

	return rows_get_id(conn, write->record.entity, id, &write->record, &found,
			   &write->context->request->arena, err);
}

/* The first time, and each time again after a rollback. */
static void begin(struct write *write)
{
	write->record = write->sent;
	write->context->response->refusal = (struct refusal){ 0 };
}

static bool run_put(struct conn *conn, struct job *job)
{
	struct write *write = (struct write *)job;
	struct write_check check = { write->context, conn, &write->record, &job->err,
				     .again = write->runs++ > 0 };

	begin(write);
	if (!publish_later(write->context, conn, &job->err))
		return false;
	if (write->allocated && !allocate_id(conn, write, &job->err))
		return false;
	if (write->record.values[FIELD_STATUS].kind == VALUE_NULL)
		record_set_text(&write->record, "status", "active");
	record_set_int(&write->record, "dateLastModified", write->context->now);
	if (!may_be_put(conn, write, &job->err) || !gradebook_check(&check) ||
	    !rows_put(conn, &write->record, &write->created, &job->err) ||
	    (answers_with_object(write) && !read_back(conn, write, &job->err)))
		return false;
	write->dropped = !write->context->profile->quirks.put_stores;
	if (write->dropped)
		quirk_fired(write->context, "put.stores");
	return !write->dropped;
}

static int put_status(const struct write *write)
{
	return write->dropped   ? 200
	       : write->created ? 201
				: (int)write->context->profile->quirks.put_replace_status;
}

static void put_done(struct job *job)
{
	struct write *write = (struct write *)job;
	struct context *context = write->context;
	struct response *response = context->response;
	struct jsonw w;

	if (job->err.code != ERR_NONE) {
		status_internal(context, &job->err);
	} else if (!job->ran && !write->dropped) {
		status_answer(context);
	} else {
		response->status = put_status(write);
		if (answers_with_object(write)) {
			response->content_type = "application/json";
			jsonw_init(&w, &response->body, 0);
			jsonw_object(&w);
			jsonw_key(&w, write->record.entity->singular);
			record_emit(&w, &write->record, &context->form);
			status_beside(context, &w);
			jsonw_object_end(&w);
		}
	}
	context_resume(context);
}

/* The object stays and says that it goes (traps A29). */
static bool mark_deleted(struct conn *conn, struct write *write, bool *found, struct err *err)
{
	struct context *context = write->context;
	bool created;

	if (!rows_get_id(conn, context->route.operation->entity, context->ids[0], &write->record,
			 found, &context->request->arena, err) ||
	    !*found)
		return err->code == ERR_NONE;
	if (same_text(record_text(&write->record, "status"), "tobedeleted")) {
		*found = false; /* what goes already cannot go again */
		return true;
	}
	record_set_text(&write->record, "status", "tobedeleted");
	record_set_int(&write->record, "dateLastModified", context->now);
	return rows_put(conn, &write->record, &created, err);
}

bool delete_is_supported(const struct profile *profile)
{
	return strcmp(profile->quirks.delete_mode, "unsupported") != 0;
}

static bool run_delete(struct conn *conn, struct job *job)
{
	struct write *write = (struct write *)job;
	const struct operation *operation = write->context->route.operation;
	bool soft = strcmp(write->context->profile->quirks.delete_mode, "soft") == 0;
	bool found;

	begin(write);
	if (!publish_later(write->context, conn, &job->err))
		return false;
	if (!(soft ? mark_deleted(conn, write, &found, &job->err)
		   : rows_delete(conn, operation->entity, write->context->ids[0], &found,
				 &job->err)))
		return false;
	return found ||
	       unknown_object(write->context, operation->entity->singular, write->context->ids[0]);
}

static void delete_done(struct job *job)
{
	struct context *context = ((struct write *)job)->context;

	if (job->err.code != ERR_NONE)
		status_internal(context, &job->err);
	else if (!job->ran)
		status_answer(context);
	else
		context->response->status = 204;
	context_resume(context);
}

static struct write *new_write(struct context *context,
			       bool (*run)(struct conn *conn, struct job *job),
			       void (*done)(struct job *job))
{
	struct write *write = arena_alloc(&context->request->arena, sizeof *write);

	write->job = (struct job){
		.store = context->sandbox->store,
		.run = run,
		.done = done,
		/* what writes and then says no is better off with a savepoint */
		.again = context->profile->quirks.put_stores,
	};
	write->context = context;
	return write;
}

bool write_one(struct context *context)
{
	struct write *write = new_write(context, run_put, put_done);

	if (!parse_body(write)) {
		status_answer(context);
		return true;
	}
	return context_write(context, &write->job);
}

bool delete_one(struct context *context)
{
	struct write *write = new_write(context, run_delete, delete_done);

	return context_write(context, &write->job);
}
