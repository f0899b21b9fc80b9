/*
 * course.h - the ids of the course that the program `course` makes.
 */
#ifndef TESTS_BENCH_COURSE_H
#define TESTS_BENCH_COURSE_H

#define COURSE_CLASS "class-1"
#define COURSE_STUDENT "student-" /* and a number from 0 on */

#endif
