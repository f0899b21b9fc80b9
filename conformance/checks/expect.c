/*
 * expect.c - failures that are known and bear no news.
 */
#include "conformance/checks/expect.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"

#define ID_MOST 64 /* longer ones have no nearest */

/* The members of an expectation. */
static const struct {
	const char *name;
	bool needed;
} members[] = {
	{ "id", true },
	{ "version", false },
	{ "verdict", true },
	{ "reason", true },
};

static const char *const verdicts[] = { "fail", "warning", "error", "skipped" };

/* How many letters have to change (Levenshtein). */
static size_t distance(const char *a, const char *b)
{
	size_t row[ID_MOST + 1], length = strlen(b);

	for (size_t k = 0; k <= length; k++)
		row[k] = k;
	for (size_t i = 0; a[i]; i++) {
		size_t before = row[0];

		row[0] = i + 1;
		for (size_t k = 0; k < length; k++) {
			size_t change = before + (a[i] != b[k]), least = row[k] + 1;

			before = row[k + 1];
			least = before + 1 < least ? before + 1 : least;
			row[k + 1] = change < least ? change : least;
		}
	}
	return row[length];
}

/* The known id that looks most like @id; NULL when none does. */
static const char *nearest(const json_t *known, const char *id)
{
	size_t best = strlen(id) / 2 + 1, i;
	const char *found = NULL;
	const json_t *row;

	json_array_foreach (known, i, row) {
		const char *other = jsonx_text(row, "id");
		size_t off = strlen(id) > ID_MOST || strlen(other) > ID_MOST ? ID_MOST
									     : distance(id, other);

		if (off < best) {
			best = off;
			found = other;
		}
	}
	return found;
}

/* Whether an expectation is about a check, by id and version. */
static bool is_about(const json_t *expectation, const json_t *row)
{
	const char *version = jsonx_text(expectation, "version");

	return same_text(jsonx_text(expectation, "id"), jsonx_text(row, "id")) &&
	       (!version || same_text(version, jsonx_text(row, "version")));
}

static bool check_members(const char *path, size_t at, const json_t *item, struct err *err)
{
	const char *name;
	const json_t *value;

	if (!json_is_object(item))
		return err_set(err, ERR_INVALID, "%s: /expect/%zu: expected an object, found %s",
			       path, at, jsonx_kind(item));
	json_object_foreach ((json_t *)(uintptr_t)item, name, value) {
		bool known = false;

		for (size_t i = 0; i < ARRAY_SIZE(members); i++)
			known = known || same_text(members[i].name, name);
		if (!known)
			return err_set(err, ERR_INVALID,
				       "%s: /expect/%zu/%.40s: there is no such key; id, version, "
				       "verdict and reason are",
				       path, at, name);
		if (!json_is_string(value) || !*json_string_value(value))
			return err_set(err, ERR_INVALID,
				       "%s: /expect/%zu/%s: expected a text that is not empty, "
				       "found %s",
				       path, at, name, jsonx_kind(value));
	}
	for (size_t i = 0; i < ARRAY_SIZE(members); i++)
		if (members[i].needed && !json_object_get(item, members[i].name))
			return err_set(err, ERR_INVALID, "%s: /expect/%zu/%s is missing", path, at,
				       members[i].name);
	return true;
}

static bool check_verdict(const char *path, size_t at, const json_t *item, struct err *err)
{
	const char *verdict = jsonx_text(item, "verdict");

	for (size_t i = 0; i < ARRAY_SIZE(verdicts); i++)
		if (same_text(verdicts[i], verdict))
			return true;
	return err_set(err, ERR_INVALID,
		       "%s: /expect/%zu/verdict: fail, warning, error or skipped belongs here, "
		       "not \"%.40s\"",
		       path, at, verdict);
}

static bool check_id(const char *path, size_t at, const json_t *item, const json_t *known,
		     struct err *err)
{
	const char *id = jsonx_text(item, "id"), *near;
	const json_t *row;
	bool any = false;
	size_t i;

	json_array_foreach (known, i, row) {
		if (is_about(item, row))
			return true;
		any = any || same_text(id, jsonx_text(row, "id"));
	}
	if (any)
		return err_set(err, ERR_INVALID,
			       "%s: /expect/%zu/version: there is no check %s in version %.20s",
			       path, at, id, jsonx_text(item, "version"));
	near = nearest(known, id);
	return err_set(err, ERR_INVALID, "%s: /expect/%zu/id: there is no check \"%.80s\"%s%s%s",
		       path, at, id, near ? "; is " : "; --list names them", near ? near : "",
		       near ? " meant?" : "");
}

