/*
 * filter.c - OneRoster `filter` expressions.
 *
 *   filter    = predicate [ ( AND | OR ) predicate ]
 *   predicate = name{.name} operator 'value'      a quote inside is doubled
 */
#include "server/query/filter.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "server/query/select.h"

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

/* Follows a dotted path into sub-objects: role, org.sourcedId, credentials.type. */
static bool find_steps(struct predicate *out, const char *path, const struct filter_rules *rules)
{
	const struct field *at = out->field;

	while (path && at->type == T_OBJECTS && out->step_count < FILTER_STEPS) {
		size_t length = strcspn(path, ".");

		at = visible_field(at->sub, path, length, rules->version, rules->case_sensitive);
		if (!at)
			return false;
		out->steps[out->step_count++] = at;
		path = path[length] ? path + length + 1 : NULL;
	}
	if (out->step_count == 0 || at->type == T_OBJECTS)
		return false;
	return !path || (at->type == T_REF && strcasecmp(path, "sourcedId") == 0);
}

/* Whether a dotted path means something below the field. */
static bool path_fits(struct predicate *out, const char *path, const struct filter_rules *rules)
{
	switch (out->field->type) {
	case T_REF:
	case T_REFS:
		return !path || strcasecmp(path, "sourcedId") == 0;
	case T_OBJECTS:
		return find_steps(out, path, rules);
	case T_MAP:
		out->path = path;
		return path && *path && !strchr(path, '"');
	case T_ID:
	case T_TEXT:
	case T_URI:
	case T_ENUM:
	case T_NUMBER:
	case T_BOOL:
	case T_DATE:
	case T_TIME:
	case T_TEXTS:
		return !path;
	}
	BUG("type %d", (int)out->field->type);
}

/* The field whose value is compared. */
static const struct field *leaf(const struct predicate *p)
{
	return p->step_count ? p->steps[p->step_count - 1] : p->field;
}

static const char *parse_field(struct predicate *out, const char *at, const struct entity *entity,
			       const struct filter_rules *rules, struct arena *arena,
			       struct err *err)
{
	size_t length = strcspn(at, "=!<>~ \t'");
	const char *dot = memchr(at, '.', length);
	const char *name = arena_dup_n(arena, at, length);

