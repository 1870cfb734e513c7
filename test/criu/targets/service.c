/* What people edit by hand: a log file, a port, an environment variable, a string in memory, a name, a cgroup, a limit. */
#include "target.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PAGE = 4096 };
static alignas(PAGE) char greeting[PAGE] = "hello from before the dump";
static int log_file, listener = -1;

/* FRUIT shall lie within one page, so that an edit of one page's bytes can replace it: more environment moves it. */
__attribute__((constructor)) static void keep_in_a_page(int count, char **arguments)
{
	(void)count;
	const char *fruit = getenv("FRUIT"), *padding = getenv("PADDING");
	if (fruit == NULL || (uintptr_t)fruit % PAGE + strlen(fruit) < PAGE - 1 || (padding != NULL && strlen(padding) > 200))
		return;
	char more[300];
	snprintf(more, sizeof more, "%s0123456789012345678901234567890", padding == NULL ? "" : padding);
	need(setenv("PADDING", more, 1) == 0);
	execv("/proc/self/exe", arguments);
}

static void listen_on(int port)
{
	struct sockaddr_in place = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	listener = socket(AF_INET, SOCK_STREAM, 0);
	need(listener >= 0 && bind(listener, (struct sockaddr *)&place, sizeof place) == 0 && listen(listener, 3) == 0);
}

void setup(void)
{
	log_file = open("service.log", O_WRONLY | O_CREAT | O_APPEND, 0640);
	need(log_file >= 0 && write_all(log_file, "before\n", 7));
	if (getenv("PORT") != NULL)
		listen_on(atoi(getenv("PORT")));
	need(prctl(PR_SET_NAME, "service") == 0);
	need(setrlimit(RLIMIT_NOFILE, &(struct rlimit){1000, 2000}) == 0);
	memcpy(greeting + PAGE - 6, "last!", 6);
}

static void see_file(void)
{
	char link[64], path[512] = "";
	snprintf(link, sizeof link, "/proc/self/fd/%d", log_file);
	need(readlink(link, path, sizeof path - 1) > 0);
	saw("log", path);
	expect(write_all(log_file, "after\n", 6), "the log can be written");
}

static void see_port(void)
{
	struct sockaddr_in place = {0};
	socklen_t length = sizeof place;
	need(getsockname(listener, (struct sockaddr *)&place, &length) == 0);
	saw_number("port", ntohs(place.sin_port));
	int client = socket(AF_INET, SOCK_STREAM, 0);
	expect(client >= 0 && connect(client, (struct sockaddr *)&place, sizeof place) == 0 && accept(listener, NULL, NULL) >= 0, "the port can be connected to");
}

/* The group in the hierarchy of the suite, where there is one. */
static void see_cgroup(void)
{
	char line[512];
	FILE *cgroups = fopen("/proc/self/cgroup", "r");
	need(cgroups != NULL);
	while (fgets(line, sizeof line, cgroups) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		const char *place = strstr(line, ":name=crit-pipe:");
		if (place != NULL)
			saw("cgroup", place + strlen(":name=crit-pipe:"));
	}
	fclose(cgroups);
}

void check(void)
{
	char name[16] = "", line[256];
	see_file();
	if (listener >= 0)
		see_port();
	see_cgroup();
	saw("FRUIT", getenv("FRUIT") == NULL ? "" : getenv("FRUIT"));
	saw("greeting", greeting);
	saw("last", greeting + PAGE - 6);
	need(prctl(PR_GET_NAME, name) == 0);
	saw("name", name);
	read_line("/proc/self/comm", line, sizeof line);
	expect_text(line, name, "the name in /proc");
	struct rlimit limit;
	need(getrlimit(RLIMIT_NOFILE, &limit) == 0);
	saw_number("files", (long long)limit.rlim_cur);
	saw_number("most files", (long long)limit.rlim_max);
}
