/*
 * district_rows.c - the rows of a synthetic district.
 */
#include <stdio.h>

#include "base/jsonw.h"
#include "conformance/generate/district_internal.h"

static void school_id(const struct district *d, int64_t cohort, char out[static UUID_TEXT])
{
	district_id(d, KIND_ORG, 1 + cohort / COHORTS, out);
}

static void write_org(struct sheet *sheet, int64_t school)
{
	const struct district *d = sheet->district;
	char id[UUID_TEXT], parent[UUID_TEXT], name[64], code[32];

	district_id(d, KIND_ORG, 0, parent);
	if (school == 0)
		sheet_row(sheet,
			  (const char *[SHEET_CELLS]){ parent, "Synthetic Unified School District",
						       "district", "D-1", "" });
	district_id(d, KIND_ORG, 1 + school, id);
	snprintf(name, sizeof name, "School %lld", (long long)school + 1);
	snprintf(code, sizeof code, "S-%04lld", (long long)school + 1);
	sheet_row(sheet, (const char *[SHEET_CELLS]){ id, name, "school", code, parent });
}

static void write_sessions(struct sheet *sheet, int64_t unit)
{
	static const struct {
		const char *title, *type;
		enum session parent;
	} rows[SESSIONS] = {
		{ "School Year", "schoolYear", YEAR },
		{ "Fall", "term", YEAR },
		{ "Spring", "term", YEAR },
		{ "Quarter 1", "gradingPeriod", FALL },
		{ "Quarter 2", "gradingPeriod", FALL },
		{ "Quarter 3", "gradingPeriod", SPRING },
		{ "Quarter 4", "gradingPeriod", SPRING },
	};
	const struct district *d = sheet->district;
	char id[UUID_TEXT], parent[UUID_TEXT], from[DATE_TEXT], to[DATE_TEXT], year[16];

	(void)unit;
	snprintf(year, sizeof year, "%04d", d->year);
	for (int i = 0; i < SESSIONS; i++) {
		district_id(d, KIND_SESSION, i, id);
		district_id(d, KIND_SESSION, rows[i].parent, parent);
		date_format(d->from[i], from);
		date_format(d->to[i], to);
		sheet_row(sheet, (const char *[SHEET_CELLS]){ id, rows[i].title, rows[i].type, from,
							      to, i == YEAR ? "" : parent, year });
	}
}

static void write_courses(struct sheet *sheet, int64_t school)
{
	const struct district *d = sheet->district;
	char id[UUID_TEXT], year[UUID_TEXT], org[UUID_TEXT];

	district_id(d, KIND_SESSION, YEAR, year);
	district_id(d, KIND_ORG, 1 + school, org);
	for (int i = 0; i < SUBJECTS; i++) {
		district_id(d, KIND_COURSE, school * SUBJECTS + i, id);
		sheet_row(sheet, (const char *[SHEET_CELLS]){ id, year, subjects[i].title,
							      subjects[i].code, "09,10,11,12", org,
							      subjects[i].title });
	}
}

static void write_class(struct sheet *sheet, int64_t class)
{
	const struct district *d = sheet->district;
	int64_t cohort = class / SUBJECTS, subject = class % SUBJECTS;
	char id[UUID_TEXT], course[UUID_TEXT], school[UUID_TEXT], fall[UUID_TEXT];
	char spring[UUID_TEXT], title[64], code[32], room[32], terms[2 * UUID_TEXT], period[8];

	district_id(d, KIND_CLASS, class, id);
	district_id(d, KIND_COURSE, cohort / COHORTS * SUBJECTS + subject, course);
	school_id(d, cohort, school);
	district_id(d, KIND_SESSION, FALL, fall);
	district_id(d, KIND_SESSION, SPRING, spring);
	class_title(d, class, title);
	snprintf(terms, sizeof terms, "%s,%s", fall, spring);
	snprintf(code, sizeof code, "%s-%lld", subjects[subject].code, (long long)cohort + 1);
	snprintf(room, sizeof room, "Room %d", 100 + (int)(class % 200));
	snprintf(period, sizeof period, "%d", (int)subject + 1);
	sheet_row(sheet,
		  (const char *[SHEET_CELLS]){ id, title, course, code, "scheduled", room, school,
					       terms, subjects[subject].title, period });
}

