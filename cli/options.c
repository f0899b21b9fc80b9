/*
 * options.c - the option table, and how values are found for it.
 *
 * A flag beats MOCKSIS_COMMAND_NAME, which beats MOCKSIS_NAME, which beats the
 * config file, which beats the preset.
 */
#include "cli/options.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"

/* clang-format off */
static const struct option_row rows[] = {
	{ "serve",  "listen",      "ADDR:PORT",    false, "127.0.0.1:8080", "where to listen; port 0 picks a free one, [::1]:0 is IPv6" },
	{ "serve",  "public-url",  "URL",          false, NULL,             "what href, Link and OAuth 1.0a use, in place of the Host header" },
	{ "serve",  "trust-proxy", NULL,           false, NULL,             "let Forwarded and X-Forwarded-* say what the client called us" },
	{ "serve",  "db",          "FILE",         false, "mocksis.db",     "SQLite file of the sandbox default, FILE.d holds the others; :memory: is thrown away at the end" },
	{ "serve",  "load",        "PATH",         true,  NULL,             "import on start when the database is empty: a folder or zip of OneRoster CSV, or the name of a bundled district" },
	{ "serve",  "empty",       NULL,           false, NULL,             "leave an empty database empty, without the demo district" },
	{ "serve",  "now",         "TIME",         false, "real time",      "start every sandbox's clock there (2026-11-16T17:00:00Z)" },
	{ "serve",  "profile",     "NAME|FILE",    false, "standard",       "the SIS to imitate; beats what the database remembers" },
	{ "serve",  "auth",        "MODE",         false, "any",            "none, oauth1, oauth2, or any of the two" },
	{ "serve",  "credential",  "ID:SECRET",    true,  "made at first start", "clients, in place of the stored ones" },
	{ "serve",  "admin-token", "TOKEN",        false, "made at start",  "guards the control API below /admin, which mocksis journal asks as well" },
	{ "serve",  "validation",  "MODE",         false, "of the profile", "lenient takes what real clients send, strict what the schema demands, report takes all and notes what strict would say" },
	{ "serve",  "durability",  "MODE",         false, "full",           "full: a write that was answered survives a power cut; normal: it survives the death of the process, and costs less" },
	{ "serve",  "journal-size", "N",           false, "10000",          "exchanges that each sandbox keeps in memory; 0 keeps none" },
	{ "serve",  "insecure",    NULL,           false, NULL,             "allow --auth none on an address that others can reach" },

	{ "sync",   "sis",         "URL",          false, NULL,             "the provider, up to /ims/oneroster or deeper" },
	{ "sync",   "credential",  "ID:SECRET",    false, NULL,             "client id and secret" },
	{ "sync",   "auth",        "MODE",         false, "oauth2",         "oauth1, oauth2 or none" },
	{ "sync",   "token-url",   "URL",          false, "/oauth2/token of the provider", "where to get a token" },
	{ "sync",   "connection",  "NAME|FILE",    false, "standard",       "settings of the client connection" },
	{ "sync",   "state",       "FILE",         false, "COURSE/.mocksis-state.db", "the ledger of what was sent" },
	{ "sync",   "select",      "ID,...",       true,  NULL,             "only these assignments" },
	{ "sync",   "remaster",    NULL,           false, NULL,             "send everything again: scores, statuses, assignment details" },
	{ "sync",   "clear-integration", NULL,     false, NULL,             "first forget which lineItems and results belong to this course" },
	{ "sync",   "dry-run",     NULL,           false, NULL,             "read, plan, print what would be sent; send nothing" },
	{ "sync",   "preflight",   NULL,           false, NULL,             "what Canvas would refuse at save, in its own words; contacts nobody" },
	{ "sync",   "history",     "[ID]",         false, NULL,             "past syncs of this course; with an ID, one in detail" },
	{ "sync",   "now",         "TIME",         false, "real time",      "the time that the sync takes for now" },
	{ "sync",   "no-explain",  NULL,           false, NULL,             "errors as the SIS tells them, without what the dictionary knows of them" },
	{ "sync",   "json",        NULL,           false, NULL,             "print the report as JSON" },
	{ "sync",   "trace",       "FILE",         false, NULL,             "write every exchange as a line of JSON, secrets left out" },

	{ "check",  "credential",  "ID:SECRET",    false, NULL,             "client id and secret" },
	{ "check",  "auth",        "MODE",         false, "oauth2",         "oauth1, oauth2 or none" },
	{ "check",  "token-url",   "URL",          false, "/oauth2/token of the provider", "where to get a token" },
	{ "check",  "connection",  "NAME|FILE",    false, "standard",       "settings of the client connection: headers, scopes, time-out; with --consumer what the client promised" },
	{ "check",  "suite",       "NAME",         true,  "all of them",    "which checks to run; --list names them" },
	{ "check",  "check",       "ID",           true,  "all of the suites", "only this check, or those that fit a pattern with * for anything" },
	{ "check",  "list",        NULL,           false, NULL,             "list the checks by suite, and end" },
	{ "check",  "dry-run",     NULL,           false, NULL,             "say which checks would run and which be skipped, and whether --expect is sound; contact nobody" },
	{ "check",  "read-only",   NULL,           false, NULL,             "never write; checks that have to are skipped" },
	{ "check",  "class",       "ID",           false, "the first with two students", "the class that may be written into" },
	{ "check",  "fail-on",     "LEVEL",        false, "error",          "exit 1 on error, or already on warning" },
	{ "check",  "expect",      "FILE",         false, NULL,             "failures that are known and do not fail the run; one that does not come true does" },
	{ "check",  "report",      "KIND=FILE",    true,  NULL,             "json, junit, tap, or html: one page that stands alone" },
	{ "check",  "all",         NULL,           false, NULL,             "print every check, not only what did not pass" },
	{ "check",  "time-limit",  "SECONDS",      false, "1800",           "of the whole run; what was not seen by then is an error" },
	{ "check",  "timeout",     "SECONDS",      false, "of the connection", "of a request" },
	{ "check",  "seed",        "N",            false, "from the kernel", "makes the ids of a run repeat" },
	{ "check",  "payload",     "FILE",         false, NULL,             "judge a file instead of a provider, as strictly as the schema; - is standard input" },
	{ "check",  "type",        "NAME",         false, "told by the wrapper", "of --payload: lineItem, result, ... or status, for the body of a refusal" },
	{ "check",  "version",     "VERSION",      false, "what the provider speaks", "1.1 or 1.2; of --payload: 1.1" },
	{ "check",  "repair",      NULL,           false, NULL,             "with --payload: print the sound form, and what was repaired on standard error" },
	{ "check",  "consumer",    "ADMIN_URL",    false, NULL,             "judge clients by what the journal of a mocksis serve holds of them; any URL of that server" },
	{ "check",  "sandbox",     "NAME",         false, "that of the URL, or default", "of --consumer: whose journal" },
	{ "check",  "admin-token", "TOKEN",        false, NULL,             "of --consumer: what mocksis serve prints at start" },
	{ "check",  "client",      "ID",           false, "each of them",   "of --consumer: only this client, by the id of its credential" },
	{ "check",  "json",        NULL,           false, NULL,             "print the report as JSON" },

	{ "generate", "students",  "N",            false, "1000",           "of a district: how many" },
	{ "generate", "results-per-student", "N",  false, "50",             "of a district: shared out over five classes of each student" },
	{ "generate", "class-size", "N",           false, "25",             "of a district: students of a class" },
	{ "generate", "canvas-courses", "N",       false, "1",              "of a district: Canvas courses, for the first N classes" },
	{ "generate", "assignments", "N",          false, "3",              "of a district: assignments of each Canvas course" },
	{ "generate", "from",      "URL",          false, NULL,             "in place of a district: the provider that has the class, up to /ims/oneroster or deeper" },
	{ "generate", "class",     "ID",           true,  NULL,             "with --from: sourcedId of the class; of several, each is a section of the course" },
	{ "generate", "version",   "VERSION",      false, "1.1",            "write, or with --from read, 1.1 or 1.2" },
	{ "generate", "credential", "ID:SECRET",   false, NULL,             "with --from: client id and secret" },
	{ "generate", "auth",      "MODE",         false, "oauth2",         "with --from: oauth1, oauth2 or none" },
	{ "generate", "token-url", "URL",          false, "/oauth2/token of the provider", "with --from: where to get a token" },
	{ "generate", "connection", "NAME|FILE",   false, "standard",       "settings of the client connection, those that sync will have" },
	{ "generate", "clean",     NULL,           false, NULL,             "with --from: only ordinary assignments, which no SIS has a reason to refuse" },
	{ "generate", "now",       "TIME",         false, "real time; of a district 2026-11-16T17:00:00Z", "due dates lie around it, in the open grading period; its school year is that of the district" },
	{ "generate", "timezone",  "ZONE",         false, "America/New_York", "of the course: assignments are due at 23:59 there" },
	{ "generate", "seed",      "N",            false, "1",              "other scores; of a district also other ids and names" },
	{ "generate", "force",     NULL,           false, NULL,             "replace what OUT holds already" },
	{ "generate", "json",      NULL,           false, NULL,             "print the report as JSON, with a list of the edge cases" },

	{ "import", "db",          "FILE",         false, "mocksis.db",     "SQLite file to load into" },
	{ "import", "strict",      NULL,           false, NULL,             "store nothing when there is any flaw" },
	{ "import", "dry-run",     NULL,           false, NULL,             "only report; store nothing" },
	{ "import", "rules",       NULL,           false, NULL,             "list what is reported as a flaw, and end" },
	{ "import", "now",         "TIME",         false, "real time",      "dateLastModified of rows that have none" },
	{ "import", "json",        NULL,           false, NULL,             "print the report as JSON" },

	{ "export", "db",          "FILE",         false, "mocksis.db",     "SQLite file to write out" },
	{ "export", "version",     "VERSION",      false, "1.2.1",          "of the binding: 1.1, 1.2 or 1.2.1" },
	{ "export", "bulk",        NULL,           false, NULL,             "what a district sends: active objects, nothing beyond the binding; says what is lost" },
	{ "export", "since",       "TIME",         false, NULL,             "only objects that were modified then or later" },
	{ "export", "json",        NULL,           false, NULL,             "print the report as JSON" },

	{ "explain", "sis",        "NAME",         false, NULL,             "only what this SIS says, and Canvas" },
	{ "explain", "list",       NULL,           false, NULL,             "list the codes and end; with --sis those of one SIS" },
	{ "explain", "json",       NULL,           false, NULL,             "print the answer as JSON" },

	{ "profiles", "validate",  "FILE",         false, NULL,             "say whether a profile of your own is sound, or what is wrong where" },
	{ "profiles", "switches",  NULL,           false, NULL,             "list all switches and faults that a profile can set" },
	{ "profiles", "markdown",  NULL,           false, NULL,             "with --switches: as the page docs/switches.md" },
	{ "profiles", "json",      NULL,           false, NULL,             "print as JSON; of one profile, everything inherited filled in" },

	{ "journal", "url",        "URL",          false, NULL,             "the server, http://127.0.0.1:8080, or any URL below it" },
	{ "journal", "admin-token", "TOKEN",       false, NULL,             "what mocksis serve prints at start" },
	{ "journal", "sandbox",    "NAME",         false, "that of the URL, or default", "whose exchanges" },
	{ "journal", "follow",     NULL,           false, NULL,             "wait for more, until interrupted" },
	{ "journal", "method",     "METHOD",       false, NULL,             "only this method" },
	{ "journal", "path",       "PATH",         false, NULL,             "only paths that begin so, or fit a pattern with * for anything" },
	{ "journal", "status",     "STATUS",       false, NULL,             "only this status: 404, or 4xx" },
	{ "journal", "operation",  "NAME",         false, NULL,             "only this operation, such as putLineItem" },
	{ "journal", "client",     "ID",           false, NULL,             "only this client: the id of its credential, or its address" },
	{ "journal", "since",      "ID|TIME",      false, NULL,             "only what came after this exchange, or from this time of the sandbox on" },
	{ "journal", "limit",      "N",            false, NULL,             "the last N; with --since the first N after it" },
	{ "journal", "json",       NULL,           false, NULL,             "print each exchange as a line of JSON" },
	{ "journal", "curl",       NULL,           false, NULL,             "print with each the curl line that repeats it" },

	{ "lab",    "url",         "URL",          false, "http://127.0.0.1:8080", "the mocksis serve that labs are made on; a lab that was started remembers it" },
	{ "lab",    "admin-token", "TOKEN",        false, NULL,             "what mocksis serve prints at start" },
	{ "lab",    "folder",      "DIR",          false, "./lab-ID; else of the lab started last", "where the lab is" },
	{ "lab",    "mode",        "MODE",         false, "verbatim",       "of start: verbatim, or bare, where the SIS refuses without a reason" },
	{ "lab",    "now",         "TIME",         false, "that of the lab", "of start: the time at which the clock stands" },
	{ "lab",    "guides",      "FILE",         false, "the bundled ones", "links of guides, channels and values of the provisioning tool" },
	{ "lab",    "assignment",  "NAME|ID",      false, NULL,             "of case: an assignment of the course that is an example" },
	{ "lab",    "student",     "SIS-ID",       false, NULL,             "of case: a student of the course who is an example" },
	{ "lab",    "teacher",     "NAME",         false, "those of the course", "of case: the teacher who is affected" },
	{ "lab",    "requester",   "TEXT",         false, "that of the lab", "of case: who asks" },
	{ "lab",    "expected",    "TEXT",         false, NULL,             "of case: what was expected" },
	{ "lab",    "actual",      "TEXT",         false, NULL,             "of case: what happened in its place" },
	{ "lab",    "tried",       "TEXT",         true,  NULL,             "of case: what was tried, and what came of it" },
	{ "lab",    "since",       "TIME",         false, "of the first such sync", "of case: since when" },
	{ "lab",    "scope",       "TEXT",         false, NULL,             "of case: one student, a section, a course, all" },
	{ "lab",    "screenshot",  "FILE",         true,  NULL,             "of case: a picture that goes with it; its name is noted" },
	{ "lab",    "json",        NULL,           false, NULL,             "print the answer as JSON" },

	{ "describe", "version",   "1.1|1.2",      false, "1.2; markdown: both", "the version of OneRoster" },
	{ "describe", "service",   "NAME",         false, "all of them",    "only rostering, gradebook or resources" },

	{ "help",   "man",         NULL,           false, NULL,             "print the manual page as troff" },

	{ "*",      "config",      "FILE",         false, NULL,             "JSON file, one object per command, keys as the flags" },
	{ "*",      "log-level",   "LEVEL",        false, "info",           "error, warning, info or debug" },
	{ "*",      "help",        NULL,           false, NULL,             "explain the command" },
};
/* clang-format on */

