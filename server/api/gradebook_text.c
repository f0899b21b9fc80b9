/*
 * gradebook_text.c - titles and comments.
 */
#include "server/api/gradebook_internal.h"

#include <string.h>

/* A text that is too long is refused, cut, or taken as it is. */
static bool length_fits(struct write_check *check, const char *field, int64_t most,
			const char *overflow, enum fault fault)
{
	const char *text = record_text(check->record, field);
	struct arena *arena = &check->context->request->arena;

	if (most == 0 || !text || utf8_length(text) <= (size_t)most ||
	    strcmp(overflow, "accept") == 0)
		return true;
	if (strcmp(overflow, "truncate") == 0) {
		quirk_fired(check->context,
			    fault == FAULT_TITLE_TOO_LONG ? "title.overflow" : "comment.overflow");
		record_set_text(check->record, field,
				arena_dup_n(arena, text, utf8_prefix(text, (size_t)most)));
		return true;
	}
	refuse_write(check, fault);
	add_param(check, "max", arena_format(arena, "%lld", (long long)most));
	add_param(check, "field", field);
	add_param(check, "reason",
		  arena_format(arena, "has more than %lld characters", (long long)most));
	return false;
}

bool title_fits(struct write_check *check)
{
	return length_fits(check, "title", quirks_of(check)->title_max,
			   quirks_of(check)->title_overflow, FAULT_TITLE_TOO_LONG);
}

bool comment_fits(struct write_check *check)
{
	return length_fits(check, "comment", quirks_of(check)->comment_max,
			   quirks_of(check)->comment_overflow, FAULT_COMMENT_TOO_LONG);
}
