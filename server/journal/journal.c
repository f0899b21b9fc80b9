/*
 * journal.c - a ring of exchanges.
 */
#include "server/journal/journal.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/when.h"

/* An exchange and, behind it, all that it points to. */
struct entry {
	struct journal_exchange exchange; /* first: an exchange is its entry */
	atomic_int references;
	size_t size; /* with what is behind it */
	max_align_t data[];
};

struct journal {
	struct journal_budget *budget;
	size_t most;
	pthread_mutex_t mutex; /* guards what follows */
	struct entry **ring;
	size_t first, count, bytes; /* ids in the ring have no gaps */
	int64_t next_id;
	int64_t forgotten; /* gave way to others; what was cleared does not count */
};

/* Copies into @base, or counts only while that is NULL. */
struct packer {
	char *base;
	size_t used;
};

static void *pack(struct packer *packer, const void *bytes, size_t size, size_t align)
{
	packer->used = (packer->used + align - 1) / align * align;

	char *at = packer->base ? packer->base + packer->used : NULL;

	if (at && size)
		memcpy(at, bytes, size);
	packer->used += size;
	return at;
}

static void pack_text(struct packer *packer, const char **text)
{
	if (*text)
		*text = pack(packer, *text, strlen(*text) + 1, 1);
}

static void pack_words(struct packer *packer, struct journal_words *words)
{
	const char **items = pack(packer, words->items, words->count * sizeof *words->items,
				  _Alignof(char *));

	for (size_t i = 0; i < words->count; i++) {
		const char *item = words->items[i];

		pack_text(packer, &item);
		if (items)
			items[i] = item;
	}
	if (items)
		words->items = items;
}

static void pack_message(struct packer *packer, struct journal_message *message)
{
	struct pair *headers = pack(packer, message->headers,
				    message->header_count * sizeof *message->headers,
				    _Alignof(struct pair));

	for (size_t i = 0; i < message->header_count; i++) {
		struct pair pair = message->headers[i];

		pack_text(packer, &pair.name);
		pack_text(packer, &pair.value);
		if (headers)
			headers[i] = pair;
	}
	if (headers)
		message->headers = headers;
	if (message->body)
		message->body = pack(packer, message->body, message->length, 1);
}

static void pack_exchange(struct packer *packer, struct journal_exchange *exchange)
{
	const char **const texts[] = { &exchange->sandbox,   &exchange->method,
				       &exchange->base_url,  &exchange->target,
				       &exchange->operation, &exchange->client,
				       &exchange->refusal };

	/* pointers before texts: nothing is lost to alignment */
	pack_words(packer, &exchange->quirks);
	pack_words(packer, &exchange->faults);
	pack_words(packer, &exchange->diagnostics);
	pack_message(packer, &exchange->request);
	pack_message(packer, &exchange->response);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		pack_text(packer, texts[i]);
}

/* Never in the middle of a character, as far as there are any. */
static void cut_body(struct journal_message *message)
{
	size_t length = message->length;

	if (message->size < length)
		message->size = length;
	if (length <= JOURNAL_BODY)
		return;
	length = JOURNAL_BODY;
	for (int i = 0; i < 3 && ((unsigned char)message->body[length] & 0xc0) == 0x80; i++)
		length--;
	message->length = length;
}

static struct entry *new_entry(const struct journal_exchange *exchange)
{
	struct journal_exchange cut = *exchange, measured;
	struct packer packer = { NULL, 0 };
	struct entry *entry;

	cut_body(&cut.request);
	cut_body(&cut.response);
	if (cut.diagnostics.count > JOURNAL_DIAGNOSTICS)
		cut.diagnostics.count = JOURNAL_DIAGNOSTICS;
	measured = cut;
	pack_exchange(&packer, &measured);
	entry = xmalloc(sizeof *entry + packer.used);
	entry->size = sizeof *entry + packer.used;
	entry->exchange = cut;
	atomic_init(&entry->references, 1);
	packer = (struct packer){ (char *)entry->data, 0 };
	pack_exchange(&packer, &entry->exchange);
	return entry;
}

static void put_entry(struct entry *entry)
{
	if (atomic_fetch_sub(&entry->references, 1) == 1)
		free(entry);
}

struct journal *journal_new(size_t most, struct journal_budget *budget)
{
	struct journal *journal = xcalloc(1, sizeof *journal);

