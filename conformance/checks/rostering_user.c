/*
 * rostering_user.c - suite rostering-bulk: users and what is told of them apart.
 */
#include "conformance/checks/shared.h"

#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/jsonx.h"
#include "base/url.h"
#include "oneroster/vocab.h"

/* Every active object has the member, and a text in it. @body NULL, or the role that users have. */
void run_text(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, check->target);
	struct names names = { STR_INIT, 0 };
	const json_t *item;
	size_t i, count = 0;

	if (!district_has_any(judge, &list, check->target))
		return;
	json_array_foreach (list.items, i, item) {
		const char *text = jsonx_text(item, check->key);

		if (!is_active(item) || (check->body && !user_is(item, check->body)))
			continue;
		count++;
		if (!text || !text[strspn(text, " ")])
			names_add(&names, "%s", id_text(item));
	}
	if (!count)
		judge_skip(judge, "no %s was read", check->body ? check->body : "active object");
	names_tell(judge, &names, "these lack it");
	district_note_part(judge, &list, check->target);
}

static void is_unique(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, check->target);
	struct names names = { STR_INIT, 0 };
	json_t *seen = json_object();
	const json_t *item;
	size_t i;

	if (district_has_any(judge, &list, check->target))
		json_array_foreach (list.items, i, item) {
			const char *text = is_active(item) ? jsonx_text(item, check->key) : NULL;

			if (text && json_object_get(seen, text))
				names_add(&names, "%s of %s and %s", text, jsonx_text(seen, text),
					  id_text(item));
			if (text)
				json_object_set_new(seen, text, json_string(id_text(item)));
		}
	if (list.there && !json_object_size(seen))
		judge_skip(judge, "no object of %s has %s", check->target, check->key);
	names_tell(judge, &names, "more than one has it");
	district_note_part(judge, &list, check->target);
	json_decref(seen);
}

/* "true" or "false"; 1.1 may say it as JSON, too, or not at all. */
static void is_enabled_or_not(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, check->target);
	struct names names = { STR_INIT, 0 };
	bool lax = judge->subject->version & V11;
	const json_t *item;
	size_t i;

	if (!district_has_any(judge, &list, check->target))
		return;
	json_array_foreach (list.items, i, item) {
		const json_t *value = member_at(item, check->key);
		const char *text = json_string_value(value);

		if (!same_text(text, "true") && !same_text(text, "false") &&
		    !(lax && (!value || json_is_boolean(value))))
			names_add(&names, "%s of %s", text ? text : jsonx_kind(value),
				  id_text(item));
	}
	names_tell(judge, &names, "expected \"true\" or \"false\", found");
	district_note_part(judge, &list, check->target);
}

/* 1.1: one role, and orgs. */
static void has_role_of_11(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, check->target);
	struct names names = { STR_INIT, 0 };
	const json_t *item;
	size_t i;

	if (!district_has_any(judge, &list, check->target))
		return;
	json_array_foreach (list.items, i, item) {
		json_t *orgs = refs_at(item, "orgs");
		const char *lacks = NULL;

		if (!jsonx_text(item, "role"))
			lacks = member_at(item, "roles") ? "has roles, of 1.2, instead"
							 : "has no role";
		else if (!json_object_size(orgs))
			lacks = "has no orgs";
		if (lacks)
			names_add(&names, "%s %s", id_text(item), lacks);
		json_decref(orgs);
	}
	names_tell(judge, &names, "expected a role and orgs");
	district_note_part(judge, &list, check->target);
}

/* What is wrong with the roles of a user of 1.2; NULL: nothing. */
static const char *flaw_of_roles(const json_t *user)
{
	const json_t *roles = json_object_get(user, "roles"), *role;
	json_t *primary = json_object();
	const char *flaw = NULL;
	size_t i;

	if (member_at(user, "role") || member_at(user, "orgs"))
		flaw = "has a role or orgs, of 1.1";
	else if (json_array_size(roles) == 0)
		flaw = "has no roles";
	json_array_foreach (roles, i, role) {
		const char *org = jsonx_text(json_object_get(role, "org"), "sourcedId");
		const char *type = jsonx_text(role, "roleType");

		if (flaw)
			break;
		if (!org || !jsonx_text(role, "role"))
			flaw = "has a role without role or org";
		else if (!same_text(type, "primary") && !same_text(type, "secondary"))
			flaw = "has a roleType that is neither primary nor secondary";
		else if (same_text(type, "primary") && json_object_get(primary, org))
			flaw = "has two primary roles in one org";
		else if (same_text(type, "primary"))
			json_object_set_new(primary, org, json_true());
	}
	json_array_foreach (roles, i, role) {
		const char *org = jsonx_text(json_object_get(role, "org"), "sourcedId");

		if (!flaw && !json_object_get(primary, org ? org : ""))
			flaw = "has no primary role in one of its orgs";
	}
	json_decref(primary);
	return flaw;
}

