/** Processes, their areas, the names of these, and pages; of shared memory and of older CRIU as well. */
const MEMORY_IMAGE =
  /(?:^|\/)(?:pstree|inventory|files|reg-files|memfd|(?:core|mm|vmas|ids|ipcns-shm)-\d+|(?:pagemap|pages)-(?:shmem-)?\d+)\.img$/;

/** Whether a question about memory can need a file: all else of an archive need not be unpacked for it. */
export function isMemoryImage(image: string): boolean {
  return MEMORY_IMAGE.test(image);
}
