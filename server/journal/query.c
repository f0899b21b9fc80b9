/*
 * query.c - which exchanges are wanted.
 */
#include "server/journal/journal.h"

#include <string.h>
#include <strings.h>

#include "base/glob.h"
#include "base/when.h"
#include "oneroster/operations.h"

bool journal_operation_is_known(const char *name)
{
	return operation_find(name) || strcmp(name, "token") == 0;
}

bool journal_status_parse(const char *text, int *least, int *most)
{
	int64_t number;

	if (strlen(text) == 3 && *text >= '1' && *text <= '5' && strcasecmp(text + 1, "xx") == 0) {
		*least = (*text - '0') * 100;
		*most = *least + 99;
		return true;
	}
	if (!number_parse(text, 100, 999, &number))
		return false;
	*least = *most = (int)number;
	return true;
}

static bool read_status(struct journal_query *query, const char *text, struct err *err)
{
	return journal_status_parse(text, &query->status_least, &query->status_most) ||
	       err_at(err, ERR_INVALID, "status",
		      "status=%.20s: a status like 404 or 4xx belongs here", text);
}

static bool read_since(struct journal_query *query, const char *text, struct err *err)
{
	query->has_since_id = number_parse(text, 0, INT64_MAX, &query->since_id);
	query->has_since_at = !query->has_since_id && when_parse(text, &query->since_at, NULL);
	return query->has_since_id || query->has_since_at ||
	       err_at(err, ERR_INVALID, "since",
		      "since=%.40s: the id of an exchange or a time like 2026-11-16T17:00:00Z "
		      "belongs here",
		      text);
}

static bool read_limit(struct journal_query *query, const char *text, struct err *err)
{
	int64_t number;

	if (!number_parse(text, 1, JOURNAL_MOST, &number))
		return err_at(err, ERR_INVALID, "limit",
			      "limit=%.20s: a number from 1 to %d belongs here", text,
			      JOURNAL_MOST);
	query->limit = (size_t)number;
	return true;
}

static bool read_operation(struct journal_query *query, const char *text, struct err *err)
{
	query->operation = text;
	return journal_operation_is_known(text) ||
	       err_at(err, ERR_INVALID, "operation",
		      "operation=%.40s: the name of an operation belongs here, like putLineItem, "
		      "or "
		      "token",
		      text);
}

static bool read_path(struct journal_query *query, const char *text, struct err *err)
{
	if (strlen(text) > JOURNAL_PATTERN)
		return err_at(err, ERR_INVALID, "path", "path: at most %d characters belong here",
			      JOURNAL_PATTERN);
	if (*text != '/' && *text != '*')
		return err_at(err, ERR_INVALID, "path",
			      "path=%.40s: a path begins with / or, as a pattern, with *", text);
	query->path = text;
	return true;
}

/* A text is taken as it is. */
static const struct {
	const char *name;
	bool (*read)(struct journal_query *query, const char *text, struct err *err);
	size_t text; /* where it goes, without a reader */
} rows[] = {
	{ "method", NULL, offsetof(struct journal_query, method) },
	{ "operation", read_operation, 0 },
	{ "client", NULL, offsetof(struct journal_query, client) },
	{ "path", read_path, 0 },
	{ "status", read_status, 0 },
	{ "since", read_since, 0 },
	{ "limit", read_limit, 0 },
};

static bool read_parameter(struct journal_query *query, const struct pair *pair, struct err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (strcmp(rows[i].name, pair->name) != 0)
			continue;
		if (rows[i].read)
			return rows[i].read(query, pair->value, err);
		*(const char **)((char *)query + rows[i].text) = pair->value;
		return true;
	}
	return err_at(err, ERR_INVALID, "",
		      "%.40s: the parameters are method, path, status, since, limit, operation "
		      "and client",
		      pair->name);
}

bool journal_query_parse(struct journal_query *query, const struct pairs *parameters,
			 struct err *err)
{
	*query = (struct journal_query){ 0 };
	for (size_t i = 0; i < parameters->count; i++)
		if (*parameters->items[i].value &&
		    !read_parameter(query, &parameters->items[i], err))
			return false;
	return true;
}

/* A pattern fits as a whole, a plain text as the beginning. */
static bool fits(const char *pattern, const char *path)
{
	size_t length = strcspn(path, "?");

	return strchr(pattern, '*') ? glob_fits_n(pattern, path, length)
				    : starts_with(path, pattern) && strlen(pattern) <= length;
}

bool journal_path_matches(const char *pattern, const char *target)
{
	const char *below = path_below_service(target);

	return fits(pattern, target) || (below && fits(pattern, below));
}

bool journal_matches(const struct journal_query *query, const struct journal_exchange *exchange)
{
	return (!query->method || strcasecmp(query->method, exchange->method) == 0) &&
	       (!query->operation || same_text(query->operation, exchange->operation)) &&
	       (!query->client || same_text(query->client, exchange->client)) &&
	       (!query->status_most || (exchange->status >= query->status_least &&
					exchange->status <= query->status_most)) &&
	       (!query->has_since_at || exchange->at >= query->since_at) &&
	       (!query->path || journal_path_matches(query->path, exchange->target));
}
