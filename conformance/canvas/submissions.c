/*
 * submissions.c - submissions.json, one submission after the other.
 *
 * There may be half a million of them: only what a sync decides by is kept, and where the
 * rest stands in the file. What the scanner is not sure about goes the long way, through
 * a tree, which also knows what is wrong with it.
 */
#include "conformance/canvas/course.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/jsonscan.h"
#include "base/jsonx.h"

#define CHUNK ((size_t)1 << 18)
#define ROW_CAP ((size_t)64 << 20) /* a student's submissions, or a single one */
#define FILE_CAP ((size_t)1 << 30) /* of what is read as a whole, to say what is wrong */

static const char name[] = "submissions.json";

/* The members that are looked at. */
enum { ASSIGNMENT_ID, USER_ID, SCORE, WORKFLOW_STATE, EXCUSED, MISSING, GRADED_AT, GROUP, MEMBERS };

static const char *const members[MEMBERS] = {
	[ASSIGNMENT_ID] = "assignment_id",   [USER_ID] = "user_id",   [SCORE] = "score",
	[WORKFLOW_STATE] = "workflow_state", [EXCUSED] = "excused",   [MISSING] = "missing",
	[GRADED_AT] = "graded_at",           [GROUP] = "submissions",
};

/* The file, of which a part that begins at @from is in memory. */
struct reader {
	struct course *course;
	FILE *file;
	char *text;
	size_t from, end, room;
	uint64_t place; /* of the text in the file */
	bool over;      /* there is nothing behind the text */
};

/* A submission as it was read. */
struct row {
	struct submission submission;
	struct jsonslice text; /* as it stands in the file */
	const json_t *json;    /* or as a tree */
	struct jsonslice graded_at;
	char assignment[CANVAS_ID], user[CANVAS_ID]; /* "": none */
};

