/*
 * describe.c - mocksis describe.
 */
#include "cli/commands.h"

#include <string.h>

#include "oneroster/describe.h"
#include "server/store/store.h"

/* Where `mocksis serve` listens when nobody says otherwise. */
#define BASE_URL "http://127.0.0.1:8080"

static void openapi(struct str *out, unsigned version, enum service service)
{
	describe_openapi(out, version, service, BASE_URL);
}

static void sql(struct str *out, unsigned version, enum service service)
{
	(void)version;
	(void)service;
	schema_text(out);
}

/* clang-format off */
static const struct kind {
	const char *name;
	unsigned versions; /* without --version; 0: takes neither that nor --service */
	void (*print)(struct str *out, unsigned versions, enum service service);
} kinds[] = {
	{ "openapi",     V12,  openapi },
	{ "json-schema", V12,  describe_json_schema },
	{ "markdown",    BOTH, describe_markdown },
	{ "csv",         V12,  describe_csv },
	{ "sql",         0,    sql },
};
/* clang-format on */

static const struct kind *parse_kind(const char *name, struct err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	err_set(err, ERR_INVALID, "%s: openapi, json-schema, markdown, csv or sql belongs here",
		name);
	return NULL;
}

static bool parse_version(const char *text, unsigned *out, struct err *err)
{
	for (unsigned version = V11; version <= V12; version <<= 1)
		if (strcmp(version_name(version), text) == 0) {
			*out = version;
			return true;
		}
	return err_set(err, ERR_INVALID, "--version %s: 1.1 or 1.2 belongs here", text);
}

int describe_main(const struct options *options)
{
	const char *version = option_text(options, "version"),
		   *service = option_text(options, "service");
	enum service chosen = EVERY_SERVICE;
	struct str out = STR_INIT;
	struct err err = ERR_INIT;
	const struct kind *kind = parse_kind(options->arguments[0], &err);

	if (!kind)
		return fail(options, &err);

	unsigned versions = kind->versions;

	if (!versions && (version || service))
		err_set(&err, ERR_INVALID,
			"%s: one database holds every version and service; --version and "
			"--service do not go with it",
			kind->name);
	else if (service && !service_find(service, &chosen))
		err_set(&err, ERR_INVALID,
			"--service %s: rostering, gradebook or resources belongs here", service);
	if (err.code != ERR_NONE || (version && !parse_version(version, &versions, &err)))
		return fail(options, &err);
	kind->print(&out, versions, chosen);
	fputs(str_text(&out), stdout);
	str_release(&out);
	return 0;
}
