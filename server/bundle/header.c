/*
 * header.c - what the columns of a CSV file mean.
 */
#include "server/bundle/internal.h"

#include <string.h>

/* Headers seen in the field that mean a column of the binding. */
static const struct {
	const char *file, *header, *means;
} aliases[] = {
	{ "users", "userId", "userIds" },
	{ "users", "agents", "agentSourcedIds" },
	{ "users", "grade", "grades" },
	{ "classes", "grade", "grades" },
	{ "courses", "grade", "grades" },
	{ "courses", "schoolYearId", "schoolYearSourcedId" },
	{ "demographics", "userSourcedId", "sourcedId" },
	{ "demographics", "birthdate", "birthDate" },
};

static const char *meaning(const struct table *table, const char *header)
{
	for (size_t i = 0; i < ARRAY_SIZE(aliases); i++)
		if (strcmp(aliases[i].file, table->file->name) == 0 &&
		    strcmp(aliases[i].header, header) == 0)
			return aliases[i].means;
	return header;
}

const struct fallback fallbacks[FALLBACKS] = {
	{ "scoreScales", "orgSourcedId",
	  "(SELECT c.school FROM classes c WHERE c.sourcedId = scoreScales.class)" },
	{ "scoreScales", "courseSourcedId",
	  "(SELECT c.course FROM classes c WHERE c.sourcedId = scoreScales.class)" },
	{ "lineItems", "gradingPeriodSourcedId", "lineItems.academicSession" },
};

const struct fallback *fallback_find(const struct csv_file *file, const char *column)
{
	for (size_t i = 0; i < FALLBACKS; i++)
		if (strcmp(fallbacks[i].file, file->name) == 0 &&
		    strcmp(fallbacks[i].column, column) == 0)
			return &fallbacks[i];
	return NULL;
}

static const struct csv_column *find_column(const struct csv_file *file, unsigned version,
					    const char *name, struct csv_column *columns, int *at)
{
	int count = csv_file_columns(file, version, columns);

	for (*at = 0; *at < count; ++*at)
		if (strcmp(columns[*at].name, name) == 0)
			return &columns[*at];
	return NULL;
}

static int find_field(const struct entity *entity, const char *header)
{
	char csv[64];

	for (int i = 0; entity->fields[i].name; i++) {
		field_csv(&entity->fields[i], csv);
		if (strcmp(csv, header) == 0)
			return i;
	}
	return -1;
}

/* metadata.KEY, or metadata.mocksis.FIELD. */
static void read_extension(struct import *import, struct table *table, int at)
{
	struct column *column = &table->columns[at];
	const char *name = column->name;
	int index = -1;

	for (int i = 0; i < at; i++)
		if (strcmp(table->columns[i].name, name) == 0)
			flaw_report(import, table->name, 1, at + 1, FLAW_HEADER_TWICE, FLAW_ERROR,
				    "%s stands twice; the last value counts", name);
	if (!table->file->field && starts_with(name, STORED_PREFIX))
		index = entity_field_index(table->file->entity, name + strlen(STORED_PREFIX));
	column->kind = index >= 0 ? COLUMN_STORED : COLUMN_METADATA;
	column->metadata = name + strlen("metadata.");
	if (table->file->field) { /* a link has no metadata of its own in the API */
		column->kind = COLUMN_PLACELESS;
	} else if (index >= 0) {
		column->index = index;
		column->field = &table->file->entity->fields[index];
		table->stored[index] = true;
	}
}

