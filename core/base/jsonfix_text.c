/*
 * jsonfix_text.c - the repair's way through the text: places, quotes, strings.
 */
#include "base/jsonfix_internal.h"

#include <stdio.h>
#include <string.h>

void fixer_repaired_at(struct fixer *f, int line, int column, const char *what)
{
	struct repairs *list = f->repairs;

	list->total++;
	if (list->count == REPAIRS_MOST)
		return;
	GROW(list->items, list->count, list->room);
	list->items[list->count++] = (struct repair){ line, column, arena_dup(&list->arena, what) };
}

void fixer_repaired(struct fixer *f, const char *what)
{
	fixer_repaired_at(f, f->line, f->column, what);
}

void fixer_give_up(struct fixer *f, const char *why)
{
	char place[64];

	if (f->failed)
		return;
	f->failed = true;
	snprintf(place, sizeof place, "line %d, column %d", f->line, f->column);
	err_at(f->err, ERR_INVALID, place, "%s: %s", place, why);
}

/* Passes over @count bytes. */
void fixer_skip(struct fixer *f, size_t count)
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

void fixer_copy(struct fixer *f, size_t count)
{
	str_add_bytes(&f->out, f->text + f->at, count);
	fixer_skip(f, count);
}

bool fixer_is_at(const struct fixer *f, size_t at, const char *bytes)
{
	size_t size = strlen(bytes);

	return f->length - at >= size && memcmp(f->text + at, bytes, size) == 0;
}

/* White space that is none to JSON; its length in bytes, or 0. */
size_t fixer_odd_blank(const struct fixer *f, size_t at)
{
	static const char *const blanks[] = { "\xc2\xa0",     "\xe2\x80\xaf", "\xe2\x80\x89",
					      "\xe2\x80\x82", "\xe2\x80\x83", "\xe2\x80\x8b",
					      "\xe3\x80\x80", "\xef\xbb\xbf", "\xe2\x80\xa8" };

	for (size_t i = 0; i < ARRAY_SIZE(blanks); i++)
		if (fixer_is_at(f, at, blanks[i]))
			return strlen(blanks[i]);
	return 0;
}

/* Whether what follows a quote shows that the string has ended. */
static bool ends_there(const struct fixer *f, size_t at)
{
	size_t size;

	for (; at < f->length; at += size) {
		size = fixer_odd_blank(f, at);
		if (f->text[at] == ' ' || f->text[at] == '\t')
			size = 1;
		if (!size)
			break;
	}
	return at >= f->length || strchr(",:}]\r\n", f->text[at]) || fixer_is_at(f, at, "//") ||
	       fixer_is_at(f, at, "/*");
}

/* A quote of either kind at an offset: its length, and " or ' in *@plain. */
size_t fixer_quote_at(const struct fixer *f, size_t at, char *plain)
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

		size_t size = fixer_quote_at(f, i, &kind);

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
		fixer_repaired(f, what);
}

/* One byte or escape inside a string. */
static void copy_inside(struct fixer *f, bool is_sound)
{
	unsigned char c = (unsigned char)f->text[f->at];

	if (c == '\\' && f->at + 1 < f->length) {
		if (f->text[f->at + 1] == '\'') {
			fixer_repaired(f, "the escape \\' is none in JSON");
			fixer_skip(f, 1);
			fixer_copy(f, 1);
		} else {
			fixer_copy(f, 2);
		}
	} else if (c < ' ') {
		fixer_repaired(f, "a control character stood in a string");
		if (c == '\t')
			str_add(&f->out, "\\t");
		else
			str_format(&f->out, "\\u%04x", c);
		fixer_skip(f, 1);
	} else if (c == '"' && !is_sound) {
		str_add(&f->out, "\\\"");
		fixer_skip(f, 1);
	} else {
		fixer_copy(f, 1);
	}
}

void fixer_string(struct fixer *f)
{
	bool is_sound = f->text[f->at] == '"';
	char plain;
	size_t open = fixer_quote_at(f, f->at, &plain), end = f->at;

	if (!find_end(f, open, plain, &end)) {
		fixer_give_up(f, "the string that begins here does not end on its line");
		return;
	}
	repaired_quote(f);
	str_add_char(&f->out, '"');
	fixer_skip(f, open);
	while (f->at < end)
		copy_inside(f, is_sound);
	repaired_quote(f);
	str_add_char(&f->out, '"');
	fixer_skip(f, fixer_quote_at(f, f->at, &plain));
}