static bool applies(const struct option_row *row, const struct command *command)
{
	return strcmp(row->command, "*") == 0 || strcmp(row->command, command->name) == 0;
}

static const struct option_row *find(const struct command *command, const char *name, size_t length)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (applies(&rows[i], command) && strlen(rows[i].name) == length &&
		    strncmp(rows[i].name, name, length) == 0)
			return &rows[i];
	return NULL;
}

static void add_value(struct options *options, const struct option_row *row, const char *value)
{
	json_t *list = json_object_get(options->values, row->name);

	if (!list || !row->repeatable) {
		list = json_array();
		json_object_set_new(options->values, row->name, list);
	}
	json_array_append_new(list, json_string(value));
}

static bool all_digits(const char *text)
{
	return text && *text && !text[strspn(text, "0123456789")];
}

/* One flag at argv[*at]; --name value, --name=value. */
static bool parse_flag(struct options *options, int argc, char **argv, int *at, struct err *err)
{
	const char *name = argv[*at] + 2, *equals = strchr(name, '=');
	size_t length = equals ? (size_t)(equals - name) : strlen(name);
	const struct option_row *row = find(options->command, name, length);
	const char *next = *at + 1 < argc ? argv[*at + 1] : NULL;
	const char *value = equals ? equals + 1 : NULL;

	if (!row)
		return err_set(err, ERR_INVALID,
			       "there is no flag --%.*s; mocksis %s --help lists "
			       "them",
			       (int)length, name, options->command->name);
	if (!row->argument) {
		if (value)
			return err_set(err, ERR_INVALID, "--%s takes no value", row->name);
		value = "";
	} else if (*row->argument == '[') {
		if (!value && all_digits(next))
			value = argv[++*at];
		value = value ? value : "";
	} else if (!value) {
		if (!next)
			return err_set(err, ERR_INVALID, "--%s needs a value: %s", row->name,
				       row->argument);
		value = argv[++*at];
	}
	if (!utf8_valid(value, strlen(value), NULL))
		return err_set(err, ERR_INVALID, "--%s: the value is not valid UTF-8", row->name);
	add_value(options, row, value);
	return true;
}

