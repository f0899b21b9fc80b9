/*
 * server.c - the product's server and the bare one.
 */
#include "tests/bench/server.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/jsonx.h"
#include "base/when.h"

#define START_MS 60000
#define ARGUMENTS 40

int server_cpu(const struct bench *bench)
{
	return bench->cpus > 1 ? 0 : CPU_ANY;
}

int client_cpu(const struct bench *bench)
{
	return bench->cpus > 1 ? 1 : CPU_ANY;
}

/* Reads "listening on http://HOST:PORT". */
static bool read_port(struct server *server, const char *log, struct err *err)
{
	char text[1024] = "";
	size_t length = 0;
	int64_t until = when_monotonic_us() + START_MS * 1000LL;
	const char *colon;

	while (!strchr(text, '\n') && when_monotonic_us() < until) {
		struct pollfd fd = { .fd = server->process.out, .events = POLLIN };
		ssize_t got = 0;

		if (poll(&fd, 1, 100) > 0) {
			got = read(fd.fd, text + length, sizeof text - 1 - length);
			if (got <= 0)
				break;
		}
		length += (size_t)got;
		text[length] = '\0';
	}
	text[strcspn(text, "\n")] = '\0';
	colon = strrchr(text, ':');
	server->port = colon ? (int)strtol(colon + 1, NULL, 10) : 0;
	return server->port > 0 ||
	       err_set(err, ERR_ENVIRONMENT, "a server does not start; %s says why", log);
}

static bool get_token(struct server *server, struct err *err)
{
	char *request = request_text("POST", "/oauth2/token", NULL,
				     "{\"grant_type\":\"client_credentials\","
				     "\"client_id\":\"bench\","
				     "\"client_secret\":\"bench-secret\"}");
	struct client client;
	struct reply reply;
	struct err why = ERR_INIT;
	bool good = client_open(&client, server->port, err);

	if (good && client_ask(&client, request, strlen(request), &reply, err)) {
		json_t *json = jsonx_load(reply.body, reply.length, &why);
		const char *token = jsonx_text(json, "access_token");

		if (token)
			snprintf(server->token, sizeof server->token, "%s", token);
		else
			err_set(err, ERR_UNREACHABLE, "no token: %d %.200s", reply.status,
				reply.body);
		json_decref(json);
	}
	client_close(&client);
	free(request);
	return err->code == ERR_NONE;
}

static bool has_word_in(const char *const words[], const char *a, const char *b)
{
	for (size_t i = 0; words && words[i]; i++)
		if (strcmp(words[i], a) == 0 && words[i + 1] && strcmp(words[i + 1], b) == 0)
			return true;
	return false;
}

bool server_start(const struct bench *bench, struct server *server, const char *db,
		  const char *const more[], int cpu, struct err *err)
{
	const char *argv[ARGUMENTS] = {
		bench->program,  "serve",      "--listen",     "127.0.0.1:0",
		"--db",          db,           "--credential", SERVER_CREDENTIAL,
		"--admin-token", SERVER_ADMIN, "--validation", "lenient",
		"--log-level",   "warning"
	};
	char *log = bench_path(bench, "server.log");
	size_t n = 14;

	if (bench->has_durability) {
		argv[n++] = "--durability";
		argv[n++] = "full";
	}
	for (size_t i = 0; more && more[i] && n < ARGUMENTS - 1; i++)
		argv[n++] = more[i];
	*server = (struct server){ .port = 0 };

	bool good = process_start(&server->process, argv, cpu, log, err) &&
		    read_port(server, log, err) &&
		    (has_word_in(more, "--auth", "none") || get_token(server, err));

	free(log);
	if (!good)
		server_stop(server);
	return good;
}

void server_stop(struct server *server)
{
	process_end(&server->process, SIGTERM);
}

bool server_admin(const struct server *server, const char *method, const char *path,
		  const char *body, struct err *err)
{
	char *target = xformat("/admin%s", path);
	char *request = request_text(method, target, SERVER_ADMIN, body);
	struct client client;
	struct reply reply;
	bool good = client_open(&client, server->port, err) &&
		    client_ask_well(&client, request, strlen(request), &reply, err);

	client_close(&client);
	free(request);
	free(target);
	return good;
}

char *put_body(const struct shape *shape, int64_t row, const char *score)
{
	struct result_row result;

	row_result(shape, row, &result);
	return xformat("{\"result\":{\"sourcedId\":\"%s\",\"status\":\"active\","
		       "\"dateLastModified\":\"2026-03-02T10:00:00.000Z\","
		       "\"lineItem\":{\"href\":\"http://127.0.0.1" ROOT
		       "/lineItems/%s\",\"sourcedId\":\"%s\",\"type\":\"lineItem\"},"
		       "\"student\":{\"href\":\"http://127.0.0.1" ROOT
		       "/users/%s\",\"sourcedId\":\"%s\",\"type\":\"user\"},"
		       "\"scoreStatus\":\"" SCORE_STATUS
		       "\",\"score\":%s,\"scoreDate\":\"" SCORE_DATE "\"}}",
		       result.id, result.line_item, result.line_item, result.student,
		       result.student, score);
}

/* Status, headers and body into a file; what libmicrohttpd adds itself is left out. */
static bool record(const char *folder, const char *name, const struct reply *reply, struct err *err)
{
	char *path = path_join(folder, name);
	struct str text = STR_INIT;
	const char *at = reply->head, *end = reply->head + reply->head_length;

	str_format(&text, "%d\n", reply->status);
	while ((at = memchr(at, '\n', (size_t)(end - at)))) {
		size_t length = strcspn(++at, "\r");

		if (!starts_with(at, "Date:") && !starts_with(at, "Content-Length:") &&
		    !starts_with(at, "Connection:"))
			str_format(&text, "%.*s\n", (int)length, at);
	}
	str_add_char(&text, '\n');
	str_add_bytes(&text, reply->body, reply->length);

	bool good = file_write(path, str_text(&text), text.length, err);

	str_release(&text);
	free(path);
	return good;
}

static bool record_both(const char *folder, const struct server *model, int64_t rows,
			struct err *err)
{
	struct shape shape;
	char id[UUID_TEXT];
	struct client client;
	struct reply reply;

	shape_of(&shape, rows);
	row_id(RESULT, 1, id);

	char *target = xformat(ROOT "/results/%s", id), *body = put_body(&shape, 1, "10.5");
	char *get = request_text("GET", target, model->token, NULL);
	char *put = request_text("PUT", target, model->token, body);
	bool good = folder_create(folder, err) && client_open(&client, model->port, err);

	if (good)
		good = client_ask_well(&client, get, strlen(get), &reply, err) &&
		       record(folder, "get", &reply, err) &&
		       client_ask_well(&client, put, strlen(put), &reply, err) &&
		       record(folder, "put", &reply, err);
	client_close(&client);
	free(put);
	free(get);
	free(body);
	free(target);
	return good;
}

bool bare_start(const struct bench *bench, struct server *server, const struct server *model,
		int64_t rows, int cpu, struct err *err)
{
	char *folder = bench_path(bench, "answers"), *log = bench_path(bench, "server.log");
	char *program = path_join(bench->yards, "bare_http");
	const char *argv[] = { program, folder, NULL };

	*server = (struct server){ .port = 0 };
	/* its clients send a token like those of the product do */
	snprintf(server->token, sizeof server->token, "%s", model->token);

	bool good = record_both(folder, model, rows, err) &&
		    process_start(&server->process, argv, cpu, log, err) &&
		    read_port(server, log, err);

	free(program);
	free(log);
	free(folder);
	if (!good)
		server_stop(server);
	return good;
}
