/** Several damaged checkpoints to one command: the lines of each are those that it has alone, and errors say whose they are. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Random } from '../random.ts';
import { checkpointLines, inspect } from '../shipped.ts';
import { attemptLater, type Target } from '../target.ts';
import { damageCheckpoint, soundCheckpoint } from './damaged-checkpoint.ts';

interface Read {
  readonly lines: readonly string[];
  readonly errors: readonly string[];
}

async function read(paths: readonly string[]): Promise<Read> {
  const parts: Buffer[] = [];
  const errors: string[] = [];
  const isWanted = (image: string): boolean => !/(?:^|\/)pages-/.test(image);
  const options = { wants: isWanted, onError: (error: Error): void => void errors.push(error.message) };
  for await (const chunk of checkpointLines(paths, options)) parts.push(Buffer.from(chunk));
  const lines = Buffer.concat(parts).toString().split('\n');
  assert.equal(lines.pop(), '', 'half a line');
  return { lines, errors };
}

/** An input is the seed of what is damaged and how: 4 bytes. */
export const many: Target = {
  name: 'many',
  make: (random) => random.bytes(4),
  async run(input, _random, scratch) {
    const random = new Random(input.length >= 4 ? input.readUInt32LE(0) : 0);
    const paths = ['one', 'two', 'three'].slice(0, 2 + random.below(2)).map((name) => join(scratch, name));
    const sound = soundCheckpoint(random);
    for (const path of paths) damageCheckpoint(random.below(3) === 0 ? soundCheckpoint(random) : sound, path, random);
    const together = await read(paths);
    const lines: string[] = [];
    const errors: string[] = [];
    for (const path of paths) {
      const alone = await read([path]);
      const prefix = `${path.slice(scratch.length + 1)}/`;
      lines.push(...alone.lines.map((line) => line.replace('{"image":"', `{"image":"${prefix}`)));
      errors.push(...alone.errors.map((said) => prefix + said));
    }
    assert.deepEqual(together.lines, lines, 'other lines than alone');
    assert.deepEqual(together.errors, errors, 'other errors than alone');
    // One after another in one process: none of them changes what is said of the next.
    const said = async (path: string): Promise<string> => {
      let text = '';
      const refusal = await attemptLater(async () => void (text = JSON.stringify(await inspect(path))));
      return refusal?.message ?? text;
    };
    const first: string[] = [];
    for (const path of paths) first.push(await said(path));
    assert.deepEqual(await Promise.all(paths.map(said)), first, 'other answers at once than one by one');
  },
};
