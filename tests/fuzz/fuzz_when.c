/*
 * fuzz_when.c - dates and dateTimes: what is read prints, and reads the same.
 */
#include "base/when.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size), printed[WHEN_TEXT], date[DATE_TEXT];
	int64_t when, again;
	bool has_zone;

	if (when_parse(text, &when, &has_zone)) {
		when_format(when, printed);
		/* an offset may lead out of the years 1 to 9999 */
		if (when >= -62135596800000 && when < 253402300800000)
			FUZZ_HOLDS(when_parse(printed, &again, NULL) && again == when);
	}
	if (date_parse(text, date))
		FUZZ_HOLDS(strlen(date) == DATE_TEXT - 1 && when_parse(date, &when, NULL));
	free(text);
	return 0;
}
