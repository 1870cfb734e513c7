/** --proto with damaged files: refused, or images that come back byte for byte by what they say. */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fixture } from '../../fixtures.ts';
import { PLAIN_MUTATORS, LINE_MUTATORS, mutate } from '../mutate.ts';
import type { Random } from '../random.ts';
import { imageNames, images } from '../seeds.ts';
import { HUMAN, ImageDecoder, Output, PLAIN, Packer, PartSink, loadSchema } from '../shipped.ts';
import { attempt, attemptLater, type Target } from '../target.ts';

const forked = fixture('proto/fork');
const own = fileURLToPath(new URL('../../../proto/', import.meta.url));

function textsIn(directory: string): Buffer[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.proto'))
    .map((name) => readFileSync(join(directory, name)))
    .filter(({ length }) => length < 6000);
}

const texts: readonly Buffer[] = [...textsIn(forked), ...textsIn(forked), ...textsIn(own)];
const WORDS: readonly string[] = [
  'optional ',
  'repeated ',
  'required ',
  'uint32 ',
  'bytes ',
  'string ',
  'sint64 ',
  'map<string, uint32> ',
  'message ',
  'enum ',
  'oneof ',
  'import ',
  'extend ',
  'reserved ',
  '= 1',
  '= 0',
  '= 536870912',
  '[packed = true]',
  '__proto__ ',
  'constructor ',
  '{',
  '}',
  ';',
];

/** One word for another. */
function replaceWord(bytes: Buffer, random: Random): Buffer {
  const text = bytes.toString('latin1');
  const words = [...text.matchAll(/\w+\s?|= \d+|[{};]/g)];
  if (words.length === 0) return bytes;
  const { 0: word, index } = random.of(words);
  const other = random.below(3) === 0 ? random.of(words)[0] : random.of(WORDS);
  return Buffer.from(text.slice(0, index) + other + text.slice(index + word.length), 'latin1');
}

const MUTATORS = [
  ...PLAIN_MUTATORS,
  ...LINE_MUTATORS.slice(-2),
  ...Array.from({ length: 8 }, () => replaceWord),
] as const;

export const proto: Target = {
  name: 'proto',
  make: (random) => mutate(random.of(texts), MUTATORS, random),
  async run(input, random, scratch) {
    const directory = join(scratch, 'proto');
    mkdirSync(directory);
    for (const name of readdirSync(forked)) writeFileSync(join(directory, name), readFileSync(join(forked, name)));
    writeFileSync(join(directory, random.of([...readdirSync(forked), 'pstree.proto', 'more.proto'])), input);
    let schema: Awaited<ReturnType<typeof loadSchema>> | undefined;
    await attemptLater(async () => void (schema = await loadSchema(directory)));
    if (!schema) return;
    for (let left = 5; left > 0; left--) {
      const image = random.smallOf(images);
      const output = new Output();
      const style = random.below(2) === 0 ? PLAIN : HUMAN;
      const decoder = new ImageDecoder(output, { name: random.of(imageNames), style, schema });
      const refusal = attempt(() => {
        decoder.push(image);
        decoder.end();
      });
      if (refusal) continue;
      const sink = new PartSink();
      const packer = new Packer(sink, { schema });
      packer.push(output.take());
      packer.end();
      assert.deepEqual(Buffer.concat([...sink.take()]), image, 'other bytes came back');
    }
  },
};
