/** Damaged lines and images through crit-redact: refused, or as long and built as before; twice is once; chunks change nothing. */
import assert from 'node:assert/strict';
import type { Secrets } from '../../../src/redact/sought.ts';
import { IMAGE_MUTATORS, LINE_MUTATORS, mutate } from '../mutate.ts';
import type { Random } from '../random.ts';
import { imageNames, images, linesOf, namedLines } from '../seeds.ts';
import { Output, Redactor, redacted, soughtOf } from '../shipped.ts';
import { attempt, attemptLater, inChunks, type Target } from '../target.ts';
import { packed } from './live.ts';

/** What is found in most images. */
const SOUGHT: readonly Secrets[] = [
  { texts: ['root', '/'] },
  { texts: ['usr', 'lib', 'tmp'], encodings: ['base64', 'hex', 'utf16', 'url', 'json'] },
  { texts: ['A'], ignoreCase: true },
  { patterns: ['[a-z]{4,}', '\\d+\\.\\d+'] },
  { patterns: ['\\x00+[\\x01-\\x1f]'] },
  { env: ['HOME', 'P*'] },
];

interface Done {
  readonly bytes: Buffer;
  readonly refusal: Error | undefined;
  /** What was overwritten. */
  readonly count: number;
}

async function redact(
  chunks: Iterable<Uint8Array>,
  secrets: Secrets,
  fill: number,
  dropQueues: boolean,
): Promise<Done> {
  const output = new Output();
  const parts: Buffer[] = [];
  let count = 0;
  const options = { fill, dropQueues, onRedaction: (): void => void count++ };
  const refusal = await attemptLater(async () => {
    const redactor = new Redactor(output, soughtOf(secrets), options);
    for await (const chunk of redacted(chunks, output, redactor)) parts.push(Buffer.from(chunk));
  });
  return { bytes: Buffer.concat(parts), refusal, count };
}

/** Lines of images that may be damaged. */
function damagedImages(random: Random): Buffer {
  const parts = Array.from({ length: 1 + random.below(3) }, () => {
    let lines = Buffer.alloc(0);
    attempt(() => {
      const name = random.of(imageNames);
      lines = Buffer.from(linesOf(mutate(random.smallOf(images), IMAGE_MUTATORS, random), undefined, name));
    });
    return lines;
  });
  return Buffer.concat(parts);
}

function sizes(files: ReadonlyMap<string, Buffer>): [string, number][] {
  return [...files].map(([name, bytes]) => [name, bytes.length]);
}

export const redaction: Target = {
  name: 'redact',
  make: (random) =>
    random.below(2) === 0
      ? damagedImages(random)
      : mutate(
          Buffer.concat(Array.from({ length: 1 + random.below(3) }, () => random.smallOf(namedLines))),
          LINE_MUTATORS,
          random,
        ),
  async run(input, random) {
    const secrets = random.of(SOUGHT);
    const fill = random.of([42, 42, 0, 120]);
    const dropQueues = random.below(4) === 0;
    const once = await redact([input], secrets, fill, dropQueues);
    const chunked = await redact(inChunks(input, random), secrets, fill, dropQueues);
    assert.equal(chunked.refusal?.message, once.refusal?.message, 'chunks change the error');
    if (once.refusal) return;
    assert.deepEqual(chunked.bytes, once.bytes, 'chunks change the lines');
    const twice = await redact([once.bytes], secrets, fill, dropQueues);
    assert.equal(twice.refusal?.message, undefined, 'lines of our own were refused');
    assert.deepEqual(twice.bytes, once.bytes, 'a second time changes more');
    assert.equal(twice.count, 0, 'something was left');
    const before = packed(input);
    // Compressed pages come out without compression, and what CRIU would write otherwise as CRIU does.
    if (!before || /"PAGEMAP"|img_version|"wire"/.test(input.toString('latin1'))) return;
    const after = packed(once.bytes);
    assert.ok(after, 'what packed before is refused');
    if (!dropQueues) assert.deepEqual(sizes(after), sizes(before), 'another length');
    if (once.count === 0 && !dropQueues) assert.deepEqual(after, before, 'changed, and not said');
  },
};
