/*
 * admin_state.c - what a teacher or an administrator does in the SIS itself.
 */
#include "server/api/admin.h"

#include <string.h>

#include "base/jsonx.h"
#include "server/bundle/import.h"

/* Keys that name an object, which must be there. */
static const struct {
	const char *kind, *key;
	const struct entity *entity;
} references[] = {
	{ "lineItems", "category", &ENTITY_CATEGORIES },
	{ "classes", "teacher", &ENTITY_USERS },
};

struct change {
	struct job job; /* first: a job is its change */
	struct admin *admin;
	const struct entity *entity;
	bool found, forget;
};

static const struct entity *kind_of(struct admin *admin)
{
	const struct entity *entity = has_word(STATE_KINDS, admin->ids[1])
					      ? entity_by_plural(admin->ids[1])
					      : NULL;

	if (!entity)
		admin_fail(admin, 404, "", "there is no kind %.40s; there are: %s", admin->ids[1],
			   STATE_KINDS);
	return entity;
}

static bool add_state(const struct value *columns, int count, void *payload)
{
	json_t *value = json_loads(columns[1].text, JSON_DECODE_ANY, NULL);

	(void)count;
	json_object_set_new(payload, columns[0].text, value);
	return true;
}

static bool read_state(struct conn *conn, struct admin *admin, json_t *out, struct err *err)
{
	struct sql sql;

	sql_init(&sql);
	sql_add(&sql, "SELECT key, value FROM sis_state WHERE kind = ");
	sql_text(&sql, admin->ids[1]);
	sql_add(&sql, " AND id = ");
	sql_text(&sql, admin->ids[2]);
	sql_add(&sql, " ORDER BY key");

	bool good = conn_query(conn, &sql, add_state, out, err);

	sql_release(&sql);
	return good;
}

/* What is not there is known while the SIS says something of it. */
static bool is_known(struct conn *conn, struct admin *admin, const struct entity *entity,
		     bool *known, struct err *err)
{
	json_t *state = json_object();
	bool good = rows_exist(conn, entity, admin->ids[2], known, err) &&
		    (*known || read_state(conn, admin, state, err));

	*known = *known || json_object_size(state) > 0;
	json_decref(state);
	return good;
}

static void unknown(struct admin *admin)
{
	admin_fail(admin, 404, "", "there is no object %.80s among the %s", admin->ids[2],
		   admin->ids[1]);
}

void admin_state_show(struct admin *admin)
{
	const struct entity *entity = kind_of(admin);
	json_t *state = json_object();
	struct err err = ERR_INIT;
	bool found = false;
	struct conn *conn = entity ? store_take_reader(admin->sandbox->store, &err) : NULL;

	if (conn && is_known(conn, admin, entity, &found, &err) && found &&
	    read_state(conn, admin, state, &err))
		jsonw_value(&admin->w, state);
	else if (entity && err.code == ERR_NONE)
		unknown(admin);
	else if (entity)
		admin_fail_err(admin, &err);
	if (conn)
		store_put_reader(admin->sandbox->store, conn);
	json_decref(state);
}

/* An object that a key names must be there; false with an answer or with the job's error. */
static bool reference_exists(struct conn *conn, struct change *change, const char *key,
			     const json_t *value)
{
	struct admin *admin = change->admin;
	bool found = true;

	for (size_t i = 0; i < ARRAY_SIZE(references); i++) {
		if (strcmp(references[i].kind, admin->ids[1]) != 0 ||
		    strcmp(references[i].key, key) != 0)
			continue;
		if (!rows_exist(conn, references[i].entity, json_string_value(value), &found,
				&change->job.err))
			return false;
		if (!found)
			admin_fail(admin, 422, arena_format(&admin->request->arena, "/%s", key),
				   "there is no object %.80s among the %s",
				   json_string_value(value), references[i].entity->plural);
	}
	return found;
}

/* All that is to be said may be said of what is not there. */
static bool outlives(const struct admin *admin)
{
	const char *key;
	const json_t *ignored;

	json_object_foreach (admin->body, key, ignored)
		if (!state_outlives(admin->ids[1], key))
			return false;
	return json_object_size(admin->body) > 0;
}

/* Whether there is what the change is about. */
static bool find_object(struct conn *conn, struct change *change)
{
	struct admin *admin = change->admin;
	struct err *err = &change->job.err;

	if (change->forget)
		return is_known(conn, admin, change->entity, &change->found, err) && change->found;
	if (!rows_exist(conn, change->entity, admin->ids[2], &change->found, err))
		return false;
	change->found = change->found || outlives(admin);
	return change->found;
}

static bool run_change(struct conn *conn, struct job *job)
{
	struct change *change = (struct change *)job;
	struct admin *admin = change->admin;
	const char *key;
	const json_t *value;

	if (!find_object(conn, change))
		return false;
	if (change->forget)
		return sis_state_delete(conn, admin->ids[1], admin->ids[2], NULL, &job->err);
	json_object_foreach (admin->body, key, value)
		if (!reference_exists(conn, change, key, value) ||
		    !sis_state_put(conn, admin->ids[1], admin->ids[2], key, value, &job->err))
			return false;
	return true;
}

/* True when it is done; else it is answered. */
static bool apply(struct admin *admin, bool forget)
{
	struct change change = { .admin = admin, .entity = kind_of(admin), .forget = forget };
	const char *key;
	const json_t *value;
	struct err err = ERR_INIT;

	if (!change.entity)
		return false;
	json_object_foreach (admin->body, key, value)
		if (!state_check(admin->ids[1], key, value, &err)) {
			admin_fail_err(admin, &err);
			return false;
		}
	change.job = (struct job){ .store = admin->sandbox->store, .run = run_change };
	if (writer_wait(admin->registry->writer, &change.job))
		return true;
	if (change.job.err.code != ERR_NONE)
		admin_fail_err(admin, &change.job.err);
	else if (!change.found)
		unknown(admin);
	return false;
}

void admin_state_patch(struct admin *admin)
{
	if (apply(admin, false))
		admin_state_show(admin);
}

void admin_state_delete(struct admin *admin)
{
	if (apply(admin, true))
		admin->response->content_type = NULL;
}
