/*
 * flaw.c - what can be wrong with a bundle.
 */
#include "server/bundle/internal.h"

static const struct {
	const char *name, *sentence;
} rules[] = {
#define X(rule, name, sentence) [FLAW_##rule] = { name, sentence },
	FLAW_RULES(X)
#undef X
};

const char *flaw_rule(size_t i, const char **sentence)
{
	if (i >= ARRAY_SIZE(rules))
		return NULL;
	*sentence = rules[i].sentence;
	return rules[i].name;
}

void flaw_report(struct import *import, const char *file, int line, int column, enum flaw_rule rule,
		 enum flaw_severity severity, const char *format, ...)
{
	struct flaw flaw = { file, line, column, rules[rule].name, severity, NULL };
	struct str text = STR_INIT;
	va_list args;

	va_start(args, format);
	str_vformat(&text, format, args);
	va_end(args);
	flaw.text = str_text(&text);
	*(severity == FLAW_ERROR ? &import->errors : &import->warnings) += 1;
	if (import->flaw)
		import->flaw(&flaw, import->payload);
	str_release(&text);
}
