/*
 * files.c - the files of a bundle and their columns.
 */
#include "oneroster/files.h"

#include <stdio.h>
#include <string.h>

/* clang-format off */
const struct csv_file csv_files[CSV_FILES] = {
	{ "orgs", &ENTITY_ORGS, NULL, NULL, BOTH,
	  "name* type* identifier parentSourcedId", NULL },
	{ "academicSessions", &ENTITY_ACADEMIC_SESSIONS, NULL, NULL, BOTH,
	  "title* type* startDate* endDate* parentSourcedId schoolYear*", NULL },
	{ "courses", &ENTITY_COURSES, NULL, NULL, BOTH,
	  "schoolYearSourcedId title* courseCode grades orgSourcedId* subjects subjectCodes", NULL },
	{ "classes", &ENTITY_CLASSES, NULL, NULL, BOTH,
	  "title* grades courseSourcedId* classCode classType* location schoolSourcedId* termSourcedIds* subjects "
	  "subjectCodes periods", NULL },
	{ "users", &ENTITY_USERS, NULL, NULL, BOTH,
	  "enabledUser* orgSourcedIds* role! username* userIds givenName* familyName* middleName identifier email sms "
	  "phone agentSourcedIds grades password",
	  "enabledUser* username* userIds givenName* familyName* middleName identifier email sms phone agentSourcedIds "
	  "grades password userMasterIdentifier resourceSourcedIds? preferredGivenName preferredMiddleName preferredFamilyName "
	  "primaryOrgSourcedId pronouns" },
	{ "userProfiles", &ENTITY_USERS, "userProfiles", "userSourcedId", V12,
	  NULL, "userSourcedId* profileType* vendorId* applicationId description credentialType* username* password" },
	{ "roles", &ENTITY_USERS, "roles", "userSourcedId", V12,
	  NULL, "userSourcedId* roleType* role* beginDate endDate orgSourcedId* userProfileSourcedId" },
	{ "demographics", &ENTITY_DEMOGRAPHICS, NULL, NULL, BOTH,
	  "birthDate sex americanIndianOrAlaskaNative asian blackOrAfricanAmerican nativeHawaiianOrOtherPacificIslander "
	  "white demographicRaceTwoOrMoreRaces hispanicOrLatinoEthnicity countryOfBirthCode stateOfBirthAbbreviation "
	  "cityOfBirth publicSchoolResidenceStatus", NULL },
	{ "enrollments", &ENTITY_ENROLLMENTS, NULL, NULL, BOTH,
	  "classSourcedId* schoolSourcedId* userSourcedId* role* primary beginDate endDate", NULL },
	{ "resources", &ENTITY_RESOURCES, NULL, NULL, BOTH,
	  "vendorResourceId* title roles importance vendorId applicationId", NULL },
	{ "courseResources", &ENTITY_COURSES, "resources", "courseSourcedId", BOTH,
	  "title courseSourcedId* resourceSourcedId*", NULL },
	{ "classResources", &ENTITY_CLASSES, "resources", "classSourcedId", BOTH,
	  "title classSourcedId* resourceSourcedId*", NULL },
	{ "userResources", &ENTITY_USERS, "resources", "userSourcedId", V12,
	  NULL, "userSourcedId* orgSourcedId classSourcedId resourceSourcedId*" },
	{ "categories", &ENTITY_CATEGORIES, NULL, NULL, BOTH,
	  "title*", "title* weight" },
	{ "scoreScales", &ENTITY_SCORE_SCALES, NULL, NULL, V12,
	  NULL, "title* type* orgSourcedId* courseSourcedId* classSourcedId* scoreScaleValue*" },
	{ "lineItems", &ENTITY_LINE_ITEMS, NULL, NULL, BOTH,
	  "title* description assignDate* dueDate* classSourcedId* categorySourcedId* gradingPeriodSourcedId* "
	  "resultValueMin* resultValueMax*",
	  "title* description assignDate* dueDate* classSourcedId* categorySourcedId* academicSessionSourcedId* "
	  "resultValueMin resultValueMax schoolSourcedId*" },
	{ "lineItemScoreScales", &ENTITY_LINE_ITEMS, "scoreScale", "lineItemSourcedId", V12,
	  NULL, "title lineItemSourcedId* scoreScaleSourcedId*" },
	{ "lineItemLearningObjectiveIds", &ENTITY_LINE_ITEMS, "learningObjectiveSet", "lineItemSourcedId", V12,
	  NULL, "lineItemSourcedId* source* learningObjectiveId*" },
	{ "results", &ENTITY_RESULTS, NULL, NULL, BOTH,
	  "lineItemSourcedId* studentSourcedId* scoreStatus* score* scoreDate* comment",
	  "lineItemSourcedId* studentSourcedId* scoreStatus* score scoreDate* comment textScore classSourcedId "
	  "inProgress incomplete late missing" },
	{ "resultScoreScales", &ENTITY_RESULTS, "scoreScale", "resultSourcedId", V12,
	  NULL, "title resultSourcedId* scoreScaleSourcedId*" },
	{ "resultLearningObjectiveIds", &ENTITY_RESULTS, "learningObjectiveSet", "resultSourcedId", V12,
	  NULL, "resultSourcedId* source* learningObjectiveId* score textScore" },
	/* The binding has no file for these; without them a database would not come back
	 * from a bundle as it was. */
	{ "assessmentLineItems", &ENTITY_ASSESSMENT_LINE_ITEMS, NULL, NULL, 0,
	  NULL, "title* description classSourcedId parentAssessmentLineItemSourcedId scoreScaleSourcedId resultValueMin "
	  "resultValueMax" },
	{ "assessmentResults", &ENTITY_ASSESSMENT_RESULTS, NULL, NULL, 0,
	  NULL, "assessmentLineItemSourcedId* studentSourcedId* score textScore scoreDate* scoreScaleSourcedId "
	  "scorePercentile scoreStatus* comment inProgress incomplete late missing" },
};
/* clang-format on */

const struct csv_file *csv_file_find(const char *name)
{
	for (size_t i = 0; i < CSV_FILES; i++)
		if (strcmp(csv_files[i].name, name) == 0)
			return &csv_files[i];
	return NULL;
}

static int add_columns(const char *words, struct csv_column *out, int count)
{
	while (*(words += strspn(words, " "))) {
		size_t length = strcspn(words, " ");
		struct csv_column *column = &out[count++];
		char mark = words[length - 1];

		column->needed = mark == '!';
		column->required = mark == '*' || column->needed;
		column->dropped = mark == '?';
		snprintf(column->name, sizeof column->name, "%.*s",
			 (int)(length - (column->required || column->dropped)), words);
		words += length;
	}
	return count;
}

int csv_file_columns(const struct csv_file *file, unsigned version,
		     struct csv_column out[static CSV_COLUMNS])
{
	const char *columns = version & V12 && file->columns_12 ? file->columns_12
								: file->columns_11;
	int count = add_columns("sourcedId* status dateLastModified", out, 0);

	return add_columns(columns ? columns : file->columns_12, out, count);
}
