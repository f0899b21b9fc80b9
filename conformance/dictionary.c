/*
 * dictionary.c - the error dictionary.
 */
#include "conformance/dictionary.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "base/jsonx.h"

struct dictionary {
	json_t *file;
};

struct dictionary *dictionary_load(struct err *err)
{
	struct dictionary *dictionary;
	char *root = fixture_root(err);
	char *path = root ? path_join(root, "dictionary.json") : NULL;
	json_t *file = path ? jsonx_load_file(path, err) : NULL;

	if (file && !json_is_array(json_object_get(file, "entries")))
		err_set(err, ERR_INVALID, "%s: /entries: expected an array", path);
	free(root);
	free(path);
	if (err->code != ERR_NONE) {
		json_decref(file);
		return NULL;
	}
	dictionary = xcalloc(1, sizeof *dictionary);
	dictionary->file = file;
	return dictionary;
}

void dictionary_free(struct dictionary *dictionary)
{
	if (!dictionary)
		return;
	json_decref(dictionary->file);
	free(dictionary);
}

/* Lower case, each run of white space one blank, none at the ends. Returns (free). */
static char *normal(const char *text)
{
	char *out = xmalloc(strlen(text) + 1);
	size_t n = 0;

	for (; *text; text++) {
		if (!isspace((unsigned char)*text))
			out[n++] = (char)tolower((unsigned char)*text);
		else if (n && out[n - 1] != ' ')
			out[n++] = ' ';
	}
	while (n && out[n - 1] == ' ')
		n--;
	out[n] = '\0';
	return out;
}

/* Whether the parts of @pattern between its placeholders occur in @text in order.
 * Returns the number of literal bytes, 0 when they do not. */
static size_t fits(const char *pattern, const char *text)
{
	size_t literal = 0;

	while (*pattern) {
		size_t length = strcspn(pattern, "{");
		char *part = xstrndup(pattern, length);
		const char *found = strstr(text, part);

		free(part);
		if (!found)
			return 0;
		literal += length;
		text = found + length;
		pattern += length;
		pattern += strcspn(pattern, "}");
		pattern += *pattern == '}';
	}
	return literal;
}

const json_t *dictionary_find(const struct dictionary *dictionary, const char *text,
			      const char *sis)
{
	const json_t *entry, *best = NULL;
	char *wanted = normal(text);
	size_t i, best_score = 0;

	json_array_foreach (json_object_get(dictionary->file, "entries"), i, entry) {
		const char *entry_text = jsonx_text(entry, "text"), *entry_sis;
		char *pattern = normal(entry_text ? entry_text : "");
		size_t score = fits(pattern, wanted);

		entry_sis = jsonx_text(entry, "sis");
		if (score && sis && entry_sis && strcasecmp(sis, entry_sis) == 0)
			score += 1000;
		if (score > best_score) {
			best_score = score;
			best = entry;
		}
		free(pattern);
	}
	free(wanted);
	return best;
}
