/*
 * header.c - what the columns of a CSV file mean.
 */
#include "server/bundle/internal.h"

#include <string.h>

/* Headers seen in the field that mean a column of the binding. */
static const struct {
	const char *plural, *header, *means;
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
		if (strcmp(aliases[i].plural, table->entity->plural) == 0 &&
		    strcmp(aliases[i].header, header) == 0)
			return aliases[i].means;
	return header;
}

static int find_field(const struct entity *entity, const char *header)
{
	char csv[64];

	for (int i = 0; entity->fields[i].name; i++)
		if (entity->fields[i].type != T_MAP &&
		    (field_csv(&entity->fields[i], csv), strcmp(csv, header) == 0))
			return i;
	return -1;
}

static void read_column(struct import *import, struct table *table, const char *header, int at)
{
	struct column *column = &table->columns[at];
	const char *means = meaning(table, header);
	int index = find_field(table->entity, means);

	*column = (struct column){ .index = -1 };
	column->name = xstrdup(header);
	if (starts_with(header, "metadata.") && header[9]) {
		column->metadata = column->name + 9;
		for (int i = 0; i < at; i++)
			if (strcmp(table->columns[i].name, header) == 0)
				flaw_report(import, table->file, 1, at + 1, "CSV-HEADER-TWICE",
					    FLAW_ERROR, "%s stands twice; the last value counts",
					    header);
		return;
	}
	if (index >= 0 && table->place[index]) {
		flaw_report(import, table->file, 1, at + 1, "CSV-HEADER-TWICE", FLAW_ERROR,
			    "%s stands twice; the second column is not loaded", header);
		return;
	}
	if (index < 0) {
		flaw_report(import, table->file, 1, at + 1, "CSV-HEADER-UNKNOWN", FLAW_WARNING,
			    "%s is not a column of %s; its values are not loaded (extensions are "
			    "named metadata.%s)",
			    header, table->file, header);
		return;
	}
	if (means != header)
		flaw_report(import, table->file, 1, at + 1, "CSV-HEADER-NAME", FLAW_WARNING,
			    "%s is taken for %s", header, means);
	column->field = &table->entity->fields[index];
	column->index = index;
	table->place[index] = at + 1;
}

static void check_complete(struct import *import, const struct table *table)
{
	char csv[64];

	for (int i = 0; table->entity->fields[i].name; i++) {
		const struct field *field = &table->entity->fields[i];

		field_csv(field, csv);
		if (table->place[i] || !(field->in & V11) || field->type == T_MAP ||
		    strcmp(field->name, "children") == 0 || strcmp(field->name, "resources") == 0)
			continue;
		flaw_report(import, table->file, 1, 0, "CSV-HEADER-MISSING", FLAW_WARNING,
			    "the column %s is missing%s", csv,
			    (field->required & V11) ? ", and its values are required" : "");
	}
}

bool header_read(struct import *import, struct table *table, const struct csv *csv)
{
	bool usable = true;

	memset(table->place, 0, sizeof table->place);
	table->count = csv->count;
	for (int i = 0; i < csv->count; i++)
		read_column(import, table, csv_cell(csv, i), i);
	for (int i = 0; table->entity->fields[i].name; i++)
		if ((table->entity->fields[i].flags & F_NEEDED) && !table->place[i])
			usable = false;
	check_complete(import, table);
	if (!usable)
		flaw_report(import, table->file, 1, 0, "CSV-HEADER-UNUSABLE", FLAW_ERROR,
			    "no row can be loaded: a column without which a %s cannot exist is "
			    "missing",
			    table->entity->singular);
	return usable;
}