static bool parse_line(struct options *options, int argc, char **argv, struct err *err)
{
	bool flags = true;

	for (int i = 0; i < argc; i++) {
		if (flags && strcmp(argv[i], "--") == 0) {
			flags = false;
		} else if (flags && starts_with(argv[i], "--")) {
			if (!parse_flag(options, argc, argv, &i, err))
				return false;
		} else if (flags && strcmp(argv[i], "-h") == 0) {
			add_value(options, find(options->command, "help", 4), "");
		} else if (flags && argv[i][0] == '-' && argv[i][1]) {
			return err_set(err, ERR_INVALID, "there is no flag %s; flags begin with --",
				       argv[i]);
		} else {
			options->arguments[options->argument_count++] = argv[i];
		}
	}
	return true;
}

/* MOCKSIS_SERVE_PUBLIC_URL, else MOCKSIS_PUBLIC_URL. */
static const char *from_environment(const struct command *command, const char *name)
{
	for (int specific = 1; specific >= 0; specific--) {
		char *variable = xformat("MOCKSIS_%s%s%s", specific ? command->name : "",
					 specific ? "_" : "", name);

		for (char *c = variable; *c; c++)
			*c = *c == '-' ? '_' : (char)toupper((unsigned char)*c);

		const char *value = getenv(variable);

		free(variable);
		if (value)
			return value;
	}
	return NULL;
}

