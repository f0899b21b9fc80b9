/*
 * wording.c - texts as people paste them.
 */
#include "conformance/wording.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

#define PARTS_MOST 32
#define VALUE_MOST 2000 /* longest stretch, without blanks, that a placeholder stands for */
#define STARTS_MOST 64  /* places where a pattern is tried */
#define MARGIN_MOST 16

/* clang-format off */
/* What else than ASCII is read as ASCII; "": it is passed over, like blanks and quotes. */
static const struct {
	const char *from, *to;
} readings[] = {
	{ "\\n", "" }, { "\\r", "" }, { "\\t", "" }, { "\\\"", "" }, { "\\/", "/" }, { "\\\\", "\\" },
	{ "\\u201c", "" }, { "\\u201d", "" }, { "\\u2018", "" }, { "\\u2019", "" }, { "\\u00a0", "" },
	{ "\\u2013", "-" }, { "\\u2014", "-" },
	{ "&quot;", "" }, { "&#34;", "" }, { "&#39;", "" }, { "&nbsp;", "" }, { "&amp;", "&" }, { "&lt;", "<" }, { "&gt;", ">" },
	{ "\u201c", "" }, { "\u201d", "" }, { "\u201e", "" }, { "\u201f", "" }, { "\u00ab", "" }, { "\u00bb", "" }, { "\u2033", "" },
	{ "\u2018", "" }, { "\u2019", "" }, { "\u201a", "" }, { "\u201b", "" }, { "\u2039", "" }, { "\u203a", "" }, { "\u2032", "" },
	{ "\u00b4", "" },
	{ "\u2010", "-" }, { "\u2011", "-" }, { "\u2012", "-" }, { "\u2013", "-" }, { "\u2014", "-" }, { "\u2015", "-" }, { "\u2212", "-" },
	{ "\u2026", "..." }, { "\ufb00", "ff" }, { "\ufb01", "fi" }, { "\ufb02", "fl" },
	{ "\u00a0", "" }, { "\u2002", "" }, { "\u2003", "" }, { "\u2007", "" }, { "\u2009", "" }, { "\u202f", "" }, { "\u3000", "" },
	{ "\u200b", "" }, { "\u200c", "" }, { "\u200d", "" }, { "\u2028", "" }, { "\u2029", "" }, { "\ufeff", "" }, { "\u00ad", "" },
};
/* clang-format on */

/* A character that counts, and the bytes of the source that it was read from. */
struct letter {
	uint32_t from, to;
};

struct wording {
	const char *source;
	size_t source_length;
	char *text;
	struct letter *letters;
	size_t length, room;
};

/* A stretch of literal text, and the placeholder before it. */
struct part {
	char *field;   /* NULL: nothing stands before it */
	char *literal; /* may be "" */
	size_t length;
	bool word_before, word_after; /* a word begins, ends there */
};

struct pattern {
	struct part parts[PARTS_MOST];
	size_t count, literal;
	bool whole;
};

static void add_letter(struct wording *w, char c, size_t from, size_t to)
{
	if (w->length == w->room) {
		w->room = w->room ? w->room * 2 : 64;
		w->text = xrealloc(w->text, w->room + 1);
		w->letters = xrealloc(w->letters, w->room * sizeof *w->letters);
	}
	w->text[w->length] = c;
	w->letters[w->length++] = (struct letter){ (uint32_t)from, (uint32_t)to };
	w->text[w->length] = '\0';
}

/* The row of what begins at @at; NULL when it stands for itself. */
static const char *reading_at(const char *at, size_t left, size_t *size)
{
	if (!((unsigned char)*at >= 0x80 || *at == '\\' || *at == '&'))
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(readings); i++) {
		size_t length = strlen(readings[i].from);

		if (length > left || strncmp(at, readings[i].from, length) != 0)
			continue;
		*size = length;
		return readings[i].to;
	}
	return NULL;
}

/* The marks with which mails and tables begin a line. */
static bool is_margin(const char *text, size_t at)
{
	for (int marks = 0; marks < MARGIN_MOST && at && strchr(">| \t", text[at - 1]); marks++)
		at--;
	return at == 0 || text[at - 1] == '\n';
}

static bool is_passed_over(const char *text, size_t at)
{
	char c = text[at];

	return isspace((unsigned char)c) || strchr("\"'`", c) != NULL ||
	       ((c == '>' || c == '|') && is_margin(text, at));
}

struct wording *wording_new(const char *text)
{
	struct wording *w = xcalloc(1, sizeof *w);
	size_t size = 1;

