/*
 * rounds.c - sides run in turn, and the median of what came of it.
 */
#include "tests/bench/bench.h"

#include <stdlib.h>

bool rounds_run(const struct bench *bench, struct side *sides, size_t count, struct err *err)
{
	for (int round = 0; round < bench->rounds; round++)
		for (size_t i = 0; i < count; i++)
			if (!sides[i].run(sides[i].payload, round, &sides[i].samples[round], err))
				return false;
	return true;
}

static int compare(const void *a, const void *b)
{
	const double *left = a, *right = b;

	return *left < *right ? -1 : *left > *right;
}

double median_of(double *values, size_t count)
{
	if (count == 0)
		return 0;
	qsort(values, count, sizeof *values, compare);
	return (values[(count - 1) / 2] + values[count / 2]) / 2;
}

static double metric_of(const struct sample *sample, enum metric metric)
{
	switch (metric) {
	case RATE:
		return sample->rate;
	case CPU:
		return sample->cpu_us;
	case P50:
		return sample->p50;
	case P99:
		return sample->p99;
	}
	BUG("metric %d", (int)metric);
}

/* The first round warms caches and does not count, unless it is the only one. */
static int first_round(const struct bench *bench)
{
	return bench->rounds > 1 ? 1 : 0;
}

double rounds_median(const struct bench *bench, const struct side *side, enum metric metric)
{
	double values[ROUNDS_MOST];
	size_t count = 0;

	for (int i = first_round(bench); i < bench->rounds; i++)
		values[count++] = metric_of(&side->samples[i], metric);
	return median_of(values, count);
}

double rounds_ratio(const struct bench *bench, const struct side *a, const struct side *b,
		    enum metric metric)
{
	double values[ROUNDS_MOST];
	size_t count = 0;

	for (int i = first_round(bench); i < bench->rounds; i++) {
		double below = metric_of(&b->samples[i], metric);

		values[count++] = below > 0 ? metric_of(&a->samples[i], metric) / below : 0;
	}
	return median_of(values, count);
}

double rounds_speed(const struct bench *bench, const struct side *a, const struct side *b)
{
	return bench->busy ? rounds_ratio(bench, b, a, CPU) : rounds_ratio(bench, a, b, RATE);
}

double rounds_cost(const struct bench *bench, const struct side *a, const struct side *b)
{
	return rounds_ratio(bench, a, b, bench->busy ? CPU : P50);
}
