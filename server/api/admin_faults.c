/*
 * admin_faults.c - what goes wrong on purpose (docs/faults.md).
 */
#include "server/api/admin.h"

#include <string.h>

static void write_rules(struct admin *admin, struct rules *rules)
{
	static const char none[] = "{\"items\":[]}";

	if (rules)
		rules_write(rules, &admin->w);
	else
		jsonw_raw(&admin->w, none, strlen(none));
}

void admin_faults_show(struct admin *admin)
{
	struct rules *rules = sandbox_rules(admin->sandbox);

	write_rules(admin, rules);
	rules_put(rules);
}

/* In force from the next request; the answer tells the seed that makes a run repeat. */
void admin_faults_put(struct admin *admin)
{
	struct err err = ERR_INIT;
	struct rules *rules = rules_parse(admin->body, random_new_seed(),
					  admin->request->began / 1000, &err);

	if (!rules) {
		admin_fail_err(admin, &err);
		return;
	}
	write_rules(admin, rules);
	sandbox_set_rules(admin->sandbox, rules);
}

void admin_faults_delete(struct admin *admin)
{
	sandbox_set_rules(admin->sandbox, NULL);
	admin->response->content_type = NULL;
}
