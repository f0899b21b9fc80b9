/*
 * admin_objects.c - the objects of a sandbox as somebody sees and changes them on the SIS's
 * own screens: past quirks, fault rules, scopes, rate limits and the journal.
 *
 * Objects are read and written as 1.2 has them, since it says more. What refers to an object
 * that is deleted stays, as in a SIS that forgets a column.
 */
#include "server/api/admin.h"

#include <string.h>

#include "base/jsonx.h"
#include "server/query/page.h"
#include "server/store/store.h"

#define OBJECTS_PRESET 1000
#define OBJECTS_MOST 10000
#define OBJECTS_BYTES (32u << 20) /* a list ends after the object that passes this */

/* The collection of the path; NULL with an answer. */
static const struct entity *collection_of_path(struct admin *admin)
{
	const struct entity *entity = entity_by_plural(admin->ids[1]);
	struct str names = STR_INIT;

	if (entity && (entity->in & V12))
		return entity;
	for (size_t i = 0; i < ENTITY_COUNT; i++)
		if (entities[i]->in & V12)
			str_format(&names, " %s", entities[i]->plural);
	admin_fail(admin, 404, "", "there is no collection %.40s; there are:%s", admin->ids[1],
		   str_text(&names));
	str_release(&names);
	return NULL;
}

static void unknown(struct admin *admin)
{
	admin_fail(admin, 404, "", "there is no object %.80s among the %s", admin->ids[2],
		   admin->ids[1]);
}

static struct form form_of(const struct admin *admin)
{
	const char *name = admin->sandbox->name;
	bool is_default = strcmp(name, SANDBOX_DEFAULT) == 0;

	return (struct form){
		.version = V12,
		.base = arena_format(&admin->request->arena, "%s%s%s", admin->request->base_url,
				     is_default ? "" : "/sandboxes/", is_default ? "" : name),
		.fields = FORM_ALL,
		.href = HREF_ABSOLUTE,
	};
}

/* As it is read below /ims/oneroster, so that what was read can be put back. */
static void write_wrapped(struct admin *admin, const struct record *record)
{
	struct form form = form_of(admin);

	jsonw_object(&admin->w);
	jsonw_key(&admin->w, record->entity->singular);
	record_emit(&admin->w, record, &form);
	jsonw_object_end(&admin->w);
}

struct listing {
	struct jsonw *w;
	struct form form;
	int64_t limit, count;
	bool more;
};

static bool list_row(const struct record *record, void *payload)
{
	struct listing *listing = payload;

	listing->more = listing->count == listing->limit ||
			listing->w->out->length >= OBJECTS_BYTES;
	if (listing->more)
		return false;
	record_emit(listing->w, record, &listing->form);
	listing->count++;
	return true;
}

/* One more than the limit is asked for: that one says that there is more. */
static bool list(struct admin *admin, const struct entity *entity, const struct page *page,
		 struct err *err)
{
	struct listing listing = { .w = &admin->w, .form = form_of(admin), .limit = page->limit };
	struct order order = { .field = &entity->fields[FIELD_SOURCED_ID] };
	struct conn *conn = store_take_reader(admin->sandbox->store, err);
	struct sql all;

	if (!conn)
		return false;
	sql_init(&all);
	sql_add(&all, "1");
	jsonw_object(&admin->w);
	jsonw_key(&admin->w, "items");
	jsonw_array(&admin->w);

	bool good = rows_list(conn, entity, &all, &order, page->limit + 1, page->offset, list_row,
			      &listing, err);

	jsonw_array_end(&admin->w);
	if (listing.more)
		jsonw_key_int(&admin->w, "next", page->offset + listing.count);
	jsonw_object_end(&admin->w);
	sql_release(&all);
	store_put_reader(admin->sandbox->store, conn);
	if (good && admin->w.out->full)
		err_set(err, ERR_ENVIRONMENT, "one object is larger than %u MiB",
			(STR_CAP - OBJECTS_BYTES) >> 20);
	return err->code == ERR_NONE;
}

void admin_objects_list(struct admin *admin)
{
	static const struct page_rules rules = { OBJECTS_PRESET, OBJECTS_MOST, true, 0 };
	const struct entity *entity = collection_of_path(admin);
	struct err err = ERR_INIT;
	struct page page;

	if (!entity)
		return;
	if (!page_parse(&page, &admin->query, &rules, &err))
		admin_fail(admin, 400, err.pointer, "%s", err.text);
	else if (!list(admin, entity, &page, &err))
		admin_fail_err(admin, &err);
}

void admin_object_show(struct admin *admin)
{
	const struct entity *entity = collection_of_path(admin);
	struct err err = ERR_INIT;
	struct record record;
	bool found = false;
	struct conn *conn = entity ? store_take_reader(admin->sandbox->store, &err) : NULL;

	if (!entity)
		return;
	if (!conn || !rows_get_id(conn, entity, admin->ids[2], &record, &found,
				  &admin->request->arena, &err))
		admin_fail_err(admin, &err);
	else if (!found)
		unknown(admin);
	else
		write_wrapped(admin, &record);
	if (conn)
		store_put_reader(admin->sandbox->store, conn);
}

struct change {
	struct job job; /* first: a job is its change */
	struct admin *admin;
	const struct entity *entity;
	struct record record;
	bool found;   /* what is to be deleted */
	bool created; /* what was put */
};

/* One reference; @pointer is that of the place where it stands. False with an answer or with
 * the job's error. */
static bool target_exists(struct conn *conn, struct change *change, const struct field *field,
			  const char *id, const char *pointer)
{
	bool found = true;

	if (!id || !rows_exist(conn, field->target, id, &found, &change->job.err))
		return !id;
	if (!found)
		admin_fail(change->admin, 422,
			   arena_format(&change->admin->request->arena, "%s/sourcedId", pointer),
			   "there is no object %.80s among the %s", id, field->target->plural);
	return found;
}

