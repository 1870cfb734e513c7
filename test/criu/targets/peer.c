/* One end of a TCP connection; the environment says which (ROLE) and where (ADDRESS). Both are started at the same time. */
#include "target.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PORT = 7100, WAITING = 1000 };
static int listener = -1, connection = -1;
static bool serves;

static struct sockaddr_in place(void)
{
	struct sockaddr_in made = {.sin_family = AF_INET, .sin_port = htons(PORT)};
	need(getenv("ADDRESS") != NULL && inet_pton(AF_INET, getenv("ADDRESS"), &made.sin_addr) == 1);
	return made;
}

void setup(void)
{
	struct sockaddr_in there = place();
	char bytes[WAITING];
	serves = getenv("ROLE") != NULL && strcmp(getenv("ROLE"), "server") == 0;
	if (serves) {
		listener = socket(AF_INET, SOCK_STREAM, 0);
		need(listener >= 0 && bind(listener, (struct sockaddr *)&there, sizeof there) == 0 && listen(listener, 3) == 0);
		connection = accept(listener, NULL, NULL);
		need(connection >= 0);
	}
	for (int tries = 0; !serves && connection < 0; tries++) {
		int fd = socket(AF_INET, SOCK_STREAM, 0);
		need(fd >= 0 && tries < 500);
		if (connect(fd, (struct sockaddr *)&there, sizeof there) == 0)
			connection = fd;
		else {
			close(fd);
			usleep(10000);
		}
	}
	fill(bytes, sizeof bytes, serves ? 1 : 2);
	need(write_all(connection, bytes, sizeof bytes));
	usleep(200000); /* so that what is acknowledged is acknowledged */
}

static void see(const char *name, int (*ask)(int, struct sockaddr *, socklen_t *))
{
	struct sockaddr_in found = {0};
	socklen_t length = sizeof found;
	char text[64] = "";
	expect(ask(connection, (struct sockaddr *)&found, &length) == 0, "the %s has an address", name);
	saw(name, inet_ntop(AF_INET, &found.sin_addr, text, sizeof text));
}

void check(void)
{
	char bytes[8] = "";
	see("own", getsockname);
	see("peer", getpeername);
	expect(reads_filled(connection, WAITING, serves ? 2 : 1), "what waited to be read");
	expect(write_all(connection, "alive", 5) && read_all(connection, bytes, 5) && strcmp(bytes, "alive") == 0, "the connection lives");
}
