/*
 * client.c - the Canvas side of a lab.
 */
#include "conformance/lab/client.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/when.h"
#include "conformance/canvas/answer.h"
#include "conformance/canvas/ledger.h"
#include "conformance/canvas/sync.h"

#define SELECTED_MOST 64

bool client_connection(const struct lab *lab, struct connection *connection, struct err *err)
{
	char *path = xformat("%s%s/" LAB_CONNECTION, strchr(lab->folder, '/') ? "" : "./",
			     lab->folder);
	bool good = connection_load(connection, path, err);

	free(path);
	return good;
}

bool client_set_connection(const struct lab *lab, const json_t *members, struct err *err)
{
	json_t *before = lab_read(lab, LAB_CONNECTION, err);
	json_t *after = before ? json_deep_copy(before) : NULL;
	struct connection connection = { 0 };
	bool good = after && json_object_update(after, (json_t *)(uintptr_t)members) == 0 &&
		    lab_write(lab, LAB_CONNECTION, after, err);

	if (good && !client_connection(lab, &connection, err)) {
		struct err ignored = ERR_INIT;

		good = false;
		if (!lab_write(lab, LAB_CONNECTION, before, &ignored))
			*err = ignored;
	}
	connection_release(&connection);
	json_decref(before);
	json_decref(after);
	return good;
}

bool client_set(const struct lab *lab, const json_t *members, struct err *err)
{
	json_t *file = lab_read(lab, LAB_CLIENT, err);
	bool good = file &&
		    json_object_update(json_object_get(file, "sync"),
				       (json_t *)(uintptr_t)members) == 0 &&
		    lab_write(lab, LAB_CLIENT, file, err);

	json_decref(file);
	return good;
}

char *client_get(const struct lab *lab, const char *name, struct err *err)
{
	json_t *file = lab_read(lab, LAB_CLIENT, err);
	char *text = xstrdup(jsonx_text(json_object_get(file, "sync"), name));

	json_decref(file);
	return text;
}

/* What a sync needs, opened one after the other. */
struct client {
	struct connection connection;
	struct course course;
	struct ledger *ledger;
	struct transport *transport;
	char *sis, *credential;
};

static bool open_transport(const struct lab *lab, struct client *client, struct err *err)
{
	struct transport_config config = { .auth = TRANSPORT_OAUTH2 };

	client->sis = client_get(lab, "sis", err);
	client->credential = client_get(lab, "credential", err);
	if (!client->sis || !client->credential)
		return err_set(err, ERR_INVALID,
			       "%s/" LAB_CLIENT " names no sis or no credential; mocksis lab reset "
			       "writes it anew",
			       lab->folder);
	config.sis = client->sis;
	config.credential = client->credential;
	config.scopes = client->connection.scopes;
	config.headers = client->connection.headers;
	config.timeout_s = (int)client->connection.timeout;
	config.concurrency = (int)client->connection.concurrency;
	config.retries = (int)client->connection.retries;
	client->transport = transport_new(&config, err);
	return client->transport != NULL;
}

static bool client_open(const struct lab *lab, struct client *client, struct err *err)
{
	*client = (struct client){ 0 };
	return client_connection(lab, &client->connection, err) && open_transport(lab, client, err);
}

static bool open_course(const struct lab *lab, struct client *client, struct err *err)
{
	char *course = lab_path(lab, LAB_COURSE), *state = lab_course_path(lab, LAB_LEDGER);

	if (course_load(&client->course, course, &client->connection, err))
		client->ledger = ledger_open(state, err);
	if (client->ledger && !ledger_claim(client->ledger, state, err)) {
		ledger_close(client->ledger);
		client->ledger = NULL;
	}
	free(course);
	free(state);
	return client->ledger != NULL;
}

static void client_close(struct client *client)
{
	ledger_close(client->ledger);
	transport_free(client->transport);
	course_release(&client->course);
	connection_release(&client->connection);
	free(client->sis);
	free(client->credential);
}

/* "10301,10302": each id is kept in @ids. */
static void add_selected(const char *text, json_t *ids)
{
	for (const char *at = text; *at;) {
		size_t length = strcspn(at, ",");

		if (length)
			json_array_append_new(ids, json_stringn(at, length));
		at += length + (at[length] == ',');
	}
}

/* The flags that are of use in a lab. What @selected points to lives in @ids. */
static bool read_flags(const json_t *flags, struct sync_options *options, json_t *ids,
		       const char *selected[static SELECTED_MOST], struct err *err)
{
	for (size_t i = 0; i < json_array_size(flags); i++) {
		const char *flag = json_string_value(json_array_get(flags, i));

		if (strcmp(flag, "--remaster") == 0)
			options->remaster = true;
		else if (strcmp(flag, "--clear-integration") == 0)
			options->clear_integration = true;
		else if (strcmp(flag, "--select") == 0 && i + 1 < json_array_size(flags))
			add_selected(json_string_value(json_array_get(flags, ++i)), ids);
		else
			return err_set(err, ERR_INVALID,
				       "a sync before the lab knows --remaster, "
				       "--clear-integration and --select ID, not %s",
				       flag);
	}
	for (size_t i = 0; i < json_array_size(ids) && i < SELECTED_MOST; i++)
		selected[options->select_count++] = json_string_value(json_array_get(ids, i));
	options->select = options->select_count ? selected : NULL;
	return true;
}

static bool read_now(const struct lab *lab, int64_t *now, struct err *err)
{
	char *text = client_get(lab, "now", err);
	bool good = text && when_parse(text, now, NULL);

	free(text);
	return good ||
	       err_set(err, ERR_INVALID, "%s/" LAB_CLIENT ": /sync/now is no time", lab->folder);
}

json_t *client_sync(const struct lab *lab, const json_t *flags, struct random *random,
		    struct err *err)
{
	const char *selected[SELECTED_MOST];
	struct client client;
	struct sync_options options = { .dictionary = lab->library->dictionary, .random = random };
	json_t *report = NULL, *ids = json_array();

	if (client_open(lab, &client, err) && open_course(lab, &client, err) &&
	    read_flags(flags, &options, ids, selected, err) && read_now(lab, &options.now, err)) {
		options.connection = &client.connection;
		options.course = &client.course;
		options.ledger = client.ledger;
		options.transport = client.transport;
		if (!sync_run(&options, &report, err)) {
			json_decref(report);
			report = NULL;
		}
	}
	client_close(&client);
	json_decref(ids);
	return report;
}

bool client_request(const struct lab *lab, const json_t *request, struct err *err)
{
	const json_t *body = json_object_get(request, "body");
	struct client client;
	struct call call = { .method = jsonx_text(request, "method") };
	bool good = client_open(lab, &client, err) && transport_connect(client.transport, err);

	if (good) {
		call.target = xstrdup(jsonx_text(request, "target"));
		call.body = body ? jsonx_dump(body) : NULL;
		transport_call(client.transport, &call);
		if (!answer_is_success(&call)) {
			char *text = call.answered ? answer_text(&call) : xstrdup(call.error);

			good = err_set(err, ERR_INVALID, "%s %s: HTTP %ld: %s", call.method,
				       call.target, call.status, text);
			free(text);
		}
		call_release(&call);
	}
	client_close(&client);
	return good;
}
