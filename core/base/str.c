/*
 * str.c - a growing text buffer with a hard cap.
 */
#include "base/str.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void str_init(struct str *str, size_t cap)
{
	*str = (struct str){ .cap = cap };
}

void str_release(struct str *str)
{
	free(str->text);
	*str = (struct str){ .cap = str->cap };
}

void str_clear(struct str *str)
{
	str->length = 0;
	str->full = false;
	if (str->text)
		str->text[0] = '\0';
}

void str_cut(struct str *str, size_t length)
{
	if (length >= str->length)
		return;
	str->length = length;
	str->text[length] = '\0';
}

const char *str_text(const struct str *str)
{
	return str->text ? str->text : "";
}

char *str_take(struct str *str, size_t *length)
{
	char *text = str->text ? str->text : xstrdup("");

	if (length)
		*length = str->length;
	*str = (struct str){ .cap = str->cap };
	return text;
}

void str_reserve(struct str *str, size_t length)
{
	if (length > str->cap)
		length = str->cap;
	if (length + 1 > str->room) {
		str->text = xrealloc(str->text, length + 1);
		str->room = length + 1;
		str->text[str->length] = '\0';
	}
}

char *str_extend(struct str *str, size_t length)
{
	char *at;

	if (str->full)
		return NULL;
	if (length > str->cap - str->length) {
		str->full = true;
		return NULL;
	}
	if (str->length + length + 1 > str->room) {
		size_t room = str->room ? str->room * 2 : 256;

		if (room < str->length + length + 1)
			room = str->length + length + 1;
		str->text = xrealloc(str->text, room);
		str->room = room;
	}
	at = str->text + str->length;
	str->length += length;
	str->text[str->length] = '\0';
	return at;
}

void str_add_bytes(struct str *str, const void *bytes, size_t length)
{
	char *at = str_extend(str, length);

	if (at && length)
		memcpy(at, bytes, length);
}

void str_add(struct str *str, const char *text)
{
	str_add_bytes(str, text, strlen(text));
}

void str_add_char(struct str *str, char c)
{
	char *at = str_extend(str, 1);

	if (at)
		*at = c;
}

void str_vformat(struct str *str, const char *format, va_list args)
{
	char small[512], *text = small;
	va_list again;

	va_copy(again, args);
	int length = vsnprintf(small, sizeof small, format, args);

	if (length < 0)
		BUG("format: %s", format);
	if ((size_t)length >= sizeof small) {
		text = xmalloc((size_t)length + 1);
		vsnprintf(text, (size_t)length + 1, format, again);
	}
	va_end(again);
	str_add_bytes(str, text, (size_t)length);
	if (text != small)
		free(text);
}

void str_format(struct str *str, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	str_vformat(str, format, args);
	va_end(args);
}
