/*
 * err.c - one error on its way up.
 */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>

static void note(struct err *err, enum err_code code, const char *pointer, const char *format,
		 va_list args) PRINTF(4, 0);

static void note(struct err *err, enum err_code code, const char *pointer, const char *format,
		 va_list args)
{
	if (err->code != ERR_NONE)
		return;
	err->code = code;
	snprintf(err->pointer, sizeof err->pointer, "%s", pointer);
	vsnprintf(err->text, sizeof err->text, format, args);
	utf8_scrub(err->text); /* a quoted culprit may be cut or broken */
	utf8_scrub(err->pointer);
}

bool err_set(struct err *err, enum err_code code, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	note(err, code, "", format, args);
	va_end(args);
	return false;
}

bool err_at(struct err *err, enum err_code code, const char *pointer, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	note(err, code, pointer, format, args);
	va_end(args);
	return false;
}

int err_exit_status(const struct err *err)
{
	return err->code == ERR_ENVIRONMENT || err->code == ERR_UNREACHABLE ? 3 : 2;
}
