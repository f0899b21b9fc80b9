/*
 * test_schema.c - every kind of answer against the JSON Schema that `mocksis describe`
 * prints, judged by an independent validator (tests/schema/validate.py).
 */
#include <stdio.h>
#include <string.h>

#include "base/jsonx.h"
#include "oneroster/describe.h"
#include "oneroster/operations.h"
#include "server/store/store.h"
#include "tests/http/harness.h"

/* An object of each kind, with every member, beside the demo district. */
#define OBJECTS "tests/schema/objects.json"
#define VALIDATE                                                                                  \
	"for python in python3 /usr/bin/python3; do "                                             \
	"if $python -c 'import jsonschema' 2>/dev/null; then "                                    \
	"exec $python tests/schema/validate.py %s 2>&1; fi; done; "                               \
	"echo 'tests/schema/validate.py needs python3-jsonschema: make deps, or apt-get install " \
	"python3-jsonschema'; exit 2"

/* clang-format off */
/* What the ids of a path name: objects that have something below them. */
static const struct {
	const char *collection, *id;
} ids[] = {
	{ "orgs",                "all-district" },
	{ "schools",             "all-school" },
	{ "academicSessions",    "all-year" },
	{ "terms",               "all-term" },
	{ "gradingPeriods",      "all-period" },
	{ "courses",             "all-course" },
	{ "classes",             "all-class" },
	{ "users",               "all-student" },
	{ "students",            "all-student" },
	{ "teachers",            "all-teacher" },
	{ "demographics",        "all-student" },
	{ "enrollments",         "all-enrollment" },
	{ "resources",           "all-resource" },
	{ "categories",          "all-category" },
	{ "scoreScales",         "all-scale" },
	{ "lineItems",           "all-item" },
	{ "results",             "all-result" },
	{ "assessmentLineItems", "all-part" },
	{ "assessmentResults",   "all-score" },
};

static const struct document {
	const char *name;
	unsigned version;
	enum service service;
} documents[] = {
	{ "1.2-rostering", V12, ROSTERING },
	{ "1.2-gradebook", V12, GRADEBOOK },
	{ "1.2-resources", V12, RESOURCES },
	{ "1.1",           V11, EVERY_SERVICE }, /* last: a PUT of 1.1 clears what only 1.2 has */
};
#define V1P1 (&documents[3])

/* Refusals; every service says them. */
enum credential { FULL, NONE, LIMITED /* to a scope of another service */ };
static const struct {
	unsigned in;
	enum service service; /* EVERY_SERVICE: any */
	enum credential credential;
	const char *method, *target, *body;
	long status;
} refusals[] = {
	{ BOTH, ROSTERING,     FULL,    "GET",    "/users?filter=nonsense%3D%271%27",   NULL, 400 },
	{ BOTH, GRADEBOOK,     FULL,    "GET",    "/results?limit=x",                   NULL, 400 },
	{ BOTH, RESOURCES,     FULL,    "GET",    "/resources?fields=",                 NULL, 400 },
	{ V12,  ROSTERING,     FULL,    "GET",    "/users?fields=nonsense",             NULL, 400 },
	{ BOTH, GRADEBOOK,     FULL,    "PUT",    "/lineItems/x",                       "{", 400 },
	{ BOTH, ROSTERING,     NONE,    "GET",    "/users",                             NULL, 401 },
	{ BOTH, GRADEBOOK,     NONE,    "GET",    "/results",                           NULL, 401 },
	{ BOTH, RESOURCES,     NONE,    "GET",    "/resources",                         NULL, 401 },
	{ BOTH, ROSTERING,     LIMITED, "GET",    "/users",                             NULL, 403 },
	{ BOTH, GRADEBOOK,     LIMITED, "GET",    "/results",                           NULL, 403 },
	{ BOTH, RESOURCES,     LIMITED, "GET",    "/resources",                         NULL, 403 },
	{ BOTH, ROSTERING,     FULL,    "GET",    "/users/nobody",                      NULL, 404 },
	{ BOTH, GRADEBOOK,     FULL,    "GET",    "/classes/nothing/results",           NULL, 404 },
	{ BOTH, RESOURCES,     FULL,    "GET",    "/resources/nothing",                 NULL, 404 },
	{ BOTH, GRADEBOOK,     FULL,    "DELETE", "/results/nothing",                   NULL, 404 },
	{ BOTH, EVERY_SERVICE, FULL,    "GET",    "/nonsense",                          NULL, 404 },
	{ BOTH, ROSTERING,     FULL,    "DELETE", "/users/all-student",                 NULL, 405 },
	{ BOTH, GRADEBOOK,     FULL,    "PUT",    "/results",                           "{}", 405 },
	{ BOTH, RESOURCES,     FULL,    "POST",   "/resources",                         "{}", 405 },
	{ V11,  GRADEBOOK,     FULL,    "PUT",    "/lineItems/x",                       "{\"lineItem\": {\"title\": 17}}", 400 },
	{ V12,  GRADEBOOK,     FULL,    "PUT",    "/lineItems/x",                       "{\"lineItem\": {\"title\": 17}}", 422 },
	{ V12,  GRADEBOOK,     FULL,    "POST",   "/lineItems/all-item/results",        "{\"results\": [{}]}", 422 },
};

