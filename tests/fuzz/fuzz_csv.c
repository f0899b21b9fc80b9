/*
 * fuzz_csv.c - CSV files: every row ends, and reading comes to an end.
 */
#include "base/csv.h"
#include "tests/fuzz/fuzz.h"

static void check_row(const struct csv *csv)
{
	FUZZ_HOLDS(csv->count >= 1 && csv->count <= CSV_CELLS);
	for (int i = 0; i < csv->count; i++)
		FUZZ_HOLDS(utf8_valid(csv_cell(csv, i), strlen(csv_cell(csv, i)), NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FILE *file;
	struct csv csv;
	size_t rows = 0;

	if (size == 0)
		return 0;
	file = fmemopen((void *)(uintptr_t)data, size, "rb");
	if (!file)
		BUG("fmemopen failed");
	csv_init(&csv, file);
	for (;; rows++) {
		struct err err = ERR_INIT;
		enum csv_result result = csv_read(&csv, &err);

		if (result == CSV_END)
			break;
		if (result == CSV_ROW)
			check_row(&csv);
		else
			FUZZ_HOLDS(err.code == ERR_INVALID && strchr(err.pointer, ':'));
		FUZZ_HOLDS(rows <= size);
	}
	csv_release(&csv);
	fclose(file);
	return 0;
}
