/*
 * import.c - mocksis import.
 */
#include "cli/commands.h"

#include "base/file.h"
#include "base/jsonw.h"
#include "server/bundle/import.h"
#include "server/snapshots.h"

#define PATHS 64 /* as the table of commands says */

/* The report is written as it comes: there may be a flaw per row. */
struct listing {
	bool json;
	struct str out;
	struct jsonw w;
};

static void flush_json(struct listing *listing)
{
	fputs(str_text(&listing->out), stdout);
	str_clear(&listing->out);
}

static void print_flaw(const struct flaw *flaw, void *payload)
{
	struct listing *listing = payload;
	static const char *const severities[] = { "warning", "error" };

	if (listing->json) {
		jsonw_object(&listing->w);
		jsonw_key_text(&listing->w, "file", flaw->file);
		jsonw_key_int(&listing->w, "line", flaw->line);
		jsonw_key_int(&listing->w, "column", flaw->column);
		jsonw_key_text(&listing->w, "rule", flaw->rule);
		jsonw_key_text(&listing->w, "severity", severities[flaw->severity]);
		jsonw_key_text(&listing->w, "text", flaw->text);
		jsonw_object_end(&listing->w);
		flush_json(listing);
		return;
	}
	printf("%s", flaw->file);
	if (flaw->line)
		printf(":%d", flaw->line);
	if (flaw->column)
		printf(":%d", flaw->column);
	printf(": %s: %s: %s\n", severities[flaw->severity], flaw->rule, flaw->text);
}

static void json_counts(struct jsonw *w, const char *key, const size_t counts[static CSV_FILES],
			const size_t others[static CSV_FILES])
{
	jsonw_key(w, key);
	jsonw_object(w);
	for (size_t i = 0; i < CSV_FILES; i++)
		if (counts[i] || others[i])
			jsonw_key_int(w, csv_files[i].name, (int64_t)counts[i]);
	jsonw_object_end(w);
}

static void print_json_end(struct listing *listing, const struct import *import,
			   const struct err *err)
{
	struct jsonw *w = &listing->w;

	jsonw_array_end(w);
	json_counts(w, "loaded", import->loaded, import->refused);
	json_counts(w, "refused", import->refused, import->refused);
	json_counts(w, "deleted", import->deleted, import->deleted);
	jsonw_key_int(w, "errors", (int64_t)import->errors);
	jsonw_key_int(w, "warnings", (int64_t)import->warnings);
	jsonw_key(w, "stored");
	jsonw_bool(w, import->stored);
	if (err->code != ERR_NONE)
		jsonw_key_text(w, "error", err->text);
	jsonw_object_end(w);
	str_add_char(&listing->out, '\n');
	flush_json(listing);
}

static void print_counts(const struct import *import)
{
	for (size_t i = 0; i < CSV_FILES; i++) {
		if (!import->loaded[i] && !import->refused[i] && !import->deleted[i])
			continue;
		printf("%-28s %6zu loaded, %zu refused", csv_files[i].name, import->loaded[i],
		       import->refused[i]);
		if (import->deleted[i])
			printf(", %zu marked as deleted: the bulk file has them no more",
			       import->deleted[i]);
		putchar('\n');
	}
	printf("%zu errors, %zu warnings\n", import->errors, import->warnings);
	if (!import->stored)
		printf("nothing was stored: %s\n",
		       import->dry_run ? "--dry-run" : "--strict takes no bundle with flaws");
}

static int list_rules(void)
{
	const char *name, *sentence;

	for (size_t i = 0; (name = flaw_rule(i, &sentence)); i++)
		printf("%-22s %s\n", name, sentence);
	return 0;
}

static bool open_all(const struct options *options, struct bundle **bundles, struct err *err)
{
	if (options->argument_count > PATHS)
		BUG("more than %d paths", PATHS);
	for (size_t i = 0; i < options->argument_count; i++) {
		bundles[i] = bundle_open(options->arguments[i], err);
		if (!bundles[i])
			return false;
	}
	return options->argument_count > 0 ||
	       err_set(err, ERR_INVALID, "something is missing; usage: mocksis import %s",
		       options->command->usage);
}

static void load(const struct options *options, struct bundle *const *bundles,
		 struct listing *listing, struct import *import, struct err *err)
{
	const char *db = option_text(options, "db");
	bool fresh = !file_exists(db ? db : "mocksis.db");
	struct store *store = store_open(db ? db : "mocksis.db", err);

	if (!store)
		return;
	jsonw_init(&listing->w, &listing->out, 2);
	if (listing->json) {
		jsonw_object(&listing->w);
		jsonw_key(&listing->w, "flaws");
		jsonw_array(&listing->w);
	}
	if (import_bundles(import, store, bundles, options->argument_count, err) && !listing->json)
		print_counts(import);
	if (listing->json)
		print_json_end(listing, import, err);
	/* an empty database would get the demo district from the next serve */
	if (fresh && !import->stored)
		store_discard(store);
	else
		store_close(store);
	if (import->stored)
		snapshot_forget_loaded(db ? db : "mocksis.db");
}

int import_main(const struct options *options)
{
	struct listing listing = { .json = option_is_set(options, "json"), .out = STR_INIT };
	struct import import = { .strict = option_is_set(options, "strict"),
				 .dry_run = option_is_set(options, "dry-run"),
				 .flaw = print_flaw,
				 .payload = &listing };
	struct bundle *bundles[PATHS] = { NULL };
	struct err err = ERR_INIT;

	if (option_is_set(options, "rules"))
		return list_rules();
	if (option_now(options, &import.now, &err) && open_all(options, bundles, &err))
		load(options, bundles, &listing, &import, &err);
	for (size_t i = 0; i < PATHS; i++)
		bundle_close(bundles[i]);
	str_release(&listing.out);
	if (err.code != ERR_NONE)
		return fail(options, &err);
	return import.errors || import.warnings ? 1 : 0;
}
