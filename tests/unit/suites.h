/* suites.h - the unit suites; included several times with SUITE() defined. */
/* clang-format off */
SUITE(when)
