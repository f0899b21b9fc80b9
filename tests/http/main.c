/*
 * main.c - runs every HTTP suite.
 */
#define SUITES "tests/http/suites.h"
#include "tests/run.h"
