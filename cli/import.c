/*
 * import.c - mocksis import.
 */
#include "cli/commands.h"

#include "base/file.h"
#include "base/jsonw.h"
#include "server/bundle/import.h"

struct listing {
	bool json;
	struct jsonw w;
	const char *folder;
};

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
		return;
	}
	printf("%s", flaw->file);
	if (flaw->line)
		printf(":%d", flaw->line);
	if (flaw->column)
		printf(":%d", flaw->column);
	printf(": %s: %s: %s\n", severities[flaw->severity], flaw->rule, flaw->text);
}

static void print_counts(struct listing *listing, const struct import *import)
{
	struct jsonw *w = &listing->w;

	if (listing->json) {
		jsonw_array_end(w);
		jsonw_key(w, "loaded");
		jsonw_object(w);
	}
	for (size_t i = 0; i < ENTITY_COUNT; i++) {
		if (!import->loaded[i] && !import->refused[i])
			continue;
		if (listing->json)
			jsonw_key_int(w, entities[i]->plural, (int64_t)import->loaded[i]);
		else
			printf("%-18s %6zu loaded, %zu refused\n", entities[i]->plural,
			       import->loaded[i], import->refused[i]);
	}
	if (!listing->json) {
		printf("%zu errors, %zu warnings\n", import->errors, import->warnings);
		return;
	}
	jsonw_object_end(w);
	jsonw_key(w, "refused");
	jsonw_object(w);
	for (size_t i = 0; i < ENTITY_COUNT; i++)
		if (import->refused[i])
			jsonw_key_int(w, entities[i]->plural, (int64_t)import->refused[i]);
	jsonw_object_end(w);
	jsonw_key_int(w, "errors", (int64_t)import->errors);
	jsonw_key_int(w, "warnings", (int64_t)import->warnings);
	jsonw_object_end(w);
}

int import_main(const struct options *options)
{
	struct str out = STR_INIT;
	struct listing listing = { .json = option_is_set(options, "json") };
	struct import import = { .flaw = print_flaw, .payload = &listing };
	struct err err = ERR_INIT;
	const char *db = option_text(options, "db");
	struct store *store = NULL;

	for (size_t i = 0; i < options->argument_count; i++)
		if (!file_is_folder(options->arguments[i]))
			err_set(&err, ERR_INVALID, "%s: a folder of CSV files belongs here",
				options->arguments[i]);
	if (err.code == ERR_NONE && option_now(options, &import.now, &err))
		store = store_open(db ? db : "mocksis.db", &err);
	if (!store)
		return fail(options, &err);
	jsonw_init(&listing.w, &out, 2);
	if (listing.json) {
		jsonw_object(&listing.w);
		jsonw_key(&listing.w, "flaws");
		jsonw_array(&listing.w);
	}
	for (size_t i = 0; i < options->argument_count && err.code == ERR_NONE; i++)
		if (!import_folder(&import, store, options->arguments[i], &err))
			break;
	store_close(store);
	if (err.code == ERR_NONE) {
		print_counts(&listing, &import);
		if (listing.json)
			puts(str_text(&out));
	}
	str_release(&out);
	if (err.code != ERR_NONE)
		return fail(options, &err);
	return import.errors || import.warnings ? 1 : 0;
}