static void has_roles_of_12(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, check->target);
	struct names names = { STR_INIT, 0 };
	const json_t *item;
	size_t i;

	if (!district_has_any(judge, &list, check->target))
		return;
	json_array_foreach (list.items, i, item)
		if (flaw_of_roles(item))
			names_add(&names, "%s %s", id_text(item), flaw_of_roles(item));
	names_tell(judge, &names, "expected roles, one of them primary in each org");
	district_note_part(judge, &list, check->target);
}

static void has_whole_ids(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, check->target);
	struct names names = { STR_INIT, 0 };
	const json_t *item, *id;
	size_t i, k, count = 0;

	json_array_foreach (list.items, i, item)
		json_array_foreach (json_object_get(item, check->key), k, id) {
			count++;
			if (!jsonx_text(id, "type") || !jsonx_text(id, "identifier"))
				names_add(&names, "%s", id_text(item));
		}
	if (list.there && !count)
		judge_skip(judge, "no user has %s", check->key);
	names_tell(judge, &names, "type or identifier is missing");
	district_note_part(judge, &list, check->target);
}

static void has_not(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, check->target);
	struct names names = { STR_INIT, 0 };
	const json_t *item;
	size_t i;

	if (!district_has_any(judge, &list, check->target))
		return;
	json_array_foreach (list.items, i, item)
		if (jsonx_text(item, check->key) && *jsonx_text(item, check->key))
			names_add(&names, "%s", id_text(item));
	names_tell(judge, &names, "these show it to whoever may read users");
}

static bool is_observer(const json_t *user)
{
	return user_is(user, "parent") || user_is(user, "guardian") || user_is(user, "relative");
}

/* Observers are tied to their students, from whichever end. */
static void observes(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, check->target);
	struct names names = { STR_INIT, 0 };
	json_t *tied = json_object();
	const json_t *item;
	size_t i, count = 0;

	json_array_foreach (list.items, i, item)
		if (user_is(item, "student"))
			json_object_update_new(tied, refs_at(item, "agents"));
	json_array_foreach (list.items, i, item) {
		json_t *agents = refs_at(item, "agents");

		count += is_active(item) && is_observer(item);
		if (is_active(item) && is_observer(item) && !json_object_size(agents) &&
		    !json_object_get(tied, id_text(item)))
			names_add(&names, "%s", id_text(item));
		json_decref(agents);
	}
	if (list.there && !count)
		judge_skip(judge, "no user is a parent, guardian or relative");
	if (list.whole || !names.count)
		names_tell(judge, &names, "these observers are tied to no student by agents");
	else
		judge_skip(judge, "not all users were read, and some may name these observers");
	str_release(&names.text);
	json_decref(tied);
}

/* Demographics belong to a user, whose sourcedId they have. */
static void is_of_a_user(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, check->target);
	struct list users = district_list(judge, "/users");
	struct names names = { STR_INIT, 0 };
	const json_t *item;
	size_t i, asked = 0;

	if (!district_has_any(judge, &list, check->target) || !users.there)
		return;
	json_array_foreach (list.items, i, item)
		if (!json_object_get(users.index, id_text(item)) && asked++ < 10 &&
		    district_status(judge, "/users", id_text(item)) == 404)
			names_add(&names, "%s", id_text(item));
	names_tell(judge, &names, "these are the sourcedIds of no users");
	district_note_part(judge, &list, check->target);
}

/* A token for the scope alone, as a header value; NULL with the reason as what the check skips.
 * Returns (free). */
static char *token_for(struct judge *judge, const char *scope)
{
	const char *credential = judge->options->credential;
	char *basic = base64_encode(credential, strlen(credential)), *header = NULL;
	char *authorization = xformat("Basic %s", basic);
	struct str body = STR_INIT;
	struct err err = ERR_INIT;
	struct call call = { .method = "POST",
			     .auth = CALL_OWN_AUTH,
			     .authorization = authorization,
			     .content_type = "application/x-www-form-urlencoded" };
	json_t *answer;

	str_add(&body, "grant_type=client_credentials&scope=");
	pct_encode(&body, scope);
	call.target = xstrdup(transport_token_url(judge->options->transport));
	call.body = str_take(&body, NULL);
	judge_send(judge, &call);
	judge->call.authorization = NULL;
	answer = judge->call.status == 200 ? answer_json(&judge->call, &err) : NULL;
	if (jsonx_text(answer, "access_token"))
		header = xformat("Bearer %s", jsonx_text(answer, "access_token"));
	else
		judge_skip(judge, "no token is given for %s alone: HTTP %ld", scope,
			   judge->call.status);
	json_decref(answer);
	free(authorization);
	free(basic);
	return header;
}

/* What a token may read: @key is its scope, without the prefix of the version. */
void run_scope(struct judge *judge, const struct check *check)
{
	char *scope = xformat("https://purl.imsglobal.org/spec/or/%s/scope/%s",
			      judge->subject->version & V12 ? "v1p2" : "v1p1", check->key);
	char *header = token_for(judge, scope);

	if (header) {
		judge_call_as(judge, "GET", check->target, NULL, CALL_OWN_AUTH, header);
		judge_expect(judge, check->status);
	}
	free(header);
	free(scope);
}