/* How a SIS may say refusals: of 1.1 alone, the default is that of the version. */
static const struct {
	const char *envelope, *schema;
} shapes[] = {
	{ "version", "statusInfoSet-body" },
	{ "v10",     "errors-body" },
	{ "v12",     "imsx_StatusInfo-body" },
};
/* clang-format on */

struct run {
	char *folder;
	FILE *answers;
	struct server server;
	char limited[2][160]; /* headers with a token for one scope: of 1.1, of 1.2 */
};

/* Notes an answer for the validator. */
static void note(struct run *run, const struct document *document, const char *schema,
		 const char *request, const struct answer *answer)
{
	json_t *line = json_pack("{s:s, s:s, s:s, s:O}", "document", document->name, "schema",
				 schema, "request", request, "body", answer->json);

	ck_assert_msg(line != NULL, "%s: %ld, no JSON: %s", request, answer->status, answer->body);

	char *text = jsonx_dump(line);

	fprintf(run->answers, "%s\n", text);
	free(text);
	json_decref(line);
}

/* Asks below the root of @service; the request is named in failures. */
static void ask(struct run *run, const struct document *document, enum service service,
		const char *header, const char *method, const char *target, const char *body,
		struct answer *answer)
{
	char *url = xformat("%s%s%s", run->server.url, service_root(service, document->version),
			    target);

	http(answer, method, url,
	     (const char *[]){ "Content-Type: application/json", header, NULL }, body);
	free(url);
}

/* The path of an operation with the ids of the table. Returns (free). */
static char *path_of(const struct operation *operation)
{
	struct str out = STR_INIT;
	const char *path = operation->path, *brace;

	for (size_t i = 0; (brace = strchr(path, '{')); i++) {
		const char *name = collection_before(operation, i)->name, *id = NULL;

		for (size_t k = 0; k < ARRAY_SIZE(ids); k++)
			if (strcmp(ids[k].collection, name) == 0)
				id = ids[k].id;
		ck_assert_msg(id != NULL, "%s: no id for %s", operation->name, name);
		str_add_bytes(&out, path, (size_t)(brace - path));
		str_add(&out, id);
		path = strchr(brace, '}') + 1;
	}
	str_add(&out, path);
	return str_take(&out, NULL);
}

/* As the headers of describe.h name the envelopes. */
static char *body_name(const struct entity *entity, bool many)
{
	bool alike = strcmp(entity->singular, entity->plural) == 0;

	return xformat("%s%s-body", many ? entity->plural : entity->singular,
		       many && alike ? "-set" : "");
}

static bool is_in(const struct document *document, const struct operation *operation)
{
	return operation_is_in(operation, document->version) &&
	       service_has(document->service, operation->service);
}

/* One operation; @body may be NULL. The answer must have @status. */
static void perform(struct run *run, const struct document *document,
		    const struct operation *operation, const char *body, long status,
		    struct answer *answer)
{
	char *path = path_of(operation);

	if (operation->action == READ_MANY) {
		char *all = xformat("%s?limit=10000", path);

		free(path);
		path = all;
	}
	ask(run, document, operation->service, run->server.bearer, method_name(operation->method),
	    path, body, answer);
	ck_assert_msg(answer->status == status, "%s %s: %ld %s", document->name, operation->name,
		      answer->status, answer->body);
	free(path);
}

static void read_all(struct run *run, const struct document *document)
{
	for (size_t i = 0; i < operation_count; i++) {
		bool many = operations[i].action == READ_MANY;
		struct answer answer;

		if (operations[i].method != GET || !is_in(document, &operations[i]))
			continue;
		perform(run, document, &operations[i], NULL, 200, &answer);

		const json_t *list = json_object_get(answer.json, operations[i].entity->plural);
		char *schema = body_name(operations[i].entity, many);

		ck_assert_msg(!many || json_array_size(list) > 0,
			      "%s %s: empty, so nothing is checked", document->name,
			      operations[i].name);
		note(run, document, schema, operations[i].name, &answer);
		free(schema);
		answer_release(&answer);
	}
}

