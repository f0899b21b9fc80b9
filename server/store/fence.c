/*
 * fence.c - where a page of a whole collection begins, without walking there.
 */
#include "server/store/fence.h"

#include <stdlib.h>
#include <string.h>

#include "server/store/internal.h"

#define BLOCK_MOST (8 * FENCE_BLOCK) /* a larger one makes its line be made anew */
#define PENDING_MOST 200000          /* changes that are kept while fences are made */

struct block { /* from its key to that of the next one; the first has no lower end */
	int64_t row;
	char *id; /* owned; NULL by row */
	int64_t count;
};

struct pending { /* came while the blocks were made */
	int64_t commit, row;
	char *id;
	bool is_insert;
};

enum line_state { LINE_NONE, LINE_MAKING, LINE_READY };

struct line {
	enum line_state state;
	bool spoilt; /* what came while it was made cannot be followed */
	struct block *blocks;
	size_t count, room;
	int64_t last;    /* the highest row number that there ever was */
	int64_t members; /* the commit whose state they describe */
	struct pending *pending;
	size_t pending_count, pending_room;
	int64_t pending_commit; /* the last one that came */
};

struct fences {
	pthread_mutex_t mutex; /* guards all */
	struct line lines[ENTITY_COUNT][FENCE_ORDERS];
};

struct fences *fences_new(void)
{
	struct fences *fences = xcalloc(1, sizeof *fences);

	pthread_mutex_init(&fences->mutex, NULL);
	return fences;
}

static void free_blocks(struct block *blocks, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(blocks[i].id);
	free(blocks);
}

static void forget(struct line *line)
{
	free_blocks(line->blocks, line->count);
	for (size_t i = 0; i < line->pending_count; i++)
		free(line->pending[i].id);
	free(line->pending);
	*line = (struct line){ LINE_NONE };
}

void fences_free(struct fences *fences)
{
	if (!fences)
		return;
	for (size_t i = 0; i < ENTITY_COUNT; i++)
		for (size_t k = 0; k < FENCE_ORDERS; k++)
			forget(&fences->lines[i][k]);
	pthread_mutex_destroy(&fences->mutex);
	free(fences);
}

/* BINARY of SQLite: by bytes. */
static bool is_below(const struct block *block, int64_t row, const char *id)
{
	return block->id ? strcmp(block->id, id) <= 0 : block->row <= row;
}

/* The block that a key lies in. */
static size_t block_of(const struct line *line, int64_t row, const char *id)
{
	size_t low = 0, high = line->count;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (is_below(&line->blocks[middle], row, id))
			low = middle;
		else
			high = middle;
	}
	return low;
}

static void add_block(struct line *line, int64_t row, const char *id, int64_t count)
{
	GROW(line->blocks, line->count, line->room);
	line->blocks[line->count++] = (struct block){ row, xstrdup(id), count };
}

/* False: the line can no longer be followed. By row, what is new mostly comes behind the rest
 * and begins a block of its own when the last one is full. */
static bool apply(struct line *line, bool is_insert, int64_t row, const char *id)
{
	struct block *block = &line->blocks[block_of(line, row, id)];

	if (is_insert && row > line->last) {
		line->last = row;
		if (!id && line->blocks[line->count - 1].count >= FENCE_BLOCK) {
			add_block(line, row, NULL, 1);
			return true;
		}
	}
	block->count += is_insert ? 1 : -1;
	return block->count >= 0 && block->count <= BLOCK_MOST;
}

static bool follow_ready(struct line *line, const struct changes *changes,
			 const struct entity *entity, enum fence_order order)
{
	for (size_t i = 0; i < changes->count; i++) {
		const struct change *change = &changes->items[i];

		if (change->entity == entity &&
		    !apply(line, change->kind == CHANGE_INSERT, change->row,
			   order == FENCE_BY_ID ? change->id : NULL))
			return false;
	}
	line->members = changes->commit;
	return true;
}

