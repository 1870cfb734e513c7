/** Checkpoints with damaged images: every question is answered or refused, and nothing stays open. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../random.ts';
import {
  Checkpoint,
  CheckpointCores,
  CheckpointDiff,
  CheckpointMemory,
  checkRestore,
  coreChunks,
  inspect,
  memoryMap,
  planCore,
} from '../shipped.ts';
import { attempt, attemptLater, type Target } from '../target.ts';
import { damageCheckpoint, soundCheckpoint } from './damaged-checkpoint.ts';

/** An input is the seed of what is damaged and how: 4 bytes. */
function randomOf(input: Buffer): Random {
  return new Random(input.length >= 4 ? input.readUInt32LE(0) : 0);
}

function make(random: Random): Buffer {
  return random.bytes(4);
}

function descriptors(): number {
  return process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0;
}

/** Nothing that `work` opens stays open, whether it is refused or not. */
async function closesAll(work: () => Promise<void>): Promise<void> {
  const before = descriptors();
  await attemptLater(work);
  assert.equal(descriptors(), before, 'descriptors stay open');
}

/** Opens checkpoints, and closes them whatever happens. */
async function withCheckpoints(
  paths: readonly string[],
  work: (...checkpoints: InstanceType<typeof Checkpoint>[]) => Promise<void> | void,
): Promise<void> {
  const opened: InstanceType<typeof Checkpoint>[] = [];
  try {
    for (const path of paths) opened.push(Checkpoint.openDirectory(path));
    await work(...opened);
  } finally {
    for (const each of opened) each.close();
  }
}

/** All that the model and the jobs on it tell of one checkpoint. */
export const checkpoint: Target = {
  name: 'checkpoint',
  make,
  async run(input, _random, scratch) {
    const random = randomOf(input);
    const directory = join(scratch, 'x');
    damageCheckpoint(soundCheckpoint(random), directory, random);
    await closesAll(() =>
      withCheckpoints([directory], async (opened) => {
        for (const process of opened.processes) {
          attempt(() => void [...opened.readVmas(process.pid)]);
          attempt(() => void [...opened.readDescriptors(process)]);
          attempt(() => void [...process.readThreads()]);
          attempt(() => void [...memoryMap(new CheckpointMemory(opened).process(process.pid))]);
        }
        attempt(() => void [...opened.readSockets()]);
        await attemptLater(async () => void (await checkRestore(opened)));
        await attemptLater(async () => void (await checkRestore(opened, { offline: true })));
      }),
    );
    await closesAll(async () => void (await inspect(directory)));
  },
};

/** Two of them, each damaged, compared in every way. */
export const diff: Target = {
  name: 'diff',
  make,
  async run(input, _random, scratch) {
    const random = randomOf(input);
    const [one, other] = [join(scratch, 'x'), join(scratch, 'y')];
    const sound = soundCheckpoint(random);
    damageCheckpoint(sound, one, random);
    damageCheckpoint(random.below(4) === 0 ? soundCheckpoint(random) : sound, other, random);
    for (const only of [undefined, ['registers', 'bytes', 'strings', 'statistics'] as const]) {
      await closesAll(() =>
        withCheckpoints([one, other], (before, after) => {
          const found = new CheckpointDiff(before, after, { only, all: true, duplicates: true });
          for (const _ of found.differences());
          found.totals();
        }),
      );
    }
  },
};

/** Cores of damaged processes: refused before their first byte, or as long as was said. */
export const core: Target = {
  name: 'core',
  make,
  async run(input, _random, scratch) {
    const random = randomOf(input);
    const directory = join(scratch, 'x');
    damageCheckpoint(soundCheckpoint(random), directory, random);
    await closesAll(() =>
      withCheckpoints([directory], (opened) => {
        const cores = new CheckpointCores(opened, { missing: random.below(2) === 0 ? 'zero' : 'error' });
        for (const pid of cores.pids) {
          attempt(() => {
            const contents = cores.contents(pid);
            const plan = planCore(contents);
            // Sparse areas can be huge.
            if (plan.size > 16 * 1024 * 1024) return;
            let written = 0;
            for (const chunk of coreChunks(contents, plan)) written += chunk.length;
            assert.equal(written, plan.size, 'another size than was said');
          });
        }
      }),
    );
  },
};
