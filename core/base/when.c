/*
 * when.c - instants and dates.
 */
#include "base/when.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

int64_t when_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t when_monotonic_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Days since 1970-01-01 of a civil date, and back (proleptic Gregorian). */
static int64_t days_of(int year, int month, int day)
{
	int64_t y = year - (month <= 2);
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * 146097 + day_of_era - 719468;
}

static void civil_of(int64_t days, int *year, int *month, int *day)
{
	days += 719468;

	int64_t era = (days >= 0 ? days : days - 146096) / 146097;
	int64_t doe = days - era * 146097;
	int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int64_t mp = (5 * doy + 2) / 153;

	*day = (int)(doy - (153 * mp + 2) / 5 + 1);
	*month = (int)(mp < 10 ? mp + 3 : mp - 9);
	*year = (int)(yoe + era * 400 + (*month <= 2));
}

/* Exactly @count digits. */
static bool digits(const char **at, int count, int *out)
{
	*out = 0;
	for (int i = 0; i < count; i++, (*at)++) {
		if (**at < '0' || **at > '9')
			return false;
		*out = *out * 10 + (**at - '0');
	}
	return true;
}

static bool literal(const char **at, char c)
{
	if (**at != c)
		return false;
	(*at)++;
	return true;
}

static bool parse_date(const char **at, int64_t *days)
{
	static const int lengths[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int year, month, day;

	if (!digits(at, 4, &year) || !literal(at, '-') || !digits(at, 2, &month) ||
	    !literal(at, '-') || !digits(at, 2, &day))
		return false;

	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	if (year < 1 || month < 1 || month > 12 || day < 1 || day > lengths[month - 1] ||
	    (month == 2 && day == 29 && !leap))
		return false;
	*days = days_of(year, month, day);
	return true;
}

/* HH:MM[:SS[.f{1,9}]] */
static bool parse_clock(const char **at, int64_t *ms)
{
	int hour, minute, second = 0;
	int64_t fraction = 0;

	if (!digits(at, 2, &hour) || !literal(at, ':') || !digits(at, 2, &minute))
		return false;
	if (literal(at, ':')) {
		if (!digits(at, 2, &second))
			return false;
		if (literal(at, '.')) {
			int count = 0;

			for (; **at >= '0' && **at <= '9'; (*at)++, count++)
				if (count < 3)
					fraction = fraction * 10 + (**at - '0');
			if (count < 1 || count > 9)
				return false;
			for (; count < 3; count++)
				fraction *= 10;
		}
	}
	if (hour > 23 || minute > 59 || second > 59)
		return false;
	*ms = ((hour * 60 + minute) * 60 + second) * 1000LL + fraction;
	return true;
}

/* Z | +HH:MM | +HHMM | nothing */
static bool parse_zone(const char **at, int64_t *offset, bool *given)
{
	int hour, minute, sign = **at == '-' ? -1 : 1;

	*offset = 0;
	*given = **at != '\0';
	if (literal(at, 'Z') || !**at)
		return true;
	if (!literal(at, '+') && !literal(at, '-'))
		return false;
	if (!digits(at, 2, &hour))
		return false;
	literal(at, ':');
	if (!digits(at, 2, &minute) || hour > 14 || minute > 59)
		return false;
	*offset = sign * (hour * 60 + minute) * 60000LL;
	return true;
}

bool when_parse(const char *text, int64_t *out, bool *has_zone)
{
	const char *at = text;
	int64_t days, ms = 0, offset = 0;
	bool zone = false;

	if (!parse_date(&at, &days))
		return false;
	if (*at) {
		if (!literal(&at, 'T') && !literal(&at, ' '))
			return false;
		if (!parse_clock(&at, &ms) || !parse_zone(&at, &offset, &zone) || *at)
			return false;
	}
	*out = days * WHEN_DAY + ms - offset;
	if (has_zone)
		*has_zone = zone;
	return true;
}

bool date_parse(const char *text, char out[static DATE_TEXT])
{
	int64_t when;

	if (!when_parse(text, &when, NULL))
		return false;
	memcpy(out, text, DATE_TEXT - 1);
	out[DATE_TEXT - 1] = '\0';
	return true;
}

static void put_digits(char *out, int count, int number)
{
	while (count-- > 0) {
		out[count] = (char)('0' + number % 10);
		number /= 10;
	}
}

void when_format(int64_t when, char out[static WHEN_TEXT])
{
	int64_t days = when / WHEN_DAY, ms = when % WHEN_DAY;
	int year, month, day;

	if (ms < 0) {
		ms += WHEN_DAY;
		days--;
	}
	civil_of(days, &year, &month, &day);
	/* by hand: each object has one or two of them, and each line of the log */
	memcpy(out, "0000-00-00T00:00:00.000Z", 25);
	put_digits(out, 4, (year % 10000 + 10000) % 10000);
	put_digits(out + 5, 2, month);
	put_digits(out + 8, 2, day);
	put_digits(out + 11, 2, (int)(ms / 3600000));
	put_digits(out + 14, 2, (int)(ms / 60000 % 60));
	put_digits(out + 17, 2, (int)(ms / 1000 % 60));
	put_digits(out + 20, 3, (int)(ms % 1000));
}

void date_format(int64_t when, char out[static DATE_TEXT])
{
	char text[WHEN_TEXT];

	when_format(when, text);
	memcpy(out, text, DATE_TEXT - 1);
	out[DATE_TEXT - 1] = '\0';
}
