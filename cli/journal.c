/*
 * journal.c - mocksis journal: what a server was asked, line by line.
 */
#include "cli/commands.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/jsonx.h"
#include "base/progress.h"
#include "base/url.h"
#include "conformance/control/control.h"

#define POLL_MS 300
#define PAGE 500 /* exchanges at once */

struct reader {
	const struct options *options;
	struct control *control;
	struct str target; /* as far as it is the same each time */
	int64_t last;      /* id of the last exchange that was shown; 0: none yet */
	int64_t left;      /* exchanges that are still wanted of those that are there */
	bool begun, color;
};

static volatile sig_atomic_t interrupted;

static void interrupt(int number)
{
	(void)number;
	interrupted = 1;
}

/* A poll that waits must not go on after the signal: no SA_RESTART. */
static void catch_signals(void)
{
	struct sigaction action = { .sa_handler = interrupt };

	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

static bool read_limit(struct reader *reader, struct err *err)
{
	const char *text = option_text(reader->options, "limit");

	reader->left = INT64_MAX;
	return !text || number_parse(text, 1, 1000000, &reader->left) ||
	       err_set(err, ERR_INVALID, "--limit %s: a number from 1 to 1000000", text);
}

static void make_target(struct reader *reader)
{
	static const char *const filters[] = { "method", "path", "status", "operation", "client" };

	str_add(&reader->target, "/sandboxes/{sandbox}/journal?");
	for (size_t i = 0; i < ARRAY_SIZE(filters); i++) {
		const char *value = option_text(reader->options, filters[i]);

		if (!value)
			continue;
		str_format(&reader->target, "%s=", filters[i]);
		pct_encode(&reader->target, value);
		str_add_char(&reader->target, '&');
	}
}

static bool reader_open(struct reader *reader, const struct options *options, struct err *err)
{
	const char *url = option_text(options, "url");

	*reader = (struct reader){ .options = options,
				   .target = STR_INIT,
				   .color = terminal_has_color(STDOUT_FILENO) };
	if (!url)
		return err_set(err, ERR_INVALID,
			       "--url URL is needed: where mocksis serve listens");
	if (!read_limit(reader, err))
		return false;
	reader->control = control_open(url, option_text(options, "admin-token"),
				       option_text(options, "sandbox"), err);
	make_target(reader);
	return reader->control != NULL;
}

static void reader_close(struct reader *reader)
{
	control_close(reader->control);
	str_release(&reader->target);
}

/* What is asked for next: the last N first where --limit has no --since, else what comes
 * behind what was shown. Returns (free). */
static char *next_target(const struct reader *reader)
{
	const char *since = option_text(reader->options, "since");
	bool last_ones = !reader->begun && option_is_set(reader->options, "limit");
	struct str target = STR_INIT;

	str_format(&target, "%slimit=%lld", str_text(&reader->target),
		   (long long)(last_ones || reader->left < PAGE ? reader->left : PAGE));
	if (reader->last || !(since || last_ones)) {
		str_format(&target, "&since=%lld", (long long)reader->last);
	} else if (since) {
		str_add(&target, "&since=");
		pct_encode(&target, since);
	}
	return str_take(&target, NULL);
}

/* The next exchanges. Returns (json_decref); NULL with @err. */
static json_t *fetch(struct reader *reader, struct err *err)
{
	char *target = next_target(reader);
	json_t *answer = control_call(reader->control, "GET", target, NULL, NULL, err);

	reader->begun = true;
	free(target);
	return answer;
}

/* What came over the wire must not steer the terminal: C0, DEL, and C1 as UTF-8. */
static void put_shown(const char *text, bool breaks)
{
	for (const char *c = text; *c; c++) {
		unsigned char byte = (unsigned char)*c, next = (unsigned char)c[1];

		if (byte == '\n' && breaks)
			putchar('\n');
		else if (byte < ' ' || byte == 0x7f)
			printf("\\x%02x", byte);
		else if (byte == 0xc2 && next >= 0x80 && next < 0xa0)
			printf("\\x%02x", (unsigned char)*++c);
		else
			putchar(byte);
	}
}

static const char *color_of(const struct reader *reader, int64_t status)
{
	if (!reader->color)
		return "";
	return status >= 500 ? "\033[31m" : status >= 400 ? "\033[33m" : "\033[32m";
}

static void put_words(const json_t *item, const char *key)
{
	const json_t *words = json_object_get(item, key), *word;
	size_t i;

	json_array_foreach (words, i, word) {
		printf(i ? ", " : "  %s: ", key);
		put_shown(json_string_value(word) ? json_string_value(word) : "", false);
	}
}

static void put_field(const json_t *item, const char *key, const char *before)
{
	const char *text = jsonx_text(item, key);

	if (!text)
		return;
	fputs(before, stdout);
	put_shown(text, false);
}

static void print_line(const struct reader *reader, const json_t *item)
{
	int64_t status = jsonx_int(item, "status");
	const char *color = color_of(reader, status);
	double ms = 0;

	jsonx_number(item, "ms", &ms);
	put_field(item, "at", "");
	printf(" %s%3lld%s %8.1f ms", color, (long long)status, *color ? "\033[0m" : "", ms);
	put_field(item, "client", "  ");
	put_field(item, "method", "  ");
	put_field(item, "target", " ");
	put_field(item, "operation", "  ");
	if (jsonx_text(item, "refusal")) {
		put_field(item, "refusal", *color ? "  \033[1mrefused: " : "  refused: ");
		fputs(*color ? "\033[0m" : "", stdout);
	}
	put_words(item, "quirks");
	put_words(item, "faults");
	if (json_array_size(json_object_get(item, "diagnostics")))
		printf("  diagnostics: %zu", json_array_size(json_object_get(item, "diagnostics")));
	putchar('\n');
	if (option_is_set(reader->options, "curl")) {
		const char *curl = jsonx_text(item, "curl");

		fputs("  ", stdout);
		put_shown(curl ? curl : "(the request was not kept as a whole)", true);
		putchar('\n');
	}
}

/* Prints them; how many there were. */
static size_t show(struct reader *reader, const json_t *items)
{
	const json_t *item;
	size_t i;

	json_array_foreach (items, i, item) {
		reader->last = jsonx_int(item, "id");
		if (option_is_set(reader->options, "json")) {
			char *line = jsonx_dump(item);

			puts(line);
			free(line);
		} else {
			print_line(reader, item);
		}
	}
	fflush(stdout);
	return json_array_size(items);
}

static void pause_a_while(void)
{
	struct timespec time = { .tv_nsec = POLL_MS * 1000000L };

	nanosleep(&time, NULL); /* a signal ends it */
}

/* Until all is shown; with --follow until somebody says stop. */
static bool read_all(struct reader *reader, struct err *err)
{
	bool follow = option_is_set(reader->options, "follow");
	size_t shown = 0;

	while (!interrupted && !ferror(stdout)) {
		json_t *answer = fetch(reader, err);
		bool more = jsonx_int(answer, "next") > 0;

		if (!answer)
			return interrupted; /* the call was broken off */
		shown += show(reader, json_object_get(answer, "items"));
		reader->left -= (int64_t)json_array_size(json_object_get(answer, "items"));
		json_decref(answer);
		if (more && reader->left > 0)
			continue;
		if (!follow && shown == 0)
			fprintf(stderr, "nothing was recorded that fits\n");
		if (!follow)
			break;
		reader->left = INT64_MAX; /* --limit was about what is past */
		pause_a_while();
	}
	return true;
}

int journal_main(const struct options *options)
{
	struct reader reader;
	struct err err = ERR_INIT;
	bool good = reader_open(&reader, options, &err);

	if (good && option_is_set(options, "follow"))
		catch_signals();
	good = good && read_all(&reader, &err);
	reader_close(&reader);
	return good ? 0 : fail(options, &err);
}
