/*
 * script.c - steps of a client, sent as bytes.
 */
#include "tests/http/script.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/jsonx.h"
#include "base/oauth1.h"
#include "tests/http/wire.h"

#define WORDS 4
#define ROOT "/ims/oneroster/v1p1"

static const char *const sound[] = {
	"token",         "categories", "lineItems",
	"lineItem li-1", "results",    "result r-1 li-1 student-001",
};

/* A request before it is sent. */
struct draft {
	const char *method;
	char *target; /* of the whole server */
	json_t *body; /* of a PUT; NULL: none */
	json_t *headers;
};

void box_make(struct box *box, const struct server *server, const char *name)
{
	char *body = xformat("{\"name\":\"%s\"}", name);
	struct answer answer;
	const json_t *credential;

	*box = (struct box){ .server = server };
	admin(&answer, server, "POST", "/sandboxes", body);
	ck_assert_msg(answer.status == 201, "%s: %s", name, answer.body);
	credential = json_array_get(json_object_get(answer.json, "credentials"), 0);
	snprintf(box->name, sizeof box->name, "%s", name);
	snprintf(box->id, sizeof box->id, "%s", jsonx_text(credential, "id"));
	snprintf(box->secret, sizeof box->secret, "%s", jsonx_text(credential, "secret"));
	answer_release(&answer);
	free(body);
}

void box_free(struct box *box)
{
	char *target = xformat("/sandboxes/%s", box->name);

	admin_status(box->server, "DELETE", target, NULL);
	free(target);
}

static void set_up(const struct box *box, const char *method, const char *what, json_t *document)
{
	char *target = xformat("/sandboxes/%s/%s", box->name, what);
	char *text = jsonx_dump(document);

	ck_assert_msg(admin_status(box->server, method, target, text) < 300, "%s: %s", target,
		      text);
	free(text);
	free(target);
	json_decref(document);
}

static json_t *reference(const char *collection, const char *id, const char *type)
{
	char *href = xformat("http://sis.example.org" ROOT "/%s/%s", collection, id);
	json_t *reference = json_pack("{ss,ss,ss}", "href", href, "sourcedId", id, "type", type);

	free(href);
	return reference;
}

/* As Canvas sends them by default. */
static json_t *line_item(const char *id)
{
	char *title = xformat("Quiz %s", id);
	json_t *body = json_pack(
		"{s{ss,ss,ss,ss,si,si,ss,ss,s{ss},so,so,sn}}", "lineItem", "sourcedId", id,
		"status", "active", "title", title, "description", "Imported from Canvas",
		"resultValueMax", 10, "resultValueMin", 0, "assignDate", "2026-11-20T12:00:00.000Z",
		"dueDate", "2026-11-20T12:00:00.000Z", "metadata", "vendorId", "", "class",
		reference("classes", "class-alg-1", "class"), "category",
		reference("categories", "cat-homework", "category"), "gradingPeriod");

	free(title);
	return body;
}

static json_t *result(const char *id, const char *of, const char *student)
{
	return json_pack("{s{ss,so,so,ss,sf}}", "result", "sourcedId", id, "lineItem",
			 reference("lineItems", of, "lineItem"), "student",
			 reference("students", student, "student"), "scoreStatus", "fully graded",
			 "score", 8.5);
}

static char *below(const struct box *box, const char *path)
{
	return xformat("/sandboxes/%s" ROOT "%s", box->name, path);
}

static void draft_put(struct draft *draft, const struct box *box, const char *collection,
		      const char *id, json_t *body)
{
	char *path = xformat("/%s/%s", collection, id);

	draft->method = "PUT";
	draft->target = below(box, path);
	draft->body = body;
	json_object_set_new(draft->headers, "Content-Type", json_string("application/json"));
	free(path);
}

static void draft_token(struct draft *draft, const struct box *box)
{
	char *pair = xformat("%s:%s", box->id, box->secret);
	char *basic = base64_encode(pair, strlen(pair)), *header = xformat("Basic %s", basic);

	draft->method = "POST";
	draft->target = xformat("/sandboxes/%s/oauth2/token", box->name);
	json_object_set_new(draft->headers, "Authorization", json_string(header));
	json_object_set_new(draft->headers, "Content-Type",
			    json_string("application/x-www-form-urlencoded"));
	free(pair);
	free(basic);
	free(header);
}

