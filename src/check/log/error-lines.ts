/** The error lines of a log of CRIU. What a log says is anybody's text: lengths and counts are bounded, and nothing of it is obeyed. */
import { readChunks, STANDARD_INPUT } from '../../files/read-chunks.ts';
import { placed } from '../../error.ts';
import { textOfBytes } from '../../checkpoint/text.ts';

/** A line that tells of an error, without its time and its place in the source of CRIU. */
export interface ErrorLine {
  /** Number of the line in the log, from 1. */
  readonly line: number;
  readonly text: string;
}

/** What a log says. */
export interface Log {
  /** The first of its error lines, each text once. */
  readonly errors: readonly ErrorLine[];
  /** How many there are beyond those. */
  readonly more: number;
  /** Whether it is of a dump. */
  readonly isOfDump: boolean;
  /** Whether it says that the restore is done. */
  readonly isDone: boolean;
}

/** As CRIU writes it, with or without what others put before its lines. */
const ERROR = /(?:^|[\s:])Error \([^()\s]{1,200}:\d+\): (.+)$/;
const OF_DUMP = /\bDumping finished successfully\b|\bError \([^()]*\): Dumping FAILED\b/;
const DONE = /\bRestore finished successfully\b/;
/** Bytes of a line that are looked at; CRIU's own buffer holds no more. */
const LONGEST_LINE = 4096;
/** Error lines that are kept. */
const MOST = 200;

/** Reads a log, in constant memory; `-` is standard input. Throws a CritError where it cannot be read. */
export async function readLog(path: string): Promise<Log> {
  const texts = new Map<string, number>();
  let [line, more, isOfDump, isDone] = [0, 0, false, false];
  const look = (bytes: Buffer): void => {
    line++;
    const text = textOfBytes(bytes);
    isOfDump ||= OF_DUMP.test(text);
    isDone ||= DONE.test(text);
    const error = ERROR.exec(text)?.[1]?.trim();
    if (error === undefined || texts.has(error)) return;
    if (texts.size < MOST) texts.set(error, line);
    else more++;
  };
  try {
    for await (const bytes of linesOf(path === '-' ? STANDARD_INPUT : path)) look(bytes);
  } catch (error) {
    throw placed(error, { image: path });
  }
  const errors = [...texts].map(([text, number]): ErrorLine => ({ line: number, text }));
  return { errors, more, isOfDump, isDone };
}

/** The lines of a file, each cut after so many bytes. */
async function* linesOf(path: string | number): AsyncGenerator<Buffer, void, undefined> {
  let head: Buffer = Buffer.alloc(0);
  for await (const chunk of readChunks(path)) {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      yield joined(head, chunk.subarray(from, end));
      head = Buffer.alloc(0);
      from = end + 1;
    }
    head = joined(head, chunk.subarray(from));
  }
  if (head.length > 0) yield head;
}

/** A copy, since a chunk is valid until the next one. */
function joined(head: Buffer, tail: Buffer): Buffer {
  return Buffer.concat([head, tail.subarray(0, LONGEST_LINE - head.length)]);
}
