/*
 * export.c - mocksis export.
 */
#include "cli/commands.h"

#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/when.h"
#include "server/bundle/export.h"

struct notes {
	bool json;
	json_t *lost, *kept;
};

static void take_note(const struct export_note *note, void *payload)
{
	struct notes *notes = payload;

	json_array_append_new(note->kept ? notes->kept : notes->lost,
			      json_pack("{s:s, s:s?, s:I, s:s}", "file", note->file, "field",
					note->field, "count", (json_int_t)note->count, "why",
					note->why));
	if (notes->json)
		return;
	if (note->kept)
		printf("%s: %s: %zu kept in metadata.mocksis.%s: %s\n", note->file, note->field,
		       note->count, note->field, note->why);
	else
		fprintf(stderr, "%s: %s: %zu lost: %s\n", note->file,
			note->field ? note->field : "all", note->count, note->why);
}

static bool parse(const struct options *options, struct export *export, struct err *err)
{
	const char *version = option_text(options, "version");
	const char *since = option_text(options, "since");

	version = version ? version : "1.2.1";
	export->version = strcmp(version, "1.1") == 0 ? V11 : V12;
	export->dropped = strcmp(version, "1.2") == 0;
	export->bulk = option_is_set(options, "bulk");
	export->since = INT64_MIN;
	if (!*version || !has_word("1.1 1.2 1.2.1", version))
		return err_set(err, ERR_INVALID, "--version %s: 1.1, 1.2 or 1.2.1 belongs here",
			       version);
	if (since && !when_parse(since, &export->since, NULL))
		return err_set(err, ERR_INVALID,
			       "--since %s: a time like 2026-11-16T17:00:00Z belongs here", since);
	if (since && export->bulk)
		return err_set(err, ERR_INVALID,
			       "--since and --bulk: a bulk bundle is all there is");
	return true;
}

static void print_report(const struct options *options, const struct export *export,
			 const struct notes *notes)
{
	json_t *files = json_object(), *report;

	for (size_t i = 0; i < CSV_FILES; i++) {
		if (!export->written[i])
			continue;
		json_object_set_new(files, csv_files[i].name,
				    json_integer((json_int_t) export->written[i]));
		if (!notes->json)
			printf("%-28s %6zu rows\n", csv_files[i].name, export->written[i]);
	}
	report = json_pack("{s:s, s:o, s:O, s:O}", "out", options->arguments[0], "rows", files,
			   "kept", notes->kept, "lost", notes->lost);
	if (notes->json)
		print_json(report);
	json_decref(report);
}

int export_main(const struct options *options)
{
	const char *db = option_text(options, "db");
	struct notes notes = { option_is_set(options, "json"), json_array(), json_array() };
	struct export export = { .note = take_note, .payload = &notes };
	struct err err = ERR_INIT;
	struct store *store = NULL;

	db = db ? db : "mocksis.db";
	umask(S_IRWXG | S_IRWXO); /* passwords may be among what is written */
	if (parse(options, &export, &err) && !file_exists(db))
		err_set(&err, ERR_INVALID, "%s: there is no such database", db);
	if (err.code == ERR_NONE)
		store = store_open(db, &err);
	if (store && export_bundle(&export, store, options->arguments[0], &err))
		print_report(options, &export, &notes);
	store_close(store);
	json_decref(notes.lost);
	json_decref(notes.kept);
	return err.code == ERR_NONE ? 0 : fail(options, &err);
}
