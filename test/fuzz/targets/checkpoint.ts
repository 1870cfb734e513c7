/** Checkpoints with damaged images: every question is answered or refused, and nothing stays open. */
import assert from 'node:assert/strict';
import { cpSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CHECKPOINTS, fixture, fixtureNames } from '../../fixtures.ts';
import { IMAGE_MUTATORS, mutate } from '../mutate.ts';
import { Random } from '../random.ts';
import { Checkpoint, CheckpointDiff, inspect } from '../shipped.ts';
import { attempt, attemptLater, type Target } from '../target.ts';

const names = CHECKPOINTS.filter((name) => !/^(?:incremental|cpuinfo)$/.test(name));

function descriptors(): number {
  return process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0;
}

/** An input is which checkpoint, which images of it, and the seed of their damage: 4 bytes. */
export const checkpoint: Target = {
  name: 'checkpoint',
  make: (random) => random.bytes(4),
  async run(input, _random, scratch) {
    const random = new Random(input.length >= 4 ? input.readUInt32LE(0) : 0);
    const original = fixture(`real/${random.of(names)}`);
    const directory = join(scratch, 'x');
    cpSync(original, directory, {
      recursive: true,
      filter: (path) => !/pages-\d+\.img$/.test(path) || random.below(4) > 0,
    });
    const images = fixtureNames(original.slice(fixture('').length)).filter((name) => !name.startsWith('pages-'));
    for (let i = 0; i <= random.below(3); i++) {
      const name = random.of(images);
      writeFileSync(join(directory, name), mutate(readFileSync(join(original, name)), IMAGE_MUTATORS, random));
    }
    const before = descriptors();
    attempt(() => {
      const [one, other] = [Checkpoint.openDirectory(original), Checkpoint.openDirectory(directory)];
      try {
        for (const { pid } of other.processes) attempt(() => void [...other.readVmas(pid)]);
        attempt(() => void [...other.readSockets()]);
        for (const process of other.processes) {
          attempt(() => void [...other.readDescriptors(process)]);
          attempt(() => void [...process.readThreads()]);
        }
        const diff = new CheckpointDiff(one, other, { all: true });
        for (const _ of diff.differences());
      } finally {
        one.close();
        other.close();
      }
    });
    await attemptLater(async () => void (await inspect(directory)));
    assert.equal(descriptors(), before, 'descriptors stay open');
  },
};
