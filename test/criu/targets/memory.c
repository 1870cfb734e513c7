/* 256 MiB of memory: random bytes, text, one byte repeated, zeros, and pages that were never touched. */
#include "target.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

enum { MIB = 1 << 20, SIZE = 256 * MIB, PART = 64 * MIB };
static unsigned char *memory;

static void write_text(unsigned char *at, size_t length)
{
	static const char LINE[] = "The quick brown fox jumps over the lazy dog, 1234567890 times.\n";
	for (size_t i = 0; i < length; i++)
		at[i] = (unsigned char)LINE[(i + i / PART) % (sizeof LINE - 1)];
}

void setup(void)
{
	memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	need(memory != MAP_FAILED);
	fill(memory, PART, 1);
	write_text(memory + PART, PART);
	memset(memory + 2 * PART, 0xa5, PART / 2);
	memset(memory + 2 * PART + PART / 2, 0, PART / 2);
	fill(memory + 3 * PART + 12345, PART / 2, 2);
}

static bool is_all(const unsigned char *at, size_t length, unsigned char byte)
{
	return length == 0 || (at[0] == byte && memcmp(at, at + 1, length - 1) == 0);
}

void check(void)
{
	expect(is_filled(memory, PART, 1), "random bytes");
	unsigned char *text = mmap(NULL, PART, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	need(text != MAP_FAILED);
	write_text(text, PART);
	expect(memcmp(memory + PART, text, PART) == 0, "text");
	expect(is_all(memory + 2 * PART, PART / 2, 0xa5) && is_all(memory + 2 * PART + PART / 2, PART / 2, 0), "one byte repeated");
	const unsigned char *last = memory + 3 * PART;
	expect(is_filled(last + 12345, PART / 2, 2), "random bytes at an odd place");
	expect(is_all(last, 12345, 0) && is_all(last + 12345 + PART / 2, PART / 2 - 12345, 0), "what was never written");
}
