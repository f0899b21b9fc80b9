/*
 * load.c - a SIS under load: how slow it is, and how many requests it takes.
 */
#include "server/api/load.h"

int64_t load_delay(struct context *context)
{
	const struct quirks *quirks = &context->profile->quirks;
	enum spread spread;

	if (!quirks->latency_ms)
		return 0;
	if (!spread_parse(quirks->latency_spread, &spread))
		BUG("latency.spread: %s", quirks->latency_spread);
	quirk_fired(context, "latency.ms");
	return sandbox_delay_us(context->sandbox, spread, quirks->latency_ms);
}

bool load_permits(struct context *context, const char *credential)
{
	const struct quirks *quirks = &context->profile->quirks;
	struct request *request = context->request;
	int64_t limit = quirks->rate_limit, window_s = quirks->rate_window_s, wait_ms;

	if (!limit || rate_take(context->sandbox->rate, credential ? credential : request->client,
				limit, window_s * 1000, request->began / 1000, &wait_ms))
		return true;
	quirk_fired(context, "rate.limit");
	response_header(request, context->response, "Retry-After",
			arena_format(&request->arena, "%lld", (long long)(wait_ms + 999) / 1000));
	refuse_with(context, FAULT_RATE_LIMITED,
		    arena_format(&request->arena, "at most %lld in %lld s", (long long)limit,
				 (long long)window_s));
	context->response->refusal.status = (int)quirks->rate_status;
	return false;
}
