import { Random } from './random.ts';

const PAGE = 4096;
const LONGEST_RUN = 64;
const TEXT_SIZE = 1 << 20;
const WORDS =
  'GET /index.html HTTP/1.1 200 OK error: connection reset by peer user=alice id=42 INFO worker started {"name":"value"} path=/var/log'.split(
    ' ',
  );

/** Memory: runs of 1 to 64 pages, two in five of random bytes, two of text, and one of zero bytes. */
export function* pages(count: number): Generator<Uint8Array> {
  const random = new Random(20261);
  const text = textOf(random);
  const buffer = Buffer.alloc(LONGEST_RUN * PAGE);
  const words = new Uint32Array(buffer.buffer, buffer.byteOffset, buffer.length / 4);
  for (let left = count; left > 0;) {
    const length = Math.min(left, 1 + random.below(LONGEST_RUN)) * PAGE;
    const kind = random.below(5);
    if (kind < 2) random.scatter(words.subarray(0, length / 4));
    else if (kind < 4) text.copy(buffer, 0, random.below(TEXT_SIZE - length));
    else buffer.fill(0, 0, length);
    yield buffer.subarray(0, length);
    left -= length / PAGE;
  }
}

/** What the searches look for. */
export const NEEDLE = 'password=hunter2-in-the-last-page';

/** The same memory with the needle at its end. */
export function* withNeedle(memory: Iterable<Uint8Array>): Generator<Uint8Array> {
  let last: Uint8Array | undefined;
  for (const bytes of memory) {
    if (last) yield last;
    last = Uint8Array.from(bytes);
  }
  if (!last) return;
  last.set(Buffer.from(NEEDLE), last.length - NEEDLE.length);
  yield last;
}

/** That many bytes of random data. */
export function noise(size: number): Uint8Array {
  const words = new Uint32Array(size / 4);
  new Random(7).scatter(words);
  return new Uint8Array(words.buffer);
}

function textOf(random: Random): Buffer {
  const text = Buffer.alloc(TEXT_SIZE, '\n');
  for (let used = 0; used < TEXT_SIZE - 64;) {
    const end = random.below(12) === 0 ? '\n' : ' ';
    used += text.write(`${WORDS[random.below(WORDS.length)] ?? ''}${end}`, used);
  }
  return text;
}
