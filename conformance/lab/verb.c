/*
 * verb.c - what a trainee may do.
 */
#include "conformance/lab/verb.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/str.h"
#include "conformance/lab/action.h"
#include "conformance/lab/argument.h"
#include "conformance/lab/fill.h"

json_t *verbs_of(const struct lab *lab)
{
	const json_t *may = json_object_get(lab->document, "verbs"), *name;
	json_t *list = json_array(), *verb;
	size_t i, k;

	json_array_foreach (lab->library->verbs, i, verb) {
		bool listed = !may;

		json_array_foreach (may, k, name)
			listed = listed ||
				 same_text(json_string_value(name), jsonx_text(verb, "verb"));
		if (listed)
			json_array_append(list, verb);
	}
	return list;
}

char *verb_usage(const json_t *verb)
{
	const json_t *argument, *value;
	struct str usage = STR_INIT;
	size_t i, k;

	str_add(&usage, jsonx_text(verb, "verb"));
	json_array_foreach (json_object_get(verb, "arguments"), i, argument) {
		const json_t *values = json_object_get(argument, "values");
		bool optional = jsonx_true(argument, "optional");

		str_add(&usage, optional ? " [" : " ");
		json_array_foreach (values, k, value)
			str_format(&usage, "%s%s", k ? "|" : "", json_string_value(value));
		if (!values)
			str_add(&usage, jsonx_text(argument, "name"));
		str_add(&usage, optional ? "]" : "");
	}
	return str_take(&usage, NULL);
}

static bool take_arguments(struct lab *lab, const json_t *verb, const json_t *words, json_t *values,
			   struct err *err)
{
	const json_t *arguments = json_object_get(verb, "arguments"), *argument;
	size_t i, count = json_array_size(words) - 1;
	char *usage = verb_usage(verb);
	bool good = count <= json_array_size(arguments);

	json_array_foreach (arguments, i, argument)
		good = good && (i < count || jsonx_true(argument, "optional"));
	if (!good)
		err_set(err, ERR_INVALID, "usage: mocksis lab fix %s", usage);
	json_array_foreach (arguments, i, argument) {
		if (good && i < count)
			good = argument_take(lab, argument,
					     json_string_value(json_array_get(words, i + 1)),
					     values, err);
		else
			argument_leave_out(argument, values);
	}
	free(usage);
	return good;
}

/* The actions; where they differ by a choice, those of what was chosen. */
static const json_t *actions_of(const json_t *verb, const json_t *values)
{
	const json_t *actions = json_object_get(verb, "do"), *argument, *chosen;
	size_t i;

	if (json_is_array(actions))
		return actions;
	json_array_foreach (json_object_get(verb, "arguments"), i, argument) {
		chosen = json_object_get(values, jsonx_text(argument, "name"));
		if (same_text(jsonx_text(argument, "kind"), "choice") && json_is_string(chosen))
			return json_object_get(actions, json_string_value(chosen));
	}
	return json_object_get(actions, "");
}

static bool unknown_verb(const json_t *verbs, const char *name, struct err *err)
{
	struct str names = STR_INIT;
	const json_t *verb;
	size_t i;

	json_array_foreach (verbs, i, verb)
		str_format(&names, "%s%s", i ? ", " : "", jsonx_text(verb, "verb"));
	if (names.length)
		err_set(err, ERR_INVALID, "this lab has no verb %s; there are: %s", name,
			str_text(&names));
	else
		err_set(err, ERR_INVALID,
			"nothing is to be mended in this lab: it is read, and "
			"answered with mocksis lab answer");
	str_release(&names);
	return false;
}

/* Without the blank before an argument at its end that was not given. Returns (free). */
static char *sentence(const char *says, const json_t *values)
{
	char *text = fill_text(says, values);
	size_t length = strlen(text);

	while (length && text[length - 1] == ' ')
		text[--length] = '\0';
	return text;
}

bool verb_run(struct lab *lab, const json_t *words, char **said, struct err *err)
{
	const char *name = json_string_value(json_array_get(words, 0));
	json_t *verbs = verbs_of(lab), *values = json_object();
	const json_t *verb = list_find(verbs, "verb", name);
	bool good = verb ? take_arguments(lab, verb, words, values, err)
			 : unknown_verb(verbs, name, err);

	*said = NULL;
	if (good && actions_run(lab, actions_of(verb, values), values, err))
		*said = sentence(jsonx_text(verb, "says"), values);
	json_decref(values);
	json_decref(verbs);
	return *said != NULL;
}