/* The references in one member of a list: itself, or the members of a sub-object. */
static bool item_targets_exist(struct conn *conn, struct change *change, const struct field *field,
			       const json_t *item, const char *pointer)
{
	bool good = true;

	if (field->type == T_REFS)
		return target_exists(conn, change, field, json_string_value(item), pointer);
	for (const struct field *sub = field->sub; good && sub->name; sub++)
		if (sub->type == T_REF)
			good = target_exists(conn, change, sub, jsonx_text(item, sub->name),
					     arena_format(&change->admin->request->arena, "%s/%s",
							  pointer, sub->name));
	return good;
}

static bool list_targets_exist(struct conn *conn, struct change *change, const struct field *field,
			       const char *text, const char *pointer)
{
	json_t *items = json_loads(text, 0, NULL);
	const json_t *item;
	bool good = true;
	size_t i;

	json_array_foreach (items, i, item)
		good = good && item_targets_exist(conn, change, field, item,
						  arena_format(&change->admin->request->arena,
							       "%s/%zu", pointer, i));
	json_decref(items);
	return good;
}

static bool targets_exist(struct conn *conn, struct change *change)
{
	const struct field *fields = change->entity->fields;
	bool good = true;

	for (int i = 0; good && fields[i].name; i++) {
		const struct value *value = &change->record.values[i];
		const char *pointer = arena_format(&change->admin->request->arena, "/%s/%s",
						   change->entity->singular, fields[i].name);

		if (value->kind != VALUE_TEXT)
			continue;
		if (fields[i].type == T_REF)
			good = target_exists(conn, change, &fields[i], value->text, pointer);
		else if (fields[i].type == T_REFS || fields[i].type == T_OBJECTS)
			good = list_targets_exist(conn, change, &fields[i], value->text, pointer);
	}
	return good;
}

/* What the SIS itself does can be read at once, whatever waits to be published. */
static bool run_put(struct conn *conn, struct job *job)
{
	struct change *change = (struct change *)job;
	const char *id = change->admin->ids[2];

	return targets_exist(conn, change) &&
	       unpublished_forget(conn, change->entity, id, &job->err) &&
	       rows_put(conn, &change->record, &change->created, &job->err) &&
	       rows_get_id(conn, change->entity, id, &change->record, &change->found,
			   &change->admin->request->arena, &job->err);
}

static bool run_delete(struct conn *conn, struct job *job)
{
	struct change *change = (struct change *)job;
	const char *id = change->admin->ids[2];

	return unpublished_forget(conn, change->entity, id, &job->err) &&
	       rows_delete(conn, change->entity, id, &change->found, &job->err) && change->found;
}

/* True when it is done; else it is answered, or only what was to be deleted was not there. */
static bool apply(struct change *change, bool (*run)(struct conn *conn, struct job *job))
{
	struct admin *admin = change->admin;

	change->job = (struct job){ .store = admin->sandbox->store, .run = run };
	if (writer_wait(admin->registry->writer, &change->job))
		return true;
	if (change->job.err.code != ERR_NONE)
		admin_fail_err(admin, &change->job.err);
	return false;
}

/* The sourcedId of the path and that of the body must be the same one; a body without one
 * takes the path's. */
static bool settle_id(struct admin *admin, json_t *object, const char *prefix)
{
	const char *id = jsonx_text(object, "sourcedId");

	if (id && strcmp(id, admin->ids[2]) != 0) {
		admin_fail(admin, 422, arena_format(&admin->request->arena, "%s/sourcedId", prefix),
			   "\"%.80s\" in the body differs from \"%.80s\" in the path", id,
			   admin->ids[2]);
		return false;
	}
	if (!id && (!json_object_get(object, "sourcedId") ||
		    json_is_null(json_object_get(object, "sourcedId"))))
		json_object_set_new(object, "sourcedId", json_string(admin->ids[2]));
	return true;
}

static bool read_object(struct change *change)
{
	struct admin *admin = change->admin;
	const char *key = change->entity->singular;
	const char *prefix = arena_format(&admin->request->arena, "/%s", key);
	json_t *object = json_object_get(admin->body, key);
	struct err err = ERR_INIT;

	if (!json_is_object(object) || json_object_size(admin->body) != 1) {
		admin_fail(admin, 422, prefix,
			   "the body must be {\"%s\": {...}} and nothing else; its member %s is %s",
			   key, key, jsonx_kind(object));
		return false;
	}
	if (!settle_id(admin, object, prefix))
		return false;
	if (!record_from_json(&change->record, change->entity, V12, object, prefix,
			      &admin->request->arena, &err)) {
		admin_fail_err(admin, &err);
		return false;
	}
	if (change->record.values[FIELD_STATUS].kind == VALUE_NULL)
		record_set_text(&change->record, "status", "active");
	record_set_int(&change->record, "dateLastModified", sandbox_now(admin->sandbox));
	return true;
}

void admin_object_put(struct admin *admin)
{
	struct change change = { .admin = admin, .entity = collection_of_path(admin) };

	if (!change.entity || !read_object(&change) || !apply(&change, run_put))
		return;
	if (change.created)
		admin->response->status = 201;
	write_wrapped(admin, &change.record);
}

void admin_object_delete(struct admin *admin)
{
	struct change change = { .admin = admin, .entity = collection_of_path(admin) };

	if (!change.entity)
		return;
	if (apply(&change, run_delete))
		admin->response->content_type = NULL;
	else if (change.job.err.code == ERR_NONE)
		unknown(admin);
}
