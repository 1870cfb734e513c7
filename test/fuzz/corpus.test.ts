/** Inputs that broke a law once: TARGET-SEED-INDEX, as the fuzzer wrote them. */
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporary } from '../temporary.ts';
import { Random } from './random.ts';
import { TARGETS } from './targets.ts';

const folder = fileURLToPath(new URL('corpus/', import.meta.url));

for (const name of readdirSync(folder)) {
  const [, called = '', seed = '1', index = '0'] = /^(.*)-(\d+)-(\d+)$/.exec(name) ?? [];
  const target = TARGETS.find((each) => each.name === called);
  test(`what broke a law once: ${name}`, async (t) => {
    if (!target) throw new RangeError(`no target ${called}`);
    const scratch = join(temporary(t), 'scratch');
    mkdirSync(scratch);
    await target.run(readFileSync(join(folder, name)), Random.ofRun(Number(seed), Number(index)), scratch);
  });
}

for (const target of TARGETS.filter(({ share }) => share >= 1)) {
  test(`a hundred damaged inputs: ${target.name}`, async (t) => {
    const scratch = join(temporary(t), 'scratch');
    mkdirSync(scratch);
    for (let index = 0; index < 100; index++) {
      const random = Random.of(99, index);
      await target.run(target.make(random), random, scratch);
    }
  });
}