static void put_user(struct sheet *sheet, enum kind kind, int64_t number, int64_t cohort)
{
	static const char *const grades[] = { "09", "10", "11", "12" };
	const struct district *d = sheet->district;
	bool student = kind == KIND_STUDENT;
	char id[UUID_TEXT], org[UUID_TEXT], code[32], known_as[48], email[96];
	struct person_name name;

	district_id(d, kind, number, id);
	school_id(d, cohort, org);
	district_name(d, kind, number, &name);
	snprintf(code, sizeof code, "%c%07lld", student ? 'S' : 'T', (long long)number + 1);
	snprintf(known_as, sizeof known_as, "{SIS:%s}", code);
	snprintf(email, sizeof email, "%s@example.org", name.login);
	sheet_row(sheet,
		  (const char *[SHEET_CELLS]){ id, "true", org, student ? "student" : "teacher",
					       name.login, known_as, name.given, name.family, code,
					       email, student ? grades[cohort % 4] : "" });
}

static void write_users(struct sheet *sheet, int64_t cohort)
{
	const struct district *d = sheet->district;

	for (int i = 0; i < SUBJECTS && cohort % TAUGHT == 0; i++)
		put_user(sheet, KIND_TEACHER, cohort / TAUGHT * SUBJECTS + i, cohort);
	for (int64_t i = cohort_begin(d, cohort); i < cohort_end(d, cohort); i++)
		put_user(sheet, KIND_STUDENT, i, cohort);
}

static void put_role(struct sheet *sheet, enum kind kind, int64_t number, int64_t cohort)
{
	const struct district *d = sheet->district;
	char id[UUID_TEXT], user[UUID_TEXT], org[UUID_TEXT];

	district_id(d, KIND_ROLE, 2 * number + (kind == KIND_TEACHER), id);
	district_id(d, kind, number, user);
	school_id(d, cohort, org);
	sheet_row(sheet,
		  (const char *[SHEET_CELLS]){ id, user, "primary",
					       kind == KIND_STUDENT ? "student" : "teacher", org });
}

static void write_roles(struct sheet *sheet, int64_t cohort)
{
	const struct district *d = sheet->district;

	for (int i = 0; i < SUBJECTS && cohort % TAUGHT == 0; i++)
		put_role(sheet, KIND_TEACHER, cohort / TAUGHT * SUBJECTS + i, cohort);
	for (int64_t i = cohort_begin(d, cohort); i < cohort_end(d, cohort); i++)
		put_role(sheet, KIND_STUDENT, i, cohort);
}

static void write_enrollments(struct sheet *sheet, int64_t class)
{
	const struct district *d = sheet->district;
	int64_t cohort = class / SUBJECTS, begin = cohort_begin(d, cohort);
	int64_t first = class * (d->options->class_size + 1);
	char id[UUID_TEXT], of_class[UUID_TEXT], school[UUID_TEXT], user[UUID_TEXT];
	char from[DATE_TEXT], to[DATE_TEXT];

	district_id(d, KIND_CLASS, class, of_class);
	school_id(d, cohort, school);
	date_format(d->from[YEAR], from);
	date_format(d->to[YEAR], to);
	district_id(d, KIND_ENROLLMENT, first, id);
	district_id(d, KIND_TEACHER, cohort / TAUGHT * SUBJECTS + class % SUBJECTS, user);
	sheet_row(sheet, (const char *[SHEET_CELLS]){ id, of_class, school, user, "teacher", "true",
						      from, to });
	for (int64_t i = begin; i < cohort_end(d, cohort); i++) {
		district_id(d, KIND_ENROLLMENT, first + 1 + i - begin, id);
		district_id(d, KIND_STUDENT, i, user);
		sheet_row(sheet, (const char *[SHEET_CELLS]){ id, of_class, school, user, "student",
							      "", from, to });
	}
}

static void write_categories(struct sheet *sheet, int64_t unit)
{
	static const char *const weights[CATEGORIES] = { "30", "30", "40" };
	char id[UUID_TEXT];

	(void)unit;
	for (int i = 0; i < CATEGORIES; i++) {
		district_id(sheet->district, KIND_CATEGORY, i, id);
		sheet_row(sheet, (const char *[SHEET_CELLS]){ id, category_titles[i], weights[i] });
	}
}

/* Mostly homework, now and then a test. */
static int category_of(int64_t item)
{
	return item % 8 == 7 ? 2 : item % 4 == 3;
}

static void period_of(const struct district *d, int64_t day, char out[static UUID_TEXT])
{
	int period = PERIOD_1;

	while (period + 1 < SESSIONS && day >= d->to[period])
		period++;
	district_id(d, KIND_SESSION, period, out);
}

