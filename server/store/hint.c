/*
 * hint.c - in which row an object was last seen.
 */
#include "server/store/hint.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#include "server/store/internal.h"

#define LINES_LEAST 64
#define LINES_MOST (HINT_BYTES / sizeof(struct line))
#define LARGER 4          /* times, when a table is too small */
#define TAG_SHIFT 24      /* below it the row, above it a part of the hash; 0: empty */
#define ROW_MOST 0xffffff /* rows behind it are found by the index */
#define WARM_ROWS 20000   /* of one transaction */
#define NICE 19

struct line {
	_Alignas(64) atomic_uint slots[HINT_WAYS];
};

struct table {
	struct line *lines;
	size_t count;        /* a power of two */
	atomic_size_t given; /* hints that gave way to others */
	struct table *older; /* somebody may still be looking at it */
};

struct hints {
	struct table *_Atomic table;
	pthread_mutex_t mutex; /* who makes a larger table */
	char *path;            /* of hints_warm() */
	pthread_t thread;
	atomic_bool ending;
};

static struct table *new_table(size_t count, struct table *older)
{
	struct table *table = xcalloc(1, sizeof *table);

	table->count = count;
	table->lines = mmap(NULL, count * sizeof *table->lines, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (table->lines == MAP_FAILED)
		BUG("no memory for hints");
	table->older = older;
	return table;
}

struct hints *hints_new(int64_t rows)
{
	struct hints *hints = xcalloc(1, sizeof *hints);
	size_t count = LINES_LEAST;

	while (count < LINES_MOST && (int64_t)(count * HINT_WAYS) < rows + rows / 2)
		count *= 2;
	atomic_init(&hints->table, new_table(count, NULL));
	pthread_mutex_init(&hints->mutex, NULL);
	return hints;
}

void hints_free(struct hints *hints)
{
	struct table *table = hints ? atomic_load(&hints->table) : NULL;

	if (!hints)
		return;
	atomic_store(&hints->ending, true);
	if (hints->path)
		pthread_join(hints->thread, NULL);
	while (table) {
		struct table *older = table->older;

		munmap(table->lines, table->count * sizeof *table->lines);
		free(table);
		table = older;
	}
	pthread_mutex_destroy(&hints->mutex);
	free(hints->path);
	free(hints);
}

static uint64_t hash_of(const struct entity *entity, const char *id)
{
	return fnv1a(entity_number(entity) + 1, id, strlen(id));
}

static struct line *line_of(const struct table *table, uint64_t hash)
{
	return &table->lines[hash & (table->count - 1)];
}

static unsigned tag_of(uint64_t hash)
{
	return (unsigned)(hash >> 56) << TAG_SHIFT;
}

/* Another thread may have been first. */
static void enlarge(struct hints *hints, struct table *table)
{
	size_t count = table->count * LARGER < LINES_MOST ? table->count * LARGER : LINES_MOST;

	pthread_mutex_lock(&hints->mutex);
	if (atomic_load(&hints->table) == table)
		atomic_store(&hints->table, new_table(count, table));
	pthread_mutex_unlock(&hints->mutex);
}

void hints_note(struct hints *hints, const struct entity *entity, const char *id, int64_t row)
{
	struct table *table = atomic_load(&hints->table);
	uint64_t hash = hash_of(entity, id);
	struct line *line = line_of(table, hash);
	unsigned hint = tag_of(hash) | (unsigned)row;
	size_t i = 0;

	if (row < 1 || row > ROW_MOST)
		return;
	for (; i < HINT_WAYS; i++) {
		unsigned found = atomic_load_explicit(&line->slots[i], memory_order_relaxed);

		if (found == hint)
			return;
		if (!found)
			break;
	}
	if (i == HINT_WAYS) {
		i = (hash >> 48) % HINT_WAYS;
		if (atomic_fetch_add(&table->given, 1) > table->count * HINT_WAYS / 4 &&
		    table->count < LINES_MOST)
			enlarge(hints, table);
	}
	atomic_store_explicit(&line->slots[i], hint, memory_order_relaxed);
}

size_t hints_find(const struct hints *hints, const struct entity *entity, const char *id,
		  int64_t out[static HINT_WAYS])
{
	struct table *table = atomic_load(&hints->table);
	uint64_t hash = hash_of(entity, id);
	const struct line *line = line_of(table, hash);
	size_t count = 0;

	for (size_t i = 0; i < HINT_WAYS; i++) {
		unsigned hint = atomic_load_explicit(&line->slots[i], memory_order_relaxed);

		if (!hint)
			break;
		if ((hint & ~(unsigned)ROW_MOST) == tag_of(hash))
			out[count++] = hint & ROW_MOST;
	}
	return count;
}

struct walk {
	struct hints *hints;
	const struct entity *entity;
	char *last; /* sourcedId; owned */
	int64_t rows;
};

static bool note_row(const struct value *columns, int count, void *payload)
{
	struct walk *walk = payload;

	(void)count;
	hints_note(walk->hints, walk->entity, columns[0].text, columns[1].integer);
	if (++walk->rows == WARM_ROWS) {
		free(walk->last);
		walk->last = xstrdup(columns[0].text);
	}
	return !atomic_load(&walk->hints->ending);
}

/* By the index alone, which is smaller than the table. */
static bool walk_some(struct conn *conn, struct walk *walk, struct err *err)
{
	struct sql sql;

	walk->rows = 0;
	sql_init(&sql);
	sql_format(&sql, "SELECT sourcedId, id FROM \"%s\" WHERE sourcedId > ",
		   walk->entity->plural);
	sql_text(&sql, walk->last ? walk->last : "");
	sql_format(&sql, " ORDER BY sourcedId LIMIT %d", WARM_ROWS);

	bool good = conn_query(conn, &sql, note_row, walk, err);

	sql_release(&sql);
	return good && walk->rows == WARM_ROWS;
}

static void *warm(void *payload)
{
	struct hints *hints = payload;
	struct err ignored = ERR_INIT; /* what cannot be read is found by those who look for it */
	struct conn *conn = conn_open(hints->path, false, &ignored);

	setpriority(PRIO_PROCESS, 0, NICE); /* of this thread alone, on Linux */
	for (size_t i = 0; i < ENTITY_COUNT && conn; i++) {
		struct walk walk = { hints, entities[i], NULL, 0 };

		while (walk_some(conn, &walk, &ignored) && !atomic_load(&hints->ending))
			;
		free(walk.last);
	}
	conn_close(conn);
	return NULL;
}

void hints_warm(struct hints *hints, const char *path)
{
	hints->path = xstrdup(path);
	if (pthread_create(&hints->thread, NULL, warm, hints) != 0)
		BUG("no thread for hints");
}
