/*
 * fuzz_filter.c - filter expressions, and the SQL that they become.
 *
 * The first byte chooses the entity. What is taken must run: the database may
 * find nothing, but never fail.
 */
#include "server/query/filter.h"
#include "server/store/store.h"
#include "tests/fuzz/fuzz.h"

static struct store *store;

static void close_store(void)
{
	store_close(store);
}

/* One row each, so that conditions are evaluated and not only compiled. */
static void open_store(void)
{
	struct err err = ERR_INIT;
	struct arena arena = ARENA_INIT;
	bool created;

	store = store_open(":memory:", &err);
	if (!store)
		BUG("%s", err.text);
	atexit(close_store);
	for (size_t i = 0; i < ENTITY_COUNT; i++) {
		struct record record = { .entity = entities[i] };

		record_set_text(&record, "sourcedId", "id-1");
		record_set_text(&record, "status", "active");
		record_set_text(&record, "metadata", "{\"classId\":\"c\",\"n\":[1,{\"x\":null}]}");
		if (!conn_begin(store_conn(store), true, &err) ||
		    !rows_put(store_conn(store), &record, &created, &err) ||
		    !conn_commit(store_conn(store), &err))
			BUG("%s", err.text);
	}
	arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct filter_rules rules = { BOTH, FILTER_PREDICATES, size % 2 == 0 };
	struct filter filter;
	struct sql sql;
	int64_t count;

	if (size == 0)
		return 0;
	if (!store)
		open_store();

	const struct entity *entity = entities[data[0] % ENTITY_COUNT];
	char *text = fuzz_text(data + 1, size - 1);

	/* as it comes out of a query: valid UTF-8, without NUL */
	utf8_scrub(text);
	if (filter_parse(&filter, text, entity, &rules, &arena, &err)) {
		FUZZ_HOLDS(filter.count >= 1 && filter.count <= FILTER_PREDICATES);
		sql_init(&sql);
		filter_sql(&filter, &sql);
		if (!rows_count(store_conn(store), entity, &sql, &count, &err))
			BUG("%s: %s: %s", text, str_text(&sql.text), err.text);
		FUZZ_HOLDS(count == 0 || count == 1);
		sql_release(&sql);
	} else {
		FUZZ_HOLDS(err.code == ERR_INVALID && *err.text);
	}
	free(text);
	arena_release(&arena);
	return 0;
}
