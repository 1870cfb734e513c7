/* Memory of many kinds: shared with a child, private to each, of files and memfds, protected, advised, growing. */
#include "target.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { PAGE = 4096, SHARED = 300 * PAGE };
static unsigned char *shared, *private_file, *shared_file, *memory, *copied, *guarded, *named, *thread_stack, *alternate;
static pid_t other;

static int file_of(int fd, size_t length, unsigned seed)
{
	char bytes[5 * PAGE];
	fill(bytes, length, seed);
	need(fd >= 0 && write_all(fd, bytes, length));
	return fd;
}

static unsigned char *map(size_t length, int protection, int flags, int fd)
{
	unsigned char *at = mmap(NULL, length, protection, flags, fd, 0);
	need(at != MAP_FAILED);
	return at;
}

static void prepare_other(void)
{
	memset(copied, 'c', PAGE); /* the other pages stay its parent's until one of them writes */
	shared[17] = 'c';
}

static void judge_other(void)
{
	expect(copied[0] == 'c' && is_filled(copied + PAGE, 4 * PAGE, 5), "the child's own page, and the pages it never wrote");
	expect(shared[17] == 'C', "the child sees what its parent wrote after the restore");
	shared[18] = 'd';
}

static int wordless(const char *name)
{
	return open(name, O_RDWR | O_CREAT, 0600);
}

void setup(void)
{
	shared = map(SHARED, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1);
	fill(shared + 2 * PAGE, 5 * PAGE, 1);
	fill(shared + 290 * PAGE, 10 * PAGE, 2);
	copied = map(5 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	memset(copied, 'p', PAGE);
	fill(copied + PAGE, 4 * PAGE, 5);

	int fd = file_of(wordless("private"), 5 * PAGE, 3);
	private_file = map(5 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd);
	close(fd);
	memset(private_file + 2 * PAGE, 'x', 100);
	fd = file_of(wordless("shared"), 5 * PAGE, 4);
	shared_file = map(5 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd);
	shared_file[1] = 'y';
	fd = file_of(memfd_create("mapped", 0), 4 * PAGE + 1, 6);
	memory = map(5 * PAGE, PROT_READ, MAP_SHARED, fd);
	close(fd);

	guarded = map(3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	fill(guarded, PAGE, 7);
	need(mprotect(guarded, PAGE, PROT_NONE) == 0 && mprotect(guarded + 2 * PAGE, PAGE, PROT_READ) == 0);
	named = map(2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	fill(named, 2 * PAGE, 8);
	prctl(PR_SET_VMA, PR_SET_VMA_ANON_NAME, named, 2 * PAGE, "a name"); /* where the kernel was built with it */
	need(madvise(named, 2 * PAGE, MADV_DONTFORK) == 0);
	thread_stack = map(20 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN | MAP_STACK, -1);
	fill(thread_stack + 19 * PAGE, PAGE, 9);
	alternate = map(1000 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
	for (int i = 0; i < 1000; i += 2)
		fill(alternate + i * PAGE, PAGE, 100u + (unsigned)i);
	other = child(prepare_other, judge_other);
}

static bool is_zero(const unsigned char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (bytes[i] != 0)
			return false;
	return true;
}

/* How /proc shows the area at the address. */
static bool is_area(const unsigned char *at, const char *wanted)
{
	char line[512], start[32];
	bool found = false;
	snprintf(start, sizeof start, "%lx-", (unsigned long)(uintptr_t)at);
	FILE *maps = fopen("/proc/self/maps", "r");
	while (!found && fgets(line, sizeof line, maps) != NULL)
		found = strncmp(line, start, strlen(start)) == 0 && strstr(line, wanted) != NULL;
	fclose(maps);
	return found;
}

void check(void)
{
	expect(shared[17] == 'c', "the child's mark in the shared memory");
	shared[17] = 'C';
	judge_child(other, "the child");
	expect(shared[18] == 'd', "the child's mark after the restore");
	shared[17] = shared[18] = 0;
	expect(is_zero(shared, 2 * PAGE) && is_filled(shared + 2 * PAGE, 5 * PAGE, 1), "the shared memory's start");
	expect(is_zero(shared + 7 * PAGE, 283 * PAGE) && is_filled(shared + 290 * PAGE, 10 * PAGE, 2), "the shared memory's end");
	expect(copied[0] == 'p' && is_filled(copied + PAGE, 4 * PAGE, 5), "the parent's own page");

	char bytes[5 * PAGE];
	fill(bytes, 5 * PAGE, 3);
	memset(bytes + 2 * PAGE, 'x', 100);
	expect(memcmp(private_file, bytes, 5 * PAGE) == 0, "the private mapping of a file");
	int fd = open("private", O_RDONLY);
	expect(fd >= 0 && reads_filled(fd, 5 * PAGE, 3), "the file behind it is untouched");
	fill(bytes, 5 * PAGE, 4);
	bytes[1] = 'y';
	expect(memcmp(shared_file, bytes, 5 * PAGE) == 0, "the shared mapping of a file");
	shared_file[2] = 'z';
	fd = open("shared", O_RDONLY);
	expect(fd >= 0 && read_all(fd, bytes, 3) && bytes[1] == 'y' && bytes[2] == 'z', "what is written there reaches the file");
	expect(is_filled(memory, 4 * PAGE + 1, 6) && is_zero(memory + 4 * PAGE + 1, PAGE - 1), "the mapped memfd");

	expect(is_area(guarded, "---p") && is_area(guarded + 2 * PAGE, "r--p") && is_area(memory, "r--s"), "protections");
	need(mprotect(guarded, PAGE, PROT_READ) == 0);
	expect(is_filled(guarded, PAGE, 7), "the bytes behind PROT_NONE");
	expect(is_filled(named, 2 * PAGE, 8), "the advised memory");
	expect(is_filled(thread_stack + 19 * PAGE, PAGE, 9), "the growing memory");
	bool intact = true;
	for (int i = 0; i < 1000; i++)
		intact = intact && (i % 2 ? is_zero(alternate + i * PAGE, PAGE) : is_filled(alternate + i * PAGE, PAGE, 100u + (unsigned)i));
	expect(intact, "every second page of a thousand");
}
