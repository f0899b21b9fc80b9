/*
 * quoted.h - JSON that can be read in C: written with ' for ".
 */
#ifndef TESTS_QUOTED_H
#define TESTS_QUOTED_H

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"

/* An object or array. Returns (json_decref). */
static inline UNUSED json_t *json_quoted(const char *text)
{
	char *copy = xstrdup(text);
	struct err err = ERR_INIT;

	for (char *quote = copy; (quote = strchr(quote, '\''));)
		*quote = '"';

	json_t *json = jsonx_load(copy, strlen(copy), &err);

	ck_assert_msg(json != NULL, "%s: %s", copy, err.text);
	free(copy);
	return json;
}

#endif
