/*
 * fuzz_connection.c - connection files of the client.
 */
#include "conformance/canvas/connection.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = ERR_INIT;
	struct connection connection;

	const char *path = fuzz_file(data, size);
	if (connection_load(&connection, path, &err)) {
		FUZZ_HOLDS(connection.page_size >= 1 && connection.concurrency >= 1 &&
			   connection.timeout >= 1);
		FUZZ_HOLDS(connection.sis_name && connection.category && connection.canvas_url);
		FUZZ_HOLDS((connection.category_mode != CATEGORY_OVERRIDE &&
			    connection.category_mode != CATEGORY_DEFAULT_ID) ||
			   (connection.category_id && *connection.category_id));
		FUZZ_HOLDS(connection.period_mode != PERIOD_FIXED ||
			   (connection.period_id && *connection.period_id));
		connection_excludes(&connection, "getAllLineItems");
	} else {
		FUZZ_HOLDS(err.code == ERR_INVALID && *err.text);
	}
	connection_release(&connection);
	return 0;
}