/* What GET answers can be PUT back; this provider answers with the object. */
static void write_all(struct run *run, const struct document *document)
{
	for (size_t i = 0; i < operation_count; i++) {
		const struct operation *operation = &operations[i];
		struct operation read = *operation;
		struct answer answer, written;

		if (operation->action != WRITE_ONE || !is_in(document, operation))
			continue;
		read.method = GET;
		read.action = READ_ONE;
		perform(run, document, &read, NULL, 200, &answer);
		perform(run, document, operation, answer.body, 200, &written);

		char *schema = body_name(operation->entity, false);

		note(run, document, schema, operation->name, &written);
		free(schema);
		answer_release(&answer);
		answer_release(&written);
	}
}

static void post_all(struct run *run, const struct document *document)
{
	for (size_t i = 0; i < operation_count; i++) {
		const struct operation *operation = &operations[i];
		char *single = xformat("get%c%s", operation->entity->singular[0] - 'a' + 'A',
				       operation->entity->singular + 1);
		const struct operation *read = operation_find(single);
		struct answer answer, posted;

		free(single);
		if (operation->action != POST_MANY || !is_in(document, operation))
			continue;
		ck_assert_ptr_nonnull(read);
		perform(run, document, read, NULL, 200, &answer);

		json_t *object = json_object_get(answer.json, operation->entity->singular);
		json_t *list = json_pack("{s:[O]}", operation->entity->plural, object);

		json_object_set_new(object, "sourcedId", json_string("temporary"));

		char *body = jsonx_dump(list);

		perform(run, document, operation, body, 201, &posted);
		note(run, document, "sourcedIdPairs-body", operation->name, &posted);
		free(body);
		json_decref(list);
		answer_release(&answer);
		answer_release(&posted);
	}
}

/* @shape, of 1.1, is what the body must be in particular; NULL: any. */
static void refuse_all(struct run *run, const struct document *document, const char *shape)
{

	for (size_t i = 0; i < ARRAY_SIZE(refusals); i++) {
		enum service service = refusals[i].service;
		const char *header = refusals[i].credential == FULL ? run->server.bearer
				     : refusals[i].credential == LIMITED
					     ? run->limited[document->version == V12]
					     : NULL;
		struct answer answer;

		if (!(refusals[i].in & document->version) ||
		    (service != EVERY_SERVICE && !service_has(document->service, service)))
			continue;
		if (service == EVERY_SERVICE)
			service = document->service == EVERY_SERVICE ? ROSTERING
								     : document->service;

		char *request = xformat("%s %s", refusals[i].method, refusals[i].target);

		ask(run, document, service, header, refusals[i].method, refusals[i].target,
		    refusals[i].body, &answer);
		ck_assert_msg(answer.status == refusals[i].status, "%s %s: %ld, not %ld: %s",
			      document->name, request, answer.status, refusals[i].status,
			      answer.body);
		note(run, document, "status-body", request, &answer);
		if (shape)
			note(run, document, shape, request, &answer);
		free(request);
		answer_release(&answer);
	}
}

/* 1.1 answers an unknown sort field with all data and a warning beside it. */
static void warn(struct run *run)
{
	struct answer answer;

	api(&answer, &run->server, "GET", "/orgs?sort=nonsense", NULL);
	ck_assert_int_eq(answer.status, 200);
	note(run, V1P1, "orgs-body", "GET /orgs?sort=nonsense", &answer);
	note(run, V1P1, "statusInfoSet-body", "GET /orgs?sort=nonsense", &answer);
	answer_release(&answer);
}

static void write_documents(const struct run *run)
{
	for (size_t i = 0; i < ARRAY_SIZE(documents); i++) {
		const char *args[] = { "describe",  "json-schema",
				       "--version", version_name(documents[i].version),
				       NULL,        NULL,
				       NULL };
		struct outcome outcome;
		char *name = xformat("%s.json", documents[i].name);

		if (documents[i].service != EVERY_SERVICE) {
			args[4] = "--service";
			args[5] = service_name(documents[i].service);
		}
		run_mocksis(&outcome, 20, args);
		ck_assert_msg(outcome.status == 0, "%s", outcome.err);
		file_put(run->folder, name, outcome.out);
		outcome_release(&outcome);
		free(name);
	}
}

static void put_object(struct store *store, const struct entity *entity, const json_t *object)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct record record;
	bool created;

	ck_assert_msg(record_from_json(&record, entity, BOTH, object, "", &arena, &err), "%s: %s",
		      entity->plural, err.text);
	record_set_int(&record, "dateLastModified", 1794848400000);
	ck_assert_msg(conn_begin(store_conn(store), true, &err) &&
			      rows_put(store_conn(store), &record, &created, &err) &&
			      conn_commit(store_conn(store), &err),
		      "%s", err.text);
	arena_release(&arena);
}

