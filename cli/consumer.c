/*
 * consumer.c - mocksis check --consumer.
 */
#include "cli/commands.h"

#include "conformance/consumer/consumer.h"
#include "conformance/control/control.h"

/* Flags that say something about a provider or a file only. */
static bool fits(const struct options *options, struct err *err)
{
	static const char *const names[] = { "suite", "payload", "class", "seed", "read-only" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (option_is_set(options, names[i]))
			return err_set(err, ERR_INVALID, "--%s does not go with --consumer",
				       names[i]);
	return options->argument_count == 0 ||
	       err_set(err, ERR_INVALID,
		       "--consumer judges a client: the provider %s is one argument too many",
		       options->arguments[0]);
}

json_t *consumer_report(const struct options *options, struct err *err)
{
	struct connection connection = { 0 };
	struct consumer_options judge = { .client = option_text(options, "client") };
	json_t *report = NULL;

	if (option_is_set(options, "connection"))
		judge.connection = &connection;
	if (fits(options, err) &&
	    (!judge.connection ||
	     connection_load(&connection, option_text(options, "connection"), err)))
		judge.control = control_open(option_text(options, "consumer"),
					     option_text(options, "admin-token"),
					     option_text(options, "sandbox"), err);
	if (judge.control)
		report = consumer_judge(&judge, err);
	control_close(judge.control);
	connection_release(&connection);
	return report;
}
