/*
 * describe_text.c - the data model for a reader: Markdown, and the files of the CSV
 * binding.
 */
#include "oneroster/describe.h"

#include <stdlib.h>
#include <string.h>

#include "oneroster/files.h"
#include "oneroster/operations.h"

static const char *const type_names[] = {
	[T_ID] = "string",       [T_TEXT] = "string",   [T_URI] = "URI",
	[T_ENUM] = "word",       [T_NUMBER] = "number", [T_BOOL] = "boolean",
	[T_DATE] = "date",       [T_TIME] = "dateTime", [T_REF] = "reference",
	[T_REFS] = "references", [T_TEXTS] = "strings", [T_OBJECTS] = "objects",
	[T_MAP] = "object",
};

const char *version_name(unsigned version)
{
	return version & V12 ? "1.2" : "1.1";
}

bool service_has(enum service service, enum service of)
{
	return service == EVERY_SERVICE || service == of;
}

/* Whether a bundle of @version may hold the file: one of ours goes with 1.2. */
static bool has_file(const struct csv_file *file, unsigned version)
{
	return ((file->in ? file->in : V12) & version) != 0;
}

/* Whether @file has a column of that name in one of @versions. */
static bool has_column(const struct csv_file *file, unsigned versions, const char *name)
{
	struct csv_column columns[CSV_COLUMNS];

	for (unsigned version = V11; version <= V12; version <<= 1) {
		int count = versions & version && has_file(file, version)
				    ? csv_file_columns(file, version, columns)
				    : 0;

		for (int i = 0; i < count; i++)
			if (!columns[i].dropped && strcmp(columns[i].name, name) == 0)
				return true;
	}
	return false;
}

/* Where CSV keeps a field: a column of the object's own file, or a file of links. */
static void csv_cell(struct str *out, const struct entity *entity, const struct field *field,
		     unsigned versions)
{
	char column[64];
	const char *between = "";

	if (field->type == T_MAP) {
		str_format(out, "%s.*", field->name);
		return;
	}
	field_csv(field, column);
	for (size_t i = 0; i < CSV_FILES; i++) {
		const struct csv_file *file = &csv_files[i];

		if (file->entity != entity || !has_file(file, versions))
			continue;
		if (!file->field && has_column(file, versions, column))
			str_format(out, "%s%s", between, column);
		else if (file->field && strcmp(file->field, field->name) == 0)
			str_format(out, "%s%s.csv", between, file->name);
		else
			continue;
		between = ", ";
	}
}

/* A mark for one version: R, O, nothing. */
static void mark_cell(struct str *out, const struct field *field, unsigned version)
{
	unsigned text = version & V11 ? T11 : 0;

	if (!(field->in & version))
		str_add(out, "-");
	else if (field->required & version)
		str_add(out, "R");
	else
		str_add(out, field->required & text ? "R in the text" : "O");
}

static void words_cell(struct str *out, const struct field *field, unsigned versions)
{
	unsigned both = field->in & versions;
	const char *between = "";

	for (const struct term *term = field->vocab->terms; term->value; term++) {
		if (!(term->in & both))
			continue;
		str_format(out, "%s%s", between, term->value);
		if ((term->in & both) != both)
			str_format(out, " (%s)", version_name(term->in & both));
		between = ", ";
	}
	if ((both & V12) && field->vocab->extension != CLOSED)
		str_format(out, "%sext:...%s", between, both == BOTH ? " (1.2)" : "");
	if ((both & V12) && field->vocab->extension == WORDS)
		str_add(out, ", a-z0-9");
}

static void field_rows(struct str *out, const struct entity *entity, const struct field *fields,
		       const char *prefix, unsigned versions)
{
	for (const struct field *field = fields; field->name; field++) {
		if (!(field->in & versions) || (field->flags & F_INTERNAL))
			continue;
		str_format(out, "| %s%s | %s |", prefix, field->name, type_names[field->type]);
		for (unsigned version = V11; version <= V12; version <<= 1)
			if (versions & version) {
				str_add(out, " ");
				mark_cell(out, field, version);
				str_add(out, " |");
			}
		str_add(out, " ");
		if (field->vocab)
			words_cell(out, field, versions);
		else if (field->target)
			str_add(out, field->target->singular);
		str_add(out, " | ");
		if (!*prefix)
			csv_cell(out, entity, field, versions);
		str_add(out, " |\n");
		if (field->sub) {
			char *deeper = xformat("%s%s[].", prefix, field->name);

			field_rows(out, entity, field->sub, deeper, versions);
			free(deeper);
		}
	}
}