static bool read_more(struct reader *reader)
{
	size_t got;

	if (reader->over)
		return false;
	if (reader->from)
		memmove(reader->text, reader->text + reader->from, reader->end - reader->from);
	reader->place += reader->from;
	reader->end -= reader->from;
	reader->from = 0;
	if (reader->room - reader->end < CHUNK) {
		reader->room = reader->room ? reader->room * 2 : CHUNK * 2;
		reader->text = xrealloc(reader->text, reader->room);
	}
	got = fread(reader->text + reader->end, 1, CHUNK, reader->file);
	reader->end += got;
	reader->over = got == 0 || reader->end > ROW_CAP;
	return got > 0;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* The next byte that is no blank, not taken; '\0' at the end. */
static char peek(struct reader *reader)
{
	for (;;) {
		while (reader->from < reader->end && is_blank(reader->text[reader->from]))
			reader->from++;
		if (reader->from < reader->end)
			return reader->text[reader->from];
		if (!read_more(reader))
			return '\0';
	}
}

/* Whether the submission is the one that came before. */
static bool is_same(const struct course *course, const struct row *row,
		    const struct submission *first)
{
	struct err ignored = ERR_INIT;
	json_t *mine = row->json ? json_incref((json_t *)(uintptr_t)row->json)
				 : jsonx_load(row->text.text, row->text.length, &ignored);
	json_t *other = course_submission(course, first);
	bool same = json_equal(mine, other);

	json_decref(mine);
	json_decref(other);
	return same;
}

static bool same_pair(const void *owner, size_t place, const void *key)
{
	const struct submission *a = &((const struct course *)owner)->submissions[place], *b = key;

	return a->assignment == b->assignment && a->student == b->student;
}

/* Pages may overlap, and a student in two sections is listed in both. */
static bool is_repeated(struct course *course, const struct row *row, uint32_t hash)
{
	size_t place = map_find(&course->submission_map, hash, same_pair, course, &row->submission);

	if (place == MAP_NONE)
		return false;
	course->submissions_repeated++;
	if (!is_same(course, row, &course->submissions[place]))
		course_note(course, "submission_twice", row->assignment,
			    "user %s has two different submissions for assignment %s; the first "
			    "is taken",
			    row->user, row->assignment);
	return true;
}

static void keep(struct course *course, const struct row *row)
{
	const uint32_t pair[] = { row->submission.assignment, row->submission.student };
	uint32_t hash = map_hash(0, pair, sizeof pair);
	struct submission *submission;

	if (is_repeated(course, row, hash))
		return;
	GROW(course->submissions, course->submission_count, course->submission_room);
	map_add(&course->submission_map, hash, course->submission_count);
	submission = &course->submissions[course->submission_count++];
	*submission = row->submission;
	submission->length = (uint32_t)row->text.length;
	submission->json = row->json;
	if (row->json)
		json_array_append(course->unusual, (json_t *)(uintptr_t)row->json);
	if (row->graded_at.text)
		submission->graded_at = arena_dup_n(&course->texts, row->graded_at.text,
						    row->graded_at.length);
}

/* @user, if given, is whose group it stands in. */
static void take_row(struct course *course, struct row *row, const char *user)
{
	int assignment, student;

	course->submissions_seen++;
	if (user && *user)
		snprintf(row->user, sizeof row->user, "%s", user);
	if (!*row->assignment || !*row->user) {
		course_note(course, "submission_without_ids", name,
			    "a submission has no assignment_id or no user_id; it is passed over");
		return;
	}
	assignment = course_assignment(course, row->assignment);
	student = course_student(course, row->user);
	if (assignment < 0 || student < 0) {
		course_note(course, assignment < 0 ? "assignment_unknown" : "student_unknown",
			    assignment < 0 ? row->assignment : row->user,
			    "the submission of user %s for assignment %s is passed over: the "
			    "course has no such %s",
			    row->user, row->assignment, assignment < 0 ? "assignment" : "student");
		return;
	}
	row->submission.assignment = (uint32_t)assignment;
	row->submission.student = (uint32_t)student;
	keep(course, row);
}

/* the long way */

static void take_tree_row(struct course *course, const json_t *json, const char *user)
{
	struct row row = { .json = json };
	struct submission *submission = &row.submission;
	const char *graded_at = jsonx_text(json, members[GRADED_AT]);

	if (!jsonx_id(json, members[ASSIGNMENT_ID], row.assignment))
		*row.assignment = '\0';
	if (!jsonx_id(json, members[USER_ID], row.user))
		*row.user = '\0';
	submission->has_score = jsonx_number(json, members[SCORE], &submission->score);
	submission->graded = same_text(jsonx_text(json, members[WORKFLOW_STATE]), "graded");
	submission->excused = jsonx_true(json, members[EXCUSED]);
	submission->missing = jsonx_true(json, members[MISSING]);
	if (graded_at)
		row.graded_at = (struct jsonslice){ graded_at, strlen(graded_at) };
	take_row(course, &row, user);
}

static void take_tree(struct course *course, const json_t *json)
{
	const json_t *group = json_object_get(json, members[GROUP]), *row;
	char user[CANVAS_ID];
	size_t i;

	if (!json_is_array(group)) {
		take_tree_row(course, json, NULL);
		return;
	}
	if (!jsonx_id(json, members[USER_ID], user))
		*user = '\0';
	json_array_foreach (group, i, row)
		take_tree_row(course, row, user);
}

/* the short way */

static void see_member(const struct jsonslice *key, const struct jsonslice *value, void *payload)
{
	struct jsonslice *found = payload;

	for (size_t i = 0; i < MEMBERS; i++) {
		if (*key->text == *members[i] && jsonslice_is(key, members[i])) {
			found[i] = *value;
			return;
		}
	}
}

static bool copy_short(const struct jsonslice *text, char *out, size_t size)
{
	if (text->length >= size)
		return false;
	memcpy(out, text->text, text->length);
	out[text->length] = '\0';
	return true;
}

/* False when it is not sure; "" for what is no id. */
static bool take_id(const struct jsonslice *value, char out[static CANVAS_ID])
{
	struct jsonslice text;

	*out = '\0';
	if (!value->text || jsonslice_is(value, "null"))
		return true;
	if (*value->text == '"')
		return jsonslice_text(value, &text) && copy_short(&text, out, CANVAS_ID);
	return *value->text >= '1' && *value->text <= '9' &&
	       !memchr(value->text, '.', value->length) && copy_short(value, out, CANVAS_ID);
}

static bool take_score(const struct jsonslice *value, struct submission *submission)
{
	char number[32];

	if (!value->text || (*value->text != '-' && (*value->text < '0' || *value->text > '9')))
		return true;
	submission->has_score = true;
	return copy_short(value, number, sizeof number) &&
	       decimal_parse(number, &submission->score);
}

/* False when it is not sure. */
static bool take_members(const struct jsonslice *found, struct row *row)
{
	struct submission *submission = &row->submission;
	const struct jsonslice *graded_at = &found[GRADED_AT], *state = &found[WORKFLOW_STATE];

	if (state->text && memchr(state->text, '\\', state->length))
		return false;
	submission->graded = state->text && jsonslice_is(state, "\"graded\"");
	submission->excused = found[EXCUSED].text && jsonslice_is(&found[EXCUSED], "true");
	submission->missing = found[MISSING].text && jsonslice_is(&found[MISSING], "true");
	if (graded_at->text && *graded_at->text == '"' &&
	    !jsonslice_text(graded_at, &row->graded_at))
		return false;
	return take_id(&found[ASSIGNMENT_ID], row->assignment) &&
	       take_id(&found[USER_ID], row->user) && take_score(&found[SCORE], submission);
}

/* Takes a submission whose members were found; false when it is not sure. */
static bool take_slice(struct reader *reader, const struct jsonslice *text,
		       const struct jsonslice *found, const char *user)
{
	struct row row = { .text = *text };

	row.submission.place = reader->place + (uint64_t)(text->text - reader->text);
	if (!take_members(found, &row))
		return false;
	take_row(reader->course, &row, user);
	return true;
}

/* {"user_id", "submissions": [...]} */
static bool take_group(struct reader *reader, const struct jsonslice *found)
{
	struct err ignored = ERR_INIT;
	char user[CANVAS_ID];
	size_t at = 0;

	if (!take_id(&found[USER_ID], user))
		return false;
	for (;;) {
		struct jsonslice inner[MEMBERS] = { 0 }, one;
		json_t *json;

		if (!jsonscan_element(&found[GROUP], &at, &one, see_member, inner))
			return true;
		if (take_slice(reader, &one, inner, user))
			continue;
		json = jsonx_load(one.text, one.length, &ignored);
		take_tree_row(reader->course, json, user);
		json_decref(json);
	}
}

/* Where the value that begins the text ends, by its brackets; 0: not in this file. */
static size_t bounds(struct reader *reader)
{
	size_t depth = 0;
	bool in_string = false;

	for (size_t i = 0;; i++) {
		char c;

		if (reader->from + i >= reader->end && !read_more(reader))
			return 0;
		c = reader->text[reader->from + i];
		if (in_string) {
			i += c == '\\';
			in_string = c != '"';
		} else if (depth == 0 && i && strchr(",]} \t\r\n", c)) {
			return i;
		} else if (c == '"') {
			in_string = true;
		} else if (c == '{' || c == '[') {
			depth++;
		} else if (c == '}' || c == ']') {
			depth -= depth > 0;
		}
	}
}

/* Through a tree, in a page of its own. */
static bool take_long_way(struct reader *reader)
{
	struct err ignored = ERR_INIT;
	size_t length = bounds(reader);
	char *text = xformat("[%.*s]", (int)length, reader->text + reader->from);
	json_t *page = length ? jsonx_load(text, strlen(text), &ignored) : NULL;

	if (page) {
		take_tree(reader->course, json_array_get(page, 0));
		reader->from += length;
	}
	json_decref(page);
	free(text);
	return page != NULL;
}

/* One element of a page; false when it is none. */
static bool next_element(struct reader *reader)
{
	enum jsonscan what;
	size_t used;

	for (;;) {
		struct jsonslice found[MEMBERS] = { 0 }, text;
		bool good = false;

		text.text = reader->text + reader->from;
		what = jsonscan_value(text.text, reader->end - reader->from, &used, see_member,
				      found);
		if (what == JSONSCAN_MORE && read_more(reader))
			continue;
		text.length = used;
		if (what == JSONSCAN_DONE)
			good = found[GROUP].text && *found[GROUP].text == '['
				       ? take_group(reader, found)
				       : take_slice(reader, &text, found, NULL);
		if (!good)
			return take_long_way(reader);
		reader->from += used;
		return true;
	}
}

static bool next_page(struct reader *reader)
{
	if (peek(reader) != '[')
		return false;
	reader->from++;
	if (peek(reader) == ']') {
		reader->from++;
		return true;
	}
	for (;;) {
		char c;

		if (!next_element(reader))
			return false;
		c = peek(reader);
		if (c != ',' && c != ']')
			return false;
		reader->from++;
		if (c == ']')
			return true;
		(void)peek(reader);
	}
}

/* Reads the file once more as a whole: what is wrong is said by line and column. */
static bool say_what_is_wrong(const char *path, struct err *err)
{
	size_t length = 0, at = 0;
	char *text = file_read(path, FILE_CAP, &length, err);

	if (text && text[at = strspn(text, " \t\r\n")] == '\0')
		err_set(err, ERR_INVALID, "%s: the file is empty", path);
	while (err->code == ERR_NONE && at < length) {
		struct err why = ERR_INIT;
		json_t *page = jsonx_load_next(text, length, &at, &why);

		if (!page)
			err_set(err, ERR_INVALID, "%s: %s", path, why.text);
		else if (!json_is_array(page))
			err_set(err, ERR_INVALID, "%s: expected an array, found %s", path,
				jsonx_kind(page));
		json_decref(page);
	}
	free(text);
	return err->code != ERR_NONE ||
	       err_set(err, ERR_INVALID, "%s: a student's submissions are larger than %zu MiB",
		       path, ROW_CAP >> 20);
}

bool submissions_load(struct course *course, const char *path, struct err *err)
{
	struct reader reader = { .course = course, .file = fopen(path, "rb") };
	bool good = true;

	if (!reader.file)
		return err_set(err, ERR_INVALID, "%s: %s", path, strerror(errno));
	course->submissions_file = reader.file;
	if (peek(&reader) == '\0')
		good = false;
	while (good && peek(&reader) != '\0')
		good = next_page(&reader);
	good = good && reader.from == reader.end && !ferror(reader.file);
	free(reader.text);
	map_release(&course->submission_map);
	if (!good)
		(void)say_what_is_wrong(path, err);
	return good;
}

json_t *course_submission(const struct course *course, const struct submission *submission)
{
	struct err ignored = ERR_INIT;
	json_t *json = NULL;
	char *text;

	if (submission->json)
		return json_incref((json_t *)(uintptr_t)submission->json);
	text = xcalloc(submission->length + 1, 1); /* errors are told of a text that ends */
	if (pread(fileno(course->submissions_file), text, submission->length,
		  (off_t)submission->place) == (ssize_t)submission->length)
		json = jsonx_load(text, submission->length, &ignored);
	free(text);
	return json;
}
