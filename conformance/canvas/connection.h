/*
 * connection.h - the settings of one client connection (contract, section 4).
 */
#ifndef CANVAS_CONNECTION_H
#define CANVAS_CONNECTION_H

#include <jansson.h>
#include "base/err.h"

enum category_mode {
	CATEGORY_MATCH,      /* by title; none fits: an error */
	CATEGORY_SYNCED,     /* what the teacher picked, in the group's integration_data */
	CATEGORY_DEFAULT_ID, /* the three defaults act only when nothing matches */
	CATEGORY_DEFAULT_NULL,
	CATEGORY_DEFAULT_OMIT,
	CATEGORY_OVERRIDE, /* the last three always */
	CATEGORY_NULL,
	CATEGORY_OMIT,
};

enum period_mode { PERIOD_NULL, PERIOD_OMIT, PERIOD_FIXED, PERIOD_MATCH };

struct connection {
	/* choices are the words of the contract */
	const char *version, *sis_name, *canvas_url, *scopes;
	const char *category, *category_source, *category_filter;
	const char *grading_period, *id_mode, *exempt_score, *missing_null, *resend, *cascade;
	const char *due_date_uniform, *section_id, *user_id, *assign_to;
	int64_t page_size, timeout, concurrency, retries, window_days, name_limit;
	bool require_due_date, enforce_save_rules;
	const json_t *headers, *line_item, *result, *exclude_endpoints;

	enum category_mode category_mode;
	const char *category_id; /* of default:ID and override:ID */
	enum period_mode period_mode;
	const char *period_id;

	json_t *file; /* owns the texts */
};

/* A bundled preset by name, or a file by path. Unknown keys, wrong types and
 * unknown template names are ERR_INVALID with a JSON pointer. */
bool connection_load(struct connection *connection, const char *name, struct err *err) MUST_USE;
void connection_release(struct connection *connection);

bool connection_excludes(const struct connection *connection, const char *operation);

#endif
