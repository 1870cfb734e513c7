/** Damaged images end in an error of the product, or in a core file that can be read. */
import assert from 'node:assert/strict';
import { cpSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CritError } from '../../src/error.ts';
import { fixture } from '../fixtures.ts';
import { temporary } from '../temporary.ts';
import { coreOf } from './core-of.ts';
import { CoreReader } from './elf.ts';

const PID = 4845;
const ROUNDS = 400;

test('bytes that are changed in the images of a process', (t) => {
  const directory = join(temporary(t), 'dump');
  cpSync(fixture('bakery/dump'), directory, { recursive: true });
  const images = readdirSync(directory).filter((name) => /^(core|mm|pagemap|pstree|files)/.test(name));
  let state = 1;
  const random = (below: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % below;
  };
  let refused = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const path = join(directory, images[random(images.length)] ?? '');
    const whole = readFileSync(path);
    const damaged = Buffer.from(whole);
    for (let i = 0; i <= random(3); i++) damaged[random(damaged.length)] = random(256);
    writeFileSync(path, random(8) === 0 ? damaged.subarray(0, random(damaged.length)) : damaged);
    try {
      assert.ok(new CoreReader(coreOf(directory, PID)).notes.length > 0);
    } catch (error) {
      if (!(error instanceof CritError)) throw new Error(`round ${round}, ${path}`, { cause: error });
      refused++;
    }
    writeFileSync(path, whole);
  }
  assert.ok(refused > ROUNDS / 10 && refused < ROUNDS, `${refused} of ${ROUNDS}`);
});
