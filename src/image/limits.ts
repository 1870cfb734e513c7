/**
 * Limits of what is held in memory as a whole. Buffers grow with the bytes that have come, never by what a length says.
 *
 * They follow from the largest entry that there is: the `mm` of a process with 1,048,576 VMAs, which is what systems with many
 * allow (vm.max_map_count). It has 35 to 50 bytes for each, about 160 as a line, 220 as one of --human, and 430 in an indented
 * document. No text may be longer than 512 MiB, which is what JavaScript allows.
 */
const MIB = 1024 * 1024;

/** The largest entry that is taken, in bytes. */
export const ENTRY_LIMIT: number = 64 * MIB;

/** From this size on, in bytes, an entry is passed on in pieces, and read in pieces from its line. */
export const LONG_ENTRY: number = MIB;

/** The longest line that is no entry, and the longest number in a document. */
export const SHORT_LINE_LIMIT: number = 16 * MIB;

/** The longest line, and the longest text of an entry in a document, in bytes: longer ones are neither written nor taken. */
export const LINE_LIMIT: number = 480 * MIB;
