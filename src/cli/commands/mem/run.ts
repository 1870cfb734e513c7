import { addressOf, formatAddress, pageOf } from '../../../checkpoint/vma.ts';
import { VmaList } from '../../../checkpoint/vma-list.ts';
import { parseRange, type AddressRange } from '../../../memory/choose-vmas.ts';
import { HexDump } from '../../../memory/hex-dump.ts';
import { inBlocks } from '../../../memory/in-blocks.ts';
import { memoryLines } from '../../../memory/memory-lines.ts';
import type { ProcessMemory } from '../../../memory/process-memory.ts';
import { SegmentReader } from '../../../memory/read-segments.ts';
import { wholePieces, type Missing } from '../../../memory/whole-pieces.ts';
import { CritError } from '../../../error.ts';
import type { Arguments } from '../../command/arguments.ts';
import { openCheckpoint } from '../../io/open-checkpoint.ts';
import { EXIT_DONE } from '../../command/command.ts';
import { isTerminal } from '../../io/is-terminal.ts';
import { mapText } from './map-text.ts';
import { asAsync, chosenMemory, inChunks, type ChosenMemory } from '../../io/memory-choice.ts';
import { STANDARD_OUTPUT, outputBytes, outputLines, outputText } from '../../io/output-lines.ts';
import { startText } from '../../io/start-text.ts';
import { safeText } from '../../io/terminal.ts';
import { smallHeap } from '../../io/small-heap.ts';

const FORMS = ['hex', 'lines', 'map', 'args', 'env', 'auxv'] as const;
const MISSING = ['error', 'skip', 'zero'] as const;

/** Bytes of a process, and where they are. */
interface Place {
  readonly address: bigint;
  readonly bytes: Buffer;
}

/** `crit-mem` */
export async function run(args: Arguments): Promise<number> {
  smallHeap();
  const forms = FORMS.filter((name) => args.flag(name));
  const [form] = forms;
  if (forms.length > 1) throw new CritError('usage', `--${forms.join(' and --')} exclude each other`);
  const ranges = args.operands.map(parseRange);
  const isText = form === 'map' || form === 'args' || form === 'env' || form === 'auxv';
  if (isText && ranges.length > 0) throw new CritError('usage', `--${form} is for whole processes, without RANGE`);
  if (args.flag('json') && !isText) throw new CritError('usage', '--json goes with --map, --args, --env and --auxv');
  if (args.flag('content') && form !== 'map') throw new CritError('usage', '--content goes with --map');
  const missing = missingIn(args, ranges);
  const checkpoint = await openCheckpoint(args, args.operand('DIR|ARCHIVE') ?? '');
  try {
    const chosen = chosenMemory(args, checkpoint);
    if (form === 'map') await outputText(asAsync(inChunks(mapText(chosen, args.flag('json'), args.flag('content')))));
    else if (isText) await outputText(asAsync(inChunks(startText(chosen, form, args.flag('json')))));
    else if (form === 'lines') await outputLines(asAsync(linesOf(chosen, ranges)));
    else if (form === 'hex') await outputBytes(asAsync(inChunks(hexOf(chosen, ranges, missing))));
    else await outputBytes(asAsync(await rawOf(chosen, ranges, missing, args.flag('force'))));
  } finally {
    checkpoint.close();
  }
  return EXIT_DONE;
}

/** A range must be whole where nothing else is said; of areas, what is there is wanted. */
function missingIn(args: Arguments, ranges: readonly AddressRange[]): Missing {
  const text = args.value('missing');
  if (text === undefined) return ranges.length > 0 ? 'error' : 'skip';
  const found = MISSING.find((word) => word === text);
  if (!found) throw new CritError('usage', `--missing ${text} is none of ${MISSING.join(', ')}`);
  return found;
}

async function rawOf(
  chosen: ChosenMemory,
  ranges: readonly AddressRange[],
  missing: Missing,
  force: boolean,
): Promise<Iterable<Buffer>> {
  const [process] = chosen.processes;
  if (!process || chosen.processes.length > 1) {
    const pids = chosen.processes.slice(0, 20).map(({ pid }) => pid);
    throw new CritError('usage', `memory of several processes: choose one of ${pids.join(', ')} with -p`);
  }
  if (!force && (await isTerminal(STANDARD_OUTPUT))) {
    throw new CritError('usage', 'memory is no text for a terminal: give --hex, or -f');
  }
  return inBlocks(bytesOf(placesOf(chosen, process, ranges, missing)));
}

function* bytesOf(places: Iterable<Place>): Generator<Buffer, void, undefined> {
  for (const { bytes } of places) yield bytes;
}

/** The bytes of some ranges, or of all areas that are chosen. */
function* placesOf(
  { memory, chooses }: ChosenMemory,
  process: ProcessMemory,
  ranges: readonly AddressRange[],
  missing: Missing,
): Generator<Place, void, undefined> {
  const { pageSize } = memory;
  const reader = new SegmentReader(memory.files, pageSize);
  const vmas = process.vmas.filter(chooses);
  if (ranges.length === 0) {
    for (const vma of vmas) {
      const pieces = wholePieces(process, VmaList.of([vma]), vma.page, vma.endPage, missing, pageSize);
      for (const { bytes, piece, skip } of reader.read(pieces)) {
        yield { address: addressOf(piece.page, pageSize) + BigInt(skip), bytes };
      }
    }
    return;
  }
  for (const { start, end } of ranges) {
    const pieces = wholePieces(
      process,
      vmas,
      pageOf(start, pageSize),
      pageOf(end + BigInt(pageSize - 1), pageSize),
      missing,
      pageSize,
    );
    for (const { bytes, piece, skip } of reader.read(pieces)) {
      const address = addressOf(piece.page, pageSize) + BigInt(skip);
      const from = address < start ? Number(start - address) : 0;
      const behind = address + BigInt(bytes.length) > end ? Number(end - address) : bytes.length;
      if (behind > from) yield { address: address + BigInt(from), bytes: bytes.subarray(from, behind) };
    }
  }
}

function* hexOf(
  chosen: ChosenMemory,
  ranges: readonly AddressRange[],
  missing: Missing,
): Generator<string, void, undefined> {
  for (const process of chosen.processes) {
    if (chosen.processes.length > 1) yield `# ${process.pid} ${safeText(process.name)}\n`;
    const dump = new HexDump();
    for (const { address, bytes } of placesOf(chosen, process, ranges, missing)) {
      // A long text of zeros is short.
      yield dump.push(address, bytes);
    }
    yield dump.end();
  }
}

function* linesOf(
  { memory, processes, chooses }: ChosenMemory,
  ranges: readonly AddressRange[],
): Generator<Buffer, void, undefined> {
  const size = BigInt(memory.pageSize);
  const all = ranges.length > 0 ? ranges : [{ start: 0n, end: 1n << 64n }];
  for (const process of processes) {
    const vmas = process.vmas.filter(chooses);
    for (const { start, end } of all) {
      if (start % size !== 0n || end % size !== 0n) {
        throw new CritError('usage', `--lines gives whole pages: ${formatAddress(size)} bytes each`);
      }
      const pieces = process.pieces(pageOf(start, memory.pageSize), pageOf(end, memory.pageSize), vmas);
      yield* memoryLines(memory, process, pieces);
    }
  }
}
