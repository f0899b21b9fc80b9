/*
 * test_status.c - what a refusal looks like: its members, codes and headers in either
 * version, in every form that a profile may ask for.
 */
#include <check.h>

#include "base/jsonx.h"
#include "tests/unit/api/client.h"
#include "tests/unit/helpers.h"

#define MINOR_FIELD                                                                                \
	"imsx_CodeMinor:{imsx_codeMinorField:[{imsx_codeMinorFieldName,imsx_codeMinorFieldValue}]" \
	"}"
#define SHAPE_A                                                                 \
	"{statusInfoSet:[{imsx_codeMajor,imsx_codeMinor,imsx_description,imsx_" \
	"messageRefIdentifier,"                                                 \
	"imsx_operationRefIdentifier,imsx_severity}]}"
#define SHAPE_B "{errors:[{codeMajor,codeMinor,description,severity}]}"
#define SHAPE_C                                                                       \
	"{" MINOR_FIELD ",imsx_codeMajor,imsx_description,imsx_messageRefIdentifier," \
	"imsx_operationRefIdentifier:[text],imsx_severity}"
#define SHAPE_V2 "{" MINOR_FIELD ",imsx_codeMajor,imsx_description,imsx_severity}"

#define V1_NOWHERE V1 "/lineItems/nowhere"
#define V2_NOWHERE GRADEBOOK_V2 "/lineItems/nowhere"

/* clang-format off */
static const struct {
	const char *envelope, *target;
	const char *shape;
	const char *minor; /* how it is spelled */
} shapes[] = {
	{ "version", V1_NOWHERE, SHAPE_A,  "unknown object" },
	{ "version", V2_NOWHERE, SHAPE_V2, "unknownobject" },
	{ "v11",     V1_NOWHERE, SHAPE_A,  "unknown object" },
	{ "v11",     V2_NOWHERE, SHAPE_A,  "unknownobject" },
	{ "v10",     V1_NOWHERE, SHAPE_B,  "unknown object" },
	{ "v10",     V2_NOWHERE, SHAPE_B,  "unknownobject" },
	{ "v12",     V1_NOWHERE, SHAPE_C,  "unknownobject" },
	{ "v12",     V2_NOWHERE, SHAPE_V2, "unknownobject" },
	{ "bare",    V1_NOWHERE, "{statusInfoSet:[{imsx_codeMajor,imsx_codeMinor,imsx_messageRefIdentifier,imsx_operationRefIdentifier,imsx_severity}]}", "unknown object" },
	{ "bare",    V2_NOWHERE, "{" MINOR_FIELD ",imsx_codeMajor,imsx_severity}", "unknownobject" },
	{ "empty",   V1_NOWHERE, "", NULL },
	{ "empty",   V2_NOWHERE, "", NULL },
	/* of a path without an operation */
	{ "version", V1 "/nothing", "{statusInfoSet:[{imsx_codeMajor,imsx_codeMinor,imsx_description,imsx_messageRefIdentifier,imsx_severity}]}", "unknown object" },
	{ "v12",     V1 "/nothing", "{" MINOR_FIELD ",imsx_codeMajor,imsx_description,imsx_messageRefIdentifier,imsx_operationRefIdentifier:[],imsx_severity}", "unknownobject" },
	{ "version", ROSTERING_V2 "/nothing", SHAPE_V2, "unknownobject" },
};

#define ITEM(more) "{\"lineItem\": {\"title\": \"Quiz\", \"class\": {\"sourcedId\": \"class-bio-1\"}" more "}}"

