/*
 * manifest.c - what a bundle says of itself.
 */
#include "server/bundle/internal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/jsonx.h"

/* A file name of the published texts (traps A20). */
static const char misprint[] = "courseResourses";

char *flaw_file(const struct loading *loading, const char *name)
{
	if (!loading->several)
		return xstrdup(name);
	return xformat("%s%s%s", bundle_path(loading->bundle),
		       ends_with(bundle_path(loading->bundle), "/") ? "" : "/", name);
}

#define REPORT(loading, line, column, rule, severity, ...)                                        \
	do {                                                                                      \
		char *shown = flaw_file(loading, "manifest.csv");                                 \
		flaw_report((loading)->import, shown, line, column, rule, severity, __VA_ARGS__); \
		free(shown);                                                                      \
	} while (0)

FILE *loading_file(struct loading *loading, const char *name, struct err *err)
{
	struct err why = ERR_INIT;
	FILE *file = bundle_file(loading->bundle, name, &why);
	char *shown;

	if (why.code == ERR_NONE)
		return file;
	if (bundle_is_folder(loading->bundle)) {
		shown = flaw_file(loading, name);
		flaw_report(loading->import, shown, 0, 0, FLAW_FILE_UNREADABLE, FLAW_ERROR, "%s",
			    why.text);
		free(shown);
	} else {
		*err = why;
	}
	return NULL;
}

const char *manifest_file_name(const struct bundle *bundle, const struct csv_file *file,
			       char out[static 64])
{
	snprintf(out, 64, "%s.csv", file->name);
	if (!bundle_has(bundle, out) && strcmp(file->name, "courseResources") == 0) {
		char other[64];

		snprintf(other, sizeof other, "%s.csv", misprint);
		if (bundle_has(bundle, other))
			snprintf(out, 64, "%s", other);
	}
	return out;
}

const char *manifest_mode(const struct manifest *manifest, const struct csv_file *file)
{
	char name[80];

	snprintf(name, sizeof name, "file.%s", file->name);
	return jsonx_text(manifest->properties, name);
}

/* One row: the name without a footnote mark that leaked into the table (traps A20). */
static void read_property(struct loading *loading, const struct csv *csv)
{
	const char *name = csv_cell(csv, 0), *value = csv_cell(csv, 1);
	char *plain = xstrndup(name, strlen(name) - ends_with(name, "*"));

	if (starts_with(plain, "file.") && strcmp(plain + 5, misprint) == 0) {
		free(plain);
		plain = xstrdup("file.courseResources");
	}
	if (strcmp(plain, name) != 0)
		REPORT(loading, csv->row_line, 1, FLAW_MANIFEST_NAME, FLAW_WARNING,
		       "%s is taken for %s", name, plain);
	if (starts_with(plain, "file.") && csv_file_find(plain + 5) &&
	    (!*value || !has_word("absent bulk delta", value)))
		REPORT(loading, csv->row_line, 2, FLAW_MANIFEST_VALUE, FLAW_WARNING,
		       "%s: \"%.40s\" is none of absent, bulk, delta", plain, value);
	json_object_set_new(loading->manifest.properties, plain, json_string(value));
	free(plain);
}

static void read_rows(struct loading *loading, FILE *file)
{
	struct err why = ERR_INIT;
	enum csv_result result;
	struct csv csv;

	csv_init(&csv, file);
	while ((result = csv_read(&csv, &why)) == CSV_ROW)
		if (csv.count >= 2)
			read_property(loading, &csv);
	if (result == CSV_BROKEN)
		REPORT(loading, csv.row_line, 0, FLAW_SYNTAX, FLAW_ERROR,
		       "%s; the rest of the manifest is not read", why.text);
	csv_release(&csv);
}

/* Whether users.csv, where it is there, has no such column. */
static bool users_lack(const struct bundle *bundle, const char *column)
{
	struct err ignored = ERR_INIT;
	FILE *file = bundle_file(bundle, "users.csv", &ignored);
	struct csv csv;
	bool has = false;

	if (!file)
		return false;
	csv_init(&csv, file);
	if (csv_read(&csv, &ignored) == CSV_ROW)
		for (int i = 0; i < csv.count; i++)
			has = has || strcmp(csv_cell(&csv, i), column) == 0;
	csv_release(&csv);
	fclose(file);
	return !has;
}

/* A file that only 1.2 has, or users without a role, are signs of 1.2. */
static unsigned guess_version(const struct bundle *bundle)
{
	for (size_t i = 0; i < CSV_FILES; i++) {
		char name[64];

		snprintf(name, sizeof name, "%s.csv", csv_files[i].name);
		if (csv_files[i].in == V12 && bundle_has(bundle, name))
			return V12;
	}
	return users_lack(bundle, "role") ? V12 : V11;
}

bool manifest_read(struct loading *loading, struct err *err)
{
	struct manifest *manifest = &loading->manifest;
	FILE *file = loading_file(loading, "manifest.csv", err);
	const char *version, *taken;

	manifest->properties = json_object();
	manifest->there = bundle_has(loading->bundle, "manifest.csv");
	if (file) {
		read_rows(loading, file);
		fclose(file);
	}
	version = jsonx_text(manifest->properties, "oneroster.version");
	manifest->whole = same_text(jsonx_text(manifest->properties, "source.systemCode"),
				    WHOLE_OBJECTS);
	if (same_text(version, "1.1"))
		manifest->version = V11;
	else if (same_text(version, "1.2") || same_text(version, "1.2.1"))
		manifest->version = V12;
	else
		manifest->version = guess_version(loading->bundle);
	taken = manifest->version == V11 ? "1.1" : "1.2";
	if (!manifest->there)
		REPORT(loading, 0, 0, FLAW_MANIFEST_MISSING, FLAW_WARNING,
		       "there is no manifest; every file that is there is loaded, as of version %s",
		       taken);
	else if (!version)
		REPORT(loading, 0, 0, FLAW_VERSION, FLAW_WARNING,
		       "oneroster.version is missing; the files are taken for those of %s", taken);
	else if (!has_word("1.1 1.2 1.2.1", version))
		REPORT(loading, 0, 0, FLAW_VERSION, FLAW_WARNING,
		       "oneroster.version is \"%.40s\"; the files are taken for those of %s",
		       version, taken);
	return err->code == ERR_NONE;
}

/* Whether a file of the binding has this name in other case: academicsessions.csv. */
static bool other_case(const char *stem)
{
	for (size_t i = 0; i < CSV_FILES; i++)
		if (strcasecmp(csv_files[i].name, stem) == 0)
			return true;
	return false;
}

void manifest_strangers(struct loading *loading)
{
	const struct bundle *bundle = loading->bundle;

	for (size_t i = 0; i < bundle_count(bundle); i++) {
		const char *name = bundle_name(bundle, i);
		size_t length = strlen(name);
		char *stem, *shown;

		if (length < 4 || strcasecmp(name + length - 4, ".csv") != 0)
			continue;
		stem = xstrndup(name, length - 4);
		if (!ends_with(name, ".csv") ||
		    !(csv_file_find(stem) || strcmp(stem, "manifest") == 0 ||
		      (strcmp(stem, misprint) == 0 &&
		       !bundle_has(bundle, "courseResources.csv")))) {
			shown = flaw_file(loading, name);
			flaw_report(
				loading->import, shown, 0, 0, FLAW_FILE_UNKNOWN, FLAW_ERROR,
				"the file is not loaded: the binding has no file of this name%s",
				other_case(stem) ? "; names are case-sensitive, and it has one "
						   "that differs only in case"
						 : "");
			free(shown);
		}
		free(stem);
	}
}
