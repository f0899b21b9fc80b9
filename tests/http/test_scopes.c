/*
 * test_scopes.c - who may call an operation: nobody without a token, and with one whoever
 * has a scope that the standard's list names for it.
 */
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/str.h"
#include "tests/http/walk.h"

static struct server shared;

static void start_shared(void)
{
	walk_read();
	district_start(&shared);
}

static void stop_shared(void)
{
	district_stop(&shared);
}

static const char *prefix_of(unsigned version)
{
	return version == V11 ? SCOPES_11 : SCOPES_12;
}

/* Whether @scope (@length bytes) is one of "a | b", or one that implies it: the list of
 * 1.1 names only the least. */
static bool will_do(const struct listed *row, const char *scope, size_t length)
{
	static const char full[] = "roster.readonly", core[] = "roster-core.readonly";
	bool is_full = length == strlen(full) && strncmp(scope, full, length) == 0;

	for (const char *at = row->scopes; *at; at += strspn(at, " |")) {
		size_t size = strcspn(at, " |");

		if ((size == length && strncmp(at, scope, size) == 0) ||
		    (row->version == V11 && is_full && size == strlen(core) &&
		     strncmp(at, core, size) == 0))
			return true;
		at += size;
	}
	return false;
}

/* Adds the URIs of all scopes of @version once, without those that will do for @but (may
 * be NULL). */
static void add_scopes(struct str *out, unsigned version, const struct listed *but)
{
	for (size_t i = 0; i < LISTED; i++) {
		if (listed[i].version != version)
			continue;
		for (const char *at = listed[i].scopes; *at; at += strspn(at, " |")) {
			size_t size = strcspn(at, " |");
			char *uri = xformat("%s%.*s", prefix_of(version), (int)size, at);

			if (!has_word(str_text(out), uri) && !(but && will_do(but, at, size)))
				str_format(out, "%s%s", out->length ? " " : "", uri);
			free(uri);
			at += size;
		}
	}
}

/* A header with a token of these scopes and no other; free(). */
static char *token_with(const char *scopes)
{
	char *url = xformat("%s/oauth2/token", shared.url);
	char *body = xformat("grant_type=client_credentials&client_id=test-client&"
			     "client_secret=test-secret&scope=%s",
			     scopes);
	struct answer answer;

	http(&answer, "POST", url,
	     (const char *[]){ "Content-Type: application/x-www-form-urlencoded", NULL }, body);

	const char *token = jsonx_text(answer.json, "access_token");

	ck_assert_msg(answer.status == 200 && token, "%s: %ld %s", scopes, answer.status,
		      answer.body);
	ck_assert_msg(same_text(jsonx_text(answer.json, "scope"), scopes) ||
			      strchr(scopes, ' ') != NULL,
		      "not %s: %s", scopes, answer.body);

	char *header = xformat("Authorization: Bearer %s", token);

	answer_release(&answer);
	free(body);
	free(url);
	return header;
}

/* Calls the operation, which must be refused; it must not have done anything either. */
static void check_refused(const struct listed *row, const char *header, long status,
			  const char *minor)
{
	char *url = walk_url(&shared, row, -1, NULL), *body = walk_body(row);
	struct answer answer;

	http(&answer, row->method, url,
	     (const char *[]){ "Content-Type: application/json", header, NULL }, body);
	walk_refused(&answer, row->version, url, status, minor);

	char *challenge = answer_header(&answer, "WWW-Authenticate");

	ck_assert_msg(challenge && starts_with(challenge, "Bearer"), "%s: WWW-Authenticate: %s",
		      url, challenge ? challenge : "absent");
	free(challenge);
	answer_release(&answer);
	free(body);
	free(url);
}

static void needs_a_token(const struct listed *row)
{
	check_refused(row, NULL, 401, "unauthorized");
	check_refused(row, "Authorization: Bearer wrong", 401, "unauthorized");
}

static void needs_its_scope(const struct listed *row)
{
	struct str others = STR_INIT;

	add_scopes(&others, row->version, row);

	char *header = token_with(str_text(&others));

	check_refused(row, header, 403, "forbidden");
	free(header);
	str_release(&others);
}

static void needs_a_scope_of_its_version(const struct listed *row)
{
	struct str others = STR_INIT;

	add_scopes(&others, row->version == V11 ? V12 : V11, NULL);

	char *header = token_with(str_text(&others));

	check_refused(row, header, 403, "forbidden");
	free(header);
	str_release(&others);
}

static void any_listed_scope_will_do(const struct listed *row)
{
	struct str all = STR_INIT;
	int good = 0;

	add_scopes(&all, row->version, NULL);
	for (const char *at = str_text(&all); *at; at += strspn(at, " ")) {
		char *uri = xformat("%.*s", (int)strcspn(at, " "), at);
		const char *name = uri + strlen(prefix_of(row->version));

		if (will_do(row, name, strlen(name))) {
			char *header = token_with(uri);

			walk_works(&shared, row, header);
			free(header);
			good++;
		}
		at += strlen(uri);
		free(uri);
	}
	ck_assert_msg(good > 0, "%s: no scope at all will do", row->name);
	str_release(&all);
}

START_TEST(permits)
{
	const struct listed *row = &listed[_i];

	needs_a_token(row);
	needs_its_scope(row);
	needs_a_scope_of_its_version(row);
	any_listed_scope_will_do(row);
	/* a signature knows no scopes; 1.2 has no signatures, but its clients exist */
	walk_works(&shared, row, NULL);
}
END_TEST

Suite *scopes_suite(void);
Suite *scopes_suite(void)
{
	Suite *suite = suite_create("scopes");
	TCase *tc = tcase_create("scopes");

	tcase_set_timeout(tc, 30);
	tcase_add_unchecked_fixture(tc, start_shared, stop_shared);
	tcase_add_loop_test(tc, permits, 0, LISTED);
	suite_add_tcase(suite, tc);
	return suite;
}
