/*
 * sound.h - what the forms (form.h) cannot say of a lab: that its verbs are there, its steps one
 * thing each, and its times are times.
 */
#ifndef LAB_SOUND_H
#define LAB_SOUND_H

#include "conformance/lab/library.h"

/* @lab is one that form_check() has passed. ERR_INVALID names the member. */
bool sound_lab(const struct library *library, const json_t *lab, struct err *err) MUST_USE;

#endif
