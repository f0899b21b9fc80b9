/*
 * payload.c - mocksis check --payload: judges a file, without any provider.
 */
#include "cli/payload.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/jsonx.h"
#include "cli/commands.h"
#include "oneroster/operations.h"

#define FILE_CAP ((size_t)64 << 20)

/* The entity that a wrapper key means, right or not: lineItem, lineItems, terms. */
static const struct entity *entity_named(const char *key)
{
	const struct collection *collection = collection_find(key, strlen(key));
	const struct entity *entity = entity_by_singular(key);

	return entity ? entity : collection ? collection->entity : NULL;
}

static bool is_data(const json_t *value)
{
	return json_is_object(value) || json_is_array(value);
}

/* Whether it has members that only an object itself has. */
static bool is_object_itself(const json_t *body)
{
	return json_object_get(body, "sourcedId") || json_object_get(body, "status") ||
	       json_object_get(body, "dateLastModified");
}

/* The key around the data, right or wrong, and the entity that it means (NULL: none); NULL
 * for an object without a wrapper, whose members may be called like wrappers. */
static const char *wrapper_of(const struct payload_run *run, const json_t *body,
			      const struct entity **entity)
{
	bool alone = json_object_size(body) == 1;
	const char *key;
	const json_t *value;

	if (is_object_itself(body))
		return NULL;
	*entity = run->type;
	if (run->type && json_object_get(body, run->type->singular))
		return run->type->singular;
	json_object_foreach ((json_t *)(uintptr_t)body, key, value) {
		*entity = entity_named(key);
		if (!is_data(value))
			continue;
		if (run->type ? *entity == run->type || alone : *entity != NULL)
			return key;
	}
	return NULL;
}

static void mend_data(struct findings *mended, const struct entity *entity, unsigned version,
		      json_t *data, const char *prefix)
{
	json_t *item;
	size_t i;

	if (!json_is_array(data)) {
		payload_mend_object(mended, entity, version, data, prefix);
		return;
	}
	json_array_foreach (data, i, item) {
		char *pointer = xformat("%s/%zu", prefix, i);

		payload_mend_object(mended, entity, version, item, pointer);
		free(pointer);
	}
}

static void check_bare(struct findings *findings, const struct payload_run *run, const json_t *data)
{
	const json_t *item;
	char pointer[32];
	size_t i;

	if (!json_is_array(data))
		payload_check_object(findings, run->type, run->version, data, "", 0);
	json_array_foreach (data, i, item) {
		snprintf(pointer, sizeof pointer, "/%zu", i);
		payload_check_object(findings, run->type, run->version, item, pointer, 0);
	}
}

static bool version_has(const struct payload_run *run, const struct entity *entity, struct err *err)
{
	return (entity->in & run->version) ||
	       err_set(err, ERR_INVALID, "OneRoster %s has no %s",
		       run->version & V12 ? "1.2" : "1.1", entity->singular);
}

/* One value of the file; with --repair it is mended first. */
static bool judge_value(struct payload_run *run, json_t *body, struct findings *findings,
			struct findings *mended, struct err *err)
{
	const struct entity *entity = NULL;
	const char *key = wrapper_of(run, body, &entity);

	if (!run->type && !key && (run->status || payload_is_status(body))) {
		run->status = true;
		payload_check_status(findings, run->version, SERVICE_COUNT, body);
		return true;
	}
	if (!run->type && !key && json_object_get(body, "sourcedIdPairs")) {
		payload_check_pairs(findings, body);
		return true;
	}
	if (!run->type && !key)
		return err_set(err, ERR_INVALID,
			       "%s: no wrapper tells what this is; name it with --type", run->file);
	if (!run->type)
		run->type = entity;
	if (!version_has(run, run->type, err))
		return false;
	if (run->repair) {
		json_t *data = key ? json_object_get(body, key) : body;
		char *prefix = key ? xformat("/%s", key) : xstrdup("");

		mend_data(mended, run->type, run->version, data, prefix);
		free(prefix);
	}
	if (key)
		payload_check_body(findings, run->type, run->version,
				   json_is_array(json_object_get(body, key)), body, 0);
	else
		check_bare(findings, run, body);
	return true;
}

static int lines_in(const char *text, size_t length)
{
	int lines = 0;

	for (size_t i = 0; i < length; i++)
		lines += text[i] == '\n';
	return lines;
}

