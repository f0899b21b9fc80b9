/*
 * report.c - a sync's report for a person.
 */
#include "conformance/canvas/report.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonw.h"
#include "base/jsonx.h"
#include "base/map.h"
#include "base/wrap.h"
#include "conformance/canvas/deviations.h"
#include "conformance/canvas/plan.h"
#include "conformance/canvas/sync.h"

#define ERRORS_SHOWN 20
#define ANSWERS_SHOWN 20

static const struct {
	const char *status, *words, *color;
} statuses[] = {
	{ "completed", "Completed", "\033[32m" },
	{ "completed_with_errors", "Completed with errors", "\033[33m" },
	{ "failed", "Failed", "\033[31m" },
};

static const char *words_of(const char *status, const char **color)
{
	for (size_t i = 0; i < ARRAY_SIZE(statuses); i++) {
		if (same_text(statuses[i].status, status)) {
			*color = statuses[i].color;
			return statuses[i].words;
		}
	}
	*color = "";
	return status ? status : "?";
}

static long long number(const json_t *object, const char *key)
{
	return (long long)jsonx_int(object, key);
}

static void print_head(FILE *out, const json_t *report, bool color)
{
	const char *paint;
	const char *words = words_of(jsonx_text(report, "status"), &paint);

	fprintf(out, "Grade Sync  %s -> %s  (%s)\n", jsonx_text(report, "course"),
		jsonx_text(report, "sis"), jsonx_text(report, "mode"));
	fprintf(out, "Stage %lld of %d  %s\n", number(report, "stage"), SYNC_STAGES,
		jsonx_text(report, "stage_name"));
	fprintf(out, "Status      %s%s%s\n", color ? paint : "", words, color ? "\033[0m" : "");
}

static void print_counts(FILE *out, const json_t *counts)
{
	const json_t *extracted = json_object_get(counts, "extracted");
	const json_t *sent = json_object_get(counts, "sent");
	const char *reason;
	const json_t *count;
	long long filtered = 0;

	json_object_foreach (json_object_get(counts, "filtered"), reason, count)
		filtered += (long long)json_integer_value(count);
	fprintf(out, "Extracted   %lld sections, %lld assignments, %lld submissions\n",
		number(extracted, "sections"), number(extracted, "assignments"),
		number(extracted, "submissions"));
	fprintf(out, "Filtered    %lld\n", filtered);
	json_object_foreach (json_object_get(counts, "filtered"), reason, count)
		fprintf(out, "  %6lld  %s\n", (long long)json_integer_value(count),
			reason_text(reason));
	fprintf(out, "Sent        %lld assignments, %lld scores\n", number(sent, "lineItems"),
		number(sent, "results"));
	fprintf(out, "Unchanged   %lld scores%s\n", number(counts, "unchanged"),
		number(counts, "unchanged") && !number(sent, "lineItems") &&
				!number(sent, "results")
			? " (nothing has changed since the last sync, so nothing was sent)"
			: "");
	fprintf(out, "Failed      %lld\n", number(counts, "failed"));
}

static bool same_cause(const json_t *a, const json_t *b)
{
	return same_text(jsonx_text(a, "text"), jsonx_text(b, "text")) &&
	       same_text(jsonx_text(a, "phase"), jsonx_text(b, "phase")) &&
	       number(a, "http") == number(b, "http");
}

static void print_place(FILE *out, const json_t *error)
{
	const char *assignment = jsonx_text(error, "assignment");
	const char *student = jsonx_text(error, "student");

	if (assignment)
		fprintf(out, "     where  \"%s\" in %s%s%s\n", assignment,
			jsonx_text(error, "section"), student ? ", " : "", student ? student : "");
}

/* Which of what is told no source confirms. */
static bool is_inferred(const json_t *error, const char *member)
{
	const json_t *name;
	size_t i;

	json_array_foreach (json_object_get(error, "inferred"), i, name)
		if (same_text(json_string_value(name), member))
			return true;
	return false;
}

static void print_error(FILE *out, size_t place, const json_t *error)
{
	bool lab = same_text(jsonx_text(error, "provenance"), "lab");

	fprintf(out, "%3zu. %s", place, jsonx_text(error, "phase"));
	if (number(error, "http"))
		fprintf(out, ", HTTP %lld", number(error, "http"));
	if (jsonx_text(error, "code"))
		fprintf(out, ", %s (dictionary of %s)", jsonx_text(error, "code"),
			jsonx_text(error, "sis"));
	if (lab)
		fputs("  (the wording of this text is ours, the vendor's was not seen)", out);
	fputc('\n', out);
	wrap_field(out, 5, "text", jsonx_text(error, "text"));
	wrap_field(out, 5, "cause", jsonx_text(error, "cause"));
	wrap_field(out, 5, "who", jsonx_text(error, "actor"));
	wrap_field(out, 5, "fix", jsonx_text(error, "fix"));
	if (is_inferred(error, "cause") || is_inferred(error, "fix"))
		fprintf(out, "%*s(%s%s%s inferred; no source states it)\n", 5 + WRAP_LABEL, "",
			is_inferred(error, "cause") ? "cause" : "",
			is_inferred(error, "cause") && is_inferred(error, "fix") ? " and " : "",
			is_inferred(error, "fix") ? "fix" : "");
}