static void add_environment(struct options *options, const struct option_row *row)
{
	const char *value = from_environment(options->command, row->name);

	if (!value)
		return;
	if (!row->argument) { /* a switch: 0, no, false and nothing mean off */
		if (*value && strcmp(value, "0") != 0 && strcmp(value, "false") != 0 &&
		    strcmp(value, "no") != 0)
			add_value(options, row, "");
		return;
	}
	while (row->repeatable && *value) {
		size_t length = strcspn(value, "\n");
		char *line = xstrndup(value, length);

		if (*line)
			add_value(options, row, line);
		free(line);
		value += length + (value[length] == '\n');
	}
	if (!row->repeatable)
		add_value(options, row, value);
}

static bool add_config(struct options *options, const struct option_row *row, const json_t *value,
		       const char *file, struct err *err)
{
	const json_t *item;
	size_t i;
	char number[32];

	if (!row->argument && json_is_boolean(value)) {
		if (json_is_true(value))
			add_value(options, row, "");
		return true;
	}
	if (row->argument && json_is_string(value)) {
		add_value(options, row, json_string_value(value));
		return true;
	}
	if (row->argument && json_is_integer(value)) {
		snprintf(number, sizeof number, "%lld", (long long)json_integer_value(value));
		add_value(options, row, number);
		return true;
	}
	if (row->repeatable && json_is_array(value)) {
		json_array_foreach (value, i, item)
			if (!add_config(options, row, item, file, err))
				return false;
		return true;
	}
	return err_set(err, ERR_INVALID, "%s: /%s/%s: %s does not fit --%s", file,
		       options->command->name, row->name, jsonx_kind(value), row->name);
}

