/*
 * fuzz_explain.c - whatever somebody pastes, looked up in the dictionary.
 *
 * The first line, when there is more than one, names the SIS.
 */
#include "base/jsonx.h"
#include "conformance/dictionary.h"
#include "conformance/wording.h"
#include "tests/fuzz/fuzz.h"

static const struct dictionary *dictionary(void)
{
	static struct dictionary *loaded;
	struct err err = ERR_INIT;

	if (!loaded)
		loaded = dictionary_load(&err);
	FUZZ_HOLDS(loaded);
	return loaded;
}

static void check_match(const struct match *match)
{
	const char *name;
	const json_t *value;

	FUZZ_HOLDS(jsonx_text(match->entry, "code") && match->text && match->provenance);
	json_object_foreach (match->fields, name, value)
		FUZZ_HOLDS(json_is_string(value));
}

/* A pattern made of the input fits what it was made of. */
static void check_pattern(const char *text)
{
	struct pattern *pattern = pattern_new(text, false);
	struct wording *wording = wording_new(text);

	if (!strchr(text, '{') && strlen(text) < WORDING_MOST && pattern_literal(pattern))
		FUZZ_HOLDS(pattern_fits(pattern, wording, NULL));
	pattern_is(pattern, wording);
	wording_free(wording);
	pattern_free(pattern);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), *line = strchr(text, '\n');
	struct question question = { .text = line ? line + 1 : text };
	struct matches matches;
	struct match best;

	if (line)
		*line = '\0';
	question.sis = line ? text : NULL;
	question.only_sis = line && *text;
	check_pattern(question.text);

	bool found = dictionary_search(dictionary(), &question, &matches);

	FUZZ_HOLDS(found == (matches.count > 0) && matches.count <= MATCHES_MOST);
	for (size_t i = 0; i < matches.count; i++)
		check_match(&matches.items[i]);
	matches_release(&matches);
	dictionary_nearest(dictionary(), &question, 3, &matches);
	FUZZ_HOLDS(matches.count <= 3);
	matches_release(&matches);
	if (dictionary_find(dictionary(), &question, &best))
		check_match(&best);
	json_decref(best.fields);
	free(text);
	return 0;
}
