/*
 * filter.c - OneRoster `filter` expressions.
 *
 *   filter    = predicate [ ( AND | OR ) predicate ]
 *   predicate = name{.name} operator 'value'      a quote inside is doubled
 */
#include "server/query/filter.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define LIST_WORDS 16 /* values in subjects='a,b' */

/* Longest first, so that >= is not read as >. */
static const struct {
	const char *text, *sql;
	enum comparison comparison;
} operators[] = {
	{ "!=", "<>", CMP_NE },      { ">=", ">=", CMP_GE }, { "<=", "<=", CMP_LE },
	{ "=", "=", CMP_EQ },        { ">", ">", CMP_GT },   { "<", "<", CMP_LT },
	{ "~", NULL, CMP_CONTAINS },
};

static const char *operator_sql(enum comparison comparison)
{
	for (size_t i = 0; i < ARRAY_SIZE(operators); i++)
		if (operators[i].comparison == comparison)
			return operators[i].sql;
	BUG("comparison %d", (int)comparison);
}

static const char *blanks(const char *at)
{
	return at + strspn(at, " \t");
}

/* Names are compared without regard to case (fact sheet: recommended). */
static const struct field *find_field(const struct entity *entity, const char *name, size_t length)
{
	for (const struct field *field = entity->fields; field->name; field++)
		if (strlen(field->name) == length && strncasecmp(field->name, name, length) == 0)
			return field;
	return NULL;
}

/* Whether a dotted path means something below this field. */
static bool path_fits(const struct field *field, const char *path)
{
	switch (field->type) {
	case T_REF:
	case T_REFS:
		return !path || strcasecmp(path, "sourcedId") == 0;
	case T_USERIDS:
		return path && (strcmp(path, "type") == 0 || strcmp(path, "identifier") == 0);
	case T_MAP:
		return path && *path && !strchr(path, '"');
	case T_ID:
	case T_TEXT:
	case T_ENUM:
	case T_NUMBER:
	case T_BOOL:
	case T_DATE:
	case T_TIME:
	case T_TEXTS:
		return !path;
	}
	BUG("type %d", (int)field->type);
}

static const char *parse_field(struct predicate *out, const char *at, const struct entity *entity,
			       struct arena *arena, struct err *err)
{
	size_t length = strcspn(at, "=!<>~ \t'");
	const char *dot = memchr(at, '.', length);
	const char *name = arena_dup_n(arena, at, length);

	if (length == 0) {
		err_set(err, ERR_INVALID, "a field name is missing at \"%.30s\"", at);
		return NULL;
	}
	out->field = find_field(entity, at, dot ? (size_t)(dot - at) : length);
	out->path = dot ? arena_dup_n(arena, dot + 1, length - (size_t)(dot + 1 - at)) : NULL;
	if (!out->field || (out->field->flags & F_SECRET) || !path_fits(out->field, out->path)) {
		err_at(err, ERR_INVALID, name, "%s has no field %s to filter by", entity->singular,
		       name);
		return NULL;
	}
	return blanks(at + length);
}

static const char *parse_operator(struct predicate *out, const char *at, struct err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(operators); i++) {
		if (starts_with(at, operators[i].text)) {
			out->comparison = operators[i].comparison;
			return blanks(at + strlen(operators[i].text));
		}
	}
	err_set(err, ERR_INVALID, "an operator (= != > >= < <= ~) is missing at \"%.30s\"", at);
	return NULL;
}

static size_t commas(const char *text)
{
	size_t count = 0;

	for (; *text; text++)
		count += *text == ',';
	return count;
}

static const char *parse_literal(struct predicate *out, const char *at, struct arena *arena,
				 struct err *err)
{
	char *text = arena_alloc(arena, strlen(at) + 1);
	size_t n = 0;

