PRAGMA user_version = 3;
CREATE TABLE ref (
	entity TEXT NOT NULL,
	owner TEXT NOT NULL,
	path TEXT NOT NULL,
	pos INTEGER NOT NULL,
	target TEXT NOT NULL,
	PRIMARY KEY (entity, path, target, owner, pos)
) STRICT, WITHOUT ROWID;
CREATE INDEX ref_owner ON ref (entity, owner);
CREATE TABLE sis_state (
	kind TEXT NOT NULL,
	id TEXT NOT NULL,
	key TEXT NOT NULL,
	value TEXT NOT NULL,
	PRIMARY KEY (kind, id, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE setting (
	name TEXT PRIMARY KEY,
	value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE credential (
	id TEXT PRIMARY KEY,
	secret TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE unpublished (
	id INTEGER PRIMARY KEY,
	entity TEXT NOT NULL,
	sourcedId TEXT NOT NULL,
	visible_at INTEGER NOT NULL,
	before TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS "orgs" (
	id INTEGER PRIMARY KEY,
	"sourcedId" TEXT NOT NULL UNIQUE,
	"status" TEXT,
	"dateLastModified" INTEGER,
	"metadata" TEXT,
	"name" TEXT,
	"type" TEXT,
	"identifier" TEXT,
	"parent" TEXT,
	"children" TEXT
) STRICT;
CREATE INDEX "orgs_parent" ON "orgs" ("parent");
CREATE TABLE IF NOT EXISTS "academicSessions" (
	id INTEGER PRIMARY KEY,
	"sourcedId" TEXT NOT NULL UNIQUE,
	"status" TEXT,
	"dateLastModified" INTEGER,
	"metadata" TEXT,
	"title" TEXT,
	"type" TEXT,
	"startDate" TEXT,
	"endDate" TEXT,
	"parent" TEXT,
	"children" TEXT,
	"schoolYear" TEXT
) STRICT;
CREATE INDEX "academicSessions_parent" ON "academicSessions" ("parent");
CREATE TABLE IF NOT EXISTS "courses" (
	id INTEGER PRIMARY KEY,
	"sourcedId" TEXT NOT NULL UNIQUE,
	"status" TEXT,
	"dateLastModified" INTEGER,
	"metadata" TEXT,
	"title" TEXT,
	"schoolYear" TEXT,
	"courseCode" TEXT,
	"grades" TEXT,
	"subjects" TEXT,
	"org" TEXT,
	"subjectCodes" TEXT,
	"resources" TEXT
) STRICT;
CREATE INDEX "courses_schoolYear" ON "courses" ("schoolYear");
CREATE INDEX "courses_org" ON "courses" ("org");
CREATE TABLE IF NOT EXISTS "classes" (
	id INTEGER PRIMARY KEY,
	"sourcedId" TEXT NOT NULL UNIQUE,
	"status" TEXT,
	"dateLastModified" INTEGER,
	"metadata" TEXT,
	"title" TEXT,
	"classCode" TEXT,
	"classType" TEXT,
	"location" TEXT,
	"grades" TEXT,
	"subjects" TEXT,
	"course" TEXT,
	"school" TEXT,
	"terms" TEXT,
	"subjectCodes" TEXT,
	"periods" TEXT,
	"resources" TEXT
) STRICT;
CREATE INDEX "classes_course" ON "classes" ("course");
CREATE INDEX "classes_school" ON "classes" ("school");
CREATE TABLE IF NOT EXISTS "users" (
	id INTEGER PRIMARY KEY,
	"sourcedId" TEXT NOT NULL UNIQUE,
	"status" TEXT,
	"dateLastModified" INTEGER,
	"metadata" TEXT,
	"userMasterIdentifier" TEXT,
	"username" TEXT,
	"userIds" TEXT,
	"enabledUser" INTEGER,
	"givenName" TEXT,
	"familyName" TEXT,
	"middleName" TEXT,
	"preferredFirstName" TEXT,
	"preferredMiddleName" TEXT,
	"preferredLastName" TEXT,
	"pronouns" TEXT,
	"role" TEXT,
	"roles" TEXT,
	"userProfiles" TEXT,
	"primaryOrg" TEXT,
	"identifier" TEXT,
	"email" TEXT,
	"sms" TEXT,
	"phone" TEXT,
	"agents" TEXT,
	"orgs" TEXT,
	"grades" TEXT,
	"password" TEXT,
	"resources" TEXT
) STRICT;
CREATE INDEX "users_primaryOrg" ON "users" ("primaryOrg");
CREATE TABLE IF NOT EXISTS "demographics" (
	id INTEGER PRIMARY KEY,
	"sourcedId" TEXT NOT NULL UNIQUE,
	"status" TEXT,
	"dateLastModified" INTEGER,
	"metadata" TEXT,
	"birthDate" TEXT,
	"sex" TEXT,
	"americanIndianOrAlaskaNative" INTEGER,
	"asian" INTEGER,
	"blackOrAfricanAmerican" INTEGER,
	"nativeHawaiianOrOtherPacificIslander" INTEGER,
	"white" INTEGER,
	"demographicRaceTwoOrMoreRaces" INTEGER,
	"hispanicOrLatinoEthnicity" INTEGER,
	"countryOfBirthCode" TEXT,
	"stateOfBirthAbbreviation" TEXT,
	"cityOfBirth" TEXT,
	"publicSchoolResidenceStatus" TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS "enrollments" (
	id INTEGER PRIMARY KEY,
	"sourcedId" TEXT NOT NULL UNIQUE,
	"status" TEXT,
	"dateLastModified" INTEGER,
	"metadata" TEXT,
	"user" TEXT,
	"class" TEXT,
	"school" TEXT,
	"role" TEXT,
	"primary" INTEGER,
	"beginDate" TEXT,
	"endDate" TEXT
) STRICT;
CREATE INDEX "enrollments_user" ON "enrollments" ("user");
CREATE INDEX "enrollments_class" ON "enrollments" ("class");
CREATE INDEX "enrollments_school" ON "enrollments" ("school");
CREATE TABLE IF NOT EXISTS "resources" (
	id INTEGER PRIMARY KEY,
	"sourcedId" TEXT NOT NULL UNIQUE,
	"status" TEXT,
	"dateLastModified" INTEGER,
	"metadata" TEXT,
	"title" TEXT,
	"roles" TEXT,
	"importance" TEXT,
	"vendorResourceId" TEXT,
	"vendorId" TEXT,
	"applicationId" TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS "categories" (
	id INTEGER PRIMARY KEY,
	"sourcedId" TEXT NOT NULL UNIQUE,
	"status" TEXT,
	"dateLastModified" INTEGER,
	"metadata" TEXT,
	"title" TEXT,
	"weight" REAL
) STRICT;
CREATE TABLE IF NOT EXISTS "scoreScales" (
	id INTEGER PRIMARY KEY,
	"sourcedId" TEXT NOT NULL UNIQUE,
	"status" TEXT,
	"dateLastModified" INTEGER,
	"metadata" TEXT,
	"title" TEXT,
	"type" TEXT,
	"course" TEXT,
	"class" TEXT,
	"scoreScaleValue" TEXT
) STRICT;
CREATE INDEX "scoreScales_course" ON "scoreScales" ("course");
CREATE INDEX "scoreScales_class" ON "scoreScales" ("class");
CREATE TABLE IF NOT EXISTS "lineItems" (
	id INTEGER PRIMARY KEY,
	"sourcedId" TEXT NOT NULL UNIQUE,
	"status" TEXT,
	"dateLastModified" INTEGER,
	"metadata" TEXT,
	"title" TEXT,
	"description" TEXT,
	"assignDate" INTEGER,
	"dueDate" INTEGER,
	"class" TEXT,
	"school" TEXT,
	"category" TEXT,
	"gradingPeriod" TEXT,
	"academicSession" TEXT,
	"scoreScale" TEXT,
	"resultValueMin" REAL,
	"resultValueMax" REAL,
	"learningObjectiveSet" TEXT
) STRICT;
CREATE INDEX "lineItems_class" ON "lineItems" ("class");
CREATE INDEX "lineItems_school" ON "lineItems" ("school");
CREATE INDEX "lineItems_category" ON "lineItems" ("category");
CREATE INDEX "lineItems_gradingPeriod" ON "lineItems" ("gradingPeriod");
CREATE INDEX "lineItems_academicSession" ON "lineItems" ("academicSession");
CREATE INDEX "lineItems_scoreScale" ON "lineItems" ("scoreScale");
CREATE TABLE IF NOT EXISTS "results" (
	id INTEGER PRIMARY KEY,
	"sourcedId" TEXT NOT NULL UNIQUE,
	"status" TEXT,
	"dateLastModified" INTEGER,
	"metadata" TEXT,
	"lineItem" TEXT,
	"student" TEXT,
	"class" TEXT,
	"scoreScale" TEXT,
	"scoreStatus" TEXT,
	"score" REAL,
	"textScore" TEXT,
	"scoreDate" TEXT,
	"comment" TEXT,
	"learningObjectiveSet" TEXT,
	"inProgress" INTEGER,
	"incomplete" INTEGER,
	"late" INTEGER,
	"missing" INTEGER
) STRICT;
CREATE INDEX "results_lineItem" ON "results" ("lineItem");
CREATE INDEX "results_student" ON "results" ("student");
CREATE INDEX "results_class" ON "results" ("class");
CREATE INDEX "results_scoreScale" ON "results" ("scoreScale");
CREATE TABLE IF NOT EXISTS "assessmentLineItems" (
	id INTEGER PRIMARY KEY,
	"sourcedId" TEXT NOT NULL UNIQUE,
	"status" TEXT,
	"dateLastModified" INTEGER,
	"metadata" TEXT,
	"title" TEXT,
	"description" TEXT,
	"class" TEXT,
	"parentAssessmentLineItem" TEXT,
	"scoreScale" TEXT,
	"resultValueMin" REAL,
	"resultValueMax" REAL,
	"learningObjectiveSet" TEXT
) STRICT;
CREATE INDEX "assessmentLineItems_class" ON "assessmentLineItems" ("class");
CREATE INDEX "assessmentLineItems_parentAssessmentLineItem" ON "assessmentLineItems" ("parentAssessmentLineItem");
CREATE INDEX "assessmentLineItems_scoreScale" ON "assessmentLineItems" ("scoreScale");
CREATE TABLE IF NOT EXISTS "assessmentResults" (
	id INTEGER PRIMARY KEY,
	"sourcedId" TEXT NOT NULL UNIQUE,
	"status" TEXT,
	"dateLastModified" INTEGER,
	"metadata" TEXT,
	"assessmentLineItem" TEXT,
	"student" TEXT,
	"score" REAL,
	"textScore" TEXT,
	"scoreDate" TEXT,
	"scoreScale" TEXT,
	"scorePercentile" REAL,
	"scoreStatus" TEXT,
	"comment" TEXT,
	"learningObjectiveSet" TEXT,
	"inProgress" INTEGER,
	"incomplete" INTEGER,
	"late" INTEGER,
	"missing" INTEGER
) STRICT;
CREATE INDEX "assessmentResults_assessmentLineItem" ON "assessmentResults" ("assessmentLineItem");
CREATE INDEX "assessmentResults_student" ON "assessmentResults" ("student");
CREATE INDEX "assessmentResults_scoreScale" ON "assessmentResults" ("scoreScale");