static bool check_unique(const char *path, size_t at, const json_t *item, const json_t *list,
			 struct err *err)
{
	const char *version = jsonx_text(item, "version");

	for (size_t i = 0; i < at; i++) {
		const json_t *other = json_array_get(list, i);
		const char *its = jsonx_text(other, "version");

		if (same_text(jsonx_text(other, "id"), jsonx_text(item, "id")) &&
		    (!its || !version || same_text(its, version)))
			return err_set(err, ERR_INVALID,
				       "%s: /expect/%zu: /expect/%zu says already what is expected "
				       "of %s",
				       path, at, i, jsonx_text(item, "id"));
	}
	return true;
}

static bool check_list(const char *path, const json_t *file, const json_t *known, struct err *err)
{
	const json_t *list = json_object_get(file, "expect"), *item;
	const char *name;
	size_t i;

	if (!json_is_array(list))
		return err_set(err, ERR_INVALID,
			       "%s: /expect: expected {\"expect\": [{\"id\", \"verdict\", "
			       "\"reason\"}]}, found %s",
			       path, jsonx_kind(json_is_object(file) ? list : file));
	json_object_foreach ((json_t *)(uintptr_t)file, name, item)
		if (!same_text(name, "expect"))
			return err_set(err, ERR_INVALID,
				       "%s: /%.40s: there is no such key; expect is", path, name);
	json_array_foreach (list, i, item)
		if (!check_members(path, i, item, err) || !check_verdict(path, i, item, err) ||
		    !check_id(path, i, item, known, err) || !check_unique(path, i, item, list, err))
			return false;
	return true;
}

json_t *expect_load(const char *path, const json_t *known, struct err *err)
{
	json_t *file = jsonx_load_file(path, err), *list = NULL;

	if (file && check_list(path, file, known, err))
		list = json_incref(json_object_get(file, "expect"));
	json_decref(file);
	return list;
}

static void add(json_t *list, const json_t *expectation, const char *found)
{
	json_t *item = json_copy((json_t *)(uintptr_t)expectation);

	json_object_set_new(item, "found", json_string(found));
	json_array_append_new(list, item);
}

/* Whether a check was looked at, so that an expectation of another verdict is stale. What an
 * option left out was not, nor what could not be seen: that fails the run anyway. */
static bool was_seen(const json_t *row)
{
	return !jsonx_true(row, "left_out") && !same_text(jsonx_text(row, "verdict"), "error");
}

struct tally {
	size_t met, seen;
	const json_t
		*other; /* a check with another verdict: one that was seen, where there is one */
};

static void compare(const json_t *expectation, json_t *row, struct tally *tally)
{
	bool seen = was_seen(row);

	if (same_text(jsonx_text(expectation, "verdict"), jsonx_text(row, "verdict"))) {
		json_object_set_new(row, "expected", json_true());
		json_object_set(row, "reason", json_object_get(expectation, "reason"));
		tally->met++;
	} else if (seen || !tally->other) {
		tally->other = row;
	}
	tally->seen += seen;
}

static void apply_one(json_t *report, const json_t *expectation, size_t *expected)
{
	struct tally tally = { 0 };
	json_t *row;
	size_t i;

	json_array_foreach (json_object_get(report, "checks"), i, row)
		if (is_about(expectation, row))
			compare(expectation, row, &tally);
	*expected += tally.met;
	if (tally.met)
		return;
	if (tally.other) {
		const char *verdict = jsonx_text(tally.other, "verdict");
		char *found = same_text(verdict, "pass")
				      ? xstrdup("it passes")
				      : xformat("it is %s: %s", verdict,
						jsonx_text(tally.other, "message"));

		add(json_object_get(report, tally.seen ? "stale" : "unseen"), expectation, found);
		free(found);
	} else {
		add(json_object_get(report, "unseen"), expectation,
		    "it is not among the checks of this run");
	}
}

void expect_apply(json_t *report, const json_t *expect)
{
	const json_t *expectation;
	size_t i, expected = 0;

	json_object_set_new(report, "stale", json_array());
	json_object_set_new(report, "unseen", json_array());
	json_array_foreach (expect, i, expectation)
		apply_one(report, expectation, &expected);
	json_object_set_new(json_object_get(report, "summary"), "expected",
			    json_integer((json_int_t)expected));
}
