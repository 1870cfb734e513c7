/**
 * Plants a null dereference where damaged input is refused, one at a time in a copy of the project, and shows that tests of
 * hostile input tell it from a refusal: `npm run test:mutations [NAME]...`. It fails where a mistake goes unnoticed.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { copyProject } from './mutant.ts';

interface Planted {
  /** What refuses. */
  readonly name: string;
  readonly file: string;
  /** How the refusal begins, after `throw`. */
  readonly refusal: string;
  /** The file of tests that must fail. */
  readonly test: string;
}

const PLANTED: readonly Planted[] = [
  {
    name: 'codec: a field of another wire type',
    file: 'src/codec/normalize.ts',
    refusal: 'new WireError(`field ${field.name} has wire type',
    test: 'test/codec/round-trip.test.ts',
  },
  {
    name: 'codec: a value that does not fit',
    file: 'src/codec/parse-value.ts',
    refusal: 'new FieldError(`${integer} is out of the range',
    test: 'test/pipe/pack-refuses.test.ts',
  },
  {
    name: 'image: an entry that is cut off',
    file: 'src/image/image-scanner.ts',
    refusal: "new CritError('truncated', `truncated: ${expected} expected",
    test: 'test/line/cut.test.ts',
  },
  {
    name: 'packer: a piece that is none',
    file: 'src/line/piece-reader.ts',
    refusal: "new CritError('line', 'a piece must have",
    test: 'test/pipe/pack-refuses.test.ts',
  },
  {
    name: 'packer: a line behind the end',
    file: 'src/line/packer.ts',
    refusal: "new CritError('sequence', `a line behind the end",
    test: 'test/pipe/pack-refuses.test.ts',
  },
  {
    name: 'reader: a line that is no JSON',
    file: 'src/codec/json.ts',
    refusal: "new CritError('line', `not JSON:",
    test: 'test/line/fuzz.test.ts',
  },
  {
    name: 'reader: a compressed block that is damaged',
    file: 'src/memory/lz4-block.ts',
    refusal: "new CritError('format', `a compressed block is damaged:",
    test: 'test/memory/lz4-block.test.ts',
  },
  {
    name: 'reader: an archive that is cut off',
    file: 'src/container/tar/tar-reader.ts',
    refusal: "new CritError('truncated', `truncated archive:",
    test: 'test/container/hostile.test.ts',
  },
];

/** The tests of a file that fail in a folder. */
function failures(folder: string, test: string): string[] {
  const { stdout, status } = spawnSync(process.execPath, ['--import', 'tsx', '--test', '--test-reporter=spec', test], {
    cwd: folder,
    encoding: 'utf8',
  });
  const [list = ''] = stdout.split('failing tests:');
  return status === 0 ? [] : [...list.matchAll(/^✖ (.*?) \(/gm)].map(([, name = '']) => name);
}

/** What a copy makes of the tests. */
function played(planted: Planted | undefined, tests: readonly string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'crit-pipe-mutant-'));
  try {
    copyProject(
      folder,
      planted && {
        ...planted,
        from: `throw ${planted.refusal}`,
        to: `throw Object(null).planted.mistake ?? ${planted.refusal}`,
      },
    );
    return tests.flatMap((test) => failures(folder, test));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

process.once('SIGINT', () => process.exit(130));
const chosen = process.argv.slice(2);
const wanted = PLANTED.filter(({ name }) => chosen.length === 0 || chosen.includes(name));
const before = played(undefined, [...new Set(wanted.map(({ test }) => test))]);
console.log(`nothing planted: ${before.length === 0 ? 'all pass' : `FAILED: ${before.join('; ')}`}`);
if (before.length > 0) process.exitCode = 1;
for (const planted of wanted) {
  const failed = played(planted, [planted.test]);
  await setImmediate(); // a signal that came meanwhile
  console.log(
    `${planted.name}: ${failed.length === 0 ? 'NOT NOTICED' : `noticed by ${failed.length}, first by "${failed[0]}"`}`,
  );
  if (failed.length === 0) process.exitCode = 1;
}
