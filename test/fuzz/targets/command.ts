/** Every command on damaged checkpoints, as a process: an exit code that means something, and never a mistake of ours. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CHECKPOINTS, fixture, fixtureNames } from '../../fixtures.ts';
import { IMAGE_MUTATORS, LINE_MUTATORS, mutate } from '../mutate.ts';
import { Random } from '../random.ts';
import { lines } from '../seeds.ts';
import type { Target } from '../target.ts';

const bin = fileURLToPath(new URL('../../../bin/', import.meta.url));
const names = CHECKPOINTS.filter((name) => !/^(?:incremental|cpuinfo)$/.test(name));

/** Words behind a command; `DIR` is the checkpoint, `OUT` what does not exist. */
const CALLS: readonly (readonly string[])[] = [
  ['crit-cat', 'DIR'],
  ['crit-cat', '--human', '--at', 'DIR'],
  ['crit-inspect', '--all', 'DIR'],
  ['crit-inspect', '--json', 'DIR'],
  ['crit-mem', '--map', 'DIR'],
  ['crit-grep', '-c', 'a', 'DIR'],
  ['crit-core', '--list', 'DIR'],
  ['crit-diff', 'SOUND', 'DIR'],
  ['crit', 'x', 'DIR', 'ps'],
  ['crit', 'x', 'DIR', 'fds'],
  ['crit', 'x', 'DIR', 'mems'],
  ['crit', 'x', 'DIR', 'rss'],
  ['crit', 'x', 'DIR', 'sk'],
  ['crit-stats', 'DIR'],
  ['crit-cat', 'DIR', 'SOUND'],
  ['crit-inspect', 'SOUND', 'DIR'],
  ['crit-check', '--offline', '-j', '2', 'DIR', 'SOUND'],
  ['crit-stats', '--json', '-j', '2', 'DIR', 'SOUND'],
  ['crit-grep', '-c', 'a', 'SOUND', 'DIR'],
  ['crit-redact', '--text', 'root', '--secrets', 'DIR', '-C', 'OUT'],
];
const LINE_CALLS: readonly (readonly string[])[] = [
  ['crit-pack', '-C', 'OUT'],
  ['crit-pack', '--tar'],
  ['crit-filter', 'true'],
  ['crit-map', 'entry = entry'],
  ['crit-edit', '--comm', '1=x', '--if-present'],
  ['crit-redact', '--text', 'root', '-C', 'OUT'],
  ['crit-pack', '--from', 'SOUND', '-C', 'OUT'],
];

/** An input is a seed: 4 bytes. */
export const command: Target = {
  name: 'command',
  make: (random) => random.bytes(4),
  run(input, _random, scratch) {
    const random = new Random(input.length >= 4 ? input.readUInt32LE(0) : 0);
    const sound = fixture(`real/${random.of(names)}`);
    const directory = join(scratch, 'x');
    const out = join(scratch, 'out');
    const isOfLines = random.below(3) === 0;
    if (!isOfLines) {
      cpSync(sound, directory, { recursive: true });
      const images = fixtureNames(sound.slice(fixture('').length));
      for (let i = 0; i <= random.below(3); i++) {
        const name = random.of(images);
        writeFileSync(join(directory, name), mutate(readFileSync(join(sound, name)), IMAGE_MUTATORS, random));
      }
    }
    const words = random.of(isOfLines ? LINE_CALLS : CALLS);
    const places: Readonly<Record<string, string>> = { DIR: directory, SOUND: sound, OUT: out };
    const [program = '', ...args] = words.map((word) => places[word] ?? word);
    const text = isOfLines ? mutate(random.of(lines), LINE_MUTATORS, random) : Buffer.alloc(0);
    const { status, signal, stderr } = spawnSync(join(bin, program), args, {
      input: text,
      timeout: 20_000,
      maxBuffer: 256 * 1024 * 1024,
      env: { ...process.env, TMPDIR: scratch },
    });
    const said = stderr.toString();
    assert.equal(signal, null, `${words.join(' ')}: ended by a signal`);
    assert.ok(status === 0 || status === 1 || status === 2, `${words.join(' ')}: exit code ${status}`);
    assert.doesNotMatch(said, /internal error|^\s+at /m, `${words.join(' ')}: ${said}`);
    if (status === 2) assert.notEqual(said, '', `${words.join(' ')}: failed without a word`);
    if (status === 2) assert.ok(!existsSync(out), `${words.join(' ')}: something half-written`);
    const left = readdirSync(scratch).filter((name) => name !== 'x' && name !== 'out');
    assert.deepEqual(left, [], `${words.join(' ')}: left behind`);
  },
};