/* The same mistake in both versions. */
static const struct {
	const char *name, *method, *target, *body;
	int status_v1p1, status_v1p2;
	const char *minor_v1p1, *minor_v1p2;
} mistakes[] = {
	{ "broken JSON",    "PUT", "/lineItems/l", "{", 400, 400, "invalid data", "invaliddata" },
	{ "no title",       "PUT", "/lineItems/l", "{\"lineItem\": {}}", 400, 422, "invalid data", "invaliddata" },
	{ "another id",     "PUT", "/lineItems/l", ITEM(", \"sourcedId\": \"m\""), 400, 422, "invalid data", "invaliddata" },
	{ "unknown class",  "PUT", "/lineItems/l", "{\"lineItem\": {\"title\": \"Q\", \"class\": {\"sourcedId\": \"x\"}}}", 400, 422, "invalid data", "invaliddata" },
	{ "no wrapper",     "PUT", "/lineItems/l", "{\"title\": \"Q\"}", 400, 422, "invalid data", "invaliddata" },
	{ "limit",          "GET", "/lineItems?limit=0", NULL, 400, 400, "invalid data", "invaliddata" },
	{ "offset",         "GET", "/lineItems?offset=-1", NULL, 400, 400, "invalid data", "invaliddata" },
	{ "orderBy",        "GET", "/lineItems?sort=title&orderBy=up", NULL, 400, 400, "invalid data", "invaliddata" },
	{ "sort twice",     "GET", "/lineItems?sort=title&sort=title", NULL, 400, 400, "invalid data", "invaliddata" },
	{ "a bad escape",   "GET", "/lineItems/%zz", NULL, 400, 400, "invalid data", "invaliddata" },
	{ "filter",         "GET", "/lineItems?filter=x='y'", NULL, 400, 400, "invalid_filter_field", "invalid_filter_field" },
	{ "blank fields",   "GET", "/lineItems?fields=", NULL, 400, 400, "invalid_blank_selection_field", "invalid_selection_field" },
	{ "unknown id",     "GET", "/lineItems/x", NULL, 404, 404, "unknown object", "unknownobject" },
	{ "unknown parent", "GET", "/classes/x/lineItems", NULL, 404, 404, "unknown object", "unknownobject" },
	{ "unknown path",   "GET", "/lineitems", NULL, 404, 404, "unknown object", "unknownobject" },
	{ "deleted twice",  "DELETE", "/lineItems/x", NULL, 404, 404, "unknown object", "unknownobject" },
	{ "wrong method",   "DELETE", "/lineItems", NULL, 405, 405, "invalid data", "invaliddata" },
	{ "POST of one",    "POST", "/lineItems/l", "{}", 405, 405, "invalid data", "invaliddata" },
};

/* What a SIS says without a version it says in both, whatever the standard profile has
 * for 1.2. */
static const struct {
	const char *name, *error;
	int status_v1p1, status_v1p2;
	const char *minor_v1p1, *minor_v1p2;
} overrides[] = {
	{ "nothing",          "{}", 400, 422, "invalid data", "invaliddata" },
	{ "a status",         "{\"status\": 400}", 400, 400, "invalid data", "invaliddata" },
	{ "another status",   "{\"status\": 409}", 409, 409, "invalid data", "invaliddata" },
	{ "one per version",  "{\"status\": 409, \"v1p2\": {\"status\": 412}}", 409, 412, "invalid data", "invaliddata" },
	{ "only that of 1.2", "{\"v1p2\": {\"status\": 412}}", 400, 412, "invalid data", "invaliddata" },
	{ "a code",           "{\"minor\": \"unknown object\"}", 400, 422, "unknown object", "unknownobject" },
	{ "a code of its own", "{\"minor\": \"no_title\"}", 400, 422, "no_title", "no_title" },
	{ "codes per version", "{\"minor\": \"a\", \"v1p2\": {\"minor\": \"b\"}}", 400, 422, "a", "b" },
	{ "a text",           "{\"text\": \"NO\"}", 400, 422, "invalid data", "invaliddata" },
};
/* clang-format on */

static struct provider provider;

static void add_shape(struct str *out, const json_t *json);

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void add_object(struct str *out, const json_t *object)
{
	const char *names[64], *name;
	const json_t *member;
	size_t count = 0;

	json_object_foreach ((json_t *)(uintptr_t)object, name, member)
		names[count++] = name;
	qsort(names, count, sizeof *names, by_name);
	str_add(out, "{");
	for (size_t i = 0; i < count; i++) {
		member = json_object_get(object, names[i]);
		str_format(out, "%s%s", i ? "," : "", names[i]);
		if (json_is_object(member) || json_is_array(member)) {
			str_add(out, ":");
			add_shape(out, member);
		}
	}
	str_add(out, "}");
}

/* The names of all members, sorted: {errors:[{codeMajor,...}]}. */
static void add_shape(struct str *out, const json_t *json)
{
	const json_t *item;
	size_t i;

	if (json_is_object(json)) {
		add_object(out, json);
	} else if (json_is_array(json)) {
		str_add(out, "[");
		json_array_foreach (json, i, item)
			add_shape(out, item);
		str_add(out, "]");
	} else {
		str_add(out, "text");
	}
}