	if (*at != '\'') {
		err_set(err, ERR_INVALID, "a value in single quotes is missing at \"%.30s\"", at);
		return NULL;
	}
	for (at++; *at; at++) {
		if (*at == '\'') {
			if (at[1] != '\'')
				break;
			at++;
		}
		text[n++] = *at;
	}
	if (*at != '\'') {
		err_set(err, ERR_INVALID, "the quote before \"%.30s\" is never closed", text);
		return NULL;
	}
	out->literal = text;
	if (out->path) {
		out->value = (struct value){ .kind = VALUE_TEXT, .text = text };
		return at + 1;
	}

	struct err why = ERR_INIT;

	if (out->comparison == CMP_CONTAINS &&
	    (out->field->type == T_TIME || out->field->type == T_BOOL)) {
		err_at(err, ERR_INVALID, out->field->name, "%s has no text that ~ could look into",
		       out->field->name);
		return NULL;
	}
	if (out->field->type == T_TEXTS && commas(text) >= LIST_WORDS) {
		err_at(err, ERR_INVALID, out->field->name, "%s: at most %d values can be compared",
		       out->field->name, LIST_WORDS);
		return NULL;
	}
	if (out->comparison == CMP_CONTAINS)
		out->value = (struct value){ .kind = VALUE_TEXT, .text = text };
	else if (!value_from_literal(&out->value, out->field, text, arena, &why)) {
		err_set(err, ERR_INVALID, "%s: %s", out->field->name, why.text);
		return NULL;
	}
	return at + 1;
}

static const char *parse_logical(struct filter *filter, const char *at, struct err *err)
{
	if (strncasecmp(at, "AND", 3) == 0 && isspace((unsigned char)at[3]))
		at += 3;
	else if (strncasecmp(at, "OR", 2) == 0 && isspace((unsigned char)at[2]))
		at += 2, filter->any = true;
	else
		at = NULL;
	if (!at)
		err_set(err, ERR_INVALID, "AND or OR belongs between two predicates");
	else if (filter->count == FILTER_PREDICATES)
		err_set(err, ERR_INVALID, "at most %d predicates are allowed", FILTER_PREDICATES);
	return err->code == ERR_NONE ? blanks(at) : NULL;
}

bool filter_parse(struct filter *filter, const char *text, const struct entity *entity,
		  struct arena *arena, struct err *err)
{
	const char *at = blanks(text);

	*filter = (struct filter){ .entity = entity };
	do {
		struct predicate *next = &filter->predicates[filter->count];

		at = parse_field(next, at, entity, arena, err);
		at = at ? parse_operator(next, at, err) : NULL;
		at = at ? parse_literal(next, at, arena, err) : NULL;
		if (!at)
			return false;
		filter->count++;
		at = blanks(at);
		if (!*at)
			return true;
		at = parse_logical(filter, at, err);
		if (at && !*at)
			err_set(err, ERR_INVALID, "the filter ends where a predicate belongs");
	} while (at && *at);
	return false;
}

static bool is_text(const struct predicate *p)
{
	/* metadata holds ids, too: class ids in metadata.classId */
	return p->value.kind == VALUE_TEXT && p->field->type != T_ID && p->field->type != T_REF &&
	       p->field->type != T_REFS && p->field->type != T_DATE && p->field->type != T_MAP;
}

/* @column op value; string values are compared without regard to (ASCII) case. */
static void compare(struct sql *sql, const struct predicate *p, const char *column)
{
	if (p->comparison == CMP_CONTAINS) {
		sql_format(sql, "instr(lower(%s), lower(", column);
		sql_value(sql, p->value);
		sql_add(sql, ")) > 0");
		return;
	}
	sql_format(sql, "%s %s ", column, operator_sql(p->comparison));
	sql_value(sql, p->value);
	if (is_text(p))
		sql_add(sql, " COLLATE NOCASE");
}

/* A scalar: a missing value differs from everything and satisfies nothing else. */
static void scalar(struct sql *sql, const struct predicate *p, const char *column)
{
	if (p->comparison == CMP_NE)
		sql_format(sql, "(%s IS NULL OR ", column);
	compare(sql, p, column);
	if (p->comparison == CMP_NE)
		sql_add(sql, ")");
}

