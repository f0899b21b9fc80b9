/*
 * found.c - what a filter found, as a set or a list of row numbers.
 */
#include "server/store/found.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "server/store/internal.h"

#define SET_MOST (UINT64_C(1) << 27) /* row numbers that a set holds: 16 MiB */
#define STRIDE 64                    /* words of a set for which one count is kept */

struct found {
	atomic_int references;
	int64_t total;
	bool has_rows;
	uint32_t *list;  /* in order; NULL: the order is that of the row numbers */
	uint64_t *words; /* bit n: the row n; NULL with a list */
	uint32_t *ranks; /* rows before each STRIDE words */
	size_t word_count;
};

/* What the aggregate collect(id) fills. */
struct gather {
	const struct found *within; /* only what is in there; NULL: all */
	struct found *out;
	size_t room;
	bool as_list;
	bool too_large; /* for the numbers that are kept */
};

static bool holds(const struct found *found, int64_t row)
{
	uint64_t bit = (uint64_t)row;

	return bit / 64 < found->word_count && (found->words[bit / 64] >> bit % 64 & 1);
}

static void add_to_set(struct found *found, uint64_t row)
{
	size_t need = row / 64 + 1;

	if (need > found->word_count) {
		size_t count = found->word_count ? found->word_count : 1024;

		while (count < need)
			count *= 2;
		found->words = xrealloc(found->words, count * sizeof *found->words);
		memset(found->words + found->word_count, 0,
		       (count - found->word_count) * sizeof *found->words);
		found->word_count = count;
	}
	found->words[row / 64] |= UINT64_C(1) << row % 64;
}

static void gather_add(struct gather *gather, int64_t row)
{
	struct found *found = gather->out;

	if (gather->within && !holds(gather->within, row))
		return;
	if (row < 0 || (uint64_t)row >= (gather->as_list ? UINT32_MAX : SET_MOST)) {
		gather->too_large = true;
	} else if (gather->as_list) {
		if ((size_t)found->total == gather->room) {
			gather->room = gather->room ? 2 * gather->room : 1024;
			found->list = xrealloc(found->list, gather->room * sizeof *found->list);
		}
		found->list[found->total] = (uint32_t)row;
	} else {
		add_to_set(found, (uint64_t)row);
	}
	found->total++;
}

static void collect_step(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct conn *conn = sqlite3_user_data(context);

	(void)count;
	if (conn->gather && !conn->gather->too_large)
		gather_add(conn->gather, sqlite3_value_int64(values[0]));
}

static void collect_end(sqlite3_context *context)
{
	sqlite3_result_null(context);
}

bool conn_add_collect(struct conn *conn)
{
	return sqlite3_create_function_v2(conn->db, "collect", 1, SQLITE_UTF8 | SQLITE_DIRECTONLY,
					  conn, NULL, collect_step, collect_end, NULL) == SQLITE_OK;
}

static struct found *new_found(void)
{
	struct found *found = xcalloc(1, sizeof *found);

	atomic_init(&found->references, 1);
	return found;
}

/* SELECT collect(id) of what @from says. */
static struct found *gather_from(struct conn *conn, struct gather *gather, const struct sql *sql,
				 struct err *err)
{
	gather->out = new_found();
	conn->gather = gather;

	bool good = conn_query(conn, sql, NULL, NULL, err);

	conn->gather = NULL;
	if (good && !gather->too_large) {
		gather->out->has_rows = true;
		return gather->out;
	}
	if (good)
		err_set(err, ERR_INVALID, "row numbers that are too large to be kept");
	found_put(gather->out);
	return NULL;
}

static struct found *gather_set(struct conn *conn, const struct entity *entity,
				const struct sql *condition, struct err *err)
{
	struct gather gather = { NULL };
	struct found *found;
	struct sql sql;

	sql_init(&sql);
	sql_format(&sql, "SELECT collect(id) FROM \"%s\" WHERE ", entity->plural);
	sql_append(&sql, condition);
	found = gather_from(conn, &gather, &sql, err);
	sql_release(&sql);
	return found;
}