	w->source = text;
	w->source_length = strnlen(text, WORDING_MOST);
	w->text = xstrdup("");
	for (size_t at = 0; at < w->source_length; at += size) {
		const char *to = reading_at(text + at, w->source_length - at, &size);

		if (!to)
			size = 1;
		if (!to && !is_passed_over(text, at))
			add_letter(w, (char)tolower((unsigned char)text[at]), at, at + 1);
		for (; to && *to; to++)
			add_letter(w, *to, at, at + size);
	}
	return w;
}

void wording_free(struct wording *wording)
{
	if (!wording)
		return;
	free(wording->text);
	free(wording->letters);
	free(wording);
}

/* patterns */

static bool is_word(char c)
{
	return isalnum((unsigned char)c) != 0;
}

/* {name} at @at: its length with the braces, or 0. */
static size_t placeholder_at(const char *at)
{
	size_t n = 1;

	if (*at != '{')
		return 0;
	while (is_word(at[n]) || at[n] == '_')
		n++;
	return n > 1 && at[n] == '}' ? n + 1 : 0;
}

static size_t next_placeholder(const char *text)
{
	size_t n = 0;

	while (text[n] && !placeholder_at(text + n))
		n++;
	return n;
}

static void add_part(struct pattern *pattern, char *field, const char *text, size_t size)
{
	struct part *part = &pattern->parts[pattern->count];
	bool last = text[size] == '\0';

	while (last && size && strchr(".!: \n", text[size - 1])) /* often lost by pasting */
		size--;

	char *literal = xstrndup(text, size);
	struct wording *w = wording_new(literal);

	*part = (struct part){ .field = field, .length = w->length };
	part->literal = xstrdup(w->text);
	if (w->length) {
		part->word_before = is_word(*w->text) &&
				    (pattern->count == 0 || isspace((unsigned char)*literal));
		part->word_after = is_word(w->text[w->length - 1]) &&
				   (last || isspace((unsigned char)literal[size - 1]));
		/* a dash between blanks is no hyphen */
		part->word_before = part->word_before ||
				    (*w->text == '-' && isspace((unsigned char)*literal));
	}
	pattern->literal += w->length;
	pattern->count++;
	wording_free(w);
	free(literal);
}

struct pattern *pattern_new(const char *text, bool whole)
{
	struct pattern *pattern = xcalloc(1, sizeof *pattern);
	char *field = NULL;

	pattern->whole = whole;
	for (;;) {
		size_t literal = next_placeholder(text);
		size_t name = placeholder_at(text + literal);

		/* a pattern that begins with a placeholder has no part before it */
		if (literal || field || !name)
			add_part(pattern, field, text, literal);
		if (!name || pattern->count + 1 == PARTS_MOST)
			return pattern;
		field = xstrndup(text + literal + 1, name - 2);
		text += literal + name;
	}
}

void pattern_free(struct pattern *pattern)
{
	if (!pattern)
		return;
	for (size_t i = 0; i < pattern->count; i++) {
		free(pattern->parts[i].field);
		free(pattern->parts[i].literal);
	}
	free(pattern);
}

size_t pattern_literal(const struct pattern *pattern)
{
	return pattern->literal;
}

/* matching; places are indexes of letters */

struct value {
	size_t from, to;
};

struct fit {
	const struct pattern *pattern;
	const struct wording *wording;
	size_t from, to;
	struct value values[PARTS_MOST]; /* of the fields before the parts */
};

/* An escape that was passed over separates words, though its last byte is a letter. */
static bool word_ends_before(const struct wording *w, size_t place)
{
	size_t at = place < w->length ? w->letters[place].from : w->source_length;

	return at == 0 || !is_word(w->source[at - 1]) || (at > 1 && w->source[at - 2] == '\\');
}

static bool word_begins_after(const struct wording *w, size_t place)
{
	size_t at = place ? w->letters[place - 1].to : 0;

	return at >= w->source_length || !is_word(w->source[at]);
}

static bool part_is_at(const struct part *part, const struct wording *w, size_t place)
{
	return w->length - place >= part->length &&
	       memcmp(w->text + place, part->literal, part->length) == 0 &&
	       (!part->word_before || word_ends_before(w, place)) &&
	       (!part->word_after || word_begins_after(w, place + part->length));
}

/* The first place from @from to @until where the part stands; SIZE_MAX: nowhere. */
static size_t find_part(const struct part *part, const struct wording *w, size_t from, size_t until)
{
	for (size_t place = from; place <= until && place + part->length <= w->length; place++)
		if (part_is_at(part, w, place))
			return place;
	return SIZE_MAX;
}

