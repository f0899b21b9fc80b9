/*
 * main.c - the subcommand table.
 */
#include "cli/commands.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/log.h"
#include "base/version.h"
#include "base/when.h"

static int version_main(const struct options *options)
{
	(void)options;
	puts("mocksis " MOCKSIS_VERSION);
	return 0;
}

static int help_main(const struct options *options);

/* clang-format off */
const struct command commands[] = {
	{ "serve", "[flags]",
	  "run the mock SIS, a OneRoster provider",
	  "Serves OneRoster 1.1 under /ims/oneroster/v1p1, 1.2 under\n"
	  "/ims/oneroster/{rostering,gradebook,resources}/v1p2 and tokens at /oauth2/token. Standard\n"
	  "output tells where it listens and with which credentials; requests are logged to\n"
	  "standard error. SIGTERM and SIGINT end it after what was begun is answered; SIGHUP\n"
	  "reads the profiles again. An empty database gets the bundled demo district, moved by\n"
	  "whole weeks so that today lies in an open grading period.\n\n"
	  "The control API below /admin makes further sandboxes at /sandboxes/NAME, changes their\n"
	  "profiles, clocks and SIS state, breaks things on purpose, and shows what was asked;\n"
	  "/admin/openapi.json describes it. /health, /ready and /metrics are open to all.",
	  0, 0, serve_main },
	{ "sync", "COURSE --sis URL --credential ID:SECRET [flags]",
	  "run one Canvas-side grade sync of a course against a provider",
	  "COURSE is a folder with what the Canvas REST API answers: course.json, sections.json,\n"
	  "assignment_groups.json, assignments.json (with overrides), enrollments.json and\n"
	  "submissions.json. The sync reads the provider's categories and lineItems, writes each\n"
	  "assignment as a lineItem and each changed score as a result, and reports like the\n"
	  "Grade Sync page: stage, what was extracted, filtered (by reason), sent, unchanged,\n"
	  "failed, and for each error who fixes it and how.",
	  1, 1, sync_main },
	{ "check", "URL --credential ID:SECRET [flags] | --consumer ADMIN_URL | --payload FILE",
	  "run the conformance suites against a provider, or judge a client or a file",
	  "Judges any OneRoster provider: what was sent, what came back, what was expected and by\n"
	  "which clause. It writes lineItems and results of its own into one class and removes\n"
	  "them again.\n"
	  "The run ends in bounded time, whatever the provider does, and at the first interrupt, with\n"
	  "what it has seen; a second one ends it without cleaning up.\n"
	  "--expect names failures that are known: {\"expect\": [{\"id\": \"GB-LI-021\", \"verdict\":\n"
	  "\"fail\", \"reason\": \"ticket 4711\"}]}, where need be with a \"version\". The verdict may be\n"
	  "fail, warning, error or skipped. An expectation that does not come true is stale and makes\n"
	  "the exit status 1; one about a check that this run did not look at is only told.\n"
	  "With --consumer it judges clients instead, any of them: let one run against a sandbox of\n"
	  "mocksis serve, and its journal tells what the client did. Several clients in one journal\n"
	  "are judged each for itself, the worst verdict of a rule counts.\n"
	  "With --payload it judges the JSON of a file, without any provider: a body with or\n"
	  "without its wrapper, one object or many, or several values behind one another.",
	  0, 1, check_main },
	{ "generate", "OUT --from URL --class ID [flags]",
	  "write a Canvas course that fits a class of any provider",
	  "Reads a class, its students, its categories and its grading periods from a provider,\n"
	  "writes nothing there, and makes up a Canvas course for mocksis sync: OUT/canvas/ID/ with\n"
	  "the six files that the Canvas REST API would answer. The course holds every edge case\n"
	  "that we know, and a second one is not published; with --clean there is one with ordinary\n"
	  "assignments alone. The description of each assignment says what is tried with it. The\n"
	  "same class, --now and --seed give the same files.",
	  1, 1, generate_main },
	{ "import", "PATH... --db FILE",
	  "load OneRoster CSV into a database",
	  "Each PATH is a folder or a zip of OneRoster 1.1, 1.2 or 1.2.1 CSV files, with\n"
	  "sis-state.json beside them where there is one; all of them are one load, in one\n"
	  "transaction. What is sound is loaded; every flaw is reported with file, line, column\n"
	  "and rule, and makes the exit status 1. What a bulk file no longer has is marked as\n"
	  "tobedeleted.",
	  0, 64, import_main },
	{ "export", "OUT --db FILE",
	  "write a database as OneRoster CSV",
	  "OUT is a new folder or, when its name ends in .zip, a new zip. All that the database\n"
	  "holds is written as a delta bundle: what the binding has no form for stands in columns\n"
	  "metadata.mocksis.FIELD, so that an import gives the same database again. --bulk writes\n"
	  "what a district would send, and tells what is lost. Passwords of users are written.",
	  1, 1, export_main },
	{ "explain", "[TEXT | CODE | -] [--sis NAME]",
	  "look an error up: who says it, why, who fixes it, how",
	  "TEXT is an error as it was pasted, out of the Grade Sync page, a mail, a log or the body\n"
	  "of an answer; - reads it from standard input. CODE is one of the dictionary's, such as\n"
	  "ASP-02. Without either all codes are listed. Case, line breaks, kinds of quotes and of\n"
	  "dashes do not matter. \"verified\" texts were seen in a source; \"lab\" texts are\n"
	  "wordings of ours for errors of which only the name is known. The exit status is 1 when\n"
	  "nothing fits.",
	  0, 1000, explain_main },
	{ "profiles", "[NAME|FILE] [flags]",
	  "list the SIS profiles; tell the rules of one in words",
	  "Without an argument, a table of the profiles that serve --profile knows. With the name of\n"
	  "one, or the path of a file of your own: its rules in words and who says so, where sources\n"
	  "disagree, how it refuses, and what no switch can say. What no source confirms is marked\n"
	  "lab. --switches explains everything that a profile can set.",
	  0, 1, profiles_main },
	{ "journal", "--url URL [flags]",
	  "show what a running mocksis serve was asked, and why it refused",
	  "One line an exchange: the sandbox's time, status, duration, client, request, operation,\n"
	  "what was refused and why, and the quirks and faults that made a difference. URL is that\n"
	  "of the server or any below it; the admin token is what serve prints at start. --follow\n"
	  "goes on until it is interrupted. --path is the beginning of a path, or a pattern with *\n"
	  "for anything, of the whole path or of that below the service root: /lineItems.",
	  0, 0, journal_main },
	{ "lab", "list | start ID|CODE | status | fix | check | ... [flags]",
	  "learn what a failed grade sync means: cases to mend",
	  "start makes a lab on a running mocksis serve: a sandbox whose clock stands still, and a\n"
	  "folder with a Canvas course that syncs into it; it prints the case as a support agent\n"
	  "would get it. list tells the labs. In a lab: status shows the Grade Sync history, the\n"
	  "assignments in Canvas and the gradebook of the SIS; fix VERB ARG... does what a person\n"
	  "would do in one of them, and without a verb lists what there is; hint gives one more\n"
	  "hint; answer QUESTION VALUE notes what you think; case builds the file for those it is\n"
	  "handed on to, refused without an example; check tells whether the case is mended (exit\n"
	  "status 1: not yet); reset begins again, end gives up. Without an ID that is the lab that\n"
	  "was started last.",
	  1, 20, lab_main },
	{ "describe", "KIND [flags]",
	  "print the data model: openapi, json-schema, markdown, csv or sql",
	  "KIND is openapi (an OpenAPI 3.0 document), json-schema (a JSON Schema of every object and\n"
	  "body), markdown (fields and operations of both versions), csv (the files of a bundle and\n"
	  "their header rows) or sql (the tables of the database). All are printed from the tables\n"
	  "that serve, check and import run on. Without --service an OpenAPI document of 1.2 holds\n"
	  "the paths of its three services from the host on; with it, it is the document of one\n"
	  "service, as the standard publishes them.",
	  1, 1, describe_main },
	{ "help", "[COMMAND]", "explain a command", "Without a command, lists them.", 0, 1, help_main },
	{ "version", "", "print the version", "Prints the name and the version.", 0, 0, version_main },
};
/* clang-format on */

