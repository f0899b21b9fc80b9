/*
 * jsonfix.c - sound JSON out of what people paste.
 *
 * One pass over the text with a stack of open brackets. Whether a quote ends a string is
 * seen from what follows it, on the same line; no decision is ever taken back, but for a
 * comma that turns out to be the last one.
 */
#include "base/jsonfix.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/str.h"

#define OUT_ROOM 8 /* a repaired text is at most so many times as long: \u00XX for a byte */

/* What may come next. */
enum want { WANT_VALUE, WANT_KEY, WANT_COLON, WANT_MEMBER, WANT_COMMA };

struct place {
	size_t at; /* in the output */
	int line, column;
};

struct fixer {
	const char *text;
	size_t length, at;
	int line, column; /* of text[at] */
	struct repairs *repairs;
	struct str out;
	char open[JSONX_DEPTH]; /* the brackets that will close */
	size_t depth;
	enum want want;
	struct place value_end; /* where a comma would go */
	struct place comma;     /* the last one, while nothing has followed it */
	bool has_comma;
	bool failed;
	struct err *err;
};

void repairs_release(struct repairs *repairs)
{
	free(repairs->items);
	arena_release(&repairs->arena);
	*repairs = (struct repairs)REPAIRS_INIT;
}

static void repaired_at(struct fixer *f, int line, int column, const char *what)
{
	struct repairs *list = f->repairs;

	list->total++;
	if (list->count == REPAIRS_MOST)
		return;
	GROW(list->items, list->count, list->room);
	list->items[list->count++] = (struct repair){ line, column, arena_dup(&list->arena, what) };
}

static void repaired(struct fixer *f, const char *what)
{
	repaired_at(f, f->line, f->column, what);
}

static void give_up(struct fixer *f, const char *why)
{
	char place[64];

	if (f->failed)
		return;
	f->failed = true;
	snprintf(place, sizeof place, "line %d, column %d", f->line, f->column);
	err_at(f->err, ERR_INVALID, place, "%s: %s", place, why);
}

/* Passes over @count bytes. */
static void skip(struct fixer *f, size_t count)
{
	for (size_t end = f->at + count; f->at < end; f->at++) {
		if (f->text[f->at] == '\n') {
			f->line++;
			f->column = 1;
		} else if (((unsigned char)f->text[f->at] & 0xc0) != 0x80) {
			f->column++;
		}
	}
}

static void copy(struct fixer *f, size_t count)
{
	str_add_bytes(&f->out, f->text + f->at, count);
	skip(f, count);
}

static bool is_at(const struct fixer *f, size_t at, const char *bytes)
{
	size_t size = strlen(bytes);

	return f->length - at >= size && memcmp(f->text + at, bytes, size) == 0;
}

/* White space that is none to JSON; its length in bytes, or 0. */
static size_t odd_blank(const struct fixer *f, size_t at)
{
	static const char *const blanks[] = { "\xc2\xa0",     "\xe2\x80\xaf", "\xe2\x80\x89",
					      "\xe2\x80\x82", "\xe2\x80\x83", "\xe2\x80\x8b",
					      "\xe3\x80\x80", "\xef\xbb\xbf", "\xe2\x80\xa8" };

	for (size_t i = 0; i < ARRAY_SIZE(blanks); i++)
		if (is_at(f, at, blanks[i]))
			return strlen(blanks[i]);
	return 0;
}

/* Whether what follows a quote shows that the string has ended. */
static bool ends_there(const struct fixer *f, size_t at)
{
	size_t size;

	for (; at < f->length; at += size) {
		size = odd_blank(f, at);
		if (f->text[at] == ' ' || f->text[at] == '\t')
			size = 1;
		if (!size)
			break;
	}
	return at >= f->length || strchr(",:}]\r\n", f->text[at]) || is_at(f, at, "//") ||
	       is_at(f, at, "/*");
}

/* A quote of either kind at an offset: its length, and " or ' in *@plain. */
static size_t quote_at(const struct fixer *f, size_t at, char *plain)
{
	size_t size = 0;

	*plain = f->text[at];
	if (*plain == '"' || *plain == '\'')
		return 1;
	return jsonx_typographic(f->text + at, f->length - at, &size, plain) ? size : 0;
}

/* The quote that ends the string whose first quote, @open bytes long and meaning @plain, is
 * at f->at: in a string that begins with " the next " counts, unless only a typographic
 * quote before it makes sense of the line. False when the string does not end. */
static bool find_end(const struct fixer *f, size_t open, char plain, size_t *end)
{
	bool is_sound = f->text[f->at] == '"', found = false;
	char kind;

	for (size_t i = f->at + open; i < f->length && f->text[i] != '\n'; i++) {
		if (f->text[i] == '\\') {
			i++;
			continue;
		}
		if (is_sound && f->text[i] == '"') {
			if (!found || ends_there(f, i + 1))
				*end = i;
			return true;
		}

		size_t size = quote_at(f, i, &kind);

		if (!found && size && kind == plain && ends_there(f, i + size)) {
			*end = i;
			found = true;
		}
		if (found && !is_sound)
			return true;
	}
	return found;
}

static void repaired_quote(struct fixer *f)
{
	size_t size;
	char plain, what[80] = "a single quote stood for \"";
	const char *name = jsonx_typographic(f->text + f->at, f->length - f->at, &size, &plain);

	if (name)
		snprintf(what, sizeof what, "the typographic quote %s stood for \"", name);
	if (f->text[f->at] != '"')
		repaired(f, what);
}