static void follow_making(struct line *line, const struct changes *changes,
			  const struct entity *entity, enum fence_order order)
{
	for (size_t i = 0; i < changes->count && !line->spoilt; i++) {
		const struct change *change = &changes->items[i];

		if (change->entity != entity)
			continue;
		if (line->pending_count == PENDING_MOST) {
			line->spoilt = true;
			break;
		}
		GROW(line->pending, line->pending_count, line->pending_room);
		line->pending[line->pending_count++] = (struct pending){
			changes->commit, change->row,
			order == FENCE_BY_ID ? xstrdup(change->id) : NULL,
			change->kind == CHANGE_INSERT
		};
	}
	line->spoilt = line->spoilt || changes->overflow;
	line->pending_commit = changes->commit;
}

static void follow(struct line *line, const struct changes *changes, const struct entity *entity,
		   enum fence_order order)
{
	if (line->state == LINE_MAKING)
		follow_making(line, changes, entity, order);
	else if (line->state == LINE_READY &&
		 changes->commit > line->members && /* else they were made of it */
		 (changes->overflow || !follow_ready(line, changes, entity, order)))
		forget(line);
}

void fences_follow(struct fences *fences, const struct changes *changes)
{
	pthread_mutex_lock(&fences->mutex);
	for (size_t i = 0; i < ENTITY_COUNT; i++)
		for (int k = 0; k < FENCE_ORDERS && (changes->members & (1u << i)); k++)
			follow(&fences->lines[i][k], changes, entities[i], (enum fence_order)k);
	pthread_mutex_unlock(&fences->mutex);
}

static void ascend(const struct line *line, int64_t offset, struct fence *out)
{
	size_t i = 0;

	while (i + 1 < line->count && offset >= line->blocks[i].count)
		offset -= line->blocks[i++].count;
	out->row = i ? line->blocks[i].row : INT64_MIN;
	out->id = i ? xstrdup(line->blocks[i].id) : NULL;
	out->skip = offset;
}

static void descend(const struct line *line, int64_t offset, struct fence *out)
{
	size_t i = line->count;

	while (i > 1 && offset >= line->blocks[i - 1].count)
		offset -= line->blocks[--i].count;
	out->row = i < line->count ? line->blocks[i].row : INT64_MAX;
	out->id = i < line->count ? xstrdup(line->blocks[i].id) : NULL;
	out->skip = offset;
}

enum fence_found fences_find(struct fences *fences, const struct entity *entity,
			     enum fence_order order, bool descending, int64_t offset,
			     const struct tally *tally, struct fence *out)
{
	struct line *line = &fences->lines[entity_number(entity)][order];
	enum fence_found found = FENCE_NONE;

	*out = (struct fence){ 0 };
	pthread_mutex_lock(&fences->mutex);
	if (line->state == LINE_MAKING) {
		found = FENCE_MAKING;
	} else if (line->state == LINE_READY) {
		found = line->members == tally->members ? FENCE_FOUND : FENCE_OTHER;
		if (found == FENCE_FOUND)
			(descending ? descend : ascend)(line, offset, out);
	}
	pthread_mutex_unlock(&fences->mutex);
	return found;
}

void fence_release(struct fence *fence)
{
	free(fence->id);
	fence->id = NULL;
}

struct reached {
	int64_t row;
	char *id;
	bool there;
};

static bool take_key(const struct value *columns, int count, void *payload)
{
	struct reached *reached = payload;

	(void)count;
	free(reached->id);
	reached->there = true;
	reached->row = columns[0].integer;
	reached->id = xstrdup(columns[0].text);
	return false;
}

/* The key FENCE_BLOCK rows behind @reached. */
static bool next_key(struct conn *conn, const struct entity *entity, enum fence_order order,
		     struct reached *reached, struct err *err)
{
	const char *column = order == FENCE_BY_ID ? "sourcedId" : "id";
	struct sql sql;