const size_t command_count = ARRAY_SIZE(commands);

const struct command *command_find(const char *name)
{
	for (size_t i = 0; i < command_count; i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

static int help_main(const struct options *options)
{
	const char *name = options->argument_count ? options->arguments[0] : NULL;
	const struct command *command = name ? command_find(name) : NULL;

	if (name && !command) {
		fprintf(stderr, "mocksis help: there is no command %s\n", name);
		return 2;
	}
	if (!command && option_is_set(options, "man"))
		help_man_overview(stdout);
	else if (!command)
		help_overview(stdout);
	else if (option_is_set(options, "man"))
		help_man(stdout, command);
	else
		help_command(stdout, command);
	return 0;
}

void print_json(const json_t *value)
{
	char *text = jsonx_pretty(value);

	fputs(text, stdout);
	free(text);
}

bool option_now(const struct options *options, int64_t *now, struct err *err)
{
	const char *text = option_text(options, "now");

	*now = when_now();
	return !text || when_parse(text, now, NULL) ||
	       err_set(err, ERR_INVALID, "--now %s: a time like 2026-11-16T17:00:00Z belongs here",
		       text);
}

static int run(const struct command *command, int argc, char **argv)
{
	struct options options;
	struct err err = ERR_INIT;
	enum log_level level = LOG_INFO;
	const char *name;
	int status;

	if (!options_parse(&options, command, argc, argv, &err)) {
		status = fail(&options, &err);
	} else if (option_is_set(&options, "help")) {
		help_command(stdout, command);
		status = 0;
	} else if ((name = option_text(&options, "log-level")) && !log_level_parse(name, &level)) {
		fprintf(stderr, "mocksis: --log-level %s: error, warning, info or debug\n", name);
		status = 2;
	} else {
		log_set_level(level);
		status = command->run(&options);
	}
	options_release(&options);
	if ((fflush(stdout) != 0 || ferror(stdout)) && status == 0)
		status = 3;
	return status;
}

int main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "help";
	const struct command *command;

	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN); /* a limit for files is an error of a write, no death */
	json_object_seed(0);
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0)
		name = "help";
	if (strcmp(name, "--version") == 0)
		name = "version";
	command = command_find(name);
	if (!command) {
		fprintf(stderr, "mocksis: there is no command %s; mocksis help lists them\n", name);
		return 2;
	}
	return run(command, argc > 1 ? argc - 2 : 0, argc > 1 ? argv + 2 : argv);
}
