/*
 * vendor.c - the scripted provider as a test asks it.
 */
#include "tests/http/vendor.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/str.h"

char *vendor_url(const struct vendor *vendor, const char *target)
{
	static const struct {
		const char *prefix, *root;
	} roots[] = {
		{ "1/", "/ims/oneroster/v1p1" },
		{ "r/", "/ims/oneroster/rostering/v1p2" },
		{ "g/", "/ims/oneroster/gradebook/v1p2" },
		{ "s/", "/ims/oneroster/resources/v1p2" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(roots); i++)
		if (starts_with(target, roots[i].prefix))
			return xformat("%s%s%s", vendor->url, roots[i].root, target + 1);
	return xformat("%s%s", vendor->url, target);
}

char *vendor_token(const struct vendor *vendor, const char *scopes)
{
	char *url = xformat("%s/oauth2/token", vendor->url), *header;
	char *body = xformat("grant_type=client_credentials&client_id=vendor-key&"
			     "client_secret=vendor-secret%s%s",
			     scopes ? "&scope=" : "", scopes ? scopes : "");
	struct answer answer;

	http(&answer, "POST", url,
	     (const char *[]){ "Content-Type: application/x-www-form-urlencoded", NULL }, body);
	ck_assert_msg(answer.status == 200, "%s: %ld %s", body, answer.status, answer.body);
	header = xformat("Authorization: Bearer %s", jsonx_text(answer.json, "access_token"));
	answer_release(&answer);
	free(body);
	free(url);
	return header;
}

void vendor_start(struct vendor *vendor, const struct fault_row *fault)
{
	char *header;

	vendor->provider = provider_start(fault);
	vendor->url = provider_url(vendor->provider);
	header = vendor_token(vendor, NULL);
	snprintf(vendor->bearer, sizeof vendor->bearer, "%s", header);
	free(header);
}

void vendor_stop(struct vendor *vendor)
{
	provider_stop(vendor->provider);
}

void vendor_ask(const struct vendor *vendor, struct answer *answer, const char *method,
		const char *target, const char *body)
{
	char *url = vendor_url(vendor, target);

	http(answer, method, url,
	     (const char *[]){ vendor->bearer, body ? "Content-Type: application/json" : NULL,
			       NULL },
	     body);
	free(url);
}

char *vendor_ids(const struct answer *answer)
{
	struct str out = STR_INIT;
	const char *key;
	json_t *list, *item;
	bool found = false;
	size_t i;

	json_object_foreach (answer->json, key, list) {
		if (!json_is_array(list) || strcmp(key, "statusInfoSet") == 0)
			continue;
		found = true;
		json_array_foreach (list, i, item)
			str_format(&out, "%s%s", out.length ? " " : "",
				   jsonx_text(item, "sourcedId") ? jsonx_text(item, "sourcedId")
								 : "?");
	}
	if (!found)
		str_add(&out, "-");
	return str_take(&out, NULL);
}