	journal->most = most;
	journal->budget = budget;
	if (budget)
		atomic_fetch_add(&budget->journals, 1);
	journal->ring = xcalloc(most, sizeof *journal->ring);
	journal->next_id = 1;
	pthread_mutex_init(&journal->mutex, NULL);
	return journal;
}

static bool over_budget(const struct journal *journal)
{
	const struct journal_budget *budget = journal->budget;

	if (!budget)
		return false;

	size_t most = budget->most ? budget->most : JOURNAL_BUDGET;

	return atomic_load(&budget->used) > most &&
	       journal->bytes > most / atomic_load(&budget->journals);
}

/* Takes the oldest out; the caller has its reference. */
static struct entry *drop_oldest(struct journal *journal)
{
	struct entry *entry = journal->ring[journal->first];

	journal->first = (journal->first + 1) % journal->most;
	journal->count--;
	journal->bytes -= entry->size;
	if (journal->budget)
		atomic_fetch_sub(&journal->budget->used, entry->size);
	return entry;
}

static struct entry *forget_oldest(struct journal *journal)
{
	journal->forgotten++;
	return drop_oldest(journal);
}

/* The newest stays, whatever the budget. */
static bool is_too_full(const struct journal *journal)
{
	return journal->count > 1 && (journal->bytes > JOURNAL_BYTES || over_budget(journal));
}

void journal_add(struct journal *journal, const struct journal_exchange *exchange)
{
	struct entry *entry, *dropped;

	if (!journal || !journal->most)
		return;
	entry = new_entry(exchange);
	pthread_mutex_lock(&journal->mutex);
	dropped = journal->count == journal->most ? forget_oldest(journal) : NULL;
	entry->exchange.id = journal->next_id++;
	journal->ring[(journal->first + journal->count++) % journal->most] = entry;
	journal->bytes += entry->size;
	if (journal->budget)
		atomic_fetch_add(&journal->budget->used, entry->size);
	while (is_too_full(journal)) {
		if (dropped)
			put_entry(dropped);
		dropped = forget_oldest(journal);
	}
	pthread_mutex_unlock(&journal->mutex);
	if (dropped)
		put_entry(dropped);
}

void journal_clear(struct journal *journal)
{
	if (!journal)
		return;
	pthread_mutex_lock(&journal->mutex);
	while (journal->count)
		put_entry(drop_oldest(journal));
	journal->forgotten = 0;
	pthread_mutex_unlock(&journal->mutex);
}

void journal_free(struct journal *journal)
{
	if (!journal)
		return;
	journal_clear(journal);
	if (journal->budget)
		atomic_fetch_sub(&journal->budget->journals, 1);
	pthread_mutex_destroy(&journal->mutex);
	free(journal->ring);
	free(journal);
}

static void take(struct journal_list *out, struct entry *entry)
{
	atomic_fetch_add(&entry->references, 1);
	out->items[out->count++] = &entry->exchange;
}

static void reverse(struct journal_list *list)
{
	for (size_t i = 0, k = list->count; i + 1 < k; i++) {
		const struct journal_exchange *item = list->items[i];

		list->items[i] = list->items[--k];
		list->items[k] = item;
	}
}

void journal_take(struct journal *journal, const struct journal_query *query,
		  struct journal_list *out)
{
	bool backwards = query->limit && !query->has_since_id && !query->has_since_at;
	size_t skip = 0;

	*out = (struct journal_list){ .forgotten = -1 };
	if (!journal)
		return;
	pthread_mutex_lock(&journal->mutex);

	int64_t first = journal->next_id - (int64_t)journal->count;

	out->forgotten = journal->forgotten;

	if (query->has_since_id && query->since_id >= first)
		skip = query->since_id - first >= (int64_t)journal->count
			       ? journal->count
			       : (size_t)(query->since_id - first) + 1;
	out->items = xcalloc(journal->count - skip, sizeof *out->items);
	for (size_t i = skip; i < journal->count; i++) {
		size_t n = backwards ? journal->count - 1 - i : i;
		struct entry *entry = journal->ring[(journal->first + n) % journal->most];

		if (!journal_matches(query, &entry->exchange))
			continue;
		if (query->limit && out->count == query->limit) {
			out->more = !backwards;
			break;
		}
		take(out, entry);
	}
	pthread_mutex_unlock(&journal->mutex);
	if (backwards)
		reverse(out);
}

void journal_list_release(struct journal_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		put_entry((struct entry *)(uintptr_t)list->items[i]);
	free(list->items);
	*list = (struct journal_list){ 0 };
}
