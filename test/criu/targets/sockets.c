/* Unix sockets with data in them: streams, packets, names of several kinds, a connection and a descriptor in flight. */
#include "target.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static const size_t PACKETS[] = {1, 5, 1000, 8};
enum { COUNT = sizeof PACKETS / sizeof *PACKETS };
static int stream[2], datagram[2], sequence[2], carrier[2], carried[2];
static int listener, waiting, abstract_listener, accepted, connected, removed;

static struct sockaddr_un address(const char *name, socklen_t *length)
{
	struct sockaddr_un made = {.sun_family = AF_UNIX};
	memcpy(made.sun_path, name, strlen(name + 1) + 1);
	*length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(name + 1) + 1);
	return made;
}

static int bound(int type, const char *name)
{
	socklen_t length;
	struct sockaddr_un place = address(name, &length);
	int fd = socket(AF_UNIX, type, 0);
	need(fd >= 0 && bind(fd, (struct sockaddr *)&place, length) == 0, "bind");
	return fd;
}

static int joined(const char *name)
{
	socklen_t length;
	struct sockaddr_un place = address(name, &length);
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	need(fd >= 0 && connect(fd, (struct sockaddr *)&place, length) == 0, "connect");
	return fd;
}

static void put(int fd, size_t length, unsigned seed)
{
	char bytes[40000];
	fill(bytes, length, seed);
	need(send(fd, bytes, length, 0) == (ssize_t)length);
}

static void send_descriptor(int through, int fd)
{
	char control[CMSG_SPACE(sizeof fd)] = {0};
	struct iovec byte = {.iov_base = "d", .iov_len = 1};
	struct msghdr message = {.msg_iov = &byte, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	*header = (struct cmsghdr){.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof fd)};
	memcpy(CMSG_DATA(header), &fd, sizeof fd);
	need(sendmsg(through, &message, 0) == 1);
}

static int receive_descriptor(int through)
{
	char control[CMSG_SPACE(sizeof(int))] = {0}, letter = 0;
	struct iovec byte = {.iov_base = &letter, .iov_len = 1};
	struct msghdr message = {.msg_iov = &byte, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
	int fd = -1;
	if (recvmsg(through, &message, MSG_DONTWAIT) == 1 && letter == 'd' && CMSG_FIRSTHDR(&message) != NULL)
		memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof fd);
	return fd;
}

void setup(void)
{
	need(socketpair(AF_UNIX, SOCK_STREAM, 0, stream) == 0);
	need(socketpair(AF_UNIX, SOCK_DGRAM, 0, datagram) == 0);
	need(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, sequence) == 0);
	need(socketpair(AF_UNIX, SOCK_STREAM, 0, carrier) == 0);
	put(stream[0], 40000, 1);
	put(stream[1], 3, 2);
	for (int i = 0; i < COUNT; i++) {
		put(datagram[0], PACKETS[i], 10u + (unsigned)i);
		put(sequence[1], PACKETS[i], 20u + (unsigned)i);
	}
	need(pipe(carried) == 0);
	need(write(carried[1], "carried", 7) == 7);
	send_descriptor(carrier[0], carried[0]);
	close(carried[0]);

	listener = bound(SOCK_STREAM, "./listener \xe2\x82\xac");
	need(listen(listener, 5) == 0);
	waiting = joined("./listener \xe2\x82\xac");
	need(setsockopt(waiting, SOL_SOCKET, SO_PASSCRED, &(int){1}, sizeof(int)) == 0);

	abstract_listener = bound(SOCK_STREAM, "\0crit-pipe \"abstract\"");
	need(listen(abstract_listener, 5) == 0);
	connected = joined("\0crit-pipe \"abstract\"");
	accepted = accept(abstract_listener, NULL, NULL);
	need(accepted >= 0 && shutdown(connected, SHUT_RD) == 0);
	put(connected, 33, 31);

	removed = bound(SOCK_DGRAM, "./removed");
	need(unlink("./removed") == 0);
}

static void packets(int fd, unsigned seed, const char *kind)
{
	char bytes[2000];
	for (int i = 0; i < COUNT; i++) {
		ssize_t got = recv(fd, bytes, sizeof bytes, MSG_DONTWAIT);
		expect(got == (ssize_t)PACKETS[i] && is_filled(bytes, PACKETS[i], seed + (unsigned)i), "%s packet %d: %zd bytes, wanted %zu", kind, i, got, PACKETS[i]);
	}
	expect(is_drained(fd), "no more %s packets", kind);
}

void check(void)
{
	expect(reads_filled(stream[1], 40000, 1) && is_drained(stream[1]), "the stream holds its bytes");
	expect(reads_filled(stream[0], 3, 2) && is_drained(stream[0]), "the stream holds its bytes the other way");
	int credentials = 0;
	socklen_t size = sizeof credentials;
	expect(getsockopt(waiting, SOL_SOCKET, SO_PASSCRED, &credentials, &size) == 0 && credentials == 1, "SO_PASSCRED is kept");
	packets(datagram[1], 10, "datagram");
	packets(sequence[0], 20, "seqpacket");

	char word[8] = "";
	int through = receive_descriptor(carrier[1]);
	expect(through >= 0 && read_all(through, word, 7), "a descriptor in flight arrives");
	expect_text(word, "carried", "what comes through it");

	int late = accept(listener, NULL, NULL);
	expect(late >= 0 && write_all(late, "late", 4) && read_all(waiting, word, 4), "a connection that waits is accepted, and works");
	expect(reads_filled(accepted, 33, 31), "an abstract socket's bytes");
	expect(send(accepted, "x", 1, MSG_NOSIGNAL) == -1 && errno == EPIPE, "the shut side is shut");

	struct sockaddr_un name;
	socklen_t length = sizeof name;
	expect(getsockname(abstract_listener, (struct sockaddr *)&name, &length) == 0 && length == 2 + 21 && memcmp(name.sun_path, "\0crit-pipe \"abstract\"", 21) == 0, "the abstract name, %u bytes", length);
	length = sizeof name;
	expect(getsockname(removed, (struct sockaddr *)&name, &length) == 0 && strcmp(name.sun_path, "./removed") == 0, "the removed name");
	expect(access("removed", F_OK) == -1, "the removed socket is not in the directory");
	int again = joined("./listener \xe2\x82\xac");
	expect(accept(listener, NULL, NULL) >= 0, "new connections come");
	close(again);
}