/* clang-format off */
#define USER "OneRoster fact sheets 1.1 (5.8) and 1.2 (8)"
#define BEST "Rostering Configuration Best Practices; canvas-client 5"
#define DEMOGRAPHICS "OneRoster fact sheets 1.1 (5.4) and 1.2 (8)"
const struct check rostering_user_checks[] = {
	{ "RB-USER-002", MUST, 0, USER, "an active user has a givenName", run_text, "/users", "givenName" },
	{ "RB-USER-003", MUST, 0, USER, "an active user has a familyName", run_text, "/users", "familyName" },
	{ "RB-USER-004", MUST, 0, "OneRoster 1.1 fact sheet 5.8", "an active user has a username", run_text, "/users", "username", .in = V11 },
	{ "RB-USER-005", SHOULD, 0, USER, "a username names one user", is_unique, "/users", "username" },
	{ "RB-USER-006", MUST, 0, "OneRoster fact sheets 1.1 (5.8, 6) and 1.2 (6, 8)", "enabledUser is true or false", is_enabled_or_not, "/users", "enabledUser" },
	{ "RB-USER-007", MUST, 0, "OneRoster 1.1 fact sheet 5.8", "a user of 1.1 has one role, and orgs", has_role_of_11, "/users", .in = V11 },
	{ "RB-USER-008", MUST, 0, "OneRoster 1.2 fact sheet 8", "a user of 1.2 has roles, one of them primary in each org", has_roles_of_12, "/users", .in = V12 },
	{ "RB-USER-009", SHOULD, 0, "traps B4: teachers are found by their email", "a teacher has an email", run_text, "/users", "email", "teacher" },
	{ "RB-USER-010", MAY, 0, "traps B4", "a student has an email", run_text, "/users", "email", "student" },
	{ "RB-USER-011", SHOULD, 0, "traps B4", "an email names one user", is_unique, "/users", "email" },
	{ "RB-USER-012", SHOULD, 0, USER ": userIds", "an id of a user has its type and identifier", has_whole_ids, "/users", "userIds" },
	{ "RB-USER-013", SHOULD, 0, "OneRoster 1.1 fact sheet 5.8: password", "passwords are not shown", has_not, "/users", "password" },
	{ "RB-USER-014", SHOULD, 0, BEST ": observers among users", "a parent, guardian or relative is tied to a student by agents", observes, "/users" },
	{ "RB-USER-015", SHOULD, 0, USER, "an identifier names one user", is_unique, "/users", "identifier" },
	{ "RB-ORG-001", MUST, 0, "OneRoster fact sheets 1.1 (5.6) and 1.2 (8)", "an org has a name", run_text, "/orgs", "name" },
	{ "RB-ORG-002", SHOULD, 0, "OneRoster fact sheets 1.1 (5.6) and 1.2 (8)", "an org has an identifier", run_text, "/orgs", "identifier" },
	{ "RB-DEMO-001", MUST, 0, DEMOGRAPHICS, "demographics can be read by themselves, as \"demographics\"", run_one, "/demographics", .has = "/demographics" },
	{ "RB-DEMO-002", MUST, 0, DEMOGRAPHICS, "demographics have the sourcedId of a user", is_of_a_user, "/demographics", .has = "/demographics" },
	{ "RB-DEMO-003", SHOULD, C_OAUTH2, "OneRoster 1.1 fact sheet 11.2; traps D13", "demographics are not open to roster.readonly", run_scope, "/demographics?limit=1", "roster.readonly", NULL, 403, "/demographics", V11 },
	{ "RB-DEMO-004", MUST, C_OAUTH2, "OneRoster 1.2 fact sheet 3.1; traps D13", "demographics are not open to roster.readonly", run_scope, "/demographics?limit=1", "roster.readonly", NULL, 403, "/demographics", V12 },
	{ "RB-DEMO-005", MUST, C_OAUTH2, "OneRoster 1.2 fact sheet 3.1", "demographics are open to roster-demographics.readonly", run_scope, "/demographics?limit=1", "roster-demographics.readonly", NULL, 200, "/demographics", .in = V12 },
	{ "RB-SCOPE-001", MUST, C_OAUTH2, "OneRoster 1.2 fact sheet 3.1", "users are open to roster-core.readonly", run_scope, "/users?limit=1", "roster-core.readonly", NULL, 200, .in = V12 },
	{ "RB-SCOPE-002", MUST, C_OAUTH2, "OneRoster 1.2 fact sheet 3.1", "the students of a class are open to roster.readonly", run_scope, "/classes/{class}/students?limit=1", "roster.readonly", NULL, 200, .in = V12 },
	{ NULL },
};
/* clang-format on */
