/** The bytes of a core file: header, table of segments, notes, memory. All but memory is known before the first byte of it. */
import { CritError } from '../error.ts';
import type { OpenFiles } from '../files/open-files.ts';
import { SegmentReader } from '../memory/read-segments.ts';
import type { Piece } from '../memory/process-memory.ts';
import type { CoreProcess } from './core-process.ts';
import { countSection, elfHeader, headBytes, loadHeader, noteHeader } from './elf-header.ts';
import { noteBytes, noteLength } from './note.ts';
import { notesOf } from './process-notes.ts';
import { chooseGap, corePieces, segmentsOf } from './segments.ts';

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
  readonly segments: number;
  readonly notes: number;
  /** Bytes of the whole file. */
  readonly size: number;
  /** Bytes of memory in it. */
  readonly contents: number;
}

/** Reads all but the memory. Throws a CritError where an image has less than others say. */
export function planCore({ process, pieces, files }: CoreContents): CorePlan {
  const { machine, pageSize } = process;
  for (const { extent } of pieces()) {
    if (extent?.stored !== 'plain' && extent?.stored !== 'lz4') continue;
    const { path, image, offset, length } = extent;
    const left = Math.max(0, files.size(path, image) - offset);
    if (left < length) {
      throw new CritError('truncated', `truncated: ${length} bytes expected, ${left} left`, { image, offset });
    }
  }
  const gap = chooseGap(pieces);
  let segments = 1;
  let filePages = 0;
  for (const segment of segmentsOf(corePieces(pieces(), gap))) {
    segments++;
    filePages += segment.filePages;
  }
  let notes = 0;
  for (const note of notesOf(process)) notes += noteLength(note);
  const contents = filePages * pageSize;
  return { gap, segments, notes, contents, size: firstPage(headBytes(machine, segments) + notes, pageSize) + contents };
}

/** The bytes in order; each chunk is valid until the next one comes. */
export function* coreChunks(
  { process, pieces, files }: CoreContents,
  { gap, segments, notes }: CorePlan,
): Generator<Buffer, void, undefined> {
  const { machine, pageSize } = process;
  const head = headBytes(machine, segments);
  yield elfHeader(machine, segments);
  yield noteHeader(machine, head, notes);
  const start = firstPage(head + notes, pageSize);
  const size = BigInt(pageSize);
  let offset = start;
  for (const { vma, page, filePages, pages } of segmentsOf(corePieces(pieces(), gap))) {
    const fileBytes = filePages * pageSize;
    yield loadHeader(machine, {
      offset,
      address: BigInt(page) * size,
      fileBytes,
      memoryBytes: BigInt(pages) * size,
      prot: vma.prot,
      align: pageSize,
    });
    offset += fileBytes;
  }
  yield countSection(machine, segments);
  for (const note of notesOf(process)) yield noteBytes(note, machine.isBigEndian);
  yield Buffer.alloc(start - head - notes);
  for (const { bytes } of new SegmentReader(files, pageSize).read(corePieces(pieces(), gap))) yield bytes;
}

function firstPage(offset: number, pageSize: number): number {
  return Math.ceil(offset / pageSize) * pageSize;
}