/* In the order of sourcedId: its index tells the rows without a look at them. */
static struct found *gather_by_id(struct conn *conn, const struct entity *entity,
				  const struct sql *condition, bool descending, struct err *err)
{
	struct found *set = gather_set(conn, entity, condition, err), *found;
	struct gather gather = { .within = set, .as_list = true };
	struct sql sql;

	if (!set)
		return NULL;
	sql_init(&sql);
	sql_format(&sql, "SELECT collect(id) FROM (SELECT id FROM \"%s\" ORDER BY sourcedId %s)",
		   entity->plural, descending ? "DESC" : "ASC");
	found = gather_from(conn, &gather, &sql, err);
	sql_release(&sql);
	found_put(set);
	return found;
}

static struct found *gather_sorted(struct conn *conn, const struct entity *entity,
				   const struct sql *condition, const struct order *order,
				   struct err *err)
{
	struct gather gather = { .as_list = true };
	struct found *found;
	struct sql sql;

	sql_init(&sql);
	sql_format(&sql, "SELECT collect(id) FROM (SELECT id FROM \"%s\" WHERE ", entity->plural);
	sql_append(&sql, condition);
	sql_format(&sql, " ORDER BY \"%s\" %s, sourcedId)", order->field->name,
		   order->descending ? "DESC" : "ASC");
	found = gather_from(conn, &gather, &sql, err);
	sql_release(&sql);
	return found;
}

/* The rows of a small set as a list; of a large one how many come before. */
static void settle(struct found *found)
{
	size_t strides = found->word_count / STRIDE + 1, count = 0;

	found->ranks = xcalloc(strides, sizeof *found->ranks);
	for (size_t i = 0; i < found->word_count; i++) {
		if (i % STRIDE == 0)
			found->ranks[i / STRIDE] = (uint32_t)count;
		count += (size_t)__builtin_popcountll(found->words[i]);
	}
	if (found->word_count % STRIDE == 0)
		found->ranks[strides - 1] = (uint32_t)count;
}

struct found *found_make(struct conn *conn, const struct entity *entity,
			 const struct sql *condition, const struct order *order, struct err *err)
{
	struct found *found;

	if (!order || !order->field)
		found = gather_set(conn, entity, condition, err);
	else if (order->field == &entity->fields[FIELD_SOURCED_ID])
		found = gather_by_id(conn, entity, condition, order->descending, err);
	else
		found = gather_sorted(conn, entity, condition, order, err);
	if (found && found->words)
		settle(found);
	return found;
}

struct found *found_count(int64_t total)
{
	struct found *found = new_found();

	found->total = total;
	return found;
}

void found_put(struct found *found)
{
	if (!found || atomic_fetch_sub(&found->references, 1) != 1)
		return;
	free(found->list);
	free(found->words);
	free(found->ranks);
	free(found);
}

int64_t found_total(const struct found *found)
{
	return found->total;
}

bool found_has_rows(const struct found *found)
{
	return found->has_rows;
}

/* The word that holds the row at @offset; *@offset is then that within it. */
static size_t seek(const struct found *found, int64_t *offset)
{
	size_t low = 0, high = found->word_count / STRIDE + 1, i;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (found->ranks[middle] <= *offset)
			low = middle;
		else
			high = middle;
	}
	*offset -= found->ranks[low];
	for (i = low * STRIDE; i < found->word_count; i++) {
		int count = __builtin_popcountll(found->words[i]);

		if (*offset < count)
			break;
		*offset -= count;
	}
	return i;
}

size_t found_rows(const struct found *found, int64_t offset, size_t limit, int64_t *out)
{
	size_t count = 0;

	if (offset >= found->total)
		return 0;
	if (found->list) {
		for (; count < limit && offset + (int64_t)count < found->total; count++)
			out[count] = found->list[(size_t)offset + count];
		return count;
	}
	for (size_t i = seek(found, &offset); i < found->word_count && count < limit; i++)
		for (uint64_t word = found->words[i]; word && count < limit; word &= word - 1)
			if (offset-- <= 0)
				out[count++] = (int64_t)i * 64 + __builtin_ctzll(word);
	return count;
}

size_t found_size(const struct found *found)
{
	return sizeof *found + (found->list ? (size_t)found->total * sizeof *found->list : 0) +
	       found->word_count * sizeof *found->words +
	       found->word_count / STRIDE * sizeof *found->ranks;
}

struct found *found_take(struct found *found)
{
	atomic_fetch_add(&found->references, 1);
	return found;
}
