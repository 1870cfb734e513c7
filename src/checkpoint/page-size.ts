/** How many bytes a page has. No image says it; the processes were told when they started. */
import type { Int64 } from '../schema/generated/messages.ts';
import { auxvOf } from './auxv.ts';
import type { ImageDirectory } from './image-directory.ts';
import { ifReadable } from './if-readable.ts';
import { readMm } from './mm.ts';

export const USUAL_PAGE_SIZE = 4096;
/** The type of an auxv entry that holds it: getauxval(3). */
const AT_PAGESZ = 6;

/** The page size that the first process that was told knows. */
export function pageSizeOf(images: ImageDirectory, pids: Iterable<number>): number {
  for (const pid of pids) {
    const size = toldPageSize(ifReadable(() => readMm(images, pid))?.mm_saved_auxv ?? []);
    if (size !== undefined) return size;
  }
  return USUAL_PAGE_SIZE;
}

function toldPageSize(auxv: readonly Int64[]): number | undefined {
  const found = auxvOf(auxv).find(([type]) => type === AT_PAGESZ);
  return found && isPageSize(Number(found[1])) ? Number(found[1]) : undefined;
}

/** Whether pages can have that many bytes. */
export function isPageSize(size: number): boolean {
  return Number.isInteger(Math.log2(size)) && size >= 4096 && size <= 65536;
}
