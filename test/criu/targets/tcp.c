/* TCP on loopback: listening, connected with data in every queue, half closed; IPv4 and IPv6. */
#include "target.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { QUEUED = 1 << 16, FULL = 1 << 21 };
static const int FAMILIES[] = {AF_INET, AF_INET6};

static struct connection {
	int listener, client, server, half_client, half_server, full_client, full_server;
	size_t unsent; /* what full_client has sent and full_server not read */
} connections[2];
static unsigned char bytes[FULL];

static int listening(int family, struct sockaddr_storage *place, socklen_t *length)
{
	int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK, 0);
	need(fd >= 0);
	*place = (struct sockaddr_storage){.ss_family = (sa_family_t)family};
	if (family == AF_INET)
		((struct sockaddr_in *)place)->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	else
		((struct sockaddr_in6 *)place)->sin6_addr = in6addr_loopback;
	*length = family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
	need(bind(fd, (struct sockaddr *)place, *length) == 0 && listen(fd, 7) == 0);
	need(getsockname(fd, (struct sockaddr *)place, length) == 0);
	return fd;
}

static void join(int listener, const struct sockaddr_storage *place, socklen_t length, int *client, int *server)
{
	*client = socket(place->ss_family, SOCK_STREAM, 0);
	need(*client >= 0 && connect(*client, (const struct sockaddr *)place, length) == 0);
	*server = accept(listener, NULL, NULL);
	need(*server >= 0);
}

static void put(int fd, size_t length, unsigned seed)
{
	fill(bytes, length, seed);
	need(write_all(fd, bytes, length));
}

void setup(void)
{
	for (unsigned i = 0; i < 2; i++) {
		struct connection *c = &connections[i];
		struct sockaddr_storage place;
		socklen_t length;
		c->listener = listening(FAMILIES[i], &place, &length);
		join(c->listener, &place, length, &c->client, &c->server);
		need(setsockopt(c->client, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int)) == 0);
		need(setsockopt(c->server, SOL_SOCKET, SO_KEEPALIVE, &(int){1}, sizeof(int)) == 0);
		need(setsockopt(c->server, IPPROTO_TCP, TCP_KEEPIDLE, &(int){4321}, sizeof(int)) == 0);
		put(c->client, QUEUED, 10 + i);
		put(c->server, 1001, 20 + i);
		join(c->listener, &place, length, &c->half_client, &c->half_server);
		put(c->half_client, 77, 30 + i);
		need(shutdown(c->half_client, SHUT_WR) == 0);
		join(c->listener, &place, length, &c->full_client, &c->full_server);
		need(fcntl(c->full_client, F_SETFL, O_NONBLOCK) == 0);
		fill(bytes, FULL, 40 + i);
		for (ssize_t sent = 0; sent >= 0 && c->unsent < FULL; c->unsent += sent > 0 ? (size_t)sent : 0)
			sent = send(c->full_client, bytes + c->unsent, FULL - c->unsent, 0);
		need(c->unsent > QUEUED);
	}
	usleep(100000); /* so that what is acknowledged is acknowledged */
}

static int option(int fd, int level, int name)
{
	int value = -1;
	socklen_t size = sizeof value;
	return getsockopt(fd, level, name, &value, &size) == 0 ? value : -1;
}

void check(void)
{
	for (unsigned i = 0; i < 2; i++) {
		struct connection *c = &connections[i];
		const char *family = i ? "IPv6" : "IPv4";
		expect(reads_filled(c->server, QUEUED, 10 + i) && is_drained(c->server), "%s: the server's queue", family);
		expect(reads_filled(c->client, 1001, 20 + i) && is_drained(c->client), "%s: the client's queue", family);
		expect(write_all(c->client, "ping", 4) && read_all(c->server, bytes, 4) && memcmp(bytes, "ping", 4) == 0, "%s: the connection lives", family);
		expect_number(option(c->client, IPPROTO_TCP, TCP_NODELAY), 1, "TCP_NODELAY");
		expect_number(option(c->server, SOL_SOCKET, SO_KEEPALIVE), 1, "SO_KEEPALIVE");
		expect_number(option(c->server, IPPROTO_TCP, TCP_KEEPIDLE), 4321, "TCP_KEEPIDLE");
		expect(reads_filled(c->half_server, 77, 30 + i) && read(c->half_server, bytes, 1) == 0, "%s: the half closed one ends after its bytes", family);
		expect(write_all(c->half_server, "pong", 4) && read_all(c->half_client, bytes, 4), "%s: and is open the other way", family);
		fill(bytes, FULL, 40 + i);
		unsigned char *got = malloc(FULL);
		expect(read_all(c->full_server, got, c->unsent) && memcmp(got, bytes, c->unsent) == 0, "%s: %zu bytes of full queues", family, c->unsent);
		expect(is_drained(c->full_server), "%s: and no more", family);
		free(got);
		struct sockaddr_storage place;
		socklen_t length = sizeof place;
		int client, server;
		expect(getsockname(c->listener, (struct sockaddr *)&place, &length) == 0, "%s: the listener has a name", family);
		join(c->listener, &place, length, &client, &server);
		expect(write_all(client, "new", 3) && read_all(server, bytes, 3), "%s: the listener accepts", family);
	}
}
