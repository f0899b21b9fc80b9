/*
 * wire.c - requests as bytes.
 */
#include "tests/http/wire.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/util.h"
#include "oneroster/entity.h"

char *wire_target(unsigned version, const char *pattern)
{
	if (pattern[0] == '\0' || pattern[1] != '/' || !strchr("RG", pattern[0]))
		return xstrdup(pattern);
	return xformat("%s%s", service_root(pattern[0] == 'R' ? ROSTERING : GRADEBOOK, version),
		       pattern + 1);
}

void wire_send(struct reply *reply, const struct server *server, const char *method,
	       const char *target, const char *headers, const char *body)
{
	bool own = !*server->bearer || strncasecmp(headers, "Authorization:", 14) == 0;
	char *length = body ? xformat("Content-Length: %zu\r\n", strlen(body)) : xstrdup("");
	char *bytes = xformat("%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n%s%s%s%s\r\n%s",
			      method, target, server->url + strlen("http://"),
			      own ? "" : server->bearer, own ? "" : "\r\n", headers, length,
			      body ? body : "");

	*reply = (struct reply){ .raw = raw_exchange(server, bytes, strlen(bytes)) };
	if (starts_with(reply->raw, "HTTP/1.1 "))
		reply->status = strtol(reply->raw + 9, NULL, 10);
	reply->body = strstr(reply->raw, "\r\n\r\n");
	reply->body = reply->body ? reply->body + 4 : "";
	reply->json = json_loads(reply->body, 0, NULL);
	free(bytes);
	free(length);
}

void reply_release(struct reply *reply)
{
	json_decref(reply->json);
	free(reply->raw);
	*reply = (struct reply){ 0 };
}

char *reply_header(const struct reply *reply, const char *name)
{
	size_t length = strlen(name);

	for (const char *line = reply->raw; line < reply->body && *line;) {
		size_t size = strcspn(line, "\r\n");

		if (size > length && strncasecmp(line, name, length) == 0 && line[length] == ':')
			return xstrndup(line + length + 2, size - length - 2);
		line += size;
		line += strspn(line, "\r\n");
	}
	return NULL;
}

long reply_total(const struct reply *reply)
{
	char *text = reply_header(reply, "X-Total-Count");
	long total = text ? strtol(text, NULL, 10) : -1;

	free(text);
	return total;
}
