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

static const char *const level_names[] = { "error", "warning", "info", "debug" };
static atomic_int threshold = LOG_INFO;

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

/* logfmt: quoted when there is a blank, a quote, an equals sign or a control. */
static void add_value(struct str *line, const char *value)
{
	bool plain = *value != '\0';

	for (const char *c = value; *c && plain; c++)
		plain = (unsigned char)*c > ' ' && *c != '"' && *c != '=' && *c != 0x7f;
	if (plain) {
		str_add(line, value);
		return;
	}
	str_add_char(line, '"');
	for (const char *c = value; *c; c++) {
		if (*c == '"' || *c == '\\')
			str_format(line, "\\%c", *c);
		else if (*c == '\n')
			str_add(line, "\\n");
		else if ((unsigned char)*c < ' ' || *c == 0x7f)
			str_format(line, "\\x%02x", (unsigned)*c);
		else
			str_add_char(line, *c);
	}
	str_add_char(line, '"');
}

void log_event(enum log_level level, const char *event, ...)
{
	if ((int)level > atomic_load(&threshold))
		return;

	struct str line;
	char now[WHEN_TEXT];
	va_list args;

	str_init(&line, LINE_CAP);
	when_format(when_now(), now);
	str_format(&line, "time=%s level=%s event=", now, level_names[level]);
	add_value(&line, event);

	va_start(args, event);
	for (const char *key; (key = va_arg(args, const char *));) {
		const char *value = va_arg(args, const char *);

		if (value) {
			str_format(&line, " %s=", key);
			add_value(&line, value);
		}
	}
	va_end(args);
	line.full = false;
	line.cap += 1;
	str_add_char(&line, '\n');

	ssize_t written = write(STDERR_FILENO, line.text, line.length);

	(void)written; /* nobody is left to tell */
	str_release(&line);
}