/* All values of a sound text; what --repair prints goes to @out. */
static bool judge_text(struct payload_run *run, const char *text, struct str *out, struct err *err)
{
	const struct entity *asked = run->type;
	size_t length = strlen(text), at = strspn(text, " \t\r\n"), from = 0;
	bool good = true;
	int line = 1;

	while (good && at < length) {
		struct findings findings = FINDINGS_INIT, mended = FINDINGS_INIT;
		size_t begin = at;
		json_t *value = jsonx_load_next(text, length, &at, err);
		char *dump;

		line += lines_in(text + from, begin - from);
		from = begin;
		run->several = run->several || at < length;
		run->type = asked;
		good = value && judge_value(run, value, &findings, &mended, err);
		if (good) {
			run_add_mended(run, &mended, line);
			run_add_findings(run, &findings, line);
			dump = run->several ? jsonx_dump(value) : jsonx_pretty(value);
			str_format(out, "%s%s", dump, run->several ? "\n" : "");
			free(dump);
		}
		findings_release(&findings);
		findings_release(&mended);
		json_decref(value);
	}
	return good;
}

/* The text as sound JSON; NULL when it is broken, which is then noted. Returns (free). */
static char *sound_text(struct payload_run *run, const char *text, size_t length)
{
	struct repairs repairs = REPAIRS_INIT;
	struct err why = ERR_INIT, hopeless = ERR_INIT;
	char *sound = json_repair(text, length, &repairs, &hopeless);
	size_t at = strspn(text, " \t\r\n");

	if (sound && repairs.total && !run->repair) {
		json_t *value = jsonx_load_next(text, length, &at, &why);

		while (value && at < length) {
			json_decref(value);
			value = jsonx_load_next(text, length, &at, &why);
		}
		json_decref(value);
		run_add_broken(run, &why);
		run->repairable = repairs.total;
		free(sound);
		sound = NULL;
	} else if (!sound) {
		run_add_broken(run, &hopeless);
	} else {
		run_add_repairs(run, &repairs);
	}
	repairs_release(&repairs);
	return sound;
}

/* Mended values are printed anew; where only the text was repaired, it keeps its form. */
static void print_repaired(const struct payload_run *run, const char *text, const struct str *out,
			   size_t text_repairs)
{
	bool mended = run->repairs > text_repairs;

	fputs(mended ? str_text(out) : text, stdout);
	if (!mended && !ends_with(text, "\n"))
		fputc('\n', stdout);
}

static bool read_run(const struct options *options, struct payload_run *run, struct err *err)
{
	const char *type = option_text(options, "type"), *version = option_text(options, "version");

	run->file = option_text(options, "payload");
	run->repair = option_is_set(options, "repair");
	run->version = same_text(version, "1.2") ? V12 : V11;
	if (options->argument_count)
		return err_set(err, ERR_INVALID,
			       "--payload judges a file, %s is a provider: one of the two",
			       options->arguments[0]);
	if (version && strcmp(version, "1.1") != 0 && strcmp(version, "1.2") != 0)
		return err_set(err, ERR_INVALID, "--version %s: 1.1 or 1.2", version);
	run->status = same_text(type, "status");
	if (!type || run->status)
		return true;
	run->type = entity_by_singular(type);
	if (!run->type)
		run->type = entity_by_plural(type);
	if (run->type)
		return version_has(run, run->type, err);

	struct str known = STR_INIT;

	for (size_t i = 0; i < ENTITY_COUNT; i++)
		str_format(&known, "%s, ", entities[i]->singular);
	err_set(err, ERR_INVALID, "--type %s: one of %sstatus", type, str_text(&known));
	str_release(&known);
	return false;
}

int payload_main(const struct options *options, bool fail_on_warnings)
{
	struct payload_run run = { .findings = json_array(), .repaired = json_array() };
	struct err err = ERR_INIT;
	struct str out = STR_INIT;
	char *text = NULL, *sound = NULL;
	size_t length = 0, text_repairs;

	if (read_run(options, &run, &err))
		text = file_read(strcmp(run.file, "-") == 0 ? "/dev/stdin" : run.file, FILE_CAP,
				 &length, &err);
	if (text)
		sound = sound_text(&run, text, length);
	text_repairs = run.repairs;
	if (sound && judge_text(&run, sound, &out, &err) && run.repair)
		print_repaired(&run, sound, &out, text_repairs);
	if (err.code == ERR_NONE && option_is_set(options, "json"))
		run_print_json(run.repair ? stderr : stdout, &run);
	else if (err.code == ERR_NONE)
		run_print(run.repair ? stderr : stdout, &run);
	json_decref(run.findings);
	json_decref(run.repaired);
	str_release(&out);
	free(text);
	free(sound);
	if (err.code != ERR_NONE)
		return fail(options, &err);
	return run.errors || run.repairs || (fail_on_warnings && run.warnings) ? 1 : 0;
}