static bool read_config(struct options *options, struct err *err)
{
	const char *path = option_text(options, "config"), *key;
	json_t *file;
	const json_t *value;
	bool good = true;

	if (!path)
		path = from_environment(options->command, "config");
	if (!path)
		return true;
	file = jsonx_load_file(path, err);
	if (!file)
		return false;
	const json_t *own = json_object_get(file, options->command->name);

	if (!json_is_object(file) || (own && !json_is_object(own)))
		good = err_set(err, ERR_INVALID, "%s: %s%s: expected an object, found %s", path,
			       own ? "/" : "the file", own ? options->command->name : "",
			       jsonx_kind(own ? own : file));
	json_object_foreach ((json_t *)(uintptr_t)own, key, value) {
		const struct option_row *row = find(options->command, key, strlen(key));

		if (!row)
			good = err_set(err, ERR_INVALID, "%s: /%s/%s: there is no such key", path,
				       options->command->name, key);
		else if (!json_object_get(options->values, key))
			good = add_config(options, row, value, path, err) && good;
	}
	json_decref(file);
	return good;
}

bool options_parse(struct options *options, const struct command *command, int argc, char **argv,
		   struct err *err)
{
	*options = (struct options){ .command = command, .values = json_object() };
	options->arguments = xcalloc((size_t)argc + 1, sizeof *options->arguments);
	if (!parse_line(options, argc, argv, err))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (applies(&rows[i], command) && strcmp(rows[i].name, "help") != 0 &&
		    !json_object_get(options->values, rows[i].name))
			add_environment(options, &rows[i]);
	if (!read_config(options, err))
		return false;
	if (option_is_set(options, "help"))
		return true;
	if ((int)options->argument_count < command->least)
		return err_set(err, ERR_INVALID, "something is missing; usage: mocksis %s %s",
			       command->name, command->usage);
	if ((int)options->argument_count > command->most)
		return err_set(err, ERR_INVALID, "\"%s\" is one too many; usage: mocksis %s %s",
			       options->arguments[command->most], command->name, command->usage);
	return true;
}

void options_release(struct options *options)
{
	json_decref(options->values);
	free(options->arguments);
}

