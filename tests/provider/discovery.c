/*
 * discovery.c - the documents of 1.2, one a service, under both of their names.
 */
#include "tests/provider/internal.h"

#include <ctype.h>
#include <string.h>

/* The REST binding's name and the conformance guide's. */
static const char *const documents[][2] = {
	[ROSTERING] = { "onerosterv1p2rostersservice_openapi3_v1p0.json",
			"imsorv1p2_rostering_openapi3_v1p0.json" },
	[GRADEBOOK] = { "onerosterv1p2gradebookservice_openapi3_v1p0.json",
			"imsorv1p2_gradebook_openapi3_v1p0.json" },
	[RESOURCES] = { "onerosterv1p2resourcesservice_openapi3_v1p0.json",
			"imsorv1p2_resources_openapi3_v1p0.json" },
};

static void add(json_t *paths, const char *path, const char *verb, const char *operation,
		const char *status)
{
	json_t *item = json_object_get(paths, path);

	if (!item) {
		item = json_object();
		json_object_set_new(paths, path, item);
	}
	json_object_set_new(item, verb,
			    json_pack("{ss,s{s{ss}}}", "operationId", operation, "responses",
				      status, "description", "done"));
}

static void add_collections(json_t *paths, enum service service)
{
	size_t count;
	const struct collection *rows = vendor_collection_rows(&count);
	char path[80], name[80];

	for (size_t i = 0; i < count; i++) {
		const struct collection *c = &rows[i];

		if (!vendor_collection_is_in(c, V12, service))
			continue;
		snprintf(path, sizeof path, "/%s", c->name);
		snprintf(name, sizeof name, "getAll%c%s", toupper((unsigned char)*c->name),
			 c->name + 1);
		add(paths, path, "get", name, "200");
		snprintf(path, sizeof path, "/%s/{sourcedId}", c->name);
		snprintf(name, sizeof name, "get%s", c->one);
		add(paths, path, "get", name, "200");
		if (!c->writes)
			continue;
		snprintf(name, sizeof name, "put%s", c->one);
		add(paths, path, "put", name, "201");
		snprintf(name, sizeof name, "delete%s", c->one);
		add(paths, path, "delete", name, "204");
	}
}

/* schools/?/classes becomes /schools/{sourcedId1}/classes. */
static void add_nested(json_t *paths, enum service service)
{
	size_t count;
	const struct nested *rows = vendor_nested_rows(&count);

	for (size_t i = 0; i < count; i++) {
		struct str path = STR_INIT;
		int places = 0;
		enum service own = rows[i].group == ROSTER_BELOW   ? ROSTERING
				   : rows[i].group == GRADES_BELOW ? GRADEBOOK
								   : RESOURCES;

		if (own != service)
			continue;
		str_add(&path, "/");
		for (const char *c = rows[i].pattern; *c; c++)
			if (*c == '?')
				str_format(&path, "{sourcedId%d}", ++places);
			else
				str_add_char(&path, *c);
		if (!rows[i].no_get)
			add(paths, str_text(&path), "get", rows[i].operation, "200");
		if (rows[i].post)
			add(paths, str_text(&path), "post", rows[i].post, "201");
		str_release(&path);
	}
}

static json_t *document(const struct exchange *e)
{
	char *root = xformat("%s%s", e->p->url, vendor_service_root(V12, e->service));
	char *token = xformat("%s/oauth2/token", e->p->url);
	json_t *paths = json_object(), *scopes = json_object(), *all = vendor_scopes_all(), *value,
	       *whole;
	const char *uri;

	add_collections(paths, e->service);
	add_nested(paths, e->service);
	json_object_foreach (all, uri, value)
		if (strstr(uri, "v1p2"))
			json_object_set_new(scopes, uri, json_string(""));
	whole = json_pack("{ss,s{ss,ss},s[{ss}],so,s{s{s{ss,s{s{ss,so}}}}}}", "openapi", "3.0.1",
			  "info", "title", "OneRoster 1.2 of the scripted provider", "version",
			  "1.0", "servers", "url", root, "paths", paths, "components",
			  "securitySchemes", "OAuth2CC", "type", "oauth2", "flows",
			  "clientCredentials", "tokenUrl", token, "scopes", scopes);
	json_decref(all);
	free(root);
	free(token);
	return whole;
}

bool vendor_give_discovery(struct exchange *e)
{
	if (e->version != V12 || e->count != 2 || strcmp(e->segments[0], "discovery") != 0)
		return false;
	for (size_t i = 0; i < 2; i++)
		if (strcmp(documents[e->service][i], e->segments[1]) == 0) {
			e->json = document(e);
			return true;
		}
	return false;
}
