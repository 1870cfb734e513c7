/** Damage that knows what it damages: bytes in general, images of entries, lines of JSON, headers of archives. */
import type { Random } from './random.ts';

type Mutator = (bytes: Buffer, random: Random) => Buffer;

/** Numbers at which code goes wrong, as 32 bits. */
const NUMBERS: readonly number[] = [
  0, 1, 2, 127, 128, 255, 256, 4095, 4096, 65535, 65536, 0x7fffffff, 0x80000000, 0xffffffff,
];

const flip: Mutator = (bytes, random) => {
  const result = Buffer.from(bytes);
  const at = random.below(result.length);
  result[at] = (result[at] ?? 0) ^ (1 << random.below(8));
  return result;
};

const set: Mutator = (bytes, random) => {
  const result = Buffer.from(bytes);
  random.bytes(1 + random.below(4)).copy(result, random.below(result.length));
  return result;
};

const insert: Mutator = (bytes, random) => {
  const at = random.below(bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, at), random.bytes(1 + random.below(12)), bytes.subarray(at)]);
};

const remove: Mutator = (bytes, random) => {
  const at = random.below(bytes.length);
  return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random.below(12))]);
};

const cut: Mutator = (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1));

const repeat: Mutator = (bytes, random) => {
  const at = random.below(bytes.length);
  const part = bytes.subarray(at, at + 1 + random.below(64));
  return Buffer.concat([bytes.subarray(0, at), part, bytes.subarray(at)]);
};

const number: Mutator = (bytes, random) => {
  if (bytes.length < 4) return bytes;
  const result = Buffer.from(bytes);
  result.writeUInt32LE(random.of(NUMBERS), random.below(result.length - 3));
  return result;
};

/** A varint as long as it may be, or longer, in the place of a byte. */
const varint: Mutator = (bytes, random) => {
  const at = random.below(bytes.length);
  const length = 1 + random.below(11);
  const digits = Array.from({ length }, (_, index) => (index < length - 1 ? 0x80 : 0) | random.of([0, 1, 0x7f]));
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(digits), bytes.subarray(at + 1)]);
};

export const PLAIN_MUTATORS: readonly Mutator[] = [flip, set, insert, remove, cut, repeat, number];

/** Where the entries of an image stand, their sizes before them. */
function entriesOf(image: Buffer): [from: number, end: number][] {
  const found: [number, number][] = [];
  for (let at = 8; at + 4 <= image.length;) {
    const end = at + 4 + image.readUInt32LE(at);
    if (end > image.length) break;
    found.push([at, end]);
    at = end;
  }
  return found;
}

/** Works on one entry and makes its size right again, so that the damage gets past the framing. */
function inEntry(mutator: Mutator): Mutator {
  return (bytes, random) => {
    const entries = entriesOf(bytes);
    if (entries.length === 0) return mutator(bytes, random);
    const [from, end] = random.of(entries);
    const entry = bytes.subarray(from + 4, end);
    const changed = entry.length === 0 ? random.bytes(3) : mutator(entry, random);
    const size = Buffer.alloc(4);
    size.writeUInt32LE(changed.length);
    return Buffer.concat([bytes.subarray(0, from), size, changed, bytes.subarray(end)]);
  };
}

const moveEntry: Mutator = (bytes, random) => {
  const entries = entriesOf(bytes);
  if (entries.length < 1) return bytes;
  const [from, end] = random.of(entries);
  const [to] = random.of(entries);
  return Buffer.concat([bytes.subarray(0, to), bytes.subarray(from, end), bytes.subarray(to)]);
};

const dropEntry: Mutator = (bytes, random) => {
  const entries = entriesOf(bytes);
  if (entries.length < 1) return bytes;
  const [from, end] = random.of(entries);
  return Buffer.concat([bytes.subarray(0, from), bytes.subarray(end)]);
};

export const IMAGE_MUTATORS: readonly Mutator[] = [
  ...PLAIN_MUTATORS,
  ...[flip, set, insert, remove, number, varint, varint, repeat].map(inEntry),
  moveEntry,
  dropEntry,
];