bool option_is_set(const struct options *options, const char *name)
{
	return json_object_get(options->values, name) != NULL;
}

const json_t *option_list(const struct options *options, const char *name)
{
	return json_object_get(options->values, name);
}

const char *option_text(const struct options *options, const char *name)
{
	const json_t *list = json_object_get(options->values, name);

	return json_string_value(json_array_get(list, json_array_size(list) - 1));
}

/* --help */

static void print_rows(FILE *out, const struct command *command, bool common)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct option_row *row = &rows[i];
		char flag[64];

		if (!applies(row, command) || (strcmp(row->command, "*") == 0) != common)
			continue;
		snprintf(flag, sizeof flag, "--%s%s%s", row->name, row->argument ? " " : "",
			 row->argument ? row->argument : "");
		fprintf(out, "  %-26s %s", flag, row->help);
		if (row->preset)
			fprintf(out, " (default: %s)", row->preset);
		if (row->repeatable)
			fputs("; repeatable", out);
		fputc('\n', out);
	}
}

void help_overview(FILE *out)
{
	fputs("mocksis - both ends of OneRoster grade passback on one desk\n\n"
	      "usage: mocksis COMMAND ...\n\n",
	      out);
	for (size_t i = 0; i < command_count; i++)
		fprintf(out, "  %-10s %s\n", commands[i].name, commands[i].summary);
	fputs("\nmocksis COMMAND --help explains one. Every flag has a twin in the environment\n"
	      "(MOCKSIS_SERVE_LISTEN, else MOCKSIS_LISTEN; repeatable ones split at newlines) and\n"
	      "a key in the file that --config names.\n\n"
	      "Exit status: 0 all well; 1 the work was done and found failures; 2 the command\n"
	      "line, configuration or input is wrong; 3 the provider cannot be reached, a port or\n"
	      "database is taken, or the environment failed.\n",
	      out);
}

void help_command(FILE *out, const struct command *command)
{
	fprintf(out, "usage: mocksis %s%s%s\n\n%s\n\n%s\n\n", command->name,
		*command->usage ? " " : "", command->usage, command->summary, command->description);
	print_rows(out, command, false);
	fputs("\ncommon:\n", out);
	print_rows(out, command, true);
}

static const char exit_statuses[] =
	"0 all well; 1 the work was done and found failures; 2 the command line, configuration or "
	"input is wrong; 3 the provider cannot be reached, a port or database is taken, or the "
	"environment failed.";

static void man_head(FILE *out, const char *name, const char *summary)
{
	fputs(".TH ", out);
	for (const char *c = name; *c; c++)
		fputc(toupper((unsigned char)*c), out);
	fprintf(out, " 1\n.SH NAME\n%s \\- %s\n.SH SYNOPSIS\n", name, summary);
}

static void man_tail(FILE *out)
{
	fprintf(out,
		".SH ENVIRONMENT\nEvery flag has a twin: MOCKSIS_COMMAND_NAME, else "
		"MOCKSIS_NAME; repeatable ones split at newlines.\n.SH EXIT STATUS\n%s\n",
		exit_statuses);
}

void help_man_overview(FILE *out)
{
	man_head(out, "mocksis", "both ends of OneRoster grade passback on one desk");
	fputs(".B mocksis\nCOMMAND ...\n.SH COMMANDS\n", out);
	for (size_t i = 0; i < command_count; i++)
		fprintf(out, ".TP\n.B %s\n%s.\n", commands[i].name, commands[i].summary);
	man_tail(out);
}

void help_man(FILE *out, const struct command *command)
{
	char *name = xformat("mocksis-%s", command->name);

	man_head(out, name, command->summary);
	free(name);
	fprintf(out, ".B mocksis %s\n%s\n.SH DESCRIPTION\n%s\n.SH OPTIONS\n", command->name,
		command->usage, command->description);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct option_row *row = &rows[i];

		if (!applies(row, command))
			continue;
		fprintf(out, ".TP\n.B \\-\\-%s%s%s\n%s.", row->name, row->argument ? " " : "",
			row->argument ? row->argument : "", row->help);
		if (row->preset)
			fprintf(out, " Default: %s.", row->preset);
		if (row->repeatable)
			fputs(" Repeatable.", out);
		fputc('\n', out);
	}
	man_tail(out);
}

int fail(const struct options *options, const struct err *err)
{
	fprintf(stderr, "mocksis %s: %s\n", options->command->name, err->text);
	return err_exit_status(err);
}
