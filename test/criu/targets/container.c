/*
 * A container: the first process of its own pids, mounts, network, IPC and host name, whose root is the target's directory.
 * It must be linked statically and lie in that directory, which is all that it can see.
 */
#include "target.h"

#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

enum { SIZE = 300 << 10, KEY = 4711 };
static const char *const FILES[] = {"/tmp/one", "/tmp/in/two"};
static int held;

/* Before main, and once: the program is executed again where it will be seen, in the root of the container. */
static __attribute__((constructor)) void enter_root(int argc, char **argv)
{
	if (argc != 2 || strcmp(argv[1], "/") == 0)
		return;
	need(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
	need(mount(argv[1], argv[1], NULL, MS_BIND, NULL) == 0 && chdir(argv[1]) == 0);
	/* Without privileges outside of its user namespace it has been given its device. */
	need(access("dev/null", R_OK) == 0 || (mkdir("dev", 0755) == 0 && mknod("dev/null", S_IFCHR | 0666, makedev(1, 3)) == 0));
	need(mkdir("proc", 0755) == 0 && mkdir("tmp", 0755) == 0 && mkdir("old", 0755) == 0);
	need(syscall(SYS_pivot_root, ".", "old") == 0 && chdir("/") == 0);
	execl("/program", "program", "/", NULL);
	give_up("the program is executed again", "");
}

static void write_file(const char *path, unsigned seed)
{
	void *bytes = malloc(SIZE);
	fill(bytes, SIZE, seed);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	need(fd >= 0 && write_all(fd, bytes, SIZE) && close(fd) == 0);
	free(bytes);
}

void setup(void)
{
	/* In a user namespace, the kernel wants to see another proc beside a new one. */
	need(mount("proc", "/proc", "proc", 0, NULL) == 0 && umount2("/old", MNT_DETACH) == 0 && rmdir("/old") == 0);
	need(mount("tmpfs", "/tmp", "tmpfs", 0, "size=8m,mode=1777") == 0);
	need(sethostname("the-box", 7) == 0);
	need(mkdir("/tmp/in", 01751) == 0 && symlink("in/two", "/tmp/link") == 0);
	for (unsigned i = 0; i < 2; i++)
		write_file(FILES[i], i + 20);
	held = open("/tmp/link", O_RDONLY);
	need(held >= 0 && lseek(held, 1000, SEEK_SET) == 1000);
	int segment = shmget(KEY, SIZE, IPC_CREAT | 0600), queue = msgget(KEY, IPC_CREAT | 0600);
	void *memory = segment < 0 ? NULL : shmat(segment, NULL, 0);
	need(segment >= 0 && queue >= 0 && memory != (void *)-1);
	fill(memory, SIZE, 30);
	need(shmdt(memory) == 0);
	struct { long type; char text[6]; } message = {5, "hello"};
	need(msgsnd(queue, &message, sizeof message.text, 0) == 0);
}

static void check_network(void)
{
	struct ifaddrs *all, *each;
	bool has = false;
	expect(getifaddrs(&all) == 0, "addresses can be asked for");
	for (each = all; each; each = each->ifa_next)
		if (each->ifa_addr && each->ifa_addr->sa_family == AF_INET && strcmp(each->ifa_name, "left") == 0)
			has = memcmp(each->ifa_addr->sa_data + 2, "\x0a\x4e\x00\x01", 4) == 0;
	expect(has, "the address of its device");
	expect(if_nametoindex("right") > 0, "the other device");
	char line[256];
	bool routed = false;
	FILE *routes = fopen("/proc/net/route", "r");
	while (routes && fgets(line, sizeof line, routes))
		routed = routed || strstr(line, "left\t00004F0A\t02004E0A") == line;
	expect(routed, "its route");
}

void check(void)
{
	char name[64] = "";
	gethostname(name, sizeof name);
	expect_text(name, "the-box", "the name of its host");
	expect_number(getpid(), 1, "its pid");
	for (unsigned i = 0; i < 2; i++) {
		int fd = open(FILES[i], O_RDONLY | O_CLOEXEC);
		expect(fd >= 0 && reads_filled(fd, SIZE, i + 20), "the file %s of its tmpfs", FILES[i]);
		close(fd);
	}
	struct stat status;
	expect(stat("/tmp/in", &status) == 0 && (status.st_mode & 07777) == 01751, "the mode of a directory of its tmpfs");
	expect_number(lseek(held, 0, SEEK_CUR), 1000, "the place in an open file of its tmpfs");
	int segment = shmget(KEY, SIZE, 0), queue = msgget(KEY, 0);
	void *memory = segment < 0 ? (void *)-1 : shmat(segment, NULL, SHM_RDONLY);
	expect(memory != (void *)-1 && is_filled(memory, SIZE, 30), "its System V memory");
	struct { long type; char text[6]; } message = {0, ""};
	expect(msgrcv(queue, &message, sizeof message.text, 5, IPC_NOWAIT) == 6 && strcmp(message.text, "hello") == 0, "a message in its queue");
	check_network();
}