/* Any element fits; for != no element may be equal. */
static void any_element(struct sql *sql, const struct predicate *p, const char *from,
			const char *column)
{
	struct predicate positive = *p;

	if (p->comparison == CMP_NE)
		positive.comparison = CMP_EQ;
	sql_format(sql, "%sEXISTS (SELECT 1 FROM %s", p->comparison == CMP_NE ? "NOT " : "", from);
	compare(sql, &positive, column);
	sql_add(sql, ")");
}

/* subjects='a,b': all of them; subjects~'a,b': any of them. */
static void text_list(struct sql *sql, const struct predicate *p)
{
	const char *word = p->literal;
	char from[96];

	snprintf(from, sizeof from, "json_each(\"%s\") AS e WHERE ", p->field->name);
	if (p->comparison != CMP_EQ && p->comparison != CMP_CONTAINS) {
		any_element(sql, p, from, "e.value");
		return;
	}
	sql_add(sql, "(");
	for (int n = 0; n < LIST_WORDS; n++) {
		size_t length = strcspn(word, ",");

		if (n)
			sql_add(sql, p->comparison == CMP_EQ ? " AND " : " OR ");
		sql_format(sql, "EXISTS (SELECT 1 FROM %se.value = trim(substr(", from);
		sql_value(sql, p->value);
		sql_format(sql, ", %d, %d)) COLLATE NOCASE)",
			   (int)utf8_length(p->literal) - (int)utf8_length(word) + 1,
			   (int)(utf8_length(word) - utf8_length(word + length)));
		word += length;
		if (!*word++)
			break;
	}
	sql_add(sql, ")");
}

static void predicate_sql(const struct filter *filter, const struct predicate *p, struct sql *sql)
{
	char column[192];

	snprintf(column, sizeof column, "\"%s\"", p->field->name);
	switch (p->field->type) {
	case T_ID:
	case T_TEXT:
	case T_ENUM:
	case T_NUMBER:
	case T_BOOL:
	case T_DATE:
	case T_TIME:
	case T_REF:
		scalar(sql, p, column);
		break;
	case T_REFS:
		snprintf(column, sizeof column,
			 "ref WHERE ref.entity = '%s' AND ref.path = '%s' AND "
			 "ref.owner = \"%s\".sourcedId AND ",
			 filter->entity->plural, p->field->name, filter->entity->plural);
		any_element(sql, p, column, "ref.target");
		break;
	case T_TEXTS:
		text_list(sql, p);
		break;
	case T_USERIDS:
		any_element(sql, p, "json_each(\"userIds\") AS e WHERE ",
			    strcmp(p->path, "type") == 0 ? "json_extract(e.value, '$.type')"
							 : "json_extract(e.value, '$.identifier')");
		break;
	case T_MAP:
		/* The path is bound, too: json_extract(metadata, '$."' || ? || '"'). */
		sql_add(sql, p->comparison == CMP_NE ? "NOT " : "");
		sql_add(sql, "EXISTS (SELECT 1 FROM (SELECT json_extract(metadata, '$.\"' || ");
		sql_text(sql, p->path);
		sql_add(sql, " || '\"') AS v) WHERE ");
		{
			struct predicate positive = *p;

			if (p->comparison == CMP_NE)
				positive.comparison = CMP_EQ;
			compare(sql, &positive, "CAST(v AS TEXT)");
		}
		sql_add(sql, ")");
		break;
	}
}

void filter_sql(const struct filter *filter, struct sql *sql)
{
	sql_add(sql, "(");
	for (size_t i = 0; i < filter->count; i++) {
		if (i)
			sql_add(sql, filter->any ? " OR " : " AND ");
		predicate_sql(filter, &filter->predicates[i], sql);
	}
	sql_add(sql, ")");
}
