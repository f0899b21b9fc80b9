/*
 * scopes.c - which scopes open which operation (1.1 fact sheet 2 and 11.2, 1.2 fact sheet 3.1).
 */
#include "tests/provider/internal.h"

#include <string.h>

/* Any one of the words is enough. */
/* clang-format off */
static const struct {
	unsigned in;
	enum group group;
	const char *method, *any;
} rows[] = {
	{ V11, ROSTER_CORE,         "GET",    "roster-core.readonly" },
	{ V11, ROSTER_BELOW,        "GET",    "roster.readonly" },
	{ V11, ROSTER_DEMOGRAPHICS, "GET",    "roster-demographics.readonly" },
	{ V11, RESOURCES_CORE,      "GET",    "resource.readonly" },
	{ V11, RESOURCES_BELOW,     "GET",    "resource.readonly" },
	{ V11, GRADES,              "GET",    "gradebook.readonly" },
	{ V11, GRADES_BELOW,        "GET",    "gradebook.readonly" },
	{ V11, GRADES,              "PUT",    "gradebook.createput" },
	{ V11, GRADES,              "DELETE", "gradebook.delete" },
	{ V12, ROSTER_CORE,         "GET",    "roster.readonly roster-core.readonly" },
	{ V12, ROSTER_BELOW,        "GET",    "roster.readonly" },
	{ V12, ROSTER_DEMOGRAPHICS, "GET",    "roster-demographics.readonly" },
	{ V12, RESOURCES_CORE,      "GET",    "resource.readonly resource-core.readonly" },
	{ V12, RESOURCES_BELOW,     "GET",    "resource.readonly" },
	{ V12, GRADES,              "GET",    "gradebook.readonly gradebook-core.readonly" },
	{ V12, GRADES_BELOW,        "GET",    "gradebook.readonly" },
	{ V12, GRADES,              "PUT",    "gradebook.createput" },
	{ V12, GRADES,              "DELETE", "gradebook.delete" },
	{ V12, GRADES_BELOW,        "POST",   "gradebook.createpost" },
	{ V12, ASSESSMENTS,         "GET",    "assessment.readonly" },
	{ V12, ASSESSMENTS,         "PUT",    "assessment.createput" },
	{ V12, ASSESSMENTS,         "DELETE", "assessment.delete" },
};
/* clang-format on */

/* Adds the words of a row to a set of URIs. */
static void add_scopes(json_t *set, unsigned version, const char *words)
{
	while (*words) {
		size_t length = strcspn(words, " ");
		char uri[160];

		snprintf(uri, sizeof uri, SCOPE_PREFIX "%s/scope/%.*s",
			 version == V11 ? "v1p1" : "v1p2", (int)length, words);
		json_object_set_new(set, uri, json_true());
		words += length + (words[length] == ' ');
	}
}

json_t *vendor_scopes_all(void)
{
	json_t *set = json_object();

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		add_scopes(set, rows[i].in, rows[i].any);
	return set;
}

/* Behaviours that hand out too much: the scope that opens too much, by its ending. */
static bool opens_too_much(const struct exchange *e, const json_t *granted)
{
	const char *uri;
	json_t *value;

	if (vendor_behaves(e, "no-scopes"))
		return true;
	if (!vendor_behaves(e, "scope-opens"))
		return false;
	json_object_foreach ((json_t *)(uintptr_t)granted, uri, value)
		if (ends_with(uri, vendor_behaviour_text(e)))
			return true;
	return false;
}

bool vendor_scopes_open(const struct exchange *e, const json_t *granted, const char *method)
{
	enum group group = e->nested ? e->nested->group : e->collection->group;
	json_t *needed = json_object(), *value;
	const char *uri;
	bool open = opens_too_much(e, granted);

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].in == e->version && rows[i].group == group &&
		    strcmp(rows[i].method, method) == 0)
			add_scopes(needed, e->version, rows[i].any);
	json_object_foreach (needed, uri, value)
		if (json_object_get(granted, uri) && !(vendor_behaves(e, "scope-closed") &&
						       ends_with(uri, vendor_behaviour_text(e))))
			open = true;
	json_decref(needed);
	return open;
}
