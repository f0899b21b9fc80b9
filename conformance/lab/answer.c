/*
 * answer.c - what a trainee says about a case.
 */
#include "conformance/lab/answer.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/jsonx.h"
#include "conformance/lab/history.h"

const char *answer_asks(const struct library *library, const char *question)
{
	return jsonx_text(list_find(library->questions, "question", question), "asks");
}

/* "a, b, c" of a member of each, or of the texts themselves. Returns (free). */
static char *listed(const json_t *list, const char *key)
{
	struct str out = STR_INIT;
	const json_t *item;
	size_t i;

	json_array_foreach (list, i, item)
		str_format(&out, "%s%s", i ? ", " : "",
			   key ? jsonx_text(item, key) : json_string_value(item));
	return str_take(&out, NULL);
}

/* The value as it is spelled in the file; NULL with @err. */
static const char *spelled(const json_t *question, const char *value, struct err *err)
{
	const json_t *values = json_object_get(question, "values"), *item;
	char *list;
	size_t i;

	json_array_foreach (values, i, item)
		if (strcasecmp(json_string_value(item), value) == 0)
			return json_string_value(item);
	list = listed(values, NULL);
	err_set(err, ERR_INVALID, "%s: one of these belongs here: %s", value, list);
	free(list);
	return NULL;
}

bool answer_note(struct lab *lab, const char *name, const char *value, struct err *err)
{
	const json_t *question = list_find(lab->library->questions, "question", name);
	char *list, *did;
	bool good;

	if (!question) {
		list = listed(lab->library->questions, "question");
		err_set(err, ERR_INVALID, "there is no question %s; there are: %s", name, list);
		free(list);
		return false;
	}
	value = spelled(question, value, err);
	if (!value)
		return false;
	json_object_set_new(json_object_get(lab->state, "answers"), name, json_string(value));
	did = xformat("%s: %s", name, value);
	good = history_note(lab, "answer", did, err);
	free(did);
	return good;
}

bool answer_is(const char *answer, const json_t *wanted)
{
	const char *text = json_string_value(wanted);
	const json_t *item;
	size_t i;

	json_array_foreach (wanted, i, item)
		if (answer_is(answer, item))
			return true;
	for (const char *at = text; at && *at;) {
		size_t length = strcspn(at, "/");

		if (strlen(answer) == length && strncasecmp(answer, at, length) == 0)
			return true;
		at += length + (at[length] == '/');
	}
	return text && strcasecmp(answer, text) == 0;
}
