/*
 * private.c - what must not leave a lab in a case file.
 */
#include "conformance/lab/private.h"

#include <ctype.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/jsonx.h"
#include "base/redact.h"
#include "conformance/lab/client.h"
#include "conformance/lab/edit.h"
#include "conformance/lab/fit.h"
#include "conformance/lab/sis.h"

#define STUDENT "[another student]"
#define SHORTEST 3 /* a shorter name would hide half of the text */

struct hidden {
	json_t *texts; /* text -> what stands in its place */
	regex_t secrets;
};

/* name=value, "name": "value", Bearer VALUE, Basic VALUE */
static const char pattern[] =
	"(bearer +|basic +|(oauth_signature|signature|oauth_token|access_token|token|password|"
	"client_secret|secret|api_?key)\"? *[=:] *\"?)([A-Za-z0-9._~+/%=-]{8,})";

/* @instead NULL: it may be seen. */
static void hide(struct hidden *hidden, const char *text, const char *instead)
{
	if (!text || strlen(text) < SHORTEST)
		return;
	if (instead)
		json_object_set_new(hidden->texts, text, json_string(instead));
	else
		json_object_del(hidden->texts, text);
}

/* A student of a course file: names in their forms, the SIS id and the login. */
static void hide_enrollment(struct hidden *hidden, const json_t *enrollment, const char *instead)
{
	static const char *const members[] = { "name", "sortable_name", "short_name", "login_id",
					       "sis_user_id" };
	const json_t *user = json_object_get(enrollment, "user");

	hide(hidden, jsonx_text(enrollment, "sis_user_id"), instead);
	for (size_t i = 0; i < ARRAY_SIZE(members); i++)
		hide(hidden, jsonx_text(user, members[i]), instead);
}

/* Last of all, since the SIS may know the student of the example by another id. */
static bool hide_course(struct hidden *hidden, const struct lab *lab, const char *except,
			struct err *err)
{
	json_t *enrollments = edit_read(lab, "enrollments.json", err);
	const json_t *enrollment;
	size_t i;

	json_array_foreach (enrollments, i, enrollment)
		if (same_text(jsonx_text(enrollment, "type"), "StudentEnrollment"))
			hide_enrollment(hidden, enrollment, STUDENT);
	json_array_foreach (enrollments, i, enrollment)
		if (except && same_text(jsonx_text(enrollment, "sis_user_id"), except))
			hide_enrollment(hidden, enrollment, NULL);
	json_decref(enrollments);
	return enrollments != NULL;
}

static bool hide_users(struct hidden *hidden, struct lab *lab, const char *except, struct err *err)
{
	json_t *where = json_pack("{ss}", "/roles/0/role", "student");
	json_t *users = sis_list(lab, "users", where, err);
	const json_t *user;
	size_t i;

	json_array_foreach (users, i, user) {
		char *name;

		if (except && same_text(jsonx_text(user, "sourcedId"), except))
			continue;
		name = sis_name(user);
		hide(hidden, name, STUDENT);
		hide(hidden, jsonx_text(user, "sourcedId"), STUDENT);
		hide(hidden, jsonx_text(user, "username"), STUDENT);
		hide(hidden, jsonx_text(user, "email"), STUDENT);
		free(name);
	}
	json_decref(users);
	json_decref(where);
	return users != NULL;
}

/* ID:SECRET as a whole, and the secret. */
static void hide_credential(struct hidden *hidden, const char *credential)
{
	const char *colon = credential ? strchr(credential, ':') : NULL;

	hide(hidden, credential, REDACTED);
	hide(hidden, colon ? colon + 1 : NULL, REDACTED);
}

struct hidden *hidden_new(struct lab *lab, const char *token, const char *except, struct err *err)
{
	struct hidden *hidden = xcalloc(1, sizeof *hidden);
	char *credential = client_get(lab, "credential", err);

	hidden->texts = json_object();
	if (regcomp(&hidden->secrets, pattern, REG_EXTENDED | REG_ICASE) != 0)
		BUG("the pattern of secrets does not compile");
	hide(hidden, token, REDACTED);
	hide_credential(hidden, credential);
	hide_credential(hidden, jsonx_text(lab->state, "credential"));
	free(credential);
	if (hide_users(hidden, lab, except, err) && hide_course(hidden, lab, except, err))
		return hidden;
	hidden_free(hidden);
	return NULL;
}

void hidden_free(struct hidden *hidden)
{
	if (!hidden)
		return;
	regfree(&hidden->secrets);
	json_decref(hidden->texts);
	free(hidden);
}

/* Part of a longer word: student-001 in student-0010. */
static bool in_word(const char *begin, const char *at, size_t length)
{
	unsigned char before = at > begin ? (unsigned char)at[-1] : ' ';
	unsigned char after = (unsigned char)at[length];

	return isalnum(before) || isalnum(after);
}

static char *without(const char *text, const char *hidden, const char *instead)
{
	size_t length = strlen(hidden);
	struct str out = STR_INIT;

	for (const char *at = text; *at;) {
		if (strncasecmp(at, hidden, length) == 0 && !in_word(text, at, length)) {
			str_add(&out, instead);
			at += length;
		} else {
			str_add_char(&out, *at++);
		}
	}
	return str_take(&out, NULL);
}

/* What looks like a secret, whosever it is. */
static char *without_secrets(const struct hidden *hidden, const char *text)
{
	struct str out = STR_INIT;
	regmatch_t match[4];

	while (regexec(&hidden->secrets, text, ARRAY_SIZE(match), match, 0) == 0) {
		str_add_bytes(&out, text, (size_t)match[3].rm_so);
		str_add(&out, REDACTED);
		text += match[3].rm_eo;
	}
	str_add(&out, text);
	return str_take(&out, NULL);
}

static json_t *apply_text(const struct hidden *hidden, const char *text)
{
	char *clean = without_secrets(hidden, text);
	const char *secret;
	const json_t *instead;
	json_t *value;

	json_object_foreach (hidden->texts, secret, instead) {
		char *less;

		if (!strcasestr(clean, secret))
			continue;
		less = without(clean, secret, json_string_value(instead));
		free(clean);
		clean = less;
	}
	value = json_string(clean);
	free(clean);
	return value;
}

json_t *hidden_apply(const struct hidden *hidden, const json_t *value)
{
	const char *key;
	const json_t *item;
	json_t *clean;
	size_t i;

	if (json_is_string(value))
		return apply_text(hidden, json_string_value(value));
	if (json_is_array(value)) {
		clean = json_array();
		json_array_foreach (value, i, item)
			json_array_append_new(clean, hidden_apply(hidden, item));
		return clean;
	}
	if (!json_is_object(value))
		return json_deep_copy(value);
	clean = json_object();
	json_object_foreach ((json_t *)(uintptr_t)value, key, item)
		json_object_set_new(clean, key, hidden_apply(hidden, item));
	return clean;
}
