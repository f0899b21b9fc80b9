/*
 * log.c - one line per event on standard error, logfmt.
 */
#include "base/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "base/when.h"

#define LINE_CAP 16384
#define HELD_CAP 16384 /* bytes of a thread's lines that wait */
#define FEW 4          /* lines between two calls of log_release(): written one by one */

static const char *const level_names[] = { "error", "warning", "info", "debug" };
static atomic_int threshold = LOG_INFO;

static _Thread_local struct {
	char text[HELD_CAP];
	size_t length;
	int lines; /* since the last log_release() */
	bool holds;
} held;

void log_set_level(enum log_level level)
{
	atomic_store(&threshold, (int)level);
}

bool log_level_parse(const char *name, enum log_level *level)
{
	for (size_t i = 0; i < ARRAY_SIZE(level_names); i++) {
		if (strcmp(name, level_names[i]) == 0) {
			*level = (enum log_level)i;
			return true;
		}
	}
	return false;
}

bool log_shows(enum log_level level)
{
	return (int)level <= atomic_load(&threshold);
}

static void write_out(const char *text, size_t length)
{
	ssize_t written = write(STDERR_FILENO, text, length);

	(void)written; /* nobody is left to tell */
}

static void write_held(void)
{
	if (held.length)
		write_out(held.text, held.length);
	held.length = 0;
}

void log_release(bool again)
{
	write_held();
	held.holds = again && held.lines > FEW;
	held.lines = 0;
}

static void put_line(enum log_level level, const struct str *line)
{
	held.lines++;
	if (held.length + line->length > sizeof held.text || level < LOG_INFO)
		write_held();
	if (!held.holds || level < LOG_INFO || line->length > sizeof held.text) {
		write_out(line->text, line->length);
		return;
	}
	memcpy(held.text + held.length, line->text, line->length);
	held.length += line->length;
}

static bool is_plain(unsigned char c)
{
	return c > ' ' && c != '"' && c != '=' && c != 0x7f;
}

static void add_escaped(struct str *line, unsigned char c)
{
	if (c == '"' || c == '\\')
		str_format(line, "\\%c", c);
	else if (c == '\n')
		str_add(line, "\\n");
	else if (c < ' ' || c == 0x7f)
		str_format(line, "\\x%02x", (unsigned)c);
	else
		str_add_char(line, (char)c);
}

/* logfmt: quoted when there is a blank, a quote, an equals sign or a control. */
static void add_value(struct str *line, const char *value)
{
	size_t plain = 0;

	while (is_plain((unsigned char)value[plain]))
		plain++;
	if (plain && !value[plain]) {
		str_add_bytes(line, value, plain);
		return;
	}
	str_add_char(line, '"');
	for (const char *c = value; *c; c++)
		add_escaped(line, (unsigned char)*c);
	str_add_char(line, '"');
}

static void add_pair(struct str *line, const char *key, const char *value)
{
	str_add_char(line, ' ');
	str_add(line, key);
	str_add_char(line, '=');
	add_value(line, value);
}

void log_event(enum log_level level, const char *event, ...)
{
	if (!log_shows(level))
		return;

	struct str line;
	char now[WHEN_TEXT];
	va_list args;

	str_init(&line, LINE_CAP);
	when_format(when_now(), now);
	str_add(&line, "time=");
	str_add(&line, now);
	add_pair(&line, "level", level_names[level]);
	add_pair(&line, "event", event);

	va_start(args, event);
	for (const char *key; (key = va_arg(args, const char *));) {
		const char *value = va_arg(args, const char *);

		if (value)
			add_pair(&line, key, value);
	}
	va_end(args);
	line.full = false;
	line.cap += 1;
	str_add_char(&line, '\n');
	put_line(level, &line);
	str_release(&line);
}
