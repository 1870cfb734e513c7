/** Memory as PAGES lines that say where it is in an address space. */
import { Output } from '../codec/output.ts';
import { PieceWriter } from '../line/piece-writer.ts';
import { ImageLines } from '../line/image-lines.ts';
import type { At } from '../line/line.ts';
import { addressOf, formatAddress, type Vma } from '../checkpoint/vma.ts';
import type { CheckpointMemory } from './checkpoint-memory.ts';
import type { Piece, ProcessMemory } from './process-memory.ts';
import { SegmentReader } from './read-segments.ts';

const FULL = 128 * 1024;

/** What `at` says of bytes at an address. */
export function placeAt(pid: number, address: bigint, vma: Vma): At {
  return { pid, vaddr: formatAddress(address), vma: vma.name, prot: vma.prot };
}

/**
 * Lines of pages, in chunks. A piece has the place of the bytes in their image; where they are compressed there, that of the
 * block, and the contents as the process has them.
 */
export function* memoryLines(
  memory: CheckpointMemory,
  process: ProcessMemory,
  pieces: Iterable<Piece>,
): Generator<Buffer, void, undefined> {
  const output = new Output(2 * FULL);
  let writer: PieceWriter | undefined;
  let last: Piece | undefined;
  for (const { bytes, piece } of new SegmentReader(memory.files, memory.pageSize).read(pieces)) {
    if (piece !== last) {
      writer?.end();
      last = piece;
      const { vma, extent, page } = piece;
      writer = new PieceWriter(new ImageLines(output, extent?.image ?? '-', 'PAGES'));
      const origin = extent?.offset ?? 0;
      const more = extent?.stored === 'lz4' ? { compressed: true } : {};
      writer.move(origin, (offset) => {
        const address = addressOf(page, memory.pageSize) + BigInt(offset - origin);
        return { ...placeAt(process.pid, address, vma), ...more };
      });
    }
    writer?.push(bytes);
    if (output.length > FULL) yield output.take();
  }
  writer?.end();
  if (output.length > 0) yield output.take();
}
