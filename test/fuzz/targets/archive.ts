/** Damaged archives: refused, or lines from which the same archive comes again. What was compressed comes out as it went in. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PLAIN_MUTATORS, TAR_MUTATORS, mutate } from '../mutate.ts';
import type { Random } from '../random.ts';
import { compressed, imageNames, images, tars } from '../seeds.ts';
import { Packer, StreamerWriter, TarWriter, checkpointLines } from '../shipped.ts';
import { attemptLater, type Target } from '../target.ts';
import { packed } from './live.ts';

/** Fewer members make each try faster. */
function smallTar(random: Random): Buffer {
  const tar = random.of(tars);
  const most = 64 * 1024;
  if (tar.length <= most) return tar;
  // Up to the end of a member, with the zeros behind it.
  for (let at = 0; at + 512 <= tar.length;) {
    const size = parseInt(tar.toString('latin1', at + 124, at + 136), 8) || 0;
    const next = at + 512 + Math.ceil(size / 512) * 512;
    if (next > most && at > 0) return Buffer.concat([tar.subarray(0, at), Buffer.alloc(1024)]);
    at = next;
  }
  return tar.subarray(0, most);
}

async function linesIn(path: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const chunk of checkpointLines([path])) parts.push(Buffer.from(chunk));
  return Buffer.concat(parts);
}

export const archive: Target = {
  name: 'archive',
  make: (random) => mutate(smallTar(random), TAR_MUTATORS, random),
  async run(input, _random, scratch) {
    const path = join(scratch, 'x.tar');
    writeFileSync(path, input);
    let text: Buffer | undefined;
    const refusal = await attemptLater(async () => void (text = await linesIn(path)));
    if (refusal || !text) return;
    // What is no archive any more is one file of raw bytes.
    if (!text.includes('"tar":')) return;
    const writer = new TarWriter();
    const packer = new Packer(writer);
    const parts: Buffer[] = [];
    packer.push(text);
    packer.end();
    writer.end();
    for (const part of writer.take()) parts.push(Buffer.from(part));
    writer.abort();
    assert.deepEqual(Buffer.concat(parts), input, 'another archive came back');
  },
};

/** What criu-image-streamer writes. */
function streamOf(files: Iterable<readonly [string, Buffer]>): Buffer {
  const writer = new StreamerWriter();
  for (const [name, bytes] of files) {
    const sink = writer.image(name);
    // Two messages of data where there is enough.
    sink.write(bytes.subarray(0, 20));
    sink.write(bytes.subarray(20));
    sink.end();
  }
  writer.end();
  return Buffer.concat([...writer.take()].map((part) => Buffer.from(part)));
}

function someImages(random: Random): Map<string, Buffer> {
  return new Map(Array.from({ length: 1 + random.below(4) }, () => [random.of(imageNames), random.smallOf(images)]));
}

export const stream: Target = {
  name: 'stream',
  make: (random) => mutate(streamOf(someImages(random)), PLAIN_MUTATORS, random),
  async run(input, _random, scratch) {
    const path = join(scratch, 'x');
    const read = async (bytes: Buffer): Promise<Buffer | undefined> => {
      let text: Buffer | undefined;
      writeFileSync(path, bytes);
      await attemptLater(async () => void (text = await linesIn(path)));
      return text;
    };
    const text = await read(input);
    const files = text && packed(text);
    // What begins no more like a stream is one file of raw bytes.
    if (!files || files.get('x')) return;
    const again = await read(streamOf(files));
    assert.deepEqual(again && packed(again), files, 'other files came back');
  },
};

let sound: Promise<Set<string>> | undefined;

/** The lines of the archives before they were damaged. */
async function soundLines(scratch: string): Promise<Set<string>> {
  const all = new Set<string>();
  for (const bytes of compressed) {
    const path = join(scratch, 'x');
    writeFileSync(path, bytes);
    all.add((await linesIn(path)).toString());
  }
  return all;
}

export const codecs: Target = {
  name: 'codecs',
  make: (random) => mutate(random.of(compressed), PLAIN_MUTATORS, random),
  async run(input, _random, scratch) {
    const expected = await (sound ??= soundLines(scratch));
    const path = join(scratch, 'x');
    writeFileSync(path, input);
    let text: Buffer | undefined;
    const refusal = await attemptLater(async () => void (text = await linesIn(path)));
    if (refusal || !text) return;
    // Bytes that do not begin like compressed data any more are those of a file.
    if (!text.includes('"tar":')) assert.ok(!looksCompressed(input), 'damaged compressed data was taken for a file');
    // Names and times in the head of the compressed data may change; what is in it may not.
    else assert.ok(expected.has(text.toString()), 'other contents came out');
  },
};

function looksCompressed(bytes: Buffer): boolean {
  return (
    (bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8) || bytes.subarray(0, 4).toString('hex') === '28b52ffd'
  );
}
