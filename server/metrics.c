/*
 * metrics.c - counters, and how they are printed.
 */
#include "server/metrics.h"

#include <stdatomic.h>
#include <string.h>

#include "base/jsonw.h"
#include "base/version.h"
#include "oneroster/operations.h"

/* Who may stand beside the operations of OneRoster as a label; the last is for the rest. */
static const char *const others[] = { "token", "admin", "none" };

#define OPERATIONS 200 /* with room */
#define STATUS_FIRST 100
#define STATUSES 501 /* 100 to 599, and one for what is none */

/* Upper bounds, in seconds; +Inf comes behind them. */
static const double buckets[] = { 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
				  0.1,    0.25,  0.5,    1,     2.5,  5,     10 };

#define BUCKETS (sizeof buckets / sizeof buckets[0] + 1)

static struct {
	atomic_llong requests[OPERATIONS][STATUSES];
	atomic_llong durations[OPERATIONS][BUCKETS];
	atomic_llong microseconds[OPERATIONS];
	atomic_llong faults;
} counters;

static size_t label_count(void)
{
	return operation_count + ARRAY_SIZE(others);
}

static const char *label_at(size_t index)
{
	return index < operation_count ? operations[index].name : others[index - operation_count];
}

static size_t label_of(const char *operation)
{
	size_t count = label_count();

	/* mostly it is the very text of the table */
	for (size_t i = 0; operation && i < operation_count; i++)
		if (operations[i].name == operation)
			return i;
	for (size_t i = 0; operation && i < count; i++)
		if (strcmp(label_at(i), operation) == 0)
			return i;
	return count - 1;
}

static size_t bucket_of(double seconds)
{
	size_t i = 0;

	while (i < ARRAY_SIZE(buckets) && seconds > buckets[i])
		i++;
	return i;
}

void metrics_request(const char *operation, int status, double ms)
{
	size_t label = label_of(operation);
	bool known = status >= STATUS_FIRST && status < STATUS_FIRST + STATUSES - 1;

	if (label >= OPERATIONS)
		BUG("more than %d operations", OPERATIONS);
	atomic_fetch_add_explicit(
		&counters.requests[label][known ? status - STATUS_FIRST : STATUSES - 1], 1,
		memory_order_relaxed);
	atomic_fetch_add_explicit(&counters.durations[label][bucket_of(ms / 1000)], 1,
				  memory_order_relaxed);
	atomic_fetch_add_explicit(&counters.microseconds[label], (long long)(ms * 1000),
				  memory_order_relaxed);
}

void metrics_fault(void)
{
	atomic_fetch_add_explicit(&counters.faults, 1, memory_order_relaxed);
}

static void head(struct str *out, const char *name, const char *type, const char *help)
{
	str_format(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void write_requests(struct str *out)
{
	static const char name[] = "mocksis_requests_total";

	head(out, name, "counter", "Requests that were answered, by operation and status.");
	for (size_t i = 0; i < label_count(); i++)
		for (size_t k = 0; k < STATUSES; k++) {
			long long count = atomic_load(&counters.requests[i][k]);

			if (!count)
				continue;
			str_format(out, "%s{operation=\"%s\",status=\"", name, label_at(i));
			if (k < STATUSES - 1)
				str_format(out, "%zu\"} %lld\n", k + STATUS_FIRST, count);
			else
				str_format(out, "none\"} %lld\n", count);
		}
}

static void write_duration(struct str *out, const char *name, size_t label)
{
	const char *operation = label_at(label);
	char bound[NUMBER_TEXT];
	long long total = 0, counts[BUCKETS];

	for (size_t i = 0; i < BUCKETS; i++)
		total += counts[i] = atomic_load(&counters.durations[label][i]);
	if (!total)
		return;
	total = 0;
	for (size_t i = 0; i < BUCKETS; i++) {
		total += counts[i];
		if (i < ARRAY_SIZE(buckets))
			number_format(buckets[i], bound);
		str_format(out, "%s_bucket{operation=\"%s\",le=\"%s\"} %lld\n", name, operation,
			   i < ARRAY_SIZE(buckets) ? bound : "+Inf", total);
	}
	number_format((double)atomic_load(&counters.microseconds[label]) / 1e6, bound);
	str_format(out, "%s_sum{operation=\"%s\"} %s\n%s_count{operation=\"%s\"} %lld\n", name,
		   operation, bound, name, operation, total);
}

static void write_durations(struct str *out)
{
	static const char name[] = "mocksis_request_duration_seconds";

	head(out, name, "histogram", "Time from the first byte of a request to its answer.");
	for (size_t i = 0; i < label_count(); i++)
		write_duration(out, name, i);
}

void metrics_write(struct str *out, const struct metrics_gauges *gauges)
{
	const struct {
		const char *name, *type, *help;
		long long value;
	} rows[] = {
		{ "mocksis_writer_queue_length", "gauge",
		  "Writes that were handed over and are not done.", gauges->writer_queue },
		{ "mocksis_writer_transactions_total", "counter", "Transactions of the writer.",
		  gauges->writer_transactions },
		{ "mocksis_writer_jobs_total", "counter", "Writes that ran in them.",
		  gauges->writer_jobs },
		{ "mocksis_faults_fired_total", "counter",
		  "Answers that a fault rule broke on purpose.", atomic_load(&counters.faults) },
		{ "mocksis_journal_bytes", "gauge", "Memory of all journals.",
		  gauges->journal_bytes },
		{ "mocksis_sandboxes", "gauge", "Sandboxes that there are.", gauges->sandboxes },
		{ "mocksis_sandboxes_open", "gauge", "Sandboxes whose database is open.",
		  gauges->sandboxes_open },
	};

	head(out, "mocksis_build_info", "gauge", "The version, as a label.");
	str_format(out, "mocksis_build_info{version=\"%s\"} 1\n", MOCKSIS_VERSION);
	write_requests(out);
	write_durations(out);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		head(out, rows[i].name, rows[i].type, rows[i].help);
		str_format(out, "%s %lld\n", rows[i].name, rows[i].value);
	}
}
