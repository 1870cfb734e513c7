/** The largest entry that is taken, in bytes: it is held in memory as a whole. CRIU's own have some kilobytes. */
export const ENTRY_LIMIT: number = 8 * 1024 * 1024;

/** The longest line that is taken, in bytes. The longest that is made, an entry of 8 MiB as text, is shorter in all but strange cases. */
export const LINE_LIMIT: number = 16 * 1024 * 1024;
