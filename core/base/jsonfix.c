/*
 * jsonfix.c - sound JSON out of what people paste.
 *
 * One pass over the text with a stack of open brackets. Whether a quote ends a string is
 * seen from what follows it, on the same line; no decision is ever taken back, but for a
 * comma that turns out to be the last one.
 */
#include "base/jsonfix_internal.h"

#include <stdlib.h>
#include <string.h>

#define OUT_ROOM 8 /* a repaired text is at most so many times as long: \u00XX for a byte */

void repairs_release(struct repairs *repairs)
{
	free(repairs->items);
	arena_release(&repairs->arena);
	*repairs = (struct repairs)REPAIRS_INIT;
}

/* Takes the last comma back. */
static void drop_comma(struct fixer *f)
{
	if (!f->has_comma)
		return;
	memmove(f->out.text + f->comma.at, f->out.text + f->comma.at + 1,
		f->out.length - f->comma.at);
	f->out.length--;
	f->has_comma = false;
	fixer_repaired_at(f, f->comma.line, f->comma.column, "a comma too many");
}

/* Puts one character where the last value ended, before the white space behind it. */
static void insert(struct fixer *f, char c, const char *what)
{
	size_t at = f->value_end.at;

	str_add_char(&f->out, ' ');
	memmove(f->out.text + at + 1, f->out.text + at, f->out.length - 1 - at);
	f->out.text[at] = c;
	f->value_end.at++;
	fixer_repaired_at(f, f->value_end.line, f->value_end.column, what);
}

static bool in_object(const struct fixer *f)
{
	return f->depth && f->open[f->depth - 1] == '}';
}

static void value_ended(struct fixer *f)
{
	f->want = WANT_COMMA;
	f->has_comma = false;
	f->value_end = (struct place){ f->out.length, f->line, f->column };
}

/* Something begins: a comma before it may be missing. False where none of it belongs. */
static bool begin(struct fixer *f)
{
	if (f->want == WANT_COLON) {
		fixer_give_up(f, "a colon is missing before this");
		return false;
	}
	if (f->want == WANT_COMMA && f->depth) {
		insert(f, ',', "a comma was missing");
		f->want = in_object(f) ? WANT_KEY : WANT_VALUE;
	} else if (f->want == WANT_COMMA) {
		f->want = WANT_VALUE;
	}
	f->has_comma = false;
	return true;
}

static void open_bracket(struct fixer *f, char c)
{
	if (!begin(f))
		return;
	if (f->want == WANT_KEY) {
		fixer_give_up(f, "a key belongs here");
		return;
	}
	if (f->depth == JSONX_DEPTH) {
		fixer_give_up(f, "nested too deeply");
		return;
	}
	f->open[f->depth++] = c == '{' ? '}' : ']';
	f->want = c == '{' ? WANT_KEY : WANT_VALUE;
	fixer_copy(f, 1);
	/* an empty bracket that is closed for want of an end is closed here */
	f->value_end = (struct place){ f->out.length, f->line, f->column };
}

static bool can_close(struct fixer *f)
{
	if (f->want != WANT_COLON && f->want != WANT_MEMBER)
		return true;
	fixer_give_up(f, "the value of a member is missing before this");
	return false;
}

static void close_bracket(struct fixer *f, char c)
{
	size_t depth = f->depth;
	char what[] = "the bracket ? was missing";

	while (depth && f->open[depth - 1] != c)
		depth--;
	if (!depth) {
		if (f->depth)
			fixer_give_up(f, "this bracket closes none");
		else
			fixer_repaired(f, "a bracket too many");
		fixer_skip(f, 1);
		return;
	}
	if (!can_close(f))
		return;
	drop_comma(f);
	while (f->depth > depth) {
		what[12] = f->open[--f->depth];
		insert(f, what[12], what);
	}
	f->depth--;
	fixer_copy(f, 1);
	value_ended(f);
}

static void close_the_rest(struct fixer *f)
{
	char what[] = "the bracket ? was missing";

	if (f->failed || (f->depth && !can_close(f)))
		return;
	drop_comma(f);
	while (f->depth) {
		what[12] = f->open[--f->depth];
		insert(f, what[12], what);
	}
}

static void take_comma(struct fixer *f)
{
	if (f->want == WANT_COLON || f->want == WANT_MEMBER) {
		fixer_give_up(f, "the value of a member is missing before this");
		return;
	}
	if (f->want != WANT_COMMA || !f->depth) {
		fixer_repaired(f, f->depth ? "a comma too many" : "a comma between two values");
		fixer_skip(f, 1);
		return;
	}
	f->comma = (struct place){ f->out.length, f->line, f->column };
	f->has_comma = true;
	f->want = in_object(f) ? WANT_KEY : WANT_VALUE;
	fixer_copy(f, 1);
}

static void take_colon(struct fixer *f)
{
	if (f->want != WANT_COLON) {
		fixer_give_up(f, "a colon does not belong here");
		return;
	}
	f->want = WANT_MEMBER;
	fixer_copy(f, 1);
}

static void key_or_value_ended(struct fixer *f)
{
	if (f->want == WANT_KEY)
		f->want = WANT_COLON;
	else
		value_ended(f);
}

static void take_string(struct fixer *f)
{
	if (!begin(f))
		return;
	fixer_string(f);
	if (!f->failed)
		key_or_value_ended(f);
}

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_$"
#define WORD LETTERS "0123456789+-."

