/*
 * import.c - bundles into a database, in one transaction.
 *
 * Also five million rows are one transaction, in the log that every write goes through: a
 * process that dies leaves the database as it was, whatever it held, and nothing has to be
 * undone or renamed. The price is a log about as large as what is loaded until the database is
 * closed, which empties it. Without a log, in a new file that is renamed at the end, the disk
 * would hold half as much for that time; but lock and name of the database would part, and an
 * import into a database that holds something would need the log all the same.
 */
#include "server/bundle/internal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool load_bundle(struct loading *loading, struct err *err)
{
	return manifest_read(loading, err) && load_files(loading, err) &&
	       references_check(loading, err) && state_load(loading, err);
}

/* A folder of something else is no flawed bundle, but a wrong path. */
static bool holds_files(const struct bundle *bundle, struct err *err)
{
	for (size_t i = 0; i < bundle_count(bundle); i++)
		if (strlen(bundle_name(bundle, i)) > 4 &&
		    strcasecmp(bundle_name(bundle, i) + strlen(bundle_name(bundle, i)) - 4,
			       ".csv") == 0)
			return true;
	return err_set(err, ERR_INVALID, "%s: there is no CSV file in it", bundle_path(bundle));
}

static void release_bundle(struct loading *loading)
{
	for (size_t i = 0; i < CSV_FILES; i++) {
		struct table *table = &loading->tables[i];

		for (int k = 0; k < table->count; k++)
			free(table->columns[k].name);
		free(table->name);
		*table = (struct table){ NULL };
	}
	json_decref(loading->manifest.properties);
	loading->manifest = (struct manifest){ false };
}

static bool load_all(struct loading *loading, struct bundle *const *bundles, size_t count,
		     struct err *err)
{
	bool good = true;

	for (size_t i = 0; i < count && good; i++) {
		loading->bundle = bundles[i];
		loading->number = i;
		good = load_bundle(loading, err);
		if (good)
			manifest_strangers(loading);
		if (good && i + 1 == count)
			good = bulk_sweep(loading, err) && rows_derive(loading->conn, err);
		release_bundle(loading);
	}
	return good;
}

bool import_bundles(struct import *import, struct store *store, struct bundle *const *bundles,
		    size_t count, struct err *err)
{
	struct loading *loading = xcalloc(1, sizeof *loading);
	struct err ignored = ERR_INIT;
	bool good = true;

	loading->import = import;
	loading->conn = store_conn(store);
	loading->several = count > 1;
	for (size_t i = 0; i < count && good; i++)
		good = holds_files(bundles[i], err);
	good = good && notes_begin(loading, err) && conn_begin(loading->conn, true, err) &&
	       load_all(loading, bundles, count, err);
	import->stored = good && !import->dry_run &&
			 !(import->strict && (import->errors || import->warnings));
	if (import->stored)
		good = import->stored = conn_commit(loading->conn, err);
	if (!import->stored)
		conn_rollback(loading->conn);
	if (!notes_end(loading, good ? err : &ignored))
		good = false;
	free(loading);
	return good;
}
