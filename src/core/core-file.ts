/** The bytes of a core file: header, table of segments, notes, memory. All but memory is known before the first byte of it. */
import { CritError } from '../error.ts';
import type { OpenFiles } from '../files/open-files.ts';
import { SegmentReader } from '../memory/read-segments.ts';
import type { Piece } from '../memory/process-memory.ts';
import type { CoreProcess } from './core-process.ts';
import { headBytes, writeCountSection, writeElfHeader, writeLoadHeader, writeNoteHeader } from './elf-header.ts';
import { noteBytes, noteLength } from './note.ts';
import { notesOf } from './process-notes.ts';
import { Struct } from './struct.ts';
import { corePieces, planSegments, segmentsOf } from './segments.ts';

/** Bytes of the table of segments that are written at once. */
const CHUNK = 16 * 1024;

/** What a core file is made of. */
export interface CoreContents {
  readonly process: CoreProcess;
  /** The pages of all its areas in the order of their addresses, again with each call. */
  readonly pieces: () => Iterable<Piece>;
  readonly files: OpenFiles;
}

/** Sizes of a core file, and how its memory is cut into segments. */
export interface CorePlan {
  readonly gap: number;
  /** All of them, that of the notes too. */
  readonly segments: number;
  /** Bytes of notes. */
  readonly notes: number;
  /** Bytes of the whole file. */
  readonly size: number;
}

/** Reads all but the memory. Throws a CritError where an image has less than others say. */
export function planCore({ process, pieces, files }: CoreContents): CorePlan {
  const { machine, pageSize } = process;
  const { gap, segments, pages } = planSegments(() => checked(pieces(), files));
  let notes = 0;
  for (const note of notesOf(process)) notes += noteLength(note);
  const head = headBytes(machine, segments + 1);
  return { gap, notes, segments: segments + 1, size: firstPage(head + notes, pageSize) + pages * pageSize };
}

/** Throws where pages are not in the file that is said to have them: later, a part would be written already. */
function* checked(pieces: Iterable<Piece>, files: OpenFiles): Generator<Piece, void, undefined> {
  for (const piece of pieces) {
    const { extent } = piece;
    if (extent?.stored === 'plain' || extent?.stored === 'lz4') {
      const { path, image, offset, length } = extent;
      const left = Math.max(0, files.size(path, image) - offset);
      if (left < length) {
        throw new CritError('truncated', `truncated: ${length} bytes expected, ${left} left`, { image, offset });
      }
    }
    yield piece;
  }
}

/** The bytes in order; each chunk is valid until the next one comes. Throws a CritError at their end where an image has changed. */
export function* coreChunks(
  contents: CoreContents,
  plan: CorePlan = planCore(contents),
): Generator<Buffer, void, undefined> {
  const { process, pieces, files } = contents;
  const { gap, segments, notes } = plan;
  const { machine, pageSize } = process;
  const head = headBytes(machine, segments);
  const table = new Struct(machine.isBigEndian);
  writeElfHeader(machine, segments, table);
  writeNoteHeader(machine, head, notes, table);
  const start = firstPage(head + notes, pageSize);
  const size = BigInt(pageSize);
  let offset = start;
  for (const { vma, page, filePages, pages } of segmentsOf(corePieces(pieces(), gap))) {
    const fileBytes = filePages * pageSize;
    const memoryBytes = BigInt(pages) * size;
    const header = { offset, address: BigInt(page) * size, fileBytes, memoryBytes, prot: vma.prot, align: pageSize };
    writeLoadHeader(machine, header, table);
    offset += fileBytes;
    if (table.length < CHUNK) continue;
    yield table.take();
    table.clear();
  }
  writeCountSection(machine, segments, table);
  yield table.take();
  for (const note of notesOf(process)) yield noteBytes(note, machine.isBigEndian);
  yield Buffer.alloc(start - head - notes);
  for (const { bytes } of new SegmentReader(files, pageSize).read(corePieces(pieces(), gap))) yield bytes;
  files.checkSame();
}

function firstPage(offset: number, pageSize: number): number {
  return Math.ceil(offset / pageSize) * pageSize;
}
