/*
 * sis.c - the SIS of a lab, over the control API.
 */
#include "conformance/lab/sis.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/url.h"
#include "conformance/lab/fit.h"
#include "oneroster/entity.h"

#define BOX "/sandboxes/{sandbox}"
#define PAGE 1000

/* BOX/@what/@collection[/@id]. Returns (free). */
static char *path_of(const char *what, const char *collection, const char *id)
{
	struct str path = STR_INIT;

	str_format(&path, BOX "/%s/", what);
	pct_encode(&path, collection);
	if (id) {
		str_add_char(&path, '/');
		pct_encode(&path, id);
	}
	return str_take(&path, NULL);
}

static bool call(struct lab *lab, const char *method, char *path, const json_t *body,
		 struct err *err)
{
	json_t *answer = control_call(lab->control, method, path, body, NULL, err);
	bool good = answer != NULL;

	json_decref(answer);
	free(path);
	return good;
}

bool sis_control(struct lab *lab, const char *method, const char *what, const json_t *body,
		 struct err *err)
{
	return call(lab, method, xformat(BOX "/%s", what), body, err);
}

/* Appends a page; *@next is where the following begins, 0: there is none. */
static bool read_page(struct lab *lab, const char *collection, int64_t *next, json_t *list,
		      struct err *err)
{
	char *path = path_of("objects", collection, NULL);
	char *target = xformat("%s?limit=%d&offset=%lld", path, PAGE, (long long)*next);
	json_t *answer = control_call(lab->control, "GET", target, NULL, NULL, err);

	free(target);
	free(path);
	if (!answer)
		return false;
	json_array_extend(list, json_object_get(answer, "items"));
	*next = jsonx_int(answer, "next");
	json_decref(answer);
	return true;
}

json_t *sis_list(struct lab *lab, const char *collection, const json_t *where, struct err *err)
{
	json_t *all = json_array(), *kept = json_array(), *item;
	int64_t next = 0, before;
	bool good = true;
	size_t i;

	do {
		before = next;
		good = read_page(lab, collection, &next, all, err);
	} while (good && next > before); /* else it would go on for ever */
	json_array_foreach (all, i, item)
		if (!same_text(jsonx_text(item, "status"), "tobedeleted") && fits(item, where))
			json_array_append(kept, item);
	json_decref(all);
	if (good)
		return kept;
	json_decref(kept);
	return NULL;
}

bool sis_put(struct lab *lab, const char *collection, const char *id, const json_t *object,
	     struct err *err)
{
	const struct entity *entity = entity_by_plural(collection);
	json_t *body;
	bool good;

	if (!entity)
		return err_set(err, ERR_INVALID, "there is no collection %s", collection);
	body = json_object();
	json_object_set(body, entity->singular, (json_t *)(uintptr_t)object);
	good = call(lab, "PUT", path_of("objects", collection, id), body, err);
	json_decref(body);
	return good;
}

bool sis_delete(struct lab *lab, const char *collection, const char *id, struct err *err)
{
	return call(lab, "DELETE", path_of("objects", collection, id), NULL, err);
}

json_t *sis_state(struct lab *lab, const char *kind, const char *id, struct err *err)
{
	char *path = path_of("sis", kind, id);
	json_t *state = control_call(lab->control, "GET", path, NULL, NULL, err);

	free(path);
	return state;
}

bool sis_set_state(struct lab *lab, const char *kind, const char *id, const json_t *state,
		   struct err *err)
{
	bool forget = json_is_null(state);

	return call(lab, forget ? "DELETE" : "PATCH", path_of("sis", kind, id),
		    forget ? NULL : state, err);
}

char *sis_name(const json_t *object)
{
	const char *given = jsonx_text(object, "givenName");
	const char *title = jsonx_text(object, "title");

	const char *family = jsonx_text(object, "familyName");
	const char *id = jsonx_text(object, "sourcedId");

	if (given)
		return xformat("%s%s%s", given, family ? " " : "", family ? family : "");
	return xstrdup(title ? title : id ? id : "");
}