static void entity_table(struct str *out, const struct entity *entity, unsigned versions)
{
	str_format(out, "\n## %s\n\n| field | type |", entity->singular);
	for (unsigned version = V11; version <= V12; version <<= 1)
		if (versions & version)
			str_format(out, " %s |", version_name(version));
	str_format(out, " values or target | CSV |\n|---|---|%s---|---|\n",
		   versions == BOTH ? "---|---|" : "---|");
	field_rows(out, entity, entity->fields, "", versions);
}

/* The scopes without what they all begin with. */
static void scopes_cell(struct str *out, const struct operation *operation, unsigned version)
{
	struct str uris = STR_INIT;
	const char *between = "";

	scope_format(operation->scope, version, " ", &uris);
	for (const char *at = str_text(&uris); *at; at += strspn(at, " ")) {
		const char *end = at + strcspn(at, " "), *name = end;

		while (name > at && name[-1] != '/')
			name--;
		str_format(out, "%s%.*s", between, (int)(end - name), name);
		between = " or ";
		at = end;
	}
	str_release(&uris);
}

static void operation_table(struct str *out, unsigned version, enum service service)
{
	str_format(out,
		   "\n## Operations of %s\n\n| operation | method | path | scope |\n"
		   "|---|---|---|---|\n",
		   version_name(version));
	for (size_t i = 0; i < operation_count; i++) {
		const struct operation *operation = &operations[i];

		if (!operation_is_in(operation, version) ||
		    !service_has(service, operation->service))
			continue;
		str_format(out, "| %s%s | %s | %s%s | ", operation->name,
			   operation->in & version ? "" : " (extension)",
			   method_name(operation->method),
			   service_root(operation->service, version), operation->path);
		scopes_cell(out, operation, version);
		str_add(out, " |\n");
	}
}

void describe_markdown(struct str *out, unsigned versions, enum service service)
{
	str_format(out,
		   "# OneRoster %s%s%s\n\n"
		   "R: required, O: optional, -: not in that version. A CSV cell names a column of "
		   "the object's file,\nor the file whose rows are the parts.\n",
		   versions == BOTH ? "1.1 and 1.2" : version_name(versions),
		   service == EVERY_SERVICE ? "" : ", ",
		   service == EVERY_SERVICE ? "" : service_name(service));
	for (size_t i = 0; i < ENTITY_COUNT; i++)
		if ((entities[i]->in & versions) && service_has(service, entities[i]->service))
			entity_table(out, entities[i], versions);
	for (unsigned version = V11; version <= V12; version <<= 1)
		if (versions & version)
			operation_table(out, version, service);
}

static void file_header(struct str *out, const struct csv_file *file, unsigned version)
{
	struct csv_column columns[CSV_COLUMNS];
	int count = csv_file_columns(file, version, columns);
	struct str needed = STR_INIT;

	str_format(out, "\n%s.csv%s\n  ", file->name,
		   file->in & version ? "" : " (of mocksis; the binding has no such file)");
	for (int i = 0; i < count; i++) {
		if (columns[i].dropped)
			continue;
		str_format(out, "%s%s", i ? "," : "", columns[i].name);
		if (columns[i].required)
			str_format(&needed, "%s%s", i ? ", " : "", columns[i].name);
	}
	str_format(out, "\n  required: %s\n", str_text(&needed));
	str_release(&needed);
}

void describe_csv(struct str *out, unsigned version, enum service service)
{
	str_format(out,
		   "OneRoster %s CSV: each file and its header row. In a bulk file status and\n"
		   "dateLastModified are empty.\n\nmanifest.csv\n  propertyName,value\n"
		   "  manifest.version,1.0\n  oneroster.version,%s\n",
		   version_name(version), version_name(version));
	for (size_t i = 0; i < CSV_FILES; i++)
		if (csv_files[i].in & version)
			str_format(out, "  file.%s,bulk|delta|absent\n", csv_files[i].name);
	str_add(out, "  source.systemName,\n  source.systemCode,\n");
	for (size_t i = 0; i < CSV_FILES; i++)
		if (has_file(&csv_files[i], version) &&
		    service_has(service, csv_files[i].entity->service))
			file_header(out, &csv_files[i], version);
}