static void write_line_items(struct sheet *sheet, int64_t class)
{
	static const char *const titles[CATEGORIES] = { "Homework", "Quiz", "Test" };
	const struct district *d = sheet->district;
	char id[UUID_TEXT], of_class[UUID_TEXT], category[UUID_TEXT], period[UUID_TEXT];
	char school[UUID_TEXT], title[64], from[DATE_TEXT], due[DATE_TEXT], points[NUMBER_TEXT];

	district_id(d, KIND_CLASS, class, of_class);
	school_id(d, class / SUBJECTS, school);
	for (int64_t i = 0; i < class_items(d, class); i++) {
		int kind = category_of(i);

		district_id(d, KIND_LINE_ITEM, class * d->items + i, id);
		district_id(d, KIND_CATEGORY, kind, category);
		period_of(d, item_due(d, class, i), period);
		date_format(item_due(d, class, i) - 7 * WHEN_DAY, from);
		date_format(item_due(d, class, i), due);
		snprintf(title, sizeof title, "%s %lld", titles[kind], (long long)i + 1);
		number_format(subjects[class % SUBJECTS].points[kind], points);
		sheet_row(sheet,
			  (const char *[SHEET_CELLS]){ id, title, from, due, of_class, category,
						       period, period, "0", points, school });
	}
}

/* Half points; a few hand in nothing, a few get a word. */
static void put_result(struct sheet *sheet, int64_t number, const char *item, const char *class,
		       int64_t student, double most, const char *graded)
{
	const struct district *d = sheet->district;
	uint64_t draw = district_draw(d, KIND_RESULT, number), rare = draw & 1023;
	double share = 1 - (double)(draw >> 10 & 1023) * (double)(draw >> 20 & 1023) / 2097152;
	bool missing = rare < 20;
	char id[UUID_TEXT], user[UUID_TEXT], score[NUMBER_TEXT];

	district_id(d, KIND_RESULT, number, id);
	district_id(d, KIND_STUDENT, student, user);
	number_format(missing ? 0 : (double)(int64_t)(2 * most * share) / 2, score);
	sheet_row(sheet, (const char *[SHEET_CELLS]){
				 id, item, user, missing ? "not submitted" : "fully graded", score,
				 graded, rare > 1000 ? "Well argued, neatly done" : "", class });
}

static void write_results(struct sheet *sheet, int64_t class)
{
	const struct district *d = sheet->district;
	int64_t begin = cohort_begin(d, class / SUBJECTS), end = cohort_end(d, class / SUBJECTS);
	char of_class[UUID_TEXT], item[UUID_TEXT], graded[DATE_TEXT];

	district_id(d, KIND_CLASS, class, of_class);
	for (int64_t i = 0; i < class_items(d, class); i++) {
		int64_t number = class * d->items + i;
		double most = subjects[class % SUBJECTS].points[category_of(i)];

		district_id(d, KIND_LINE_ITEM, number, item);
		date_format(item_due(d, class, i) + WHEN_DAY, graded);
		for (int64_t k = begin; k < end; k++)
			put_result(sheet, number * d->options->class_size + k - begin, item,
				   of_class, k, most, graded);
	}
}

const struct district_file district_files[DISTRICT_FILES] = {
	/* clang-format off */
	{ "orgs",             "sourcedId name type identifier parentSourcedId", PER_SCHOOL, write_org },
	{ "academicSessions", "sourcedId title type startDate endDate parentSourcedId schoolYear", PER_DISTRICT, write_sessions },
	{ "courses",          "sourcedId schoolYearSourcedId title courseCode grades orgSourcedId subjects", PER_SCHOOL, write_courses },
	{ "classes",          "sourcedId title courseSourcedId classCode classType location schoolSourcedId termSourcedIds subjects periods", PER_CLASS, write_class },
	{ "users",            "sourcedId enabledUser orgSourcedIds role username userIds givenName familyName identifier email grades", PER_COHORT, write_users },
	{ "roles",            "sourcedId userSourcedId roleType role orgSourcedId", PER_COHORT, write_roles },
	{ "enrollments",      "sourcedId classSourcedId schoolSourcedId userSourcedId role primary beginDate endDate", PER_CLASS, write_enrollments },
	{ "categories",       "sourcedId title weight", PER_DISTRICT, write_categories },
	{ "lineItems",        "sourcedId title assignDate dueDate classSourcedId categorySourcedId gradingPeriodSourcedId academicSessionSourcedId resultValueMin resultValueMax schoolSourcedId", PER_CLASS, write_line_items },
	{ "results",          "sourcedId lineItemSourcedId studentSourcedId scoreStatus score scoreDate comment classSourcedId", PER_CLASS, write_results },
	/* clang-format on */
};