	reached->there = false;
	sql_init(&sql);
	sql_format(&sql, "SELECT %s FROM \"%s\" WHERE %s >= ", column, entity->plural, column);
	if (order == FENCE_BY_ID)
		sql_text(&sql, reached->id);
	else
		sql_int(&sql, reached->row);
	sql_format(&sql, " ORDER BY %s LIMIT 1 OFFSET %d", column, FENCE_BLOCK);

	bool good = conn_query(conn, &sql, take_key, reached, err);

	sql_release(&sql);
	return good;
}

static bool last_row(struct conn *conn, const struct entity *entity, int64_t *out, struct err *err)
{
	struct sql sql;

	sql_init(&sql);
	sql_format(&sql, "SELECT max(id) FROM \"%s\"", entity->plural);

	bool good = conn_integer(conn, &sql, out, err);

	sql_release(&sql);
	return good;
}

/* Cuts the order into blocks, as the transaction of @conn sees it. */
static bool cut(struct line *made, struct conn *conn, const struct entity *entity,
		enum fence_order order, bool (*stop)(void *payload), void *payload, struct err *err)
{
	struct reached reached = { INT64_MIN, order == FENCE_BY_ID ? xstrdup("") : NULL, true };
	struct tally tally;
	bool good = tally_read(conn, entity, &tally, err);

	made->members = tally.members;
	while (good && reached.there) {
		add_block(made, reached.row, reached.id, FENCE_BLOCK);
		good = !(stop && stop(payload)) && next_key(conn, entity, order, &reached, err);
	}
	if (good)
		made->blocks[made->count - 1].count = tally.rows -
						      (int64_t)(made->count - 1) * FENCE_BLOCK;
	good = good && last_row(conn, entity, &made->last, err);
	free(reached.id);
	return good;
}

/* With the mutex: what came meanwhile follows. */
static bool catch_up(struct line *made, const struct line *line)
{
	for (size_t i = 0; i < line->pending_count; i++) {
		const struct pending *pending = &line->pending[i];

		if (pending->commit > made->members &&
		    !apply(made, pending->is_insert, pending->row, pending->id))
			return false;
	}
	if (line->pending_commit > made->members)
		made->members = line->pending_commit;
	return !line->spoilt;
}

static bool claim(struct fences *fences, struct line *line)
{
	pthread_mutex_lock(&fences->mutex);

	bool mine = line->state == LINE_NONE;

	if (mine)
		line->state = LINE_MAKING;
	pthread_mutex_unlock(&fences->mutex);
	return mine;
}

bool fences_make(struct fences *fences, struct conn *conn, const struct entity *entity,
		 enum fence_order order, bool (*stop)(void *payload), void *payload,
		 struct err *err)
{
	struct line *line = &fences->lines[entity_number(entity)][order];
	struct line made = { LINE_READY };
	struct err ignored = ERR_INIT;
	bool good;

	if (!claim(fences, line)) /* from here on, what is committed is noted */
		return false;
	good = conn_begin(conn, false, err) && cut(&made, conn, entity, order, stop, payload, err);
	if (!conn_commit(conn, &ignored))
		conn_rollback(conn);
	pthread_mutex_lock(&fences->mutex);
	good = good && catch_up(&made, line);
	forget(line);
	if (good)
		*line = made;
	else
		free_blocks(made.blocks, made.count);
	pthread_mutex_unlock(&fences->mutex);
	return good;
}

size_t fences_size(struct fences *fences)
{
	size_t size = 0;

	pthread_mutex_lock(&fences->mutex);
	for (size_t i = 0; i < ENTITY_COUNT; i++)
		for (size_t k = 0; k < FENCE_ORDERS; k++) {
			const struct line *line = &fences->lines[i][k];

			size += line->room * sizeof *line->blocks;
			for (size_t n = 0; n < line->count; n++)
				size += line->blocks[n].id ? strlen(line->blocks[n].id) + 1 : 0;
		}
	pthread_mutex_unlock(&fences->mutex);
	return size;
}
