/* suites.h - the HTTP suites; included several times with SUITE() defined. */
/* clang-format off */
SUITE(serve)