/* The minor code, in whatever form it comes. */
static const char *minor_of(const json_t *json)
{
	static const char *const lists[] = { "statusInfoSet", "errors" };
	const json_t *code = json_object_get(json, "imsx_CodeMinor");
	const json_t *field = json_array_get(json_object_get(code, "imsx_codeMinorField"), 0);

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		const json_t *info = json_array_get(json_object_get(json, lists[i]), 0);

		if (info)
			return jsonx_text(info, i ? "codeMinor" : "imsx_codeMinor");
	}
	return jsonx_text(field, "imsx_codeMinorFieldValue");
}

START_TEST(has_exactly_these_members)
{
	char *quirks = xformat("\"error.envelope\": \"%s\"", shapes[_i].envelope);
	struct str shape = STR_INIT;

	provider_open(&provider, quirks, "");
	struct answer answer = ask(&provider, "GET", shapes[_i].target, NULL);

	if (answer.json)
		add_shape(&shape, answer.json);
	ck_assert_int_eq(answer.status, 404);
	ck_assert_msg(strcmp(str_text(&shape), shapes[_i].shape) == 0, "%s %s: %s",
		      shapes[_i].envelope, shapes[_i].target, str_text(&shape));
	ck_assert_msg(same_text(minor_of(answer.json), shapes[_i].minor), "%s %s: %s",
		      shapes[_i].envelope, shapes[_i].target, answer.text);
	answer_free(&answer);
	provider_close(&provider);
	str_release(&shape);
	free(quirks);
}
END_TEST

static void check_mistake(int i, const char *root, int status, const char *minor)
{
	char *url = xformat("%s%s", root, mistakes[i].target);
	struct answer answer = ask(&provider, mistakes[i].method, url, mistakes[i].body);

	ck_assert_msg(answer.status == status, "%s: %s: %d %s", mistakes[i].name, url,
		      answer.status, answer.text);
	ck_assert_msg(same_text(minor_of(answer.json), minor), "%s: %s", mistakes[i].name,
		      answer.text);
	ck_assert_msg(answer.why != NULL, "%s: the log says nothing", mistakes[i].name);
	answer_free(&answer);
	free(url);
}

START_TEST(both_versions_refuse)
{
	provider_open(&provider, "", "");
	check_mistake(_i, V1, mistakes[_i].status_v1p1, mistakes[_i].minor_v1p1);
	check_mistake(_i, GRADEBOOK_V2, mistakes[_i].status_v1p2, mistakes[_i].minor_v1p2);
	provider_close(&provider);
}
END_TEST

START_TEST(a_profile_answers_for_both)
{
	static const char *const roots[] = { V1, GRADEBOOK_V2 };
	char *rest = xformat("\"errors\": {\"validation_failed\": %s}", overrides[_i].error);

	provider_open(&provider, "", rest);
	for (size_t i = 0; i < ARRAY_SIZE(roots); i++) {
		char *target = xformat("%s/lineItems/l", roots[i]);
		struct answer answer = ask(&provider, "PUT", target, "{\"lineItem\": {}}");

		ck_assert_msg(answer.status ==
				      (i ? overrides[_i].status_v1p2 : overrides[_i].status_v1p1),
			      "%s: %s: %d", overrides[_i].name, target, answer.status);
		ck_assert_msg(same_text(minor_of(answer.json),
					i ? overrides[_i].minor_v1p2 : overrides[_i].minor_v1p1),
			      "%s: %s", overrides[_i].name, answer.text);
		answer_free(&answer);
		free(target);
	}
	provider_close(&provider);
	free(rest);
}
END_TEST

/* Canvas shows the description to teachers, who must see where it comes from. */
START_TEST(a_prefix_begins_every_text)
{
	static const char *const targets[] = { V1_NOWHERE, V2_NOWHERE, V1 "/nothing",
					       ROSTERING_V2 "/users?limit=0",
					       V1 "/orgs?sort=nothing" };

	provider_open(&provider, "\"error.prefix\": \"Lake SIS: \"", "");
	for (size_t i = 0; i < ARRAY_SIZE(targets); i++) {
		struct answer answer = ask(&provider, "GET", targets[i], NULL);

		ck_assert_msg(strstr(answer.text, "\"imsx_description\":\"Lake SIS: ") != NULL,
			      "%s", answer.text);
		answer_free(&answer);
	}
	provider_close(&provider);
}
END_TEST