/* The sound request of a step. */
static void draft_make(struct draft *draft, const struct box *box, const char *const words[WORDS],
		       const char *step)
{
	static const struct {
		const char *word, *path;
	} reads[] = {
		{ "categories", "/categories?limit=100" },
		{ "lineItems", "/classes/class-alg-1/lineItems?limit=100" },
		{ "results", "/classes/class-alg-1/results?limit=100" },
	};

	*draft = (struct draft){ .method = "GET", .headers = json_object() };
	json_object_set_new(draft->headers, "Authorization", json_string(box->bearer));
	for (size_t i = 0; i < ARRAY_SIZE(reads); i++)
		if (strcmp(words[0], reads[i].word) == 0)
			draft->target = below(box, reads[i].path);
	if (strcmp(words[0], "token") == 0)
		draft_token(draft, box);
	else if (strcmp(words[0], "lineItem") == 0)
		draft_put(draft, box, "lineItems", words[1], line_item(words[1]));
	else if (strcmp(words[0], "result") == 0)
		draft_put(draft, box, "results", words[1], result(words[1], words[2], words[3]));
	else if (strcmp(words[0], "GET") == 0)
		draft->target = below(box, words[1]);
	ck_assert_msg(draft->target != NULL, "no such step: %s", step);
}

static void change(struct draft *draft, const json_t *step)
{
	json_t *object = json_object_iter_value(json_object_iter(draft->body)), *value;
	const char *key;

	json_object_foreach (json_object_get(step, "change"), key, value)
		if (same_text(json_string_value(value), "omit"))
			json_object_del(object, key);
		else
			json_object_set(object, key, value);
	json_object_foreach (json_object_get(step, "headers"), key, value)
		if (json_is_null(value))
			json_object_del(draft->headers, key);
		else
			json_object_set(draft->headers, key, value);
}

static void sign(struct draft *draft, const struct box *box, const json_t *how)
{
	const char *secret = jsonx_text(how, "secret");
	char *text = xformat("%s%s", box->server->url, draft->target);
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	const char *header = NULL;
	struct url url;

	if (url_parse(&arena, text, &url, &err))
		header = oauth1_header(&arena, draft->method, &url, box->id,
				       secret ? secret : box->secret, HASH_SHA256,
				       jsonx_text(how, "nonce"), time(NULL) + jsonx_int(how, "off"),
				       &err);
	ck_assert_msg(header != NULL, "%s", err.text);
	json_object_set_new(draft->headers, "Authorization", json_string(header));
	arena_release(&arena);
	free(text);
}

static char *header_lines(const json_t *headers)
{
	struct str lines = STR_INIT;
	const char *key;
	json_t *value;

	json_object_foreach ((json_t *)(uintptr_t)headers, key, value)
		str_format(&lines, "%s: %s\r\n", key, json_string_value(value));
	return lines.length ? str_take(&lines, NULL) : xstrdup("");
}

static void send_draft(struct box *box, const struct draft *draft, const char *raw)
{
	bool token = strstr(draft->target, "/oauth2/token") != NULL;
	char *lines = header_lines(draft->headers);
	char *body = raw           ? xstrdup(raw)
		     : token       ? xstrdup("grant_type=client_credentials")
		     : draft->body ? jsonx_dump(draft->body)
				   : NULL;
	struct server plain = *box->server;
	const char *given;
	struct reply reply;

	plain.bearer[0] = '\0';
	wire_send(&reply, &plain, draft->method, draft->target, lines, body);
	ck_assert_msg(*reply.raw, "%s %s: no answer", draft->method, draft->target);
	given = token ? jsonx_text(reply.json, "access_token") : NULL;
	if (given)
		snprintf(box->bearer, sizeof box->bearer, "Bearer %s", given);
	reply_release(&reply);
	free(lines);
	free(body);
}

/* @step: a text, or an object with the text as `step`. */
static void play(struct box *box, const json_t *step, const char *text)
{
	char *copy = xstrdup(text), *at = copy;
	const char *words[WORDS] = { copy, "", "", "" };
	struct draft draft;

	for (size_t i = 0; i < WORDS && at; i++)
		words[i] = strsep(&at, " ");
	if (strcmp(words[0], "wait") == 0) {
		usleep((useconds_t)strtol(words[1], NULL, 10) * 1000);
	} else {
		draft_make(&draft, box, words, text);
		if (json_object_get(step, "sign"))
			sign(&draft, box, json_object_get(step, "sign"));
		change(&draft, step);
		send_draft(box, &draft, jsonx_text(step, "body"));
		json_decref(draft.headers);
		json_decref(draft.body);
		free(draft.target);
	}
	free(copy);
}

void script_play(struct box *box, const json_t *script)
{
	json_t *quirks = json_object_get(script, "quirks"), *faults;
	const json_t *step;
	size_t i;

	faults = json_object_get(script, "faults");
	if (quirks)
		set_up(box, "PATCH", "profile", json_pack("{sO}", "quirks", quirks));
	if (faults)
		set_up(box, "PUT", "faults", json_incref(faults));
	json_array_foreach (json_object_get(script, "steps"), i, step) {
		const char *text = json_is_string(step) ? json_string_value(step)
							: jsonx_text(step, "step");

		if (strcmp(text, "sound") != 0)
			play(box, step, text);
		for (size_t k = 0; strcmp(text, "sound") == 0 && k < ARRAY_SIZE(sound); k++)
			play(box, NULL, sound[k]);
	}
}
