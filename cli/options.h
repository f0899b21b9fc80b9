/*
 * options.h - ONE table of options: flags, MOCKSIS_* names, keys of the config
 * file, --help and man pages all come from it.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdio.h>
#include <jansson.h>
#include "base/err.h"

struct options;

struct option_row {
	const char *command;  /* "*": every command */
	const char *name;     /* without the dashes */
	const char *argument; /* NULL: a switch; in brackets: may be left out */
	bool repeatable;
	const char *preset; /* shown; NULL: none */
	const char *help;
};

struct command {
	const char *name;
	const char *usage; /* what follows the name */
	const char *summary;
	const char *description; /* paragraphs for --help and the man page */
	int least, most;         /* positional arguments */
	int (*run)(const struct options *options);
};

extern const struct command commands[];
extern const size_t command_count;
const struct command *command_find(const char *name);

/* What the command line, the environment and the config file say. */
struct options {
	const struct command *command;
	json_t *values; /* name -> array of texts; a switch is [""] */
	const char **arguments;
	size_t argument_count;
};

/* Parses what follows the command's name. ERR_INVALID names the flag. */
bool options_parse(struct options *options, const struct command *command, int argc, char **argv,
		   struct err *err) MUST_USE;
void options_release(struct options *options);

bool option_is_set(const struct options *options, const char *name);
/* The last value, or the row's preset, or NULL. */
const char *option_text(const struct options *options, const char *name);
/* All values of a repeatable option, as an array of texts; NULL when none. */
const json_t *option_list(const struct options *options, const char *name);

void help_overview(FILE *out);
void help_command(FILE *out, const struct command *command);
void help_man(FILE *out, const struct command *command);
void help_man_overview(FILE *out);

/* Prints "mocksis COMMAND: sentence" and returns the exit status for it. */
int fail(const struct options *options, const struct err *err);

#endif
