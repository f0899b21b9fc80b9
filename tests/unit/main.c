/*
 * main.c - runs every unit suite.
 */
#define SUITES "tests/unit/suites.h"
#include "tests/run.h"
