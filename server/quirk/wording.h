/*
 * wording.h - what a switch at a value means for somebody who sends grades, in a sentence.
 */
#ifndef QUIRK_WORDING_H
#define QUIRK_WORDING_H

#include "base/str.h"
#include "server/quirk/profile.h"

/* The value as a person writes it: 30, true, reject, submitted as fully graded. */
void value_words(struct str *out, const struct quirk_switch *row, const json_t *value);

/* The rule that the switch makes at @value, one sentence. */
void rule_words(struct str *out, const struct quirk_switch *row, const json_t *value);

#endif
