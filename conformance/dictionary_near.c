/*
 * dictionary_near.c - what a text that nothing fits may have meant.
 *
 * Entries and text are sets of words. A word that few entries have says more than
 * one that many have; a word with a letter wrong still counts, for less.
 */
#include "conformance/dictionary_internal.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

#define WORD_MOST 40
#define WORDS_MOST 400 /* of a text */
#define TYPO_LEAST 5   /* shorter words must be the same */
#define TYPO_BEGIN 3   /* letters that must be right */
#define TYPO_WORTH 0.7
#define SHARE_LEAST 0.34 /* of an entry's words, by their weight */

/* Adds the words of @text, without placeholders, as keys of @words. */
static void add_words(json_t *words, const char *text)
{
	while (*text && json_object_size(words) < WORDS_MOST) {
		char word[WORD_MOST + 1];
		size_t n = 0;

		if (*text == '{' && text[strcspn(text, "} \n")] == '}') {
			text += strcspn(text, "}") + 1;
			continue;
		}
		for (; isalnum((unsigned char)*text); text++)
			if (n < WORD_MOST)
				word[n++] = (char)tolower((unsigned char)*text);
		word[n] = '\0';
		if (n > 1)
			json_object_set_new(words, word, json_integer(1));
		if (n == 0)
			text++;
	}
}

/* How many letters must be added, left out or changed to make one of the other. */
static size_t edits(const char *a, const char *b)
{
	size_t row[WORD_MOST + 1], columns = strlen(b);

	for (size_t k = 0; k <= columns; k++)
		row[k] = k;
	for (size_t i = 0; a[i]; i++) {
		size_t corner = row[0]++;

		for (size_t k = 1; k <= columns; k++) {
			size_t change = corner + (a[i] != b[k - 1]);

			corner = row[k];
			row[k] = corner + 1 < row[k - 1] + 1 ? corner + 1 : row[k - 1] + 1;
			row[k] = change < row[k] ? change : row[k];
		}
	}
	return row[columns];
}

/* Whether a hasty hand makes one of the other: the beginning is right, one letter in
 * TYPO_LEAST is not. */
static bool is_typo_of(const char *a, const char *b)
{
	size_t x = strlen(a), y = strlen(b), most = x / TYPO_LEAST;

	return most && x <= y + most && y <= x + most && strncmp(a, b, TYPO_BEGIN) == 0 &&
	       edits(a, b) <= most;
}

static double worth(const json_t *text_words, const char *word)
{
	const char *other;
	const json_t *unused;

	if (json_object_get(text_words, word))
		return 1;
	json_object_foreach ((json_t *)(uintptr_t)text_words, other, unused)
		if (is_typo_of(word, other))
			return TYPO_WORTH;
	return 0;
}

static json_t *words_of(const char *text)
{
	json_t *words = json_object();

	add_words(words, text);
	return words;
}

/* In how many rows each word is. */
static json_t *count_rows(const struct dictionary *dictionary)
{
	json_t *counts = json_object();

	for (size_t i = 0; i < dictionary->count; i++) {
		json_t *words = words_of(dictionary->rows[i].text);
		const char *word;
		const json_t *unused;

		json_object_foreach (words, word, unused) {
			json_int_t before = json_integer_value(json_object_get(counts, word));

			json_object_set_new(counts, word, json_integer(before + 1));
		}
		json_decref(words);
	}
	return counts;
}

/* The share of the row's words that the text has, in thousandths by weight; 0 when it is
 * too small, or a single common word. */
static size_t share(const struct row *row, const json_t *text_words, const json_t *counts)
{
	json_t *words = words_of(row->text);
	double all = 0, shared = 0;
	size_t hits = 0;
	const char *word;
	const json_t *unused;

	json_object_foreach (words, word, unused) {
		double weight = 1.0 / (double)json_integer_value(json_object_get(counts, word));
		double part = worth(text_words, word);

		all += weight;
		shared += part * weight;
		hits += part > 0;
	}
	if (hits < 2 && hits < json_object_size(words))
		shared = 0;
	json_decref(words);
	return all > 0 && shared >= SHARE_LEAST * all ? (size_t)(shared / all * 1000) : 0;
}

bool dictionary_nearest(const struct dictionary *dictionary, const struct question *question,
			size_t most, struct matches *matches)
{
	json_t *text_words = words_of(question->text), *counts = count_rows(dictionary);

	*matches = (struct matches){ .count = 0 };
	for (size_t i = 0; i < dictionary->count; i++) {
		const struct row *row = &dictionary->rows[i];
		size_t score = row_may_answer(row, question) ? share(row, text_words, counts) : 0;
		struct match match = match_of(row, row->is_name ? MATCHED_NAME : MATCHED_TEXT);

		match.score[0] = score;
		match.score[1] = !row->is_name;
		if (score)
			matches_add(matches, &match);
		else
			json_decref(match.fields);
	}
	while (matches->count > most)
		json_decref(matches->items[--matches->count].fields);
	json_decref(text_words);
	json_decref(counts);
	return matches->count > 0;
}