	if (length == 0) {
		err_set(err, ERR_INVALID, "a field name is missing at \"%.30s\"", at);
		return NULL;
	}
	out->field = visible_field(entity->fields, at, dot ? (size_t)(dot - at) : length,
				   rules->version, rules->case_sensitive);
	if (!out->field || !path_fits(out, dot ? name + (dot - at) + 1 : NULL, rules)) {
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

/* What the text in quotes means for the field. */
static bool settle_value(struct predicate *out, const char *text, struct arena *arena,
			 struct err *err)
{
	const struct field *field = leaf(out);
	struct err why = ERR_INIT;

	if (out->comparison == CMP_CONTAINS && (field->type == T_TIME || field->type == T_BOOL))
		return err_at(err, ERR_INVALID, field->name,
			      "%s has no text that ~ could look into", field->name);
	if (field->type == T_TEXTS && commas(text) >= LIST_WORDS)
		return err_at(err, ERR_INVALID, field->name,
			      "%s: at most %d values can be compared", field->name, LIST_WORDS);
	if (out->comparison == CMP_CONTAINS || field->type == T_MAP)
		out->value = (struct value){ .kind = VALUE_TEXT, .text = text };
	else if (!value_from_literal(&out->value, field, text, arena, &why))
		return err_set(err, ERR_INVALID, "%s: %s", field->name, why.text);
	return true;
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
	return settle_value(out, text, arena, err) ? at + 1 : NULL;
}

static const char *parse_logical(struct filter *filter, const char *at, size_t most,
				 struct err *err)
{
	bool any = strncasecmp(at, "OR", 2) == 0 && isspace((unsigned char)at[2]);

	if (!any && !(strncasecmp(at, "AND", 3) == 0 && isspace((unsigned char)at[3])))
		err_set(err, ERR_INVALID, "AND or OR belongs between two predicates");
	else if (filter->count >= most || filter->count == FILTER_PREDICATES)
		err_set(err, ERR_INVALID, "at most %zu predicates are allowed", most);
	else
		filter->predicates[filter->count].any = any;
	return err->code == ERR_NONE ? blanks(at + (any ? 2 : 3)) : NULL;
}

bool filter_parse(struct filter *filter, const char *text, const struct entity *entity,
		  const struct filter_rules *rules, struct arena *arena, struct err *err)
{
	const char *at = blanks(text);

	*filter = (struct filter){ .entity = entity, .case_sensitive = rules->case_sensitive };
	do {
		struct predicate *next = &filter->predicates[filter->count];

		at = parse_field(next, at, entity, rules, arena, err);
		at = at ? parse_operator(next, at, err) : NULL;
		at = at ? parse_literal(next, at, arena, err) : NULL;
		if (!at)
			return false;
		filter->count++;
		at = blanks(at);
		if (!*at)
			return true;
		at = parse_logical(filter, at, rules->most, err);
		if (at && !*at)
			err_set(err, ERR_INVALID, "the filter ends where a predicate belongs");
	} while (at && *at);
	return false;
}

/* Text that is compared without regard to (ASCII) case; ids, and what may hold ids, are
 * exact: metadata.classId is the id of a class. */
static bool folds_case(const struct filter *filter, const struct predicate *p)
{
	enum type type = leaf(p)->type;

	return !filter->case_sensitive &&
	       (type == T_TEXT || type == T_URI || type == T_ENUM || type == T_TEXTS);
}

/* @column op value. */
static void compare(struct sql *sql, const struct filter *filter, const struct predicate *p,
		    const char *column)
{
	if (p->comparison == CMP_CONTAINS) {
		sql_format(sql, filter->case_sensitive ? "instr(%s, " : "instr(lower(%s), lower(",
			   column);
		sql_value(sql, p->value);
		sql_add(sql, filter->case_sensitive ? ") > 0" : ")) > 0");
		return;
	}
	sql_format(sql, "%s %s ", column, operator_sql(p->comparison));
	sql_value(sql, p->value);
	/* what comes before what is a matter of code points, as for sort */
	if (folds_case(filter, p) && (p->comparison == CMP_EQ || p->comparison == CMP_NE))
		sql_add(sql, " COLLATE NOCASE");
}

/* A scalar: a missing value differs from everything and satisfies nothing else. */
static void scalar(struct sql *sql, const struct filter *filter, const struct predicate *p,
		   const char *column)
{
	if (p->comparison == CMP_NE)
		sql_format(sql, "(%s IS NULL OR ", column);
	compare(sql, filter, p, column);
	if (p->comparison == CMP_NE)
		sql_add(sql, ")");
}

/* Any element fits; for != no element may be equal. */
static void any_element(struct sql *sql, const struct filter *filter, const struct predicate *p,
			const char *from, const char *column)
{
	struct predicate positive = *p;

	if (p->comparison == CMP_NE)
		positive.comparison = CMP_EQ;
	sql_format(sql, "%sEXISTS (SELECT 1 FROM %s", p->comparison == CMP_NE ? "NOT " : "", from);
	compare(sql, filter, &positive, column);
	sql_add(sql, ")");
}

/* The @n-th of the values in subjects='a,b', cut out of the bound text. */
static void list_word(struct sql *sql, const struct predicate *p, const char *word, size_t length)
{
	sql_add(sql, "trim(substr(");
	sql_value(sql, p->value);
	sql_format(sql, ", %d, %d))", (int)utf8_length(p->literal) - (int)utf8_length(word) + 1,
		   (int)(utf8_length(word) - utf8_length(word + length)));
}

/* subjects='a,b': all of them; subjects!='a,b': not all; subjects~'a,b': any of them. */
static void text_list(struct sql *sql, const struct filter *filter, const struct predicate *p,
		      const char *from, const char *column)
{
	const char *word = p->literal;

	if (p->comparison != CMP_EQ && p->comparison != CMP_NE && p->comparison != CMP_CONTAINS) {
		any_element(sql, filter, p, from, column);
		return;
	}
	sql_add(sql, p->comparison == CMP_NE ? "NOT (" : "(");
	for (int n = 0; n < LIST_WORDS; n++) {
		size_t length = strcspn(word, ",");

		if (n)
			sql_add(sql, p->comparison == CMP_CONTAINS ? " OR " : " AND ");
		sql_format(sql, "EXISTS (SELECT 1 FROM %s%s = ", from, column);
		list_word(sql, p, word, length);
		sql_add(sql, filter->case_sensitive ? ")" : " COLLATE NOCASE)");
		word += length;
		if (!*word++)
			break;
	}
	sql_add(sql, ")");
}

/* roles.role: json_each("roles") AS e0, the leaf of its elements. */
static void sub_objects(struct sql *sql, const struct filter *filter, const struct predicate *p)
{
	char from[256], column[96];
	size_t at = 0, last = p->step_count - 1;

	at += (size_t)snprintf(from, sizeof from, "json_each(\"%s\") AS e0", p->field->name);
	for (size_t i = 0; i < last; i++)
		at += (size_t)snprintf(from + at, sizeof from - at,
				       ", json_each(e%zu.value, '$.%s') AS e%zu", i,
				       p->steps[i]->name, i + 1);
	snprintf(column, sizeof column, "json_extract(e%zu.value, '$.%s')", last,
		 p->steps[last]->name);
	if (leaf(p)->type == T_TEXTS) {
		at += (size_t)snprintf(from + at, sizeof from - at,
				       ", json_each(e%zu.value, '$.%s') AS leaf", last,
				       p->steps[last]->name);
		snprintf(column, sizeof column, "leaf.value");
	}
	snprintf(from + at, sizeof from - at, " WHERE ");
	if (leaf(p)->type == T_TEXTS)
		text_list(sql, filter, p, from, column);
	else
		any_element(sql, filter, p, from, column);
}

/* $."a.b", or when the object has no such key $."a"."b". */
static void metadata_path(struct sql *sql, const char *path)
{
	bool dotted = strchr(path, '.') != NULL;

	if (dotted)
		sql_add(sql, "CASE WHEN json_type(metadata, '$.\"' || ");
	else
		sql_add(sql, "'$.\"' || ");
	sql_text(sql, path);
	sql_add(sql, " || '\"'");
	if (!dotted)
		return;
	sql_add(sql, ") IS NULL THEN '$.\"' || replace(");
	sql_text(sql, path);
	sql_add(sql, ", '.', '\".\"') || '\"' ELSE '$.\"' || ");
	sql_text(sql, path);
	sql_add(sql, " || '\"' END");
}

/* A member of the free object: any element where it is an array, true and false by
 * their words, numbers as numbers when the literal is one. json_each() would go into
 * an object too, whose members were not named. */
static void metadata(struct sql *sql, const struct filter *filter, const struct predicate *p)
{
	struct predicate positive = *p;
	int64_t integer;
	double number;

	if (p->comparison == CMP_NE)
		positive.comparison = CMP_EQ;
	sql_add(sql, p->comparison == CMP_NE ? "NOT " : "");
	sql_add(sql, "EXISTS (SELECT 1 FROM json_each(metadata, ");
	metadata_path(sql, p->path);
	sql_add(sql, ") AS e WHERE json_type(metadata, ");
	metadata_path(sql, p->path);
	sql_add(sql, ") <> 'object' AND CASE ");
	if (p->comparison != CMP_CONTAINS && decimal_parse(p->literal, &number)) {
		struct predicate numeric = positive;

		numeric.value = (struct value){ .kind = VALUE_REAL, .real = number };
		if (number_parse(p->literal, INT64_MIN, INT64_MAX, &integer))
			numeric.value = (struct value){ .kind = VALUE_INT, .integer = integer };
		sql_add(sql, "WHEN e.type IN ('integer', 'real') THEN ");
		compare(sql, filter, &numeric, "e.value");
		sql_add(sql, " ");
	}
	sql_add(sql, "WHEN e.type IN ('true', 'false') THEN ");
	compare(sql, filter, &positive, "e.type");
	sql_add(sql, " ELSE ");
	compare(sql, filter, &positive, "CAST(e.value AS TEXT)");
	sql_add(sql, " END)");
}

static void predicate_sql(const struct filter *filter, const struct predicate *p, struct sql *sql)
{
	char column[192];

	snprintf(column, sizeof column, "\"%s\"", p->field->name);
	switch (p->field->type) {
	case T_ID:
	case T_TEXT:
	case T_URI:
	case T_ENUM:
	case T_NUMBER:
	case T_BOOL:
	case T_DATE:
	case T_TIME:
	case T_REF:
		scalar(sql, filter, p, column);
		break;
	case T_REFS:
		snprintf(column, sizeof column,
			 "ref WHERE ref.entity = '%s' AND ref.path = '%s' AND "
			 "ref.owner = \"%s\".sourcedId AND ",
			 filter->entity->plural, p->field->name, filter->entity->plural);
		any_element(sql, filter, p, column, "ref.target");
		break;
	case T_TEXTS:
		snprintf(column, sizeof column, "json_each(\"%s\") AS e WHERE ", p->field->name);
		text_list(sql, filter, p, column, "e.value");
		break;
	case T_OBJECTS:
		sub_objects(sql, filter, p);
		break;
	case T_MAP:
		metadata(sql, filter, p);
		break;
	}
}

void filter_sql(const struct filter *filter, struct sql *sql)
{
	sql_add(sql, "(");
	for (size_t i = 0; i < filter->count; i++) {
		if (i)
			sql_add(sql, filter->predicates[i].any ? " OR " : " AND ");
		predicate_sql(filter, &filter->predicates[i], sql);
	}
	sql_add(sql, ")");
}
