/*
 * client.c - a provider without a socket.
 */
#include "tests/unit/api/client.h"

#include <check.h>
#include <semaphore.h>

#include "base/jsonx.h"
#include "tests/unit/helpers.h"

static struct profile *make_profile(const char *quirks, const char *rest)
{
	char *folder = scratch_new();
	char *json = xformat(
		"{\"name\": \"test\", \"extends\": \"standard\", \"quirks\": {%s}%s%s}", quirks,
		*rest ? ", " : "", rest);
	char *path = scratch_write(folder, "test.json", json);
	struct err err = ERR_INIT;
	struct profile *profile = profile_load(path, &err);

	ck_assert_msg(profile != NULL, "%s", err.text);
	free(path);
	free(json);
	scratch_free(folder);
	return profile;
}

void provider_open(struct provider *provider, const char *quirks, const char *rest)
{
	provider_open_with(provider, demo_store(), quirks, rest);
}

void provider_open_with(struct provider *provider, struct store *store, const char *quirks,
			const char *rest)
{
	struct profile *profile = make_profile(quirks, rest);

	*provider = (struct provider){ .sandbox = sandbox_new("default", store, profile) };
	registry_init(&provider->registry);
	provider->sandbox->auth.open = true;
	auth_add(&provider->sandbox->auth, "canvas", "s3cret");
	ck_assert(registry_add(&provider->registry, provider->sandbox));
	provider->registry.writer = writer_start();
}

void provider_close(struct provider *provider)
{
	writer_stop(provider->registry.writer);
	registry_release(&provider->registry);
}

static void answered(struct request *request)
{
	sem_post(request->owner);
}

void provider_handle(struct provider *provider, struct request *request, struct response *response)
{
	sem_t parked;

	sem_init(&parked, 0, 0);
	request->resume = answered;
	request->owner = &parked;
	while (!api_handle(&provider->registry, request, response)) {
		if (!request->delay_us) {
			sem_wait(&parked);
			break;
		}
		request->delay_us = 0; /* nobody waits here */
	}
	sem_destroy(&parked);
}

static char *header(const struct response *response, const char *name)
{
	return xstrdup(pairs_get_nocase(&response->headers, name));
}

struct answer ask(struct provider *provider, const char *method, const char *target,
		  const char *body)
{
	struct request request;
	struct response response = { 0 };
	struct err err = ERR_INIT;

	request_make(&request, method, target);
	if (body)
		str_add(&request.body, body);
	if (provider->authorization)
		request_set(&request, "Authorization", provider->authorization);
	provider_handle(provider, &request, &response);

	struct answer answer = {
		.status = response.status,
		.text = xstrdup(str_text(&response.body)),
		.json = response.body.length
				? jsonx_load(response.body.text, response.body.length, &err)
				: NULL,
		.allow = header(&response, "Allow"),
		.link = header(&response, "Link"),
		.total = header(&response, "X-Total-Count"),
		.challenge = header(&response, "WWW-Authenticate"),
		.why = xstrdup(response.refusal.why),
	};
	const json_t *info = json_array_get(json_object_get(answer.json, "statusInfoSet"), 0);
	const json_t *fields = json_object_get(json_object_get(answer.json, "imsx_CodeMinor"),
					       "imsx_codeMinorField");

	ck_assert_msg(!response.body.length || answer.json, "%s %s: %s", method, target,
		      answer.text);
	ck_assert_msg((response.content_type != NULL) == (response.body.length > 0), "%s %s: type",
		      method, target);
	answer.minor = info ? jsonx_text(info, "imsx_codeMinor")
			    : jsonx_text(json_array_get(fields, 0), "imsx_codeMinorFieldValue");
	answer.description = jsonx_text(info ? info : answer.json, "imsx_description");
	response_free(&response);
	request_free(&request);
	return answer;
}

void answer_free(struct answer *answer)
{
	json_decref(answer->json);
	free(answer->text);
	free(answer->allow);
	free(answer->link);
	free(answer->total);
	free(answer->challenge);
	free(answer->why);
}

int ask_status(struct provider *provider, const char *method, const char *target, const char *body)
{
	struct answer answer = ask(provider, method, target, body);
	int status = answer.status;

	answer_free(&answer);
	return status;
}
