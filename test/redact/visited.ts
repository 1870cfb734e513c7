/** Lines through the visitor in this process. */
import { Output } from '../../src/codec/output.ts';
import type { Place } from '../../src/redact/place.ts';
import { LineVisitor } from '../../src/redact/line-visitor.ts';
import { Scanner, type AnyMatch } from '../../src/redact/scanner.ts';
import type { Finder } from '../../src/search/finder.ts';
import { finderOf } from '../../src/search/text-finder.ts';
import { formatLines, parseLines, type TestLine } from '../lines.ts';

export interface Visited {
  readonly text: string;
  readonly lines: TestLine[];
  /** `image entry: field +offset`, in the order in which they were found. */
  readonly found: readonly string[];
}

export interface VisitOptions {
  /** The byte that overwrites; nothing is overwritten without it. */
  readonly fill?: number;
  /** Bytes that come at once. */
  readonly chunk?: number;
}

/** What becomes of lines, and what is found in them. */
export async function visited(
  lines: readonly object[] | string,
  what: string | Finder<AnyMatch>,
  { fill, chunk = Infinity }: VisitOptions = {},
): Promise<Visited> {
  const found: string[] = [];
  const finder = typeof what === 'string' ? finderOf([what], { kind: 'text' }) : what;
  const onFound = ({ image, entry, member, field }: Place, offset: number): boolean => {
    found.push([image, entry, member, field, `+${offset}`].filter((part) => part !== undefined).join(' '));
    return true;
  };
  const output = new Output();
  const visitor = new LineVisitor(output, { scanner: new Scanner([{ name: '', finder }], fill), onFound });
  const bytes = Buffer.from(typeof lines === 'string' ? lines : formatLines(lines));
  try {
    for (let at = 0; at < bytes.length; at += chunk) {
      visitor.push(bytes.subarray(at, at + Math.min(chunk, bytes.length)));
      for await (const _ of visitor.work());
    }
    visitor.end();
  } finally {
    visitor.close();
  }
  const text = output.take().toString();
  return { text, lines: parseLines(text), found };
}

/** The lines of pieces of raw bytes. */
export function pieces(image: string, magic: string, bytes: Buffer, size = 65536): object[] {
  const lines: object[] = [];
  for (let offset = 0; offset < bytes.length; offset += size) {
    const part = bytes.subarray(offset, offset + size);
    lines.push({ image, magic, piece: { offset, length: part.length, data: part.toString('base64') } });
  }
  return lines;
}

/** The bytes of all pieces among lines. */
export function bytesOf(lines: readonly TestLine[]): Buffer {
  return Buffer.concat(
    lines.flatMap(({ piece }) =>
      piece
        ? [piece.data === undefined ? Buffer.alloc(piece.length, piece.fill) : Buffer.from(piece.data, 'base64')]
        : [],
    ),
  );
}
