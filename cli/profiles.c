/*
 * profiles.c - mocksis profiles.
 */
#include "cli/profiles.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/jsonx.h"
#include "cli/commands.h"
#include "server/quirk/provenance.h"
#include "server/quirk/reference.h"

#define STANDARD "standard"

/* What @profile is compared with. */
static const struct profile *base_of(const struct profile *profile, const struct profile *standard)
{
	return strcmp(profile->name, STANDARD) == 0 ? NULL : standard;
}

static json_t *tally_json(const struct tally *tally)
{
	return json_pack("{s:i, s:i, s:i}", "verified", (int)tally->verified, "lab",
			 (int)tally->lab, "conflict", (int)tally->conflict);
}

static void print_line(const struct profile *profile, const struct tally *tally)
{
	printf("%-20s %5zu %9zu %5zu %9zu  %s\n", profile->name, tally->rules, tally->verified,
	       tally->lab, tally->conflict, profile->title ? profile->title : "");
}

/* One of the list: a line, or an element of @items when that is not NULL. */
static bool list_one(const char *name, const struct profile *standard, json_t *items,
		     struct err *err)
{
	struct profile *profile = profile_load(name, err);

	if (!profile)
		return false;

	struct tally tally = profile_tally(profile, base_of(profile, standard));
	const char *extends = jsonx_text(profile->effective, "extends");

	if (items)
		json_array_append_new(items,
				      json_pack("{s:s, s:s, s:s*, s:b, s:i, s:o}", "name", name,
						"title", profile->title ? profile->title : "",
						"extends", extends, "bundled", true, "rules",
						(int)tally.rules, "values", tally_json(&tally)));
	else
		print_line(profile, &tally);
	profile_put(profile);
	return true;
}

static bool list(const struct profile *standard, bool as_json, struct err *err)
{
	char **names = fixture_names("profiles", ".json", err);
	json_t *items = as_json ? json_array() : NULL;
	bool good = names != NULL;

	if (!as_json)
		printf("%-20s %5s %9s %5s %9s  %s\n", "NAME", "RULES", "VERIFIED", "LAB",
		       "CONFLICT", "TITLE");
	for (size_t i = 0; good && names[i]; i++)
		good = list_one(names[i], standard, items, err);
	if (good && items) {
		json_t *whole = json_pack("{s:O}", "items", items);

		print_json(whole);
		json_decref(whole);
	} else if (good) {
		puts("\nRULES are switches that are not as the standard has them; the other "
		     "numbers say "
		     "how well a\nprofile's own values are known. All of these are bundled; "
		     "mocksis "
		     "profiles NAME tells the\nrules in words, FILE does so of one of your own.");
	}
	json_decref(items);
	names_free(names);
	return good;
}

static bool show(const char *name, const struct profile *standard, bool as_json, struct err *err)
{
	struct profile *profile = profile_load(name, err);

	if (!profile)
		return false;
	if (as_json)
		print_json(profile->effective);
	else
		profile_page(stdout, profile, base_of(profile, standard));
	profile_put(profile);
	return true;
}

static bool print_switches(const struct profile *standard, bool as_json, bool as_markdown)
{
	struct str out = STR_INIT;
	json_t *json;

	if (as_json) {
		json = reference_json(standard);
		print_json(json);
		json_decref(json);
		return true;
	}
	if (as_markdown)
		reference_markdown(&out, standard);
	else
		reference_text(&out, standard);
	fputs(str_text(&out), stdout);
	str_release(&out);
	return true;
}

/* Switches that deviate and do not say why: they count as lab. */
static json_t *unsourced(const struct profile *profile)
{
	json_t *names = json_array();
	const struct quirk_switch *row;

	for (size_t i = 0; (row = switch_at(i)); i++)
		if (profile_deviates(profile, row) && !profile_states(profile, row))
			json_array_append_new(names, json_string(row->name));
	return names;
}

static void print_valid(const char *file, const struct profile *profile, const struct tally *tally,
			const json_t *without)
{
	const char *extends = jsonx_text(profile->effective, "extends");
	const json_t *name;
	size_t i;

	printf("%s: a sound profile: %s", file, profile->name);
	if (profile->title)
		printf(" (%s)", profile->title);
	if (extends)
		printf(", extends %s", extends);
	printf("\n%zu rules beyond the standard; of its values %zu are verified, %zu lab, %zu in "
	       "conflict\n",
	       tally->rules, tally->verified, tally->lab, tally->conflict);
	if (json_array_size(without))
		fputs("without a source, so lab:", stdout);
	json_array_foreach (without, i, name)
		printf("%s %s", i ? "," : "", json_string_value(name));
	if (json_array_size(without))
		putchar('\n');
}

/* A file of that name in the working folder comes before a bundled profile. */
static bool validate(const char *file, const struct profile *standard, bool as_json,
		     struct err *err)
{
	bool here = !strchr(file, '/') && file_exists(file) && !file_is_folder(file);
	char *path = here ? path_join(".", file) : xstrdup(file);
	struct profile *profile = profile_load(path, err);

	free(path);
	if (!profile)
		return false;

	struct tally tally = profile_tally(profile, base_of(profile, standard));
	json_t *without = unsourced(profile);

	if (as_json) {
		json_t *report = json_pack("{s:s, s:s, s:s*, s:b, s:i, s:o, s:O}", "file", file,
					   "name", profile->name, "title", profile->title, "valid",
					   true, "rules", (int)tally.rules, "values",
					   tally_json(&tally), "unsourced", without);

		print_json(report);
		json_decref(report);
	} else {
		print_valid(file, profile, &tally, without);
	}
	json_decref(without);
	profile_put(profile);
	return true;
}

static bool check_usage(const struct options *options, struct err *err)
{
	bool switches = option_is_set(options, "switches");
	int asked = (options->argument_count > 0) + switches + option_is_set(options, "validate");

	if (asked > 1)
		return err_set(err, ERR_INVALID,
			       "one of NAME, --validate and --switches belongs here");
	if (option_is_set(options, "markdown") && (!switches || option_is_set(options, "json")))
		return err_set(err, ERR_INVALID,
			       "--markdown goes with --switches, and not with --json");
	return true;
}

int profiles_main(const struct options *options)
{
	const char *file = option_text(options, "validate");
	bool as_json = option_is_set(options, "json"), good;
	struct err err = ERR_INIT;
	struct profile *standard = check_usage(options, &err) ? profile_load(STANDARD, &err) : NULL;

	if (!standard)
		return fail(options, &err);
	if (option_is_set(options, "switches"))
		good = print_switches(standard, as_json, option_is_set(options, "markdown"));
	else if (file)
		good = validate(file, standard, as_json, &err);
	else if (options->argument_count)
		good = show(options->arguments[0], standard, as_json, &err);
	else
		good = list(standard, as_json, &err);
	profile_put(standard);
	return good ? 0 : fail(options, &err);
}