/* The demo district, and an object of each kind with every member. Returns (free). */
static char *make_database(const char *folder)
{
	char *db = xformat("%s/schema.db", folder), *demo = fixture("roster/demo");
	struct outcome outcome;
	struct err err = ERR_INIT;
	const char *plural;
	const json_t *list, *object;
	size_t i;

	run_mocksis(&outcome, 60, (const char *[]){ "import", demo, "--db", db, NULL });
	ck_assert_msg(outcome.status <= 1, "%s", outcome.err);
	outcome_release(&outcome);
	free(demo);

	json_t *objects = jsonx_load_file(OBJECTS, &err);
	struct store *store = objects ? store_open(db, &err) : NULL;

	ck_assert_msg(store != NULL, "%s", err.text);
	json_object_foreach (objects, plural, list)
		json_array_foreach (list, i, object)
			put_object(store, entity_by_plural(plural), object);
	store_close(store);
	json_decref(objects);
	return db;
}

/* A token that is good for one scope, as a header. */
static void get_limited(struct run *run, unsigned version)
{
	char *url = xformat("%s/oauth2/token", run->server.url);
	char *body = xformat("grant_type=client_credentials&client_id=test-client&"
			     "client_secret=test-secret&scope=https://purl.imsglobal.org/spec/or/"
			     "v1p%c/scope/gradebook.delete",
			     version == V12 ? '2' : '1');
	struct answer answer;

	http(&answer, "POST", url,
	     (const char *[]){ "Content-Type: application/x-www-form-urlencoded", NULL }, body);
	ck_assert_msg(answer.status == 200, "%s", answer.body);
	snprintf(run->limited[version == V12], sizeof run->limited[0], "Authorization: Bearer %s",
		 jsonx_text(answer.json, "access_token"));
	answer_release(&answer);
	free(url);
	free(body);
}

static void start(struct run *run, const char *db, const char *envelope)
{
	char *profile = xformat("%s/%s.profile", run->folder, envelope);
	char *text = xformat("{\"name\": \"schema\", \"title\": \"Schema\", \"extends\": "
			     "\"standard\", \"quirks\": {\"put.returns_object\": true, "
			     "\"error.envelope\": \"%s\"}}",
			     envelope);
	char *name = xformat("%s.profile", envelope);

	file_put(run->folder, name, text);
	server_start_bare(&run->server, (const char *[]){ "--db", db, "--credential", CREDENTIAL,
							  "--profile", profile, NULL });
	get_limited(run, V11);
	get_limited(run, V12);
	free(profile);
	free(text);
	free(name);
}

/* What the validator says is the message of the failure. */
static void validate(const struct run *run)
{
	char *line = xformat(VALIDATE, run->folder);
	struct str said = STR_INIT;
	char chunk[1024];
	FILE *pipe = popen(line, "r");

	ck_assert_ptr_nonnull(pipe);
	while (fgets(chunk, sizeof chunk, pipe))
		str_add(&said, chunk);
	ck_assert_msg(pclose(pipe) == 0, "%s", str_text(&said));
	str_release(&said);
	free(line);
}

static void answer_all(struct run *run)
{
	warn(run);
	for (size_t i = 0; i < ARRAY_SIZE(documents); i++) {
		read_all(run, &documents[i]);
		write_all(run, &documents[i]);
		post_all(run, &documents[i]);
		if (&documents[i] != V1P1)
			refuse_all(run, &documents[i], NULL);
	}
}

START_TEST(every_answer_fits_its_schema)
{
	struct run run = { .folder = folder_make() };
	char *path = xformat("%s/answers.jsonl", run.folder);
	char *db = make_database(run.folder);

	run.answers = fopen(path, "w");
	ck_assert_ptr_nonnull(run.answers);
	write_documents(&run);
	for (size_t i = 0; i < ARRAY_SIZE(shapes); i++) {
		start(&run, db, shapes[i].envelope);
		refuse_all(&run, V1P1, shapes[i].schema);
		if (i == 0)
			answer_all(&run);
		server_stop(&run.server);
	}
	fclose(run.answers);
	validate(&run);
	folder_remove(run.folder);
	free(path);
	free(db);
}
END_TEST

Suite *schema_suite(void);
Suite *schema_suite(void)
{
	Suite *suite = suite_create("schema");
	TCase *tc = tcase_create("schema");

	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, every_answer_fits_its_schema);
	suite_add_tcase(suite, tc);
	return suite;
}