/** Values at which readers of JSON go wrong. */
const VALUES: readonly string[] = [
  '0',
  '-1',
  '-0',
  '1e400',
  '0.30000000000000004',
  '4294967296',
  '18446744073709551616',
  '9007199254740993',
  '"0x10"',
  'null',
  'true',
  '[]',
  '{}',
  '""',
  '"\\ud800"',
  '"\\u0000"',
  '"a\\nb"',
  '{"base64":"/w=="}',
  '{"__proto__":1}',
  '[[[[]]]]',
  '"AAA"',
  '"AA=="',
];

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:e\d+)?|true|false|null|[{}[\],:]/g;

/** Works on the text between newlines, or the whole. */
function onText(change: (text: string, random: Random) => string): Mutator {
  return (bytes, random) => Buffer.from(change(bytes.toString('utf8'), random));
}

const replaceToken = onText((text, random) => {
  const tokens = [...text.matchAll(TOKEN)];
  if (tokens.length === 0) return text;
  const { 0: token, index } = random.of(tokens);
  const other = random.below(3) === 0 ? random.of(tokens)[0] : random.of(VALUES);
  return text.slice(0, index) + other + text.slice(index + token.length);
});

const repeatKey = onText((text, random) => {
  const pairs = [...text.matchAll(/"\w+":(?:"[^"]*"|\d+|true|false)/g)];
  if (pairs.length === 0) return text;
  const { 0: pair, index } = random.of(pairs);
  return `${text.slice(0, index)}${pair},${text.slice(index)}`;
});

const moveLine = onText((text, random) => {
  const lines = text.split('\n');
  const [line = ''] = lines.splice(random.below(lines.length), 1);
  if (random.below(2) === 0) lines.splice(random.below(lines.length + 1), 0, line);
  return lines.join('\n');
});

const blank = onText((text, random) => {
  const at = random.below(text.length + 1);
  return text.slice(0, at) + random.of([' ', '\t', '\r\n', '\n\n', '\u2028', '\\', '"', '\u009b']) + text.slice(at);
});

export const LINE_MUTATORS: readonly Mutator[] = [
  flip,
  set,
  cut,
  repeat,
  replaceToken,
  replaceToken,
  replaceToken,
  repeatKey,
  moveLine,
  blank,
];

const BLOCK = 512;

/** A field of a tar header, with its checksum made right again. */
const tarField: Mutator = (bytes, random) => {
  const headers = Array.from({ length: Math.floor(bytes.length / BLOCK) }, (_, index) => index * BLOCK).filter(
    (at) => bytes.toString('latin1', at + 257, at + 262) === 'ustar',
  );
  if (headers.length === 0) return bytes;
  const at = random.of(headers);
  const result = Buffer.from(bytes);
  const [from, size] = random.of([
    [0, 100],
    [100, 8],
    [108, 8],
    [116, 8],
    [124, 12],
    [136, 12],
    [156, 1],
    [157, 100],
    [257, 8],
    [265, 32],
    [345, 155],
  ] as const);
  const place = at + from + random.below(size);
  result[place] = random.of([
    0,
    32,
    45,
    46,
    47,
    48,
    49,
    50,
    53,
    55,
    57,
    0x80,
    0xff,
    120,
    103,
    76,
    75,
    random.below(256),
  ]);
  result.write(' '.repeat(8), at + 148, 'latin1');
  const sum = result.subarray(at, at + BLOCK).reduce((total, byte) => total + byte, 0);
  result.write(`${sum.toString(8).padStart(6, '0')}\0 `, at + 148, 'latin1');
  return result;
};

export const TAR_MUTATORS: readonly Mutator[] = [
  tarField,
  tarField,
  tarField,
  tarField,
  flip,
  set,
  cut,
  insert,
  repeat,
];

/** Damaged in one to four places. */
export function mutate(bytes: Buffer, mutators: readonly Mutator[], random: Random): Buffer {
  let result = bytes;
  const count = 1 + random.below(4);
  for (let i = 0; i < count; i++) if (result.length > 0) result = random.of(mutators)(result, random);
  return result;
}