/* clang-format off */
static const struct {
	const char *name, *scope, *target; /* scope NULL: no header, "": a wrong token */
	int status;
	const char *challenge, *minor;
} strangers[] = {
	{ "nothing, 1.1",     NULL, V1 "/orgs", 401, "Bearer realm=\"OneRoster\"", "unauthorized" },
	{ "nothing, 1.2",     NULL, ROSTERING_V2 "/orgs", 401, "Bearer realm=\"OneRoster\"", "unauthorisedrequest" },
	{ "wrong token, 1.1", "",   V1 "/orgs", 401, "Bearer realm=\"OneRoster\", error=\"invalid_token\"", "unauthorized" },
	{ "wrong token, 1.2", "",   ROSTERING_V2 "/orgs", 401, "Bearer realm=\"OneRoster\", error=\"invalid_token\"", "unauthorisedrequest" },
	{ "scope, 1.1", "https://purl.imsglobal.org/spec/or/v1p1/scope/gradebook.readonly", V1 "/orgs", 403, "Bearer realm=\"OneRoster\", error=\"insufficient_scope\"", "forbidden" },
	{ "scope, 1.2", "https://purl.imsglobal.org/spec/or/v1p2/scope/gradebook.readonly", ROSTERING_V2 "/orgs", 403, "Bearer realm=\"OneRoster\", error=\"insufficient_scope\"", "forbidden" },
	{ "scope of the other version", "https://purl.imsglobal.org/spec/or/v1p1/scope/roster-core.readonly", ROSTERING_V2 "/orgs", 403, "Bearer realm=\"OneRoster\", error=\"insufficient_scope\"", "forbidden" },
	{ "scope, an unknown id", "https://purl.imsglobal.org/spec/or/v1p2/scope/gradebook.readonly", ROSTERING_V2 "/orgs/x", 403, "Bearer realm=\"OneRoster\", error=\"insufficient_scope\"", "forbidden" },
	{ "demographics, roster only", "https://purl.imsglobal.org/spec/or/v1p2/scope/roster.readonly", ROSTERING_V2 "/demographics", 403, "Bearer realm=\"OneRoster\", error=\"insufficient_scope\"", "forbidden" },
	{ "an unknown path",  "https://purl.imsglobal.org/spec/or/v1p2/scope/gradebook.readonly", ROSTERING_V2 "/nothing", 404, NULL, "unknownobject" },
};
/* clang-format on */

static char *token_for(const char *scope)
{
	char *target = xformat("/oauth2/token?client_id=canvas&client_secret=s3cret&scope=%s",
			       scope);
	struct answer answer = ask(&provider, "POST", target, NULL);
	const char *token = jsonx_text(answer.json, "access_token");

	ck_assert_msg(token != NULL, "%s: %s", scope, answer.text);
	char *header = xformat("Bearer %s", token);

	answer_free(&answer);
	free(target);
	return header;
}

START_TEST(a_stranger_is_challenged)
{
	const char *scope = strangers[_i].scope;
	char *header = NULL;

	provider_open(&provider, "", "");
	provider.sandbox->auth.open = false;
	if (scope)
		header = *scope ? token_for(scope) : xstrdup("Bearer wrong");
	provider.authorization = header;
	struct answer answer = ask(&provider, "GET", strangers[_i].target, NULL);

	ck_assert_msg(answer.status == strangers[_i].status, "%s: %d %s", strangers[_i].name,
		      answer.status, answer.text);
	ck_assert_msg(same_text(answer.challenge, strangers[_i].challenge), "%s: %s",
		      strangers[_i].name, answer.challenge);
	ck_assert_msg(same_text(minor_of(answer.json), strangers[_i].minor), "%s: %s",
		      strangers[_i].name, answer.text);
	answer_free(&answer);
	provider_close(&provider);
	free(header);
}
END_TEST

Suite *status_suite(void);
Suite *status_suite(void)
{
	Suite *suite = suite_create("api/status");
	TCase *tc = tcase_create("status");

	tcase_add_loop_test(tc, has_exactly_these_members, 0, ARRAY_SIZE(shapes));
	tcase_add_loop_test(tc, both_versions_refuse, 0, ARRAY_SIZE(mistakes));
	tcase_add_loop_test(tc, a_profile_answers_for_both, 0, ARRAY_SIZE(overrides));
	tcase_add_test(tc, a_prefix_begins_every_text);
	tcase_add_loop_test(tc, a_stranger_is_challenged, 0, ARRAY_SIZE(strangers));
	suite_add_tcase(suite, tc);
	return suite;
}