/* A key without quotes, a number, a literal of JSON or of Python. */
static void take_word(struct fixer *f)
{
	static const struct {
		const char *python, *json;
	} literals[] = { { "True", "true" }, { "False", "false" }, { "None", "null" } };
	size_t size = 0;

	while (f->at + size < f->length && f->text[f->at + size] &&
	       strchr(WORD, f->text[f->at + size]))
		size++;
	if (!size) {
		fixer_give_up(f, "this belongs into no JSON text");
		return;
	}
	if (!begin(f))
		return;
	if (f->want == WANT_KEY) {
		if (!strchr(LETTERS, f->text[f->at])) {
			fixer_give_up(f, "a key belongs here");
			return;
		}
		fixer_repaired(f, "a key had no quotes");
		str_add_char(&f->out, '"');
		fixer_copy(f, size);
		str_add_char(&f->out, '"');
		key_or_value_ended(f);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(literals); i++) {
		if (strlen(literals[i].python) != size ||
		    !fixer_is_at(f, f->at, literals[i].python))
			continue;
		fixer_repaired(f, "True, False and None are Python");
		str_add(&f->out, literals[i].json);
		fixer_skip(f, size);
		value_ended(f);
		return;
	}
	fixer_copy(f, size);
	value_ended(f);
}

/* A run of blanks, with one at least that is none to JSON: told once. */
static void odd_blanks(struct fixer *f)
{
	bool mark = f->at == 0 && fixer_is_at(f, 0, "\xef\xbb\xbf");
	size_t size = fixer_odd_blank(f, f->at);

	fixer_repaired(f, mark ? "a byte order mark" : "a blank that is none in JSON");
	if (mark)
		fixer_skip(f, size);
	while (f->at < f->length) {
		size = fixer_odd_blank(f, f->at);
		if (!size && f->text[f->at] != ' ')
			return;
		str_add_char(&f->out, ' ');
		fixer_skip(f, size ? size : 1);
	}
}

/* White space and what JSON has no place for. False when there is none of it. */
static bool pass_over(struct fixer *f)
{
	const char *end;

	if (strchr(" \t\r\n", f->text[f->at]) && f->text[f->at]) {
		fixer_copy(f, 1);
	} else if (fixer_odd_blank(f, f->at)) {
		odd_blanks(f);
	} else if (fixer_is_at(f, f->at, "//")) {
		fixer_repaired(f, "JSON has no comments");
		end = memchr(f->text + f->at, '\n', f->length - f->at);
		fixer_skip(f, (end ? (size_t)(end - f->text) : f->length) - f->at);
	} else if (fixer_is_at(f, f->at, "/*")) {
		fixer_repaired(f, "JSON has no comments");
		end = memmem(f->text + f->at + 2, f->length - f->at - 2, "*/", 2);
		fixer_skip(f, (end ? (size_t)(end - f->text) + 2 : f->length) - f->at);
	} else if (fixer_is_at(f, f->at, "...") || fixer_is_at(f, f->at, "\xe2\x80\xa6")) {
		fixer_repaired(f, "an ellipsis");
		fixer_skip(f, 3);
	} else {
		return false;
	}
	return true;
}

static void fix(struct fixer *f)
{
	char plain;

	while (!f->failed && f->at < f->length) {
		char c = f->text[f->at];

		if (pass_over(f))
			continue;
		if (c == '{' || c == '[')
			open_bracket(f, c);
		else if (c == '}' || c == ']')
			close_bracket(f, c);
		else if (c == ',')
			take_comma(f);
		else if (c == ':')
			take_colon(f);
		else if (fixer_quote_at(f, f->at, &plain))
			take_string(f);
		else
			take_word(f);
	}
	close_the_rest(f);
}

/* Whether the whole text is one sound value or several. */
static bool is_sound(const char *text, size_t length, struct err *err)
{
	size_t at = strspn(text, " \t\r\n");

	if (at >= length)
		return err_set(err, ERR_INVALID, "there is no JSON in it");
	while (at < length) {
		json_t *value = jsonx_load_next(text, length, &at, err);

		if (!value)
			return false;
		json_decref(value);
	}
	return true;
}

/* The parser knows line and column; what it says of a NUL is a sentence as well. */
static void not_text(const char *text, size_t length, struct err *err)
{
	json_decref(jsonx_load(text, length, err));
	err_set(err, ERR_INVALID, "it is no text in UTF-8");
}

char *json_repair(const char *text, size_t length, struct repairs *repairs, struct err *err)
{
	struct fixer f = { .text = text,
			   .length = length,
			   .line = 1,
			   .column = 1,
			   .repairs = repairs,
			   .err = err };
	struct err why = ERR_INIT;
	size_t where;
	char *out;

	if (memchr(text, '\0', length) || !utf8_valid(text, length, &where)) {
		not_text(text, length, err);
		return NULL;
	}
	if (is_sound(text, length, &why))
		return xstrndup(text, length);
	str_init(&f.out, OUT_ROOM * length + JSONX_DEPTH);
	fix(&f);
	out = str_take(&f.out, NULL);
	why = (struct err)ERR_INIT;
	if (!f.failed && is_sound(out, strlen(out), &why))
		return out;
	if (!f.failed)
		err_at(err, ERR_INVALID, why.pointer, "%s", why.text);
	free(out);
	return NULL;
}