static void read_column(struct import *import, struct table *table, int at)
{
	struct column *column = &table->columns[at];
	const char *header = column->name, *means = meaning(table, header);
	struct csv_column columns[CSV_COLUMNS];
	const struct csv_column *known;
	unsigned other = 0;
	int place;

	known = find_column(table->file, table->version, means, columns, &place);
	if (!known) {
		other = BOTH & ~table->version;
		known = find_column(table->file, other, means, columns, &place);
		if (known)
			flaw_report(import, table->name, 1, at + 1, FLAW_HEADER_VERSION,
				    FLAW_WARNING, "%s is a column of %s; it is loaded", header,
				    other == V12 ? "1.2" : "1.1");
	}
	if (!known) {
		flaw_report(import, table->name, 1, at + 1, FLAW_HEADER_UNKNOWN, FLAW_WARNING,
			    "%s is not a column of %s.csv; its values are not loaded (extensions "
			    "are named metadata.%s)",
			    header, table->file->name, header);
		return;
	}
	column->index = table->file->field ? place : find_field(table->file->entity, means);
	column->kind = column->index >= 0 ? COLUMN_FIELD : COLUMN_PLACELESS;
	if (column->index >= 0 && table->place[column->index]) {
		column->kind = COLUMN_UNKNOWN;
		flaw_report(import, table->name, 1, at + 1, FLAW_HEADER_TWICE, FLAW_ERROR,
			    "%s stands twice; the second column is not loaded", header);
		return;
	}
	column->order = other ? 0 : place + 1;
	if (means != header)
		flaw_report(import, table->name, 1, at + 1, FLAW_HEADER_NAME, FLAW_WARNING,
			    "%s is taken for %s", header, means);
	column->required = known->required;
	column->needed = known->needed && other == 0 && !table->whole;
	if (column->index < 0)
		return;
	table->place[column->index] = at + 1;
	if (!table->file->field)
		column->field = &table->file->entity->fields[column->index];
}

static bool has_column(const struct table *table, const char *name)
{
	for (int i = 0; i < table->count; i++)
		if (table->columns[i].kind != COLUMN_UNKNOWN &&
		    strcmp(meaning(table, table->columns[i].name), name) == 0)
			return true;
	return false;
}

static void check_complete(struct import *import, const struct table *table)
{
	struct csv_column columns[CSV_COLUMNS];
	int count = csv_file_columns(table->file, table->version, columns);

	for (int i = 0; i < count; i++)
		if (!columns[i].dropped && !has_column(table, columns[i].name))
			flaw_report(import, table->name, 1, 0, FLAW_HEADER_MISSING, FLAW_WARNING,
				    "the column %s is missing%s", columns[i].name,
				    columns[i].required ? ", and its values are required" : "");
}

/* Whether no row can be loaded, since a column is missing that each of them needs. */
static bool lacks_needed(const struct table *table)
{
	const struct field *fields = table->file->entity->fields;

	for (int i = 0; table->file->field && i < table->link.count; i++)
		if (link_needs(&table->link, i) && !table->place[i])
			return true;
	for (int i = 0; !table->file->field && fields[i].name; i++)
		if ((fields[i].flags & F_NEEDED) && !table->place[i] && !table->stored[i])
			return true;
	return false;
}

/* The first column that stands behind one that belongs behind it. */
static void check_order(struct import *import, const struct table *table)
{
	const struct column *last = NULL;
	bool extended = false;

	for (int i = 0; i < table->count; i++) {
		const struct column *column = &table->columns[i];

		if (column->kind == COLUMN_METADATA || column->kind == COLUMN_STORED)
			extended = true;
		if (!column->order)
			continue;
		if (extended || (last && column->order < last->order)) {
			flaw_report(import, table->name, 1, i + 1, FLAW_HEADER_ORDER, FLAW_WARNING,
				    "%s belongs before %s", column->name,
				    extended ? "the columns metadata.*" : last->name);
			return;
		}
		last = column;
	}
}

bool header_read(struct import *import, struct table *table, const struct csv *csv)
{
	table->count = csv->count;
	for (int i = 0; i < csv->count; i++) {
		table->columns[i] = (struct column){ .name = xstrdup(csv_cell(csv, i)),
						     .index = -1 };
		if (starts_with(csv_cell(csv, i), "metadata.") && csv_cell(csv, i)[9])
			read_extension(import, table, i);
		else
			read_column(import, table, i);
	}
	check_complete(import, table);
	check_order(import, table);
	if (!lacks_needed(table))
		return true;
	flaw_report(import, table->name, 1, 0, FLAW_HEADER_UNUSABLE, FLAW_ERROR,
		    "no row can be loaded: a column without which there is no %s is missing",
		    table->file->field ? "such part of an object" : table->file->entity->singular);
	return false;
}
