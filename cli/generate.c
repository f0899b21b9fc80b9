/*
 * generate.c - mocksis generate.
 */
#include "cli/commands.h"

#include <string.h>

#include "base/jsonx.h"
#include "base/progress.h"
#include "conformance/generate/generate.h"
#include "oneroster/entity.h"

#define ZONE "America/New_York"

/* The flags that sync has as well: what was right here is right there. */
static const char *const passed_on[] = { "auth", "token-url", "connection", "now" };

/* The flags that only a district has. */
static const char *const of_districts[] = { "students", "results-per-student", "class-size",
					    "canvas-courses", "assignments" };

/* For a shell; quoted only where it has to be. */
static void add_word(struct str *line, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789_-+=.,:/@%";

	str_add_char(line, ' ');
	if (*word && !word[strspn(word, plain)]) {
		str_add(line, word);
		return;
	}
	str_add_char(line, '\'');
	for (; *word; word++)
		str_add(line, *word == '\'' ? "'\\''" : (char[]){ *word, '\0' });
	str_add_char(line, '\'');
}

/* The sync to run next; the credential is left to the reader. */
static json_t *command_of(const struct options *options, const char *folder, const char *last)
{
	struct str line = STR_INIT;
	json_t *text;

	str_add(&line, "mocksis sync");
	add_word(&line, folder);
	str_add(&line, " --sis");
	add_word(&line, option_text(options, "from"));
	if (!same_text(option_text(options, "auth"), "none"))
		str_add(&line, " --credential ID:SECRET");
	for (size_t i = 0; i < ARRAY_SIZE(passed_on); i++) {
		const char *value = option_text(options, passed_on[i]);

		if (!value)
			continue;
		str_format(&line, " --%s", passed_on[i]);
		add_word(&line, value);
	}
	str_add(&line, last);
	text = json_string(str_text(&line));
	str_release(&line);
	return text;
}

static void add_commands(const struct options *options, json_t *report)
{
	json_t *list = json_array();
	const json_t *course;
	size_t i;

	json_array_foreach (json_object_get(report, "courses"), i, course) {
		const char *folder = jsonx_text(course, "folder");

		if (!same_text(jsonx_text(course, "state"), "available"))
			continue;
		json_array_append_new(list, command_of(options, folder, " --dry-run"));
		json_array_append_new(list, command_of(options, folder, ""));
	}
	json_object_set_new(report, "commands", list);
}

/* What a provider says may hold what a terminal obeys. */
static void print_text(const char *text)
{
	for (; *text; text++)
		putchar((unsigned char)*text < 0x20 || *text == 0x7f ? '?' : *text);
}

static void print_class(const json_t *class)
{
	const char *title = jsonx_text(class, "title"), *asked;
	const json_t *name;
	size_t i;

	fputs("class ", stdout);
	print_text(jsonx_text(class, "sourcedId"));
	if (title) {
		fputs(" \"", stdout);
		print_text(title);
		putchar('"');
	}
	printf(": %lld students (GET ", (long long)jsonx_int(class, "students"));
	print_text(jsonx_text(class, "asked"));
	printf("), %zu categories", json_array_size(json_object_get(class, "categories")));
	json_array_foreach (json_object_get(class, "categories"), i, name) {
		fputs(i ? ", " : ": ", stdout);
		print_text(json_string_value(name));
	}
	asked = jsonx_text(class, "categories_asked");
	if (asked) {
		fputs(" (GET ", stdout);
		print_text(asked);
		putchar(')');
	}
	putchar('\n');
}

static void print_period(const json_t *period)
{
	const char *title = jsonx_text(period, "title");

	if (!json_is_object(period))
		return;
	fputs("due dates lie in ", stdout);
	print_text(title ? title : jsonx_text(period, "sourcedId"));
	printf(", %.10s to %.10s\n", jsonx_text(period, "startDate"),
	       jsonx_text(period, "endDate"));
}

static void print_report(const json_t *report)
{
	const json_t *row;
	size_t i;

	json_array_foreach (json_object_get(report, "classes"), i, row)
		print_class(row);
	print_period(json_object_get(report, "period"));
	json_array_foreach (json_object_get(report, "notes"), i, row) {
		fputs("note: ", stdout);
		print_text(json_string_value(row));
		putchar('\n');
	}
	json_array_foreach (json_object_get(report, "courses"), i, row)
		printf("wrote %s: %s; %lld assignments, %lld submissions\n",
		       jsonx_text(row, "folder"), jsonx_text(row, "what"),
		       (long long)jsonx_int(row, "assignments"),
		       (long long)jsonx_int(row, "submissions"));
	puts("\nThe description of each assignment says what is tried with it. Next:");
	json_array_foreach (json_object_get(report, "commands"), i, row)
		printf("  %s\n", json_string_value(row));
}

static bool read_options(const struct options *options, struct generate_options *generate,
			 struct err *err)
{
	const char *version = option_text(options, "version"), *seed = option_text(options, "seed");
	const char *zone = option_text(options, "timezone");
	int64_t number = GENERATE_SEED;

	generate->out = options->arguments[0];
	generate->classes = option_list(options, "class");
	generate->zone = zone ? zone : ZONE;
	generate->clean = option_is_set(options, "clean");
	generate->force = option_is_set(options, "force");
	for (size_t i = 0; i < ARRAY_SIZE(of_districts); i++)
		if (option_text(options, of_districts[i]))
			return err_set(err, ERR_INVALID,
				       "--%s belongs to a synthetic district; with --from the "
				       "provider says what there is",
				       of_districts[i]);
	if (!generate->classes)
		return err_set(err, ERR_INVALID,
			       "--class ID is needed: the sourcedId of the class to read");
	if (!*generate->out)
		return err_set(err, ERR_INVALID, "OUT is empty: a folder belongs here");
	if (version && strcmp(version, "1.1") != 0 && strcmp(version, "1.2") != 0)
		return err_set(err, ERR_INVALID, "--version %s: 1.1 or 1.2", version);
	if (seed && !number_parse(seed, 1, INT64_MAX, &number))
		return err_set(err, ERR_INVALID, "--seed %s: a whole number of at least 1", seed);
	generate->version = same_text(version, "1.2") ? V12 : V11;
	generate->seed = (uint64_t)number;
	return option_now(options, &generate->now, err);
}

int generate_main(const struct options *options)
{
	const char *name = option_text(options, "connection");
	struct generate_options generate = { 0 };
	struct connection connection = { 0 };
	struct err err = ERR_INIT;
	json_t *report = NULL;

	if (!option_text(options, "from"))
		return district_main(options);
	if (read_options(options, &generate, &err) &&
	    connection_load(&connection, name ? name : "standard", &err))
		generate.transport = option_transport(options, option_text(options, "from"),
						      &connection, (int)connection.retries, NULL,
						      &err);
	generate.connection = &connection;
	if (generate.transport && generate_run(&generate, &report, &err)) {
		add_commands(options, report);
		if (option_is_set(options, "json"))
			print_json(report);
		else
			print_report(report);
	}
	json_decref(report);
	transport_free(generate.transport);
	connection_release(&connection);
	return err.code == ERR_NONE ? 0 : fail(options, &err);
}