/* Errors of the same text, by the first of them. There may be thousands of each. */
struct kinds {
	const json_t *errors;
	struct map map;
	size_t *first;       /* error that begins a kind; as many as there are kinds */
	size_t *next, *last; /* next: error of the same kind, 0: none; last: of a kind */
	size_t count;
};

static bool same_kind(const void *owner, size_t place, const void *key)
{
	const struct kinds *kinds = owner;

	return same_cause(json_array_get(kinds->errors, kinds->first[place]), key);
}

static void kinds_init(struct kinds *kinds, const json_t *errors)
{
	size_t count = json_array_size(errors), i;
	const json_t *error;

	*kinds = (struct kinds){ .errors = errors,
				 .first = xcalloc(count + 1, sizeof *kinds->first),
				 .next = xcalloc(count + 1, sizeof *kinds->next),
				 .last = xcalloc(count + 1, sizeof *kinds->last) };
	json_array_foreach (errors, i, error) {
		const char *text = jsonx_text(error, "text");
		uint32_t hash = map_hash(0, text ? text : "", text ? strlen(text) : 0);
		size_t kind = map_find(&kinds->map, hash, same_kind, kinds, error);

		if (kind == MAP_NONE) {
			kind = kinds->count++;
			kinds->first[kind] = i;
			map_add(&kinds->map, hash, kind);
		} else {
			kinds->next[kinds->last[kind]] = i;
		}
		kinds->last[kind] = i;
	}
}

static void kinds_release(struct kinds *kinds)
{
	map_release(&kinds->map);
	free(kinds->first);
	free(kinds->next);
	free(kinds->last);
}

/* Errors of the same text are told once, with all their places. */
static void print_errors(FILE *out, const json_t *errors)
{
	struct kinds kinds;

	kinds_init(&kinds, errors);
	if (kinds.count)
		fprintf(out, "\nErrors (%zu, of %zu kind%s)\n", json_array_size(errors),
			kinds.count, kinds.count == 1 ? "" : "s");
	for (size_t kind = 0; kind < kinds.count; kind++) {
		size_t at = kinds.first[kind], shown = 0, more = 0;

		print_error(out, kind + 1, json_array_get(errors, at));
		do {
			if (shown++ < ERRORS_SHOWN)
				print_place(out, json_array_get(errors, at));
			else
				more++;
			at = kinds.next[at];
		} while (at);
		if (more)
			fprintf(out, "     and %zu more places (--json lists them all)\n", more);
	}
	kinds_release(&kinds);
}

/* Deviations from the schema do no harm to the sync, but someone will meet them. */
static void print_answers(FILE *out, const json_t *answers)
{
	const json_t *kind;
	size_t i;

	if (json_array_size(answers))
		fprintf(out, "\nAnswers of the SIS that do not fit the schema (%zu kind%s)\n",
			json_array_size(answers), json_array_size(answers) == 1 ? "" : "s");
	json_array_foreach (answers, i, kind) {
		struct str line = STR_INIT;

		if (i == ANSWERS_SHOWN) {
			fprintf(out, "  and %zu more (--json lists them all)\n",
				json_array_size(answers) - i);
			return;
		}
		deviation_format(kind, &line);
		fprintf(out, "  %s\n", str_text(&line));
		str_release(&line);
	}
}

void report_print(FILE *out, const json_t *report, bool color)
{
	const json_t *warning, *put;
	size_t i;

	print_head(out, report, color);
	print_counts(out, json_object_get(report, "counts"));
	if (json_array_size(json_object_get(report, "warnings")))
		fprintf(out, "\nWarnings (%zu)\n",
			json_array_size(json_object_get(report, "warnings")));
	json_array_foreach (json_object_get(report, "warnings"), i, warning)
		fprintf(out, "  %s  \"%s\": %s\n", jsonx_text(warning, "code"),
			jsonx_text(warning, "object"), jsonx_text(warning, "text"));
	print_errors(out, json_object_get(report, "errors"));
	print_answers(out, json_object_get(report, "answers"));
	if (json_array_size(json_object_get(report, "puts")))
		fprintf(out, "\nWould be sent (%zu)\n",
			json_array_size(json_object_get(report, "puts")));
	json_array_foreach (json_object_get(report, "puts"), i, put) {
		char *body = jsonx_dump(json_object_get(put, "body"));

		fprintf(out, "  PUT %s %s\n", jsonx_text(put, "target"), body);
		free(body);
	}
}

json_t *report_unexplained(const json_t *report)
{
	static const char *const known[] = { "code", "sis", "cause", "actor", "fix", "inferred" };
	json_t *plain = json_deep_copy(report), *error;
	size_t i;

	json_array_foreach (json_object_get(plain, "errors"), i, error)
		for (size_t k = 0; k < ARRAY_SIZE(known); k++)
			json_object_del(error, known[k]);
	return plain;
}

void report_line(FILE *out, const json_t *report)
{
	const json_t *sent = json_object_get(json_object_get(report, "counts"), "sent");
	const char *paint;

	fprintf(out,
		"%5lld  %.19sZ  %.19sZ  stage %lld of %d  %-22s %4lld assignments %6lld scores  "
		"%s\n",
		number(report, "id"), jsonx_text(report, "started"), jsonx_text(report, "finished"),
		number(report, "stage"), SYNC_STAGES,
		words_of(jsonx_text(report, "status"), &paint), number(sent, "lineItems"),
		number(sent, "results"), jsonx_text(report, "mode"));
}
