/*
 * commands.h - one function per subcommand; each returns the exit status.
 */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "cli/options.h"

int serve_main(const struct options *options);
int sync_main(const struct options *options);
int check_main(const struct options *options);
int generate_main(const struct options *options);
int import_main(const struct options *options);
int export_main(const struct options *options);
int explain_main(const struct options *options);
int profiles_main(const struct options *options);
int describe_main(const struct options *options);
int journal_main(const struct options *options);
int lab_main(const struct options *options);

/* mocksis generate without --from: a synthetic district. */
int district_main(const struct options *options);

/* mocksis check --payload: a file instead of a provider. */
int payload_main(const struct options *options, bool fail_on_warnings);

/* mocksis check --consumer: what the journal tells of clients, as a report for checks/report.h.
 * Returns (json_decref); NULL with @err. */
json_t *consumer_report(const struct options *options, struct err *err) MUST_USE;

struct connection;
struct transport;

/* The client that the flags --credential, --auth and --token-url and a connection
 * describe. */
struct transport *option_transport(const struct options *options, const char *sis,
				   const struct connection *connection, int retries, FILE *trace,
				   struct err *err) MUST_USE;

/* Prints a value over several lines on standard output. */
void print_json(const json_t *value);

/* What --now says, or the real time. */
bool option_now(const struct options *options, int64_t *now, struct err *err) MUST_USE;

#endif