/* One byte or escape inside a string. */
static void copy_inside(struct fixer *f, bool is_sound)
{
	unsigned char c = (unsigned char)f->text[f->at];

	if (c == '\\' && f->at + 1 < f->length) {
		if (f->text[f->at + 1] == '\'') {
			repaired(f, "the escape \\' is none in JSON");
			skip(f, 1);
			copy(f, 1);
		} else {
			copy(f, 2);
		}
	} else if (c < ' ') {
		repaired(f, "a control character stood in a string");
		if (c == '\t')
			str_add(&f->out, "\\t");
		else
			str_format(&f->out, "\\u%04x", c);
		skip(f, 1);
	} else if (c == '"' && !is_sound) {
		str_add(&f->out, "\\\"");
		skip(f, 1);
	} else {
		copy(f, 1);
	}
}

static void fix_string(struct fixer *f)
{
	bool is_sound = f->text[f->at] == '"';
	char plain;
	size_t open = quote_at(f, f->at, &plain), end = f->at;

	if (!find_end(f, open, plain, &end)) {
		give_up(f, "the string that begins here does not end on its line");
		return;
	}
	repaired_quote(f);
	str_add_char(&f->out, '"');
	skip(f, open);
	while (f->at < end)
		copy_inside(f, is_sound);
	repaired_quote(f);
	str_add_char(&f->out, '"');
	skip(f, quote_at(f, f->at, &plain));
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
	repaired_at(f, f->comma.line, f->comma.column, "a comma too many");
}

/* Puts one character where the last value ended, before the white space behind it. */
static void insert(struct fixer *f, char c, const char *what)
{
	size_t at = f->value_end.at;

	str_add_char(&f->out, ' ');
	memmove(f->out.text + at + 1, f->out.text + at, f->out.length - 1 - at);
	f->out.text[at] = c;
	f->value_end.at++;
	repaired_at(f, f->value_end.line, f->value_end.column, what);
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
		give_up(f, "a colon is missing before this");
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
		give_up(f, "a key belongs here");
		return;
	}
	if (f->depth == JSONX_DEPTH) {
		give_up(f, "nested too deeply");
		return;
	}
	f->open[f->depth++] = c == '{' ? '}' : ']';
	f->want = c == '{' ? WANT_KEY : WANT_VALUE;
	copy(f, 1);
	/* an empty bracket that is closed for want of an end is closed here */
	f->value_end = (struct place){ f->out.length, f->line, f->column };
}

static bool can_close(struct fixer *f)
{
	if (f->want != WANT_COLON && f->want != WANT_MEMBER)
		return true;
	give_up(f, "the value of a member is missing before this");
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
			give_up(f, "this bracket closes none");
		else
			repaired(f, "a bracket too many");
		skip(f, 1);
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
	copy(f, 1);
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
		give_up(f, "the value of a member is missing before this");
		return;
	}
	if (f->want != WANT_COMMA || !f->depth) {
		repaired(f, f->depth ? "a comma too many" : "a comma between two values");
		skip(f, 1);
		return;
	}
	f->comma = (struct place){ f->out.length, f->line, f->column };
	f->has_comma = true;
	f->want = in_object(f) ? WANT_KEY : WANT_VALUE;
	copy(f, 1);
}

static void take_colon(struct fixer *f)
{
	if (f->want != WANT_COLON) {
		give_up(f, "a colon does not belong here");
		return;
	}
	f->want = WANT_MEMBER;
	copy(f, 1);
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
	fix_string(f);
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
		give_up(f, "this belongs into no JSON text");
		return;
	}
	if (!begin(f))
		return;
	if (f->want == WANT_KEY) {
		if (!strchr(LETTERS, f->text[f->at])) {
			give_up(f, "a key belongs here");
			return;
		}
		repaired(f, "a key had no quotes");
		str_add_char(&f->out, '"');
		copy(f, size);
		str_add_char(&f->out, '"');
		key_or_value_ended(f);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(literals); i++) {
		if (strlen(literals[i].python) != size || !is_at(f, f->at, literals[i].python))
			continue;
		repaired(f, "True, False and None are Python");
		str_add(&f->out, literals[i].json);
		skip(f, size);
		value_ended(f);
		return;
	}
	copy(f, size);
	value_ended(f);
}

/* A run of blanks, with one at least that is none to JSON: told once. */
static void odd_blanks(struct fixer *f)
{
	bool mark = f->at == 0 && is_at(f, 0, "\xef\xbb\xbf");
	size_t size = odd_blank(f, f->at);

	repaired(f, mark ? "a byte order mark" : "a blank that is none in JSON");
	if (mark)
		skip(f, size);
	while (f->at < f->length) {
		size = odd_blank(f, f->at);
		if (!size && f->text[f->at] != ' ')
			return;
		str_add_char(&f->out, ' ');
		skip(f, size ? size : 1);
	}
}

/* White space and what JSON has no place for. False when there is none of it. */
static bool pass_over(struct fixer *f)
{
	const char *end;

	if (strchr(" \t\r\n", f->text[f->at]) && f->text[f->at]) {
		copy(f, 1);
	} else if (odd_blank(f, f->at)) {
		odd_blanks(f);
	} else if (is_at(f, f->at, "//")) {
		repaired(f, "JSON has no comments");
		end = memchr(f->text + f->at, '\n', f->length - f->at);
		skip(f, (end ? (size_t)(end - f->text) : f->length) - f->at);
	} else if (is_at(f, f->at, "/*")) {
		repaired(f, "JSON has no comments");
		end = memmem(f->text + f->at + 2, f->length - f->at - 2, "*/", 2);
		skip(f, (end ? (size_t)(end - f->text) + 2 : f->length) - f->at);
	} else if (is_at(f, f->at, "...") || is_at(f, f->at, "\xe2\x80\xa6")) {
		repaired(f, "an ellipsis");
		skip(f, 3);
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
		else if (quote_at(f, f->at, &plain))
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
		err_set(err, ERR_INVALID, "it is no text in UTF-8");
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