/* Whether the source goes on with a new line, or closes a string of JSON, after a letter. */
static bool line_ends(const struct wording *w, size_t place)
{
	size_t at = place ? w->letters[place - 1].to : 0;
	size_t next = place < w->length ? w->letters[place].from : w->source_length;

	if (place == w->length || memchr(w->source + at, '\n', next - at))
		return true;
	return w->source[at] == '"' && strchr(",}]", w->text[place]) != NULL;
}

/* Where a value that nothing literal ends, ends: with the line, or with the word when
 * another placeholder follows. */
static size_t value_end(const struct wording *w, size_t from, bool word)
{
	size_t place = from;

	while (place < w->length && place - from < VALUE_MOST) {
		place++;
		if (line_ends(w, place))
			break;
		if (word && place < w->length && w->letters[place].from > w->letters[place - 1].to)
			break;
	}
	return place;
}

/* Where a value that stands before everything else begins: with its line. */
static size_t value_begin(const struct wording *w, size_t to)
{
	size_t place = to;

	while (place && to - place < VALUE_MOST && !line_ends(w, place))
		place--;
	return place;
}

/* Puts the parts behind the first one, which stands at fit->from. */
static bool fit_rest(struct fit *fit)
{
	const struct pattern *pattern = fit->pattern;
	size_t place = fit->from + pattern->parts[0].length;

	for (size_t i = 1; i < pattern->count; i++) {
		const struct part *part = &pattern->parts[i];
		size_t found = part->length
				       ? find_part(part, fit->wording, place, place + VALUE_MOST)
				       : value_end(fit->wording, place, i + 1 < pattern->count);

		if (found == SIZE_MAX)
			return false;
		fit->values[i] = (struct value){ place, found };
		place = found + part->length;
	}
	fit->to = place;
	return true;
}

/* "404 Not Found": a status stands before what begins at @at of the source. */
static bool follows_status(const struct wording *w, size_t at)
{
	const char *source = w->source;

	while (at && source[at - 1] == ' ')
		at--;
	for (int digit = 0; digit < 3; digit++)
		if (at == 0 || !isdigit((unsigned char)source[--at]))
			return false;
	return at == 0 || (!is_word(source[at - 1]) && source[at - 1] != '-');
}

/* Whether what was found stands alone: other words neither before nor behind it. */
static bool stands_alone(const struct fit *fit)
{
	const struct wording *w = fit->wording;
	char before = fit->from ? w->text[fit->from - 1] : ':';
	char behind = fit->to < w->length ? w->text[fit->to] : '.';
	bool begins = line_ends(w, fit->from) || strchr(":->=", before) ||
		      follows_status(w, w->letters[fit->from].from);

	return begins && (line_ends(w, fit->to) || strchr(".,!<}", behind));
}

static bool fit_pattern(struct fit *fit)
{
	const struct pattern *pattern = fit->pattern;
	const struct wording *w = fit->wording;
	const struct part *first = &pattern->parts[0];
	size_t place = 0;

	if (pattern->literal == 0)
		return false;
	for (int tries = 0; tries < STARTS_MOST; tries++, place++) {
		place = find_part(first, w, place, w->length);
		if (place == SIZE_MAX)
			return false;
		fit->from = place;
		if (!fit_rest(fit))
			continue;
		if (first->field) {
			fit->values[0] = (struct value){ value_begin(w, place), place };
			fit->from = fit->values[0].from;
		}
		if (!pattern->whole || stands_alone(fit))
			return true;
	}
	return false;
}

static void set_fields(const struct fit *fit, json_t *fields)
{
	const struct wording *w = fit->wording;

	for (size_t i = 0; i < fit->pattern->count; i++) {
		const struct value *value = &fit->values[i];
		size_t from, to;

		if (!fit->pattern->parts[i].field)
			continue;
		from = value->from < value->to ? w->letters[value->from].from : 0;
		to = value->from < value->to ? w->letters[value->to - 1].to : 0;
		char *text = xstrndup(w->source + from, to - from);

		utf8_scrub(text);
		json_object_set_new(fields, fit->pattern->parts[i].field, json_string(text));
		free(text);
	}
}

bool pattern_fits(const struct pattern *pattern, const struct wording *wording, json_t *fields)
{
	struct fit fit = { .pattern = pattern, .wording = wording };

	if (!fit_pattern(&fit))
		return false;
	if (fields)
		set_fields(&fit, fields);
	return true;
}

bool pattern_is(const struct pattern *pattern, const struct wording *wording)
{
	struct fit fit = { .pattern = pattern, .wording = wording };
	size_t end = wording->length;

	if (!fit_pattern(&fit) || fit.from != 0)
		return false;
	while (end > fit.to && strchr(".!:", wording->text[end - 1]))
		end--;
	return fit.to == end;
}
