/*
 * district.c - mocksis generate without --from: a synthetic district.
 */
#include "cli/commands.h"

#include "base/jsonx.h"
#include "base/when.h"
#include "conformance/canvas/connection.h"
#include "conformance/generate/district.h"
#include "conformance/generate/generate.h"
#include "oneroster/entity.h"

#define ZONE "America/New_York"
#define NOW "2026-11-16T17:00:00Z" /* not the real time: the same flags give the same bytes */

/* The flags that a provider needs. */
static const char *const of_providers[] = { "credential", "auth", "token-url" };

struct number {
	const char *flag;
	int64_t preset, least, most;
	int64_t *out;
};

static bool read_number(const struct options *options, const struct number *number, struct err *err)
{
	const char *text = option_text(options, number->flag);

	*number->out = number->preset;
	return !text || number_parse(text, number->least, number->most, number->out) ||
	       err_set(err, ERR_INVALID, "--%s %s: a whole number from %lld to %lld belongs here",
		       number->flag, text, (long long)number->least, (long long)number->most);
}

static bool read_numbers(const struct options *options, struct district_options *district,
			 struct err *err)
{
	int64_t seed = GENERATE_SEED;
	const struct number numbers[] = {
		{ "students", 1000, 1, DISTRICT_STUDENTS, &district->students },
		{ "results-per-student", 50, 0, DISTRICT_RESULTS, &district->results },
		{ "class-size", 25, 1, DISTRICT_STUDENTS, &district->class_size },
		{ "canvas-courses", 1, 0, DISTRICT_COURSES, &district->courses },
		{ "assignments", 3, 1, 999, &district->assignments },
		{ "seed", GENERATE_SEED, 1, INT64_MAX, &seed },
	};

	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		if (!read_number(options, &numbers[i], err))
			return false;
	district->seed = (uint64_t)seed;
	return true;
}

static bool check_flags(const struct options *options, struct err *err)
{
	const char *flag = option_list(options, "class")     ? "class"
			   : option_is_set(options, "clean") ? "clean"
							     : NULL;

	for (size_t i = 0; i < ARRAY_SIZE(of_providers) && !flag; i++)
		flag = option_text(options, of_providers[i]) ? of_providers[i] : NULL;
	return !flag || err_set(err, ERR_INVALID,
				"--from URL is needed with --%s: the provider whose class is read, "
				"up to /ims/oneroster",
				flag);
}

static bool read_options(const struct options *options, struct district_options *district,
			 struct err *err)
{
	const char *version = option_text(options, "version"), *now = option_text(options, "now");
	const char *zone = option_text(options, "timezone");

	district->out = options->arguments[0];
	district->zone = zone ? zone : ZONE;
	district->version = same_text(version, "1.2") ? V12 : V11;
	district->force = option_is_set(options, "force");
	if (!check_flags(options, err))
		return false;
	if (!*district->out)
		return err_set(err, ERR_INVALID, "OUT is empty: a folder belongs here");
	if (version && !same_text(version, "1.1") && !same_text(version, "1.2"))
		return err_set(err, ERR_INVALID, "--version %s: 1.1 or 1.2", version);
	if (!when_parse(NOW, &district->now, NULL))
		BUG("no time: %s", NOW);
	return (!now || option_now(options, &district->now, err)) &&
	       read_numbers(options, district, err);
}

static json_t *commands_of(const struct options *options, const json_t *report)
{
	const char *out = jsonx_text(report, "out"), *now = option_text(options, "now");
	json_t *list = json_array();
	const json_t *course;
	size_t i;

	json_array_append_new(list, json_sprintf("mocksis import %s/oneroster --db FILE", out));
	json_array_append_new(list,
			      json_sprintf("mocksis serve --db FILE --now %s", now ? now : NOW));
	json_array_foreach (json_object_get(report, "courses"), i, course)
		json_array_append_new(
			list, json_sprintf("mocksis sync %s --sis URL --credential ID:SECRET "
					   "--now %s",
					   jsonx_text(course, "folder"), now ? now : NOW));
	return list;
}

#define FEW 4 /* lines of a kind that are printed */

static void print_report(const json_t *report)
{
	const char *name;
	json_t *value;
	size_t i;

	printf("%s/oneroster, OneRoster %s: %lld students, %lld teachers, %lld schools, %lld "
	       "classes\n",
	       jsonx_text(report, "out"), jsonx_text(report, "version"),
	       (long long)jsonx_int(report, "students"), (long long)jsonx_int(report, "teachers"),
	       (long long)jsonx_int(report, "schools"), (long long)jsonx_int(report, "classes"));
	json_object_foreach (json_object_get(report, "files"), name, value)
		printf("%-28s %6lld rows\n", name, (long long)json_integer_value(value));
	json_array_foreach (json_object_get(report, "courses"), i, value)
		if (i < FEW)
			printf("wrote %s: %s; %lld assignments, %lld submissions\n",
			       jsonx_text(value, "folder"), jsonx_text(value, "name"),
			       (long long)jsonx_int(value, "assignments"),
			       (long long)jsonx_int(value, "submissions"));
	if (i > FEW)
		printf("and %zu Canvas courses more\n", i - FEW);
	puts("\nNext:");
	json_array_foreach (json_object_get(report, "commands"), i, value)
		if (i < FEW)
			printf("  %s\n", json_string_value(value));
}

int district_main(const struct options *options)
{
	const char *name = option_text(options, "connection");
	struct district_options district = { 0 };
	struct connection connection = { 0 };
	struct err err = ERR_INIT;
	json_t *report = NULL;

	district.connection = &connection;
	if (read_options(options, &district, &err) &&
	    connection_load(&connection, name ? name : "standard", &err) &&
	    district_generate(&district, &report, &err)) {
		json_object_set_new(report, "commands", commands_of(options, report));
		if (option_is_set(options, "json"))
			print_json(report);
		else
			print_report(report);
	}
	json_decref(report);
	connection_release(&connection);
	return err.code == ERR_NONE ? 0 : fail(options, &err);
}
